/* cutoff_filter.c: the time filter of a pipe as an interval of one column. */
#include "cutoff_internal.h"

typedef struct {
    Loader *loader;
    const Project *project;
    const Select *select;
    const Datafile *source; /* facts of the table read; NULL when not known */
    CutoffFilter *filter;
} FilterReader;

static void trouble(FilterReader *r, const char *why, Range range)
{
    if (r->filter->trouble == NULL) {
        r->filter->trouble = why;
        r->filter->trouble_range = range;
    }
}

/* ---- the column ---- */

typedef struct {
    Str name;
    bool by_day;
} FilterColumn;

static const Expr *aliased(const Select *select, Str name)
{
    for (size_t i = 0; i < select->items.len; i++)
        if (str_eq(select->items.items[i]->alias.text, name))
            return select->items.items[i];
    return NULL;
}

static bool plain_column(const FilterReader *r, const Expr *expr, Str *out)
{
    if (expr->kind != EXPR_COLUMN || expr->path.len == 0 || expr->path.len > 2)
        return false;
    if (expr->path.len == 2 && r->source != NULL &&
        datafile_column(r->source, expr->path.items[0].text) != NULL)
        return false; /* a part of a column */
    *out = expr->path.items[expr->path.len - 1].text;
    return true;
}

/* The source's column behind `ts`, `t.ts`, an alias of it, or toDate() of one of these. An alias
 * of the select list comes before a column of the same name. */
static bool filter_column(const FilterReader *r, const Expr *expr, FilterColumn *out, int depth)
{
    if (expr->kind == EXPR_CALL && expr->args.len == 1 && depth == 0 &&
        (str_is(expr->name, "toDate") || str_is(expr->name, "toDate32"))) {
        out->by_day = true;
        return filter_column(r, expr->args.items[0], out, depth + 1);
    }
    if (!plain_column(r, expr, &out->name))
        return false;
    const Expr *alias = expr->path.len == 1 ? aliased(r->select, out->name) : NULL;
    if (alias == NULL)
        return true;
    Str written = out->name;
    if (!plain_column(r, alias, &out->name))
        return false;
    if (!str_eq(written, out->name) && r->source != NULL &&
        datafile_column(r->source, written) != NULL)
        r->filter->hidden = written;
    return true;
}

static Nanos tick_of_precision(const Type *type)
{
    Nanos tick = NANOS_PER_SECOND;
    int64_t precision = type->arg_count > 0 ? type->args[0].number : 3;
    for (int64_t i = 0; i < precision && tick > 1; i++)
        tick /= 10;
    return tick;
}

/* The resolution of the column's values; 0 when its type is not known. */
static Nanos tick_of(const FilterReader *r, Str column)
{
    const Column *found = r->source != NULL ? datafile_column(r->source, column) : NULL;
    const Type *type = found != NULL && found->type != NULL ? type_bare(found->type) : NULL;
    if (type == NULL)
        return 0;
    if (type_is(type, "Date") || type_is(type, "Date32"))
        return NANOS_PER_DAY;
    if (type_is(type, "DateTime"))
        return NANOS_PER_SECOND;
    return type_is(type, "DateTime64") ? tick_of_precision(type) : 0;
}

static Str zone_of(const FilterReader *r, Str name)
{
    const Column *column = r->source != NULL ? datafile_column(r->source, name) : NULL;
    const Type *type = column != NULL && column->type != NULL ? type_bare(column->type) : NULL;
    for (size_t i = 0; type != NULL && i < type->arg_count; i++)
        if (type->args[i].kind == TYPE_ARG_STRING && !cutoff_zone_is_utc(type->args[i].text))
            return type->args[i].text;
    return (Str){0};
}

static bool takes_column(FilterReader *r, FilterColumn column, Range range)
{
    CutoffFilter *filter = r->filter;
    if (filter->column.len > 0 &&
        (!str_eq(filter->column, column.name) || filter->by_day != column.by_day)) {
        trouble(r, "it filters by more than one time expression", range);
        return false;
    }
    Nanos tick = tick_of(r, column.name);
    filter->column = column.name;
    filter->by_day = column.by_day;
    filter->zone = zone_of(r, column.name);
    filter->tick_known = tick > 0 || column.by_day;
    filter->tick = column.by_day ? NANOS_PER_DAY : tick > 0 ? tick : 1;
    return true;
}

/* ---- conditions ---- */

