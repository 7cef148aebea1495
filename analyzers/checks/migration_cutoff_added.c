/* migration_cutoff_added.c: a live view that is given a cutoff instead of a new one: TB506. */
#include "materialized.h"
#include "migration_cutoff.h"

enum { ZONE_EAST = 14 * 3600 }; /* the furthest zone from UTC whose clocks are ahead */

typedef struct {
    const Check *check;
    const ResourceChange *change;
    const Resource *target;
    CutoffFilter live;
    CutoffFilter candidate;
} Added;

/* Live and candidate fill the same data source. */
static bool has_live_target(const Added *added)
{
    const Resource *live = added->change->live;
    return live != NULL && live->pipe != NULL && live->pipe->type == PIPE_MATERIALIZED &&
           added->change->candidate->pipe->type == PIPE_MATERIALIZED && added->target != NULL &&
           str_eq(live->pipe->target, added->target->name);
}

/* In Forward the target is filled anew with what passes the filter: TB403 tells. A FORWARD_QUERY
 * keeps its rows, and the view misses those until the cutoff all the same. */
static bool is_filled_anew(const Added *added)
{
    const PlanStep *step = plan_find(added->check->plan, DATAFILE_DATASOURCE, added->target->name);
    return step != NULL && step->action == ACTION_REWRITE && step->backfill == BACKFILL_VIEW_QUERY;
}

/* A moment to come. A filter that lasts names one of the past. */
static bool is_to_come(const Added *added)
{
    const CutoffFilter *filter = &added->candidate;
    Instant at = cutoff_moment(filter) / NANOS_PER_SECOND;
    bool in_zone = filter->zone.len > 0 && !filter->lower.in_utc;
    return at - (in_zone ? ZONE_EAST : 0) > added->check->now;
}

static bool is_added(const Added *added)
{
    const CutoffFilter *old = &added->live;
    const CutoffFilter *new = &added->candidate;
    return old->trouble == NULL && !old->lower.present && !old->moving_lower.present &&
           new->trouble == NULL &&new->lower.present &&is_to_come(added);
}

static void report(const Added *added)
{
    const Check *check = added->check;
    Arena *arena = check->arena;
    Str moment = nanos_text(arena, cutoff_moment(&added->candidate));
    Str pipe = added->change->name;
    Finding finding = check_finding(check, RULE_TB506, added->change, STR(""));
    finding.subject = added->target->name;
    finding.place =
        place_candidate(added->change->candidate, added->candidate.lower.range, STR(""));
    finding.related = (Places){0};
    finding.live_meaning = STR("no cutoff");
    finding.candidate_meaning = moment;
    finding.message =
        str_fmt(arena,
                "Rows before %.*s will no longer reach '%.*s': its live view '%.*s' is given that "
                "cutoff. A backfill up to then would bring what it holds once more.",
                STR_ARG(moment), STR_ARG(added->target->name), STR_ARG(pipe));
    vec_push(arena, &finding.related,
             place_live(added->change->live, added->live.where, STR("live, without a cutoff")));
    finding.advice = str_fmt(arena,
                             "Leave '%.*s' as it is, and give the cutoff to a new view with a data "
                             "source of its own.",
                             STR_ARG(pipe));
    findings_add(check->findings, finding);
}

static bool find_added(const Check *check, const ResourceChange *change, Added *added)
{
    const ProjectSides *sides = &check->diff->sides;
    *added = (Added){.check = check, .change = change};
    added->target =
        project_find(sides->candidate, DATAFILE_DATASOURCE, change->candidate->pipe->target);
    if (!change->query_changed || !has_live_target(added))
        return false;
    added->live = cutoff_filter_read(check->loader, sides->live, change->live);
    added->candidate = cutoff_filter_read(check->loader, sides->candidate, change->candidate);
    return is_added(added);
}

bool migration_gives_cutoff(const Check *check, const ResourceChange *change)
{
    Added added;
    return change->candidate != NULL && change->candidate->pipe != NULL &&
           find_added(check, change, &added);
}

bool migration_cutoff_added(const Check *check, const ResourceChange *change)
{
    Added added;
    if (!find_added(check, change, &added) || is_filled_anew(&added))
        return false;
    report(&added);
    return true;
}
