/* order.c: the order of the boxes in each layer, with few crossings. */
#include "report/graph/layout_parts.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 12, SCALE = 4096 };

/* ---- slots ---- */

static size_t add_slot(Arena *arena, SlotGraph *graph, size_t box, uint32_t layer)
{
    Slot slot = {.box = box, .layer = layer};
    vec_push(arena, &graph->slots, slot);
    return graph->slots.len - 1;
}

typedef VEC(LayoutEdge) LayoutEdges;

/* What edges of one box pass on their way to several others is one slot of each layer: `ways` of
 * the box has them, from its own layer on. */
static void add_way(Arena *arena, SlotGraph *graph, LayoutEdges *links, SlotNumbers *trunk,
                    SlotNumbers *way, const Layers *layers, LayoutEdge edge)
{
    uint32_t from = layers->of[edge.from];
    uint32_t to = layers->of[edge.to];
    if (trunk->len == 0)
        vec_push(arena, trunk, edge.from);
    while (trunk->len < to - from) {
        size_t slot = add_slot(arena, graph, SIZE_MAX, from + (uint32_t)trunk->len);
        LayoutEdge link = {trunk->items[trunk->len - 1], slot};
        vec_push(arena, links, link);
        vec_push(arena, trunk, slot);
    }
    for (uint32_t i = 0; i < to - from; i++)
        vec_push(arena, way, trunk->items[i]);
    LayoutEdge last = {trunk->items[to - from - 1], edge.to};
    vec_push(arena, links, last);
    vec_push(arena, way, edge.to);
}

static void fill_rows(Arena *arena, SlotGraph *graph)
{
    for (size_t i = 0; i < graph->slots.len; i++) {
        Slot *slot = &graph->slots.items[i];
        slot->place = graph->rows[slot->layer].len;
        vec_push(arena, &graph->rows[slot->layer], i);
    }
}

SlotGraph graph_slots(Arena *arena, size_t count, const Layers *layers, size_t edge_count)
{
    SlotGraph graph = {.ways = ARENA_ARRAY(arena, SlotNumbers, edge_count)};
    SlotNumbers *trunks = ARENA_ARRAY(arena, SlotNumbers, count);
    LayoutEdges links = {0};
    for (size_t i = 0; i < count; i++) {
        add_slot(arena, &graph, i, layers->of[i]);
        if (layers->of[i] + 1u > graph.layers)
            graph.layers = layers->of[i] + 1u;
    }
    for (size_t i = 0; i < edge_count; i++)
        add_way(arena, &graph, &links, &trunks[layers->edges[i].from], &graph.ways[i], layers,
                layers->edges[i]);
    graph.rows = ARENA_ARRAY(arena, SlotNumbers, graph.layers);
    fill_rows(arena, &graph);
    graph.after = neighbours_make(arena, graph.slots.len, links.items, links.len, false);
    graph.before = neighbours_make(arena, graph.slots.len, links.items, links.len, true);
    return graph;
}

/* ---- sweeps ---- */

typedef struct {
    int64_t key;
    size_t place;
    size_t slot;
} Sortable;

static int compare(const void *a, const void *b)
{
    const Sortable *x = a;
    const Sortable *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* The mean place of its neighbours; its own where it has none. */
static int64_t barycentre(const SlotGraph *graph, const Neighbours *beside, size_t slot)
{
    size_t from = beside->start[slot];
    size_t to = beside->start[slot + 1];
    int64_t sum = 0;
    if (from == to)
        return (int64_t)graph->slots.items[slot].place * SCALE;
    for (size_t i = from; i < to; i++)
        sum += (int64_t)graph->slots.items[beside->items[i]].place * SCALE;
    return sum / (int64_t)(to - from);
}

static void sort_row(SlotGraph *graph, SlotNumbers *row, const Neighbours *beside, Sortable *room)
{
    for (size_t i = 0; i < row->len; i++)
        room[i] = (Sortable){barycentre(graph, beside, row->items[i]), i, row->items[i]};
    qsort(room, row->len, sizeof *room, compare);
    for (size_t i = 0; i < row->len; i++) {
        row->items[i] = room[i].slot;
        graph->slots.items[room[i].slot].place = i;
    }
}

static void sweep(SlotGraph *graph, bool rightwards, Sortable *room)
{
    for (size_t i = 1; i < graph->layers; i++) {
        size_t layer = rightwards ? i : graph->layers - 1 - i;
        sort_row(graph, &graph->rows[layer], rightwards ? &graph->before : &graph->after, room);
    }
}

/* ---- crossings ---- */

/* Pairs in the wrong order, by a tree of counts: each end to the right is counted after those that
 * come before it from the left. */
static size_t row_crossings(const SlotGraph *graph, const SlotNumbers *row, size_t *tree,
                            size_t size)
{
    size_t crossings = 0, seen = 0;
    memset(tree, 0, (size + 1) * sizeof *tree);
    for (size_t i = 0; i < row->len; i++) {
        size_t from = graph->after.start[row->items[i]];
        size_t to = graph->after.start[row->items[i] + 1];
        for (size_t k = from; k < to; k++) { /* those above or at its end do not cross it */
            size_t not_crossed = 0;
            for (size_t at = graph->slots.items[graph->after.items[k]].place + 1; at > 0;
                 at &= at - 1)
                not_crossed += tree[at];
            crossings += seen - not_crossed;
        }
        for (size_t k = from; k < to; k++, seen++) {
            size_t at = graph->slots.items[graph->after.items[k]].place + 1;
            for (; at <= size; at += at & (~at + 1))
                tree[at]++;
        }
    }
    return crossings;
}

size_t graph_crossings(Arena *arena, const SlotGraph *graph)
{
    size_t *tree = ARENA_ARRAY(arena, size_t, graph->slots.len + 2);
    size_t crossings = 0;
    for (size_t i = 0; i + 1 < graph->layers; i++)
        crossings += row_crossings(graph, &graph->rows[i], tree, graph->rows[i + 1].len);
    return crossings;
}

/* ---- the best of them ---- */

static void keep(const SlotGraph *graph, size_t *places)
{
    for (size_t i = 0; i < graph->slots.len; i++)
        places[i] = graph->slots.items[i].place;
}

static void restore(SlotGraph *graph, const size_t *places)
{
    for (size_t i = 0; i < graph->slots.len; i++) {
        Slot *slot = &graph->slots.items[i];
        slot->place = places[i];
        graph->rows[slot->layer].items[slot->place] = i;
    }
}

void graph_order(Arena *arena, SlotGraph *graph)
{
    size_t *best = ARENA_ARRAY(arena, size_t, graph->slots.len);
    Sortable *room = ARENA_ARRAY(arena, Sortable, graph->slots.len);
    size_t fewest = graph_crossings(arena, graph);
    keep(graph, best);
    for (int i = 0; i < SWEEPS && fewest > 0; i++) {
        sweep(graph, i % 2 == 0, room);
        size_t crossings = graph_crossings(arena, graph);
        if (crossings >= fewest)
            continue;
        fewest = crossings;
        keep(graph, best);
    }
    restore(graph, best);
}
