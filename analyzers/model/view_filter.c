/* What a view leaves out: conditions on time, other conditions, limits; and where it joins. */
#include "base/clock.h"
#include "view_internal.h"

#include <string.h>

typedef struct {
    Loader *loader;
    const ViewNode *node;
    const NodeLineage *lineage;
    View *view;
} Collector;

/* ---- is it about time? ---- */

typedef enum { TIME_NO, TIME_UNKNOWN, TIME_YES } TimeKind;

static bool starts_nocase(Str text, const char *prefix)
{
    return str_eq_nocase(str_slice(text, 0, strlen(prefix)), str_of(prefix));
}

static bool gives_time(Str function)
{
    static const char *const prefixes[] = {"toDate",     "toStartOf",     "fromUnixTimestamp",
                                           "toMonday",   "parseDateTime", "dateTrunc",
                                           "date_trunc", "makeDate",      "timeSlot"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (starts_nocase(function, prefixes[i]))
            return true;
    }
    return false;
}

static bool is_moving(Str function)
{
    static const char *const names[] = {"now",          "now64",      "today",
                                        "yesterday",    "nowInBlock", "current_timestamp",
                                        "current_date", "curdate"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is_nocase(function, names[i]))
            return true;
    }
    return false;
}

/* The type of a column of a data source that stands at this place. */
static const Type *type_at(const Collector *c, const Expr *column)
{
    for (size_t i = 0; i < c->lineage->reads.len; i++) {
        const ColumnRead *read = &c->lineage->reads.items[i];
        if (read->range.start < column->core.start || read->range.end > column->core.end)
            continue;
        const Column *found =
            read->source->facts ? datafile_column(read->source->facts, read->column) : NULL;
        return found ? found->type : NULL;
    }
    return NULL;
}

typedef struct {
    const Collector *collector;
    const Expr *column; /* the first */
    TimeKind columns;   /* of the columns in it */
    bool gives_time;    /* a conversion to a time, a text that is one, an interval */
    bool is_relative;
    bool is_opaque; /* a tag, a subquery */
} TimeSide;

static bool look(const Expr *expr, void *context)
{
    TimeSide *side = context;
    Instant moment;
    if (expr->kind == EXPR_COLUMN) {
        const Type *type = type_at(side->collector, expr);
        if (!side->column)
            side->column = expr;
        if (!type && side->columns == TIME_NO)
            side->columns = TIME_UNKNOWN;
        if (type && type_is_date_or_time(type_bare(type)))
            side->columns = TIME_YES;
    }
    if (expr->kind == EXPR_CALL) {
        side->gives_time |= gives_time(expr->name) || is_moving(expr->name);
        side->is_relative |= is_moving(expr->name);
    }
    side->gives_time |= expr->kind == EXPR_INTERVAL;
    side->gives_time |= expr->kind == EXPR_STRING && instant_parse(expr->name, &moment);
    side->is_opaque |= expr->kind == EXPR_UNKNOWN || expr->kind == EXPR_SUBQUERY;
    return true;
}

static TimeSide side_of(const Collector *c, const Expr *expr)
{
    TimeSide side = {.collector = c};
    expr_walk(expr, look, &side);
    return side;
}

static bool is_comparison(const Expr *expr)
{
    static const char *const names[] = {"=", "!=", "<", "<=", ">", ">=", "BETWEEN", "NOT BETWEEN"};
    for (size_t i = 0; expr->kind == EXPR_OPERATOR && i < ARRAY_LEN(names); i++) {
        if (str_is(expr->name, names[i]))
            return true;
    }
    return false;
}

/* A column of time on one side, and what stands for a moment on the other. */
static bool compares_time(const TimeSide *column, const TimeSide *limit)
{
    if (!column->column || limit->column || limit->is_opaque)
        return false;
    if (column->columns == TIME_YES)
        return true;
    return limit->gives_time && (column->columns == TIME_UNKNOWN || column->gives_time);
}

static TimeSide limits_of(const Collector *c, const Expr *expr, size_t from)
{
    TimeSide limit = side_of(c, expr->args.items[from]);
    for (size_t i = from + 1; i < expr->args.len; i++) {
        TimeSide next = side_of(c, expr->args.items[i]);
        limit.column = limit.column ? limit.column : next.column;
        limit.gives_time |= next.gives_time;
        limit.is_relative |= next.is_relative;
        limit.is_opaque |= next.is_opaque;
    }
    return limit;
}

/* ---- conditions ---- */

static Str one_line(const Collector *c, Range range)
{
    Str text = str_range(c->node->pipe->facts->text, range);
    char *out = arena_alloc(c->loader->arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool blank = strchr(" \t\r\n", text.ptr[i]) && text.ptr[i];
        if (!blank)
            out[len++] = text.ptr[i];
        else if (len && out[len - 1] != ' ')
            out[len++] = ' ';
    }
    return str_trim((Str){out, len});
}

static bool is_listed(const ViewPlaces *places, ViewPlace place)
{
    for (size_t i = 0; i < places->len; i++) {
        const ViewPlace *other = &places->items[i];
        if (other->pipe == place.pipe && other->range.start == place.range.start)
            return true;
    }
    return false;
}

