/*
 * plan_line.h: what the deploy would do, in one line.
 */
#ifndef TBLINT_PLAN_LINE_H
#define TBLINT_PLAN_LINE_H

#include "report/report.h"

/* "be refused (events); once that is mended: alter 1": what follows "deploy would". Safe for a
 * terminal. */
void plan_line(const PlanCounts *counts, Buf *line);

#endif
