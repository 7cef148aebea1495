/* Finds every name in a query that could be another one without a change of meaning. */
#include "view_names.h"

#include <stdlib.h>

#include "base/map.h"
#include "project_internal.h"

typedef struct {
    const Cte *cte;
    const SelectScope *scope;
    int index;
} PendingCte;

typedef struct {
    Arena *arena;
    bool templated;
    QueryNames names;
    Map *numbers; /* place of a WITH name -> its new name (Str *) */
    VEC(PendingCte) pending;
    size_t read;   /* of `pending` */
    bool has_star; /* some select lists columns by a star */
} NameWalk;

static void walk_query(NameWalk *w, const Query *query, const SelectScope *outer);
static void walk_expr(NameWalk *w, const Expr *expr, const SelectScope *scope);

void names_add(Arena *arena, QueryNames *names, Range place, Str text)
{
    if (!range_is_empty(place))
        vec_push(arena, &names->renames, (SqlRename){place.start, text});
}

static void rename_at(NameWalk *w, Range place, Str text)
{
    names_add(w->arena, &w->names, place, text);
}

/* ---- tables -------------------------------------------------------------------------------- */

/* Names that stay: the entry's own text says more than its query does. */
static bool keeps_name(const SelectScope *scope, int index, bool is_double)
{
    return is_double || scope->select->is_recursive || scope->select->with.items[index].has_columns;
}

static Str cte_name(NameWalk *w, FoundCte found)
{
    const Cte *cte = found_cte(found);
    Str key = {(const char *)&cte->name.range.start, sizeof cte->name.range.start};
    Str *name = map_get(w->numbers, key);
    if (name)
        return *name;
    name = ARENA_NEW(w->arena, Str);
    *name = str_fmt(w->arena, "__w%zu", w->pending.len + 1);
    map_put(w->numbers, key, name);
    vec_push(w->arena, &w->names.ctes, cte);
    vec_push(w->arena, &w->pending, (PendingCte){cte, found.scope, found.index});
    if (w->templated)
        rename_at(w, cte->name.range, *name);
    return *name;
}

static void walk_table_name(NameWalk *w, Token name, const SelectScope *scope)
{
    FoundCte found = scope_find_cte(scope, name.text);
    if (!found.scope)
        vec_push(w->arena, &w->names.tables, name);
    else if (!keeps_name(found.scope, found.index, found.is_double))
        rename_at(w, name.range, cte_name(w, found));
}

static Str table_name(NameWalk *w, const SelectScope *scope, const TableRef *table)
{
    return str_fmt(w->arena, "__t%zu_%zu", scope->depth,
                   (size_t)(table - scope->select->from.items) + 1);
}

static void walk_qualifier(NameWalk *w, Str name, Range place, const SelectScope *scope)
{
    const SelectScope *where = NULL;
    const TableRef *table = scope_find_table(scope, name, &where);
    if (table)
        rename_at(w, place, table_name(w, where, table));
}

static void walk_list(NameWalk *w, const Exprs *list, const SelectScope *scope)
{
    for (size_t i = 0; i < list->len; i++)
        walk_expr(w, list->items[i], scope);
}

static void walk_table(NameWalk *w, const TableRef *table, const SelectScope *scope)
{
    if (table->kind == TABLE_NAME)
        walk_table_name(w, table->name, scope);
    if (table->kind == TABLE_SUBQUERY && table->query)
        walk_query(w, table->query, scope);
    if (table->alias.text.len)
        rename_at(w, table->alias.range, w->templated ? table_name(w, scope, table) : STR(""));
    walk_list(w, &table->args, scope);
    walk_expr(w, table->on, scope);
}

/* ---- expressions --------------------------------------------------------------------------- */

static bool is_in(const Expr *expr)
{
    return expr->kind == EXPR_OPERATOR && expr->args.len == 2 &&
           (str_is(expr->name, "IN") || str_is(expr->name, "NOT IN") ||
            str_is(expr->name, "GLOBAL IN") || str_is(expr->name, "GLOBAL NOT IN"));
}

/* `x IN events` names a table where a column stands elsewhere. */
static void walk_in(NameWalk *w, const Expr *expr, const SelectScope *scope)
{
    const Expr *right = expr->args.items[1];
    if (right->kind == EXPR_COLUMN && right->path.len == 1)
        walk_table_name(w, right->path.items[0], scope);
}

