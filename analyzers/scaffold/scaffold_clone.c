/* scaffold_clone.c: the views below a data source, copied so that they read and write clones. */
#include "scaffold_text.h"

#include "model/view.h"

#include <stdlib.h>

enum {
    CLONES_MAX = 500,
    PIPE_DEPTH = 32, /* pipes that read one another */
};

typedef struct {
    Scaffold *out;
    const ScaffoldInput *in;
    const Resource *origin;
    Map *names; /* old name -> Str *, the clone's */
    Str suffix;
    Str until;
    Resources queue; /* data sources whose views are still to be cloned */
    Fault *fault;
} Cloning;

static const Str *clone_name(const Cloning *c, Str name)
{
    return map_get(c->names, name);
}

/* ---- names ---- */

static int give_name(Cloning *c, const Resource *resource)
{
    Arena *arena = c->in->arena;
    if (clone_name(c, resource->name) != NULL)
        return 0;
    Str *name = ARENA_NEW(arena, Str);
    *name = str_fmt(arena, "%.*s%.*s", STR_ARG(resource->name), STR_ARG(c->suffix));
    if (!name_is_plain(*name))
        return fault_set(c->fault, FAULT_USAGE, "'%.*s' gives no name for a copy of it",
                         STR_ARG(resource->name));
    if (name_is_taken(c->in, *name)) {
        fault_set(c->fault, FAULT_USAGE, "there is a '%.*s' already, the name for a copy of '%.*s'",
                  STR_ARG(*name), STR_ARG(resource->name));
        return fault_repair(c->fault, "--name with another ending, such as %.*s_2",
                            STR_ARG(c->origin->name));
    }
    if (map_len(c->names) >= CLONES_MAX)
        return fault_set(c->fault, FAULT_USAGE, "more than %d resources are downstream of '%.*s'",
                         CLONES_MAX, STR_ARG(c->origin->name));
    if (resource->facts == NULL || resource->facts->has_include ||
        resource->facts->problems.len > 0)
        return fault_set(c->fault, FAULT_USAGE,
                         "'%.*s' cannot be copied: it does not parse, or includes another file",
                         STR_ARG(resource->file->path));
    map_put(c->names, resource->name, name);
    return 0;
}

/* ---- the text of a pipe ---- */

/* The FROM of a select and of its subqueries gives the table that very name as an alias. */
static bool has_alias(const Query *query, Str name, int depth)
{
    if (query == NULL || depth > PIPE_DEPTH)
        return false;
    for (size_t i = 0; i < query->selects.len; i++) {
        const Select *select = query->selects.items[i];
        for (size_t j = 0; j < select->from.len; j++) {
            const TableRef *table = &select->from.items[j];
            if (str_eq(table->alias.text, name) || has_alias(table->query, name, depth + 1))
                return true;
        }
        for (size_t j = 0; j < select->with.len; j++) {
            if (str_eq(select->with.items[j].name.text, name) ||
                has_alias(select->with.items[j].query, name, depth + 1))
                return true;
        }
    }
    return false;
}

typedef struct {
    const Cloning *cloning;
    const Resource *pipe;
    const Query *query;
    Edits *edits;
} Renaming;

static void add_edit(const Renaming *r, Range range, Str name)
{
    Arena *arena = r->cloning->in->arena;
    for (size_t i = 0; i < r->edits->len; i++) {
        if (r->edits->items[i].range.start == range.start)
            return;
    }
    vec_push(arena, r->edits, name_edit(arena, r->pipe->facts->text, range, name));
}

/* The clone's name of a table that qualifies a column: events.ts. */
static const Str *qualifier(const Renaming *r, Str name)
{
    const Str *clone = clone_name(r->cloning, name);
    const Resource *source =
        project_find(r->cloning->in->sides->candidate, DATAFILE_DATASOURCE, name);
    bool is_column = source != NULL && source->facts && datafile_column(source->facts, name);
    return clone != NULL && !is_column && !has_alias(r->query, name, 0) ? clone : NULL;
}

static bool rename_qualifier(const Expr *expr, void *context)
{
    const Renaming *r = context;
    if (expr->kind == EXPR_COLUMN && expr->path.len > 1) {
        const Str *clone = qualifier(r, expr->path.items[0].text);
        if (clone != NULL)
            add_edit(r, expr->path.items[0].range, *clone);
    }
    if (expr->kind == EXPR_STAR && !expr->is_columns && expr->name.len > 0) {
        const Str *clone = qualifier(r, expr->name);
        Range range = {expr->core.start, expr->core.start + (uint32_t)expr->name.len};
        if (clone != NULL && str_eq(str_range(r->pipe->facts->text, range), expr->name))
            add_edit(r, range, *clone);
    }
    return true;
}

