/* sql_call.c: makes expressions of function calls, casts, intervals and stars. */
#include "sql_build.h"

#include "squeeze.h"

#include <string.h>

static void add(const SqlBuild *build, Exprs *list, Expr *expr)
{
    vec_push(build->arena, list, expr);
}

/* ---- types --------------------------------------------------------------------------------- */

void sql_set_type(SqlBuild *build, Expr *expr, const SqlNode *node, Str text)
{
    sql_rare(build, expr)->type_text = (Token){text, sql_place(build, node->range)};
    expr->type = sql_holds_tag(build, node) ? NULL : type_parse(build->arena, text, NULL);
}

/* CAST(x, 'T') is a cast like the others; CAST(x, expression) is just a call. */
Expr *sql_build_cast(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_CAST, node);
    SqlNode *value = sql_field(node, "value");
    SqlNode *type = sql_field(node, "type");
    SqlNode *text = sql_field(node, "type_text");

    expr->name = STR("CAST");
    if (value)
        add(build, &expr->args, sql_build_expr(build, value));
    if (type) {
        sql_set_type(build, expr, type, sql_source(build, type));
    } else if (text && text->kind == SQL_STRING) {
        Str name = sql_unquote(build->arena, sql_source(build, text));
        sql_set_type(build, expr, text, name);
    } else {
        expr->kind = EXPR_CALL;
        if (text)
            add(build, &expr->args, sql_build_expr(build, text));
    }
    return expr;
}

Expr *sql_build_cast_operator(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_CAST, node);
    SqlNode *value = sql_field(node, "value");
    SqlNode *type = sql_field(node, "type");

    expr->name = STR("::");
    add(build, &expr->args,
        value ? sql_build_expr(build, value) : sql_new_expr(build, EXPR_UNKNOWN, node));
    if (type)
        sql_set_type(build, expr, type, sql_source(build, type));
    return expr;
}

/* ---- intervals ----------------------------------------------------------------------------- */

static bool is_whole_number(Str text)
{
    size_t at = str_starts(text, "-") ? 1 : 0;
    if (at == text.len)
        return false;
    for (; at < text.len; at++)
        if (text.ptr[at] < '0' || text.ptr[at] > '9')
            return false;
    return true;
}

/* INTERVAL '60' DAY means INTERVAL 60 DAY. */
static Expr *as_number(Expr *expr)
{
    if (expr->kind == EXPR_STRING && is_whole_number(str_trim(expr->name))) {
        expr->kind = EXPR_NUMBER;
        expr->name = str_trim(expr->name);
    }
    return expr;
}

static Str next_word(Str *rest)
{
    ptrdiff_t blank = str_find_char(*rest, ' ');
    Str word = str_slice(*rest, 0, blank < 0 ? rest->len : (size_t)blank);
    *rest = str_trim(str_slice(*rest, word.len, rest->len));
    return word;
}

/* '1 day 2 hours' */
static bool are_intervals(Str text)
{
    while (text.len)
        if (!is_whole_number(next_word(&text)) || !sql_unit(next_word(&text)))
            return false;
    return true;
}

/* INTERVAL '60 DAY' */
static void split_interval(SqlBuild *build, Expr *expr, SqlNode *string)
{
    Expr *value = sql_build_expr(build, string);
    Str text = str_trim(value->name);
    ptrdiff_t blank = str_find_char(text, ' ');
    const char *unit =
        blank < 0 ? NULL : sql_unit(str_trim(str_slice(text, (size_t)blank, text.len)));

    add(build, &expr->args, value);
    if (value->kind == EXPR_UNKNOWN)
        return;
    if (!unit && are_intervals(text)) {
        expr->kind = EXPR_UNKNOWN; /* a tuple of intervals */
        return;
    }
    if (!unit) {
        sql_fail(build, expr->range, STR("INTERVAL has no unit"));
        return;
    }
    value->name = str_slice(text, 0, (size_t)blank);
    as_number(value);
    expr->name = str_of(unit);
}

Expr *sql_build_interval(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_INTERVAL, node);
    SqlNode *value = sql_field(node, "value");
    SqlNode *unit = sql_field(node, "unit");

    if (!value)
        return expr;
    if (!unit) {
        split_interval(build, expr, value);
        return expr;
    }
    const char *name = sql_unit(sql_source(build, unit));
    add(build, &expr->args, as_number(sql_build_expr(build, value)));
    expr->name = name ? str_of(name) : sql_token(build, unit).text;
    if (!name && !sql_holds_tag(build, unit))
        sql_fail(build, sql_place(build, unit->range), STR("INTERVAL has no unit"));
    return expr;
}

