/* test_live.c: which commit is taken for the live one, and how a missing one is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/source_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const variables[] = {
    "TBLINT_LIVE",
    "GITHUB_ACTIONS",
    "GITHUB_EVENT_NAME",
    "GITHUB_BASE_REF",
    "GITHUB_SHA",
    "GITHUB_EVENT_PATH",
    "GITHUB_REF",
    "GITLAB_CI",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_COMMIT_BRANCH",
    "CI_DEFAULT_BRANCH",
    "CI_COMMIT_BEFORE_SHA",
    "CHANGE_TARGET",
    "DRONE_TARGET_BRANCH",
    "DRONE_BUILD_EVENT",
    "DRONE_BRANCH",
    "DRONE_COMMIT_BEFORE",
    "TRAVIS_EVENT_TYPE",
    "TRAVIS_BRANCH",
    "TRAVIS_COMMIT_RANGE",
    "CI_PIPELINE_EVENT",
    "CI_PREV_COMMIT_SHA",
    "CI_PREV_COMMIT_BRANCH",
    "CI_PREV_PIPELINE_EVENT",
    "CI_MERGE_REQUEST_PROJECT_ID",
    "CI_PROJECT_ID",
    "CIRCLE_BRANCH",
    "TBLINT_BEFORE",
    "CI",
};

static void unset_variables(void)
{
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
        unsetenv(variables[i]);
    }
}

static int set_up(void **state)
{
    Sandbox *box = sandbox_new();
    *state = box;
    unset_variables();
    sandbox_init_repo(box);
    sandbox_write(box, "a.pipe", "one\n");
    sandbox_commit(box, "first");
    return 0;
}

static int tear_down(void **state)
{
    unset_variables();
    sandbox_free(*state);
    return 0;
}

/* "REF COMMIT (HOW)" or "MESSAGE | REPAIR". */
static const char *live_in(Sandbox *box, const char *folder, const char *option,
                           const char *configured)
{
    Arena *arena = arena_new();
    Repo *repo = NULL;
    LiveRef live;
    Fault fault = {0};
    Str text;
    if (repo_open(&repo, arena, folder, &fault) == 0 &&
        live_resolve(&live, repo, option, configured, &fault) == 0) {
        text = str_fmt(box->arena, "%.*s %s (%.*s)", STR_ARG(live.ref), live.commit.hex,
                       STR_ARG(live.how));
    } else {
        text = str_fmt(box->arena, "%s | %s", fault.message, fault.repair);
    }
    repo_free(repo);
    arena_free(arena);
    return str_cstr(box->arena, text);
}

static const char *live(Sandbox *box)
{
    return live_in(box, box->repo, NULL, NULL);
}

static void set_event(Sandbox *box, const char *name, const char *json)
{
    sandbox_write(box, "../event.json", json);
    setenv("GITHUB_ACTIONS", "true", 1);
    setenv("GITHUB_EVENT_NAME", name, 1);
    setenv("GITHUB_EVENT_PATH", sandbox_path(box, "../event.json"), 1);
}

static void sources_are_asked_in_order(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "branch option && git branch env && git branch conf && git branch ci && "
                     "git update-ref refs/remotes/origin/ci HEAD && "
                     "git update-ref refs/remotes/origin/trunk HEAD && "
                     "git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/trunk");
    assert_says(live(box), "origin/trunk ");
    set_event(box, "pull_request", "{}");
    setenv("GITHUB_BASE_REF", "ci", 1);
    assert_says(live(box), "origin/ci ");
    assert_says(live_in(box, box->repo, NULL, "conf"), "conf ");
    setenv("TBLINT_LIVE", "env", 1);
    assert_says(live_in(box, box->repo, NULL, "conf"), "env ");
    assert_says(live_in(box, box->repo, "option", "conf"), "option ");
    assert_says(live_in(box, box->repo, "option", "conf"), "(--live)");
}

static void a_named_branch_may_be_remote_only(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "update-ref refs/remotes/origin/prod HEAD");
    assert_says(live_in(box, box->repo, "prod", NULL), "origin/prod ");
    assert_says(live_in(box, box->repo, "absent", NULL), "The live branch 'absent' (from --live)");
    assert_says(live_in(box, box->repo, "absent", NULL),
                "| git fetch --no-tags origin +refs/heads/absent:refs/remotes/origin/absent");
}

