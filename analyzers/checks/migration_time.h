/*
 * migration_time.h: the moments of a migration against the clock, and what the deploy does then.
 *
 * Private to the migration family.
 */
#ifndef TBLINT_MIGRATION_TIME_H
#define TBLINT_MIGRATION_TIME_H

#include "migration.h"

/* A moment as the earliest and the latest that it can mean: without a table of zones only UTC is
 * exact. */
typedef struct {
    Instant earliest;
    Instant latest;
} MomentSpan;

MomentSpan cutoff_span(const CutoffFilter *sync);  /* the lower bound, a literal */
MomentSpan end_span(const CutoffFilter *backfill); /* the upper bound, a literal */

/* Up to which the backfill copies, as a reader would say it: the literal, or of a filter by days
 * the day after it for `<=`. */
Nanos end_moment(const CutoffFilter *backfill);

/* The deploy itself fills a new target with the rows that pass the view (Forward only). */
bool deploy_fills(const Check *check, const Migration *m);

/* Rows of one key are merged: what comes in twice is there once, some time later. */
bool merges_duplicates(const Resource *target);

#endif
