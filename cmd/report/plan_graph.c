/* plan_graph.c: nodes for what the plan touches, edges for who reads and writes whom. */
#include "report/plan_graph.h"

#include "report/plan_migration.h"

typedef struct {
    Arena *arena;
    const Diff *diff;
    VEC(PlanNode) nodes;
    VEC(const Resource *) resources;       /* of the nodes, in their order */
    Map *numbers[DATAFILE_CONNECTION + 1]; /* name -> number + 1 */
    Map *edges;                            /* "from to" */
} Builder;

static const Resource *resource_of(const Diff *diff, DatafileKind kind, Str name)
{
    const Resource *found = project_find(diff->sides.candidate, kind, name);
    return found ? found : project_find(diff->sides.live, kind, name);
}

static size_t number_of(const Builder *builder, DatafileKind kind, Str name)
{
    return (size_t)(uintptr_t)map_get(builder->numbers[kind], name);
}

static void add_node(Builder *builder, DatafileKind kind, Str name, const PlanStep *step)
{
    const Resource *resource = resource_of(builder->diff, kind, name);
    if (!resource || number_of(builder, kind, name))
        return;
    PlanNode node = {.name = name, .kind = kind, .type = datafile_kind_text(kind), .step = step};
    if (resource->pipe)
        node.type = pipe_type_text(resource->pipe->type);
    vec_push(builder->arena, &builder->nodes, node);
    vec_push(builder->arena, &builder->resources, resource);
    map_put(builder->numbers[kind], name, (void *)(uintptr_t)builder->nodes.len);
}

static void add_links(Builder *builder, const Strs *names)
{
    for (size_t i = 0; i < names->len; i++)
        add_node(builder, DATAFILE_PIPE, names->items[i], NULL);
}

static void add_edge(Builder *builder, size_t from, size_t to)
{
    Str key = str_fmt(builder->arena, "%zu %zu", from, to);
    if (from == to || map_has(builder->edges, key))
        return;
    map_put(builder->edges, key, builder);
    vec_push(builder->arena, &builder->nodes.items[from].next, to);
    builder->nodes.items[to].before++;
}

static void connect_node(Builder *builder, size_t at)
{
    const Resource *resource = builder->resources.items[at];
    for (size_t i = 0; i < resource->readers.len; i++) {
        size_t to = number_of(builder, DATAFILE_PIPE, resource->readers.items[i]->name);
        if (to)
            add_edge(builder, at, to - 1);
        else if (resource->readers_known)
            builder->nodes.items[at].more_readers++;
    }
    for (size_t i = 0; i < resource->writers.len; i++) {
        size_t from = number_of(builder, DATAFILE_PIPE, resource->writers.items[i]->name);
        if (from)
            add_edge(builder, from - 1, at);
    }
}

/* ---- migrations ---- */

static bool is_drawn(Arena *arena, const MigrationChange *change)
{
    return plan_migration_label(arena, change).len > 0;
}

static void add_legacies(Builder *builder, const MigrationChanges *changes)
{
    for (size_t i = 0; changes && i < changes->len; i++) {
        if (is_drawn(builder->arena, &changes->items[i])) {
            add_node(builder, DATAFILE_DATASOURCE, changes->items[i].legacy, NULL);
            add_node(builder, DATAFILE_DATASOURCE, changes->items[i].replica, NULL);
        }
    }
}

static MigrationEdges migration_edges(Builder *builder, const MigrationChanges *changes)
{
    MigrationEdges edges = {0};
    for (size_t i = 0; changes && i < changes->len; i++) {
        const MigrationChange *change = &changes->items[i];
        size_t legacy = number_of(builder, DATAFILE_DATASOURCE, change->legacy);
        size_t replica = number_of(builder, DATAFILE_DATASOURCE, change->replica);
        if (!is_drawn(builder->arena, change) || !legacy || !replica)
            continue;
        MigrationEdge edge = {legacy - 1, replica - 1,
                              plan_migration_label(builder->arena, change)};
        vec_push(builder->arena, &edges, edge);
    }
    return edges;
}

