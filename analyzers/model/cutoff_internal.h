/*
 * cutoff_internal.h: the reader of time filters, between its files.
 */
#ifndef TBLINT_CUTOFF_INTERNAL_H
#define TBLINT_CUTOFF_INTERNAL_H

#include "cutoff_filter.h"
#include "lineage.h"

typedef struct {
    Loader *loader;
    const Project *project;
    const Resource *pipe;
    const Select *select;
    const NodeLineage *inner; /* of the own node that the select reads; NULL: it reads the source */
    const Datafile *source;   /* facts of the table read; NULL when not known */
    bool computed;            /* the condition names what `inner` computes */
    Strs chunks;              /* conditions that compare the column with a parameter */
    const Query *templated;   /* the first that depends on template values */
    bool templated_first;     /* no other reason came before it */
    CutoffFilter *filter;
} FilterReader;

/* Says why the filter cannot be compared; the first reason counts. */
void cutoff_trouble(FilterReader *r, const char *why, Range range);

/* The conditions of r->select. */
void cutoff_read_select(FilterReader *r);

/* ---- cutoff_literal.c ---- */

/* '...', toDateTime('...'), CAST('...' AS DateTime) and their kin. False for what is no literal and
 * for one in another zone than UTC. */
bool cutoff_literal(const Expr *expr, Nanos *out);

bool cutoff_zone_is_utc(Str zone);

/* The multiple of `tick` at or before, and at or after, the moment. */
Nanos cutoff_floor(Nanos at, Nanos tick);
Nanos cutoff_ceil(Nanos at, Nanos tick);

/* ---- cutoff_condition.c ---- */

typedef struct {
    Str name;
    bool by_day;
} FilterColumn;

/* The source's column behind `ts`, `t.ts`, an alias of it, or toDate() of one of these. An alias
 * of the select list comes before a column of the same name. `depth` is 0. */
bool cutoff_column(FilterReader *r, const Expr *expr, FilterColumn *out, int depth);

/* The comparison with its sides exchanged: > of <; empty for other operators. */
Str cutoff_flipped(Str op);

/* Takes a condition of WHERE or PREWHERE apart. */
void cutoff_read_condition(FilterReader *r, const Expr *expr);

/* ---- cutoff_moving.c ---- */

/* A time column compared with a value of a template alone. */
bool cutoff_is_chunk(FilterReader *r, const Expr *expr);

/* ---- cutoff_template.c ---- */

/* Parameters of a copy that a person runs choose a chunk of what a literal bounds: such a template
 * is no reason against comparing it. Any other is. */
void cutoff_settle_template(FilterReader *r);

/* Remembers the bounds of a condition that literals do not fix. */
void cutoff_read_moving(FilterReader *r, const Expr *expr);

#endif
