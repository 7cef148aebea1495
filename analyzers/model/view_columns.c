/* Whether a query gives what another one gives, and only more columns. */
#include "infer.h"
#include "view_meaning.h"

/* Nodes that read each other in a row, and pairs of nodes in all. */
enum { MAX_DEPTH = 30, MAX_PAIRS = 500 };

typedef struct {
    const Resource *pipe;
    size_t node;
} Place;

typedef struct {
    Loader *loader;
    int depth;
    int *pairs; /* looked at so far */
} Pairing;

static bool same_or_more(const Pairing *c, Place live, Place candidate);

/* ---- new columns that change the rows or the other columns --------------------------------- */

static bool finds_array_join(const Expr *expr, void *context)
{
    (void)context;
    return !(expr->kind == EXPR_CALL && str_is_nocase(expr->name, "arrayJoin"));
}

static bool finds_no_column(const Expr *expr, void *context)
{
    const Str *name = context;
    return !(expr->kind == EXPR_COLUMN && expr->path.len == 1 && str_eq(expr->name, *name));
}

static bool list_names(const Exprs *list, Str name, const Expr *but)
{
    for (size_t i = 0; i < list->len; i++) {
        if (list->items[i] != but && !expr_walk(list->items[i], finds_no_column, &name))
            return true;
    }
    return false;
}

/* An alias is known everywhere in its select, where it goes before a column of that name. */
static bool alias_is_named(const Select *select, const Expr *item)
{
    Str name = item->alias.text;
    const Exprs *lists[] = {&select->items,    &select->array_join, &select->group_by,
                            &select->order_by, &select->limit,      &select->others};
    const Expr *conditions[] = {select->prewhere, select->where, select->having, select->qualify};

    if (!name.len || (item->kind == EXPR_COLUMN && str_eq(item->name, name)))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        if (list_names(lists[i], name, item))
            return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        if (conditions[i] && !expr_walk(conditions[i], finds_no_column, &name))
            return true;
    }
    return false;
}

static bool adds_rows_or_names(const Select *select, const Expr *item)
{
    if (!expr_walk(item, finds_array_join, NULL) || alias_is_named(select, item))
        return true;
    return select->group_by.len == 0 && expr_aggregates(item);
}

/* GROUP BY 1, ORDER BY 2: what is put before moves the numbers. */
static bool counts_columns(const Select *select)
{
    const Exprs *lists[] = {&select->group_by, &select->order_by, &select->limit};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (size_t k = 0; k < lists[i]->len; k++) {
            if (lists[i] != &select->limit && lists[i]->items[k]->kind == EXPR_NUMBER)
                return true;
        }
    }
    return false;
}

/* Live's items in their order, and new ones between or behind them. */
static bool items_added(Arena *arena, const Select *live, const SqlRenames *live_names,
                        const Select *candidate, const SqlRenames *candidate_names)
{
    size_t found = 0;
    bool counted = counts_columns(candidate);
    for (size_t i = 0; i < candidate->items.len; i++) {
        const Expr *item = candidate->items.items[i];
        const Expr *wanted = found < live->items.len ? live->items.items[found] : NULL;
        if (wanted && str_eq(item_text_renamed(arena, wanted, live_names),
                             item_text_renamed(arena, item, candidate_names)))
            found++;
        else if ((wanted && counted) || adds_rows_or_names(candidate, item))
            return false;
    }
    return found == live->items.len;
}

/* ---- queries ------------------------------------------------------------------------------- */

/* Tables by their number, so that the texts compare without what the tables give. */
static void number_tables(Arena *arena, QueryNames *names)
{
    for (size_t i = 0; i < names->tables.len; i++)
        names_add(arena, names, names->tables.items[i].range, str_fmt(arena, "__n%zu", i));
    names_sort(names);
}

static bool is_simple(const Query *query)
{
    return query->selects.len == 1 && !query->broken && !query->has_template &&
           !query->selects.items[0]->is_distinct;
}

static bool same_query_or_more(Arena *arena, const Query *live, const SqlRenames *live_names,
                               const Query *candidate, const SqlRenames *candidate_names)
{
    if (str_eq(query_text_renamed(arena, live, live_names),
               query_text_renamed(arena, candidate, candidate_names)))
        return true;
    if (!is_simple(live) || !is_simple(candidate))
        return false;
    Str rest = query_text_unlisted(arena, live, live_names);
    return str_eq(rest, query_text_unlisted(arena, candidate, candidate_names)) &&
           str_find(rest, "GROUP BY ALL") < 0 &&
           items_added(arena, live->selects.items[0], live_names, candidate->selects.items[0],
                       candidate_names);
}

/* ---- what the tables of both give ---------------------------------------------------------- */

static bool same_table_or_more(const Pairing *c, Place live, Str live_table, Place candidate,
                               Str candidate_table)
{
    Place before = live;
    Place after = candidate;
    before.pipe = meant_node(c->loader, live.pipe, live.node, live_table, &before.node);
    after.pipe =
        meant_node(c->loader, candidate.pipe, candidate.node, candidate_table, &after.node);
    if (!before.pipe || !after.pipe)
        return !before.pipe && !after.pipe && str_eq(live_table, candidate_table);
    Pairing below = {c->loader, c->depth + 1, c->pairs};
    return same_or_more(&below, before, after);
}

static bool same_plain_or_more(const Pairing *c, Place live, const Query *before, Place candidate,
                               const Query *after)
{
    Arena *arena = c->loader->arena;
    QueryNames live_names = names_of(arena, &before, 1, false);
    QueryNames names = names_of(arena, &after, 1, false);

    if (live_names.tables.len != names.tables.len || live_names.ctes.len != names.ctes.len)
        return false;
    number_tables(arena, &live_names);
    number_tables(arena, &names);
    if (!same_query_or_more(arena, before, &live_names.renames, after, &names.renames))
        return false;
    for (size_t i = 0; i < names.ctes.len; i++) {
        if (!same_query_or_more(arena, live_names.ctes.items[i]->query, &live_names.renames,
                                names.ctes.items[i]->query, &names.renames))
            return false;
    }
    for (size_t i = 0; i < names.tables.len; i++) {
        if (!same_table_or_more(c, live, live_names.tables.items[i].text, candidate,
                                names.tables.items[i].text))
            return false;
    }
    return true;
}

static bool same_or_more(const Pairing *c, Place live, Place candidate)
{
    const NodeMeaning *a = node_meaning(c->loader, live.pipe, live.node, OTHERS_BY_CONTENT);
    const NodeMeaning *b =
        node_meaning(c->loader, candidate.pipe, candidate.node, OTHERS_BY_CONTENT);
    if (!a || !b)
        return false;
    if (str_eq(a->text, b->text))
        return true;
    const Query *before = pipe_query(c->loader, live.pipe, live.node);
    const Query *after = pipe_query(c->loader, candidate.pipe, candidate.node);
    if (c->depth > MAX_DEPTH || ++*c->pairs > MAX_PAIRS || before->broken || before->has_template ||
        after->broken || after->has_template)
        return false;
    return same_plain_or_more(c, live, before, candidate, after);
}

bool only_columns_added(Loader *loader, const Resource *live, const Resource *candidate)
{
    int before = pipe_output_node(live);
    int after = pipe_output_node(candidate);
    int pairs = 0;
    Pairing pairing = {loader, 0, &pairs};
    if (before < 0 || after < 0)
        return false;
    return !str_eq(pipe_meaning(loader, live), pipe_meaning(loader, candidate)) &&
           same_or_more(&pairing, (Place){live, (size_t)before}, (Place){candidate, (size_t)after});
}
