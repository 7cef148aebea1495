/* moment_column.c: follows a time in a query back to the data source that it comes from. */
#include "moment_column.h"

enum { STEPS_MOST = 40 };

#define DAY INT64_C(86400)

typedef struct {
    MomentPlace place;
    const Expr *alias; /* the item that an alias led to: its name is a column inside it */
    int steps;
} MomentWalk;

static bool follow(MomentWalk w, const Expr *expr, MomentColumn *out);

/* ---- functions ---- */

/* The longest span whose start the function gives; 0: it gives its argument, -1: something else. */
static int64_t span_of(Str function)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } functions[] = {
        {"toDateTime", 0},
        {"toDateTime64", 0},
        {"toTimeZone", 0},
        {"toTimezone", 0},
        {"assumeNotNull", 0},
        {"toNullable", 0},
        {"timestamp", 0},
        {"toStartOfSecond", 1},
        {"toStartOfMinute", 60},
        {"toStartOfFiveMinutes", 300},
        {"toStartOfFiveMinute", 300},
        {"toStartOfTenMinutes", 600},
        {"toStartOfFifteenMinutes", 900},
        {"toStartOfHour", 3600},
        {"toDate", DAY},
        {"toDate32", DAY},
        {"date", DAY},
        {"toStartOfDay", DAY},
        {"toMonday", 7 * DAY},
        {"toStartOfWeek", 7 * DAY},
        {"toStartOfMonth", 31 * DAY},
        {"toStartOfQuarter", 92 * DAY},
        {"toStartOfYear", 366 * DAY},
        {"toStartOfISOYear", 371 * DAY},
    };
    for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
        if (str_is_nocase(function, functions[i].name))
            return functions[i].seconds;
    }
    return -1;
}

static bool follow_argument(MomentWalk w, const Expr *expr, int64_t span, MomentColumn *out)
{
    w.steps++;
    if (span < 0 || expr->args.len == 0 || !follow(w, expr->args.items[0], out))
        return false;
    out->span = span > out->span ? span : out->span;
    return true;
}

static int64_t span_of_cast(const Type *type)
{
    if (!type || !type_is_date_or_time(type_bare(type)))
        return -1;
    return type_is(type_bare(type), "Date") || type_is(type_bare(type), "Date32") ? DAY : 0;
}

/* ---- what a query gives under a name ---- */

static const Expr *item_named(const Select *select, Str name)
{
    for (size_t i = 0; i < select->items.len; i++) {
        const Expr *item = select->items.items[i];
        Str given = item->alias.text;
        if (!given.len && item->kind == EXPR_COLUMN && item->path.len)
            given = item->path.items[item->path.len - 1].text;
        if (given.len && str_eq(given, name))
            return item;
    }
    return NULL;
}

static bool follow_query(MomentWalk w, const Query *query, const SelectScope *outer, Str name,
                         MomentColumn *out)
{
    if (!query || query->broken || query->selects.len != 1)
        return false;
    const Expr *item = item_named(query->selects.items[0], name);
    if (!item)
        return false;
    w.place.scope = select_scope(w.place.loader->arena, query->selects.items[0], outer);
    w.alias = item;
    w.steps++;
    return follow(w, item, out);
}

/* The select of the node that has the item; the output names no select where several differ. */
static const Select *select_with(const MomentWalk *w, const Resource *pipe, size_t node,
                                 const Expr *item)
{
    const QueryVariants *variants = pipe_variants(w->place.loader, pipe, node);
    for (size_t i = 0; variants && i < variants->len; i++) {
        const Selects *selects = &variants->items[i]->selects;
        for (size_t k = 0; selects->len == 1 && k < selects->items[0]->items.len; k++) {
            if (selects->items[0]->items.items[k] == item)
                return selects->items[0];
        }
    }
    return NULL;
}

