/* plan_mermaid.c: the plan's picture as a Mermaid flowchart. */
#include "report/escape_markup.h"
#include "report/plan_graph.h"
#include "report/plan_parts.h"

static const char *class_of(const PlanNode *node)
{
    if (!node->step)
        return "unchanged";
    if (node->step->backfill == BACKFILL_REFUSED)
        return "refused";
    return plan_action_text(node->step->action);
}

/* Data sources are stores, pipes are steps. */
static void add_node(Arena *arena, const PlanNode *node, size_t project, size_t number, Buf *out)
{
    bool store = node->kind == DATAFILE_DATASOURCE;
    buf_addf(out, "  p%zun%zu%s\"", project, number, store ? "[(" : "[");
    escape_mermaid(out, node->name);
    buf_addf(out, "<br/>%s<br/>", node->type);
    escape_mermaid(out, plan_node_effect(arena, node));
    buf_addf(out, "\"%s:::%s\n", store ? ")]" : "]", class_of(node));
}

static void add_project(Arena *arena, const ProjectPlan *project, size_t number, Buf *out)
{
    PlanGraph graph = plan_graph_make(arena, project);
    for (size_t i = 0; i < graph.len; i++)
        add_node(arena, &graph.nodes[i], number, i, out);
    for (size_t i = 0; i < graph.len; i++) {
        for (size_t j = 0; j < graph.nodes[i].next.len; j++)
            buf_addf(out, "  p%zun%zu --> p%zun%zu\n", number, i, number,
                     graph.nodes[i].next.items[j]);
    }
    for (size_t i = 0; i < graph.migrations.len; i++) {
        const MigrationEdge *edge = &graph.migrations.items[i];
        buf_addf(out, "  p%zun%zu -. \"", number, edge->legacy);
        escape_mermaid(out, edge->label);
        buf_addf(out, "\" .-> p%zun%zu\n", number, edge->replica);
    }
}

void plan_mermaid(Arena *arena, const ProjectPlans *projects, Buf *out)
{
    buf_add(out, "flowchart LR\n");
    for (size_t i = 0; i < projects->len; i++)
        add_project(arena, &projects->items[i], i, out);
    buf_add(out, "  classDef refused fill:#fdd,stroke:#c00,color:#000\n"
                 "  classDef delete fill:#fdd,stroke:#c00,color:#000,stroke-dasharray:4\n"
                 "  classDef rewrite fill:#fec,stroke:#c60,color:#000\n"
                 "  classDef alter fill:#ffd,stroke:#aa0,color:#000\n"
                 "  classDef create fill:#dfd,stroke:#080,color:#000\n");
}

void report_plan_mermaid(const Report *report, Buf *out)
{
    plan_mermaid(report->arena, &report->plans, out);
}
