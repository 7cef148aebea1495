/*
 * plan_graph.h: the plan as a picture: what changes, and the views that lead from one to the next.
 *
 * Data only: tree, Mermaid, DOT and Markdown draw it. Lives in the report's arena.
 */
#ifndef TBLINT_PLAN_GRAPH_H
#define TBLINT_PLAN_GRAPH_H

#include "report/report.h"

typedef VEC(size_t) NodeNumbers;

typedef struct {
    Str name;
    DatafileKind kind;
    const char *type;     /* "datasource", "endpoint", "materialized", ... */
    const PlanStep *step; /* NULL: nothing happens to it, it only leads on */
    NodeNumbers next;     /* who reads it, or what it writes */
    size_t before;        /* how many lead to it */
    size_t more_readers;  /* that are not in the picture; 0 where not all readers were looked at */
} PlanNode;

/* A migration that the change takes part in. */
typedef struct {
    size_t legacy, replica;
    Str label; /* "migration: replicate, sync" */
} MigrationEdge;

typedef VEC(MigrationEdge) MigrationEdges;

typedef struct {
    PlanNode *nodes;
    size_t len;
    MigrationEdges migrations; /* beside `next` of the nodes */
} PlanGraph;

PlanGraph plan_graph_make(Arena *arena, const ProjectPlan *project);

/* The same, and what is around it as far as files were parsed: whoever reads what is in the plan,
 * and what those write, to the end; one step back, what writes and what is read; the connections.
 * What is nearer to the plan comes first. */
PlanGraph plan_graph_affected(Arena *arena, const ProjectPlan *project);

/* The places where a drawing starts: what nothing leads to, and one of each closed ring. */
NodeNumbers plan_graph_roots(Arena *arena, const PlanGraph *graph);

/* What happens to it, in a few words: "rewritten by forward query", "reads on". */
Str plan_node_effect(Arena *arena, const PlanNode *node);

#endif
