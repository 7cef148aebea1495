/* Sync and backfill filters against each other: TB501, TB502, TB503. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/project_fixture.h"

#define TABLE                                                                                      \
    "SCHEMA >\n    `id` UInt32,\n    `ts` %s,\n    `other` DateTime\n\nENGINE \"%s\"\n"            \
    "ENGINE_SORTING_KEY \"id\"\n"

typedef struct {
    const char *type;   /* of ts */
    const char *engine; /* of the target */
    const char *sync;   /* WHERE, or empty */
    const char *backfill;
    bool sync_is_live;
} Setup;

static Str pipe_text(Arena *arena, const char *filter, const char *type)
{
    return str_fmt(arena, "NODE copy\nSQL >\n    SELECT id, ts, other FROM events %s\n\n%s\n",
                   filter, type);
}

static void make(ProjectFixture *f, Arena *arena, Setup s)
{
    FileSet live = {0};
    FileSet candidate = {0};
    Str source = str_fmt(arena, TABLE, s.type != NULL ? s.type : "DateTime", "MergeTree");
    Str target = str_fmt(arena, TABLE, s.type != NULL ? s.type : "DateTime",
                         s.engine != NULL ? s.engine : "MergeTree");
    Str sync = pipe_text(arena, s.sync, "TYPE materialized\nDATASOURCE replica");
    Str backfill = pipe_text(arena, s.backfill,
                             "TYPE copy\nTARGET_DATASOURCE replica\n"
                             "COPY_SCHEDULE @on-demand");
    file_set_add(arena, &live, STR("datasources/events.datasource"), source);
    if (s.sync_is_live) {
        file_set_add(arena, &live, STR("datasources/replica.datasource"), target);
        file_set_add(arena, &live, STR("materializations/sync.pipe"), sync);
    }
    file_set_add(arena, &candidate, STR("datasources/events.datasource"), source);
    file_set_add(arena, &candidate, STR("datasources/replica.datasource"), target);
    file_set_add(arena, &candidate, STR("materializations/sync.pipe"), sync);
    file_set_add(arena, &candidate, STR("copies/backfill.pipe"), backfill);
    project_fixture_make(f, &live, &candidate);
    checks_run_changes(&f->check, "migration");
}

/* One finding of the rule with that severity whose message holds `part`. */
static void expect(Setup s, RuleId rule, Severity severity, const char *part)
{
    ProjectFixture f;
    Arena *arena = arena_new();
    make(&f, arena, s);
    assert_int_equal(f.check.findings->items.len, 1);
    const Finding *finding = &f.check.findings->items.items[0];
    assert_int_equal(finding->rule, rule);
    assert_int_equal(finding->severity, severity);
    if (str_find(finding->message, part) < 0)
        print_error("%.*s\n", STR_ARG(finding->message));
    assert_true(str_find(finding->message, part) >= 0);
    assert_int_equal(f.unchecked.len, 0);
    project_fixture_free(&f);
    arena_free(arena);
}

static void expect_silent(Setup s, size_t unchecked)
{
    ProjectFixture f;
    Arena *arena = arena_new();
    make(&f, arena, s);
    for (size_t i = 0; i < f.check.findings->items.len; i++)
        print_error("%.*s\n", STR_ARG(f.check.findings->items.items[i].message));
    assert_int_equal(f.check.findings->items.len, 0);
    assert_int_equal(f.unchecked.len, unchecked);
    project_fixture_free(&f);
    arena_free(arena);
}

#define L "'2026-11-21 13:30:00'"
#define M "'2026-11-21 13:45:00'"

/* The table of operators: what meets, what leaves a gap, what overlaps. */
static void test_operators(void **state)
{
    (void)state;
    expect_silent((Setup){.sync = "WHERE ts > " L, .backfill = "WHERE ts <= " L}, 0);
    expect_silent((Setup){.sync = "WHERE ts >= " L, .backfill = "WHERE ts < " L}, 0);
    expect((Setup){.sync = "WHERE ts > " L, .backfill = "WHERE ts < " L}, RULE_TB503,
           SEVERITY_ERROR, "exactly at 2026-11-21 13:30:00 would never be copied");
    expect((Setup){.sync = "WHERE ts >= " L, .backfill = "WHERE ts <= " L}, RULE_TB503,
           SEVERITY_ERROR, "exactly at 2026-11-21 13:30:00 would be copied twice");
    expect_silent((Setup){.sync = "WHERE ts > " L,
                          .backfill = "WHERE ts BETWEEN '2020-01-01 00:00:00' AND " L},
                  0);
    expect((Setup){.sync = "WHERE ts >= " L,
                   .backfill = "WHERE ts BETWEEN '2020-01-01 00:00:00' AND " L},
           RULE_TB503, SEVERITY_ERROR, "twice");
    expect((Setup){.sync = "WHERE ts > " M, .backfill = "WHERE ts <= " L}, RULE_TB503,
           SEVERITY_ERROR, "from 2026-11-21 13:30:00 to 13:45:00 (15 minutes) would never");
    expect((Setup){.sync = "WHERE ts > " L, .backfill = "WHERE ts <= " M}, RULE_TB503,
           SEVERITY_ERROR,
           "from 2026-11-21 13:30:00 to 13:45:00 (15 minutes) would be copied "
           "twice");
}

