/*
 * sql_build.h: from the concrete tree to the facts; shared by the sql_*.c files only.
 */
#ifndef TBLINT_SQL_BUILD_H
#define TBLINT_SQL_BUILD_H

#include "sql_tree.h"

/* Levels of the tree that is handed out: those who walk it do so by recursion. */
enum { SQL_MAX_DEPTH = 200 };

typedef struct {
    Arena *arena;
    Str text;        /* as in the file */
    Str read;        /* what was parsed: tags blanked, of the same length */
    uint32_t offset; /* of the text in its file */
    uint32_t prefix; /* bytes put before the text that are not in the file */
    int depth;
    bool has_template;
    bool broken;
    bool too_deep;
    Range error; /* in the file */
    Str error_text;
} SqlBuild;

/* ---- places and texts (sql.c) ---- */
Range sql_place(const SqlBuild *build, Range range);            /* in the file */
Str sql_source(const SqlBuild *build, const SqlNode *node);     /* as it stands in the file */
Token sql_token(const SqlBuild *build, const SqlNode *node);    /* names without quotes */
bool sql_holds_tag(const SqlBuild *build, const SqlNode *node); /* a template tag is part of it */
Str sql_unquote(Arena *arena, Str quoted);                      /* 'a''b' -> a'b; any quotes */
void sql_fail(SqlBuild *build, Range range, Str why);           /* range in the file */

/* The text is not to be parsed (sql_nesting.c): libtree-sitter 0.20.7 corrupts its memory when one
 * ends with more than 65,535 things open. */
bool sql_nests_too_deep(Str text);

/* ---- expressions (sql_expr.c, sql_leaf.c, sql_call.c) ---- */
Expr *sql_build_expr(SqlBuild *build, SqlNode *node);               /* never NULL */
void sql_build_exprs(SqlBuild *build, SqlNode *parent, Exprs *out); /* every expression child */
/* Every expression below a clause, whatever its structure; names of windows are none. */
void sql_build_deep(SqlBuild *build, SqlNode *clause, Exprs *out);
Expr *sql_new_expr(const SqlBuild *build, ExprKind kind, const SqlNode *node);
Expr *sql_new_expr_at(const SqlBuild *build, ExprKind kind, Range range); /* in the file */
/* The expression's own `rare`, to be filled. */
ExprRare *sql_rare(const SqlBuild *build, Expr *expr);
void sql_set_type(SqlBuild *build, Expr *expr, const SqlNode *node, Str text);
void sql_build_arguments(SqlBuild *build, SqlNode *node, Exprs *out); /* f(SELECT 1) as well */
Expr *sql_build_leaf(SqlBuild *build, SqlNode *node); /* NULL: neither name nor literal */
Expr *sql_build_call(SqlBuild *build, SqlNode *node);
Expr *sql_build_cast(SqlBuild *build, SqlNode *node);
Expr *sql_build_cast_operator(SqlBuild *build, SqlNode *node);
Expr *sql_build_interval(SqlBuild *build, SqlNode *node);
Expr *sql_build_star(SqlBuild *build, SqlNode *node);

/* ---- queries (sql_query.c) ---- */
Query *sql_build_query(SqlBuild *build, SqlNode *node);
TtlItem sql_build_ttl_item(SqlBuild *build, SqlNode *node);

/* ---- what stands between expressions (sql_parts.c) ---- */
typedef enum {
    SQL_PART_TEXT, /* a word, a sign, a literal */
    SQL_PART_NAME, /* an identifier outside expressions */
    SQL_PART_EXPR,
    SQL_PART_ITEM, /* an expression of a select list */
    SQL_PART_QUERY,
    SQL_PART_WITH, /* "WITH" or "WITH RECURSIVE"; its entries and SQL_PART_END follow */
    SQL_PART_CTE,  /* the name of a query; its words and SQL_PART_END follow */
    SQL_PART_LIST, /* a select list; its items and SQL_PART_END follow */
    SQL_PART_END,
} SqlPartKind;

typedef struct {
    SqlPartKind kind;
    Token token;
    const Expr *expr;
    const Query *query;
} SqlPart;

typedef struct SqlParts {
    SqlPart *items;
    size_t len;
    size_t cap;
} SqlParts;

/* Of a node whose expressions and queries are built. */
const SqlParts *sql_node_parts(SqlBuild *build, const SqlNode *node);

/* ---- normalised text (sql_text.c) ---- */
typedef struct {
    Buf *out;
    Arena *arena;
    const SqlRenames *renames; /* NULL: none */
    bool unlisted;             /* the next select list is left out */
    bool as_written;           /* letter case of function names is kept */
} SqlWriter;

void sql_write_element(SqlWriter *writer, const Expr *expr); /* with its alias */
void sql_write_name(SqlWriter *writer, Token name);
const Str *sql_rename_of(const SqlWriter *writer, Range name); /* NULL */
Str sql_quoted(Arena *arena, Str text);                        /* 'a', escaped */
Str sql_number(Arena *arena, Str text);
/* sql_parts.c */
void sql_write_query(SqlWriter *writer, const Query *query);
void sql_write_parts(SqlWriter *writer, const SqlParts *parts);
Str sql_parts_text(Arena *arena, const SqlParts *parts);

/* ---- words (sql_words.c) ---- */
/* DAY of day, DAYS, SQL_TSI_DAY, dd; NULL when it is no unit. */
const char *sql_unit(Str word);
bool sql_is_reserved(Str word); /* needs quotes to be a column: NULL, CASE, ... */
/* Some clause or literal starts so where a column could stand in a select list: FROM, ALL, inf. */
bool sql_reads_otherwise(Str word);
Str sql_function_name(Arena *arena, Str name); /* lower case when the engine does not mind */
bool sql_takes_from(Str function);             /* extract(x FROM y) and the like */
int sql_adds_interval(Str function);           /* date_add: 1, date_sub: -1, otherwise 0 */
bool sql_takes_unit(Str function);             /* dateDiff(day, ...) */

#endif
