/*
 * stale.h: TB001: what deploying this tree would undo of the live branch.
 */
#ifndef TBLINT_STALE_H
#define TBLINT_STALE_H

#include "findings/finding.h"
#include "source/comparison.h"

/* One finding a project that lacks changes of live. */
void stale_check(const Comparison *comparison, Findings *findings);

#endif
