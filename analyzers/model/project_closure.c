/*
 * Decides which unchanged files are parsed: those that a change can reach, and those that the
 * judgement of these rests on. It walks the mentions that a scan of the pipes' bytes has found, so
 * that all else stays unparsed.
 */
#include "deploy_pipes.h"
#include "project_internal.h"
#include "quality_test.h"

/* What is wanted of a name, beside the parsed resource itself. */
enum {
    /* Of a pipe, all that it reads, down to data sources: the columns that a star hands on. */
    WANT_COLUMNS = 1,
    /* Of a data source, the pipes that write it; of these, what they read, and so on up to what
     * nothing writes: what a rebuild would find. */
    WANT_ANCESTORS = 2,
    /* All that reads it; of a pipe, also the data source that it fills, of that the writers. */
    WANT_READERS = 4,
    /* Of a pipe that copies rows, all that reads what it reads or writes: it begins or ends to do
     * so, and the others may follow it to a new place, or starve. */
    WANT_FELLOWS = 8,
    /* Of a pipe, the ancestors of what only one of its two sides names: where its rows came from,
     * and where they come from now. */
    WANT_MOVED = 64,
    /* Of a data source, what reads it as far as its change reaches: of one that is only filled
     * otherwise, the views. */
    WANT_TOUCHED = 16,
    /* With WANT_READERS: also all that reads what the views among them fill, and so on down. */
    WANT_CHAIN = 32,
};

typedef VEC(uint32_t) Numbers;

typedef struct {
    Load *load;
    Arena *arena; /* of this walk alone */
    MentionGraph graph;
    unsigned char *wanted; /* WANT_ bits of each name */
    unsigned char *given;  /* those that were acted upon */
    unsigned char *times;  /* scratch of want_moved(): zero for each name */
    const Reach **reaches; /* with WANT_TOUCHED: of the change; else NULL */
    Numbers waiting;
    Buf scratch; /* the bytes of a file that is looked at */
} Walk;

/* ---- where it starts ---- */

static void want(Walk *walk, ptrdiff_t number, unsigned bits)
{
    if (number < 0 || (bits & ~walk->wanted[number]) == 0)
        return;
    if (walk->wanted[number] == walk->given[number])
        vec_push(walk->arena, &walk->waiting, (uint32_t)number);
    walk->wanted[number] |= (unsigned char)bits;
}

/* A name may be that of two resources: then the change of one of them alone is weighed. */
static unsigned wanted_readers(Walk *walk, ptrdiff_t number, const Resource *resource)
{
    Reach reach = reach_of_change(walk->arena, resource);
    if (reach.kind == REACH_NOBODY)
        return WANT_ANCESTORS;
    if (reach.kind == REACH_ALL || walk->reaches[number])
        return WANT_READERS;
    Reach *kept = ARENA_NEW(walk->arena, Reach);
    *kept = reach;
    walk->reaches[number] = kept;
    return WANT_TOUCHED | WANT_ANCESTORS;
}

/* It did not write before, writes no more, or elsewhere. */
static bool writes_otherwise(const Resource *pipe)
{
    const Resource *other = pipe->other;
    if (!other || !pipe->pipe || !other->pipe)
        return true;
    return pipe->pipe->type != other->pipe->type ||
           !str_eq(pipe->pipe->target, other->pipe->target);
}

static void want_changed(Walk *walk, const Resource *resource)
{
    unsigned wanted = WANT_COLUMNS;
    ptrdiff_t number = name_table_find(walk->graph.names, resource->name);
    if (!resource->changed || number < 0)
        return;
    wanted |= wanted_readers(walk, number, resource);
    if (resource->kind == DATAFILE_PIPE && writes_otherwise(resource))
        wanted |= WANT_FELLOWS;
    if (resource->kind == DATAFILE_PIPE && resource->other)
        wanted |= WANT_MOVED;
    want(walk, number, wanted);
}

/* Of both sides each changed resource once, by its candidate if it has one. */
static void want_all_changed(Walk *walk)
{
    const Project *candidate = walk->load->candidate, *live = walk->load->live;
    const Map *tables[] = {candidate->datasources, candidate->pipes, live->datasources,
                           live->pipes};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        for (size_t k = 0; k < map_len(tables[i]); k++) {
            const Resource *resource = map_value(tables[i], k);
            if (resource->project == candidate || !resource->other)
                want_changed(walk, resource);
        }
    }
}

