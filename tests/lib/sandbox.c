/* sandbox.c: temporary git repositories for tests. */
#include "sandbox.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static NO_RETURN void die(const char *what, const char *detail)
{
    fprintf(stderr, "sandbox: %s: %s\n", what, detail);
    exit(99);
}

static void unset_steering_variables(void)
{
    static const char *const names[] = {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CEILING_DIRECTORIES",
        "GIT_QUARANTINE_PATH",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
        "GIT_NAMESPACE",
        "GIT_CONFIG_GLOBAL",
        "XDG_CONFIG_HOME",
        "CI",
        "GITHUB_ACTIONS",
        "GITHUB_EVENT_NAME",
        "GITHUB_BASE_REF",
        "GITHUB_EVENT_PATH",
        "GITHUB_REF_NAME",
        "GITHUB_STEP_SUMMARY",
        "GITLAB_CI",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
        "CI_COMMIT_BRANCH",
        "CI_DEFAULT_BRANCH",
        "CI_COMMIT_BEFORE_SHA",
        "TBLINT_LIVE",
        "TBLINT_NOW",
        "PRE_COMMIT_FROM_REF",
        "PRE_COMMIT_TO_REF",
        "BITBUCKET_PR_DESTINATION_BRANCH",
        "CHANGE_TARGET",
        "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
        "SYSTEM_PULLREQUEST_TARGETBRANCH",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        unsetenv(names[i]);
    }
}

/* Who commits, when, and no configuration but the repository's own. */
static void pin_git(const Sandbox *box)
{
    setenv("HOME", box->home, 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    setenv("GIT_AUTHOR_NAME", "Test", 1);
    setenv("GIT_AUTHOR_EMAIL", "test@example.com", 1);
    setenv("GIT_COMMITTER_NAME", "Test", 1);
    setenv("GIT_COMMITTER_EMAIL", "test@example.com", 1);
    setenv("GIT_AUTHOR_DATE", "2026-11-20T12:00:00Z", 1);
    setenv("GIT_COMMITTER_DATE", "2026-11-20T12:00:00Z", 1);
    setenv("GIT_TERMINAL_PROMPT", "0", 1);
}

Sandbox *sandbox_new(void)
{
    Sandbox *box = xmalloc(sizeof(*box));
    memset(box, 0, sizeof(*box));
    box->arena = arena_new();
    const char *tmp = getenv("TMPDIR");
    char real[PATH_MAX];
    if (realpath(tmp != NULL ? tmp : "/tmp", real) == NULL || strlen(real) > 200) {
        die("temporary folder", "missing or too long");
    }
    snprintf(box->root, sizeof(box->root), "%.200s/tblint-test-XXXXXX", real);
    if (mkdtemp(box->root) == NULL) {
        die(box->root, strerror(errno));
    }
    snprintf(box->home, sizeof(box->home), "%s/home", box->root);
    snprintf(box->repo, sizeof(box->repo), "%s/repo", box->root);
    mkdir(box->home, 0777);
    mkdir(box->repo, 0777);
    unset_steering_variables();
    pin_git(box);
    return box;
}

void sandbox_free(Sandbox *box)
{
    if (box == NULL) {
        return;
    }
    Str command = str_fmt(box->arena, "rm -rf '%s'", box->root);
    if (system(str_cstr(box->arena, command)) != 0) {
        fprintf(stderr, "sandbox: %s was left behind\n", box->root);
    }
    arena_free(box->arena);
    free(box);
}

static const char *format_args(Sandbox *box, const char *prefix, const char *format, va_list args)
{
    char text[8192];
    if (vsnprintf(text, sizeof(text), format, args) >= (int)sizeof(text)) {
        die("command too long", format);
    }
    return str_cstr(box->arena, str_fmt(box->arena, "cd '%s' && %s%s", box->repo, prefix, text));
}

static int run(const char *command)
{
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static const char git_prefix[] = "git -c init.defaultBranch=main -c gc.auto=0 "
                                 "-c maintenance.auto=false -c commit.gpgSign=false "
                                 "-c protocol.file.allow=always -c advice.detachedHead=false ";

void sandbox_git(Sandbox *box, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *command = format_args(box, git_prefix, format, args);
    va_end(args);
    Str quiet = str_fmt(box->arena, "%s > '%s/log' 2>&1", command, box->root);
    if (run(str_cstr(box->arena, quiet)) != 0) {
        Str show = str_fmt(box->arena, "cat '%s/log' >&2", box->root);
        run(str_cstr(box->arena, show));
        die("git failed", command);
    }
}

int sandbox_try_git(Sandbox *box, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *command = format_args(box, git_prefix, format, args);
    va_end(args);
    Str quiet = str_fmt(box->arena, "%s > /dev/null 2>&1", command);
    return run(str_cstr(box->arena, quiet));
}

void sandbox_sh(Sandbox *box, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *command = format_args(box, "", format, args);
    va_end(args);
    if (run(command) != 0) {
        die("command failed", command);
    }
}

const char *sandbox_output(Sandbox *box, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *command = format_args(box, "", format, args);
    va_end(args);
    FILE *pipe = popen(command, "r");
    if (pipe == NULL) {
        die("cannot run", command);
    }
    Buf text = {0};
    char block[4096];
    size_t got;
    while ((got = fread(block, 1, sizeof(block), pipe)) > 0) {
        buf_add_str(&text, (Str){block, got});
    }
    pclose(pipe);
    const char *copy = str_cstr(box->arena, str_trim(buf_str(&text)));
    buf_free(&text);
    return copy;
}

const char *sandbox_path(Sandbox *box, const char *path)
{
    return str_cstr(box->arena, str_fmt(box->arena, "%s/%s", box->repo, path));
}

static void make_folders(Sandbox *box, const char *file)
{
    char *path = (char *)(uintptr_t)str_cstr(box->arena, str_of(file));
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at == '/') {
            *at = '\0';
            if (mkdir(path, 0777) != 0 && errno != EEXIST) {
                die(path, strerror(errno));
            }
            *at = '/';
        }
    }
}

void sandbox_write_bytes(Sandbox *box, const char *path, Str bytes)
{
    const char *file = sandbox_path(box, path);
    make_folders(box, file);
    FILE *out = fopen(file, "wb");
    if (out == NULL) {
        die(file, strerror(errno));
    }
    if (fwrite(bytes.ptr, 1, bytes.len, out) != bytes.len || fclose(out) != 0) {
        die(file, "cannot write");
    }
}

void sandbox_write(Sandbox *box, const char *path, const char *text)
{
    sandbox_write_bytes(box, path, str_of(text));
}

void sandbox_remove(Sandbox *box, const char *path)
{
    if (unlink(sandbox_path(box, path)) != 0) {
        die(path, strerror(errno));
    }
}

void sandbox_init_repo(Sandbox *box)
{
    sandbox_git(box, "init -q -b main .");
}

const char *sandbox_commit(Sandbox *box, const char *message)
{
    sandbox_git(box, "add -A");
    sandbox_git(box, "commit -q --allow-empty -m '%s'", message);
    return sandbox_output(box, "git rev-parse HEAD");
}

const char *sandbox_git_state(Sandbox *box)
{
    return sandbox_output(box, "find . -path '*.git*' -type f -print0 | sort -z | "
                               "xargs -0 cksum | cksum");
}
