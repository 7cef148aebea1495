/*
 * retention_number.h: constants in TTL expressions.
 */
#ifndef TBLINT_RETENTION_NUMBER_H
#define TBLINT_RETENTION_NUMBER_H

#include "retention.h"

/* The value of a constant number: 60, '60', 30 * 2, -1. False for anything else, and beyond 10^12.
 */
bool constant_number(const Expr *expr, double *out);

/* A length of `months` calendar months and `seconds`, with its range. */
TtlLength ttl_length_of(int64_t months, int64_t seconds);

/* months and seconds of `count` units: "DAY" in any letter case. False when it is no unit. */
bool unit_length(Str unit, double count, int64_t *months, int64_t *seconds);

/* The unit in a function's name: of toIntervalDay, addDays, subtractDays; empty for others. */
Str unit_of_function(Str name, const char *prefix);

#endif
