/*
 * materialized_dimensions.h: the columns of a target that its view groups by.
 */
#ifndef TBLINT_MATERIALIZED_DIMENSIONS_H
#define TBLINT_MATERIALIZED_DIMENSIONS_H

#include "checks/check.h"
#include "model/view.h"

typedef struct {
    const OutputColumn *output;
    const Expr *item; /* of GROUP BY */
} Dimension;

typedef VEC(Dimension) Dimensions;

/* Of the view's output, in the order of GROUP BY. What GROUP BY names and the view does not give
 * is left out. None when the view does not group or its columns are not known. */
Dimensions view_dimensions(const Check *check, const View *view);

const Dimension *dimension_named(const Dimensions *dimensions, Str name); /* NULL */

/* AggregateFunction or SimpleAggregateFunction: no column to group by. */
bool is_aggregated_type(const Type *type);

/* The expression without its alias, normalised. */
Str bare_text(Arena *arena, const Expr *expr);

/* Rows with equal values in the columns `keys` of the output have equal values in `column`: it is
 * computed from them, or is a constant, or a longer stretch of the same time. True also where
 * that is not certain. */
bool is_determined(Arena *arena, const Output *output, const OutputColumn *column,
                   const Strs *keys);

#endif
