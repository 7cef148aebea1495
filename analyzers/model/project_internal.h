/*
 * project_internal.h: what the parts of the project loader and the differ share.
 */
#ifndef TBLINT_PROJECT_INTERNAL_H
#define TBLINT_PROJECT_INTERNAL_H

#include "project.h"

/* One run of project_load. */
typedef struct {
    Loader *loader;
    const ProjectPair *files;
    Project *live;
    Project *candidate;
    Dialect dialect;
    Map *unread; /* paths that are under `unchecked` already; NULL at first */
} Load;

/* ---- project_parse.c ---- */

/* Puts the file under `unchecked`, once. */
void report_unread(Load *load, const Resource *resource);
bool load_bytes(Load *load, Resource *resource); /* false: reported */
/* Fills the facts, with the queries of pipes; an unchanged resource shares them with the other
 * side, and of such a pair the candidate's is to be in the batch. Those parsed already are passed
 * over. No resource stands in the batch twice. */
void parse_resources(Load *load, const Resources *batch);

/* ---- project_closure.c ---- */

/* Parses the unchanged files that the changed ones can affect or depend on. */
void parse_closure(Load *load);
/* Parses what a file reads, what reads and writes it and what these rest on: the focus. */
void parse_around(Load *load);

/* ---- project_names.c: which words of a text name a resource ---- */

typedef struct NameTable NameTable;

typedef struct {
    Str text;       /* empty: no name, only the beginning of some */
    uint32_t next;  /* the next name that begins with the same four words; 0: no other */
    bool is_longer; /* names begin with this one, a dot or a dash, and more */
} ResourceName;

typedef VEC(ResourceName) ResourceNames;

NameTable *name_table_new(Arena *arena, size_t expected);
/* A second one of the same text changes nothing. */
void name_table_add(NameTable *table, Str name);
const ResourceNames *name_table_names(const NameTable *table);
/* The number of a name, an index of the names above; -1 when it was not added. */
ptrdiff_t name_table_find(const NameTable *table, Str name);
/* The same for a word or words joined by dots and dashes, at most four. */
ptrdiff_t name_table_key(const NameTable *table, Str key);
/* False for nearly all words with which no name begins. */
bool name_table_may_have(const NameTable *table, Str word);
/* Takes the next word into `key` where only a dot or a dash stands between. */
bool lengthen_name(Str *key, Str *rest);

/* ---- project_facts.c: what is found out of a resource, and kept ---- */

/* Each part is NULL until it is asked for. */
typedef struct Derived {
    const struct NodeLineage **lineage; /* of a pipe, one a node: see lineage.h */
    const struct View *view;            /* of a pipe: see view.h */
    struct PipeMeanings *meanings;      /* of a pipe: see view_meaning.h */
} Derived;

Derived *derived_of(Loader *loader, const Resource *resource);

/* ---- project_mentions.c: which file names which resource ---- */

/* How a pipe names a resource. */
enum {
    MENTION_READ = 1,        /* anywhere but in the two instructions below */
    MENTION_MATERIALIZE = 2, /* DATASOURCE name */
    MENTION_COPY = 4,        /* TARGET_DATASOURCE name */
    MENTION_WRITE = MENTION_MATERIALIZE | MENTION_COPY,
};

/* Numbers of names. A file has one mention of a name. */
typedef struct {
    uint32_t pipe;
    uint32_t named;
    unsigned how; /* bits of the enum above */
} Mention;

typedef VEC(Mention) Mentions;

/* Several may read at a time, each in its own thread, while nothing is added to the table. */
typedef struct MentionReader MentionReader;

MentionReader *mention_reader_new(const NameTable *table);
void mention_reader_free(MentionReader *reader); /* NULL accepted */
/* Records what the text of the pipe of that name names. */
void mention_reader_read(MentionReader *reader, Str pipe, Str text);
/* File by file, in the order of reading. */
const Mentions *mention_reader_found(const MentionReader *reader);

