/* materialized_dimensions.c: the columns of a target that its view groups by. */
#include "materialized_dimensions.h"

enum { DEEPEST = 32 };

Str bare_text(Arena *arena, const Expr *expr)
{
    Expr bare = *expr;
    bare.alias = (Token){0};
    return expr_text(arena, &bare);
}

bool is_aggregated_type(const Type *type)
{
    return type_is(type, "AggregateFunction") || type_is(type, "SimpleAggregateFunction");
}

/* ---- GROUP BY -> output ---- */

static Str last_part(const Expr *column)
{
    return column->path.len ? column->path.items[column->path.len - 1].text : column->name;
}

/* GROUP BY 1: a whole number that counts the columns. */
static const OutputColumn *by_position(const Output *output, const Expr *item)
{
    size_t number = 0;
    for (size_t i = 0; i < item->name.len; i++) {
        char c = item->name.ptr[i];
        if (c < '0' || c > '9' || number > output->columns.len)
            return NULL;
        number = number * 10 + (size_t)(c - '0');
    }
    return number >= 1 && number <= output->columns.len ? &output->columns.items[number - 1] : NULL;
}

static const OutputColumn *by_text(Arena *arena, const Output *output, const Expr *item)
{
    Str text = bare_text(arena, item);
    for (size_t i = 0; i < output->columns.len; i++) {
        const OutputColumn *column = &output->columns.items[i];
        if (column->expr && str_eq(bare_text(arena, column->expr), text))
            return column;
    }
    return NULL;
}

/* ClickHouse looks for an alias before it looks for a column. */
static const OutputColumn *output_of(Arena *arena, const Output *output, const Expr *item)
{
    if (item->kind == EXPR_NUMBER)
        return by_position(output, item);
    if (item->alias.text.len && output_column(output, item->alias.text))
        return output_column(output, item->alias.text);
    const OutputColumn *named =
        item->kind == EXPR_COLUMN ? output_column(output, last_part(item)) : NULL;
    return named ? named : by_text(arena, output, item);
}

static void add_items(Arena *arena, const Output *output, const Exprs *items, int depth,
                      Dimensions *out)
{
    for (size_t i = 0; i < items->len && depth < 4; i++) {
        const Expr *item = items->items[i];
        if (item->kind == EXPR_TUPLE) {
            add_items(arena, output, &item->args, depth + 1, out);
            continue;
        }
        const OutputColumn *column = output_of(arena, output, item);
        if (column && !dimension_named(out, column->name))
            vec_push(arena, out, (Dimension){column, item});
    }
}

const Dimension *dimension_named(const Dimensions *dimensions, Str name)
{
    for (size_t i = 0; i < dimensions->len; i++) {
        if (str_eq(dimensions->items[i].output->name, name))
            return &dimensions->items[i];
    }
    return NULL;
}

Dimensions view_dimensions(const Check *check, const View *view)
{
    Dimensions dimensions = {0};
    const NodeLineage *lineage = node_lineage(check->loader, view->pipe, view->node);
    if (view->group_by && lineage && lineage->output.known)
        add_items(check->arena, &lineage->output, view->group_by, 0, &dimensions);
    return dimensions;
}

/* ---- stretches of time ---- */

typedef enum {
    SPAN_NONE,
    SPAN_MOMENT,
    SPAN_SECOND,
    SPAN_MINUTE,
    SPAN_MINUTES,
    SPAN_HOUR,
    SPAN_DAY,
    SPAN_WEEK,
    SPAN_MONTH,
    SPAN_QUARTER,
    SPAN_YEAR,
} Span;

