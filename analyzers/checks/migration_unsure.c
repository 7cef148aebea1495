/* migration_unsure.c: what a migration takes the place of, where nobody can tell. */
#include "migration.h"

/* The pipe that the change touched, else NULL. */
static const Resource *touched_pipe(const Check *check, const Migration *m)
{
    if (m->sync != NULL && query_change(check, m->sync) != NULL)
        return m->sync;
    return m->backfill != NULL && query_change(check, m->backfill) != NULL ? m->backfill : NULL;
}

void migration_legacy_unsure(const Check *check)
{
    const Migrations *all = migrations_of(check->loader, check->diff->sides.candidate, check->now);
    for (size_t i = 0; i < all->len; i++) {
        const Migration *m = &all->items[i];
        const Resource *pipe = m->unsure.len > 0 ? touched_pipe(check, m) : NULL;
        if (pipe == NULL)
            continue;
        Range at = pipe == m->sync ? m->sync_filter.where : m->backfill_filter.where;
        check_unjudged(check, pipe->file, at,
                       str_fmt(check->arena, "%.*s: who still reads the old one is not judged",
                               STR_ARG(m->unsure)));
    }
}
