/*
 * migration.h: migrations by replication, as one side of a project shows them.
 *
 * The sync pipe is a materialized pipe that copies a source's new rows into the replica from a
 * moment on, the cutoff; the backfill is another pipe from the same source into the same replica,
 * which copies the rows until then. A replica that takes in new rows by itself has no sync pipe.
 */
#ifndef TBLINT_MODEL_MIGRATION_H
#define TBLINT_MODEL_MIGRATION_H

#include "cutoff_filter.h"
#include "diff.h"

typedef struct {
    const Project *project;   /* the side that was read */
    const Resource *origin;   /* the data source that sync and backfill read; NULL when it is not
                                 among the files */
    const Resource *legacy;   /* what the replica takes the place of: the origin where a landing
                                 data source is copied, the older target of another view of it where
                                 a view's target is; NULL when none is alike, or several */
    const Resource *replica;  /* never NULL */
    Str unsure;               /* why legacy is not known though some are alike: "cannot tell whether
                                 'c' takes the place of 'a' or 'b'"; else empty */
    const Resource *sync;     /* the materialized pipe that copies new rows; NULL: there is none */
    CutoffFilter sync_filter; /* bounded below, by a literal or a moment that moves; no trouble */
    const Resource *backfill; /* NULL when there is none, or several */
    CutoffFilter backfill_filter; /* as far as it could be read: it may have trouble */
    bool from_quarantine; /* the pipes read the rows that `legacy` refused; origin is NULL */
    bool reingests;       /* the replica has a connector (KAFKA_*, IMPORT_*) of its own */
} Migration;

typedef VEC(Migration) Migrations;

/* The migration whose sync pipe this is. False for views that filter by time for another reason: a
 * pipe without a backfill counts only where its target has the columns of the source or of another
 * target of it and its cutoff is at most 30 days old, or where it is new and its cutoff is to come
 * or a moment of the last day. */
bool migration_of(Loader *loader, const Project *project, Instant now, const Resource *pipe,
                  Migration *out);

/* Of one side, ordered by the replica's name; each replica once. Also those without a sync pipe:
 *   a replica that ingests by itself, whose old rows one bounded backfill copies from what it is
 *   alike to;
 *   a replica that came with this change, or whose legacy left with it, and that reads the same
 *   topic or the same files as the one data source that it is alike to.
 * Found once per side and kept in the loader. */
const Migrations *migrations_of(Loader *loader, const Project *project, Instant now);

const Migration *migration_find(const Migrations *all, Str replica); /* NULL */

/* Materialized or copied rows go from it into a data source. */
bool copies_rows(const Resource *pipe);

/* A copy pipe that a person runs: @on-demand, or without a schedule. */
bool runs_on_demand(const Resource *pipe);

/* ---- what the change does to it ---- */

/* In the order of the procedure. */
typedef enum {
    STEP_REPLICATE = 1,
    STEP_SYNC = 2,
    STEP_BACKFILL = 4,
    STEP_VERIFY = 8,
    STEP_SWITCH = 16,
    STEP_CLEAN_UP = 32,
} MigrationStep;

typedef struct {
    Str replica, legacy; /* names; legacy may be empty, and may be one that neither side has as its
                            `legacy`: what the replica stands for downstream of another migration,
                            or the data source of its name in another release */
    const Migration *live;      /* NULL: not there (any more, or yet) */
    const Migration *candidate; /* NULL likewise */
    unsigned done;              /* steps that live has; of a backfill, its pipe: whether it was run
                                   the files do not tell */
    unsigned doing;             /* steps that this change performs */
    bool given_up;              /* the change deletes the replica */
    bool switch_unknown;        /* live has a backfill, and not all its readers were parsed */
} MigrationChange;

typedef VEC(MigrationChange) MigrationChanges;

/* Ordered by the replica's name; found once and kept in the loader. */
const MigrationChanges *migration_changes(const Diff *diff, Instant now);

typedef enum { PHASE_DONE, PHASE_NOW, PHASE_NOT_SEEN, PHASE_NEXT, PHASE_LATER } PhaseState;

typedef struct {
    MigrationStep step;
    PhaseState state; /* PHASE_NOT_SEEN: a later step is done or being done; whether this one was,
                         the files no longer tell. Or the switch, where not all readers of live
                         were parsed */
} MigrationPhase;

enum { MIGRATION_STEPS = 6 };

/* The steps that the migration has, in order; at most one is the next. A replica that ingests by
 * itself may have no sync and no backfill. */
size_t migration_phases(const MigrationChange *change, MigrationPhase out[MIGRATION_STEPS]);

#endif
