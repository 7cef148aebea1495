/* Resolves the nodes of a whole project in threads, those at a time whose needs are resolved.
 *
 * A node is resolved out of its own query and the results of the nodes that it reads. What is
 * shared besides is made before the threads start: the slots for results, the indexes of names, the
 * columns of data sources. Nodes that read themselves, and those that read such nodes, are left to
 * node_lineage(): how they are told depends on who is asked for first. */
#include "base/threads.h"
#include "project_internal.h"
#include "resolve_table.h"

#include <stdatomic.h>

enum { PIECES_A_THREAD = 8 };

typedef struct {
    NodeStep step;
    ResolvedNode *slot;
    size_t waits;       /* for so many needs, each as often as it is listed */
    size_t readers_end; /* of its part of Ahead.readers, which starts where the last one ends */
} Planned;

/* By number, an index of Ahead.nodes. */
typedef struct {
    size_t reader;
    size_t need;
} Edge;

typedef VEC(size_t) Numbers;

typedef struct {
    Loader *loader;
    VEC(Planned) nodes;
    VEC(Edge) edges;
    size_t *readers;
    VEC(const Resource *) sources;
    Numbers ready;                 /* the nodes under way: none reads another of them */
    size_t pieces;                 /* of what the threads do now */
    atomic_size_t next;            /* the next piece */
    Loader loaders[THREADS_LIMIT]; /* the first has the caller's own arena */
} Ahead;

/* ---- what is to be done ---- */

/* Until the node is resolved, the place in its slot that a walk would use holds its number. */
static void plan_pipe(Ahead *ahead, const Resource *pipe)
{
    Loader *loader = ahead->loader;
    for (size_t i = 0; pipe->facts && i < pipe->facts->nodes.len; i++) {
        ResolvedNode *slot = resolved_slot(loader, pipe, i);
        if (!slot || slot->state != NODE_NEW)
            continue;
        slot->stack_index = ahead->nodes.len;
        vec_push(loader->arena, &ahead->nodes, (Planned){{pipe, i}, slot, 0, 0});
    }
    pipe_node_index(loader, pipe, (Str){0});
}

static void plan_nodes(Ahead *ahead, const Project *project)
{
    Loader *loader = ahead->loader;
    for (size_t i = 0; i < map_len(project->pipes); i++)
        plan_pipe(ahead, map_value(project->pipes, i));
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        const Resource *source = map_value(project->datasources, i);
        resolved_slot(loader, source, 0);
        vec_push(loader->arena, &ahead->sources, source);
    }
}

static void plan_needs(Ahead *ahead, size_t reader)
{
    Loader *loader = ahead->loader;
    NodeSteps needs = resolve_needs(loader, ahead->nodes.items[reader].step);
    for (size_t i = 0; i < needs.len; i++) {
        const ResolvedNode *slot = resolved_slot(loader, needs.items[i].pipe, needs.items[i].node);
        if (!slot || slot->state != NODE_NEW)
            continue;
        vec_push(loader->arena, &ahead->edges, (Edge){reader, slot->stack_index});
        ahead->nodes.items[reader].waits++;
    }
}

/* Who waits for each node, side by side in the order of the nodes. */
static void plan_readers(Ahead *ahead)
{
    ahead->readers = ARENA_ARRAY(ahead->loader->arena, size_t, ahead->edges.len);
    for (size_t i = 0; i < ahead->edges.len; i++)
        ahead->nodes.items[ahead->edges.items[i].need].readers_end++;
    for (size_t i = 1; i < ahead->nodes.len; i++)
        ahead->nodes.items[i].readers_end += ahead->nodes.items[i - 1].readers_end;
    size_t *places = ARENA_ARRAY(ahead->loader->arena, size_t, ahead->nodes.len);
    for (size_t i = 1; i < ahead->nodes.len; i++)
        places[i] = ahead->nodes.items[i - 1].readers_end;
    for (size_t i = 0; i < ahead->edges.len; i++) {
        Edge edge = ahead->edges.items[i];
        ahead->readers[places[edge.need]++] = edge.reader;
    }
}

