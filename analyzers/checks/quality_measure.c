/* quality_measure.c: the selects of a data quality test that measure one table each. */
#include "quality_measure.h"

#include "model/infer.h"

enum { MEASURES_MAX = 64 };

typedef struct {
    Arena *arena;
    const QualityTest *test;
    Measures *out;
} MeasureWalk;

static void walk_query(const MeasureWalk *walk, const Query *query);

/* ---- one select ---- */

static bool is_real_table(const QualityTest *test, Str name)
{
    for (size_t i = 0; i < test->tables.len; i++)
        if (str_eq(test->tables.items[i], name))
            return true;
    return false;
}

static bool find_subquery(const Expr *expr, void *found)
{
    if (expr->kind == EXPR_SUBQUERY)
        *(bool *)found = true;
    return expr->kind != EXPR_SUBQUERY;
}

static bool has_subquery(const Expr *expr)
{
    bool found = false;
    if (expr != NULL)
        expr_walk(expr, find_subquery, &found);
    return found;
}

static bool counts_rows(const Expr *item)
{
    return item->kind == EXPR_CALL && !item->is_distinct && !item->is_window &&
           item->args.len <= 1 &&
           (str_is_nocase(item->name, "count") || str_is_nocase(item->name, "countIf"));
}

static Str items_text(Arena *arena, const Exprs *items)
{
    Strs texts = {0};
    for (size_t i = 0; i < items->len; i++) {
        Expr bare = *items->items[i];
        bare.alias = (Token){0};
        vec_push(arena, &texts, expr_text(arena, &bare));
    }
    return str_join(arena, texts.items, texts.len, ", ");
}

static Str select_text(Arena *arena, const Measure *m)
{
    Str where = m->select->where != NULL ? expr_text(arena, m->select->where) : STR("");
    Str prewhere = m->select->prewhere != NULL ? expr_text(arena, m->select->prewhere) : STR("");
    Str groups = items_text(arena, &m->select->group_by);
    return str_fmt(arena, "%.*s FROM %.*s%s WHERE %.*s, %.*s GROUP BY %.*s", STR_ARG(m->items),
                   STR_ARG(m->table->name.text), m->table->is_final ? " FINAL" : "",
                   STR_ARG(prewhere), STR_ARG(where), STR_ARG(groups));
}

static void measure(const MeasureWalk *walk, const Select *select)
{
    if (select->from.len != 1 || select->array_join.len > 0 || walk->out->len == MEASURES_MAX)
        return;
    Measure m = {.select = select, .table = &select->from.items[0]};
    if (m.table->kind != TABLE_NAME || !is_real_table(walk->test, m.table->name.text) ||
        has_subquery(select->where) || has_subquery(select->prewhere))
        return;
    bool aggregates = false;
    for (size_t i = 0; i < select->items.len; i++) {
        aggregates |= expr_aggregates(select->items.items[i]);
        if (m.count == NULL && counts_rows(select->items.items[i]))
            m.count = select->items.items[i];
    }
    if (!aggregates)
        return;
    m.items = items_text(walk->arena, &select->items);
    m.text = select_text(walk->arena, &m);
    vec_push(walk->arena, walk->out, m);
}

/* ---- all selects ---- */

static void walk_expr(const MeasureWalk *walk, const Expr *expr)
{
    if (expr == NULL)
        return;
    if (expr->query != NULL)
        walk_query(walk, expr->query);
    const Exprs *lists[] = {&expr->args, &expr->params, &expr->rare->clauses};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (size_t j = 0; j < lists[i]->len; j++)
            walk_expr(walk, lists[i]->items[j]);
}

static void walk_select(const MeasureWalk *walk, const Select *select)
{
    for (size_t i = 0; i < select->with.len; i++) {
        if (select->with.items[i].query != NULL)
            walk_query(walk, select->with.items[i].query);
        walk_expr(walk, select->with.items[i].expr);
    }
    measure(walk, select);
    for (size_t i = 0; i < select->items.len; i++)
        walk_expr(walk, select->items.items[i]);
    for (size_t i = 0; i < select->from.len; i++)
        if (select->from.items[i].query != NULL)
            walk_query(walk, select->from.items[i].query);
    walk_expr(walk, select->prewhere);
    walk_expr(walk, select->where);
    walk_expr(walk, select->having);
}

static void walk_query(const MeasureWalk *walk, const Query *query)
{
    for (size_t i = 0; i < query->selects.len; i++)
        walk_select(walk, query->selects.items[i]);
}

Measures quality_measures(Arena *arena, const QualityTest *test)
{
    Measures measures = {0};
    MeasureWalk walk = {arena, test, &measures};
    if (test->complete && test->query != NULL)
        walk_query(&walk, test->query);
    return measures;
}

/* ---- how far in time ---- */

typedef struct {
    bool column;
    bool unknown;
    bool moment; /* now() and the like, or a text */
} Named;

static bool look_at(const Expr *expr, void *context)
{
    Named *named = context;
    named->column |= expr->kind == EXPR_COLUMN;
    named->unknown |= expr->kind == EXPR_UNKNOWN;
    named->moment |=
        expr->kind == EXPR_STRING || (expr->kind == EXPR_CALL && sql_function_is_now(expr->name));
    return true;
}

static Named names_of(const Expr *expr)
{
    Named named = {0};
    expr_walk(expr, look_at, &named);
    return named;
}

static void add_upper(Arena *arena, MeasureBounds *bounds, const Expr *limit)
{
    vec_push(arena, &bounds->uppers, expr_text(arena, limit));
}

/* a <= b, with the column on either side. */
static void read_order(Arena *arena, MeasureBounds *bounds, const Expr *smaller, const Expr *larger)
{
    if (names_of(smaller).column)
        add_upper(arena, bounds, larger);
    else if (names_of(larger).column)
        bounds->has_lower = true;
}

static void read_comparison(Arena *arena, MeasureBounds *bounds, const Expr *expr)
{
    const Expr *first = expr->args.items[0], *second = expr->args.items[1];
    if (str_is(expr->name, "<=") || str_is(expr->name, "<"))
        read_order(arena, bounds, first, second);
    else if (str_is(expr->name, ">=") || str_is(expr->name, ">"))
        read_order(arena, bounds, second, first);
    else if (str_is(expr->name, "=") && names_of(second).moment)
        add_upper(arena, bounds, second);
}

static void read_condition(Arena *arena, MeasureBounds *bounds, const Expr *expr)
{
    if (names_of(expr).unknown)
        bounds->known = false;
    if (expr->kind != EXPR_OPERATOR)
        return;
    if (str_is(expr->name, "AND")) {
        for (size_t i = 0; i < expr->args.len; i++)
            read_condition(arena, bounds, expr->args.items[i]);
    } else if (str_is(expr->name, "BETWEEN") && expr->args.len == 3) {
        bounds->has_lower = true;
        add_upper(arena, bounds, expr->args.items[2]);
    } else if (expr->args.len == 2) {
        read_comparison(arena, bounds, expr);
    }
}

MeasureBounds measure_bounds(Arena *arena, const Measure *measure)
{
    MeasureBounds bounds = {.known = true};
    if (measure->select->prewhere != NULL)
        read_condition(arena, &bounds, measure->select->prewhere);
    if (measure->select->where != NULL)
        read_condition(arena, &bounds, measure->select->where);
    if (measure->count != NULL && measure->count->args.len == 1 &&
        str_is_nocase(measure->count->name, "countIf"))
        read_condition(arena, &bounds, measure->count->args.items[0]);
    return bounds;
}
