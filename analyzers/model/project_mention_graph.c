/* Scans the bytes of the pipes for names, and orders what it found by who names and by what. */
#include "base/threads.h"
#include "project_internal.h"

/* ---- the scan ---- */

typedef struct {
    Resources pipes;
    SourceFiles files; /* of the pipes, one by one */
    MentionReader *readers[THREADS_LIMIT];
} Scan;

static void add_names(NameTable *names, const Map *table, bool of_live)
{
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *resource = map_value(table, i);
        if (!of_live || !resource->other)
            name_table_add(names, resource->name);
    }
}

static size_t name_count(const Project *project)
{
    return map_len(project->datasources) + map_len(project->pipes);
}

static NameTable *collect_names(const Load *load, Arena *arena)
{
    const Project *live = load->live, *candidate = load->candidate;
    size_t expected = name_count(candidate);
    if (expected < name_count(live))
        expected = name_count(live);
    NameTable *names = name_table_new(arena, expected);
    add_names(names, candidate->datasources, false);
    add_names(names, candidate->pipes, false);
    add_names(names, live->datasources, true);
    add_names(names, live->pipes, true);
    return names;
}

/* Of the candidate all, of live those that differ. */
static void collect_pipes(const Load *load, Arena *arena, const Project *project, Scan *scan)
{
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        Resource *pipe = map_value(project->pipes, i);
        if (project == load->live && !pipe->changed)
            continue;
        vec_push(arena, &scan->pipes, pipe);
        vec_push(arena, &scan->files, pipe->file);
    }
}

static void read_mentions(void *context, unsigned thread, size_t index, Str text)
{
    Scan *scan = context;
    mention_reader_read(scan->readers[thread], scan->pipes.items[index]->name, text);
}

static void report_unreadable(Load *load, const Scan *scan)
{
    for (size_t i = 0; i < scan->files.len; i++) {
        if (!scan->files.items[i]->loaded && scan->files.items[i]->trouble != FILE_OK)
            report_unread(load, scan->pipes.items[i]);
    }
}

/* The bytes of unchanged pipes are not kept: most of them name nothing of interest. */
static void find_mentions(MentionGraph *graph, Load *load, Arena *arena)
{
    Scan scan = {.pipes = {0}};
    collect_pipes(load, arena, load->candidate, &scan);
    collect_pipes(load, arena, load->live, &scan);
    for (size_t i = 0; i < THREADS_LIMIT; i++)
        scan.readers[i] = mention_reader_new(graph->names);
    source_files_scan(load->loader->repo, &scan.files, read_mentions, &scan);
    for (size_t i = 0; i < THREADS_LIMIT; i++) {
        const Mentions *found = mention_reader_found(scan.readers[i]);
        for (size_t k = 0; k < found->len; k++)
            vec_push(arena, &graph->all, found->items[k]);
        mention_reader_free(scan.readers[i]);
    }
    report_unreadable(load, &scan);
}

/* ---- both orders ---- */

static uint32_t key_of(const Mention *mention, bool by_pipe)
{
    return by_pipe ? mention->pipe : mention->named;
}

/* Sorts by counting: the ends of the parts, and the indexes part by part. */
static MentionOrder order(const MentionGraph *graph, Arena *arena, bool by_pipe)
{
    const Mentions *all = &graph->all;
    size_t names = name_table_names(graph->names)->len;
    MentionOrder order = {ARENA_ARRAY(arena, uint32_t, names + 1),
                          ARENA_ARRAY(arena, uint32_t, all->len + 1)};
    for (size_t i = 0; i < all->len; i++)
        order.ends[key_of(&all->items[i], by_pipe) + 1]++;
    for (size_t i = 1; i <= names; i++)
        order.ends[i] += order.ends[i - 1];
    /* ends[n] is now where n's part starts; it moves to its end as the part fills. */
    for (size_t i = 0; i < all->len; i++)
        order.indexes[order.ends[key_of(&all->items[i], by_pipe)]++] = (uint32_t)i;
    return order;
}

MentionGraph mention_graph_make(Load *load, Arena *arena)
{
    MentionGraph graph = {.names = collect_names(load, arena)};
    find_mentions(&graph, load, arena);
    graph.by_pipe = order(&graph, arena, true);
    graph.by_named = order(&graph, arena, false);
    return graph;
}

static MentionPart part_of(const MentionGraph *graph, const MentionOrder *order, uint32_t number)
{
    uint32_t start = number ? order->ends[number - 1] : 0;
    return (MentionPart){graph->all.items, order->indexes + start, order->ends[number] - start};
}

MentionPart mentions_of_pipe(const MentionGraph *graph, uint32_t number)
{
    return part_of(graph, &graph->by_pipe, number);
}

MentionPart mentions_of_name(const MentionGraph *graph, uint32_t number)
{
    return part_of(graph, &graph->by_named, number);
}
