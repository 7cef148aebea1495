/* config_weakened.c: the settings that one configuration has weaker than another. */
#include "config_weakened.h"

#include "base/map.h"

#include <inttypes.h>

/* Rules that some checks tell as errors although their default is less. */
static const RuleId raised_rules[] = {RULE_TB301, RULE_TB302, RULE_TB303,
                                      RULE_TB407, RULE_TB701, RULE_TB907};

typedef struct {
    const WeakenedScope *scope;
    Arena *arena;
    const Config *before;
    const Config *now;
    WeakenedSettings *out;
} Comparing;

static void add(const Comparing *comparing, Str what, Str from, Str to)
{
    WeakenedSetting setting = {what, from, to};
    vec_push(comparing->arena, comparing->out, setting);
}

/* ---- rules ---- */

static Severity worst_of(RuleId rule)
{
    for (size_t i = 0; i < ARRAY_LEN(raised_rules); i++) {
        if (raised_rules[i] == rule)
            return SEVERITY_ERROR;
    }
    return rule_get(rule)->severity;
}

static void compare_rule(const Comparing *comparing, RuleId id)
{
    const Config *before = comparing->before;
    const Config *now = comparing->now;
    if (!before->has_severity[id] && !now->has_severity[id])
        return;
    const Rule *rule = rule_get(id);
    Severity from = before->has_severity[id] ? before->severity[id] : worst_of(id);
    Severity to = now->has_severity[id] ? now->severity[id] : rule->severity;
    if (to < from)
        add(comparing, str_fmt(comparing->arena, "rules.%s", rule->name),
            str_of(severity_text(from)), str_of(severity_text(to)));
}

/* ---- one value ---- */

static Str fail_level_text(int level)
{
    return level == FAIL_NEVER ? STR("never") : str_of(severity_text((Severity)level));
}

static void compare_fail_on(const Comparing *comparing)
{
    int from = comparing->before->fail_on ? comparing->before->fail_on : SEVERITY_ERROR;
    int to = comparing->now->fail_on ? comparing->now->fail_on : SEVERITY_ERROR;
    if (to > from)
        add(comparing, STR("fail_on"), fail_level_text(from), fail_level_text(to));
}

static Str profile_text(ProfileChoice profile)
{
    switch (profile) {
    case PROFILE_FORWARD:
        return STR("forward");
    case PROFILE_CLASSIC:
        return STR("classic");
    default:
        return STR("by layout");
    }
}

/* Other rules hold for another profile: neither is the weaker one, so each change is told. */
static void compare_profile(const Comparing *comparing)
{
    ProfileChoice from = comparing->before->profile;
    ProfileChoice to = comparing->now->profile;
    ProfileChoice layout = comparing->scope->layout;
    ProfileChoice was = from == PROFILE_BY_LAYOUT ? layout : from;
    ProfileChoice is = to == PROFILE_BY_LAYOUT ? layout : to;
    if (from != to && was != is)
        add(comparing, STR("profile"), profile_text(from), profile_text(to));
}

static void compare_margin(const Comparing *comparing)
{
    int from = comparing->before->margin_minutes;
    int to = comparing->now->margin_minutes;
    if (to < from)
        add(comparing, STR("migration.margin_minutes"), str_fmt(comparing->arena, "%d", from),
            str_fmt(comparing->arena, "%d", to));
}

static void compare_require_reason(const Comparing *comparing)
{
    if (comparing->before->require_reason && !comparing->now->require_reason)
        add(comparing, STR("accept.require_reason"), STR("true"), STR("false"));
}

/* ---- paths ---- */

enum { FOLDERS_MOST = 64 }; /* of one pattern, above which another could stand */

typedef struct {
    Map *patterns; /* as they are written */
    Map *folders;  /* with its slash, of each pattern of all that is below it */
} Ignored;

static Ignored ignored_by(Arena *arena, const Strs *patterns)
{
    Ignored ignored = {map_new(arena), map_new(arena)};
    for (size_t i = 0; i < patterns->len; i++) {
        Str pattern = patterns->items[i];
        map_put(ignored.patterns, pattern, arena);
        if (str_ends(pattern, "/**"))
            map_put(ignored.folders, str_slice(pattern, 0, pattern.len - 2), arena);
    }
    return ignored;
}

