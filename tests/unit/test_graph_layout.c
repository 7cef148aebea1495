/* The layered layout: nothing overlaps, every edge leads from its box to its box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/graph/layout_parts.h"

#include <string.h>

enum { HEIGHT = 60 };

static const LayoutStyle style = {
    .layer_gap = 60, .box_gap = 20, .way_gap = 14, .part_gap = 30, .wide = 1000};

typedef struct {
    Arena *arena;
    LayoutBox *boxes;
    size_t count;
    VEC(LayoutEdge) edges;
    Layout layout;
} Case;

static Case begin(size_t count)
{
    Case made = {.arena = arena_new(), .count = count};
    made.boxes = ARENA_ARRAY(made.arena, LayoutBox, count);
    for (size_t i = 0; i < count; i++)
        made.boxes[i] = (LayoutBox){.width = 100 + (int)(i % 7) * 20, .height = HEIGHT};
    return made;
}

static void link_boxes(Case *made, size_t from, size_t to)
{
    LayoutEdge edge = {from, to};
    vec_push(made->arena, &made->edges, edge);
}

static void lay_out(Case *made)
{
    made->layout = graph_layout(made->arena, made->boxes, made->count, made->edges.items,
                                made->edges.len, &style);
}

static void end(Case *made)
{
    arena_free(made->arena);
}

/* ---- what holds of every drawing ---- */

static bool meets(const LayoutBox *box, int left, int top, int right, int bottom)
{
    return left < box->x + box->width && box->x < right && top < box->y + box->height &&
           box->y < bottom;
}

static void check_boxes(const Case *made)
{
    for (size_t i = 0; i < made->count; i++) {
        const LayoutBox *a = &made->boxes[i];
        assert_true(a->x >= 0 && a->y >= 0);
        assert_true(a->x + a->width <= made->layout.width);
        assert_true(a->y + a->height <= made->layout.height);
        for (size_t k = 0; k < i; k++)
            assert_false(meets(&made->boxes[k], a->x, a->y, a->x + a->width, a->y + a->height));
    }
}

static void check_ends(const LayoutBox *from, const LayoutBox *to, const LayoutPath *path)
{
    LayoutPoint first = path->items[0];
    LayoutPoint last = path->items[path->len - 1];
    bool turned = from->x > to->x;
    assert_int_equal(path->len % 2, 0);
    assert_int_equal(first.x, turned ? from->x : from->x + from->width);
    assert_int_equal(last.x, turned ? to->x + to->width : to->x);
    assert_int_equal(first.y, from->y + HEIGHT / 2);
    assert_int_equal(last.y, to->y + HEIGHT / 2);
}

/* The rectangle that holds a piece of the way touches no box. */
static void check_way(const Case *made, const LayoutPath *path)
{
    for (size_t i = 1; i < path->len; i++) {
        LayoutPoint a = path->items[i - 1];
        LayoutPoint b = path->items[i];
        for (size_t k = 0; k < made->count; k++)
            assert_false(meets(&made->boxes[k], a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y,
                               a.x < b.x ? b.x : a.x, (a.y < b.y ? b.y : a.y) + 1));
    }
}

static void check(const Case *made)
{
    check_boxes(made);
    for (size_t i = 0; i < made->edges.len; i++) {
        const LayoutPath *path = &made->layout.paths[i];
        LayoutEdge edge = made->edges.items[i];
        if (edge.from == edge.to) {
            assert_int_equal(path->len, 0);
            continue;
        }
        check_ends(&made->boxes[edge.from], &made->boxes[edge.to], path);
        check_way(made, path);
    }
}

/* ---- tests ---- */

static void nothing_and_one(void **state)
{
    (void)state;
    Case empty = begin(0);
    lay_out(&empty);
    assert_int_equal(empty.layout.width, 0);
    assert_int_equal(empty.layout.height, 0);
    end(&empty);
    Case one = begin(1);
    link_boxes(&one, 0, 0);
    lay_out(&one);
    check(&one);
    assert_int_equal(one.boxes[0].x, 0);
    assert_int_equal(one.boxes[0].y, 0);
    end(&one);
}

static void rings(void **state)
{
    (void)state;
    for (size_t size = 2; size < 8; size++) {
        Case made = begin(size + 1);
        for (size_t i = 0; i < size; i++)
            link_boxes(&made, i, (i + 1) % size);
        link_boxes(&made, 0, size);
        link_boxes(&made, 1, 0);
        lay_out(&made);
        check(&made);
        end(&made);
    }
}

