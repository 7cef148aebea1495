/*
 * datafile.h: the bytes of a datafile -> its facts, with the place of each.
 *
 * One of the users of tree-sitter. The tree is dropped once the facts are taken. A broken part
 * becomes a Problem and hides nothing else. All ranges are byte offsets into the file, all text
 * borrows from `text` or lives in the arena.
 */
#ifndef TBLINT_DATAFILE_H
#define TBLINT_DATAFILE_H

#include "base/map.h"
#include "keyword.h"
#include "type.h"

/* A piece of text that stands in the file. Quotes around it are not part of `text` but are part
 * of `range`. An absent token has an empty range. */
typedef struct {
    Str text;
    Range range;
} Token;

typedef VEC(Token) Tokens;

typedef struct {
    Keyword keyword; /* KEYWORD_UNKNOWN: misspelt */
    Token word;      /* as written */
    Token value;     /* one line: tokens joined by one blank, outer quotes removed;
                        block: the kept lines as they stand, see below */
    Tokens words;    /* one line: the shell words, quotes removed */
    bool is_block;
    int node;    /* index in Datafile.nodes, -1 before the first NODE */
    Range range; /* the whole instruction, block included */
} Instruction;

typedef VEC(Instruction) Instructions;

typedef struct {
    Token name;       /* without backticks */
    Token type_text;  /* as written; empty when absent */
    const Type *type; /* NULL when absent or unreadable: silences every rule on it */
    Token path;       /* "$.a.b" of `json:$.a.b` */
    Token default_expr;
    Token codec; /* inside the parentheses */
    bool quoted; /* the name stands in backticks */
    Range range; /* name to last attribute, without the comma */
} Column;

typedef VEC(Column) Columns;

typedef struct {
    Token name;
    Token expr;
    Token type; /* "bloom_filter(0.01)" */
    Token granularity;
    Range range;
} IndexDef;

typedef VEC(IndexDef) IndexDefs;

typedef struct {
    Token name;
    Token sql;        /* the block's body, from its first to its last kept line, raw */
    bool is_template; /* first non-blank character is '%' */
    Token type;       /* value of TYPE, lower case in `text` */
    Token datasource; /* DATASOURCE or TARGET_DATASOURCE */
    Range range;      /* from NODE to the next NODE or the end */
} Node;

typedef VEC(Node) Nodes;

typedef enum {
    PROBLEM_SYNTAX,       /* TB901 */
    PROBLEM_UNKNOWN_WORD, /* TB902 */
    PROBLEM_COLUMN,       /* TB901, one column that does not parse */
    PROBLEM_TYPE,         /* TB906 */
    PROBLEM_VALUE,        /* TB905 */
    PROBLEM_TOO_DEEP,     /* TB901, nesting beyond the limit */
} ProblemKind;

typedef struct {
    ProblemKind kind;
    Str message;    /* what is wrong, one sentence without a full stop */
    Str suggestion; /* text that would be right there, or empty */
    Range range;
} Problem;

typedef VEC(Problem) Problems;

typedef struct {
    DatafileKind kind;
    Dialect dialect;
    Str text; /* the whole file */
    Instructions instructions;
    Columns columns; /* of the last SCHEMA */
    Map *by_name;    /* of many columns, for datafile_column(); NULL when they are few */
    IndexDefs indexes;
    Nodes nodes;
    Problems problems;
    bool has_schema;
    bool is_include_only; /* Classic: the file is INCLUDE lines and no more */
    bool has_include;     /* part of its content is elsewhere: unchecked */
} Datafile;

/* A file with so many problems is not read any further. */
enum { DATAFILE_MAX_PROBLEMS = 500 };

typedef struct DatafileParser DatafileParser;

DatafileParser *datafile_parser_new(void);
void datafile_parser_free(DatafileParser *parser); /* NULL accepted */

/* Never fails: what does not parse is in `problems`. The facts live in `arena` and borrow
 * `text`, which must be at most 8 MiB. */
const Datafile *datafile_parse(DatafileParser *parser, Arena *arena, Str text, DatafileKind kind,
                               Dialect dialect);

/* The last instruction of that word (the one that counts), or NULL. */
const Instruction *datafile_find(const Datafile *file, Keyword keyword);
/* Likewise within one node. */
const Instruction *datafile_find_in_node(const Datafile *file, Keyword keyword, int node);
/* Value of datafile_find, or the empty text. */
Str datafile_value(const Datafile *file, Keyword keyword);
const Column *datafile_column(const Datafile *file, Str name);

#endif
