/* migration_sides.c: what lies downstream of legacy and of replica, and the tests that read both.
 */
#include "migration_sides.h"

#include "project_internal.h"

enum { SIDE_MAX = 512 }; /* resources of one side */

typedef struct {
    Arena *arena;
    const Migration *migration;
    Map *found;
    Resources waiting;
    bool is_old; /* else the new side; pipes that copy to the other side, or back, end the walk */
} SideWalk;

static void visit(SideWalk *walk, const Resource *resource)
{
    if (resource == NULL || map_len(walk->found) >= SIDE_MAX)
        return;
    const Migration *m = walk->migration;
    if (walk->is_old && (resource == m->sync || resource == m->backfill || resource == m->replica))
        return;
    if (!walk->is_old && (resource == m->legacy || resource == m->origin))
        return;
    void **place = map_at(walk->found, resource->name);
    if (*place != NULL)
        return;
    *place = (void *)(uintptr_t)resource;
    vec_push(walk->arena, &walk->waiting, *place);
}

static void follow(SideWalk *walk)
{
    while (walk->waiting.len > 0) {
        const Resource *at = walk->waiting.items[--walk->waiting.len];
        for (size_t i = 0; i < at->readers.len; i++)
            visit(walk, at->readers.items[i]);
        if (copies_rows(at))
            visit(walk,
                  project_find(walk->migration->project, DATAFILE_DATASOURCE, at->pipe->target));
    }
}

MigrationSides migration_sides(Arena *arena, const Migration *migration)
{
    MigrationSides sides = {migration, map_new(arena), map_new(arena)};
    SideWalk new = {.arena = arena, .migration = migration, .found = sides.new_side};
    visit(&new, migration->replica);
    follow(&new);
    SideWalk old = {
        .arena = arena, .migration = migration, .found = sides.old_side, .is_old = true};
    visit(&old, migration->legacy);
    visit(&old, migration->origin);
    follow(&old);
    return sides;
}

bool migration_has_old(const MigrationSides *sides, Str name)
{
    return map_has(sides->old_side, name);
}

bool migration_has_new(const MigrationSides *sides, Str name)
{
    return map_has(sides->new_side, name);
}

static bool reads_any(const Map *side, const QualityTest *test)
{
    for (size_t i = 0; i < test->tables.len; i++)
        if (map_has(side, test->tables.items[i]))
            return true;
    Str rest = test->complete ? STR("") : test->sql;
    for (Str word; next_word(&rest, &word);)
        if (map_has(side, word))
            return true;
    return false;
}

bool quality_test_compares(const MigrationSides *sides, const QualityTest *test)
{
    return reads_any(sides->old_side, test) && reads_any(sides->new_side, test);
}
