/* sql_query.c: makes queries of the nodes of the concrete tree. */
#include "sql_build.h"

#include <string.h>

static Expr *first_expr(SqlBuild *build, SqlNode *node)
{
    for (SqlNode *child = node ? node->child : NULL; child; child = child->next)
        if (sql_is_expression(child))
            return sql_build_expr(build, child);
    return NULL;
}

/* ---- tables -------------------------------------------------------------------------------- */

static Str dotted_name(SqlBuild *build, SqlNode *node)
{
    Str parts[2];
    size_t count = 0;

    for (SqlNode *child = node->child; child && count < ARRAY_LEN(parts); child = child->next)
        if (child->kind == SQL_IDENTIFIER || child->kind == SQL_QUOTED_IDENTIFIER)
            parts[count++] = sql_token(build, child).text;
    return str_join(build->arena, parts, count, ".");
}

static void read_source(SqlBuild *build, SqlNode *source, TableRef *table)
{
    SqlNode *query;

    if (sql_holds_tag(build, source) && source->kind == SQL_TABLE_NAME)
        return;
    if (source->kind == SQL_TABLE_NAME) {
        table->kind = TABLE_NAME;
        table->name = (Token){dotted_name(build, source), sql_place(build, source->range)};
    } else if (source->kind == SQL_TABLE_FUNCTION) {
        SqlNode *name = sql_field(source, "name");
        SqlNode *arguments = sql_field(source, "arguments");
        table->kind = TABLE_FUNCTION;
        if (name)
            table->name = sql_token(build, name);
        if (arguments)
            sql_build_arguments(build, arguments, &table->args);
    } else if ((query = sql_child(source, SQL_QUERY))) {
        table->kind = TABLE_SUBQUERY;
        table->query = sql_build_query(build, query);
    }
}

static TableRef read_table(SqlBuild *build, SqlNode *node)
{
    TableRef table = {.kind = TABLE_UNKNOWN, .range = sql_place(build, node->range)};
    SqlNode *source = sql_field(node, "source");
    SqlNode *alias = sql_field(node, "alias");

    if (source)
        read_source(build, source, &table);
    if (alias)
        table.alias = sql_token(build, alias);
    table.is_final = sql_field(node, "final") != NULL;
    return table;
}

static void read_using(SqlBuild *build, SqlNode *using, TableRef *table, Select *select)
{
    for (SqlNode *child = using->child; child; child = child->next) {
        if (!sql_is_expression(child))
            continue;
        vec_push(build->arena, &select->others, sql_build_expr(build, child));
        Token name = sql_token(build, child);
        vec_push(build->arena, &table->using_columns, name);
    }
}

static void read_join(SqlBuild *build, SqlNode *join, Select *select)
{
    SqlNode *node = sql_child(join, SQL_TABLE);
    SqlNode *on = sql_field(join, "on");
    SqlNode *using = sql_field(join, "using");

    if (!node)
        return;
    TableRef table = read_table(build, node);
    table.is_joined = true;
    if (on)
        table.on = sql_build_expr(build, on);
    if (using)
        read_using(build, using, &table, select);
    vec_push(build->arena, &select->from, table);
}

static void read_from(SqlBuild *build, SqlNode *clause, Select *select)
{
    for (SqlNode *child = clause->child; child; child = child->next) {
        if (child->kind == SQL_TABLE) {
            TableRef table = read_table(build, child);
            vec_push(build->arena, &select->from, table);
        } else if (child->kind == SQL_JOIN) {
            read_join(build, child, select);
        } else if (child->kind == SQL_ARRAY_JOIN) {
            sql_build_exprs(build, child, &select->array_join);
        }
    }
}

/* ---- WITH ---------------------------------------------------------------------------------- */

