/*
 * plan_internal.h: the parts of the planner.
 */
#ifndef TBLINT_PLAN_INTERNAL_H
#define TBLINT_PLAN_INTERNAL_H

#include "plan.h"

void plan_why(Arena *arena, PlanStep *step, Str why);

/* plan_datasource.c: a data source on both sides, and one that is new (of any kind). */
void plan_datasource(Arena *arena, const Diff *diff, PlanStep *step);
void plan_create(Arena *arena, const Diff *diff, PlanStep *step);

/* plan_views.c: unchanged data sources that a changed view fills anew. */
void plan_rebuilt_targets(Arena *arena, const Diff *diff, Plan *plan);
/* A changed pipe that fills the data source anew, or NULL. */
const ResourceChange *plan_rebuilding_view(const Diff *diff, const Resource *datasource);
/* The pipe asks for ALTER instead of a rebuild of its target. */
bool plan_pipe_alters(const Resource *pipe);
/* Names of the pipes that materialize into it. */
Strs plan_materializers(Arena *arena, const Resource *datasource);

#endif
