/* migration_late.c: a sync pipe that went live after its own cutoff: TB505, said with the backfill.
 */
#include "migration_time.h"

#include "materialized.h"
#include "source/history.h"

enum { COMMITS_MOST = 1000 }; /* of the live branch, looked at for the one that brought the pipe */

static const ResourceChange *new_backfill(const Check *check, const Migration *m)
{
    const ResourceChange *change = m->backfill != NULL ? query_change(check, m->backfill) : NULL;
    bool fits = change != NULL && m->backfill_filter.trouble == NULL &&
                m->backfill_filter.upper.present &&
                m->backfill_filter.upper.at <= m->sync_filter.lower.at;
    return fits ? change : NULL;
}

/* In Forward the deploy that brought a new target filled it, unless it said BACKFILL skip. */
static bool was_filled(const Check *check, const Migration *m)
{
    return !check->classic && backfill_skip(m->replica) == NULL;
}

/* The commit that brought the pipe to the live branch is younger than the cutoff. What went live
 * before there was a history, or is out of reach, is not known. */
static bool came_late(const Check *check, const Migration *m, Instant *when)
{
    const Loader *loader = check->loader;
    const Resource *live = m->sync->other;
    MomentSpan cutoff = cutoff_span(&m->sync_filter);
    HistoryBounds bounds = {COMMITS_MOST, cutoff.latest};
    FileHistory history;
    Fault ignored = {0};
    if (loader->repo == NULL || loader->live_tip == NULL || cutoff.latest > check->now ||
        history_since(loader->repo, loader->live_tip, live->project->root, live->file->path, bounds,
                      &history, &ignored) != 0)
        return false;
    *when = history.when;
    return history.found && history.complete && history.when > cutoff.latest;
}

static void report_late(const Check *check, const Migration *m, const ResourceChange *change,
                        Instant when)
{
    Arena *arena = check->arena;
    Nanos from = cutoff_moment(&m->sync_filter);
    Nanos to = when * NANOS_PER_SECOND;
    Finding finding = check_finding(check, RULE_TB505, change, STR(""));
    finding.resource = m->sync->name;
    finding.subject = m->replica->name;
    finding.place = place_candidate(m->backfill, m->backfill_filter.upper.range, STR(""));
    finding.related = (Places){0};
    vec_push(arena, &finding.related,
             place_live(m->sync->other, m->sync_filter.lower.range, STR("live cutoff")));
    finding.live_meaning = nanos_text(arena, to);
    finding.candidate_meaning = nanos_text(arena, from);
    finding.message = str_fmt(
        arena,
        "Rows %.*s (%.*s) will be missing from '%.*s': '%.*s' went live after its cutoff, and "
        "'%.*s' ends there. The live branch has it since %.*s.",
        STR_ARG(between_text(arena, from, to)),
        STR_ARG(span_text(arena, (to - from) / NANOS_PER_SECOND)), STR_ARG(m->replica->name),
        STR_ARG(m->sync->name), STR_ARG(m->backfill->name), STR_ARG(instant_text(arena, when)));
    finding.advice =
        STR("Start again with a new replica and a cutoff after the deploy; or copy the "
            "rows of that time, too, once it is known when the pipe began.");
    findings_add(check->findings, finding);
}

void migration_late(const Check *check, const Migration *m)
{
    const ResourceChange *change = m->sync != NULL ? new_backfill(check, m) : NULL;
    Instant when;
    if (change == NULL || m->sync->other == NULL || m->sync->changed ||
        !m->sync_filter.lower.present || was_filled(check, m) || !came_late(check, m, &when))
        return;
    report_late(check, m, change, when);
}
