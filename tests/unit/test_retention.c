/* TTL rules: lengths, order, cutoffs, and equal meaning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "model/retention.h"

typedef struct {
    Arena *arena;
    SqlParser *parser;
} State;

static Ttl parse(State *state, const char *text)
{
    return ttl_parse(state->parser, state->arena, str_of(text), 0);
}

static TtlLength length_of(State *state, const char *text)
{
    Ttl ttl = parse(state, text);
    assert_int_equal(ttl.rules.len, 1);
    return ttl.rules.items[0].length;
}

static void spellings_are_equal(void **context)
{
    static const char *const cases[][2] = {
        {"ts + INTERVAL 60 DAY", "ts + toIntervalDay(60)"},
        {"ts + INTERVAL 2 WEEK", "INTERVAL 14 DAYS + ts"},
        {"ts + toIntervalDay(30 * 2)", "addDays(ts, 60);"},
        {"date_add(DAY, 60, ts)", "ts + INTERVAL '60 DAY' DELETE"},
        {"a + INTERVAL 1 DAY WHERE x = 1, b + INTERVAL 1 DAY",
         "b + INTERVAL 24 HOUR, a + INTERVAL 1 DAY DELETE WHERE x = 1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(str_eq(parse(*context, cases[i][0]).normalized,
                           parse(*context, cases[i][1]).normalized));
}

static void meanings_differ(void **context)
{
    static const char *const cases[][2] = {
        {"ts + INTERVAL 60 DAY", "ts + INTERVAL 2 MONTH"},
        {"ts + INTERVAL 60 DAY", "toDate(ts) + INTERVAL 60 DAY"},
        {"ts + INTERVAL 60 DAY", "ts + INTERVAL 60 DAY WHERE x = 1"},
        {"ts + INTERVAL 60 DAY TO DISK 'a'", "ts + INTERVAL 60 DAY TO DISK 'b'"},
        {"ts + toIntervalDay(k)", "ts + toIntervalDay(j)"},
        {"ts + 60", "ts + 61"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_false(str_eq(parse(*context, cases[i][0]).normalized,
                            parse(*context, cases[i][1]).normalized));
}

static void rules_are_taken_apart(void **context)
{
    Ttl ttl = parse(*context, "toDate(ts) + INTERVAL 30 DAY DELETE WHERE v = 0, "
                              "ts + INTERVAL 60 DAY TO VOLUME 'cold'");
    assert_true(ttl.present);
    assert_true(ttl.readable);
    assert_int_equal(ttl.rules.len, 2);
    assert_true(str_is(ttl.rules.items[0].column, "ts"));
    assert_true(str_is(ttl.rules.items[0].base, "toDate(ts)"));
    assert_true(str_is(ttl.rules.items[0].action, "DELETE"));
    assert_true(ttl.rules.items[0].condition.len > 0);
    assert_true(str_is(ttl.rules.items[1].action, "TO VOLUME"));
    assert_int_equal(ttl.rules.items[1].condition.len, 0);
}

static void nothing_is_guessed(void **context)
{
    static const char *const unknown[] = {
        "ts + toIntervalDay(k)",
        "ts + other",
        "if(b, ts, ts + toIntervalDay(1))",
        "ts + 60",
        "ts - other",
        "toIntervalDay(60)",
    };
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        assert_false(length_of(*context, unknown[i]).known);
    Ttl several = parse(*context, "greatest(a, b) + INTERVAL 1 DAY");
    assert_int_equal(several.rules.items[0].column.len, 0);
    assert_true(several.rules.items[0].length.known);
    assert_false(parse(*context, "  ").present);
    assert_false(parse(*context, "ts + INTERVAL 60").readable);
    assert_false(length_of(*context, "ts + toIntervalYear(999999999999)").known);
}

static void bare_numbers_wait_for_the_type(void **context)
{
    State *state = *context;
    Ttl ttl = parse(state, "d + 60");
    TtlRule rule = ttl.rules.items[0];
    ttl_rule_resolve(&rule, type_parse(state->arena, STR("String"), NULL));
    assert_false(rule.length.known);
    ttl_rule_resolve(&rule, type_parse(state->arena, STR("Date"), NULL));
    assert_int_equal(rule.length.max_seconds, 60 * 86400);
    rule = ttl.rules.items[0];
    ttl_rule_resolve(&rule, type_parse(state->arena, STR("DateTime"), NULL));
    assert_int_equal(rule.length.max_seconds, 60);
    assert_int_equal(length_of(state, "toDate(ts) + 60").min_seconds, 60 * 86400);
    assert_int_equal(length_of(state, "toDateTime(d) + 60").min_seconds, 60);
}

static void order_is_certain_or_none(void **context)
{
    static const struct {
        const char *a;
        const char *b;
        TtlOrder order;
    } cases[] = {
        {"ts + INTERVAL 90 DAY", "ts + INTERVAL 30 DAY", TTL_SHORTER},
        {"ts + INTERVAL 30 DAY", "ts + INTERVAL 90 DAY", TTL_LONGER},
        {"ts + INTERVAL 1 DAY", "ts + INTERVAL 24 HOUR", TTL_EQUAL},
        {"ts + INTERVAL 1 MONTH", "ts + INTERVAL 30 DAY", TTL_UNORDERED},
        {"ts + INTERVAL 1 MONTH", "ts + INTERVAL 27 DAY", TTL_SHORTER},
        {"ts + INTERVAL 1 MONTH", "ts + INTERVAL 32 DAY", TTL_LONGER},
        {"ts + INTERVAL 12 MONTH", "ts + INTERVAL 1 YEAR", TTL_EQUAL},
        {"ts + INTERVAL 1 YEAR", "ts + INTERVAL 364 DAY", TTL_SHORTER},
        {"ts + INTERVAL 1 YEAR", "ts + INTERVAL 365 DAY", TTL_UNORDERED},
        {"ts + INTERVAL 3 MONTH", "ts + INTERVAL 2 MONTH", TTL_SHORTER},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(
            ttl_length_compare(length_of(*context, cases[i].a), length_of(*context, cases[i].b)),
            cases[i].order);
}

static void lengths_read_well(void **context)
{
    static const char *const cases[][2] = {
        {"ts + INTERVAL 60 DAY", "60 days"},
        {"ts + INTERVAL 3 MONTH", "3 months"},
        {"ts + INTERVAL 24 MONTH", "2 years"},
        {"ts", "no time"},
        {"ts - INTERVAL 1 DAY", "minus 1 day"},
        {"ts + toIntervalHour(36)", "1 day 12 hours"},
        {"ts + INTERVAL 1 YEAR + INTERVAL 1 DAY", "1 year and 1 day"},
    };
    State *state = *context;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(
            str_is(ttl_length_text(state->arena, length_of(state, cases[i][0])), cases[i][1]));
}

static void the_cutoff_follows_the_calendar(void **context)
{
    State *state = *context;
    Instant now;
    assert_true(instant_parse(STR("2026-11-21T12:00:00Z"), &now));
    Instant cutoff = ttl_cutoff(length_of(state, "ts + INTERVAL 2 MONTH"), now);
    assert_true(str_is(instant_text(state->arena, cutoff), "2026-09-21 12:00:00"));
    cutoff = ttl_cutoff(length_of(state, "ts + INTERVAL 30 DAY"), now);
    assert_true(str_is(instant_date(state->arena, cutoff), "2026-10-22"));
}

static void a_moment_is_the_column_or_its_day(void **context)
{
    static const char *const moments[] = {"ts + INTERVAL 1 DAY", "toDate(ts) + INTERVAL 1 DAY",
                                          "toDate(toDateTime(ts, 'UTC')) + INTERVAL 1 DAY"};
    static const char *const others[] = {
        "toStartOfMonth(ts) + INTERVAL 1 DAY", "toDate(toStartOfMonth(ts)) + INTERVAL 1 DAY",
        "greatest(ts, ts) + INTERVAL 1 DAY", "toDate(a, b) + INTERVAL 1 DAY"};
    for (size_t i = 0; i < ARRAY_LEN(moments); i++)
        assert_true(parse(*context, moments[i]).rules.items[0].base_is_moment);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(parse(*context, others[i]).rules.items[0].base_is_moment);
}

static void hostile_lengths_stay_finite(void **context)
{
    State *state = *context;
    Buf text = {0};
    buf_add(&text, "ts");
    for (int i = 0; i < 90; i++)
        buf_add(&text, " + toIntervalWeek(999999999999)");
    Ttl ttl = ttl_parse(state->parser, state->arena, buf_str(&text), 0);
    assert_true(ttl.rules.len == 0 || !ttl.rules.items[0].length.known);
    buf_free(&text);
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
        cmocka_unit_test(spellings_are_equal),
        cmocka_unit_test(meanings_differ),
        cmocka_unit_test(rules_are_taken_apart),
        cmocka_unit_test(nothing_is_guessed),
        cmocka_unit_test(bare_numbers_wait_for_the_type),
        cmocka_unit_test(order_is_certain_or_none),
        cmocka_unit_test(lengths_read_well),
        cmocka_unit_test(the_cutoff_follows_the_calendar),
        cmocka_unit_test(a_moment_is_the_column_or_its_day),
        cmocka_unit_test(hostile_lengths_stay_finite),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
