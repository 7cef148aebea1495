/* migration.c: which pipes carry a migration by replication, and what shows that. */
#include "migration_internal.h"

enum { CUTOFF_DAYS = 30 }; /* an older one without a backfill is a lasting filter */

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
bool migration_is_backfill(const Resource *pipe, const CutoffFilter *filter)
{
    if (pipe->pipe->type == PIPE_COPY)
        return runs_on_demand(pipe);
    return filter->upper.present || filter->moving_upper.present;
}

const Resource *migration_backfill_of(Loader *loader, const Migration *m, Str source,
                                      CutoffFilter *out)
{
    const Resource *only = NULL;
    size_t found = 0;
    for (size_t i = 0; i < m->replica->writers.len && i < MIGRATION_READERS_MAX; i++) {
        const Resource *pipe = m->replica->writers.items[i];
        if (pipe == m->sync || !copies_rows(pipe))
            continue;
        CutoffFilter filter = cutoff_filter_read(loader, m->project, pipe);
        if ((source.len > 0 && !str_eq(filter.source, source)) ||
            !migration_is_backfill(pipe, &filter))
            continue;
        found++;
        only = pipe;
        *out = filter;
    }
    return found == 1 ? only : NULL;
}

/* ---- the sync pipe ---- */

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
    if (filter->source.len > 0)
        out->backfill = migration_backfill_of(loader, out, filter->source, &out->backfill_filter);
    bool is_replica = migration_find_legacy(loader, out, pipe, filter);
    return out->backfill != NULL || is_near(out, now) || (is_recent(out, now) && is_replica);
}
