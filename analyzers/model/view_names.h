/*
 * view_names.h: the names in a query that another spelling could replace: of WITH queries, of
 * table aliases, and of the tables themselves.
 */
#ifndef TBLINT_VIEW_NAMES_H
#define TBLINT_VIEW_NAMES_H

#include "view_scope.h"

typedef VEC(const Cte *) UsedCtes;

typedef struct {
    SqlRenames renames; /* in the order of the file once names_sort() has run */
    Tokens tables;      /* what no WITH defines: FROM, JOIN and IN, by place in the walk */
    UsedCtes ctes;      /* queries of WITH that something reads, by first use: __w1, __w2, ... */
} QueryNames;

/* Of one query, or of all variants of a template. `templated`: entries of WITH stay in the text
 * where they stand; else they are left out of it, for their texts to be put behind. */
QueryNames names_of(Arena *arena, const Query *const *queries, size_t count, bool templated);

void names_add(Arena *arena, QueryNames *names, Range place, Str text);
void names_sort(QueryNames *names);

/* The text with the other names put in their places. `offset` is where it starts in its file. */
Str names_splice(Arena *arena, const QueryNames *names, Str text, uint32_t offset);

#endif
