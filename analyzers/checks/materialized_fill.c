/* materialized_fill.c: TB418, a new target takes in all that its sources hold. */
#include "materialized.h"
#include "materialized_rebuild.h"
#include "model/view.h"

typedef struct {
    const Check *check;
    const ResourceChange *change;
    Strs sources; /* live data sources that hold rows */
    Strs pipes;
    const View *view; /* the first view with such a source */
    const Resource *source;
} Filled;

static void add_name(Arena *arena, Strs *names, Str name)
{
    for (size_t i = 0; i < names->len; i++) {
        if (str_eq(names->items[i], name))
            return;
    }
    vec_push(arena, names, name);
}

/* A Null engine holds nothing, and a source that is new holds nothing yet. */
static void add_sources(Filled *filled, const View *view)
{
    Arena *arena = filled->check->arena;
    for (size_t i = 0; i < view->sources.len; i++) {
        const Resource *source = view->sources.items[i];
        const Resource *live = source->other;
        if (!live || !live->datasource || str_is(live->datasource->engine, "Null"))
            continue;
        if (!filled->source) {
            filled->source = live;
            filled->view = view;
        }
        add_name(arena, &filled->sources, source->name);
        add_name(arena, &filled->pipes, view->pipe->name);
    }
}

/* "rows  'events' keeps 90 days" */
static void add_retention(const Filled *filled, Finding *finding)
{
    Arena *arena = filled->check->arena;
    const Loss *later = later_loss(filled->check, filled->change->candidate);
    if (later && later->kind == LOSS_RETENTION) {
        vec_push(arena, &finding->details,
                 str_fmt(arena, "later  a rebuild would lose the older rows: %.*s",
                         STR_ARG(later->text)));
        return;
    }
    const Ttl *ttl = &filled->source->datasource->ttl;
    if (filled->sources.len != 1 || !ttl->readable || ttl->rules.len != 1)
        return;
    const TtlRule *rule = &ttl->rules.items[0];
    if (!rule->length.known || rule->condition.len || !str_is_nocase(rule->action, "DELETE"))
        return;
    vec_push(arena, &finding->details,
             str_fmt(arena, "rows  '%.*s' keeps %.*s", STR_ARG(filled->source->name),
                     STR_ARG(ttl_length_text(arena, rule->length))));
}

static void add_filters(const Filled *filled, Finding *finding)
{
    Arena *arena = filled->check->arena;
    for (size_t i = 0; i < filled->view->time_filters.len && i < 3; i++)
        vec_push(arena, &finding->details,
                 str_fmt(arena, "rows  only those with %.*s",
                         STR_ARG(filled->view->time_filters.items[i].text)));
}

static Range first_instruction(const Resource *resource)
{
    const Instructions *all = &resource->facts->instructions;
    return all->len ? all->items[0].word.range : (Range){0, 0};
}

/* No filter and no template that may keep rows out. */
static bool takes_all(const Filled *filled)
{
    return filled->pipes.len == 1 && filled->view->certain && !filled->view->time_filters.len &&
           !filled->view->filters.len;
}

static Str fill_message(const Filled *filled)
{
    Arena *arena = filled->check->arena;
    Str name = filled->change->name;
    Str pipes = quoted_list(arena, filled->pipes.items, filled->pipes.len, 3);
    Str sources = quoted_list(arena, filled->sources.items, filled->sources.len, 3);
    if (takes_all(filled))
        return str_fmt(
            arena, "'%.*s' is new: the deploy fills it by %.*s with all that %.*s hold%s.",
            STR_ARG(name), STR_ARG(pipes), STR_ARG(sources), filled->sources.len == 1 ? "s" : "");
    return str_fmt(arena, "'%.*s' is new: the deploy fills it by %.*s with what %s from %.*s.",
                   STR_ARG(name), STR_ARG(pipes),
                   filled->pipes.len == 1 ? "its query takes" : "their queries take",
                   STR_ARG(sources));
}

static void report_filled(const Filled *filled)
{
    Arena *arena = filled->check->arena;
    const Resource *target = filled->change->candidate;
    Finding finding = check_finding(filled->check, RULE_TB418, filled->change, (Str){0});
    finding.place = place_candidate(target, first_instruction(target), (Str){0});
    finding.message = fill_message(filled);
    finding.candidate_meaning = str_join(arena, filled->sources.items, filled->sources.len, ", ");
    finding.cause = finding.candidate_meaning;
    add_retention(filled, &finding);
    add_filters(filled, &finding);
    finding.advice = STR("To start empty, a new data source needs BACKFILL skip in its file.");
    findings_add(filled->check->findings, finding);
}

static bool is_new_target(const ResourceChange *change)
{
    return change->kind == DATAFILE_DATASOURCE && change->status == STATUS_NEW &&
           change->candidate->facts && !change->candidate->vendored &&
           some_view_writes(change->candidate) && !backfill_skip(change->candidate);
}

static Filled filled_by_views(const Check *check, const ResourceChange *change)
{
    Filled filled = {.check = check, .change = change};
    Views views = views_into(check->loader, change->candidate);
    for (size_t i = 0; i < views.len; i++) {
        if (views.items[i] && !waits_for_cutoff(check, views.items[i]->pipe))
            add_sources(&filled, views.items[i]);
    }
    return filled;
}

bool materialized_tells_filling(const Check *check, const Resource *target)
{
    bool on_candidate = target->project->side == SIDE_CANDIDATE;
    const ResourceChange *change =
        on_candidate ? map_get(check->diff->datasources, target->name) : NULL;
    return change && is_new_target(change) && filled_by_views(check, change).source;
}

/* Classic fills nothing by itself. */
void materialized_fill(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len && !check->classic; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (!is_new_target(change))
            continue;
        Filled filled = filled_by_views(check, change);
        if (filled.source)
            report_filled(&filled);
    }
}
