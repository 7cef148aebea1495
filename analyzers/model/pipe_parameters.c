/* pipe_parameters.c: walks from a pipe's output to all nodes that it reads, and joins their
 * parameters. */
#include "pipe_parameters.h"

#include "lineage.h"
#include "project_internal.h"

enum { DISTINCT_MAX = 16 };

/* What a node's text says, read once. */
typedef struct {
    Map *tables;                     /* name -> number of variants that read it */
    size_t variants;                 /* 0: it has no query */
    bool unreadable;                 /* some variant does not parse */
    const ParameterList *parameters; /* NULL until they are asked for */
} NodeNotes;

/* A node on the way. */
typedef struct {
    const Resource *pipe;
    size_t node;
    bool certain; /* every call reads it */
} Step;

typedef struct {
    Loader *loader;
    Arena *arena;
    PipeParameters *out;
    VEC(Step) steps; /* in the order they are reached */
    Map *places;     /* pipe and node -> index in steps + 1 */
    VEC(size_t) waiting;
    Map *seen;  /* pipes and data sources that `out` lists */
    Map *nodes; /* pipe -> names of its nodes -> index + 1 */
} Walk;

/* ---- nodes ---- */

static void note_resource(Walk *walk, Resources *list, const Resource *resource)
{
    Str key = str_fmt(walk->arena, "%p", (const void *)resource);
    if (map_has(walk->seen, key))
        return;
    map_put(walk->seen, key, walk);
    vec_push(walk->arena, list, (Resource *)(uintptr_t)resource);
}

/* A node that some calls read waits again when it turns out that all do. */
static void reach(Walk *walk, const Resource *pipe, size_t node, bool certain)
{
    Str key = str_fmt(walk->arena, "%p %zu", (const void *)pipe, node);
    size_t place = (size_t)(uintptr_t)map_get(walk->places, key);
    if (place && (walk->steps.items[place - 1].certain || !certain))
        return;
    if (!place) {
        vec_push(walk->arena, &walk->steps, (Step){pipe, node, certain});
        place = walk->steps.len;
        map_put(walk->places, key, (void *)(uintptr_t)place);
    }
    walk->steps.items[place - 1].certain = certain;
    vec_push(walk->arena, &walk->waiting, place - 1);
}

static void reach_pipe(Walk *walk, const Resource *pipe, bool certain)
{
    note_resource(walk, &walk->out->pipes, pipe);
    int node = pipe_output_node(pipe);
    if (node < 0)
        walk->out->complete = false;
    else
        reach(walk, pipe, (size_t)node, certain);
}

static Map *nodes_of(Walk *walk, const Resource *pipe)
{
    Str key = str_fmt(walk->arena, "%p", (const void *)pipe);
    Map *nodes = map_get(walk->nodes, key);
    if (nodes)
        return nodes;
    nodes = map_new(walk->arena);
    for (size_t i = pipe->facts->nodes.len; i > 0; i--)
        map_put(nodes, pipe->facts->nodes.items[i - 1].name.text, (void *)(uintptr_t)i);
    map_put(walk->nodes, key, nodes);
    return nodes;
}

static void reach_name(Walk *walk, const Step *from, Str name, bool certain)
{
    uintptr_t node = (uintptr_t)map_get(nodes_of(walk, from->pipe), name);
    if (node) {
        reach(walk, from->pipe, node - 1, certain);
        return;
    }
    const Project *project = from->pipe->project;
    const Resource *pipe = project_find(project, DATAFILE_PIPE, name);
    const Resource *source = project_find(project, DATAFILE_DATASOURCE, name);
    if (source)
        note_resource(walk, &walk->out->sources, source);
    else if (pipe)
        reach_pipe(walk, pipe, certain);
}

/* ---- what a node says ---- */

typedef struct {
    Arena *arena;
    Map *counts;
    Map *here; /* names in this variant */
} TableCount;

static bool count_table(const Token *table, void *context)
{
    TableCount *count = context;
    if (map_has(count->here, table->text))
        return true;
    map_put(count->here, table->text, count);
    uintptr_t before = (uintptr_t)map_get(count->counts, table->text);
    map_put(count->counts, table->text, (void *)(before + 1));
    return true;
}

static void note_tables(Loader *loader, const QueryVariants *variants, NodeNotes *notes)
{
    TableCount count = {loader->arena, map_new(loader->arena), NULL};
    for (size_t i = 0; i < variants->len; i++) {
        count.here = map_new(loader->arena);
        query_tables(variants->items[i], count_table, &count);
        notes->unreadable |= variants->items[i]->broken || variants->items[i]->too_deep;
    }
    notes->unreadable |= variants->unread > 0;
    notes->tables = count.counts;
    notes->variants = variants->len;
}

static NodeNotes *notes_of(Loader *loader, const Step *step)
{
    if (!loader->node_notes)
        loader->node_notes = map_new(loader->arena);
    const Node *node = &step->pipe->facts->nodes.items[step->node];
    Str key = str_fmt(loader->arena, "%p", (const void *)node);
    NodeNotes *notes = map_get(loader->node_notes, key);
    if (notes)
        return notes;
    notes = ARENA_NEW(loader->arena, NodeNotes);
    map_put(loader->node_notes, key, notes);
    const QueryVariants *variants = pipe_variants(loader, step->pipe, step->node);
    if (variants)
        note_tables(loader, variants, notes);
    return notes;
}

