/*
 * project.h: one side of a project: its resources by name, and who reads and writes whom.
 *
 * Only what can matter is parsed: files that differ between the sides, and those whose bytes name
 * a changed resource (found by a scan of identifiers). `facts` is NULL for the others, so code
 * that needs them asks for resources through the functions below and never walks the files.
 */
#ifndef TBLINT_PROJECT_H
#define TBLINT_PROJECT_H

#include "base/map.h"
#include "retention.h"
#include "source/comparison.h"
#include "syntax/datafile.h"
#include "syntax/sql.h"

typedef struct Project Project;
typedef struct Resource Resource;
typedef VEC(Resource *) Resources;

/* What a pipe is, by the TYPE of its node. */
typedef enum {
    PIPE_PLAIN,
    PIPE_ENDPOINT,
    PIPE_MATERIALIZED,
    PIPE_COPY,
    PIPE_SINK,
} PipeType;

/* Key expressions, normalised: "tuple()", "" and absence are the same empty text, redundant
 * parentheses and blanks are gone. */
typedef struct {
    Str normalized;
    Token token;  /* the value as written */
    Strs columns; /* the columns that the expression names, in order */
    Keyword keyword;
} KeyExpr;

typedef VEC(KeyExpr) KeyExprs;

typedef struct {
    Str engine; /* canonical: "MergeTree" when absent */
    Token engine_token;
    KeyExpr sorting_key, partition_key, primary_key, sampling_key;
    KeyExpr ver, is_deleted, sign, version, summing_columns;
    KeyExpr settings; /* normalised: sorted name=value */
    Ttl ttl;
    Token ttl_token;
    const Instruction *forward_query; /* the last one; NULL when absent */
    size_t forward_query_count;
    bool has_jsonpaths;
    bool has_connector; /* KAFKA_* or IMPORT_* */
} DatasourceFacts;

typedef struct {
    PipeType type;
    int node;               /* the node with that type, -1 when plain */
    Str target;             /* DATASOURCE or TARGET_DATASOURCE of that node */
    QueryVariants *queries; /* one a node, parsed on demand by pipe_variants() */
    Map **tables;           /* one a node: see pipe_tables(); NULL until it is parsed */
    Map *nodes_by_name;     /* the first Node of each name; NULL at first */
} PipeFacts;

struct Resource {
    Project *project;
    DatafileKind kind;  /* it and the flags take a word: a large project has many resources */
    bool changed;       /* the other side lacks it or has other bytes */
    bool vendored;      /* another workspace's data source, named "workspace.name" */
    bool readers_known; /* all that read it on its side are parsed and among `readers` */
    Str name;
    SourceFile *file;
    const Datafile *facts;       /* NULL: not parsed, or its bytes could not be had */
    DatasourceFacts *datasource; /* with facts, of data sources */
    PipeFacts *pipe;             /* with facts, of pipes */
    Resource *other;   /* the same resource on the other side; NULL when it is not there */
    Resources writers; /* of a data source: pipes that materialize or copy into it (parsed) */
    Resources readers; /* of a data source or a pipe: pipes with a node that reads it (parsed) */
    struct Derived *derived; /* what was found out of it: see project_internal.h; NULL at first */
};

struct Project {
    Str root;
    Side side;
    Dialect dialect;  /* the profile */
    Map *datasources; /* name -> Resource; the first of a name, see duplicates */
    Map *pipes;
    Map *connections;
    Resources duplicates; /* files whose name is taken by another file of their kind */
};

typedef struct {
    Project *live; /* never NULL; empty when there is no live side */
    Project *candidate;
    const ProjectPair *files;
} ProjectSides;

typedef struct {
    Arena *arena;
    Repo *repo;
    const CommitId *live_tip; /* of the live branch; NULL when there is none */
    DatafileParser *datafiles;
    SqlParser *sql;
    Map *by_blob;             /* blob id -> Datafile: one parse for equal bytes */
    UncheckedList *unchecked; /* what could not be read or understood */
    bool everything;          /* --all: parse every file */
    Str focus;                /* a path: parse only what is around that file; else empty */
    size_t lineage_columns;   /* columns that queries give, counted to bound them; see lineage.h */
    Map *rebuilds;            /* of each data source: see rebuild.h; NULL at first */
    Map *template_texts;      /* of templated queries: see view_meaning.c; NULL at first */
    Map *migrations;          /* of each side: see migration.h; NULL at first */
    Map *quality_tests;       /* of each side: see quality_test.h; NULL at first */
    Map *deploy_facts;        /* of each side: see deploy_script.h; NULL at first */
    Map *node_notes;          /* of each node: see pipe_parameters.c; NULL at first */
    Map *instructions;        /* of each question: see project_search.h; NULL at first */
    Map *suggestions;         /* checks: the fix of each change, proved once; NULL at first */
    Map *column_uses;         /* checks: who reads what of each data source; NULL at first */
    Map *line_matches;        /* checks: lines of one file that stand in another; NULL at first */
} Loader;

/* Reads one project on both sides. `profile` NULL: decided by the layout. */
int project_load(ProjectSides *out, Loader *loader, const ProjectPair *files,
                 const Dialect *profile, Fault *fault);

Resource *project_find(const Project *project, DatafileKind kind, Str name); /* NULL */

/* What a query reads by this name: the data source, else the pipe; NULL. */
Resource *project_find_table(const Project *project, Str name);
/* A data source and a pipe have the name, which Tinybird refuses: which is read is not certain. A
 * playground does not count, as no other resource reads it. */
bool project_name_is_twofold(const Project *project, Str name);

/* The query of a node in all its variants, parsed once; NULL when the resource is no pipe or has no
 * such node. */
const QueryVariants *pipe_variants(Loader *loader, const Resource *pipe, size_t node);
/* The names of the tables that some variant of the node names, as query_tables() finds them, once
 * each in the order of their first place; without values. NULL likewise. */
const Map *pipe_tables(Loader *loader, const Resource *pipe, size_t node);
/* The first variant; NULL likewise. Of a node without templates, the query. */
const Query *pipe_query(Loader *loader, const Resource *pipe, size_t node);
/* The node that produces the pipe's output: the typed one, else the last. -1 when none. */
int pipe_output_node(const Resource *pipe);

const char *datafile_kind_text(DatafileKind kind); /* "datasource", "pipe", "connection" */
const char *pipe_type_text(PipeType type);         /* "pipe", "endpoint", "materialized", ... */

#endif
