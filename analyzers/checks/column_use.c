/* Finds reads of one column by resolving names in each select that takes from its data source. */
#include "column_use.h"

#include "model/lineage.h"

/* What the search is for, and the best read found so far in one pipe. */
typedef struct {
    const Check *check;
    const Resource *pipe;
    Str table;
    Str column;
    bool clean; /* the query at hand parsed whole and has no template */
    bool found;
    bool certain;
    Range range;
} Search;

/* Whether a table has a column of that name. */
typedef enum { GIVES_NO, GIVES_MAYBE, GIVES_YES } Gives;

typedef struct {
    const Select *select;
    Str alias;     /* of the data source in this select; empty when it has none */
    bool present;  /* the data source is among its tables */
    bool is_alias; /* the select gives the column's name to an expression */
    Gives others;  /* another table has a column of that name */
} Scope;

static void search_query(Search *search, const Query *query);

/* ---- which tables have the name ---- */

static bool defines_alias(const Expr *expr, Str name)
{
    if (!expr)
        return false;
    if (str_eq(expr->alias.text, name) && name.len)
        return true;
    for (size_t i = 0; i < expr->args.len; i++) {
        if (defines_alias(expr->args.items[i], name))
            return true;
    }
    return false;
}

static bool any_defines(const Exprs *list, Str name)
{
    for (size_t i = 0; i < list->len; i++) {
        if (defines_alias(list->items[i], name))
            return true;
    }
    return false;
}

static bool select_defines(const Select *select, Str name)
{
    for (size_t i = 0; i < select->with.len; i++) {
        const Cte *cte = &select->with.items[i];
        if (!cte->query && str_eq(cte->name.text, name))
            return true;
    }
    return any_defines(&select->items, name) || any_defines(&select->array_join, name);
}

static Gives query_gives(const Search *search, const Query *query, Str name)
{
    if (!query || query->broken || query->selects.len == 0)
        return GIVES_MAYBE;
    const Exprs *items = &query->selects.items[0]->items;
    for (size_t i = 0; i < items->len; i++) {
        const Expr *item = items->items[i];
        if (item->kind == EXPR_STAR || item->kind == EXPR_UNKNOWN)
            return GIVES_MAYBE;
        if (str_eq(expr_output_name(item, search->pipe->facts->text), name))
            return GIVES_YES;
    }
    return GIVES_NO;
}

static Gives table_gives(const Search *search, const TableRef *table)
{
    if (table->kind == TABLE_SUBQUERY)
        return query_gives(search, table->query, search->column);
    if (table->kind != TABLE_NAME || pipe_node_shadows(search->pipe, table->name.text))
        return GIVES_MAYBE;
    const Resource *source =
        project_find(search->pipe->project, DATAFILE_DATASOURCE, table->name.text);
    if (!source || !source->facts || !source->facts->has_schema)
        return GIVES_MAYBE;
    return datafile_column(source->facts, search->column) ? GIVES_YES : GIVES_NO;
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
    Scope scope = {.select = select, .others = GIVES_NO};
    for (size_t i = 0; i < select->from.len; i++) {
        const TableRef *table = &select->from.items[i];
        if (table->kind == TABLE_NAME && str_eq(table->name.text, search->table) &&
            !is_cte_name(select, search->table)) {
            scope.present = true;
            scope.alias = table->alias.text;
            continue;
        }
        Gives gives = table_gives(search, table);
        if (gives == GIVES_YES || scope.others == GIVES_NO)
            scope.others = gives;
    }
    scope.is_alias = select_defines(select, search->column);
    return scope;
}

/* ---- matching one identifier ---- */

static void note_use(Search *search, Range range, bool certain)
{
    certain = certain && search->clean;
    if (search->found && (search->certain || !certain))
        return;
    search->found = true;
    search->certain = certain;
    search->range = range;
}

/* The parts from `first` spell the column, or something inside it: a, a.b of a tuple `a`. */
static bool spells(const Expr *expr, size_t first, Str column)
{
    Str rest = column;
    for (size_t i = first; i < expr->path.len; i++) {
        Str part = expr->path.items[i].text;
        if (part.len == 0 || !str_eq(str_slice(rest, 0, part.len), part))
            return false;
        rest = str_slice(rest, part.len, rest.len);
        if (rest.len == 0)
            return true;
        if (rest.ptr[0] != '.')
            return false;
        rest = str_slice(rest, 1, rest.len);
    }
    return false;
}

static bool qualifies(const Search *search, const Scope *scope, const Expr *expr)
{
    if (expr->path.len < 2)
        return false;
    Str head = expr->path.items[0].text;
    return str_eq(head, search->table) || (scope->alias.len && str_eq(head, scope->alias));
}

static void match_column(Search *search, const Scope *scope, const Expr *expr, bool in_own_alias)
{
    if (qualifies(search, scope, expr) && spells(expr, 1, search->column)) {
        note_use(search, expr->core, true);
        return;
    }
    if (!spells(expr, 0, search->column) || (scope->is_alias && !in_own_alias))
        return;
    if (scope->others != GIVES_YES)
        note_use(search, expr->core, scope->others == GIVES_NO);
}

/* ---- walking ---- */