/* Variants of a template share places; each is told once. */
static void add_place(Arena *arena, ViewPlaces *places, ViewPlace place)
{
    if (!is_listed(places, place))
        vec_push(arena, places, place);
}

static void add_time_filter(const Collector *c, ViewPlace place, const TimeSide *column,
                            bool relative)
{
    TimeFilters *filters = &c->view->time_filters;
    for (size_t i = 0; i < filters->len; i++) {
        const ViewPlace *other = &filters->items[i].place;
        if (other->pipe == place.pipe && other->range.start == place.range.start)
            return;
    }
    TimeFilter filter = {place, column->column->name, one_line(c, place.range), relative};
    vec_push(c->loader->arena, filters, filter);
}

static void add_condition(const Collector *c, const Expr *expr)
{
    ViewPlace place = {c->node->pipe, expr->core, expr};
    if (is_comparison(expr) && expr->args.len >= 2) {
        TimeSide first = side_of(c, expr->args.items[0]);
        TimeSide rest = limits_of(c, expr, 1);
        bool forward = compares_time(&first, &rest);
        if (forward || (expr->args.len == 2 && compares_time(&rest, &first))) {
            add_time_filter(c, place, forward ? &first : &rest,
                            first.is_relative || rest.is_relative);
            return;
        }
    }
    add_place(c->loader->arena, &c->view->filters, place);
}

static void add_conditions(const Collector *c, const Expr *expr)
{
    if (!expr)
        return;
    if (expr->kind != EXPR_OPERATOR || !str_is(expr->name, "AND")) {
        add_condition(c, expr);
        return;
    }
    for (size_t i = 0; i < expr->args.len; i++)
        add_condition(c, expr->args.items[i]);
}

/* ---- joins and look-ups ---- */

static bool is_lookup(const Expr *expr)
{
    if (expr->kind == EXPR_CALL)
        return starts_nocase(expr->name, "dictGet") || starts_nocase(expr->name, "joinGet");
    bool in = expr->kind == EXPR_OPERATOR &&
              (str_is(expr->name, "IN") || str_is(expr->name, "NOT IN") ||
               str_is(expr->name, "GLOBAL IN") || str_is(expr->name, "GLOBAL NOT IN"));
    if (!in || expr->args.len != 2)
        return false;
    const Expr *right = expr->args.items[1];
    return right->kind == EXPR_SUBQUERY || right->kind == EXPR_COLUMN;
}

static bool find_lookup(const Expr *expr, void *context)
{
    const Collector *c = context;
    if (is_lookup(expr))
        add_place(c->loader->arena, &c->view->joins, (ViewPlace){c->node->pipe, expr->core, expr});
    return true;
}

static void find_lookups(Collector *c, const Exprs *list)
{
    for (size_t i = 0; i < list->len; i++)
        expr_walk(list->items[i], find_lookup, c);
}

static void find_joins(Collector *c, const Select *select)
{
    for (size_t i = 1; i < select->from.len; i++)
        add_place(c->loader->arena, &c->view->joins,
                  (ViewPlace){c->node->pipe, select->from.items[i].range, NULL});
    find_lookups(c, &select->items);
    const Expr *conditions[] = {select->prewhere, select->where, select->having};
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        if (conditions[i])
            expr_walk(conditions[i], find_lookup, c);
    }
}

/* ---- the way of the rows through one query ---- */

static void collect_select(Collector *c, const Select *select)
{
    add_conditions(c, select->prewhere);
    add_conditions(c, select->where);
    add_conditions(c, select->having);
    if (select->qualify)
        add_condition(c, select->qualify);
    for (size_t i = 0; i < select->limit.len; i++)
        add_place(c->loader->arena, &c->view->filters,
                  (ViewPlace){c->node->pipe, select->limit.items[i]->core, select->limit.items[i]});
    find_joins(c, select);
}

/* The query that a name in FROM leads to, when a WITH around it gives the name; else NULL. */
static const Query *with_query(const Selects *around, Str name)
{
    for (size_t i = around->len; i-- > 0;) {
        const Ctes *with = &around->items[i]->with;
        for (size_t j = with->len; j-- > 0;) {
            if (with->items[j].query && str_eq(with->items[j].name.text, name))
                return with->items[j].query;
        }
    }
    return NULL;
}

enum { STEPS_MOST = 200 }; /* a WITH that reads itself leads nowhere */

void view_filters(Loader *loader, const ViewNode *node, const Query *query, View *view)
{
    Collector collector = {loader, node, node_lineage(loader, node->pipe, node->node), view};
    Selects around = {0};
    for (int step = 0; query && query->selects.len && step < STEPS_MOST; step++) {
        Select *select = query->selects.items[0];
        vec_push(loader->arena, &around, select);
        collect_select(&collector, select);
        const TableRef *first = select->from.len ? &select->from.items[0] : NULL;
        if (first && first->kind == TABLE_SUBQUERY)
            query = first->query;
        else
            query =
                first && first->kind == TABLE_NAME ? with_query(&around, first->name.text) : NULL;
    }
}
