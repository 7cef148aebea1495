/* The ids of findings about rebuilds: another cause of the same loss has another one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"

#include <string.h>

#define EVENTS(kind, key)                                                                          \
    "SCHEMA >\n    `ts` DateTime,\n    `kind` " kind "\n\nENGINE \"MergeTree\"\n"                  \
    "ENGINE_SORTING_KEY \"" key "\"\nENGINE_TTL \"ts + INTERVAL 30 DAY\"\n"
#define DAILY(key)                                                                                 \
    "SCHEMA >\n    `day` Date,\n    `kind` String,\n    `hits` SimpleAggregateFunction(sum, "      \
    "UInt64)\n\nENGINE \"AggregatingMergeTree\"\nENGINE_SORTING_KEY \"" key "\"\n"
#define VIEW(kind)                                                                                 \
    "NODE n\nSQL >\n    SELECT toDate(ts) AS day, " kind " AS kind, count() AS hits FROM events "  \
    "GROUP BY day, kind\n\nTYPE materialized\nDATASOURCE daily\n"
#define CLICKS(key, rest)                                                                          \
    "SCHEMA >\n    `ts` DateTime,\n    `kind` String\n\nENGINE \"MergeTree\"\n"                    \
    "ENGINE_SORTING_KEY \"" key "\"\n" rest
#define FORWARD(list) "\nFORWARD_QUERY >\n    SELECT " list "\n"
#define OTHER_VIEW                                                                                 \
    "NODE n\nSQL >\n    SELECT toDate(ts) AS day, kind, count() AS hits FROM clicks "              \
    "GROUP BY day, kind\n\nTYPE materialized\nDATASOURCE daily\n"
#define ENDPOINT(columns) "NODE n\nSQL >\n    SELECT " columns " FROM events\n\nTYPE endpoint\n"

typedef struct {
    const char *events, *daily, *view, *reader, *clicks;
} Texts;

static const Texts live = {EVENTS("String", "ts"), DAILY("day, kind"), VIEW("toString(kind)"),
                           ENDPOINT("kind"), CLICKS("ts", "")};

typedef struct {
    const char *what;
    RuleId rule;
    Texts one, other;
    bool same;
} IdCase;

static const IdCase cases[] = {
    {"a type or a key upstream",
     RULE_TB407,
     {.events = EVENTS("UInt64", "ts")},
     {.events = EVENTS("String", "kind, ts")},
     false},
    {"another type upstream",
     RULE_TB407,
     {.events = EVENTS("UInt64", "ts")},
     {.events = EVENTS("UInt32", "ts")},
     false},
    {"another key upstream",
     RULE_TB407,
     {.events = EVENTS("String", "kind, ts")},
     {.events = EVENTS("String", "ts, kind")},
     false},
    {"the same key, spelled otherwise",
     RULE_TB407,
     {.events = EVENTS("String", "kind, ts")},
     {.events = EVENTS("String", "`kind`,ts")},
     true},
    {"a second source is rewritten, too",
     RULE_TB407,
     {.events = EVENTS("String", "kind, ts")},
     {.events = EVENTS("String", "kind, ts"), .clicks = CLICKS("kind, ts", "")},
     false},
    {"the second source is rewritten otherwise",
     RULE_TB407,
     {.events = EVENTS("String", "kind, ts"), .clicks = CLICKS("kind, ts", "")},
     {.events = EVENTS("String", "kind, ts"), .clicks = CLICKS("kind", "")},
     false},
    {"another query fills the source upstream",
     RULE_TB407,
     {.clicks = CLICKS("kind, ts", FORWARD("ts, kind"))},
     {.clicks = CLICKS("kind, ts", FORWARD("ts, lower(kind) AS kind"))},
     false},
    {"the same query upstream, spelled otherwise",
     RULE_TB407,
     {.clicks = CLICKS("kind, ts", FORWARD("ts, kind"))},
     {.clicks = CLICKS("kind, ts", FORWARD("`ts` ,kind"))},
     true},
    {"another query, and a source upstream besides",
     RULE_TB403,
     {.view = VIEW("lower(kind)")},
     {.view = VIEW("lower(kind)"), .clicks = CLICKS("kind, ts", "")},
     false},
    {"another key of the target, and a source upstream besides",
     RULE_TB404,
     {.daily = DAILY("kind, day")},
     {.daily = DAILY("kind, day"), .clicks = CLICKS("kind, ts", "")},
     false},
    {"another key of the target",
     RULE_TB404,
     {.daily = DAILY("kind, day")},
     {.daily = DAILY("day")},
     false},
    {"the same key of the target, spelled otherwise",
     RULE_TB404,
     {.daily = DAILY("kind, day")},
     {.daily = DAILY("kind,  `day`")},
     true},
    {"another query",
     RULE_TB403,
     {.view = VIEW("lower(kind)")},
     {.view = VIEW("upper(kind)")},
     false},
    {"a query, and a key besides",
     RULE_TB403,
     {.view = VIEW("lower(kind)")},
     {.view = VIEW("lower(kind)"), .daily = DAILY("kind, day")},
     false},
    {"the same query, spelled otherwise",
     RULE_TB403,
     {.view = VIEW("lower(kind)")},
     {.view = VIEW("lower( `kind` )")},
     true},
};

static void add(Arena *arena, FileSet *files, const Texts *texts)
{
    const struct {
        const char *path, *text, *otherwise;
    } all[] = {{"events.datasource", texts->events, live.events},
               {"daily.datasource", texts->daily, live.daily},
               {"v.pipe", texts->view, live.view},
               {"e.pipe", texts->reader, live.reader},
               {"clicks.datasource", texts->clicks, live.clicks},
               {"w.pipe", NULL, OTHER_VIEW}};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        file_set_add(arena, files, str_of(all[i].path),
                     str_of(all[i].text ? all[i].text : all[i].otherwise));
}

static void find_id(const IdCase *c, const Texts *texts, char id[13])
{
    Arena *arena = arena_new();
    FileSet before = {0}, after = {0};
    add(arena, &before, &live);
    add(arena, &after, texts);
    ProjectFixture f;
    project_fixture_make(&f, &before, &after);
    schema_changes(&f.check);
    checks_run_changes(&f.check, "materialized");
    findings_settle(f.check.findings, NULL, true);
    const Finding *finding = project_fixture_finding(&f, c->rule, NULL);
    if (!finding)
        print_message("%s: no finding\n", c->what);
    assert_non_null(finding);
    memcpy(id, finding->id, 13);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char one[13], other[13];
        find_id(&cases[i], &cases[i].one, one);
        find_id(&cases[i], &cases[i].other, other);
        if ((strcmp(one, other) == 0) != cases[i].same)
            print_message("%s: %s and %s\n", cases[i].what, one, other);
        assert_int_equal(strcmp(one, other) == 0, cases[i].same);
    }
}

/* Who accepted that one pipe breaks has not accepted that another one does. */
static void test_a_later_reader(void **state)
{
    (void)state;
    static const char events[] = "SCHEMA >\n    `ts` DateTime\n\nENGINE \"MergeTree\"\n"
                                 "ENGINE_SORTING_KEY \"ts\"\n";
    static const IdCase dropped = {.what = "dropped", .rule = RULE_TB105};
    char with[13], again[13], without[13];
    find_id(&dropped, &(Texts){.events = events}, with);
    find_id(&dropped, &(Texts){.events = events, .reader = ENDPOINT("ts,  kind")}, again);
    find_id(&dropped, &(Texts){.events = events, .reader = ENDPOINT("ts")}, without);
    assert_string_equal(with, again);
    assert_string_not_equal(with, without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ids),
                                       cmocka_unit_test(test_a_later_reader)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
