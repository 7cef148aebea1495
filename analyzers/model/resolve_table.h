/*
 * resolve_table.h: what a name in FROM, JOIN or IN means to a node of a pipe.
 */
#ifndef TBLINT_RESOLVE_TABLE_H
#define TBLINT_RESOLVE_TABLE_H

#include "resolve.h"

/* Fills all but `certain` and `triggers`. The name is no WITH's. */
TableUse table_meaning(Loader *loader, const Resource *pipe, size_t node, Token name);

/* The first node of that name, or -1. */
int pipe_node_index(Loader *loader, const Resource *pipe, Str name);

#endif
