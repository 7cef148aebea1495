/* migration_cutoff.c: the moment from which a sync pipe copies: TB504, TB505, TB506. */
#include "migration_cutoff.h"
#include "materialized.h"
#include "migration_time.h"

enum {
    SECONDS_PER_MINUTE = 60,
    QUARTER_HOUR = 15 * 60,
    ADVICE_LEAD = 2 * 3600, /* from now to the moment that the advice names */
};

/* ---- words ---- */

static Finding cutoff_finding(const Check *check, const Migration *m, RuleId rule,
                              const ResourceChange *change, Range range)
{
    Finding finding = check_finding(check, rule, change, STR(""));
    finding.subject = m->replica->name;
    finding.place = place_candidate(change->candidate, range, STR(""));
    finding.related = (Places){0};
    finding.live_meaning = STR("");
    return finding;
}

static void relate_backfill(const Check *check, const Migration *m, Finding *finding)
{
    if (m->backfill == NULL)
        return;
    const CutoffFilter *filter = &m->backfill_filter;
    Range range = filter->upper.present ? filter->upper.range : filter->where;
    vec_push(check->arena, &finding->related,
             place_candidate(m->backfill, range, STR("the backfill")));
}

static Str pipes_text(const Check *check, const Migration *m)
{
    Str names[] = {m->sync->name, m->backfill != NULL ? m->backfill->name : (Str){0}};
    return quoted_list(check->arena, names, m->backfill != NULL ? 2 : 1, 2);
}

/* Some hours from now, at a quarter of an hour. */
static Str later_moment(const Check *check)
{
    Instant at = check->now + ADVICE_LEAD;
    if ((int64_t)check->margin_minutes * SECONDS_PER_MINUTE > ADVICE_LEAD)
        at = check->now + (int64_t)check->margin_minutes * SECONDS_PER_MINUTE;
    Instant rest = at % QUARTER_HOUR;
    return instant_text(check->arena, rest ? at - rest + QUARTER_HOUR : at);
}

/* ---- TB504 ---- */

/* A literal beside it is the cutoff, and what moves is a window that both pipes may share. */
static bool only_moves(const TimeBound *literal, const MovingBound *moving)
{
    return moving->present && !literal->present;
}

/* The bound that moves, and whose it is. */
static const MovingBound *moving_bound(const Migration *m, const Resource **pipe)
{
    const CutoffFilter *sync = &m->sync_filter;
    const CutoffFilter *backfill = &m->backfill_filter;
    bool ends = backfill->upper.present || backfill->moving_upper.present;
    if (only_moves(&sync->lower, &sync->moving_lower) && (m->backfill == NULL || ends)) {
        *pipe = m->sync;
        return &sync->moving_lower;
    }
    if (m->backfill != NULL && only_moves(&backfill->upper, &backfill->moving_upper)) {
        *pipe = m->backfill;
        return &backfill->moving_upper;
    }
    return NULL;
}

static void report_moving(const Check *check, const Migration *m, const Resource *pipe,
                          const MovingBound *bound)
{
    Arena *arena = check->arena;
    const Resource *other = pipe == m->sync ? m->backfill : m->sync;
    const ResourceChange *change = query_change(check, pipe);
    const Resource *at = change != NULL ? pipe : other;
    if (change == NULL)
        change = other != NULL ? query_change(check, other) : NULL;
    if (change == NULL)
        return;
    Range where = at == m->sync ? m->sync_filter.where : m->backfill_filter.where;
    Finding finding =
        cutoff_finding(check, m, RULE_TB504, change, at == pipe ? bound->range : where);
    finding.resource = pipe->name;
    finding.message =
        str_fmt(arena,
                "Rows will be missing from '%.*s' or in it twice: the cutoff of '%.*s' is %.*s, "
                "which moves.",
                STR_ARG(m->replica->name), STR_ARG(pipe->name), STR_ARG(bound->moment));
    finding.candidate_meaning = bound->moment;
    if (at != pipe)
        vec_push(arena, &finding.related, place_candidate(pipe, bound->range, STR("it moves")));
    else if (m->backfill != NULL)
        vec_push(arena, &finding.related,
                 place_candidate(other,
                                 other == m->sync ? m->sync_filter.where : m->backfill_filter.where,
                                 other == m->sync ? STR("the pipe that copies new rows")
                                                  : STR("the backfill")));
    finding.advice =
        str_fmt(arena,
                "Write one literal moment after the deploy in %.*s, such as '%.*s' (UTC): > in the "
                "pipe that copies new rows, <= in the backfill.",
                STR_ARG(pipes_text(check, m)), STR_ARG(later_moment(check)));
    findings_add(check->findings, finding);
}

