/* Who reads and who writes which data source, from the queries of parsed pipes. */
#include "lineage.h"
#include "project_internal.h"
#include "resolve_table.h"

const QueryVariants *pipe_variants(Loader *loader, const Resource *pipe, size_t node)
{
    if (!pipe->facts || !pipe->pipe || node >= pipe->facts->nodes.len)
        return NULL;
    QueryVariants *slot = &pipe->pipe->queries[node];
    if (!slot->len) {
        Token sql = pipe->facts->nodes.items[node].sql;
        *slot = sql_parse_variants(loader->sql, loader->arena, sql.text, sql.range.start);
    }
    return slot;
}

const Query *pipe_query(Loader *loader, const Resource *pipe, size_t node)
{
    const QueryVariants *variants = pipe_variants(loader, pipe, node);
    return variants ? variants->items[0] : NULL;
}

int pipe_output_node(const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe || pipe->facts->nodes.len == 0)
        return -1;
    return pipe->pipe->node >= 0 ? pipe->pipe->node : (int)pipe->facts->nodes.len - 1;
}

/* ---- walking a query ---- */

/* Names that WITH gives to queries hide tables of the same name inside their select. */
typedef struct NameScope {
    const Select *select;
    size_t visible;   /* how many of its WITH entries are defined at this point */
    const Map *index; /* of many entries: name -> the first Cte; else NULL */
    const struct NameScope *outer;
} NameScope;

enum { FEW_ENTRIES = 16 };

typedef struct {
    bool (*visit)(const Token *table, void *context);
    void *context;
    Arena **scratch; /* made when it is needed */
} TableVisitor;

static bool walk_tables(const Query *query, const NameScope *outer, const TableVisitor *visitor);
static bool walk_select(const Select *select, const NameScope *outer, const TableVisitor *visitor);

static bool is_cte(const NameScope *scope, Str name)
{
    for (; scope; scope = scope->outer) {
        const Cte *first = scope->index ? map_get(scope->index, name) : NULL;
        if (first && (size_t)(first - scope->select->with.items) < scope->visible)
            return true;
        for (size_t i = 0; !scope->index && i < scope->visible; i++) {
            const Cte *cte = &scope->select->with.items[i];
            if (cte->query && str_eq(cte->name.text, name))
                return true;
        }
    }
    return false;
}

static bool walk_expr_list(const Exprs *list, const NameScope *scope, const TableVisitor *visitor);

static bool is_in(const Expr *expr)
{
    static const char *const OPERATORS[] = {"IN", "NOT IN", "GLOBAL IN", "GLOBAL NOT IN"};
    static const char *const FUNCTIONS[] = {"in", "notIn", "globalIn", "globalNotIn"};
    if (expr->args.len != 2 || (expr->kind != EXPR_OPERATOR && expr->kind != EXPR_CALL))
        return false;
    const char *const *names = expr->kind == EXPR_CALL ? FUNCTIONS : OPERATORS;
    for (size_t i = 0; i < ARRAY_LEN(OPERATORS); i++) {
        if (str_is(expr->name, names[i]))
            return true;
    }
    return false;
}

/* workspace.events, of parts that stand side by side. */
static Str two_parts(const Tokens *path)
{
    Str first = path->items[0].text, second = path->items[1].text;
    if (first.ptr + first.len + 1 != second.ptr)
        return (Str){0};
    return (Str){first.ptr, first.len + 1 + second.len};
}

bool expr_in_table(const Expr *expr, Token *name)
{
    if (!is_in(expr) || expr->args.items[1]->kind != EXPR_COLUMN)
        return false;
    const Expr *right = expr->args.items[1];
    *name = (Token){right->path.len ? right->path.items[0].text : (Str){0}, right->core};
    if (right->path.len == 2)
        name->text = two_parts(&right->path);
    return right->path.len <= 2 && name->text.len > 0;
}

/* `x IN events` names a table where a column stands elsewhere. */
static bool walk_in_table(const Expr *expr, const NameScope *scope, const TableVisitor *visitor)
{
    Token name;
    return !expr_in_table(expr, &name) || is_cte(scope, name.text) ||
           visitor->visit(&name, visitor->context);
}

