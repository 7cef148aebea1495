/* The way back: the FORWARD_QUERY that undoes a change, and what nothing brings back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/project_fixture.h"
#include "checks/forward_layout.h"
#include "checks/rollback.h"

#include <string.h>

#define EVENTS "datasources/events.datasource"
#define ENGINE "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"id\"\n"

static const RollbackStep *step_of(const Rollback *rollback, const char *name)
{
    for (size_t i = 0; i < rollback->steps.len; i++) {
        if (str_is(rollback->steps.items[i].name, name))
            return &rollback->steps.items[i];
    }
    return NULL;
}

static bool loses(const RollbackStep *step, const char *kind, const char *subject)
{
    for (size_t i = 0; i < step->lost.len; i++) {
        if (strcmp(step->lost.items[i].kind, kind) == 0 &&
            str_is(step->lost.items[i].subject, subject))
            return true;
    }
    return false;
}

static const Rollback *undo(ProjectFixture *f, const char *live, const char *candidate)
{
    project_fixture_one(f, EVENTS, live, candidate);
    return rollback_make(&f->check);
}

/* The live text with the lines that undo the change, judged over the changed tree as live. */
static void expect_clean(const char *live, const char *candidate, const char *query)
{
    ProjectFixture f, back;
    const RollbackStep *step = step_of(undo(&f, live, candidate), "events");
    assert_non_null(step);
    assert_non_null(step->fix);
    assert_string_equal(str_cstr(f.arena, step->fix->lines), query);
    Str text = edits_applied(f.arena, str_of(live), &step->fix->edits);
    project_fixture_one(&back, EVENTS, candidate, str_cstr(f.arena, text));
    checks_run(&back.check, findings_new(back.arena));
    findings_finish(back.check.findings, findings_new(back.arena), false);
    assert_int_equal(findings_count(back.check.findings, SEVERITY_ERROR), 0);
    project_fixture_free(&back);
    project_fixture_free(&f);
}

#define QUERY(items) "FORWARD_QUERY >\n    SELECT\n        " items
#define TWO(type)    "SCHEMA >\n    `id` UInt32,\n    `host` " type "\n" ENGINE

static void test_conversions(void **state)
{
    (void)state;
    expect_clean(
        TWO("String"),
        TWO("LowCardinality(String)") "\n" QUERY("id, CAST(host, 'LowCardinality(String)') "
                                                 "AS host\n"),
        QUERY("id,\n        CAST(host, 'String') AS host"));
    expect_clean(TWO("UInt32"), TWO("UInt8") "\n" QUERY("id, CAST(host, 'UInt8') AS host\n"),
                 QUERY("id,\n        CAST(host, 'UInt32') AS host"));
    expect_clean(TWO("String"), TWO("UInt8") "\n" QUERY("id, CAST(host, 'UInt8') AS host\n"),
                 QUERY("id,\n        CAST(host, 'String') AS host"));
}

static void test_rename(void **state)
{
    (void)state;
    expect_clean("SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `host` String `json:$.host`\n" ENGINE,
                 "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `hostname` String `json:$.host`\n"
                 "\nFORWARD_QUERY >\n    SELECT id, host AS hostname\n" ENGINE,
                 QUERY("id,\n        hostname AS host"));
}

/* To Nullable is an ALTER, back it is not. */
static void test_nullable(void **state)
{
    (void)state;
    ProjectFixture f;
    const RollbackStep *step = step_of(undo(&f, TWO("String"), TWO("Nullable(String)")), "events");
    assert_non_null(step->fix);
    assert_true(loses(step, "newer-values", "host"));
    assert_int_equal(step->action, ACTION_REWRITE);
    project_fixture_free(&f);
    step = step_of(undo(&f, TWO("Nullable(String)"),
                        TWO("String") "\n" QUERY("id, ifNull(host, '') AS host\n")),
                   "events");
    assert_null(step->fix);
    assert_int_equal(step->action, ACTION_ALTER);
    assert_true(loses(step, "replaced-nulls", "host"));
    project_fixture_free(&f);
}

static void test_lost_columns(void **state)
{
    (void)state;
    ProjectFixture f;
    const RollbackStep *step = step_of(
        undo(&f, "SCHEMA >\n    `id` UInt32,\n    `gone` String,\n    `kept` UInt8\n" ENGINE,
             "SCHEMA >\n    `id` UInt32,\n    `kept` UInt8,\n    `added` Date\n" ENGINE),
        "events");
    assert_null(step->fix);
    assert_int_equal(step->action, ACTION_ALTER);
    assert_true(loses(step, "dropped-column", "gone"));
    assert_true(loses(step, "added-column", "added"));
    assert_int_equal(step->lost.len, 2);
    project_fixture_free(&f);
}

static void test_narrowed(void **state)
{
    (void)state;
    ProjectFixture f;
    const Rollback *rollback =
        undo(&f, TWO("UInt32"), TWO("UInt8") "\n" QUERY("id, CAST(host, 'UInt8') AS host\n"));
    const RollbackStep *step = step_of(rollback, "events");
    assert_true(loses(step, "changed-values", "host"));
    assert_false(loses(step, "newer-values", "host"));
    assert_non_null(step->fix);
    project_fixture_free(&f);
}

