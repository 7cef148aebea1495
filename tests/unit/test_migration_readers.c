/* Which data sources of a replica's chain stand for which of the old one, and who reads which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/migration_readers.h"

#define EVENTS "SCHEMA >\n    `id` UInt32,\n    `host` String,\n    `ts` DateTime\n"
#define DAILY  "SCHEMA >\n    `host` String,\n    `day` Date,\n    `n` UInt64\n"
#define USERS  "SCHEMA >\n    `id` UInt32,\n    `host` String,\n    `seen` UInt64\n"

static Arena *texts;
static FileSet live;
static FileSet candidate;
static ProjectFixture f;

static void begin(void)
{
    texts = arena_new();
    live = (FileSet){0};
    candidate = (FileSet){0};
}

static void end(void)
{
    project_fixture_free(&f);
    arena_free(texts);
}

static Str path_of(const char *name, const char *kind)
{
    return str_fmt(texts, "%s.%s", name, kind);
}

static void source(const char *name, const char *schema)
{
    file_set_add(texts, &candidate, path_of(name, "datasource"), str_of(schema));
}

static Str pipe_text(const char *sql, const char *type)
{
    return str_fmt(texts, "NODE n\nSQL >\n    %s\n\n%s\n", sql, type);
}

static void pipe(const char *name, const char *sql, const char *type)
{
    file_set_add(texts, &candidate, path_of(name, "pipe"), pipe_text(sql, type));
}

static void view(const char *name, const char *sql, const char *target)
{
    pipe(name, sql, str_cstr(texts, str_fmt(texts, "TYPE materialized\nDATASOURCE %s", target)));
}

/* The landing data source and its clone, with sync and backfill pipe. */
static void clone(void)
{
    source("events", EVENTS);
    source("events_new", EVENTS);
    view("sync", "SELECT * FROM events WHERE ts > '2026-11-21 14:00:00'", "events_new");
    pipe("backfill", "SELECT * FROM events WHERE ts <= '2026-11-21 14:00:00'",
         "TYPE copy\nTARGET_DATASOURCE events_new\nCOPY_SCHEDULE @on-demand");
}

static const Migration *found(const Project *project)
{
    const Migration *m =
        migration_find(migrations_of(&f.loader, project, f.check.now), STR("events_new"));
    assert_non_null(m);
    return m;
}

static MigrationReaders read_all(void)
{
    project_fixture_make(&f, &live, &candidate);
    return migration_readers(&f.loader, found(f.diff->sides.candidate));
}

/* "daily=daily_new users!" : what stands for what, ! where a view has no counterpart. */
static void expect_pairs(const MigrationReaders *all, const char *expected)
{
    Strs parts = {0};
    for (size_t i = 0; i < all->pairs.len; i++) {
        const Counterpart *pair = &all->pairs.items[i];
        Str to = pair->replica ? str_fmt(texts, "=%.*s", STR_ARG(pair->replica->name)) : STR("");
        vec_push(texts, &parts,
                 str_fmt(texts, "%.*s%.*s%s", STR_ARG(pair->legacy->name), STR_ARG(to),
                         pair->is_lone ? "!" : ""));
    }
    assert_string_equal(str_cstr(texts, str_join(texts, parts.items, parts.len, " ")), expected);
}

/* "top:old both:old+new" */
static void expect_readers(const MigrationReaders *all, const char *expected)
{
    Strs parts = {0};
    for (size_t i = 0; i < all->readers.len; i++) {
        const ChainReader *reader = &all->readers.items[i];
        const char *which = reader->old_source == NULL   ? "new"
                            : reader->new_source == NULL ? "old"
                                                         : "old+new";
        vec_push(texts, &parts, str_fmt(texts, "%.*s:%s", STR_ARG(reader->pipe->name), which));
    }
    assert_string_equal(str_cstr(texts, str_join(texts, parts.items, parts.len, " ")), expected);
}

/* ---- counterparts ---- */

static void test_plain_clone(void **state)
{
    (void)state;
    begin();
    clone();
    pipe("top", "SELECT * FROM events", "TYPE endpoint");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new");
    expect_readers(&all, "top:old");
    assert_true(all.complete);
    end();
}

