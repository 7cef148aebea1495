/* migration_changes.c: the steps of a migration that live has, and those that the change takes. */
#include "migration.h"

static unsigned steps_of(const Migration *m)
{
    if (m == NULL)
        return 0;
    return STEP_REPLICATE | (m->sync != NULL ? (unsigned)STEP_SYNC : 0) |
           (m->backfill != NULL ? (unsigned)STEP_BACKFILL : 0);
}

static void add_change(const Diff *diff, MigrationChanges *out, const Migration *live,
                       const Migration *candidate)
{
    const Migration *either = candidate != NULL ? candidate : live;
    MigrationChange change = {.replica = either->replica->name,
                              .live = live,
                              .candidate = candidate,
                              .done = steps_of(live)};
    if (either->legacy != NULL)
        change.legacy = either->legacy->name;
    change.doing = steps_of(candidate) & ~change.done;
    vec_push(diff->loader->arena, out, change);
}

static const MigrationChanges *find_changes(const Diff *diff, Instant now)
{
    Loader *loader = diff->loader;
    const Migrations *live = migrations_of(loader, diff->sides.live, now);
    const Migrations *candidate = migrations_of(loader, diff->sides.candidate, now);
    MigrationChanges *out = ARENA_NEW(loader->arena, MigrationChanges);
    size_t i = 0;
    for (size_t j = 0; i < live->len || j < candidate->len;) {
        int order = i == live->len ? 1
                    : j == candidate->len
                        ? -1
                        : str_cmp(live->items[i].replica->name, candidate->items[j].replica->name);
        add_change(diff, out, order <= 0 ? &live->items[i] : NULL,
                   order >= 0 ? &candidate->items[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    return out;
}

const MigrationChanges *migration_changes(const Diff *diff, Instant now)
{
    Loader *loader = diff->loader;
    Str key = str_fmt(loader->arena, "changes %.*s", STR_ARG(diff->sides.candidate->root));
    migrations_of(loader, diff->sides.live, now);
    const MigrationChanges *known = map_get(loader->migrations, key);
    if (known == NULL) {
        known = find_changes(diff, now);
        map_put(loader->migrations, key, (void *)(uintptr_t)known);
    }
    return known;
}