static void set_bound(FilterReader *r, TimeBound *bound, Nanos literal, Nanos at, Range range)
{
    if (bound->present)
        trouble(r, "it bounds the column twice", range);
    *bound = (TimeBound){.present = true, .literal = literal, .at = at, .range = range};
}

/* `column op literal`; op is one of < <= > >=. */
static void take_comparison(FilterReader *r, Str op, Nanos literal, Range range)
{
    Nanos tick = r->filter->tick;
    if (str_is(op, ">"))
        set_bound(r, &r->filter->lower, literal, cutoff_floor(literal, tick) + tick, range);
    else if (str_is(op, ">="))
        set_bound(r, &r->filter->lower, literal, cutoff_ceil(literal, tick), range);
    else if (str_is(op, "<"))
        set_bound(r, &r->filter->upper, literal, cutoff_ceil(literal, tick), range);
    else
        set_bound(r, &r->filter->upper, literal, cutoff_floor(literal, tick) + tick, range);
}

static Str flipped(Str op)
{
    static const char *const pairs[][2] = {{"<", ">"}, {"<=", ">="}, {">", "<"}, {">=", "<="}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (str_is(op, pairs[i][0]))
            return str_of(pairs[i][1]);
    return (Str){0};
}

static bool read_comparison(FilterReader *r, const Expr *expr)
{
    Str op = expr->name;
    if (expr->kind != EXPR_OPERATOR || expr->args.len != 2 || flipped(op).len == 0)
        return false;
    const Expr *left = expr->args.items[0];
    const Expr *right = expr->args.items[1];
    Nanos literal;
    FilterColumn column = {0};
    if (cutoff_literal(left, &literal)) {
        const Expr *swap = left;
        left = right;
        right = swap;
        op = flipped(op);
    }
    if (!cutoff_literal(right, &literal) || !filter_column(r, left, &column, 0))
        return false;
    if (!takes_column(r, column, expr->core))
        return true;
    take_comparison(r, op, literal, expr->core);
    TimeBound *bound = str_is(op, ">") || str_is(op, ">=") ? &r->filter->lower : &r->filter->upper;
    bound->in_utc = right->kind != EXPR_STRING;
    return true;
}

static bool read_between(FilterReader *r, const Expr *expr)
{
    Nanos low;
    Nanos high;
    FilterColumn column = {0};
    if (expr->kind != EXPR_OPERATOR || !str_is(expr->name, "BETWEEN") || expr->args.len != 3 ||
        !cutoff_literal(expr->args.items[1], &low) || !cutoff_literal(expr->args.items[2], &high) ||
        !filter_column(r, expr->args.items[0], &column, 0))
        return false;
    if (takes_column(r, column, expr->core)) {
        take_comparison(r, STR(">="), low, expr->core);
        take_comparison(r, STR("<="), high, expr->core);
    }
    return true;
}

static bool is_moving_call(Str name)
{
    static const char *const names[] = {"now", "now64", "today", "yesterday", "min", "max"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is_nocase(name, names[i]))
            return true;
    return false;
}

/* ---- bounds that move ---- */

typedef struct {
    bool has_clock;
    bool has_column;
} MomentParts;

static bool is_clock(const Expr *expr)
{
    static const char *const names[] = {"now", "now64", "today", "yesterday"};
    for (size_t i = 0; expr->kind == EXPR_CALL && i < ARRAY_LEN(names); i++)
        if (str_is_nocase(expr->name, names[i]))
            return true;
    return false;
}

static bool find_clock(const Expr *expr, void *context)
{
    MomentParts *parts = context;
    parts->has_clock |= is_clock(expr);
    parts->has_column |= expr->kind == EXPR_COLUMN || expr->kind == EXPR_SUBQUERY;
    return !parts->has_column;
}

static bool moment_moves(const Expr *expr)
{
    MomentParts parts = {0};
    expr_walk(expr, find_clock, &parts);
    return parts.has_clock && !parts.has_column;
}

static void take_moving(FilterReader *r, MovingBound *bound, const Expr *moment, Range range)
{
    Str text = expr_text(r->loader->arena, moment);
    if (moment->kind == EXPR_OPERATOR && text.len > 2 && text.ptr[0] == '(' &&
        text.ptr[text.len - 1] == ')')
        text = str_slice(text, 1, text.len - 1);
    *bound =
        (MovingBound){.present = true, .bare = is_clock(moment), .moment = text, .range = range};
}

static void read_moving_comparison(FilterReader *r, const Expr *expr)
{
    Str op = expr->name;
    const Expr *left = expr->args.items[0];
    const Expr *right = expr->args.items[1];
    if (moment_moves(left)) {
        const Expr *swap = left;
        left = right;
        right = swap;
        op = flipped(op);
    }
    FilterColumn column = {0};
    if (!moment_moves(right) || !filter_column(r, left, &column, 0))
        return;
    bool is_lower = str_is(op, ">") || str_is(op, ">=");
    take_moving(r, is_lower ? &r->filter->moving_lower : &r->filter->moving_upper, right,
                expr->core);
}

/* Remembers the bounds of a condition that literals do not fix. */
static void read_moving(FilterReader *r, const Expr *expr)
{
    if (expr->kind != EXPR_OPERATOR)
        return;
    if (expr->args.len == 2 && flipped(expr->name).len > 0)
        read_moving_comparison(r, expr);
    FilterColumn column = {0};
    if (!str_is(expr->name, "BETWEEN") || expr->args.len != 3 ||
        !filter_column(r, expr->args.items[0], &column, 0))
        return;
    if (moment_moves(expr->args.items[1]))
        take_moving(r, &r->filter->moving_lower, expr->args.items[1], expr->core);
    if (moment_moves(expr->args.items[2]))
        take_moving(r, &r->filter->moving_upper, expr->args.items[2], expr->core);
}

static bool find_time(const Expr *expr, void *context)
{
    FilterReader *r = context;
    if (expr->kind == EXPR_CALL && is_moving_call(expr->name))
        r->filter->others_move = true;
    Str name;
    if (plain_column(r, expr, &name) && tick_of(r, name) > 0)
        r->filter->others_move = true;
    return true;
}

static void read_condition(FilterReader *r, const Expr *expr)
{
    if (expr->kind == EXPR_OPERATOR && str_is(expr->name, "AND")) {
        for (size_t i = 0; i < expr->args.len; i++)
            read_condition(r, expr->args.items[i]);
        return;
    }
    if (read_comparison(r, expr) || read_between(r, expr))
        return;
    read_moving(r, expr);
    vec_push(r->loader->arena, &r->filter->others, expr_text(r->loader->arena, expr));
    expr_walk(expr, find_time, r);
}

/* ---- the query ---- */

static bool is_node_of(const Resource *pipe, Str name)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++)
        if (str_eq(pipe->facts->nodes.items[i].name.text, name))
            return true;
    return false;
}

