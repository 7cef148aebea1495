/* test_migration_late.c: what the history of the live branch tells about a migration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/parsed_run.h"

static const char EVENTS[] =
    "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `ts` DateTime `json:$.ts`\n"
    "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"id\"\n";
static const char REPLICA[] = "SCHEMA >\n    `id` UInt32,\n    `ts` DateTime\n"
                              "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"ts\"\n";

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

/* Commits all files as of that hour of the 21st; the tool's clock stands at 12:00. */
static void commit_at(Sandbox *box, int hour)
{
    sandbox_sh(box,
               "git add -A && GIT_COMMITTER_DATE='2026-11-21T%02d:00:00Z' "
               "git commit -q --allow-empty -m 'at %d'",
               hour, hour);
}

static void write_pipe(Sandbox *box, const char *path, const char *filter, const char *end)
{
    Str text = str_fmt(box->arena, "NODE copy\nSQL >\n    SELECT id, ts FROM events %s\n\n%s",
                       filter, end);
    sandbox_write(box, path, text.ptr);
}

/* Live has the source since 1:00, and the replica with its sync pipe from `hour` on. */
static void make_live(Sandbox *box, const char *replica, int hour)
{
    sandbox_write(box, "datasources/events.datasource", EVENTS);
    commit_at(box, 1);
    sandbox_write(box, "datasources/replica.datasource", replica);
    write_pipe(box, "materializations/sync.pipe", "WHERE ts > '2026-11-21 08:00:00'",
               "TYPE materialized\nDATASOURCE replica\n");
    commit_at(box, hour);
}

static void add_backfill(Sandbox *box)
{
    sandbox_git(box, "checkout -q -b change");
    write_pipe(box, "copies/backfill.pipe", "WHERE ts <= '2026-11-21 08:00:00'",
               "TYPE copy\nTARGET_DATASOURCE replica\nCOPY_SCHEDULE @on-demand\n");
    sandbox_git(box, "add -A");
}

static const char *lint(Sandbox *box, const char *profile)
{
    Str arguments = str_fmt(box->arena, "lint --live main --staged --quiet --profile %s", profile);
    return str_cstr(box->arena, run_tblint(box, arguments.ptr).out);
}

static void a_late_sync_pipe_leaves_a_gap(void **state)
{
    Sandbox *box = *state;
    make_live(box, REPLICA, 9);
    add_backfill(box);
    const char *said = lint(box, "classic");
    assert_non_null(strstr(said, "error[TB505] cutoff-not-in-future"));
    assert_non_null(strstr(said,
                           "Rows from 2026-11-21 08:00:00 to 09:00:00 (1 hour) will be missing "
                           "from 'replica'"));
    assert_non_null(strstr(said, "copies/backfill.pipe:3:"));
    assert_non_null(strstr(said, "LIVE  materializations/sync.pipe:3:"));
}

static void a_sync_pipe_in_time_does_not(void **state)
{
    Sandbox *box = *state;
    make_live(box, REPLICA, 7);
    add_backfill(box);
    assert_null(strstr(lint(box, "classic"), "TB505"));
}

/* An edit later on is no sign that the pipe came late. */
static void an_edit_after_the_cutoff_is_none(void **state)
{
    Sandbox *box = *state;
    make_live(box, REPLICA, 7);
    write_pipe(box, "materializations/sync.pipe", "\n    WHERE ts > '2026-11-21 08:00:00'",
               "TYPE materialized\nDATASOURCE replica\n");
    commit_at(box, 10);
    add_backfill(box);
    assert_null(strstr(lint(box, "classic"), "TB505"));
}

static void a_moved_file_is_the_same_pipe(void **state)
{
    Sandbox *box = *state;
    make_live(box, REPLICA, 7);
    sandbox_sh(box, "mkdir -p pipes && git mv materializations/sync.pipe pipes/sync.pipe");
    commit_at(box, 10);
    add_backfill(box);
    assert_null(strstr(lint(box, "classic"), "TB505"));
}

/* In Forward the deploy filled the new replica, unless it was told not to. */
static void forward_fills_what_does_not_skip(void **state)
{
    Sandbox *box = *state;
    make_live(box, REPLICA, 9);
    add_backfill(box);
    assert_null(strstr(lint(box, "forward"), "TB505"));
}

static void forward_that_skips_has_the_gap(void **state)
{
    Sandbox *box = *state;
    Str skips = str_fmt(box->arena, "%sBACKFILL skip\n", REPLICA);
    make_live(box, skips.ptr, 9);
    add_backfill(box);
    assert_non_null(strstr(lint(box, "forward"), "error[TB505]"));
}

static void what_is_not_known_is_not_said(void **state)
{
    Sandbox *box = *state;
    make_live(box, REPLICA, 9);
    sandbox_git(box, "commit -q --allow-empty -m more");
    sandbox_sh(box, "git clone -q --depth 1 file://$PWD ../shallow && rm -rf .git && "
                    "mv ../shallow/.git .git");
    add_backfill(box);
    assert_null(strstr(lint(box, "classic"), "TB505"));
}

/* Rows that the backfill takes beyond the cutoff are TB503's. */
static void another_end_is_another_rule(void **state)
{
    Sandbox *box = *state;
    make_live(box, REPLICA, 9);
    sandbox_git(box, "checkout -q -b change");
    write_pipe(box, "copies/backfill.pipe", "WHERE ts <= '2026-11-21 08:30:00'",
               "TYPE copy\nTARGET_DATASOURCE replica\nCOPY_SCHEDULE @on-demand\n");
    sandbox_git(box, "add -A");
    const char *said = lint(box, "classic");
    assert_null(strstr(said, "TB505"));
    assert_non_null(strstr(said, "TB503"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_late_sync_pipe_leaves_a_gap),    TEST(a_sync_pipe_in_time_does_not),
        TEST(an_edit_after_the_cutoff_is_none), TEST(a_moved_file_is_the_same_pipe),
        TEST(forward_fills_what_does_not_skip), TEST(forward_that_skips_has_the_gap),
        TEST(what_is_not_known_is_not_said),    TEST(another_end_is_another_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
