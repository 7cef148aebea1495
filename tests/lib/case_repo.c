/* Repositories for cases and examples. */
#include "case_repo.h"

#include <errno.h>
#include <ftw.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tblint.h"

enum { COMMIT_TIME = 1795089600 }; /* 2026-11-19 12:00:00 UTC, two days before TEST_NOW */

static const char TEST_NOW[] = "2026-11-21T12:00:00Z";

static void must(int ok, const char *what)
{
    if (ok >= 0)
        return;
    const git_error *error = git_error_last();
    fprintf(stderr, "%s: %s\n", what, error ? error->message : strerror(errno));
    exit(1);
}

static void make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            must(-1, path);
        *slash = '/';
    }
}

static void write_files(const char *folder, const FileSet *files)
{
    for (size_t i = 0; i < files->len; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%.*s", folder, STR_ARG(files->items[i].path));
        make_parents(path);
        file_write(path, files->items[i].text);
        must(chmod(path, files->items[i].executable ? 0755 : 0644), path);
    }
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st, (void)kind, (void)walk;
    return remove(path);
}

static void stage_all(git_repository *repo, git_oid *tree_out)
{
    git_index *index = NULL;
    git_strarray everything = {0};
    must(git_repository_index(&index, repo), "index");
    must(git_index_add_all(index, &everything, GIT_INDEX_ADD_FORCE, NULL, NULL), "add");
    must(git_index_update_all(index, &everything, NULL, NULL), "update");
    must(git_index_write(index), "write index");
    must(git_index_write_tree(tree_out, index), "write tree");
    git_index_free(index);
}

/* A commit on main with the files given; all before it are gone from the tree. */
static void commit_main(git_repository *repo, const char *folder, const FileSet *files,
                        int64_t time, git_oid *commit)
{
    git_signature *who = NULL;
    git_tree *tree = NULL;
    git_oid tree_id;
    git_commit *parent = NULL;
    write_files(folder, files);
    stage_all(repo, &tree_id);
    if (!git_oid_is_zero(commit))
        must(git_commit_lookup(&parent, repo, commit), "parent");
    must(git_signature_new(&who, "case", "case@example.invalid", time, 0), "signature");
    must(git_tree_lookup(&tree, repo, &tree_id), "tree");
    must(git_commit_create_v(commit, repo, "refs/heads/main", who, who, NULL, "state", tree,
                             parent ? 1 : 0, parent),
         "commit");
    git_commit_free(parent);
    git_tree_free(tree);
    git_signature_free(who);
}

/* Each state has only its own files. */
static void remove_files(const char *folder, const FileSet *files)
{
    for (size_t i = 0; i < files->len; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%.*s", folder, STR_ARG(files->items[i].path));
        remove(path);
    }
}

void case_repo_begin(void)
{
    git_libgit2_init();
}

void case_repo_end(void)
{
    git_libgit2_shutdown();
}

/* HEAD leaves main, so that a live tip can be ahead of it. */
static void start_branch(git_repository *repo, const git_oid *at)
{
    git_reference *branch = NULL;
    must(git_reference_create(&branch, repo, "refs/heads/change", at, 1, NULL), "branch");
    must(git_repository_set_head(repo, "refs/heads/change"), "head");
    git_reference_free(branch);
}

static git_repository *init_repo(CaseRepo *out)
{
    strcpy(out->folder, "/tmp/tblint-case-XXXXXX");
    if (!mkdtemp(out->folder))
        must(-1, "mkdtemp");
    git_repository *repo = NULL;
    git_repository_init_options options;
    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    options.initial_head = "main";
    options.flags = GIT_REPOSITORY_INIT_MKPATH;
    must(git_repository_init_ext(&repo, out->folder, &options), "init");
    return repo;
}

void case_repo_make(CaseRepo *out, const FileSet *base, const FileSet *live,
                    const FileSet *candidate)
{
    git_repository *repo = init_repo(out);
    git_oid tip = {{0}}, tree;
    if (base) {
        commit_main(repo, out->folder, base, COMMIT_TIME, &tip);
        start_branch(repo, &tip);
        remove_files(out->folder, base);
    }
    commit_main(repo, out->folder, live, COMMIT_TIME, &tip);
    if (!base)
        start_branch(repo, &tip);
    remove_files(out->folder, live);
    write_files(out->folder, candidate);
    stage_all(repo, &tree);
    git_repository_free(repo);
}

void case_repo_make_history(CaseRepo *out, const CaseStates *live, const FileSet *candidate)
{
    git_repository *repo = init_repo(out);
    git_oid tip = {{0}}, tree;
    for (size_t i = 0; i < live->len; i++) {
        const CaseState *state = &live->items[i];
        commit_main(repo, out->folder, &state->files, state->time, &tip);
        remove_files(out->folder, &state->files);
    }
    start_branch(repo, &tip);
    write_files(out->folder, candidate);
    stage_all(repo, &tree);
    git_repository_free(repo);
}

void case_repo_remove(CaseRepo *repo)
{
    nftw(repo->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static Str take_output(Arena *arena, FILE *stream, char **memory, size_t *size)
{
    fclose(stream);
    Str text = str_copy(arena, (Str){*memory, *size});
    free(*memory);
    return text;
}

CaseRun case_repo_run(Arena *arena, const CaseRepo *repo, int argc, const char *const *argv)
{
    return case_repo_run_at(arena, repo, TEST_NOW, argc, argv);
}

CaseRun case_repo_run_at(Arena *arena, const CaseRepo *repo, const char *now, int argc,
                         const char *const *argv)
{
    char *out_memory = NULL, *err_memory = NULL;
    size_t out_size = 0, err_size = 0;
    FILE *out = open_memstream(&out_memory, &out_size);
    FILE *err = open_memstream(&err_memory, &err_size);
    setenv("TBLINT_NOW", now, 1);
    if (chdir(repo->folder) != 0)
        must(-1, repo->folder);
    CaseRun run = {.code = tblint_run(argc, argv, out, err)};
    if (chdir("/") != 0)
        must(-1, "/");
    run.out = take_output(arena, out, &out_memory, &out_size);
    run.err = take_output(arena, err, &err_memory, &err_size);
    return run;
}
