/* plan_tree.c: the plan's picture for a terminal. */
#include "report/plan_parts.h"

#include "report/escape.h"
#include "report/plan_graph.h"

enum {
    DEPTH_MOST = 40, /* beyond it a picture tells nothing */
    LINES_MOST = 400,
};

typedef struct {
    const Report *report;
    const PlanGraph *graph;
    Buf *out;
    Buf indent;  /* what stands before the branches of the node at hand */
    bool *drawn; /* once each; later places refer to it */
    size_t lines;
} Drawing;

static void put_node(Drawing *drawing, size_t number)
{
    Arena *arena = drawing->report->arena;
    const PlanNode *node = &drawing->graph->nodes[number];
    escape_terminal_line(drawing->out, node->name);
    buf_addf(drawing->out, " (%s): ", node->type);
    if (drawing->drawn[number]) {
        buf_add(drawing->out, "see above\n");
        return;
    }
    escape_terminal(drawing->out, plan_node_effect(arena, node));
    if (node->more_readers)
        buf_addf(drawing->out, "; read by %zu more pipe%s", node->more_readers,
                 node->more_readers == 1 ? "" : "s");
    buf_add_char(drawing->out, '\n');
}

static void draw(Drawing *drawing, size_t number, int depth);

static void draw_next(Drawing *drawing, const PlanNode *node, int depth)
{
    for (size_t i = 0; i < node->next.len && drawing->lines < LINES_MOST; i++) {
        bool last = i + 1 == node->next.len;
        size_t indent = drawing->indent.len;
        buf_add(drawing->out, "  ");
        buf_add_str(drawing->out, buf_str(&drawing->indent));
        buf_add(drawing->out, last ? "└─ " : "├─ ");
        buf_add(&drawing->indent, last ? "   " : "│  ");
        draw(drawing, node->next.items[i], depth + 1);
        drawing->indent.len = indent;
    }
}

static void draw(Drawing *drawing, size_t number, int depth)
{
    bool again = drawing->drawn[number];
    put_node(drawing, number);
    drawing->drawn[number] = true;
    drawing->lines++;
    if (!again && depth < DEPTH_MOST)
        draw_next(drawing, &drawing->graph->nodes[number], depth);
}

/* Only the dashed edge of a migration leads to it, which a tree does not have. */
static bool is_beside(const PlanNode *node)
{
    return !node->step && node->next.len == 0;
}

void plan_tree(const Report *report, const ProjectPlan *project, Buf *out)
{
    PlanGraph graph = plan_graph_make(report->arena, project);
    NodeNumbers roots = plan_graph_roots(report->arena, &graph);
    Drawing drawing = {
        .report = report,
        .graph = &graph,
        .out = out,
        .drawn = ARENA_ARRAY(report->arena, bool, graph.len),
    };
    if (roots.len)
        buf_add(out, "\n* From what changes to what it reaches:\n");
    for (size_t i = 0; i < roots.len && drawing.lines < LINES_MOST; i++) {
        if (is_beside(&graph.nodes[roots.items[i]]))
            continue;
        buf_add(out, "  ");
        draw(&drawing, roots.items[i], 0);
    }
    if (drawing.lines >= LINES_MOST)
        buf_add(out, "  ... the rest is left out; --format dot has all of it\n");
    buf_free(&drawing.indent);
}