static void rename_in_node(Renaming *r, size_t node)
{
    Loader *loader = r->cloning->in->loader;
    const NodeLineage *lineage = node_lineage(loader, r->pipe, node);
    for (size_t i = 0; lineage != NULL && i < lineage->tables.len; i++) {
        const TableUse *use = &lineage->tables.items[i];
        bool counts = use->meaning == MEANS_DATASOURCE || use->meaning == MEANS_PIPE;
        const Str *clone = counts ? clone_name(r->cloning, use->name.text) : NULL;
        if (clone != NULL)
            add_edit(r, use->name.range, *clone);
    }
    const QueryVariants *variants = pipe_variants(loader, r->pipe, node);
    for (size_t i = 0; variants != NULL && i < variants->len; i++) {
        r->query = variants->items[i];
        query_walk(r->query, rename_qualifier, r);
    }
    const Node *facts = &r->pipe->facts->nodes.items[node];
    const Str *target = clone_name(r->cloning, facts->datasource.text);
    if (target != NULL && (int)node == r->pipe->pipe->node)
        add_edit(r, facts->datasource.range, *target);
}

static int by_place(const void *a, const void *b)
{
    const Edit *left = a;
    const Edit *right = b;
    return (left->range.start > right->range.start) - (left->range.start < right->range.start);
}

static void add_clone(const Cloning *c, const Resource *resource, Draft *draft, Str what)
{
    Arena *arena = c->in->arena;
    Str name = *clone_name(c, resource->name);
    draft_describe(draft, str_fmt(arena, "Copy of '%.*s' %.*s, %.*s.", STR_ARG(resource->name),
                                  STR_ARG(what), STR_ARG(c->until)));
    NewFile file = {sibling_path(c->in, resource, name), draft->facts->text};
    vec_push(arena, &c->out->files, file);
}

static void write_pipe(const Cloning *c, const Resource *pipe)
{
    Arena *arena = c->in->arena;
    Edits edits = {0};
    Renaming renaming = {.cloning = c, .pipe = pipe, .edits = &edits};
    for (size_t i = 0; i < pipe->facts->nodes.len; i++)
        rename_in_node(&renaming, i);
    if (edits.len > 1)
        qsort(edits.items, edits.len, sizeof(Edit), by_place);
    Draft draft = draft_of(c->in, pipe->facts);
    draft_apply(&draft, &edits);
    draft_tidy_pipe(&draft, c->in, c->names);
    const Str *target = pipe->pipe->target.len ? clone_name(c, pipe->pipe->target) : NULL;
    Str what = target == NULL ? STR("over the replica")
                              : str_fmt(arena, "that fills '%.*s'", STR_ARG(*target));
    add_clone(c, pipe, &draft, what);
}

static void write_target(const Cloning *c, const Resource *target, const Resource *view)
{
    Draft draft = draft_of(c->in, target->facts);
    draft_tidy_datasource(&draft);
    add_clone(c, target, &draft,
              str_fmt(c->in->arena, "that '%.*s' fills", STR_ARG(*clone_name(c, view->name))));
}

/* ---- which pipes ---- */

/* The pipe reads what is cloned, through other pipes, too: those are cloned with it. */
static int clone_between(Cloning *c, const Resource *pipe, int depth, Resources *between)
{
    for (size_t i = 0; depth < PIPE_DEPTH && i < pipe->facts->nodes.len; i++) {
        const NodeLineage *lineage = node_lineage(c->in->loader, pipe, i);
        for (size_t j = 0; lineage != NULL && j < lineage->tables.len; j++) {
            const TableUse *use = &lineage->tables.items[j];
            const Resource *read = use->resource;
            if (use->meaning != MEANS_PIPE || read == NULL || !read->facts || !read->pipe ||
                clone_name(c, read->name) != NULL)
                continue;
            size_t before = between->len;
            if (clone_between(c, read, depth + 1, between) < 0)
                return -1;
            bool reads = between->len > before;
            for (size_t k = 0; k < c->queue.len && !reads; k++)
                reads = pipe_reads(c->in->loader, read, c->queue.items[k]->name, NULL);
            if (!reads || clone_name(c, read->name) != NULL)
                continue;
            if (give_name(c, read) < 0)
                return -1;
            vec_push(c->in->arena, between, (Resource *)(uintptr_t)read);
        }
    }
    return 0;
}

static bool is_among(const Resources *resources, const Resource *wanted)
{
    for (size_t i = 0; i < resources->len; i++) {
        if (resources->items[i] == wanted)
            return true;
    }
    return false;
}

static void note(const Cloning *c, Str text)
{
    vec_push(c->in->arena, &c->out->notes, text);
}

/* Rows that reach the old target in another way have no part in the copy. */
static void note_other_writers(const Cloning *c, const Resource *target)
{
    for (size_t i = 0; i < target->writers.len; i++) {
        const Resource *pipe = target->writers.items[i];
        if (clone_name(c, pipe->name) == NULL)
            note(c,
                 str_fmt(c->in->arena,
                         "'%.*s' writes '%.*s', too, and is not below '%.*s': '%.*s' has none of "
                         "its rows",
                         STR_ARG(pipe->name), STR_ARG(target->name), STR_ARG(c->origin->name),
                         STR_ARG(*clone_name(c, target->name))));
    }
}