static void long_chain_is_straight(void **state)
{
    (void)state;
    Case made = begin(1000);
    for (size_t i = 0; i + 1 < made.count; i++)
        link_boxes(&made, i, i + 1);
    lay_out(&made);
    check(&made);
    for (size_t i = 0; i < made.count; i++) {
        assert_int_equal(made.boxes[i].y, 0);
        assert_int_equal(made.boxes[i].layer, i);
    }
    end(&made);
}

static void wide_fan_is_centred(void **state)
{
    (void)state;
    Case made = begin(1001);
    for (size_t i = 1; i < made.count; i++)
        link_boxes(&made, 0, i);
    lay_out(&made);
    check(&made);
    int middle = made.layout.height / 2;
    assert_true(made.boxes[0].y > middle - 2 * HEIGHT && made.boxes[0].y < middle + 2 * HEIGHT);
    end(&made);
}

/* A long edge leads past what is between its ends. */
static void long_edges_pass_beside(void **state)
{
    (void)state;
    Case made = begin(6);
    for (size_t i = 0; i + 1 < made.count; i++)
        link_boxes(&made, i, i + 1);
    link_boxes(&made, 0, 5);
    link_boxes(&made, 0, 4);
    link_boxes(&made, 5, 1);
    lay_out(&made);
    check(&made);
    assert_int_equal(made.layout.paths[5].len, 10);
    end(&made);
}

static void sources_stand_near_their_readers(void **state)
{
    (void)state;
    Case made = begin(5);
    for (size_t i = 0; i + 2 < made.count; i++)
        link_boxes(&made, i, i + 1);
    link_boxes(&made, 4, 3);
    lay_out(&made);
    check(&made);
    assert_int_equal(made.boxes[3].layer, 3);
    assert_int_equal(made.boxes[4].layer, 2);
    end(&made);
}

static void trees_have_no_crossings(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    enum { COUNT = 127 };
    LayoutEdge edges[COUNT - 1];
    for (size_t i = 1; i < COUNT; i++) /* the children of one stand far apart at first */
        edges[i - 1] = (LayoutEdge){(COUNT - 1 - i) * 37 % i, i};
    Layers layers = graph_layers(arena, COUNT, edges, COUNT - 1);
    SlotGraph graph = graph_slots(arena, COUNT, &layers, COUNT - 1);
    size_t before = graph_crossings(arena, &graph);
    graph_order(arena, &graph);
    assert_true(before > 0);
    assert_int_equal(graph_crossings(arena, &graph), 0);
    arena_free(arena);
}

static void crossings_are_counted(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    const LayoutEdge edges[] = {{0, 3}, {0, 4}, {0, 5}, {1, 3}, {1, 4},
                                {1, 5}, {2, 3}, {2, 4}, {2, 5}};
    Layers layers = graph_layers(arena, 6, edges, ARRAY_LEN(edges));
    SlotGraph graph = graph_slots(arena, 6, &layers, ARRAY_LEN(edges));
    assert_int_equal(graph_crossings(arena, &graph), 9); /* of three by three, all with all */
    arena_free(arena);
}

static void parts_stand_side_by_side(void **state)
{
    (void)state;
    Case made = begin(60);
    for (size_t i = 0; i < 40; i += 2)
        link_boxes(&made, i, i + 1);
    lay_out(&made);
    check(&made);
    assert_true(made.layout.width <= style.wide);
    for (size_t i = 41; i < 60; i++)
        assert_int_equal(made.boxes[i].width, made.boxes[40].width);
    end(&made);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static Case random_case(uint32_t seed)
{
    Case made = begin(1 + next_random(&seed) % 60);
    size_t edges = next_random(&seed) % (2 * made.count + 1);
    for (size_t i = 0; i < edges; i++) {
        size_t from = next_random(&seed) % made.count;
        link_boxes(&made, from, next_random(&seed) % made.count);
    }
    lay_out(&made);
    return made;
}

static void random_graphs(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        Case made = random_case(seed);
        check(&made);
        Case again = random_case(seed);
        assert_memory_equal(made.boxes, again.boxes, made.count * sizeof *made.boxes);
        end(&again);
        end(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_and_one),
        cmocka_unit_test(rings),
        cmocka_unit_test(long_chain_is_straight),
        cmocka_unit_test(wide_fan_is_centred),
        cmocka_unit_test(long_edges_pass_beside),
        cmocka_unit_test(sources_stand_near_their_readers),
        cmocka_unit_test(trees_have_no_crossings),
        cmocka_unit_test(crossings_are_counted),
        cmocka_unit_test(parts_stand_side_by_side),
        cmocka_unit_test(random_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