/* ---- the walk ---- */

/* What a name asks of a pipe that names it. */
static unsigned wanted_of_namer(unsigned bits, unsigned how)
{
    unsigned wanted = 0;
    if ((bits & WANT_READERS) && (how & MENTION_READ))
        wanted |= WANT_COLUMNS | WANT_READERS | (bits & WANT_CHAIN);
    if ((bits & (WANT_READERS | WANT_ANCESTORS)) && (how & MENTION_WRITE))
        wanted |= WANT_COLUMNS | WANT_ANCESTORS;
    return wanted;
}

/* What a pipe that writes in these ways asks of what it reads. */
static unsigned wanted_of_read(unsigned bits, unsigned writes)
{
    unsigned wanted = WANT_COLUMNS;
    if ((bits & WANT_ANCESTORS) || ((bits & WANT_READERS) && (writes & MENTION_MATERIALIZE)))
        wanted |= WANT_ANCESTORS;
    if ((bits & WANT_FELLOWS) && writes)
        wanted |= WANT_READERS | WANT_CHAIN;
    return wanted;
}

/* And of what it writes. A deploy does not run copies again, so what they wrote stays: a copy's
 * target is wanted for its columns and its other writers. */
static unsigned wanted_of_written(unsigned bits, unsigned how)
{
    unsigned wanted = 0;
    if (bits & WANT_READERS)
        wanted |= WANT_COLUMNS | WANT_ANCESTORS;
    if ((bits & WANT_READERS) && (how & MENTION_MATERIALIZE))
        wanted |= bits & WANT_CHAIN ? WANT_READERS | WANT_CHAIN : WANT_TOUCHED;
    if (bits & WANT_FELLOWS)
        wanted |= WANT_READERS | WANT_CHAIN;
    return wanted;
}

static unsigned wanted_of_named(unsigned bits, unsigned how, unsigned writes)
{
    unsigned wanted = 0;
    if (how & MENTION_READ)
        wanted |= wanted_of_read(bits, writes);
    if (how & MENTION_WRITE)
        wanted |= wanted_of_written(bits, how);
    return wanted;
}

/* How the pipe of that name writes anything: bits of MENTION_WRITE. */
static unsigned writes_of(const Walk *walk, uint32_t number)
{
    unsigned how = 0;
    MentionPart part = mentions_of_pipe(&walk->graph, number);
    for (size_t i = 0; i < part.len; i++)
        how |= mention_at(&part, i)->how & MENTION_WRITE;
    return how;
}

/* What both versions of a changed pipe name is mentioned twice. Where one of them alone reads
 * something, a reader may have moved, from there or to what it still reads. */
static void want_moved(Walk *walk, uint32_t number)
{
    MentionPart part = mentions_of_pipe(&walk->graph, number);
    bool moves = false;
    for (size_t i = 0; i < part.len; i++) {
        unsigned char *times = &walk->times[mention_at(&part, i)->named];
        *times = (unsigned char)(*times ? 2 : 1);
    }
    for (size_t i = 0; i < part.len; i++) {
        const Mention *mention = mention_at(&part, i);
        moves |= walk->times[mention->named] == 1 && (mention->how & MENTION_READ);
        walk->times[mention->named] = 0;
    }
    for (size_t i = 0; moves && i < part.len; i++)
        if (mention_at(&part, i)->how & MENTION_READ)
            want(walk, mention_at(&part, i)->named, WANT_COLUMNS | WANT_ANCESTORS);
}

/* Nothing that judges a change behind `reach` needs the pipe: it writes nothing, nothing reads it,
 * and it is not touched. `reach` NULL: that of views. */
static bool is_beyond(Walk *walk, uint32_t number, const Reach *reach)
{
    const ResourceName *name = &name_table_names(walk->graph.names)->items[number];
    if (mentions_of_name(&walk->graph, number).len || writes_of(walk, number) || name->next)
        return false;
    if (!reach)
        return true;
    Resource *pipe = project_find(walk->load->candidate, DATAFILE_PIPE, name->text);
    Str text;
    return pipe && source_file_peek(walk->load->loader->repo, pipe->file, &walk->scratch, &text) &&
           !reach_touches(reach, text);
}

