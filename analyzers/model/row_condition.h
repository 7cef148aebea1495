/*
 * row_condition.h: whether conditions on the columns of a data source together take in every row.
 */
#ifndef TBLINT_ROW_CONDITION_H
#define TBLINT_ROW_CONDITION_H

#include "syntax/sql.h"

typedef struct {
    bool certain;    /* some row that the column types allow is in none of the conditions */
    Str null_column; /* all such rows that were found are NULL in this column; else empty */
} RowGap;

/* Looks for such a row among the values near those that the conditions name: comparisons of text,
 * numbers, Bool and Enum columns with literals, IN, BETWEEN, IS NULL, empty(), AND, OR, NOT. What
 * else stands there may be true of any row, so that it never makes a gap certain. */
RowGap conditions_gap(Arena *arena, const Datafile *schema, const Exprs *conditions);

#endif
