/*
 * resolve.h: what the parts of the resolver share.
 *
 * lineage.c decides which node is resolved when and keeps the results, lineage_ahead.c resolves all
 * that do not wait for each other in threads; resolve_select.c resolves
 * one query; the others collect aliases (resolve_alias.c), look up tables (resolve_table.c) and
 * names (resolve_scope.c), read expressions (resolve_expr.c), expand stars (resolve_star.c), name
 * columns (resolve_name.c) and put variants together (resolve_variants.c).
 */
#ifndef TBLINT_RESOLVE_H
#define TBLINT_RESOLVE_H

#include "lineage.h"

/* ---- what a table gives (resolve_relation.c) ---- */

/* A column as those see it who read FROM the query or the data source that gives it. */
typedef struct {
    OutputColumn out;
    bool ghost;   /* live has it, the candidate's data source lacks it: in no output */
    bool by_star; /* only stars handed it on: naming it is a read of the data source */
    bool unsure;  /* not in every variant, or versions of the engine differ in its name */
} Field;

typedef VEC(Field) Fields;

typedef struct {
    Fields fields;
    Map *by_name;  /* name -> Field, of those that are there; NULL when they are few */
    Map *ghosts;   /* name -> Field, likewise; NULL when there are none */
    Map *prefixes; /* n of n.x, n.y; NULL when no name has a dot */
    bool complete; /* `fields` are all its columns */
    bool unsteady; /* but in what order and how often depends on the engine's version */
    bool twins;    /* two columns have one name */
    bool named;    /* complete, steady, and all names are certain */
    Str gap;       /* why it is not complete or not named */
    Range gap_range;
} Relation;

/* One that nothing is known about. */
Relation *relation_unknown(Arena *arena, Str gap, Range range);
/* To be called once all fields are there. */
void relation_finish(Arena *arena, Relation *relation);
/* The columns of a data source, made once (resolve_table.c). */
const Relation *relation_of_datasource(Loader *loader, const Resource *source);
/* The first column of that name, or that ghost; NULL. */
const Field *relation_find(const Relation *relation, Str name, bool ghost);

/* ---- one node (lineage.c) ---- */

typedef enum { NODE_NEW, NODE_WAITING, NODE_RESOLVED } NodeState;

typedef struct {
    NodeLineage lineage; /* first: Resource.lineage points here */
    Relation *relation;  /* NULL until it is resolved */
    NodeState state;
    size_t stack_index; /* while its needs are being resolved */
} ResolvedNode;

/* Of a pipe's node, or of a data source (node 0): made empty when it is not there yet. */
ResolvedNode *resolved_slot(Loader *loader, const Resource *resource, size_t node);

/* A node to be resolved. */
typedef struct {
    const Resource *pipe;
    size_t node;
} NodeStep;

typedef VEC(NodeStep) NodeSteps;

/* The nodes that it reads, which are to be resolved before it. */
NodeSteps resolve_needs(Loader *loader, NodeStep step);
/* Fills the slot; `way_round` is empty unless the node reads itself. */
void resolve_node(Loader *loader, NodeStep step, ResolvedNode *slot, Str way_round);

/* ---- one query ---- */

typedef struct {
    const Cte *cte;
    Relation *relation; /* once resolved; of a recursive one its first select's while it is not */
    bool used;          /* some query reads it */
    size_t reads_from;  /* its reads in Resolver.reads: from here */
    size_t reads_to;    /* and to before here */
} CteEntry;

/* The WITH of one select. */
typedef struct WithFrame {
    CteEntry *entries;
    size_t len;
    Map *by_name;   /* name -> the first CteEntry */
    size_t visible; /* entries before this one are defined here */
    const struct WithFrame *outer;
} WithFrame;

/* The reads of one variant, tables and gaps of it. */
typedef struct {
    Loader *loader;
    Arena *arena;
    const Resource *pipe;
    size_t node;
    TableUses tables;
    ColumnReads reads;
    Gaps gaps;
    Map *subqueries; /* bytes of the pointer to a Query in an expression -> Relation */
    bool doubtful;   /* the query at hand does not parse: nothing in it is certain */
    int alias_depth;
} Resolver;

/* One table of a select. */
typedef struct {
    const TableRef *ref;
    Str alias;          /* empty when it has none */
    Str name;           /* events, workspace.events; empty for a subquery */
    Str last_name;      /* events of workspace.events */
    Map *using_columns; /* names in its USING; NULL when it has none */
    const Relation *relation;
} Source;

typedef VEC(Source) Sources;

/* A name that the select gives to an expression. */
typedef struct {
    const Expr *expr;
    bool active; /* being looked at */
    bool typed;
    bool array_join;
    const Type *type;
} Alias;

/* Names that a lambda binds, innermost first; and the aliases around a place, which do not mean
 * themselves inside. */
