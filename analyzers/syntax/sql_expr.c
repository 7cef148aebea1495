/* sql_expr.c: makes expressions of the nodes of the concrete tree. */
#include "sql_build.h"

#include "squeeze.h"

#include <string.h>

static const ExprRare NOTHING_RARE;

Expr *sql_new_expr_at(const SqlBuild *build, ExprKind kind, Range range)
{
    Expr *expr = ARENA_NEW(build->arena, Expr);
    expr->kind = kind;
    expr->range = expr->core = range;
    expr->rare = &NOTHING_RARE;
    return expr;
}

Expr *sql_new_expr(const SqlBuild *build, ExprKind kind, const SqlNode *node)
{
    return sql_new_expr_at(build, kind, sql_place(build, node->range));
}

ExprRare *sql_rare(const SqlBuild *build, Expr *expr)
{
    if (expr->rare == &NOTHING_RARE)
        expr->rare = ARENA_NEW(build->arena, ExprRare);
    return (ExprRare *)(uintptr_t)expr->rare;
}

static void add(const SqlBuild *build, Exprs *list, Expr *expr)
{
    vec_push(build->arena, list, expr);
}

void sql_build_exprs(SqlBuild *build, SqlNode *parent, Exprs *out)
{
    for (SqlNode *child = parent->child; child; child = child->next)
        if (sql_is_expression(child))
            add(build, out, sql_build_expr(build, child));
}

void sql_build_deep(SqlBuild *build, SqlNode *clause, Exprs *out)
{
    for (SqlNode *child = clause->child; child; child = child->next) {
        if (child->field && strcmp(child->field, "window") == 0)
            continue;
        if (sql_is_expression(child))
            add(build, out, sql_build_expr(build, child));
        else if (child->child)
            sql_build_deep(build, child, out);
    }
}

static Expr *operator_of(SqlBuild *build, const SqlNode *node, Str name)
{
    Expr *expr = sql_new_expr(build, EXPR_OPERATOR, node);
    expr->name = name;
    return expr;
}

/* The operand under a field; a hole that error recovery left is EXPR_UNKNOWN. */
static Expr *operand(SqlBuild *build, SqlNode *node, const char *field)
{
    SqlNode *child = sql_field(node, field);
    return child ? sql_build_expr(build, child) : sql_new_expr(build, EXPR_UNKNOWN, node);
}

/* ---- operators ----------------------------------------------------------------------------- */

static Str operator_name(const SqlBuild *build, const SqlNode *node)
{
    if (node->kind == SQL_TOKEN) {
        const char *word = node->word;
        if (strcmp(word, "==") == 0)
            return STR("=");
        if (strcmp(word, "<>") == 0)
            return STR("!=");
        if (strcmp(word, "MOD") == 0)
            return STR("%");
        return str_of(word);
    }
    Str words[4];
    size_t count = 0;
    for (const SqlNode *child = node->child; child && count < ARRAY_LEN(words); child = child->next)
        if (child->kind == SQL_TOKEN)
            words[count++] = str_of(child->word);
    return str_join(build->arena, words, count, " ");
}

static bool is_logic(const SqlNode *node, const char *word)
{
    const SqlNode *op = node->kind == SQL_BINARY ? sql_field(node, "operator") : NULL;
    return op && sql_is(op, word);
}

/* The operands of a run of AND or of OR from left to right, parentheses looked through. The left
 * spine is followed in a loop: conditions of thousands of terms lean to the left. */
static void build_run(SqlBuild *build, SqlNode *node, const char *word, Expr *out)
{
    VEC(SqlNode *) rights = {0};

    while (is_logic(node, word)) {
        SqlNode *right = sql_field(node, "right");
        SqlNode *left = sql_field(node, "left");
        if (right)
            vec_push(build->arena, &rights, right);
        if (!left)
            break;
        node = left;
    }
    for (size_t i = rights.len + 1; i-- > 0;) {
        SqlNode *term = i == rights.len ? node : rights.items[i];
        Expr *expr = sql_build_expr(build, term);
        bool same =
            expr->kind == EXPR_OPERATOR && str_is(expr->name, word) && !expr->alias.text.len;
        for (size_t k = 0; same && k < expr->args.len; k++)
            add(build, &out->args, expr->args.items[k]);
        if (!same)
            add(build, &out->args, expr);
    }
}

