/* What a time filter of a view leaves out when the view runs over all that its source holds. */
#include "base/clock.h"
#include "rebuild_internal.h"

/* ---- bounds ---- */

typedef struct {
    bool has_column;
    bool has_now;
} Sides;

static bool note_part(const Expr *expr, void *context)
{
    Sides *sides = context;
    if (expr->kind == EXPR_COLUMN)
        sides->has_column = true;
    if (expr->kind == EXPR_CALL && sql_function_is_now(expr->name))
        sides->has_now = true;
    return true;
}

static Sides sides_of(const Expr *expr)
{
    Sides sides = {0};
    expr_walk(expr, note_part, &sides);
    return sides;
}

typedef enum { BOUND_OTHER, BOUND_LOWER, BOUND_UPPER } Bound;

/* Which end of the column's values a comparison cuts off; `limit` is the side without the column.
 */
static Bound bound_of(const Expr *expr, const Expr **limit)
{
    if (!expr || expr->kind != EXPR_OPERATOR || expr->args.len != 2)
        return BOUND_OTHER;
    bool more = str_is(expr->name, ">") || str_is(expr->name, ">=");
    bool less = str_is(expr->name, "<") || str_is(expr->name, "<=");
    Sides left = sides_of(expr->args.items[0]);
    Sides right = sides_of(expr->args.items[1]);
    if ((!more && !less) || left.has_column == right.has_column)
        return BOUND_OTHER;
    *limit = expr->args.items[left.has_column ? 1 : 0];
    return more == left.has_column ? BOUND_LOWER : BOUND_UPPER;
}

/* ---- bounds that cut nothing ---- */

static bool find_string(const Expr *expr, void *context)
{
    Str *found = context;
    if (expr->kind == EXPR_STRING && found->len == 0)
        *found = expr->name;
    return found->len == 0;
}

static bool moment_of(const Expr *limit, Instant *out)
{
    Str text = {0};
    expr_walk(limit, find_string, &text);
    return text.len > 0 && instant_parse(text, out);
}

/* '1970-01-01', '2000-01-01': a guard against empty values, not a cutoff. */
static bool is_before_any_data(const Expr *limit)
{
    Instant earliest, at;
    if (!instant_parse(STR("2010-01-01"), &earliest))
        return false;
    if (moment_of(limit, &at))
        return at < earliest;
    return limit->kind == EXPR_NUMBER && str_is(limit->name, "0");
}

static bool is_harmless(const TimeFilter *filter)
{
    const Expr *limit = NULL;
    Bound bound = bound_of(filter->place.expr, &limit);
    if (bound == BOUND_UPPER && filter->is_relative)
        return true; /* history lies before now */
    return bound == BOUND_LOWER && !filter->is_relative && is_before_any_data(limit);
}

/* ---- how far back a moving bound reaches ---- */

/* `now() - INTERVAL 7 DAY`: 7 days. */
bool filter_reach(Loader *loader, const TimeFilter *filter, TtlLength *out)
{
    const Expr *limit = NULL;
    if (!filter->is_relative || bound_of(filter->place.expr, &limit) != BOUND_LOWER)
        return false;
    bool minus = limit->kind == EXPR_OPERATOR && str_is(limit->name, "-") && limit->args.len == 2;
    const Expr *from = minus ? limit->args.items[0] : NULL;
    if (!from || from->kind != EXPR_CALL || from->args.len > 1)
        return false;
    /* Read as a TTL, which is a moment and a length, too. */
    bool is_day = str_is_nocase(from->name, "today") || str_is_nocase(from->name, "curdate");
    Str length = expr_text(loader->arena, limit->args.items[1]);
    Str text =
        str_fmt(loader->arena, "%s(x) + %.*s", is_day ? "toDate" : "toDateTime", STR_ARG(length));
    Ttl ttl = ttl_parse(loader->sql, loader->arena, text, 0);
    if (!ttl.readable || ttl.rules.len != 1 || !ttl.rules.items[0].length.known)
        return false;
    *out = ttl.rules.items[0].length;
    return true;
}

/* ---- in live, too ---- */

static Str meaning_of(Arena *arena, const TimeFilter *filter)
{
    return filter->place.expr ? expr_text(arena, filter->place.expr) : filter->text;
}

static bool has_filter(Arena *arena, const View *view, const TimeFilter *filter)
{
    for (size_t i = 0; i < view->time_filters.len; i++) {
        if (str_eq(meaning_of(arena, &view->time_filters.items[i]), meaning_of(arena, filter)))
            return true;
    }
    return false;
}

/* At insertion it let new rows in; over all rows it only lets the last ones in. */
static bool cuts_history(const Expr *expr)
{
    const Expr *limit = NULL;
    if (!expr || expr->kind != EXPR_OPERATOR)
        return false;
    return bound_of(expr, &limit) == BOUND_LOWER || str_is(expr->name, "=") ||
           str_is(expr->name, "BETWEEN");
}

/* The same column is cut at a fixed moment in live, too, and no earlier than that. */
static bool is_widened(const View *live, const TimeFilter *filter)
{
    const Expr *limit = NULL, *before = NULL;
    Instant at, was;
    if (bound_of(filter->place.expr, &limit) != BOUND_LOWER || !moment_of(limit, &at))
        return false;
    for (size_t i = 0; i < live->time_filters.len; i++) {
        const TimeFilter *other = &live->time_filters.items[i];
        if (str_eq(other->column, filter->column) &&
            bound_of(other->place.expr, &before) == BOUND_LOWER && moment_of(before, &was) &&
            at <= was)
            return true;
    }
    return false;
}

FilterEffect filter_effect(Arena *arena, const TimeFilter *filter, const View *live)
{
    if (is_harmless(filter))
        return FILTER_HARMLESS;
    if (filter->is_relative)
        return cuts_history(filter->place.expr) ? FILTER_CUTS : FILTER_MAYBE;
    bool known = live && (has_filter(arena, live, filter) || is_widened(live, filter));
    return known ? FILTER_MAYBE : FILTER_CUTS;
}
