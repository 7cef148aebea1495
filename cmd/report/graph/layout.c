/* layout.c: the parts of a graph one by one, each in layers, and then side by side. */
#include "report/graph/layout_parts.h"

#include <stdlib.h>

Neighbours neighbours_make(Arena *arena, size_t count, const LayoutEdge *edges, size_t edge_count,
                           bool backwards)
{
    Neighbours out = {ARENA_ARRAY(arena, size_t, count + 2),
                      ARENA_ARRAY(arena, size_t, edge_count)};
    size_t *start = out.start + 1; /* one further: filling moves each to where it belongs */
    for (size_t i = 0; i < edge_count; i++)
        start[(backwards ? edges[i].to : edges[i].from) + 1]++;
    for (size_t i = 1; i <= count; i++)
        start[i] += start[i - 1];
    for (size_t i = 0; i < edge_count; i++) {
        size_t from = backwards ? edges[i].to : edges[i].from;
        out.items[start[from]++] = backwards ? edges[i].from : edges[i].to;
    }
    return out;
}

/* ---- parts that are not connected ---- */

typedef struct {
    SlotNumbers boxes;
    SlotNumbers edges;
    int width, height;
} Part;

typedef VEC(Part) Parts;

static size_t root_of(size_t *parents, size_t box)
{
    while (parents[box] != box) {
        parents[box] = parents[parents[box]];
        box = parents[box];
    }
    return box;
}

/* The larger of two parts takes the other in, so that ways to the root stay short. */
static void join(size_t *parents, size_t *sizes, size_t a, size_t b)
{
    a = root_of(parents, a);
    b = root_of(parents, b);
    if (a == b)
        return;
    size_t large = sizes[a] >= sizes[b] ? a : b;
    size_t small = large == a ? b : a;
    parents[small] = large;
    sizes[large] += sizes[small];
}

static Parts parts_of(Arena *arena, size_t count, const LayoutEdge *edges, size_t edge_count)
{
    size_t *parents = ARENA_ARRAY(arena, size_t, count);
    size_t *sizes = ARENA_ARRAY(arena, size_t, count);
    size_t *numbers = ARENA_ARRAY(arena, size_t, count); /* of a root: its part's, plus 1 */
    Parts parts = {0};
    for (size_t i = 0; i < count; i++) {
        parents[i] = i;
        sizes[i] = 1;
    }
    for (size_t i = 0; i < edge_count; i++)
        join(parents, sizes, edges[i].from, edges[i].to);
    for (size_t i = 0; i < count; i++) {
        if (!numbers[root_of(parents, i)])
            numbers[root_of(parents, i)] = ++parts.len;
    }
    vec_room(arena, &parts, parts.len);
    for (size_t i = 0; i < count; i++)
        vec_push(arena, &parts.items[numbers[root_of(parents, i)] - 1].boxes, i);
    for (size_t i = 0; i < edge_count; i++) {
        if (edges[i].from != edges[i].to)
            vec_push(arena, &parts.items[numbers[root_of(parents, edges[i].from)] - 1].edges, i);
    }
    return parts;
}

/* ---- one part ---- */

typedef struct {
    Arena *arena;
    LayoutBox *boxes;
    const LayoutEdge *edges;
    const LayoutStyle *style;
    size_t *own; /* of each box: its number in its part */
    LayoutPath *paths;
} Drawing;

typedef struct {
    LayoutBox *boxes; /* of the part */
    Layers layers;
    SlotGraph graph;
    int *left, *right; /* of each layer */
    int64_t top;       /* the least upper edge, in LAYOUT_UNIT */
} Drawn;

static void set_columns(Arena *arena, Drawn *drawn, size_t count, const LayoutStyle *style)
{
    drawn->left = ARENA_ARRAY(arena, int, drawn->graph.layers);
    drawn->right = ARENA_ARRAY(arena, int, drawn->graph.layers);
    for (size_t i = 0; i < count; i++) {
        uint32_t layer = drawn->layers.of[i];
        if (drawn->boxes[i].width > drawn->right[layer])
            drawn->right[layer] = drawn->boxes[i].width;
    }
    int x = 0;
    for (size_t i = 0; i < drawn->graph.layers; i++) {
        drawn->left[i] = x;
        drawn->right[i] += x;
        x = drawn->right[i] + style->layer_gap;
    }
}

static int64_t half_of(const Drawn *drawn, const Slot *slot)
{
    return slot->box == SIZE_MAX ? 0 : (int64_t)drawn->boxes[slot->box].height * LAYOUT_UNIT / 2;
}

static int height_at(const Drawn *drawn, const Slot *slot)
{
    return (int)((slot->middle - drawn->top) / LAYOUT_UNIT);
}

static void set_boxes(Drawn *drawn, size_t count, Part *part)
{
    const Slots *slots = &drawn->graph.slots;
    int64_t bottom = INT64_MIN;
    drawn->top = INT64_MAX;
    for (size_t i = 0; i < slots->len; i++) {
        const Slot *slot = &slots->items[i];
        int64_t half = half_of(drawn, slot);
        drawn->top = slot->middle - half < drawn->top ? slot->middle - half : drawn->top;
        bottom = slot->middle + half > bottom ? slot->middle + half : bottom;
    }
    for (size_t i = 0; i < count; i++) {
        LayoutBox *box = &drawn->boxes[i];
        box->layer = drawn->layers.of[i];
        box->x = drawn->left[box->layer];
        box->width = drawn->right[box->layer] - box->x;
        box->y = height_at(drawn, &slots->items[i]) - box->height / 2;
    }
    part->width = drawn->right[drawn->graph.layers - 1];
    part->height = (int)((bottom - drawn->top) / LAYOUT_UNIT) + 1;
}

