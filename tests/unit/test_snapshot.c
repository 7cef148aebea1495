/* test_snapshot.c: index, working tree and commit of real repositories, opened in every way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/source_report.h"

#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const SourceQuestion staged = {.live = NULL};
static const SourceQuestion worktree = {.worktree = true};

/* A repository whose main has one data source and one pipe, on branch `work`. */
static int set_up(void **state)
{
    Sandbox *box = sandbox_new();
    *state = box;
    sandbox_init_repo(box);
    sandbox_write(box, "datasources/a.datasource", "one\ntwo\nthree\n");
    sandbox_write(box, "pipes/p.pipe", "pipe\n");
    sandbox_write(box, "README.md", "read me\n");
    sandbox_commit(box, "first");
    sandbox_git(box, "checkout -q -b work");
    return 0;
}

static int tear_down(void **state)
{
    if (chdir("/") != 0) {
        return -1;
    }
    unsetenv("GIT_DIR");
    unsetenv("GIT_WORK_TREE");
    unsetenv("GIT_INDEX_FILE");
    unsetenv("GIT_OBJECT_DIRECTORY");
    unsetenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
    unsetenv("GIT_COMMON_DIR");
    unsetenv("GIT_CEILING_DIRECTORIES");
    unsetenv("GIT_CONFIG_COUNT");
    sandbox_free(*state);
    return 0;
}

/* ---- index against working tree ---- */

static void staged_and_unstaged_are_told_apart(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "datasources/a.datasource", "staged\n");
    sandbox_git(box, "add datasources/a.datasource");
    sandbox_write(box, "datasources/a.datasource", "on disk\n");
    const char *before = sandbox_git_state(box);
    assert_says(source_report(box, &staged), "candidate <staged\n>");
    assert_says(source_report(box, &worktree), "candidate <on disk\n>");
    assert_string_equal(before, sandbox_git_state(box));
}

static void untracked_files_count_in_the_worktree_only(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "pipes/new.pipe", "new\n");
    sandbox_write(box, "pipes/hidden.pipe", "hidden\n");
    sandbox_write(box, "node_modules/x/y.pipe", "no\n");
    sandbox_write(box, ".gitignore", "hidden.pipe\nnode_modules\n");
    const char *report = source_report(box, &worktree);
    assert_says(report, " A pipes/new.pipe");
    assert_says(report, "note Git ignores 1 datafile that `tb` would deploy: pipes/hidden.pipe.");
    assert_silent_on(report, "node_modules");
    assert_silent_on(source_report(box, &staged), "new.pipe");
}

static void deletions_are_seen(void **state)
{
    Sandbox *box = *state;
    sandbox_remove(box, "pipes/p.pipe");
    assert_says(source_report(box, &worktree), " D pipes/p.pipe");
    assert_silent_on(source_report(box, &staged), "pipes/p.pipe");
    sandbox_git(box, "rm -q pipes/p.pipe");
    assert_says(source_report(box, &staged), " D pipes/p.pipe");
}

static void intent_to_add_is_not_staged(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "pipes/new.pipe", "new\n");
    sandbox_git(box, "add -N pipes/new.pipe");
    const char *report = source_report(box, &staged);
    assert_says(report, "note Announced with `git add -N` but not staged");
    assert_silent_on(report, " A pipes/new.pipe");
    assert_says(source_report(box, &worktree), " A pipes/new.pipe");
}

static void conflicts_are_refused(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "datasources/a.datasource", "one\nours\nthree\n");
    sandbox_commit(box, "ours");
    sandbox_git(box, "checkout -q -b other main");
    sandbox_write(box, "datasources/a.datasource", "one\ntheirs\nthree\n");
    sandbox_commit(box, "theirs");
    sandbox_try_git(box, "merge work");
    assert_says(source_report(box, &staged), "fault 3: 'datasources/a.datasource' has merge");
    assert_says(source_report(box, &worktree), "fault 3: 'datasources/a.datasource' has merge");
    assert_says(source_report(box, &staged), "| git add datasources/a.datasource");
}

static void files_left_out_of_a_sparse_checkout_are_not_deleted(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "sparse-checkout set --no-cone /datasources/");
    assert_int_not_equal(access(sandbox_path(box, "pipes/p.pipe"), F_OK), 0);
    assert_silent_on(source_report(box, &worktree), " D ");
    assert_silent_on(source_report(box, &staged), " D ");
}

static void mode_changes_are_no_change(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "chmod +x pipes/p.pipe");
    assert_silent_on(source_report(box, &worktree), "pipes/p.pipe");
    sandbox_git(box, "add pipes/p.pipe");
    assert_silent_on(source_report(box, &staged), "pipes/p.pipe");
}

