/* Finds the deploy scripts of one side and follows those that can matter. */
#include "deploy_script.h"

#include <string.h>

#include "deploy_command.h"
#include "syntax/shell_run.h"

static const char *const ROLE_NAMES[] = {
    [SCRIPT_CI_DEPLOY] = "ci-deploy.sh",
    [SCRIPT_CD_DEPLOY] = "cd-deploy.sh",
    [SCRIPT_DEPLOY] = "deploy.sh",
    [SCRIPT_POSTDEPLOY] = "postdeploy.sh",
};

bool script_runs_in(ScriptRole role, RunPlace place)
{
    if (role == SCRIPT_CI_DEPLOY)
        return place == RUN_IN_CI;
    return role != SCRIPT_CD_DEPLOY || place == RUN_IN_PRODUCTION;
}

/* ---- files ---- */

static SourceFile *file_of(const FilePair *pair, Side side)
{
    return side == SIDE_LIVE ? pair->live : pair->candidate;
}

/* The path below the project's folder; empty when it is not there. */
static Str path_in_project(Str root, Str path)
{
    if (str_is(root, "."))
        return path;
    bool below = path.len > root.len && path.ptr[root.len] == '/' &&
                 str_eq(str_slice(path, 0, root.len), root);
    return below ? str_slice(path, root.len + 1, path.len) : STR("");
}

static bool role_of(Str name, ScriptRole *role)
{
    for (size_t i = 0; i < ARRAY_LEN(ROLE_NAMES); i++) {
        if (str_is(name, ROLE_NAMES[i])) {
            *role = (ScriptRole)i;
            return true;
        }
    }
    return false;
}

/* deploy/<version>/<role>.sh of this project, and nothing further down. */
static bool is_script(Str root, const SourceFile *file, DeployScript *script)
{
    if (path_kind(file->path) != PATH_DEPLOY_SCRIPT)
        return false;
    Str path = path_in_project(root, file->path);
    Str folder = path_dir(path);
    if (!str_is(path_dir(folder), "deploy") || !role_of(path_base(path), &script->role))
        return false;
    script->version = path_base(folder);
    return true;
}

static bool differs(const FilePair *pair)
{
    return !pair->live || !pair->candidate ||
           memcmp(&pair->live->id, &pair->candidate->id, sizeof(BlobId)) != 0 ||
           pair->live->executable != pair->candidate->executable;
}

static bool load_file(Loader *loader, SourceFile *file)
{
    Fault fault = {0};
    return file->loaded || (file->trouble == FILE_OK && loader->repo &&
                            source_file_load(loader->repo, file, &fault) == 0);
}

/* ---- .tinyenv ---- */

/* A value as the shell and the CI's own reader of NAME=value lines both take it. */
static Str plain_value(Str text)
{
    ptrdiff_t comment = str_find(text, " #");
    Str value = str_trim(comment < 0 ? text : str_slice(text, 0, (size_t)comment));
    bool quoted = value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
                  value.ptr[value.len - 1] == value.ptr[0];
    if (quoted)
        value = str_slice(value, 1, value.len - 1);
    for (size_t i = 0; i < value.len; i++)
        if (strchr("$`\"'\\;&|()<> \t", value.ptr[i]))
            return STR("");
    return value;
}

typedef VEC(ShellVariable) Variables;

static void read_setting(Arena *arena, DeployFacts *facts, Str line, Variables *variables)
{
    line = str_trim(line);
    if (str_starts(line, "export "))
        line = str_trim(str_slice(line, 7, line.len));
    ptrdiff_t equals = str_find_char(line, '=');
    if (str_starts(line, "#") || equals < 1)
        return;
    Str name = str_slice(line, 0, (size_t)equals);
    Str value = plain_value(str_slice(line, (size_t)equals + 1, line.len));
    if (value.len)
        vec_push(arena, variables, (ShellVariable){name, value});
    if (!str_is(name, "VERSION"))
        return;
    uint32_t start = (uint32_t)(line.ptr - facts->settings->text.ptr);
    facts->version = value;
    facts->version_range = (Range){start, start + (uint32_t)line.len};
}

static Variables read_settings(Loader *loader, DeployFacts *facts)
{
    Variables variables = {0};
    if (!facts->settings || !load_file(loader, facts->settings))
        return variables;
    Str rest = facts->settings->text;
    for (Str line; str_split_line(&rest, &line);)
        read_setting(loader->arena, facts, line, &variables);
    return variables;
}

/* ---- scripts ---- */

static void note_unread(Loader *loader, SourceFile *file, Str why, Range at)
{
    Unchecked entry = {.path = file->path, .why = why};
    if (!range_is_empty(at) && file->loaded)
        entry.line = lines_position(source_file_lines(loader->arena, file), at.start).line;
    vec_push(loader->arena, loader->unchecked, entry);
}

static void follow(Loader *loader, DeployScript *script, const ShellScript *shell,
                   const Variables *variables)
{
    for (int place = 0; place < RUN_PLACES; place++) {
        if (!script_runs_in(script->role, (RunPlace)place))
            continue;
        ScriptRun *run = &script->runs[place];
        CommandReader reader = {.arena = loader->arena, .run = run};
        ShellSetting setting = {
            .variables = variables->items,
            .variable_count = variables->len,
            .switch_name = STR("CI"),
            .is_on = place == RUN_IN_CI,
            .visit = deploy_command_visit,
            .context = &reader,
        };
        run->complete = true;
        if (!shell_run(loader->arena, shell, &setting))
            run->complete = false;
    }
}