/* The migration among the pipes into the target whose cutoff moves. */
static const MovingBound *moving_into(const Check *check, const Resource *target, Migration *m,
                                      const Resource **pipe)
{
    for (size_t i = 0; i < target->writers.len; i++) {
        if (!migration_of(check->loader, target->project, check->now, target->writers.items[i], m))
            continue;
        const MovingBound *bound = moving_bound(m, pipe);
        if (bound != NULL)
            return bound;
    }
    return NULL;
}

enum { WRITERS_MAX = 8 }; /* a target with more is no migration */

bool migration_cutoff_moves(const Check *check, const Resource *target)
{
    Migration m;
    const Resource *pipe;
    return target->writers.len <= WRITERS_MAX && moving_into(check, target, &m, &pipe) != NULL;
}

static void judge_moving(const Check *check, const Resource *target)
{
    Migration m;
    const Resource *pipe;
    if (target->writers.len > WRITERS_MAX)
        return;
    const MovingBound *bound = moving_into(check, target, &m, &pipe);
    if (bound != NULL)
        report_moving(check, &m, pipe, bound);
}

/* ---- moments ---- */

static Str moment_text(const Check *check, const Migration *m)
{
    return nanos_text(check->arena, cutoff_moment(&m->sync_filter));
}

/* ---- TB505 ---- */

static Str passed_message(const Check *check, const Migration *m)
{
    Arena *arena = check->arena;
    if (deploy_fills(check, m))
        return str_fmt(arena,
                       "The cutoff of '%.*s' has passed: rows from %.*s until the deploy reach "
                       "'%.*s' only if the deploy fills it.",
                       STR_ARG(m->sync->name), STR_ARG(moment_text(check, m)),
                       STR_ARG(m->replica->name));
    return str_fmt(arena,
                   "Rows from %.*s until the deploy will never reach '%.*s': the cutoff of '%.*s' "
                   "has passed.",
                   STR_ARG(moment_text(check, m)), STR_ARG(m->replica->name),
                   STR_ARG(m->sync->name));
}

static void report_cutoff(const Check *check, const Migration *m, const ResourceChange *change,
                          Severity severity, Str message, Str meaning)
{
    Arena *arena = check->arena;
    Finding finding = cutoff_finding(check, m, RULE_TB505, change, m->sync_filter.lower.range);
    finding.severity = severity;
    finding.message = message;
    finding.candidate_meaning = meaning;
    relate_backfill(check, m, &finding);
    finding.advice = str_fmt(arena,
                             "Write a moment in %.*s that comes after the deploy, such as '%.*s' "
                             "(UTC).",
                             STR_ARG(pipes_text(check, m)), STR_ARG(later_moment(check)));
    findings_add(check->findings, finding);
}

static void judge_future(const Check *check, const Migration *m, const ResourceChange *change)
{
    MomentSpan cutoff = cutoff_span(&m->sync_filter);
    Instant margin = (Instant)check->margin_minutes * SECONDS_PER_MINUTE;
    if (cutoff.latest <= check->now) {
        Severity severity = deploy_fills(check, m) ? SEVERITY_WARNING : SEVERITY_ERROR;
        /* Who accepted that it is near did not accept that it has passed. */
        Str meaning = str_fmt(check->arena, "%.*s passed", STR_ARG(moment_text(check, m)));
        report_cutoff(check, m, change, severity, passed_message(check, m), meaning);
    } else if (cutoff.earliest >= check->now + margin) {
        return;
    } else if (cutoff.earliest != cutoff.latest) {
        check_unjudged(check, m->sync->file, m->sync_filter.lower.range,
                       str_fmt(check->arena,
                               "cannot tell whether the cutoff of '%.*s' has passed: it is in the "
                               "time zone '%.*s'",
                               STR_ARG(m->sync->name), STR_ARG(m->sync_filter.zone)));
    } else {
        Str message =
            str_fmt(check->arena,
                    "Rows may be lost from '%.*s': the cutoff of '%.*s' is only %.*s away, "
                    "and the deploy must end before it.",
                    STR_ARG(m->replica->name), STR_ARG(m->sync->name),
                    STR_ARG(span_text(check->arena, cutoff.latest - check->now)));
        report_cutoff(check, m, change, SEVERITY_WARNING, message, moment_text(check, m));
    }
}

/* ---- TB506 ---- */

static bool is_sync_of(const Resource *pipe, Str target)
{
    return pipe != NULL && pipe->pipe != NULL && pipe->pipe->type == PIPE_MATERIALIZED &&
           str_eq(pipe->pipe->target, target);
}

/* Both moments are still to come: nothing was copied yet, if the deploy is quick. */
static bool nothing_copied(const Check *check, const Migration *live, const Migration *m)
{
    MomentSpan old = cutoff_span(&live->sync_filter);
    MomentSpan new = cutoff_span(&m->sync_filter);
    return old.latest > check->now && new.latest > check->now;
}

