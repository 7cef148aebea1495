/* rollback_lost.c: what a deploy does to stored rows that no later one takes back. */
#include "rollback.h"

#include "engine.h"
#include "forward_list.h"

typedef struct {
    const RollbackJudge *judge;
    const Check *check;
    const PlanStep *step;
    const ResourceChange *change;
    const ForwardList *list; /* of the query that runs in the deploy; NULL */
    LostParts *lost;
} Losing;

void rollback_add_lost(Arena *arena, LostParts *lost, const char *kind, Str subject, Str text)
{
    vec_push(arena, lost, ((LostPart){kind, subject, text}));
}

static void lose(const Losing *l, const char *kind, Str subject, Str text)
{
    rollback_add_lost(l->check->arena, l->lost, kind, subject, text);
}

/* ---- columns that come and go ---- */

static bool reads(const ForwardOutput *out, Str name)
{
    for (size_t i = 0; i < out->reads.len; i++) {
        if (str_eq(out->reads.items[i], name))
            return true;
    }
    return false;
}

/* The output of the forward query that still has something of the live column. */
static const ForwardOutput *output_from(const Losing *l, const Column *live)
{
    for (size_t i = 0; l->list != NULL && i < l->list->outputs.len; i++) {
        const ForwardOutput *out = &l->list->outputs.items[i];
        if (out->source == live || reads(out, live->name.text))
            return out;
    }
    return NULL;
}

static Str default_text(const Losing *l, const Column *column)
{
    if (column->default_expr.text.len > 0)
        return column->default_expr.text;
    Str sql = type_default_sql(l->check->arena, column->type);
    return sql.len > 0 ? sql : STR("the default of its type");
}

static void lose_dropped(const Losing *l, const ColumnChange *column)
{
    Arena *arena = l->check->arena;
    const ForwardOutput *out = output_from(l, column->live);
    bool renamed = column->renamed_to != NULL && out != NULL &&
                   str_eq(out->name, column->renamed_to->name) && out->source == column->live;
    if (renamed)
        return;
    Str name = quoted(arena, column->name);
    Str back = default_text(l, column->live);
    Str text;
    if (out == NULL)
        text = str_fmt(arena,
                       "the values of %.*s: the deploy deletes them, and the column comes "
                       "back with %.*s",
                       STR_ARG(name), STR_ARG(back));
    else
        text = str_fmt(arena,
                       "the values of %.*s but for what the FORWARD_QUERY makes of them in "
                       "%.*s: the column comes back with %.*s",
                       STR_ARG(name), STR_ARG(quoted(arena, out->name)), STR_ARG(back));
    lose(l, "dropped-column", column->name, text);
}

static bool is_carried_back(const Losing *l, const ColumnChange *column)
{
    if (column->renamed_from == NULL || l->list == NULL)
        return false;
    const ForwardOutput *out = forward_output(l->list, column->name);
    return out != NULL && out->source == column->renamed_from->live;
}

static void lose_added(const Losing *l, const ColumnChange *column)
{
    if (is_carried_back(l, column))
        return;
    lose(l, "added-column", column->name,
         str_fmt(l->check->arena, "what is written to %.*s after the deploy: the column goes away",
                 STR_ARG(quoted(l->check->arena, column->name))));
}

/* ---- values ---- */

/* "(256 becomes 0)", or nothing where no value was measured. */
static Str witness_text(Arena *arena, const Conversion *conversion)
{
    if (conversion->change_witness == NULL)
        return (Str){0};
    if (conversion->change_result == NULL)
        return str_fmt(arena, " (%s)", conversion->change_witness);
    return str_fmt(arena, " (%s becomes %s)", conversion->change_witness,
                   conversion->change_result);
}

static void lose_converted(const Losing *l, Str name, const Type *from, const Type *to,
                           CastMethod method)
{
    Arena *arena = l->check->arena;
    Conversion conversion = conversion_of(from, to, method);
    if (conversion.can_change == CONVERSION_NO)
        return;
    bool known = conversion.can_change == CONVERSION_YES;
    lose(l, "changed-values", name,
         str_fmt(arena, "values of %.*s that the conversion from %.*s to %.*s %s%.*s: they stay so",
                 STR_ARG(quoted(arena, name)), STR_ARG(from->text), STR_ARG(to->text),
                 known ? "changes" : "may change", STR_ARG(witness_text(arena, &conversion))));
}

