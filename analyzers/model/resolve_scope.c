/* Looks names up: lambda parameters, aliases, columns of the tables, then the queries around. */
#include "resolve.h"

#include <string.h>

enum {
    NAME_MAX_BYTES = 1024, /* of a column's name with its dots: a.b.c */
    NAME_MAX_PARTS = 8,    /* what follows is inside a column */
};

Str path_text(Arena *arena, const Tokens *path, size_t from, size_t to)
{
    if (to == from + 1)
        return path->items[from].text;
    Buf buf = {0};
    for (size_t i = from; i < to; i++) {
        if (i > from)
            buf_add_char(&buf, '.');
        buf_add_str(&buf, path->items[i].text);
    }
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

/* ---- names that the select binds itself ---- */

static bool is_bound(const Around *around, Str name)
{
    for (; around; around = around->outer) {
        const Tokens *names = &around->expr->path;
        if (around->expr->kind != EXPR_LAMBDA)
            continue;
        for (size_t i = 0; i < names->len; i++) {
            if (str_eq(names->items[i].text, name))
                return true;
        }
    }
    return false;
}

static bool is_inside(const Around *around, const Expr *expr)
{
    for (; around; around = around->outer) {
        if (around->expr == expr)
            return true;
    }
    return false;
}

static Alias *find_alias(const Scope *scope, Str name, const Around *around)
{
    Alias *alias = scope->aliases ? map_get(scope->aliases, name) : NULL;
    return alias && !alias->active && !is_inside(around, alias->expr) ? alias : NULL;
}

/* ---- columns of tables ---- */

/* "workspace.events" of two parts. */
static bool spells_whole_name(const Source *source, Str workspace, Str name)
{
    return source->name.len == workspace.len + 1 + name.len &&
           str_eq(str_slice(source->name, 0, workspace.len), workspace) &&
           str_eq(source->last_name, name);
}

/* How many parts of the path name the table: events.host, e.host, workspace.events.host. */
static size_t qualifier_parts(const Source *source, const Tokens *path)
{
    Str head = path->items[0].text;
    if (path->len < 2 || head.len == 0)
        return 0;
    if (str_eq(head, source->alias) || str_eq(head, source->last_name))
        return 1;
    return path->len > 2 && spells_whole_name(source, head, path->items[1].text) ? 2 : 0;
}

/* The longest spelling that the relation has: `a.b.c` may be a column, or c inside a.b. */
static const Field *find_spelling(const Relation *relation, const Tokens *path, size_t from,
                                  bool ghost, size_t *used)
{
    char name[NAME_MAX_BYTES];
    size_t len = 0;
    const Field *best = NULL;
    for (size_t i = from; i < path->len && i < from + NAME_MAX_PARTS; i++) {
        Str part = path->items[i].text;
        if (part.len == 0 || len + part.len + 1 > sizeof name)
            break;
        if (len)
            name[len++] = '.';
        memcpy(name + len, part.ptr, part.len);
        len += part.len;
        const Field *field = relation_find(relation, (Str){name, len}, ghost);
        if (field) {
            best = field;
            *used = i + 1;
        }
    }
    return best;
}

static bool others_are_known(const Scope *scope, size_t but)
{
    for (size_t i = 0; i < scope->sources.len; i++) {
        if (i != but && !scope->sources.items[i].relation->complete)
            return false;
    }
    return true;
}

static bool find_qualified(const Scope *scope, const Tokens *path, bool ghost, Found *out)
{
    for (size_t i = 0; i < scope->sources.len; i++) {
        const Source *source = &scope->sources.items[i];
        size_t skipped = qualifier_parts(source, path);
        size_t used = 0;
        const Field *field =
            skipped ? find_spelling(source->relation, path, skipped, ghost, &used) : NULL;
        if (!field)
            continue;
        *out = (Found){FOUND_FIELD, field, scope, i, skipped, used, NULL, true};
        return true;
    }
    return false;
}

static bool find_plain(const Scope *scope, const Tokens *path, bool ghost, Found *out)
{
    for (size_t i = 0; i < scope->sources.len; i++) {
        size_t used = 0;
        const Field *field = find_spelling(scope->sources.items[i].relation, path, 0, ghost, &used);
        if (!field)
            continue;
        bool certain = others_are_known(scope, i);
        *out = (Found){FOUND_FIELD, field, scope, i, 0, used, NULL, certain};
        return true;
    }
    return false;
}

Found resolve_in_tables(const Scope *scope, const Tokens *path, bool ghost)
{
    Found found = {0};
    if (!find_qualified(scope, path, ghost, &found))
        find_plain(scope, path, ghost, &found);
    return found;
}

/* The table that the path is qualified with is one whose columns are not all known. */
static bool names_unknown_table(const Scope *scope, const Tokens *path)
{
    for (size_t i = 0; i < scope->sources.len; i++) {
        const Source *source = &scope->sources.items[i];
        if (qualifier_parts(source, path) && !source->relation->complete)
            return true;
    }
    return false;
}

/* ---- all together ---- */

static Found find_here(const Scope *scope, const Tokens *path, const Around *around)
{
    Found found = {0};
    if (path->len > 1 && find_qualified(scope, path, false, &found))
        return found;
    if (path->len > 1 && names_unknown_table(scope, path)) {
        if (!find_qualified(scope, path, true, &found))
            found.kind = FOUND_BOUND;
        found.certain = false;
        return found;
    }
    Alias *alias = find_alias(scope, path->items[0].text, around);
    if (alias && path->len > 1 && find_plain(scope, path, false, &found) && found.used > 1)
        return found; /* the column `a.b` of a Nested, not b inside the alias a */
    if (alias)
        return (Found){.kind = FOUND_ALIAS, .scope = scope, .alias = alias, .used = 1};
    find_plain(scope, path, false, &found);
    return found;
}

static bool all_are_known(const Scope *scope)
{
    return others_are_known(scope, scope->sources.len);
}

/* A ghost is what nothing else of the select supplies. An enclosing query that has such a column
 * does not help: older versions refuse the name, newer ones read another column than before. */
Found resolve_name(const Scope *scope, const Expr *column, const Around *around)
{
    const Tokens *path = &column->path;
    if (path->len == 0)
        return (Found){0};
    if (is_bound(around, path->items[0].text))
        return (Found){.kind = FOUND_BOUND};
    bool certain = true;
    for (const Scope *at = scope; at; at = at->outer) {
        Found found = find_here(at, path, at == scope ? around : NULL);
        if (found.kind == FOUND_NOTHING)
            found = resolve_in_tables(at, path, true);
        if (found.kind != FOUND_NOTHING) {
            found.certain &= certain;
            return found;
        }
        certain &= all_are_known(at);
    }
    return (Found){0};
}

/* The name is a read where stars alone have handed the column on from its data source. */
void resolve_note(Resolver *r, const Found *found, Range range)
{
    const Field *field = found->field;
    if (found->kind != FOUND_FIELD || !field->by_star || !field->out.source)
        return;
    bool certain = found->certain && !r->doubtful && !field->unsure;
    ColumnRead read = {field->out.source, field->out.column, range, certain, field->ghost};
    vec_push(r->arena, &r->reads, read);
}
