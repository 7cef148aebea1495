/* What a view leaves out: conditions on time, other conditions, limits; and where it joins. */
#include "view_internal.h"

#include <string.h>

#include "view_time.h"

typedef struct {
    Loader *loader;
    const ViewNode *node;
    const NodeLineage *lineage;
    View *view;
    Map *places; /* what is listed already */
    Map *ctes;   /* entries of WITH that were looked at, by the place of their name */
} Collector;

static void collect_query(Collector *c, const Query *query, const SelectScope *outer);

/* ---- places -------------------------------------------------------------------------------- */

/* Variants of a template share places; each is told once. */
static bool is_new(const Collector *c, const char *kind, Range range)
{
    Str key = str_fmt(c->loader->arena, "%s %p %u", kind, (const void *)c->node->pipe, range.start);
    if (map_has(c->places, key))
        return false;
    map_put(c->places, key, c->places);
    return true;
}

static ViewPlace place_of(const Collector *c, const Expr *expr)
{
    return (ViewPlace){c->node->pipe, expr->core, expr};
}

static void add_filter(const Collector *c, ViewPlace place)
{
    if (is_new(c, "filter", place.range))
        vec_push(c->loader->arena, &c->view->filters, place);
}

static void add_join(const Collector *c, ViewPlace place)
{
    if (is_new(c, "join", place.range))
        vec_push(c->loader->arena, &c->view->joins, place);
}

/* ---- conditions ---------------------------------------------------------------------------- */

/* What the one table of the select gives, when it is a node or a pipe. */
static const Output *table_output(const Collector *c, const Select *select)
{
    const TableUse *use = select->from.len == 1
                              ? lineage_table_at(c->lineage, select->from.items[0].name.range.start)
                              : NULL;
    if (!use || use->node < 0 || (use->meaning != MEANS_NODE && use->meaning != MEANS_PIPE))
        return NULL;
    const NodeLineage *lineage = node_lineage(c->loader, use->resource, (size_t)use->node);
    return lineage ? &lineage->output : NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Where the quoted text or the comment that starts at `at` ends; `at` when there is none. */
static size_t opaque_end(Str text, size_t at, bool *comment)
{
    char c = text.ptr[at];
    *comment = str_starts(str_slice(text, at, text.len), "--");
    if (!*comment && c != '\'' && c != '"' && c != '`')
        return at;
    for (at++; at < text.len && text.ptr[at] != (*comment ? '\n' : c); at++)
        at += !*comment && text.ptr[at] == '\\';
    return at < text.len ? at + 1 : text.len;
}

/* As written, without comments, its runs of white space as one blank. */
static Str one_line(Arena *arena, Str text)
{
    Buf out = {0};
    for (size_t i = 0; i < text.len;) {
        bool comment;
        size_t end = opaque_end(text, i, &comment);
        if (end > i && !comment)
            buf_add_str(&out, str_slice(text, i, end));
        else if (!comment && !is_blank(text.ptr[i]))
            buf_add_char(&out, text.ptr[i]);
        else if (out.len && out.ptr[out.len - 1] != ' ')
            buf_add_char(&out, ' ');
        i = end > i ? end : i + 1;
    }
    Str line = str_trim(str_copy(arena, buf_str(&out)));
    buf_free(&out);
    return line;
}

static void add_condition(const Collector *c, const TimePlace *place, const Expr *expr)
{
    Arena *arena = c->loader->arena;
    Str column;
    bool moves;
    if (!compares_time(place, expr, &column, &moves)) {
        add_filter(c, place_of(c, expr));
        return;
    }
    Str text = one_line(arena, str_range(c->node->pipe->facts->text, expr->core));
    TimeFilter filter = {place_of(c, expr), column, text, moves};
    if (is_new(c, "filter", expr->core))
        vec_push(arena, &c->view->time_filters, filter);
}

static void add_conditions(const Collector *c, const TimePlace *place, const Expr *expr)
{
    if (!expr)
        return;
    bool is_and = expr->kind == EXPR_OPERATOR && str_is(expr->name, "AND");
    if (!is_and)
        add_condition(c, place, expr);
    for (size_t i = 0; is_and && i < expr->args.len; i++)
        add_conditions(c, place, expr->args.items[i]);
}

/* ---- joins and look-ups -------------------------------------------------------------------- */

static bool is_in(const Expr *expr)
{
    return expr->kind == EXPR_OPERATOR && expr->args.len == 2 &&
           (str_is(expr->name, "IN") || str_is(expr->name, "NOT IN") ||
            str_is(expr->name, "GLOBAL IN") || str_is(expr->name, "GLOBAL NOT IN"));
}

typedef struct {
    const Collector *collector;
    const SelectScope *scope;
} LookupWalk;

/* A bare name behind IN is a table, but for the arrays that WITH and aliases name. */
static bool names_table(const LookupWalk *walk, const Expr *right)
{
    if (right->kind == EXPR_SUBQUERY)
        return true;
    if (right->kind != EXPR_COLUMN || right->path.len != 1)
        return false;
    const NodeLineage *lineage = walk->collector->lineage;
    if (scope_find_cte(walk->scope, right->name).scope)
        return true;
    return lineage_table_at(lineage, right->core.start) != NULL;
}

static bool find_lookup(const Expr *expr, void *context)
{
    const LookupWalk *walk = context;
    bool found = false;
    if (expr->kind == EXPR_CALL)
        found =
            str_starts_nocase(expr->name, "dictGet") || str_starts_nocase(expr->name, "joinGet");
    else if (is_in(expr))
        found = names_table(walk, expr->args.items[1]);
    if (found)
        add_join(walk->collector, place_of(walk->collector, expr));
    return true;
}

static void find_lookups(const Collector *c, const SelectScope *scope)
{
    const Select *select = scope->select;
    const Exprs *lists[] = {&select->items, &select->array_join, &select->group_by};
    const Expr *conditions[] = {select->prewhere, select->where, select->having, select->qualify};
    LookupWalk walk = {c, scope};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (size_t k = 0; k < lists[i]->len; k++)
            expr_walk(lists[i]->items[k], find_lookup, &walk);
    }
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        if (conditions[i])
            expr_walk(conditions[i], find_lookup, &walk);
    }
}