static void walk_expr(NameWalk *w, const Expr *expr, const SelectScope *scope)
{
    if (!expr)
        return;
    if (expr->kind == EXPR_COLUMN && expr->path.len > 1)
        walk_qualifier(w, expr->path.items[0].text, expr->path.items[0].range, scope);
    if (expr->kind == EXPR_STAR && expr->path.len)
        walk_qualifier(w, expr->path.items[0].text, expr->path.items[0].range, scope);
    else if (expr->kind == EXPR_STAR && !expr->is_columns)
        walk_qualifier(w, expr->name, expr->core, scope);
    if (is_in(expr))
        walk_in(w, expr, scope);
    if (expr->query)
        walk_query(w, expr->query, scope);
    walk_list(w, &expr->args, scope);
    walk_list(w, &expr->params, scope);
    walk_list(w, &expr->rare->clauses, scope);
}

/* ---- selects ------------------------------------------------------------------------------- */

/* Name -> itself, of the names that more than one item has. */
static Map *double_names(Arena *arena, const Exprs *items)
{
    Map *seen = map_new(arena);
    Map *doubles = map_new(arena);
    for (size_t i = 0; i < items->len; i++) {
        const Expr *item = items->items[i];
        Str name = item->alias.text.len ? item->alias.text : item->name;
        if (!item->alias.text.len && item->kind != EXPR_COLUMN)
            continue;
        if (map_has(seen, name))
            map_put(doubles, name, doubles);
        map_put(seen, name, seen);
    }
    return doubles;
}

/* Of two columns of one name, the output takes the table's alias into the column's name. */
static void walk_items(NameWalk *w, const Select *select, const SelectScope *scope)
{
    Map *doubles = select->from.len > 1 ? double_names(w->arena, &select->items) : NULL;
    for (size_t i = 0; i < select->items.len; i++) {
        const Expr *item = select->items.items[i];
        w->has_star = w->has_star || item->kind == EXPR_STAR;
        bool named_by_table = doubles && item->kind == EXPR_COLUMN && !item->alias.text.len &&
                              map_has(doubles, item->name);
        if (!named_by_table)
            walk_expr(w, item, scope);
    }
}

/* Queries that the text leaves out are walked when something reads them. */
static void walk_with(NameWalk *w, const SelectScope *scope)
{
    const Ctes *with = &scope->select->with;
    for (size_t i = 0; i < with->len; i++) {
        const Cte *cte = &with->items[i];
        walk_expr(w, cte->expr, scope);
        if (!cte->query)
            continue;
        const CteEntry *entry = cte->name.text.len ? map_get(scope->ctes, cte->name.text) : NULL;
        bool stays = !entry || keeps_name(scope, (int)i, entry->is_double);
        if (!stays && !w->templated)
            rename_at(w, cte->name.range, STR(""));
        else
            walk_query(w, cte->query, cte_body_scope(w->arena, scope, (int)i));
    }
}

static void walk_select(NameWalk *w, const Select *select, const SelectScope *outer)
{
    const SelectScope *scope = select_scope(w->arena, select, outer);

    walk_with(w, scope);
    for (size_t i = 0; i < select->from.len; i++)
        walk_table(w, &select->from.items[i], scope);
    walk_items(w, select, scope);
    walk_list(w, &select->array_join, scope);
    walk_expr(w, select->prewhere, scope);
    walk_expr(w, select->where, scope);
    walk_list(w, &select->group_by, scope);
    walk_expr(w, select->having, scope);
    walk_expr(w, select->qualify, scope);
    walk_list(w, &select->order_by, scope);
    walk_list(w, &select->limit, scope);
    walk_list(w, &select->others, scope);
}

static void walk_query(NameWalk *w, const Query *query, const SelectScope *outer)
{
    for (size_t i = 0; i < query->selects.len; i++)
        walk_select(w, query->selects.items[i], outer);
}

/* ---- names of WITH expressions ------------------------------------------------------------- */

typedef VEC(Range) Ranges;

static void find_uses(Arena *arena, const Expr *expr, Str name, Ranges *uses)
{
    if (!expr)
        return;
    if (expr->kind == EXPR_COLUMN && expr->path.len == 1 && str_eq(expr->path.items[0].text, name))
        vec_push(arena, uses, expr->path.items[0].range);
    const Exprs *lists[] = {&expr->args, &expr->params, &expr->rare->clauses};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (size_t j = 0; j < lists[i]->len; j++)
            find_uses(arena, lists[i]->items[j], name, uses);
    }
}

