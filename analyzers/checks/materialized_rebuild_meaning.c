/* materialized_rebuild_meaning.c: what forces a rebuild and what it loses, as text for the id of a
 * finding: an acceptance of one cause must not hold for another one that loses the same rows. */
#include "engine.h"
#include "forward_list.h"
#include "materialized_rebuild.h"

#include <stdlib.h>

/* Both sides of what changed; no spelling counts. */
typedef struct {
    const Rebuilt *rebuilt;
    Arena *arena;
    Strs live;
    Strs candidate;
} Causes;

static void add_cause(Causes *causes, const char *what, Str name, Str live, Str candidate)
{
    Arena *arena = causes->arena;
    vec_push(arena, &causes->live,
             str_fmt(arena, "%s %.*s=%.*s", what, STR_ARG(name), STR_ARG(live)));
    vec_push(arena, &causes->candidate,
             str_fmt(arena, "%s %.*s=%.*s", what, STR_ARG(name), STR_ARG(candidate)));
}

static Str type_text(const Column *column)
{
    if (!column)
        return (Str){0};
    return column->type ? column->type->text : column->type_text.text;
}

/* A column that is only added forces nothing. */
static void add_columns(Causes *causes, const ResourceChange *change)
{
    for (size_t i = 0; i < change->columns.len; i++) {
        const ColumnChange *column = &change->columns.items[i];
        if (column->bits & (COLUMN_DROPPED | COLUMN_TYPE))
            add_cause(causes, "column", column->name, type_text(column->live),
                      type_text(column->candidate));
    }
}

static Str column_names(Arena *arena, const Datafile *facts)
{
    Strs names = {0};
    for (size_t i = 0; i < facts->columns.len; i++)
        vec_push(arena, &names, facts->columns.items[i].name.text);
    return str_join(arena, names.items, names.len, ",");
}

static void add_datasource(Causes *causes, const ResourceChange *change)
{
    if (!change->comparable)
        return;
    EngineChange engine = {.check = causes->rebuilt->check,
                           .change = change,
                           .live = change->live->datasource,
                           .candidate = change->candidate->datasource};
    add_columns(causes, change);
    if (change->order_changed)
        add_cause(causes, "order of", change->name,
                  column_names(causes->arena, change->live->facts),
                  column_names(causes->arena, change->candidate->facts));
    EngineParts parts = engine_parts(&engine, change->keys);
    for (size_t i = 0; i < parts.len; i++)
        add_cause(causes, parts.items[i].words, change->name, parts.items[i].live,
                  parts.items[i].candidate);
}

static void add_views(Causes *causes, const PlanStep *step)
{
    const Check *check = causes->rebuilt->check;
    const Strs *views = &step->changed_views;
    for (size_t i = 0; i < views->len; i++) {
        const Resource *pipe =
            project_find(check->diff->sides.candidate, DATAFILE_PIPE, views->items[i]);
        const View *now = pipe ? view_of(check->loader, pipe) : NULL;
        const View *then = pipe && pipe->other ? view_of(check->loader, pipe->other) : NULL;
        add_cause(causes, "view", views->items[i],
                  then ? view_meaning(check->loader, then) : (Str){0},
                  now ? view_meaning(check->loader, now) : (Str){0});
    }
}

/* What a data source upstream is rewritten for, and what its FORWARD_QUERY makes of the rows. */
static void add_upstream(Causes *causes, const Resource *source)
{
    const Check *check = causes->rebuilt->check;
    const PlanStep *step = plan_find(check->plan, DATAFILE_DATASOURCE, source->name);
    const ResourceChange *change = map_get(check->diff->datasources, source->name);
    if (!step)
        return;
    if (step->own_cause && change)
        add_datasource(causes, change);
    add_views(causes, step);
    if (step->backfill == BACKFILL_FORWARD_QUERY)
        add_cause(causes, "forward query", source->name, forward_meaning(check, source->other),
                  forward_meaning(check, source));
}

/* Lengths by their parts: "30 days" is wording. */
static Str rule_meaning(Arena *arena, const TtlRule *rule)
{
    if (!rule)
        return STR("forever");
    return str_fmt(arena, "%.*s %d %lld %.*s", STR_ARG(rule->base), (int)rule->length.months,
                   (long long)rule->length.seconds, STR_ARG(rule->condition));
}

static Str ttl_meaning(const Resource *datasource)
{
    return datasource->datasource ? datasource->datasource->ttl.normalized : (Str){0};
}

static Str loss_meaning(const Rebuilt *rebuilt, const Loss *loss)
{
    static const char *const kinds[] = {
        [LOSS_NULL_ENGINE] = "null engine",   [LOSS_RETENTION] = "retention",
        [LOSS_RETENTION_MAYBE] = "retention", [LOSS_TIME_FILTER] = "filter",
        [LOSS_OTHER_WRITER] = "writer",       [LOSS_NO_VIEW] = "no view",
        [LOSS_UPSTREAM] = "upstream",         [LOSS_EMPTY_SOURCE] = "empty",
    };
    Arena *arena = rebuilt->check->arena;
    Str who = loss->ancestor ? loss->ancestor->name : loss->writer ? loss->writer->name : (Str){0};
    Str what = {0};
    if (loss->kind == LOSS_RETENTION || loss->kind == LOSS_RETENTION_MAYBE)
        what = str_fmt(arena, "%.*s; %.*s; %.*s", STR_ARG(rule_meaning(arena, loss->kept)),
                       STR_ARG(ttl_meaning(rebuilt->live)), STR_ARG(ttl_meaning(rebuilt->target)));
    else if (loss->kind == LOSS_TIME_FILTER && loss->filter->place.expr)
        what = expr_text(arena, loss->filter->place.expr);
    return str_fmt(arena, "%s%s %.*s %.*s", kinds[loss->kind], loss->certain ? "" : "?",
                   STR_ARG(who), STR_ARG(what)); /* "may lose" is not "will lose" */
}

static int by_text(const void *left, const void *right)
{
    return str_cmp(*(const Str *)left, *(const Str *)right);
}

static Str losses_meaning(const Rebuilt *rebuilt)
{
    Strs texts = {0};
    for (size_t i = 0; i < rebuilt->rebuild->losses.len; i++) {
        const Loss *loss = &rebuilt->rebuild->losses.items[i];
        if (loss->kind != LOSS_UNKNOWN)
            vec_push(rebuilt->check->arena, &texts, loss_meaning(rebuilt, loss));
    }
    if (texts.len > 1)
        qsort(texts.items, texts.len, sizeof(Str), by_text);
    return str_join(rebuilt->check->arena, texts.items, texts.len, "; ");
}

void rebuilt_meanings(const Rebuilt *rebuilt, Finding *finding)
{
    Causes causes = {.rebuilt = rebuilt, .arena = rebuilt->check->arena};
    if (rebuilt->step->own_cause && rebuilt->change)
        add_datasource(&causes, rebuilt->change);
    add_views(&causes, rebuilt->step);
    for (size_t i = 0; i < rebuilt->upstream.len; i++)
        add_upstream(&causes, rebuilt->upstream.items[i]);
    vec_push(causes.arena, &causes.candidate, losses_meaning(rebuilt));
    finding->live_meaning = str_join(causes.arena, causes.live.items, causes.live.len, "\n");
    finding->candidate_meaning =
        str_join(causes.arena, causes.candidate.items, causes.candidate.len, "\n");
}
