/*
 * infer.h: the type that ClickHouse gives an expression, where it is certain.
 *
 * Columns, literals, casts, conversions, aggregate functions with their State, Merge, If and other
 * combinators, arithmetic, dates, strings, conditions. NULL is an answer: "not certain". Versions
 * of the engine differ in few results; where they do, the answer is NULL.
 */
#ifndef TBLINT_INFER_H
#define TBLINT_INFER_H

#include "syntax/sql.h"

/* How names get their types. Both may give NULL. */
typedef struct {
    Arena *arena;
    const Type *(*column)(void *context, const Expr *column);   /* EXPR_COLUMN, alias included */
    const Type *(*subquery)(void *context, const Query *query); /* its only column; may be NULL */
    void *context;
} TypeScope;

const Type *infer_type(const TypeScope *scope, const Expr *expr);

/* The expression calls an aggregate function (not a window function) outside subqueries. */
bool expr_aggregates(const Expr *expr);

/* The name, in any case that ClickHouse takes and with any combinators, is an aggregate function.
 */
bool is_aggregate_function(Str name);

/* The expression gives a state for an AggregateFunction column: sumState(x), a column of such a
 * type is not looked at. */
bool expr_gives_state(const Expr *expr);

#endif
