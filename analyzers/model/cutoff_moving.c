/* cutoff_moving.c: bounds of a time column that no literal fixes: now(), values of a template. */
#include "cutoff_internal.h"

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
        op = cutoff_flipped(op);
    }
    FilterColumn column = {0};
    if (!moment_moves(right) || !cutoff_column(r, left, &column, 0))
        return;
    bool is_lower = str_is(op, ">") || str_is(op, ">=");
    take_moving(r, is_lower ? &r->filter->moving_lower : &r->filter->moving_upper, right,
                expr->core);
}

/* ---- bounds that a template gives ---- */

static bool find_tag(const Expr *expr, void *context)
{
    MomentParts *parts = context;
    parts->has_clock |= expr->kind == EXPR_UNKNOWN;
    parts->has_column |= expr->kind == EXPR_COLUMN || expr->kind == EXPR_SUBQUERY;
    return !parts->has_column;
}

/* {{ DateTime(end) }}, toDateTime({{ end }}), ... */
static bool is_parameter(const Expr *expr)
{
    MomentParts parts = {0};
    expr_walk(expr, find_tag, &parts);
    return parts.has_clock && !parts.has_column;
}

/* An upper bound alone ends a backfill. */
static void read_parameter(FilterReader *r, const Expr *expr)
{
    FilterColumn column = {0};
    Str op = expr->name;
    const Expr *subject = expr->args.items[0];
    const Expr *limit = expr->args.items[expr->args.len - 1];
    if (expr->args.len == 2 && is_parameter(subject)) {
        limit = subject;
        subject = expr->args.items[1];
        op = cutoff_flipped(op);
    }
    bool ends = str_is(op, "<") || str_is(op, "<=") || str_is(op, "BETWEEN");
    if (ends && is_parameter(limit) && cutoff_column(r, subject, &column, 0))
        r->filter->parameter_column = column.name;
}

bool cutoff_is_chunk(FilterReader *r, const Expr *expr)
{
    FilterColumn column = {0};
    bool between = expr->kind == EXPR_OPERATOR && str_is(expr->name, "BETWEEN");
    bool compares =
        expr->kind == EXPR_OPERATOR && expr->args.len == 2 && cutoff_flipped(expr->name).len > 0;
    if (between && expr->args.len == 3)
        return is_parameter(expr->args.items[1]) && is_parameter(expr->args.items[2]) &&
               cutoff_column(r, expr->args.items[0], &column, 0);
    if (!compares)
        return false;
    bool swapped = is_parameter(expr->args.items[0]);
    return is_parameter(expr->args.items[swapped ? 0 : 1]) &&
           cutoff_column(r, expr->args.items[swapped ? 1 : 0], &column, 0);
}

/* Remembers the bounds of a condition that literals do not fix. */
void cutoff_read_moving(FilterReader *r, const Expr *expr)
{
    if (expr->kind != EXPR_OPERATOR)
        return;
    if (expr->args.len == 2 || expr->args.len == 3)
        read_parameter(r, expr);
    if (expr->args.len == 2 && cutoff_flipped(expr->name).len > 0)
        read_moving_comparison(r, expr);
    FilterColumn column = {0};
    if (!str_is(expr->name, "BETWEEN") || expr->args.len != 3 ||
        !cutoff_column(r, expr->args.items[0], &column, 0))
        return;
    if (moment_moves(expr->args.items[1]))
        take_moving(r, &r->filter->moving_lower, expr->args.items[1], expr->core);
    if (moment_moves(expr->args.items[2]))
        take_moving(r, &r->filter->moving_upper, expr->args.items[2], expr->core);
}
