/* materialized_grouping.c: TB413, a view groups by a column that the rows so far do not have. */
#include "forward_list.h"
#include "materialized.h"
#include "materialized_dimensions.h"
#include "model/conversion.h"
#include "model/rebuild.h"

typedef struct {
    const Check *check;
    const ResourceChange *pipe;
    const View *view;
    const Resource *target;
    const ResourceChange *change; /* of the target; NULL when it did not change */
} Grouped;

/* How the rows that are there come into the new target; false when the view gives them anew, or
 * when nothing will be deployed. */
static bool old_rows_stay(const Grouped *grouped)
{
    if (grouped->check->classic)
        return true;
    const PlanStep *step =
        plan_find(grouped->check->plan, DATAFILE_DATASOURCE, grouped->target->name);
    return !step || (step->backfill != BACKFILL_VIEW_QUERY && step->backfill != BACKFILL_REFUSED);
}

/* The forward query computes the column from what old rows hold. */
static bool forward_query_computes(const Grouped *grouped, Str name)
{
    if (!grouped->change || !grouped->target->datasource->forward_query || grouped->check->classic)
        return false;
    const ForwardList *list = forward_list_read(grouped->check, grouped->change);
    for (size_t i = 0; list && i < list->outputs.len; i++) {
        const ForwardOutput *out = &list->outputs.items[i];
        if (str_eq(out->name, name))
            return out->kind != OUTPUT_CONSTANT;
    }
    return false;
}

static bool is_renamed(const Grouped *grouped, Str name)
{
    const ColumnChange *column = grouped->change ? diff_column(grouped->change, name) : NULL;
    return column && column->renamed_from;
}

static bool is_new_dimension(const Grouped *grouped, const Dimensions *before,
                             const Dimension *dimension)
{
    Str name = dimension->output->name;
    const Column *stored = datafile_column(grouped->target->facts, name);
    return stored && stored->type && !is_aggregated_type(stored->type) &&
           !dimension_named(before, name) && !is_renamed(grouped, name) &&
           !forward_query_computes(grouped, name);
}

static Str extended_advice(const Grouped *grouped)
{
    Arena *arena = grouped->check->arena;
    if (grouped->check->classic)
        return STR("Populate a target beside the old one if old rows must be told apart.");
    const Rebuild *rebuild =
        rebuild_of(grouped->check->loader, grouped->check->diff, grouped->target);
    const char *keeps = grouped->target->datasource->forward_query ? "the FORWARD_QUERY"
                                                                   : "DEPLOYMENT_METHOD alter";
    if (rebuild->losses.len == 0)
        return str_fmt(arena,
                       "The sources still hold every row: without %s the deploy fills '%.*s' anew, "
                       "old rows included.",
                       keeps, STR_ARG(grouped->target->name));
    return str_fmt(arena,
                   "Nothing can tell old rows apart: %.*s. Say so to those who read the column.",
                   STR_ARG(rebuild->losses.items[0].text));
}

static void report_extended(const Grouped *grouped, const Strs *names, const Dimension *first)
{
    Arena *arena = grouped->check->arena;
    Str list = quoted_list(arena, names->items, names->len, 4);
    Finding finding = check_finding(grouped->check, RULE_TB413, grouped->pipe, names->items[0]);
    finding.related = (Places){0};
    finding.place = place_candidate(grouped->pipe->candidate, first->item->range, (Str){0});
    finding.candidate_meaning = str_join(arena, names->items, names->len, ", ");
    finding.message = str_fmt(
        arena,
        "Rows that '%.*s' already holds stay without %.*s: '%.*s' groups by %s only from now "
        "on.",
        STR_ARG(grouped->target->name), STR_ARG(list), STR_ARG(grouped->pipe->name),
        names->len == 1 ? "it" : "them");
    const Column *stored = datafile_column(grouped->target->facts, names->items[0]);
    vec_push(arena, &finding.related,
             place_candidate(grouped->target, stored->range, STR("the target's column")));
    Str value = type_default_sql(arena, stored->type);
    const ColumnChange *column =
        grouped->change ? diff_column(grouped->change, names->items[0]) : NULL;
    if (value.len && column && (column->bits & COLUMN_ADDED) && !stored->default_expr.text.len)
        vec_push(arena, &finding.details,
                 str_fmt(arena, "old rows  hold %.*s there", STR_ARG(value)));
    finding.advice = extended_advice(grouped);
    findings_add(grouped->check->findings, finding);
}

static void check_grouping(const Grouped *grouped, const View *live)
{
    Dimensions before = view_dimensions(grouped->check, live);
    Dimensions after = view_dimensions(grouped->check, grouped->view);
    Strs names = {0};
    const Dimension *first = NULL;
    for (size_t i = 0; i < after.len; i++) {
        if (!is_new_dimension(grouped, &before, &after.items[i]))
            continue;
        vec_push(grouped->check->arena, &names, after.items[i].output->name);
        if (!first)
            first = &after.items[i];
    }
    if (names.len)
        report_extended(grouped, &names, first);
}

/* Both versions group, and can be read. */
static bool can_compare(const View *live, const View *candidate)
{
    return live && candidate && live->group_by && candidate->group_by && live->target &&
           candidate->target && candidate->target->facts && candidate->target->datasource &&
           str_eq(live->target->name, candidate->target->name);
}

void materialized_grouping(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *pipe = check->diff->changes.items[i];
        if (pipe->kind != DATAFILE_PIPE || !pipe->live || !pipe->candidate || !pipe->query_changed)
            continue;
        const View *live = view_of(check->loader, pipe->live);
        const View *view = view_of(check->loader, pipe->candidate);
        if (!can_compare(live, view))
            continue;
        Grouped grouped = {check, pipe, view, view->target,
                           map_get(check->diff->datasources, view->target->name)};
        if (old_rows_stay(&grouped))
            check_grouping(&grouped, live);
    }
}
