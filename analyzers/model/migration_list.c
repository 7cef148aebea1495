/* migration_list.c: the migrations of one side, found once. */
#include "migration_internal.h"

#include <stdlib.h>

/* What the legacy refused comes after what it holds. */
static int by_replica(const void *a, const void *b)
{
    const Migration *first = a;
    const Migration *second = b;
    int order = str_cmp(first->replica->name, second->replica->name);
    if (order == 0)
        order = (int)first->from_quarantine - (int)second->from_quarantine;
    if (order == 0 && first->sync != NULL && second->sync != NULL)
        order = str_cmp(first->sync->name, second->sync->name);
    return order;
}

static void keep_first_of_each(Migrations *all)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->len; i++)
        if (kept == 0 || all->items[kept - 1].replica != all->items[i].replica)
            all->items[kept++] = all->items[i];
    all->len = kept;
}

static Migrations *find_synced(Loader *loader, const Project *project, Instant now, Map *seen)
{
    Migrations *all = ARENA_NEW(loader->arena, Migrations);
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        Migration found;
        if (!migration_of(loader, project, now, map_value(project->pipes, i), &found) ||
            (found.from_quarantine && found.legacy == NULL))
            continue; /* a data source that takes back what it refused replaces nothing */
        vec_push(loader->arena, all, found);
        map_put(seen, found.replica->name, seen);
    }
    return all;
}

/* The way back of a migration from this one, or one of two ways: neither is known to be newer. */
static bool is_way_back(const Migrations *all, const Migration *found)
{
    for (size_t i = 0; i < found->replica->readers.len && i < MIGRATION_READERS_MAX; i++) {
        const Resource *pipe = found->replica->readers.items[i];
        if (copies_rows(pipe) && str_eq(pipe->pipe->target, found->legacy->name))
            return true;
    }
    const Migration *forth = migration_find(all, found->legacy->name);
    return forth != NULL && forth->legacy == found->replica;
}

static const Migrations *find_all(Loader *loader, const Project *project, Instant now)
{
    Map *seen = map_new(loader->arena);
    const Map *streams = migration_streams(loader, project);
    Migrations *all = find_synced(loader, project, now, seen);
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        const Resource *replica = map_value(project->datasources, i);
        Migration found;
        if (!map_has(seen, replica->name) &&
            migration_of_reingesting(loader, project, streams, replica, &found) &&
            !is_way_back(all, &found))
            vec_push(loader->arena, all, found);
    }
    if (all->len > 1)
        qsort(all->items, all->len, sizeof *all->items, by_replica);
    keep_first_of_each(all);
    return all;
}

const Migrations *migrations_of(Loader *loader, const Project *project, Instant now)
{
    Str key = str_fmt(loader->arena, "%d %.*s", (int)project->side, STR_ARG(project->root));
    if (loader->migrations == NULL)
        loader->migrations = map_new(loader->arena);
    void **place = map_at(loader->migrations, key);
    if (*place == NULL)
        *place = (void *)(uintptr_t)find_all(loader, project, now);
    return *place;
}

const Migration *migration_find(const Migrations *all, Str replica)
{
    for (size_t i = 0; i < all->len; i++)
        if (str_eq(all->items[i].replica->name, replica))
            return &all->items[i];
    return NULL;
}
