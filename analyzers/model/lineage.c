/* Resolves the nodes of pipes in the order in which they need each other, once each. */
#include "project_internal.h"
#include "resolve_table.h"
#include "resolve_trigger.h"

/* ---- slots ---- */

static size_t node_count(const Resource *resource)
{
    if (resource->kind == DATAFILE_DATASOURCE)
        return 1;
    return resource->facts && resource->pipe ? resource->facts->nodes.len : 0;
}

ResolvedNode *resolved_slot(Loader *loader, const Resource *resource, size_t node)
{
    size_t count = node_count(resource);
    if (node >= count)
        return NULL;
    Derived *cached = derived_of(loader, resource);
    if (!cached->lineage)
        cached->lineage = ARENA_ARRAY(loader->arena, const NodeLineage *, count);
    if (!cached->lineage[node])
        cached->lineage[node] = &ARENA_NEW(loader->arena, ResolvedNode)->lineage;
    return (ResolvedNode *)(uintptr_t)cached->lineage[node];
}

/* ---- the walk ---- */

/* A node whose needs are being resolved. */
typedef struct {
    NodeStep step;
    ResolvedNode *slot;
    NodeSteps needs;
    size_t next;
    size_t lowest; /* of the visits under way, the first that it leads back to */
    Str cycle;
} Visit;

typedef struct {
    Loader *loader;
    VEC(Visit) stack;
} Walk;

NodeSteps resolve_needs(Loader *loader, NodeStep step)
{
    const Map *tables = pipe_tables(loader, step.pipe, step.node);
    NodeSteps needs = {0};
    for (size_t i = 0; tables && i < map_len(tables); i++) {
        TableUse use =
            table_meaning(loader, step.pipe, step.node, (Token){.text = map_key(tables, i)});
        bool is_node = use.meaning == MEANS_NODE || use.meaning == MEANS_PIPE;
        if (is_node && use.node >= 0)
            vec_push(loader->arena, &needs, (NodeStep){use.resource, (size_t)use.node});
    }
    return needs;
}

static void enter(Walk *walk, NodeStep step, ResolvedNode *slot)
{
    slot->state = NODE_WAITING;
    slot->stack_index = walk->stack.len;
    Visit visit = {step, slot, resolve_needs(walk->loader, step), 0, walk->stack.len + 1, {0}};
    vec_push(walk->loader->arena, &walk->stack, visit);
}

static Str step_name(NodeStep step)
{
    bool output = pipe_output_node(step.pipe) == (int)step.node;
    return output ? step.pipe->name : step.pipe->facts->nodes.items[step.node].name.text;
}

enum { WAY_MAX = 6 };

