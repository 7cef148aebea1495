/* why_deploy.c: what the deploy does to a resource, to what it writes and to what it reads. */
#include "why.h"

#include "checks/check.h"
#include "model/lineage.h"

enum { LISTED_MOST = 20, UPSTREAM_MOST = 1000 };

static bool holds(const Resources *list, Str name)
{
    for (size_t i = 0; i < list->len; i++) {
        if (str_eq(list->items[i]->name, name))
            return true;
    }
    return false;
}

static void say_more(Why *why, size_t len)
{
    if (len > LISTED_MOST)
        why_say(why, str_fmt(why->arena, "and %zu more", len - LISTED_MOST));
}

/* ---- the deploy ---- */

static Str backfill_clause(Why *why, const PlanStep *step)
{
    switch (step->backfill) {
    case BACKFILL_SELECT_STAR:
        return STR(", copying its rows as they are");
    case BACKFILL_FORWARD_QUERY:
        return STR(", giving its rows by its FORWARD_QUERY");
    case BACKFILL_VIEW_QUERY:
        return str_fmt(
            why->arena, ", filling it anew by %.*s",
            STR_ARG(quoted_list(why->arena, step->via.items, step->via.len, LISTED_MOST)));
    case BACKFILL_REFUSED:
    case BACKFILL_NONE:
        break;
    }
    return (Str){0};
}

static const char *action_words(const PlanStep *step)
{
    if (step->backfill == BACKFILL_REFUSED)
        return "It is refused: nothing says how to convert the stored rows of";
    if (step->status == PLAN_DISCONNECTED)
        return "It disconnects";
    switch (step->action) {
    case ACTION_NONE:
        return "It does nothing to";
    case ACTION_METADATA:
        return "Without touching data, it updates";
    case ACTION_ALTER:
        return "With an ALTER, it changes";
    case ACTION_REWRITE:
        return "It rewrites";
    case ACTION_CREATE:
        return "It creates";
    case ACTION_DELETE:
        return "It deletes";
    }
    return "It does nothing to";
}

static void say_step(Why *why, const PlanStep *step)
{
    Str because = str_join(why->arena, step->why.items, step->why.len, "; ");
    why_say(why, str_fmt(why->arena, "%s '%.*s'%.*s%s%.*s.", action_words(step),
                         STR_ARG(step->name), STR_ARG(backfill_clause(why, step)),
                         because.len ? ", because: " : "", STR_ARG(because)));
    if (step->chain.len > 1)
        why_say(why,
                str_fmt(why->arena, "What leads to it: %.*s.",
                        STR_ARG(str_join(why->arena, step->chain.items, step->chain.len, " -> "))));
}

/* Of a pipe nothing may happen to itself, and much to what it writes. */
const PlanStep *why_target_step(const Why *why)
{
    const Resource *pipe = why->resource;
    if (!pipe->pipe || pipe->pipe->target.len == 0)
        return NULL;
    const PlanStep *step = plan_find(why->project->plan, DATAFILE_DATASOURCE, pipe->pipe->target);
    return step && step->action != ACTION_NONE ? step : NULL;
}

FindingList why_refusals(const Why *why)
{
    const FindingItems *items = &why->session->findings->items;
    FindingList found = {0};
    for (size_t i = 0; i < items->len; i++) {
        const Finding *finding = &items->items[i];
        if (finding->refuses_deploy && str_eq(finding->project, why->project->root) &&
            str_eq(finding->resource, why->resource->name))
            vec_push(why->arena, &found, finding);
    }
    return found;
}

/* A finding that refuses the deploy stands above every step. */
static void say_refusals(Why *why)
{
    FindingList found = why_refusals(why);
    if (found.len)
        why_say(why, str_fmt(why->arena, "The deploy is refused while %s %s stands (below).",
                             rule_get(found.items[0]->rule)->code, found.items[0]->id));
}

/* Data sources that the pipe reads, itself or through other pipes, and to which something happens.
 * `pipes` are those on the way, each once, so that rings end. */
static void add_upstream(Why *why, Resources *pipes, const Resource *pipe, Resources *found)
{
    for (size_t node = 0; pipe->facts && node < pipe->facts->nodes.len; node++) {
        const NodeLineage *lineage = node_lineage(&why->loader, pipe, node);
        for (size_t i = 0; lineage && i < lineage->tables.len; i++) {
            Resource *table = lineage->tables.items[i].resource;
            if (!table || table == pipe)
                continue;
            Resources *list = table->kind == DATAFILE_PIPE ? pipes : found;
            bool counts = table->kind == DATAFILE_PIPE ||
                          plan_find(why->project->plan, table->kind, table->name);
            if (counts && !holds(list, table->name))
                vec_push(why->arena, list, table);
        }
    }
}

Resources why_upstream(Why *why)
{
    Resources pipes = {0};
    Resources found = {0};
    if (why->resource->kind != DATAFILE_PIPE)
        return found;
    add_upstream(why, &pipes, why->resource, &found);
    for (size_t i = 0; i < pipes.len && i < UPSTREAM_MOST; i++)
        add_upstream(why, &pipes, pipes.items[i], &found);
    return found;
}

static void say_upstream(Why *why)
{
    Resources found = why_upstream(why);
    if (found.len)
        why_say(why, STR("What it reads changes:"));
    for (size_t i = 0; i < found.len && i < LISTED_MOST; i++)
        say_step(why, plan_find(why->project->plan, found.items[i]->kind, found.items[i]->name));
    say_more(why, found.len);
}

void why_deploy(Why *why)
{
    if (!why->resource)
        return;
    why_heading(why, "What the deploy does");
    if (!why->step || why->step->backfill != BACKFILL_REFUSED)
        say_refusals(why);
    if (why->step)
        say_step(why, why->step);
    else if (why->change)
        why_say(why, STR("Nothing to it: the edit has no effect on what is deployed."));
    else
        why_say(why, STR("Nothing to it: this file does not change."));
    const PlanStep *target = why_target_step(why);
    if (target)
        say_step(why, target);
    say_upstream(why);
}
