/*
 * conversion_fact.h: what the parts of the conversion table share.
 *
 * A Fact is the answer for a plain CAST plus what is different with the accurateCast functions;
 * conversion.c turns it into the answer for a method.
 */
#ifndef TBLINT_CONVERSION_FACT_H
#define TBLINT_CONVERSION_FACT_H

#include "conversion.h"

typedef enum {
    FAMILY_OTHER, /* nothing is known */
    FAMILY_INT,
    FAMILY_FLOAT,
    FAMILY_DECIMAL,
    FAMILY_BOOL,
    FAMILY_STRING,
    FAMILY_FIXED_STRING,
    FAMILY_UUID,
    FAMILY_IPV4,
    FAMILY_IPV6,
    FAMILY_DATE,
    FAMILY_DATE32,
    FAMILY_DATETIME,
    FAMILY_DATETIME64,
    FAMILY_ENUM,
    FAMILY_ARRAY,
    FAMILY_MAP,
    FAMILY_TUPLE,
    FAMILY_JSON,
    FAMILY_AGGREGATE,
} Family;

/* A type without the wrappers Nullable, LowCardinality and SimpleAggregateFunction. */
typedef struct {
    Family family;
    int bits; /* of integers and floats */
    bool is_signed;
    int precision; /* of Decimal and DateTime64 */
    int scale;
    int length;  /* of FixedString */
    bool is_utc; /* times print in UTC: no zone or UTC */
    const Type *type;
} Shape;

typedef struct {
    Conversion cast;
    bool accurate_refuses;        /* accurateCast raises on the values that CAST would change */
    const char *accurate_witness; /* accurateCast raises on this one too, which CAST changes */
    bool accurate_never;          /* accurateCast refuses the pair, CAST takes it */
    bool or_null_raises;          /* accurateCastOrNull and OrDefault raise as well */
} Fact;

Shape shape_of(const Type *bare);

Fact fact_unknown(void);
Fact fact_lossless(void);
Fact fact_never(void);
Fact fact_fails(const char *witness);
Fact fact_changes(const char *witness, const char *result, const char *how);
Fact fact_with_failure(Fact fact, const char *witness); /* fails on that value, too */
Fact fact_refused_by_accurate(Fact fact);

/* The values of one family in any other; by the family of `from`. */
Fact fact_from_int(Shape from, Shape to);
Fact fact_from_float(Shape from, Shape to);
Fact fact_from_decimal(Shape from, Shape to);
Fact fact_from_bool(Shape from, Shape to);
Fact fact_from_date(Shape from, Shape to);
Fact fact_from_time(Shape from, Shape to);
Fact fact_from_string(Shape from, Shape to);
Fact fact_from_fixed_string(Shape from, Shape to);
Fact fact_from_address(Shape from, Shape to); /* UUID, IPv4, IPv6 */
Fact fact_from_enum(Shape from, Shape to);

/* A number that is none of the Enum's, a text that is none of its names; NULL when all are. */
const char *enum_foreign_number(const Type *type);
const char *enum_foreign_name(const Type *type);

#endif
