/* sql_text.c: normalised texts, equal for the same meaning in another spelling. */
#include "sql_build.h"

#include <stdlib.h>
#include <string.h>

/* ---- words and literals -------------------------------------------------------------------- */

static bool is_bare_word(Str name)
{
    if (name.len == 0 || sql_is_reserved(name))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool later = (c >= '0' && c <= '9') || c == '$';
        if (!letter && (!later || i == 0))
            return false;
    }
    return true;
}

static void put_quoted(Buf *out, Str text, char quote)
{
    buf_add_char(out, quote);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == quote || c == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, c);
    }
    buf_add_char(out, quote);
}

static void put_name(Buf *out, Str name)
{
    if (is_bare_word(name))
        buf_add_str(out, name);
    else
        put_quoted(out, name, '`');
}

/* 0xFF, 1E3 and 1_000 in one spelling; 1.0 stays apart from 1. */
static void put_number(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != '_')
            buf_add_char(out, c);
    }
}

/* ---- expressions --------------------------------------------------------------------------- */

static void put_expr(Buf *out, Arena *arena, const Expr *expr);

static bool alias_says_nothing(const Expr *expr)
{
    return expr->kind == EXPR_COLUMN && str_eq(expr->alias.text, expr->name);
}

static void put_element(Buf *out, Arena *arena, const Expr *expr)
{
    put_expr(out, arena, expr);
    if (expr->alias.text.len && !alias_says_nothing(expr)) {
        buf_add(out, " AS ");
        put_name(out, expr->alias.text);
    }
}

static void put_elements(Buf *out, Arena *arena, const Exprs *list)
{
    for (size_t i = 0; i < list->len; i++) {
        if (i > 0)
            buf_add(out, ", ");
        put_element(out, arena, list->items[i]);
    }
}

static void put_bracketed(Buf *out, Arena *arena, const char *open, const Exprs *list,
                          const char *close)
{
    buf_add(out, open);
    put_elements(out, arena, list);
    buf_add(out, close);
}

static void put_path(Buf *out, const Tokens *path, const char *between)
{
    for (size_t i = 0; i < path->len; i++) {
        if (i > 0)
            buf_add(out, between);
        put_name(out, path->items[i].text);
    }
}

static bool is_interval_function(const Expr *expr)
{
    Str name = expr->name;
    return expr->args.len == 1 && !expr->params.len && str_starts(name, "toInterval") &&
           sql_unit(str_slice(name, sizeof("toInterval") - 1, name.len));
}

/* '60' where the engine takes a number as text. */
static void put_count(Buf *out, Arena *arena, const Expr *count)
{
    bool digits = count->kind == EXPR_STRING && count->name.len > 0;
    for (size_t i = 0; digits && i < count->name.len; i++)
        digits = count->name.ptr[i] >= '0' && count->name.ptr[i] <= '9';
    if (digits)
        buf_add_str(out, count->name);
    else
        put_element(out, arena, count);
}

