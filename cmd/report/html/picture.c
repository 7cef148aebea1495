/* picture.c: what is drawn of each project's lineage, and the legend. */
#include "report/html/svg.h"

/* ---- which nodes ---- */

/* The worst effects first, and of what only leads on the nearest: plan_graph_affected() has it in
 * that order. `numbers` gets each chosen node's number in the picture, plus 1. */
static size_t choose(const Html *html, const PlanGraph *graph, Str project, size_t *numbers)
{
    size_t chosen = 0;
    for (int effect = HTML_REFUSED; effect < HTML_EFFECTS; effect++) {
        for (size_t i = 0; i < graph->len && chosen < HTML_NODES_MOST; i++) {
            if ((int)html_effect(html, project, graph->nodes[i].step) == effect)
                numbers[i] = ++chosen;
        }
    }
    return chosen;
}

/* In the graph's own order, which does not jump about when one effect changes. */
static size_t number_chosen(const PlanGraph *graph, size_t *numbers)
{
    size_t count = 0;
    for (size_t i = 0; i < graph->len; i++) {
        if (numbers[i])
            numbers[i] = ++count;
    }
    return count;
}

static DrawnNode drawn_node(const Html *html, const PlanNode *node, Str project)
{
    HtmlEffect effect = html_effect(html, project, node->step);
    Str does = effect == HTML_REFUSED ? STR("refused") : plan_node_effect(html->arena, node);
    return (DrawnNode){node, effect, does, html_found(html, project, node->name)};
}

typedef VEC(DrawnEdge) DrawnEdges;

static DrawnEdges edges_of(Arena *arena, const PlanGraph *graph, const size_t *numbers)
{
    DrawnEdges edges = {0};
    for (size_t i = 0; i < graph->len; i++) {
        for (size_t k = 0; numbers[i] && k < graph->nodes[i].next.len; k++) {
            size_t to = graph->nodes[i].next.items[k];
            if (numbers[to])
                vec_push(arena, &edges, ((DrawnEdge){numbers[i] - 1, numbers[to] - 1, {0}}));
        }
    }
    for (size_t i = 0; i < graph->migrations.len; i++) {
        const MigrationEdge *edge = &graph->migrations.items[i];
        size_t from = numbers[edge->legacy], to = numbers[edge->replica];
        if (from && to)
            vec_push(arena, &edges, ((DrawnEdge){from - 1, to - 1, edge->label}));
    }
    return edges;
}

static Drawn drawn_of(Html *html, const PlanGraph *graph, Str project, size_t number)
{
    size_t *numbers = ARENA_ARRAY(html->arena, size_t, graph->len);
    Drawn drawn = {.project = project, .number = number};
    choose(html, graph, project, numbers);
    drawn.len = number_chosen(graph, numbers);
    drawn.nodes = ARENA_ARRAY(html->arena, DrawnNode, drawn.len);
    for (size_t i = 0; i < graph->len; i++) {
        if (numbers[i])
            drawn.nodes[numbers[i] - 1] = drawn_node(html, &graph->nodes[i], project);
    }
    DrawnEdges edges = edges_of(html->arena, graph, numbers);
    drawn.edges = edges.items;
    drawn.edge_count = edges.len;
    return drawn;
}

/* ---- the legend ---- */

static void add_effects(Html *html, const Drawn *drawn)
{
    for (int effect = HTML_REFUSED; effect < HTML_EFFECTS; effect++) {
        bool occurs = false;
        for (size_t i = 0; i < drawn->len; i++)
            occurs = occurs || (int)drawn->nodes[i].effect == effect;
        if (!occurs)
            continue;
        const char *sign = html_effect_sign((HtmlEffect)effect);
        buf_addf(html->out, "<li><span class=\"effect %s\">%s%s%s</span></li>\n",
                 html_effect_class((HtmlEffect)effect), sign, *sign ? " " : "",
                 html_effect_word((HtmlEffect)effect));
    }
}

static void add_kinds(Html *html, const Drawn *drawn)
{
    Map *seen = map_new(html->arena);
    for (size_t i = 0; i < drawn->len; i++) {
        const PlanNode *node = drawn->nodes[i].plan;
        const char *word = html_kind_word(node->kind, node->type);
        if (map_has(seen, str_of(word)))
            continue;
        map_put(seen, str_of(word), html);
        buf_addf(html->out,
                 "<li><svg width=\"16\" height=\"16\" aria-hidden=\"true\"><path class=\"mark\" "
                 "d=\"%s\"/></svg>%s</li>\n",
                 html_svg_mark(node->kind, node->type), word);
    }
}

static bool has_migration(const Drawn *drawn)
{
    for (size_t i = 0; i < drawn->edge_count; i++) {
        if (drawn->edges[i].label.len)
            return true;
    }
    return false;
}

static void add_legend(Html *html, const Drawn *drawn)
{
    html_raw(html, "<ul class=\"legend\" aria-label=\"Legend\">\n");
    add_effects(html, drawn);
    add_kinds(html, drawn);
    if (has_migration(drawn))
        html_raw(html, "<li><svg width=\"28\" height=\"16\" aria-hidden=\"true\"><path "
                       "class=\"edge moves\" d=\"M0 8H28\"/></svg>migration</li>\n");
    html_raw(html, "</ul>\n");
}

/* ---- one picture a project ---- */

static bool add_project(Html *html, const ProjectPlan *project, size_t number)
{
    PlanGraph graph = plan_graph_affected(html->arena, project);
    if (graph.len == 0)
        return false;
    if (html->report->plans.len > 1) {
        html_raw(html, "<h3 class=\"project-name\">Project <code>");
        html_text(html, project->root);
        html_raw(html, "</code></h3>\n");
    }
    Drawn drawn = drawn_of(html, &graph, project->root, number);
    html_raw(html, "<div class=\"sheet\">\n<button type=\"button\" class=\"fit\" hidden>Whole "
                   "picture</button>\n<div class=\"picture\" role=\"region\" "
                   "aria-label=\"Lineage\" tabindex=\"0\">\n");
    html_svg(html, &drawn);
    html_raw(html, "</div>\n");
    add_legend(html, &drawn);
    if (graph.len > drawn.len)
        buf_addf(
            html->out,
            "<p class=\"says quiet\">%zu more resources that are affected are not drawn.</p>\n",
            graph.len - drawn.len);
    html_raw(html, "</div>\n");
    return true;
}

void html_picture(Html *html)
{
    const ProjectPlans *plans = &html->report->plans;
    size_t drawn = 0;
    html_raw(html, "<section id=\"picture\">\n<h2>What is affected</h2>\n"
                   "<p class=\"quiet\">From left to right: what leads to the change, what "
                   "changes, and whom it reaches.</p>\n");
    for (size_t i = 0; i < plans->len && drawn < HTML_PROJECTS_DRAWN_MOST; i++)
        drawn += add_project(html, &plans->items[i], i);
    if (drawn == 0)
        html_raw(html, "<p class=\"sheet says quiet\">Nothing changes.</p>\n");
    html_raw(html, "</section>\n");
}
