/*
 * resolve_trigger.h: which table's inserts make a view run.
 */
#ifndef TBLINT_RESOLVE_TRIGGER_H
#define TBLINT_RESOLVE_TRIGGER_H

#include "resolve.h"

/* Sets `triggers` of the table that FROM leads to first, through subqueries and WITH. */
void mark_triggers(Resolver *r, const Query *query);

#endif
