/*
 * plan_rollback.h: what would undo the plan, in the formats that have it.
 */
#ifndef TBLINT_PLAN_ROLLBACK_H
#define TBLINT_PLAN_ROLLBACK_H

#include "report/json_tree.h"
#include "report/report.h"

/* Of one project; nothing where no rollback was asked for. */
void plan_rollback_text(const Report *report, const ProjectPlan *project, Buf *out);
void plan_rollback_markdown(const ProjectPlan *project, Buf *out);

/* The array `rollback` of all projects. */
void plan_rollback_json(const Report *report, cJSON *root);

#endif