/* A pattern below a folder of which all was ignored before takes nothing more away. With its only
 * slash at the end, it is below none: that name is ignored wherever it stands. */
static bool was_ignored(const Ignored *before, Str pattern)
{
    if (map_has(before->patterns, pattern) || map_has(before->patterns, STR("**")))
        return true;
    size_t folders = 0;
    for (size_t i = 0; i + 1 < pattern.len && folders < FOLDERS_MOST; i++) {
        if (pattern.ptr[i] != '/')
            continue;
        folders++;
        if (map_has(before->folders, str_slice(pattern, 0, i + 1)))
            return true;
    }
    return false;
}

static void compare_ignored(const Comparing *comparing)
{
    const Strs *now = &comparing->now->ignore;
    if (now->len == 0)
        return;
    Ignored before = ignored_by(comparing->arena, &comparing->before->ignore);
    Map *told = map_new(comparing->arena);
    for (size_t i = 0; i < now->len; i++) {
        Str pattern = now->items[i];
        if (was_ignored(&before, pattern) || map_has(told, pattern))
            continue;
        map_put(told, pattern, told);
        add(comparing, STR("paths.ignore"), (Str){0}, pattern);
    }
}

/* ---- projects ---- */

bool config_same_projects(const Config *a, const Config *b)
{
    bool same = a->projects.len == b->projects.len;
    for (size_t i = 0; same && i < a->projects.len; i++)
        same = str_eq(a->projects.items[i], b->projects.items[i]);
    return same;
}

static Strs roots_of(const Comparing *comparing, const Config *config)
{
    const SourceFiles *files = comparing->scope->files;
    Str *paths = ARENA_ARRAY(comparing->arena, Str, files->len + 1);
    for (size_t i = 0; i < files->len; i++)
        paths[i] = files->items[i]->path;
    return projects_find(comparing->arena, paths, files->len, config->projects);
}

/* A project is left out when one of its datafiles belongs to none any more. One of live that the
 * change takes away or moves does, too: it is compared with nothing then. */
static void compare_projects(const Comparing *comparing)
{
    if (config_same_projects(comparing->before, comparing->now))
        return;
    const SourceFiles *files = comparing->scope->files;
    Strs before = roots_of(comparing, comparing->before);
    Strs now = roots_of(comparing, comparing->now);
    bool *told = ARENA_ARRAY(comparing->arena, bool, before.len + 1);
    for (size_t i = 0; i < files->len; i++) {
        Str path = files->items[i]->path;
        ptrdiff_t at = path_is_datafile(path_kind(path)) ? project_of(before, path) : -1;
        if (at < 0 || told[at] || project_of(now, path) >= 0)
            continue;
        told[at] = true;
        add(comparing, STR("projects"), before.items[at], (Str){0});
    }
}

/* ---- all of it ---- */

void config_weakened(const WeakenedScope *scope, const Config *before, const Config *now,
                     WeakenedSettings *out)
{
    Comparing comparing = {scope, scope->arena, before, now, out};
    compare_profile(&comparing);
    compare_projects(&comparing);
    compare_fail_on(&comparing);
    for (size_t i = 0; i < RULE_COUNT; i++)
        compare_rule(&comparing, (RuleId)i);
    compare_ignored(&comparing);
    compare_margin(&comparing);
    compare_require_reason(&comparing);
}

/* What it is now; of something that was taken away, what that was. */
static Str weakened_key(Arena *arena, const WeakenedSetting *setting)
{
    Str value = setting->to.len ? setting->to : setting->from;
    return str_fmt(arena, "%.*s\n%.*s", STR_ARG(setting->what), STR_ARG(value));
}

WeakenedSettings weakened_by_both(Arena *arena, const WeakenedSettings *settings,
                                  const WeakenedSettings *others)
{
    WeakenedSettings both = {0};
    Map *keys = map_new(arena);
    for (size_t i = 0; i < others->len; i++)
        map_put(keys, weakened_key(arena, &others->items[i]), keys);
    for (size_t i = 0; i < settings->len; i++) {
        if (map_has(keys, weakened_key(arena, &settings->items[i])))
            vec_push(arena, &both, settings->items[i]);
    }
    return both;
}
