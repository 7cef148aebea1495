/*
 * sql.h: ClickHouse SQL -> a small syntax tree of our own, with the place of each part.
 *
 * One of the users of tree-sitter. What the grammar does not read becomes EXPR_UNKNOWN or sets
 * `Query.broken`; nothing is guessed. Nesting beyond a limit makes the query broken, it never
 * exhausts the stack. Ranges are byte offsets into the *file* (the caller gives the offset of
 * the text in it). Everything lives in the arena.
 */
#ifndef TBLINT_SQL_H
#define TBLINT_SQL_H

#include "datafile.h"

typedef enum {
    EXPR_UNKNOWN, /* could not be read, or a template tag: `name` is what stands in {{ }},
                     squeezed; of a word that is a tag in part, the word */
    EXPR_COLUMN,  /* identifier; `path` has its parts: a, t.a, n.x.y */
    EXPR_NUMBER,  /* `name` is the text, sign included when literal */
    EXPR_STRING,  /* `name` is the unquoted, unescaped text */
    EXPR_NULL,
    EXPR_BOOL,     /* true, false */
    EXPR_STAR,     /* *, t.*, COLUMNS('re'), COLUMNS(a, b): `name` is the qualifier or regexp;
                      args are the transformers; is_columns tells COLUMNS from t.*, `params`
                      are the names of COLUMNS(a, b) */
    EXPR_CALL,     /* f(args), f(params)(args); `params` separate. OVER makes is_window true */
    EXPR_CAST,     /* CAST(x AS T), CAST(x, 'T'), x::T: args[0] is x, `type` and `type_text`;
                      `name` is CAST or :: (of a number, `::` converts the text: 0.1::Decimal) */
    EXPR_OPERATOR, /* `name` is the operator in upper case: +, -, AND, NOT, IN, NOT IN, GLOBAL IN,
                      LIKE, NOT LIKE, BETWEEN, NOT BETWEEN, IS NULL, IS NOT NULL, ?:, [],
                      . (element: args[1] is a number or a column). A run of AND or of OR is one
                      operator with all its operands; every other binary operator has two args,
                      - and + with one arg are the signs. == is =, <> is !=, MOD is %. date_add(
                      DAY, n, x) and its like are x + INTERVAL, as in the engine; bare units in
                      dateDiff(day, ...) and extract(YEAR FROM x) are strings. */
    EXPR_INTERVAL, /* INTERVAL n UNIT: args[0] is n (a number also in INTERVAL '60 DAY'), `name`
                      the unit in upper case singular. toIntervalDay(n) stays a call. */
    EXPR_CASE,     /* args as written: (operand), when, then, ..., (else) */
    EXPR_TUPLE,
    EXPR_ARRAY,
    EXPR_MAP,      /* {'a': 1} */
    EXPR_LAMBDA,   /* `path` are the parameters, args[0] the body */
    EXPR_SUBQUERY, /* `query` */
    EXPR_EXCEPT,   /* transformer of a star: `path` the columns, or `name` a regexp */
    EXPR_REPLACE,  /* transformer: args are aliased expressions */
    EXPR_APPLY,    /* transformer: args[0] function name or lambda */
} ExprKind;

typedef struct Expr Expr;
typedef struct Query Query;

typedef struct {
    Expr **items;
    size_t len;
    size_t cap;
} Exprs;

/* What few expressions have. A project has hundreds of thousands of them: nearly all share one that
 * is empty. */
typedef struct {
    Token type_text; /* EXPR_CAST */
    Str alias_tag;   /* `AS {{x}}`: the alias that a tag makes, squeezed; `alias` is absent */
    Exprs clauses;   /* of a call: what FILTER and OVER hold */
    Str clause_text; /* of a call, normalised: IGNORE NULLS, FILTER, OVER, FROM and FOR */
    const struct SqlParts *clause_parts; /* of a call: FILTER and OVER, for texts with renames */
} ExprRare;

struct Expr {
    ExprKind kind;
    bool quoted; /* an identifier in backticks or double quotes */
    bool strict; /* EXCEPT STRICT, REPLACE STRICT */
    bool is_window;
    bool is_distinct; /* count(DISTINCT x) */
    bool is_columns;  /* COLUMNS(...) */
    Range range;      /* with the alias */
    Range core;       /* without it */
    Str name;
    Tokens path;
    Exprs args;
    Exprs params;
    Token alias;          /* `AS x`; absent when there is none */
    const Type *type;     /* EXPR_CAST; NULL when the type is unreadable */
    const Query *query;   /* EXPR_SUBQUERY */
    const ExprRare *rare; /* never NULL */
};

typedef enum { TABLE_NAME, TABLE_FUNCTION, TABLE_SUBQUERY, TABLE_UNKNOWN } TableKind;

typedef struct {
    TableKind kind;
    Token name; /* events, workspace.events (one text), the function's name */
    Token alias;
    const Query *query; /* TABLE_SUBQUERY */
    bool is_final;
    Exprs args;           /* of a TABLE_FUNCTION */
    bool is_joined;       /* right side of a JOIN */
    Expr *on;             /* JOIN ... ON */
    Tokens using_columns; /* JOIN ... USING */
    Range range;
} TableRef;

typedef VEC(TableRef) TableRefs;

typedef struct {
    Token name;         /* WITH name AS (query), or the alias of WITH expr AS name */
    const Query *query; /* NULL for an expression */
    Expr *expr;
    bool has_columns; /* name(a, b) AS (...) */
} Cte;

typedef VEC(Cte) Ctes;

