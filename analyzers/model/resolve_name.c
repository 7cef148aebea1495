/* What the engine calls a column of a query: names that all its versions give alike are sure. */
#include "resolve.h"

/* ---- columns of tables ---- */

static Str qualified(const Scope *scope, const Source *source, Str column)
{
    Str table = source->alias.len ? source->alias : source->last_name;
    return str_fmt(scope->r->arena, "%.*s.%.*s", STR_ARG(table), STR_ARG(column));
}

/* An alias of the select that takes the column's name makes newer versions qualify the column. */
static bool alias_takes(const Scope *scope, Str column)
{
    return scope->aliases && map_has(scope->aliases, column);
}

static bool another_has(const Scope *scope, size_t source, Str column, bool *known)
{
    bool has = false;
    *known = true;
    for (size_t i = 0; i < scope->sources.len; i++) {
        const Relation *relation = scope->sources.items[i].relation;
        if (i == source)
            continue;
        *known &= relation->complete;
        has |= relation_find(relation, column, false) != NULL;
    }
    return has;
}

Str resolve_source_name(const Scope *scope, size_t source, Str column, bool *sure)
{
    bool known = true;
    if (alias_takes(scope, column))
        *sure = false;
    if (scope->sources.len < 2)
        return column;
    bool shared = another_has(scope, source, column, &known);
    if (scope->sources.len > 2) { /* older versions qualify every column, newer the shared ones */
        *sure = false;
        return shared ? qualified(scope, &scope->sources.items[source], column) : column;
    }
    if (source == 0)
        return column;
    *sure &= known;
    return shared ? qualified(scope, &scope->sources.items[source], column) : column;
}

static Str column_name(const Scope *scope, const Expr *item, bool *sure)
{
    Found found = resolve_name(scope, item, &(Around){item, NULL});
    Str written = path_text(scope->r->arena, &item->path, 0, item->path.len);
    if (found.kind != FOUND_FIELD || found.scope != scope) {
        *sure &= item->path.len == 1;
        return written;
    }
    if (found.skipped == 0)
        return written;
    bool part = found.used < item->path.len;
    Str column = path_text(scope->r->arena, &item->path, found.skipped, found.used);
    Str name = resolve_source_name(scope, found.source, column, sure);
    if (!part)
        return name;
    Str rest = path_text(scope->r->arena, &item->path, found.used, item->path.len);
    return str_fmt(scope->r->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(rest));
}

Str resolve_item_name(const Scope *scope, const Expr *item, bool *sure)
{
    if (item->alias.text.len)
        return item->alias.text;
    if (item->kind == EXPR_COLUMN)
        return column_name(scope, item, sure);
    return resolve_printed(scope, item, sure);
}

Str resolve_column_name(const Scope *scope, const Expr *column, bool *sure)
{
    Found found = resolve_name(scope, column, &(Around){column, NULL});
    *sure &= found.kind == FOUND_FIELD || (found.kind == FOUND_NOTHING && column->path.len == 1);
    return column_name(scope, column, sure);
}
