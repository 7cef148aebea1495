/*
 * view_meaning.h: what the nodes of a pipe compute, as text that spelling does not change.
 */
#ifndef TBLINT_VIEW_MEANING_H
#define TBLINT_VIEW_MEANING_H

#include "view_names.h"

#include "project.h"

/* How the output of other pipes counts in the meaning of a node. */
typedef enum {
    OTHERS_BY_CONTENT, /* by what they compute, whatever their names */
    OTHERS_BY_NAME,    /* as data sources do: what this file alone says */
} OtherPipes;

typedef struct NodeMeaning {
    Str text;
    Str name; /* a short text, equal where `text` is */
    bool is_made;
    bool under_way; /* it reads itself through others */
} NodeMeaning;

/* Of both ways to count other pipes, one a node. */
typedef struct PipeMeanings {
    Map *nodes; /* name -> index + 1, as a pointer */
    NodeMeaning *items[2];
} PipeMeanings;

/* NULL when the pipe is not parsed or has no such node. */
const NodeMeaning *node_meaning(Loader *loader, const Resource *pipe, size_t node,
                                OtherPipes others);

/* What the whole pipe gives: of all nodes with a type, of the last one when none has. */
Str pipe_outputs_meaning(Loader *loader, const Resource *pipe, OtherPipes others);

/* The node that a table's name means, of this pipe or of another one; NULL. */
const Resource *meant_node(Loader *loader, const Resource *pipe, size_t node, Str table,
                           size_t *meant);

/* Meaning of any pipe's output (endpoint, copy, sink); empty when the pipe is not parsed. */
Str pipe_meaning(Loader *loader, const Resource *pipe);

/* Of a query alone: tables by their names. Needs no broken query and no tags. */
Str query_meaning(Arena *arena, const Query *query);

/* view_columns.c: the output of the candidate is that of live and more columns, all else is the
 * same, through nodes and pipes. */
bool only_columns_added(Loader *loader, const Resource *live, const Resource *candidate);

#endif