static Builder builder_of(Arena *arena, const ProjectPlan *project)
{
    Builder builder = {.arena = arena, .diff = project->diff, .edges = map_new(arena)};
    const PlanSteps *steps = &project->plan->steps;
    for (size_t i = 0; i < ARRAY_LEN(builder.numbers); i++)
        builder.numbers[i] = map_new(arena);
    for (size_t i = 0; i < steps->len; i++)
        add_node(&builder, steps->items[i].kind, steps->items[i].name, &steps->items[i]);
    for (size_t i = 0; i < steps->len; i++) {
        add_links(&builder, &steps->items[i].via);
        add_links(&builder, &steps->items[i].chain);
    }
    add_legacies(&builder, project->migrations);
    return builder;
}

static PlanGraph graph_of(Builder *builder, const ProjectPlan *project)
{
    for (size_t i = 0; i < builder->nodes.len; i++)
        connect_node(builder, i);
    return (PlanGraph){builder->nodes.items, builder->nodes.len,
                       migration_edges(builder, project->migrations)};
}

PlanGraph plan_graph_make(Arena *arena, const ProjectPlan *project)
{
    Builder builder = builder_of(arena, project);
    return graph_of(&builder, project);
}

/* ---- what is around the plan ---- */

/* Who reads each node, and what those pipes fill: the list grows while it is walked. */
static void add_downstream(Builder *builder)
{
    for (size_t i = 0; i < builder->nodes.len; i++) {
        const Resource *resource = builder->resources.items[i];
        for (size_t k = 0; k < resource->readers.len; k++)
            add_node(builder, DATAFILE_PIPE, resource->readers.items[k]->name, NULL);
        if (resource->pipe && resource->pipe->target.len > 0)
            add_node(builder, DATAFILE_DATASOURCE, resource->pipe->target, NULL);
    }
}

/* What is read by one of the first `count` nodes. */
static void add_sources(Builder *builder, const Map *resources, size_t count)
{
    for (size_t i = 0; i < map_len(resources); i++) {
        const Resource *source = map_value(resources, i);
        for (size_t k = 0; k < source->readers.len; k++) {
            size_t number = number_of(builder, DATAFILE_PIPE, source->readers.items[k]->name);
            if (number == 0 || number > count)
                continue;
            add_node(builder, source->kind, source->name, NULL);
            break;
        }
    }
}

static void add_writers(Builder *builder, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Resource *resource = builder->resources.items[i];
        for (size_t k = 0; k < resource->writers.len; k++)
            add_node(builder, DATAFILE_PIPE, resource->writers.items[k]->name, NULL);
    }
}

/* The connection that a data source takes its rows from, or that a pipe sends them to. */
static Str connection_of(const Resource *resource)
{
    static const Keyword words[] = {KEYWORD_KAFKA_CONNECTION_NAME, KEYWORD_IMPORT_CONNECTION_NAME,
                                    KEYWORD_PG_CONNECTION_NAME};
    const Instruction *found = NULL;
    if (resource->facts && resource->pipe && resource->pipe->node >= 0)
        found = datafile_find_in_node(resource->facts, KEYWORD_EXPORT_CONNECTION_NAME,
                                      resource->pipe->node);
    for (size_t i = 0; resource->facts && !resource->pipe && !found && i < ARRAY_LEN(words); i++)
        found = datafile_find(resource->facts, words[i]);
    return found ? str_trim(found->value.text) : (Str){0};
}

/* Those that go through a connection of the plan. */
static void add_connected(Builder *builder, const Map *resources)
{
    for (size_t i = 0; i < map_len(resources); i++) {
        const Resource *resource = map_value(resources, i);
        Str name = connection_of(resource);
        if (name.len > 0 && number_of(builder, DATAFILE_CONNECTION, name))
            add_node(builder, resource->kind, resource->name, NULL);
    }
}

