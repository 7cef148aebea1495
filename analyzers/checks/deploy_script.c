/* deploy_script.c: the family, and what its rules share. */
#include "deploy_script.h"

bool script_is_judged(const DeployCheck *deploy, const DeployScript *script)
{
    bool runs = str_eq(script->version, deploy->candidate->folder);
    return runs && (script->changed || deploy->bumped || deploy->check->loader->everything);
}

Str command_text(const DeployCheck *deploy, const DeployScript *script, const TbCommand *command)
{
    enum { SHOWN = 60 };
    Str text = str_range(script->file->text, command->range);
    Buf buf = {0};
    bool blank = false;
    for (size_t i = 0; i < text.len && buf.len < SHOWN; i++) {
        char c = text.ptr[i];
        bool continued = c == '\\' && i + 1 < text.len && strchr("\r\n", text.ptr[i + 1]);
        if (continued || strchr(" \t\r\n", c)) {
            blank = buf.len > 0;
            continue;
        }
        if (blank)
            buf_add_char(&buf, ' ');
        blank = false;
        buf_add_char(&buf, c);
    }
    if (buf.len >= SHOWN)
        buf_add(&buf, "...");
    Str copy = quoted(deploy->check->arena, buf_str(&buf));
    buf_free(&buf);
    return copy;
}

static Range first_line(const DeployCheck *deploy, SourceFile *file)
{
    if (!file->loaded)
        return (Range){0, 0};
    Str line = lines_text(source_file_lines(deploy->check->arena, file), 1);
    return (Range){0, (uint32_t)str_trim(line).len};
}

Place script_place(const DeployCheck *deploy, SourceFile *file, Range range, const char *message)
{
    if (range_is_empty(range))
        range = first_line(deploy, file);
    return (Place){SIDE_CANDIDATE, file, range, str_of(message)};
}

Finding script_finding(const DeployCheck *deploy, RuleId rule, SourceFile *file, Range range)
{
    return (Finding){
        .rule = rule,
        .severity = rule_get(rule)->severity,
        .project = deploy->check->diff->sides.candidate->root,
        .resource = file->path,
        .place = script_place(deploy, file, range, ""),
    };
}

static bool runs_there(const ScriptRun *run, Range range)
{
    for (size_t i = 0; i < run->commands.len; i++)
        if (run->commands.items[i].range.start == range.start)
            return true;
    return false;
}

void each_command(const DeployCheck *deploy, RunPlace first, CommandVisit visit)
{
    RunPlace second = first == RUN_IN_CI ? RUN_IN_PRODUCTION : RUN_IN_CI;
    for (size_t i = 0; i < deploy->candidate->scripts.len; i++) {
        const DeployScript *script = &deploy->candidate->scripts.items[i];
        if (!script->readable || !script_is_judged(deploy, script))
            continue;
        const ScriptRun *run = &script->runs[first];
        for (size_t k = 0; k < run->commands.len; k++)
            visit(deploy, script, run, k);
        run = &script->runs[second];
        for (size_t k = 0; k < run->commands.len; k++)
            if (!runs_there(&script->runs[first], run->commands.items[k].range))
                visit(deploy, script, run, k);
    }
}

void deploy_scripts(const Check *check)
{
    const ProjectPair *files = check->diff->sides.files;
    if (!check->classic)
        return;
    DeployCheck deploy = {
        .check = check,
        .candidate = deploy_facts(check->loader, files, SIDE_CANDIDATE),
    };
    if (deploy.candidate->scripts.len == 0 && !deploy.candidate->settings)
        return;
    deploy.live = deploy_facts(check->loader, files, SIDE_LIVE);
    deploy.bumped = deploy.live->version.len && deploy.candidate->version.len &&
                    !str_eq(deploy.live->version, deploy.candidate->version);
    deploy_script_files(&deploy);
    deploy_script_options(&deploy);
    deploy_script_populate(&deploy);
    deploy_script_params(&deploy);
}
