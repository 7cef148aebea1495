/*
 * infer_internal.h: what the infer_*.c files share.
 *
 * A value is a type and whether it is certainly a constant: LowCardinality goes through a function
 * only where every other argument is one.
 */
#ifndef TBLINT_INFER_INTERNAL_H
#define TBLINT_INFER_INTERNAL_H

#include "infer.h"

typedef struct {
    const Type *type; /* NULL: not certain */
    bool constant;    /* for certain */
} Value;

/* A parameter of a lambda. */
typedef struct {
    Str name;
    const Type *type;
} Local;

typedef struct {
    const TypeScope *scope;
    Arena *arena;
    VEC(Local) locals; /* the innermost last */
    int depth;
} Infer;

/* A call or an operator with its arguments, each looked at once; a lambda has no type here. */
typedef struct {
    const Expr *expr;
    const Value *args;
    size_t count;
} Call;

Value infer_value(Infer *in, const Expr *expr); /* expr may be NULL */
const Type *infer_lambda(Infer *in, const Expr *lambda, const Type *const *types, size_t count);

/* ---- classes of types: infer_wrap.c ---- */

/* The class of a type under its wrappers, as a letter: u i unsigned and signed integers of 8 to 64
 * bits, L larger ones, f g Float64 and Float32, D Decimal, B Bool, S String, F FixedString, d e t T
 * Date, Date32, DateTime, DateTime64, E Enum, U UUID, 4 6 IP addresses, A Array, M Map, P Tuple,
 * G AggregateFunction, V intervals, N Nothing, ? all others; 0 for NULL. */
char infer_class(const Type *type);
bool infer_class_in(const Type *type, const char *classes); /* "*": any but G, V, N and ? */
int infer_bits(const Type *type);                           /* 8 of UInt8 and of Bool */

/* ---- making types: infer_wrap.c ---- */

const Type *infer_named(Infer *in, const char *name);
const Type *infer_of(Infer *in, const char *wrapper, const Type *inner); /* Array(T) and the like */
const Type *infer_integer(Infer *in, bool is_signed, int bits);
const Type *infer_nullable(Infer *in, const Type *type);         /* NULL where none can be made */
const Type *infer_date_time(Infer *in, int precision, Str zone); /* precision -1: DateTime */
bool infer_zone(const Type *type, Str *zone);                    /* false: no date with a time */
bool infer_holds(const Type *type, const char *name, int max_depth); /* somewhere inside */

/* T of SimpleAggregateFunction(f, T), which is T with a name on it; else the type. */
const Type *infer_unnamed(const Type *type);

/* ---- from arguments to results: infer_wrap.c ---- */

bool infer_all_known(const Call *call);
bool infer_any_nullable(const Call *call);
bool infer_any_low_cardinality(const Call *call);
/* What most functions do with the wrappers of their arguments: one Nullable makes the result
 * Nullable; LowCardinality stays where it is the only argument that is no constant. */
const Type *infer_wrapped(Infer *in, const Call *call, const Type *result);
/* The part of it that is about LowCardinality alone; the result has none yet. */
const Type *infer_low_cardinality(Infer *in, const Call *call, const Type *result);

/* ---- families ---- */

/* infer_literal.c */
const Type *infer_number(Infer *in, Str text);
const Type *infer_array_literal(Infer *in, const Call *call);
const Type *infer_tuple(Infer *in, const Call *call);
const Type *infer_map(Infer *in, const Call *call);

/* infer_common.c: the type that holds all values of both; NULL. Nullable if one is. */
const Type *infer_common(Infer *in, const Type *a, const Type *b);
const Type *infer_common_of(Infer *in, const Value *values, size_t count, size_t step);

/* infer_condition.c */
const Type *infer_if(Infer *in, const Call *call);       /* if(c, a, b) and ?: */
const Type *infer_multi_if(Infer *in, const Call *call); /* multiIf(c, a, ..., z) */
const Type *infer_case(Infer *in, const Call *call);
const Type *infer_coalesce(Infer *in, const Call *call); /* ifNull(a, b) as well */
const Type *infer_null_if(Infer *in, const Call *call);

/* infer_convert.c */
bool infer_is_conversion(const Expr *call);
const Type *infer_conversion(Infer *in, const Call *call);
const Type *infer_cast(Infer *in, const Type *from, const Type *to);

/* infer_date.c */
const Type *infer_interval(Infer *in, Str unit);
const Type *infer_add_interval(Infer *in, const Call *call, const Type *date, Str unit);
const Type *infer_add_units(Infer *in, const Call *call); /* addDays(x, n), subtractHours(x, n) */
const Type *infer_start_of_time(Infer *in, const Call *call);
const Type *infer_start_of_interval(Infer *in, const Call *call);
const Type *infer_date_trunc(Infer *in, const Call *call);
const Type *infer_date_diff(Infer *in, const Call *call); /* dateDiff(unit, a, b) */
const Type *infer_to_time_zone(Infer *in, const Call *call);
const Type *infer_from_unix64(Infer *in, const Call *call, int precision);
const Type *infer_now(Infer *in, const Call *call);
const Type *infer_now64(Infer *in, const Call *call);

/* infer_arithmetic.c */
const Type *infer_arithmetic(Infer *in, const Call *call, char operator);
const Type *infer_negate(Infer *in, const Call *call);
const Type *infer_abs(Infer *in, const Call *call);
const Type *infer_int_div(Infer *in, const Call *call);

/* infer_operator.c */
const Type *infer_operator(Infer *in, const Call *call, Str name);

/* infer_array.c */
const Type *infer_array_function(Infer *in, const Call *call, Str name);
const Type *infer_element(Infer *in, const Call *call);       /* a[i], arrayElement(a, i) */
const Type *infer_tuple_element(Infer *in, const Call *call); /* t.1, tupleElement(t, 'a') */

/* infer_function.c */
Value infer_call(Infer *in, const Call *call);

/* infer_aggregate.c */
const Type *infer_aggregate(Infer *in, const Call *call);
const Type *infer_finalized(Infer *in, const Type *state);

/* infer_aggregate_result.c: what an aggregate function without combinators gives; the types are
 * without LowCardinality and Nullable. */
typedef struct {
    Str name;
    bool any_case;
    size_t min, max; /* number of arguments */
    int result;
    const char *accepts;
} AggregateEntry;

const AggregateEntry *infer_aggregate_find(Str name);
bool infer_counts_rows(const AggregateEntry *entry); /* of no value it is 0, never NULL */
bool infer_nulls_unclear(const AggregateEntry *entry);
const Type *infer_aggregate_result(Infer *in, const AggregateEntry *entry, const Type *const *types,
                                   size_t count);
const Type *infer_sum(Infer *in, const Type *type); /* of a sum of values of the type */

#endif
