/* plan_views.c: views whose result changed, by their own query or by a pipe that they read. */
#include "lineage.h"
#include "plan_internal.h"
#include "view.h"

bool plan_pipe_alters(const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe || pipe->pipe->node < 0)
        return false;
    const Instruction *method =
        datafile_find_in_node(pipe->facts, KEYWORD_DEPLOYMENT_METHOD, pipe->pipe->node);
    if (!method)
        method = datafile_find(pipe->facts, KEYWORD_DEPLOYMENT_METHOD);
    return method && str_is_nocase(str_trim(method->value.text), "alter");
}

Strs plan_materializers(Arena *arena, const Resource *datasource)
{
    Strs names = {0};
    for (size_t i = 0; i < datasource->writers.len; i++) {
        const Resource *pipe = datasource->writers.items[i];
        if (pipe_materializes_into(pipe, datasource->name))
            vec_push(arena, &names, pipe->name);
    }
    return names;
}

/* A landing that only becomes a target now holds rows that no view can give again. */
bool plan_views_refill(Arena *arena, const ResourceChange *change)
{
    if (plan_materializers(arena, change->candidate).len == 0)
        return false;
    const DatasourceFacts *live = change->live->datasource;
    bool ingests = live && (live->has_jsonpaths || live->has_connector);
    return !ingests || plan_materializers(arena, change->live).len > 0;
}

/* ---- which pipes a change can reach ---- */

typedef struct Reached {
    const Resource *pipe;
    const struct Reached *from; /* the pipe that this one reads; NULL for the changed one */
} Reached;

typedef struct {
    Arena *arena;
    Map *seen; /* name -> Reached */
    VEC(const Reached *) queue;
} Reach;

static void reach(Reach *r, const Resource *pipe, const Reached *from)
{
    if (!pipe || map_has(r->seen, pipe->name))
        return;
    Reached *reached = ARENA_NEW(r->arena, Reached);
    *reached = (Reached){pipe, from};
    map_put(r->seen, pipe->name, reached);
    vec_push(r->arena, &r->queue, reached);
}

/* Every edge from a pipe to those that read it once; rings end at what was seen. */
static void reach_readers(Reach *r)
{
    for (size_t i = 0; i < r->queue.len; i++) {
        const Reached *reached = r->queue.items[i];
        for (size_t j = 0; j < reached->pipe->readers.len; j++)
            reach(r, reached->pipe->readers.items[j], reached);
    }
}

static Strs way_to(Arena *arena, const Reached *reached)
{
    enum { WAY_MOST = 32 };
    Strs way = {0};
    for (size_t i = 0; reached && i < WAY_MOST; i++, reached = reached->from)
        vec_push(arena, &way, reached->pipe->name);
    for (size_t i = 0; i < way.len / 2; i++) {
        Str swap = way.items[i];
        way.items[i] = way.items[way.len - 1 - i];
        way.items[way.len - 1 - i] = swap;
    }
    return way;
}

/* ---- which of them give other rows ---- */

static bool gives_other_rows(const Diff *diff, const Resource *pipe)
{
    const Resource *before = pipe->other;
    if (!before || !pipe->pipe || !before->pipe || pipe->pipe->type != PIPE_MATERIALIZED ||
        before->pipe->type != PIPE_MATERIALIZED ||
        !str_eq(pipe->pipe->target, before->pipe->target))
        return false;
    const View *now = view_of(diff->loader, pipe);
    const View *then = view_of(diff->loader, before);
    return now && then && now->target && then->target && !view_same(diff->loader, then, now);
}

ChangedViews plan_changed_views(Arena *arena, const Diff *diff)
{
    Reach r = {.arena = arena, .seen = map_new(arena)};
    ChangedViews views = {0};
    for (size_t i = 0; i < diff->changes.len; i++) {
        const ResourceChange *change = diff->changes.items[i];
        if (change->kind == DATAFILE_PIPE && change->status == STATUS_MODIFIED)
            reach(&r, change->candidate, NULL);
    }
    reach_readers(&r);
    for (size_t i = 0; i < r.queue.len; i++) {
        const Reached *reached = r.queue.items[i];
        if (!gives_other_rows(diff, reached->pipe))
            continue;
        const Reached *first = reached;
        while (first->from)
            first = first->from;
        vec_push(arena, &views,
                 ((ChangedView){reached->pipe, way_to(arena, reached), first->pipe}));
    }
    return views;
}