static void read_script(Loader *loader, DeployScript *script, const Variables *variables,
                        bool tells)
{
    if (!load_file(loader, script->file)) {
        if (tells)
            note_unread(loader, script->file, str_of(file_trouble_text(script->file->trouble)),
                        (Range){0, 0});
        return;
    }
    const ShellScript *shell = shell_parse(loader->arena, script->file->text);
    if (shell->broken) {
        Str why = str_fmt(loader->arena, "the script could not be read: %.*s", STR_ARG(shell->why));
        if (tells)
            note_unread(loader, script->file, why, shell->at);
        return;
    }
    script->readable = true;
    follow(loader, script, shell, variables);
}

static void add_file(Arena *arena, DeployFacts *facts, const ProjectPair *files,
                     const FilePair *pair, Side side)
{
    DeployScript script = {.file = file_of(pair, side), .changed = differs(pair)};
    if (!script.file)
        return;
    if (str_is(path_in_project(files->root, script.file->path), ".tinyenv"))
        facts->settings = script.file;
    else if (is_script(files->root, script.file, &script))
        vec_push(arena, &facts->scripts, script);
}

/* Two folders in doubt are none. */
static Str changed_folder(const DeployFacts *facts)
{
    Str folder = STR("");
    for (size_t i = 0; i < facts->scripts.len; i++) {
        const DeployScript *script = &facts->scripts.items[i];
        if (!script->changed)
            continue;
        if (folder.len && !str_eq(folder, script->version))
            return STR("");
        folder = script->version;
    }
    return folder;
}

static DeployFacts *make_facts(Loader *loader, const ProjectPair *files, Side side)
{
    DeployFacts *facts = ARENA_NEW(loader->arena, DeployFacts);
    for (size_t i = 0; i < files->others.len; i++)
        add_file(loader->arena, facts, files, &files->others.items[i], side);
    if (facts->scripts.len == 0 && !facts->settings)
        return facts;
    Variables variables = read_settings(loader, facts);
    facts->folder = facts->version.len ? facts->version : changed_folder(facts);
    for (size_t i = 0; i < facts->scripts.len; i++) {
        DeployScript *script = &facts->scripts.items[i];
        if (script->changed || str_eq(script->version, facts->folder))
            read_script(loader, script, &variables, side == SIDE_CANDIDATE && script->changed);
    }
    return facts;
}

const DeployFacts *deploy_facts(Loader *loader, const ProjectPair *files, Side side)
{
    Str key = str_fmt(loader->arena, "%c%.*s", side == SIDE_LIVE ? 'l' : 'c', STR_ARG(files->root));
    if (!loader->deploy_facts)
        loader->deploy_facts = map_new(loader->arena);
    DeployFacts *facts = map_get(loader->deploy_facts, key);
    if (!facts) {
        facts = make_facts(loader, files, side);
        map_put(loader->deploy_facts, key, facts);
    }
    return facts;
}

const DeployScript *deploy_script(const DeployFacts *facts, ScriptRole role)
{
    for (size_t i = 0; facts->folder.len && i < facts->scripts.len; i++) {
        const DeployScript *script = &facts->scripts.items[i];
        if (script->role == role && str_eq(script->version, facts->folder))
            return script;
    }
    return NULL;
}

/* ---- what is filled ---- */

/* tb push FILE...: all files where none is named. */
static bool pushes(const TbCommand *command, Str pipe)
{
    for (size_t i = 0; i < command->names.len; i++)
        if (str_eq(path_resource_name(command->names.items[i]), pipe))
            return true;
    return command->names.len == 0;
}

bool tb_fills(const TbCommand *command, Str pipe, bool materializes, bool or_maybe)
{
    bool by_name = command->verb == TB_COPY || (command->verb == TB_POPULATE && materializes);
    if (command->verb == TB_DEPLOY || command->verb == TB_PUSH) {
        bool fills = command->populate && (command->verb == TB_DEPLOY || pushes(command, pipe));
        return materializes && (fills || (or_maybe && (command->is_open || command->populate)));
    }
    if (!by_name)
        return false;
    Str name = command->names.len ? command->names.items[0] : STR("");
    return str_eq(name, pipe) || (or_maybe && (name.len == 0 || command->is_open));
}

/* ---- what is to be parsed ---- */

static void add_named(Loader *loader, const ScriptRun *run, const Project *candidate, Map *seen,
                      Resources *out)
{
    for (size_t i = 0; i < run->commands.len; i++) {
        const TbCommand *command = &run->commands.items[i];
        bool fills = command->verb == TB_POPULATE || command->verb == TB_COPY;
        if (!fills || command->names.len == 0)
            continue;
        Resource *pipe = project_find(candidate, DATAFILE_PIPE, command->names.items[0]);
        if (!pipe || pipe->changed || map_has(seen, pipe->name))
            continue;
        map_put(seen, pipe->name, pipe);
        vec_push(loader->arena, out, pipe);
    }
}

void deploy_named_pipes(Loader *loader, const ProjectPair *files, const Project *candidate,
                        Resources *out)
{
    const DeployFacts *facts = deploy_facts(loader, files, SIDE_CANDIDATE);
    Map *seen = map_new(loader->arena);
    for (size_t i = 0; i < facts->scripts.len; i++)
        for (int place = 0; place < RUN_PLACES; place++)
            add_named(loader, &facts->scripts.items[i].runs[place], candidate, seen, out);
}
