/* What CI fills and production does not, and tests that do not wait: TB801, TB803. */
#include "deploy_script.h"
#include "model/migration.h"
#include "model/view.h"

/* ---- something to fill ---- */

/* The rows of a view that looks forward come by themselves: a sync pipe, a filter on new rows. */
static bool looks_forward(const Check *check, const Resource *pipe)
{
    CutoffFilter filter = cutoff_filter_read(check->loader, pipe->project, pipe);
    return (filter.lower.present || filter.moving_lower.present) && !filter.upper.present &&
           !filter.moving_upper.present;
}

/* A Null engine keeps no rows, and a data source that comes with the change has none yet. */
static bool has_rows(const Resource *source)
{
    const Resource *live = source->other;
    if (!live)
        return false;
    return !live->datasource || !str_is_nocase(live->datasource->engine, "Null");
}

/* The view went on under another name, or another one gave the same rows before. */
static bool is_successor(const Check *check, const ResourceChange *change, const View *view)
{
    const Resource *target = view->target ? view->target->other : NULL;
    if (change->renamed_from)
        return true;
    for (size_t i = 0; target && i < target->writers.len; i++) {
        const View *before = view_of(check->loader, target->writers.items[i]);
        if (before && view_same(check->loader, before, view))
            return true;
    }
    return false;
}

static bool is_new_pipe(const ResourceChange *change, PipeType type)
{
    const Resource *pipe = change->candidate;
    if (change->kind != DATAFILE_PIPE || !pipe || !pipe->pipe || pipe->pipe->type != type)
        return false;
    return !change->live || (change->live->pipe && change->live->pipe->type != type);
}

bool view_wants_filling(const Check *check, const ResourceChange *change)
{
    if (!is_new_pipe(change, PIPE_MATERIALIZED))
        return false;
    const View *view = view_of(check->loader, change->candidate);
    bool any = false;
    for (size_t i = 0; view && i < view->sources.len; i++)
        any = any || has_rows(view->sources.items[i]);
    return any && !is_successor(check, change, view) && !looks_forward(check, change->candidate);
}

/* ---- TB801 ---- */

typedef struct {
    const DeployScript *script;
    const TbCommand *command;
} ScriptCommand;

/* The first command that surely fills the pipe there. */
static ScriptCommand filled_by(const DeployCheck *deploy, RunPlace place, Str pipe, bool is_view)
{
    for (int role = 0; role < SCRIPT_ROLES; role++) {
        const DeployScript *script = deploy_script(deploy->candidate, (ScriptRole)role);
        const ScriptRun *run = script ? &script->runs[place] : NULL;
        for (size_t i = 0; run && i < run->commands.len; i++) {
            const TbCommand *command = &run->commands.items[i];
            if (command->certain && tb_fills(command, pipe, is_view, false))
                return (ScriptCommand){script, command};
        }
    }
    return (ScriptCommand){0};
}

/* Anything that production runs may fill it. */
static bool may_fill(const DeployCheck *deploy, Str pipe, bool is_view)
{
    for (int role = 0; role < SCRIPT_ROLES; role++) {
        const DeployScript *script = deploy_script(deploy->candidate, (ScriptRole)role);
        if (!script || !script_runs_in((ScriptRole)role, RUN_IN_PRODUCTION))
            continue;
        const ScriptRun *run = &script->runs[RUN_IN_PRODUCTION];
        if (!script->readable || !run->complete)
            return true;
        for (size_t i = 0; i < run->commands.len; i++)
            if (tb_fills(&run->commands.items[i], pipe, is_view, true))
                return true;
    }
    return false;
}

/* What production runs in place of it: tb deploy in its scripts. No script: the plain command. */
static ScriptCommand production_deploy(const DeployCheck *deploy)
{
    ScriptCommand found = {0};
    static const ScriptRole roles[] = {SCRIPT_POSTDEPLOY, SCRIPT_DEPLOY, SCRIPT_CD_DEPLOY};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        const DeployScript *script = deploy_script(deploy->candidate, roles[i]);
        const ScriptRun *run = script ? &script->runs[RUN_IN_PRODUCTION] : NULL;
        if (script)
            found = (ScriptCommand){script, NULL};
        for (size_t k = 0; run && k < run->commands.len; k++)
            if (run->commands.items[k].verb == TB_DEPLOY)
                found.command = &run->commands.items[k];
    }
    return found;
}

static Str missing_message(const DeployCheck *deploy, const ResourceChange *change, bool is_view)
{
    Arena *arena = deploy->check->arena;
    Str pipe = change->name;
    Str target = change->candidate->pipe->target;
    if (!is_view)
        return str_fmt(arena,
                       "'%.*s' will stay without the rows of '%.*s': CI runs that copy, production "
                       "does not.",
                       STR_ARG(target), STR_ARG(pipe));
    return str_fmt(arena,
                   "'%.*s' will lack the rows from before the deploy: CI populates '%.*s', "
                   "production does not.",
                   STR_ARG(target), STR_ARG(pipe));
}