static void lose_nulls(const Losing *l, const ColumnChange *column, const ForwardOutput *out)
{
    Arena *arena = l->check->arena;
    bool becomes =
        type_is_nullable(column->live->type) && !type_is_nullable(column->candidate->type);
    if (!becomes || (out != NULL && !out->handles_null && out->kind == OUTPUT_PASS))
        return;
    lose(l, "replaced-nulls", column->name,
         str_fmt(arena,
                 "which values of %.*s were NULL: what replaces them looks like any other "
                 "value",
                 STR_ARG(quoted(arena, column->name))));
}

static void lose_by_query(const Losing *l, const ColumnChange *column, const ForwardOutput *out)
{
    Arena *arena = l->check->arena;
    if (out->kind == OUTPUT_EXPRESSION || out->kind == OUTPUT_CONSTANT) {
        const char *what = out->kind == OUTPUT_CONSTANT ? "replaces them by a constant"
                                                        : "computes the column anew";
        lose(l, "changed-values", column->name,
             str_fmt(arena, "the old values of %.*s: the FORWARD_QUERY %s",
                     STR_ARG(quoted(arena, column->name)), what));
        return;
    }
    for (size_t i = 0; i < out->casts.len; i++) {
        const ForwardCast *cast = &out->casts.items[i];
        if (cast->from != NULL && cast->to != NULL)
            lose_converted(l, column->name, cast->from, cast->to, cast->method);
    }
}

/* The way back may be the narrower one: what is written after the deploy need not fit. */
static void lose_newer(const Losing *l, const ColumnChange *column)
{
    Arena *arena = l->check->arena;
    Str name = quoted(arena, column->name);
    const Type *old = column->live->type;
    const Type *new_type = column->candidate->type;
    if (type_is_nullable(new_type) && !type_is_nullable(old))
        lose(l, "newer-values", column->name,
             str_fmt(arena,
                     "which values of %.*s are NULL after the deploy: %.*s takes their place",
                     STR_ARG(name), STR_ARG(default_text(l, column->live))));
    Conversion back = conversion_of(new_type, old, CAST_STRICT);
    if (column->type_change == TYPE_CHANGE_TO_NULLABLE || back.can_change != CONVERSION_YES)
        return;
    lose(l, "newer-values", column->name,
         str_fmt(arena, "values of %.*s written after the deploy that %.*s cannot hold%.*s",
                 STR_ARG(name), STR_ARG(old->text), STR_ARG(witness_text(arena, &back))));
}

static void lose_type(const Losing *l, const ColumnChange *column)
{
    if (column->live->type == NULL || column->candidate->type == NULL)
        return;
    bool filled_by_views = l->step->backfill == BACKFILL_VIEW_QUERY;
    const ForwardOutput *out = l->list ? forward_output(l->list, column->name) : NULL;
    if (!filled_by_views)
        lose_nulls(l, column, out);
    if (!filled_by_views && out != NULL)
        lose_by_query(l, column, out);
    lose_newer(l, column);
}

static void lose_columns(const Losing *l)
{
    for (size_t i = 0; i < l->change->columns.len; i++) {
        const ColumnChange *column = &l->change->columns.items[i];
        if (column->bits & COLUMN_DROPPED)
            lose_dropped(l, column);
        else if (column->bits & COLUMN_ADDED)
            lose_added(l, column);
        else if (column->bits & COLUMN_TYPE)
            lose_type(l, column);
    }
}

/* Columns of the same type in both schemas that the query does not hand on as they are. */
static void lose_recomputed(const Losing *l)
{
    for (size_t i = 0; l->list != NULL && i < l->list->outputs.len; i++) {
        const ForwardOutput *out = &l->list->outputs.items[i];
        const Column *live = datafile_column(l->change->live->facts, out->name);
        const ColumnChange *column = diff_column(l->change, out->name);
        bool retyped = column != NULL && (column->bits & (COLUMN_TYPE | COLUMN_ADDED)) != 0;
        if (live == NULL || retyped || (out->kind == OUTPUT_PASS && out->source == live))
            continue;
        lose(l, "changed-values", out->name,
             str_fmt(l->check->arena, "the old values of '%.*s': the FORWARD_QUERY gives it others",
                     STR_ARG(out->name)));
    }
}

