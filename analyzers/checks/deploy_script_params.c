/* TB807: the --param of a script against the parameters of the pipe. */
#include "deploy_script.h"
#include "model/pipe_parameters.h"

typedef struct {
    const DeployCheck *deploy;
    const DeployScript *script;
    const TbCommand *command;
    const Resource *pipe;
    const PipeParameters *declared;
    const TbParam *unknown;       /* the first that is passed and not declared */
    const PipeParameter *missing; /* the first that a call needs and that is not passed */
} Match;

static bool is_passed(const TbCommand *command, Str name)
{
    for (size_t i = 0; i < command->params.len; i++)
        if (str_eq(command->params.items[i].name, name))
            return true;
    return false;
}

static void find_differences(Match *match)
{
    const TbCommand *command = match->command;
    for (size_t i = 0; i < command->params.len && !match->unknown; i++) {
        const TbParam *param = &command->params.items[i];
        if (param->is_complete && !pipe_parameter(match->declared, param->name))
            match->unknown = param;
    }
    /* A word that is not known may pass it. */
    bool says_all = command->verb == TB_COPY && !command->is_open;
    for (size_t i = 0; says_all && i < match->declared->items.len && !match->missing; i++) {
        const PipeParameter *parameter = &match->declared->items.items[i];
        if (parameter->parameter.needed && !is_passed(command, parameter->parameter.name))
            match->missing = parameter;
    }
}

/* start of start_timestamp. */
static Str first_part(Str name)
{
    ptrdiff_t end = str_find_char(name, '_');
    return end < 0 ? name : str_slice(name, 0, (size_t)end);
}

/* What the author meant: a name that is not passed and much alike, or begins alike; else the one
 * that is missing. */
static const PipeParameter *meant(const Match *match)
{
    const PipeParameter *best = NULL;
    const PipeParameter *begins = NULL;
    Str unknown = match->unknown->name;
    size_t least = 1 + unknown.len / 2;
    for (size_t i = 0; i < match->declared->items.len; i++) {
        const PipeParameter *parameter = &match->declared->items.items[i];
        Str name = parameter->parameter.name;
        if (is_passed(match->command, name))
            continue;
        size_t distance = str_distance(unknown, name, least);
        if (distance < least) {
            least = distance;
            best = parameter;
        }
        if (!begins && str_eq(first_part(unknown), first_part(name)))
            begins = parameter;
    }
    best = best ? best : begins;
    return best ? best : match->missing;
}

static Place parameter_place(const PipeParameter *parameter, const char *message)
{
    return place_candidate(parameter->pipe, parameter->parameter.range, str_of(message));
}

static void describe_unknown(const Match *match, Finding *finding)
{
    Arena *arena = match->deploy->check->arena;
    const PipeParameter *other = meant(match);
    Str name = match->unknown->name;
    finding->message =
        str_fmt(arena, "'%.*s' will not get '%.*s': it declares no parameter of that name.",
                STR_ARG(match->pipe->name), STR_ARG(name));
    finding->subject = name;
    if (!other) {
        finding->advice =
            STR("Tinybird ignores what a pipe does not declare: leave it out, or declare "
                "it in the pipe.");
        return;
    }
    Str declared = other->parameter.name;
    if (other->parameter.needed)
        finding->message = str_fmt(arena, "%.*s '%.*s' is missing, and the run fails.",
                                   STR_ARG(finding->message), STR_ARG(declared));
    else if (other->parameter.has_default && other->parameter.default_text.len)
        finding->message =
            str_fmt(arena, "%.*s '%.*s' keeps its default %.*s.", STR_ARG(finding->message),
                    STR_ARG(declared), STR_ARG(other->parameter.default_text));
    finding->advice = str_fmt(arena, "Pass --param %.*s=... instead.", STR_ARG(declared));
    vec_push(arena, &finding->related, parameter_place(other, "declared here"));
}

static void describe_missing(const Match *match, Finding *finding)
{
    Arena *arena = match->deploy->check->arena;
    Str name = match->missing->parameter.name;
    finding->message = str_fmt(
        arena, "'%.*s' will fail: nothing passes its parameter '%.*s', which has no default.",
        STR_ARG(match->pipe->name), STR_ARG(name));
    finding->subject = name;
    finding->advice = str_fmt(arena, "Add --param %.*s=...", STR_ARG(name));
    vec_push(arena, &finding->related, parameter_place(match->missing, "declared here"));
}

static void report(const Match *match)
{
    const TbCommand *command = match->command;
    Range range = match->unknown ? match->unknown->range : command->range;
    Finding finding = script_finding(match->deploy, RULE_TB807, match->script->file, range);
    if (match->unknown)
        describe_unknown(match, &finding);
    else
        describe_missing(match, &finding);
    finding.candidate_meaning = command_text(match->deploy, match->script, command);
    findings_add(match->deploy->check->findings, finding);
}

static void judge(const DeployCheck *deploy, const DeployScript *script, const ScriptRun *run,
                  size_t at)
{
    const Check *check = deploy->check;
    const TbCommand *command = &run->commands.items[at];
    bool calls = command->verb == TB_COPY || (command->verb == TB_POPULATE && command->params.len);
    if (!calls || command->names.len == 0)
        return;
    Match match = {.deploy = deploy, .script = script, .command = command};
    match.pipe = project_find(check->diff->sides.candidate, DATAFILE_PIPE, command->names.items[0]);
    match.declared = match.pipe ? pipe_parameters(check->loader, match.pipe) : NULL;
    if (!match.declared)
        return;
    find_differences(&match);
    if (!match.unknown && !match.missing)
        return;
    if (match.declared->complete || !match.unknown) {
        report(&match);
        return;
    }
    check_unjudged(check, script->file, match.unknown->range,
                   str_fmt(check->arena,
                           "a parameter of '%.*s' could not be compared: not all of its "
                           "templates were read",
                           STR_ARG(match.pipe->name)));
}

void deploy_script_params(const DeployCheck *deploy)
{
    each_command(deploy, RUN_IN_PRODUCTION, judge);
}
