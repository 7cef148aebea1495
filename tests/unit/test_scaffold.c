/* The texts of a migration by replication: what is exchanged in a copy, and what is left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/project_fixture.h"
#include "scaffold/scaffold.h"

#include <string.h>

#define EVENTS                                                                                     \
    "SCHEMA >\n    `ts` DateTime,\n    `host` String\n\nENGINE \"MergeTree\"\n"                    \
    "ENGINE_SORTING_KEY \"ts\"\n"
#define DAILY                                                                                      \
    "SCHEMA >\n    `ts` DateTime,\n    `host` String\n\nFORWARD_QUERY >\n    SELECT *\n\n"         \
    "ENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"ts\"\n"

typedef struct {
    ProjectFixture fixture;
    Scaffold out;
    Fault fault;
    int result;
} Made;

static void make(Made *made, const char *view, ReplicateOptions options)
{
    *made = (Made){.result = -1};
    Arena *arena = arena_new();
    FileSet live = {0}, candidate = {0};
    file_set_add(arena, &candidate, STR("datasources/events.datasource"), STR(EVENTS));
    if (view != NULL) {
        file_set_add(arena, &candidate, STR("datasources/daily.datasource"), STR(DAILY));
        file_set_add(arena, &candidate, STR("pipes/daily_mv.pipe"), str_of(view));
    }
    project_fixture_make(&made->fixture, &live, &candidate);
    arena_join(made->fixture.arena, arena);
    ScaffoldInput in = {.arena = made->fixture.arena,
                        .loader = &made->fixture.loader,
                        .sides = &made->fixture.diff->sides,
                        .now = made->fixture.check.now,
                        .margin_minutes = 60};
    if (options.datasource.len == 0)
        options.datasource = STR("events");
    made->result = scaffold_replicate(&made->out, &in, &options, &made->fault);
}

static const char *text_of(const Made *made, const char *path)
{
    for (size_t i = 0; i < made->out.files.len; i++) {
        if (str_is(made->out.files.items[i].path, path))
            return str_cstr(made->fixture.arena, made->out.files.items[i].text);
    }
    return "";
}

static void expect_query(const char *query, const char *wanted)
{
    Made made;
    Buf view = {0};
    buf_addf(&view, "NODE n\nSQL >\n    %s\nTYPE materialized\nDATASOURCE daily\n", query);
    buf_add_char(&view, '\0');
    make(&made, view.ptr, (ReplicateOptions){0});
    assert_string_equal(made.fault.message, "");
    const char *text = text_of(&made, "pipes/daily_mv_new.pipe");
    if (strstr(text, wanted) == NULL)
        fail_msg("no '%s' in\n%s", wanted, text);
    assert_non_null(strstr(text, "DATASOURCE daily_new\n"));
    project_fixture_free(&made.fixture);
    buf_free(&view);
}

static void test_table_names(void **state)
{
    (void)state;
    expect_query("SELECT ts, host FROM events", "FROM events_new\n");
    expect_query("SELECT ts, host FROM `events`", "FROM `events_new`\n");
    expect_query("SELECT ts, host FROM (SELECT * FROM events)", "(SELECT * FROM events_new)");
    expect_query("SELECT ts, host FROM events WHERE host IN (SELECT host FROM events)",
                 "IN (SELECT host FROM events_new)");
}

static void test_qualifiers(void **state)
{
    (void)state;
    expect_query("SELECT events.ts, events.host FROM events",
                 "SELECT events_new.ts, events_new.host FROM events_new");
    expect_query("SELECT events.* FROM events", "SELECT events_new.* FROM events_new");
    expect_query("SELECT events.ts, events.host FROM events AS events",
                 "SELECT events.ts, events.host FROM events_new AS events");
    expect_query("SELECT e.ts, e.host FROM events AS e",
                 "SELECT e.ts, e.host FROM events_new AS e");
}

static void test_what_only_looks_so(void **state)
{
    (void)state;
    expect_query("SELECT ts, 'events' AS host FROM events -- events",
                 "SELECT ts, 'events' AS host FROM events_new -- events");
    expect_query("WITH x AS (SELECT ts, host FROM events) SELECT ts, host FROM x",
                 "WITH x AS (SELECT ts, host FROM events_new) SELECT ts, host FROM x");
}

static void test_target_text(void **state)
{
    (void)state;
    Made made;
    make(&made,
         "NODE n\nSQL >\n    SELECT ts, host FROM events\nTYPE materialized\nDATASOURCE daily\n",
         (ReplicateOptions){.name = STR("events_v2")});
    assert_int_equal(made.result, 0);
    const char *text = text_of(&made, "datasources/daily_v2.datasource");
    assert_non_null(strstr(text, "that 'daily_mv_v2' fills"));
    assert_null(strstr(text, "FORWARD_QUERY"));
    assert_non_null(strstr(text, "`host` String\n\nENGINE \"MergeTree\"\n"));
    project_fixture_free(&made.fixture);
}

static void test_values(void **state)
{
    (void)state;
    Made made;
    make(&made, NULL,
         (ReplicateOptions){.engine = STR("ReplacingMergeTree"),
                            .sorting_key = STR("host"),
                            .partition_key = STR("toYYYYMM(ts)"),
                            .ttl = STR("ts + INTERVAL 1 DAY")});
    assert_int_equal(made.result, 0);
    assert_non_null(strstr(text_of(&made, "datasources/events_new.datasource"),
                           "ENGINE \"ReplacingMergeTree\"\nENGINE_SORTING_KEY \"host\"\n"
                           "ENGINE_PARTITION_KEY \"toYYYYMM(ts)\"\n"
                           "ENGINE_TTL \"ts + INTERVAL 1 DAY\"\n"));
    project_fixture_free(&made.fixture);
    make(&made, NULL, (ReplicateOptions){.sorting_key = STR("host\"\nTOKEN \"x\" READ")});
    assert_int_equal(made.fault.kind, FAULT_USAGE);
    project_fixture_free(&made.fixture);
    make(&made, NULL, (ReplicateOptions){.engine = STR("MergeTree()\"")});
    assert_int_equal(made.fault.kind, FAULT_USAGE);
    project_fixture_free(&made.fixture);
}

/* A file's name becomes text of other files. */
static void test_hostile_name(void **state)
{
    (void)state;
    Made made = {.result = -1};
    FileSet live = {0}, candidate = {0};
    Arena *arena = arena_new();
    Str name = STR("x\nTOKEN t READ");
    file_set_add(arena, &candidate, str_fmt(arena, "datasources/%.*s.datasource", STR_ARG(name)),
                 STR(EVENTS));
    project_fixture_make(&made.fixture, &live, &candidate);
    arena_join(made.fixture.arena, arena);
    ScaffoldInput in = {.arena = made.fixture.arena,
                        .loader = &made.fixture.loader,
                        .sides = &made.fixture.diff->sides,
                        .now = made.fixture.check.now};
    ReplicateOptions options = {.datasource = name, .name = STR("y")};
    assert_int_equal(scaffold_replicate(&made.out, &in, &options, &made.fault), -1);
    assert_int_equal(made.fault.kind, FAULT_USAGE);
    project_fixture_free(&made.fixture);
}

/* Views that feed one another in a ring end. */
static void test_ring(void **state)
{
    (void)state;
    Made made;
    make(&made,
         "NODE n\nSQL >\n    SELECT ts, host FROM daily\nTYPE materialized\nDATASOURCE daily\n",
         (ReplicateOptions){.datasource = STR("daily")});
    assert_true(made.result == 0 || made.fault.kind == FAULT_USAGE);
    project_fixture_free(&made.fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_names),
        cmocka_unit_test(test_qualifiers),
        cmocka_unit_test(test_what_only_looks_so),
        cmocka_unit_test(test_target_text),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_hostile_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
