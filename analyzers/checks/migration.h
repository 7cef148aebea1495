/*
 * migration.h: the rules about migrations by replication (model/migration.h).
 *
 * Private to the migration family.
 */
#ifndef TBLINT_MIGRATION_H
#define TBLINT_MIGRATION_H

#include "check.h"
#include "model/migration.h"

/* The candidate changed the pipe's query, or it is new; else NULL. */
const ResourceChange *query_change(const Check *check, const Resource *pipe);

void migration_projection(const Check *check, const Migration *m); /* TB508 */
void migration_column(const Check *check, const Migration *m);     /* TB509, TB510 */
void migration_event_time(const Check *check, const Migration *m); /* TB511 */
void migration_late(const Check *check, const Migration *m);       /* TB505 of a live sync pipe */

/* A pipe of the change ends at the oldest row of its own target: TB517 speaks, and stands instead
 * of TB501 to TB503. */
bool migration_minimum(const Check *check, const Resource *target);

void migration_switch(const Check *check, const MigrationChange *change);   /* TB513, TB516 */
void migration_clean_up(const Check *check, const MigrationChange *change); /* TB514 */

/* TB514 speaks of the deletion of that sync pipe, and stands instead of TB414 and TB602. */
bool migration_tells_deleted_pipe(const Check *check, const ResourceChange *pipe);

/* A cutoff of a pipe into that data source moves: TB504 speaks, and stands instead of TB503. */
bool migration_cutoff_moves(const Check *check, const Resource *target);

/* The cutoff of a live sync pipe into it was edited: TB506 speaks, and stands instead of TB503 and
 * of TB403. */
bool migration_cutoff_edited(const Check *check, const Resource *target);

/* The change gives a live view a cutoff to come: old rows stay only if the view is left as it is,
 * and TB506 speaks wherever TB403 does not. */
bool migration_gives_cutoff(const Check *check, const ResourceChange *change);

#endif
