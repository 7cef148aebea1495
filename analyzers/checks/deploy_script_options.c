/* Commands with an option too many or too few: TB802 (--fixtures), TB806 (--yes). */
#include "deploy_script.h"

/* ---- TB802 ---- */

/* One of the folders on the way to the file is named fixtures. */
static bool is_fixture(Str path)
{
    for (Str folder = path_dir(path); folder.len; folder = path_dir(folder))
        if (str_is(path_base(folder), "fixtures"))
            return true;
    return false;
}

static bool takes_fixtures(const TbCommand *command)
{
    if (command->verb == TB_DEPLOY || command->verb == TB_PUSH)
        return command->fixtures;
    for (size_t i = 1; command->verb == TB_APPEND && i < command->names.len; i++)
        if (is_fixture(command->names.items[i]))
            return true;
    return false;
}

static void report_fixtures(const DeployCheck *deploy, const DeployScript *script,
                            const TbCommand *command)
{
    Arena *arena = deploy->check->arena;
    Finding finding = script_finding(deploy, RULE_TB802, script->file, command->range);
    Str text = command_text(deploy, script, command);
    Str where = command->verb == TB_APPEND && command->names.len && command->names.items[0].len
                    ? quoted(arena, command->names.items[0])
                    : STR("the live data sources");
    finding.message = str_fmt(arena, "Test rows will go into %.*s: production runs %.*s.",
                              STR_ARG(where), STR_ARG(text));
    finding.candidate_meaning = text;
    finding.advice =
        script->role == SCRIPT_CD_DEPLOY
            ? STR("Leave the fixtures out of cd-deploy.sh; ci-deploy.sh runs in CI alone.")
            : str_fmt(arena,
                      "CI and production both run %.*s: append fixtures in "
                      "scripts/append_fixtures.sh, which CI alone runs.",
                      STR_ARG(path_base(script->file->path)));
    findings_add(deploy->check->findings, finding);
}

static void judge_fixtures(const DeployCheck *deploy)
{
    for (size_t i = 0; i < deploy->candidate->scripts.len; i++) {
        const DeployScript *script = &deploy->candidate->scripts.items[i];
        const TbCommands *commands = &script->runs[RUN_IN_PRODUCTION].commands;
        if (!script_is_judged(deploy, script))
            continue;
        for (size_t k = 0; k < commands->len; k++)
            if (commands->items[k].certain && takes_fixtures(&commands->items[k]))
                report_fixtures(deploy, script, &commands->items[k]);
    }
}

/* ---- TB806 ---- */

typedef VEC(const PlanStep *) Altered;

static Altered altered_datasources(const Check *check)
{
    Altered altered = {0};
    for (size_t i = 0; i < check->plan->steps.len; i++) {
        const PlanStep *step = &check->plan->steps.items[i];
        if (step->kind == DATAFILE_DATASOURCE && step->action == ACTION_ALTER && step->change &&
            step->change->live && step->change->candidate && !step->change->candidate->vendored)
            vec_push(check->arena, &altered, step);
    }
    return altered;
}

static Range altered_range(const ResourceChange *change)
{
    for (size_t i = 0; i < change->columns.len; i++)
        if (change->columns.items[i].candidate)
            return change->columns.items[i].candidate->range;
    if (change->ttl_changed && change->candidate->datasource)
        return change->candidate->datasource->ttl_token.range;
    return (Range){0, 0};
}

static void judge_yes(const DeployCheck *deploy, const DeployScript *script, const ScriptRun *run,
                      size_t at)
{
    const Check *check = deploy->check;
    const TbCommand *command = &run->commands.items[at];
    bool asks = command->verb == TB_DEPLOY && command->certain && !command->yes &&
                !command->is_open && !command->has_input;
    Altered altered = asks ? altered_datasources(check) : (Altered){0};
    if (altered.len == 0)
        return;
    Strs names = {0};
    Finding finding = script_finding(deploy, RULE_TB806, script->file, command->range);
    for (size_t i = 0; i < altered.len; i++) {
        const PlanStep *step = altered.items[i];
        vec_push(check->arena, &names, step->name);
        Str why = step->why.len ? step->why.items[0] : STR("altered");
        if (i < 3)
            vec_push(check->arena, &finding.related,
                     place_candidate(step->change->candidate, altered_range(step->change), why));
    }
    finding.message = str_fmt(
        check->arena, "The deploy will stop and ask before it alters %.*s: %.*s lacks --yes.",
        STR_ARG(quoted_list(check->arena, names.items, names.len, 3)),
        STR_ARG(command_text(deploy, script, command)));
    finding.candidate_meaning = str_join(check->arena, names.items, names.len, ",");
    finding.advice =
        STR("Nobody answers in CI: add --yes, once the change to the data source is what "
            "you want.");
    findings_add(check->findings, finding);
}

void deploy_script_options(const DeployCheck *deploy)
{
    judge_fixtures(deploy);
    each_command(deploy, RUN_IN_PRODUCTION, judge_yes);
}