/* Whoever may push can make a tag. */
static void a_tag_is_no_branch_of_its_name(void **state)
{
    Sandbox *box = *state;
    const char *live_commit = sandbox_output(box, "git rev-parse HEAD");
    sandbox_git(box, "update-ref refs/remotes/origin/main HEAD");
    sandbox_sh(box, "git checkout -q -b work && git commit -q --allow-empty -m work && "
                    "git tag main && git tag origin/main && git tag v1 main~1");
    static const char *const names[] = {"main", "origin/main", "refs/heads/main",
                                        "refs/remotes/origin/main"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_says(live_in(box, box->repo, names[i], NULL), live_commit);
        assert_says(live_in(box, box->repo, NULL, names[i]), live_commit);
    }
    assert_says(live_in(box, box->repo, "v1", NULL), "v1 ");
    /* A CI that merges the change into a local branch of the target's name. */
    sandbox_sh(box, "git checkout -q -B main work");
    setenv("CI", "true", 1);
    assert_says(live_in(box, box->repo, NULL, "main"), live_commit);
    unsetenv("CI");
    assert_says(live_in(box, box->repo, NULL, "main"), "main ");
}

static void one_line_of_usual_names_is_enough(void **state)
{
    Sandbox *box = *state;
    assert_says(live(box), "main ");
    sandbox_git(box, "update-ref refs/remotes/origin/main HEAD");
    sandbox_write(box, "a.pipe", "two\n");
    sandbox_commit(box, "local only");
    assert_says(live(box), "origin/main ");
    sandbox_git(box, "branch master");
    assert_says(live(box), "Several branches could be the live one (origin/main, main, master)");
    sandbox_git(box, "branch -f master origin/main");
    assert_says(live(box), "origin/main ");
}

static void unrelated_lines_are_never_guessed(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "update-ref refs/remotes/origin/main HEAD");
    sandbox_git(box, "checkout -q --orphan fresh && git commit -q -m other && "
                     "git branch -f main fresh");
    assert_says(live(box), "Several branches could be the live one");
    assert_says(live(box), "| tblint lint --live BRANCH");
}

static void no_branch_is_said(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "branch -m odd");
    assert_says(live(box), "No live branch is known");
    sandbox_git(box, "remote add origin ../nowhere");
    assert_says(live(box), "| git remote set-head origin --auto");
}

static void shallow_clones_get_the_one_command(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q -b work");
    sandbox_write(box, "a.pipe", "two\n");
    sandbox_commit(box, "second");
    sandbox_git(box, "clone -q --depth 1 --branch work file://%s ../shallow", box->repo);
    const char *folder = sandbox_path(box, "../shallow");
    set_event(box, "pull_request", "{\"pull_request\":{\"base\":{\"ref\":\"main\"}}}");
    setenv("GITHUB_BASE_REF", "main", 1);
    const char *command =
        "git fetch --no-tags --depth=1 origin +refs/heads/main:refs/remotes/origin/main";
    assert_says(live_in(box, folder, NULL, NULL), command);
    sandbox_sh(box, "cd ../shallow && %s 2>/dev/null", command);
    assert_says(live_in(box, folder, NULL, NULL), "origin/main ");
}

static void a_merge_ref_has_the_base_as_first_parent(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q -b work && git commit -q --allow-empty -m work && "
                     "git checkout -q --detach main && git merge -q --no-ff -m merge work && "
                     "git branch -m main other");
    set_event(box, "pull_request", "{}");
    setenv("GITHUB_BASE_REF", "main", 1);
    setenv("GITHUB_SHA", sandbox_output(box, "git rev-parse HEAD"), 1);
    assert_says(live(box), "HEAD^1 ");
}

/* The branch itself is checked out, and ends in a merge of live into it. */
static void a_branch_that_ends_in_a_merge_is_no_merge_ref(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q -b work && git commit -q --allow-empty -m work && "
                     "git checkout -q main && git commit -q --allow-empty -m others && "
                     "git checkout -q work && git merge -q --no-ff -m update main && "
                     "git branch -m main other");
    set_event(box, "pull_request", "{}");
    setenv("GITHUB_BASE_REF", "main", 1);
    setenv("GITHUB_SHA", "1111111111111111111111111111111111111111", 1);
    assert_says(live(box),
                "| git fetch --no-tags origin +refs/heads/main:refs/remotes/origin/main");
}

