/*
 * migration_filter.h: the time filter of a pipe as an interval of one column.
 *
 * Private to the migration family. Moments are nanoseconds since 1970 in the column's own time
 * zone. A filter is read whole or not at all: nothing about it is guessed.
 */
#ifndef TBLINT_MIGRATION_FILTER_H
#define TBLINT_MIGRATION_FILTER_H

#include "check.h"

typedef int64_t Nanos;

#define NANOS_PER_SECOND INT64_C(1000000000)
#define NANOS_PER_DAY    (INT64_C(86400) * NANOS_PER_SECOND)

typedef struct {
    bool present;
    Nanos literal; /* as written */
    Nanos at;      /* a lower bound's first moment inside, an upper bound's first outside */
    Range range;   /* of the comparison */
} TimeBound;

typedef struct {
    const char *trouble; /* why the filter cannot be compared; NULL when it can */
    Range trouble_range;
    Str source; /* the one table that the query reads */
    Str column; /* of the source; empty when no bound was read */
    Nanos tick; /* the column's resolution; 1 when its type is not known */
    bool tick_known;
    bool by_day; /* toDate(column) is compared */
    TimeBound lower, upper;
    Strs others;      /* the remaining conditions, normalised */
    bool others_move; /* one of them names a moment: now(), a date column */
    Range where;      /* of the filter, else of the query */
} TimeFilter;

/* Reads the filter of the pipe's output node; `project` knows the source's columns. */
TimeFilter time_filter_read(const Check *check, const Project *project, const Resource *pipe);

/* "2026-11-21 13:30:00", with a fraction where there is one. */
Str nanos_text(Arena *arena, Nanos at);

#endif
