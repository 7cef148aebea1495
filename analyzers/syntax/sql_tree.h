/*
 * sql_tree.h: the concrete tree of a SQL text, as plain nodes.
 *
 * tree-sitter's own tree costs time linear in the index to reach a child and ends with its parser;
 * this copy has neither trouble. It lives in a scratch arena until the facts are taken.
 */
#ifndef TBLINT_SQL_TREE_H
#define TBLINT_SQL_TREE_H

#include "sql.h"

/* Named nodes of the grammar; tokens are SQL_TOKEN and told apart by their text. */
#define SQL_KINDS(X)                                                                               \
    X(ALIASED, "aliased")                                                                          \
    X(APPLY, "apply")                                                                              \
    X(ARGUMENTS, "arguments")                                                                      \
    X(ARRAY, "array")                                                                              \
    X(ARRAY_JOIN, "array_join")                                                                    \
    X(BETWEEN, "between")                                                                          \
    X(BINARY, "binary")                                                                            \
    X(BIT_STRING, "bit_string")                                                                    \
    X(BOOLEAN, "boolean")                                                                          \
    X(CALL, "call")                                                                                \
    X(CASE, "case")                                                                                \
    X(CAST, "cast")                                                                                \
    X(CAST_OPERATOR, "cast_operator")                                                              \
    X(COLUMNS, "columns")                                                                          \
    X(COMMENT, "comment")                                                                          \
    X(CTE, "cte")                                                                                  \
    X(DATED, "dated")                                                                              \
    X(DISTINCT, "distinct")                                                                        \
    X(ERROR, "ERROR")                                                                              \
    X(EXCEPT, "except")                                                                            \
    X(EXPRESSION_LIST, "expression_list")                                                          \
    X(FILTER, "filter")                                                                            \
    X(FROM_ARGUMENTS, "from_arguments")                                                            \
    X(FROM_CLAUSE, "from_clause")                                                                  \
    X(GROUP_BY_CLAUSE, "group_by_clause")                                                          \
    X(HAVING_CLAUSE, "having_clause")                                                              \
    X(HEREDOC, "heredoc")                                                                          \
    X(IDENTIFIER, "identifier")                                                                    \
    X(IN, "in")                                                                                    \
    X(INTERVAL, "interval")                                                                        \
    X(IS, "is")                                                                                    \
    X(JOIN, "join")                                                                                \
    X(LAMBDA, "lambda")                                                                            \
    X(LIKE, "like")                                                                                \
    X(LIMIT_CLAUSE, "limit_clause")                                                                \
    X(LIST_ITEM, "list_item")                                                                      \
    X(MAP, "map")                                                                                  \
    X(MEMBER, "member")                                                                            \
    X(NULL, "null")                                                                                \
    X(NULLS, "nulls")                                                                              \
    X(NUMBER, "number")                                                                            \
    X(OFFSET_CLAUSE, "offset_clause")                                                              \
    X(ORDER, "order")                                                                              \
    X(ORDER_BY_CLAUSE, "order_by_clause")                                                          \
    X(OVER, "over")                                                                                \
    X(PAIR, "pair")                                                                                \
    X(PARAMETER, "parameter")                                                                      \
    X(PARENTHESIZED, "parenthesized")                                                              \
    X(PARENTHESIZED_QUERY, "parenthesized_query")                                                  \
    X(PREWHERE_CLAUSE, "prewhere_clause")                                                          \
    X(QUALIFIED_STAR, "qualified_star")                                                            \
    X(QUALIFY_CLAUSE, "qualify_clause")                                                            \
    X(QUERY, "query")                                                                              \
    X(QUOTED_IDENTIFIER, "quoted_identifier")                                                      \
    X(REPLACE, "replace")                                                                          \
    X(SELECT, "select")                                                                            \
    X(SELECT_LIST, "select_list")                                                                  \
    X(SETTINGS_CLAUSE, "settings_clause")                                                          \
    X(SET_OPERATOR, "set_operator")                                                                \
    X(SOURCE_FILE, "source_file")                                                                  \
    X(STAR, "star")                                                                                \
    X(STRING, "string")                                                                            \
    X(SUBQUERY, "subquery")                                                                        \
    X(SUBSCRIPT, "subscript")                                                                      \
    X(TABLE, "table")                                                                              \
    X(TABLE_FUNCTION, "table_function")                                                            \
    X(TABLE_NAME, "table_name")                                                                    \
    X(TERNARY, "ternary")                                                                          \
    X(TTL_ACTION, "ttl_action")                                                                    \
    X(TUPLE, "tuple")                                                                              \
    X(TYPE, "type")                                                                                \
    X(UNARY, "unary")                                                                              \
    X(USING, "using")                                                                              \
    X(WHERE_CLAUSE, "where_clause")                                                                \
    X(WINDOW_CLAUSE, "window_clause")                                                              \
    X(WITH_CLAUSE, "with_clause")

typedef enum {
    SQL_TOKEN,
#define SQL_KIND(id, name) SQL_##id,
    SQL_KINDS(SQL_KIND)
#undef SQL_KIND
        SQL_OTHER, /* a named node that no code asks for */
} SqlKind;

typedef struct SqlNode SqlNode;

struct SqlNode {
    SqlKind kind;
    const char *word;  /* the grammar's name: of a keyword the word in upper case */
    const char *field; /* NULL when it has none */
    Range range;       /* in the text given, not in the file */
    SqlNode *parent;
    SqlNode *child; /* the first */
    SqlNode *next;
    Expr *expr;         /* set once an expression was made of it */
    const Query *query; /* set once a query was made of it */
    const void *id;     /* tree-sitter's: a tree that was made of another one has some of its ids */
    uint16_t height;    /* levels below */
    bool missing;
    bool has_error; /* somewhere below */
    bool is_shared; /* `expr` was made of the tree before, `child` is left out */
};

/* An item of a select list that the next variant of the text may have as well. */
typedef struct {
    const void *id;
    Range range;
    uint16_t height;
    Expr *expr;
} SharedItem;

typedef VEC(SharedItem) SharedItems;

typedef VEC(SqlNode *) SqlNodes;

/* The tree of the text parsed last, from which one that differs in few places is parsed with less
 * work: the variants of a template. Starts empty; sql_tree_forget() ends it. The text is borrowed
 * until the next is read. */
typedef struct {
    struct TSTree *tree;
    Str text;
    SqlNodes items;     /* of select lists in the tree read last */
    SharedItems shared; /* in the order of the text; see sql_tree_share() */
} LikeTree;

/* NULL when the text cannot be parsed at all. Comments are left out. `like` may be NULL. */
struct TSParser;
SqlNode *sql_tree_read(struct TSParser *parser, const uint8_t *kinds, Arena *scratch, Str text,
                       LikeTree *like);
void sql_tree_forget(LikeTree *like);
/* Expressions were made of the tree read last: the next one takes those that are the same. They
 * live in the arena that they were made in; the list of them in `arena`. */
void sql_tree_share(LikeTree *like, Arena *arena);

SqlNode *sql_child(const SqlNode *node, SqlKind kind);     /* first of the kind, or NULL */
SqlNode *sql_field(const SqlNode *node, const char *name); /* first of the field, or NULL */
bool sql_is(const SqlNode *node, const char *word);        /* a token of that word */
SqlNode *sql_word(const SqlNode *node, const char *word);  /* first such token, or NULL */
bool sql_is_expression(const SqlNode *node);               /* also `aliased` */

/* The first error in the order of the text; NULL when there is none. */
const SqlNode *sql_tree_error(const SqlNode *root);

#endif
