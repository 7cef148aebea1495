/*
 * forward_types.h: conversion functions of ClickHouse and the types that they certainly give.
 *
 * Private to the forward-query checks. NULL always means "not certain".
 */
#ifndef TBLINT_FORWARD_TYPES_H
#define TBLINT_FORWARD_TYPES_H

#include "model/conversion.h"
#include "syntax/sql.h"

typedef struct {
    bool found;
    CastMethod method;
    const Type *to; /* before OrNull makes it Nullable */
    const Type *result;
} ConversionCall;

/* toX, toXOrNull/OrZero/OrDefault, accurateCast*, parseDateTime*: `arg` is the type of the first
 * argument. */
ConversionCall conversion_call(Arena *arena, const Expr *call, const Type *arg);

/* Type of ifNull(x, d) and coalesce(x, d) for x of type `a` and a literal or typed d. */
const Type *type_of_if_null(Arena *arena, const Type *a, const Type *d, bool d_is_literal);

const Type *type_nullable(Arena *arena, const Type *t);
const Type *type_low_cardinality(Arena *arena, const Type *t);

/* The call gives an aggregate's state, or may: initializeAggregation of a function that is no
 * literal. */
bool call_is_state(const Expr *call);

#endif