static unsigned readers_of_touched(Walk *walk, uint32_t number, uint32_t pipe, unsigned bits)
{
    bool narrow = (bits & WANT_TOUCHED) && !(bits & WANT_READERS);
    if (narrow && !is_beyond(walk, pipe, walk->reaches[number]))
        bits |= WANT_READERS;
    return bits;
}

static void ask_neighbours(Walk *walk, uint32_t number, unsigned bits)
{
    MentionPart part = mentions_of_pipe(&walk->graph, number);
    unsigned writes = writes_of(walk, number);
    if (bits & WANT_MOVED)
        want_moved(walk, number);
    for (size_t i = 0; i < part.len; i++) {
        const Mention *mention = mention_at(&part, i);
        want(walk, mention->named, wanted_of_named(bits, mention->how, writes));
    }
    part = mentions_of_name(&walk->graph, number);
    for (size_t i = 0; i < part.len; i++) {
        const Mention *mention = mention_at(&part, i);
        unsigned reached = readers_of_touched(walk, number, mention->pipe, bits);
        want(walk, mention->pipe, wanted_of_namer(reached, mention->how));
    }
}

static void add_if_there(const Walk *walk, const Project *project, DatafileKind kind, Str name,
                         Resources *batch)
{
    Resource *resource = project_find(project, kind, name);
    if (resource)
        vec_push(walk->load->loader->arena, batch, resource);
}

/* The first name of the key, and those that begin with the same words. */
static void add_resources(const Walk *walk, uint32_t number, Resources *batch)
{
    const ResourceName *names = name_table_names(walk->graph.names)->items;
    const Project *sides[] = {walk->load->candidate, walk->load->live};
    do {
        for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
            add_if_there(walk, sides[i], DATAFILE_DATASOURCE, names[number].text, batch);
            add_if_there(walk, sides[i], DATAFILE_PIPE, names[number].text, batch);
        }
        number = names[number].next;
    } while (number);
}

static void note_readers(Resource *resource)
{
    if (resource)
        resource->readers_known = true;
}

/* All that reads a name of this key has been asked for. */
static void note_readers_of(const Walk *walk, uint32_t number)
{
    const ResourceName *names = name_table_names(walk->graph.names)->items;
    const Project *sides[] = {walk->load->candidate, walk->load->live};
    do {
        for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
            note_readers(project_find(sides[i], DATAFILE_DATASOURCE, names[number].text));
            note_readers(project_find(sides[i], DATAFILE_PIPE, names[number].text));
        }
        number = names[number].next;
    } while (number);
}

/* A name waits again only when more is wanted of it, so at most seven times. */
static Resources follow(Walk *walk)
{
    Resources batch = {0};
    while (walk->waiting.len) {
        uint32_t number = walk->waiting.items[--walk->waiting.len];
        unsigned bits = walk->wanted[number];
        if (!walk->given[number])
            add_resources(walk, number, &batch);
        if (bits & ~walk->given[number] & WANT_READERS)
            note_readers_of(walk, number);
        walk->given[number] = (unsigned char)bits;
        ask_neighbours(walk, number, bits);
    }
    return batch;
}

/* A test or a script may be all that a change brings; its judgement rests on the migration that it
 * is about. */
static void want_named(Walk *walk, const Strs *names)
{
    for (size_t i = 0; i < names->len; i++)
        want(walk, name_table_find(walk->graph.names, names->items[i]),
             WANT_COLUMNS | WANT_ANCESTORS | WANT_READERS);
}

static bool any_changed(const Map *table)
{
    for (size_t i = 0; i < map_len(table); i++) {
        if (((const Resource *)map_value(table, i))->changed)
            return true;
    }
    return false;
}