static Expr *build_binary(SqlBuild *build, SqlNode *node)
{
    SqlNode *op = sql_field(node, "operator");

    if (!op)
        return sql_new_expr(build, EXPR_UNKNOWN, node);
    Expr *expr = operator_of(build, node, operator_name(build, op));
    if (sql_is(op, "AND") || sql_is(op, "OR")) {
        build_run(build, node, op->word, expr);
        return expr;
    }
    add(build, &expr->args, operand(build, node, "left"));
    add(build, &expr->args, operand(build, node, "right"));
    SqlNode *right = sql_field(node, "right");
    if (sql_is(op, "/") && right && right->kind == SQL_STAR && right->range.start == op->range.end)
        sql_fail(build, sql_place(build, op->range), STR("a comment is never closed"));
    return expr;
}

/* -1 is a literal; so is the -1 of -1::Int8, which converts the text '-1'. */
static Expr *with_sign(const SqlBuild *build, const SqlNode *node, Expr *value, char sign)
{
    Expr *number = value->kind == EXPR_CAST && str_is(value->name, "::") && value->args.len
                       ? value->args.items[0]
                       : value;
    if (number->kind != EXPR_NUMBER || str_starts(number->name, "-") || number->alias.text.len)
        return NULL;
    if (sign == '-')
        number->name = str_fmt(build->arena, "-%.*s", STR_ARG(number->name));
    number->range.start = number->core.start = sql_place(build, node->range).start;
    value->range.start = value->core.start = number->range.start;
    return value;
}

static Expr *build_unary(SqlBuild *build, SqlNode *node)
{
    SqlNode *op = sql_field(node, "operator");
    SqlNode *child = node->child;

    while (child && !sql_is_expression(child))
        child = child->next;
    if (!op || !child)
        return sql_new_expr(build, EXPR_UNKNOWN, node);
    Expr *value = sql_build_expr(build, child);
    bool literal = child->kind == SQL_NUMBER || child->kind == SQL_CAST_OPERATOR;
    Expr *signed_value =
        literal && !sql_is(op, "NOT") ? with_sign(build, node, value, op->word[0]) : NULL;
    if (signed_value)
        return signed_value;
    Expr *expr = operator_of(build, node, operator_name(build, op));
    add(build, &expr->args, value);
    return expr;
}

static Expr *build_between(SqlBuild *build, SqlNode *node)
{
    Expr *expr =
        operator_of(build, node, sql_field(node, "not") ? STR("NOT BETWEEN") : STR("BETWEEN"));
    add(build, &expr->args, operand(build, node, "value"));
    add(build, &expr->args, operand(build, node, "low"));
    add(build, &expr->args, operand(build, node, "high"));
    return expr;
}

static Expr *build_is(SqlBuild *build, SqlNode *node)
{
    Expr *expr = operator_of(build, node, operator_name(build, node));
    SqlNode *right = sql_field(node, "right");

    add(build, &expr->args, operand(build, node, "value"));
    if (right)
        add(build, &expr->args, sql_build_expr(build, right));
    return expr;
}

static Expr *build_ternary(SqlBuild *build, SqlNode *node)
{
    Expr *expr = operator_of(build, node, STR("?:"));
    add(build, &expr->args, operand(build, node, "condition"));
    add(build, &expr->args, operand(build, node, "then"));
    add(build, &expr->args, operand(build, node, "else"));
    return expr;
}

static Expr *build_subscript(SqlBuild *build, SqlNode *node)
{
    Expr *expr = operator_of(build, node, STR("[]"));
    SqlNode *index = sql_field(node, "index");

    add(build, &expr->args, operand(build, node, "value"));
    if (index)
        add(build, &expr->args, sql_build_expr(build, index));
    return expr;
}

