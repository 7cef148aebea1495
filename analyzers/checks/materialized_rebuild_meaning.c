/* materialized_rebuild_meaning.c: what forces a rebuild and what it loses, as text for the id of a
 * finding: an acceptance of one cause must not hold for another one that loses the same rows. */
#include "engine.h"
#include "materialized_rebuild.h"
#include "model/view_meaning.h"

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

static void add_views(Causes *causes)
{
    const Check *check = causes->rebuilt->check;
    const Strs *views = &causes->rebuilt->step->changed_views;
    for (size_t i = 0; i < views->len; i++) {
        const Resource *pipe =
            project_find(check->diff->sides.candidate, DATAFILE_PIPE, views->items[i]);
        const View *now = pipe ? view_of(check->loader, pipe) : NULL;
        const View *then = pipe && pipe->other ? view_of(check->loader, pipe->other) : NULL;
        add_cause(causes, "view", views->items[i], then ? then->meaning : (Str){0},
                  now ? now->meaning : (Str){0});
    }
}

/* Of a pipe upstream that is no changed view itself, the meaning of the views holds all. */
static void add_upstream(Causes *causes)
{
    const Rebuilt *rebuilt = causes->rebuilt;
    const ResourceChange *origin = rebuilt->origin;
    if (rebuilt->trigger != TRIGGER_UPSTREAM)
        return;
    if (origin->kind == DATAFILE_DATASOURCE) {
        add_datasource(causes, origin);
        return;
    }
    Loader *loader = rebuilt->check->loader;
    Str live =
        origin->live ? pipe_outputs_meaning(loader, origin->live, OTHERS_BY_CONTENT) : STR("");
    Str now = origin->candidate ? pipe_outputs_meaning(loader, origin->candidate, OTHERS_BY_CONTENT)
                                : STR("");
    add_cause(causes, "pipe", origin->name, live, now);
}

static Str losses_meaning(const Rebuilt *rebuilt)
{
    Arena *arena = rebuilt->check->arena;
    Strs texts = {0};
    for (size_t i = 0; i < rebuilt->rebuild->losses.len; i++) {
        const Loss *loss = &rebuilt->rebuild->losses.items[i];
        if (loss->kind == LOSS_UNKNOWN)
            continue;
        bool filter = loss->kind == LOSS_TIME_FILTER && loss->filter->place.expr;
        vec_push(arena, &texts, filter ? expr_text(arena, loss->filter->place.expr) : loss->text);
    }
    return str_join(arena, texts.items, texts.len, "; ");
}

void rebuilt_meanings(const Rebuilt *rebuilt, Finding *finding)
{
    Causes causes = {.rebuilt = rebuilt, .arena = rebuilt->check->arena};
    if (rebuilt->step->own_cause && rebuilt->change)
        add_datasource(&causes, rebuilt->change);
    add_views(&causes);
    add_upstream(&causes);
    vec_push(causes.arena, &causes.candidate, losses_meaning(rebuilt));
    finding->live_meaning = str_join(causes.arena, causes.live.items, causes.live.len, "\n");
    finding->candidate_meaning =
        str_join(causes.arena, causes.candidate.items, causes.candidate.len, "\n");
}
