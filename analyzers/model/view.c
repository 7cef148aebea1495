/* Follows a materialized pipe from its output down to the data sources that it reads. */
#include "view.h"

#include "project_internal.h"
#include "view_internal.h"

/* ---- which nodes and data sources ---- */

typedef struct {
    Loader *loader;
    ViewNodes nodes;
    Map *numbers; /* "pipe node" -> number + 1 */
    Map *seen;    /* data sources that are listed */
    Resources *sources;
    Resources *others;
} Walk;

static Str key_of(const Walk *walk, const Resource *pipe, size_t node)
{
    return str_fmt(walk->loader->arena, "%p %zu", (const void *)pipe, node);
}

/* A node that is read again by rows on their way counts as on the way. */
static void add_node(Walk *walk, const Resource *pipe, size_t node, bool triggers)
{
    Str key = key_of(walk, pipe, node);
    size_t number = (size_t)(uintptr_t)map_get(walk->numbers, key);
    if (number) {
        walk->nodes.items[number - 1].triggers |= triggers;
        return;
    }
    vec_push(walk->loader->arena, &walk->nodes, (ViewNode){pipe, node, triggers});
    map_put(walk->numbers, key, (void *)(uintptr_t)walk->nodes.len);
}

static void add_source(Walk *walk, Resource *source, bool triggers)
{
    Resources *list = triggers ? walk->sources : walk->others;
    Str key = str_fmt(walk->loader->arena, "%p %d", (void *)source, triggers);
    if (!list || map_has(walk->seen, key))
        return;
    map_put(walk->seen, key, source);
    vec_push(walk->loader->arena, list, source);
}

static void add_use(Walk *walk, const TableUse *use, bool triggers)
{
    if (use->meaning == MEANS_DATASOURCE)
        add_source(walk, use->resource, triggers);
    else if ((use->meaning == MEANS_NODE || use->meaning == MEANS_PIPE) && use->node >= 0)
        add_node(walk, use->resource, (size_t)use->node, triggers);
}

/* Rows first, so that the way they take is known before its nodes are looked at. */
static void follow(Walk *walk, const ViewNode *from)
{
    const NodeLineage *lineage = node_lineage(walk->loader, from->pipe, from->node);
    for (int pass = 0; lineage && pass < 2; pass++) {
        for (size_t i = 0; i < lineage->tables.len; i++) {
            const TableUse *use = &lineage->tables.items[i];
            if (use->triggers == (pass == 0))
                add_use(walk, use, from->triggers && use->triggers);
        }
    }
}

static void follow_rows(Walk *walk)
{
    for (size_t i = 0; i < walk->nodes.len; i++) {
        const NodeLineage *lineage =
            node_lineage(walk->loader, walk->nodes.items[i].pipe, walk->nodes.items[i].node);
        for (size_t j = 0; lineage && j < lineage->tables.len; j++) {
            const TableUse *use = &lineage->tables.items[j];
            if (use->triggers)
                add_use(walk, use, true);
        }
    }
}

ViewNodes view_nodes(Loader *loader, const Resource *pipe, size_t node, Resources *sources,
                     Resources *others)
{
    Walk walk = {.loader = loader,
                 .numbers = map_new(loader->arena),
                 .seen = map_new(loader->arena),
                 .sources = sources,
                 .others = others};
    add_node(&walk, pipe, node, true);
    follow_rows(&walk);
    for (size_t i = 0; i < walk.nodes.len; i++) {
        ViewNode from = walk.nodes.items[i];
        follow(&walk, &from);
    }
    return walk.nodes;
}

/* ---- gaps ---- */

static void add_gap(Arena *arena, View *view, Str why)
{
    if (!view->certain)
        return;
    view->certain = false;
    view->gap = str_copy(arena, why);
}

static void judge_node(Loader *loader, const ViewNode *node, View *view)
{
    const QueryVariants *variants = pipe_variants(loader, node->pipe, node->node);
    const NodeLineage *lineage = node_lineage(loader, node->pipe, node->node);
    if (!variants || !lineage) {
        add_gap(loader->arena, view,
                str_fmt(loader->arena, "'%.*s' could not be read", STR_ARG(node->pipe->name)));
        return;
    }
    for (size_t i = 0; i < lineage->gaps.len; i++) {
        if (lineage->gaps.items[i].hides)
            add_gap(loader->arena, view, lineage->gaps.items[i].why);
    }
    for (size_t i = 0; i < variants->len; i++) {
        if (variants->items[i]->broken)
            add_gap(loader->arena, view, STR("its query does not parse"));
    }
    if (variants->items[0]->has_template)
        add_gap(loader->arena, view, STR("its query has template tags"));
}

/* ---- the view ---- */

static const Exprs *group_by_of(Loader *loader, const Resource *pipe, size_t node)
{
    const Query *query = pipe_query(loader, pipe, node);
    if (!query || query->broken || query->selects.len == 0)
        return NULL;
    const Exprs *keys = &query->selects.items[0]->group_by;
    return keys->len ? keys : NULL;
}

/* A pipe of Classic can have an endpoint before it. -1: none. */
static int materialized_node(const Resource *pipe)
{
    const Nodes *nodes = &pipe->facts->nodes;
    for (size_t i = 0; i < nodes->len; i++) {
        if (str_is_nocase(str_trim(nodes->items[i].type.text), "materialized"))
            return (int)i;
    }
    return -1;
}

static View *make_view(Loader *loader, const Resource *pipe, size_t output)
{
    View *view = ARENA_NEW(loader->arena, View);
    Map *places = map_new(loader->arena);
    view->pipe = pipe;
    view->node = output;
    view->target = project_find(pipe->project, DATAFILE_DATASOURCE,
                                pipe->facts->nodes.items[output].datasource.text);
    view->certain = true;
    ViewNodes nodes = view_nodes(loader, pipe, view->node, &view->sources, &view->others);
    for (size_t i = 0; i < nodes.len; i++) {
        const ViewNode *node = &nodes.items[i];
        judge_node(loader, node, view);
        const QueryVariants *variants = pipe_variants(loader, node->pipe, node->node);
        for (size_t j = 0; node->triggers && variants && j < variants->len; j++)
            view_filters(loader, node, variants->items[j], view, places);
    }
    view->group_by = group_by_of(loader, pipe, view->node);
    return view;
}

const View *view_of(Loader *loader, const Resource *pipe)
{
    bool is_known = pipe->derived && pipe->derived->view;
    int node = pipe->facts && pipe->pipe && !is_known ? materialized_node(pipe) : -1;
    if (node >= 0)
        derived_of(loader, pipe)->view = make_view(loader, pipe, (size_t)node);
    return pipe->derived ? pipe->derived->view : NULL;
}

Views views_into(Loader *loader, const Resource *datasource)
{
    Views views = {0};
    for (size_t i = 0; i < datasource->writers.len; i++) {
        const Resource *pipe = datasource->writers.items[i];
        const View *view = view_of(loader, pipe);
        /* A pipe may have more typed nodes, which the platform refuses: its first is the view. */
        if (view && view->target && str_eq(view->target->name, datasource->name))
            vec_push(loader->arena, &views, view);
    }
    return views;
}

Str view_meaning(Loader *loader, const View *view)
{
    return node_meaning(loader, view->pipe, view->node, OTHERS_BY_CONTENT)->text;
}

bool view_same(Loader *loader, const View *live, const View *candidate)
{
    return str_eq(view_meaning(loader, live), view_meaning(loader, candidate));
}