static bool follow_output(MomentWalk w, const TableUse *use, Str name, MomentColumn *out)
{
    const NodeLineage *lineage = node_lineage(w.place.loader, use->resource, (size_t)use->node);
    const OutputColumn *column = lineage ? output_column(&lineage->output, name) : NULL;
    if (!column)
        return false;
    if (column->source) {
        *out = (MomentColumn){.source = column->source, .column = column->column};
        return true;
    }
    const Select *select =
        column->expr ? select_with(&w, use->resource, (size_t)use->node, column->expr) : NULL;
    if (!select)
        return false;
    w.place.pipe = use->resource;
    w.place.node = (size_t)use->node;
    w.place.scope = select_scope(w.place.loader->arena, select, NULL);
    w.alias = column->expr;
    w.steps++;
    return follow(w, column->expr, out);
}

/* ---- names ---- */

static bool follow_table(MomentWalk w, const TableRef *table, const SelectScope *where, Str name,
                         MomentColumn *out)
{
    if (table->kind == TABLE_SUBQUERY)
        return follow_query(w, table->query, where, name, out);
    if (table->kind != TABLE_NAME)
        return false;
    FoundCte found = scope_find_cte(where, table->name.text);
    const Cte *cte = found_cte(found);
    if (cte)
        return follow_query(w, cte->query,
                            cte_body_scope(w.place.loader->arena, found.scope, found.index), name,
                            out);
    const NodeLineage *lineage = node_lineage(w.place.loader, w.place.pipe, w.place.node);
    const TableUse *use = lineage ? lineage_table_at(lineage, table->name.range.start) : NULL;
    bool gives = use && use->node >= 0 && use->resource &&
                 (use->meaning == MEANS_NODE || use->meaning == MEANS_PIPE);
    return gives && follow_output(w, use, name, out);
}

/* A name that another table of the select may supply as well is not certain. */
static bool is_sure(const MomentWalk *w, const ColumnRead *read, const Expr *name)
{
    return read->certain || name->path.len > 1 || w->place.scope->select->from.len == 1;
}

static bool follow_name(MomentWalk w, const Expr *name, MomentColumn *out)
{
    const NodeLineage *lineage = node_lineage(w.place.loader, w.place.pipe, w.place.node);
    const ColumnRead *read = lineage ? lineage_read_at(lineage, name->core) : NULL;
    if (read) {
        *out = (MomentColumn){.source = read->source, .column = read->column};
        return is_sure(&w, read, name);
    }
    if (name->path.len == 0 || name->path.len > 2)
        return false;
    Str last = name->path.items[name->path.len - 1].text;
    if (name->path.len == 2) {
        const SelectScope *where = w.place.scope;
        const TableRef *table = scope_find_table(where, name->path.items[0].text, &where);
        return table && follow_table(w, table, where, last, out);
    }
    const Expr *value = scope_find_value(w.place.scope, last);
    if (value && value != w.alias) {
        w.alias = value;
        w.steps++;
        return follow(w, value, out);
    }
    const TableRefs *from = &w.place.scope->select->from;
    return from->len == 1 && follow_table(w, &from->items[0], w.place.scope, last, out);
}

static bool follow(MomentWalk w, const Expr *expr, MomentColumn *out)
{
    if (w.steps > STEPS_MOST)
        return false;
    switch (expr->kind) {
    case EXPR_COLUMN:
        return follow_name(w, expr, out);
    case EXPR_CAST:
        return follow_argument(w, expr, span_of_cast(expr->type), out);
    case EXPR_CALL:
        return follow_argument(w, expr, span_of(expr->name), out);
    case EXPR_OPERATOR:
        return expr->args.len == 1 && str_is(expr->name, "()") && follow_argument(w, expr, 0, out);
    default:
        return false;
    }
}

bool moment_column(const MomentPlace *place, const Expr *expr, MomentColumn *out)
{
    *out = (MomentColumn){0};
    return follow((MomentWalk){.place = *place}, expr, out);
}