#define TO_DAILY(from)                                                                             \
    "SELECT host, toDate(ts) AS day, count() AS n FROM " from " GROUP BY host, day"

static void test_views_in_pairs(void **state)
{
    (void)state;
    begin();
    clone();
    source("daily", DAILY);
    source("daily_new", DAILY);
    source("users", USERS);
    source("users_new", USERS);
    view("daily_mv", TO_DAILY("events"), "daily");
    view("users_mv", "SELECT id, host, 1 AS seen FROM events", "users");
    view("users_new_mv", "SELECT id, host, 1 AS seen FROM events_new", "users_new");
    view("daily_new_mv", TO_DAILY("events_new"), "daily_new");
    pipe("top", "SELECT * FROM daily", "TYPE endpoint");
    pipe("top_new", "SELECT * FROM daily_new", "TYPE endpoint");
    pipe("compare", "SELECT count() FROM users UNION ALL SELECT count() FROM users_new",
         "TYPE endpoint");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new daily=daily_new users=users_new");
    expect_readers(&all, "top:old compare:old+new top_new:new");
    end();
}

static void test_alike_by_name(void **state)
{
    (void)state;
    begin();
    clone();
    source("a", DAILY);
    source("a_hosts", DAILY);
    source("a_new", DAILY);
    source("a_hosts_new", DAILY);
    view("mv1", TO_DAILY("events"), "a");
    view("mv2", TO_DAILY("events"), "a_hosts");
    view("mv3", TO_DAILY("events_new"), "a_hosts_new");
    view("mv4", TO_DAILY("events_new"), "a_new");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new a=a_new a_hosts=a_hosts_new");
    end();
}

static void test_no_counterpart(void **state)
{
    (void)state;
    begin();
    clone();
    source("daily", DAILY);
    source("monthly", DAILY);
    view("daily_mv", TO_DAILY("events"), "daily");
    view("monthly_mv", "SELECT host, day, n FROM daily", "monthly");
    pipe("top", "SELECT * FROM monthly", "TYPE endpoint");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new daily! monthly");
    expect_readers(&all, "top:old");
    end();
}

static void test_cascade(void **state)
{
    (void)state;
    begin();
    clone();
    source("daily", DAILY);
    source("daily_new", DAILY);
    source("monthly", DAILY);
    source("monthly_new", DAILY);
    source("yearly", DAILY);
    view("daily_mv", TO_DAILY("events"), "daily");
    view("daily_new_mv", TO_DAILY("events_new"), "daily_new");
    view("monthly_mv", "SELECT host, day, n FROM daily", "monthly");
    view("monthly_new_mv", "SELECT host, day, n FROM daily_new", "monthly_new");
    view("yearly_mv", "SELECT host, day, n FROM monthly", "yearly");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new daily=daily_new monthly=monthly_new yearly!");
    end();
}

static void test_through_pipes(void **state)
{
    (void)state;
    begin();
    clone();
    source("daily", DAILY);
    source("daily_new", DAILY);
    pipe("recent", "SELECT * FROM events", "");
    pipe("recent_new", "SELECT * FROM events_new", "");
    view("daily_mv", TO_DAILY("recent"), "daily");
    view("daily_new_mv", TO_DAILY("recent_new"), "daily_new");
    pipe("hop", "SELECT * FROM daily", "");
    pipe("top", "SELECT * FROM hop", "TYPE endpoint");
    pipe("unread", "SELECT * FROM daily_new", "");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new daily=daily_new");
    expect_readers(&all, "top:old unread:new");
    assert_string_equal(str_cstr(texts, all.readers.items[0].old_via->name), "hop");
    end();
}

static void test_both_fill_one(void **state)
{
    (void)state;
    begin();
    clone();
    source("daily", DAILY);
    view("daily_mv", TO_DAILY("events"), "daily");
    view("daily_new_mv", TO_DAILY("events_new"), "daily");
    pipe("top", "SELECT * FROM daily", "TYPE endpoint");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new");
    end();
}

