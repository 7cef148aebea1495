/*
 * Decides which unchanged files are parsed: those that a change can reach, and those that the
 * judgement of these rests on. It walks the mentions that a scan of the pipes' bytes has found, so
 * that all else stays unparsed.
 */
#include "base/threads.h"
#include "project_internal.h"

/* What is wanted of a name, beside the parsed resource itself. */
enum {
    /* Of a pipe, all that it reads, down to data sources: the columns that a star hands on. */
    WANT_COLUMNS = 1,
    /* Of a data source, the pipes that write it; of these, what they read, and so on up to what
     * nothing writes: what a rebuild would find. */
    WANT_ANCESTORS = 2,
    /* All that reads it; of a pipe, also the data source that it fills, of that the writers. */
    WANT_READERS = 4,
    /* Of a pipe that copies rows, all that reads what it reads: a pipe that comes or goes may be a
     * part of a migration, and what else reads its source is to follow. */
    WANT_FELLOWS = 8,
    /* Of a pipe, the ancestors of what only one of its two sides names: where its rows came from,
     * and where they come from now. */
    WANT_MOVED = 16,
};

typedef VEC(uint32_t) Numbers;

typedef struct {
    Load *load;
    Arena *arena; /* of this walk alone */
    NameTable *names;
    Mentions mentions;
    uint32_t *by_pipe;   /* mentions by who names: indexes into `mentions` */
    uint32_t *by_named;  /* and by what is named */
    uint32_t *pipe_ends; /* the end of each name's part of by_pipe; it starts where the last ends */
    uint32_t *named_ends;
    unsigned char *wanted; /* WANT_ bits of each name */
    unsigned char *given;  /* those that were acted upon */
    unsigned char *times;  /* scratch of want_moved(): zero for each name */
    Numbers waiting;
} Walk;

/* ---- where it starts ---- */

/* Words of a data source that change nothing for those who read it. */
static bool is_label(Keyword keyword)
{
    return keyword == KEYWORD_DESCRIPTION || keyword == KEYWORD_TAGS || keyword == KEYWORD_TOKEN ||
           keyword == KEYWORD_MAINTAINER || keyword == KEYWORD_VERSION;
}

static const Instruction *next_storage(const Datafile *file, size_t *at)
{
    while (*at < file->instructions.len) {
        const Instruction *instruction = &file->instructions.items[(*at)++];
        if (!is_label(instruction->keyword))
            return instruction;
    }
    return NULL;
}

/* The two versions say the same but for descriptions, tags, tokens and comments outside blocks. */
static bool same_but_labels(const Datafile *a, const Datafile *b)
{
    size_t at_a = 0, at_b = 0;
    if (a->problems.len || b->problems.len)
        return false;
    for (;;) {
        const Instruction *one = next_storage(a, &at_a);
        const Instruction *other = next_storage(b, &at_b);
        if (!one || !other)
            return one == other;
        if (!str_eq_nocase(one->word.text, other->word.text) ||
            !str_eq(one->value.text, other->value.text))
            return false;
    }
}

static bool reaches_readers(const Resource *resource)
{
    const Resource *other = resource->other;
    if (resource->kind != DATAFILE_DATASOURCE || !other || !other->facts || !resource->facts)
        return true;
    return !same_but_labels(resource->facts, other->facts);
}

static void want(Walk *walk, ptrdiff_t number, unsigned bits)
{
    if (number < 0 || (bits & ~walk->wanted[number]) == 0)
        return;
    if (walk->wanted[number] == walk->given[number])
        vec_push(walk->arena, &walk->waiting, (uint32_t)number);
    walk->wanted[number] |= (unsigned char)bits;
}

static unsigned wanted_of_changed(const Resource *resource)
{
    unsigned wanted = WANT_COLUMNS;
    wanted |= reaches_readers(resource) ? WANT_READERS : WANT_ANCESTORS;
    if (resource->kind == DATAFILE_PIPE)
        wanted |= resource->other == NULL ? WANT_FELLOWS : WANT_MOVED;
    return wanted;
}

static void want_changed(Walk *walk, const Map *table)
{
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *resource = map_value(table, i);
        if (resource->changed)
            want(walk, name_table_find(walk->names, resource->name), wanted_of_changed(resource));
    }
}

/* ---- the walk ---- */

/* What a name asks of a pipe that names it. */
static unsigned wanted_of_namer(unsigned bits, unsigned how)
{
    unsigned wanted = 0;
    if ((bits & WANT_READERS) && (how & MENTION_READ))
        wanted |= WANT_COLUMNS | WANT_READERS;
    if ((bits & (WANT_READERS | WANT_ANCESTORS)) && (how & MENTION_WRITE))
        wanted |= WANT_COLUMNS | WANT_ANCESTORS;
    return wanted;
}

/* What a pipe asks of a name in it. A deploy does not run copies again, so what they wrote stays:
 * a copy's target is wanted for its columns and its other writers. */