/* "'a' > 'b' > 'a'" */
static Str way_round(const Walk *walk, size_t first)
{
    Buf buf = {0};
    size_t count = walk->stack.len - first;
    for (size_t i = 0; i < count; i++) {
        if (i == WAY_MAX && count > WAY_MAX + 1) {
            buf_addf(&buf, "%zu more > ", count - i);
            break;
        }
        buf_addf(&buf, "'%.*s' > ", STR_ARG(step_name(walk->stack.items[first + i].step)));
    }
    buf_addf(&buf, "'%.*s'", STR_ARG(step_name(walk->stack.items[first].step)));
    Str text = str_copy(walk->loader->arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

static void close_cycle(const Walk *walk, Visit *visit, const ResolvedNode *back)
{
    if (back->stack_index >= visit->lowest)
        return;
    visit->lowest = back->stack_index;
    visit->cycle = way_round(walk, back->stack_index);
}

/* ---- one node ---- */

static VariantResult resolve_variant(Loader *loader, NodeStep step, const Query *query)
{
    Resolver r = {.loader = loader, .arena = loader->arena, .pipe = step.pipe, .node = step.node};
    if (query->broken)
        resolve_gap(&r, query->error,
                    str_fmt(r.arena, "the query does not parse: %.*s", STR_ARG(query->error_text)),
                    true);
    VariantResult result = {.relation = resolve_query(&r, query, NULL, NULL, NULL)};
    mark_triggers(&r, query);
    result.tables = r.tables;
    result.reads = r.reads;
    result.gaps = r.gaps;
    return result;
}

static void mark_cycle(Loader *loader, ResolvedNode *slot, Range range, Str way)
{
    Str why = str_fmt(loader->arena, "it reads itself: %.*s", STR_ARG(way));
    slot->relation->complete = slot->relation->named = false;
    slot->lineage.output.known = false;
    slot->lineage.output.gap = why;
    slot->lineage.output.gap_range = range;
    vec_push(loader->arena, &slot->lineage.gaps, (Gap){range, why, true});
}

void resolve_node(Loader *loader, NodeStep step, ResolvedNode *slot, Str way_round)
{
    const QueryVariants *variants = pipe_variants(loader, step.pipe, step.node);
    VariantResult *results = ARENA_ARRAY(loader->arena, VariantResult, variants->len);
    for (size_t i = 0; i < variants->len; i++)
        results[i] = resolve_variant(loader, step, variants->items[i]);
    if (variants->unread)
        vec_push(
            loader->arena, &results[0].gaps,
            (Gap){step.pipe->facts->nodes.items[step.node].sql.range,
                  str_fmt(loader->arena, "%zu template branches are not read", variants->unread),
                  true});
    resolve_merge(loader->arena, slot, results, variants->len, variants->unread == 0);
    if (way_round.len)
        mark_cycle(loader, slot, step.pipe->facts->nodes.items[step.node].name.range, way_round);
    slot->state = NODE_RESOLVED;
}

/* The last visit is done: what it leads back to, the one before leads back to. */
static void leave(Walk *walk)
{
    Visit done = walk->stack.items[--walk->stack.len];
    if (done.lowest > walk->stack.len)
        done.cycle = (Str){0};
    resolve_node(walk->loader, done.step, done.slot, done.cycle);
    if (walk->stack.len == 0 || done.lowest >= walk->stack.len)
        return;
    Visit *before = &walk->stack.items[walk->stack.len - 1];
    if (done.lowest < before->lowest) {
        before->lowest = done.lowest;
        before->cycle = done.cycle;
    }
}

/* Chains of pipes may be of any length, so this does not call itself. */
static void resolve_from_bottom(Loader *loader, NodeStep first, ResolvedNode *slot)
{
    Walk walk = {.loader = loader};
    enter(&walk, first, slot);
    while (walk.stack.len) {
        Visit *visit = &walk.stack.items[walk.stack.len - 1];
        if (visit->next == visit->needs.len) {
            leave(&walk);
            continue;
        }
        NodeStep need = visit->needs.items[visit->next++];
        ResolvedNode *needed = resolved_slot(loader, need.pipe, need.node);
        if (needed && needed->state == NODE_NEW)
            enter(&walk, need, needed);
        else if (needed && needed->state == NODE_WAITING)
            close_cycle(&walk, visit, needed);
    }
}

/* ---- questions ---- */

const NodeLineage *node_lineage(Loader *loader, const Resource *pipe, size_t node)
{
    if (pipe->kind != DATAFILE_PIPE)
        return NULL;
    ResolvedNode *slot = resolved_slot(loader, pipe, node);
    if (!slot)
        return NULL;
    if (slot->state == NODE_NEW)
        resolve_from_bottom(loader, (NodeStep){pipe, node}, slot);
    return &slot->lineage;
}

const Output *pipe_output(Loader *loader, const Resource *pipe)
{
    static const Output NOTHING = {.gap = STR_INIT("the pipe is not read")};
    int node = pipe_output_node(pipe);
    const NodeLineage *lineage = node >= 0 ? node_lineage(loader, pipe, (size_t)node) : NULL;
    return lineage ? &lineage->output : &NOTHING;
}

const OutputColumn *output_column(const Output *output, Str name)
{
    for (size_t i = 0; i < output->columns.len; i++) {
        if (str_eq(output->columns.items[i].name, name))
            return &output->columns.items[i];
    }
    return NULL;
}

/* ---- nodes that the output needs ---- */

static void reach(Loader *loader, const Resource *pipe, size_t node, bool *reached)
{
    VEC(size_t) waiting = {0};
    reached[node] = true;
    vec_push(loader->arena, &waiting, node);
    while (waiting.len) {
        size_t at = waiting.items[--waiting.len];
        const TableUses *tables = &node_lineage(loader, pipe, at)->tables;
        for (size_t i = 0; i < tables->len; i++) {
            const TableUse *use = &tables->items[i];
            if (use->meaning != MEANS_NODE || reached[use->node])
                continue;
            reached[use->node] = true;
            vec_push(loader->arena, &waiting, (size_t)use->node);
        }
    }
}

NodeIndexes pipe_live_nodes(Loader *loader, const Resource *pipe)
{
    NodeIndexes live = {0};
    int output = pipe_output_node(pipe);
    if (output < 0)
        return live;
    bool *reached = ARENA_ARRAY(loader->arena, bool, pipe->facts->nodes.len);
    reach(loader, pipe, (size_t)output, reached);
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        if (reached[i])
            vec_push(loader->arena, &live, i);
    }
    return live;
}

/* ---- by place ---- */

/* Reads are in the order of their places. */
const ColumnRead *lineage_read_at(const NodeLineage *lineage, Range range)
{
    size_t low = 0;
    size_t high = lineage ? lineage->reads.len : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lineage->reads.items[middle].range.start < range.start)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = lineage && low < lineage->reads.len &&
                 lineage->reads.items[low].range.start <= range.end &&
                 lineage->reads.items[low].range.end <= range.end;
    return found ? &lineage->reads.items[low] : NULL;
}

/* Tables are in the order of their places. */
const TableUse *lineage_table_at(const NodeLineage *lineage, uint32_t start)
{
    size_t low = 0;
    size_t high = lineage ? lineage->tables.len : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lineage->tables.items[middle].name.range.start < start)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = lineage && low < lineage->tables.len &&
                 lineage->tables.items[low].name.range.start == start;
    return found ? &lineage->tables.items[low] : NULL;
}
