/* Two sides of a project -> the resources that differ in meaning, by name. */
#include "diff.h"

#include <stdlib.h>

#include "diff_internal.h"

static bool has_change(const ResourceChange *change)
{
    return change->columns.len || change->keys || change->ttl_changed || change->indexes_changed ||
           change->description_changed || change->tokens_changed || change->tags_changed ||
           change->sharing_changed || change->connector_changed || change->forward_query_changed ||
           change->query_changed || change->view_changed || change->nodes_changed ||
           change->spelling_changed || change->settings_changed;
}

static void compare_contents(Loader *loader, ResourceChange *change)
{
    if (change->kind == DATAFILE_DATASOURCE)
        diff_datasource(loader, change);
    else if (change->kind == DATAFILE_PIPE)
        diff_pipe(loader, change);
    else
        diff_connection(loader, change);
}

/* NULL when both sides mean the same. A side that could not be read counts as modified: nothing
 * may be said about it, but it may not pass for unchanged either. */
static ResourceChange *compare(Loader *loader, Resource *live, Resource *candidate)
{
    const Resource *one = candidate ? candidate : live;
    if (!one->changed || one->vendored)
        return NULL;
    ResourceChange *change = ARENA_NEW(loader->arena, ResourceChange);
    change->kind = one->kind;
    change->name = one->name;
    change->live = live;
    change->candidate = candidate;
    if (!live || !candidate) {
        change->status = live ? STATUS_DELETED : STATUS_NEW;
        return change;
    }
    change->status = STATUS_MODIFIED;
    if (!live->facts || !candidate->facts)
        return change;
    compare_contents(loader, change);
    bool half_read = live->facts->has_schema != candidate->facts->has_schema ||
                     live->facts->has_include || candidate->facts->has_include;
    return has_change(change) || half_read ? change : NULL;
}

static int by_name(const void *a, const void *b)
{
    const ResourceChange *left = *(ResourceChange *const *)a;
    const ResourceChange *right = *(ResourceChange *const *)b;
    int order = str_cmp(left->name, right->name);
    return order ? order : (int)left->kind - (int)right->kind;
}

static void collect(Loader *loader, Diff *diff, DatafileKind kind, const Map *live,
                    const Map *candidate)
{
    for (size_t i = 0; i < map_len(candidate); i++) {
        Resource *resource = map_value(candidate, i);
        Resource *before = project_find(diff->sides.live, kind, resource->name);
        ResourceChange *change = compare(loader, before, resource);
        if (change)
            vec_push(loader->arena, &diff->changes, change);
    }
    for (size_t i = 0; i < map_len(live); i++) {
        Resource *resource = map_value(live, i);
        if (project_find(diff->sides.candidate, kind, resource->name))
            continue;
        ResourceChange *change = compare(loader, resource, NULL);
        if (change)
            vec_push(loader->arena, &diff->changes, change);
    }
}

/* Which resources have a content that neither branch has alone. */
static void mark_merged(Arena *arena, Diff *diff)
{
    Map *merged = map_new(arena);
    const FilePairs *pairs = &diff->sides.files->datafiles;
    for (size_t i = 0; i < pairs->len; i++) {
        if (pairs->items[i].only_after_merge && pairs->items[i].candidate)
            map_put(merged, pairs->items[i].candidate->path, merged);
    }
    for (size_t i = 0; map_len(merged) && i < diff->changes.len; i++) {
        ResourceChange *change = diff->changes.items[i];
        change->only_after_merge =
            change->candidate && map_has(merged, change->candidate->file->path);
    }
}

Diff *diff_make(Loader *loader, ProjectSides sides)
{
    Diff *diff = ARENA_NEW(loader->arena, Diff);
    diff->sides = sides;
    diff->loader = loader;
    diff->datasources = map_new(loader->arena);
    diff->pipes = map_new(loader->arena);
    const Project *live = sides.live;
    const Project *candidate = sides.candidate;
    collect(loader, diff, DATAFILE_DATASOURCE, live->datasources, candidate->datasources);
    collect(loader, diff, DATAFILE_PIPE, live->pipes, candidate->pipes);
    collect(loader, diff, DATAFILE_CONNECTION, live->connections, candidate->connections);
    mark_merged(loader->arena, diff);
    if (diff->changes.len > 1)
        qsort(diff->changes.items, diff->changes.len, sizeof(ResourceChange *), by_name);
    diff_resource_renames(loader, &diff->changes);
    for (size_t i = 0; i < diff->changes.len; i++) {
        ResourceChange *change = diff->changes.items[i];
        if (change->kind == DATAFILE_DATASOURCE)
            map_put(diff->datasources, change->name, change);
        if (change->kind == DATAFILE_PIPE)
            map_put(diff->pipes, change->name, change);
    }
    return diff;
}