static void find_joins(const Collector *c, const SelectScope *scope)
{
    const TableRefs *from = &scope->select->from;
    for (size_t i = 1; i < from->len; i++)
        add_join(c, (ViewPlace){c->node->pipe, from->items[i].range, from->items[i].on});
    find_lookups(c, scope);
}

/* ---- the way of the rows through one query ------------------------------------------------- */

static void collect_select(const Collector *c, const SelectScope *scope)
{
    const Select *select = scope->select;
    TimePlace place = {c->lineage, scope, table_output(c, select)};
    add_conditions(c, &place, select->prewhere);
    add_conditions(c, &place, select->where);
    add_conditions(c, &place, select->having);
    if (select->qualify)
        add_filter(c, place_of(c, select->qualify));
    if (select->limit.len)
        add_filter(c, place_of(c, select->limit.items[0]));
    if (select->is_distinct && select->items.len) {
        Range words = {select->range.start, select->items.items[0]->range.start};
        add_filter(c, (ViewPlace){c->node->pipe, words, NULL});
    }
    find_joins(c, scope);
}

/* Where FROM leads inside the node. */
static void follow_from(Collector *c, const SelectScope *scope)
{
    if (!scope->select->from.len)
        return;
    const TableRef *first = &scope->select->from.items[0];
    FoundCte found = {NULL, NO_CTE, false};
    if (first->kind == TABLE_SUBQUERY && first->query)
        collect_query(c, first->query, scope);
    else if (first->kind == TABLE_NAME)
        found = scope_find_cte(scope, first->name.text);
    const Cte *cte = found_cte(found);
    if (!cte)
        return;
    Str key = {(const char *)&cte->name.range.start, sizeof cte->name.range.start};
    if (map_has(c->ctes, key))
        return;
    map_put(c->ctes, key, c->ctes);
    collect_query(c, cte->query, cte_body_scope(c->loader->arena, found.scope, found.index));
}

static void collect_query(Collector *c, const Query *query, const SelectScope *outer)
{
    for (size_t i = 0; i < query->selects.len; i++) {
        const SelectScope *scope = select_scope(c->loader->arena, query->selects.items[i], outer);
        collect_select(c, scope);
        follow_from(c, scope);
    }
}

void view_filters(Loader *loader, const ViewNode *node, const Query *query, View *view, Map *places)
{
    const NodeLineage *lineage = node_lineage(loader, node->pipe, node->node);
    Collector collector = {loader, node, lineage, view, places, map_new(loader->arena)};
    collect_query(&collector, query, NULL);
}
