/*
 * view_internal.h: the parts that make a View.
 */
#ifndef TBLINT_VIEW_INTERNAL_H
#define TBLINT_VIEW_INTERNAL_H

#include "view.h"

/* A node that the view computes. */
typedef struct {
    const Resource *pipe;
    size_t node;
    bool triggers; /* on the way from the inserted rows to the output */
} ViewNode;

typedef VEC(ViewNode) ViewNodes;

/* The output node first, then what it reads, in the order of the text; each once. Data sources
 * that are read go to `sources` and `others` (both may be NULL). */
ViewNodes view_nodes(Loader *loader, const Resource *pipe, size_t node, Resources *sources,
                     Resources *others);

/* view_filter.c: adds the conditions, joins and limits of one query on the way of the rows.
 * `places` remembers what is listed, for the other variants and queries of the view. */
void view_filters(Loader *loader, const ViewNode *node, const Query *query, View *view,
                  Map *places);

#endif
