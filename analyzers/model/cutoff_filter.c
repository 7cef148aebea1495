/* cutoff_filter.c: the selects between a pipe's output and its source, and what they filter by. */
#include "cutoff_internal.h"

enum { LEVELS_MAX = 8 }; /* nodes of the pipe that read one another */

typedef struct {
    const Select *select;
    const NodeLineage *inner;
} Level;

typedef struct {
    Level items[LEVELS_MAX];
    size_t len;
} Levels;

void cutoff_trouble(FilterReader *r, const char *why, Range range)
{
    if (r->filter->trouble == NULL) {
        r->filter->trouble = why;
        r->filter->trouble_range = range;
    }
}

static int node_of(const Resource *pipe, Str name)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++)
        if (str_eq(pipe->facts->nodes.items[i].name.text, name))
            return (int)i;
    return -1;
}

static bool is_of_with(const Select *select, Str name)
{
    for (size_t i = 0; i < select->with.len; i++)
        if (str_eq(select->with.items[i].name.text, name))
            return true;
    return false;
}

static void check_query(FilterReader *r, const Query *query)
{
    if (query->has_template && r->templated == NULL) {
        r->templated = query;
        r->templated_first = r->filter->trouble == NULL;
    }
    if (query->broken || query->too_deep || query->selects.len != 1)
        cutoff_trouble(r, "its query could not be read as one SELECT", query->range);
}

static void take_source(FilterReader *r, Str name)
{
    r->filter->source = name;
    const Resource *table = project_find(r->project, DATAFILE_DATASOURCE, name);
    r->source = table != NULL ? table->facts : NULL;
}

/* The own node that the select reads, or -1: it reads the source, or what cannot be followed. */
static int next_node(FilterReader *r, const Select *select)
{
    if (select->from.len != 1 || select->from.items[0].kind != TABLE_NAME ||
        is_of_with(select, select->from.items[0].name.text)) {
        cutoff_trouble(r, "it does not read one table alone", select->range);
        return -1;
    }
    Str name = select->from.items[0].name.text;
    int node = node_of(r->pipe, name);
    if (node < 0)
        take_source(r, name);
    return node;
}

/* Never NULL: of a node that cannot be resolved, nothing is known. */
static const NodeLineage *inner_lineage(const FilterReader *r, size_t node)
{
    static const NodeLineage unknown;
    const NodeLineage *lineage = node_lineage(r->loader, r->pipe, node);
    return lineage != NULL ? lineage : &unknown;
}

/* Follows the query of the node to the source, outermost select first. */
static Levels levels_of(FilterReader *r, int node)
{
    Levels levels = {.len = 0};
    while (node >= 0) {
        const Query *query = pipe_query(r->loader, r->pipe, (size_t)node);
        if (query == NULL || query->selects.len == 0 || levels.len == LEVELS_MAX) {
            Range range = query != NULL ? query->range : (Range){0};
            cutoff_trouble(r, "its query could not be followed to one source", range);
            break;
        }
        const Select *select = query->selects.items[0];
        node = next_node(r, select);
        Level level = {.select = select};
        if (node >= 0)
            level.inner = inner_lineage(r, (size_t)node);
        levels.items[levels.len++] = level;
        check_query(r, query);
    }
    return levels;
}

void cutoff_read_select(FilterReader *r)
{
    const Select *select = r->select;
    if (select->prewhere != NULL) {
        r->filter->where = select->prewhere->range;
        cutoff_read_condition(r, select->prewhere);
    }
    if (select->where != NULL) {
        r->filter->where = select->where->range;
        cutoff_read_condition(r, select->where);
    }
    if (select->limit.len > 0)
        cutoff_trouble(r, "it has a LIMIT", select->range);
}

CutoffFilter cutoff_filter_read(Loader *loader, const Project *project, const Resource *pipe)
{
    CutoffFilter filter = {.tick = 1};
    int node = pipe->pipe->node;
    const Query *query = node >= 0 ? pipe_query(loader, pipe, (size_t)node) : NULL;
    FilterReader reader = {.loader = loader, .project = project, .pipe = pipe, .filter = &filter};
    if (query == NULL) {
        cutoff_trouble(&reader, "its query is missing", (Range){0});
        return filter;
    }
    filter.where = query->selects.len > 0 ? query->selects.items[0]->range : query->range;
    Levels levels = levels_of(&reader, node);
    for (size_t i = levels.len; i-- > 0;) {
        reader.select = levels.items[i].select;
        reader.inner = levels.items[i].inner;
        cutoff_read_select(&reader);
    }
    cutoff_settle_template(&reader);
    return filter;
}