/* a.b of a bare a is one path; everything else is an element of a value. */
static Expr *build_member(SqlBuild *build, SqlNode *node)
{
    SqlNode *name = sql_field(node, "name");
    SqlNode *index = sql_field(node, "index");
    SqlNode *type = sql_field(node, "type");
    SqlNode *from = sql_field(node, "value");
    Expr *value = operand(build, node, "value");
    bool bare = from && from->kind != SQL_PARENTHESIZED && value->kind == EXPR_COLUMN;

    if (bare && name && sql_word(node, ".") && !sql_holds_tag(build, name)) {
        Token part = sql_token(build, name);
        vec_push(build->arena, &value->path, part);
        value->name = part.text;
        value->quoted |= name->kind == SQL_QUOTED_IDENTIFIER;
        value->range = value->core = sql_place(build, node->range);
        return value;
    }
    Expr *expr = operator_of(build, node,
                             sql_word(node, ".^")   ? STR(".^")
                             : sql_word(node, ".:") ? STR(".:")
                                                    : STR("."));
    add(build, &expr->args, value);
    if (name || index)
        add(build, &expr->args, sql_build_expr(build, name ? name : index));
    if (type)
        sql_set_type(build, expr, type,
                     type->kind == SQL_QUOTED_IDENTIFIER ? sql_token(build, type).text
                                                         : sql_source(build, type));
    return expr;
}

/* ---- brackets ------------------------------------------------------------------------------ */

static Expr *build_list(SqlBuild *build, SqlNode *node, ExprKind kind)
{
    Expr *expr = sql_new_expr(build, kind, node);
    sql_build_exprs(build, node, &expr->args);
    return expr;
}

static Expr *build_map(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_MAP, node);
    for (SqlNode *pair = node->child; pair; pair = pair->next)
        if (pair->kind == SQL_PAIR)
            sql_build_exprs(build, pair, &expr->args);
    return expr;
}

/* Parentheses leave no trace but the range. An alias inside stays where it was given. */
static Expr *build_parenthesized(SqlBuild *build, SqlNode *node)
{
    SqlNode *child = node->child;

    while (child && !sql_is_expression(child))
        child = child->next;
    if (!child)
        return sql_new_expr(build, EXPR_UNKNOWN, node);
    Expr *expr = sql_build_expr(build, child);
    expr->range = expr->core = sql_place(build, node->range);
    return expr;
}

static Expr *build_subquery(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_SUBQUERY, node);
    SqlNode *query = sql_child(node, SQL_QUERY);

    if (!query)
        expr->kind = EXPR_UNKNOWN;
    else
        expr->query = sql_build_query(build, query);
    return expr;
}

static bool add_parameters(SqlBuild *build, SqlNode *node, Tokens *out)
{
    if (!node)
        return false;
    if (node->kind == SQL_IDENTIFIER || node->kind == SQL_QUOTED_IDENTIFIER) {
        Token name = sql_token(build, node);
        vec_push(build->arena, out, name);
        return true;
    }
    if (node->kind != SQL_PARENTHESIZED && node->kind != SQL_TUPLE)
        return false;
    for (SqlNode *child = node->child; child; child = child->next)
        if (child->kind == SQL_IDENTIFIER || child->kind == SQL_QUOTED_IDENTIFIER)
            add_parameters(build, child, out);
        else if (sql_is_expression(child))
            return false;
    return true;
}

static Expr *build_lambda(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_LAMBDA, node);
    SqlNode *parameters = sql_field(node, "parameters");

    if (!add_parameters(build, parameters, &expr->path))
        sql_fail(build, sql_place(build, node->range), STR("parameters of '->' must be names"));
    add(build, &expr->args, operand(build, node, "body"));
    return expr;
}

static Expr *build_case(SqlBuild *build, SqlNode *node)
{
    Expr *expr = build_list(build, node, EXPR_CASE);
    /* The shape, which the number of operands alone does not give. */
    expr->name = sql_field(node, "operand") ? STR("CASE x") : STR("CASE");
    return expr;
}

/* `a + FROM t` reads as a column called FROM with the alias t. */
static bool ends_with_from(const SqlBuild *build, const SqlNode *aliased)
{
    const SqlNode *last = sql_field(aliased, "value");

    while (last && last->child) {
        last = last->child;
        while (last->next)
            last = last->next;
    }
    return last && last->kind == SQL_IDENTIFIER && str_is_nocase(sql_source(build, last), "from");
}