/* ---- stars --------------------------------------------------------------------------------- */

static void add_names(SqlBuild *build, SqlNode *node, Expr *out)
{
    for (SqlNode *child = node->child; child; child = child->next) {
        if (child->kind == SQL_IDENTIFIER || child->kind == SQL_QUOTED_IDENTIFIER) {
            Token name = sql_token(build, child);
            if (sql_holds_tag(build, child))
                out->kind = EXPR_UNKNOWN;
            vec_push(build->arena, &out->path, name);
        } else if (child->kind == SQL_STRING) {
            out->name = sql_unquote(build->arena, sql_source(build, child));
            if (sql_holds_tag(build, child))
                out->kind = EXPR_UNKNOWN;
        }
    }
}

static Expr *build_transformer(SqlBuild *build, SqlNode *node)
{
    ExprKind kind = node->kind == SQL_EXCEPT    ? EXPR_EXCEPT
                    : node->kind == SQL_REPLACE ? EXPR_REPLACE
                                                : EXPR_APPLY;
    Expr *expr = sql_new_expr(build, kind, node);

    expr->strict = sql_word(node, "STRICT") != NULL;
    if (kind == EXPR_EXCEPT)
        add_names(build, node, expr);
    else
        sql_build_exprs(build, node, &expr->args);
    if (expr->kind == EXPR_UNKNOWN)
        expr->name = squeeze_tags(build->arena, sql_source(build, node));
    return expr;
}

static Str qualifier_name(SqlBuild *build, SqlNode *table)
{
    Expr *expr = sql_build_expr(build, table);
    if (expr->kind != EXPR_COLUMN)
        return sql_source(build, table);
    Str *parts = ARENA_ARRAY(build->arena, Str, expr->path.len);
    for (size_t i = 0; i < expr->path.len; i++)
        parts[i] = expr->path.items[i].text;
    return str_join(build->arena, parts, expr->path.len, ".");
}

static void build_columns(SqlBuild *build, SqlNode *node, Expr *expr, const SqlNode *table)
{
    expr->is_columns = true;
    for (SqlNode *child = node->child; child; child = child->next)
        if (sql_is_expression(child) && child != table)
            add(build, &expr->params, sql_build_expr(build, child));
    if (expr->params.len == 1 && expr->params.items[0]->kind == EXPR_STRING) {
        expr->name = expr->params.items[0]->name;
        expr->params.len = 0;
    }
}

Expr *sql_build_star(SqlBuild *build, SqlNode *node)
{
    Expr *expr = sql_new_expr(build, EXPR_STAR, node);
    SqlNode *table = sql_field(node, "table");

    if (node->kind == SQL_COLUMNS) {
        build_columns(build, node, expr, table);
        if (table) {
            Token name = {qualifier_name(build, table), sql_place(build, table->range)};
            vec_push(build->arena, &expr->path, name);
        }
    } else if (table) {
        expr->name = qualifier_name(build, table);
    }
    if (table && sql_holds_tag(build, table))
        expr->kind = EXPR_UNKNOWN;
    for (SqlNode *child = node->child; child; child = child->next)
        if (child->kind == SQL_EXCEPT || child->kind == SQL_REPLACE || child->kind == SQL_APPLY)
            add(build, &expr->args, build_transformer(build, child));
    return expr;
}

/* ---- calls --------------------------------------------------------------------------------- */

/* Of f(SELECT 1) the query is the one argument. */
void sql_build_arguments(SqlBuild *build, SqlNode *node, Exprs *out)
{
    SqlNode *query = sql_child(node, SQL_QUERY);

    if (query) {
        Expr *expr = sql_new_expr(build, EXPR_SUBQUERY, query);
        expr->query = sql_build_query(build, query);
        add(build, out, expr);
        return;
    }
    sql_build_exprs(build, node, out);
}

/* A bare word such as YEAR, which is no column. */
static void unit_to_string(Exprs *args)
{
    Expr *first = args->len ? args->items[0] : NULL;
    const char *unit = first && first->kind == EXPR_COLUMN && first->path.len == 1 && !first->quoted
                           ? sql_unit(first->name)
                           : NULL;
    if (!unit)
        return;
    first->kind = EXPR_STRING;
    first->name = str_of(unit);
    first->path.len = 0;
}