static void merge_groups_name_a_commit(void **state)
{
    Sandbox *box = *state;
    const char *id = sandbox_output(box, "git rev-parse HEAD");
    Str event = str_fmt(box->arena, "{\"merge_group\":{\"base_sha\":\"%s\"}}", id);
    set_event(box, "merge_group", event.ptr);
    assert_says(live(box), str_fmt(box->arena, "%s %s (merge_group.base_sha)", id, id).ptr);
    set_event(box, "merge_group",
              "{\"merge_group\":{\"base_sha\":\"1111111111111111111111111111111111111111\"}}");
    assert_says(live(box), "| git fetch --no-tags origin 1111111111111111111111111111111111111111");
}

static void a_push_to_live_is_compared_with_before(void **state)
{
    Sandbox *box = *state;
    const char *before = sandbox_output(box, "git rev-parse HEAD");
    sandbox_write(box, "a.pipe", "two\n");
    sandbox_commit(box, "second");
    Str event = str_fmt(box->arena,
                        "{\"ref\":\"refs/heads/main\",\"before\":\"%s\","
                        "\"repository\":{\"default_branch\":\"main\"}}",
                        before);
    set_event(box, "push", event.ptr);
    assert_says(live(box), before);
    assert_says(live_in(box, box->repo, NULL, "origin/main"), before);
    assert_says(live_in(box, box->repo, NULL, "main"), before);
    assert_says(live_in(box, box->repo, "main", NULL), "(--live)");
    set_event(box, "push",
              "{\"ref\":\"refs/heads/main\",\"before\":"
              "\"2222222222222222222222222222222222222222\","
              "\"repository\":{\"default_branch\":\"main\"}}");
    assert_says(live(box), "HEAD^1 ");
    set_event(box, "push",
              "{\"ref\":\"refs/heads/work\",\"before\":\"\","
              "\"repository\":{\"default_branch\":\"main\"}}");
    assert_says(live(box), "The live branch 'main' (from the event's repository.default_branch)");
}

static void a_push_to_the_configured_branch_on_gitlab(void **state)
{
    Sandbox *box = *state;
    const char *before = sandbox_output(box, "git rev-parse HEAD");
    sandbox_write(box, "a.pipe", "two\n");
    sandbox_commit(box, "second");
    setenv("GITLAB_CI", "true", 1);
    setenv("CI_COMMIT_BRANCH", "main", 1);
    setenv("CI_COMMIT_BEFORE_SHA", before, 1);
    assert_says(live_in(box, box->repo, NULL, "main"), before);
    setenv("CI_COMMIT_BRANCH", "work", 1);
    assert_says(live_in(box, box->repo, NULL, "main"), "(live: in the configuration)");
}

static void gitlab_names_the_target_branch(void **state)
{
    Sandbox *box = *state;
    const char *id = sandbox_output(box, "git rev-parse HEAD");
    setenv("GITLAB_CI", "true", 1);
    setenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "prod", 1);
    setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", id, 1);
    assert_says(live(box), "(CI_MERGE_REQUEST_DIFF_BASE_SHA)");
    sandbox_git(box, "update-ref refs/remotes/origin/prod HEAD");
    assert_says(live(box), "origin/prod ");
    unsetenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
    unsetenv("CI_MERGE_REQUEST_DIFF_BASE_SHA");
    setenv("CI_COMMIT_BRANCH", "main", 1);
    setenv("CI_DEFAULT_BRANCH", "main", 1);
    setenv("CI_COMMIT_BEFORE_SHA", id, 1);
    assert_silent_on(live(box), "is not in this clone"); /* it is the pushed one, built again */
    sandbox_write(box, "a.pipe", "two\n");
    sandbox_commit(box, "second");
    assert_says(live(box), id);
    assert_says(live(box), "(CI_COMMIT_BEFORE_SHA)");
}

static void other_ci_systems_are_known(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "update-ref refs/remotes/origin/prod HEAD");
    setenv("CHANGE_TARGET", "prod", 1);
    assert_says(live(box), "origin/prod ");
    assert_says(live(box), "(CHANGE_TARGET)");
}

