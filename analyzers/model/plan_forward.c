/* Whether a FORWARD_QUERY hands every column on as it is. */
#include "plan.h"

static bool is_plain_star(const Expr *expr)
{
    return expr->kind == EXPR_STAR && expr->name.len == 0 && expr->args.len == 0 &&
           !expr->is_columns;
}

static bool is_column(const Expr *expr, Str name)
{
    return expr->kind == EXPR_COLUMN && expr->path.len > 0 &&
           str_eq(expr->path.items[expr->path.len - 1].text, name) &&
           (expr->alias.text.len == 0 || str_eq(expr->alias.text, name));
}

static bool lists_all_columns(const Select *select, const Columns *columns)
{
    if (select->items.len != columns->len)
        return false;
    for (size_t i = 0; i < columns->len; i++) {
        if (!is_column(select->items.items[i], columns->items[i].name.text))
            return false;
    }
    return true;
}

bool plan_forward_is_identity(Loader *loader, const Resource *datasource)
{
    const Instruction *forward =
        datasource->datasource ? datasource->datasource->forward_query : NULL;
    if (!forward)
        return false;
    const Query *query = sql_parse_query(loader->sql, loader->arena, forward->value.text,
                                         forward->value.range.start);
    if (query->broken || query->too_deep || query->has_template || query->selects.len != 1)
        return false;
    const Select *select = query->selects.items[0];
    if (select->first_clause.text.len || select->is_distinct)
        return false;
    if (select->items.len == 1 && is_plain_star(select->items.items[0]))
        return true;
    return lists_all_columns(select, &datasource->facts->columns);
}
