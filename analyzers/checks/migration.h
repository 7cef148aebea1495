/*
 * migration.h: a migration by replication as the files show it, and the rules about it.
 *
 * Private to the migration family. The sync pipe is a materialized pipe that copies a source's new
 * rows into a target from a moment on, the cutoff; the backfill is another pipe from the same
 * source into the same target, which copies the rows until then.
 */
#ifndef TBLINT_MIGRATION_H
#define TBLINT_MIGRATION_H

#include "migration_filter.h"

typedef struct {
    const Check *check;
    const Project *project; /* the side that was read */
    const Resource *target;
    const Resource *sync;
    CutoffFilter sync_filter; /* bounded below, by a literal or a moment that moves; no trouble */
    const Resource *backfill; /* NULL: none is there yet, the target looks like a replica */
    CutoffFilter backfill_filter; /* as far as it could be read: it may have trouble */
} Migration;

/* The migration whose sync pipe this is. False for views that filter by time for another reason: a
 * pipe without a backfill counts only where its target has the columns of the source or of another
 * target of it and its cutoff is at most 30 days old, or where it is new and its cutoff is to come
 * or a moment of the last day. */
bool migration_of(const Check *check, const Project *project, const Resource *pipe, Migration *out);

/* Materialized or copied rows go from it into a data source. */
bool copies_rows(const Resource *pipe);

/* A copy pipe that a person runs: @on-demand, or without a schedule. */
bool runs_on_demand(const Resource *pipe);

/* The candidate changed the pipe's query, or it is new; else NULL. */
const ResourceChange *query_change(const Check *check, const Resource *pipe);

/* TB504 for every pair with a cutoff that moves; TB505 and TB506 for every sync pipe. */
void migration_cutoff(const Check *check);

void migration_projection(const Migration *m); /* TB508 */
void migration_column(const Migration *m);     /* TB509, TB510 */

/* A cutoff of a pipe into that data source moves: TB504 speaks, and stands instead of TB503. */
bool migration_cutoff_moves(const Check *check, const Resource *target);

/* The cutoff of a live sync pipe into it was edited: TB506 speaks, and stands instead of TB503 and
 * of TB403. */
bool migration_cutoff_edited(const Check *check, const Resource *target);

#endif
