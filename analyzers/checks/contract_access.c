/* Who may read: permissions of tokens (TB610), and workspaces that share (TB611). */
#include "contract.h"

#include "model/project_search.h"

#include <string.h>

/* ---- TB610 ---- */

/* A TOKEN line of live that the candidate lacks. */
typedef struct {
    const ResourceChange *change;
    const Instruction *line;
    Str permission;
} LostGrant;

typedef VEC(LostGrant) LostGrants;

static bool is_grant(const Instruction *line)
{
    return line->keyword == KEYWORD_TOKEN && line->words.len > 0 &&
           line->words.items[0].text.len > 0;
}

/* A pipe's token can only read, so the word may be left out. */
static Str permission_of(const Instruction *line)
{
    if (line->words.len < 2 || str_is_nocase(line->words.items[1].text, "READ"))
        return STR("READ");
    return str_is_nocase(line->words.items[1].text, "APPEND") ? STR("APPEND")
                                                              : line->words.items[1].text;
}

static Str grant_key(Arena *arena, const Instruction *line)
{
    return str_fmt(arena, "%.*s\n%.*s", STR_ARG(line->words.items[0].text),
                   STR_ARG(permission_of(line)));
}

static Map *grants_of(Arena *arena, const Datafile *file)
{
    Map *grants = map_new(arena);
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *line = &file->instructions.items[i];
        if (is_grant(line))
            map_put(grants, grant_key(arena, line), (void *)(uintptr_t)line);
    }
    return grants;
}

static void collect_lost(const Check *check, const ResourceChange *change, Map *by_token)
{
    Map *live = grants_of(check->arena, change->live->facts);
    Map *candidate = grants_of(check->arena, change->candidate->facts);
    for (size_t i = 0; i < map_len(live); i++) {
        if (map_has(candidate, map_key(live, i)))
            continue;
        const Instruction *line = map_value(live, i);
        Str token = line->words.items[0].text;
        LostGrants *lost = map_get(by_token, token);
        if (!lost) {
            lost = ARENA_NEW(check->arena, LostGrants);
            map_put(by_token, token, lost);
        }
        vec_push(check->arena, lost, (LostGrant){change, line, permission_of(line)});
    }
}

static Str grant_text(Arena *arena, const LostGrant *grant)
{
    return str_fmt(arena, "%.*s on '%.*s'", STR_ARG(grant->permission),
                   STR_ARG(grant->change->name));
}

static bool one_permission(const LostGrants *lost)
{
    for (size_t i = 1; i < lost->len; i++) {
        if (!str_eq(lost->items[i].permission, lost->items[0].permission))
            return false;
    }
    return true;
}

/* "READ on 'a', 'b' and 2 more", or each with its own. */
static Str grants_text(Arena *arena, const LostGrants *lost, size_t limit)
{
    bool once = one_permission(lost);
    Strs texts = {0};
    for (size_t i = 0; i < lost->len && i <= limit; i++)
        vec_push(arena, &texts,
                 once ? quoted(arena, lost->items[i].change->name)
                      : grant_text(arena, &lost->items[i]));
    Str list = text_list(arena, texts.items, lost->len, limit);
    if (!once)
        return list;
    return str_fmt(arena, "%.*s on %.*s", STR_ARG(lost->items[0].permission), STR_ARG(list));
}

static const char *lost_effect(const LostGrants *lost)
{
    if (lost->len > 1)
        return "requests with it";
    if (str_is(lost->items[0].permission, "APPEND"))
        return "rows sent with it";
    return lost->items[0].change->kind == DATAFILE_PIPE ? "calls with it" : "queries with it";
}

/* A token that gets in the same change what this one loses: its users are meant to move. */
static Str successor(const Check *check, const LostGrant *lost)
{
    Map *live = grants_of(check->arena, lost->change->live->facts);
    const Datafile *file = lost->change->candidate->facts;
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *line = &file->instructions.items[i];
        if (is_grant(line) && str_eq(permission_of(line), lost->permission) &&
            !map_has(live, grant_key(check->arena, line)))
            return line->words.items[0].text;
    }
    return (Str){0};
}

static void add_places(const Check *check, const LostGrants *lost, Finding *finding)
{
    Arena *arena = check->arena;
    Strs meaning = {0};
    for (size_t i = 0; i < lost->len; i++) {
        const LostGrant *grant = &lost->items[i];
        vec_push(arena, &meaning, grant_text(arena, grant));
        vec_push(arena, &finding->related,
                 place_live(grant->change->live, grant->line->range,
                            str_fmt(arena, "granted %.*s", STR_ARG(grant->permission))));
    }
    finding->live_meaning = str_join(arena, meaning.items, meaning.len, ", ");
}

static Str token_advice(const Check *check, const LostGrants *lost)
{
    Str next = successor(check, &lost->items[0]);
    if (next.len)
        return str_fmt(check->arena,
                       "Token '%.*s' gets what it loses: move its users there first, and take the "
                       "line away in a later change.",
                       STR_ARG(next));
    return STR("Keep the TOKEN line until nobody uses it.");
}

