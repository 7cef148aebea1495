/* migration_time.c: moments of a migration against the clock. */
#include "migration_time.h"

#include "materialized.h"

enum {
    ZONE_WEST = 12 * 3600, /* offsets of zones run from UTC-12 .. */
    ZONE_EAST = 14 * 3600, /* .. to UTC+14 */
};

static MomentSpan span_of(const CutoffFilter *filter, Nanos moment, bool in_utc)
{
    Instant at = moment / NANOS_PER_SECOND;
    if (filter->zone.len == 0 || in_utc)
        return (MomentSpan){at, at};
    return (MomentSpan){at - ZONE_EAST, at + ZONE_WEST};
}

MomentSpan cutoff_span(const CutoffFilter *sync)
{
    return span_of(sync, cutoff_moment(sync), sync->lower.in_utc);
}

Nanos end_moment(const CutoffFilter *backfill)
{
    return backfill->tick >= NANOS_PER_DAY ? backfill->upper.at : backfill->upper.literal;
}

MomentSpan end_span(const CutoffFilter *backfill)
{
    return span_of(backfill, end_moment(backfill), backfill->upper.in_utc);
}

bool deploy_fills(const Check *check, const Migration *m)
{
    const ResourceChange *change = map_get(check->diff->datasources, m->replica->name);
    return !check->classic && change != NULL && change->status == STATUS_NEW &&
           backfill_skip(m->replica) == NULL;
}

bool merges_duplicates(const Resource *target)
{
    return target->datasource != NULL &&
           str_find(target->datasource->engine, "ReplacingMergeTree") >= 0;
}
