/* One data source on both sides: nothing, metadata, ALTER or a rewrite, and how it is filled. */
#include "engine_facts.h"
#include "plan_internal.h"

typedef struct {
    Arena *arena;
    const Diff *diff;
    const ResourceChange *change;
    PlanStep *step;
    bool rewrite; /* something that no ALTER does */
    bool alter;
    bool metadata;
} Planner;

static void why(Planner *planner, Str text)
{
    plan_why(planner->arena, planner->step, text);
}

static void why_column(Planner *planner, const char *what, const ColumnChange *column)
{
    why(planner, str_fmt(planner->arena, "column %.*s %s", STR_ARG(column->name), what));
}

static void why_part(Planner *planner, const char *part, const ColumnChange *column)
{
    why(planner, str_fmt(planner->arena, "%s of %.*s changed", part, STR_ARG(column->name)));
}

static void plan_keys(Planner *planner)
{
    static const struct {
        unsigned bit;
        const char *text;
    } reasons[] = {
        {KEY_ENGINE, "engine changed"},
        {KEY_SORTING, "sorting key changed"},
        {KEY_PARTITION, "partition key changed"},
        {KEY_PRIMARY, "primary key changed"},
        {KEY_SAMPLING, "sampling key changed"},
        {KEY_VER | KEY_VERSION, "version column changed"},
        {KEY_IS_DELETED, "is_deleted column changed"},
        {KEY_SIGN, "sign column changed"},
        {KEY_SUMMING, "summed columns changed"},
        {KEY_SETTINGS, "engine settings changed"},
    };
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (planner->change->keys & reasons[i].bit)
            why(planner, str_of(reasons[i].text));
    }
    planner->rewrite |= planner->change->keys != 0;
}

static void plan_dropped(Planner *planner, const ColumnChange *column)
{
    why_column(planner, "dropped", column);
    const DatasourceFacts *candidate = planner->change->candidate->datasource;
    bool in_key = key_naming(planner->change->live->datasource, column->name) ||
                  key_naming(candidate, column->name) ||
                  ttl_rule_counting_from(candidate, column->name);
    planner->rewrite |= in_key;
    planner->alter = true;
}

static void plan_type(Planner *planner, const ColumnChange *column)
{
    const DatasourceFacts *candidate = planner->change->candidate->datasource;
    bool in_key = key_naming(candidate, column->name) && !keys_may_be_nullable(candidate);
    if (column_needs_conversion(column) || in_key)
        planner->rewrite = true;
    else
        planner->alter = true;
    bool nullable = column->type_change == TYPE_CHANGE_TO_NULLABLE;
    why_column(planner, nullable ? "became Nullable" : "changed type", column);
}

static void plan_column(Planner *planner, const ColumnChange *column)
{
    if (column->bits & COLUMN_DROPPED)
        plan_dropped(planner, column);
    if (column->bits & COLUMN_ADDED) {
        planner->alter = true;
        why_column(planner, "added", column);
    }
    if (column->bits & COLUMN_TYPE)
        plan_type(planner, column);
    if (column->bits & COLUMN_DEFAULT) {
        planner->alter = true;
        why_part(planner, "DEFAULT", column);
    }
    if (column->bits & COLUMN_CODEC) {
        planner->alter = true;
        why(planner, str_fmt(planner->arena, "codec of %.*s changed (ALTER is unconfirmed)",
                             STR_ARG(column->name)));
    }
    if (column->bits & COLUMN_PATH) {
        planner->metadata = true;
        why_part(planner, "jsonpath", column);
    }
    if (column->bits & COLUMN_UNREADABLE)
        why_column(planner, "could not be read", column);
}

static void plan_columns(Planner *planner)
{
    for (size_t i = 0; i < planner->change->columns.len; i++)
        plan_column(planner, &planner->change->columns.items[i]);
    if (!planner->change->order_changed)
        return;
    /* The same columns in another order are not identical columns; no ALTER moves them. */
    planner->rewrite = true;
    why(planner, STR("column order changed (rewrite is unconfirmed)"));
}

