/* test_cron.c: schedules that the platform takes and those that it refuses. */
#include "checks/cron.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool is_schedule(const char *text)
{
    Arena *arena = arena_new();
    bool fits = cron_problem(arena, str_of(text)).len == 0;
    arena_free(arena);
    return fits;
}

static void assert_all(const char *const *texts, size_t count, bool expected)
{
    for (size_t i = 0; i < count; i++)
        if (is_schedule(texts[i]) != expected)
            fail_msg("'%s' is %s", texts[i], expected ? "refused" : "taken");
}

static void takes_plain_schedules(void **state)
{
    static const char *const texts[] = {
        "0 * * * *",   "*/5 * * * *",       "1,2,3 * * * *",   "1-5/2 0 * * *",
        "0 0 1 jan *", "0 0 * JAN-MAR MON", "0 0 * * mon-fri", "0 0 * * 0-7",
        "0 0 31 2 *",  "59 23 31 12 6",     "* * * * * 59",    "* * * * * 0 2099",
    };
    (void)state;
    assert_all(texts, ARRAY_LEN(texts), true);
}

static void takes_extensions(void **state)
{
    static const char *const texts[] = {
        "@hourly",     "@Daily",      "0 0 L * *",    "0 0 * * L5",  "0 0 * * 5#2",
        "0 0 15W * *", "0 0 ? * ?",   "R * * * *",    "5-1 * * * *", "0 0 * * fri-mon",
        "1/5 * * * *", "0 0 5-L * *", "*/61 * * * *",
    };
    (void)state;
    assert_all(texts, ARRAY_LEN(texts), true);
}

static void refuses_what_is_out_of_range(void **state)
{
    static const char *const texts[] = {
        "60 * * * *",
        "0 24 * * *",
        "0 0 0 * *",
        "0 0 32 * *",
        "0 0 * 13 *",
        "0 0 * 0 *",
        "0 0 * * 8",
        "* * * * * 60",
        "* * * * * 0 2100",
        "*/0 * * * *",
        "* * * * 1#6",
        "0 0 0-5 * *",
        "99999999999999999999 * * * *",
    };
    (void)state;
    assert_all(texts, ARRAY_LEN(texts), false);
}

static void refuses_what_is_malformed(void **state)
{
    static const char *const texts[] = {
        "",           "0 0 * *",     "* * * * * * * *", "a * * * *",     "-1 * * * *", ", * * * *",
        "1, * * * *", "*-5 * * * *", "5/* * * * *",     "1-2-3 * * * *", "? * * * *",  "H * * * *",
        "0 0 LW * *", "@reboot",     "@hourly ",        "@on-demand",
    };
    (void)state;
    assert_all(texts, ARRAY_LEN(texts), false);
}

static void names_the_field(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Str problem = cron_problem(arena, STR("61 * * * *"));
    assert_true(str_is(problem, "does not take '61' as the minute (0 to 59)"));
    problem = cron_problem(arena, STR("0 * * *"));
    assert_true(str_is(problem, "needs five fields, not 4"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_plain_schedules),
        cmocka_unit_test(takes_extensions),
        cmocka_unit_test(refuses_what_is_out_of_range),
        cmocka_unit_test(refuses_what_is_malformed),
        cmocka_unit_test(names_the_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
