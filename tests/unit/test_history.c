/* test_history.c: when a file came to a branch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "lib/sandbox.h"
#include "source/history.h"

static int set_up(void **state)
{
    Sandbox *box = sandbox_new();
    *state = box;
    sandbox_init_repo(box);
    return 0;
}

static int tear_down(void **state)
{
    sandbox_free(*state);
    return 0;
}

/* Commits all files as of that hour of the day. */
static void commit_at(Sandbox *box, int hour)
{
    sandbox_sh(box,
               "git add -A && GIT_AUTHOR_DATE='2020-01-01T00:00:00Z' "
               "GIT_COMMITTER_DATE='2026-11-21T%02d:00:00Z' "
               "git commit -q --allow-empty -m 'at %d'",
               hour, hour);
}

static void write_and_commit(Sandbox *box, const char *path, const char *text, int hour)
{
    sandbox_write(box, path, text);
    commit_at(box, hour);
}

static Instant hour_of(Instant at)
{
    Instant day;
    assert_true(instant_parse(STR("2026-11-21"), &day));
    return (at - day) / 3600;
}

typedef struct {
    unsigned commits;
    int until; /* an hour; 0: all */
    const char *root;
} Ask;

/* "came 10 same 12", "+" for a file that may be older; "absent"; "fault". */
static const char *ask(Sandbox *box, const char *path, Ask how)
{
    Arena *arena = arena_new();
    Repo *repo = NULL;
    Fault fault = {0};
    CommitId tip = {{0}};
    FileHistory found;
    Str text;
    memcpy(tip.hex, sandbox_output(box, "git rev-parse HEAD"), 40);
    Instant until = 0;
    if (how.until > 0)
        assert_true(
            instant_parse(str_fmt(box->arena, "2026-11-21T%02d:00:00Z", how.until), &until));
    HistoryBounds bounds = {how.commits > 0 ? how.commits : 1000, until};
    assert_int_equal(repo_open(&repo, arena, box->repo, &fault), 0);
    Str root = str_of(how.root != NULL ? how.root : ".");
    if (history_since(repo, &tip, root, str_of(path), bounds, &found, &fault) != 0)
        text = STR("fault");
    else if (!found.found)
        text = STR("absent");
    else
        text = str_fmt(box->arena, "came %d%s same %d", (int)hour_of(found.when),
                       found.complete ? "" : "+", (int)hour_of(found.same_since));
    repo_free(repo);
    arena_free(arena);
    return str_cstr(box->arena, text);
}

static void a_file_came_with_a_commit(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "other", "1", 8);
    write_and_commit(box, "pipes/a.pipe", "one", 9);
    write_and_commit(box, "other", "2", 10);
    write_and_commit(box, "pipes/a.pipe", "two", 11);
    write_and_commit(box, "other", "3", 12);
    assert_string_equal(ask(box, "pipes/a.pipe", (Ask){0}), "came 9 same 11");
    assert_string_equal(ask(box, "pipes/b.pipe", (Ask){0}), "absent");
    assert_string_equal(ask(box, "pipes", (Ask){0}), "absent");
    assert_string_equal(ask(box, "", (Ask){0}), "absent");
}

static void bounds_end_the_walk(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "other", "1", 8);
    write_and_commit(box, "a.pipe", "one", 9);
    for (int hour = 10; hour < 15; hour++)
        write_and_commit(box, "other", hour % 2 ? "x" : "y", hour);
    assert_string_equal(ask(box, "a.pipe", (Ask){.commits = 3}), "came 12+ same 12");
    assert_string_equal(ask(box, "a.pipe", (Ask){.commits = 1}), "came 14+ same 14");
    assert_string_equal(ask(box, "a.pipe", (Ask){.until = 11}), "came 11+ same 11");
    assert_string_equal(ask(box, "a.pipe", (Ask){.until = 8}), "came 9 same 9");
}

static void the_first_commit_may_be_an_import(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "a.pipe", "one", 9);
    write_and_commit(box, "other", "1", 10);
    assert_string_equal(ask(box, "a.pipe", (Ask){0}), "came 9+ same 9");
}

static void a_file_that_moved_is_followed(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "other", "1", 7);
    write_and_commit(box, "app/pipes/a.pipe", "one", 8);
    sandbox_sh(box, "mkdir -p app/materializations && "
                    "git mv app/pipes/a.pipe app/materializations/a.pipe");
    commit_at(box, 9);
    write_and_commit(box, "lib/pipes/b.pipe", "one", 10);
    sandbox_sh(box, "git mv lib/pipes/b.pipe app/b.pipe");
    commit_at(box, 11);
    assert_string_equal(ask(box, "app/materializations/a.pipe", (Ask){.root = "app"}),
                        "came 8 same 8");
    /* Another project's file of that name is another resource. */
    assert_string_equal(ask(box, "app/b.pipe", (Ask){.root = "app"}), "came 11 same 11");
    assert_string_equal(ask(box, "app/b.pipe", (Ask){.root = "."}), "came 10 same 10");
}

static void two_of_one_name_are_not_told_apart(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "x/a.pipe", "one", 8);
    write_and_commit(box, "y/a.pipe", "two", 9);
    sandbox_sh(box, "git rm -q x/a.pipe && git mv y/a.pipe a.pipe");
    commit_at(box, 10);
    assert_string_equal(ask(box, "a.pipe", (Ask){0}), "came 10+ same 10");
}

