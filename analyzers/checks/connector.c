/* The connector family: what connectors read, what copies and sinks write. TB706, TB709 are here.
 */
#include "connector.h"

#include "model/lineage.h"

/* ---- instructions of the typed node ---- */

const Instruction *typed_instruction(const Resource *pipe, Keyword keyword)
{
    if (!pipe || !pipe->facts || !pipe->pipe || pipe->pipe->node < 0)
        return NULL;
    return datafile_find_in_node(pipe->facts, keyword, pipe->pipe->node);
}

Str typed_value(const Resource *pipe, Keyword keyword)
{
    const Instruction *instruction = typed_instruction(pipe, keyword);
    return instruction ? str_trim(instruction->value.text) : (Str){0};
}

bool is_pipe_of_type(const Resource *pipe, PipeType type)
{
    return pipe && pipe->facts && pipe->pipe && pipe->pipe->type == type;
}

/* ---- TB706: append and replace ---- */

static const Instruction *copy_mode(const Resource *pipe)
{
    const Instruction *mode = typed_instruction(pipe, KEYWORD_COPY_MODE);
    return mode ? mode : typed_instruction(pipe, KEYWORD_MODE);
}

static bool replaces(const Resource *pipe)
{
    const Instruction *mode = copy_mode(pipe);
    return mode && str_is_nocase(str_trim(mode->value.text), "replace");
}

/* The line that says the mode, else the one that names the target. */
static Range mode_range(const Resource *pipe)
{
    const Instruction *mode = copy_mode(pipe);
    if (!mode)
        mode = typed_instruction(pipe, KEYWORD_TARGET_DATASOURCE);
    return mode ? mode->range : (Range){0, 0};
}

static Str mode_message(const Check *check, const ResourceChange *change)
{
    Str target = change->candidate->pipe->target;
    if (replaces(change->candidate))
        return str_fmt(
            check->arena,
            "Copy '%.*s' changes from append to replace: its next run overwrites all rows "
            "of '%.*s'.",
            STR_ARG(change->name), STR_ARG(target));
    return str_fmt(check->arena,
                   "Copy '%.*s' changes from replace to append: its next run adds to the rows of "
                   "'%.*s' and may double them.",
                   STR_ARG(change->name), STR_ARG(target));
}

/* The target of both sides is there in live: a new one holds nothing to lose or to double. */
static bool keeps_target(const Check *check, const ResourceChange *change)
{
    Str target = change->candidate->pipe->target;
    return str_eq(target, change->live->pipe->target) &&
           project_find(check->diff->sides.live, DATAFILE_DATASOURCE, target) &&
           project_find(check->diff->sides.candidate, DATAFILE_DATASOURCE, target);
}

static void check_copy_mode(const Check *check, const ResourceChange *change)
{
    const Resource *live = change->live;
    const Resource *candidate = change->candidate;
    if (!is_pipe_of_type(live, PIPE_COPY) || !is_pipe_of_type(candidate, PIPE_COPY) ||
        replaces(live) == replaces(candidate) || !keeps_target(check, change))
        return;
    Finding finding = check_finding(check, RULE_TB706, change, STR("COPY_MODE"));
    finding.place = place_candidate(candidate, mode_range(candidate), (Str){0});
    vec_push(check->arena, &finding.related, place_live(live, mode_range(live), STR("live mode")));
    finding.message = mode_message(check, change);
    finding.live_meaning = replaces(live) ? STR("replace") : STR("append");
    finding.candidate_meaning = replaces(candidate) ? STR("replace") : STR("append");
    finding.advice =
        replaces(candidate)
            ? STR("Use replace only where each run gives the whole content; rows of "
                  "earlier runs are gone after the first.")
            : STR("With append, filter the query by a window that follows the schedule, "
                  "and empty the target once before the first run.");
    findings_add(check->findings, finding);
}

/* ---- TB709: sinks that overwrite ---- */

static Str export_strategy(const Resource *pipe)
{
    Str strategy = typed_value(pipe, KEYWORD_EXPORT_STRATEGY);
    return strategy.len ? strategy : typed_value(pipe, KEYWORD_EXPORT_WRITE_STRATEGY);
}