static void put_interval(Buf *out, Arena *arena, const Expr *expr)
{
    buf_add(out, "toInterval");
    for (size_t i = 0; i < expr->name.len; i++) {
        char c = expr->name.ptr[i];
        buf_add_char(out, i > 0 && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    buf_add_char(out, '(');
    if (expr->args.len)
        put_count(out, arena, expr->args.items[0]);
    buf_add_char(out, ')');
}

static void put_call(Buf *out, Arena *arena, const Expr *expr)
{
    Str name = sql_function_name(arena, expr->name);

    put_name(out, name);
    if (expr->params.len)
        put_bracketed(out, arena, "(", &expr->params, ")");
    buf_add(out, expr->is_distinct ? "(DISTINCT " : "(");
    if (is_interval_function(expr))
        put_count(out, arena, expr->args.items[0]);
    else
        put_elements(out, arena, &expr->args);
    buf_add_char(out, ')');
    buf_add_str(out, expr->clause_text);
}

/* `::` converts the text of a literal, CAST its value: kept apart for all but strings. */
static bool converts_text(const Expr *expr)
{
    if (!str_is(expr->name, "::") || expr->args.len == 0)
        return false;
    switch (expr->args.items[0]->kind) {
    case EXPR_NUMBER:
    case EXPR_ARRAY:
    case EXPR_TUPLE:
    case EXPR_MAP:
        return true;
    default:
        return false;
    }
}

/* A number without a point or exponent in an integer's range means the same either way. */
static bool is_small_integer(const Expr *expr)
{
    if (expr->kind != EXPR_NUMBER || expr->name.len > 2)
        return false;
    for (size_t i = 0; i < expr->name.len; i++)
        if (expr->name.ptr[i] < '0' || expr->name.ptr[i] > '9')
            return false;
    return true;
}

static void put_cast(Buf *out, Arena *arena, const Expr *expr)
{
    bool text = converts_text(expr) && !is_small_integer(expr->args.items[0]);

    buf_add(out, text ? "CAST_TEXT(" : "CAST(");
    put_elements(out, arena, &expr->args);
    buf_add(out, ", ");
    put_quoted(out, expr->type ? expr->type->text : expr->type_text.text, '\'');
    buf_add_char(out, ')');
}

static void put_operator(Buf *out, Arena *arena, const Expr *expr)
{
    const Exprs *args = &expr->args;

    if (str_is(expr->name, "?:")) {
        put_bracketed(out, arena, "if(", args, ")");
        return;
    }
    buf_add_char(out, '(');
    if (args->len == 1) {
        bool after = str_starts(expr->name, "IS");
        if (!after)
            buf_addf(out, "%.*s ", STR_ARG(expr->name));
        put_element(out, arena, args->items[0]);
        if (after)
            buf_addf(out, " %.*s", STR_ARG(expr->name));
    }
    for (size_t i = 0; args->len > 1 && i < args->len; i++) {
        if (i > 0)
            buf_addf(out, " %.*s ", STR_ARG(expr->name));
        put_element(out, arena, args->items[i]);
    }
    if (expr->type_text.text.len)
        buf_addf(out, " %.*s", STR_ARG(expr->type ? expr->type->text : expr->type_text.text));
    buf_add_char(out, ')');
}

static void put_case(Buf *out, Arena *arena, const Expr *expr)
{
    put_bracketed(out, arena, str_is(expr->name, "CASE x") ? "CASE(x: " : "CASE(", &expr->args,
                  ")");
}

static void put_star(Buf *out, Arena *arena, const Expr *expr)
{
    if (expr->path.len) {
        put_path(out, &expr->path, ".");
        buf_add_char(out, '.');
    }
    if (expr->is_columns) {
        buf_add(out, "COLUMNS(");
        if (expr->params.len)
            put_elements(out, arena, &expr->params);
        else
            put_quoted(out, expr->name, '\'');
        buf_add_char(out, ')');
    } else {
        buf_addf(out, "%.*s%s*", STR_ARG(expr->name), expr->name.len ? "." : "");
    }
    for (size_t i = 0; i < expr->args.len; i++) {
        buf_add_char(out, ' ');
        put_expr(out, arena, expr->args.items[i]);
    }
}

static void put_transformer(Buf *out, Arena *arena, const Expr *expr)
{
    buf_add(out, expr->kind == EXPR_EXCEPT    ? "EXCEPT"
                 : expr->kind == EXPR_REPLACE ? "REPLACE"
                                              : "APPLY");
    buf_add(out, expr->strict ? " STRICT (" : " (");
    put_path(out, &expr->path, ", ");
    if (expr->kind == EXPR_EXCEPT && expr->name.len)
        put_quoted(out, expr->name, '\'');
    put_elements(out, arena, &expr->args);
    buf_add_char(out, ')');
}

static bool put_literal(Buf *out, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_UNKNOWN:
        buf_add_str(out, expr->name);
        return true;
    case EXPR_COLUMN:
        put_path(out, &expr->path, ".");
        return true;
    case EXPR_NUMBER:
        put_number(out, expr->name);
        return true;
    case EXPR_STRING:
        put_quoted(out, expr->name, '\'');
        return true;
    case EXPR_NULL:
        buf_add(out, "NULL");
        return true;
    case EXPR_BOOL:
        buf_add_str(out, expr->name);
        return true;
    default:
        return false;
    }
}

static void put_lambda(Buf *out, Arena *arena, const Expr *expr)
{
    buf_add_char(out, '(');
    put_path(out, &expr->path, ", ");
    buf_add(out, " -> ");
    put_elements(out, arena, &expr->args);
    buf_add_char(out, ')');
}

static void put_expr(Buf *out, Arena *arena, const Expr *expr)
{
    if (put_literal(out, expr))
        return;
    switch (expr->kind) {
    case EXPR_STAR:
        put_star(out, arena, expr);
        break;
    case EXPR_CALL:
        put_call(out, arena, expr);
        break;
    case EXPR_CAST:
        put_cast(out, arena, expr);
        break;
    case EXPR_OPERATOR:
        put_operator(out, arena, expr);
        break;
    case EXPR_INTERVAL:
        put_interval(out, arena, expr);
        break;
    case EXPR_CASE:
        put_case(out, arena, expr);
        break;
    case EXPR_TUPLE:
        put_bracketed(out, arena, "(", &expr->args, expr->args.len == 1 ? ",)" : ")");
        break;
    case EXPR_ARRAY:
        put_bracketed(out, arena, "[", &expr->args, "]");
        break;
    case EXPR_MAP:
        put_bracketed(out, arena, "{", &expr->args, "}");
        break;
    case EXPR_LAMBDA:
        put_lambda(out, arena, expr);
        break;
    case EXPR_SUBQUERY:
        buf_addf(out, "(%.*s)", STR_ARG(expr->query->text));
        break;
    default:
        put_transformer(out, arena, expr);
        break;
    }
}

static Str take(Buf *buf, Arena *arena)
{
    Str text = str_copy(arena, buf_str(buf));
    buf_free(buf);
    return text;
}

Str expr_text(Arena *arena, const Expr *expr)
{
    Buf out = {0};
    put_expr(&out, arena, expr);
    return take(&out, arena);
}

Str query_text(Arena *arena, const Query *query)
{
    (void)arena;
    return query->text;
}

/* ---- clauses, from the concrete tree ------------------------------------------------------- */

/* Words without which the clause means the same: `t AS x`, INNER JOIN, LEFT OUTER JOIN, ASC. */
static bool says_nothing(const SqlNode *token)
{
    const SqlNode *in = token->parent;
    if (!in || token->kind != SQL_TOKEN)
        return false;
    if (in->kind == SQL_TABLE)
        return sql_is(token, "AS");
    if (in->kind == SQL_JOIN)
        return sql_is(token, "INNER") || sql_is(token, "OUTER");
    if (in->kind == SQL_ORDER)
        return sql_is(token, "ASC");
    return in->kind == SQL_SELECT_LIST && !token->next;
}

static void put_leaf(Buf *out, const SqlBuild *build, const SqlNode *node)
{
    Str source = sql_source(build, node);

    if (node->kind == SQL_TOKEN)
        buf_add(out, node->word);
    else if (node->kind == SQL_IDENTIFIER || node->kind == SQL_QUOTED_IDENTIFIER)
        put_name(out, sql_token(build, node).text);
    else if (node->kind == SQL_STRING)
        put_quoted(out, sql_unquote(build->arena, source), '\'');
    else if (node->kind == SQL_NUMBER)
        put_number(out, source);
    else
        buf_add_str(out, source);
}

static void put_node(Buf *out, SqlBuild *build, const SqlNode *node, int depth)
{
    if (says_nothing(node))
        return;
    if (out->len && out->ptr[out->len - 1] != ' ')
        buf_add_char(out, ' ');
    if (node->expr)
        put_element(out, build->arena, node->expr);
    else if (node->text.ptr)
        buf_add_str(out, node->text);
    else if (depth == 0)
        buf_add_str(out, sql_source(build, node));
    else if (!node->child)
        put_leaf(out, build, node);
    else
        for (const SqlNode *child = node->child; child; child = child->next)
            put_node(out, build, child, depth - 1);
}

/* ((SELECT 1)) is SELECT 1. */
static const SqlNode *without_parentheses(const SqlNode *query)
{
    for (;;) {
        const SqlNode *only = query->child;
        if (!only || only->next || only->kind != SQL_PARENTHESIZED_QUERY)
            return query;
        const SqlNode *inner = sql_child(only, SQL_QUERY);
        if (!inner)
            return query;
        query = inner;
    }
}

Str sql_node_text(SqlBuild *build, const SqlNode *node)
{
    Buf out = {0};
    if (node->kind == SQL_QUERY)
        node = without_parentheses(node);
    put_node(&out, build, node, SQL_MAX_DEPTH);
    return take(&out, build->arena);
}
