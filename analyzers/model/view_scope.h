/*
 * view_scope.h: what names mean inside a query: entries of WITH, aliases of tables.
 */
#ifndef TBLINT_VIEW_SCOPE_H
#define TBLINT_VIEW_SCOPE_H

#include "syntax/sql.h"

enum { NO_CTE = -1 };

/* A select and those around it. Lives in the arena. */
typedef struct SelectScope {
    const Select *select;
    const struct SelectScope *outer;
    size_t depth; /* how many are around it */
    int body;     /* whose body is looked at: its name is not in scope there; else NO_CTE */
    Map *ctes;    /* name -> CteEntry, queries only; NULL when there are none */
    Map *tables;  /* of many tables: alias or name -> TableRef; NULL when they are few */
    Map *values;  /* of many items and entries of WITH: alias -> Expr; NULL likewise */
} SelectScope;

typedef struct {
    int index;      /* of the first of that name */
    bool is_double; /* two queries of one WITH share the name */
} CteEntry;

typedef struct {
    const SelectScope *scope; /* that has it; NULL: no WITH gives the name */
    int index;
    bool is_double;
} FoundCte;

const SelectScope *select_scope(Arena *arena, const Select *select, const SelectScope *outer);
/* The same for the body of an entry of WITH. */
const SelectScope *cte_body_scope(Arena *arena, const SelectScope *scope, int index);

FoundCte scope_find_cte(const SelectScope *scope, Str name);
const Cte *found_cte(FoundCte found);
/* The item of the select that has this alias, else `WITH expr AS name` there or outside; NULL. */
const Expr *scope_find_value(const SelectScope *scope, Str name);

/* The table that a qualifier means, and in which select; NULL. */
const TableRef *scope_find_table(const SelectScope *scope, Str qualifier,
                                 const SelectScope **where);

#endif