/* A second alias, as in (x AS y) AS z, goes on a wrapper so that both stay visible. */
static Expr *build_aliased(SqlBuild *build, SqlNode *node)
{
    SqlNode *alias = sql_field(node, "alias");
    Expr *expr = operand(build, node, "value");

    if (!alias)
        return expr;
    if (expr->alias.text.len || expr->rare->alias_tag.len) {
        SqlNode *inner = sql_field(node, "value");
        Expr *wrapper = operator_of(build, inner ? inner : node, STR("()"));
        add(build, &wrapper->args, expr);
        expr = wrapper;
    }
    expr->alias = sql_token(build, alias);
    if (!sql_word(node, "AS") && ends_with_from(build, node))
        sql_fail(build, expr->core, STR("an expression is missing before FROM"));
    if (sql_holds_tag(build, alias)) {
        sql_rare(build, expr)->alias_tag = expr->alias.text;
        expr->alias.text = STR("");
    }
    expr->range = sql_place(build, node->range);
    return expr;
}

/* ---- the switch ---------------------------------------------------------------------------- */

static Expr *build_operator(SqlBuild *build, SqlNode *node)
{
    switch (node->kind) {
    case SQL_UNARY:
        return build_unary(build, node);
    case SQL_BINARY:
        return build_binary(build, node);
    case SQL_BETWEEN:
        return build_between(build, node);
    case SQL_IS:
        return build_is(build, node);
    case SQL_TERNARY:
        return build_ternary(build, node);
    case SQL_SUBSCRIPT:
        return build_subscript(build, node);
    case SQL_MEMBER:
        return build_member(build, node);
    case SQL_LAMBDA:
        return build_lambda(build, node);
    default:
        return NULL;
    }
}

static Expr *build_bracket(SqlBuild *build, SqlNode *node)
{
    switch (node->kind) {
    case SQL_ALIASED:
        return build_aliased(build, node);
    case SQL_PARENTHESIZED:
        return build_parenthesized(build, node);
    case SQL_TUPLE:
        return build_list(build, node, EXPR_TUPLE);
    case SQL_ARRAY:
        return build_list(build, node, EXPR_ARRAY);
    case SQL_MAP:
        return build_map(build, node);
    case SQL_SUBQUERY:
        return build_subquery(build, node);
    case SQL_CASE:
        return build_case(build, node);
    default:
        return NULL;
    }
}

static Expr *build_call(SqlBuild *build, SqlNode *node)
{
    switch (node->kind) {
    case SQL_CALL:
        return sql_build_call(build, node);
    case SQL_CAST:
        return sql_build_cast(build, node);
    case SQL_CAST_OPERATOR:
        return sql_build_cast_operator(build, node);
    case SQL_INTERVAL:
        return sql_build_interval(build, node);
    case SQL_STAR:
    case SQL_QUALIFIED_STAR:
    case SQL_COLUMNS:
        return sql_build_star(build, node);
    default:
        return NULL;
    }
}

/* What stands in the tag when there is nothing else, else the source with its tags squeezed. */
static Str unknown_name(const SqlBuild *build, const SqlNode *node)
{
    Str source = sql_source(build, node);
    if (!sql_holds_tag(build, node))
        return source;
    bool tag = str_starts(source, "{{") && str_find(source, "}}") == (ptrdiff_t)source.len - 2;
    return tag ? squeeze_python(build->arena, str_slice(source, 2, source.len - 2))
               : squeeze_tags(build->arena, source);
}

Expr *sql_build_expr(SqlBuild *build, SqlNode *node)
{
    if (node->is_shared)
        return node->expr;
    if (build->depth >= SQL_MAX_DEPTH) {
        build->too_deep = true;
        sql_fail(build, sql_place(build, node->range), STR("the expression nests too deep"));
        return node->expr = sql_new_expr(build, EXPR_UNKNOWN, node);
    }
    build->depth++;
    Expr *expr = sql_build_leaf(build, node);
    if (!expr)
        expr = build_operator(build, node);
    if (!expr)
        expr = build_bracket(build, node);
    if (!expr)
        expr = build_call(build, node);
    if (!expr)
        expr = sql_new_expr(build, EXPR_UNKNOWN, node);
    build->depth--;
    if (expr->kind == EXPR_UNKNOWN && expr->name.len == 0)
        expr->name = unknown_name(build, node);
    node->expr = expr;
    return expr;
}
