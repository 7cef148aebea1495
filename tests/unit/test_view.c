/* What a view is made of: the data sources whose rows pass it, its filters and joins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/view.h"

static ProjectFixture f;
static Arena *texts;

/* The view of `m`, whose last node has this SQL; `nodes` are those before it. */
static const View *view_with(const char *nodes, const char *sql)
{
    FileSet live = {0};
    FileSet candidate = {0};
    texts = arena_new();
    file_set_add(texts, &candidate, STR("events.datasource"),
                 STR("SCHEMA >\n    ts DateTime64(3),\n    day Date,\n    host LowCardinality("
                     "String),\n    n Int64,\n    ms Int64\n"));
    file_set_add(texts, &candidate, STR("users.datasource"),
                 STR("SCHEMA >\n    host String,\n    since Nullable(DateTime)\n"));
    file_set_add(texts, &candidate, STR("daily.datasource"), STR("SCHEMA >\n    n Int64\n"));
    file_set_add(texts, &candidate, STR("recent.pipe"),
                 STR("NODE out\nSQL >\n    SELECT ts, n FROM events WHERE ts > now() - INTERVAL 1 "
                     "DAY\n"));
    file_set_add(texts, &candidate, STR("m.pipe"),
                 str_fmt(texts, "%sNODE m\nSQL >\n    %s\n\nTYPE materialized\nDATASOURCE daily\n",
                         nodes, sql));
    project_fixture_make(&f, &live, &candidate);
    Resource *pipe = project_find(f.diff->sides.candidate, DATAFILE_PIPE, STR("m"));
    const View *view = view_of(&f.loader, pipe);
    assert_non_null(view);
    assert_ptr_equal(view, view_of(&f.loader, pipe));
    assert_string_equal(str_cstr(texts, view->target->name), "daily");
    return view;
}

static const View *view_sql(const char *sql)
{
    return view_with("", sql);
}

static void free_all(void)
{
    project_fixture_free(&f);
    arena_free(texts);
}

static Str names_of_resources(const Resources *list)
{
    Strs names = {0};
    for (size_t i = 0; i < list->len; i++)
        vec_push(texts, &names, list->items[i]->name);
    return str_join(texts, names.items, names.len, ", ");
}

static void assert_sources(const View *view, const char *sources, const char *others)
{
    assert_string_equal(str_cstr(texts, names_of_resources(&view->sources)), sources);
    assert_string_equal(str_cstr(texts, names_of_resources(&view->others)), others);
}

/* ---- sources ---- */

static void test_sources(void **state)
{
    (void)state;
    assert_sources(view_sql("SELECT n FROM events JOIN users USING host"), "events", "users");
    free_all();
    assert_sources(view_sql("WITH u AS (SELECT host FROM users) SELECT n FROM events WHERE host IN "
                            "u"),
                   "events", "users");
    free_all();
    assert_sources(view_sql("WITH e AS (SELECT n FROM events) SELECT n FROM e"), "events", "");
    free_all();
    assert_sources(view_sql("SELECT n FROM (SELECT n FROM events)"), "events", "");
    free_all();
    assert_sources(view_sql("SELECT n FROM recent"), "events", "");
    free_all();
    assert_sources(view_sql("SELECT (SELECT max(since) FROM users) AS s, n FROM events"), "events",
                   "users");
    free_all();
    assert_sources(view_with("NODE a\nSQL >\n    SELECT n, host FROM events\n\nNODE dead\nSQL >\n"
                             "    SELECT * FROM users\n\n",
                             "SELECT n FROM a"),
                   "events", "");
    free_all();
}

/* ---- filters ---- */

typedef struct {
    const char *where; /* after SELECT n FROM events */
    const char *text;  /* of the time filter; NULL: it is a filter of another kind */
    bool moves;
} FilterCase;

static void assert_filter(const View *view, const FilterCase *one)
{
    if (!one->text) {
        if (view->time_filters.len || view->filters.len == 0)
            fail_msg("not a plain filter: %s", one->where);
        return;
    }
    if (view->time_filters.len != 1 || view->filters.len)
        fail_msg("no time filter alone: %s", one->where);
    const TimeFilter *filter = &view->time_filters.items[0];
    assert_string_equal(str_cstr(texts, filter->text), one->text);
    if (filter->is_relative != one->moves)
        fail_msg("moves: %s", one->where);
}

