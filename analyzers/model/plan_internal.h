/*
 * plan_internal.h: the parts of the planner.
 */
#ifndef TBLINT_PLAN_INTERNAL_H
#define TBLINT_PLAN_INTERNAL_H

#include "plan.h"

void plan_why(Arena *arena, PlanStep *step, Str why);

/* plan_datasource.c: a data source on both sides, for what its own file changes. */
void plan_datasource(Arena *arena, const Diff *diff, PlanStep *step);
/* Takes back that its FORWARD_QUERY has nothing to migrate. */
void plan_forget_idle_query(PlanStep *step);
/* The data source is rewritten for sure: how its rows come back. */
void plan_backfill(Arena *arena, const Diff *diff, PlanStep *step, const Resource *datasource);

/* plan_views.c: views whose result changed. */
typedef struct {
    const Resource *view;   /* of the candidate */
    Strs way;               /* pipes from the changed one to this view, both included */
    const Resource *origin; /* the first of them */
} ChangedView;

typedef VEC(ChangedView) ChangedViews;

/* Views that write the same data source on both sides and give other rows now; not those that a
 * missing file or target breaks. */
ChangedViews plan_changed_views(Arena *arena, const Diff *diff);
/* Names of the pipes that materialize into it. */
Strs plan_materializers(Arena *arena, const Resource *datasource);

/* plan_flow.c: data sources that are rewritten because something upstream is, and new ones that
 * are filled from what is there. Adds steps for what is unchanged. Forward only. */
void plan_flow(Arena *arena, const Diff *diff, Plan *plan);

#endif
