/* What the names of tables mean: WITH, nodes of the pipe, pipes, data sources, and what else. */
#include "resolve_table.h"

/* ---- names of the project ---- */

static Map *index_nodes(Arena *arena, const Nodes *nodes)
{
    Map *index = map_new(arena);
    for (size_t i = 0; i < nodes->len; i++) {
        Str name = nodes->items[i].name.text;
        if (!map_has(index, name))
            map_put(index, name, (void *)(uintptr_t)&nodes->items[i]);
    }
    return index;
}

int pipe_node_index(Loader *loader, const Resource *pipe, Str name)
{
    if (!pipe->facts || !pipe->pipe)
        return -1;
    const Nodes *nodes = &pipe->facts->nodes;
    if (!pipe->pipe->nodes_by_name)
        pipe->pipe->nodes_by_name = index_nodes(loader->arena, nodes);
    const Node *node = map_get(pipe->pipe->nodes_by_name, name);
    return node ? (int)(node - nodes->items) : -1;
}

static bool is_service_name(Str name)
{
    return str_starts(name, "tinybird.") || str_starts(name, "organization.") ||
           str_starts(name, "system.") || str_starts(name, "information_schema.");
}

static Resource *quarantined(const Project *project, Str name)
{
    Str suffix = STR("_quarantine");
    if (name.len <= suffix.len || !str_ends(name, suffix.ptr))
        return NULL;
    return project_find(project, DATAFILE_DATASOURCE, str_slice(name, 0, name.len - suffix.len));
}

/* A node is not meant by its own name where a resource is called so. */
static int other_node(Loader *loader, const Resource *pipe, size_t node, Str name)
{
    int index = pipe_node_index(loader, pipe, name);
    bool itself = index >= 0 && (size_t)index == node;
    bool taken = itself && project_find_table(pipe->project, name);
    return taken ? -1 : index;
}

TableUse table_meaning(Loader *loader, const Resource *pipe, size_t node, Token name)
{
    TableUse use = {.name = name, .node = other_node(loader, pipe, node, name.text)};
    const Project *project = pipe->project;
    if (use.node >= 0) {
        use.meaning = MEANS_NODE;
        use.resource = (Resource *)(uintptr_t)pipe;
    } else if ((use.resource = project_find_table(project, name.text))) {
        bool is_pipe = use.resource->kind == DATAFILE_PIPE;
        use.meaning = is_pipe ? MEANS_PIPE : MEANS_DATASOURCE;
        use.node = is_pipe ? pipe_output_node(use.resource) : -1;
    } else if ((use.resource = quarantined(project, name.text))) {
        use.meaning = MEANS_QUARANTINE;
    } else if (is_service_name(name.text) || str_find_char(name.text, '.') >= 0) {
        use.meaning = MEANS_EXTERNAL;
    } else {
        use.meaning = MEANS_MISSING;
    }
    return use;
}

bool resolve_is_table(const Resolver *r, Str name)
{
    TableUse use = table_meaning(r->loader, r->pipe, r->node, (Token){.text = name});
    return use.meaning != MEANS_MISSING;
}

/* ---- data sources ---- */

static void add_column(Arena *arena, Relation *relation, Str name, const Type *type, Range range,
                       const Resource *source, bool ghost)
{
    OutputColumn out = {.name = name, .type = type, .range = range};
    out.source = source;
    out.column = name;
    vec_push(arena, &relation->fields, (Field){.out = out, .ghost = ghost, .by_star = true});
}

static const Type *array_of(Arena *arena, const Type *type)
{
    TypeArg *arg = ARENA_NEW(arena, TypeArg);
    *arg = (TypeArg){.kind = TYPE_ARG_TYPE, .type = type};
    return type ? type_make(arena, STR("Array"), arg, 1) : NULL;
}

