/* test_comparison.c: what is compared with what, on real histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/source_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const SourceQuestion staged = {.live = "main"};
static const SourceQuestion worktree = {.live = "main", .worktree = true};
static const SourceQuestion as_is = {.live = "main", .worktree = true, .as_is = true};

static const char ten_lines[] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

static int set_up(void **state)
{
    Sandbox *box = sandbox_new();
    *state = box;
    sandbox_init_repo(box);
    sandbox_write(box, "datasources/a.datasource", ten_lines);
    sandbox_write(box, "pipes/p.pipe", "pipe\n");
    sandbox_commit(box, "first");
    sandbox_git(box, "branch work");
    return 0;
}

static int tear_down(void **state)
{
    sandbox_free(*state);
    return 0;
}

/* Commits one file on main, then returns to `work`. */
static void change_live(Sandbox *box, const char *path, const char *text)
{
    sandbox_git(box, "checkout -q main");
    if (text != NULL) {
        sandbox_write(box, path, text);
    } else {
        sandbox_remove(box, path);
    }
    sandbox_commit(box, "live");
    sandbox_git(box, "checkout -q work");
}

static void change_here(Sandbox *box, const char *path, const char *text)
{
    sandbox_git(box, "checkout -q work");
    sandbox_write(box, path, text);
    sandbox_commit(box, "here");
}

static void a_branch_that_is_behind_is_not_blamed(void **state)
{
    Sandbox *box = *state;
    change_live(box, "pipes/p.pipe", "live edit\n");
    change_here(box, "pipes/new.pipe", "new\n");
    const char *report = source_report(box, &worktree);
    assert_says(report, " A pipes/new.pipe");
    assert_silent_on(report, " M ");
    assert_says(report, "note This branch is behind main: a deploy from here would undo 1 live "
                        "change. Run `tblint lint --as-is` to see it.");
    assert_silent_on(source_report(box, &staged), "behind");
}

static void as_is_shows_what_it_would_undo(void **state)
{
    Sandbox *box = *state;
    change_live(box, "pipes/p.pipe", "live edit\n");
    change_live(box, "pipes/q.pipe", "added on live\n");
    change_live(box, "datasources/a.datasource", NULL);
    change_here(box, "pipes/new.pipe", "new\n");
    const char *report = source_report(box, &as_is);
    assert_says(report, " M pipes/p.pipe\n  live <live edit\n>\n  candidate <pipe\n>");
    assert_says(report, " D pipes/q.pipe");
    assert_says(report, "undone pipes/p.pipe\n");
    assert_says(report, "undone pipes/q.pipe\n");
    assert_says(report, "undone datasources/a.datasource\n");
    assert_silent_on(report, "undone pipes/new.pipe");
    assert_silent_on(report, "note This branch is behind");
}

