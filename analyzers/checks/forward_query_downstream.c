/* forward_query_downstream.c: forward queries that run though their file did not change: because a
 * view into the data source did, or because something upstream is rewritten (TB214). */
#include "forward_query.h"
#include "rebuild_fix.h"

static const Resource *candidate_of(const Check *check, const PlanStep *step)
{
    const Resource *found =
        project_find(check->diff->sides.candidate, DATAFILE_DATASOURCE, step->name);
    bool usable = found && found->other && !found->vendored && found->facts && found->datasource &&
                  found->other->facts && found->datasource->forward_query;
    return usable ? found : NULL;
}

static const ResourceChange *change_of(const Check *check, const Resource *resource)
{
    bool is_pipe = resource->kind == DATAFILE_PIPE;
    return map_get(is_pipe ? check->diff->pipes : check->diff->datasources, resource->name);
}

/* ---- run because a view changed ---- */

/* Both sides are the same: only what the query does to the columns remains. */
static ResourceChange no_change(const Check *check, const Resource *datasource)
{
    return (ResourceChange){
        .status = STATUS_UNCHANGED,
        .kind = DATAFILE_DATASOURCE,
        .name = datasource->name,
        .live = datasource->other,
        .candidate = (Resource *)(uintptr_t)datasource,
        .comparable = true,
        .columns_by_name = map_new(check->arena),
    };
}

/* They stand in a file that did not change: the edit that makes the query run is to blame. */
static void move_to(const Check *check, size_t first, const ResourceChange *edit)
{
    Place place = check_finding(check, RULE_TB201, edit, (Str){0}).place;
    for (size_t i = first; i < check->findings->items.len; i++) {
        Finding *finding = &check->findings->items.items[i];
        bool told = finding->related.len && finding->related.items[0].side == SIDE_CANDIDATE;
        if (!told && !range_is_empty(finding->place.range)) {
            finding->place.message = STR("runs in this deploy");
            vec_push(check->arena, &finding->related, finding->place);
        }
        finding->place = place;
    }
}

void forward_judge_unchanged(const Check *check)
{
    for (size_t i = 0; i < check->plan->steps.len; i++) {
        const PlanStep *step = &check->plan->steps.items[i];
        if (step->status != PLAN_UNCHANGED || step->backfill != BACKFILL_FORWARD_QUERY)
            continue;
        const Resource *datasource = candidate_of(check, step);
        const Resource *origin = step->changed_pipe ? step->changed_pipe : step->cause;
        const ResourceChange *edit = origin ? change_of(check, origin) : NULL;
        if (!datasource || !edit)
            continue;
        ResourceChange *change = ARENA_NEW(check->arena, ResourceChange);
        *change = no_change(check, datasource);
        size_t first = check->findings->items.len;
        forward_judge(check, change, false);
        move_to(check, first, edit);
    }
}

/* ---- TB214 ---- */

static Finding *add_refused(const Check *check, const PlanStep *step, const Resource *datasource,
                            const ResourceChange *edit)
{
    Arena *arena = check->arena;
    Finding finding = check_finding(check, RULE_TB214, edit, (Str){0});
    finding.resource = datasource->name;
    finding.refuses_deploy = true;
    finding.related = (Places){0};
    finding.message = str_fmt(
        arena,
        "The deploy will be refused: '%.*s' is rewritten because '%.*s' is, and its FORWARD_QUERY "
        "is not SELECT *. What did not change itself may only be taken over as it is.",
        STR_ARG(datasource->name), STR_ARG(step->chain.items[step->chain.len - 3]));
    finding.candidate_meaning = forward_meaning(check, datasource);
    finding.cause = step->cause->name;
    vec_push(arena, &finding.related,
             place_candidate(datasource, datasource->datasource->forward_query->word.range,
                             STR("would run in this deploy")));
    vec_push(arena, &finding.details,
             str_fmt(arena, "chain  %.*s",
                     STR_ARG(str_join(arena, step->chain.items, step->chain.len, " -> "))));
    return findings_add(check->findings, finding);
}

/* The plan refuses exactly these. */
static bool is_refused(const PlanStep *step)
{
    return step->kind == DATAFILE_DATASOURCE && step->action == ACTION_REWRITE &&
           step->backfill == BACKFILL_REFUSED && step->chain.len > 2 && !step->own_cause;
}

void forward_judge_downstream(const Check *check)
{
    for (size_t i = 0; i < check->plan->steps.len; i++) {
        const PlanStep *step = &check->plan->steps.items[i];
        const Resource *datasource = is_refused(step) ? candidate_of(check, step) : NULL;
        const ResourceChange *edit = datasource ? change_of(check, step->cause) : NULL;
        if (!edit)
            continue;
        Finding *finding = add_refused(check, step, datasource, edit);
        finding->fix = keep_rows_fix(check, datasource);
        if (!finding->fix)
            finding->advice = STR("Write FORWARD_QUERY > SELECT *, or take the FORWARD_QUERY out.");
    }
}
