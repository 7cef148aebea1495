/* plan_migration_words.c: the steps of a migration and its cutoff in words. */
#include "report/plan_migration_words.h"

#include "report/plan_migration.h"

enum {
    ZONE_WEST = 12 * 3600, /* offsets of zones run from UTC-12 .. */
    ZONE_EAST = 14 * 3600, /* .. to UTC+14 */
};

const Migration *migration_shown(const MigrationChange *change)
{
    return change->candidate != NULL ? change->candidate : change->live;
}

const char *migration_step_text(MigrationStep step)
{
    switch (step) {
    case STEP_REPLICATE:
        return "replicate";
    case STEP_SYNC:
        return "sync";
    case STEP_BACKFILL:
        return "backfill";
    case STEP_VERIFY:
        return "verify";
    case STEP_SWITCH:
        return "switch";
    case STEP_CLEAN_UP:
        return "clean up";
    }
    return "";
}

const char *phase_state_text(PhaseState state)
{
    static const char *const texts[] = {[PHASE_DONE] = "done",
                                        [PHASE_NOW] = "now",
                                        [PHASE_NOT_SEEN] = "not seen",
                                        [PHASE_NEXT] = "next",
                                        [PHASE_LATER] = "later"};
    return texts[state];
}

Str migration_title(Arena *arena, const MigrationChange *change)
{
    if (change->legacy.len == 0)
        return str_fmt(arena, "Migration to %.*s", STR_ARG(change->replica));
    return str_fmt(arena, "Migration %.*s -> %.*s", STR_ARG(change->legacy),
                   STR_ARG(change->replica));
}

Str migration_given_up(Arena *arena, const MigrationChange *change)
{
    return str_fmt(arena, "given up: %.*s is deleted", STR_ARG(change->replica));
}

Str migration_unsure(const MigrationChange *change)
{
    return change->legacy.len == 0 ? migration_shown(change)->unsure : (Str){0};
}

/* ---- the cutoff ---- */

static bool has_cutoff(const Migration *m)
{
    return m->sync != NULL && m->sync_filter.lower.present;
}

Str migration_cutoff_zone(const Migration *m)
{
    return has_cutoff(m) && !m->sync_filter.lower.in_utc ? m->sync_filter.zone : (Str){0};
}

static Str cutoff_text(Arena *arena, const Migration *m)
{
    Str zone = migration_cutoff_zone(m);
    return str_fmt(arena, "%.*s %.*s", STR_ARG(nanos_text(arena, cutoff_moment(&m->sync_filter))),
                   STR_ARG(zone.len > 0 ? zone : STR("UTC")));
}

Str migration_cutoff_iso(Arena *arena, const Migration *m)
{
    const size_t day = sizeof("2026-11-21") - 1;
    if (!has_cutoff(m))
        return (Str){0};
    Str text = nanos_text(arena, cutoff_moment(&m->sync_filter));
    return str_fmt(arena, "%.*sT%.*s%s", STR_ARG(str_slice(text, 0, day)),
                   STR_ARG(str_slice(text, day + 1, text.len)),
                   migration_cutoff_zone(m).len > 0 ? "" : "Z");
}

CutoffState migration_cutoff_state(const MigrationChange *change, Instant now)
{
    const Migration *m = migration_shown(change);
    if (!has_cutoff(m))
        return CUTOFF_UNKNOWN;
    Instant at = cutoff_moment(&m->sync_filter) / NANOS_PER_SECOND;
    bool zoned = migration_cutoff_zone(m).len > 0;
    if (now >= at + (zoned ? ZONE_WEST : 0))
        return CUTOFF_PASSED;
    return now < at - (zoned ? ZONE_EAST : 0) ? CUTOFF_AHEAD : CUTOFF_UNKNOWN;
}

/* ---- steps ---- */