/* A view whose query changed fills its target anew in Forward, with what passes it now. */
static bool is_filled_anew(const Check *check, const Migration *m)
{
    const PlanStep *step = plan_find(check->plan, DATAFILE_DATASOURCE, m->replica->name);
    return step != NULL && step->action == ACTION_REWRITE && step->backfill == BACKFILL_VIEW_QUERY;
}

static Str edited_message(const Check *check, const Migration *live, const Migration *m)
{
    Arena *arena = check->arena;
    Nanos old = cutoff_moment(&live->sync_filter);
    Nanos new = cutoff_moment(&m->sync_filter);
    Str span = between_text(arena, old < new ? old : new, old < new ? new : old);
    Str target = m->replica->name;
    Str sync = m->sync->name;
    if (is_filled_anew(check, m))
        return str_fmt(arena,
                       "'%.*s' will be filled anew, with rows after %.*s only: the live cutoff of "
                       "'%.*s' was edited.",
                       STR_ARG(target), STR_ARG(moment_text(check, m)), STR_ARG(sync));
    if (nothing_copied(check, live, m))
        return str_fmt(arena,
                       "Rows %.*s may be missing from '%.*s' or in it twice if the deploy ends "
                       "later: the live cutoff of '%.*s' was edited.",
                       STR_ARG(span), STR_ARG(target), STR_ARG(sync));
    return str_fmt(arena,
                   "Rows %.*s will be missing from '%.*s' or in it twice: the live cutoff of "
                   "'%.*s' was edited.",
                   STR_ARG(span), STR_ARG(target), STR_ARG(sync));
}

static void report_edited(const Check *check, const Migration *live, const Migration *m,
                          const ResourceChange *change)
{
    Arena *arena = check->arena;
    Finding finding = cutoff_finding(check, m, RULE_TB506, change, m->sync_filter.lower.range);
    finding.severity = nothing_copied(check, live, m) ? SEVERITY_WARNING : SEVERITY_ERROR;
    finding.message = edited_message(check, live, m);
    finding.live_meaning = moment_text(check, live);
    finding.candidate_meaning = moment_text(check, m);
    vec_push(arena, &finding.related,
             place_live(live->sync, live->sync_filter.lower.range, STR("live cutoff")));
    relate_backfill(check, m, &finding);
    finding.advice = str_fmt(arena,
                             "Put '%.*s' back. If that moment was missed, start again with a new "
                             "target and a new pair of pipes.",
                             STR_ARG(moment_text(check, live)));
    findings_add(check->findings, finding);
}

/* Live's side of the migration where the change moved its cutoff. */
static bool is_edited(const Check *check, const Migration *m, const ResourceChange *change,
                      Migration *live)
{
    *live = (Migration){.project = check->diff->sides.live, .sync = change->live};
    live->sync_filter = cutoff_filter_read(check->loader, check->diff->sides.live, change->live);
    const CutoffFilter *old = &live->sync_filter;
    const CutoffFilter *new = &m->sync_filter;
    return old->trouble == NULL && old->lower.present &&
           new->lower.present &&str_eq(old->column, new->column) && old->lower.at != new->lower.at;
}

bool migration_cutoff_edited(const Check *check, const Resource *target)
{
    for (size_t i = 0; i < target->writers.len && i < WRITERS_MAX; i++) {
        const Resource *pipe = target->writers.items[i];
        const ResourceChange *change = query_change(check, pipe);
        Migration m;
        Migration live;
        if (change != NULL && is_sync_of(change->live, target->name) &&
            migration_of(check->loader, target->project, check->now, pipe, &m) &&
            is_edited(check, &m, change, &live))
            return true;
    }
    return false;
}

/* ---- the family's part ---- */

static void judge_sync(const Check *check, const ResourceChange *change)
{
    Migration m;
    if (migration_cutoff_added(check, change))
        return;
    if (!migration_of(check->loader, check->diff->sides.candidate, check->now, change->candidate,
                      &m) ||
        !m.sync_filter.lower.present)
        return;
    Migration live;
    if (!is_sync_of(change->live, m.replica->name))
        judge_future(check, &m, change);
    else if (is_edited(check, &m, change, &live))
        report_edited(check, &live, &m, change);
}

void migration_cutoff(const Check *check)
{
    Map *seen = map_new(check->arena);
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (change->kind != DATAFILE_PIPE || change->candidate == NULL ||
            !copies_rows(change->candidate))
            continue;
        judge_sync(check, change);
        Str name = change->candidate->pipe->target;
        const Resource *target =
            project_find(check->diff->sides.candidate, DATAFILE_DATASOURCE, name);
        if (target == NULL || target->facts == NULL || map_has(seen, name))
            continue;
        map_put(seen, name, change->candidate);
        judge_moving(check, target);
    }
}
