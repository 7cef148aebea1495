/* Finds who reads the columns of a data source, by resolving names in each select that takes from
 * it. Every query is walked once for all columns; what was found is kept by name. */
#include "column_use.h"

#include <string.h>

#include "model/lineage.h"

enum {
    NAME_MAX_BYTES = 1024, /* of a column's name with its dots: a.b.c */
    TABLES_MAX = 64,       /* in one FROM; with more, nothing is certain */
};

/* The best read of one column in the text at hand. */
typedef struct {
    Range range;
    bool certain;
} Found;

typedef struct {
    const Check *check;
    const Resource *pipe;
    Str table;
    bool clean; /* the query at hand parsed whole and has no template */
    Map *found; /* column -> Found */
} Search;

/* Whether a table has a column of that name. */
typedef enum { GIVES_NO, GIVES_MAYBE, GIVES_YES } Gives;

/* What one table of a select gives. */
typedef struct {
    Gives unless_named;       /* of names that are in neither of these */
    const Datafile *datafile; /* of a data source */
    Map *names;               /* of a subquery */
} Table;

typedef struct {
    const Select *select;
    Str alias;    /* of the data source in this select; empty when it has none */
    bool present; /* the data source is among its tables */
    VEC(Table) others;
    Gives beyond; /* of all names, when there are too many tables to ask */
    Map *aliases; /* names that the select gives to expressions */
} Scope;

/* The expressions around the one at hand that give names, innermost first. */
typedef struct Around {
    Str alias;
    const Map *hidden; /* a lambda's parameters */
    const struct Around *outer;
} Around;

static void search_query(Search *search, const Query *query);

/* ---- which tables have the name ---- */

static void add_aliases(const Search *search, const Expr *expr, Map *out)
{
    if (!expr)
        return;
    if (expr->alias.text.len)
        map_put(out, expr->alias.text, search->found);
    for (size_t i = 0; i < expr->args.len; i++)
        add_aliases(search, expr->args.items[i], out);
}

static Map *aliases_of(const Search *search, const Select *select)
{
    Map *out = map_new(search->check->arena);
    for (size_t i = 0; i < select->with.len; i++) {
        if (!select->with.items[i].query)
            map_put(out, select->with.items[i].name.text, search->found);
    }
    for (size_t i = 0; i < select->items.len; i++)
        add_aliases(search, select->items.items[i], out);
    for (size_t i = 0; i < select->array_join.len; i++)
        add_aliases(search, select->array_join.items[i], out);
    return out;
}

/* Names before a star are certain, those after it are hidden by it. */
static Table subquery_table(const Search *search, const Query *query)
{
    Table table = {GIVES_MAYBE, NULL, NULL};
    if (!query || query->broken || query->selects.len == 0)
        return table;
    const Exprs *items = &query->selects.items[0]->items;
    table.names = map_new(search->check->arena);
    for (size_t i = 0; i < items->len; i++) {
        const Expr *item = items->items[i];
        if (item->kind == EXPR_STAR || item->kind == EXPR_UNKNOWN)
            return table;
        map_put(table.names, expr_output_name(item, search->pipe->facts->text), search->found);
    }
    table.unless_named = GIVES_NO;
    return table;
}

static Table table_of(const Search *search, const TableRef *from)
{
    Table table = {GIVES_MAYBE, NULL, NULL};
    if (from->kind == TABLE_SUBQUERY)
        return subquery_table(search, from->query);
    if (from->kind != TABLE_NAME || pipe_node_shadows(search->pipe, from->name.text))
        return table;
    const Resource *source =
        project_find(search->pipe->project, DATAFILE_DATASOURCE, from->name.text);
    if (source && source->facts && source->facts->has_schema)
        return (Table){GIVES_NO, source->facts, NULL};
    return table;
}

static Gives table_gives(const Table *table, Str column)
{
    bool named = (table->names && map_has(table->names, column)) ||
                 (table->datafile && datafile_column(table->datafile, column));
    return named ? GIVES_YES : table->unless_named;
}

static Gives others_give(const Scope *scope, Str column)
{
    Gives all = scope->beyond;
    for (size_t i = 0; i < scope->others.len; i++) {
        Gives gives = table_gives(&scope->others.items[i], column);
        if (gives == GIVES_YES || all == GIVES_NO)
            all = gives;
    }
    return all;
}

static bool is_cte_name(const Select *select, Str name)
{
    for (size_t i = 0; i < select->with.len; i++) {
        if (select->with.items[i].query && str_eq(select->with.items[i].name.text, name))
            return true;
    }
    return false;
}

static Scope scope_of(const Search *search, const Select *select)
{
    Scope scope = {.select = select, .beyond = GIVES_NO};
    bool hidden = is_cte_name(select, search->table);
    for (size_t i = 0; i < select->from.len; i++) {
        const TableRef *table = &select->from.items[i];
        bool wanted = table->kind == TABLE_NAME && str_eq(table->name.text, search->table);
        if (wanted && !hidden) {
            scope.present = true;
            scope.alias = table->alias.text;
        } else if (scope.others.len < TABLES_MAX) {
            vec_push(search->check->arena, &scope.others, table_of(search, table));
        } else {
            scope.beyond = GIVES_MAYBE;
        }
    }
    if (scope.present)
        scope.aliases = aliases_of(search, select);
    return scope;
}

