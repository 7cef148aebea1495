/* materialized_replacing.c: TB419, a view that adds up rows which their source later replaces. */
#include "materialized.h"
#include "model/infer.h"
#include "model/view.h"

static bool collapses(const DatasourceFacts *facts)
{
    return str_starts(facts->engine, "CollapsingMergeTree") ||
           str_starts(facts->engine, "VersionedCollapsingMergeTree");
}

static bool replaces(const DatasourceFacts *facts)
{
    return str_starts(facts->engine, "ReplacingMergeTree") || collapses(facts);
}

static const Resource *replacing_source(const View *view)
{
    for (size_t i = 0; i < view->sources.len; i++) {
        const Resource *source = view->sources.items[i];
        if (source->datasource && replaces(source->datasource))
            return source;
    }
    return NULL;
}

/* ---- functions that a second version of a row changes ---- */

/* Counts, sums and averages with any combinators; those of distinct values stay as they are. */
static bool adds_up(const Expr *expr)
{
    if (expr->kind != EXPR_CALL || expr->is_window || expr->is_distinct ||
        !is_aggregate_function(expr->name) || str_find(expr->name, "Distinct") >= 0)
        return false;
    return str_starts_nocase(expr->name, "count") || str_starts_nocase(expr->name, "sum") ||
           str_starts_nocase(expr->name, "avg") || str_starts(expr->name, "groupArray");
}

typedef struct {
    const Expr *found; /* the first that adds up */
    Str sign;          /* of a collapsing source */
    bool names_sign;
} Uses;

static bool look_at(const Expr *expr, void *context)
{
    Uses *uses = context;
    if (!uses->found && adds_up(expr))
        uses->found = expr;
    if (expr->kind == EXPR_COLUMN && expr->path.len && uses->sign.len &&
        str_eq(expr->path.items[expr->path.len - 1].text, uses->sign))
        uses->names_sign = true;
    return true;
}

/* ---- FINAL, which the engine does not take in a view ---- */

static bool reads_final(const Query *query, int depth)
{
    for (size_t i = 0; i < query->selects.len; i++) {
        const TableRefs *from = &query->selects.items[i]->from;
        for (size_t j = 0; j < from->len; j++) {
            const Query *inner = from->items[j].query;
            if (from->items[j].is_final || (inner && depth < 16 && reads_final(inner, depth + 1)))
                return true;
        }
    }
    return false;
}

/* In the nodes that the view is made of. */
static bool look_through(const WritingNode *at, Uses *uses)
{
    NodeIndexes nodes = pipe_live_nodes(at->check->loader, at->pipe);
    for (size_t i = 0; i < nodes.len; i++) {
        const Query *query = pipe_query(at->check->loader, at->pipe, nodes.items[i]);
        if (!query || reads_final(query, 0))
            return false;
        query_walk(query, look_at, uses);
    }
    return true;
}

/* ---- the finding ---- */

static Range range_of_source(const WritingNode *at, const Resource *source)
{
    const NodeLineage *lineage = node_lineage(at->check->loader, at->pipe, at->node);
    for (size_t i = 0; lineage && i < lineage->tables.len; i++) {
        if (lineage->tables.items[i].resource == source)
            return lineage->tables.items[i].name.range;
    }
    return at->text->name.range;
}

/* Without what old files write behind the name. */
static Str engine_word(const DatasourceFacts *facts)
{
    ptrdiff_t blank = str_find_char(facts->engine, ' ');
    return blank < 0 ? facts->engine : str_slice(facts->engine, 0, (size_t)blank);
}

static Str message_of(const WritingNode *at, const Resource *source)
{
    bool cancels = collapses(source->datasource);
    return str_fmt(at->check->arena,
                   "'%.*s' will count %s rows of '%.*s' %s: '%.*s' sees every insert, before "
                   "%.*s removes %s.",
                   STR_ARG(at->target->name), cancels ? "cancelled" : "replaced",
                   STR_ARG(source->name), cancels ? "twice" : "again", STR_ARG(at->pipe->name),
                   STR_ARG(engine_word(source->datasource)),
                   cancels ? "the pairs" : "the older versions");
}

static Str advice_of(const WritingNode *at, const Resource *source)
{
    if (collapses(source->datasource))
        return str_fmt(at->check->arena, "Multiply by '%.*s', so that a cancelling row subtracts.",
                       STR_ARG(source->datasource->sign.token.text));
    return STR("Use functions that a second version does not change (uniq, max, argMax), or "
               "aggregate with FINAL in a copy pipe or an endpoint.");
}

static void report(const WritingNode *at, const Resource *source, const Expr *function)
{
    Arena *arena = at->check->arena;
    Range engine = source->datasource->engine_token.range;
    Finding finding = writing_finding(at, RULE_TB419, range_of_source(at, source),
                                      str_fmt(arena, "over %.*s", STR_ARG(source->name)));
    finding.message = message_of(at, source);
    Place in_source = {source->project->side, source->file, engine, STR("its engine")};
    if (!at->pipe->changed && source->changed && !range_is_empty(engine)) {
        in_source.message = (Str){0};
        finding.place = in_source;
    } else if (!range_is_empty(engine)) {
        vec_push(arena, &finding.related, in_source);
    }
    Place place = {at->pipe->project->side, at->pipe->file, function->core,
                   str_fmt(arena, "%.*s() adds each version", STR_ARG(function->name))};
    vec_push(arena, &finding.related, place);
    finding.advice = advice_of(at, source);
    findings_add(at->findings, finding);
}

/* A replacing target takes the newest result for each key, as its source does. */
void materialized_replacing(const WritingNode *at)
{
    const View *view =
        at->target && at->target->datasource ? view_of(at->check->loader, at->pipe) : NULL;
    const Resource *source = view && view->node == at->node ? replacing_source(view) : NULL;
    if (!source || replaces(at->target->datasource))
        return;
    Uses uses = {0};
    if (collapses(source->datasource))
        uses.sign = source->datasource->sign.token.text;
    if (look_through(at, &uses) && uses.found && !uses.names_sign)
        report(at, source, uses.found);
}
