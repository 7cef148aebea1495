/* layer.c: edges that close a ring are turned round, and each box gets its layer. */
#include "report/graph/layout_parts.h"

typedef enum { UNSEEN, OPEN, DONE } Visit;

typedef struct {
    size_t box;
    size_t next; /* of its edges, the one to follow */
} Step;

typedef struct {
    const LayoutEdge *edges;
    Neighbours out; /* numbers of edges */
    unsigned char *visit;
    bool *turned;
    VEC(Step) path;
    SlotNumbers finished; /* boxes, each after all that it leads to */
} Walk;

/* For each box the numbers of the edges that begin there. */
static Neighbours edges_out(Arena *arena, size_t count, const LayoutEdge *edges, size_t edge_count)
{
    LayoutEdge *numbered = ARENA_ARRAY(arena, LayoutEdge, edge_count);
    for (size_t i = 0; i < edge_count; i++)
        numbered[i] = (LayoutEdge){edges[i].from, i};
    return neighbours_make(arena, count, numbered, edge_count, false);
}

static void enter(Arena *arena, Walk *walk, size_t box)
{
    walk->visit[box] = OPEN;
    vec_push(arena, &walk->path, ((Step){box, walk->out.start[box]}));
}

/* Depth first, without recursion: a chain may be as long as the project. */
static void walk_from(Arena *arena, Walk *walk, size_t start)
{
    enter(arena, walk, start);
    while (walk->path.len > 0) {
        Step *step = &walk->path.items[walk->path.len - 1];
        if (step->next == walk->out.start[step->box + 1]) {
            walk->visit[step->box] = DONE;
            vec_push(arena, &walk->finished, step->box);
            walk->path.len--;
            continue;
        }
        size_t edge = walk->out.items[step->next++];
        size_t to = walk->edges[edge].to;
        if (walk->visit[to] == OPEN)
            walk->turned[edge] = true;
        else if (walk->visit[to] == UNSEEN)
            enter(arena, walk, to);
    }
}

/* From where nothing leads to first; what is left then is in rings or behind them. */
static Walk walk_all(Arena *arena, size_t count, const LayoutEdge *edges, size_t edge_count)
{
    Walk walk = {.edges = edges,
                 .out = edges_out(arena, count, edges, edge_count),
                 .visit = ARENA_ARRAY(arena, unsigned char, count),
                 .turned = ARENA_ARRAY(arena, bool, edge_count)};
    bool *led_to = ARENA_ARRAY(arena, bool, count);
    for (size_t i = 0; i < edge_count; i++)
        led_to[edges[i].to] = true;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            if (walk.visit[i] == UNSEEN && (pass == 1 || !led_to[i]))
                walk_from(arena, &walk, i);
        }
    }
    return walk;
}

static void set_layers(uint32_t *of, const Walk *walk, const Neighbours *after)
{
    for (size_t i = walk->finished.len; i-- > 0;) {
        size_t box = walk->finished.items[i];
        for (size_t k = after->start[box]; k < after->start[box + 1]; k++) {
            size_t to = after->items[k];
            if (of[to] < of[box] + 1)
                of[to] = of[box] + 1;
        }
    }
}

/* A box that leads on to more than leads to it stands close to what it leads to: its edges get
 * shorter. */
static void pull_right(uint32_t *of, const Walk *walk, const Neighbours *before,
                       const Neighbours *after)
{
    for (size_t i = 0; i < walk->finished.len; i++) {
        size_t box = walk->finished.items[i];
        size_t in = before->start[box + 1] - before->start[box];
        size_t out = after->start[box + 1] - after->start[box];
        if (out <= in)
            continue;
        uint32_t least = UINT32_MAX;
        for (size_t k = after->start[box]; k < after->start[box + 1]; k++)
            least = of[after->items[k]] < least ? of[after->items[k]] : least;
        of[box] = least - 1;
    }
}

Layers graph_layers(Arena *arena, size_t count, const LayoutEdge *edges, size_t edge_count)
{
    Walk walk = walk_all(arena, count, edges, edge_count);
    Layers layers = {.of = ARENA_ARRAY(arena, uint32_t, count),
                     .turned = walk.turned,
                     .edges = ARENA_ARRAY(arena, LayoutEdge, edge_count)};
    for (size_t i = 0; i < edge_count; i++) {
        bool turned = walk.turned[i];
        layers.edges[i].from = turned ? edges[i].to : edges[i].from;
        layers.edges[i].to = turned ? edges[i].from : edges[i].to;
    }
    Neighbours after = neighbours_make(arena, count, layers.edges, edge_count, false);
    Neighbours before = neighbours_make(arena, count, layers.edges, edge_count, true);
    set_layers(layers.of, &walk, &after);
    pull_right(layers.of, &walk, &before, &after);
    return layers;
}