static bool is_executable_in_worktree(Sandbox *box, const char *path)
{
    Repo *repo = NULL;
    Snapshot *snapshot = NULL;
    Fault fault = {0};
    assert_int_equal(repo_open(&repo, box->arena, box->repo, &fault), 0);
    assert_int_equal(snapshot_of_worktree(&snapshot, repo, &fault), 0);
    const SourceFile *file = snapshot_find(snapshot, str_of(path));
    assert_non_null(file);
    bool executable = file->executable;
    repo_free(repo);
    return executable;
}

/* Where the disk has no run bits, the index's count; elsewhere a chmod is seen before it is added.
 */
static void run_bits_are_git_s(void **state)
{
    Sandbox *box = *state;
    const char *script = "deploy/0.0.1/deploy.sh";
    sandbox_write(box, script, "tb deploy\n");
    sandbox_git(box, "add --chmod=+x %s", script);
    sandbox_sh(box, "chmod -x %s", script);
    assert_false(is_executable_in_worktree(box, script));
    sandbox_git(box, "config core.fileMode false");
    assert_true(is_executable_in_worktree(box, script));
    sandbox_sh(box, "echo tb sql >>%s", script);
    assert_true(is_executable_in_worktree(box, script));
    sandbox_git(box, "rm -q -f --cached %s", script);
    sandbox_sh(box, "chmod +x %s", script);
    assert_false(is_executable_in_worktree(box, script));
    sandbox_git(box, "config core.fileMode true");
    assert_true(is_executable_in_worktree(box, script));
}

/* ---- files that are not what they seem ---- */

static void links_are_never_followed(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "ln -s /etc/passwd pipes/evil.pipe; ln -s loop.pipe pipes/loop.pipe");
    sandbox_sh(box, "mkdir elsewhere; ln -s ../elsewhere endpoints");
    assert_says(source_report(box, &worktree), "trouble candidate pipes/evil.pipe: is a symbolic");
    sandbox_git(box, "add -A");
    const char *report = source_report(box, &staged);
    assert_says(report, "trouble candidate pipes/evil.pipe: is a symbolic link");
    assert_says(report, "trouble candidate pipes/loop.pipe: is a symbolic link");
    assert_says(report, "unchecked endpoints: is a symbolic link to a folder");
    assert_silent_on(report, "root:");
}

static void tracked_files_behind_a_linked_folder_are_gone(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "mv pipes /tmp/tblint-x-$$ && mv /tmp/tblint-x-$$ moved && ln -s moved pipes");
    assert_says(source_report(box, &worktree), " R= pipes/p.pipe -> moved/p.pipe");
}

static void special_files_neither_block_nor_crash(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "mkfifo pipes/fifo.pipe; mkdir pipes/folder.pipe; rm pipes/p.pipe; "
                    "mkfifo pipes/p.pipe");
    const char *report = source_report(box, &worktree);
    assert_says(report, "trouble candidate pipes/fifo.pipe: is not a regular file");
    assert_says(report, "trouble candidate pipes/p.pipe: is not a regular file");
    assert_silent_on(report, "folder.pipe");
}

static void large_files_are_not_read(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "head -c 9000000 /dev/zero > pipes/big.pipe");
    assert_says(source_report(box, &worktree), "trouble candidate pipes/big.pipe: is larger");
    sandbox_git(box, "add -A");
    assert_says(source_report(box, &staged), "trouble candidate pipes/big.pipe: is larger");
}

/* A child without root's rights looks, since root may read everything. */
static void files_without_permission_are_named(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "deep/endpoints/e.pipe", "endpoint\n");
    sandbox_commit(box, "more");
    sandbox_sh(box, "touch pipes/p.pipe && chmod 000 pipes/p.pipe && chmod 600 deep");
    sandbox_sh(box, "git config --global --add safe.directory '*' && chmod 755 .. ../home");
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        bool dropped = geteuid() != 0 || seteuid(12345) == 0;
        const char *report = dropped ? source_report(box, &worktree) : "";
        _exit(strstr(report, "pipes/p.pipe: cannot be read") != NULL &&
                      strstr(report, "deep/endpoints/e.pipe: cannot be read") != NULL
                  ? 0
                  : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    sandbox_sh(box, "chmod 755 deep");
}

