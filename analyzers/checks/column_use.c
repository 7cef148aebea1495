/* Finds who reads the columns of a data source: from the lineage of the pipes that read it, also
 * through other pipes, and from its own expressions. */
#include "column_use.h"

#include <string.h>

#include "model/lineage.h"

enum {
    NAME_MAX_BYTES = 1024, /* of a column's name with its dots: a.b.c */
};

static Str key_of(Arena *arena, const void *pointer)
{
    return str_fmt(arena, "%p", pointer);
}

/* ---- which pipes read it, also through others ---- */

typedef struct {
    Arena *arena;
    Map *seen;
    Resources waiting;
} Reach;

static void reach_readers(Reach *reach, const Resource *of)
{
    for (size_t i = 0; i < of->readers.len; i++) {
        Resource *pipe = of->readers.items[i];
        Str key = key_of(reach->arena, pipe);
        if (map_has(reach->seen, key))
            continue;
        map_put(reach->seen, key, pipe);
        vec_push(reach->arena, &reach->waiting, pipe);
    }
}

static bool drops_column(const ResourceChange *change)
{
    for (size_t i = 0; i < change->columns.len; i++) {
        if (change->columns.items[i].bits & COLUMN_DROPPED)
            return true;
    }
    return false;
}

/* Pipes that read what changed, in the order of the project. */
static Resources affected_pipes(const Check *check, bool only_of_dropped)
{
    Reach reach = {check->arena, map_new(check->arena), {0}};
    const ResourceChanges *changes = &check->diff->changes;
    for (size_t i = 0; i < changes->len; i++) {
        const ResourceChange *change = changes->items[i];
        if (change->candidate && change->candidate->kind == DATAFILE_DATASOURCE &&
            (!only_of_dropped || drops_column(change)))
            reach_readers(&reach, change->candidate);
    }
    while (reach.waiting.len)
        reach_readers(&reach, reach.waiting.items[--reach.waiting.len]);
    Resources out = {0};
    const Map *pipes = check->diff->sides.candidate->pipes;
    for (size_t i = 0; i < map_len(pipes); i++) {
        Resource *pipe = map_value(pipes, i);
        if (pipe->facts && map_has(reach.seen, key_of(check->arena, pipe)))
            vec_push(check->arena, &out, pipe);
    }
    return out;
}

/* ---- reads of pipes ---- */

static Map *uses_of_source(const Check *check, const Resource *source)
{
    Map *all = check->loader->column_uses;
    Str key = key_of(check->arena, source);
    Map *uses = map_get(all, key);
    if (!uses) {
        uses = map_new(check->arena);
        map_put(all, key, uses);
    }
    return uses;
}

static ColumnUses *uses_of(const Check *check, Map *uses, Str column)
{
    ColumnUses *list = map_get(uses, column);
    if (!list) {
        list = ARENA_NEW(check->arena, ColumnUses);
        map_put(uses, column, list);
    }
    return list;
}

/* One use a pipe: the first that is certain, else the first. */
static void add_read(const Check *check, const Resource *pipe, const ColumnRead *read)
{
    ColumnUses *uses = uses_of(check, uses_of_source(check, read->source), read->column);
    ColumnUse *last = uses->len ? &uses->items[uses->len - 1] : NULL;
    bool known = last && last->resource == pipe;
    if (known && (last->certain || !read->certain))
        return;
    ColumnUse use = {pipe, str_fmt(check->arena, "pipe '%.*s'", STR_ARG(pipe->name)),
                     str_fmt(check->arena, "pipe %.*s", STR_ARG(pipe->name)), read->range,
                     read->certain};
    if (known)
        *last = use;
    else
        vec_push(check->arena, uses, use);
}

static void add_pipe(const Check *check, const Resource *pipe)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        const NodeLineage *lineage = node_lineage(check->loader, pipe, i);
        for (size_t j = 0; lineage && j < lineage->reads.len; j++)
            add_read(check, pipe, &lineage->reads.items[j]);
    }
}

/* What may hide a read of a dropped column. */
static void tell_gaps(const Check *check, const Resource *pipe)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        const NodeLineage *lineage = node_lineage(check->loader, pipe, i);
        for (size_t j = 0; lineage && j < lineage->gaps.len; j++) {
            const Gap *gap = &lineage->gaps.items[j];
            if (gap->hides)
                check_unjudged(check, pipe->file, gap->range, gap->why);
        }
    }
}

/* ---- reads of the data source itself ---- */

