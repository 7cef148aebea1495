/* What a copy gives and what its target takes; who supplies its parameters. TB707, TB708. */
#include "connector.h"

#include "model/lineage.h"
#include "model/pipe_parameters.h"

/* ---- TB707: output and target ---- */

static Range target_range(const Resource *pipe)
{
    const Instruction *target = typed_instruction(pipe, KEYWORD_TARGET_DATASOURCE);
    return target ? target->range : (Range){0, 0};
}

static void report_missing_target(const Check *check, const Resource *pipe, Findings *findings)
{
    Str target = pipe->pipe->target;
    Finding finding = check_single_finding(pipe, RULE_TB707, target_range(pipe), target);
    finding.message =
        str_fmt(check->arena,
                "Copy '%.*s' writes to '%.*s', which is not in the project: it cannot "
                "run.",
                STR_ARG(pipe->name), STR_ARG(target));
    finding.candidate_meaning = target;
    finding.advice = STR("Add the data source, or name another one in TARGET_DATASOURCE.");
    findings_add(findings, finding);
}

/* Columns that the copy gives and the target lacks. */
static Strs unknown_columns(Arena *arena, const Output *output, const Datafile *target)
{
    Strs names = {0};
    for (size_t i = 0; i < output->columns.len; i++) {
        if (!datafile_column(target, output->columns.items[i].name))
            vec_push(arena, &names, output->columns.items[i].name);
    }
    return names;
}

static bool is_aggregate_state(const Type *type)
{
    return type && type_is(type, "AggregateFunction");
}

/* A plain value is no state and a state is no plain value; all else may convert. */
static Strs unfit_columns(Arena *arena, const Output *output, const Datafile *target)
{
    Strs names = {0};
    for (size_t i = 0; i < output->columns.len; i++) {
        const OutputColumn *given = &output->columns.items[i];
        const Column *taken = datafile_column(target, given->name);
        if (taken && taken->type && given->type &&
            is_aggregate_state(given->type) != is_aggregate_state(taken->type))
            vec_push(arena, &names, given->name);
    }
    return names;
}

static Finding mismatch_finding(const Check *check, const Resource *pipe, const Resource *target,
                                const Strs *names)
{
    Finding finding = check_single_finding(pipe, RULE_TB707, target_range(pipe), target->name);
    const OutputColumn *first = output_column(pipe_output(check->loader, pipe), names->items[0]);
    if (first && !range_is_empty(first->range))
        finding.place.range = first->range;
    finding.candidate_meaning = str_join(check->arena, names->items, names->len, ",");
    finding.live_meaning = pipe->name;
    vec_push(check->arena, &finding.related,
             (Place){pipe->project->side, target->file, (Range){0, 0}, STR("the target")});
    return finding;
}

static void report_unknown_columns(const Check *check, const Resource *pipe, const Resource *target,
                                   const Strs *names, Findings *findings)
{
    Finding finding = mismatch_finding(check, pipe, target, names);
    finding.message = str_fmt(
        check->arena, "Copy '%.*s' gives %.*s, which '%.*s' does not have: its runs will fail.",
        STR_ARG(pipe->name), STR_ARG(quoted_list(check->arena, names->items, names->len, 4)),
        STR_ARG(target->name));
    finding.advice = str_fmt(check->arena, "Add %s to '%.*s', or leave %s out of the query.",
                             names->len == 1 ? "the column" : "the columns", STR_ARG(target->name),
                             names->len == 1 ? "it" : "them");
    findings_add(findings, finding);
}

static void report_unfit_columns(const Check *check, const Resource *pipe, const Resource *target,
                                 const Strs *names, Findings *findings)
{
    Finding finding = mismatch_finding(check, pipe, target, names);
    finding.message = str_fmt(
        check->arena,
        "Copy '%.*s' and '%.*s' do not agree whether %.*s %s an aggregate state: its runs will "
        "fail.",
        STR_ARG(pipe->name), STR_ARG(target->name),
        STR_ARG(quoted_list(check->arena, names->items, names->len, 4)),
        names->len == 1 ? "holds" : "hold");
    finding.advice = STR("Give -State(...) for an AggregateFunction column, and -Merge(...) for a "
                         "plain one.");
    findings_add(findings, finding);
}

/* Said where this change touches the copy or its target: the others are as they were. */
static void say_unknown_output(const Check *check, const Resource *pipe, const Resource *target,
                               const Output *output)
{
    if (pipe->project->side != SIDE_CANDIDATE || (!pipe->changed && !target->changed))
        return;
    Str why = output->gap.len ? output->gap : STR("its columns are not known");
    check_unjudged(check, pipe->file, output->gap_range,
                   str_fmt(check->arena,
                           "the columns of copy '%.*s' could not be compared with '%.*s': %.*s",
                           STR_ARG(pipe->name), STR_ARG(target->name), STR_ARG(why)));
}

void check_copy_output(const Check *check, const Resource *pipe, Findings *findings)
{
    const Resource *target = project_find(pipe->project, DATAFILE_DATASOURCE, pipe->pipe->target);
    if (!target) {
        if (pipe->pipe->target.len)
            report_missing_target(check, pipe, findings);
        return;
    }
    const Output *output = pipe_output(check->loader, pipe);
    if (!target->facts || !target->facts->has_schema || !output)
        return;
    if (!output->known) {
        say_unknown_output(check, pipe, target, output);
        return;
    }
    Strs unknown = unknown_columns(check->arena, output, target->facts);
    Strs unfit = unfit_columns(check->arena, output, target->facts);
    if (unknown.len)
        report_unknown_columns(check, pipe, target, &unknown, findings);
    else if (unfit.len)
        report_unfit_columns(check, pipe, target, &unfit, findings);
}

/* ---- TB708: parameters of a scheduled copy ---- */

static bool is_scheduled(const Resource *pipe)
{
    Str schedule = typed_value(pipe, KEYWORD_COPY_SCHEDULE);
    return schedule.len && !str_is_nocase(schedule, "@on-demand");
}

/* The platform sets it for each run. */
static bool is_predefined(Str name)
{
    return str_is(name, "job_timestamp");
}

static void report_parameter(const Check *check, const Resource *pipe, const PipeParameter *used,
                             Findings *findings)
{
    const Parameter *parameter = &used->parameter;
    Finding finding = check_single_finding(pipe, RULE_TB708, parameter->range, parameter->name);
    finding.place.file = used->pipe->file;
    finding.message = str_fmt(
        check->arena,
        "Copy '%.*s' runs on a schedule, but its parameter '%.*s' has no default: every run will "
        "fail.",
        STR_ARG(pipe->name), STR_ARG(parameter->name));
    finding.candidate_meaning = parameter->name;
    finding.live_meaning = pipe->name;
    finding.advice =
        str_fmt(check->arena, "Give '%.*s' a default, or use COPY_SCHEDULE @on-demand.",
                STR_ARG(parameter->name));
    findings_add(findings, finding);
}

void check_copy_parameters(const Check *check, const Resource *pipe, Findings *findings)
{
    const PipeParameters *all = is_scheduled(pipe) ? pipe_parameters(check->loader, pipe) : NULL;
    for (size_t i = 0; all && i < all->items.len; i++) {
        const PipeParameter *used = &all->items.items[i];
        if (used->parameter.needed && !is_predefined(used->parameter.name))
            report_parameter(check, pipe, used, findings);
    }
}
