/*
 * rebuild_fix.h: edits that keep the rows of a view's target as they are.
 */
#ifndef TBLINT_REBUILD_FIX_H
#define TBLINT_REBUILD_FIX_H

#include "check.h"

/* FORWARD_QUERY > SELECT * in the file of a data source whose columns are those of live, instead of
 * the query that stands there, if one does. NULL where the file cannot be edited so. */
Fix *keep_rows_fix(const Check *check, const Resource *target);

/* DEPLOYMENT_METHOD alter in the node that materializes; NULL where the node has one. */
Fix *alter_view_fix(const Check *check, const Resource *pipe);

#endif
