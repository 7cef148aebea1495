/*
 * view_time.h: whether a condition compares a time of the rows with a moment that it names.
 */
#ifndef TBLINT_VIEW_TIME_H
#define TBLINT_VIEW_TIME_H

#include "lineage.h"
#include "view_scope.h"

/* Where the condition stands. */
typedef struct {
    const NodeLineage *lineage; /* of its node */
    const SelectScope *scope;
    const Output *from; /* of the node or pipe that is the one table of the select; else NULL */
} TimePlace;

/* `*column` is the time's name as it stands there; `*moves` says that the moment is now(), today()
 * or counted from it. */
bool compares_time(const TimePlace *place, const Expr *condition, Str *column, bool *moves);

#endif
