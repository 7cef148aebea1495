/*
 * conversion.h: what ClickHouse does to the values of a column when its type changes.
 *
 * Made from measurements of the real engine (oracle/cast-matrix.tsv of the test material); where
 * nothing was measured the answer is CONVERSION_UNKNOWN, and the caller says so. Witnesses of
 * parts of an array, map or tuple are not given: they are no values of the whole.
 */
#ifndef TBLINT_CONVERSION_H
#define TBLINT_CONVERSION_H

#include "syntax/type.h"

typedef enum {
    CAST_STRICT,     /* CAST, ::, toX(x): raises on what it cannot convert, wraps what it can */
    CAST_ACCURATE,   /* accurateCast: raises where CAST would wrap */
    CAST_OR_NULL,    /* accurateCastOrNull, toXOrNull */
    CAST_OR_DEFAULT, /* accurateCastOrDefault, toXOrDefault, toXOrZero */
} CastMethod;

typedef enum { CONVERSION_UNKNOWN, CONVERSION_YES, CONVERSION_NO } Tristate;

typedef struct {
    Tristate possible;          /* NO: no value converts, the function refuses the pair */
    Tristate can_fail;          /* some value raises an error, which fails the deployment */
    Tristate can_change;        /* some value arrives as another one without an error */
    const char *fail_witness;   /* a value that raises: "abc", NULL; or NULL */
    const char *change_witness; /* a value that changes: "256"; or NULL */
    const char *change_result;  /* what it becomes: "0"; or NULL */
    const char *how;            /* "wraps", "is truncated", "loses its fraction", ...; or NULL */
} Conversion;

Conversion conversion_of(const Type *from, const Type *to, CastMethod method);

/* Every value keeps its meaning and none fails, with a plain CAST. */
bool conversion_is_lossless(const Type *from, const Type *to);

/* The expression that converts `column` (written as `column_sql`) from one type to the other with
 * the least loss that can be had: CAST(x, 'T'), ifNull(x, d), ... `lossy_out` is true when values
 * may change or fail whatever is written. Empty when only the author can know (String to Array). */
Str conversion_expression(Arena *arena, Str column_sql, const Type *from, const Type *to,
                          bool *lossy_out);

/* The default value of a type as SQL: 0, '', toDate(0), [], NULL; empty when unknown. */
Str type_default_sql(Arena *arena, const Type *type);

#endif
