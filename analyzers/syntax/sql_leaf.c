/* sql_leaf.c: makes expressions of names and literals. */
#include "sql_build.h"

static Expr *build_column(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_COLUMN, node);
    Token part = sql_token(build, node);

    if (sql_holds_tag(build, node)) {
        expr->kind = EXPR_UNKNOWN;
        return expr;
    }
    vec_push(build->arena, &expr->path, part);
    expr->name = part.text;
    expr->quoted = node->kind == SQL_QUOTED_IDENTIFIER;
    return expr;
}

/* What stands between the tags of $tag$ ... $tag$. */
static Str heredoc_value(SqlBuild *build, const SqlNode *node, Str source)
{
    size_t tag = (size_t)str_find_char(str_slice(source, 1, source.len), '$') + 2;
    Str open = str_slice(source, 0, tag);
    if (!str_eq(open, str_slice(source, source.len - tag, source.len)))
        sql_fail(build, sql_place(build, node->range), STR("the heredoc's tags differ"));
    return str_slice(source, tag, source.len - tag);
}

/* x'4F4B' is OK, b'01' the byte 1; half a byte is filled up with zeros in front. */
static Str bit_string_value(const SqlBuild *build, Str source)
{
    size_t bits = source.ptr[0] == 'x' || source.ptr[0] == 'X' ? 4 : 1;
    size_t per_byte = 8 / bits;
    Str digits = str_slice(source, 2, source.len - 1);
    size_t len = (digits.len + per_byte - 1) / per_byte;
    char *bytes = arena_alloc(build->arena, len + 1);

    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[digits.len - 1 - i];
        unsigned digit = (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        char *byte = &bytes[len - 1 - i / per_byte];
        *byte = (char)((unsigned char)*byte | digit << (i % per_byte * bits));
    }
    return (Str){bytes, len};
}

static Str string_value(SqlBuild *build, const SqlNode *node, Str source)
{
    if (node->kind == SQL_HEREDOC)
        return heredoc_value(build, node, source);
    if (node->kind == SQL_BIT_STRING)
        return bit_string_value(build, source);
    return sql_unquote(build->arena, source);
}

static Expr *build_literal(SqlBuild *build, SqlNode *node, ExprKind kind)
{
    Expr *expr = sql_new_expr(build, kind, node);
    Str source = sql_source(build, node);

    if (sql_holds_tag(build, node)) {
        expr->kind = EXPR_UNKNOWN;
        return expr;
    }
    if (kind == EXPR_STRING)
        expr->name = string_value(build, node, source);
    else if (kind == EXPR_BOOL)
        expr->name = str_is_nocase(source, "true") ? STR("true") : STR("false");
    else
        expr->name = source;
    return expr;
}

/* DATE '2020-01-01' is toDate('2020-01-01'). */
static Expr *build_dated(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_CALL, node);
    SqlNode *text = sql_child(node, SQL_STRING);

    expr->name = sql_word(node, "DATE") ? STR("toDate") : STR("toDateTime");
    if (text)
        vec_push(build->arena, &expr->args, sql_build_expr(build, text));
    return expr;
}

/* {name:Type} of a prepared statement: a value that is not known here. */
static Expr *build_parameter(SqlBuild *build, SqlNode *node)
{
    return sql_new_expr(build, EXPR_UNKNOWN, node);
}

Expr *sql_build_leaf(SqlBuild *build, SqlNode *node)
{
    switch (node->kind) {
    case SQL_IDENTIFIER:
    case SQL_QUOTED_IDENTIFIER:
        return build_column(build, node);
    case SQL_NUMBER:
        return build_literal(build, node, EXPR_NUMBER);
    case SQL_STRING:
    case SQL_HEREDOC:
    case SQL_BIT_STRING:
        return build_literal(build, node, EXPR_STRING);
    case SQL_NULL:
        return build_literal(build, node, EXPR_NULL);
    case SQL_BOOLEAN:
        return build_literal(build, node, EXPR_BOOL);
    case SQL_DATED:
        return build_dated(build, node);
    case SQL_PARAMETER:
        return build_parameter(build, node);
    default:
        return NULL;
    }
}
