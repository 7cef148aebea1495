/* migration_pair.c: which pipes carry a migration by replication, and what shows that. */
#include "migration.h"
#include "model/lineage.h"

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

const ResourceChange *query_change(const Check *check, const Resource *pipe)
{
    const ResourceChange *change = map_get(check->diff->pipes, pipe->name);
    bool counts = change != NULL && change->candidate == pipe &&
                  (change->status == STATUS_NEW || change->query_changed);
    return counts ? change : NULL;
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
static void find_backfill(Migration *out)
{
    size_t found = 0;
    for (size_t i = 0; i < out->target->writers.len && i < READERS_MAX; i++) {
        const Resource *pipe = out->target->writers.items[i];
        if (pipe == out->sync || !copies_rows(pipe))
            continue;
        CutoffFilter filter = time_filter_read(out->check, out->project, pipe);
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

/* Another view of the same source has a target alike. */
static bool replaces_target(const Migration *m, const Resource *source)
{
    for (size_t i = 0; i < source->readers.len && i < READERS_MAX; i++) {
        const Resource *pipe = source->readers.items[i];
        if (pipe == m->sync || pipe->pipe == NULL || pipe->pipe->type != PIPE_MATERIALIZED)
            continue;
        if (is_alike(project_find(m->project, DATAFILE_DATASOURCE, pipe->pipe->target), m->target))
            return true;
    }
    return false;
}

static bool is_replica(const Migration *m)
{
    Str name = m->sync_filter.source;
    const Resource *source = project_find(m->project, DATAFILE_DATASOURCE, name);
    if (is_alike(source, m->target))
        return true;
    if (source == NULL)
        source = project_find(m->project, DATAFILE_PIPE, name);
    return source != NULL && replaces_target(m, source);
}

static bool is_recent(const Migration *m)
{
    if (!m->sync_filter.lower.present)
        return m->sync_filter.moving_lower.bare;
    Instant oldest = m->check->now - CUTOFF_DAYS * (NANOS_PER_DAY / NANOS_PER_SECOND);
    return cutoff_moment(&m->sync_filter) / NANOS_PER_SECOND >= oldest;
}

/* Nobody writes a lasting filter with a moment of today, or with one to come. */
static bool is_near(const Migration *m)
{
    const Nanos now = m->check->now * NANOS_PER_SECOND;
    if (m->sync->other != NULL || !m->sync_filter.lower.present)
        return false;
    Nanos at = cutoff_moment(&m->sync_filter);
    return at > now || (at > now - NANOS_PER_DAY && at % NANOS_PER_DAY != 0);
}

bool migration_of(const Check *check, const Project *project, const Resource *pipe, Migration *out)
{
    *out = (Migration){.check = check, .project = project, .sync = pipe};
    if (pipe->pipe == NULL || pipe->pipe->type != PIPE_MATERIALIZED)
        return false;
    out->target = project_find(project, DATAFILE_DATASOURCE, pipe->pipe->target);
    if (out->target == NULL || out->target->facts == NULL)
        return false;
    out->sync_filter = time_filter_read(check, project, pipe);
    const CutoffFilter *filter = &out->sync_filter;
    bool starts = filter->lower.present || filter->moving_lower.present;
    bool ends = filter->upper.present || filter->moving_upper.present;
    if (filter->trouble != NULL || !starts || ends)
        return false;
    find_backfill(out);
    return out->backfill != NULL || is_near(out) || (is_recent(out) && is_replica(out));
}