static Str sync_words(Arena *arena, const Migration *m)
{
    const char *whose = m->from_quarantine ? "rows in quarantine " : "";
    if (m->sync == NULL)
        return (Str){0};
    if (!has_cutoff(m))
        return str_fmt(arena, "%sfrom a moment that moves: %.*s", whose,
                       STR_ARG(m->sync_filter.moving_lower.moment));
    return str_fmt(arena, "%sfrom %.*s", whose, STR_ARG(cutoff_text(arena, m)));
}

/* A reader of a plan needs no seconds. */
static int64_t in_minutes(int64_t seconds)
{
    return seconds < 60 ? seconds : seconds / 60 * 60;
}

/* When it may run, as far as the clock and the cutoff tell. */
static Str backfill_moment(Arena *arena, const MigrationChange *change, Instant now)
{
    const Migration *m = migration_shown(change);
    if (!has_cutoff(m))
        return (Str){0};
    Str at = cutoff_text(arena, m);
    bool zoned = migration_cutoff_zone(m).len > 0;
    Instant cutoff = cutoff_moment(&m->sync_filter) / NANOS_PER_SECOND;
    switch (migration_cutoff_state(change, now)) {
    case CUTOFF_PASSED:
        return str_fmt(arena, "allowed now: %.*s has passed", STR_ARG(at));
    case CUTOFF_AHEAD:
        if (!zoned)
            return str_fmt(arena, "not before %.*s, in %.*s", STR_ARG(at),
                           STR_ARG(span_text(arena, in_minutes(cutoff - now))));
        return str_fmt(arena, "not before %.*s", STR_ARG(at));
    case CUTOFF_UNKNOWN:
        break;
    }
    return str_fmt(arena, "not before %.*s", STR_ARG(at));
}

static Str backfill_words(Arena *arena, const MigrationChange *change, PhaseState state,
                          Instant now)
{
    const Migration *m = migration_shown(change);
    Strs parts = {0};
    const Resource *pipe = m->backfill;
    if (pipe == NULL && change->live != NULL)
        pipe = change->live->backfill;
    if (pipe != NULL) {
        bool leaves = !(change->doing & STEP_CLEAN_UP) && !change->given_up &&
                      change->live != NULL && pipe == change->live->backfill && !pipe->other;
        vec_push(arena, &parts,
                 str_fmt(arena, "by %.*s%s", STR_ARG(pipe->name),
                         leaves ? ", which this change deletes" : ""));
    }
    bool ahead = migration_cutoff_state(change, now) == CUTOFF_AHEAD;
    bool matters = state == PHASE_NOW || state == PHASE_NEXT || (state == PHASE_DONE && ahead);
    Str moment = backfill_moment(arena, change, now);
    if (moment.len > 0 && matters)
        vec_push(arena, &parts, moment);
    return str_join(arena, parts.items, parts.len, ", ");
}

static Str details_of(Arena *arena, const MigrationChange *change, const MigrationPhase *phase,
                      Instant now)
{
    const Migration *m = migration_shown(change);
    if (phase->step == STEP_REPLICATE && m->reingests && m->sync == NULL)
        return STR("it ingests by itself");
    if (phase->step == STEP_SYNC)
        return sync_words(arena, m);
    if (phase->step == STEP_BACKFILL)
        return backfill_words(arena, change, phase->state, now);
    return (Str){0};
}

Str migration_step_words(Arena *arena, const MigrationChange *change, const MigrationPhase *phase,
                         Instant now)
{
    Str details = details_of(arena, change, phase, now);
    const char *name = migration_step_text(phase->step);
    if (details.len == 0)
        return str_of(name);
    return str_fmt(arena, "%s (%.*s)", name, STR_ARG(details));
}

Str plan_migration_label(Arena *arena, const MigrationChange *change)
{
    Strs steps = {0};
    for (unsigned step = STEP_REPLICATE; step <= STEP_CLEAN_UP; step <<= 1)
        if (change->doing & step)
            vec_push(arena, &steps, str_of(migration_step_text((MigrationStep)step)));
    if (change->legacy.len == 0 || steps.len == 0)
        return (Str){0};
    return str_fmt(arena, "migration: %.*s",
                   STR_ARG(str_join(arena, steps.items, steps.len, ", ")));
}
