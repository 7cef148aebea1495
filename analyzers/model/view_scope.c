/* What the names of a query mean: entries of WITH and tables, from the inner select outwards. */
#include "base/map.h"

#include "view_scope.h"

enum { FEW_TABLES = 8, FEW_VALUES = 16 };

static Map *ctes_by_name(Arena *arena, const Select *select)
{
    Map *map = NULL;
    for (size_t i = 0; i < select->with.len; i++) {
        const Cte *cte = &select->with.items[i];
        if (!cte->query || !cte->name.text.len)
            continue;
        map = map ? map : map_new(arena);
        CteEntry *entry = map_get(map, cte->name.text);
        if (entry) {
            entry->is_double = true;
            continue;
        }
        entry = ARENA_NEW(arena, CteEntry);
        entry->index = (int)i;
        map_put(map, cte->name.text, entry);
    }
    return map;
}

/* Later tables do not hide earlier ones of the same name. */
static void put_table(Map *map, Str name, const TableRef *table)
{
    if (name.len && !map_has(map, name))
        map_put(map, name, (void *)(uintptr_t)table);
}

static Map *tables_by_name(Arena *arena, const Select *select)
{
    if (select->from.len <= FEW_TABLES)
        return NULL;
    Map *map = map_new(arena);
    for (size_t i = 0; i < select->from.len; i++)
        put_table(map, select->from.items[i].alias.text, &select->from.items[i]);
    for (size_t i = 0; i < select->from.len; i++)
        put_table(map, select->from.items[i].name.text, &select->from.items[i]);
    return map;
}

/* Aliases go before entries of WITH, earlier ones before later ones. */
static Map *values_by_name(Arena *arena, const Select *select)
{
    if (select->items.len + select->with.len <= FEW_VALUES)
        return NULL;
    Map *map = map_new(arena);
    for (size_t i = 0; i < select->items.len; i++) {
        Str alias = select->items.items[i]->alias.text;
        if (alias.len && !map_has(map, alias))
            map_put(map, alias, select->items.items[i]);
    }
    for (size_t i = 0; i < select->with.len; i++) {
        const Cte *cte = &select->with.items[i];
        if (cte->expr && cte->name.text.len && !map_has(map, cte->name.text))
            map_put(map, cte->name.text, cte->expr);
    }
    return map;
}

const SelectScope *select_scope(Arena *arena, const Select *select, const SelectScope *outer)
{
    SelectScope *scope = ARENA_NEW(arena, SelectScope);
    scope->select = select;
    scope->outer = outer;
    scope->depth = outer ? outer->depth + 1 : 0;
    scope->body = NO_CTE;
    scope->ctes = ctes_by_name(arena, select);
    scope->tables = tables_by_name(arena, select);
    scope->values = values_by_name(arena, select);
    return scope;
}

const SelectScope *cte_body_scope(Arena *arena, const SelectScope *scope, int index)
{
    SelectScope *copy = ARENA_NEW(arena, SelectScope);
    *copy = *scope;
    copy->body = index;
    return copy;
}

FoundCte scope_find_cte(const SelectScope *scope, Str name)
{
    for (; scope; scope = scope->outer) {
        const CteEntry *entry = scope->ctes ? map_get(scope->ctes, name) : NULL;
        if (entry && (entry->is_double || entry->index != scope->body))
            return (FoundCte){scope, entry->index, entry->is_double};
    }
    return (FoundCte){NULL, NO_CTE, false};
}

const Cte *found_cte(FoundCte found)
{
    return found.scope ? &found.scope->select->with.items[found.index] : NULL;
}

/* Places decide: an item stands behind the WITH of its select. */
static bool is_item(const Select *select, const Expr *value)
{
    return select->items.len && value->range.start >= select->items.items[0]->range.start &&
           value->range.end <= select->items.items[select->items.len - 1]->range.end;
}

static const Expr *find_value(const Select *select, Str name)
{
    for (size_t i = 0; i < select->items.len; i++) {
        if (str_eq(select->items.items[i]->alias.text, name))
            return select->items.items[i];
    }
    for (size_t i = 0; i < select->with.len; i++) {
        if (select->with.items[i].expr && str_eq(select->with.items[i].name.text, name))
            return select->with.items[i].expr;
    }
    return NULL;
}

const Expr *scope_find_value(const SelectScope *scope, Str name)
{
    bool own = true;
    for (; scope && name.len; scope = scope->outer, own = false) {
        const Expr *value =
            scope->values ? map_get(scope->values, name) : find_value(scope->select, name);
        /* Aliases of the selects around are not known here, what their WITH names is. */
        if (value && (own || !is_item(scope->select, value)))
            return value;
    }
    return NULL;
}

static const TableRef *find_few(const Select *select, Str qualifier)
{
    for (size_t i = 0; i < select->from.len; i++) {
        if (str_eq(select->from.items[i].alias.text, qualifier))
            return &select->from.items[i];
    }
    for (size_t i = 0; i < select->from.len; i++) {
        if (str_eq(select->from.items[i].name.text, qualifier))
            return &select->from.items[i];
    }
    return NULL;
}

const TableRef *scope_find_table(const SelectScope *scope, Str qualifier, const SelectScope **where)
{
    for (; scope && qualifier.len; scope = scope->outer) {
        const TableRef *table =
            scope->tables ? map_get(scope->tables, qualifier) : find_few(scope->select, qualifier);
        if (table) {
            *where = scope;
            return table;
        }
    }
    return NULL;
}
