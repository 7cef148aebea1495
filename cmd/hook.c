/* hook.c: `tblint hook`: installing, removing and running the git hooks. */
#include "command.h"
#include "file_write.h"
#include "hook_push.h"
#include "talk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOOK_BYTES = 64 * 1024, HOOK_MODE = 0755 };

#define MARK "# installed by: tblint hook install"

#define HOOK_PRE_PUSH "pre-push"

/* The first two run with the index about to be committed, the last with a list of refs. */
static const char *const hook_names[] = {"pre-commit", "pre-merge-commit", HOOK_PRE_PUSH};

/* A missing program must not look like a pass. */
static const char hook_script[] = "#!/bin/sh\n" MARK "\n"
                                  "if ! command -v tblint >/dev/null 2>&1; then\n"
                                  "    echo 'tblint is not on PATH, so nothing was checked.' >&2\n"
                                  "    echo 'Install it, or remove this hook: %.*s' >&2\n"
                                  "    exit 1\n"
                                  "fi\n"
                                  "exec tblint hook run %s\n";

typedef struct {
    const App *app;
    Arena *arena;
    const char *name;   /* of the hook */
    const char *folder; /* of the hooks */
    const char *path;
    Str script;
} Hook;

/* ---- common ---- */

static int usage(const App *app, const char *message, const char *repair)
{
    Fault fault = {0};
    fault_set(&fault, FAULT_USAGE, "%s", message);
    fault_repair(&fault, "%s", repair);
    return talk_fault(app->err, &fault);
}

const char *hook_name(size_t index)
{
    return index < ARRAY_LEN(hook_names) ? hook_names[index] : NULL;
}

static bool is_hook_name(const char *name)
{
    for (size_t i = 0; hook_name(i); i++) {
        if (strcmp(name, hook_name(i)) == 0)
            return true;
    }
    return false;
}

/* What may stand inside a shell's single quotes; the rest is shown as ?. */
static Str shell_safe(Arena *arena, Str text)
{
    Buf buf = {0};
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'' || text.ptr[i] == '\\')
            buf_add_char(&buf, '?');
        else
            buf_add_char(&buf, text.ptr[i] < ' ' ? '?' : text.ptr[i]);
    }
    Str copy = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return copy;
}

static int find_hook(Hook *hook, Fault *fault)
{
    Repo *repo = NULL;
    if (repo_open(&repo, hook->arena, NULL, fault) < 0)
        return -1;
    Str folder = repo_hooks_dir(repo);
    hook->folder = str_cstr(hook->arena, folder);
    hook->path = str_fmt(hook->arena, "%.*s/%s", STR_ARG(folder), hook->name).ptr;
    Str shown = shell_safe(hook->arena, str_of(hook->path));
    hook->script = str_fmt(hook->arena, hook_script, STR_ARG(shown), hook->name);
    repo_free(repo);
    return 0;
}

