/*
 * plan_migration.h: the migrations by replication that a change takes part in, and their steps, in
 * the formats of the plan.
 */
#ifndef TBLINT_PLAN_MIGRATION_H
#define TBLINT_PLAN_MIGRATION_H

#include "report/json_tree.h"
#include "report/report.h"

/* Of one project; nothing where there is no migration. */
void plan_migration_text(const Report *report, const ProjectPlan *project, Buf *out);
void plan_migration_markdown(const Report *report, const ProjectPlan *project, Buf *out);

/* The array `migrations` of all projects. */
void plan_migration_json(const Report *report, cJSON *root);

/* What the change does, on the edge from legacy to replica: "migration: replicate, sync". Empty
 * when it does nothing, or when one of the two is not known. */
Str plan_migration_label(Arena *arena, const MigrationChange *change);

#endif
