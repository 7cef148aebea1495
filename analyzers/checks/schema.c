/* The schema family: what a changed SCHEMA does to stored and incoming rows. */
#include "schema.h"

const PlanStep *schema_step(const Schema *schema)
{
    return plan_find(schema->check->plan, DATAFILE_DATASOURCE, schema->change->name);
}

void schema_detail(const Schema *schema, Finding *finding, Str detail)
{
    vec_push(schema->check->arena, &finding->details, detail);
}

static Schema schema_of(const Check *check, const ResourceChange *change)
{
    Schema schema = {
        .check = check,
        .change = change,
        .live = change->live->datasource,
        .candidate = change->candidate->datasource,
        .is_view_target = plan_views_refill(check->arena, change),
        .has_writers = change->live->writers.len || change->candidate->writers.len,
    };
    if (!check->classic)
        schema.forward = forward_list_read(check, change);
    return schema;
}

void schema_changes(const Check *check)
{
    const ResourceChanges *changes = &check->diff->changes;
    for (size_t i = 0; i < changes->len; i++) {
        const ResourceChange *change = changes->items[i];
        if (change->kind != DATAFILE_DATASOURCE || change->status != STATUS_MODIFIED ||
            !change->comparable)
            continue;
        Schema schema = schema_of(check, change);
        schema_types(&schema);
        schema_dropped(&schema);
        schema_added(&schema);
        schema_attributes(&schema);
    }
}

/* ---- TB116: about one version alone ---- */

static void report_duplicate(const Check *check, const Resource *resource, const Column *first,
                             const Column *second, Findings *findings)
{
    Arena *arena = check->arena;
    Side side = resource->project->side;
    Finding finding =
        check_single_finding(resource, RULE_TB116, second->path.range, second->name.text);
    finding.live_meaning = second->path.text;
    finding.candidate_meaning = second->path.text;
    finding.message =
        str_fmt(arena,
                "Columns '%.*s' and '%.*s' of '%.*s' both read '%.*s': they will hold the "
                "same value.",
                STR_ARG(first->name.text), STR_ARG(second->name.text), STR_ARG(resource->name),
                STR_ARG(second->path.text));
    finding.advice = STR("Give each column a path of its own, or drop one of them.");
    vec_push(arena, &finding.related,
             (Place){side, resource->file, first->path.range, STR("reads the same path")});
    findings_add(findings, finding);
}

/* One moment kept in two precisions, as a Date next to a DateTime64, is meant. */
static bool keeps_two_precisions(const Column *first, const Column *second)
{
    if (!first->type || !second->type || type_eq(type_bare(first->type), type_bare(second->type)))
        return false;
    return type_is_date_or_time(type_bare(first->type)) &&
           type_is_date_or_time(type_bare(second->type));
}

void schema_jsonpaths(const Check *check, const Project *project, Findings *findings)
{
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        const Resource *resource = map_value(project->datasources, i);
        if (!resource->facts || resource->vendored)
            continue;
        Map *paths = map_new(check->arena);
        for (size_t j = 0; j < resource->facts->columns.len; j++) {
            const Column *column = &resource->facts->columns.items[j];
            const Column *first = map_get(paths, column->path.text);
            if (column->path.text.len == 0)
                continue;
            if (first && !keeps_two_precisions(first, column))
                report_duplicate(check, resource, first, column, findings);
            else if (!first)
                map_put(paths, column->path.text, (void *)(uintptr_t)column);
        }
    }
}