/* Nested(x T, y U) is stored as the columns n.x Array(T) and n.y Array(U). */
static void add_nested(Arena *arena, Relation *relation, const Column *column,
                       const Resource *source, bool ghost)
{
    for (size_t i = 0; i < column->type->arg_count; i++) {
        const TypeArg *part = &column->type->args[i];
        Str name = str_fmt(arena, "%.*s.%.*s", STR_ARG(column->name.text), STR_ARG(part->name));
        add_column(arena, relation, name, array_of(arena, part->type), column->range, source,
                   ghost);
    }
}

static void add_schema_column(Arena *arena, Relation *relation, const Column *column,
                              const Resource *source, bool ghost)
{
    if (column->type && type_is(column->type, "Nested"))
        add_nested(arena, relation, column, source, ghost);
    else
        add_column(arena, relation, column->name.text, column->type, column->range, source, ghost);
}

/* The columns that the deploy takes away. */
static void add_ghosts(Arena *arena, Relation *relation, const Resource *source)
{
    const Resource *live = source->other;
    if (source->project->side != SIDE_CANDIDATE || !live || !live->facts ||
        !live->facts->has_schema)
        return;
    for (size_t i = 0; i < live->facts->columns.len; i++) {
        const Column *column = &live->facts->columns.items[i];
        if (!datafile_column(source->facts, column->name.text))
            add_schema_column(arena, relation, column, source, true);
    }
}

static Relation *datasource_relation(Arena *arena, const Resource *source)
{
    if (!source->facts || !source->facts->has_schema)
        return relation_unknown(
            arena,
            str_fmt(arena, "the columns of '%.*s' are not in its file", STR_ARG(source->name)),
            (Range){0});
    Relation *relation = ARENA_NEW(arena, Relation);
    relation->complete = !source->facts->has_include;
    for (size_t i = 0; i < source->facts->columns.len; i++)
        add_schema_column(arena, relation, &source->facts->columns.items[i], source, false);
    add_ghosts(arena, relation, source);
    relation_finish(arena, relation);
    return relation;
}

const Relation *relation_of_datasource(Loader *loader, const Resource *source)
{
    ResolvedNode *slot = resolved_slot(loader, source, 0);
    if (!slot->relation)
        slot->relation = datasource_relation(loader->arena, source);
    return slot->relation;
}

/* ---- tables of a query ---- */

const Relation *resolve_cte(const WithFrame *with, Str name)
{
    for (; with; with = with->outer) {
        CteEntry *entry = with->by_name ? map_get(with->by_name, name) : NULL;
        if (!entry || !entry->relation || (size_t)(entry - with->entries) >= with->visible)
            continue;
        entry->used = true;
        return entry->relation;
    }
    return NULL;
}

static Relation *unknown_table(Resolver *r, Token name, const char *why)
{
    Str gap = str_fmt(r->arena, why, STR_ARG(name.text));
    return relation_unknown(r->arena, gap, name.range);
}

static const Relation *relation_of_node(Resolver *r, const TableUse *use)
{
    if (use->node < 0 || !use->resource->facts)
        return unknown_table(r, use->name, "the file of '%.*s' could not be read");
    const ResolvedNode *slot = resolved_slot(r->loader, use->resource, (size_t)use->node);
    if (slot->relation)
        return slot->relation;
    return unknown_table(r, use->name, "'%.*s' reads itself");
}

const Relation *resolve_table(Resolver *r, const WithFrame *with, Token name)
{
    const Relation *relation = resolve_cte(with, name.text);
    if (relation)
        return relation;
    TableUse use = table_meaning(r->loader, r->pipe, r->node, name);
    use.certain = !r->doubtful;
    vec_push(r->arena, &r->tables, use);
    switch (use.meaning) {
    case MEANS_DATASOURCE:
        return relation_of_datasource(r->loader, use.resource);
    case MEANS_NODE:
    case MEANS_PIPE:
        return relation_of_node(r, &use);
    case MEANS_MISSING:
        resolve_gap(r, name.range,
                    str_fmt(r->arena, "no resource is named '%.*s'", STR_ARG(name.text)), false);
        return unknown_table(r, name, "no resource is named '%.*s'");
    default:
        return unknown_table(r, name, "the columns of '%.*s' are not known");
    }
}