static void check_query(FilterReader *r, const Query *query)
{
    if (query->has_template)
        trouble(r, "its query depends on template values", query->range);
    else if (query->broken || query->too_deep || query->selects.len != 1)
        trouble(r, "its query could not be read as one SELECT", query->range);
}

static void read_table(FilterReader *r, const Resource *pipe)
{
    const Select *select = r->select;
    if (select->from.len != 1 || select->from.items[0].kind != TABLE_NAME ||
        is_node_of(pipe, select->from.items[0].name.text)) {
        trouble(r, "it does not read one table alone", select->range);
        return;
    }
    r->filter->source = select->from.items[0].name.text;
    const Resource *table = project_find(r->project, DATAFILE_DATASOURCE, r->filter->source);
    r->source = table != NULL ? table->facts : NULL;
}

static void read_select(FilterReader *r, const Resource *pipe)
{
    const Select *select = r->select;
    r->filter->where = select->range;
    read_table(r, pipe);
    if (select->prewhere != NULL) {
        r->filter->where = select->prewhere->range;
        read_condition(r, select->prewhere);
    }
    if (select->where != NULL) {
        r->filter->where = select->where->range;
        read_condition(r, select->where);
    }
    if (select->limit.len > 0)
        trouble(r, "it has a LIMIT", select->range);
}

CutoffFilter cutoff_filter_read(Loader *loader, const Project *project, const Resource *pipe)
{
    CutoffFilter filter = {.tick = 1};
    int node = pipe->pipe->node;
    const Query *query = node >= 0 ? pipe_query(loader, pipe, (size_t)node) : NULL;
    FilterReader reader = {.loader = loader, .project = project, .filter = &filter};
    if (query == NULL) {
        trouble(&reader, "its query is missing", (Range){0});
        return filter;
    }
    filter.where = query->range;
    if (query->selects.len > 0) {
        reader.select = query->selects.items[0];
        read_select(&reader, pipe);
    }
    check_query(&reader, query);
    return filter;
}