/* ---- matching one identifier ---- */

static void note_use(Search *search, Str column, Range range, bool certain)
{
    certain = certain && search->clean;
    Found *found = map_get(search->found, column);
    if (found && (found->certain || !certain))
        return;
    if (!found) {
        found = ARENA_NEW(search->check->arena, Found);
        map_put(search->found, str_copy(search->check->arena, column), found);
    }
    *found = (Found){range, certain};
}

static bool has_alias(const Around *around, Str column)
{
    for (; around; around = around->outer) {
        if (str_eq(around->alias, column))
            return true;
    }
    return false;
}

static bool is_hidden(const Around *around, Str column)
{
    for (; around; around = around->outer) {
        if (around->hidden && map_has(around->hidden, column))
            return true;
    }
    return false;
}

/* Calls `visit` with what the parts from `first` may spell: a, a.b, a.b.c. The column is the first,
 * or one with dots in its name; what follows is inside it. */
typedef void (*Spelled)(void *context, Str column);

static void each_spelling(const Expr *expr, size_t first, Spelled visit, void *context)
{
    char name[NAME_MAX_BYTES];
    size_t len = 0;
    for (size_t i = first; i < expr->path.len; i++) {
        Str part = expr->path.items[i].text;
        if (part.len == 0 || len + part.len + 1 > sizeof name)
            return;
        if (len)
            name[len++] = '.';
        memcpy(name + len, part.ptr, part.len);
        len += part.len;
        visit(context, (Str){name, len});
    }
}

typedef struct {
    Search *search;
    const Scope *scope;
    const Around *around;
    const Expr *expr;
    bool qualified; /* the first part names the data source */
} Match;

static void match_spelling(void *context, Str column)
{
    const Match *match = context;
    if (is_hidden(match->around, column))
        return;
    if (match->qualified) {
        note_use(match->search, column, match->expr->core, true);
        return;
    }
    if (map_has(match->scope->aliases, column) && !has_alias(match->around, column))
        return;
    Gives others = others_give(match->scope, column);
    if (others != GIVES_YES)
        note_use(match->search, column, match->expr->core, others == GIVES_NO);
}

static bool qualifies(const Search *search, const Scope *scope, const Expr *expr)
{
    if (expr->path.len < 2)
        return false;
    Str head = expr->path.items[0].text;
    return str_eq(head, search->table) || (scope->alias.len && str_eq(head, scope->alias));
}

static void match_column(Search *search, const Scope *scope, const Expr *expr, const Around *around)
{
    Match match = {search, scope, around, expr, true};
    if (qualifies(search, scope, expr))
        each_spelling(expr, 1, match_spelling, &match);
    match.qualified = false;
    each_spelling(expr, 0, match_spelling, &match);
}

/* ---- walking ---- */

static void search_expr(Search *search, const Scope *scope, const Expr *expr, const Around *outer);

static void search_list(Search *search, const Scope *scope, const Exprs *list, const Around *around)
{
    for (size_t i = 0; i < list->len; i++)
        search_expr(search, scope, list->items[i], around);
}

static const Map *parameters(const Search *search, const Expr *lambda)
{
    Map *names = map_new(search->check->arena);
    for (size_t i = 0; i < lambda->path.len; i++)
        map_put(names, lambda->path.items[i].text, search->found);
    return names;
}

static void search_except(Search *search, const Scope *scope, const Expr *expr)
{
    if (!expr->strict)
        return; /* a column that is not there may be left out */
    for (size_t i = 0; i < expr->path.len; i++)
        note_use(search, expr->path.items[i].text, expr->path.items[i].range,
                 scope->select->from.len == 1);
}

static void search_expr(Search *search, const Scope *scope, const Expr *expr, const Around *outer)
{
    if (!expr)
        return;
    Around around = {.alias = expr->alias.text, .outer = outer};
    bool names = expr->alias.text.len || expr->kind == EXPR_LAMBDA;
    if (expr->query)
        search_query(search, expr->query);
    if (expr->kind == EXPR_LAMBDA)
        around.hidden = parameters(search, expr);
    const Around *inner = names ? &around : outer;
    if (scope->present && expr->kind == EXPR_COLUMN)
        match_column(search, scope, expr, inner);
    if (scope->present && expr->kind == EXPR_EXCEPT)
        search_except(search, scope, expr);
    search_list(search, scope, &expr->args, inner);
    search_list(search, scope, &expr->params, inner);
}