static void report_missing(const DeployCheck *deploy, const ResourceChange *change, bool is_view,
                           ScriptCommand ci)
{
    Arena *arena = deploy->check->arena;
    ScriptCommand production = production_deploy(deploy);
    bool has_script = production.script != NULL;
    const DeployScript *script = has_script ? production.script : ci.script;
    Range range = has_script ? (Range){0, 0} : ci.command->range;
    if (production.command)
        range = production.command->range;
    Finding finding = script_finding(deploy, RULE_TB801, script->file, range);
    finding.message = missing_message(deploy, change, is_view);
    finding.subject = change->name;
    finding.candidate_meaning = command_text(deploy, ci.script, ci.command);
    /* Without a script of its own, production may well be filled by hand. */
    if (!has_script)
        finding.severity = SEVERITY_WARNING;
    else if (script != ci.script || range.start != ci.command->range.start)
        vec_push(arena, &finding.related,
                 script_place(deploy, ci.script->file, ci.command->range, "CI fills it here"));
    vec_push(arena, &finding.related,
             place_candidate(change->candidate, (Range){0, 0},
                             is_view ? STR("the new view") : STR("the new copy")));
    const char *how = is_view ? "tb pipe populate" : "tb pipe copy run";
    Str folder = path_dir(script->file->path);
    finding.advice =
        script->role == SCRIPT_CI_DEPLOY
            ? str_fmt(arena,
                      "Write %.*s/cd-deploy.sh with the same fill, or run %s %.*s --wait by "
                      "hand after the merge.",
                      STR_ARG(folder), how, STR_ARG(change->name))
        : is_view ? STR("Production needs it, too: tb deploy --populate --wait.")
                  : str_fmt(arena, "Production needs it, too: %s %.*s --wait --yes.", how,
                            STR_ARG(change->name));
    findings_add(deploy->check->findings, finding);
}

static void judge_missing(const DeployCheck *deploy, const ResourceChange *change)
{
    bool is_view = view_wants_filling(deploy->check, change);
    bool is_copy = !is_view && is_new_pipe(change, PIPE_COPY) && runs_on_demand(change->candidate);
    if (!is_view && !is_copy)
        return;
    ScriptCommand ci = filled_by(deploy, RUN_IN_CI, change->name, is_view);
    if (ci.command && !may_fill(deploy, change->name, is_view))
        report_missing(deploy, change, is_view, ci);
}

static bool judges_any(const DeployCheck *deploy)
{
    for (size_t i = 0; i < deploy->candidate->scripts.len; i++)
        if (script_is_judged(deploy, &deploy->candidate->scripts.items[i]))
            return true;
    return false;
}

/* ---- TB803 ---- */

static bool has_tests(const DeployCheck *deploy)
{
    const FilePairs *others = &deploy->check->diff->sides.files->others;
    for (size_t i = 0; i < others->len; i++) {
        const SourceFile *file = others->items[i].candidate;
        /* regression.yaml sets up the comparison of endpoints. */
        if (file && path_kind(file->path) == PATH_TEST &&
            !str_starts(path_base(file->path), "regression."))
            return true;
    }
    return false;
}

/* A view that the change brings or edits: tb deploy --populate fills no other. */
static bool pushes_a_view(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        const Resource *pipe = change->candidate;
        if (change->kind == DATAFILE_PIPE && pipe && pipe->pipe &&
            pipe->pipe->type == PIPE_MATERIALIZED && !looks_forward(check, pipe))
            return true;
    }
    return false;
}

static bool starts_job(const DeployCheck *deploy, const TbCommand *command)
{
    if (command->verb == TB_DEPLOY || command->verb == TB_PUSH)
        return command->populate && deploy->pushes_views;
    return command->verb == TB_POPULATE || command->verb == TB_COPY;
}

static bool is_awaited(const ScriptRun *run, size_t at)
{
    const TbCommand *command = &run->commands.items[at];
    bool collected = !command->background;
    for (size_t i = at + 1; i < run->commands.len && !collected; i++)
        collected = run->commands.items[i].verb == TB_WAIT;
    return command->is_open || (command->wait && collected);
}

static const TbCommand *test_behind(const ScriptRun *run, size_t at)
{
    for (size_t i = at + 1; i < run->commands.len; i++)
        if (run->commands.items[i].verb == TB_TEST && run->commands.items[i].certain)
            return &run->commands.items[i];
    return NULL;
}

static void judge_wait(const DeployCheck *deploy, const DeployScript *script, const ScriptRun *run,
                       size_t at)
{
    Arena *arena = deploy->check->arena;
    const TbCommand *command = &run->commands.items[at];
    if (!command->certain || !starts_job(deploy, command) || is_awaited(run, at))
        return;
    const TbCommand *test = test_behind(run, at);
    bool in_ci = run == &script->runs[RUN_IN_CI];
    if (!test && !(in_ci && has_tests(deploy)))
        return;
    Finding finding = script_finding(deploy, RULE_TB803, script->file, command->range);
    Str text = command_text(deploy, script, command);
    bool in_background = command->wait && command->background;
    finding.message = str_fmt(arena, "The tests will run before the %s has ended: %.*s %s.",
                              command->verb == TB_COPY ? "copy" : "populate", STR_ARG(text),
                              in_background ? "runs in the background" : "does not wait for it");
    finding.candidate_meaning = text;
    finding.advice = in_background ? STR("Collect it with wait, or leave the & out.")
                                   : STR("Add --wait, so that the tests see all rows.");
    if (test)
        vec_push(arena, &finding.related,
                 script_place(deploy, script->file, test->range, "reads what is not there yet"));
    findings_add(deploy->check->findings, finding);
}

void deploy_script_populate(const DeployCheck *deploy)
{
    if (!judges_any(deploy))
        return;
    for (size_t i = 0; i < deploy->check->diff->changes.len; i++)
        judge_missing(deploy, deploy->check->diff->changes.items[i]);
    DeployCheck waiting = *deploy;
    waiting.pushes_views = pushes_a_view(deploy->check);
    each_command(&waiting, RUN_IN_CI, judge_wait);
}