static void add_connections(Builder *builder)
{
    size_t count = builder->nodes.len;
    for (size_t i = 0; i < count; i++) {
        Str name = connection_of(builder->resources.items[i]);
        if (name.len > 0)
            add_node(builder, DATAFILE_CONNECTION, name, NULL);
    }
}

static void connect_connections(Builder *builder)
{
    for (size_t i = 0; i < builder->nodes.len; i++) {
        const Resource *resource = builder->resources.items[i];
        size_t number = number_of(builder, DATAFILE_CONNECTION, connection_of(resource));
        if (number == 0)
            continue;
        if (resource->pipe)
            add_edge(builder, i, number - 1);
        else
            add_edge(builder, number - 1, i);
    }
}

PlanGraph plan_graph_affected(Arena *arena, const ProjectPlan *project)
{
    Builder builder = builder_of(arena, project);
    const Project *candidate = project->diff->sides.candidate;
    add_connected(&builder, candidate->datasources);
    add_connected(&builder, candidate->pipes);
    add_downstream(&builder);
    size_t count = builder.nodes.len;
    add_writers(&builder, count);
    add_sources(&builder, candidate->datasources, count);
    add_sources(&builder, candidate->pipes, count);
    add_connections(&builder);
    PlanGraph graph = graph_of(&builder, project);
    connect_connections(&builder);
    return graph;
}

/* ---- where to start ---- */

static void mark_reachable(Arena *arena, const PlanGraph *graph, size_t from, bool *seen)
{
    NodeNumbers open = {0};
    vec_push(arena, &open, from);
    seen[from] = true;
    while (open.len) {
        const PlanNode *node = &graph->nodes[open.items[--open.len]];
        for (size_t i = 0; i < node->next.len; i++) {
            size_t to = node->next.items[i];
            if (seen[to])
                continue;
            seen[to] = true;
            vec_push(arena, &open, to);
        }
    }
}

NodeNumbers plan_graph_roots(Arena *arena, const PlanGraph *graph)
{
    NodeNumbers roots = {0};
    bool *seen = ARENA_ARRAY(arena, bool, graph->len);
    for (int pass = 0; pass < 2; pass++) { /* what is left for the second are rings */
        for (size_t i = 0; i < graph->len; i++) {
            if (seen[i] || (pass == 0 && graph->nodes[i].before))
                continue;
            vec_push(arena, &roots, i);
            mark_reachable(arena, graph, i, seen);
        }
    }
    return roots;
}

/* ---- words ---- */

static Str rewrite_text(Arena *arena, const PlanStep *step)
{
    switch (step->backfill) {
    case BACKFILL_SELECT_STAR:
        return STR("rewritten, every column as it is");
    case BACKFILL_FORWARD_QUERY:
        return STR("rewritten by its FORWARD_QUERY");
    case BACKFILL_VIEW_QUERY:
        return str_fmt(arena, "rebuilt by %.*s",
                       STR_ARG(str_join(arena, step->via.items, step->via.len, ", ")));
    default:
        return STR("rewritten");
    }
}

Str plan_node_effect(Arena *arena, const PlanNode *node)
{
    const PlanStep *step = node->step;
    if (!step)
        return STR("unchanged");
    if (step->backfill == BACKFILL_REFUSED)
        return STR("refused");
    switch (step->action) {
    case ACTION_ALTER:
        return STR("altered in place");
    case ACTION_REWRITE:
        return rewrite_text(arena, step);
    case ACTION_CREATE:
        return step->backfill == BACKFILL_VIEW_QUERY
                   ? str_fmt(arena, "new, filled by %.*s",
                             STR_ARG(str_join(arena, step->via.items, step->via.len, ", ")))
                   : STR("new");
    case ACTION_DELETE:
        return STR("deleted");
    case ACTION_METADATA:
        return node->kind == DATAFILE_PIPE ? STR("modified") : STR("metadata only");
    case ACTION_NONE:
        break;
    }
    return step->status == PLAN_UNCHANGED ? STR("unchanged") : STR("modified, no effect on data");
}