bool expr_join_get(const Expr *expr, Token *table, Token *column)
{
    bool is_call = expr->kind == EXPR_CALL && expr->args.len >= 2 &&
                   (str_is(expr->name, "joinGet") || str_is(expr->name, "joinGetOrNull"));
    if (!is_call || expr->args.items[0]->kind != EXPR_STRING ||
        expr->args.items[1]->kind != EXPR_STRING)
        return false;
    *table = (Token){expr->args.items[0]->name, expr->args.items[0]->core};
    *column = (Token){expr->args.items[1]->name, expr->args.items[1]->core};
    return true;
}

static bool walk_join_get(const Expr *expr, const TableVisitor *visitor)
{
    Token table, column;
    return !expr_join_get(expr, &table, &column) || visitor->visit(&table, visitor->context);
}

static bool walk_expr(const Expr *expr, const NameScope *scope, const TableVisitor *visitor)
{
    if (!expr)
        return true;
    if (expr->query && !walk_tables(expr->query, scope, visitor))
        return false;
    return walk_in_table(expr, scope, visitor) && walk_join_get(expr, visitor) &&
           walk_expr_list(&expr->args, scope, visitor) &&
           walk_expr_list(&expr->params, scope, visitor) &&
           walk_expr_list(&expr->rare->clauses, scope, visitor);
}

static bool walk_expr_list(const Exprs *list, const NameScope *scope, const TableVisitor *visitor)
{
    for (size_t i = 0; i < list->len; i++) {
        if (!walk_expr(list->items[i], scope, visitor))
            return false;
    }
    return true;
}

static bool walk_from(const TableRef *table, const NameScope *scope, const TableVisitor *visitor)
{
    if (!walk_expr(table->on, scope, visitor) || !walk_expr_list(&table->args, scope, visitor))
        return false;
    if (table->kind == TABLE_SUBQUERY)
        return !table->query || walk_tables(table->query, scope, visitor);
    if (table->kind != TABLE_NAME || is_cte(scope, table->name.text))
        return true;
    return visitor->visit(&table->name, visitor->context);
}

/* A query's own name is not in scope inside it: `WITH events AS (SELECT ... FROM events)`. With
 * RECURSIVE it is, but for the first select, which reads the table of that name. */
static bool walk_cte(NameScope *scope, size_t at, const TableVisitor *visitor)
{
    const Selects *selects = &scope->select->with.items[at].query->selects;
    for (size_t i = 0; i < selects->len; i++) {
        scope->visible = i > 0 && scope->select->is_recursive ? at + 1 : at;
        if (!walk_select(selects->items[i], scope, visitor))
            return false;
    }
    return true;
}

static bool walk_ctes(NameScope *scope, const TableVisitor *visitor)
{
    const Ctes *ctes = &scope->select->with;
    for (size_t i = 0; i < ctes->len; i++) {
        if (ctes->items[i].query && !walk_cte(scope, i, visitor))
            return false;
        scope->visible = i;
        if (!walk_expr(ctes->items[i].expr, scope, visitor))
            return false;
    }
    scope->visible = ctes->len;
    return true;
}

static const Map *index_entries(const Select *select, const TableVisitor *visitor)
{
    if (select->with.len <= FEW_ENTRIES)
        return NULL;
    if (!*visitor->scratch)
        *visitor->scratch = arena_new();
    Map *index = map_new(*visitor->scratch);
    for (size_t i = 0; i < select->with.len; i++) {
        Cte *cte = &select->with.items[i];
        if (cte->query && !map_has(index, cte->name.text))
            map_put(index, cte->name.text, cte);
    }
    return index;
}

static bool walk_select(const Select *select, const NameScope *outer, const TableVisitor *visitor)
{
    NameScope scope = {select, 0, index_entries(select, visitor), outer};
    if (!walk_ctes(&scope, visitor))
        return false;
    for (size_t i = 0; i < select->from.len; i++) {
        if (!walk_from(&select->from.items[i], &scope, visitor))
            return false;
    }
    const Exprs *lists[] = {&select->items,    &select->array_join, &select->group_by,
                            &select->order_by, &select->limit,      &select->others};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        if (!walk_expr_list(lists[i], &scope, visitor))
            return false;
    }
    return walk_expr(select->prewhere, &scope, visitor) &&
           walk_expr(select->where, &scope, visitor) &&
           walk_expr(select->having, &scope, visitor) &&
           walk_expr(select->qualify, &scope, visitor);
}

