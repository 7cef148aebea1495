/* migration.c: which pipes carry a migration by replication, and what shows that. */
#include "migration.h"
#include "lineage.h"

enum {
    READERS_MAX = 64,   /* of a source, looked at for other targets */
    CUTOFF_DAYS = 30,   /* an older one without a backfill is a lasting filter */
    ALIKE_PERCENT = 80, /* of the columns that a replica shares with what it replaces */
    ALIKE_MIN = 2,
};

bool copies_rows(const Resource *pipe)
{
    return pipe->pipe != NULL &&
           (pipe->pipe->type == PIPE_MATERIALIZED || pipe->pipe->type == PIPE_COPY);
}

bool runs_on_demand(const Resource *pipe)
{
    if (pipe->pipe == NULL || pipe->pipe->type != PIPE_COPY)
        return false;
    const Instruction *schedule =
        datafile_find_in_node(pipe->facts, KEYWORD_COPY_SCHEDULE, pipe->pipe->node);
    return schedule == NULL || schedule->value.text.len == 0 ||
           str_is_nocase(schedule->value.text, "@on-demand");
}

/* ---- the backfill ---- */

/* A scheduled copy takes its rows again and again: its bounds are a window, not a cutoff. */
static bool is_backfill(const Resource *pipe, const CutoffFilter *filter)
{
    if (pipe->pipe->type == PIPE_COPY)
        return runs_on_demand(pipe);
    return filter->upper.present || filter->moving_upper.present;
}

/* The one pipe from the same source that ends where the sync pipe starts. Several are no pair. */
static void find_backfill(Loader *loader, Migration *out)
{
    size_t found = 0;
    for (size_t i = 0; i < out->replica->writers.len && i < READERS_MAX; i++) {
        const Resource *pipe = out->replica->writers.items[i];
        if (pipe == out->sync || !copies_rows(pipe))
            continue;
        CutoffFilter filter = cutoff_filter_read(loader, out->project, pipe);
        if (!str_eq(filter.source, out->sync_filter.source) || !is_backfill(pipe, &filter))
            continue;
        found++;
        out->backfill = pipe;
        out->backfill_filter = filter;
    }
    if (found != 1)
        out->backfill = NULL;
}

/* ---- a replica ---- */

/* Most columns of `old` are in `new`, by name. */
static bool is_alike(const Resource *old, const Resource *new)
{
    if (old == NULL || new == NULL || old == new || old->facts == NULL || new->facts == NULL)
        return false;
    const Columns *columns = &old->facts->columns;
    size_t shared = 0;
    for (size_t i = 0; i < columns->len; i++)
        shared += datafile_column(new->facts, columns->items[i].name.text) != NULL;
    return shared >= ALIKE_MIN && shared * 100 >= columns->len * ALIKE_PERCENT;
}

/* The targets alike of other views of the source; `*found` tells how many. */
static const Resource *target_alike(const Migration *m, const Resource *source, size_t *found)
{
    const Resource *alike = NULL;
    *found = 0;
    for (size_t i = 0; i < source->readers.len && i < READERS_MAX; i++) {
        const Resource *pipe = source->readers.items[i];
        if (pipe == m->sync || pipe->pipe == NULL || pipe->pipe->type != PIPE_MATERIALIZED)
            continue;
        const Resource *target = project_find(m->project, DATAFILE_DATASOURCE, pipe->pipe->target);
        if (target == alike || !is_alike(target, m->replica))
            continue;
        alike = target;
        ++*found;
    }
    return alike;
}

/* What the replica is a copy of. True where there is one, also where it is not certain which. */
static bool find_legacy(Migration *out)
{
    Str name = out->sync_filter.source;
    out->origin = project_find(out->project, DATAFILE_DATASOURCE, name);
    if (is_alike(out->origin, out->replica)) {
        out->legacy = out->origin;
        return true;
    }
    const Resource *source =
        out->origin != NULL ? out->origin : project_find(out->project, DATAFILE_PIPE, name);
    size_t found = 0;
    const Resource *alike = source != NULL ? target_alike(out, source, &found) : NULL;
    out->legacy = found == 1 ? alike : NULL;
    return found > 0;
}

static bool is_recent(const Migration *m, Instant now)
{
    if (!m->sync_filter.lower.present)
        return m->sync_filter.moving_lower.bare;
    Instant oldest = now - CUTOFF_DAYS * (NANOS_PER_DAY / NANOS_PER_SECOND);
    return cutoff_moment(&m->sync_filter) / NANOS_PER_SECOND >= oldest;
}

/* Nobody writes a lasting filter with a moment of today, or with one to come. */
static bool is_near(const Migration *m, Instant clock)
{
    const Nanos now = clock * NANOS_PER_SECOND;
    if (m->sync->other != NULL || !m->sync_filter.lower.present)
        return false;
    Nanos at = cutoff_moment(&m->sync_filter);
    return at > now || (at > now - NANOS_PER_DAY && at % NANOS_PER_DAY != 0);
}

bool migration_of(Loader *loader, const Project *project, Instant now, const Resource *pipe,
                  Migration *out)
{
    *out = (Migration){.project = project, .sync = pipe};
    if (pipe->pipe == NULL || pipe->pipe->type != PIPE_MATERIALIZED)
        return false;
    out->replica = project_find(project, DATAFILE_DATASOURCE, pipe->pipe->target);
    if (out->replica == NULL || out->replica->facts == NULL)
        return false;
    out->sync_filter = cutoff_filter_read(loader, project, pipe);
    const CutoffFilter *filter = &out->sync_filter;
    bool starts = filter->lower.present || filter->moving_lower.present;
    bool ends = filter->upper.present || filter->moving_upper.present;
    if (filter->trouble != NULL || !starts || ends)
        return false;
    out->reingests = out->replica->datasource->has_connector;
    find_backfill(loader, out);
    bool is_replica = find_legacy(out);
    return out->backfill != NULL || is_near(out, now) || (is_recent(out, now) && is_replica);
}