static const ParameterList *parameters_of(Loader *loader, const Step *step)
{
    NodeNotes *notes = notes_of(loader, step);
    if (!notes->parameters) {
        Token sql = step->pipe->facts->nodes.items[step->node].sql;
        ParameterList *list = ARENA_NEW(loader->arena, ParameterList);
        *list = parameters_read(loader->arena, sql.text, sql.range.start);
        notes->parameters = list;
    }
    return notes->parameters;
}

/* ---- tables ---- */

/* Every word may be a table. */
static void reach_words(Walk *walk, const Step *from)
{
    Str text = from->pipe->facts->nodes.items[from->node].sql.text;
    Str own = from->pipe->facts->nodes.items[from->node].name.text;
    Map *seen = map_new(walk->arena);
    for (Str word; next_word(&text, &word);) {
        if (map_has(seen, word) || str_eq(word, own))
            continue;
        map_put(seen, word, seen);
        reach_name(walk, from, word, false);
    }
}

static void reach_tables(Walk *walk, Step from)
{
    const NodeNotes *notes = notes_of(walk->loader, &from);
    for (size_t i = 0; notes->variants && i < map_len(notes->tables); i++) {
        bool always = (uintptr_t)map_value(notes->tables, i) == notes->variants;
        reach_name(walk, &from, map_key(notes->tables, i), from.certain && always);
    }
    if (notes->unreadable)
        reach_words(walk, &from);
}

/* ---- parameters ---- */

static void add_texts(Arena *arena, Strs *to, const Strs *from)
{
    for (size_t i = 0; i < from->len; i++) {
        bool known = false;
        for (size_t j = 0; j < to->len && !known; j++)
            known = str_eq(to->items[j], from->items[i]);
        if (!known && to->len < DISTINCT_MAX)
            vec_push(arena, to, from->items[i]);
    }
}

static void join(Arena *arena, PipeParameter *to, const Parameter *from, const Resource *pipe)
{
    Parameter *all = &to->parameter;
    if (all->type.len == 0 && from->type.len) {
        all->type = from->type;
        all->range = from->range;
        to->pipe = pipe;
    }
    if (!all->has_default)
        all->default_text = from->default_text;
    all->has_default = all->has_default || from->has_default;
    all->is_required = all->is_required || from->is_required;
    all->is_conditional = all->is_conditional && from->is_conditional;
    all->only_defined = all->only_defined && from->only_defined;
    all->needed = all->needed || from->needed;
    if (all->enum_values.len == 0)
        all->enum_values = from->enum_values;
    Strs types = {0};
    add_texts(arena, &types, &all->types);
    add_texts(arena, &types, &from->types);
    Strs defaults = {0};
    add_texts(arena, &defaults, &all->defaults);
    add_texts(arena, &defaults, &from->defaults);
    all->types = types;
    all->defaults = defaults;
}

static void add_parameter(Walk *walk, const Step *step, Parameter parameter)
{
    parameter.needed = parameter.needed && step->certain;
    parameter.is_conditional = parameter.is_conditional || !step->certain;
    PipeParameters *out = walk->out;
    uintptr_t place = (uintptr_t)map_get(out->by_name, parameter.name);
    if (place) {
        join(walk->arena, &out->items.items[place - 1], &parameter, step->pipe);
        return;
    }
    vec_push(walk->arena, &out->items, (PipeParameter){parameter, step->pipe});
    map_put(out->by_name, parameter.name, (void *)(uintptr_t)out->items.len);
}

static void add_node(Walk *walk, const Step *step)
{
    const ParameterList *list = parameters_of(walk->loader, step);
    if (!list->complete && walk->out->complete) {
        walk->out->complete = false;
        walk->out->unread = list->unread;
        walk->out->unread_in = step->pipe;
    }
    for (size_t i = 0; i < list->items.len; i++)
        add_parameter(walk, step, list->items.items[i]);
}

static Walk walk_from(Loader *loader, const Resource *pipe)
{
    Walk walk = {.loader = loader, .arena = loader->arena};
    walk.out = ARENA_NEW(walk.arena, PipeParameters);
    walk.out->complete = true;
    walk.places = map_new(walk.arena);
    walk.seen = map_new(walk.arena);
    walk.nodes = map_new(walk.arena);
    reach_pipe(&walk, pipe, true);
    while (walk.waiting.len)
        reach_tables(&walk, walk.steps.items[walk.waiting.items[--walk.waiting.len]]);
    return walk;
}

const PipeParameters *pipe_parameters(Loader *loader, const Resource *pipe)
{
    if (pipe_output_node(pipe) < 0)
        return NULL;
    Walk walk = walk_from(loader, pipe);
    walk.out->by_name = map_new(walk.arena);
    for (size_t i = 0; i < walk.steps.len; i++)
        add_node(&walk, &walk.steps.items[i]);
    return walk.out;
}

static bool any_changed(const Resources *resources)
{
    for (size_t i = 0; i < resources->len; i++) {
        if (resources->items[i]->changed)
            return true;
    }
    return false;
}

bool pipe_reads_a_change(Loader *loader, const Resource *pipe)
{
    if (pipe_output_node(pipe) < 0)
        return false;
    const PipeParameters *reached = walk_from(loader, pipe).out;
    return any_changed(&reached->pipes) || any_changed(&reached->sources);
}

const PipeParameter *pipe_parameter(const PipeParameters *parameters, Str name)
{
    uintptr_t place = (uintptr_t)map_get(parameters->by_name, name);
    return place ? &parameters->items.items[place - 1] : NULL;
}