static void test_time_filters(void **state)
{
    static const FilterCase cases[] = {
        {"WHERE ts > '2024-01-01'", "ts > '2024-01-01'", false},
        {"WHERE ts >= now() - INTERVAL 7 DAY", "ts >= now() - INTERVAL 7 DAY", true},
        {"PREWHERE day = today()", "day = today()", true},
        {"WHERE toDate(ts) > '2024-01-01'", "toDate(ts) > '2024-01-01'", false},
        {"WHERE day BETWEEN '2024-01-01' AND '2024-02-01'",
         "day BETWEEN '2024-01-01' AND '2024-02-01'", false},
        {"WHERE '2024-01-01' < day", "'2024-01-01' < day", false},
        {"WHERE toStartOfMonth(ts) >= toDate('2024-01-01')",
         "toStartOfMonth(ts) >= toDate('2024-01-01')", false},
        {"WHERE toYYYYMM(day) >= 202401", "toYYYYMM(day) >= 202401", false},
        {"WHERE dateDiff('day', ts, now()) < 30", "dateDiff('day', ts, now()) < 30", true},
        {"WHERE now() - ts < 3600", "now() - ts < 3600", true},
        {"WHERE ts + INTERVAL 1 DAY > now()", "ts + INTERVAL 1 DAY > now()", true},
        {"GROUP BY n HAVING max(ts) > now() - INTERVAL 1 DAY", "max(ts) > now() - INTERVAL 1 DAY",
         true},
        {"AS e WHERE e.ts > -- recent\n      now()", "e.ts > now()", true},
        {"WHERE missing > now()", "missing > now()", true},
        {"WHERE fromUnixTimestamp64Milli(ms) > '2024-01-01 00:00:00'",
         "fromUnixTimestamp64Milli(ms) > '2024-01-01 00:00:00'", false},
        {"WHERE day IN ('2024-01-01', '2024-01-02')", "day IN ('2024-01-01', '2024-01-02')", false},
        {"WHERE n > 1", NULL, false},
        {"WHERE host = '2024-01-01'", NULL, false},
        {"WHERE ms > 1700000000000", NULL, false},
        {"WHERE missing > 5", NULL, false},
        {"WHERE ts != toDateTime(0)", NULL, false},
        {"WHERE toHour(ts) > 8", NULL, false},
        {"WHERE toDayOfWeek(day) = 1", NULL, false},
        {"WHERE day > toDate(ts)", NULL, false},
        {"WHERE ts > (SELECT max(since) FROM users)", NULL, false},
        {"WHERE ts > now() OR n > 1", NULL, false},
        {"WHERE ts IS NOT NULL", NULL, false},
        {"LIMIT 10", NULL, false},
        {"LIMIT 1 BY host", NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char sql[300];
        snprintf(sql, sizeof sql, "SELECT n FROM events %s", cases[i].where);
        assert_filter(view_sql(sql), &cases[i]);
        free_all();
    }
}

static void test_filters_on_the_way(void **state)
{
    static const char *const relative[] = {
        "SELECT n FROM recent",
        "SELECT n FROM (SELECT n, ts FROM events WHERE ts > now() - INTERVAL 1 DAY)",
        "SELECT n FROM (SELECT n, toDate(ts) AS d FROM events) WHERE d > today() - 1",
        "SELECT n, toDate(ts) AS d FROM events WHERE d > today() - 1",
        "WITH e AS (SELECT n, ts AS t FROM events) SELECT n FROM e WHERE t > now()",
        "WITH e AS (SELECT n FROM events WHERE ts > now()) SELECT n FROM e",
        "WITH now() - INTERVAL 1 DAY AS start SELECT n FROM events WHERE ts > start",
        "SELECT n FROM events WHERE n > 1 UNION ALL SELECT n FROM events WHERE ts > today()",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(relative); i++) {
        const View *view = view_sql(relative[i]);
        if (view->time_filters.len != 1 || !view->time_filters.items[0].is_relative)
            fail_msg("no time filter: %s", relative[i]);
        free_all();
    }
    const View *view = view_with("NODE a\nSQL >\n    SELECT toDate(ts) AS d, n FROM events\n\n",
                                 "SELECT n FROM a WHERE d >= '2024-01-01' AND n > 1");
    assert_int_equal(view->time_filters.len, 1);
    assert_string_equal(str_cstr(texts, view->time_filters.items[0].column), "d");
    assert_int_equal(view->filters.len, 1);
    free_all();
    /* Not on the way of the rows. */
    view = view_sql("SELECT n FROM events JOIN (SELECT host FROM users WHERE since > now()) USING "
                    "host");
    assert_int_equal(view->time_filters.len + view->filters.len, 0);
    assert_int_equal(view->joins.len, 1);
    free_all();
}

/* ---- joins, grouping, gaps ---- */

static void test_joins(void **state)
{
    static const struct {
        const char *sql;
        size_t joins;
    } cases[] = {
        {"SELECT n FROM events", 0},
        {"SELECT n FROM events JOIN users USING host", 1},
        {"SELECT n FROM events, users", 1},
        {"SELECT n FROM events WHERE host IN (SELECT host FROM users)", 1},
        {"SELECT n FROM events WHERE host IN users", 1},
        {"SELECT n FROM events WHERE host IN ('a', 'b')", 0},
        {"WITH ['a'] AS names SELECT n FROM events WHERE host IN names", 0},
        {"SELECT dictGet('d', 'x', n) AS x FROM events", 1},
        {"SELECT joinGet(users, 'since', host) AS x FROM events", 1},
        {"SELECT n FROM events ARRAY JOIN [1, 2] AS i", 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const View *view = view_sql(cases[i].sql);
        if (view->joins.len != cases[i].joins)
            fail_msg("%zu joins: %s", view->joins.len, cases[i].sql);
        free_all();
    }
}

static void test_group_by_and_gaps(void **state)
{
    (void)state;
    const View *view = view_sql("SELECT host, count() AS n FROM events GROUP BY host, day");
    assert_true(view->certain);
    assert_int_equal(view->group_by->len, 2);
    free_all();
    view = view_sql("SELECT n FROM events WHERE )");
    assert_false(view->certain);
    assert_true(view->gap.len > 0);
    assert_null(view->group_by);
    free_all();
    view = view_sql("SELECT n FROM nowhere");
    assert_int_equal(view->sources.len, 0);
    free_all();
}

static void test_writers(void **state)
{
    (void)state;
    const View *view = view_sql("SELECT n FROM events");
    Views views = views_into(&f.loader, view->target);
    assert_int_equal(views.len, 1);
    assert_true(view_same(&f.loader, view, views.items[0]));
    free_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_time_filters),
        cmocka_unit_test(test_filters_on_the_way),
        cmocka_unit_test(test_joins),
        cmocka_unit_test(test_group_by_and_gaps),
        cmocka_unit_test(test_writers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