static bool overwrites(Str strategy)
{
    return str_is_nocase(strategy, "truncate") || str_is_nocase(strategy, "replace");
}

static bool holds(Arena *arena, Str text, const char *part)
{
    return str_find(str_lower(arena, text), part) >= 0;
}

/* {timestamp, '%Y'} or {date}: the name of the file follows the day. */
static bool is_dated(Arena *arena, Str template)
{
    for (Str rest = template; rest.len;) {
        ptrdiff_t open = str_find_char(rest, '{');
        if (open < 0)
            return false;
        rest = str_slice(rest, (size_t)open + 1, rest.len);
        ptrdiff_t close = str_find_char(rest, '}');
        if (close < 0)
            return false;
        Str part = str_slice(rest, 0, (size_t)close);
        if (str_find_char(part, '%') >= 0 || holds(arena, part, "date") ||
            holds(arena, part, "time") || holds(arena, part, "day") || holds(arena, part, "hour"))
            return true;
        rest = str_slice(rest, (size_t)close + 1, rest.len);
    }
    return false;
}

static void add_sink_finding(const Check *check, const ResourceChange *change, Keyword keyword,
                             Str live, Str candidate, Str message)
{
    const Instruction *now = typed_instruction(change->candidate, keyword);
    const Instruction *before = typed_instruction(change->live, keyword);
    Finding finding = check_finding(check, RULE_TB709, change, str_of(keyword_info(keyword)->word));
    if (now)
        finding.place = place_candidate(change->candidate, now->range, (Str){0});
    if (before)
        vec_push(check->arena, &finding.related,
                 place_live(change->live, before->range, STR("live value")));
    finding.message = message;
    finding.live_meaning = live;
    finding.candidate_meaning = candidate;
    finding.advice = STR("Export to a new prefix if the files written so far are still needed.");
    findings_add(check->findings, finding);
}

static void check_sink(const Check *check, const ResourceChange *change)
{
    Arena *arena = check->arena;
    if (!is_pipe_of_type(change->live, PIPE_SINK) || !is_pipe_of_type(change->candidate, PIPE_SINK))
        return;
    Str before = export_strategy(change->live);
    Str strategy = export_strategy(change->candidate);
    Str old_template = typed_value(change->live, KEYWORD_EXPORT_FILE_TEMPLATE);
    Str template = typed_value(change->candidate, KEYWORD_EXPORT_FILE_TEMPLATE);
    if (!overwrites(strategy))
        return;
    bool by_word = typed_instruction(change->candidate, KEYWORD_EXPORT_STRATEGY) != NULL;
    if (!overwrites(before))
        add_sink_finding(check, change,
                         by_word ? KEYWORD_EXPORT_STRATEGY : KEYWORD_EXPORT_WRITE_STRATEGY, before,
                         strategy,
                         str_fmt(arena,
                                 "Sink '%.*s' now exports with '%.*s': files that it already wrote "
                                 "will be overwritten.",
                                 STR_ARG(change->name), STR_ARG(strategy)));
    else if (is_dated(arena, old_template) && !is_dated(arena, template))
        add_sink_finding(check, change, KEYWORD_EXPORT_FILE_TEMPLATE, old_template, template,
                         str_fmt(arena,
                                 "The file names of sink '%.*s' lose their date: each run will "
                                 "overwrite the files of the last.",
                                 STR_ARG(change->name)));
}

/* ---- the family ---- */

void connector_changes(const Check *check)
{
    const Map *sharing = check_kafka_groups(check);
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (change->status != STATUS_MODIFIED || !change->live->facts || !change->candidate->facts)
            continue;
        if (change->kind == DATAFILE_PIPE) {
            check_copy_mode(check, change);
            check_sink(check, change);
        } else if (change->kind == DATAFILE_DATASOURCE && !change->candidate->vendored) {
            check_ingestion(check, change, sharing);
        }
    }
    check_import_queries(check);
}

void connector_copies(const Check *check, const Project *project, Findings *findings)
{
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        const Resource *pipe = map_value(project->pipes, i);
        if (!is_pipe_of_type(pipe, PIPE_COPY))
            continue;
        check_copy_output(check, pipe, findings);
        check_copy_parameters(check, pipe, findings);
    }
}
