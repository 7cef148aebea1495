/*
 * moment_column.h: which column of which data source a time in a query comes from.
 */
#ifndef TBLINT_MOMENT_COLUMN_H
#define TBLINT_MOMENT_COLUMN_H

#include "lineage.h"
#include "view_scope.h"

/* Where the expression stands. */
typedef struct {
    Loader *loader;
    const Resource *pipe;
    size_t node;
    const SelectScope *scope;
} MomentPlace;

typedef struct {
    const Resource *source; /* a data source */
    Str column;
    int64_t span; /* the expression gives the start of a span that the column's moment lies in:
                     its seconds, at most; 0: the moment itself */
} MomentColumn;

/* Follows aliases, WITH, subqueries, nodes and pipes, through conversions and starts of days and
 * other spans. False where anything else is computed, or where it is not certain. */
bool moment_column(const MomentPlace *place, const Expr *expr, MomentColumn *out);

#endif