typedef struct Around {
    const Expr *expr;
    const struct Around *outer;
} Around;

typedef struct Scope {
    Resolver *r;
    const Select *select;
    const struct Scope *outer;
    const WithFrame *with;
    Sources sources;
    Map *aliases;      /* name -> Alias */
    Map *array_joined; /* columns that ARRAY JOIN unfolds in place: name -> Expr; may be NULL */
    Map *bound;        /* names of all lambda parameters in the select; may be NULL */
} Scope;

/* resolve_select.c. `entry` is set for the query of a WITH. Never NULL. */
Relation *resolve_query(Resolver *r, const Query *query, const Scope *outer, const WithFrame *with,
                        CteEntry *entry);
/* The relation of a query inside an expression, resolved once. */
const Relation *resolve_subquery(const Scope *scope, const Query *query);

void resolve_gap(Resolver *r, Range range, Str why, bool hides);
/* Columns of all queries of a project's two sides, before those of any are given up. */
enum { RESOLVE_COLUMNS_MAX = 600 * 1000 };
/* False: the query or the whole project has too many columns, and no more may be made. */
bool resolve_room(Resolver *r, size_t before, size_t more);

/* ---- names that a select gives (resolve_alias.c) ---- */

/* Fills `aliases`, `array_joined` and `bound`. */
void resolve_aliases(Scope *scope);
/* The same from `WITH x AS name` alone. */
void resolve_with_aliases(Scope *scope);

/* ---- tables (resolve_table.c) ---- */

/* What the name means, noted as a use; `with` may be NULL. */
const Relation *resolve_table(Resolver *r, const WithFrame *with, Token name);
/* A WITH gives the name: its relation; NULL when none does. */
const Relation *resolve_cte(const WithFrame *with, Str name);
/* No WITH gives it, but some table of the project or the node's pipe is called so. */
bool resolve_is_table(const Resolver *r, Str name);

/* ---- names (resolve_scope.c) ---- */

typedef enum { FOUND_NOTHING, FOUND_FIELD, FOUND_ALIAS, FOUND_BOUND } FoundKind;

typedef struct {
    FoundKind kind;
    const Field *field;
    const Scope *scope; /* that has the table or the alias */
    size_t source;      /* index of the table */
    size_t skipped;     /* parts of the path that name the table */
    size_t used;        /* parts up to the column's end; what follows is inside it */
    Alias *alias;
    bool certain; /* no other table could supply the name */
} Found;

Found resolve_name(const Scope *scope, const Expr *column, const Around *around);
/* The same for a qualifier-free name in the tables alone, real columns or ghosts. */
Found resolve_in_tables(const Scope *scope, const Tokens *path, bool ghost);
void resolve_note(Resolver *r, const Found *found, Range range);
/* The parts of a path from `from` to before `to`, joined by dots. */
Str path_text(Arena *arena, const Tokens *path, size_t from, size_t to);

/* ---- expressions (resolve_expr.c) ---- */

/* Notes what the expression reads. */
void resolve_expr(const Scope *scope, const Expr *expr, const Around *outer);
void resolve_exprs(const Scope *scope, const Exprs *list, const Around *around);
const Type *resolve_type(const Scope *scope, const Expr *expr);
/* An ARRAY JOIN unfolds the column that was found. */
bool resolve_unfolds(const Found *found);

/* ---- stars and names of columns (resolve_star.c, resolve_name.c) ---- */

/* Adds what the star gives. */
void resolve_star(const Scope *scope, const Expr *star, Relation *out);
/* The type of a column, also where USING merges it with others. */
const Type *resolve_using_type(const Scope *scope, const Field *field);
/* COLUMNS(a, b) and transformers that name columns: reads of them. */
void resolve_star_reads(const Scope *scope, const Expr *star, const Around *around);
/* What a column of a table is called in the select's output. */
Str resolve_source_name(const Scope *scope, size_t source, Str column, bool *sure);
/* What the engine calls the expression. */
Str resolve_item_name(const Scope *scope, const Expr *item, bool *sure);
/* The text of an expression without alias as the engine prints it (resolve_print.c). */
Str resolve_printed(const Scope *scope, const Expr *item, bool *sure);
/* A column inside such a text; that of an alias is not sure. */
Str resolve_column_name(const Scope *scope, const Expr *column, bool *sure);
/* All versions print the function's name as it is written. */
bool resolve_function_name_is_sure(Str name);

/* ---- variants (resolve_variants.c) ---- */

typedef struct {
    Relation *relation;
    TableUses tables;
    ColumnReads reads;
    Gaps gaps;
} VariantResult;

/* Puts the results together in `node`. `complete`: the variants are all that there are. */
void resolve_merge(Arena *arena, ResolvedNode *node, const VariantResult *results, size_t count,
                   bool complete);

#endif