static void walk_mentions(Load *load, const Strs *tested, const Strs *filled)
{
    Arena *arena = arena_new();
    Walk walk = {.load = load, .arena = arena, .graph = mention_graph_make(load, arena)};
    size_t names = name_table_names(walk.graph.names)->len;
    walk.wanted = ARENA_ARRAY(arena, unsigned char, names);
    walk.given = ARENA_ARRAY(arena, unsigned char, names);
    walk.times = ARENA_ARRAY(arena, unsigned char, names);
    walk.reaches = ARENA_ARRAY(arena, const Reach *, names);
    if (!load->loader->focus.len)
        want_all_changed(&walk);
    want_named(&walk, tested);
    want_named(&walk, filled);
    Resources batch = follow(&walk);
    buf_free(&walk.scratch);
    arena_free(arena);
    parse_resources(load, &batch);
}

/* ---- connections ---- */

static void collect_changed(const Map *table, NameSet *names)
{
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *resource = map_value(table, i);
        if (resource->changed)
            name_set_add(names, resource->name);
    }
}

static void add_if_named(Load *load, const Map *table, const NameSet *names, Resources *batch)
{
    Buf scratch = {0};
    for (size_t i = 0; i < map_len(table); i++) {
        Resource *resource = map_value(table, i);
        Str text;
        if (resource->facts)
            continue;
        if (!source_file_peek(load->loader->repo, resource->file, &scratch, &text))
            report_unread(load, resource);
        else if (name_set_occurs_in(names, text))
            vec_push(load->loader->arena, batch, resource);
    }
    buf_free(&scratch);
}

/* Data sources and sinks that use one of the connections are parsed, and nothing beyond them. */
static void parse_users(Load *load, const NameSet *names)
{
    if (name_set_is_empty(names))
        return;
    Resources batch = {0};
    add_if_named(load, load->candidate->pipes, names, &batch);
    add_if_named(load, load->candidate->datasources, names, &batch);
    parse_resources(load, &batch);
}

static void parse_connected(Load *load)
{
    NameSet *names = name_set_new(load->loader->arena);
    collect_changed(load->live->connections, names);
    collect_changed(load->candidate->connections, names);
    parse_users(load, names);
}

/* ---- consumer groups ---- */

/* What a secret hides names no group. */
static void collect_groups(const Map *table, NameSet *names)
{
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *resource = map_value(table, i);
        if (!resource->changed || !resource->facts)
            continue;
        Str group = datafile_value(resource->facts, KEYWORD_KAFKA_GROUP_ID);
        if (str_find(group, "{{") < 0)
            name_set_add(names, group);
    }
}

/* Data sources that may read as the same Kafka group as a changed one. */
static void parse_groups(Load *load)
{
    NameSet *names = name_set_new(load->loader->arena);
    collect_groups(load->candidate->datasources, names);
    if (name_set_is_empty(names))
        return;
    Resources batch = {0};
    add_if_named(load, load->candidate->datasources, names, &batch);
    parse_resources(load, &batch);
}

void parse_closure(Load *load)
{
    const Map *tables[] = {load->live->datasources, load->live->pipes, load->candidate->datasources,
                           load->candidate->pipes};
    Strs tested = quality_tests_new_tables(load->loader, load->files);
    Strs filled = deploy_pipes_filled(load->loader, load->files);
    bool changed = tested.len > 0 || filled.len > 0;
    for (size_t i = 0; i < ARRAY_LEN(tables) && !changed; i++)
        changed = any_changed(tables[i]);
    if (changed)
        walk_mentions(load, &tested, &filled);
    parse_connected(load);
    parse_groups(load);
}

/* ---- the focus ---- */

/* Names of the resources that the file defines: of each side one at most. */
static void collect_focus(const Load *load, const Map *table, Strs *names)
{
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *resource = map_value(table, i);
        if (str_eq(resource->file->path, load->loader->focus))
            vec_push(load->loader->arena, names, resource->name);
    }
}

void parse_around(Load *load)
{
    const Project *sides[] = {load->candidate, load->live};
    Strs named = {0};
    Strs connections = {0};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        collect_focus(load, sides[i]->datasources, &named);
        collect_focus(load, sides[i]->pipes, &named);
        collect_focus(load, sides[i]->connections, &connections);
    }
    if (named.len)
        walk_mentions(load, &named, &(Strs){0});
    NameSet *names = name_set_new(load->loader->arena);
    for (size_t i = 0; i < connections.len; i++)
        name_set_add(names, connections.items[i]);
    parse_users(load, names);
}
