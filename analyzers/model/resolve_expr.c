/* Walks the expressions of a select: which columns they read, and which types they have. */
#include "infer.h"
#include "project_internal.h"
#include "resolve.h"

/* ---- reads ---- */

/* k.x, where k stands for the Nested column n: ARRAY JOIN n AS k. */
static Found inside_alias(const Found *found, const Expr *column)
{
    const Expr *expr = found->alias->expr;
    Arena *arena = found->scope->r->arena;
    Tokens path = {0};
    if (column->path.len < 2 || expr->kind != EXPR_COLUMN)
        return (Found){0};
    for (size_t i = 0; i < expr->path.len; i++)
        vec_push(arena, &path, expr->path.items[i]);
    for (size_t i = 1; i < column->path.len; i++)
        vec_push(arena, &path, column->path.items[i]);
    Found inside = resolve_in_tables(found->scope, &path, false);
    return inside.kind == FOUND_FIELD ? inside : resolve_in_tables(found->scope, &path, true);
}

static bool starts_with_part(Str name, Str part)
{
    return name.len > part.len && name.ptr[part.len] == '.' &&
           str_eq(str_slice(name, 0, part.len), part);
}

/* The Nested column n is n.x, n.y and so on; it is gone when all of them are. */
static bool read_nested(const Scope *scope, const Expr *column, bool ghosts)
{
    bool any = false;
    Str name = column->path.items[column->path.len - 1].text;
    for (size_t i = 0; i < scope->sources.len; i++) {
        const Relation *relation = scope->sources.items[i].relation;
        if (!relation->prefixes || !map_has(relation->prefixes, name))
            continue;
        for (size_t j = 0; j < relation->fields.len; j++) {
            const Field *field = &relation->fields.items[j];
            if (field->ghost != ghosts || !starts_with_part(field->out.name, name))
                continue;
            Found found = {FOUND_FIELD, field, scope, i, 0, 1, NULL, true};
            resolve_note(scope->r, &found, column->core);
            any = true;
        }
    }
    return any;
}

static void resolve_column(const Scope *scope, const Expr *column, const Around *around)
{
    Found found = resolve_name(scope, column, around);
    if (found.kind == FOUND_ALIAS)
        found = inside_alias(&found, column);
    else if (found.kind == FOUND_NOTHING && column->path.len && !read_nested(scope, column, false))
        read_nested(scope, column, true);
    resolve_note(scope->r, &found, column->core);
}

/* An alias or a column of that name goes before the table. */
static void resolve_in_table(const Scope *scope, const Expr *right, Token name,
                             const Around *around)
{
    Found found = resolve_name(scope, right, around);
    bool is_column = found.kind != FOUND_NOTHING && !(found.field && found.field->ghost);
    bool is_table = resolve_cte(scope->with, name.text) || resolve_is_table(scope->r, name.text);
    if (!is_column && is_table)
        resolve_table(scope->r, scope->with, name);
    else
        resolve_column(scope, right, around);
}

static void resolve_operands(const Scope *scope, const Expr *expr, const Around *around)
{
    Token table;
    bool has_table = expr_in_table(expr, &table);
    for (size_t i = 0; i < expr->args.len; i++) {
        if (has_table && i == 1)
            resolve_in_table(scope, expr->args.items[i], table, around);
        else
            resolve_expr(scope, expr->args.items[i], around);
    }
}

static void resolve_join_get(const Scope *scope, const Expr *call)
{
    Token table, column;
    if (!expr_join_get(call, &table, &column) || !resolve_is_table(scope->r, table.text))
        return;
    const Relation *relation = resolve_table(scope->r, NULL, table);
    const Field *field = relation_find(relation, column.text, false);
    if (!field)
        field = relation_find(relation, column.text, true);
    if (!field)
        return;
    Found found = {FOUND_FIELD, field, scope, 0, 0, 1, NULL, true};
    resolve_note(scope->r, &found, column.range);
}

void resolve_expr(const Scope *scope, const Expr *expr, const Around *outer)
{
    if (!expr)
        return;
    Around here = {expr, outer};
    bool names = expr->alias.text.len || expr->kind == EXPR_LAMBDA;
    const Around *around = names ? &here : outer;
    if (expr->query)
        resolve_subquery(scope, expr->query);
    if (expr->kind == EXPR_COLUMN)
        resolve_column(scope, expr, around);
    if (expr->kind == EXPR_STAR) {
        resolve_star_reads(scope, expr, around);
        return;
    }
    if (expr->kind == EXPR_CALL)
        resolve_join_get(scope, expr);
    resolve_operands(scope, expr, around);
    resolve_exprs(scope, &expr->params, around);
    resolve_exprs(scope, &expr->rare->clauses, around);
}