static void search_expr(Search *search, const Scope *scope, const Expr *expr, bool in_own_alias);

static void search_list(Search *search, const Scope *scope, const Exprs *list, bool in_own_alias)
{
    for (size_t i = 0; i < list->len; i++)
        search_expr(search, scope, list->items[i], in_own_alias);
}

static bool hides(const Expr *lambda, Str column)
{
    for (size_t i = 0; i < lambda->path.len; i++) {
        if (str_eq(lambda->path.items[i].text, column))
            return true;
    }
    return false;
}

static void search_except(Search *search, const Scope *scope, const Expr *expr)
{
    if (!expr->strict)
        return; /* a column that is not there may be left out */
    for (size_t i = 0; i < expr->path.len; i++) {
        if (str_eq(expr->path.items[i].text, search->column))
            note_use(search, expr->path.items[i].range, scope->select->from.len == 1);
    }
}

static void search_expr(Search *search, const Scope *scope, const Expr *expr, bool in_own_alias)
{
    if (!expr)
        return;
    if (str_eq(expr->alias.text, search->column))
        in_own_alias = true;
    if (expr->query)
        search_query(search, expr->query);
    if (expr->kind == EXPR_LAMBDA && hides(expr, search->column))
        return;
    if (scope->present && expr->kind == EXPR_COLUMN)
        match_column(search, scope, expr, in_own_alias);
    if (scope->present && expr->kind == EXPR_EXCEPT)
        search_except(search, scope, expr);
    search_list(search, scope, &expr->args, in_own_alias);
    search_list(search, scope, &expr->params, in_own_alias);
}

static void search_select(Search *search, const Select *select)
{
    Scope scope = scope_of(search, select);
    for (size_t i = 0; i < select->with.len; i++) {
        if (select->with.items[i].query)
            search_query(search, select->with.items[i].query);
        search_expr(search, &scope, select->with.items[i].expr, false);
    }
    for (size_t i = 0; i < select->from.len; i++) {
        const TableRef *table = &select->from.items[i];
        if (table->kind == TABLE_SUBQUERY && table->query)
            search_query(search, table->query);
        search_expr(search, &scope, table->on, false);
    }
    const Exprs *lists[] = {&select->items, &select->array_join, &select->group_by,
                            &select->order_by, &select->limit};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        search_list(search, &scope, lists[i], false);
    search_expr(search, &scope, select->prewhere, false);
    search_expr(search, &scope, select->where, false);
    search_expr(search, &scope, select->having, false);
    search_expr(search, &scope, select->qualify, false);
}

static void search_query(Search *search, const Query *query)
{
    for (size_t i = 0; i < query->selects.len; i++)
        search_select(search, query->selects.items[i]);
}

static void add_pipe(const Check *check, const Resource *pipe, Str table, Str column,
                     ColumnUses *out)
{
    Search search = {.check = check, .pipe = pipe, .table = table, .column = column};
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        const Query *query = pipe_query(check->loader, pipe, i);
        if (!query)
            continue;
        search.clean = !query->broken && !query->too_deep && !query->has_template;
        search_query(&search, query);
    }
    if (!search.found)
        return;
    Str what = str_fmt(check->arena, "pipe '%.*s'", STR_ARG(pipe->name));
    vec_push(check->arena, out, (ColumnUse){pipe, what, search.range, search.certain});
}

/* ---- the data source itself ---- */

typedef struct {
    Str column;
    bool found;
} NameSearch;

static bool match_name(const Expr *expr, void *context)
{
    NameSearch *search = context;
    search->found |= expr->kind == EXPR_COLUMN && spells(expr, 0, search->column);
    return !search->found;
}

bool names_column(const Check *check, Token expression, Str column)
{
    if (str_trim(expression.text).len == 0)
        return false;
    const Expr *expr =
        sql_parse_expr(check->loader->sql, check->arena, expression.text, expression.range.start);
    NameSearch search = {column, false};
    if (expr)
        expr_walk(expr, match_name, &search);
    return search.found;
}

static void add_own(const Check *check, const Resource *datasource, Str column, ColumnUses *out)
{
    const Datafile *file = datasource->facts;
    for (size_t i = 0; i < file->indexes.len; i++) {
        const IndexDef *index = &file->indexes.items[i];
        if (!names_column(check, index->expr, column))
            continue;
        Str what = str_fmt(check->arena, "index '%.*s'", STR_ARG(index->name.text));
        vec_push(check->arena, out, (ColumnUse){datasource, what, index->range, true});
    }
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *other = &file->columns.items[i];
        if (str_eq(other->name.text, column) || !names_column(check, other->default_expr, column))
            continue;
        Str what = str_fmt(check->arena, "the DEFAULT of '%.*s'", STR_ARG(other->name.text));
        vec_push(check->arena, out, (ColumnUse){datasource, what, other->range, true});
    }
}

ColumnUses column_uses(const Check *check, const Resource *datasource, Str column)
{
    ColumnUses uses = {0};
    for (size_t i = 0; i < datasource->readers.len; i++)
        add_pipe(check, datasource->readers.items[i], datasource->name, column, &uses);
    if (datasource->facts)
        add_own(check, datasource, column, &uses);
    return uses;
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
