/* Every TTL that the engine took against what is read from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/tsv.h"
#include "model/retention.h"

typedef struct {
    Arena *arena;
    SqlParser *parser;
} State;

/* Lengths that are not read, and why. */
static const struct {
    const char *ttl;
    const char *why;
} EXCEPTIONS[] = {
    {"if(b, ts, ts + toIntervalDay(1)) + toIntervalDay(60)", "it depends on the row"},
    {"d + toIntervalYear(200)", "a Date ends in 2149"},
};

static bool is_exception(Str ttl)
{
    for (size_t i = 0; i < ARRAY_LEN(EXCEPTIONS); i++)
        if (str_is(ttl, EXCEPTIONS[i].ttl))
            return true;
    return false;
}

/* The types of the columns of the measured table. */
static const Type *type_of_column(Arena *arena, Str column)
{
    static const char *const types[][2] = {
        {"ts", "DateTime"}, {"tz", "DateTime('UTC')"}, {"t64", "DateTime64(3)"},
        {"d", "Date"},      {"d32", "Date32"},         {"s", "String"},
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_is(column, types[i][0]))
            return type_parse(arena, str_of(types[i][1]), NULL);
    return NULL;
}

static int64_t number(Str text)
{
    int64_t value = 0;
    bool negative = str_starts(text, "-");
    for (size_t i = negative; i < text.len; i++)
        value = value * 10 + (text.ptr[i] - '0');
    return negative ? -value : value;
}

static bool holds(State *state, Str text, int64_t seconds)
{
    Ttl ttl = ttl_parse(state->parser, state->arena, text, 0);
    if (!ttl.readable || ttl.rules.len != 1)
        return false;
    TtlRule *rule = &ttl.rules.items[0];
    ttl_rule_resolve(rule, type_of_column(state->arena, rule->column));
    return rule->length.known && rule->length.min_seconds <= seconds &&
           seconds <= rule->length.max_seconds;
}

static void every_measured_length_is_in_range(void **context)
{
    State *state = *context;
    Tsv tsv;
    if (!tsv_read(state->arena, "oracle/ttl.tsv", &tsv))
        skip();
    size_t checked = 0;
    size_t wrong = 0;
    for (size_t row = 0; row < tsv.rows; row++) {
        Str text = tsv_cell(&tsv, row, "ttl");
        Str seconds = tsv_cell(&tsv, row, "seconds_from_2024_01_01");
        if (seconds.len == 0 || is_exception(text))
            continue;
        checked++;
        if (holds(state, text, number(seconds)))
            continue;
        wrong++;
        fprintf(stderr, "%.*s: not %.*s seconds\n", STR_ARG(text), STR_ARG(seconds));
    }
    assert_int_equal(wrong, 0);
    assert_true(checked > 60);
}

static void every_valid_rule_is_readable(void **context)
{
    State *state = *context;
    Tsv tsv;
    if (!tsv_read(state->arena, "oracle/ttl.tsv", &tsv))
        skip();
    for (size_t row = 0; row < tsv.rows; row++) {
        Str text = tsv_cell(&tsv, row, "ttl");
        Ttl ttl = ttl_parse(state->parser, state->arena, text, 0);
        bool syntax = str_starts(tsv_cell(&tsv, row, "error"), "62 ");
        bool table = !str_is(tsv_cell(&tsv, row, "kind"), "column TTL");
        if (str_is(tsv_cell(&tsv, row, "valid"), "yes") && !ttl.readable) {
            fprintf(stderr, "%.*s: not read\n", STR_ARG(text));
            fail();
        }
        if (syntax && table && ttl.readable) {
            fprintf(stderr, "%.*s: read, but the engine refuses it\n", STR_ARG(text));
            fail();
        }
    }
}

/* The columns of the measured table that a TTL may count from. */
static bool is_known_column(Str column)
{
    static const char *const names[] = {"ts", "tz", "t64", "d", "d32", "s", "u", "v", "n"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(column, names[i]))
            return true;
    return false;
}

/* Valid, but counted from several columns or by a length that is in the row. */
static bool is_of_several(Str ttl)
{
    static const char *const texts[] = {
        "greatest(ts, tz) + toIntervalDay(60)",
        "if(b, ts, ts + toIntervalDay(1)) + toIntervalDay(60)",
        "ifNull(n, ts) + toIntervalDay(60)",
        "ts + toIntervalDay(k)",
        "ts + toIntervalDay(u)",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (str_is(ttl, texts[i]))
            return true;
    return false;
}

static size_t count_of(Str text, const char *part)
{
    size_t count = 0;
    for (ptrdiff_t at = str_find(text, part); at >= 0; at = str_find(text, part)) {
        count++;
        text = str_slice(text, (size_t)at + 1, text.len);
    }
    return count;
}

static bool is_taken_apart(State *state, Str text, Str stored)
{
    Ttl ttl = ttl_parse(state->parser, state->arena, text, 0);
    size_t conditions = 0;
    for (size_t i = 0; i < ttl.rules.len; i++) {
        TtlRule *rule = &ttl.rules.items[i];
        ttl_rule_resolve(rule, type_of_column(state->arena, rule->column));
        conditions += rule->condition.len > 0;
        if (!is_of_several(text) && (!is_known_column(rule->column) || !rule->length.known))
            return false;
    }
    return conditions == count_of(stored, " WHERE ");
}

/* Column, length and condition of every rule, also where there are several. */
static void every_valid_form_is_taken_apart(void **context)
{
    State *state = *context;
    Tsv tsv;
    if (!tsv_read(state->arena, "oracle/ttl.tsv", &tsv))
        skip();
    size_t checked = 0;
    size_t wrong = 0;
    for (size_t row = 0; row < tsv.rows; row++) {
        Str text = tsv_cell(&tsv, row, "ttl");
        if (!str_is(tsv_cell(&tsv, row, "valid"), "yes") ||
            str_is(tsv_cell(&tsv, row, "kind"), "column TTL"))
            continue;
        checked++;
        if (is_taken_apart(state, text, tsv_cell(&tsv, row, "as_stored")))
            continue;
        wrong++;
        fprintf(stderr, "%.*s: not taken apart\n", STR_ARG(text));
    }
    assert_int_equal(wrong, 0);
    assert_true(checked > 70);
}

static int set_up(void **context)
{
    State *state = xmalloc(sizeof *state);
    state->arena = arena_new();
    state->parser = sql_parser_new();
    *context = state;
    return 0;
}

static int tear_down(void **context)
{
    State *state = *context;
    sql_parser_free(state->parser);
    arena_free(state->arena);
    free(state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_measured_length_is_in_range),
        cmocka_unit_test(every_valid_rule_is_readable),
        cmocka_unit_test(every_valid_form_is_taken_apart),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
