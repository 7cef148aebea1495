/* Scripts that will not run, or run once more: TB804 (run bit), TB805 (version). */
#include "deploy_script.h"

#include <stdlib.h>

/* ---- TB804 ---- */

static void judge_run_bit(const DeployCheck *deploy, const DeployScript *script)
{
    Arena *arena = deploy->check->arena;
    bool can_have = script->file->trouble == FILE_OK && script->file->loaded;
    if (!can_have || script->file->executable || !script_is_judged(deploy, script))
        return;
    Finding finding = script_finding(deploy, RULE_TB804, script->file, (Range){0, 0});
    const char *what = script->role == SCRIPT_CD_DEPLOY ? "production deploy" : "CI job";
    finding.message = str_fmt(arena, "The %s will fail: '%.*s' has no run bit.", what,
                              STR_ARG(script->file->path));
    finding.candidate_meaning = STR("not executable");
    finding.advice =
        str_fmt(arena, "git update-index --add --chmod=+x %.*s", STR_ARG(script->file->path));
    findings_add(deploy->check->findings, finding);
}

/* ---- versions ---- */

enum { VERSION_PARTS = 4 };

/* 1.2.3-4 as numbers; false for any other form. */
static bool read_version(Str text, unsigned long parts[VERSION_PARTS])
{
    size_t part = 0;
    bool digits = false;
    memset(parts, 0, VERSION_PARTS * sizeof *parts);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool separates = digits && (part < 2 ? c == '.' : part == 2 && c == '-');
        if (separates) {
            part++;
            digits = false;
        } else if (c >= '0' && c <= '9' && parts[part] < 100000000) {
            parts[part] = parts[part] * 10 + (unsigned long)(c - '0');
            digits = true;
        } else {
            return false;
        }
    }
    return digits && part >= 2;
}

static bool is_before(Str a, Str b)
{
    unsigned long first[VERSION_PARTS];
    unsigned long second[VERSION_PARTS];
    if (!read_version(a, first) || !read_version(b, second))
        return false;
    for (size_t i = 0; i < VERSION_PARTS; i++)
        if (first[i] != second[i])
            return first[i] < second[i];
    return false;
}

static const DeployScript *first_of(const DeployFacts *facts, Str version)
{
    for (size_t i = 0; i < facts->scripts.len; i++)
        if (str_eq(facts->scripts.items[i].version, version))
            return &facts->scripts.items[i];
    return NULL;
}

/* ---- TB805: a folder that will not run ---- */

/* A change that brings several versions at once runs the last; the older ones are history. */
static bool is_history(const DeployCheck *deploy, Str version)
{
    Str current = deploy->candidate->version;
    bool brings_current = first_of(deploy->candidate, current) && !first_of(deploy->live, current);
    return brings_current && is_before(version, current);
}

static bool is_left_out(const DeployCheck *deploy, const DeployScript *script)
{
    Str version = deploy->candidate->version;
    if (!script->changed || version.len == 0 || str_eq(script->version, version))
        return false;
    bool is_new = !first_of(deploy->live, script->version);
    bool was_live = deploy->bumped && str_eq(script->version, deploy->live->version);
    return (is_new && !is_history(deploy, script->version)) || was_live;
}

static void report_left_out(const DeployCheck *deploy, const DeployScript *script)
{
    Arena *arena = deploy->check->arena;
    Finding finding = script_finding(deploy, RULE_TB805, script->file, (Range){0, 0});
    Str folder = path_dir(script->file->path);
    SourceFile *settings = deploy->candidate->settings;
    finding.message =
        str_fmt(arena, "The scripts of '%.*s' will not run: VERSION in '%.*s' %s %.*s.",
                STR_ARG(folder), STR_ARG(settings->path), deploy->bumped ? "becomes" : "stays",
                STR_ARG(deploy->candidate->version));
    finding.subject = script->version;
    finding.candidate_meaning = deploy->candidate->version;
    finding.advice = str_fmt(arena, "Set VERSION=%.*s, or name the folder deploy/%.*s.",
                             STR_ARG(script->version), STR_ARG(deploy->candidate->version));
    vec_push(
        arena, &finding.related,
        script_place(deploy, settings, deploy->candidate->version_range, "the version that runs"));
    findings_add(deploy->check->findings, finding);
}

/* One finding for each folder, at its first script. */
static bool judge_folders(const DeployCheck *deploy)
{
    const DeployScripts *scripts = &deploy->candidate->scripts;
    bool any = false;
    Str last = STR("");
    for (size_t i = 0; i < scripts->len; i++) {
        const DeployScript *script = &scripts->items[i];
        if (!is_left_out(deploy, script) || str_eq(script->version, last))
            continue;
        last = script->version;
        any = true;
        report_left_out(deploy, script);
    }
    return any;
}

