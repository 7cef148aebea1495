/*
 * plan.h: what the deploy will do to each resource, and why.
 *
 * "alter" always means "expected ALTER": the server has safety checks of its own.
 */
#ifndef TBLINT_PLAN_H
#define TBLINT_PLAN_H

#include "diff.h"

typedef enum {
    ACTION_NONE,
    ACTION_METADATA,
    ACTION_ALTER,
    ACTION_REWRITE,
    ACTION_CREATE,
    ACTION_DELETE,
} PlanAction;

typedef enum {
    BACKFILL_NONE,
    BACKFILL_SELECT_STAR, /* automatic copy: columns are identical */
    BACKFILL_FORWARD_QUERY,
    BACKFILL_VIEW_QUERY, /* the pipes that materialize into it are run again */
    BACKFILL_REFUSED,    /* nothing says how to convert: the deploy is refused */
} Backfill;

typedef enum {
    PLAN_NEW,
    PLAN_MODIFIED,
    PLAN_DELETED,
    PLAN_UNCHANGED,
    PLAN_DISCONNECTED,
} PlanStatus;

typedef struct {
    const ResourceChange *change;
    Str project; /* root */
    Str name;
    DatafileKind kind;
    const char *pipe_type; /* "endpoint", ... for pipes, else NULL */
    Str path;
    PlanStatus status;
    PlanAction action;
    Backfill backfill;
    Strs via; /* pipes whose query is run again */
    Strs why; /* "sorting key changed", "column host changed type", in order of weight */
    Strs
        chain; /* of a rewrite that something upstream forces: the names on the way from that change
                  to this one, data sources and pipes in turn, both ends included; else empty */
    bool own_cause; /* it would be rewritten without anything upstream, too */
} PlanStep;

typedef VEC(PlanStep) PlanSteps;

typedef struct {
    PlanSteps steps;                       /* in the order of `tb deploy --check` */
    Map *by_name[DATAFILE_CONNECTION + 1]; /* of each kind: name -> PlanStep */
} Plan;

/* The plan of one project. Every changed resource has a step. */
Plan *plan_make(Arena *arena, const Diff *diff);

const PlanStep *plan_find(const Plan *plan, DatafileKind kind, Str name); /* NULL */

/* The views that write the changed data source give its rows anew when the deploy rewrites it. */
bool plan_views_refill(Arena *arena, const ResourceChange *change);

const char *plan_action_text(PlanAction action); /* "rewrite" */
const char *backfill_text(Backfill backfill);    /* "forward-query" */
const char *plan_status_text(PlanStatus status); /* "modified" */

#endif
