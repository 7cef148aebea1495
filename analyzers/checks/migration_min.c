/* migration_min.c: a backfill that ends at the oldest row of its own target: TB517. */
#include "migration.h"

#include "materialized.h"
#include "model/lineage.h"

enum {
    READ_DEPTH = 4, /* nodes and entries of WITH from the condition to the table */
    LOOKS_MOST = 50000,
};

typedef struct {
    Loader *loader;
    const Resource *pipe;
    const Select *select; /* whose conditions are read */
    Str column;           /* compared with the minimum */
    const Expr *bound;    /* the comparison */
    size_t looks;         /* so far, at names that may lead on */
} MinReader;

static bool gives_minimum(MinReader *r, const Query *query, int depth);

/* ---- what is the minimum ---- */

static bool is_minimum(const Expr *expr, void *found)
{
    if (expr->kind == EXPR_CALL &&
        (str_is_nocase(expr->name, "min") || str_is_nocase(expr->name, "minOrNull")))
        *(bool *)found = true;
    return expr->kind != EXPR_SUBQUERY;
}

static bool names_minimum(MinReader *r, Str name, int depth)
{
    r->looks += r->select->with.len + r->pipe->facts->nodes.len;
    for (size_t i = 0; i < r->select->with.len; i++) {
        const Cte *entry = &r->select->with.items[i];
        if (str_eq(entry->name.text, name) && entry->query != NULL)
            return gives_minimum(r, entry->query, depth);
    }
    const Nodes *nodes = &r->pipe->facts->nodes;
    for (size_t i = 0; i < nodes->len; i++)
        if (str_eq(nodes->items[i].name.text, name))
            return gives_minimum(r, pipe_query(r->loader, r->pipe, i), depth);
    return false;
}

/* `SELECT min(ts) FROM target`, also by way of a node or of WITH. */
static bool gives_minimum(MinReader *r, const Query *query, int depth)
{
    if (query == NULL || query->broken || query->selects.len != 1 || depth >= READ_DEPTH ||
        r->looks > LOOKS_MOST)
        return false;
    const Select *select = query->selects.items[0];
    if (select->from.len != 1 || select->from.items[0].kind != TABLE_NAME)
        return false;
    Str table = select->from.items[0].name.text;
    if (names_minimum(r, table, depth + 1))
        return true;
    bool found = false;
    for (size_t i = 0; i < select->items.len; i++)
        expr_walk(select->items.items[i], is_minimum, &found);
    return found && str_eq(table, r->pipe->pipe->target) && !pipe_node_shadows(r->pipe, table);
}

typedef struct {
    MinReader *reader;
    int depth;
    bool found;
} MinSearch;

static bool is_min_moment(MinReader *r, const Expr *expr, int depth);

static bool search_minimum(const Expr *expr, void *context)
{
    MinSearch *search = context;
    MinReader *r = search->reader;
    const Select *select = r->select;
    r->looks += 1 + (expr->kind == EXPR_COLUMN ? select->with.len : 0);
    if (expr->kind == EXPR_SUBQUERY)
        search->found |= gives_minimum(r, expr->query, search->depth);
    for (size_t i = 0; expr->kind == EXPR_COLUMN && expr->path.len == 1 && i < select->with.len;
         i++) {
        const Cte *entry = &select->with.items[i];
        if (entry->expr != NULL && str_eq(entry->name.text, expr->path.items[0].text))
            search->found |= is_min_moment(r, entry->expr, search->depth + 1);
    }
    return expr->kind != EXPR_SUBQUERY && !search->found && r->looks <= LOOKS_MOST;
}

static bool is_min_moment(MinReader *r, const Expr *expr, int depth)
{
    MinSearch search = {.reader = r, .depth = depth};
    if (depth < READ_DEPTH)
        expr_walk(expr, search_minimum, &search);
    return search.found;
}

/* ---- the condition ---- */

static bool names_column(const Expr *expr, void *found)
{
    if (expr->kind == EXPR_COLUMN && expr->path.len > 0)
        *(Str *)found = expr->path.items[expr->path.len - 1].text;
    return ((Str *)found)->len == 0;
}

