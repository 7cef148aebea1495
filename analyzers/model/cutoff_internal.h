/*
 * cutoff_internal.h: literals of time filters, between the files that read them.
 */
#ifndef TBLINT_CUTOFF_INTERNAL_H
#define TBLINT_CUTOFF_INTERNAL_H

#include "cutoff_filter.h"

/* '...', toDateTime('...'), CAST('...' AS DateTime) and their kin. False for what is no literal and
 * for one in another zone than UTC. */
bool cutoff_literal(const Expr *expr, Nanos *out);

bool cutoff_zone_is_utc(Str zone);

/* The multiple of `tick` at or before, and at or after, the moment. */
Nanos cutoff_floor(Nanos at, Nanos tick);
Nanos cutoff_ceil(Nanos at, Nanos tick);

#endif
