/* Project loading: names, key normalisation, the scan, lineage, profile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/engine_facts.h"
#include "model/lineage.h"
#include "model/project_internal.h"

#define SCHEMA "SCHEMA >\n    `ts` DateTime,\n    `host` String\n\n"

static void add(FileSet *files, Arena *arena, const char *path, const char *text)
{
    file_set_add(arena, files, str_of(path), str_of(text));
}

static Str sorting_key(const char *value)
{
    ProjectFixture f;
    Arena *arena = arena_new();
    Str text = str_fmt(arena, SCHEMA "ENGINE \"mergetree\"\nENGINE_SORTING_KEY %s\n", value);
    project_fixture_one(&f, "datasources/a.datasource", NULL, str_cstr(arena, text));
    const ResourceChange *change = project_fixture_change(&f, DATAFILE_DATASOURCE, "a");
    assert_non_null(change);
    assert_true(str_is(change->candidate->datasource->engine, "MergeTree"));
    static char copy[128]; /* outlives the fixture for one assertion */
    Str key = change->candidate->datasource->sorting_key.normalized;
    size_t len = key.len < sizeof copy ? key.len : sizeof copy;
    for (size_t i = 0; i < len; i++)
        copy[i] = key.ptr[i];
    project_fixture_free(&f);
    arena_free(arena);
    return (Str){copy, len};
}

static void test_keys(void **state)
{
    (void)state;
    assert_true(str_is(sorting_key("\"host\""), "host"));
    assert_true(str_is(sorting_key("host"), "host"));
    assert_true(str_is(sorting_key("\"(host)\""), "host"));
    assert_true(str_is(sorting_key("\"tuple(host)\""), "host"));
    assert_true(str_is(sorting_key("\"`host`\""), "host"));
    assert_true(str_is(sorting_key("\"host,ts\""), "host, ts"));
    assert_true(str_is(sorting_key("\"(host,  ts)\""), "host, ts"));
    assert_int_equal(sorting_key("\"tuple()\"").len, 0);
    assert_int_equal(sorting_key("\"\"").len, 0);
}

static void test_key_columns(void **state)
{
    (void)state;
    ProjectFixture f;
    project_fixture_one(&f, "a.datasource", NULL,
                        SCHEMA "ENGINE \"MergeTree\"\n"
                               "ENGINE_PARTITION_KEY \"toYYYYMM(ts)\"\n"
                               "ENGINE_SORTING_KEY \"cityHash64(host, ts), host\"\n"
                               "ENGINE_SETTINGS \"b = 2,a=1\"\n");
    const DatasourceFacts *facts =
        project_fixture_change(&f, DATAFILE_DATASOURCE, "a")->candidate->datasource;
    assert_int_equal(facts->sorting_key.columns.len, 2);
    assert_true(str_is(facts->sorting_key.columns.items[0], "host"));
    assert_true(str_is(facts->partition_key.columns.items[0], "ts"));
    assert_true(str_is(facts->settings.normalized, "a=1, b=2"));
    project_fixture_free(&f);
}

static void test_words(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    NameSet *set = name_set_new(arena);
    assert_true(name_set_is_empty(set));
    name_set_add(set, STR("events"));
    name_set_add(set, STR("a.b"));
    assert_true(name_set_occurs_in(set, STR("FROM events WHERE")));
    assert_true(name_set_occurs_in(set, STR("x=events")));
    assert_true(name_set_occurs_in(set, STR("a.b")));
    assert_false(name_set_occurs_in(set, STR("FROM my_events, events2")));
    assert_false(name_set_occurs_in(set, STR("")));
    arena_free(arena);
}

/* Only the pipe that names the changed data source is parsed. */
static void test_scan(void **state)
{
    (void)state;
    ProjectFixture f;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    const char *reader = "NODE n\nSQL >\n    SELECT ts FROM events\n";
    const char *other = "NODE n\nSQL >\n    SELECT 1 FROM events_old\n";
    add(&live, arena, "events.datasource", SCHEMA);
    add(&candidate, arena, "events.datasource", SCHEMA "ENGINE_TTL \"ts + toIntervalDay(1)\"\n");
    FileSet *both[] = {&live, &candidate};
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        add(both[i], arena, "reader.pipe", reader);
        add(both[i], arena, "other.pipe", other);
    }
    project_fixture_make(&f, &live, &candidate);
    const Project *project = f.diff->sides.candidate;
    const Resource *events = project_find(project, DATAFILE_DATASOURCE, STR("events"));
    assert_non_null(project_find(project, DATAFILE_PIPE, STR("reader"))->facts);
    assert_null(project_find(project, DATAFILE_PIPE, STR("other"))->facts);
    assert_int_equal(events->readers.len, 1);
    assert_int_equal(
        project_find(f.diff->sides.live, DATAFILE_DATASOURCE, STR("events"))->readers.len, 1);
    project_fixture_free(&f);
    arena_free(arena);
}

static bool reads_events(const char *sql)
{
    ProjectFixture f;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    add(&candidate, arena, "events.datasource", SCHEMA);
    Str pipe = str_fmt(arena, "NODE n\nSQL >\n    %s\n", sql);
    add(&candidate, arena, "p.pipe", str_cstr(arena, pipe));
    project_fixture_make(&f, &live, &candidate);
    const Resource *events =
        project_find(f.diff->sides.candidate, DATAFILE_DATASOURCE, STR("events"));
    bool found = events->readers.len == 1;
    project_fixture_free(&f);
    arena_free(arena);
    return found;
}

