/* Collects the names that a select gives: aliases anywhere in it, lambda parameters, ARRAY JOIN. */
#include "resolve.h"

static void add_alias(const Scope *scope, Str name, const Expr *expr, bool array_join)
{
    if (name.len == 0 || map_has(scope->aliases, name))
        return;
    Alias *alias = ARENA_NEW(scope->r->arena, Alias);
    alias->expr = expr;
    alias->array_join = array_join;
    map_put(scope->aliases, name, alias);
}

static void collect_names(Scope *scope, const Expr *expr)
{
    if (!expr)
        return;
    add_alias(scope, expr->alias.text, expr, false);
    for (size_t i = 0; expr->kind == EXPR_LAMBDA && i < expr->path.len; i++) {
        if (!scope->bound)
            scope->bound = map_new(scope->r->arena);
        map_put(scope->bound, expr->path.items[i].text, scope);
    }
    if (expr->kind == EXPR_REPLACE)
        return; /* `* REPLACE (x AS y)` names a column of the star */
    const Exprs *lists[] = {&expr->args, &expr->params, &expr->rare->clauses};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (size_t j = 0; j < lists[i]->len; j++)
            collect_names(scope, lists[i]->items[j]);
    }
}

static void collect_list(Scope *scope, const Exprs *list)
{
    for (size_t i = 0; i < list->len; i++)
        collect_names(scope, list->items[i]);
}

static void collect_array_join(Scope *scope)
{
    const Exprs *list = &scope->select->array_join;
    for (size_t i = 0; i < list->len; i++) {
        const Expr *expr = list->items[i];
        if (expr->alias.text.len) {
            add_alias(scope, expr->alias.text, expr, true);
            continue;
        }
        if (!scope->array_joined)
            scope->array_joined = map_new(scope->r->arena);
        if (expr->kind == EXPR_COLUMN)
            map_put(scope->array_joined, path_text(scope->r->arena, &expr->path, 0, expr->path.len),
                    scope);
    }
}

void resolve_with_aliases(Scope *scope)
{
    for (size_t i = 0; i < scope->select->with.len; i++) {
        const Cte *cte = &scope->select->with.items[i];
        if (!cte->query && cte->expr)
            collect_names(scope, cte->expr);
    }
}

void resolve_aliases(Scope *scope)
{
    const Select *select = scope->select;
    resolve_with_aliases(scope);
    collect_list(scope, &select->items);
    collect_array_join(scope);
    collect_list(scope, &select->array_join);
    const Expr *conditions[] = {select->prewhere, select->where, select->having, select->qualify};
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++)
        collect_names(scope, conditions[i]);
    const Exprs *lists[] = {&select->group_by, &select->order_by, &select->limit, &select->others};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        collect_list(scope, lists[i]);
}