/* `ts < (SELECT min(ts) FROM target)`, in either order. */
static void read_min_comparison(MinReader *r, const Expr *expr)
{
    bool below = str_is(expr->name, "<") || str_is(expr->name, "<=");
    bool above = str_is(expr->name, ">") || str_is(expr->name, ">=");
    if (expr->args.len != 2 || (!below && !above))
        return;
    const Expr *column = expr->args.items[below ? 0 : 1];
    const Expr *moment = expr->args.items[below ? 1 : 0];
    if (!is_min_moment(r, moment, 0) || is_min_moment(r, column, 0))
        return;
    expr_walk(column, names_column, &r->column);
    if (r->column.len > 0)
        r->bound = expr;
}

static void read_min_condition(MinReader *r, const Expr *expr)
{
    if (expr == NULL || expr->kind != EXPR_OPERATOR || r->bound != NULL)
        return;
    if (!str_is(expr->name, "AND")) {
        read_min_comparison(r, expr);
        return;
    }
    for (size_t i = 0; i < expr->args.len; i++)
        if (!str_is(expr->args.items[i]->name, "AND"))
            read_min_condition(r, expr->args.items[i]);
}

static bool ends_at_minimum(MinReader *r)
{
    const PipeFacts *facts = r->pipe != NULL ? r->pipe->pipe : NULL;
    int node = facts != NULL ? facts->node : -1;
    const Query *query = node >= 0 ? pipe_query(r->loader, r->pipe, (size_t)node) : NULL;
    if (query == NULL || query->broken || query->too_deep || query->has_template ||
        query->selects.len != 1)
        return false;
    r->select = query->selects.items[0];
    read_min_condition(r, r->select->prewhere);
    read_min_condition(r, r->select->where);
    return r->bound != NULL;
}

/* ---- the rule ---- */

/* Another way by which rows come in; with none, only this pipe moves the minimum. */
static const Resource *other_writer(const Resource *target, const Resource *pipe)
{
    for (size_t i = 0; i < target->writers.len; i++) {
        const Resource *other = target->writers.items[i];
        if (other != pipe && copies_rows(other))
            return other;
    }
    return NULL;
}

static void report_minimum(const Check *check, const MinReader *r, const Resource *target,
                           const ResourceChange *change)
{
    Arena *arena = check->arena;
    Finding finding = check_finding(check, RULE_TB517, change, STR(""));
    const Resource *other = other_writer(target, r->pipe);
    finding.subject = target->name;
    finding.place = place_candidate(r->pipe, r->bound->core, STR(""));
    finding.related = (Places){0};
    finding.live_meaning = STR("");
    finding.candidate_meaning = expr_text(arena, r->bound);
    if (other != NULL)
        vec_push(arena, &finding.related,
                 place_candidate(other,
                                 other->facts->nodes.items[other->pipe->node].datasource.range,
                                 STR("brings new rows")));
    finding.message = str_fmt(
        arena,
        "Rows may be missing from '%.*s': '%.*s' ends at the oldest '%.*s' there, and one late row "
        "moves that back. What lies between it and the first row that came in on time is then in "
        "neither part.",
        STR_ARG(target->name), STR_ARG(r->pipe->name), STR_ARG(r->column));
    finding.advice =
        other != NULL
            ? str_fmt(
                  arena,
                  "Write one literal moment after the deploy in both: > in the pipe that copies "
                  "new rows, <= in '%.*s'.",
                  STR_ARG(r->pipe->name))
            : str_fmt(arena,
                      "End '%.*s' at a literal moment: the one from which '%.*s' has every row.",
                      STR_ARG(r->pipe->name), STR_ARG(target->name));
    findings_add(check->findings, finding);
}

bool migration_minimum(const Check *check, const Resource *target)
{
    bool found = false;
    for (size_t i = 0; i < target->writers.len; i++) {
        const Resource *pipe = target->writers.items[i];
        const ResourceChange *change = copies_rows(pipe) ? query_change(check, pipe) : NULL;
        MinReader reader = {.loader = check->loader, .pipe = pipe};
        if (change == NULL || !ends_at_minimum(&reader) ||
            (other_writer(target, pipe) == NULL && !ingests_by_itself(target)))
            continue;
        found = true;
        report_minimum(check, &reader, target, change);
    }
    return found;
}
