/* Data sources that are filled again because a materialized pipe changed. */
#include "lineage.h"
#include "plan_internal.h"

bool plan_pipe_alters(const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe || pipe->pipe->node < 0)
        return false;
    const Instruction *method =
        datafile_find_in_node(pipe->facts, KEYWORD_DEPLOYMENT_METHOD, pipe->pipe->node);
    if (!method)
        method = datafile_find(pipe->facts, KEYWORD_DEPLOYMENT_METHOD);
    return method && str_is_nocase(str_trim(method->value.text), "alter");
}

Strs plan_materializers(Arena *arena, const Resource *datasource)
{
    Strs names = {0};
    for (size_t i = 0; i < datasource->writers.len; i++) {
        const Resource *pipe = datasource->writers.items[i];
        if (pipe_materializes_into(pipe, datasource->name))
            vec_push(arena, &names, pipe->name);
    }
    return names;
}

/* A landing that only becomes a target now holds rows that no view can give again. */
bool plan_views_refill(Arena *arena, const ResourceChange *change)
{
    if (plan_materializers(arena, change->candidate).len == 0)
        return false;
    const DatasourceFacts *live = change->live->datasource;
    bool ingests = live && (live->has_jsonpaths || live->has_connector);
    return !ingests || plan_materializers(arena, change->live).len > 0;
}

static bool is_rebuilt_by(const ResourceChange *change)
{
    return change->kind == DATAFILE_PIPE && change->status == STATUS_MODIFIED &&
           change->query_changed && change->candidate->pipe &&
           change->candidate->pipe->type == PIPE_MATERIALIZED &&
           !plan_pipe_alters(change->candidate);
}

const ResourceChange *plan_rebuilding_view(const Diff *diff, const Resource *datasource)
{
    for (size_t i = 0; i < datasource->writers.len; i++) {
        const Resource *pipe = datasource->writers.items[i];
        const ResourceChange *change = map_get(diff->pipes, pipe->name);
        if (change && is_rebuilt_by(change) && pipe_materializes_into(pipe, datasource->name))
            return change;
    }
    return NULL;
}

static void add_target(Arena *arena, const Diff *diff, Plan *plan, Map *done,
                       const ResourceChange *pipe)
{
    Str name = pipe->candidate->pipe->target;
    const Resource *target = project_find(diff->sides.candidate, DATAFILE_DATASOURCE, name);
    const Resource *before = project_find(diff->sides.live, DATAFILE_DATASOURCE, name);
    if (!target || !before || map_has(diff->datasources, name) || map_has(done, name))
        return;
    map_put(done, name, plan);
    PlanStep step = {
        .project = target->project->root,
        .name = name,
        .kind = DATAFILE_DATASOURCE,
        .path = target->file->path,
        .status = PLAN_UNCHANGED,
        .action = ACTION_REWRITE,
        .backfill = BACKFILL_VIEW_QUERY,
        .via = plan_materializers(arena, target),
    };
    if (target->datasource && target->datasource->forward_query) {
        step.backfill = BACKFILL_FORWARD_QUERY;
        step.via = (Strs){0};
    }
    plan_why(arena, &step, str_fmt(arena, "query of %.*s changed", STR_ARG(pipe->candidate->name)));
    vec_push(arena, &plan->steps, step);
}

void plan_rebuilt_targets(Arena *arena, const Diff *diff, Plan *plan)
{
    if (diff->sides.candidate->dialect == DIALECT_CLASSIC)
        return; /* Classic never rebuilds a target by itself */
    Map *done = map_new(arena);
    for (size_t i = 0; i < diff->changes.len; i++) {
        if (is_rebuilt_by(diff->changes.items[i]))
            add_target(arena, diff, plan, done, diff->changes.items[i]);
    }
}
