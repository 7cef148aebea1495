/*
 * layout.h: boxes and arrows of a directed graph, placed in layers from left to right.
 *
 * Rings are broken by turning edges round; layers come from longest paths; crossings are reduced by
 * barycentres in a fixed number of sweeps; heights are the least squares of straight edges. All of
 * it is integers, so equal graphs give equal drawings everywhere. A sweep takes O(n log n) of boxes
 * and of the layers that edges pass.
 */
#ifndef TBLINT_GRAPH_LAYOUT_H
#define TBLINT_GRAPH_LAYOUT_H

#include "base/str.h"

typedef struct {
    size_t from, to; /* numbers of boxes; an edge of a box to itself is left out */
} LayoutEdge;

typedef struct {
    int x, y;
} LayoutPoint;

typedef struct {
    int width, height; /* given; the width may grow to that of its layer */
    int x, y;          /* found: of the upper left corner */
    uint32_t layer;    /* found */
} LayoutBox;

/* From the side of one box to the side of the other. Between points 0 and 1, 2 and 3, ... the way
 * leads from one layer to the next, between 1 and 2, 3 and 4, ... straight through a layer. */
typedef VEC(LayoutPoint) LayoutPath;

typedef struct {
    int layer_gap; /* between layers: room for the curves */
    int box_gap;   /* between boxes of a layer */
    int way_gap;   /* around an edge that passes through a layer */
    int part_gap;  /* between parts of the graph that are not connected */
    int wide;      /* parts are set side by side up to this width */
} LayoutStyle;

typedef struct {
    LayoutPath *paths; /* one for each edge; empty for an edge of a box to itself */
    int width, height;
} Layout;

/* Fills the boxes in. */
Layout graph_layout(Arena *arena, LayoutBox *boxes, size_t count, const LayoutEdge *edges,
                    size_t edge_count, const LayoutStyle *style);

#endif
