/* lookback.c: finds the conditions of a pipe that let in rows from a moving moment on. */
#include "lookback.h"

#include "infer.h"
#include "project_internal.h"

enum { LOOKBACKS_MOST = 200, CONDITIONS_MOST = 200, DEPTH_MOST = 60 };

typedef struct {
    Lookback lookback;
    size_t variants; /* that have it */
    size_t last;     /* of these, number + 1 */
} Found;

typedef struct {
    Loader *loader;
    const Resource *pipe;
    size_t node;
    size_t variant;
    Map *seen; /* queries of this variant */
    VEC(Found) found;
} Search;

/* A comparison that cuts off what lies before `limit`; NULL limit: it is not known at what. */
typedef struct {
    const Expr *column;
    const Expr *limit;
    Range range;
} LowerBound;

typedef VEC(LowerBound) LowerBounds;

/* ---- conditions ---- */

static void add_bound(Arena *arena, LowerBounds *bounds, const Expr *column, const Expr *limit,
                      Range range)
{
    if (bounds->len < CONDITIONS_MOST)
        vec_push(arena, bounds, ((LowerBound){column, limit, range}));
}

/* Either side may be the column: who asks finds out. */
static void add_comparison(Arena *arena, LowerBounds *bounds, const Expr *expr)
{
    Expr *const *args = expr->args.items;
    Str op = expr->name;
    bool equal = str_is(op, "=");
    if (equal || str_is(op, ">") || str_is(op, ">="))
        add_bound(arena, bounds, args[0], args[1], expr->core);
    if (equal || str_is(op, "<") || str_is(op, "<="))
        add_bound(arena, bounds, args[1], args[0], expr->core);
    if (str_is(op, "IN") || str_is(op, "GLOBAL IN"))
        add_bound(arena, bounds, args[0], NULL, expr->core);
}

static void collect_bounds(Arena *arena, const Expr *expr, LowerBounds *bounds, int depth)
{
    if (!expr || expr->kind != EXPR_OPERATOR || depth > DEPTH_MOST)
        return;
    bool inside = str_is(expr->name, "AND") || (str_is(expr->name, "()") && expr->args.len == 1);
    for (size_t i = 0; inside && i < expr->args.len; i++)
        collect_bounds(arena, expr->args.items[i], bounds, depth + 1);
    if (str_is(expr->name, "BETWEEN") && expr->args.len == 3)
        add_bound(arena, bounds, expr->args.items[0], expr->args.items[1], expr->core);
    else if (!inside && expr->args.len == 2)
        add_comparison(arena, bounds, expr);
}

/* ---- one select ---- */

static bool same_column(const MomentColumn *a, const MomentColumn *b)
{
    return a->source == b->source && str_eq(a->column, b->column);
}

static bool reaches_less(const MovingMoment *a, const MovingMoment *b)
{
    return a->back.min_seconds < b->back.min_seconds;
}

/* The nearer of two bounds is the one that counts. */
static void take(Arena *arena, Lookbacks *taken, const Lookback *lookback)
{
    for (size_t i = 0; i < taken->len; i++) {
        Lookback *other = &taken->items[i];
        if (!same_column(&other->column, &lookback->column))
            continue;
        if (reaches_less(&lookback->moment, &other->moment))
            *other = *lookback;
        return;
    }
    vec_push(arena, taken, *lookback);
}

static Lookbacks moving_bounds(const Search *s, const MomentPlace *place, const LowerBounds *bounds)
{
    Loader *loader = s->loader;
    Lookbacks taken = {0};
    for (size_t i = 0; i < bounds->len; i++) {
        const LowerBound *bound = &bounds->items[i];
        Lookback lookback = {.range = bound->range};
        if (bound->limit &&
            moving_moment(loader->sql, loader->arena, place->scope, bound->limit,
                          &lookback.moment) &&
            moment_column(place, bound->column, &lookback.column))
            take(loader->arena, &taken, &lookback);
    }
    return taken;
}

/* Drops what another bound of the column may narrow: a literal date, a parameter. */
static void drop_narrowed(const Search *s, const MomentPlace *place, const LowerBounds *bounds,
                          Lookbacks *taken)
{
    for (size_t i = 0; taken->len && i < bounds->len; i++) {
        const LowerBound *bound = &bounds->items[i];
        MomentColumn column;
        MovingMoment moment;
        if ((bound->limit && moving_moment(s->loader->sql, s->loader->arena, place->scope,
                                           bound->limit, &moment)) ||
            !moment_column(place, bound->column, &column))
            continue;
        size_t kept = 0;
        for (size_t k = 0; k < taken->len; k++) {
            if (!same_column(&taken->items[k].column, &column))
                taken->items[kept++] = taken->items[k];
        }
        taken->len = kept;
    }
}

static void keep_lookback(Search *s, const Lookback *lookback)
{
    for (size_t i = 0; i < s->found.len; i++) {
        Found *found = &s->found.items[i];
        if (found->lookback.range.start != lookback->range.start ||
            !same_column(&found->lookback.column, &lookback->column))
            continue;
        found->variants += found->last != s->variant + 1;
        found->last = s->variant + 1;
        if (reaches_less(&found->lookback.moment, &lookback->moment))
            found->lookback = *lookback;
        return;
    }
    if (s->found.len < LOOKBACKS_MOST)
        vec_push(s->loader->arena, &s->found, ((Found){*lookback, 1, s->variant + 1}));
}

static void search_bounds(Search *s, const SelectScope *scope, const LowerBounds *bounds)
{
    MomentPlace place = {s->loader, s->pipe, s->node, scope};
    Lookbacks taken = moving_bounds(s, &place, bounds);
    drop_narrowed(s, &place, bounds, &taken);
    for (size_t i = 0; i < taken.len; i++)
        keep_lookback(s, &taken.items[i]);
}

