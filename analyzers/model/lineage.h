/*
 * lineage.h: which tables a query reads.
 */
#ifndef TBLINT_LINEAGE_H
#define TBLINT_LINEAGE_H

#include "project.h"

/* Calls `visit` for every table that the query names: FROM, JOIN, subqueries, WITH, IN. Names that
 * a WITH defines are left out. Stops when `visit` returns false, and then returns false. */
bool query_tables(const Query *query, bool (*visit)(const Token *table, void *context),
                  void *context);

/* A node of the pipe has that name, and so hides the resource. */
bool pipe_node_shadows(const Resource *pipe, Str name);

/* Some node of the pipe reads that resource; `where` (may be NULL) is the first place. */
bool pipe_reads(Loader *loader, const Resource *pipe, Str name, Range *where);

/* The pipe materializes into the data source of that name (a copy does not). */
bool pipe_materializes_into(const Resource *pipe, Str datasource);

#endif