static void test_readers(void **state)
{
    (void)state;
    assert_true(reads_events("SELECT ts FROM events"));
    assert_true(reads_events("SELECT ts FROM (SELECT * FROM events)"));
    assert_true(reads_events("SELECT 1 FROM a JOIN events AS e ON e.ts = a.ts"));
    assert_true(reads_events("SELECT 1 FROM a WHERE ts IN (SELECT ts FROM events)"));
    assert_true(reads_events("WITH x AS (SELECT * FROM events) SELECT * FROM x"));
    assert_true(reads_events("WITH events AS (SELECT * FROM events) SELECT * FROM events"));
    assert_true(reads_events("WITH RECURSIVE events AS (SELECT * FROM events UNION ALL SELECT * "
                             "FROM events WHERE ts < 9) SELECT * FROM events"));
    assert_false(reads_events("WITH RECURSIVE events AS (SELECT 1 AS ts UNION ALL SELECT ts FROM "
                              "events WHERE ts < 9) SELECT ts FROM events"));
    assert_false(reads_events("WITH events AS (SELECT 1) SELECT * FROM events"));
    assert_false(reads_events("SELECT 'events' FROM a"));
    assert_false(reads_events("SELECT events FROM a"));
}

static void test_writers(void **state)
{
    (void)state;
    ProjectFixture f;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    add(&candidate, arena, "events.datasource", SCHEMA);
    add(&candidate, arena, "m.pipe",
        "NODE n\nSQL >\n    SELECT ts FROM x\n\nTYPE MATERIALIZED\nDATASOURCE events\n");
    project_fixture_make(&f, &live, &candidate);
    const Resource *events =
        project_find(f.diff->sides.candidate, DATAFILE_DATASOURCE, STR("events"));
    assert_int_equal(events->writers.len, 1);
    assert_int_equal(events->writers.items[0]->pipe->type, PIPE_MATERIALIZED);
    assert_true(pipe_materializes_into(events->writers.items[0], STR("events")));
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_duplicates_and_vendored(void **state)
{
    (void)state;
    ProjectFixture f;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    add(&candidate, arena, "a/events.datasource", SCHEMA);
    add(&candidate, arena, "b/events.datasource", SCHEMA);
    add(&candidate, arena, "vendor/other/datasources/events.datasource", SCHEMA);
    project_fixture_make(&f, &live, &candidate);
    const Project *project = f.diff->sides.candidate;
    assert_int_equal(project->duplicates.len, 1);
    assert_non_null(project_find(project, DATAFILE_DATASOURCE, STR("other.events")));
    assert_int_equal(f.diff->changes.len, 1);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_profile(void **state)
{
    (void)state;
    ProjectFixture f;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    add(&candidate, arena, ".tinyenv", "VERSION=1.0.0");
    add(&candidate, arena, "events.datasource", SCHEMA);
    project_fixture_make(&f, &live, &candidate);
    assert_int_equal(f.diff->sides.candidate->dialect, DIALECT_CLASSIC);
    project_fixture_free(&f);
    add(&candidate, arena, "forward.datasource", SCHEMA "FORWARD_QUERY >\n    SELECT ts, host\n");
    project_fixture_make(&f, &live, &candidate);
    assert_int_equal(f.diff->sides.candidate->dialect, DIALECT_FORWARD);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_unreadable(void **state)
{
    (void)state;
    ProjectFixture f;
    project_fixture_one(&f, "a.datasource", SCHEMA, "\x01\xff\x00garbage >\n((((");
    assert_true(f.diff->changes.len <= 1);
    project_fixture_free(&f);
}

static bool nullable_keys(const char *settings)
{
    DatasourceFacts facts = {.settings.token.text = str_of(settings)};
    return keys_may_be_nullable(&facts);
}

static void test_settings(void **state)
{
    (void)state;
    DatasourceFacts facts = {.settings.token.text = STR("a = 1, , B='x, y', a=2, flag")};
    assert_true(str_is(engine_setting(&facts, "a"), "2"));
    assert_true(str_is(engine_setting(&facts, "b"), "'x, y'"));
    assert_int_equal(engine_setting(&facts, "flag").len, 0);
    assert_int_equal(engine_setting(&facts, "x").len, 0);
    assert_true(nullable_keys("index_granularity=8192, allow_nullable_key = 1"));
    assert_true(nullable_keys("ALLOW_NULLABLE_KEY=true"));
    assert_false(nullable_keys("allow_nullable_key=10"));
    assert_false(nullable_keys("disallow_nullable_key=1"));
    assert_false(nullable_keys("allow_nullable_key=1, allow_nullable_key=0"));
    assert_false(nullable_keys(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),     cmocka_unit_test(test_key_columns),
        cmocka_unit_test(test_settings), cmocka_unit_test(test_words),
        cmocka_unit_test(test_scan),     cmocka_unit_test(test_readers),
        cmocka_unit_test(test_writers),  cmocka_unit_test(test_duplicates_and_vendored),
        cmocka_unit_test(test_profile),  cmocka_unit_test(test_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