void resolve_exprs(const Scope *scope, const Exprs *list, const Around *around)
{
    for (size_t i = 0; i < list->len; i++)
        resolve_expr(scope, list->items[i], around);
}

/* ---- types ---- */

enum { ALIASES_MAX = 100 }; /* one inside the other */

static const Type *type_of(const Scope *scope, const Expr *expr);

/* b AS a, a AS b: versions of the engine differ. */
static bool names_active_alias(const Scope *scope, const Expr *expr)
{
    if (expr->kind != EXPR_COLUMN || expr->path.len != 1 || str_eq(expr->name, expr->alias.text))
        return false;
    const Alias *other = map_get(scope->aliases, expr->name);
    return other && other->expr->kind == EXPR_COLUMN && str_eq(other->expr->name, expr->alias.text);
}

static const Type *alias_type(const Found *found)
{
    Alias *alias = found->alias;
    Resolver *r = found->scope->r;
    if (alias->typed)
        return alias->type;
    if (alias->active || r->alias_depth >= ALIASES_MAX)
        return NULL;
    alias->active = true;
    r->alias_depth++;
    const Type *type =
        names_active_alias(found->scope, alias->expr) ? NULL : type_of(found->scope, alias->expr);
    r->alias_depth--;
    alias->active = false;
    if (alias->array_join)
        type = type && type_is(type, "Array") ? type_inner(type) : NULL;
    alias->typed = true;
    alias->type = type;
    return type;
}

static const Type *tuple_part(const Type *type, Str name)
{
    if (!type || !type_is(type, "Tuple"))
        return NULL;
    for (size_t i = 0; i < type->arg_count; i++) {
        if (str_eq(type->args[i].name, name))
            return type->args[i].type;
    }
    return NULL;
}

bool resolve_unfolds(const Found *found)
{
    const Map *names = found->scope->array_joined;
    Str name = found->field->out.name;
    if (!names)
        return false;
    ptrdiff_t dot = str_find_char(name, '.');
    return map_has(names, name) || (dot > 0 && map_has(names, str_slice(name, 0, (size_t)dot)));
}

static const Type *found_type(const Found *found, const Tokens *path)
{
    const Type *type = NULL;
    if (found->kind == FOUND_ALIAS)
        type = alias_type(found);
    if (found->kind == FOUND_FIELD && !found->field->unsure && found->certain)
        type = found->field->out.type;
    if (type && found->kind == FOUND_FIELD && found->scope->sources.len > 1)
        type = resolve_using_type(found->scope, found->field);
    if (type && found->kind == FOUND_FIELD && resolve_unfolds(found))
        type = type_is(type, "Array") ? type_inner(type) : NULL;
    for (size_t i = found->used; i < path->len; i++)
        type = tuple_part(type, path->items[i].text);
    return type;
}

/* A name that some lambda of the select binds may be that lambda's. */
static bool may_be_bound(const Scope *scope, const Expr *column)
{
    return scope->bound && column->path.len && map_has(scope->bound, column->path.items[0].text);
}

static const Type *column_type(void *context, const Expr *column)
{
    const Scope *scope = context;
    if (may_be_bound(scope, column))
        return NULL;
    Around around = {column, NULL};
    Found found = resolve_name(scope, column, &around);
    return found_type(&found, &column->path);
}

static const Type *subquery_type(void *context, const Query *query)
{
    const Scope *scope = context;
    const Relation *relation = resolve_subquery(scope, query);
    const Type *type = NULL;
    size_t columns = 0;
    for (size_t i = 0; i < relation->fields.len; i++) {
        if (relation->fields.items[i].ghost)
            continue;
        type = relation->fields.items[i].out.type;
        columns++;
    }
    return relation->complete && columns == 1 ? type : NULL;
}

static const Type *type_of(const Scope *scope, const Expr *expr)
{
    TypeScope types = {scope->r->arena, column_type, subquery_type, (void *)(uintptr_t)scope};
    if (expr->kind == EXPR_COLUMN)
        return column_type((void *)(uintptr_t)scope, expr);
    return infer_type(&types, expr);
}

const Type *resolve_type(const Scope *scope, const Expr *expr)
{
    bool aliased = expr->alias.text.len > 0;
    Alias *alias = aliased && scope->aliases ? map_get(scope->aliases, expr->alias.text) : NULL;
    if (!alias || alias->expr != expr)
        return type_of(scope, expr);
    Found found = {.kind = FOUND_ALIAS, .scope = scope, .alias = alias};
    return alias_type(&found);
}
