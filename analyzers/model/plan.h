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
    Strs via;       /* pipes whose query is run again */
    Strs why;       /* "sorting key changed", "column host changed type", in order of weight */
    Strs chain;     /* of a rewrite that something upstream forces: the names on the way from that
                       change to this one, both ends included; else empty. The change is that of a data
                       source or of a pipe; of a very long way the middle is "..." */
    size_t rank;    /* of a rewrite: its turn, from 1, after what leads to it wherever no ring is */
    bool own_cause; /* it would be rewritten without anything upstream, too */
    Strs changed_views; /* views into it whose changed query alone makes the deploy fill it anew */
    const Resource *changed_pipe; /* the edit that changed the first of them: it or what it reads */
    const Resource *cause;        /* with `chain`: the first of it, in the candidate */
} PlanStep;

typedef VEC(PlanStep) PlanSteps;

typedef struct Plan {
    PlanSteps steps;                       /* in the order of `tb deploy --check` */
    Map *by_name[DATAFILE_CONNECTION + 1]; /* of each kind: name -> PlanStep */
} Plan;

/* The plan of one project, which the diff then knows, too. Every changed resource has a step. */
Plan *plan_make(Arena *arena, Diff *diff);

const PlanStep *plan_find(const Plan *plan, DatafileKind kind, Str name); /* NULL */

/* The views that write the changed data source give its rows anew when the deploy rewrites it. */
bool plan_views_refill(Arena *arena, const ResourceChange *change);

/* The pipe says DEPLOYMENT_METHOD alter: its query is exchanged in place, its target stays. */
bool plan_pipe_alters(const Resource *pipe);

/* The FORWARD_QUERY of the data source, if it has one, hands every column on as it is: SELECT * or
 * the list of all columns in their order. */
bool plan_forward_is_identity(Loader *loader, const Resource *datasource);

const char *plan_action_text(PlanAction action); /* "rewrite" */
const char *backfill_text(Backfill backfill);    /* "forward-query" */
const char *plan_status_text(PlanStatus status); /* "modified" */

#endif