/* ---- project_mention_graph.c: all mentions of a project, both ways ---- */

typedef struct {
    uint32_t *ends; /* the end of each name's part; it starts where the last ends */
    uint32_t *indexes;
} MentionOrder;

typedef struct {
    NameTable *names;
    Mentions all;
    MentionOrder by_pipe, by_named;
} MentionGraph;

/* Of the candidate all pipes are scanned, of live those that differ. */
MentionGraph mention_graph_make(Load *load, Arena *arena);

typedef struct {
    const Mention *all;
    const uint32_t *indexes;
    size_t len;
} MentionPart;

MentionPart mentions_of_pipe(const MentionGraph *graph, uint32_t number); /* what it names */
MentionPart mentions_of_name(const MentionGraph *graph, uint32_t number); /* who names it */

static inline const Mention *mention_at(const MentionPart *part, size_t i)
{
    return &part->all[part->indexes[i]];
}

/* ---- project_scan.c: names in bytes ---- */

typedef struct NameSet NameSet;

NameSet *name_set_new(Arena *arena);
/* Texts are searched for whole words, so a name with a dot or a dash counts by its first word. */
void name_set_add(NameSet *set, Str name);
bool name_set_is_empty(const NameSet *set);
bool name_set_occurs_in(const NameSet *set, Str text);

/* A cheap number for a word, by few of its bytes. The word is not empty. */
static inline size_t word_mark(Str word)
{
    size_t first = (unsigned char)word.ptr[0];
    size_t middle = (unsigned char)word.ptr[word.len / 2];
    size_t last = (unsigned char)word.ptr[word.len - 1];
    return first * 31 + middle * 131 + last * 17 + word.len * 7919;
}

/* The next run of letters, digits, '_' and non-ASCII bytes; false at the end. */
bool next_word(Str *rest, Str *word);
bool word_occurs_in(Str text, Str word);

/* ---- project_reach.c ---- */

/* Whom among the pipes that read a changed data source the change can matter to. */
typedef enum {
    REACH_NOBODY, /* descriptions, tokens and the like */
    REACH_VIEWS,  /* those that write something, since a rewrite goes on through them */
    REACH_NAMED,  /* these, and those that name a changed column or take all there are */
    REACH_ALL,
} ReachKind;

typedef struct {
    ReachKind kind;
    NameSet *columns; /* with REACH_NAMED: those added, dropped or written otherwise */
} Reach;

/* REACH_ALL for all but a data source whose two versions are parsed. */
Reach reach_of_change(Arena *arena, const Resource *resource);
/* Whether a pipe that writes nothing can be touched, by its text. */
bool reach_touches(const Reach *reach, Str text);

/* ---- project_facts.c ---- */

DatasourceFacts *datasource_facts(Loader *loader, const Datafile *file);
PipeFacts *pipe_facts(Loader *loader, const Datafile *file);

/* An instruction of that word sets up a connector: KAFKA_TOPIC, IMPORT_SERVICE. */
bool is_connector_word(Str word);

/* ---- engine_facts.c: ENGINE_SETTINGS, a part at a time ---- */

typedef struct {
    Str name;
    Str value; /* empty without '=' */
} Setting;

/* The next one that has a name; false at the end. */
bool next_setting(Str *rest, Setting *setting);

/* ---- project_lineage.c ---- */

/* Fills `writers` and `readers` from the pipes that are parsed. */
void project_connect(Loader *loader, Project *project);
/* `x IN name`: the name that may be a table's, workspace.name as one. */
bool expr_in_table(const Expr *expr, Token *name);
/* joinGet('table', 'column', key): what it names. */
bool expr_join_get(const Expr *expr, Token *table, Token *column);

/* ---- text ---- */

/* `text` with runs of white space as one blank, trimmed. */
Str squeezed(Arena *arena, Str text);
/* Sorts in place by bytes. */
void sort_strs(Strs *strs);

#endif