static void drone_names_the_branch_of_a_push(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "update-ref refs/remotes/origin/work HEAD");
    setenv("DRONE_TARGET_BRANCH", "work", 1);
    setenv("DRONE_BUILD_EVENT", "pull_request", 1);
    assert_says(live(box), "(DRONE_TARGET_BRANCH)");
    setenv("DRONE_BUILD_EVENT", "push", 1);
    assert_says(live(box), "(the usual names)");
}

static void a_target_that_ends_in_a_merge_is_no_merge_ref(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q -b work");
    sandbox_write(box, "b.pipe", "one\n");
    sandbox_commit(box, "work");
    sandbox_git(box, "checkout -q main");
    sandbox_git(box, "merge -q --no-ff work");
    const char *head = sandbox_output(box, "git rev-parse HEAD");
    set_event(
        box, "pull_request_target",
        str_fmt(box->arena, "{\"pull_request\":{\"base\":{\"ref\":\"main\",\"sha\":\"%s\"}}}", head)
            .ptr);
    setenv("GITHUB_SHA", head, 1);
    assert_says(live(box), "(pull_request.base.sha)");
}

static void an_unborn_branch_has_no_live(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "git init -q ../empty");
    assert_says(live_in(box, sandbox_path(box, "../empty"), NULL, NULL), "has no commit yet");
}

static void every_source_explains_itself(void **state)
{
    Sandbox *box = *state;
    Arena *arena = arena_new();
    Repo *repo = NULL;
    Fault fault = {0};
    assert_int_equal(repo_open(&repo, arena, box->repo, &fault), 0);
    Strs lines = live_explain(repo, "absent", NULL);
    const char *all = str_cstr(box->arena, str_join(arena, lines.items, lines.len, "\n"));
    repo_free(repo);
    arena_free(arena);
    assert_says(all, "--live: absent, which is missing\n");
    assert_says(all, "TBLINT_LIVE: not set\n");
    assert_says(all, "the usual names: main (");
}

/* ---- events that somebody else could shape ---- */

static void events_that_are_no_json_are_refused(void **state)
{
    Sandbox *box = *state;
    static const char *const files[] = {"", "not json {{{", "[]", "7", "\"main\"", "{\"ref\":"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        set_event(box, "push", files[i]);
        assert_says(live(box), "is no JSON object, so the live branch of this run is not known");
        assert_says(live(box), "| tblint lint --live BRANCH");
        assert_says(live_in(box, box->repo, NULL, "main"), "is no JSON object");
        assert_says(live_in(box, box->repo, "main", NULL), "(--live)");
    }
    set_event(box, "merge_group", "{");
    assert_says(live(box), "is no JSON object");
    set_event(box, "pull_request", "{");
    assert_says(live(box), "is no JSON object");
    sandbox_git(box, "update-ref refs/remotes/origin/prod HEAD");
    setenv("GITHUB_BASE_REF", "prod", 1); /* names the branch without the event */
    assert_says(live(box), "origin/prod ");
}

static void events_that_cannot_be_read_are_refused(void **state)
{
    Sandbox *box = *state;
    set_event(box, "push", "{}");
    setenv("GITHUB_EVENT_PATH", "/nowhere/event.json", 1);
    assert_says(live(box), "'/nowhere/event.json' (GITHUB_EVENT_PATH), does not exist");
    setenv("GITHUB_EVENT_PATH", box->repo, 1);
    assert_says(live(box), "is no regular file");
    setenv("GITHUB_EVENT_PATH", "/dev/zero", 1);
    assert_says(live(box), "is no regular file");
    sandbox_sh(box, "mkfifo ../pipe && truncate -s 100M ../huge");
    setenv("GITHUB_EVENT_PATH", sandbox_path(box, "../pipe"), 1);
    assert_says(live(box), "is no regular file");
    setenv("GITHUB_EVENT_PATH", sandbox_path(box, "../huge"), 1);
    assert_says(live(box), "is over 32 MiB");
    sandbox_sh(box, "yes '[' | head -n 2000000 | tr -d '\\n' >../deep");
    setenv("GITHUB_EVENT_PATH", sandbox_path(box, "../deep"), 1);
    assert_says(live(box), "is no JSON object");
    unsetenv("GITHUB_EVENT_PATH");
    assert_says(live(box), "main ");
}

