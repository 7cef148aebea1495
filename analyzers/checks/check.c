/* Running the checks that checks.def lists, and what every family needs to say something. */
#include "check.h"

#include <string.h>

typedef struct {
    const char *family;
    void (*on_change)(const Check *check); /* one of the two */
    void (*on_version)(const Check *check, const Project *project, Findings *findings);
} ListedCheck;

static const ListedCheck CHECKS[] = {
#define ON_CHANGE(family, function)  {#family, function, NULL},
#define ON_VERSION(family, function) {#family, NULL, function},
#include "checks.def"
#undef ON_CHANGE
#undef ON_VERSION
};

/* What live has already is known only where the candidate has something to compare it with. */
static void judge_versions(const ListedCheck *listed, const Check *check, Findings *live_singles)
{
    size_t before = check->findings->items.len;
    listed->on_version(check, check->diff->sides.candidate, check->findings);
    if (live_singles && check->findings->items.len > before)
        listed->on_version(check, check->diff->sides.live, live_singles);
}

void checks_run(const Check *check, Findings *live_singles)
{
    for (size_t i = 0; i < ARRAY_LEN(CHECKS); i++) {
        if (CHECKS[i].on_change)
            CHECKS[i].on_change(check);
        else
            judge_versions(&CHECKS[i], check, live_singles);
    }
}

void checks_run_changes(const Check *check, const char *family)
{
    for (size_t i = 0; i < ARRAY_LEN(CHECKS); i++) {
        if (CHECKS[i].on_change && strcmp(CHECKS[i].family, family) == 0)
            CHECKS[i].on_change(check);
    }
}

Finding check_single_finding(const Resource *resource, RuleId rule, Range range, Str subject)
{
    return (Finding){
        .rule = rule,
        .severity = rule_get(rule)->severity,
        .project = resource->project->root,
        .resource = resource->name,
        .subject = subject,
        .place = {resource->project->side, resource->file, range, {0}},
        .is_single_version = true,
    };
}

void check_soften(Arena *arena, Finding *finding)
{
    static const char *const certain[] = {"will be refused", "is refused"};
    Str message = finding->message;
    for (size_t i = 0; i < ARRAY_LEN(certain) && finding->refuses_deploy; i++) {
        ptrdiff_t at = str_find(message, certain[i]);
        if (at < 0)
            continue;
        Str rest = str_slice(message, (size_t)at + strlen(certain[i]), message.len);
        finding->message =
            str_fmt(arena, "%.*smay be refused%.*s Live has the same and was deployed.", (int)at,
                    message.ptr, STR_ARG(rest));
        break;
    }
    finding->severity = finding->severity == SEVERITY_ERROR ? SEVERITY_WARNING : SEVERITY_NOTE;
    finding->refuses_deploy = false;
}

void check_unjudged(const Check *check, SourceFile *file, Range at, Str why)
{
    Unchecked entry = {.path = file->path, .why = why};
    if (!range_is_empty(at))
        entry.line = lines_position(source_file_lines(check->arena, file), at.start).line;
    vec_push(check->arena, check->unchecked, entry);
}

Place place_live(const Resource *resource, Range range, Str message)
{
    return (Place){SIDE_LIVE, resource->file, range, message};
}

Place place_candidate(const Resource *resource, Range range, Str message)
{
    return (Place){SIDE_CANDIDATE, resource->file, range, message};
}

/* The changed ones are in a table; others are few, named by a key or an index. */
static const Column *column_of(const ResourceChange *change, const Resource *resource, Str name)
{
    if (!resource)
        return NULL;
    const ColumnChange *column = diff_column(change, name);
    if (column)
        return resource == change->live ? column->live : column->candidate;
    return resource->facts && name.len ? datafile_column(resource->facts, name) : NULL;
}

/* A column's own place where it lives; else near what changed. */
Finding check_finding(const Check *check, RuleId rule, const ResourceChange *change, Str subject)
{
    const Resource *any = change->candidate ? change->candidate : change->live;
    Finding finding = {
        .rule = rule,
        .severity = rule_get(rule)->severity,
        .project = any->project->root,
        .resource = change->name,
        .subject = subject,
        .only_after_merge = change->only_after_merge,
    };
    const Column *live = column_of(change, change->live, subject);
    const Column *candidate = column_of(change, change->candidate, subject);
    Range live_range = live ? live->range : (Range){0, 0};
    finding.place = candidate ? place_candidate(change->candidate, candidate->range, (Str){0})
                              : place_for_deleted(check, change, live_range);
    if (live)
        vec_push(check->arena, &finding.related, place_live(change->live, live->range, (Str){0}));
    return finding;
}

Str quoted(Arena *arena, Str name)
{
    return str_fmt(arena, "'%.*s'", STR_ARG(name));
}

Str text_list(Arena *arena, const Str *texts, size_t count, size_t limit)
{
    Buf buf = {0};
    size_t shown = count <= limit ? count : limit;
    for (size_t i = 0; i < shown; i++) {
        if (i)
            buf_add(&buf, i + 1 == count ? " and " : ", ");
        buf_addf(&buf, "%.*s", STR_ARG(texts[i]));
    }
    if (shown < count)
        buf_addf(&buf, " and %zu more", count - shown);
    Str list = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return list;
}

Str quoted_list(Arena *arena, const Str *names, size_t count, size_t limit)
{
    size_t shown = count <= limit ? count : limit;
    Strs texts = {0};
    for (size_t i = 0; i < shown; i++)
        vec_push(arena, &texts, quoted(arena, names[i]));
    return text_list(arena, texts.items, count, limit);
}
