/*
 * json_parts.h: the parts that everything of schema tblint/1 shares.
 */
#ifndef TBLINT_JSON_PARTS_H
#define TBLINT_JSON_PARTS_H

#include "report/json_tree.h"
#include "report/report.h"

/* A root with what was compared. */
cJSON *json_begin(const Report *report);
/* `written` as for report_writes_fix(). */
void json_finding(cJSON *item, const Report *report, Map *written, const Finding *finding);
void json_step(cJSON *item, Str project, const PlanStep *step);
void json_range(cJSON *to, Region region); /* as "range" */
void json_texts(cJSON *to, const char *key, const Strs *texts);
void json_known(cJSON *to, const char *key, Str text); /* an empty text as null */

#endif