static void test_missing_filters(void **state)
{
    (void)state;
    expect((Setup){.sync = "", .backfill = "WHERE ts <= " L}, RULE_TB501, SEVERITY_ERROR,
           "2026-11-21 13:30:00");
    expect((Setup){.sync = "", .backfill = "WHERE ts <= " L, .engine = "ReplacingMergeTree"},
           RULE_TB501, SEVERITY_WARNING, "twice");
    expect((Setup){.sync = "", .backfill = "WHERE ts <= " L, .sync_is_live = true}, RULE_TB501,
           SEVERITY_WARNING, "twice");
    expect((Setup){.sync = "WHERE ts > " L, .backfill = ""}, RULE_TB502, SEVERITY_ERROR,
           "2026-11-21 13:30:00");
    expect((Setup){.sync = "WHERE ts > " L, .backfill = "WHERE ts > '2020-01-01 00:00:00'"},
           RULE_TB502, SEVERITY_ERROR, "2026-11-21 13:30:00");
    expect_silent((Setup){.sync = "", .backfill = ""}, 0);
}

static void test_spellings(void **state)
{
    (void)state;
    const char *const literals[] = {
        "'2026-11-21 13:30:00'",
        "'2026-11-21T13:30:00Z'",
        "'2026-11-21 13:30:00.000'",
        "toDateTime('2026-11-21 13:30:00')",
        "toDateTime('2026-11-21 13:30:00', 'UTC')",
        "toDateTime64('2026-11-21 13:30:00', 3)",
        "CAST('2026-11-21 13:30:00' AS DateTime)",
        "'2026-11-21 13:30:00'::DateTime",
        "parseDateTimeBestEffort('2026-11-21 13:30:00')",
    };
    for (size_t i = 0; i < ARRAY_LEN(literals); i++) {
        char filter[128];
        snprintf(filter, sizeof filter, "WHERE %s >= ts", literals[i]);
        expect_silent((Setup){.sync = "WHERE ts > " L, .backfill = filter}, 0);
        expect_silent((Setup){.sync = "WHERE events.ts > " L, .backfill = filter}, 0);
        expect_silent((Setup){.sync = "PREWHERE ts > " L, .backfill = filter}, 0);
    }
}

static void test_resolution(void **state)
{
    (void)state;
    Setup next_second = {.sync = "WHERE ts >= '2026-11-21 13:30:01'", .backfill = "WHERE ts <= " L};
    expect_silent(next_second, 0);
    next_second.type = "DateTime64(3)";
    expect(next_second, RULE_TB503, SEVERITY_ERROR, "never");
    Setup day = {
        .type = "Date", .sync = "WHERE ts > '2026-11-22'", .backfill = "WHERE ts < '2026-11-23'"};
    expect_silent(day, 0);
    expect((Setup){.sync = "WHERE ts > " L, .backfill = "WHERE toDate(ts) <= '2026-11-21'"},
           RULE_TB503, SEVERITY_ERROR, "13:30:01 to 2026-11-22 00:00:00");
    expect_silent((Setup){.sync = "WHERE toDate(ts) > '2026-11-21'",
                          .backfill = "WHERE ts < '2026-11-22 00:00:00'"},
                  0);
}

static void test_guards(void **state)
{
    (void)state;
    const char *const filters[] = {
        "WHERE other <= " L,
        "WHERE ts <= " L " OR id = 1",
        "WHERE toStartOfHour(ts) <= " L,
        "WHERE ts <= (SELECT max(other) FROM events)",
        "WHERE ts <= " L " AND id = 1",
        "WHERE ts <= {{ DateTime(cutoff) }}",
        "WHERE ts <= toDateTime('2026-11-21 13:30:00', 'Asia/Tokyo')",
        "WHERE ts <= " L " LIMIT 10",
    };
    for (size_t i = 0; i < ARRAY_LEN(filters); i++)
        expect_silent((Setup){.sync = "WHERE ts > " M, .backfill = filters[i]}, 1);
    /* A filter that both share does not matter. */
    expect_silent(
        (Setup){.sync = "WHERE id = 1 AND ts > " L, .backfill = "WHERE ts <= " L " AND id = 1"}, 0);
    expect_silent((Setup){.sync = "WHERE id = 1", .backfill = "WHERE id = 2"}, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operators), cmocka_unit_test(test_missing_filters),
        cmocka_unit_test(test_spellings), cmocka_unit_test(test_resolution),
        cmocka_unit_test(test_guards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