/* The longest stretch of which the function's result is the same. */
static Span span_of_function(Str name)
{
    static const struct {
        const char *name;
        Span span;
    } spans[] = {
        {"toStartOfSecond", SPAN_SECOND},
        {"toStartOfMinute", SPAN_MINUTE},
        {"toStartOfFiveMinutes", SPAN_MINUTES},
        {"toStartOfFiveMinute", SPAN_MINUTES},
        {"toStartOfTenMinutes", SPAN_MINUTES},
        {"toStartOfFifteenMinutes", SPAN_MINUTES},
        {"toStartOfHour", SPAN_HOUR},
        {"toDate", SPAN_DAY},
        {"toDate32", SPAN_DAY},
        {"date", SPAN_DAY},
        {"toStartOfDay", SPAN_DAY},
        {"toYYYYMMDD", SPAN_DAY},
        {"toStartOfWeek", SPAN_WEEK},
        {"toMonday", SPAN_WEEK},
        {"toStartOfMonth", SPAN_MONTH},
        {"toYYYYMM", SPAN_MONTH},
        {"toStartOfQuarter", SPAN_QUARTER},
        {"toStartOfYear", SPAN_YEAR},
        {"toYear", SPAN_YEAR},
        {"toMonth", SPAN_MONTH},
        {"toQuarter", SPAN_QUARTER},
        {"toDayOfWeek", SPAN_DAY},
        {"toDayOfMonth", SPAN_DAY},
        {"toDayOfYear", SPAN_DAY},
        {"toHour", SPAN_HOUR},
        {"toMinute", SPAN_MINUTE},
    };
    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        if (str_is(name, spans[i].name))
            return spans[i].span;
    }
    return SPAN_NONE;
}

/* `moment` is what the span counts from: its first argument. */
static Span span_of(const Expr *expr, const Expr **moment)
{
    *moment = expr;
    if (expr->kind == EXPR_COLUMN)
        return SPAN_MOMENT;
    if (expr->kind != EXPR_CALL || expr->args.len == 0)
        return SPAN_NONE;
    *moment = expr->args.items[0];
    return span_of_function(expr->name);
}

/* toHour() tells hours apart, but two days have the same one. */
static bool is_cyclic(const Expr *expr)
{
    static const char *const names[] = {"toMonth",     "toQuarter", "toDayOfWeek", "toDayOfMonth",
                                        "toDayOfYear", "toHour",    "toMinute"};
    for (size_t i = 0; expr->kind == EXPR_CALL && i < ARRAY_LEN(names); i++) {
        if (str_is(expr->name, names[i]))
            return true;
    }
    return false;
}

static bool is_longer_span(Arena *arena, const Expr *of, const Expr *key)
{
    const Expr *moment;
    const Expr *key_moment;
    Span span = span_of(of, &moment);
    Span key_span = span_of(key, &key_moment);
    if (span == SPAN_NONE || key_span == SPAN_NONE || is_cyclic(key))
        return false;
    if (key_span > span || (key_span == SPAN_WEEK && span > SPAN_WEEK))
        return false;
    return str_eq(bare_text(arena, moment), bare_text(arena, key_moment));
}

/* ---- what the key decides ---- */

static bool is_name_of(const Strs *keys, Str name)
{
    for (size_t i = 0; i < keys->len; i++) {
        if (str_eq(keys->items[i], name))
            return true;
    }
    return false;
}

typedef struct {
    Arena *arena;
    const Output *output;
    const Strs *keys;
} Given;

static bool is_key_expression(const Given *given, const Expr *expr)
{
    for (size_t i = 0; i < given->keys->len; i++) {
        const OutputColumn *key = output_column(given->output, given->keys->items[i]);
        if (!key || !key->expr)
            continue;
        if (str_eq(bare_text(given->arena, key->expr), bare_text(given->arena, expr)) ||
            is_longer_span(given->arena, expr, key->expr))
            return true;
    }
    return false;
}

static bool expression_is_given(const Given *given, const Expr *expr, int depth)
{
    if (depth > DEEPEST || expr->kind == EXPR_UNKNOWN || expr->kind == EXPR_SUBQUERY ||
        expr->kind == EXPR_LAMBDA || is_key_expression(given, expr))
        return true;
    if (expr->kind == EXPR_COLUMN)
        return expr->path.len == 1 && is_name_of(given->keys, expr->path.items[0].text);
    for (size_t i = 0; i < expr->args.len; i++) {
        if (!expression_is_given(given, expr->args.items[i], depth + 1))
            return false;
    }
    return true;
}

bool is_determined(Arena *arena, const Output *output, const OutputColumn *column, const Strs *keys)
{
    if (!column->expr)
        return false;
    Given given = {arena, output, keys};
    return expression_is_given(&given, column->expr, 0);
}