static void add_point(Drawing *drawing, LayoutPath *path, int x, int y)
{
    LayoutPoint point = {x, y};
    vec_push(drawing->arena, path, point);
}

static void turn(LayoutPath *path)
{
    for (size_t i = 0; i < path->len / 2; i++) {
        LayoutPoint point = path->items[i];
        path->items[i] = path->items[path->len - 1 - i];
        path->items[path->len - 1 - i] = point;
    }
}

static void set_path(Drawing *drawing, const Drawn *drawn, const SlotNumbers *way, bool turned,
                     LayoutPath *path)
{
    for (size_t i = 0; i < way->len; i++) {
        const Slot *slot = &drawn->graph.slots.items[way->items[i]];
        int y = height_at(drawn, slot);
        if (i > 0)
            add_point(drawing, path, drawn->left[slot->layer], y);
        if (i + 1 < way->len)
            add_point(drawing, path, drawn->right[slot->layer], y);
    }
    if (turned)
        turn(path);
}

static LayoutEdge *own_edges(Drawing *drawing, const Part *part)
{
    LayoutEdge *edges = ARENA_ARRAY(drawing->arena, LayoutEdge, part->edges.len);
    for (size_t i = 0; i < part->edges.len; i++) {
        LayoutEdge edge = drawing->edges[part->edges.items[i]];
        edges[i] = (LayoutEdge){drawing->own[edge.from], drawing->own[edge.to]};
    }
    return edges;
}

/* Into places of its own, from (0, 0) on. */
static void draw_part(Drawing *drawing, Part *part)
{
    Arena *arena = drawing->arena;
    size_t count = part->boxes.len;
    Drawn drawn = {.boxes = ARENA_ARRAY(arena, LayoutBox, count)};
    for (size_t i = 0; i < count; i++) {
        drawing->own[part->boxes.items[i]] = i;
        drawn.boxes[i] = drawing->boxes[part->boxes.items[i]];
    }
    drawn.layers = graph_layers(arena, count, own_edges(drawing, part), part->edges.len);
    drawn.graph = graph_slots(arena, count, &drawn.layers, part->edges.len);
    graph_order(arena, &drawn.graph);
    graph_heights(arena, &drawn.graph, drawn.boxes, drawing->style);
    set_columns(arena, &drawn, count, drawing->style);
    set_boxes(&drawn, count, part);
    for (size_t i = 0; i < count; i++)
        drawing->boxes[part->boxes.items[i]] = drawn.boxes[i];
    for (size_t i = 0; i < part->edges.len; i++)
        set_path(drawing, &drawn, &drawn.graph.ways[i], drawn.layers.turned[i],
                 &drawing->paths[part->edges.items[i]]);
}

/* ---- side by side ---- */

static int by_size(const void *a, const void *b)
{
    const Part *x = a;
    const Part *y = b;
    if (x->boxes.len != y->boxes.len)
        return x->boxes.len > y->boxes.len ? -1 : 1;
    return x->boxes.items[0] < y->boxes.items[0] ? -1 : 1;
}

static void move(Drawing *drawing, const Part *part, int x, int y)
{
    for (size_t i = 0; i < part->boxes.len; i++) {
        drawing->boxes[part->boxes.items[i]].x += x;
        drawing->boxes[part->boxes.items[i]].y += y;
    }
    for (size_t i = 0; i < part->edges.len; i++) {
        LayoutPath *path = &drawing->paths[part->edges.items[i]];
        for (size_t k = 0; k < path->len; k++) {
            path->items[k].x += x;
            path->items[k].y += y;
        }
    }
}

/* Boxes that stand alone are as wide as the widest of them: they make a grid. */
static void widen_single(Drawing *drawing, Parts *parts)
{
    int widest = 0;
    for (size_t i = 0; i < parts->len; i++) {
        if (parts->items[i].boxes.len == 1 && parts->items[i].width > widest)
            widest = parts->items[i].width;
    }
    for (size_t i = 0; i < parts->len; i++) {
        if (parts->items[i].boxes.len != 1)
            continue;
        parts->items[i].width = widest;
        drawing->boxes[parts->items[i].boxes.items[0]].width = widest;
    }
}

static void place_parts(Drawing *drawing, Parts *parts, Layout *layout)
{
    const LayoutStyle *style = drawing->style;
    int wide = style->wide;
    int x = 0, y = 0, height = 0;
    for (size_t i = 0; i < parts->len; i++)
        wide = parts->items[i].width > wide ? parts->items[i].width : wide;
    for (size_t i = 0; i < parts->len; i++) {
        const Part *part = &parts->items[i];
        if (x > 0 && x + part->width > wide) {
            y += height + style->part_gap;
            x = height = 0;
        }
        move(drawing, part, x, y);
        x += part->width;
        layout->width = x > layout->width ? x : layout->width;
        height = part->height > height ? part->height : height;
        x += style->part_gap;
    }
    layout->height = y + height;
}

Layout graph_layout(Arena *arena, LayoutBox *boxes, size_t count, const LayoutEdge *edges,
                    size_t edge_count, const LayoutStyle *style)
{
    Layout layout = {.paths = ARENA_ARRAY(arena, LayoutPath, edge_count)};
    Drawing drawing = {arena, boxes, edges, style, ARENA_ARRAY(arena, size_t, count), layout.paths};
    Parts parts = parts_of(arena, count, edges, edge_count);
    for (size_t i = 0; i < parts.len; i++)
        draw_part(&drawing, &parts.items[i]);
    if (parts.len > 1)
        qsort(parts.items, parts.len, sizeof *parts.items, by_size);
    widen_single(&drawing, &parts);
    place_parts(&drawing, &parts, &layout);
    return layout;
}
