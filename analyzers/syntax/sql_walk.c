/* sql_walk.c: visits every expression of a query; and what a column of it is called. */
#include "sql_build.h"

typedef bool (*Visit)(const Expr *expr, void *context);

static bool walk_list(const Exprs *list, Visit visit, void *context)
{
    for (size_t i = 0; i < list->len; i++)
        if (!expr_walk(list->items[i], visit, context))
            return false;
    return true;
}

static bool walk_one(const Expr *expr, Visit visit, void *context)
{
    return !expr || expr_walk(expr, visit, context);
}

bool expr_walk(const Expr *expr, Visit visit, void *context)
{
    return visit(expr, context) && walk_list(&expr->params, visit, context) &&
           walk_list(&expr->args, visit, context) &&
           walk_list(&expr->rare->clauses, visit, context) &&
           (!expr->query || query_walk(expr->query, visit, context));
}

static bool walk_tables(const TableRefs *tables, Visit visit, void *context)
{
    for (size_t i = 0; i < tables->len; i++) {
        const TableRef *table = &tables->items[i];
        if (!walk_list(&table->args, visit, context) || !walk_one(table->on, visit, context) ||
            (table->query && !query_walk(table->query, visit, context)))
            return false;
    }
    return true;
}

static bool walk_with(const Ctes *ctes, Visit visit, void *context)
{
    for (size_t i = 0; i < ctes->len; i++) {
        const Cte *cte = &ctes->items[i];
        if (!walk_one(cte->expr, visit, context) ||
            (cte->query && !query_walk(cte->query, visit, context)))
            return false;
    }
    return true;
}

static bool walk_select(const Select *select, Visit visit, void *context)
{
    return walk_with(&select->with, visit, context) && walk_list(&select->items, visit, context) &&
           walk_tables(&select->from, visit, context) &&
           walk_list(&select->array_join, visit, context) &&
           walk_one(select->prewhere, visit, context) && walk_one(select->where, visit, context) &&
           walk_list(&select->group_by, visit, context) &&
           walk_one(select->having, visit, context) && walk_one(select->qualify, visit, context) &&
           walk_list(&select->order_by, visit, context) &&
           walk_list(&select->limit, visit, context) && walk_list(&select->others, visit, context);
}

bool query_walk(const Query *query, Visit visit, void *context)
{
    for (size_t i = 0; i < query->selects.len; i++)
        if (!walk_select(query->selects.items[i], visit, context))
            return false;
    return true;
}

Str expr_output_name(const Expr *expr, Str file_text)
{
    if (expr->alias.text.len)
        return expr->alias.text;
    if (expr->kind == EXPR_COLUMN)
        return expr->name;
    return str_trim(str_range(file_text, expr->core));
}
