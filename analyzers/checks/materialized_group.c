/* materialized_group.c: TB412, what a view groups by and its target does not keep apart. */
#include "materialized.h"
#include "materialized_dimensions.h"

static bool merges_rows(const DatasourceFacts *facts)
{
    return str_starts(facts->engine, "AggregatingMergeTree") ||
           str_starts(facts->engine, "SummingMergeTree");
}

/* `event = 'click'` lets one value of the column pass. */
static bool is_fixed_by_filter(Arena *arena, const View *view, const OutputColumn *column)
{
    for (size_t i = 0; i < view->filters.len && column->expr; i++) {
        const Expr *filter = view->filters.items[i].expr;
        if (!filter || filter->kind != EXPR_OPERATOR || !str_is(filter->name, "=") ||
            filter->args.len != 2)
            continue;
        const Expr *value = filter->args.items[1];
        bool constant = value->kind == EXPR_STRING || value->kind == EXPR_NUMBER;
        if (constant &&
            str_eq(bare_text(arena, filter->args.items[0]), bare_text(arena, column->expr)))
            return true;
    }
    return false;
}

/* The columns that the sorting key names, and those that are a partition each: rows of two
 * partitions are never merged. */
static Strs kept_apart_by(Arena *arena, const DatasourceFacts *facts)
{
    Strs keys = {0};
    for (size_t i = 0; i < facts->sorting_key.columns.len; i++)
        vec_push(arena, &keys, facts->sorting_key.columns.items[i]);
    Str rest = facts->partition_key.normalized;
    while (rest.len) {
        ptrdiff_t comma = str_find_char(rest, ',');
        size_t end = comma < 0 ? rest.len : (size_t)comma;
        vec_push(arena, &keys, str_trim(str_slice(rest, 0, end)));
        rest = str_slice(rest, end + 1, rest.len);
    }
    return keys;
}

/* The column is told apart by the view and not by the target. */
static bool is_merged_away(const WritingNode *at, const View *view, const Output *output,
                           const Dimension *dimension)
{
    const Column *stored = datafile_column(at->target->facts, dimension->output->name);
    if (!stored || !stored->type || is_aggregated_type(stored->type))
        return false;
    Arena *arena = at->check->arena;
    Strs keys = kept_apart_by(arena, at->target->datasource);
    for (size_t i = 0; i < keys.len; i++) {
        if (str_eq(keys.items[i], dimension->output->name))
            return false;
    }
    return !is_determined(arena, output, dimension->output, &keys) &&
           !is_fixed_by_filter(arena, view, dimension->output);
}

/* SummingMergeTree adds up every number that is in no key, unless it is told which. */
static bool is_summed(const WritingNode *at, Str name)
{
    const DatasourceFacts *facts = at->target->datasource;
    const Column *column = datafile_column(at->target->facts, name);
    const Type *bare = column && column->type ? type_bare(column->type) : NULL;
    bool number = bare && (type_is_integer(bare) || type_is(bare, "Float32") ||
                           type_is(bare, "Float64") || type_is(bare, "Decimal"));
    if (!number || !str_starts(facts->engine, "SummingMergeTree"))
        return false;
    if (facts->summing_columns.columns.len == 0)
        return true;
    for (size_t i = 0; i < facts->summing_columns.columns.len; i++) {
        if (str_eq(facts->summing_columns.columns.items[i], name))
            return true;
    }
    return false;
}

static void report_merged(const WritingNode *at, const Strs *names, const Expr *first)
{
    Arena *arena = at->check->arena;
    Str list = quoted_list(arena, names->items, names->len, 4);
    Str target = at->target->name;
    bool one = names->len == 1;
    Finding finding = writing_finding(at, RULE_TB412, first->range,
                                      str_join(arena, names->items, names->len, ", "));
    finding.message = str_fmt(
        arena, "Rows of '%.*s' that differ only in %.*s will be merged: the sorting key lacks %s.",
        STR_ARG(target), STR_ARG(list), one ? "it" : "them");
    finding.message = str_fmt(
        arena, "%.*s '%.*s' groups by %s, but %.*s %s.", STR_ARG(finding.message),
        STR_ARG(at->pipe->name), one ? "it" : "them", STR_ARG(at->target->datasource->engine),
        is_summed(at, names->items[0]) ? "adds the values up" : "keeps one of the values");
    Range key = at->target->datasource->sorting_key.token.range;
    Place in_key = {at->target->project->side, at->target->file, key, STR("the sorting key")};
    if (!at->pipe->changed && at->target->changed && !range_is_empty(key)) {
        Place in_view = finding.place;
        in_view.message = STR("the view groups by it");
        finding.place = in_key;
        finding.place.message = (Str){0};
        vec_push(arena, &finding.related, in_view);
    } else {
        vec_push(arena, &finding.related, in_key);
    }
    finding.advice = str_fmt(arena,
                             "Put %.*s in ENGINE_SORTING_KEY, or aggregate %s: any(...) into "
                             "SimpleAggregateFunction(any, T).",
                             STR_ARG(list), one ? "it" : "them");
    findings_add(at->findings, finding);
}

void materialized_group(const WritingNode *at)
{
    const View *view =
        at->target && at->target->datasource ? view_of(at->check->loader, at->pipe) : NULL;
    if (!view || view->node != at->node || !merges_rows(at->target->datasource) ||
        at->target->datasource->sorting_key.token.text.len == 0)
        return;
    const NodeLineage *lineage = node_lineage(at->check->loader, at->pipe, at->node);
    Dimensions dimensions = view_dimensions(at->check, view);
    Strs names = {0};
    const Expr *first = NULL;
    for (size_t i = 0; i < dimensions.len; i++) {
        const Dimension *dimension = &dimensions.items[i];
        if (!is_merged_away(at, view, &lineage->output, dimension))
            continue;
        vec_push(at->check->arena, &names, dimension->output->name);
        if (!first)
            first = dimension->item;
    }
    if (names.len)
        report_merged(at, &names, first);
}