/* ---- rows ---- */

static bool is_deleting(const TtlRule *rule)
{
    return rule->action.len == 0 || str_is_nocase(rule->action, "DELETE");
}

/* The one rule for all rows that both versions have, in words: which rows are gone. */
static Str expired_text(const Losing *l)
{
    Arena *arena = l->check->arena;
    const Ttl *old = &l->change->live->datasource->ttl;
    const Ttl *ttl = &l->change->candidate->datasource->ttl;
    if (!ttl->present)
        return (Str){0};
    const TtlRule *rule = ttl->rules.len == 1 ? &ttl->rules.items[0] : NULL;
    const TtlRule *before = old->rules.len == 1 ? &old->rules.items[0] : NULL;
    bool plain = ttl->readable && rule != NULL && is_deleting(rule) && rule->length.known &&
                 rule->condition.len == 0;
    if (!plain ||
        (old->present && (before == NULL || !before->length.known || before->condition.len > 0 ||
                          !str_eq(before->column, rule->column))))
        return STR("rows that the changed TTL deletes: a longer one does not bring them back");
    if (before != NULL && ttl_length_compare(before->length, rule->length) != TTL_SHORTER)
        return (Str){0};
    Str from = instant_date(arena, ttl_cutoff(rule->length, l->check->now));
    return str_fmt(arena,
                   "rows from before %.*s, and every day one day more: the TTL of %.*s "
                   "deletes them",
                   STR_ARG(from), STR_ARG(ttl_length_text(arena, rule->length)));
}

static void lose_rows(const Losing *l)
{
    Arena *arena = l->check->arena;
    if (l->change->ttl_changed) {
        Str text = expired_text(l);
        if (text.len > 0)
            lose(l, "expired-rows", (Str){0}, text);
    }
    Str engine = l->change->candidate->datasource->engine;
    if (str_is_nocase(engine, "Null") && (l->change->keys & KEY_ENGINE)) {
        lose(l, "stored-nothing", (Str){0}, STR("all rows: the engine Null keeps none"));
        return;
    }
    if (map_has(l->judge->merging, l->change->name))
        lose(l, "merged-rows", (Str){0},
             str_fmt(arena, "rows that %.*s merges until then: nothing parts them again",
                     STR_ARG(engine)));
}

/* ---- the whole ---- */

static void lose_both_sides(Losing *l)
{
    const ResourceChange *change = l->change;
    if (!change->comparable || !change->live->datasource || !change->candidate->datasource)
        return;
    bool runs = l->step->backfill == BACKFILL_FORWARD_QUERY;
    const ForwardList *list = runs ? forward_list_read(l->check, change) : NULL;
    l->list = list != NULL && forward_list_is_complete(list) ? list : NULL;
    lose_columns(l);
    lose_recomputed(l);
    lose_rows(l);
}

RollbackJudge rollback_judge(const Check *check)
{
    Check probe = *check;
    probe.findings = findings_new(check->arena);
    probe.unchecked = ARENA_NEW(check->arena, UncheckedList);
    engine_changes(&probe);
    Map *merging = map_new(check->arena);
    for (size_t i = 0; i < probe.findings->items.len; i++) {
        const Finding *finding = &probe.findings->items.items[i];
        if (finding->rule == RULE_TB303)
            map_put(merging, finding->resource, merging);
    }
    return (RollbackJudge){check, merging};
}

LostParts rollback_lost(const RollbackJudge *judge, const PlanStep *step,
                        const ResourceChange *change)
{
    LostParts lost = {0};
    Losing losing = {
        .judge = judge, .check = judge->check, .step = step, .change = change, .lost = &lost};
    if (change->status == STATUS_DELETED)
        lose(&losing, "deleted-rows", (Str){0},
             STR("all its rows: the deploy deletes them, and a data source of the same name starts "
                 "empty"));
    else if (change->status == STATUS_NEW)
        lose(&losing, "newer-rows", (Str){0},
             STR("all rows that are written to it after the deploy"));
    else
        lose_both_sides(&losing);
    return lost;
}
