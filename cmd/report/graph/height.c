/* height.c: how high each box stands, so that edges are as straight as the order allows.
 *
 * Layer by layer, each box wants to stand at the mean height of its neighbours. What comes nearest
 * to all wishes of a layer without changing its order is an isotonic regression: neighbours that
 * would stand too close are pooled, and move as one. */
#include "report/graph/layout_parts.h"

enum {
    ROUNDS = 8,
    WAY_WEIGHT = 6, /* an edge that passes bends at every step aside: it holds its height more */
};

typedef struct {
    int64_t sum; /* of weight and wished height */
    int64_t weight;
    size_t from; /* the first slot of the row that moves with it */
} Pool;

typedef struct {
    SlotGraph *graph;
    const LayoutBox *boxes;
    const LayoutStyle *style;
    Pool *pools;      /* room for a row */
    int64_t *offsets; /* likewise: how far below the row's first slot each must stand */
} Heights;

static bool is_way(const Slot *slot)
{
    return slot->box == SIZE_MAX;
}

/* From the middle of one slot to that of the next in the row. */
static int64_t distance(const Heights *heights, const Slot *a, const Slot *b)
{
    int64_t halves = 0;
    if (!is_way(a))
        halves += heights->boxes[a->box].height;
    if (!is_way(b))
        halves += heights->boxes[b->box].height;
    int gap = is_way(a) || is_way(b) ? heights->style->way_gap : heights->style->box_gap;
    return halves * LAYOUT_UNIT / 2 + (int64_t)gap * LAYOUT_UNIT;
}

static void set_offsets(const Heights *heights, const SlotNumbers *row)
{
    const Slot *slots = heights->graph->slots.items;
    heights->offsets[0] = 0;
    for (size_t i = 1; i < row->len; i++)
        heights->offsets[i] = heights->offsets[i - 1] +
                              distance(heights, &slots[row->items[i - 1]], &slots[row->items[i]]);
}

static void add_wishes(const SlotGraph *graph, const Neighbours *beside, size_t slot, int64_t *sum,
                       int64_t *count)
{
    for (size_t i = beside->start[slot]; i < beside->start[slot + 1]; i++) {
        *sum += graph->slots.items[beside->items[i]].middle;
        ++*count;
    }
}

/* Where the slot wants to stand: at its neighbours' mean height, else where it is. */
static Pool wish_of(const SlotGraph *graph, size_t slot, bool left, bool right)
{
    int64_t sum = 0, count = 0;
    if (left)
        add_wishes(graph, &graph->before, slot, &sum, &count);
    if (right)
        add_wishes(graph, &graph->after, slot, &sum, &count);
    const Slot *own = &graph->slots.items[slot];
    if (count == 0)
        return (Pool){.sum = own->middle, .weight = 1};
    int64_t weight = is_way(own) ? WAY_WEIGHT : 2;
    return (Pool){.sum = sum / count * weight, .weight = weight};
}

static bool is_out_of_order(const Pool *above, const Pool *below)
{
    return above->sum / above->weight > below->sum / below->weight;
}

static void settle_row(const Heights *heights, const SlotNumbers *row, bool left, bool right)
{
    Pool *pools = heights->pools;
    size_t count = 0;
    set_offsets(heights, row);
    for (size_t i = 0; i < row->len; i++) {
        Pool pool = wish_of(heights->graph, row->items[i], left, right);
        pool.sum -= heights->offsets[i] * pool.weight;
        pool.from = i;
        pools[count++] = pool;
        while (count > 1 && is_out_of_order(&pools[count - 2], &pools[count - 1])) {
            pools[count - 2].sum += pools[count - 1].sum;
            pools[count - 2].weight += pools[count - 1].weight;
            count--;
        }
    }
    for (size_t p = 0; p < count; p++) {
        size_t end = p + 1 < count ? pools[p + 1].from : row->len;
        for (size_t i = pools[p].from; i < end; i++)
            heights->graph->slots.items[row->items[i]].middle =
                pools[p].sum / pools[p].weight + heights->offsets[i];
    }
}

static void stack_row(const Heights *heights, const SlotNumbers *row)
{
    set_offsets(heights, row);
    for (size_t i = 0; i < row->len; i++)
        heights->graph->slots.items[row->items[i]].middle = heights->offsets[i];
}

static void settle(const Heights *heights)
{
    SlotGraph *graph = heights->graph;
    for (size_t i = 0; i < graph->layers; i++)
        stack_row(heights, &graph->rows[i]);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 1; i < graph->layers; i++)
            settle_row(heights, &graph->rows[i], true, false);
        for (size_t i = graph->layers; i-- > 0;)
            settle_row(heights, &graph->rows[i], false, true);
    }
    for (size_t i = 0; i < graph->layers; i++)
        settle_row(heights, &graph->rows[i], true, true);
}

void graph_heights(Arena *arena, SlotGraph *graph, const LayoutBox *boxes, const LayoutStyle *style)
{
    Heights heights = {.graph = graph,
                       .boxes = boxes,
                       .style = style,
                       .pools = ARENA_ARRAY(arena, Pool, graph->slots.len),
                       .offsets = ARENA_ARRAY(arena, int64_t, graph->slots.len)};
    settle(&heights);
}