static void pointers_and_ciphertext_are_recognised(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "pipes/lfs.pipe",
                  "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    sandbox_write_bytes(box, "pipes/crypt.pipe", STR("\0GITCRYPT\0\1\2\3"));
    sandbox_git(box, "add -A");
    const char *report = source_report(box, &staged);
    assert_says(report, "trouble candidate pipes/lfs.pipe: is a Git LFS pointer");
    assert_says(report, "trouble candidate pipes/crypt.pipe: is encrypted");
}

static void filter_drivers_never_run(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, ".gitattributes", "*.pipe filter=evil\n");
    sandbox_git(box, "config filter.evil.clean 'touch %s/ran; cat'", box->root);
    sandbox_write(box, "pipes/p.pipe", "changed\n");
    const char *report = source_report(box, &worktree);
    assert_says(report, "trouble candidate pipes/p.pipe: is encrypted or rewritten");
    char ran[512];
    snprintf(ran, sizeof(ran), "%s/ran", box->root);
    assert_int_not_equal(access(ran, F_OK), 0);
}

static void line_ends_are_git_s_own(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "config core.autocrlf true");
    sandbox_write(box, "datasources/a.datasource", "one\r\ntwo\r\nthree\r\n");
    sandbox_write(box, "pipes/p.pipe", "edited\r\n");
    const char *report = source_report(box, &worktree);
    assert_silent_on(report, "a.datasource");
    assert_says(report, "candidate <edited\n>");
}

static void declared_encodings_are_converted(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, ".gitattributes",
                  "u.pipe working-tree-encoding=UTF-16\nbad.pipe working-tree-encoding=NONE-1\n");
    sandbox_sh(box, "printf 'h\\303\\251' | iconv -f UTF-8 -t UTF-16 > pipes/u.pipe");
    sandbox_write(box, "pipes/bad.pipe", "x\n");
    const char *report = source_report(box, &worktree);
    assert_says(report, "candidate <h\303\251>");
    assert_says(report, "trouble candidate pipes/bad.pipe: has a working-tree-encoding");
}

static void hostile_names_stay_bytes(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "pipes/a\nb\xff\"'.pipe", "x\n");
    sandbox_git(box, "add -A");
    assert_says(source_report(box, &staged), " A pipes/a\nb\xff\"'.pipe");
    assert_says(source_report(box, &worktree), " A pipes/a\nb\xff\"'.pipe");
}

static void submodules_are_noted(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "git init -q ../sub && git -C ../sub commit -q --allow-empty -m x");
    sandbox_git(box, "submodule add ../sub tinybird");
    assert_says(source_report(box, &staged), "changed here: tinybird.");
}

/* ---- ways of opening ---- */

static void git_s_environment_is_honoured(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "pipes/p.pipe", "staged\n");
    sandbox_git(box, "add -A");
    setenv("GIT_INDEX_FILE", ".git/index", 1);
    assert_int_equal(chdir(sandbox_path(box, "pipes")), 0);
    SourceQuestion here = {.start = sandbox_path(box, "pipes")};
    assert_says(source_report(box, &here), "candidate <staged\n>");
    setenv("GIT_DIR", sandbox_path(box, ".git"), 1);
    setenv("GIT_WORK_TREE", box->repo, 1);
    assert_says(source_report(box, &here), "candidate <staged\n>");
    unsetenv("GIT_WORK_TREE");
    assert_says(source_report(box, &here), "candidate <staged\n>");
    setenv("GIT_INDEX_FILE", ".git/absent", 1);
    assert_says(source_report(box, &here), "fault 3: GIT_INDEX_FILE names");
    unsetenv("GIT_INDEX_FILE");
    setenv("GIT_COMMON_DIR", box->home, 1);
    assert_says(source_report(box, &here), "fault 3: GIT_COMMON_DIR names");
    setenv("GIT_COMMON_DIR", sandbox_path(box, ".git"), 1);
    assert_says(source_report(box, &here), "candidate <staged\n>");
    setenv("GIT_DIR", "nowhere", 1);
    assert_says(source_report(box, &here), "fault 3: GIT_DIR names 'nowhere'");
}

/* A repository beside its working tree, as people keep their settings files. */
static void a_worktree_may_be_elsewhere(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "../elsewhere/pipes/p.pipe", "elsewhere\n");
    setenv("GIT_DIR", sandbox_path(box, ".git"), 1);
    setenv("GIT_WORK_TREE", sandbox_path(box, "../elsewhere"), 1);
    SourceQuestion question = {.start = box->root, .worktree = true};
    const char *report = source_report(box, &question);
    assert_says(report, "candidate <elsewhere\n>");
    assert_says(report, " D datasources/a.datasource");
    unsetenv("GIT_WORK_TREE");
    question.start = sandbox_path(box, "../elsewhere");
    assert_string_equal(source_report(box, &question), report);
}