/* Values of other types say nothing, and the usual sources are asked. */
static void events_of_wrong_types_say_nothing(void **state)
{
    Sandbox *box = *state;
    set_event(box, "push", "{\"ref\":7,\"before\":{},\"repository\":[\"default_branch\"]}");
    assert_says(live(box), "main ");
    set_event(box, "merge_group", "{\"merge_group\":{\"base_sha\":[\"x\"]}}");
    assert_says(live(box), "main ");
    set_event(box, "pull_request", "{\"pull_request\":{\"base\":{\"ref\":null,\"sha\":1e400}}}");
    assert_says(live(box), "main ");
}

/* No option of git, no syntax of revisions, no command of a shell. */
static void events_name_branches_and_commits_only(void **state)
{
    Sandbox *box = *state;
    static const char *const branches[] = {
        "--upload-pack=touch",
        "main~0",
        "main@{0}",
        "main^{commit}",
        "../heads/main",
        "../../heads/main",
        "a..b",
        "",
        "main\nother",
        "-x",
        "\xff\xfe",
        "refs/heads/",
        " main",
        "main:",
        "HEAD",
    };
    sandbox_git(box, "update-ref refs/remotes/origin/main HEAD && git branch -m main other");
    set_event(box, "pull_request", "{}");
    for (size_t i = 0; i < ARRAY_LEN(branches); i++) {
        setenv("GITHUB_BASE_REF", branches[i], 1);
        if (branches[i][0]) {
            assert_says(live(box), "is not in this clone, so there is nothing to compare with.");
        }
    }
    setenv("GITHUB_BASE_REF", "x$(touch y)`z`;'\"", 1);
    assert_says(live(box),
                "| git fetch --no-tags origin '+refs/heads/x$(touch y)`z`;'\\''\":refs/remotes/");
    unsetenv("GITHUB_BASE_REF");
    set_event(box, "merge_group", "{\"merge_group\":{\"base_sha\":\"--upload-pack=touch\"}}");
    assert_says(live(box), "is not in this clone");
    assert_says(live(box), "| git fetch --no-tags origin");
    set_event(box, "merge_group", "{\"merge_group\":{\"base_sha\":\"HEAD\"}}");
    assert_says(live(box), "is not in this clone");
}

static void long_names_are_cut(void **state)
{
    Sandbox *box = *state;
    char branch[10001];
    memset(branch, 'a', sizeof branch - 1);
    branch[sizeof branch - 1] = '\0';
    set_event(box, "pull_request", "{}");
    setenv("GITHUB_BASE_REF", branch, 1);
    assert_says(live(box), "is not in this clone");
    assert_says(live(box), "| git fetch --no-tags origin ...");
}

static void set_group(Sandbox *box, const char *id)
{
    set_event(box, "merge_group",
              str_fmt(box->arena, "{\"merge_group\":{\"base_sha\":\"%s\"}}", id).ptr);
}

static void ids_are_of_commits(void **state)
{
    Sandbox *box = *state;
    const char *head = sandbox_output(box, "git rev-parse HEAD");
    set_group(box, sandbox_output(box, "git rev-parse HEAD:a.pipe"));
    assert_says(live(box), "is not in this clone");
    set_group(box, sandbox_output(box, "git rev-parse HEAD^{tree}"));
    assert_says(live(box), "is not in this clone");
    sandbox_git(box, "tag -a -m one one && git tag -a -m two two one");
    set_group(box, sandbox_output(box, "git rev-parse two"));
    assert_says(live(box), head);
    /* A branch with the name of a commit that is not there. */
    sandbox_git(box, "update-ref refs/heads/1111111111111111111111111111111111111111 HEAD");
    set_group(box, "1111111111111111111111111111111111111111");
    assert_says(live(box), "is not in this clone");
}

static void set_push(Sandbox *box, const char *before)
{
    set_event(box, "push",
              str_fmt(box->arena,
                      "{\"ref\":\"refs/heads/main\",\"before\":\"%s\","
                      "\"repository\":{\"default_branch\":\"main\"}}",
                      before)
                  .ptr);
}

static void a_push_is_not_compared_with_itself(void **state)
{
    Sandbox *box = *state;
    const char *parent = sandbox_output(box, "git rev-parse HEAD");
    sandbox_write(box, "a.pipe", "two\n");
    const char *head = sandbox_commit(box, "second");
    set_push(box, head);
    assert_says(live(box), parent);
    set_push(box, "--output=x");
    assert_says(live(box), parent);
    set_push(box, sandbox_output(box, "git rev-parse HEAD:a.pipe"));
    assert_says(live(box), parent);
    /* The event does not say where to, the variable does. */
    set_event(box, "push", "{\"before\":\"\",\"repository\":{\"default_branch\":\"main\"}}");
    setenv("GITHUB_REF", "refs/heads/main", 1);
    assert_says(live(box), parent);
    unsetenv("GITHUB_REF");
}

