/*
 * view.h: what a materialized pipe computes: where its rows come from, what it leaves out, how it
 * groups, and its meaning as text.
 *
 * A view is the typed node with everything that it reads inside the project: nodes, WITH,
 * subqueries and other pipes, down to data sources. Made once a pipe and side, in the loader's
 * arena.
 */
#ifndef TBLINT_VIEW_H
#define TBLINT_VIEW_H

#include "lineage.h"
#include "view_meaning.h"

typedef struct {
    const Resource *pipe; /* whose file the range is in */
    Range range;
    const Expr *expr;
} ViewPlace;

typedef VEC(ViewPlace) ViewPlaces;

/* A condition of WHERE, PREWHERE or HAVING on a date or time, joined to the others by AND. */
typedef struct {
    ViewPlace place;
    Str column;       /* as named there */
    Str text;         /* as written, on one line: "timestamp > '2024-01-01'" */
    bool is_relative; /* now(), today(), ... */
} TimeFilter;

typedef VEC(TimeFilter) TimeFilters;

typedef struct View {
    const Resource *pipe;
    const Resource *target; /* the data source it writes; NULL when it is missing */
    size_t node;
    Resources sources; /* data sources whose inserts pass the view: see TableUse.triggers */
    Resources others;  /* data sources that it reads otherwise: JOIN, IN, scalar subqueries */
    ViewPlaces joins;  /* JOIN, IN (SELECT ...), dictGet(...), joinGet(...) */
    TimeFilters time_filters;
    ViewPlaces filters;    /* the other conditions that leave rows out, LIMIT included */
    const Exprs *group_by; /* of the select that gives the output; NULL when it has none */
    bool certain;          /* every part could be read, without templates: absence means absence */
    Str gap;               /* why not */
} View;

/* NULL when the pipe does not materialize or is not parsed. */
const View *view_of(Loader *loader, const Resource *pipe);

/* The views that write the data source, in the order of `writers`; each has it as its target. */
typedef VEC(const View *) Views;
Views views_into(Loader *loader, const Resource *datasource);

/* Normalised: equal for queries that differ in spelling, comments, names of nodes and of WITH, and
 * in nodes that the view does not read. */
Str view_meaning(Loader *loader, const View *view);

/* The same rows come out of both: equal meaning, also through pipes that changed. */
bool view_same(Loader *loader, const View *live, const View *candidate);

#endif