/* Calls `visit` with what the parts from `first` may spell: a, a.b, a.b.c. The column is the first,
 * or one with dots in its name; what follows is inside it. */
typedef void (*Spelled)(void *context, Str column);

static void each_spelling(const Expr *expr, size_t first, Spelled visit, void *context)
{
    char name[NAME_MAX_BYTES];
    size_t len = 0;
    for (size_t i = first; i < expr->path.len; i++) {
        Str part = expr->path.items[i].text;
        if (part.len == 0 || len + part.len + 1 > sizeof name)
            return;
        if (len)
            name[len++] = '.';
        memcpy(name + len, part.ptr, part.len);
        len += part.len;
        visit(context, (Str){name, len});
    }
}

typedef struct {
    const Check *check;
    Map *names; /* once each */
} NameSearch;

static void add_name(void *context, Str column)
{
    const NameSearch *search = context;
    if (!map_has(search->names, column))
        map_put(search->names, str_copy(search->check->arena, column), search->names);
}

static bool add_names(const Expr *expr, void *context)
{
    if (expr->kind == EXPR_COLUMN)
        each_spelling(expr, 0, add_name, context);
    return true;
}

/* A use for each column that an expression of the data source itself names, but for `self`. */
static void add_own(const Check *check, Token expression, Str self, ColumnUse use, Map *uses)
{
    if (str_trim(expression.text).len == 0)
        return;
    const Expr *expr =
        sql_parse_expr(check->loader->sql, check->arena, expression.text, expression.range.start);
    NameSearch search = {check, map_new(check->arena)};
    if (expr)
        expr_walk(expr, add_names, &search);
    for (size_t i = 0; i < map_len(search.names); i++) {
        Str column = map_key(search.names, i);
        if (!str_eq(column, self))
            vec_push(check->arena, uses_of(check, uses, column), use);
    }
}

static void add_all_own(const Check *check, const Resource *datasource, Map *uses)
{
    const Datafile *file = datasource->facts;
    for (size_t i = 0; i < file->indexes.len; i++) {
        const IndexDef *index = &file->indexes.items[i];
        Str what = str_fmt(check->arena, "index '%.*s'", STR_ARG(index->name.text));
        Str key = str_fmt(check->arena, "index %.*s", STR_ARG(index->name.text));
        add_own(check, index->expr, (Str){0},
                (ColumnUse){datasource, what, key, index->range, true}, uses);
    }
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *column = &file->columns.items[i];
        if (range_is_empty(column->default_expr.range))
            continue;
        Str what = str_fmt(check->arena, "the DEFAULT of '%.*s'", STR_ARG(column->name.text));
        Str key = str_fmt(check->arena, "default %.*s", STR_ARG(column->name.text));
        add_own(check, column->default_expr, column->name.text,
                (ColumnUse){datasource, what, key, column->range, true}, uses);
    }
}

/* ---- all together ---- */

static void find_all(const Check *check)
{
    const ResourceChanges *changes = &check->diff->changes;
    Resources pipes = affected_pipes(check, false);
    for (size_t i = 0; i < pipes.len; i++)
        add_pipe(check, pipes.items[i]);
    for (size_t i = 0; i < changes->len; i++) {
        const Resource *source = changes->items[i]->candidate;
        if (source && source->kind == DATAFILE_DATASOURCE && source->facts)
            add_all_own(check, source, uses_of_source(check, source));
    }
    pipes = affected_pipes(check, true);
    for (size_t i = 0; i < pipes.len; i++)
        tell_gaps(check, pipes.items[i]);
}

ColumnUses column_uses(const Check *check, const Resource *datasource, Str column)
{
    Loader *loader = check->loader;
    Str project = key_of(check->arena, check->diff);
    if (!loader->column_uses)
        loader->column_uses = map_new(loader->arena);
    if (!map_has(loader->column_uses, project)) {
        map_put(loader->column_uses, project, loader->column_uses);
        find_all(check);
    }
    const ColumnUses *uses = map_get(uses_of_source(check, datasource), column);
    return uses ? *uses : (ColumnUses){0};
}

Str column_uses_text(Arena *arena, const ColumnUses *uses, size_t limit)
{
    Buf buf = {0};
    size_t shown = uses->len < limit ? uses->len : limit;
    for (size_t i = 0; i < shown; i++) {
        if (i)
            buf_add(&buf, i + 1 == uses->len ? " and " : ", ");
        buf_add_str(&buf, uses->items[i].what);
    }
    if (shown < uses->len)
        buf_addf(&buf, " and %zu more", uses->len - shown);
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}