/* Two commits are pushed, and two are in the clone: the first parent is the first of them. */
static void a_shallow_push_wants_what_was_before(void **state)
{
    Sandbox *box = *state;
    const char *before = sandbox_output(box, "git rev-parse HEAD");
    sandbox_write(box, "a.pipe", "two\n");
    sandbox_commit(box, "second");
    sandbox_write(box, "a.pipe", "three\n");
    sandbox_commit(box, "third");
    sandbox_git(box, "clone -q --depth 2 file://%s ../shallow", box->repo);
    const char *folder = sandbox_path(box, "../shallow");
    set_push(box, before);
    Str command = str_fmt(box->arena, "| git fetch --no-tags --depth=1 origin %s", before);
    assert_says(live_in(box, folder, NULL, NULL), command.ptr);
    assert_says(live_in(box, folder, NULL, "main"), command.ptr);
    sandbox_sh(box, "cd ../shallow && git fetch -q --depth=1 origin %s", before);
    assert_says(live_in(box, folder, NULL, NULL), before);
}

static void a_shallow_push_wants_the_first_parent(void **state)
{
    Sandbox *box = *state;
    const char *parent = sandbox_output(box, "git rev-parse HEAD");
    sandbox_write(box, "a.pipe", "two\n");
    sandbox_commit(box, "second");
    sandbox_git(box, "clone -q --depth 1 file://%s ../shallow", box->repo);
    const char *folder = sandbox_path(box, "../shallow");
    set_push(box, "0000000000000000000000000000000000000000");
    Str command = str_fmt(box->arena, "| git fetch --no-tags --depth=1 origin %s", parent);
    assert_says(live_in(box, folder, NULL, NULL), command.ptr);
    assert_says(live_in(box, folder, NULL, "main"), command.ptr);
}

/* ---- pushes, as other systems tell them ---- */

static void a_push_in_drone_is_compared_with_before(void **state)
{
    Sandbox *box = *state;
    const char *before = sandbox_output(box, "git rev-parse HEAD");
    sandbox_sh(box,
               "git commit -q --allow-empty -m second && git commit -q --allow-empty -m third");
    setenv("DRONE_BUILD_EVENT", "push", 1);
    setenv("DRONE_BRANCH", "main", 1);
    setenv("DRONE_COMMIT_BEFORE", before, 1);
    assert_says(live(box), before);
    assert_says(live(box), "(DRONE_COMMIT_BEFORE)");
    assert_says(live_in(box, box->repo, NULL, "origin/main"), before);
    assert_says(live_in(box, box->repo, "main", NULL), "(--live)");
    setenv("TBLINT_BEFORE", sandbox_output(box, "git rev-parse HEAD~1"), 1);
    assert_says(live(box), "(TBLINT_BEFORE)");
    unsetenv("TBLINT_BEFORE");
    setenv("DRONE_COMMIT_BEFORE", "--upload-pack=touch", 1);
    assert_says(live(box), "HEAD^1 ");
    setenv("DRONE_BRANCH", "work", 1);
    assert_says(live(box), "main ");
    setenv("DRONE_BRANCH", "main", 1);
    setenv("DRONE_BUILD_EVENT", "cron", 1);
    assert_says(live(box), "(the usual names)");
}

static void a_range_names_its_start(void **state)
{
    Sandbox *box = *state;
    const char *before = sandbox_output(box, "git rev-parse HEAD");
    sandbox_sh(box,
               "git commit -q --allow-empty -m second && git commit -q --allow-empty -m third");
    setenv("TRAVIS_EVENT_TYPE", "push", 1);
    setenv("TRAVIS_BRANCH", "main", 1);
    setenv("TRAVIS_COMMIT_RANGE", str_fmt(box->arena, "%.12s...123456789012", before).ptr, 1);
    assert_says(live(box), before);
    static const char *const ranges[] = {"",      "...",           "HEAD...HEAD",
                                         "0...1", "main~1...main", "ffffffffffff^...main"};
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        setenv("TRAVIS_COMMIT_RANGE", ranges[i], 1);
        assert_says(live(box), "HEAD^1 ");
    }
}

