/* plan_dot.c: the plan's picture for Graphviz. */
#include "report/escape_markup.h"
#include "report/plan_graph.h"

static const char *color_of(const PlanNode *node)
{
    if (!node->step || node->step->action == ACTION_NONE)
        return node->step && node->step->backfill == BACKFILL_REFUSED ? "red" : "gray60";
    switch (node->step->action) {
    case ACTION_DELETE:
        return "red";
    case ACTION_REWRITE:
        return node->step->backfill == BACKFILL_REFUSED ? "red" : "orange3";
    case ACTION_CREATE:
        return "darkgreen";
    default:
        return "black";
    }
}

static void add_node(Arena *arena, const PlanNode *node, size_t project, size_t number, Buf *out)
{
    bool store = node->kind == DATAFILE_DATASOURCE;
    buf_addf(out, "  p%zun%zu [shape=%s, color=%s, label=\"", project, number,
             store ? "cylinder" : "box", color_of(node));
    escape_dot(out, node->name);
    buf_addf(out, "\\n%s\\n", node->type);
    escape_dot(out, plan_node_effect(arena, node));
    buf_add(out, "\"];\n");
}

static void add_project(Arena *arena, const ProjectPlan *project, size_t number, Buf *out)
{
    PlanGraph graph = plan_graph_make(arena, project);
    for (size_t i = 0; i < graph.len; i++)
        add_node(arena, &graph.nodes[i], number, i, out);
    for (size_t i = 0; i < graph.len; i++) {
        for (size_t j = 0; j < graph.nodes[i].next.len; j++)
            buf_addf(out, "  p%zun%zu -> p%zun%zu;\n", number, i, number,
                     graph.nodes[i].next.items[j]);
    }
    for (size_t i = 0; i < graph.migrations.len; i++) {
        const MigrationEdge *edge = &graph.migrations.items[i];
        buf_addf(out, "  p%zun%zu -> p%zun%zu [style=dashed, constraint=false, label=\"", number,
                 edge->legacy, number, edge->replica);
        escape_dot(out, edge->label);
        buf_add(out, "\"];\n");
    }
}

void report_plan_dot(const Report *report, Buf *out)
{
    buf_add(out, "digraph plan {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for (size_t i = 0; i < report->plans.len; i++)
        add_project(report->arena, &report->plans.items[i], i, out);
    buf_add(out, "}\n");
}