typedef struct {
    Arena *arena;
    Exprs found;
} ConditionWalk;

/* countIf(ts >= now() - INTERVAL 90 DAY) reads as far back as a WHERE does. */
static bool note_condition(const Expr *expr, void *context)
{
    ConditionWalk *walk = context;
    if (expr->kind == EXPR_CALL && expr->args.len && str_ends(expr->name, "If") &&
        is_aggregate_function(expr->name))
        vec_push(walk->arena, &walk->found, expr->args.items[expr->args.len - 1]);
    return walk->found.len < CONDITIONS_MOST;
}

static void search_conditions(Search *s, const SelectScope *scope)
{
    const Select *select = scope->select;
    LowerBounds bounds = {0};
    collect_bounds(s->loader->arena, select->prewhere, &bounds, 0);
    collect_bounds(s->loader->arena, select->where, &bounds, 0);
    search_bounds(s, scope, &bounds);
    ConditionWalk walk = {.arena = s->loader->arena};
    for (size_t i = 0; i < select->items.len && walk.found.len < CONDITIONS_MOST; i++)
        expr_walk(select->items.items[i], note_condition, &walk);
    for (size_t i = 0; i < walk.found.len; i++) {
        LowerBounds both = {0};
        for (size_t k = 0; k < bounds.len; k++)
            vec_push(s->loader->arena, &both, bounds.items[k]);
        collect_bounds(s->loader->arena, walk.found.items[i], &both, 0);
        if (both.len > bounds.len)
            search_bounds(s, scope, &both);
    }
}

/* ---- one query ---- */

static void search_query(Search *s, const Query *query, const SelectScope *outer);

static bool is_new(const Search *s, const void *pointer)
{
    Str key = {(const char *)&pointer, sizeof(pointer)};
    if (map_has(s->seen, key))
        return false;
    map_put(s->seen, str_copy(s->loader->arena, key), s->seen);
    return true;
}

static void search_table(Search *s, const SelectScope *scope, const TableRef *table)
{
    if (table->kind == TABLE_SUBQUERY && table->query)
        search_query(s, table->query, scope);
    if (table->kind != TABLE_NAME)
        return;
    FoundCte found = scope_find_cte(scope, table->name.text);
    const Cte *cte = found_cte(found);
    if (cte && cte->query)
        search_query(s, cte->query, cte_body_scope(s->loader->arena, found.scope, found.index));
}

typedef struct {
    Search *search;
    const SelectScope *scope;
} SubqueryWalk;

static bool search_subquery(const Expr *expr, void *context)
{
    const SubqueryWalk *walk = context;
    if (expr->kind == EXPR_SUBQUERY && expr->query)
        search_query(walk->search, expr->query, walk->scope);
    return true;
}

/* IN (SELECT ...), and scalar subqueries. */
static void search_expressions(Search *s, const SelectScope *scope)
{
    const Select *select = scope->select;
    SubqueryWalk walk = {s, scope};
    const Expr *conditions[] = {select->prewhere, select->where, select->having};
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        if (conditions[i])
            expr_walk(conditions[i], search_subquery, &walk);
    }
    for (size_t i = 0; i < select->items.len; i++)
        expr_walk(select->items.items[i], search_subquery, &walk);
}

static void search_query(Search *s, const Query *query, const SelectScope *outer)
{
    if ((outer && outer->depth > DEPTH_MOST) || !is_new(s, query))
        return;
    for (size_t i = 0; i < query->selects.len; i++) {
        const SelectScope *scope = select_scope(s->loader->arena, query->selects.items[i], outer);
        search_conditions(s, scope);
        for (size_t k = 0; k < scope->select->from.len; k++)
            search_table(s, scope, &scope->select->from.items[k]);
        search_expressions(s, scope);
    }
}

/* ---- the pipe ---- */

/* Most queries name no moment: these are not looked at any further. */
static bool may_name_now(Str text)
{
    static const char *const words[] = {"now", "today", "yesterday", "curdate", "current", "utc"};
    for (Str word; next_word(&text, &word);) {
        for (size_t k = 0; k < ARRAY_LEN(words); k++) {
            if ((word.ptr[0] | 0x20) == words[k][0] && str_starts_nocase(word, words[k]))
                return true;
        }
    }
    return false;
}

static void search_node(Search *s, Lookbacks *out)
{
    const QueryVariants *variants = pipe_variants(s->loader, s->pipe, s->node);
    size_t read = 0;
    s->found.len = 0;
    for (size_t i = 0; variants && i < variants->len; i++) {
        if (variants->items[i]->broken)
            continue;
        read++;
        s->variant = i;
        s->seen = map_new(s->loader->arena);
        search_query(s, variants->items[i], NULL);
    }
    for (size_t i = 0; i < s->found.len && out->len < LOOKBACKS_MOST; i++) {
        Lookback lookback = s->found.items[i].lookback;
        lookback.certain = s->found.items[i].variants == read;
        vec_push(s->loader->arena, out, lookback);
    }
}

Lookbacks lookbacks_of(Loader *loader, const Resource *pipe)
{
    Lookbacks out = {0};
    bool any = false;
    if (!pipe->facts || !pipe->pipe)
        return out;
    const Nodes *nodes = &pipe->facts->nodes;
    for (size_t i = 0; i < nodes->len && !any; i++)
        any = may_name_now(nodes->items[i].sql.text);
    if (!any)
        return out;
    NodeIndexes live = pipe_live_nodes(loader, pipe);
    for (size_t i = 0; i < live.len; i++) {
        Search search = {.loader = loader, .pipe = pipe, .node = live.items[i]};
        if (may_name_now(nodes->items[live.items[i]].sql.text))
            search_node(&search, &out);
    }
    return out;
}