/* The type stays, the values do not. */
static void test_recomputed(void **state)
{
    (void)state;
    ProjectFixture f;
    const RollbackStep *step =
        step_of(undo(&f, "SCHEMA >\n    `id` UInt32,\n    `host` String\n" ENGINE,
                     "SCHEMA >\n    `id` UInt64,\n    `host` String\n" ENGINE
                     "\n" QUERY("CAST(id, 'UInt64') AS id, lower(host) AS host\n")),
                "events");
    assert_true(loses(step, "changed-values", "host"));
    assert_false(loses(step, "changed-values", "id"));
    project_fixture_free(&f);
}

static void test_engine_and_ttl(void **state)
{
    (void)state;
    const char *schema = "SCHEMA >\n    `id` UInt32,\n    `ts` DateTime\n\nENGINE \"%s\"\n"
                         "ENGINE_SORTING_KEY \"id\"\nENGINE_TTL \"ts + INTERVAL %d DAY\"\n";
    ProjectFixture f;
    Arena *arena = arena_new();
    Str live = str_fmt(arena, schema, "MergeTree", 90);
    Str candidate = str_fmt(arena, schema, "ReplacingMergeTree", 30);
    const RollbackStep *step =
        step_of(undo(&f, str_cstr(arena, live), str_cstr(arena, candidate)), "events");
    assert_null(step->fix);
    assert_int_equal(step->backfill, BACKFILL_SELECT_STAR);
    assert_true(loses(step, "merged-rows", ""));
    assert_true(loses(step, "expired-rows", ""));
    project_fixture_free(&f);
    Str longer = str_fmt(arena, schema, "MergeTree", 120);
    step = step_of(undo(&f, str_cstr(arena, live), str_cstr(arena, longer)), "events");
    assert_int_equal(step->lost.len, 0);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_new_and_deleted(void **state)
{
    (void)state;
    ProjectFixture f;
    const RollbackStep *step = step_of(undo(&f, NULL, TWO("String")), "events");
    assert_int_equal(step->action, ACTION_DELETE);
    assert_true(loses(step, "newer-rows", ""));
    project_fixture_free(&f);
    step = step_of(undo(&f, TWO("String"), NULL), "events");
    assert_int_equal(step->action, ACTION_CREATE);
    assert_true(loses(step, "deleted-rows", ""));
    project_fixture_free(&f);
}

/* What the deploy refuses does nothing that could be undone. */
static void test_refused(void **state)
{
    (void)state;
    ProjectFixture f;
    assert_null(step_of(undo(&f, TWO("String"), TWO("UInt8")), "events"));
    project_fixture_free(&f);
}

static void test_by_hand(void **state)
{
    (void)state;
    ProjectFixture f;
    const RollbackStep *step =
        step_of(undo(&f, TWO("Array(String)"),
                     TWO("String") "\n" QUERY("id, arrayStringConcat(host, ',') AS host\n")),
                "events");
    assert_null(step->fix);
    assert_int_equal(step->backfill, BACKFILL_REFUSED);
    assert_true(str_find(step->how, "'host'") > 0);
    project_fixture_free(&f);
}

/* What live's own query was for is done: it must not run again. */
static void test_leftover(void **state)
{
    (void)state;
    ProjectFixture f;
    const RollbackStep *step =
        step_of(undo(&f, TWO("String") "\n" QUERY("id, 'x' AS host\n"),
                     "SCHEMA >\n    `id` UInt32,\n    `host` String,\n    `w` Date\n" ENGINE),
                "events");
    assert_null(step->fix);
    assert_true(str_find(step->how, "without its FORWARD_QUERY") > 0);
    project_fixture_free(&f);
}

static void test_views(void **state)
{
    (void)state;
    FileSet live = {0}, candidate = {0};
    Arena *arena = arena_new();
    const char *events = "SCHEMA >\n    `ts` DateTime,\n    `host` String\n\nENGINE \"MergeTree\"\n"
                         "ENGINE_SORTING_KEY \"%s\"\nENGINE_TTL \"ts + INTERVAL 30 DAY\"\n";
    Str daily = STR("SCHEMA >\n    `ts` DateTime,\n    `host` String\n\nENGINE \"MergeTree\"\n"
                    "ENGINE_SORTING_KEY \"ts\"\n");
    Str view = STR("NODE n\nSQL >\n    SELECT ts, host FROM events\nTYPE materialized\n"
                   "DATASOURCE daily\n");
    file_set_add(arena, &live, STR(EVENTS), str_fmt(arena, events, "ts"));
    file_set_add(arena, &live, STR("datasources/daily.datasource"), daily);
    file_set_add(arena, &live, STR("pipes/v.pipe"), view);
    file_set_add(arena, &candidate, STR(EVENTS), str_fmt(arena, events, "host"));
    file_set_add(arena, &candidate, STR("datasources/daily.datasource"), daily);
    file_set_add(arena, &candidate, STR("pipes/v.pipe"), view);
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const Rollback *rollback = rollback_make(&f.check);
    const RollbackStep *step = step_of(rollback, "daily");
    assert_true(loses(step, "view-history", ""));
    assert_non_null(step->fix);
    assert_true(str_ends(step->fix->lines, "SELECT *"));
    assert_false(rollback->pipes);
    project_fixture_free(&f);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversions),    cmocka_unit_test(test_rename),
        cmocka_unit_test(test_nullable),       cmocka_unit_test(test_lost_columns),
        cmocka_unit_test(test_narrowed),       cmocka_unit_test(test_recomputed),
        cmocka_unit_test(test_engine_and_ttl), cmocka_unit_test(test_new_and_deleted),
        cmocka_unit_test(test_refused),        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_views),          cmocka_unit_test(test_leftover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