static unsigned wanted_of_named(unsigned bits, unsigned how, unsigned writes)
{
    unsigned wanted = 0;
    bool materializes = writes & MENTION_MATERIALIZE;
    bool ascends = (bits & WANT_ANCESTORS) || ((bits & WANT_READERS) && materializes);
    if ((how & MENTION_READ) && (bits & WANT_FELLOWS) && writes)
        wanted |= WANT_READERS;
    if (how & MENTION_READ)
        wanted |= ascends ? WANT_COLUMNS | WANT_ANCESTORS : WANT_COLUMNS;
    if ((bits & WANT_READERS) && (how & MENTION_MATERIALIZE))
        wanted |= WANT_COLUMNS | WANT_READERS;
    if ((bits & WANT_READERS) && (how & MENTION_COPY))
        wanted |= WANT_COLUMNS | WANT_ANCESTORS;
    return wanted;
}

static uint32_t part_start(const uint32_t *ends, uint32_t number)
{
    return number ? ends[number - 1] : 0;
}

/* How the pipe of that name writes anything: bits of MENTION_WRITE. */
static unsigned writes_of(const Walk *walk, uint32_t number)
{
    unsigned how = 0;
    for (uint32_t i = part_start(walk->pipe_ends, number); i < walk->pipe_ends[number]; i++)
        how |= walk->mentions.items[walk->by_pipe[i]].how & MENTION_WRITE;
    return how;
}

/* What both versions of a changed pipe name is mentioned twice. */
static void want_moved(Walk *walk, uint32_t number)
{
    const Mention *all = walk->mentions.items;
    uint32_t start = part_start(walk->pipe_ends, number);
    for (uint32_t i = start; i < walk->pipe_ends[number]; i++) {
        unsigned char *times = &walk->times[all[walk->by_pipe[i]].named];
        *times = (unsigned char)(*times ? 2 : 1);
    }
    for (uint32_t i = start; i < walk->pipe_ends[number]; i++) {
        const Mention *mention = &all[walk->by_pipe[i]];
        if (walk->times[mention->named] == 1 && (mention->how & MENTION_READ))
            want(walk, mention->named, WANT_COLUMNS | WANT_ANCESTORS);
        walk->times[mention->named] = 0;
    }
}

static void ask_neighbours(Walk *walk, uint32_t number, unsigned bits)
{
    const Mention *all = walk->mentions.items;
    unsigned writes = writes_of(walk, number);
    if (bits & WANT_MOVED)
        want_moved(walk, number);
    for (uint32_t i = part_start(walk->pipe_ends, number); i < walk->pipe_ends[number]; i++) {
        const Mention *mention = &all[walk->by_pipe[i]];
        want(walk, mention->named, wanted_of_named(bits, mention->how, writes));
    }
    for (uint32_t i = part_start(walk->named_ends, number); i < walk->named_ends[number]; i++) {
        const Mention *mention = &all[walk->by_named[i]];
        want(walk, mention->pipe, wanted_of_namer(bits, mention->how));
    }
}

static void add_if_there(const Walk *walk, const Project *project, DatafileKind kind, Str name,
                         Resources *batch)
{
    Resource *resource = project_find(project, kind, name);
    if (resource)
        vec_push(walk->arena, batch, resource);
}

/* The first name of the key, and those that begin with the same words. */
static void add_resources(const Walk *walk, uint32_t number, Resources *batch)
{
    const ResourceName *names = name_table_names(walk->names)->items;
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
    const ResourceName *names = name_table_names(walk->names)->items;
    const Project *sides[] = {walk->load->candidate, walk->load->live};
    do {
        for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
            note_readers(project_find(sides[i], DATAFILE_DATASOURCE, names[number].text));
            note_readers(project_find(sides[i], DATAFILE_PIPE, names[number].text));
        }
        number = names[number].next;
    } while (number);
}

/* A name waits again only when more is wanted of it, so at most five times. */
static void follow(Walk *walk)
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
    parse_resources(walk->load, &batch);
}

/* ---- the mentions, ordered both ways ---- */

static uint32_t key_of(const Mention *mention, bool by_pipe)
{
    return by_pipe ? mention->pipe : mention->named;
}

/* Sorts by counting: the ends of the parts, and the indexes part by part. */
static uint32_t *group(const Walk *walk, bool by_pipe, uint32_t **ends_out)
{
    const Mentions *mentions = &walk->mentions;
    size_t names = name_table_names(walk->names)->len;
    uint32_t *ends = ARENA_ARRAY(walk->arena, uint32_t, names + 1);
    uint32_t *order = ARENA_ARRAY(walk->arena, uint32_t, mentions->len + 1);
    for (size_t i = 0; i < mentions->len; i++)
        ends[key_of(&mentions->items[i], by_pipe) + 1]++;
    for (size_t i = 1; i <= names; i++)
        ends[i] += ends[i - 1];
    /* ends[n] is now where n's part starts; it moves to its end as the part fills. */
    for (size_t i = 0; i < mentions->len; i++)
        order[ends[key_of(&mentions->items[i], by_pipe)]++] = (uint32_t)i;
    *ends_out = ends;
    return order;
}