static void another_index_is_the_one_judged(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "cp .git/index other && echo partly > pipes/p.pipe && "
                    "GIT_INDEX_FILE=other git add pipes/p.pipe");
    setenv("GIT_INDEX_FILE", "other", 1);
    assert_says(source_report(box, &staged), "candidate <partly\n>");
    unsetenv("GIT_INDEX_FILE");
    assert_silent_on(source_report(box, &staged), "p.pipe");
}

static void objects_in_quarantine_are_read(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "mkdir ../quarantine && echo pushed > pipes/p.pipe && "
                    "export GIT_OBJECT_DIRECTORY=$PWD/../quarantine "
                    "GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/.git/objects && git add -A && "
                    "git commit -q -m pushed && git rev-parse HEAD > ../id && "
                    "git update-ref refs/heads/work main");
    const char *id = sandbox_output(box, "cat ../id");
    SourceQuestion question = {.commit = id};
    assert_says(source_report(box, &question), "names no commit");
    setenv("GIT_OBJECT_DIRECTORY", sandbox_path(box, "../quarantine"), 1);
    setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", sandbox_path(box, ".git/objects"), 1);
    setenv("GIT_QUARANTINE_PATH", sandbox_path(box, "../quarantine"), 1);
    assert_says(source_report(box, &question), "candidate <pushed\n>");
    unsetenv("GIT_QUARANTINE_PATH");
}

static void discovery_stops_where_git_stops(void **state)
{
    Sandbox *box = *state;
    SourceQuestion above = {.start = box->root};
    assert_says(source_report(box, &above), "is not in a git repository");
    sandbox_sh(box, "mkdir -p deep/er");
    SourceQuestion below = {.start = sandbox_path(box, "deep/er")};
    assert_silent_on(source_report(box, &below), "fault");
    setenv("GIT_CEILING_DIRECTORIES", sandbox_path(box, "deep"), 1);
    assert_says(source_report(box, &below), "is not in a git repository");
}

static void linked_worktrees_are_like_the_main_one(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "worktree add -q ../linked");
    sandbox_sh(box, "cd ../linked && echo linked > pipes/p.pipe && git add -A");
    SourceQuestion question = {.start = sandbox_path(box, "../linked")};
    assert_says(source_report(box, &question), "candidate <linked\n>");
    setenv("GIT_DIR", sandbox_path(box, ".git/worktrees/linked"), 1);
    question.start = sandbox_path(box, "../linked/pipes");
    assert_says(source_report(box, &question), "candidate <linked\n>");
}

static void bare_repositories_have_commits_only(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "pipes/p.pipe", "second\n");
    sandbox_commit(box, "second");
    sandbox_git(box, "clone -q --bare . ../bare.git");
    SourceQuestion question = {.start = sandbox_path(box, "../bare.git")};
    assert_says(source_report(box, &question), "fault 3: A bare repository has no index");
    question.worktree = true;
    assert_says(source_report(box, &question), "fault 3: There is no working tree");
    question = (SourceQuestion){.start = question.start, .commit = "work", .live = "main"};
    assert_says(source_report(box, &question), "candidate <second\n>");
}

static void foreign_folders_need_trust(void **state)
{
    Sandbox *box = *state;
    if (geteuid() != 0) {
        print_message("skipped: needs root to change an owner\n");
        skip();
    }
    sandbox_sh(box, "mkdir -p deep/er && chown -R 12345 .");
    char repair[600];
    snprintf(repair, sizeof(repair), "| git config --global --add safe.directory %s", box->repo);
    assert_says(source_report(box, &staged), repair);
    SourceQuestion below = {.start = sandbox_path(box, "deep/er")};
    assert_says(source_report(box, &below), repair);
    sandbox_sh(box, "git config --global --add safe.directory /elsewhere");
    assert_says(source_report(box, &staged), repair);
    sandbox_sh(box, "git config --global --add safe.directory '*'");
    assert_says(source_report(box, &staged), "project .");
    sandbox_sh(box, "git config --global --add safe.directory ''");
    assert_says(source_report(box, &staged), repair);
    sandbox_sh(box, "git config --global --add safe.directory '%s'", box->repo);
    assert_says(source_report(box, &staged), "project .");
    sandbox_sh(box, "rm ~/.gitconfig");
    setenv("GIT_CONFIG_COUNT", "1", 1);
    setenv("GIT_CONFIG_KEY_0", "safe.directory", 1);
    setenv("GIT_CONFIG_VALUE_0", "*", 1);
    assert_says(source_report(box, &staged), "project .");
    unsetenv("GIT_CONFIG_COUNT");
    sandbox_sh(box, "chown -R 0 .");
    sandbox_git(box, "worktree add -q ../linked");
    sandbox_sh(box, "chown -R 12345 ../linked");
    snprintf(repair, sizeof(repair), "safe.directory %s/linked", box->root);
    SourceQuestion linked = {.start = sandbox_path(box, "../linked/pipes")};
    assert_says(source_report(box, &linked), repair);
    sandbox_sh(box, "chown -R 0 ../linked");
}

