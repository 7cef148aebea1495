/* plan_parts.c: the tables and sentences of the plan, whatever they are printed as. */
#include "report/plan_parts.h"

#include "model/token_change.h"

static const char *type_text(const PlanStep *step)
{
    return step->pipe_type ? step->pipe_type : datafile_kind_text(step->kind);
}

/* tb shows what it disconnects as modified. */
static const char *status_text(const PlanStep *step)
{
    return plan_status_text(step->status == PLAN_DISCONNECTED ? PLAN_MODIFIED : step->status);
}

static PlanTable changes_table(Arena *arena, const Plan *plan)
{
    static const char *const names[] = {"status", "name", "type", "path"};
    PlanTable table = {
        "Changes to be deployed", "No changes to be deployed", ARRAY_LEN(names), names, {0}};
    for (size_t i = 0; i < plan->steps.len; i++) {
        const PlanStep *step = &plan->steps.items[i];
        if (step->status == PLAN_UNCHANGED)
            continue;
        PlanRow row = {
            {str_of(status_text(step)), step->name, str_of(type_text(step)), step->path}};
        vec_push(arena, &table.rows, row);
    }
    return table;
}

static const char *token_change_text(const TokenChange *change)
{
    if (change->removed.len == 0)
        return "added";
    return change->added.len == 0 ? "removed" : "changed";
}

static PlanTable tokens_table(Arena *arena, const Diff *diff)
{
    static const char *const names[] = {"Change", "Token name", "Added permissions",
                                        "Removed permissions"};
    PlanTable table = {"Changes in tokens to be deployed",
                       "No changes in tokens to be deployed",
                       ARRAY_LEN(names),
                       names,
                       {0}};
    TokenChanges changes = token_changes(arena, diff);
    for (size_t i = 0; i < changes.len; i++) {
        const TokenChange *change = &changes.items[i];
        PlanRow row = {{str_of(token_change_text(change)), change->token,
                        str_join(arena, change->added.items, change->added.len, ", "),
                        str_join(arena, change->removed.items, change->removed.len, ", ")}};
        vec_push(arena, &table.rows, row);
    }
    return table;
}

static Str backfill_sentence(Arena *arena, const PlanStep *step)
{
    switch (step->backfill) {
    case BACKFILL_SELECT_STAR:
        return STR("From live deployment, every column as it is");
    case BACKFILL_FORWARD_QUERY:
        return STR("From live deployment using Forward Query");
    case BACKFILL_VIEW_QUERY:
        return str_fmt(arena, "Using Materialized Pipe %.*s",
                       STR_ARG(str_join(arena, step->via.items, step->via.len, ", ")));
    case BACKFILL_REFUSED:
        return STR("Refused: nothing says how to convert the stored rows");
    case BACKFILL_NONE:
        break;
    }
    return (Str){0};
}

static PlanTable copies_table(Arena *arena, const Plan *plan)
{
    static const char *const names[] = {"Datasource", "Backfill type"};
    PlanTable table = {"Data that will be copied with this deployment",
                       "No data will be copied with this deployment",
                       ARRAY_LEN(names),
                       names,
                       {0}};
    for (size_t i = 0; i < plan->steps.len; i++) {
        const PlanStep *step = &plan->steps.items[i];
        if (step->backfill == BACKFILL_NONE)
            continue;
        PlanRow row = {{step->name, backfill_sentence(arena, step)}};
        vec_push(arena, &table.rows, row);
    }
    return table;
}

PlanTables plan_tables(Arena *arena, const ProjectPlan *project)
{
    PlanTables tables = {0};
    vec_push(arena, &tables, changes_table(arena, project->plan));
    vec_push(arena, &tables, tokens_table(arena, project->diff));
    vec_push(arena, &tables, copies_table(arena, project->plan));
    return tables;
}

/* ---- reasons ---- */

static Str reason_of(Arena *arena, const PlanStep *step)
{
    bool refused = step->backfill == BACKFILL_REFUSED;
    const char *action = refused ? "refused" : plan_action_text(step->action);
    Str text = str_fmt(arena, "%.*s: %s, because %.*s", STR_ARG(step->name), action,
                       STR_ARG(str_join(arena, step->why.items, step->why.len, "; ")));
    if (step->chain.len < 2)
        return text;
    return str_fmt(arena, "%.*s (%.*s)", STR_ARG(text),
                   STR_ARG(str_join(arena, step->chain.items, step->chain.len, " -> ")));
}

Strs plan_reasons(Arena *arena, const Plan *plan)
{
    Strs reasons = {0};
    for (size_t i = 0; i < plan->steps.len; i++) {
        const PlanStep *step = &plan->steps.items[i];
        if (step->why.len) /* new and deleted ones speak for themselves */
            vec_push(arena, &reasons, reason_of(arena, step));
    }
    return reasons;
}

/* ---- the verdict ---- */

/* The first sentence says what will happen; the rest is for the report of findings. */
static Str first_sentence(Str message)
{
    ptrdiff_t end = str_find(message, ". ");
    return end < 0 ? message : str_slice(message, 0, (size_t)end + 1);
}

Strs plan_refusals(const Report *report, const ProjectPlan *project)
{
    Strs refusals = {0};
    Map *named = map_new(report->arena);
    const FindingItems *items = &report->findings->items;
    for (size_t i = 0; i < items->len; i++) {
        const Finding *finding = &items->items[i];
        if (!finding->refuses_deploy || !str_eq(finding->project, project->root))
            continue;
        map_put(named, finding->resource, named);
        vec_push(report->arena, &refusals,
                 str_fmt(report->arena, "%s: %.*s", rule_get(finding->rule)->code,
                         STR_ARG(first_sentence(finding->message))));
    }
    for (size_t i = 0; i < project->plan->steps.len; i++) {
        const PlanStep *step = &project->plan->steps.items[i];
        if (step->backfill == BACKFILL_REFUSED && !map_has(named, step->name))
            vec_push(report->arena, &refusals,
                     str_fmt(report->arena,
                             "Nothing says how to convert the stored rows of '%.*s'.",
                             STR_ARG(step->name)));
    }
    return refusals;
}

bool plan_deletes(const Plan *plan)
{
    for (size_t i = 0; i < plan->steps.len; i++) {
        if (plan->steps.items[i].action == ACTION_DELETE)
            return true;
    }
    return false;
}
