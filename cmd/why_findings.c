/* why_findings.c: the findings at a file or line, what causes each, and what is not checked there.
 */
#include "why.h"

#include "model/lineage.h"

/* ---- which ---- */

static bool is_there(const Why *why, const Place *place)
{
    if (!place->file || !str_eq(place->file->path, why->path))
        return false;
    if (why->line == 0)
        return true;
    /* Lines are those of the file that the user sees. */
    if (place->side == SIDE_LIVE && why->files->candidate)
        return false;
    uint32_t last = place->range.end > place->range.start ? place->range.end - 1 : place->range.end;
    uint32_t first_line = report_range(&why->report, place->file, place->range).start.line;
    uint32_t last_line = report_range(&why->report, place->file, (Range){last, last}).start.line;
    return first_line <= why->line && why->line <= last_line;
}

bool why_touches(const Why *why, const Finding *finding)
{
    if (is_there(why, &finding->place))
        return true;
    for (size_t i = 0; i < finding->related.len; i++) {
        if (is_there(why, &finding->related.items[i]))
            return true;
    }
    /* What is gone is reported at some file that exists. */
    return why->line == 0 && why->resource && str_eq(finding->project, why->project->root) &&
           str_eq(finding->resource, why->resource->name);
}

/* ---- what causes it ---- */

static const PlanStep *step_of(const Why *why, const Finding *finding)
{
    static const DatafileKind kinds[] = {DATAFILE_DATASOURCE, DATAFILE_PIPE, DATAFILE_CONNECTION};
    const PlanStep *found = NULL;
    for (size_t i = 0; !found && i < ARRAY_LEN(kinds); i++)
        found = plan_find(why->project->plan, kinds[i], finding->resource);
    return found;
}

static const char *status_words(const PlanStep *step)
{
    if (step->status == PLAN_NEW)
        return "it is new";
    return step->status == PLAN_DELETED ? "it is deleted" : "its file changes";
}

static Str reason(Why *why, const PlanStep *step)
{
    return step->why.len ? str_join(why->arena, step->why.items, step->why.len, "; ")
                         : str_of(status_words(step));
}

/* Some rules show the way among their details. */
static bool shows_chain(const Finding *finding)
{
    for (size_t i = 0; i < finding->details.len; i++) {
        if (str_starts(finding->details.items[i], "chain "))
            return true;
    }
    return false;
}

static Str chain_words(Why *why, const PlanStep *step, bool shown)
{
    Str way = str_join(why->arena, step->chain.items, step->chain.len, " -> ");
    const PlanStep *first = NULL;
    if (step->cause)
        first = plan_find(why->project->plan, step->cause->kind, step->cause->name);
    if (!first)
        return shown ? (Str){0} : way;
    return str_fmt(why->arena, "%.*s%sit begins with '%.*s': %.*s", STR_ARG(shown ? STR("") : way),
                   shown ? "" : "; ", STR_ARG(first->name), STR_ARG(reason(why, first)));
}

static Str cause_words(Why *why, const Finding *finding)
{
    const PlanStep *step = step_of(why, finding);
    if (step && step->chain.len > 1)
        return chain_words(why, step, shows_chain(finding));
    if (finding->is_single_version)
        return STR("this version brings it: live does not have it");
    if (step)
        return str_fmt(why->arena, "the change of '%.*s': %.*s", STR_ARG(step->name),
                       STR_ARG(reason(why, step)));
    return (Str){0};
}

/* Why a finding that stands elsewhere is told here. */
static Str link_words(Why *why, const Finding *finding)
{
    if (is_there(why, &finding->place))
        return (Str){0};
    for (size_t i = 0; i < finding->related.len; i++) {
        const Place *place = &finding->related.items[i];
        if (is_there(why, place) && place->message.len)
            return str_fmt(why->arena, "; here: %.*s", STR_ARG(place->message));
    }
    return (Str){0};
}

Str why_cause(Why *why, const Finding *finding)
{
    Str cause = cause_words(why, finding);
    Str link = link_words(why, finding);
    if (cause.len == 0 && link.len)
        link = str_slice(link, 2, link.len);
    return str_fmt(why->arena, "%.*s%.*s", STR_ARG(cause), STR_ARG(link));
}

FindingList why_told(Why *why)
{
    FindingItems all = findings_with_accepted(why->session->findings);
    FindingList told = {0};
    for (size_t i = 0; i < all.len; i++) {
        bool asked = !why->rule || all.items[i].rule == why->rule->id;
        if (asked && why_touches(why, &all.items[i]))
            vec_push(why->arena, &told, &all.items[i]);
    }
    return told;
}

void why_findings(Why *why)
{
    FindingList told = why_told(why);
    if (told.len == 0 && why->rule)
        return; /* why_rule() says so */
    why_heading(why, why->line ? "Findings at this line" : "Findings");
    if (told.len == 0) {
        why_say(why, STR("None."));
        return;
    }
    buf_add_char(why->out, '\n');
    for (size_t i = 0; i < told.len; i++)
        report_text_finding(&why->report, told.items[i], why_cause(why, told.items[i]), why->out);
    why->out->len--; /* the blank line that ends the last one: a heading brings its own */
}

/* ---- what is not checked ---- */

typedef struct {
    Why *why;
    Map *said; /* lines of the answer */
    Map *at;   /* line numbers of which something was said */
    NotCheckedList list;
} Told;

static Str not_checked_words(Why *why, const NotChecked *item)
{
    return item->line ? str_fmt(why->arena, "line %u: %.*s", item->line, STR_ARG(item->why))
                      : item->why;
}

static void tell(Told *told, uint32_t line, Str reason_text)
{
    Why *why = told->why;
    if (why->line && line && line != why->line)
        return;
    NotChecked item = {line, reason_text};
    void **said = map_at(told->said, not_checked_words(why, &item));
    if (*said)
        return;
    *said = told;
    map_put(told->at, str_fmt(why->arena, "%u", line), told);
    vec_push(why->arena, &told->list, item);
}

static void tell_list(Told *told, const UncheckedList *list)
{
    for (size_t i = 0; i < list->len; i++) {
        if (str_eq(list->items[i].path, told->why->path))
            tell(told, list->items[i].line, list->items[i].why);
    }
}

/* What hides tables or columns in a query; a line that was spoken of is not spoken of twice. */
static void tell_gaps(Told *told)
{
    Why *why = told->why;
    const Resource *pipe = why->resource;
    for (size_t node = 0; node < pipe->facts->nodes.len; node++) {
        const NodeLineage *lineage = node_lineage(&why->loader, pipe, node);
        for (size_t i = 0; lineage && i < lineage->gaps.len; i++) {
            uint32_t line =
                report_range(&why->report, pipe->file, lineage->gaps.items[i].range).start.line;
            if (!map_has(told->at, str_fmt(why->arena, "%u", line)))
                tell(told, line, lineage->gaps.items[i].why);
        }
    }
}

NotCheckedList why_not_checked(Why *why)
{
    Told told = {.why = why, .said = map_new(why->arena), .at = map_new(why->arena)};
    tell_list(&told, &why->session->unchecked);
    tell_list(&told, why->loader.unchecked);
    if (why->resource && why->resource->kind == DATAFILE_PIPE && why->resource->facts)
        tell_gaps(&told);
    return told.list;
}

void why_unchecked(Why *why)
{
    NotCheckedList list = why_not_checked(why);
    if (list.len)
        why_heading(why, "Not checked");
    for (size_t i = 0; i < list.len; i++)
        why_say(why, not_checked_words(why, &list.items[i]));
}
