/* TB308 against the engine: no word about a TTL that it took, one about every TTL that it refused
 * for what it counts from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "lib/tsv.h"

/* The measured table. */
static const char SCHEMA[] = "SCHEMA >\n"
                             "    `ts` DateTime,\n    `tz` DateTime('UTC'),\n"
                             "    `t64` DateTime64(3),\n    `d` Date,\n    `d32` Date32,\n"
                             "    `s` String,\n    `u` UInt32,\n    `v` UInt64,\n"
                             "    `n` Nullable(DateTime),\n    `k` UInt32,\n    `b` Bool,\n"
                             "    `lc` LowCardinality(String),\n    `f` Float64\n"
                             "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"k\"\n";

static bool is_reported(Arena *arena, Str ttl)
{
    Str text = str_fmt(arena, "%sENGINE_TTL \"%.*s\"\n", SCHEMA, STR_ARG(ttl));
    ProjectFixture f;
    project_fixture_one(&f, "datasources/events.datasource", NULL, str_cstr(arena, text));
    retention_columns(&f.check, f.diff->sides.candidate, f.check.findings);
    bool found = project_fixture_finding(&f, RULE_TB308, NULL) != NULL;
    project_fixture_free(&f);
    return found;
}

/* Refused for its column: missing, none at all, of a type that is no time, or Nullable. */
static bool is_refused_for_column(Str message)
{
    static const char *const parts[] = {"Missing columns", "does not depend on any",
                                        "should have Date, Date32", "Illegal types"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (str_find(message, parts[i]) >= 0)
            return true;
    return false;
}

static void the_engine_agrees(void **context)
{
    (void)context;
    Arena *arena = arena_new();
    Tsv tsv;
    size_t refused = 0, taken = 0, wrong = 0;
    if (!tsv_read(arena, "oracle/ttl.tsv", &tsv)) {
        arena_free(arena);
        skip();
    }
    for (size_t row = 0; row < tsv.rows; row++) {
        Str ttl = tsv_cell(&tsv, row, "ttl");
        Str kind = tsv_cell(&tsv, row, "kind");
        if (ttl.len == 0 || (!str_is(kind, "expression") && !str_is(kind, "rule")))
            continue;
        bool valid = str_is(tsv_cell(&tsv, row, "valid"), "yes");
        bool expected = !valid && is_refused_for_column(tsv_cell(&tsv, row, "message"));
        refused += expected;
        taken += valid;
        if (is_reported(arena, ttl) == expected)
            continue;
        wrong++;
        fprintf(stderr, "%.*s: %s\n", STR_ARG(ttl), expected ? "not reported" : "reported");
    }
    arena_free(arena);
    assert_int_equal(wrong, 0);
    assert_true(refused >= 9 && taken >= 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_engine_agrees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
