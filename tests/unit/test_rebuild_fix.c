/* Fixes that keep the rows of a view's target: applied, they leave nothing to report but notes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/forward_layout.h"
#include "lib/project_fixture.h"

#define EVENTS(key, newline)                                                                       \
    "SCHEMA >" newline "    `ts` DateTime `json:$.ts`," newline                                    \
    "    `kind` String `json:$.kind`" newline newline "ENGINE \"MergeTree\"" newline               \
    "ENGINE_SORTING_KEY \"" key "\"" newline "ENGINE_TTL \"ts + INTERVAL 30 DAY\"" newline
#define DAILY(key, kind, rest)                                                                     \
    "SCHEMA >\n    `day` Date,\n    `kind` " kind ",\n    `hits` SimpleAggregateFunction(sum, "    \
    "UInt64)\n\nENGINE \"AggregatingMergeTree\"\nENGINE_SORTING_KEY \"" key "\"" rest
#define VIEW(kind, rest)                                                                           \
    "NODE n\nSQL >\n    SELECT toDate(ts) AS day, " kind " AS kind, count() AS hits FROM events "  \
    "GROUP BY day, kind\n\nTYPE materialized\nDATASOURCE daily" rest

typedef struct {
    const char *what;
    const char *events, *events_new, *daily, *daily_new, *view, *view_new;
    RuleId rule;
} FixCase;

static const FixCase cases[] = {
    {"query changed", EVENTS("ts", "\n"), EVENTS("ts", "\n"), DAILY("day, kind", "String", "\n"),
     DAILY("day, kind", "String", "\n"), VIEW("kind", "\n"), VIEW("lower(kind)", "\n"), RULE_TB403},
    {"query changed, no newline at the end", EVENTS("ts", "\n"), EVENTS("ts", "\n"),
     DAILY("day, kind", "String", "\n"), DAILY("day, kind", "String", "\n"), VIEW("kind", ""),
     VIEW("lower(kind)", ""), RULE_TB403},
    {"key changed", EVENTS("ts", "\n"), EVENTS("ts", "\n"), DAILY("day, kind", "String", "\n"),
     DAILY("kind, day", "String", "\n"), VIEW("kind", "\n"), VIEW("kind", "\n"), RULE_TB404},
    {"key changed, no newline at the end", EVENTS("ts", "\n"), EVENTS("ts", "\n"),
     DAILY("day, kind", "String", ""), DAILY("kind, day", "String", ""), VIEW("kind", "\n"),
     VIEW("kind", "\n"), RULE_TB404},
    {"type changed", EVENTS("ts", "\n"), EVENTS("ts", "\n"), DAILY("day, kind", "String", "\n"),
     DAILY("day, kind", "LowCardinality(String)", "\n"), VIEW("kind", "\n"),
     VIEW("toLowCardinality(kind)", "\n"), RULE_TB402},
    {"source rewritten", EVENTS("ts", "\n"), EVENTS("kind, ts", "\n"),
     DAILY("day, kind", "String", "\n"), DAILY("day, kind", "String", "\n"), VIEW("kind", "\n"),
     VIEW("kind", "\n"), RULE_TB407},
    {"source rewritten, CRLF", EVENTS("ts", "\r\n"), EVENTS("kind, ts", "\r\n"),
     DAILY("day, kind", "String", "\r\n"), DAILY("day, kind", "String", "\r\n"), VIEW("kind", "\n"),
     VIEW("kind", "\n"), RULE_TB407},
    {"forward query downstream", EVENTS("ts", "\n"), EVENTS("kind, ts", "\n"),
     DAILY("day, kind", "String",
           "\n\nFORWARD_QUERY >\n    SELECT day, lower(kind) AS kind, hits\n"),
     DAILY("day, kind", "String",
           "\n\nFORWARD_QUERY >\n    SELECT day, lower(kind) AS kind, hits\n"),
     VIEW("kind", "\n"), VIEW("kind", "\n"), RULE_TB214},
};

static void run_checks(const ProjectFixture *f)
{
    forward_queries(&f->check);
    schema_changes(&f->check);
    checks_run_changes(&f->check, "materialized");
}

static void make_files(Arena *arena, const FixCase *c, FileSet *live, FileSet *candidate)
{
    const struct {
        const char *path, *live, *candidate;
    } files[] = {{"events.datasource", c->events, c->events_new},
                 {"daily.datasource", c->daily, c->daily_new},
                 {"v.pipe", c->view, c->view_new}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        file_set_add(arena, live, str_of(files[i].path), str_of(files[i].live));
        file_set_add(arena, candidate, str_of(files[i].path), str_of(files[i].candidate));
    }
}

static void assert_only_notes(const FixCase *c, const ProjectFixture *f)
{
    const FindingItems *items = &f->check.findings->items;
    for (size_t i = 0; i < items->len; i++) {
        if (items->items[i].severity > SEVERITY_NOTE)
            print_message("%s: %.*s\n", c->what, STR_ARG(items->items[i].message));
        assert_true(items->items[i].severity <= SEVERITY_NOTE);
    }
}

static void check_fix(const FixCase *c)
{
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    make_files(arena, c, &live, &candidate);
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    run_checks(&f);
    const Finding *finding = project_fixture_finding(&f, c->rule, NULL);
    if (!finding || !finding->fix)
        print_message("%s: no fix\n", c->what);
    assert_non_null(finding);
    assert_non_null(finding->fix);
    for (size_t i = 0; i < candidate.len; i++) {
        TestFile *file = &candidate.items[i];
        if (str_eq(file->path, finding->fix->file->path))
            file->text = edits_applied(arena, file->text, &finding->fix->edits);
    }
    ProjectFixture mended;
    project_fixture_make(&mended, &live, &candidate);
    run_checks(&mended);
    assert_only_notes(c, &mended);
    project_fixture_free(&mended);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_fixes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check_fix(&cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fixes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