static void test_joins_and_copies(void **state)
{
    (void)state;
    begin();
    clone();
    source("users", USERS);
    source("out", USERS);
    source("saved", EVENTS);
    view("users_mv", "SELECT id, host, 1 AS seen FROM out JOIN events USING id", "users");
    pipe("save", "SELECT * FROM events", "TYPE copy\nTARGET_DATASOURCE saved");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new");
    expect_readers(&all, "users_mv:old save:old");
    end();
}

static void test_circle(void **state)
{
    (void)state;
    begin();
    clone();
    source("a", DAILY);
    source("b", DAILY);
    view("to_a", TO_DAILY("events"), "a");
    view("to_b", "SELECT * FROM a", "b");
    view("back", "SELECT * FROM b", "a");
    view("home", "SELECT 1 AS id, host, now() AS ts FROM b", "events");
    MigrationReaders all = read_all();
    expect_pairs(&all, "events=events_new a! b");
    end();
}

/* ---- readers that move ---- */

static void both_sides(void)
{
    for (size_t i = 0; i < candidate.len; i++)
        vec_push(texts, &live, candidate.items[i]);
}

static void live_pipe(const char *name, const char *sql, const char *type)
{
    file_set_add(texts, &live, path_of(name, "pipe"), pipe_text(sql, type));
}

static void expect_moved(const char *expected)
{
    project_fixture_make(&f, &live, &candidate);
    const Migration *was = found(f.diff->sides.live);
    MovedReaders moved = migration_moved(f.diff, was, found(f.diff->sides.candidate));
    Strs parts = {0};
    for (size_t i = 0; i < moved.len; i++) {
        const MovedReader *one = &moved.items[i];
        vec_push(texts, &parts,
                 str_fmt(texts, "%.*s:%.*s->%.*s", STR_ARG(one->candidate->name),
                         STR_ARG(one->old_source->name), STR_ARG(one->new_source->name)));
    }
    assert_string_equal(str_cstr(texts, str_join(texts, parts.items, parts.len, " ")), expected);
}

static void test_moved(void **state)
{
    (void)state;
    begin();
    clone();
    both_sides();
    live_pipe("a", "SELECT * FROM events", "TYPE endpoint");
    pipe("a", "SELECT * FROM events_new", "TYPE endpoint");
    live_pipe("bridge", "SELECT * FROM events", "TYPE endpoint");
    pipe("bridge", "SELECT * FROM events UNION ALL SELECT * FROM events_new", "TYPE endpoint");
    live_pipe("other", "SELECT 1 AS x", "TYPE endpoint");
    pipe("other", "SELECT * FROM events_new", "TYPE endpoint");
    pipe("added", "SELECT * FROM events_new", "TYPE endpoint");
    live_pipe("unread", "SELECT * FROM events", "");
    pipe("unread", "SELECT * FROM events_new", "");
    expect_moved("a:events->events_new");
    end();
}

/* Only the endpoint differs: what fills the data sources that it names is unchanged. */
static void test_moved_downstream(void **state)
{
    (void)state;
    begin();
    clone();
    source("daily", DAILY);
    source("daily_new", DAILY);
    view("daily_mv", TO_DAILY("events"), "daily");
    view("daily_new_mv", TO_DAILY("events_new"), "daily_new");
    pipe("top", "SELECT * FROM hop", "TYPE endpoint");
    both_sides();
    live_pipe("hop", "SELECT * FROM daily", "");
    pipe("hop", "SELECT * FROM daily_new", "");
    expect_moved("top:daily->daily_new");
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_clone),      cmocka_unit_test(test_views_in_pairs),
        cmocka_unit_test(test_alike_by_name),    cmocka_unit_test(test_no_counterpart),
        cmocka_unit_test(test_cascade),          cmocka_unit_test(test_through_pipes),
        cmocka_unit_test(test_both_fill_one),    cmocka_unit_test(test_joins_and_copies),
        cmocka_unit_test(test_circle),           cmocka_unit_test(test_moved),
        cmocka_unit_test(test_moved_downstream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
