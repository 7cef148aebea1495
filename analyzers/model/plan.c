/* What the deploy will do to each resource, in the order of `tb deploy --check`. */
#include "plan.h"

#include <stdlib.h>

#include "plan_internal.h"

const char *plan_action_text(PlanAction action)
{
    static const char *const texts[] = {"none", "metadata", "alter", "rewrite", "create", "delete"};
    return texts[action];
}

const char *backfill_text(Backfill backfill)
{
    static const char *const texts[] = {"none", "select-star", "forward-query", "view-query",
                                        "refused"};
    return texts[backfill];
}

const char *plan_status_text(PlanStatus status)
{
    static const char *const texts[] = {"new", "modified", "deleted", "unchanged", "disconnected"};
    return texts[status];
}

const PlanStep *plan_find(const Plan *plan, DatafileKind kind, Str name)
{
    return map_get(plan->by_name[kind], name);
}

static void index_steps(Arena *arena, Plan *plan)
{
    for (size_t i = 0; i < ARRAY_LEN(plan->by_name); i++)
        plan->by_name[i] = map_new(arena);
    for (size_t i = 0; i < plan->steps.len; i++) {
        PlanStep *step = &plan->steps.items[i];
        map_put(plan->by_name[step->kind], step->name, step);
    }
}

static PlanStatus status_of(const ResourceChange *change)
{
    if (change->status == STATUS_NEW)
        return PLAN_NEW;
    if (change->status == STATUS_DELETED)
        return PLAN_DELETED;
    return change->connector_removed ? PLAN_DISCONNECTED : PLAN_MODIFIED;
}

void plan_why(Arena *arena, PlanStep *step, Str why)
{
    vec_push(arena, &step->why, why);
}

/* ---- pipes and connections ---- */

static void plan_pipe(Arena *arena, PlanStep *step, const ResourceChange *change)
{
    step->action = ACTION_METADATA;
    if (change->query_changed)
        plan_why(arena, step, STR("query changed"));
    if (change->settings_changed)
        plan_why(arena, step, STR("settings changed"));
    if (change->description_changed)
        plan_why(arena, step, STR("description changed"));
    if (change->tokens_changed)
        plan_why(arena, step, STR("tokens changed"));
    if (change->tags_changed)
        plan_why(arena, step, STR("tags changed"));
    if (change->nodes_changed)
        plan_why(arena, step, STR("nodes changed, what it gives is the same"));
    if (change->spelling_changed && !step->why.len) {
        step->action = ACTION_NONE;
        plan_why(arena, step, STR("only its formatting changed"));
    }
    const Resource *candidate = change->candidate;
    const Resource *live = change->live;
    if (!candidate || !candidate->facts || !live || !live->facts) {
        step->action = ACTION_NONE;
        plan_why(arena, step, STR("could not be read"));
    }
}

static PlanStep step_of(Arena *arena, const Diff *diff, const ResourceChange *change)
{
    const Resource *resource = change->candidate ? change->candidate : change->live;
    PlanStep step = {
        .change = change,
        .project = resource->project->root,
        .name = change->name,
        .kind = change->kind,
        .path = resource->file->path,
        .status = status_of(change),
    };
    if (change->kind == DATAFILE_PIPE)
        step.pipe_type = pipe_type_text(resource->pipe ? resource->pipe->type : PIPE_PLAIN);
    if (change->status == STATUS_DELETED)
        step.action = ACTION_DELETE;
    else if (change->status == STATUS_NEW)
        step.action = ACTION_CREATE;
    else if (change->kind == DATAFILE_DATASOURCE)
        plan_datasource(arena, diff, &step);
    else
        plan_pipe(arena, &step, change);
    return step;
}

/* ---- order ---- */

/* New, modified, disconnected, deleted; in each data sources, pipes, connections; what the check
 * does not list comes last. */
static int weight_of(const PlanStep *step)
{
    static const int by_status[] = {
        [PLAN_NEW] = 0,     [PLAN_MODIFIED] = 1,  [PLAN_DISCONNECTED] = 2,
        [PLAN_DELETED] = 3, [PLAN_UNCHANGED] = 4,
    };
    return by_status[step->status] * 4 + (int)step->kind;
}

static int by_weight(const void *a, const void *b)
{
    const PlanStep *left = a;
    const PlanStep *right = b;
    int order = weight_of(left) - weight_of(right);
    return order ? order : str_cmp(left->name, right->name);
}

Plan *plan_make(Arena *arena, Diff *diff)
{
    Plan *plan = ARENA_NEW(arena, Plan);
    for (size_t i = 0; i < diff->changes.len; i++)
        vec_push(arena, &plan->steps, step_of(arena, diff, diff->changes.items[i]));
    if (diff->sides.candidate->dialect != DIALECT_CLASSIC)
        plan_flow(arena, diff, plan);
    if (plan->steps.len > 1)
        qsort(plan->steps.items, plan->steps.len, sizeof(PlanStep), by_weight);
    index_steps(arena, plan);
    diff->plan = plan;
    return plan;
}
