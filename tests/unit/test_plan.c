/* The plan: which action and backfill each change leads to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"

#define ENGINE "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"a\"\n"
#define LIVE   "SCHEMA >\n    `a` Date,\n    `b` String\n" ENGINE

typedef struct {
    const char *live, *candidate;
    PlanAction action;
    Backfill backfill;
} PlanCase;

static void check_cases(const PlanCase *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ProjectFixture f;
        project_fixture_one(&f, "t.datasource", cases[i].live, cases[i].candidate);
        const PlanStep *step = plan_find(f.plan, DATAFILE_DATASOURCE, STR("t"));
        assert_non_null(step);
        assert_string_equal(plan_action_text(step->action), plan_action_text(cases[i].action));
        assert_string_equal(backfill_text(step->backfill), backfill_text(cases[i].backfill));
        project_fixture_free(&f);
    }
}

static void test_alter(void **state)
{
    (void)state;
    static const PlanCase cases[] = {
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` String,\n    `c` UInt8\n" ENGINE, ACTION_ALTER,
         BACKFILL_NONE},
        {LIVE, "SCHEMA >\n    `a` Date\n" ENGINE, ACTION_ALTER, BACKFILL_NONE},
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` Nullable(String)\n" ENGINE, ACTION_ALTER,
         BACKFILL_NONE},
        {LIVE, LIVE "ENGINE_TTL \"a + INTERVAL 1 DAY\"\n", ACTION_ALTER, BACKFILL_NONE},
        {LIVE, LIVE "INDEXES >\n    INDEX i b TYPE bloom_filter GRANULARITY 1\n", ACTION_ALTER,
         BACKFILL_NONE},
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` String DEFAULT 'x'\n" ENGINE, ACTION_ALTER,
         BACKFILL_NONE},
        {LIVE, "DESCRIPTION \"x\"\n" LIVE, ACTION_METADATA, BACKFILL_NONE},
        {LIVE, LIVE "FORWARD_QUERY >\n    SELECT a, b\n", ACTION_NONE, BACKFILL_NONE},
    };
    check_cases(cases, ARRAY_LEN(cases));
}

static void test_rewrite(void **state)
{
    (void)state;
    static const PlanCase cases[] = {
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` LowCardinality(String)\n" ENGINE, ACTION_REWRITE,
         BACKFILL_REFUSED},
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` String\n\nENGINE_SORTING_KEY \"a, b\"\n",
         ACTION_REWRITE, BACKFILL_SELECT_STAR},
        {LIVE,
         "SCHEMA >\n    `a` Date,\n    `b` String,\n    `c` UInt8\n" ENGINE
         "FORWARD_QUERY >\n    SELECT a, b, 0 AS c\n",
         ACTION_REWRITE, BACKFILL_FORWARD_QUERY},
        {LIVE, "SCHEMA >\n    `b` String,\n    `a` Date\n" ENGINE, ACTION_REWRITE,
         BACKFILL_SELECT_STAR},
        {LIVE, "SCHEMA >\n    `a` Nullable(Date),\n    `b` String\n" ENGINE, ACTION_REWRITE,
         BACKFILL_REFUSED},
        {LIVE, "SCHEMA >\n    `b` String\n" ENGINE, ACTION_REWRITE, BACKFILL_REFUSED},
        {LIVE, NULL, ACTION_DELETE, BACKFILL_NONE},
        {NULL, LIVE, ACTION_CREATE, BACKFILL_NONE},
    };
    check_cases(cases, ARRAY_LEN(cases));
}

static const char VIEW[] = "NODE n\nSQL >\n    SELECT a, b FROM s\n\n"
                           "TYPE materialized\nDATASOURCE t\n";

static void test_views(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    file_set_add(arena, &live, STR("s.datasource"), STR(LIVE));
    file_set_add(arena, &live, STR("t.datasource"), STR(LIVE));
    file_set_add(arena, &live, STR("m.pipe"), str_of(VIEW));
    file_set_add(arena, &candidate, STR("s.datasource"), STR(LIVE));
    file_set_add(arena, &candidate, STR("t.datasource"),
                 STR("SCHEMA >\n    `a` Date,\n    `b` LowCardinality(String)\n" ENGINE));
    file_set_add(arena, &candidate, STR("m.pipe"), str_of(VIEW));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const PlanStep *step = plan_find(f.plan, DATAFILE_DATASOURCE, STR("t"));
    assert_non_null(step);
    assert_int_equal(step->action, ACTION_REWRITE);
    assert_int_equal(step->backfill, BACKFILL_VIEW_QUERY);
    assert_int_equal(step->via.len, 1);
    assert_true(str_is(step->via.items[0], "m"));
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_view_query_change(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    FileSet *sides[] = {&live, &candidate};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        file_set_add(arena, sides[i], STR("s.datasource"), STR(LIVE));
        file_set_add(arena, sides[i], STR("t.datasource"), STR(LIVE));
    }
    file_set_add(arena, &live, STR("m.pipe"), str_of(VIEW));
    file_set_add(arena, &candidate, STR("m.pipe"),
                 STR("NODE n\nSQL >\n    SELECT a, lower(b) AS b FROM s\n\n"
                     "TYPE materialized\nDATASOURCE t\n"));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const PlanStep *step = plan_find(f.plan, DATAFILE_DATASOURCE, STR("t"));
    assert_non_null(step);
    assert_int_equal(step->status, PLAN_UNCHANGED);
    assert_int_equal(step->backfill, BACKFILL_VIEW_QUERY);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_order(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    file_set_add(arena, &live, STR("gone.datasource"), STR("SCHEMA >\n    `x` UInt8\n"));
    file_set_add(arena, &live, STR("kept.datasource"), STR(LIVE "KAFKA_TOPIC t\n"));
    file_set_add(arena, &candidate, STR("kept.datasource"), STR(LIVE));
    file_set_add(arena, &candidate, STR("p.pipe"), STR("NODE n\nSQL >\n    SELECT 1\n"));
    file_set_add(arena, &candidate, STR("new.datasource"), STR(LIVE));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    static const char *const names[] = {"new", "p", "kept", "gone"};
    assert_int_equal(f.plan->steps.len, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(str_is(f.plan->steps.items[i].name, names[i]));
    assert_int_equal(f.plan->steps.items[2].status, PLAN_DISCONNECTED);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_classic(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    FileSet *sides[] = {&live, &candidate};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++)
        file_set_add(arena, sides[i], STR(".tinyenv"), STR("VERSION=1.0.0"));
    file_set_add(arena, &live, STR("t.datasource"), STR(LIVE));
    file_set_add(arena, &candidate, STR("t.datasource"),
                 STR("SCHEMA >\n    `a` Date,\n    `b` String\n\nENGINE_SORTING_KEY \"b\"\n"));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const PlanStep *step = plan_find(f.plan, DATAFILE_DATASOURCE, STR("t"));
    assert_int_equal(step->action, ACTION_NONE);
    assert_true(step->why.len == 2);
    project_fixture_free(&f);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alter), cmocka_unit_test(test_rewrite),
        cmocka_unit_test(test_views), cmocka_unit_test(test_view_query_change),
        cmocka_unit_test(test_order), cmocka_unit_test(test_classic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