static void plan(Ahead *ahead, const Project *project)
{
    plan_nodes(ahead, project);
    for (size_t i = 0; i < ahead->nodes.len; i++)
        plan_needs(ahead, i);
    plan_readers(ahead);
    for (size_t i = 0; i < ahead->nodes.len; i++) {
        if (ahead->nodes.items[i].waits == 0)
            vec_push(ahead->loader->arena, &ahead->ready, i);
    }
}

/* ---- in any thread ---- */

static void read_sources(void *context, unsigned thread)
{
    Ahead *ahead = context;
    for (size_t i; (i = atomic_fetch_add(&ahead->next, 1)) < ahead->pieces;)
        relation_of_datasource(&ahead->loaders[thread], ahead->sources.items[i]);
}

static void resolve_ready(void *context, unsigned thread)
{
    Ahead *ahead = context;
    for (size_t i; (i = atomic_fetch_add(&ahead->next, 1)) < ahead->pieces;) {
        const Planned *node = &ahead->nodes.items[ahead->ready.items[i]];
        resolve_node(&ahead->loaders[thread], node->step, node->slot, (Str){0});
    }
}

/* ---- all of it ---- */

static void run(Ahead *ahead, void (*work)(void *context, unsigned thread), size_t pieces)
{
    ahead->pieces = pieces;
    atomic_store(&ahead->next, 0);
    threads_run(threads_for(pieces, PIECES_A_THREAD), work, ahead);
}

/* Puts those that waited for nothing else in the place of those that are done. */
static void go_on(Ahead *ahead)
{
    Numbers done = ahead->ready;
    ahead->ready = (Numbers){0};
    for (size_t i = 0; i < done.len; i++) {
        size_t need = done.items[i];
        size_t end = ahead->nodes.items[need].readers_end;
        for (size_t j = need ? ahead->nodes.items[need - 1].readers_end : 0; j < end; j++) {
            size_t reader = ahead->readers[j];
            if (--ahead->nodes.items[reader].waits == 0)
                vec_push(ahead->loader->arena, &ahead->ready, reader);
        }
    }
}

static size_t columns_made(const Ahead *ahead, unsigned threads)
{
    size_t columns = ahead->loader->lineage_columns;
    for (unsigned i = 0; i < threads; i++)
        columns += ahead->loaders[i].lineage_columns - ahead->loader->lineage_columns;
    return columns;
}

/* Which query of too large a project is given up depends on the order: all are left to the walk. */
static void forget(const Ahead *ahead)
{
    for (size_t i = 0; i < ahead->nodes.len; i++) {
        if (ahead->nodes.items[i].slot->state == NODE_RESOLVED)
            *ahead->nodes.items[i].slot = (ResolvedNode){0};
    }
}

static void resolve_all(Ahead *ahead, unsigned threads)
{
    bool fits = true;
    run(ahead, read_sources, ahead->sources.len);
    while (fits && ahead->ready.len) {
        run(ahead, resolve_ready, ahead->ready.len);
        go_on(ahead);
        fits = columns_made(ahead, threads) <= RESOLVE_COLUMNS_MAX;
    }
    if (fits)
        ahead->loader->lineage_columns = columns_made(ahead, threads);
    else
        forget(ahead);
}

void lineage_ahead(Loader *loader, const Project *project)
{
    unsigned threads = threads_for(map_len(project->pipes), PIECES_A_THREAD);
    if (threads < 2)
        return;
    Ahead *ahead = ARENA_NEW(loader->arena, Ahead);
    ahead->loader = loader;
    plan(ahead, project);
    threads = threads_for(ahead->nodes.len + ahead->sources.len, PIECES_A_THREAD);
    for (unsigned i = 0; i < threads; i++) {
        ahead->loaders[i] = *loader;
        ahead->loaders[i].arena = i ? arena_new() : loader->arena;
    }
    resolve_all(ahead, threads);
    for (unsigned i = 1; i < threads; i++)
        arena_join(loader->arena, ahead->loaders[i].arena);
}
