/*
 * fuzz_event.c: any bytes as a CI's event file and variables, in a repository of two commits. The
 * live commit must be one of the two, a push to live is not compared with itself, and a refusal
 * says why, with a command whose quotes are closed.
 *
 * The input: a line for each variable that is set, "NUMBER=VALUE", an empty line, the event file.
 */
#include "touch.h"

#include "source/repo.h"

#include <fcntl.h>
#include <git2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const variables[] = {
    "GITHUB_EVENT_NAME",
    "GITHUB_BASE_REF",
    "GITHUB_REF",
    "TBLINT_LIVE",
    "GITLAB_CI",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_COMMIT_BRANCH",
    "CI_DEFAULT_BRANCH",
    "CI_COMMIT_BEFORE_SHA",
};

enum { CHANGE_TARGET = ARRAY_LEN(variables) };

static char folder[64];
static char commits[2][41]; /* live, and HEAD */
static int event_file;

/* ---- the repository ---- */

static void need(bool held)
{
    if (!held)
        abort();
}

static void add_commit(git_repository *repo, const char *ref, const git_oid *parent, char *hex)
{
    git_oid id;
    git_tree *tree = NULL;
    git_treebuilder *builder = NULL;
    git_signature *who = NULL;
    git_commit *before = NULL;
    need(git_treebuilder_new(&builder, repo, NULL) == 0 &&
         git_treebuilder_write(&id, builder) == 0 && git_tree_lookup(&tree, repo, &id) == 0 &&
         git_signature_new(&who, "a", "a@b", 1, 0) == 0);
    need(!parent || git_commit_lookup(&before, repo, parent) == 0);
    const git_commit *parents[] = {before};
    need(git_commit_create(&id, repo, ref, who, who, NULL, ref, tree, before ? 1 : 0, parents) ==
         0);
    git_oid_tostr(hex, 41, &id);
    git_commit_free(before);
    git_signature_free(who);
    git_treebuilder_free(builder);
    git_tree_free(tree);
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        fprintf(stderr, "%s is left\n", folder);
}

static void make_repository(void)
{
    git_repository *repo = NULL;
    git_oid first;
    strcpy(folder, "/tmp/fuzz-event-XXXXXX");
    need(mkdtemp(folder) != NULL && atexit(remove_folder) == 0);
    setenv("HOME", folder, 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    git_libgit2_init();
    need(git_repository_init(&repo, folder, 0) == 0);
    add_commit(repo, "refs/remotes/origin/main", NULL, commits[0]);
    need(git_oid_fromstr(&first, commits[0]) == 0);
    add_commit(repo, "HEAD", &first, commits[1]);
    git_repository_free(repo);
    event_file = memfd_create("event", 0);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", event_file);
    need(event_file >= 0 && setenv("GITHUB_EVENT_PATH", path, 1) == 0);
}

/* ---- the input ---- */

static void write_event(Str event)
{
    need(ftruncate(event_file, 0) == 0 && lseek(event_file, 0, SEEK_SET) == 0);
    need(write(event_file, event.ptr, event.len) == (ssize_t)event.len);
}

/* %0 and %1 stand for the two commits, so that an input need not guess ids. */
static Str with_commits(Arena *arena, Str text)
{
    Buf out = {0};
    for (size_t i = 0; i < text.len; i++) {
        bool named = text.ptr[i] == '%' && i + 1 < text.len &&
                     (text.ptr[i + 1] == '0' || text.ptr[i + 1] == '1');
        if (named)
            buf_add(&out, commits[text.ptr[++i] - '0']);
        else
            buf_add_char(&out, text.ptr[i]);
    }
    Str copy = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

static void set_up(Arena *arena, Str rest)
{
    Str line;
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        unsetenv(variables[i]);
    unsetenv("CHANGE_TARGET");
    while (rest.len > 0 && str_split_line(&rest, &line) && line.len > 2) {
        size_t number = (size_t)(line.ptr[0] - '0') % (CHANGE_TARGET + 1);
        const char *name = number < CHANGE_TARGET ? variables[number] : "CHANGE_TARGET";
        setenv(name, str_cstr(arena, str_slice(line, 2, line.len)), 1);
    }
    write_event(rest);
}

/* ---- the answer ---- */

static void check_live(const LiveRef *live)
{
    bool is_head = strcmp(live->commit.hex, commits[1]) == 0;
    need(is_head || strcmp(live->commit.hex, commits[0]) == 0);
    need(live->role != LIVE_REPLACED || !is_head);
    need(live->ref.len > 0 && live->how.len > 0);
}

static void check_fault(const Fault *fault)
{
    size_t quotes = 0;
    need(fault->kind == FAULT_ANALYSE && fault->message[0] && fault->repair[0]);
    for (const char *at = fault->repair; *at; at++)
        quotes += *at == '\'' && (at == fault->repair || at[-1] != '\\');
    need(quotes % 2 == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!folder[0])
        make_repository();
    Arena *arena = arena_new();
    Repo *repo = NULL;
    LiveRef live;
    Fault fault = {0};
    set_up(arena, with_commits(arena, (Str){(const char *)data, size}));
    need(repo_open(&repo, arena, folder, &fault) == 0);
    if (live_resolve(&live, repo, NULL, NULL, &fault) == 0)
        check_live(&live);
    else
        check_fault(&fault);
    Strs lines = live_explain(repo, NULL, "main");
    for (size_t i = 0; i < lines.len; i++)
        touch(lines.items[i]);
    repo_free(repo);
    arena_free(arena);
    return 0;
}
