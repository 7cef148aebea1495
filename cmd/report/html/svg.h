/*
 * svg.h: one picture of the lineage, as inline SVG.
 */
#ifndef TBLINT_HTML_SVG_H
#define TBLINT_HTML_SVG_H

#include "report/graph/layout.h"
#include "report/html/parts.h"
#include "report/plan_graph.h"

typedef struct {
    const PlanNode *plan;
    HtmlEffect effect;
    Str does;                      /* "rewritten by its FORWARD_QUERY" */
    const ResourceFindings *found; /* NULL: nothing */
} DrawnNode;

typedef struct {
    size_t from, to;
    Str label; /* of a migration; else empty */
} DrawnEdge;

typedef struct {
    Str project;
    size_t number; /* of the picture in the page */
    DrawnNode *nodes;
    size_t len;
    DrawnEdge *edges;
    size_t edge_count;
} Drawn;

/* Lays the picture out and draws it. */
void html_svg(Html *html, const Drawn *drawn);

/* The outline that stands for a kind, 16 by 16, as the data of a path. */
const char *html_svg_mark(DatafileKind kind, const char *type);

#endif
