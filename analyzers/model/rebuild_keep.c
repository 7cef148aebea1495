/* How long a data source keeps its rows, and whether that is enough for another. */
#include "rebuild_internal.h"

/* ---- what a TTL keeps ---- */

static bool removes_rows(const TtlRule *rule)
{
    return str_is_nocase(rule->action, "DELETE") || rule->action.len == 0 ||
           str_is_nocase(rule->action, "GROUP BY");
}

static bool is_for_some(const TtlRule *rule)
{
    return rule->condition.len > 0 || str_is_nocase(rule->action, "GROUP BY");
}

static Keep keep_start(const Resource *holder)
{
    Keep keep = {.forever = true, .readable = true, .holder = holder};
    const DatasourceFacts *facts = holder->datasource;
    if (!facts || (facts->ttl.present && !facts->ttl.readable)) {
        keep.forever = false;
        keep.readable = false;
    }
    return keep;
}

static void take_rule(Keep *keep, const TtlRule *rule)
{
    keep->forever = false;
    keep->rule = rule;
    keep->some_rows = is_for_some(rule);
}

Keep keep_of_source(const Resource *holder)
{
    Keep keep = keep_start(holder);
    if (!keep.readable)
        return keep;
    const TtlRules *rules = &holder->datasource->ttl.rules;
    for (size_t i = 0; i < rules->len; i++) {
        const TtlRule *rule = &rules->items[i];
        if (!removes_rows(rule))
            continue;
        bool better =
            !keep.rule || (keep.some_rows && !is_for_some(rule)) ||
            (keep.some_rows == is_for_some(rule) && rule->length.known && keep.rule->length.known &&
             rule->length.max_seconds < keep.rule->length.max_seconds);
        if (better)
            take_rule(&keep, rule);
    }
    return keep;
}

Keep keep_of_target(const Resource *holder)
{
    Keep keep = keep_start(holder);
    for (size_t i = 0; keep.readable && i < holder->datasource->ttl.rules.len; i++) {
        const TtlRule *rule = &holder->datasource->ttl.rules.items[i];
        if (removes_rows(rule) && !is_for_some(rule))
            take_rule(&keep, rule);
    }
    return keep;
}

bool keep_is_no_longer(const Keep *a, const Keep *b)
{
    if (b->forever)
        return true;
    if (!a->rule || !b->rule || !a->rule->length.known || !b->rule->length.known || a->some_rows)
        return false;
    TtlOrder order = ttl_length_compare(b->rule->length, a->rule->length);
    return order == TTL_SHORTER || order == TTL_EQUAL;
}

static bool has_length(const Keep *keep)
{
    return keep->rule && keep->rule->length.known && keep->rule->length.max_seconds > 0;
}

Str keep_text(Arena *arena, const Keep *keep)
{
    if (keep->forever)
        return STR("keeps everything");
    if (!has_length(keep))
        return STR("deletes rows by a TTL that is no plain length");
    Str length = ttl_length_text(arena, keep->rule->length);
    if (!keep->some_rows)
        return str_fmt(arena, "keeps %.*s", STR_ARG(length));
    return str_fmt(arena, "keeps some rows for %.*s only", STR_ARG(length));
}

/* ---- the same moment under two names ---- */

enum { NAMES_MOST = 8 };

/* Functions that take a moment and give it, or the start of the span that it lies in. */
static bool keeps_moment(const Expr *call)
{
    static const char *const names[] = {"toDate",        "toDate32",   "toDateTime", "toDateTime64",
                                        "toTimeZone",    "toTimezone", "toMonday",   "dateTrunc",
                                        "date_trunc",    "timeSlot",   "ifNull",     "coalesce",
                                        "assumeNotNull", "toNullable", "date",       "timestamp"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is_nocase(call->name, names[i]))
            return true;
    }
    return str_starts(call->name, "toStartOf") || str_starts(call->name, "parseDateTime") ||
           str_starts(call->name, "fromUnixTimestamp") || str_starts(call->name, "toUnixTimestamp");
}

static const Expr *argument_of(const Expr *call)
{
    for (size_t i = 0; i < call->args.len; i++) {
        ExprKind kind = call->args.items[i]->kind;
        if (kind != EXPR_STRING && kind != EXPR_NUMBER && kind != EXPR_INTERVAL)
            return call->args.items[i];
    }
    return NULL;
}

/* The column whose moment the expression gives, or NULL. */
static const Expr *moment_column(const Expr *expr)
{
    for (int depth = 0; expr && depth < NAMES_MOST; depth++) {
        if (expr->kind == EXPR_COLUMN)
            return expr;
        bool through = expr->kind == EXPR_CAST || (expr->kind == EXPR_CALL && keeps_moment(expr));
        expr = through ? argument_of(expr) : NULL;
    }
    return NULL;
}

static Str last_name(const Expr *column)
{
    return column->path.len ? column->path.items[column->path.len - 1].text : (Str){0};
}

typedef struct {
    Loader *loader;
    const View *view;
    const Output *output;
    Str source;
    Str column; /* that the source's TTL counts from */
} Moment;

/* The name, in the text of the view's node, is read from the source as that column. */
static bool is_read_as(const Moment *m, const Expr *name)
{
    const NodeLineage *lineage = node_lineage(m->loader, m->view->pipe, m->view->node);
    for (size_t i = 0; lineage && i < lineage->reads.len; i++) {
        const ColumnRead *read = &lineage->reads.items[i];
        if (read->range.start >= name->range.start && read->range.end <= name->range.end &&
            str_eq(read->column, m->column) && str_eq(read->source->name, m->source))
            return true;
    }
    return false;
}

static bool is_moment_of(const Moment *m, Str name)
{
    for (int depth = 0; depth < NAMES_MOST; depth++) {
        const OutputColumn *out = output_column(m->output, name);
        if (!out)
            return false;
        if (out->source && str_eq(out->source->name, m->source))
            return str_eq(out->column, m->column);
        const Expr *column = out->expr ? moment_column(out->expr) : NULL;
        if (!column)
            return false;
        if (str_eq(last_name(column), m->column) || is_read_as(m, column))
            return true;
        if (str_eq(last_name(column), name))
            return false;
        name = last_name(column); /* another column of the same select, by its alias */
    }
    return false;
}

/* Both TTLs count from one and the same moment, or from spans that it lies in. */
static bool counts_alike(Loader *loader, const View *view, const Keep *source, const Keep *target)
{
    const TtlRule *from = source->rule;
    const TtlRule *to = target->rule;
    if (!from->base_is_moment || from->column.len == 0 || to->column.len == 0)
        return false;
    const Output *output = view ? pipe_output(loader, view->pipe) : NULL;
    if (!output || !output_column(output, to->column))
        return str_eq(from->column, to->column);
    Moment m = {loader, view, output, source->holder->name, from->column};
    return is_moment_of(&m, to->column);
}

/* ---- enough ---- */

Cover keep_covers(Loader *loader, const View *view, const Keep *source, const Keep *target)
{
    if (source->forever)
        return COVERS;
    if (!source->readable || !target->readable || !has_length(source))
        return COVERS_MAYBE;
    if (target->forever)
        return source->some_rows ? COVERS_MAYBE : COVERS_NOT;
    if (!has_length(target))
        return COVERS_MAYBE;
    TtlOrder order = ttl_length_compare(target->rule->length, source->rule->length);
    if (order == TTL_EQUAL || order == TTL_LONGER)
        return COVERS;
    if (order == TTL_UNORDERED || source->some_rows)
        return COVERS_MAYBE;
    return counts_alike(loader, view, source, target) ? COVERS_NOT : COVERS_MAYBE;
}