static bool walk_tables(const Query *query, const NameScope *outer, const TableVisitor *visitor)
{
    for (size_t i = 0; i < query->selects.len; i++) {
        if (!walk_select(query->selects.items[i], outer, visitor))
            return false;
    }
    return true;
}

bool query_tables(const Query *query, bool (*visit)(const Token *table, void *context),
                  void *context)
{
    Arena *scratch = NULL;
    TableVisitor visitor = {visit, context, &scratch};
    bool done = walk_tables(query, NULL, &visitor);
    arena_free(scratch);
    return done;
}

/* ---- finding one table ---- */

typedef struct {
    Str name;
    Range range;
    bool found;
} TableSearch;

static bool match_table(const Token *table, void *context)
{
    TableSearch *search = context;
    if (!str_eq(table->text, search->name))
        return true;
    search->found = true;
    search->range = table->range;
    return false;
}

bool pipe_node_shadows(const Resource *pipe, Str name)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        if (str_eq(pipe->facts->nodes.items[i].name.text, name))
            return true;
    }
    return false;
}

bool pipe_reads(Loader *loader, const Resource *pipe, Str name, Range *where)
{
    if (!pipe->facts || pipe_node_shadows(pipe, name))
        return false;
    TableSearch search = {.name = name};
    for (size_t i = 0; i < pipe->facts->nodes.len && !search.found; i++) {
        const QueryVariants *variants = pipe_variants(loader, pipe, i);
        for (size_t j = 0; variants && j < variants->len && !search.found; j++)
            query_tables(variants->items[j], match_table, &search);
    }
    if (search.found && where)
        *where = search.range;
    return search.found;
}

/* ---- the tables of a node ---- */

static bool add_table(const Token *table, void *context)
{
    map_at(context, table->text);
    return true;
}

/* Queries are parsed in any thread and walked there; what connects them needs the names alone. */
const Map *pipe_tables(Loader *loader, const Resource *pipe, size_t node)
{
    const QueryVariants *variants = pipe_variants(loader, pipe, node);
    if (!variants)
        return NULL;
    Map **slot = &pipe->pipe->tables[node];
    if (!*slot) {
        *slot = map_new(loader->arena);
        for (size_t i = 0; i < variants->len; i++)
            query_tables(variants->items[i], add_table, *slot);
    }
    return *slot;
}

/* ---- connecting a project ---- */

static void add_once(Arena *arena, Resources *list, Resource *resource)
{
    if (list->len == 0 || list->items[list->len - 1] != resource)
        vec_push(arena, list, resource);
}

static void connect_reader(Arena *arena, Resource *pipe, Str table)
{
    Resource *source = project_find_table(pipe->project, table);
    if (source && source != pipe)
        add_once(arena, &source->readers, pipe);
}

static bool is_writer(const Node *node)
{
    Str type = str_trim(node->type.text);
    return str_is_nocase(type, "materialized") || str_is_nocase(type, "copy");
}

bool pipe_materializes_into(const Resource *pipe, Str datasource)
{
    if (!pipe->facts)
        return false;
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        const Node *node = &pipe->facts->nodes.items[i];
        if (str_is_nocase(str_trim(node->type.text), "materialized") &&
            str_eq(node->datasource.text, datasource))
            return true;
    }
    return false;
}

/* Names of the pipe's own nodes hide resources. */
static void connect_readers(Loader *loader, Resource *pipe, size_t node)
{
    const Map *tables = pipe_tables(loader, pipe, node);
    for (size_t i = 0; tables && i < map_len(tables); i++) {
        if (pipe_node_index(loader, pipe, map_key(tables, i)) < 0)
            connect_reader(loader->arena, pipe, map_key(tables, i));
    }
}

static void connect_pipe(Loader *loader, const Project *project, Resource *pipe)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        const Node *node = &pipe->facts->nodes.items[i];
        Resource *target = project_find(project, DATAFILE_DATASOURCE, node->datasource.text);
        if (target && is_writer(node))
            add_once(loader->arena, &target->writers, pipe);
        connect_readers(loader, pipe, i);
    }
}

void project_connect(Loader *loader, Project *project)
{
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        Resource *pipe = map_value(project->pipes, i);
        if (pipe->facts)
            connect_pipe(loader, project, pipe);
    }
}