static void a_pipeline_of_another_branch_is_no_state_of_this_one(void **state)
{
    Sandbox *box = *state;
    const char *before = sandbox_output(box, "git rev-parse HEAD");
    sandbox_sh(box,
               "git commit -q --allow-empty -m second && git commit -q --allow-empty -m third");
    setenv("CI_PIPELINE_EVENT", "push", 1);
    setenv("CI_COMMIT_BRANCH", "main", 1);
    setenv("CI_PREV_COMMIT_SHA", before, 1);
    setenv("CI_PREV_COMMIT_BRANCH", "main", 1);
    setenv("CI_PREV_PIPELINE_EVENT", "pull_request", 1);
    assert_says(live(box), "since nothing names the commit before the push");
    setenv("CI_PREV_PIPELINE_EVENT", "push", 1);
    assert_says(live(box), before);
}

static void the_first_commit_of_all_replaces_nothing(void **state)
{
    Sandbox *box = *state;
    Arena *arena = arena_new();
    Repo *repo = NULL;
    LiveRef found;
    Fault fault = {0};
    set_push(box, "0000000000000000000000000000000000000000");
    assert_int_equal(repo_open(&repo, arena, box->repo, &fault), 0);
    assert_int_equal(live_resolve(&found, repo, NULL, NULL, &fault), 0);
    assert_int_equal(found.role, LIVE_NOTHING);
    assert_int_equal(live_resolve(&found, repo, NULL, "main", &fault), 0);
    assert_int_equal(found.role, LIVE_NOTHING);
    repo_free(repo);
    arena_free(arena);
    set_push(box, "2222222222222222222222222222222222222222");
    assert_says(live(box), "is not in this clone");
}

static void a_fork_has_another_origin(void **state)
{
    Sandbox *box = *state;
    setenv("GITLAB_CI", "true", 1);
    setenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main", 1);
    setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", sandbox_output(box, "git rev-parse HEAD"), 1);
    setenv("CI_MERGE_REQUEST_PROJECT_ID", "5", 1);
    setenv("CI_PROJECT_ID", "5", 1);
    assert_says(live(box), "(CI_MERGE_REQUEST_DIFF_BASE_SHA)");
    setenv("CI_PROJECT_ID", "7", 1);
    assert_says(live(box), "is of another project");
    assert_says(live(box), "| git fetch --no-tags \"$CI_MERGE_REQUEST_PROJECT_URL.git\" +refs/");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(sources_are_asked_in_order),
        CASE(a_named_branch_may_be_remote_only),
        CASE(a_tag_is_no_branch_of_its_name),
        CASE(one_line_of_usual_names_is_enough),
        CASE(unrelated_lines_are_never_guessed),
        CASE(no_branch_is_said),
        CASE(shallow_clones_get_the_one_command),
        CASE(a_merge_ref_has_the_base_as_first_parent),
        CASE(a_branch_that_ends_in_a_merge_is_no_merge_ref),
        CASE(merge_groups_name_a_commit),
        CASE(a_push_to_live_is_compared_with_before),
        CASE(a_push_to_the_configured_branch_on_gitlab),
        CASE(gitlab_names_the_target_branch),
        CASE(other_ci_systems_are_known),
        CASE(drone_names_the_branch_of_a_push),
        CASE(a_target_that_ends_in_a_merge_is_no_merge_ref),
        CASE(an_unborn_branch_has_no_live),
        CASE(every_source_explains_itself),
        CASE(events_that_are_no_json_are_refused),
        CASE(events_that_cannot_be_read_are_refused),
        CASE(events_of_wrong_types_say_nothing),
        CASE(events_name_branches_and_commits_only),
        CASE(long_names_are_cut),
        CASE(ids_are_of_commits),
        CASE(a_push_is_not_compared_with_itself),
        CASE(a_shallow_push_wants_what_was_before),
        CASE(a_shallow_push_wants_the_first_parent),
        CASE(a_push_in_drone_is_compared_with_before),
        CASE(a_range_names_its_start),
        CASE(a_pipeline_of_another_branch_is_no_state_of_this_one),
        CASE(the_first_commit_of_all_replaces_nothing),
        CASE(a_fork_has_another_origin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
