/*
 * schema.h: the parts of the schema family; each takes one data source that is on both sides.
 */
#ifndef TBLINT_SCHEMA_H
#define TBLINT_SCHEMA_H

#include "forward_list.h"

typedef struct {
    const Check *check;
    const ResourceChange *change;
    const DatasourceFacts *live;
    const DatasourceFacts *candidate;
    const ForwardList *forward; /* NULL: no FORWARD_QUERY, or Classic */
    bool is_view_target;        /* its views give its rows anew on a rewrite */
    bool has_writers;           /* a materialized or copy pipe does */
} Schema;

void schema_types(const Schema *schema);      /* TB101, TB102, TB114, TB115 */
void schema_dropped(const Schema *schema);    /* TB103, TB104, TB105, TB106 */
void schema_added(const Schema *schema);      /* TB107, TB108, TB109 */
void schema_attributes(const Schema *schema); /* TB110, TB111, TB112, TB113, TB117 */

/* What the plan does to the data source; NULL when it does nothing. */
const PlanStep *schema_step(const Schema *schema);
/* Rows that are sent without the new column go to quarantine: TB107. */
bool schema_needs_value(const Schema *schema, const ColumnChange *column);
void schema_detail(const Schema *schema, Finding *finding, Str detail);

#endif