static void report_token(const Check *check, Str token, const LostGrants *lost)
{
    Arena *arena = check->arena;
    const LostGrant *first = &lost->items[0];
    Finding finding = check_finding(check, RULE_TB610, first->change, (Str){0});
    finding.subject = token;
    finding.place = place_for_deleted(check, first->change, first->line->range);
    Str list = grants_text(arena, lost, 3);
    finding.message = str_fmt(arena, "Token '%.*s' loses %.*s: %s will be refused.", STR_ARG(token),
                              STR_ARG(list), lost_effect(lost));
    bool destroyed = !project_grants_token(check->loader, check->diff->sides.candidate, token);
    finding.cause = destroyed ? STR("destroyed") : STR("narrowed");
    if (destroyed)
        finding.message =
            str_fmt(arena, "%.*s No file names the token any more, so the deploy destroys it.",
                    STR_ARG(finding.message));
    finding.advice = token_advice(check, lost);
    add_places(check, lost, &finding);
    findings_add(check->findings, finding);
}

static bool both_read(const ResourceChange *change)
{
    return change->live && change->candidate && change->live->facts && change->candidate->facts &&
           !change->candidate->facts->has_include;
}

void check_tokens(const Check *check)
{
    Map *by_token = map_new(check->arena);
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (change->tokens_changed && both_read(change))
            collect_lost(check, change, by_token);
    }
    for (size_t i = 0; i < map_len(by_token); i++)
        report_token(check, map_key(by_token, i), map_value(by_token, i));
}

/* ---- TB611 ---- */

static bool next_workspace(Str text, size_t *at, Token *out, uint32_t offset)
{
    static const char SEPARATORS[] = " \t\r\n,\"'";
    while (*at < text.len && memchr(SEPARATORS, text.ptr[*at], sizeof SEPARATORS - 1))
        ++*at;
    size_t start = *at;
    while (*at < text.len && !memchr(SEPARATORS, text.ptr[*at], sizeof SEPARATORS - 1))
        ++*at;
    out->text = str_slice(text, start, *at);
    out->range = (Range){offset + (uint32_t)start, offset + (uint32_t)*at};
    return *at > start;
}

static void add_workspaces(Arena *arena, const Datafile *file, const Instruction *line, Tokens *out)
{
    Token name;
    if (!line->is_block) {
        for (size_t i = 0; i < line->words.len; i++) {
            size_t at = 0;
            const Token *word = &line->words.items[i];
            while (next_workspace(word->text, &at, &name, 0)) {
                name.range = word->range;
                vec_push(arena, out, name);
            }
        }
        return;
    }
    size_t at = 0;
    Str raw = str_range(file->text, line->value.range);
    while (next_workspace(raw, &at, &name, line->value.range.start))
        vec_push(arena, out, name);
}

Tokens shared_workspaces(Arena *arena, const Datafile *file)
{
    Tokens out = {0};
    for (size_t i = 0; i < file->instructions.len; i++) {
        if (file->instructions.items[i].keyword == KEYWORD_SHARED_WITH)
            add_workspaces(arena, file, &file->instructions.items[i], &out);
    }
    return out;
}

static Str workspaces_text(Arena *arena, const Tokens *workspaces)
{
    Strs names = {0};
    for (size_t i = 0; i < workspaces->len; i++)
        vec_push(arena, &names, workspaces->items[i].text);
    Str list = quoted_list(arena, names.items, names.len, 3);
    return str_fmt(arena, "workspace%s %.*s", names.len > 1 ? "s" : "", STR_ARG(list));
}

Str shared_with_text(Arena *arena, const Resource *datasource)
{
    if (!datasource || !datasource->facts)
        return (Str){0};
    Tokens workspaces = shared_workspaces(arena, datasource->facts);
    return workspaces.len ? workspaces_text(arena, &workspaces) : (Str){0};
}

static Tokens lost_workspaces(const Check *check, const ResourceChange *change)
{
    Tokens lost = {0};
    Tokens live = shared_workspaces(check->arena, change->live->facts);
    Tokens candidate = shared_workspaces(check->arena, change->candidate->facts);
    Map *kept = map_new(check->arena);
    for (size_t i = 0; i < candidate.len; i++)
        map_put(kept, candidate.items[i].text, kept);
    for (size_t i = 0; i < live.len; i++) {
        if (!map_has(kept, live.items[i].text))
            vec_push(check->arena, &lost, live.items[i]);
        map_put(kept, live.items[i].text, kept);
    }
    return lost;
}

static void report_sharing(const Check *check, const ResourceChange *change, const Tokens *lost)
{
    Arena *arena = check->arena;
    Finding finding = check_finding(check, RULE_TB611, change, (Str){0});
    Strs names = {0};
    for (size_t i = 0; i < lost->len; i++) {
        vec_push(arena, &names, lost->items[i].text);
        vec_push(arena, &finding.related,
                 place_live(change->live, lost->items[i].range, STR("shared with it")));
    }
    finding.subject = str_join(arena, names.items, names.len, ", ");
    finding.place = place_for_deleted(check, change, lost->items[0].range);
    finding.live_meaning = finding.subject;
    Str list = quoted_list(arena, names.items, names.len, 3);
    finding.message =
        str_fmt(arena,
                "Workspace%s %.*s lose%s the shared data source '%.*s': %s queries on it "
                "will fail.",
                lost->len > 1 ? "s" : "", STR_ARG(list), lost->len > 1 ? "" : "s",
                STR_ARG(change->name), lost->len > 1 ? "their" : "its");
    finding.advice = STR("Make sure that no pipe there reads it any more.");
    findings_add(check->findings, finding);
}

void check_sharing(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (!change->sharing_changed || !both_read(change))
            continue;
        Tokens lost = lost_workspaces(check, change);
        if (lost.len)
            report_sharing(check, change, &lost);
    }
}
