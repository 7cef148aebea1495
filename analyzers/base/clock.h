/*
 * clock.h: moments and dates, always in UTC, never in the machine's zone or locale.
 */
#ifndef TBLINT_CLOCK_H
#define TBLINT_CLOCK_H

#include "fault.h"
#include "str.h"

typedef int64_t Instant; /* seconds since 1970-01-01 00:00:00 UTC */

/* The current moment; TBLINT_NOW (RFC 3339) replaces it. Fault: TBLINT_NOW is no such moment. */
int clock_now(Instant *out, Fault *fault);

/* "2026-11-21T13:40:00Z", "2026-11-21 13:40:00", with optional fraction (dropped) and offset, or a
 * bare date. False when the text is none of these or no real date. */
bool instant_parse(Str text, Instant *out);

Str instant_date(Arena *arena, Instant at); /* 2026-11-21 */
Str instant_text(Arena *arena, Instant at); /* 2026-11-21 13:40:00 */

/* A span in words, the two largest units: "3 days", "1 hour 30 minutes", "1 second". */
Str span_text(Arena *arena, int64_t seconds);
/* How long ago, no finer than a reader needs: whole days from a week on. */
Str age_text(Arena *arena, int64_t seconds);

/* `at` moved by calendar months (a 31st is clipped to the month's last day). */
Instant instant_add_months(Instant at, int months);

#endif