static Cte read_cte(SqlBuild *build, SqlNode *node)
{
    Cte cte = {0};
    SqlNode *name = sql_field(node, "name");
    SqlNode *query = sql_field(node, "query");

    if (name && name->kind == SQL_CALL) { /* name(a, b) AS (...) */
        name = sql_field(name, "name");
        cte.has_columns = true;
    }
    if (name && (name->kind == SQL_IDENTIFIER || name->kind == SQL_QUOTED_IDENTIFIER))
        cte.name = sql_token(build, name);
    else
        sql_fail(build, sql_place(build, node->range), STR("WITH needs a name before AS"));
    if (query)
        cte.query = sql_build_query(build, query);
    return cte;
}

static void read_with(SqlBuild *build, SqlNode *clause, Select *select)
{
    select->is_recursive = sql_word(clause, "RECURSIVE") != NULL;
    for (SqlNode *child = clause->child; child; child = child->next) {
        Cte cte = {0};
        if (child->kind == SQL_CTE) {
            cte = read_cte(build, child);
        } else if (sql_is_expression(child)) {
            cte.expr = sql_build_expr(build, child);
            cte.name = cte.expr->alias;
        } else {
            continue;
        }
        vec_push(build->arena, &select->with, cte);
    }
}

/* ---- SELECT -------------------------------------------------------------------------------- */

static void read_order(SqlBuild *build, SqlNode *clause, Select *select)
{
    for (SqlNode *child = clause->child; child; child = child->next) {
        Expr *expr = child->kind == SQL_ORDER ? first_expr(build, child) : NULL;
        if (expr)
            vec_push(build->arena, &select->order_by, expr);
        for (SqlNode *part = child->child; part; part = part->next)
            if (!sql_is_expression(part) && part->child)
                sql_build_deep(build, part, &select->others);
    }
}

static bool read_condition(SqlBuild *build, SqlNode *clause, Select *select)
{
    switch (clause->kind) {
    case SQL_PREWHERE_CLAUSE:
        select->prewhere = first_expr(build, clause);
        return true;
    case SQL_WHERE_CLAUSE:
        select->where = first_expr(build, clause);
        return true;
    case SQL_HAVING_CLAUSE:
        select->having = first_expr(build, clause);
        return true;
    case SQL_QUALIFY_CLAUSE:
        select->qualify = first_expr(build, clause);
        return true;
    default:
        return false;
    }
}

static void read_clause(SqlBuild *build, SqlNode *clause, Select *select)
{
    switch (clause->kind) {
    case SQL_WITH_CLAUSE:
        read_with(build, clause, select);
        break;
    case SQL_DISTINCT:
        select->is_distinct = true;
        sql_build_deep(build, clause, &select->others);
        break;
    case SQL_SELECT_LIST:
        sql_build_exprs(build, clause, &select->items);
        break;
    case SQL_FROM_CLAUSE:
        read_from(build, clause, select);
        break;
    case SQL_GROUP_BY_CLAUSE:
        sql_build_exprs(build, clause, &select->group_by);
        select->group_by_all = sql_word(clause, "ALL") != NULL;
        break;
    case SQL_ORDER_BY_CLAUSE:
        read_order(build, clause, select);
        break;
    case SQL_LIMIT_CLAUSE:
    case SQL_OFFSET_CLAUSE:
        sql_build_exprs(build, clause, &select->limit);
        break;
    case SQL_WINDOW_CLAUSE:
        sql_build_deep(build, clause, &select->others);
        break;
    default:
        break;
    }
}

/* The words that open the clause: FROM, GROUP BY. */
static Token clause_words(const SqlBuild *build, const SqlNode *clause)
{
    const SqlNode *first = clause->child;
    const SqlNode *last = first;

    if (!first || first->kind != SQL_TOKEN)
        return (Token){sql_source(build, clause), sql_place(build, clause->range)};
    if (first->next && sql_is(first->next, "BY"))
        last = first->next;
    SqlNode words = {.range = {first->range.start, last->range.end}};
    return (Token){sql_source(build, &words), sql_place(build, words.range)};
}