/* ---- TB805: a version without a folder ---- */

static const ResourceChange *first_unfilled(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++)
        if (view_wants_filling(check, check->diff->changes.items[i]))
            return check->diff->changes.items[i];
    return NULL;
}

static void judge_missing_folder(const DeployCheck *deploy)
{
    Arena *arena = deploy->check->arena;
    const DeployFacts *candidate = deploy->candidate;
    bool used_scripts = deploy->bumped && first_of(deploy->live, deploy->live->version);
    if (!used_scripts || first_of(candidate, candidate->version))
        return;
    const ResourceChange *view = first_unfilled(deploy->check);
    if (!view)
        return;
    Finding finding =
        script_finding(deploy, RULE_TB805, candidate->settings, candidate->version_range);
    finding.message = str_fmt(
        arena,
        "Nothing will fill '%.*s': version %.*s has no deploy folder, so plain tb deploy runs.",
        STR_ARG(view->name), STR_ARG(candidate->version));
    finding.subject = candidate->version;
    finding.candidate_meaning = STR("no folder");
    finding.advice = str_fmt(arena, "Write deploy/%.*s/postdeploy.sh, or fill the view by hand.",
                             STR_ARG(candidate->version));
    vec_push(arena, &finding.related,
             place_candidate(view->candidate, (Range){0, 0}, STR("a new view")));
    findings_add(deploy->check->findings, finding);
}

/* ---- TB805: a version that was not raised ---- */

static bool replaces(const TbCommand *command, const Resource *pipe)
{
    if (command->truncate || command->replace)
        return true;
    const Instructions *all = &pipe->facts->instructions;
    for (size_t i = 0; i < all->len; i++)
        if (str_is_nocase(all->items[i].word.text, "COPY_MODE"))
            return !str_is_nocase(str_trim(all->items[i].value.text), "append");
    return false;
}

/* Running it twice leaves its rows twice. */
static bool doubles_rows(const DeployCheck *deploy, const TbCommand *command)
{
    bool fills = command->verb == TB_POPULATE || command->verb == TB_COPY;
    if (!fills || !command->certain || command->names.len == 0)
        return false;
    const Resource *pipe =
        project_find(deploy->check->diff->sides.candidate, DATAFILE_PIPE, command->names.items[0]);
    return pipe && pipe->facts && pipe->other && !replaces(command, pipe);
}

static void report_again(const DeployCheck *deploy, const DeployScript *script,
                         const TbCommand *command)
{
    Arena *arena = deploy->check->arena;
    const DeployFacts *candidate = deploy->candidate;
    Finding finding =
        script_finding(deploy, RULE_TB805, candidate->settings, candidate->version_range);
    Str text = command_text(deploy, script, command);
    finding.message = str_fmt(
        arena, "The deploy will run %.*s once more, and rows may come twice: VERSION stays %.*s.",
        STR_ARG(text), STR_ARG(candidate->version));
    finding.subject = command->names.items[0];
    finding.candidate_meaning = text;
    finding.advice = STR("Raise VERSION: as long as it stays, its scripts run with every deploy.");
    vec_push(arena, &finding.related,
             script_place(deploy, script->file, command->range,
                          "runs with every deploy of this version"));
    findings_add(deploy->check->findings, finding);
}

static void judge_not_raised(const DeployCheck *deploy)
{
    bool same = deploy->candidate->version.len && !deploy->bumped &&
                str_eq(deploy->candidate->version, deploy->live->version);
    if (!same || deploy->check->diff->changes.len == 0)
        return;
    for (size_t i = 0; i < deploy->candidate->scripts.len; i++) {
        const DeployScript *script = &deploy->candidate->scripts.items[i];
        const TbCommands *commands = &script->runs[RUN_IN_PRODUCTION].commands;
        bool ran = str_eq(script->version, deploy->candidate->version) && !script->changed;
        for (size_t k = 0; ran && k < commands->len; k++)
            if (doubles_rows(deploy, &commands->items[k]))
                report_again(deploy, script, &commands->items[k]);
    }
}

void deploy_script_files(const DeployCheck *deploy)
{
    for (size_t i = 0; i < deploy->candidate->scripts.len; i++)
        judge_run_bit(deploy, &deploy->candidate->scripts.items[i]);
    if (!deploy->candidate->settings)
        return;
    if (!judge_folders(deploy))
        judge_missing_folder(deploy);
    judge_not_raised(deploy);
}
