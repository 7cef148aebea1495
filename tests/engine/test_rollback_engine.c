/* A change and the query that undoes it, both run by the engine: what comes back is what live had
 * wherever nothing is called lost, and only there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/rollback.h"
#include "lib/engine.h"
#include "lib/project_fixture.h"

typedef struct {
    const char *name;
    const char *live;      /* columns */
    const char *candidate; /* columns */
    const char *query;     /* the list of the change's FORWARD_QUERY */
    const char *rows;      /* VALUES of live */
    bool comes_back;
} Change;

static const Change CHANGES[] = {
    {"low cardinality", "`id` UInt32, `v` String", "`id` UInt32, `v` LowCardinality(String)",
     "id, CAST(v, 'LowCardinality(String)') AS v", "(1, 'a'), (2, ''), (3, 'a')", true},
    {"widened", "`id` UInt32, `v` UInt8", "`id` UInt32, `v` UInt32", "id, CAST(v, 'UInt32') AS v",
     "(1, 0), (2, 255)", true},
    {"narrowed", "`id` UInt32, `v` UInt32", "`id` UInt32, `v` UInt8", "id, CAST(v, 'UInt8') AS v",
     "(1, 255), (2, 256)", false},
    {"number as text", "`id` UInt32, `v` Int32", "`id` UInt32, `v` String",
     "id, CAST(v, 'String') AS v", "(1, -5), (2, 2147483647)", true},
    {"finer time", "`id` UInt32, `v` DateTime", "`id` UInt32, `v` DateTime64(3)",
     "id, CAST(v, 'DateTime64(3)') AS v", "(1, '2026-11-21 12:00:00'), (2, 0)", true},
    {"coarser time", "`id` UInt32, `v` DateTime64(3)", "`id` UInt32, `v` DateTime",
     "id, CAST(v, 'DateTime') AS v", "(1, '2026-11-21 12:00:00.250')", false},
    {"renamed", "`id` UInt32 `json:$.id`, `enable` UInt8 `json:$.enable`",
     "`id` UInt32 `json:$.id`, `enabled` UInt8 `json:$.enable`", "id, enable AS enabled",
     "(1, 0), (2, 7)", true},
    {"without NULL", "`id` UInt32, `v` Nullable(String)", "`id` UInt64, `v` String",
     "CAST(id, 'UInt64') AS id, ifNull(v, '') AS v", "(1, 'a'), (2, NULL)", false},
    {"dropped", "`id` UInt32, `v` String, `gone` String", "`id` UInt64, `v` String",
     "CAST(id, 'UInt64') AS id, v", "(1, 'a', 'x')", false},
    {"added", "`id` UInt32, `v` String", "`id` UInt64, `v` String, `w` Date",
     "CAST(id, 'UInt64') AS id, v, toDate(0) AS w", "(1, 'a'), (2, 'b')", true},
    {"computed", "`id` UInt32, `v` String", "`id` UInt64, `v` String",
     "CAST(id, 'UInt64') AS id, lower(v) AS v", "(1, 'A')", false},
};

static Str run(Arena *arena, Str sql)
{
    Str out = {0};
    if (!engine_run(arena, sql, &out))
        fail_msg("%.*s\n%.*s", STR_ARG(sql), STR_ARG(out));
    return out;
}

static void create(Arena *arena, const char *table, const Columns *columns)
{
    Buf sql = {0};
    run(arena, str_fmt(arena, "DROP TABLE IF EXISTS %s", table));
    buf_addf(&sql, "CREATE TABLE %s (", table);
    for (size_t i = 0; i < columns->len; i++)
        buf_addf(&sql, "%s`%.*s` %.*s", i ? ", " : "", STR_ARG(columns->items[i].name.text),
                 STR_ARG(columns->items[i].type_text.text));
    buf_add(&sql, ") ENGINE = MergeTree ORDER BY tuple()");
    run(arena, str_copy(arena, buf_str(&sql)));
    buf_free(&sql);
}

/* The lines of a FORWARD_QUERY without its first. */
static Str select_of(Str lines)
{
    Str first;
    str_split_line(&lines, &first);
    return lines;
}

static const char *schema_of(Arena *arena, const char *columns, const char *query)
{
    Str text = str_fmt(
        arena, "SCHEMA >\n    %s\n\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"id\"\n", columns);
    if (query != NULL)
        text = str_fmt(arena, "%.*s\nFORWARD_QUERY >\n    SELECT %s\n", STR_ARG(text), query);
    return str_cstr(arena, text);
}

static bool says_lost(const RollbackStep *step)
{
    static const char *const kinds[] = {"dropped-column", "changed-values", "replaced-nulls"};
    for (size_t i = 0; i < step->lost.len; i++) {
        for (size_t j = 0; j < ARRAY_LEN(kinds); j++) {
            if (strcmp(step->lost.items[i].kind, kinds[j]) == 0)
                return true;
        }
    }
    return false;
}

static void check_change(const Change *change)
{
    ProjectFixture f;
    Arena *arena = arena_new();
    project_fixture_one(&f, "datasources/events.datasource", schema_of(arena, change->live, NULL),
                        schema_of(arena, change->candidate, change->query));
    const Rollback *rollback = rollback_make(&f.check);
    assert_int_equal(rollback->steps.len, 1);
    const RollbackStep *step = &rollback->steps.items[0];
    if (step->fix == NULL)
        fail_msg("%s: no way back is written", change->name);
    if (says_lost(step) == change->comes_back)
        fail_msg("%s: says that it is %slost", change->name, change->comes_back ? "" : "not ");
    const ResourceChange *pair = project_fixture_change(&f, DATAFILE_DATASOURCE, "events");
    create(arena, "live", &pair->live->facts->columns);
    create(arena, "changed", &pair->candidate->facts->columns);
    create(arena, "back", &pair->live->facts->columns);
    run(arena, str_fmt(arena, "INSERT INTO live VALUES %s", change->rows));
    run(arena, str_fmt(arena, "INSERT INTO changed SELECT %s FROM live", change->query));
    Str back = select_of(step->fix->lines);
    run(arena, str_fmt(arena, "INSERT INTO back %.*s FROM changed", STR_ARG(back)));
    Str was = run(arena, STR("SELECT * FROM live ORDER BY ALL"));
    Str is = run(arena, STR("SELECT * FROM back ORDER BY ALL"));
    if (str_eq(was, is) != change->comes_back)
        fail_msg("%s: live had\n%.*s\nback has\n%.*s", change->name, STR_ARG(was), STR_ARG(is));
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_there_and_back(void **state)
{
    (void)state;
    if (!engine_open())
        skip();
    for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++)
        check_change(&CHANGES[i]);
    engine_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_there_and_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