/* ---- what libgit2 cannot read ---- */

static void unreadable_formats_are_refused_cleanly(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "git init -q --object-format=sha256 ../sha256");
    SourceQuestion question = {.start = sandbox_path(box, "../sha256")};
    assert_says(source_report(box, &question), "stores objects as sha256");
    sandbox_sh(box, "git init -q ../reftable && cd ../reftable && "
                    "git config core.repositoryformatversion 1 && "
                    "git config extensions.refstorage reftable");
    question.start = sandbox_path(box, "../reftable");
    assert_says(source_report(box, &question), "| git refs migrate --ref-format=files");
}

static void unreadable_indexes_are_refused_with_the_command(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "update-index --split-index");
    assert_says(source_report(box, &staged), "| git update-index --no-split-index");
    sandbox_git(box, "update-index --no-split-index");
    sandbox_git(box, "sparse-checkout set --cone --sparse-index datasources");
    assert_says(source_report(box, &staged), "| git sparse-checkout reapply --no-sparse-index");
    sandbox_git(box, "sparse-checkout reapply --no-sparse-index");
    assert_says(source_report(box, &staged), "project .");
    sandbox_sh(box, "size=$(stat -c %%s .git/index) && truncate -s $((size - 20)) .git/index && "
                    "truncate -s $size .git/index");
    int major, minor, patch;
    git_libgit2_version(&major, &minor, &patch);
    bool reads_it = major > 1 || minor > 6; /* libgit2 itself: then there is nothing to refuse */
    assert_says(source_report(box, &staged), reads_it ? "project ." : "The index has no checksum");
    sandbox_write(box, ".git/index", "rubbish");
    assert_says(source_report(box, &staged), "fault 3: The index");
}

static void partial_clones_name_the_command(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "pipes/p.pipe", "second\n");
    sandbox_commit(box, "second");
    sandbox_git(box, "config uploadpack.allowFilter true");
    sandbox_git(box, "clone -q --filter=blob:none --no-checkout file://%s ../partial", box->repo);
    SourceQuestion question = {
        .start = sandbox_path(box, "../partial"), .commit = "origin/work", .live = "origin/main"};
    const char *report = source_report(box, &question);
    assert_says(report, "trouble live pipes/p.pipe: has no content in this repository");
    assert_says(report, "| git fetch --refetch --no-filter origin");
    sandbox_sh(box, "cd ../partial && git fetch -q --refetch --no-filter origin");
    assert_says(source_report(box, &question), "candidate <second\n>");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(staged_and_unstaged_are_told_apart),
        CASE(untracked_files_count_in_the_worktree_only),
        CASE(deletions_are_seen),
        CASE(intent_to_add_is_not_staged),
        CASE(conflicts_are_refused),
        CASE(files_left_out_of_a_sparse_checkout_are_not_deleted),
        CASE(mode_changes_are_no_change),
        CASE(run_bits_are_git_s),
        CASE(links_are_never_followed),
        CASE(tracked_files_behind_a_linked_folder_are_gone),
        CASE(special_files_neither_block_nor_crash),
        CASE(large_files_are_not_read),
        CASE(files_without_permission_are_named),
        CASE(pointers_and_ciphertext_are_recognised),
        CASE(filter_drivers_never_run),
        CASE(line_ends_are_git_s_own),
        CASE(declared_encodings_are_converted),
        CASE(hostile_names_stay_bytes),
        CASE(submodules_are_noted),
        CASE(git_s_environment_is_honoured),
        CASE(a_worktree_may_be_elsewhere),
        CASE(another_index_is_the_one_judged),
        CASE(objects_in_quarantine_are_read),
        CASE(discovery_stops_where_git_stops),
        CASE(linked_worktrees_are_like_the_main_one),
        CASE(bare_repositories_have_commits_only),
        CASE(foreign_folders_need_trust),
        CASE(unreadable_formats_are_refused_cleanly),
        CASE(unreadable_indexes_are_refused_with_the_command),
        CASE(partial_clones_name_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
