/*
 * lineage.h: what the queries of a project read and give: tables, columns, output columns.
 *
 * Each node is resolved once, on demand, for one side of the project. A templated node is resolved
 * in every variant, and what the variants do not share is not certain. Names are looked up as
 * ClickHouse and Tinybird do: WITH, then nodes of the same pipe, then pipes and data sources. What
 * a tag, an unknown table or a query that cannot be read hides is a gap: it is said, never guessed.
 * Everything lives in the loader's arena.
 */
#ifndef TBLINT_LINEAGE_H
#define TBLINT_LINEAGE_H

#include "project.h"

/* What a name in FROM, JOIN, IN or joinGet('name', ...) means. */
typedef enum {
    MEANS_UNKNOWN, /* a template tag stands there, or `name` is no plain name */
    MEANS_MISSING, /* no node, pipe or data source of that name in the project */
    MEANS_DATASOURCE,
    MEANS_QUARANTINE, /* <data source>_quarantine; `resource` is the data source */
    MEANS_NODE,       /* another node of the same pipe */
    MEANS_PIPE,       /* another pipe: its output node */
    MEANS_EXTERNAL,   /* tinybird.*, system.*, organization.*, a table function, a shared data
                         source that is not in the project */
} TableMeaning;

typedef struct {
    Token name;
    TableMeaning meaning;
    Resource *resource; /* the data source or the pipe (of a node: its own); else NULL */
    int node;           /* of MEANS_NODE and MEANS_PIPE; else -1 */
    bool certain;       /* every variant reads it, at this place */
    bool triggers;      /* first in FROM, on the way to the output: rows inserted there pass a view;
                           false for what is joined, and in WITH, IN and scalar subqueries unless
                           FROM leads there */
} TableUse;

typedef VEC(TableUse) TableUses;

/* A column of a data source that a node's text names. A name that a star handed on through other
 * nodes and pipes counts as a read of the data source where the name stands. */
typedef struct {
    const Resource *source; /* the data source */
    Str column;
    Range range;  /* of the name, in the pipe's file */
    bool certain; /* in every variant, and no other table could supply the name */
    bool dropped; /* the candidate's schema lacks the column, live's has it */
} ColumnRead;

typedef VEC(ColumnRead) ColumnReads;

typedef struct {
    Str name;
    const Type *type;       /* NULL: not certain */
    Range range;            /* of the item in the text of the node, or of the star that gives it */
    const Expr *expr;       /* NULL: a star gives it, or the selects of a UNION differ */
    const Resource *source; /* the data source whose column it hands on as it is, also through */
    Str column;             /* other nodes and under another name; NULL where it computes */
    bool from_star;
} OutputColumn;

typedef VEC(OutputColumn) OutputColumns;

typedef struct {
    OutputColumns columns; /* in order */
    bool known;            /* names, order and number are certain and the same in all variants */
    Str gap;               /* why they are not known: "the columns of 'x' are not known" */
    Range gap_range;       /* in the pipe's file */
} Output;

typedef struct {
    Range range;
    Str why; /* "the query does not parse: unexpected 'FROM'", "no resource is named 'x'" */
    bool
        hides; /* a read of any data source may stand there unseen; false: names alone are unsure */
} Gap;

typedef VEC(Gap) Gaps;

typedef struct NodeLineage {
    Output output;
    TableUses tables;  /* by place; the same name once a place */
    ColumnReads reads; /* by place */
    Gaps gaps;         /* what was not understood; empty: what is not listed is not read */
} NodeLineage;

/* Never NULL for a pipe that is parsed and has the node; NULL otherwise. A node that reads itself
 * through others has an unknown output and a gap that names the way round. */
const NodeLineage *node_lineage(Loader *loader, const Resource *pipe, size_t node);

/* Resolves at once, in threads, what node_lineage() would for every pipe of the project; for those
 * who will ask for nearly all. Its answers are the same. */
void lineage_ahead(Loader *loader, const Project *project);

/* The read of a column whose name stands there, or the table that is named there; NULL. */
const ColumnRead *lineage_read_at(const NodeLineage *lineage, Range range);
const TableUse *lineage_table_at(const NodeLineage *lineage, uint32_t start);

/* What the pipe gives to those who read it: its typed node's output, else its last node's. */
const Output *pipe_output(Loader *loader, const Resource *pipe);

const OutputColumn *output_column(const Output *output, Str name); /* NULL */

/* Nodes of the pipe that its output node reads, itself included, in the order of the file. */
typedef VEC(size_t) NodeIndexes;
NodeIndexes pipe_live_nodes(Loader *loader, const Resource *pipe);

/* Calls `visit` for every table that the query names: FROM, JOIN, subqueries, WITH, IN,
 * joinGet('events', ...). Names that a WITH defines are left out. Stops when `visit` returns false,
 * and then returns false. */
bool query_tables(const Query *query, bool (*visit)(const Token *table, void *context),
                  void *context);

/* A node of the pipe has that name, and so hides the resource. */
bool pipe_node_shadows(const Resource *pipe, Str name);

/* Some node of the pipe reads that resource; `where` (may be NULL) is the first place. */
bool pipe_reads(Loader *loader, const Resource *pipe, Str name, Range *where);

/* The pipe materializes into the data source of that name (a copy does not). */
bool pipe_materializes_into(const Resource *pipe, Str datasource);

#endif