static void plan_others(Planner *planner)
{
    const ResourceChange *change = planner->change;
    const struct {
        bool changed, alter;
        const char *text;
    } parts[] = {
        {change->ttl_changed, true, "TTL changed"},
        {change->indexes_changed, true, "indexes changed"},
        {change->connector_removed, false, "connector removed"},
        {change->connector_changed && !change->connector_removed, false, "connector changed"},
        {change->settings_changed, false, "settings changed"},
        {change->description_changed, false, "description changed"},
        {change->tokens_changed, false, "tokens changed"},
        {change->tags_changed, false, "tags changed"},
        {change->sharing_changed, false, "sharing changed"},
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!parts[i].changed)
            continue;
        planner->alter |= parts[i].alter;
        planner->metadata |= !parts[i].alter;
        why(planner, str_of(parts[i].text));
    }
}

/* ---- decisions ---- */

/* SELECT * of live would give the new columns. */
static bool keeps_columns(const ResourceChange *change)
{
    for (size_t i = 0; i < change->columns.len; i++) {
        if (change->columns.items[i].bits & (COLUMN_ADDED | COLUMN_DROPPED | COLUMN_TYPE))
            return false;
    }
    return true;
}

void plan_backfill(Arena *arena, const Diff *diff, PlanStep *step, const Resource *datasource)
{
    const ResourceChange *change = map_get(diff->datasources, datasource->name);
    if (datasource->datasource && datasource->datasource->forward_query) {
        step->backfill = BACKFILL_FORWARD_QUERY;
        step->via = (Strs){0};
        return;
    }
    if (!change || plan_views_refill(arena, change)) {
        step->via = plan_materializers(arena, datasource);
        step->backfill = BACKFILL_VIEW_QUERY;
    } else {
        step->backfill = keeps_columns(change) ? BACKFILL_SELECT_STAR : BACKFILL_REFUSED;
    }
}

/* Classic alters columns, TTL and indexes in place, ignores engine and keys, and has no way to
 * convert stored rows. */
static void decide_classic(Planner *planner)
{
    PlanStep *step = planner->step;
    bool converts = false;
    for (size_t i = 0; i < planner->change->columns.len; i++)
        converts |= column_needs_conversion(&planner->change->columns.items[i]);
    if (converts) {
        step->backfill = BACKFILL_REFUSED;
        why(planner, STR("Classic cannot convert stored rows"));
    } else if (planner->alter) {
        step->action = ACTION_ALTER;
    } else if (planner->metadata) {
        step->action = ACTION_METADATA;
    }
    if (planner->change->keys)
        why(planner, STR("Classic does not apply engine and key changes"));
}

#define IDLE_QUERY "FORWARD_QUERY changed, with nothing to migrate"

void plan_forget_idle_query(PlanStep *step)
{
    if (step->why.len > 0 && str_is(step->why.items[step->why.len - 1], IDLE_QUERY))
        step->why.len--;
}

static void decide_forward(Planner *planner)
{
    PlanStep *step = planner->step;
    const DatasourceFacts *facts = planner->change->candidate->datasource;
    bool touches_table = planner->rewrite || planner->alter;
    if (touches_table && facts->forward_query) {
        planner->rewrite = true;
        why(planner, STR("FORWARD_QUERY present"));
    }
    if (planner->rewrite) {
        step->action = ACTION_REWRITE;
        step->own_cause = true;
        plan_backfill(planner->arena, planner->diff, step, planner->change->candidate);
    } else if (planner->alter) {
        step->action = ACTION_ALTER;
    } else if (planner->metadata) {
        step->action = ACTION_METADATA;
    } else if (planner->change->forward_query_changed) {
        why(planner, STR(IDLE_QUERY));
    }
}

void plan_datasource(Arena *arena, const Diff *diff, PlanStep *step)
{
    Planner planner = {.arena = arena, .diff = diff, .change = step->change, .step = step};
    const ResourceChange *change = step->change;
    if (!change->live->facts || !change->candidate->facts) {
        plan_why(arena, step, STR("could not be read"));
        return;
    }
    plan_keys(&planner);
    plan_columns(&planner);
    plan_others(&planner);
    if (!change->comparable)
        plan_why(arena, step, STR("its schema could not be read"));
    if (diff->sides.candidate->dialect == DIALECT_CLASSIC)
        decide_classic(&planner);
    else
        decide_forward(&planner);
}
