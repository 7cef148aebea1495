/*
 * datafile_query.c: queries of changed pipes that cannot be read, under `unchecked`: SQL or a
 * template that does not parse, branches beyond the bounds, and nodes that read themselves. Rules
 * stay silent about what such a query reads, whatever they are, so it is said in one place.
 */
#include "datafile_check.h"
#include "model/lineage.h"

enum { LINES_A_PIPE = 3 };

typedef struct {
    const Check *check;
    const Map *said; /* "path:line" of all that is under `unchecked` already */
} Unread;

static Str line_key(Arena *arena, Str path, uint32_t line)
{
    return str_fmt(arena, "%.*s:%u", STR_ARG(path), (unsigned)line);
}

static const Map *lines_said(const Check *check)
{
    Map *said = map_new(check->arena);
    for (size_t i = 0; i < check->unchecked->len; i++) {
        const Unchecked *entry = &check->unchecked->items[i];
        map_put(said, line_key(check->arena, entry->path, entry->line), said);
    }
    return said;
}

static void say(const Unread *unread, const Resource *pipe, Range at, Str why)
{
    Lines *lines = source_file_lines(unread->check->arena, pipe->file);
    uint32_t line = lines_position(lines, at.start).line;
    if (!map_has(unread->said, line_key(unread->check->arena, pipe->file->path, line)))
        check_unjudged(unread->check, pipe->file, at, why);
}

static const Query *broken_query(const QueryVariants *variants)
{
    for (size_t i = 0; variants && i < variants->len; i++) {
        if (variants->items[i]->broken || variants->items[i]->too_deep)
            return variants->items[i];
    }
    return NULL;
}

/* Where a data source has the pipe's name, TB605 says that the name means two things. */
static const Gap *circle_of(Loader *loader, const Resource *pipe, size_t node)
{
    if (project_find(pipe->project, DATAFILE_DATASOURCE, pipe->name))
        return NULL;
    const NodeLineage *lineage = node_lineage(loader, pipe, node);
    for (size_t i = 0; lineage && i < lineage->gaps.len; i++) {
        if (str_starts(lineage->gaps.items[i].why, "it reads itself"))
            return &lineage->gaps.items[i];
    }
    return NULL;
}

static Str why_unread(Arena *arena, Str name, Str why)
{
    return str_fmt(arena, "the query of node '%.*s' is not judged: %.*s", STR_ARG(name),
                   STR_ARG(why));
}

/* True when something was said about the node. */
static bool look_at_node(const Unread *unread, const Resource *pipe, size_t node)
{
    Loader *loader = unread->check->loader;
    Arena *arena = unread->check->arena;
    Str name = pipe->facts->nodes.items[node].name.text;
    Range at = pipe->facts->nodes.items[node].name.range;
    if (str_trim(pipe->facts->nodes.items[node].sql.text).len == 0)
        return false; /* TB905 */
    const QueryVariants *variants = pipe_variants(loader, pipe, node);
    const Query *broken = broken_query(variants);
    if (broken) {
        bool placed = !range_is_empty(broken->error);
        say(unread, pipe, placed ? broken->error : at, why_unread(arena, name, broken->error_text));
        return true;
    }
    const Gap *circle = circle_of(loader, pipe, node);
    if (circle)
        say(unread, pipe, circle->range, why_unread(arena, name, circle->why));
    else if (variants && variants->unread)
        say(unread, pipe, at,
            str_fmt(arena,
                    "%zu template branches of node '%.*s' are beyond the bounds and not read",
                    variants->unread, STR_ARG(name)));
    return circle || (variants && variants->unread);
}

static void look_at_pipe(const Unread *unread, const Resource *pipe)
{
    size_t nodes = 0;
    for (size_t i = 0; i < pipe->facts->nodes.len && nodes < LINES_A_PIPE; i++)
        nodes += look_at_node(unread, pipe, i);
}

void datafile_queries(const Check *check)
{
    Unread unread = {check, lines_said(check)};
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        const Resource *pipe = change->kind == DATAFILE_PIPE ? change->candidate : NULL;
        if (pipe && pipe->facts)
            look_at_pipe(&unread, pipe);
    }
}
