/* How far back pipes read, and of which column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/lookback.h"

static const char EVENTS[] = "SCHEMA >\n    `ts` DateTime,\n    `seen` DateTime,\n    `a` String\n"
                             "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"ts\"\n";

/* "events.ts 90 days" of each lookback of the endpoint, joined by commas. */
static void expect(const char *nodes, const char *expected)
{
    Arena *arena = arena_new();
    FileSet live = {0}, candidate = {0};
    file_set_add(arena, &candidate, STR("datasources/events.datasource"), str_of(EVENTS));
    file_set_add(arena, &candidate, STR("endpoints/p.pipe"), str_of(nodes));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const Resource *pipe = project_find(f.diff->sides.candidate, DATAFILE_PIPE, STR("p"));
    Lookbacks all = lookbacks_of(&f.loader, pipe);
    Strs texts = {0};
    for (size_t i = 0; i < all.len; i++) {
        const Lookback *lookback = &all.items[i];
        Str back = ttl_length_text(arena, lookback->moment.back);
        vec_push(arena, &texts,
                 str_fmt(arena, "%.*s.%.*s %.*s%s", STR_ARG(lookback->column.source->name),
                         STR_ARG(lookback->column.column), STR_ARG(back),
                         lookback->certain ? "" : "?"));
    }
    Str found = str_join(arena, texts.items, texts.len, ", ");
    if (!str_is(found, expected))
        fail_msg("%s\nfound: %.*s", nodes, STR_ARG(found));
    project_fixture_free(&f);
    arena_free(arena);
}

#define ENDPOINT "\n\nTYPE endpoint\n"

static void expect_sql(const char *sql, const char *expected)
{
    char text[2000];
    snprintf(text, sizeof text, "NODE n\nSQL >\n    %%\n    %s" ENDPOINT, sql);
    expect(text, expected);
}

static void bounds_are_lower(void **context)
{
    (void)context;
    expect_sql("SELECT a FROM events WHERE ts >= now() - INTERVAL 90 DAY", "events.ts 90 days");
    expect_sql("SELECT a FROM events PREWHERE today() - 90 < ts", "events.ts 90 days");
    expect_sql("SELECT a FROM events WHERE ts BETWEEN today() - 90 AND today()",
               "events.ts 90 days");
    expect_sql("SELECT a FROM events WHERE toDate(ts) = today() - 90", "events.ts 90 days");
    expect_sql("SELECT a FROM events WHERE ts < today() - 90", "");
    expect_sql("SELECT a FROM events WHERE ts >= today() - 90 OR a = 'x'", "");
    expect_sql("SELECT a FROM events WHERE NOT (ts >= today() - 90)", "");
    expect_sql("SELECT a FROM events WHERE ts != today() - 90", "");
}

static void the_nearest_bound_counts(void **context)
{
    (void)context;
    expect_sql("SELECT a FROM events WHERE ts >= today() - 90 AND ts >= today() - 7",
               "events.ts 7 days");
    expect_sql("SELECT a FROM events WHERE ts >= today() - 90 AND seen >= today() - 7",
               "events.ts 90 days, events.seen 7 days");
    expect_sql("SELECT a FROM events WHERE ts >= today() - 90 AND ts >= {{DateTime(since)}}", "");
    expect_sql("SELECT a FROM events WHERE ts >= today() - 90 AND ts IN (now(), today())", "");
    expect_sql("SELECT countIf(ts >= today() - 90), countIf(ts >= today() - 7) FROM events",
               "events.ts 90 days, events.ts 7 days");
    expect_sql("SELECT countIf(ts >= today() - 90) FROM events WHERE ts >= today() - 7",
               "events.ts 7 days");
}

static void columns_are_followed(void **context)
{
    (void)context;
    expect_sql("SELECT toDate(ts) AS ts FROM events WHERE ts >= today() - 90", "events.ts 90 days");
    expect_sql("SELECT a FROM (SELECT a, seen AS ts FROM events) WHERE ts >= today() - 90",
               "events.seen 90 days");
    expect_sql("WITH r AS (SELECT toStartOfHour(ts) AS h FROM events) SELECT h FROM r AS x WHERE "
               "x.h >= now() - INTERVAL 2 DAY",
               "events.ts 2 days");
    expect_sql("SELECT a FROM (SELECT a, max(ts) AS last FROM events GROUP BY a) WHERE last >= "
               "today() - 90",
               "");
    expect_sql("SELECT a FROM events WHERE a IN (SELECT a FROM events WHERE ts >= today() - 90)",
               "events.ts 90 days");
    expect_sql("SELECT ts + INTERVAL 1 DAY AS t FROM events WHERE t >= today() - 90", "");
    expect("NODE base\nSQL >\n    SELECT *, toDate(seen) AS day FROM events\n\n"
           "NODE n\nSQL >\n    SELECT a FROM base WHERE day >= today() - 90 AND ts >= now() - "
           "INTERVAL 3 MONTH" ENDPOINT,
           "events.seen 90 days, events.ts 3 months");
}

static void branches_and_dead_nodes(void **context)
{
    (void)context;
    expect_sql("SELECT a FROM events WHERE {% if defined(x) %} ts >= {{DateTime(x)}} {% else %} ts "
               ">= today() - 90 {% end %}",
               "events.ts 90 days?");
    expect_sql("SELECT a FROM events WHERE ts >= today() - 90 {% if defined(x) %} AND a = 'x' "
               "{% end %}",
               "events.ts 90 days");
    expect("NODE old\nSQL >\n    SELECT a FROM events WHERE ts >= today() - 90\n\n"
           "NODE n\nSQL >\n    SELECT now() AS t, a FROM events" ENDPOINT,
           "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_lower),
        cmocka_unit_test(the_nearest_bound_counts),
        cmocka_unit_test(columns_are_followed),
        cmocka_unit_test(branches_and_dead_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
