/*
 * plan_migration_words.h: the steps of a migration and its cutoff in words.
 */
#ifndef TBLINT_PLAN_MIGRATION_WORDS_H
#define TBLINT_PLAN_MIGRATION_WORDS_H

#include "model/migration.h"

/* The side that is shown: the candidate's, else live's. */
const Migration *migration_shown(const MigrationChange *change);

const char *migration_step_text(MigrationStep step); /* "clean up" */
const char *phase_state_text(PhaseState state);      /* "done", "now", "not seen", ... */

/* "Migration events -> events_new", "Migration to events_new" */
Str migration_title(Arena *arena, const MigrationChange *change);

/* "backfill (not before 2026-11-21 13:40:00 UTC, in 1 hour 40 minutes)" */
Str migration_step_words(Arena *arena, const MigrationChange *change, const MigrationPhase *phase,
                         Instant now);

/* What the change ends, where it deletes the replica. */
Str migration_given_up(Arena *arena, const MigrationChange *change);

/* Why it is not known what the replica takes the place of; empty when it is, or nothing is alike.
 */
Str migration_unsure(const MigrationChange *change);

/* ---- the cutoff ---- */

typedef enum { CUTOFF_UNKNOWN, CUTOFF_AHEAD, CUTOFF_PASSED } CutoffState;

/* Against the clock. Unknown where there is no literal, and within some hours of a literal in a
 * zone other than UTC. */
CutoffState migration_cutoff_state(const MigrationChange *change, Instant now);

/* "2026-11-21T13:40:00Z"; in another zone without the Z; empty when there is no literal. */
Str migration_cutoff_iso(Arena *arena, const Migration *m);
Str migration_cutoff_zone(const Migration *m); /* empty: UTC, or no literal */

#endif
