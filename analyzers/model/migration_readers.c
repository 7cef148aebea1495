/* migration_readers.c: who reads the old chain of a migration, who the new one, and who moves. */
#include "lineage.h"
#include "migration_chain.h"

/* Names of the data sources of each chain, of one side or of both. */
typedef struct {
    Map *old;
    Map *new;
} ChainNames;

static void add_names(ChainNames *names, const Counterparts *pairs)
{
    for (size_t i = 0; i < pairs->len; i++) {
        const Counterpart *pair = &pairs->items[i];
        map_put(names->old, pair->legacy->name, (void *)(uintptr_t)pair->legacy);
        if (pair->replica != NULL)
            map_put(names->new, pair->replica->name, (void *)(uintptr_t)pair->replica);
    }
}

static ChainNames names_new(Arena *arena)
{
    return (ChainNames){map_new(arena), map_new(arena)};
}

/* ---- readers of one side ---- */

static bool writes_chain(const Resource *pipe, const ChainNames *names)
{
    return copies_rows(pipe) &&
           (map_has(names->old, pipe->pipe->target) || map_has(names->new, pipe->pipe->target));
}

/* A plain pipe that others read only passes on what it reads. */
static bool takes_out(const Resource *pipe, const ChainNames *names)
{
    if (pipe->pipe == NULL || writes_chain(pipe, names))
        return false;
    return pipe->pipe->type != PIPE_PLAIN || pipe->readers.len == 0;
}

static ReachWalk walk_chain(Arena *arena, const Project *project, const Map *chain)
{
    ReachWalk walk = reach_walk_new(arena);
    for (size_t i = 0; i < map_len(chain); i++) {
        const Resource *source = project_find(project, DATAFILE_DATASOURCE, map_key(chain, i));
        if (source != NULL)
            reach_walk_from(&walk, source);
    }
    return walk;
}

static ChainReader *reader_at(Arena *arena, Map *places, ChainReaders *out, const Resource *pipe)
{
    size_t place = (size_t)(uintptr_t)map_get(places, pipe->name);
    if (place == 0) {
        vec_push(arena, out, (ChainReader){.pipe = pipe});
        place = out->len;
        map_put(places, pipe->name, (void *)(uintptr_t)place);
    }
    return &out->items[place - 1];
}

static ChainReaders readers_of(Loader *loader, const Project *project, const ChainNames *names,
                               bool *complete)
{
    Arena *arena = loader->arena;
    ChainReaders out = {0};
    Map *places = map_new(arena); /* one more than the index, by the pipe's name */
    ReachWalk old = walk_chain(arena, project, names->old);
    ReachWalk new = walk_chain(arena, project, names->new);
    *complete &= old.complete && new.complete;
    for (size_t i = 0; i < old.found.len; i++) {
        const Reach *reach = &old.found.items[i];
        if (!takes_out(reach->pipe, names))
            continue;
        ChainReader *reader = reader_at(arena, places, &out, reach->pipe);
        reader->old_source = reach->source;
        reader->old_via = reach->via;
    }
    for (size_t i = 0; i < new.found.len; i++) {
        const Reach *reach = &new.found.items[i];
        if (!takes_out(reach->pipe, names))
            continue;
        ChainReader *reader = reader_at(arena, places, &out, reach->pipe);
        reader->new_source = reach->source;
        reader->new_via = reach->via;
    }
    return out;
}

MigrationReaders migration_readers(Loader *loader, const Migration *migration)
{
    MigrationReaders out = {.complete = true};
    if (migration->legacy == NULL)
        return out;
    ChainNames names = names_new(loader->arena);
    out.pairs = migration_pairs(loader, migration, &out.complete);
    add_names(&names, &out.pairs);
    out.readers = readers_of(loader, migration->project, &names, &out.complete);
    return out;
}

ChainReaders migration_readers_in(Loader *loader, const Migration *migration,
                                  const Project *project)
{
    bool complete = true;
    if (migration->legacy == NULL)
        return (ChainReaders){0};
    ChainNames names = names_new(loader->arena);
    Counterparts pairs = migration_pairs(loader, migration, &complete);
    add_names(&names, &pairs);
    return readers_of(loader, project, &names, &complete);
}

bool reader_serves(const Resource *pipe)
{
    return pipe->pipe != NULL &&
           (pipe->pipe->type != PIPE_PLAIN || pipe->project->dialect == DIALECT_CLASSIC);
}

/* ---- readers that move ---- */

/* Live still has what the change deletes, the candidate what it brings. */
static ChainNames names_of_both(Loader *loader, const Migration *live, const Migration *candidate)
{
    ChainNames all = names_new(loader->arena);
    bool complete = true;
    if (live != NULL && live->legacy != NULL) {
        Counterparts pairs = migration_pairs(loader, live, &complete);
        add_names(&all, &pairs);
    }
    if (candidate != NULL && candidate->legacy != NULL) {
        Counterparts pairs = migration_pairs(loader, candidate, &complete);
        add_names(&all, &pairs);
    }
    return all;
}

static Map *readers_by_name(Arena *arena, const ChainReaders *readers)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < readers->len; i++)
        map_put(map, readers->items[i].pipe->name, &readers->items[i]);
    return map;
}

/* It names the old data source still, though the change deletes that: it has not moved, it breaks.
 */
static bool still_names(Loader *loader, const ChainReader *was, const ChainReader *now)
{
    const Resource *pipes[] = {now->pipe, now->new_via, was->old_via->other};
    for (size_t i = 0; i < ARRAY_LEN(pipes); i++)
        if (pipes[i] != NULL && pipe_reads(loader, pipes[i], was->old_source->name, NULL))
            return true;
    return false;
}

MovedReaders migration_moved(const Diff *diff, const Migration *live, const Migration *candidate)
{
    Loader *loader = diff->loader;
    MovedReaders out = {0};
    bool complete = true;
    ChainNames names = names_of_both(loader, live, candidate);
    ChainReaders before = readers_of(loader, diff->sides.live, &names, &complete);
    ChainReaders after = readers_of(loader, diff->sides.candidate, &names, &complete);
    Map *live_readers = readers_by_name(loader->arena, &before);
    for (size_t i = 0; i < after.len; i++) {
        const ChainReader *now = &after.items[i];
        const ChainReader *was = map_get(live_readers, now->pipe->name);
        if (was == NULL || was->old_source == NULL || now->old_source != NULL ||
            now->new_source == NULL || !reader_serves(now->pipe) || still_names(loader, was, now))
            continue;
        MovedReader moved = {was->pipe, now->pipe, was->old_source, now->new_source, now->new_via};
        vec_push(loader->arena, &out, moved);
    }
    return out;
}
