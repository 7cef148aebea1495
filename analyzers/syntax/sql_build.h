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

/* ---- expressions (sql_expr.c, sql_call.c) ---- */
Expr *sql_build_expr(SqlBuild *build, SqlNode *node);               /* never NULL */
void sql_build_exprs(SqlBuild *build, SqlNode *parent, Exprs *out); /* every expression child */
/* Every expression below a clause, whatever its structure; names of windows are none. */
void sql_build_deep(SqlBuild *build, SqlNode *clause, Exprs *out);
Expr *sql_new_expr(const SqlBuild *build, ExprKind kind, const SqlNode *node);
void sql_set_type(SqlBuild *build, Expr *expr, const SqlNode *node, Str text);
void sql_build_arguments(SqlBuild *build, SqlNode *node, Exprs *out); /* f(SELECT 1) as well */
Expr *sql_build_call(SqlBuild *build, SqlNode *node);
Expr *sql_build_cast(SqlBuild *build, SqlNode *node);
Expr *sql_build_cast_operator(SqlBuild *build, SqlNode *node);
Expr *sql_build_interval(SqlBuild *build, SqlNode *node);
Expr *sql_build_star(SqlBuild *build, SqlNode *node);

/* ---- queries (sql_query.c) ---- */
Query *sql_build_query(SqlBuild *build, SqlNode *node);
TtlItem sql_build_ttl_item(SqlBuild *build, SqlNode *node);

/* ---- normalised text (sql_text.c) ---- */
Str sql_node_text(SqlBuild *build, const SqlNode *node); /* once its expressions are built */

/* ---- words (sql_words.c) ---- */
/* DAY of day, DAYS, SQL_TSI_DAY, dd; NULL when it is no unit. */
const char *sql_unit(Str word);
bool sql_is_reserved(Str word);                /* needs quotes to be a column: NULL, CASE, ... */
Str sql_function_name(Arena *arena, Str name); /* lower case when the engine does not mind */
bool sql_takes_from(Str function);             /* extract(x FROM y) and the like */
int sql_adds_interval(Str function);           /* date_add: 1, date_sub: -1, otherwise 0 */
bool sql_takes_unit(Str function);             /* dateDiff(day, ...) */

#endif
