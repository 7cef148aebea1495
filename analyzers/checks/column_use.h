/*
 * column_use.h: who reads a column of a data source, by name or through stars, nodes and pipes.
 */
#ifndef TBLINT_COLUMN_USE_H
#define TBLINT_COLUMN_USE_H

#include "check.h"

typedef struct {
    const Resource *resource; /* a pipe, or the data source itself */
    Str what;                 /* "pipe 'daily'", "index 'by_host'" */
    Str key;                  /* the same for the id of a finding: "pipe daily" */
    Range range;
    bool certain; /* false: in a template's branch, a query that does not parse, or a
                                 name that another table may supply */
} ColumnUse;

typedef VEC(ColumnUse) ColumnUses;

/* Of a changed data source. The first question asks the lineage of every pipe that reads what
 * changed, once, and says under `unchecked` what may hide a read of a dropped column. One use a
 * pipe (a certain one if there is any), then indexes and DEFAULT expressions of the data source
 * itself. All on the candidate's side. */
ColumnUses column_uses(const Check *check, const Resource *datasource, Str column);

/* "pipe 'a', pipe 'b' and index 'c'"; at most `limit`, then "and 4 more". */
Str column_uses_text(Arena *arena, const ColumnUses *uses, size_t limit);

#endif