void note_older_rows(Scaffold *out, const ScaffoldInput *in, const Resource *source,
                     const Resource *target, Str copy)
{
    const Ttl *kept = &target->datasource->ttl;
    const Ttl *held = &source->datasource->ttl;
    if (!held->present || held->rules.len != 1 || !held->rules.items[0].length.known)
        return;
    bool outlives = !kept->present ||
                    (kept->rules.len == 1 && kept->rules.items[0].length.known &&
                     ttl_length_compare(held->rules.items[0].length, kept->rules.items[0].length) ==
                         TTL_LONGER);
    if (outlives)
        vec_push(in->arena, &out->notes,
                 str_fmt(in->arena,
                         "'%.*s' keeps rows longer than '%.*s': '%.*s' starts with what '%.*s' "
                         "still holds; copy the older rows from '%.*s' by hand",
                         STR_ARG(target->name), STR_ARG(source->name), STR_ARG(copy),
                         STR_ARG(source->name), STR_ARG(target->name)));
}

static int clone_view(Cloning *c, const View *view)
{
    const Resource *pipe = view->pipe;
    const Resource *target = view->target;
    bool new_target = clone_name(c, target->name) == NULL;
    Resources between = {0};
    if (give_name(c, target) < 0 || give_name(c, pipe) < 0 ||
        clone_between(c, pipe, 0, &between) < 0)
        return -1;
    if (new_target) {
        write_target(c, target, pipe);
        note_older_rows(c->out, c->in, c->origin, target, *clone_name(c, target->name));
        vec_push(c->in->arena, &c->queue, (Resource *)(uintptr_t)target);
    }
    for (size_t i = 0; i < between.len; i++)
        write_pipe(c, between.items[i]);
    write_pipe(c, pipe);
    if (!view->certain)
        note(c, str_fmt(c->in->arena, "read the copy of '%.*s' once more: %.*s",
                        STR_ARG(pipe->name), STR_ARG(view->gap)));
    return 0;
}

/* A pipe of another migration stays with it. */
static bool is_of_migration(const Cloning *c, const Resource *pipe)
{
    Migration found;
    return migration_of(c->in->loader, c->in->sides->candidate, c->in->now, pipe, &found);
}

static int clone_views_of(Cloning *c, const Resource *source, const Resources *pipes)
{
    for (size_t i = 0; i < pipes->len; i++) {
        const Resource *pipe = pipes->items[i];
        const View *view = clone_name(c, pipe->name) ? NULL : view_of(c->in->loader, pipe);
        if (view == NULL || is_of_migration(c, pipe))
            continue;
        if (is_among(&view->others, source) && !is_among(&view->sources, source))
            note(c, str_fmt(c->in->arena,
                            "'%.*s' joins '%.*s' and stays as it is: point it at '%.*s' when "
                            "everything else reads that",
                            STR_ARG(pipe->name), STR_ARG(source->name),
                            STR_ARG(*clone_name(c, source->name))));
        if (!is_among(&view->sources, source))
            continue;
        if (view->target == NULL || !view->target->facts)
            return fault_set(c->fault, FAULT_USAGE, "the target of '%.*s' cannot be read",
                             STR_ARG(pipe->name));
        if (clone_view(c, view) < 0)
            return -1;
    }
    return 0;
}

static int pipe_by_name(const void *a, const void *b)
{
    return str_cmp((*(Resource *const *)a)->name, (*(Resource *const *)b)->name);
}

static Resources materialized_pipes(const ScaffoldInput *in)
{
    Resources out = {0};
    const Map *pipes = in->sides->candidate->pipes;
    for (size_t i = 0; i < map_len(pipes); i++) {
        Resource *pipe = map_value(pipes, i);
        if (pipe->pipe != NULL && pipe->pipe->type == PIPE_MATERIALIZED)
            vec_push(in->arena, &out, pipe);
    }
    if (out.len > 1)
        qsort(out.items, out.len, sizeof(Resource *), pipe_by_name);
    return out;
}

int clone_downstream(Scaffold *out, const ScaffoldInput *in, const Resource *origin, Map *names,
                     Str suffix, Str until, Fault *fault)
{
    Cloning cloning = {.out = out,
                       .in = in,
                       .origin = origin,
                       .names = names,
                       .suffix = suffix,
                       .until = until,
                       .fault = fault};
    Resources pipes = materialized_pipes(in);
    vec_push(in->arena, &cloning.queue, (Resource *)(uintptr_t)origin);
    for (size_t i = 0; i < cloning.queue.len; i++) {
        if (clone_views_of(&cloning, cloning.queue.items[i], &pipes) < 0)
            return -1;
    }
    for (size_t i = 1; i < cloning.queue.len; i++)
        note_other_writers(&cloning, cloning.queue.items[i]);
    return 0;
}
