/* engine_key.c: which rows a key tells apart. */
#include "engine.h"

static bool is_list(const Expr *expr)
{
    return expr->kind == EXPR_TUPLE || (expr->kind == EXPR_CALL && str_is(expr->name, "tuple"));
}

Exprs key_elements(const Check *check, const KeyExpr *key)
{
    Exprs elements = {0};
    if (key->normalized.len == 0)
        return elements;
    const Expr *expr =
        sql_parse_expr(check->loader->sql, check->arena, key->token.text, key->token.range.start);
    for (int depth = 0; expr && is_list(expr) && depth < 16; depth++) {
        if (expr->args.len != 1)
            return expr->args;
        expr = expr->args.items[0];
    }
    if (expr)
        vec_push(check->arena, &elements, (Expr *)expr);
    return elements;
}

/* ---- one element ---- */

/* The column that the expression is, or the empty text. */
static Str bare_column(const Expr *expr)
{
    return expr->kind == EXPR_COLUMN && expr->path.len == 1 ? expr->path.items[0].text : (Str){0};
}

/* Spans of time, finer first; each lies within one of every later span but the week. */
typedef enum {
    SPAN_NONE,
    SPAN_MINUTE,
    SPAN_HOUR,
    SPAN_DAY,
    SPAN_WEEK,
    SPAN_MONTH,
    SPAN_QUARTER,
    SPAN_YEAR
} Span;

static Span span_of(const Expr *expr)
{
    static const struct {
        const char *name;
        Span span;
    } spans[] = {
        {"toStartOfMinute", SPAN_MINUTE},
        {"toStartOfHour", SPAN_HOUR},
        {"toDate", SPAN_DAY},
        {"toDate32", SPAN_DAY},
        {"toStartOfDay", SPAN_DAY},
        {"toYYYYMMDD", SPAN_DAY},
        {"toMonday", SPAN_WEEK},
        {"toStartOfWeek", SPAN_WEEK},
        {"toYYYYMM", SPAN_MONTH},
        {"toStartOfMonth", SPAN_MONTH},
        {"toStartOfQuarter", SPAN_QUARTER},
        {"toYear", SPAN_YEAR},
        {"toStartOfYear", SPAN_YEAR},
    };
    if (expr->kind != EXPR_CALL || expr->args.len != 1)
        return SPAN_NONE;
    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        if (str_is_nocase(expr->name, spans[i].name))
            return spans[i].span;
    }
    return SPAN_NONE;
}

/* toDate(ts) tells apart all that toYYYYMM(ts) does. */
static bool is_finer_span(Arena *arena, const Expr *finer, const Expr *coarser)
{
    Span a = span_of(finer);
    Span b = span_of(coarser);
    if (a == SPAN_NONE || b == SPAN_NONE ||
        !str_eq(expr_text(arena, finer->args.items[0]), expr_text(arena, coarser->args.items[0])))
        return false;
    return a == b || (a < b && a != SPAN_WEEK);
}

static bool tells_apart(Arena *arena, const Expr *element, const Expr *old)
{
    return str_eq(expr_text(arena, element), expr_text(arena, old)) ||
           is_finer_span(arena, element, old);
}

typedef struct {
    const Exprs *elements;
    bool all; /* so far every column stands alone among them */
} Standing;

static bool stands_alone(const Exprs *elements, Str column)
{
    for (size_t i = 0; i < elements->len; i++) {
        if (str_eq(bare_column(elements->items[i]), column))
            return true;
    }
    return false;
}

static bool note_column(const Expr *expr, void *context)
{
    Standing *standing = context;
    if (expr->kind == EXPR_COLUMN)
        standing->all = standing->all && expr->path.len == 1 &&
                        stands_alone(standing->elements, expr->path.items[0].text);
    return standing->all;
}

/* All that the expression is made of is told apart, so it is, too. */
static bool columns_stand_alone(const Expr *expr, const Exprs *elements)
{
    Standing standing = {elements, true};
    expr_walk(expr, note_column, &standing);
    return standing.all;
}

static bool is_kept(Arena *arena, const Expr *old, const Exprs *elements)
{
    for (size_t i = 0; i < elements->len; i++) {
        if (tells_apart(arena, elements->items[i], old))
            return true;
    }
    return columns_stand_alone(old, elements);
}

/* ---- whole keys ---- */

/* Keys have a handful of elements; beyond this a file is none that somebody wrote. */
enum { ELEMENTS_MOST = 200 };

static bool is_unread(const KeyExpr *key, const Exprs *elements)
{
    return (key->normalized.len && elements->len == 0) || elements->len > ELEMENTS_MOST;
}

Strs key_lost_elements(const Check *check, const KeyExpr *old, const KeyExpr *new_key)
{
    Strs lost = {0};
    Exprs before = key_elements(check, old);
    Exprs after = key_elements(check, new_key);
    if (is_unread(old, &before) || is_unread(new_key, &after))
        return lost;
    for (size_t i = 0; i < before.len; i++) {
        if (!is_kept(check->arena, before.items[i], &after))
            vec_push(check->arena, &lost, expr_text(check->arena, before.items[i]));
    }
    return lost;
}
