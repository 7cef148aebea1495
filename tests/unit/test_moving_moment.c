/* Moments that move with the clock, as lengths before now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/moving_moment.h"

typedef struct {
    Arena *arena;
    SqlParser *parser;
} State;

/* The moment is the limit in `WHERE ts >= limit`, behind the WITH and the items given. */
static bool read(State *state, const char *before, const char *limit, MovingMoment *out)
{
    Str text = str_fmt(state->arena, "%s FROM events WHERE ts >= %s", before, limit);
    const Query *query = sql_parse_query(state->parser, state->arena, text, 0);
    assert_false(query->broken);
    const Select *select = query->selects.items[0];
    const SelectScope *scope = select_scope(state->arena, select, NULL);
    return moving_moment(state->parser, state->arena, scope, select->where->args.items[1], out);
}

static void lengths_are_read(void **context)
{
    static const struct {
        const char *limit;
        const char *back;
        bool by_day;
    } cases[] = {
        {"now() - INTERVAL 90 DAY", "90 days", false},
        {"NOW() - toIntervalHour(36)", "1 day 12 hours", false},
        {"(now() - interval 30 minute)", "30 minutes", false},
        {"now64(3) - 3600", "1 hour", false},
        {"today() - 7", "7 days", true},
        {"today() - 2 * 30", "60 days", true},
        {"yesterday()", "1 day", true},
        {"subtractMonths(today(), 3)", "3 months", true},
        {"addDays(now(), -7)", "7 days", false},
        {"timestampAdd(today(), interval -7 day)", "7 days", true},
        {"date_sub(DAY, 30, now())", "30 days", false},
        {"toStartOfMonth(now() - INTERVAL 1 YEAR)", "1 year", true},
        {"toStartOfDay(now()) - INTERVAL 365 DAY", "365 days", true},
        {"toDateTime64(now() - INTERVAL 14 DAY, 3)", "14 days", false},
        {"toDate(now()) - 10", "10 days", true},
        {"toTimeZone(now(), 'Europe/Berlin') - INTERVAL 1 DAY", "1 day", false},
        {"CAST(now() - INTERVAL 2 WEEK AS Date)", "14 days", true},
        {"CURRENT_TIMESTAMP - INTERVAL 3 DAY", "3 days", false},
        {"now() - INTERVAL 1 MONTH - INTERVAL 1 DAY", "1 month and 1 day", false},
        {"now() - INTERVAL {{Int32(days, 90)}} DAY", "90 days", false},
        {"today() - {{Int32(days, 30)}} * 2", "60 days", true},
        {"now() - toIntervalDay({{String(days, '45')}})", "45 days", false},
    };
    State *state = *context;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        MovingMoment moment;
        if (!read(state, "SELECT 1", cases[i].limit, &moment))
            fail_msg("%s: not read", cases[i].limit);
        Str back = ttl_length_text(state->arena, moment.back);
        if (!str_is(back, cases[i].back) || moment.by_day != cases[i].by_day)
            fail_msg("%s: %.*s", cases[i].limit, STR_ARG(back));
    }
}

static void nothing_is_guessed(void **context)
{
    static const char *const limits[] = {
        "'2024-01-01'",
        "toDateTime('2024-01-01 00:00:00')",
        "now() - INTERVAL days DAY",
        "now() - INTERVAL {{Int32(days)}} DAY",
        "now() - INTERVAL {{Int32(days, 30) + 1}} DAY",
        "{{DateTime(since, '2024-01-01 00:00:00')}}",
        "least(now() - INTERVAL 90 DAY, last)",
        "if(x, now(), today())",
        "(SELECT max(ts) FROM other) - INTERVAL 1 DAY",
        "last - INTERVAL 1 DAY",
        "now() - toIntervalDay(rand() % 10)",
    };
    MovingMoment moment;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        if (read(*context, "SELECT 1", limits[i], &moment))
            fail_msg("%s: read", limits[i]);
}

static void names_are_followed(void **context)
{
    static const struct {
        const char *before;
        const char *limit;
    } cases[] = {
        {"WITH now() - INTERVAL 90 DAY AS since SELECT 1", "since"},
        {"WITH 90 AS days SELECT 1", "today() - days"},
        {"WITH {{Int32(days, 90)}} AS n SELECT 1", "now() - toIntervalDay(n)"},
        {"SELECT today() AS base", "base - INTERVAL 90 DAY"},
    };
    State *state = *context;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        MovingMoment moment;
        assert_true(read(state, cases[i].before, cases[i].limit, &moment));
        assert_true(str_is(ttl_length_text(state->arena, moment.back), "90 days"));
    }
}

static void defaults_are_named(void **context)
{
    MovingMoment moment;
    assert_true(read(*context, "SELECT 1", "now() - INTERVAL {{Int32(days, 90)}} DAY", &moment));
    assert_true(str_is(moment.parameter, "days"));
    assert_true(str_is(moment.default_text, "90"));
    assert_true(read(*context, "SELECT 1", "now() - INTERVAL 90 DAY", &moment));
    assert_int_equal(moment.parameter.len, 0);
}

/* Names that stand for one another, in a circle and many times over. */
static void hostile_names_end(void **context)
{
    State *state = *context;
    MovingMoment moment;
    assert_false(read(state, "SELECT b AS a, a AS b", "a - INTERVAL 1 DAY", &moment));
    Buf text = {0};
    buf_add(&text, "WITH 1 AS n0");
    for (int i = 1; i < 40; i++)
        buf_addf(&text, ", n%d + n%d AS n%d", i - 1, i - 1, i);
    buf_add(&text, " SELECT 1");
    assert_false(read(state, str_cstr(state->arena, buf_str(&text)), "today() - n39", &moment));
    buf_free(&text);
    assert_false(read(state, "SELECT 1", "now() - toIntervalYear(99999999999)", &moment));
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
        cmocka_unit_test(lengths_are_read),   cmocka_unit_test(nothing_is_guessed),
        cmocka_unit_test(names_are_followed), cmocka_unit_test(defaults_are_named),
        cmocka_unit_test(hostile_names_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