typedef struct {
    Ctes with;
    bool is_recursive; /* WITH RECURSIVE */
    bool is_distinct;
    Exprs items;
    TableRefs from; /* empty: no FROM */
    Exprs array_join;
    Expr *prewhere;
    Expr *where;
    Exprs group_by;
    bool group_by_all; /* GROUP BY ALL */
    Expr *having;
    Expr *qualify;
    Exprs order_by;
    Exprs limit; /* LIMIT, OFFSET, LIMIT BY, in order */
    Range range;
    Exprs others; /* in windows, DISTINCT ON, FILL, INTERPOLATE, USING (...) */
    /* The first clause after the select list, for FORWARD_QUERY: its word and place. */
    Token first_clause;
} Select;

typedef VEC(Select *) Selects;

struct Query {
    Selects selects; /* more than one: UNION, EXCEPT, INTERSECT */
    bool broken;     /* an ERROR node: use nothing that absence would decide */
    Range error;     /* the first error's place */
    Str error_text;  /* "unexpected 'FROM'" */
    bool too_deep;
    bool has_template;            /* {{ }}, {% %} or a leading % */
    Str text;                     /* of a broken one: as written; else absent, see query_text() */
    const struct SqlParts *parts; /* its words and expressions in order */
    Range range;
};

typedef struct SqlParser SqlParser;

SqlParser *sql_parser_new(void);
void sql_parser_free(SqlParser *parser); /* NULL accepted */

/* A whole query (SELECT ..., WITH ... SELECT ...). Never NULL. `offset` is where `text` starts in
 * its file. Of a template only the first variant is read (template_variants.h); its `text` is the
 * whole template, squeezed. A {{ }} becomes an EXPR_UNKNOWN. */
const Query *sql_parse_query(SqlParser *parser, Arena *arena, Str text, uint32_t offset);

/* A templated query, once for each way through its branches that is needed for every branch of
 * every {% if %} to be read in at least one. Conditions of equal text (and `not` of it) are decided
 * alike in one variant; a branch that raises error() is in none; a loop's body is read once. */
typedef struct {
    const Query **items; /* at least one; the first takes every first branch */
    size_t len;
    size_t unread; /* branches beyond the bounds of number and of size, or that no way reaches */
} QueryVariants;

QueryVariants sql_parse_variants(SqlParser *parser, Arena *arena, Str text, uint32_t offset);

/* What the variants of the template `text` say, normalised: equal for two only when they mean the
 * same. Spelling apart, but inside of {% %} blocks no more than white space, comments and the case
 * of common keywords; the whole likewise when a variant is broken. Absent without tags when it
 * could be read: see query_text() of the one item. */
Str query_variants_text(SqlParser *parser, Arena *arena, const QueryVariants *variants, Str text);

/* One expression (a key, a default, a TTL without DELETE and the like); NULL when it does not parse
 * whole. A comma list gives an EXPR_TUPLE. */
const Expr *sql_parse_expr(SqlParser *parser, Arena *arena, Str text, uint32_t offset);

/* One entry of a TTL: `expr [DELETE] [WHERE where]`, `expr TO VOLUME 'x'`, ... */
typedef struct {
    const Expr *expr;
    const char *action; /* DELETE (also when not written), TO DISK, TO VOLUME, RECOMPRESS,
                           GROUP BY */
    Expr *where;        /* NULL when unconditional */
    Exprs group_by;
    Exprs set;    /* GROUP BY ... SET a = max(a): operators '=' */
    Token target; /* the disk, the volume, the codec; absent otherwise */
    Range range;
} TtlItem;

typedef VEC(TtlItem) TtlItems;

/* The entries of a TTL; none when it does not parse whole. */
TtlItems sql_parse_ttl(SqlParser *parser, Arena *arena, Str text, uint32_t offset);

/* The name that ClickHouse gives the column: the alias, the identifier's last part, else the
 * text of the expression without blanks around it. */
Str expr_output_name(const Expr *expr, Str file_text);

/* A column's name as one would write it in a select list: bare, or in backticks where another
 * reading is near. */
Str sql_name(Arena *arena, Str name);

/* Normalised text: equal for expressions of equal meaning as far as spelling goes (white space,
 * keyword case, redundant parentheses, quotes around identifiers, INTERVAL 1 DAY and
 * toIntervalDay(1), CAST forms, case-insensitive function names). */
Str expr_text(Arena *arena, const Expr *expr);
Str query_text(Arena *arena, const Query *query);

/* What to write in place of the name, table alias or qualifier that starts at `at` in the file.
 * An empty text leaves out an alias, or a whole entry of WITH where the name of one starts. */
typedef struct {
    uint32_t at;
    Str text;
} SqlRename;

typedef VEC(SqlRename) SqlRenames;

/* query_text() of a query without tags that could be read, with other names; `renames` in the order
 * of `at`. Functions whose letter case gives a column its name keep it. */
Str query_text_renamed(Arena *arena, const Query *query, const SqlRenames *renames);
/* Likewise without the first select's list, and one item of such a list. */
Str query_text_unlisted(Arena *arena, const Query *query, const SqlRenames *renames);
Str item_text_renamed(Arena *arena, const Expr *item, const SqlRenames *renames);

/* now(), today() and the like: the moment at which the query runs. */
bool sql_function_is_now(Str name);
/* rand(), generateUUIDv4() and the like: another value each time. */
bool sql_function_is_random(Str name);

/* Calls `visit` for expr and all below it, also in subqueries; stop by returning false. */
bool expr_walk(const Expr *expr, bool (*visit)(const Expr *expr, void *context), void *context);
bool query_walk(const Query *query, bool (*visit)(const Expr *expr, void *context), void *context);

#endif
