/* report.c: the table of formats, and what they share. */
#include "report/report.h"

static const ReportFormat formats[] = {
    {"text", report_text, report_plan_text, true, true},
    {"json", report_json, report_plan_json, true, true},
    {"sarif", report_sarif, NULL, false, false},
    {"github", report_github, NULL, false, false},
    {"gitlab", report_gitlab, NULL, false, false},
    {"junit", report_junit, NULL, false, false},
    {"rdjson", report_rdjson, NULL, false, false},
    {"markdown", report_markdown, report_plan_markdown, true, false},
    {"html", report_html, report_html, true, false},
    {"mermaid", NULL, report_plan_mermaid, false, false},
    {"dot", NULL, report_plan_dot, false, false},
};

const ReportFormat *report_format_find(Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (str_is(name, formats[i].name))
            return &formats[i];
    }
    return NULL;
}

bool report_format_has(const ReportFormat *format, ReportKind kind)
{
    switch (kind) {
    case REPORT_LINT:
        return format->lint != NULL;
    case REPORT_PLAN:
        return format->plan != NULL;
    case REPORT_WHY:
        return format->why;
    }
    return false;
}

Str report_format_list(Arena *arena, ReportKind kind)
{
    Strs names = {0};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (report_format_has(&formats[i], kind))
            vec_push(arena, &names, str_of(formats[i].name));
    }
    return str_join(arena, names.items, names.len, ", ");
}

static void add_refused(Arena *arena, PlanCounts *counts, Str name)
{
    if (!counts->refused_names)
        counts->refused_names = map_new(arena);
    if (map_has(counts->refused_names, name))
        return;
    map_put(counts->refused_names, name, counts);
    vec_push(arena, &counts->refused, name);
}

static void count_step(Arena *arena, PlanCounts *counts, const PlanStep *step)
{
    if (step->backfill == BACKFILL_REFUSED)
        add_refused(arena, counts, step->name);
    if (counts->refused_names && map_has(counts->refused_names, step->name))
        return; /* what would happen to it is not known */
    switch (step->action) {
    case ACTION_NONE:
        break;
    case ACTION_METADATA:
        counts->metadata++;
        break;
    case ACTION_ALTER:
        counts->alter++;
        break;
    case ACTION_REWRITE:
        counts->rewrite++;
        vec_push(arena, &counts->rewritten, step->name);
        break;
    case ACTION_CREATE:
        counts->create++;
        break;
    case ACTION_DELETE:
        counts->deletions++;
        vec_push(arena, &counts->deleted, step->name);
        break;
    }
}

PlanCounts report_plan_counts(const Report *report)
{
    PlanCounts counts = {0};
    /* Accepting a refusal does not make the platform take the deploy. */
    const FindingItems items = findings_with_accepted(report->findings);
    for (size_t i = 0; i < items.len; i++) {
        if (items.items[i].refuses_deploy)
            add_refused(report->arena, &counts, items.items[i].resource);
    }
    for (size_t i = 0; i < report->plans.len; i++) {
        const PlanSteps *steps = &report->plans.items[i].plan->steps;
        for (size_t j = 0; j < steps->len; j++)
            count_step(report->arena, &counts, &steps->items[j]);
    }
    return counts;
}

uint32_t report_files(const Report *report)
{
    const FindingItems *items = &report->findings->items;
    uint32_t files = 0;
    for (size_t i = 0; i < items->len; i++) {
        /* Findings are ordered by project and path, so equal paths are neighbours. */
        if (i == 0 || !str_eq(report_path(report, &items->items[i].place),
                              report_path(report, &items->items[i - 1].place)))
            files++;
    }
    return files;
}

Region report_range(const Report *report, SourceFile *file, Range range)
{
    if (!file || !file->loaded)
        return (Region){{1, 1}, {1, 1}};
    Lines *lines = source_file_lines(report->arena, file);
    uint32_t start = range.start;
    uint32_t end = range.end < start ? start : range.end;
    return (Region){lines_position(lines, start), lines_position(lines, end)};
}

Region report_region(const Report *report, const Place *place)
{
    return report_range(report, place->file, place->range);
}

Str report_path(const Report *report, const Place *place)
{
    if (place->file)
        return place->file->path;
    if (report->comparison && report->comparison->any_path.len)
        return report->comparison->any_path;
    return STR(".");
}

static bool is_moved(const Report *report, const Finding *finding)
{
    return finding->place.file && finding->place.side == SIDE_LIVE && report->comparison &&
           report->comparison->any_path.len > 0;
}

Place report_primary(const Report *report, const Finding *finding)
{
    return is_moved(report, finding) ? (Place){.side = SIDE_CANDIDATE} : finding->place;
}

Places report_related(const Report *report, const Finding *finding)
{
    if (!is_moved(report, finding))
        return finding->related;
    Places places = {0};
    Place own = finding->place;
    if (own.message.len == 0)
        own.message = STR("live definition");
    vec_push(report->arena, &places, own);
    for (size_t i = 0; i < finding->related.len; i++)
        vec_push(report->arena, &places, finding->related.items[i]);
    return places;
}

const char *candidate_kind_text(CandidateKind kind)
{
    switch (kind) {
    case CANDIDATE_INDEX:
        return "index";
    case CANDIDATE_WORKTREE:
        return "worktree";
    case CANDIDATE_COMMIT:
        return "commit";
    }
    return "commit";
}

enum { FIX_REPEATS = 10 };

bool report_writes_fix(Map *written, Arena *arena, const Fix *fix)
{
    if (!fix)
        return false;
    Str key = {(const char *)&fix, sizeof fix}; /* the pointer's own bytes */
    uintptr_t times = (uintptr_t)map_get(written, key);
    if (times < FIX_REPEATS)
        map_put(written, times ? key : str_copy(arena, key), (void *)(times + 1));
    return times < FIX_REPEATS;
}
