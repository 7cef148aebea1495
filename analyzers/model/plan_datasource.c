/* One data source on both sides: nothing, metadata, ALTER or a rewrite, and how it is filled. */
#include "engine_facts.h"
#include "lineage.h"
#include "plan_internal.h"

typedef struct {
    Arena *arena;
    const Diff *diff;
    const ResourceChange *change;
    PlanStep *step;
    bool rewrite; /* something that no ALTER does */
    bool alter;
    bool metadata;
    bool other_columns; /* SELECT * of live would not give the new columns */
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
    planner->other_columns = true;
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
    planner->other_columns = true;
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
        planner->other_columns = true;
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

static void plan_backfill(Planner *planner)
{
    const Resource *candidate = planner->change->candidate;
    PlanStep *step = planner->step;
    if (candidate->datasource->forward_query) {
        step->backfill = BACKFILL_FORWARD_QUERY;
        return;
    }
    if (plan_views_refill(planner->arena, planner->change)) {
        step->via = plan_materializers(planner->arena, candidate);
        step->backfill = BACKFILL_VIEW_QUERY;
    } else {
        step->backfill = planner->other_columns ? BACKFILL_REFUSED : BACKFILL_SELECT_STAR;
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

static void decide_forward(Planner *planner)
{
    PlanStep *step = planner->step;
    const DatasourceFacts *facts = planner->change->candidate->datasource;
    const ResourceChange *view = plan_rebuilding_view(planner->diff, planner->change->candidate);
    if (view) {
        planner->rewrite = true;
        why(planner, str_fmt(planner->arena, "query of %.*s changed", STR_ARG(view->name)));
    }
    bool touches_table = planner->rewrite || planner->alter;
    if (touches_table && facts->forward_query) {
        planner->rewrite = true;
        why(planner, STR("FORWARD_QUERY present"));
    }
    if (planner->rewrite) {
        step->action = ACTION_REWRITE;
        plan_backfill(planner);
    } else if (planner->alter) {
        step->action = ACTION_ALTER;
    } else if (planner->metadata) {
        step->action = ACTION_METADATA;
    } else if (planner->change->forward_query_changed) {
        why(planner, STR("FORWARD_QUERY changed, with nothing to migrate"));
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

/* ---- new ones ---- */

typedef struct {
    const Project *live;
    bool found;
} LiveSearch;

static bool is_live_table(const Token *table, void *context)
{
    LiveSearch *search = context;
    search->found = project_find(search->live, DATAFILE_DATASOURCE, table->text) != NULL;
    return !search->found;
}

/* Queries are parsed when the lineage is made, so those of a parsed pipe are there. */
static bool reads_live(const Resource *pipe, const Project *live)
{
    LiveSearch search = {live, false};
    for (size_t i = 0; i < pipe->facts->nodes.len && !search.found; i++) {
        const QueryVariants *variants = &pipe->pipe->queries[i];
        for (size_t j = 0; j < variants->len && !search.found; j++)
            query_tables(variants->items[j], is_live_table, &search);
    }
    return search.found;
}

static bool skips_backfill(const Resource *datasource)
{
    return datasource->facts &&
           str_is_nocase(str_trim(datafile_value(datasource->facts, KEYWORD_BACKFILL)), "skip");
}

void plan_create(Arena *arena, const Diff *diff, PlanStep *step)
{
    step->action = ACTION_CREATE;
    const Resource *created = step->change->candidate;
    if (created->kind != DATAFILE_DATASOURCE || skips_backfill(created) ||
        diff->sides.candidate->dialect == DIALECT_CLASSIC)
        return;
    for (size_t i = 0; i < created->writers.len; i++) {
        const Resource *pipe = created->writers.items[i];
        if (!pipe_materializes_into(pipe, created->name) || !reads_live(pipe, diff->sides.live))
            continue;
        vec_push(arena, &step->via, pipe->name);
        step->backfill = BACKFILL_VIEW_QUERY;
    }
}