static void two_edits_are_merged(void **state)
{
    Sandbox *box = *state;
    change_live(box, "datasources/a.datasource", "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    change_here(box, "datasources/a.datasource", "1\n2\n3\n4\n5\n6\n7\n8\n9\nten\n");
    const char *report = source_report(box, &staged);
    assert_says(report, " M! datasources/a.datasource");
    assert_says(report, "candidate <one\n2\n3\n4\n5\n6\n7\n8\n9\nten\n>");
    assert_silent_on(report, "unchecked");
    assert_says(source_report(box, &as_is), "undone datasources/a.datasource");
}

static void a_change_that_is_in_both_is_no_change(void **state)
{
    Sandbox *box = *state;
    change_live(box, "pipes/p.pipe", "same\n");
    change_here(box, "pipes/p.pipe", "same\n");
    assert_silent_on(source_report(box, &staged), "p.pipe");
    assert_silent_on(source_report(box, &as_is), "undone");
}

static void conflicts_fall_back_to_the_base(void **state)
{
    Sandbox *box = *state;
    change_live(box, "pipes/p.pipe", "theirs\n");
    change_here(box, "pipes/p.pipe", "ours\n");
    const char *report = source_report(box, &staged);
    assert_says(report, " M pipes/p.pipe\n  live <pipe\n>\n  candidate <ours\n>");
    assert_says(report, "unchecked pipes/p.pipe: changed on both branches in the same lines");
}

static void deletions_meet_edits(void **state)
{
    Sandbox *box = *state;
    change_live(box, "pipes/p.pipe", NULL);
    change_here(box, "pipes/p.pipe", "ours\n");
    assert_says(source_report(box, &staged), "unchecked pipes/p.pipe: changed here, but deleted");
    sandbox_git(box, "checkout -q -B other main~1");
    sandbox_remove(box, "datasources/a.datasource");
    sandbox_commit(box, "delete");
    sandbox_git(box, "checkout -q main");
    sandbox_write(box, "datasources/a.datasource", "edited\n");
    sandbox_commit(box, "edit");
    sandbox_git(box, "checkout -q other");
    const char *report = source_report(box, &staged);
    assert_says(report, " D datasources/a.datasource");
    assert_says(report, "unchecked datasources/a.datasource: deleted here, but changed");
}

static void additions_on_both_sides_meet(void **state)
{
    Sandbox *box = *state;
    change_live(box, "pipes/n.pipe", "theirs\n");
    change_here(box, "pipes/n.pipe", "ours\n");
    const char *report = source_report(box, &staged);
    assert_says(report, " M pipes/n.pipe\n  live <theirs\n>\n  candidate <ours\n>");
    assert_says(report, "unchecked pipes/n.pipe: added on both branches");
}

static void identity_is_the_name_and_not_the_path(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q work");
    sandbox_sh(box, "mkdir endpoints && git mv pipes/p.pipe endpoints/p.pipe");
    sandbox_commit(box, "move");
    assert_says(source_report(box, &staged), " R= pipes/p.pipe -> endpoints/p.pipe");
    change_live(box, "pipes/p.pipe", "live edit\n");
    const char *report = source_report(box, &staged);
    assert_says(report, " R= pipes/p.pipe -> endpoints/p.pipe");
    assert_says(report, "candidate <live edit\n>");
    assert_silent_on(report, " D ");
    assert_silent_on(report, " A ");
}

static void moves_on_live_are_followed(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q main");
    sandbox_sh(box, "mkdir endpoints && git mv pipes/p.pipe endpoints/p.pipe");
    sandbox_commit(box, "move");
    change_here(box, "pipes/p.pipe", "edited here\n");
    const char *report = source_report(box, &staged);
    assert_says(report, " RM endpoints/p.pipe -> pipes/p.pipe");
    assert_silent_on(report, " D ");
    assert_silent_on(report, "unchecked");
}

static void whole_projects_move(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q work");
    sandbox_sh(box, "mkdir tinybird && git mv datasources pipes tinybird");
    sandbox_commit(box, "move");
    const char *report = source_report(box, &staged);
    assert_says(report, " R= pipes/p.pipe -> tinybird/pipes/p.pipe");
    sandbox_git(box, "checkout -q -B main work && git checkout -q -b next");
    sandbox_git(box, "mv tinybird analytics");
    report = source_report(box, &staged);
    assert_says(report, "project analytics\n");
    assert_says(report, " R= tinybird/pipes/p.pipe -> analytics/pipes/p.pipe");
    assert_silent_on(report, "project tinybird");
}

static void projects_do_not_mix(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q work && git rm -q -r datasources pipes");
    sandbox_write(box, "x/pipes/p.pipe", "x\n");
    sandbox_write(box, "y/pipes/p.pipe", "y\n");
    sandbox_git(box, "add -A && git commit -q -m two && git branch -f main");
    sandbox_write(box, "x/pipes/p.pipe", "x2\n");
    sandbox_commit(box, "edit");
    const char *report = source_report(box, &staged);
    assert_says(report, "project x\n M x/pipes/p.pipe");
    assert_says(report, "project y\nlive");
    SourceQuestion one = {.live = "main", .project = "./y/"};
    assert_silent_on(source_report(box, &one), "project x");
    one.project = "z";
    assert_says(source_report(box, &one), "fault 2: There is no project at 'z'; found: 'x', 'y'.");
    one = (SourceQuestion){.live = "main", .ignore = "x/**"};
    assert_silent_on(source_report(box, &one), "x/pipes");
}

static void equal_names_pair_by_path_first(void **state)
{
    Sandbox *box = *state;
    change_here(box, "endpoints/p.pipe", "second of that name\n");
    const char *report = source_report(box, &staged);
    assert_says(report, " A endpoints/p.pipe");
    assert_silent_on(report, " pipes/p.pipe");
}

static void a_merge_in_progress_is_judged_as_merged(void **state)
{
    Sandbox *box = *state;
    change_live(box, "pipes/p.pipe", "live edit\n");
    change_here(box, "pipes/new.pipe", "new\n");
    sandbox_git(box, "merge -q --no-commit --no-ff main");
    const char *report = source_report(box, &worktree);
    assert_says(report, " A pipes/new.pipe");
    assert_silent_on(report, " M ");
    assert_silent_on(report, "behind");
    sandbox_write(box, "pipes/p.pipe", "undone in the merge\n");
    sandbox_git(box, "add -A");
    assert_says(source_report(box, &staged),
                " M pipes/p.pipe\n  live <live edit\n>\n  candidate <undone in the merge\n>");
}

/* main and work merge each other's first change crosswise, resolving p.pipe differently. */
static void disagreeing_bases_are_a_conflict(void **state)
{
    Sandbox *box = *state;
    change_live(box, "pipes/p.pipe", "m1\n");
    change_here(box, "pipes/p.pipe", "w1\n");
    sandbox_git(box, "branch w1 && git branch m1 main");
    sandbox_try_git(box, "merge -q m1");
    sandbox_write(box, "pipes/p.pipe", "work resolved\n");
    sandbox_commit(box, "merge m1");
    sandbox_git(box, "checkout -q main");
    sandbox_try_git(box, "merge -q w1");
    sandbox_write(box, "pipes/p.pipe", "main resolved\n");
    sandbox_commit(box, "merge w1");
    sandbox_git(box, "checkout -q work");
    assert_says(source_report(box, &staged),
                "unchecked pipes/p.pipe: the branches have several merge bases");
}

static void without_a_merge_base_the_tip_is_compared(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q --orphan alone && git commit -q -m alone");
    sandbox_write(box, "pipes/p.pipe", "alone\n");
    const char *report = source_report(box, &worktree);
    assert_says(report, "note There is no merge base with main");
    assert_says(report, " M pipes/p.pipe");
    assert_says(report, "base none");
}

static void shallow_clones_compare_with_the_tip(void **state)
{
    Sandbox *box = *state;
    change_live(box, "datasources/a.datasource", "live\n");
    change_here(box, "pipes/p.pipe", "here\n");
    sandbox_git(box, "clone -q --depth 1 --no-single-branch file://%s ../shallow", box->repo);
    SourceQuestion question = {
        .start = sandbox_path(box, "../shallow"), .live = "origin/main", .commit = "origin/work"};
    const char *report = source_report(box, &question);
    assert_says(report, "note There is no merge base with origin/main");
    assert_says(report, "git fetch --unshallow");
    assert_says(report, " M pipes/p.pipe");
}

/* What actions/checkout makes: the merge of the pull request and the base branch, each at depth 1.
 */
static void a_shallow_merge_ref_has_its_base(void **state)
{
    Sandbox *box = *state;
    change_live(box, "datasources/a.datasource", "live\n");
    change_here(box, "pipes/p.pipe", "here\n");
    sandbox_git(box, "checkout -q --detach main && git merge -q --no-ff -m merge work && "
                     "git update-ref refs/pull/1/merge HEAD && git checkout -q work");
    sandbox_sh(box,
               "git init -q ../ci && cd ../ci && git remote add origin file://%s && "
               "git fetch -q --depth=1 origin +refs/pull/1/merge:refs/remotes/pull/1/merge "
               "+refs/heads/main:refs/remotes/origin/main && "
               "git checkout -q --detach refs/remotes/pull/1/merge",
               box->repo);
    SourceQuestion question = {.start = sandbox_path(box, "../ci"), .live = "origin/main"};
    const char *report = source_report(box, &question);
    assert_says(report, " M pipes/p.pipe");
    assert_silent_on(report, "a.datasource");
    assert_silent_on(report, "base none");
}

static void shallow_clones_find_the_base_they_have(void **state)
{
    Sandbox *box = *state;
    change_live(box, "datasources/a.datasource", "live\n");
    change_here(box, "pipes/p.pipe", "here\n");
    sandbox_git(box, "clone -q --depth 2 --no-single-branch file://%s ../shallow", box->repo);
    SourceQuestion question = {
        .start = sandbox_path(box, "../shallow"), .live = "origin/main", .commit = "origin/work"};
    const char *report = source_report(box, &question);
    assert_says(
        report,
        str_fmt(box->arena, "base %s", sandbox_output(box, "git merge-base main work")).ptr);
    assert_silent_on(report, "a.datasource");
}

static void the_first_commit_is_all_new(void **state)
{
    Sandbox *box = *state;
    sandbox_sh(box, "git init -q ../empty && mkdir ../empty/pipes && "
                    "echo x > ../empty/pipes/x.pipe && git -C ../empty add -A");
    SourceQuestion question = {.start = sandbox_path(box, "../empty")};
    const char *report = source_report(box, &question);
    assert_says(report, " A pipes/x.pipe");
    assert_says(report, "note There is no live branch to compare with");
}

static void detached_heads_and_amends_are_plain(void **state)
{
    Sandbox *box = *state;
    change_here(box, "pipes/p.pipe", "here\n");
    const char *report = source_report(box, &staged);
    sandbox_git(box, "checkout -q --detach");
    assert_string_equal(source_report(box, &staged), report);
    sandbox_git(box, "commit -q --amend -m again");
    assert_string_equal(source_report(box, &staged), report);
}

static void committing_to_live_itself_compares_with_its_tip(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q main");
    sandbox_write(box, "pipes/p.pipe", "next\n");
    sandbox_git(box, "add -A");
    SourceQuestion question = {.live = NULL};
    assert_says(source_report(box, &question), " M pipes/p.pipe\n  live <pipe\n>");
}

static void classic_layouts_are_told_by_content(void **state)
{
    Sandbox *box = *state;
    sandbox_git(box, "checkout -q work");
    sandbox_write(box, ".tinyenv", "# VERSION=1\nOTHER=2\n");
    assert_says(source_report(box, &worktree), "project .\n");
    sandbox_write(box, ".tinyenv", "OTHER=2\n  VERSION=0.0.1\n");
    assert_says(source_report(box, &worktree), "project . classic\n");
    sandbox_remove(box, ".tinyenv");
    sandbox_write(box, "deploy/0.0.1/deploy.sh", "tb push\n");
    assert_says(source_report(box, &worktree), "project . classic\n");
}

static void three_moments_give_one_answer(void **state)
{
    Sandbox *box = *state;
    change_live(box, "datasources/a.datasource", "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    change_here(box, "datasources/a.datasource", "1\n2\n3\n4\n5\n6\n7\n8\n9\nten\n");
    SourceQuestion commit = {.live = "main", .commit = "work"};
    assert_string_equal(source_report(box, &commit), source_report(box, &staged));
    const char *before = sandbox_git_state(box);
    SourceQuestion everything = {.live = "main", .worktree = true, .all = true};
    source_report(box, &everything);
    assert_string_equal(before, sandbox_git_state(box));
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_branch_that_is_behind_is_not_blamed),
        CASE(as_is_shows_what_it_would_undo),
        CASE(two_edits_are_merged),
        CASE(a_change_that_is_in_both_is_no_change),
        CASE(conflicts_fall_back_to_the_base),
        CASE(deletions_meet_edits),
        CASE(additions_on_both_sides_meet),
        CASE(identity_is_the_name_and_not_the_path),
        CASE(moves_on_live_are_followed),
        CASE(whole_projects_move),
        CASE(projects_do_not_mix),
        CASE(equal_names_pair_by_path_first),
        CASE(a_merge_in_progress_is_judged_as_merged),
        CASE(disagreeing_bases_are_a_conflict),
        CASE(without_a_merge_base_the_tip_is_compared),
        CASE(shallow_clones_compare_with_the_tip),
        CASE(a_shallow_merge_ref_has_its_base),
        CASE(shallow_clones_find_the_base_they_have),
        CASE(the_first_commit_is_all_new),
        CASE(detached_heads_and_amends_are_plain),
        CASE(committing_to_live_itself_compares_with_its_tip),
        CASE(classic_layouts_are_told_by_content),
        CASE(three_moments_give_one_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