static Expr *unit_interval(const SqlBuild *build, Expr *unit, Expr *count)
{
    Range range = {unit->range.start, count->range.end};
    Expr *interval = sql_new_expr_at(build, EXPR_INTERVAL, range);
    interval->name = unit->name;
    add(build, &interval->args, as_number(count));
    return interval;
}

/* date_add(DAY, 60, ts) and date_add(ts, INTERVAL 60 DAY) are ts + INTERVAL 60 DAY. */
static void rewrite_date_add(const SqlBuild *build, Expr *call)
{
    int sign = sql_adds_interval(call->name);
    Exprs *args = &call->args;
    Expr *value = NULL;
    Expr *interval = NULL;

    if (sign == 0 || call->params.len || call->rare->clause_text.len)
        return;
    if (args->len == 3 && args->items[0]->kind == EXPR_COLUMN) {
        unit_to_string(args);
        if (args->items[0]->kind != EXPR_STRING)
            return;
        interval = unit_interval(build, args->items[0], args->items[1]);
        value = args->items[2];
    } else if (args->len == 2 && args->items[1]->kind == EXPR_INTERVAL) {
        value = args->items[0];
        interval = args->items[1];
    } else {
        return;
    }
    call->kind = EXPR_OPERATOR;
    call->name = sign > 0 ? STR("+") : STR("-");
    call->args = (Exprs){0};
    add(build, &call->args, value);
    add(build, &call->args, interval);
}

static void build_from_arguments(SqlBuild *build, SqlNode *node, Expr *call)
{
    static const char *const SIDES[] = {"BOTH", "LEADING", "TRAILING"};

    sql_build_exprs(build, node, &call->args);
    if (!sql_takes_from(call->name))
        sql_fail(build, sql_place(build, node->range), STR("unexpected 'FROM' in arguments"));
    sql_rare(build, call)->clause_text = STR(" FROM");
    for (size_t i = 0; i < ARRAY_LEN(SIDES); i++)
        if (sql_word(node, SIDES[i]))
            sql_rare(build, call)->clause_text = str_fmt(build->arena, " %s FROM", SIDES[i]);
    if (str_is_nocase(call->name, "extract"))
        unit_to_string(&call->args);
}

static void build_call_clauses(SqlBuild *build, SqlNode *node, Expr *call)
{
    SqlParts *all = NULL;

    for (SqlNode *child = node->child; child; child = child->next) {
        if (child->kind != SQL_NULLS && child->kind != SQL_FILTER && child->kind != SQL_OVER)
            continue;
        ExprRare *rare = sql_rare(build, call);
        sql_build_deep(build, child, &rare->clauses);
        call->is_window |= child->kind == SQL_OVER;
        const SqlParts *parts = sql_node_parts(build, child);
        Str text = sql_parts_text(build->arena, parts);
        rare->clause_text =
            str_fmt(build->arena, "%.*s %.*s", STR_ARG(rare->clause_text), STR_ARG(text));
        all = all ? all : ARENA_NEW(build->arena, SqlParts);
        for (size_t i = 0; i < parts->len; i++)
            vec_push(build->arena, all, parts->items[i]);
    }
    if (all)
        sql_rare(build, call)->clause_parts = all;
}

Expr *sql_build_call(SqlBuild *build, SqlNode *node)
{
    Expr *call = sql_new_expr(build, EXPR_CALL, node);
    SqlNode *name = sql_field(node, "name");
    SqlNode *arguments = sql_field(node, "arguments");
    SqlNode *second = sql_field(node, "parametrized");

    if (name)
        call->name = sql_token(build, name).text;
    if (!name || sql_holds_tag(build, name))
        call->kind = EXPR_UNKNOWN;
    if (arguments && arguments->kind == SQL_FROM_ARGUMENTS)
        build_from_arguments(build, arguments, call);
    else if (arguments)
        sql_build_arguments(build, arguments, second ? &call->params : &call->args);
    if (second)
        sql_build_arguments(build, second, &call->args);
    SqlNode *last = second ? second : arguments;
    call->is_distinct = last && sql_word(last, "DISTINCT");
    build_call_clauses(build, node, call);
    if (sql_takes_unit(call->name))
        unit_to_string(&call->args);
    rewrite_date_add(build, call);
    return call;
}
