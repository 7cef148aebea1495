/* cutoff_condition.c: conditions that compare a time column with a literal moment. */
#include "cutoff_internal.h"

/* ---- the column ---- */

static const Expr *aliased(const Select *select, Str name)
{
    for (size_t i = 0; i < select->items.len; i++)
        if (str_eq(select->items.items[i]->alias.text, name))
            return select->items.items[i];
    return NULL;
}

/* The source's column that the name means, which may be one that an own node hands on. */
static bool column_of_source(FilterReader *r, Str *name)
{
    if (r->inner == NULL)
        return true;
    const OutputColumn *given = output_column(&r->inner->output, *name);
    bool handed_on =
        given != NULL && given->source != NULL && str_eq(given->source->name, r->filter->source);
    if (handed_on)
        *name = given->column;
    else
        r->computed = true;
    return handed_on;
}

static bool plain_column(FilterReader *r, const Expr *expr, Str *out)
{
    if (expr->kind != EXPR_COLUMN || expr->path.len == 0 || expr->path.len > 2)
        return false;
    if (expr->path.len == 2 && r->source != NULL &&
        datafile_column(r->source, expr->path.items[0].text) != NULL)
        return false; /* a part of a column */
    *out = expr->path.items[expr->path.len - 1].text;
    return column_of_source(r, out);
}

/* The source's column behind `ts`, `t.ts`, an alias of it, or toDate() of one of these. An alias
 * of the select list comes before a column of the same name. */
bool cutoff_column(FilterReader *r, const Expr *expr, FilterColumn *out, int depth)
{
    if (expr->kind == EXPR_CALL && expr->args.len == 1 && depth == 0 &&
        (str_is(expr->name, "toDate") || str_is(expr->name, "toDate32"))) {
        out->by_day = true;
        return cutoff_column(r, expr->args.items[0], out, depth + 1);
    }
    const Expr *alias = NULL;
    if (expr->kind == EXPR_COLUMN && expr->path.len == 1)
        alias = aliased(r->select, expr->path.items[0].text);
    if (alias == NULL)
        return plain_column(r, expr, &out->name);
    Str written = expr->path.items[0].text;
    if (!plain_column(r, alias, &out->name))
        return false;
    if (r->inner == NULL && !str_eq(written, out->name) && r->source != NULL &&
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
        cutoff_trouble(r, "it filters by more than one time expression", range);
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
        cutoff_trouble(r, "it bounds the column twice", range);
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

Str cutoff_flipped(Str op)
{
    static const char *const pairs[][2] = {{"<", ">"}, {"<=", ">="}, {">", "<"}, {">=", "<="}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (str_is(op, pairs[i][0]))
            return str_of(pairs[i][1]);
    return (Str){0};
}

/* A moment compared with what an own node computes: whose it is among the source's columns is not
 * known. */
static bool note_computed(FilterReader *r, Range range)
{
    if (r->computed)
        cutoff_trouble(r, "it filters by what another node computes", range);
    return false;
}

static bool read_comparison(FilterReader *r, const Expr *expr)
{
    Str op = expr->name;
    if (expr->kind != EXPR_OPERATOR || expr->args.len != 2 || cutoff_flipped(op).len == 0)
        return false;
    const Expr *left = expr->args.items[0];
    const Expr *right = expr->args.items[1];
    Nanos literal;
    FilterColumn column = {0};
    if (cutoff_literal(left, &literal)) {
        const Expr *swap = left;
        left = right;
        right = swap;
        op = cutoff_flipped(op);
    }
    if (!cutoff_literal(right, &literal))
        return false;
    if (!cutoff_column(r, left, &column, 0))
        return note_computed(r, expr->core);
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
        !cutoff_column(r, expr->args.items[0], &column, 0))
        return false;
    if (takes_column(r, column, expr->core)) {
        take_comparison(r, STR(">="), low, expr->core);
        take_comparison(r, STR("<="), high, expr->core);
    }
    return true;
}

/* ---- all conditions ---- */

static bool is_moving_call(Str name)
{
    static const char *const names[] = {"now", "now64", "today", "yesterday", "min", "max"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is_nocase(name, names[i]))
            return true;
    return false;
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

void cutoff_read_condition(FilterReader *r, const Expr *expr)
{
    if (expr->kind == EXPR_OPERATOR && str_is(expr->name, "AND")) {
        for (size_t i = 0; i < expr->args.len; i++)
            cutoff_read_condition(r, expr->args.items[i]);
        return;
    }
    r->computed = false;
    if (read_comparison(r, expr) || read_between(r, expr))
        return;
    cutoff_read_moving(r, expr);
    if (cutoff_is_chunk(r, expr)) {
        vec_push(r->loader->arena, &r->chunks, expr_text(r->loader->arena, expr));
        return;
    }
    vec_push(r->loader->arena, &r->filter->others, expr_text(r->loader->arena, expr));
    expr_walk(expr, find_time, r);
}
