/* Conditions that together take in every row, and those that leave some. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/row_condition.h"

typedef struct {
    Arena *arena;
    SqlParser *sql;
    DatafileParser *datafiles;
    const Datafile *schema;
} State;

static const char SCHEMA[] = "SCHEMA >\n"
                             "    `ts` DateTime,\n"
                             "    `level` LowCardinality(String),\n"
                             "    `team` Nullable(String),\n"
                             "    `kind` Enum8('a' = 1, 'b' = 2),\n"
                             "    `flag` UInt8,\n"
                             "    `ok` Bool,\n"
                             "    `size` UInt32,\n"
                             "    `ratio` Float64\n"
                             "\n"
                             "ENGINE \"MergeTree\"\n"
                             "ENGINE_SORTING_KEY \"ts\"\n";

/* Conditions with semicolons between them. */
static RowGap gap_of(State *state, const char *conditions)
{
    Exprs list = {0};
    Str rest = str_of(conditions);
    while (rest.len) {
        ptrdiff_t end = str_find_char(rest, ';');
        Str one = str_slice(rest, 0, end < 0 ? rest.len : (size_t)end);
        const Expr *expr = sql_parse_expr(state->sql, state->arena, str_trim(one), 0);
        assert_non_null(expr);
        vec_push(state->arena, &list, (Expr *)(uintptr_t)expr);
        rest = end < 0 ? (Str){0} : str_slice(rest, (size_t)end + 1, rest.len);
    }
    return conditions_gap(state->arena, state->schema, &list);
}

static void gaps_are_found(void **context)
{
    static const char *const cases[] = {
        "level = 'debug'",
        "level = 'debug'; level IN ('info', 'warning')",
        "'debug' = level; level = ''",
        "NOT (level != 'debug')",
        "size < 10; size > 10",
        "size BETWEEN 1 AND 5; size > 6",
        "size = 0",
        "10 > size",
        "flag = 1",
        "flag = 0; flag = 1; flag = 2",
        "ok",
        "kind = 'a'",
        "level = 'debug' AND size > 10; size <= 10",
        "level = 'debug' AND match(level, 'x')",
        "notEmpty(level)",
        "team IS NULL",
        "false",
        "ratio < 0.5; ratio > 0.5",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (!gap_of(*context, cases[i]).certain)
            fail_msg("%s: no gap", cases[i]);
}

static void all_rows_are_taken_in(void **context)
{
    static const char *const cases[] = {
        "level = 'debug'; level != 'debug'",
        "level = 'debug'; NOT (level = 'debug')",
        "level IN ('a', 'b'); level NOT IN ('a', 'b')",
        "empty(level); notEmpty(level)",
        "size <= 10; size > 10",
        "size < 10; size >= 10",
        "size = 0; size > 0",
        "flag = 0; flag = 1",
        "ok; NOT ok",
        "ok = true; ok = false",
        "kind = 'a'; kind = 'b'",
        "team = 'x'; team != 'x'; team IS NULL",
        "level = 'debug' OR size > 10; size <= 10",
        "level = 'debug' AND size > 10; level != 'debug' OR size <= 10",
        "true",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (gap_of(*context, cases[i]).certain)
            fail_msg("%s: a gap", cases[i]);
}

static void nothing_is_guessed(void **context)
{
    static const char *const cases[] = {
        "match(level, 'debug')",
        "level LIKE 'd%'",
        "ts < now()",
        "level > 'm'",
        "size % 2 = 0",
        "size = length(level)",
        "nope = 1",
        "lower(level) = 'debug'; level = 'x'",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (gap_of(*context, cases[i]).certain)
            fail_msg("%s: a gap", cases[i]);
}

static void null_is_told(void **context)
{
    RowGap gap = gap_of(*context, "team = 'x'; team != 'x'");
    assert_true(gap.certain);
    assert_true(str_is(gap.null_column, "team"));
    assert_int_equal(gap_of(*context, "team = 'x'; team = 'y'").null_column.len, 0);
}

/* Many columns and many values are given up, not counted through. */
static void large_conditions_are_given_up(void **context)
{
    State *state = *context;
    Buf text = {0};
    buf_add(&text, "level IN ('x'");
    for (int i = 0; i < 5000; i++)
        buf_addf(&text, ", 'v%d'", i);
    buf_add(&text, ")");
    assert_false(gap_of(state, str_cstr(state->arena, buf_str(&text))).certain);
    buf_free(&text);
    assert_false(gap_of(state, "level = 'a' AND team = 'b' AND kind = 'a' AND flag = 1 AND ok AND "
                               "size = 1")
                     .certain);
}

static int set_up(void **context)
{
    State *state = xmalloc(sizeof *state);
    state->arena = arena_new();
    state->sql = sql_parser_new();
    state->datafiles = datafile_parser_new();
    state->schema = datafile_parse(state->datafiles, state->arena, str_of(SCHEMA),
                                   DATAFILE_DATASOURCE, DIALECT_FORWARD);
    *context = state;
    return 0;
}

static int tear_down(void **context)
{
    State *state = *context;
    datafile_parser_free(state->datafiles);
    sql_parser_free(state->sql);
    arena_free(state->arena);
    free(state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_found),
        cmocka_unit_test(all_rows_are_taken_in),
        cmocka_unit_test(nothing_is_guessed),
        cmocka_unit_test(null_is_told),
        cmocka_unit_test(large_conditions_are_given_up),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