/* ---- the scan ---- */

typedef struct {
    Resources pipes;
    SourceFiles files; /* of the pipes, one by one */
    MentionReader *readers[THREADS_LIMIT];
} Scan;

static void add_names(NameTable *names, const Map *table, bool of_live)
{
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *resource = map_value(table, i);
        if (!of_live || !resource->other)
            name_table_add(names, resource->name);
    }
}

static size_t name_count(const Project *project)
{
    return map_len(project->datasources) + map_len(project->pipes);
}

static NameTable *collect_names(const Walk *walk)
{
    const Project *live = walk->load->live, *candidate = walk->load->candidate;
    size_t expected = name_count(candidate);
    if (expected < name_count(live))
        expected = name_count(live);
    NameTable *names = name_table_new(walk->arena, expected);
    add_names(names, candidate->datasources, false);
    add_names(names, candidate->pipes, false);
    add_names(names, live->datasources, true);
    add_names(names, live->pipes, true);
    return names;
}

/* Of the candidate all, of live those that differ. */
static void collect_pipes(const Walk *walk, const Project *project, Scan *scan)
{
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        Resource *pipe = map_value(project->pipes, i);
        if (project == walk->load->live && !pipe->changed)
            continue;
        vec_push(walk->arena, &scan->pipes, pipe);
        vec_push(walk->arena, &scan->files, pipe->file);
    }
}

static void read_mentions(void *context, unsigned thread, size_t index, Str text)
{
    Scan *scan = context;
    mention_reader_read(scan->readers[thread], scan->pipes.items[index]->name, text);
}

static void report_unreadable(const Walk *walk, const Scan *scan)
{
    for (size_t i = 0; i < scan->files.len; i++) {
        if (!scan->files.items[i]->loaded && scan->files.items[i]->trouble != FILE_OK)
            report_unread(walk->load, scan->pipes.items[i]);
    }
}

/* The bytes of unchanged pipes are not kept: most of them name nothing of interest. */
static void find_mentions(Walk *walk)
{
    Scan scan = {.pipes = {0}};
    walk->names = collect_names(walk);
    collect_pipes(walk, walk->load->candidate, &scan);
    collect_pipes(walk, walk->load->live, &scan);
    for (size_t i = 0; i < THREADS_LIMIT; i++)
        scan.readers[i] = mention_reader_new(walk->names);
    source_files_scan(walk->load->loader->repo, &scan.files, read_mentions, &scan);
    for (size_t i = 0; i < THREADS_LIMIT; i++) {
        const Mentions *found = mention_reader_found(scan.readers[i]);
        for (size_t k = 0; k < found->len; k++)
            vec_push(walk->arena, &walk->mentions, found->items[k]);
        mention_reader_free(scan.readers[i]);
    }
    report_unreadable(walk, &scan);
}

static bool any_changed(const Map *table)
{
    for (size_t i = 0; i < map_len(table); i++) {
        if (((const Resource *)map_value(table, i))->changed)
            return true;
    }
    return false;
}

static void walk_mentions(Load *load)
{
    Walk walk = {.load = load, .arena = arena_new()};
    const Project *sides[] = {load->live, load->candidate};
    find_mentions(&walk);
    walk.by_pipe = group(&walk, true, &walk.pipe_ends);
    walk.by_named = group(&walk, false, &walk.named_ends);
    walk.wanted = ARENA_ARRAY(walk.arena, unsigned char, name_table_names(walk.names)->len);
    walk.given = ARENA_ARRAY(walk.arena, unsigned char, name_table_names(walk.names)->len);
    walk.times = ARENA_ARRAY(walk.arena, unsigned char, name_table_names(walk.names)->len);
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        want_changed(&walk, sides[i]->datasources);
        want_changed(&walk, sides[i]->pipes);
    }
    follow(&walk);
    arena_free(walk.arena);
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

/* Data sources and sinks that use a changed connection are parsed, and nothing beyond them. */
static void parse_connected(Load *load)
{
    NameSet *names = name_set_new(load->loader->arena);
    collect_changed(load->live->connections, names);
    collect_changed(load->candidate->connections, names);
    if (name_set_is_empty(names))
        return;
    Resources batch = {0};
    add_if_named(load, load->candidate->pipes, names, &batch);
    add_if_named(load, load->candidate->datasources, names, &batch);
    parse_resources(load, &batch);
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
    bool changed = false;
    for (size_t i = 0; i < ARRAY_LEN(tables) && !changed; i++)
        changed = any_changed(tables[i]);
    if (changed)
        walk_mentions(load);
    parse_connected(load);
    parse_groups(load);
}
