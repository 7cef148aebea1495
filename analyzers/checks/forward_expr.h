/*
 * forward_expr.h: what one item of a forward query's select list does to the live columns.
 *
 * Private to the forward-query checks.
 */
#ifndef TBLINT_FORWARD_EXPR_H
#define TBLINT_FORWARD_EXPR_H

#include "forward_list.h"

enum { FORWARD_ALIAS_DEPTH = 64 };

/* What the items of one list share. */
typedef struct {
    Arena *arena;
    const Datafile *live;
    Str table;    /* the data source's name: events.id is id */
    Map *aliases; /* name -> Expr: aliases anywhere in the list, and WITH ... AS name */
    size_t steps; /* so far, over the whole list: aliases of aliases grow without end */
} ForwardScope;

/* Collects the aliases of the list, also those inside expressions. */
Map *forward_aliases(Arena *arena, const Select *select);

/* Fills kind, source, reads, unknown, type, casts of an output from its expression. `out->expr`
 * and `out->name` are set by the caller. */
void forward_eval(ForwardScope *scope, ForwardOutput *out);

/* The live column of that name, also where the name is quoted. NULL. */
const Column *forward_live_column(const ForwardScope *scope, Str name);

#endif
