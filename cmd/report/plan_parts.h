/*
 * plan_parts.h: what the formats of the plan share.
 */
#ifndef TBLINT_PLAN_PARTS_H
#define TBLINT_PLAN_PARTS_H

#include "report/report.h"

enum { PLAN_COLUMNS_MOST = 4 };

/* A table of tb's output, as texts that are not escaped yet. */
typedef struct {
    Str cells[PLAN_COLUMNS_MOST];
} PlanRow;

typedef VEC(PlanRow) PlanRows;

typedef struct {
    const char *title; /* "Changes to be deployed" */
    const char *none;  /* what stands instead of an empty table */
    size_t columns;
    const char *const *names; /* of the columns */
    PlanRows rows;
} PlanTable;

typedef VEC(PlanTable) PlanTables;

/* The tables that `tb deploy --check` prints, in its order: changes, tokens, data copies. */
PlanTables plan_tables(Arena *arena, const ProjectPlan *project);

/* Why each step happens, one sentence each: "events: rewrite, because sorting key changed". */
Strs plan_reasons(Arena *arena, const Plan *plan);

/* What keeps the deploy from starting, one sentence each; empty when nothing here does. */
Strs plan_refusals(const Report *report, const ProjectPlan *project);

/* Something is deleted, which tb does only when told to. */
bool plan_deletes(const Plan *plan);

/* plan_tree.c: who leads to whom, drawn for a terminal. */
void plan_tree(const Report *report, const ProjectPlan *project, Buf *out);

/* plan_mermaid.c: one flowchart of all projects, without the fence around it. */
void plan_mermaid(Arena *arena, const ProjectPlans *projects, Buf *out);

#endif
