/*
 * rollback.h: what would undo a change once it is deployed, and what nothing brings back.
 *
 * The way back is the same deploy with the sides exchanged: both trees are read again, the new one
 * as live, and judged by the same planner and the same writer of forward queries.
 */
#ifndef TBLINT_ROLLBACK_H
#define TBLINT_ROLLBACK_H

#include "check.h"

/* A part that the revert does not bring back. */
typedef struct {
    const char *kind; /* "dropped-column", "added-column", "changed-values", "replaced-nulls",
                         "newer-values", "expired-rows", "merged-rows", "view-history",
                         "deleted-rows", "newer-rows", "stored-nothing" */
    Str subject;      /* the column; empty for rows */
    Str text;         /* a clause: what is lost, and why */
} LostPart;

typedef VEC(LostPart) LostParts;

typedef struct {
    Str name;
    Str path;          /* of the file that is reverted, and edited where there is a `fix` */
    PlanAction action; /* of the revert, as a deploy */
    Backfill backfill;
    Strs via;       /* views that are run again */
    const Fix *fix; /* what the reverted file needs beside the revert; NULL: nothing, or it cannot
                       be written */
    Str how;        /* one sentence */
    LostParts lost;
} RollbackStep;

typedef VEC(RollbackStep) RollbackSteps;

typedef struct {
    RollbackSteps steps; /* in the order of the plan: data sources that it touches */
    bool pipes;          /* pipes changed, too, which the revert of the commit brings back */
} Rollback;

/* Of the check's diff and plan. */
const Rollback *rollback_make(const Check *check);

/* rollback_lost.c: private to these two files. `step` is that of the deploy itself. */
typedef struct {
    const Check *check;
    const Map *merging; /* names of data sources whose engine or key will merge rows for good */
} RollbackJudge;

RollbackJudge rollback_judge(const Check *check);
LostParts rollback_lost(const RollbackJudge *judge, const PlanStep *step,
                        const ResourceChange *change);
void rollback_add_lost(Arena *arena, LostParts *lost, const char *kind, Str subject, Str text);

#endif