static Select *read_select(SqlBuild *build, SqlNode *node)
{
    Select *select = ARENA_NEW(build->arena, Select);
    bool listed = false;

    select->range = sql_place(build, node->range);
    for (SqlNode *child = node->child; child; child = child->next) {
        if (child->kind == SQL_TOKEN || child->kind == SQL_ERROR)
            continue;
        if (listed && !select->first_clause.text.len)
            select->first_clause = clause_words(build, child);
        listed |= child->kind == SQL_SELECT_LIST;
        if (!read_condition(build, child, select))
            read_clause(build, child, select);
    }
    return select;
}

/* ---- queries ------------------------------------------------------------------------------- */

static void read_terms(SqlBuild *build, SqlNode *node, Query *query)
{
    for (SqlNode *child = node->child; child; child = child->next) {
        if (child->kind == SQL_SELECT) {
            Select *select = read_select(build, child);
            vec_push(build->arena, &query->selects, select);
        } else if (child->kind == SQL_PARENTHESIZED_QUERY || child->kind == SQL_QUERY) {
            if (build->depth >= SQL_MAX_DEPTH) {
                build->too_deep = true;
                sql_fail(build, sql_place(build, child->range), STR("the query nests too deep"));
                return;
            }
            build->depth++;
            read_terms(build, child, query);
            build->depth--;
        }
    }
}

Query *sql_build_query(SqlBuild *build, SqlNode *node)
{
    Query *query = ARENA_NEW(build->arena, Query);
    SqlBuild outer = *build;

    query->range = sql_place(build, node->range);
    build->broken = build->too_deep = false;
    build->error = (Range){0, 0};
    build->error_text = STR("");
    read_terms(build, node, query);
    query->broken = build->broken || node->has_error;
    query->too_deep = build->too_deep;
    query->error = build->error;
    query->error_text = build->error_text;
    query->has_template = build->has_template;
    if (query->broken)
        query->text = sql_source(build, node);
    else
        query->parts = sql_node_parts(build, node);
    node->query = query;
    if (outer.broken || !build->broken) {
        build->error = outer.error;
        build->error_text = outer.error_text;
    }
    build->broken |= outer.broken;
    build->too_deep |= outer.too_deep;
    return query;
}

/* ---- entries of a TTL ---------------------------------------------------------------------- */

static Token ttl_target(SqlBuild *build, SqlNode *node)
{
    if (node->kind == SQL_STRING)
        return (Token){sql_unquote(build->arena, sql_source(build, node)),
                       sql_place(build, node->range)};
    return (Token){sql_source(build, node), sql_place(build, node->range)};
}

static void read_ttl_action(SqlBuild *build, SqlNode *action, TtlItem *item)
{
    SqlNode *where = sql_child(action, SQL_WHERE_CLAUSE);
    SqlNode *string = sql_child(action, SQL_STRING);
    SqlNode *codec = sql_child(action, SQL_ARGUMENTS);
    bool set = false;

    if (where)
        item->where = first_expr(build, where);
    if (string || codec)
        item->target = ttl_target(build, string ? string : codec);
    if (string)
        item->action = sql_word(action, "DISK") ? "TO DISK" : "TO VOLUME";
    else if (codec)
        item->action = "RECOMPRESS";
    else if (sql_word(action, "GROUP"))
        item->action = "GROUP BY";
    for (SqlNode *child = action->child; child; child = child->next) {
        set |= sql_is(child, "SET");
        if (sql_is_expression(child) && child->kind != SQL_STRING)
            vec_push(build->arena, set ? &item->set : &item->group_by,
                     sql_build_expr(build, child));
    }
}

TtlItem sql_build_ttl_item(SqlBuild *build, SqlNode *node)
{
    TtlItem item = {.action = "DELETE", .range = sql_place(build, node->range)};
    SqlNode *action = sql_child(node, SQL_TTL_ACTION);

    item.expr = first_expr(build, node);
    if (action)
        read_ttl_action(build, action, &item);
    return item;
}
