/*
 * cutoff_filter.h: the time filter of a pipe as an interval of one column.
 *
 * Moments are nanoseconds since 1970 in the column's own time
 * zone. A filter is read whole or not at all: nothing about it is guessed.
 */
#ifndef TBLINT_CUTOFF_FILTER_H
#define TBLINT_CUTOFF_FILTER_H

#include "base/clock.h"
#include "project.h"

typedef int64_t Nanos;

#define NANOS_PER_SECOND INT64_C(1000000000)
#define NANOS_PER_DAY    (INT64_C(86400) * NANOS_PER_SECOND)

typedef struct {
    bool present;
    Nanos literal; /* as written */
    Nanos at;      /* a lower bound's first moment inside, an upper bound's first outside */
    Range range;   /* of the comparison */
    bool in_utc;   /* the literal is in UTC whatever zone the column has: toDateTime('...') */
} TimeBound;

/* A bound that is now(), today() or counted from them. */
typedef struct {
    bool present;
    bool bare;   /* now() itself, nothing added or taken away */
    Str moment;  /* as written, normalised: "now() - toIntervalHour(1)" */
    Range range; /* of the comparison */
} MovingBound;

typedef struct {
    const char *trouble; /* why the filter cannot be compared; NULL when it can */
    Range trouble_range;
    Str source; /* the one table that the query reads */
    Str column; /* of the source; empty when no bound was read */
    Str hidden; /* the name in the filter, where it is an alias of `column` and the source has a
                   column of that name, too */
    Nanos tick; /* the column's resolution; 1 when its type is not known */
    bool tick_known;
    bool by_day; /* toDate(column) is compared */
    Str zone;    /* of the column's type; empty: UTC, or not known */
    TimeBound lower, upper;
    MovingBound moving_lower, moving_upper; /* they count among `others`, too */
    Str parameter_column; /* its upper bound is a value of a template: a parameter; else empty */
    Strs others;          /* the remaining conditions, normalised */
    bool others_move;     /* one of them names a moment: now(), a date column */
    Range where;          /* of the filter, else of the query */
} CutoffFilter;

/* Reads the filter of the pipe's output node and of its own nodes that this one reads; `project`
 * knows the source's columns. */
CutoffFilter cutoff_filter_read(Loader *loader, const Project *project, const Resource *pipe);

/* The first moment whose rows the sync pipe is to copy, as a reader would say it: the literal, or
 * of a filter by days the day after it for `>`. */
Nanos cutoff_moment(const CutoffFilter *filter);

/* "2026-11-21 13:30:00", with a fraction where there is one. */
Str nanos_text(Arena *arena, Nanos at);

/* "from 2026-11-21 13:30:00 to 13:45:00": the day is said once. */
Str between_text(Arena *arena, Nanos from, Nanos to);

#endif
