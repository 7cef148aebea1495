/*
 * layout_parts.h: the steps of graph_layout(), each in a file of its own.
 */
#ifndef TBLINT_GRAPH_LAYOUT_PARTS_H
#define TBLINT_GRAPH_LAYOUT_PARTS_H

#include "report/graph/layout.h"

/* ---- layout.c ---- */

/* The neighbours of item i are items[start[i]] .. items[start[i + 1] - 1]. */
typedef struct {
    size_t *start;
    size_t *items;
} Neighbours;

/* Of `count` items: for each the ends of the edges that begin there; `backwards`: the other way. */
Neighbours neighbours_make(Arena *arena, size_t count, const LayoutEdge *edges, size_t edge_count,
                           bool backwards);

/* ---- layer.c ---- */

typedef struct {
    uint32_t *of;      /* the layer of each box, from 0 */
    bool *turned;      /* of each edge: it leads to an earlier layer */
    LayoutEdge *edges; /* without rings: turned ones the other way round */
} Layers;

Layers graph_layers(Arena *arena, size_t count, const LayoutEdge *edges, size_t edge_count);

/* ---- order.c ---- */

/* A box, or the place where edges of one box pass through a layer. */
typedef struct {
    size_t box; /* SIZE_MAX: edges pass */
    uint32_t layer;
    size_t place;   /* in its layer, from 0 */
    int64_t middle; /* y in sixteenths, see height.c */
} Slot;

typedef VEC(Slot) Slots;
typedef VEC(size_t) SlotNumbers;

typedef struct {
    Slots slots;       /* those of the boxes first, under the same numbers */
    SlotNumbers *rows; /* of each layer, in order */
    size_t layers;
    Neighbours before; /* in the layer to the left */
    Neighbours after;  /* in the layer to the right */
    SlotNumbers *ways; /* of each edge: the slots that it passes, both boxes included */
} SlotGraph;

SlotGraph graph_slots(Arena *arena, size_t count, const Layers *layers, size_t edge_count);

/* Orders the rows so that few edges cross. */
void graph_order(Arena *arena, SlotGraph *graph);
/* How many do. */
size_t graph_crossings(Arena *arena, const SlotGraph *graph);

/* ---- height.c ---- */

enum { LAYOUT_UNIT = 16 }; /* heights are counted in sixteenths */

/* Sets the middles: in the rows' order, apart by half of both heights and the gaps. */
void graph_heights(Arena *arena, SlotGraph *graph, const LayoutBox *boxes,
                   const LayoutStyle *style);

#endif