static void search_select(Search *search, const Select *select)
{
    Scope scope = scope_of(search, select);
    for (size_t i = 0; i < select->with.len; i++) {
        if (select->with.items[i].query)
            search_query(search, select->with.items[i].query);
        search_expr(search, &scope, select->with.items[i].expr, NULL);
    }
    for (size_t i = 0; i < select->from.len; i++) {
        const TableRef *table = &select->from.items[i];
        if (table->kind == TABLE_SUBQUERY && table->query)
            search_query(search, table->query);
        search_expr(search, &scope, table->on, NULL);
    }
    const Exprs *lists[] = {&select->items, &select->array_join, &select->group_by,
                            &select->order_by, &select->limit};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        search_list(search, &scope, lists[i], NULL);
    search_expr(search, &scope, select->prewhere, NULL);
    search_expr(search, &scope, select->where, NULL);
    search_expr(search, &scope, select->having, NULL);
    search_expr(search, &scope, select->qualify, NULL);
}

static void search_query(Search *search, const Query *query)
{
    for (size_t i = 0; i < query->selects.len; i++)
        search_select(search, query->selects.items[i]);
}

/* ---- all uses of a data source's columns ---- */

static ColumnUses *uses_of(const Check *check, Map *uses, Str column)
{
    ColumnUses *list = map_get(uses, column);
    if (!list) {
        list = ARENA_NEW(check->arena, ColumnUses);
        map_put(uses, column, list);
    }
    return list;
}

static void add_pipe(const Check *check, const Resource *pipe, Str table, Map *uses)
{
    Search search = {.check = check, .pipe = pipe, .table = table, .found = map_new(check->arena)};
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        const Query *query = pipe_query(check->loader, pipe, i);
        if (!query)
            continue;
        search.clean = !query->broken && !query->too_deep && !query->has_template;
        search_query(&search, query);
    }
    Str what = str_fmt(check->arena, "pipe '%.*s'", STR_ARG(pipe->name));
    for (size_t i = 0; i < map_len(search.found); i++) {
        const Found *found = map_value(search.found, i);
        vec_push(check->arena, uses_of(check, uses, map_key(search.found, i)),
                 (ColumnUse){pipe, what, found->range, found->certain});
    }
}

typedef struct {
    const Check *check;
    Map *names; /* once each */
} NameSearch;

static void add_name(void *context, Str column)
{
    const NameSearch *search = context;
    if (!map_has(search->names, column))
        map_put(search->names, str_copy(search->check->arena, column), search->names);
}

static bool add_names(const Expr *expr, void *context)
{
    if (expr->kind == EXPR_COLUMN)
        each_spelling(expr, 0, add_name, context);
    return true;
}

/* A use for each column that an expression of the data source itself names, but for `self`. */
static void add_own(const Check *check, Token expression, Str self, ColumnUse use, Map *uses)
{
    if (str_trim(expression.text).len == 0)
        return;
    const Expr *expr =
        sql_parse_expr(check->loader->sql, check->arena, expression.text, expression.range.start);
    NameSearch search = {check, map_new(check->arena)};
    if (expr)
        expr_walk(expr, add_names, &search);
    for (size_t i = 0; i < map_len(search.names); i++) {
        Str column = map_key(search.names, i);
        if (!str_eq(column, self))
            vec_push(check->arena, uses_of(check, uses, column), use);
    }
}

static void add_all_own(const Check *check, const Resource *datasource, Map *uses)
{
    const Datafile *file = datasource->facts;
    for (size_t i = 0; i < file->indexes.len; i++) {
        const IndexDef *index = &file->indexes.items[i];
        Str what = str_fmt(check->arena, "index '%.*s'", STR_ARG(index->name.text));
        add_own(check, index->expr, (Str){0}, (ColumnUse){datasource, what, index->range, true},
                uses);
    }
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *column = &file->columns.items[i];
        if (range_is_empty(column->default_expr.range))
            continue;
        Str what = str_fmt(check->arena, "the DEFAULT of '%.*s'", STR_ARG(column->name.text));
        add_own(check, column->default_expr, column->name.text,
                (ColumnUse){datasource, what, column->range, true}, uses);
    }
}

static Map *all_uses(const Check *check, const Resource *datasource)
{
    Map *uses = map_new(check->arena);
    for (size_t i = 0; i < datasource->readers.len; i++)
        add_pipe(check, datasource->readers.items[i], datasource->name, uses);
    if (datasource->facts)
        add_all_own(check, datasource, uses);
    return uses;
}

ColumnUses column_uses(const Check *check, const Resource *datasource, Str column)
{
    Loader *loader = check->loader;
    Str key = str_fmt(check->arena, "%p", (const void *)datasource);
    if (!loader->column_uses)
        loader->column_uses = map_new(loader->arena);
    if (!map_has(loader->column_uses, key))
        map_put(loader->column_uses, key, all_uses(check, datasource));
    const ColumnUses *uses = map_get(map_get(loader->column_uses, key), column);
    return uses ? *uses : (ColumnUses){0};
}

Str column_uses_text(Arena *arena, const ColumnUses *uses, size_t limit)
{
    Buf buf = {0};
    size_t shown = uses->len < limit ? uses->len : limit;
    for (size_t i = 0; i < shown; i++) {
        if (i)
            buf_add(&buf, i + 1 == uses->len ? " and " : ", ");
        buf_add_str(&buf, uses->items[i].what);
    }
    if (shown < uses->len)
        buf_addf(&buf, " and %zu more", uses->len - shown);
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}
