/*
 * column_use.h: who reads a column of a data source.
 *
 * Only direct reads are found: a query that takes FROM the data source itself. What goes through
 * SELECT * or through other nodes is left to the analysis of lineage.
 */
#ifndef TBLINT_COLUMN_USE_H
#define TBLINT_COLUMN_USE_H

#include "check.h"

typedef struct {
    const Resource *resource; /* a pipe, or the data source itself */
    Str what;                 /* "pipe 'daily'", "index 'by_host'" */
    Range range;
    bool certain; /* false: in a template, a query that does not parse, or an ambiguous name */
} ColumnUse;

typedef VEC(ColumnUse) ColumnUses;

/* The first question about a data source walks the queries of its readers once, for all columns.
 * One use a pipe (a certain one if there is any), then indexes and DEFAULT expressions of the
 * data source itself. All on the candidate's side. */
ColumnUses column_uses(const Check *check, const Resource *datasource, Str column);

/* "pipe 'a', pipe 'b' and index 'c'"; at most `limit`, then "and 4 more". */
Str column_uses_text(Arena *arena, const ColumnUses *uses, size_t limit);

#endif