/* The hook that is there. 0: none; 1: `out` is its text; -1: it cannot be read. */
static int read_hook(const Hook *hook, Str *out, Fault *fault)
{
    char bytes[HOOK_BYTES];
    struct stat info;
    if (lstat(hook->path, &info) != 0 && errno == ENOENT)
        return 0;
    int descriptor = open(hook->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return fault_set(fault, FAULT_USAGE, "cannot read '%s': %s", hook->path, strerror(errno));
    ssize_t got = read(descriptor, bytes, sizeof bytes);
    close(descriptor);
    if (got < 0)
        return fault_set(fault, FAULT_USAGE, "cannot read '%s'", hook->path);
    *out = str_copy(hook->arena, (Str){bytes, (size_t)got});
    return 1;
}

static void say(const Hook *hook, const char *verb)
{
    if (!hook->app->options->quiet)
        talk_line(hook->app->err, str_fmt(hook->arena, "%s %s", verb, hook->path));
}

/* ---- install ---- */

/* The folder above always exists: it is the repository's, or the configuration names it. */
static int make_folder(const Hook *hook, Fault *fault)
{
    if (mkdir(hook->folder, 0777) == 0 || errno == EEXIST)
        return 0;
    return fault_set(fault, FAULT_USAGE, "cannot make the folder '%s': %s", hook->folder,
                     strerror(errno));
}

static int keep_other(const Hook *hook, Fault *fault)
{
    fault_set(fault, FAULT_USAGE, "there is a %s hook already, which is left as it is: %s",
              hook->name, hook->path);
    return fault_repair(fault, "add this line to it: tblint hook run %s || exit", hook->name);
}

static int install(const Hook *hook, Fault *fault)
{
    Str present = {0};
    int found = read_hook(hook, &present, fault);
    if (found < 0)
        return -1;
    if (found && str_eq(present, hook->script)) {
        if (chmod(hook->path, HOOK_MODE) != 0)
            return fault_set(fault, FAULT_USAGE, "cannot make '%s' executable: %s", hook->path,
                             strerror(errno));
        say(hook, "is installed already:");
        return 0;
    }
    if (found)
        return keep_other(hook, fault);
    if (make_folder(hook, fault) < 0 ||
        file_write_new(hook->path, hook->script, HOOK_MODE, fault) < 0)
        return -1;
    say(hook, "installed");
    return 0;
}

/* ---- uninstall ---- */

static int uninstall(const Hook *hook, Fault *fault)
{
    Str present = {0};
    int found = read_hook(hook, &present, fault);
    if (found < 0)
        return -1;
    if (!found) {
        say(hook, "there is no hook to remove:");
        return 0;
    }
    if (!str_eq(present, hook->script)) {
        bool edited = str_find(present, MARK) >= 0;
        fault_set(fault, FAULT_USAGE, "%s, so it is left as it is: %s",
                  edited ? "the hook was edited after tblint installed it"
                         : "the hook is not tblint's",
                  hook->path);
        return fault_repair(fault, "take the line with 'tblint hook run' out of it");
    }
    if (unlink(hook->path) != 0)
        return fault_set(fault, FAULT_USAGE, "cannot remove '%s': %s", hook->path, strerror(errno));
    say(hook, "removed");
    return 0;
}

static int install_or_remove(const App *app, Arena *arena, const char *name,
                             int (*act)(const Hook *hook, Fault *fault))
{
    Hook hook = {.app = app, .arena = arena, .name = name};
    Fault fault = {0};
    if (find_hook(&hook, &fault) < 0 || act(&hook, &fault) < 0)
        return talk_fault(app->err, &fault);
    return 0;
}

/* ---- run ---- */

/* NULL when it is not set, or empty. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* The commit that the pre-commit program is about: the last of a span of commits. A push of a whole
 * history to an empty remote has no span; there only the ref's name says what is pushed. */
static const char *pre_commit_revision(void)
{
    const char *to = environment("PRE_COMMIT_TO_REF");
    if (to || !environment("PRE_COMMIT_REMOTE_NAME"))
        return to;
    return environment("PRE_COMMIT_LOCAL_BRANCH");
}

/* That commit is judged, and not what happens to be in the index. False: a branch is deleted. */
static bool choose_candidate(Options *options)
{
    const char *revision = pre_commit_revision();
    if (options->candidate != CHOOSE_DEFAULT)
        return true;
    options->candidate = CHOOSE_INDEX;
    if (!revision)
        return true;
    options->candidate = CHOOSE_COMMIT;
    options->commit = revision;
    return !hook_is_zero_id(str_of(revision));
}

/* The ref that a push by the pre-commit program goes to; NULL: it is no push. */
static const Strs *pre_commit_targets(Arena *arena)
{
    const char *branch = environment("PRE_COMMIT_REMOTE_BRANCH");
    if (!branch)
        return NULL;
    Strs *targets = ARENA_NEW(arena, Strs);
    vec_push(arena, targets, str_of(branch));
    return targets;
}

static void close_run(const App *app, Arena *arena, const char *name, int code)
{
    const char *what = strcmp(name, HOOK_PRE_PUSH) == 0 ? "push" : "commit";
    if (app->options->quiet)
        return;
    if (code == 1)
        talk_line(app->err, str_fmt(arena,
                                    "tblint stopped this %s: mend it (`tblint explain CODE`), or "
                                    "accept what is meant (`else`).",
                                    what));
    else if (code > 1)
        talk_line(app->err,
                  str_fmt(arena, "tblint could not check this %s, so it was stopped.", what));
}

/* The pre-commit program has read git's list itself, and gives its hooks an empty input: to read
 * that would be a pass of what nobody looked at. */
static bool reads_refs(const Options *options, const char *name)
{
    return strcmp(name, HOOK_PRE_PUSH) == 0 && options->candidate == CHOOSE_DEFAULT &&
           !environment("PRE_COMMIT");
}

static int run_hook(const App *app, Arena *arena, const char *name)
{
    Options options = *app->options;
    App inner = {&options, app->out, app->err};
    /* Neither side has a project: a hook for all repositories must let the commit pass. */
    options.project_optional = !options.project;
    int code = 0;
    if (reads_refs(&options, name)) {
        code = hook_push(&inner, &options, arena);
    } else if (choose_candidate(&options)) {
        options.pushed_to = pre_commit_targets(arena);
        code = command_lint(&inner, arena);
    }
    close_run(app, arena, name, code);
    return code;
}

int command_hook(const App *app, Arena *arena)
{
    const Arguments *arguments = &app->options->arguments;
    if (arguments->len == 0)
        return usage(app, "tblint hook needs a word: install, uninstall or run",
                     "tblint hook install");
    const char *verb = arguments->items[0];
    const char *name = arguments->len > 1 ? arguments->items[1] : hook_names[0];
    if (!is_hook_name(name))
        return usage(app, "tblint has the hooks pre-commit, pre-merge-commit and pre-push",
                     "tblint hook install pre-commit");
    if (strcmp(verb, "install") == 0)
        return install_or_remove(app, arena, name, install);
    if (strcmp(verb, "uninstall") == 0)
        return install_or_remove(app, arena, name, uninstall);
    if (strcmp(verb, "run") == 0)
        return run_hook(app, arena, name);
    return usage(app, "tblint hook takes install, uninstall or run", "tblint hook install");
}
