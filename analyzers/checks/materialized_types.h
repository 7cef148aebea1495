/*
 * materialized_types.h: whether a view's column can be stored in its target's.
 *
 * A view's INSERT converts as any INSERT does, so most differences are harmless. Only pairs that
 * ClickHouse refuses whatever the values are do not fit; where nothing is certain, the answer is
 * that they fit. Measured with the real engine: tests/engine/test_view_types.c.
 */
#ifndef TBLINT_MATERIALIZED_TYPES_H
#define TBLINT_MATERIALIZED_TYPES_H

#include "syntax/sql.h"

typedef enum {
    TYPES_FIT,            /* or nothing certain is known */
    PLAIN_FOR_STATE,      /* a value where the target stores states: sum(x) for sumState(x) */
    STATE_FOR_PLAIN,      /* the other way round */
    OTHER_STATE_FUNCTION, /* states of another aggregate function */
    OTHER_STATE_TYPES,    /* of the same one, over arguments of other types */
    NO_CONVERSION,        /* ClickHouse converts no value of one type to the other */
} TypeFit;

/* Either type may be NULL. `expr` is what gives the value, NULL when it is not known. */
TypeFit view_type_fit(const Type *given, const Type *stored, const Expr *expr);

#endif