static void deleted_and_added_again_counts_anew(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "a.pipe", "one", 8);
    sandbox_sh(box, "git rm -q a.pipe");
    commit_at(box, 9);
    write_and_commit(box, "a.pipe", "one", 10);
    assert_string_equal(ask(box, "a.pipe", (Ask){0}), "came 10 same 10");
}

static void a_merge_brings_what_was_written_earlier(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "other", "1", 7);
    sandbox_git(box, "checkout -q -b work");
    write_and_commit(box, "a.pipe", "one", 8);
    sandbox_git(box, "checkout -q main");
    write_and_commit(box, "other", "2", 9);
    sandbox_sh(box, "GIT_COMMITTER_DATE='2026-11-21T12:00:00Z' git merge -q --no-ff -m m work");
    assert_string_equal(ask(box, "a.pipe", (Ask){0}), "came 12 same 12");
}

static void a_shallow_clone_ends_where_it_ends(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "other", "1", 8);
    write_and_commit(box, "a.pipe", "one", 9);
    write_and_commit(box, "other", "2", 10);
    write_and_commit(box, "other", "3", 11);
    sandbox_sh(box, "git clone -q --depth 2 file://$PWD ../shallow && rm -rf .git && "
                    "mv ../shallow/.git .git");
    assert_string_equal(ask(box, "a.pipe", (Ask){0}), "came 10+ same 10");
}

/* ---- pipes that went ---- */

typedef struct {
    Arena *arena;
    Strs seen;
    size_t limit;
} Removed;

static bool note_removed(void *context, Str path, Str text)
{
    Removed *removed = context;
    vec_push(removed->arena, &removed->seen,
             str_fmt(removed->arena, "%.*s=%.*s", STR_ARG(path), STR_ARG(text)));
    return removed->seen.len < removed->limit;
}

/* "pipes/a.pipe=one b.pipe=two", the latest first. */
static const char *removed_in(Sandbox *box, const char *root, HistoryBounds bounds, size_t limit)
{
    Arena *arena = arena_new();
    Repo *repo = NULL;
    Fault fault = {0};
    CommitId tip = {{0}};
    Removed removed = {.arena = box->arena, .limit = limit};
    memcpy(tip.hex, sandbox_output(box, "git rev-parse HEAD"), 40);
    assert_int_equal(repo_open(&repo, arena, box->repo, &fault), 0);
    assert_int_equal(
        history_removed(repo, &tip, str_of(root), bounds, note_removed, &removed, &fault), 0);
    repo_free(repo);
    arena_free(arena);
    return str_cstr(box->arena, str_join(box->arena, removed.seen.items, removed.seen.len, " "));
}

static void removed_pipes_are_read(void **state)
{
    Sandbox *box = *state;
    sandbox_write(box, "app/a.pipe", "one");
    sandbox_write(box, "lib/b.pipe", "two");
    write_and_commit(box, "app/a.txt", "three", 8);
    sandbox_sh(box, "git rm -q app/a.pipe app/a.txt");
    commit_at(box, 9);
    sandbox_sh(box, "git rm -q lib/b.pipe");
    commit_at(box, 10);
    write_and_commit(box, "other", "1", 11);
    HistoryBounds all = {100, 0};
    assert_string_equal(removed_in(box, ".", all, 9), "lib/b.pipe=two app/a.pipe=one");
    assert_string_equal(removed_in(box, ".", all, 1), "lib/b.pipe=two");
    assert_string_equal(removed_in(box, "app", all, 9), "app/a.pipe=one");
    assert_string_equal(removed_in(box, ".", (HistoryBounds){3, 0}, 9), "lib/b.pipe=two");
    Instant nine;
    assert_true(instant_parse(STR("2026-11-21T09:00:00Z"), &nine));
    assert_string_equal(removed_in(box, ".", (HistoryBounds){100, nine}, 9), "lib/b.pipe=two");
}

static void a_missing_tip_is_a_fault(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "a.pipe", "one", 9);
    Arena *arena = arena_new();
    Repo *repo = NULL;
    Fault fault = {0};
    CommitId tip = {{0}};
    FileHistory found;
    memset(tip.hex, 'a', 40);
    assert_int_equal(repo_open(&repo, arena, box->repo, &fault), 0);
    HistoryBounds bounds = {10, 0};
    assert_int_equal(history_since(repo, &tip, STR("."), STR("a.pipe"), bounds, &found, &fault),
                     -1);
    assert_int_equal(fault.kind, FAULT_ANALYSE);
    assert_false(found.found);
    repo_free(repo);
    arena_free(arena);
}

static void nothing_is_written(void **state)
{
    Sandbox *box = *state;
    write_and_commit(box, "other", "1", 8);
    write_and_commit(box, "a.pipe", "one", 9);
    const char *before = sandbox_git_state(box);
    ask(box, "a.pipe", (Ask){0});
    assert_string_equal(sandbox_git_state(box), before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_file_came_with_a_commit),
        TEST(bounds_end_the_walk),
        TEST(the_first_commit_may_be_an_import),
        TEST(a_file_that_moved_is_followed),
        TEST(two_of_one_name_are_not_told_apart),
        TEST(deleted_and_added_again_counts_anew),
        TEST(a_merge_brings_what_was_written_earlier),
        TEST(a_shallow_clone_ends_where_it_ends),
        TEST(removed_pipes_are_read),
        TEST(a_missing_tip_is_a_fault),
        TEST(nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