/* Not where the name would become that of a column: in an item without an alias. */
static Ranges uses_in_select(Arena *arena, const Select *select, Str name)
{
    Ranges uses = {0};
    for (size_t i = 0; i < select->with.len; i++)
        find_uses(arena, select->with.items[i].expr, name, &uses);
    for (size_t i = 0; i < select->items.len; i++) {
        if (select->items.items[i]->alias.text.len)
            find_uses(arena, select->items.items[i], name, &uses);
    }
    for (size_t i = 0; i < select->from.len; i++)
        find_uses(arena, select->from.items[i].on, name, &uses);
    const Expr *single[] = {select->prewhere, select->where, select->having, select->qualify};
    for (size_t i = 0; i < ARRAY_LEN(single); i++)
        find_uses(arena, single[i], name, &uses);
    const Exprs *lists[] = {&select->array_join, &select->group_by, &select->order_by,
                            &select->limit, &select->others};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (size_t j = 0; j < lists[i]->len; j++)
            find_uses(arena, lists[i]->items[j], name, &uses);
    }
    return uses;
}

static size_t count_word(Str text, Str wanted)
{
    size_t count = 0;
    for (Str word; next_word(&text, &word);)
        count += str_eq(word, wanted);
    return count;
}

/* `WITH (SELECT ...) AS x`: another name for x is no change, where x stands nowhere but in this
 * select. A star may give a column of that name, which the engine would take for x. */
static void rename_expressions(NameWalk *w, const Query *query)
{
    enum { MAX_NAMES = 16 };
    const Select *select = query->selects.len == 1 ? query->selects.items[0] : NULL;
    if (!select || w->templated || w->has_star || select->with.len > MAX_NAMES)
        return;
    static const SqlRenames none = {0};
    Str text = {0};
    for (size_t i = 0; i < select->with.len; i++) {
        const Cte *cte = &select->with.items[i];
        if (!cte->expr || !cte->name.text.len)
            continue;
        if (!text.len)
            text = query_text_renamed(w->arena, query, &none);
        Ranges uses = uses_in_select(w->arena, select, cte->name.text);
        if (count_word(text, cte->name.text) != uses.len + 1)
            continue;
        Str name = str_fmt(w->arena, "__s%zu", i + 1);
        rename_at(w, cte->name.range, name);
        for (size_t j = 0; j < uses.len; j++)
            rename_at(w, uses.items[j], name);
    }
}

/* ---- all ------------------------------------------------------------------------------------ */

QueryNames names_of(Arena *arena, const Query *const *queries, size_t count, bool templated)
{
    NameWalk w = {.arena = arena, .templated = templated, .numbers = map_new(arena)};

    for (size_t i = 0; i < count; i++)
        walk_query(&w, queries[i], NULL);
    while (!templated && w.read < w.pending.len) {
        PendingCte next = w.pending.items[w.read++];
        walk_query(&w, next.cte->query, cte_body_scope(arena, next.scope, next.index));
    }
    for (size_t i = 0; i < count; i++)
        rename_expressions(&w, queries[i]);
    return w.names;
}

/* ---- the result ---------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    uint32_t left = ((const SqlRename *)a)->at;
    uint32_t right = ((const SqlRename *)b)->at;
    return left < right ? -1 : left > right;
}

/* Variants share places; of two texts for one place the smaller is taken, whichever came first. */
static bool is_before(const SqlRename *a, const SqlRename *b)
{
    return str_cmp(a->text, b->text) < 0;
}

void names_sort(QueryNames *names)
{
    SqlRenames *list = &names->renames;
    size_t kept = 0;

    if (list->len > 1)
        qsort(list->items, list->len, sizeof(SqlRename), by_place);
    for (size_t i = 0; i < list->len; i++) {
        if (kept && list->items[kept - 1].at == list->items[i].at) {
            if (is_before(&list->items[i], &list->items[kept - 1]))
                list->items[kept - 1] = list->items[i];
        } else {
            list->items[kept++] = list->items[i];
        }
    }
    list->len = kept;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

/* Where the name that starts at `at` ends, quotes included. */
static size_t name_end(Str text, size_t at)
{
    char quote = text.ptr[at];
    if (quote != '`' && quote != '"') {
        while (at < text.len && is_word_byte(text.ptr[at]))
            at++;
        return at;
    }
    for (at++; at < text.len && text.ptr[at] != quote; at++) {
        if (text.ptr[at] == '\\')
            at++;
    }
    return at < text.len ? at + 1 : text.len;
}

Str names_splice(Arena *arena, const QueryNames *names, Str text, uint32_t offset)
{
    Buf out = {0};
    size_t done = 0;

    for (size_t i = 0; i < names->renames.len; i++) {
        const SqlRename *rename = &names->renames.items[i];
        size_t at = rename->at - offset;
        if (rename->at < offset || at < done || at >= text.len)
            continue;
        buf_add_str(&out, str_slice(text, done, at));
        buf_add_str(&out, rename->text);
        done = name_end(text, at);
    }
    buf_add_str(&out, str_slice(text, done, text.len));
    Str result = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return result;
}
