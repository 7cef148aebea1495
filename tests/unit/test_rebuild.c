/* What a target loses when the deploy fills it anew: retentions, engines, filters, other writers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/rebuild.h"

typedef struct {
    Arena *arena;
    FileSet live, candidate;
    ProjectFixture f;
} World;

static World world(void)
{
    return (World){.arena = arena_new()};
}

static void end(World *w)
{
    project_fixture_free(&w->f);
    arena_free(w->arena);
}

static void both(World *w, const char *path, Str text)
{
    file_set_add(w->arena, &w->live, str_of(path), text);
    file_set_add(w->arena, &w->candidate, str_of(path), text);
}

static void change(World *w, const char *path, Str live, Str candidate)
{
    file_set_add(w->arena, &w->live, str_of(path), live);
    file_set_add(w->arena, &w->candidate, str_of(path), candidate);
}

static Str with_ttl(World *w, const char *schema, const char *engine, const char *key,
                    const char *ttl)
{
    return str_fmt(w->arena, "SCHEMA >\n%s\n\nENGINE \"%s\"\nENGINE_SORTING_KEY \"%s\"\n%s%s%s",
                   schema, engine, key, ttl ? "ENGINE_TTL \"" : "", ttl ? ttl : "",
                   ttl ? "\"\n" : "");
}

#define EVENTS                                                                                     \
    "    `ts` DateTime `json:$.ts`,\n    `got` DateTime DEFAULT now(),\n"                          \
    "    `kind` String `json:$.kind`"
#define DAILY "    `day` Date,\n    `kind` String,\n    `hits` SimpleAggregateFunction(sum, UInt64)"

static Str events(World *w, const char *ttl)
{
    return with_ttl(w, EVENTS, "MergeTree", "ts", ttl);
}

static Str daily(World *w, const char *key, const char *ttl)
{
    return with_ttl(w, DAILY, "AggregatingMergeTree", key, ttl);
}

static Str view(World *w, const char *sql, const char *target)
{
    return str_fmt(w->arena, "NODE n\nSQL >\n    %s\n\nTYPE materialized\nDATASOURCE %s\n", sql,
                   target);
}

#define BY_DAY "SELECT toDate(ts) AS day, kind, count() AS hits FROM events "
#define GROUP  "GROUP BY day, kind"

static const Rebuild *rebuild(World *w, const char *name)
{
    project_fixture_make(&w->f, &w->live, &w->candidate);
    const Resource *target =
        project_find(w->f.diff->sides.candidate, DATAFILE_DATASOURCE, str_of(name));
    assert_non_null(target);
    return rebuild_of(&w->f.loader, w->f.diff, target);
}

/* NONE stands for no loss. */
enum { NONE = -1 };

static void expect(const Rebuild *rebuild, int kind, bool certain, const char *what)
{
    int worst = rebuild->losses.len ? (int)rebuild->losses.items[0].kind : NONE;
    if (worst != kind || rebuild->certain_loss != certain)
        print_message("%s: kind %d, certain %d: %.*s\n", what, worst, rebuild->certain_loss,
                      STR_ARG(rebuild->losses.len ? rebuild->losses.items[0].text : STR("-")));
    assert_int_equal(worst, kind);
    assert_int_equal(rebuild->certain_loss, certain);
}

/* ---- lengths ---- */

static void test_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *source, *target;
        int kind;
        bool certain;
    } cases[] = {
        {NULL, NULL, NONE, false},
        {NULL, "day + INTERVAL 1 YEAR", NONE, false},
        {"ts + INTERVAL 30 DAY", NULL, LOSS_RETENTION, true},
        {"ts + INTERVAL 30 DAY", "day + INTERVAL 90 DAY", LOSS_RETENTION, true},
        {"ts + toIntervalDay(90)", "day + INTERVAL 90 DAY", NONE, false},
        {"toDate(ts) + INTERVAL 90 DAY", "toDate(day) + 90", NONE, false},
        {"toDate(ts) + INTERVAL 30 DAY", "day + INTERVAL 90 DAY", LOSS_RETENTION, true},
        {"ts + INTERVAL 1 YEAR", "day + INTERVAL 90 DAY", NONE, false},
        {"ts + INTERVAL 30 DAY", "day + INTERVAL 1 MONTH", LOSS_RETENTION_MAYBE, false},
        {"got + INTERVAL 30 DAY", "day + INTERVAL 90 DAY", LOSS_RETENTION_MAYBE, false},
        {"got + INTERVAL 90 DAY", "day + INTERVAL 30 DAY", NONE, false},
        {"got + INTERVAL 30 DAY", NULL, LOSS_RETENTION, true},
        {"ts + INTERVAL 30 DAY WHERE kind = 'x'", NULL, LOSS_RETENTION_MAYBE, false},
        {"ts + INTERVAL 30 DAY WHERE kind = 'x', ts + INTERVAL 90 DAY", "day + INTERVAL 90 DAY",
         NONE, false},
        {"toStartOfMonth(ts) + INTERVAL 30 DAY", "day + INTERVAL 90 DAY", LOSS_RETENTION_MAYBE,
         false},
        {"ts", NULL, LOSS_RETENTION_MAYBE, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        World w = world();
        both(&w, "events.datasource", events(&w, cases[i].source));
        change(&w, "daily.datasource", daily(&w, "day, kind", cases[i].target),
               daily(&w, "kind, day", cases[i].target));
        both(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"));
        expect(rebuild(&w, "daily"), cases[i].kind, cases[i].certain,
               cases[i].source ? cases[i].source : "no TTL");
        end(&w);
    }
}

/* The rows are where live's TTL has left them. */
static void test_ttl_changed_too(void **state)
{
    (void)state;
    static const struct {
        const char *source_live, *source, *source_key, *target_live, *target;
        int kind;
        bool certain;
    } cases[] = {
        {NULL, "ts + INTERVAL 30 DAY", "ts", NULL, NULL, NONE, false},
        {"ts + INTERVAL 30 DAY", NULL, "ts", NULL, NULL, LOSS_RETENTION, true},
        {"ts + INTERVAL 30 DAY", "ts + INTERVAL 90 DAY", "ts", NULL, "day + INTERVAL 90 DAY",
         LOSS_RETENTION, true},
        {"ts + INTERVAL 30 DAY", "ts + INTERVAL 30 DAY", "ts", NULL, "day + INTERVAL 30 DAY", NONE,
         false},
        {"ts + INTERVAL 30 DAY", "ts + INTERVAL 30 DAY", "ts", "day + INTERVAL 30 DAY", NULL, NONE,
         false},
        {NULL, "ts + INTERVAL 30 DAY", "kind, ts", NULL, NULL, LOSS_RETENTION_MAYBE, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        World w = world();
        change(&w, "events.datasource", events(&w, cases[i].source_live),
               with_ttl(&w, EVENTS, "MergeTree", cases[i].source_key, cases[i].source));
        change(&w, "daily.datasource", daily(&w, "day, kind", cases[i].target_live),
               daily(&w, "kind, day", cases[i].target));
        both(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"));
        expect(rebuild(&w, "daily"), cases[i].kind, cases[i].certain, "changed TTL");
        end(&w);
    }
}

/* ---- filters ---- */

static void test_filters(void **state)
{
    (void)state;
    static const struct {
        const char *live, *candidate;
        int kind;
        bool certain;
    } cases[] = {
        {"", "", NONE, false},
        {"WHERE ts > now() - INTERVAL 1 DAY ", NULL, LOSS_TIME_FILTER, true},
        {"WHERE now() - INTERVAL 1 DAY < ts ", NULL, LOSS_TIME_FILTER, true},
        {"WHERE toDate(ts) = today() ", NULL, LOSS_TIME_FILTER, true},
        {"WHERE ts BETWEEN now() - INTERVAL 1 DAY AND now() ", NULL, LOSS_TIME_FILTER, true},
        {"WHERE ts <= now() ", NULL, NONE, false},
        {"WHERE ts < now() + INTERVAL 1 HOUR AND kind != '' ", NULL, NONE, false},
        {"WHERE ts > '2024-05-01 00:00:00' ", NULL, LOSS_TIME_FILTER, false},
        {"", "WHERE ts > '2024-05-01 00:00:00' ", LOSS_TIME_FILTER, true},
        {"WHERE ts > '2024-05-01 00:00:00' ", "WHERE ts > '2025-05-01 00:00:00' ", LOSS_TIME_FILTER,
         true},
        {"", "WHERE ts > toDateTime('1970-01-02 00:00:00') ", NONE, false},
        {"WHERE kind != 'x' ", NULL, NONE, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        World w = world();
        const char *after = cases[i].candidate ? cases[i].candidate : cases[i].live;
        both(&w, "events.datasource", events(&w, NULL));
        change(&w, "daily.datasource", daily(&w, "day, kind", NULL), daily(&w, "kind, day", NULL));
        change(&w, "v.pipe",
               view(&w, str_fmt(w.arena, BY_DAY "%s" GROUP, cases[i].live).ptr, "daily"),
               view(&w, str_fmt(w.arena, BY_DAY "%s" GROUP, after).ptr, "daily"));
        expect(rebuild(&w, "daily"), cases[i].kind, cases[i].certain, after);
        end(&w);
    }
}

/* A bound that moves as the target's TTL does leaves out what the target deletes. */
static void test_filter_and_ttl(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *ttl;
        int kind;
    } cases[] = {
        {"WHERE ts > now() - INTERVAL 7 DAY ", "day + INTERVAL 7 DAY", NONE},
        {"WHERE ts >= today() - 7 ", "day + INTERVAL 7 DAY", NONE},
        {"WHERE ts > now() - INTERVAL 7 DAY ", "day + INTERVAL 30 DAY", LOSS_TIME_FILTER},
        {"WHERE ts > now() - 7 ", "day + INTERVAL 7 DAY", LOSS_TIME_FILTER},
        {"WHERE ts > now() - INTERVAL 7 DAY ", NULL, LOSS_TIME_FILTER},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        World w = world();
        both(&w, "events.datasource", events(&w, NULL));
        change(&w, "daily.datasource", daily(&w, "day, kind", cases[i].ttl),
               daily(&w, "kind, day", cases[i].ttl));
        both(&w, "v.pipe",
             view(&w, str_fmt(w.arena, BY_DAY "%s" GROUP, cases[i].filter).ptr, "daily"));
        expect(rebuild(&w, "daily"), cases[i].kind, cases[i].kind != NONE, cases[i].filter);
        end(&w);
    }
}

static void test_null_target(void **state)
{
    (void)state;
    World w = world();
    both(&w, "events.datasource", events(&w, "ts + INTERVAL 30 DAY"));
    change(&w, "daily.datasource", with_ttl(&w, DAILY, "Null", "day", NULL),
           with_ttl(&w, DAILY, "Null", "kind", NULL));
    both(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"));
    expect(rebuild(&w, "daily"), NONE, false, "a target that stores nothing");
    end(&w);
}

static void test_pair_of_views(void **state)
{
    (void)state;
    World w = world();
    both(&w, "events.datasource", events(&w, NULL));
    change(&w, "daily.datasource", daily(&w, "day, kind", NULL), daily(&w, "kind, day", NULL));
    both(&w, "sync.pipe", view(&w, BY_DAY "WHERE ts > '2024-05-01 00:00:00' " GROUP, "daily"));
    both(&w, "fill.pipe", view(&w, BY_DAY "WHERE ts <= '2024-05-01 00:00:00' " GROUP, "daily"));
    expect(rebuild(&w, "daily"), NONE, false, "a pair");
    end(&w);
}

/* ---- sources ---- */

static void test_null_engine(void **state)
{
    (void)state;
    World w = world();
    both(&w, "events.datasource", with_ttl(&w, EVENTS, "Null", "ts", NULL));
    change(&w, "daily.datasource", daily(&w, "day, kind", NULL), daily(&w, "kind, day", NULL));
    both(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"));
    expect(rebuild(&w, "daily"), LOSS_NULL_ENGINE, true, "Null");
    end(&w);
}

static void test_new_source(void **state)
{
    (void)state;
    World w = world();
    both(&w, "events.datasource", events(&w, NULL));
    file_set_add(w.arena, &w.candidate, STR("fresh.datasource"), events(&w, NULL));
    both(&w, "daily.datasource", daily(&w, "day, kind", NULL));
    change(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"),
           view(&w, "SELECT toDate(ts) AS day, kind, count() AS hits FROM fresh " GROUP, "daily"));
    expect(rebuild(&w, "daily"), LOSS_EMPTY_SOURCE, true, "new landing");
    end(&w);
}

/* A new source that this deploy fills from a live one passes on what that one holds. */
static void test_new_source_that_is_filled(void **state)
{
    (void)state;
    static const char *const ttls[] = {NULL, "ts + INTERVAL 30 DAY"};
    for (size_t i = 0; i < ARRAY_LEN(ttls); i++) {
        World w = world();
        both(&w, "events.datasource", events(&w, ttls[i]));
        file_set_add(w.arena, &w.candidate, STR("clean.datasource"), events(&w, NULL));
        file_set_add(w.arena, &w.candidate, STR("clean_v.pipe"),
                     view(&w, "SELECT ts, got, lower(kind) AS kind FROM events", "clean"));
        both(&w, "daily.datasource", daily(&w, "day, kind", NULL));
        change(
            &w, "v.pipe", view(&w, BY_DAY GROUP, "daily"),
            view(&w, "SELECT toDate(ts) AS day, kind, count() AS hits FROM clean " GROUP, "daily"));
        const Rebuild *lost = rebuild(&w, "daily");
        expect(lost, i ? LOSS_RETENTION : NONE, i > 0, "filled new source");
        if (i)
            assert_true(str_is(lost->losses.items[0].ancestor->name, "events"));
        end(&w);
    }
}

static void test_removed_view(void **state)
{
    (void)state;
    World w = world();
    both(&w, "events.datasource", events(&w, NULL));
    both(&w, "old.datasource", events(&w, NULL));
    change(&w, "daily.datasource", daily(&w, "day, kind", NULL), daily(&w, "kind, day", NULL));
    both(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"));
    file_set_add(
        w.arena, &w.live, STR("v_old.pipe"),
        view(&w, "SELECT toDate(ts) AS day, kind, count() AS hits FROM old " GROUP, "daily"));
    expect(rebuild(&w, "daily"), LOSS_NO_VIEW, true, "a view that went");
    end(&w);
}

/* ---- cascades ---- */

#define MONTHLY "    `month` Date,\n    `kind` String,\n    `hits` UInt64"
#define BY_MONTH                                                                                   \
    "SELECT toStartOfMonth(day) AS month, kind, sum(hits) AS hits FROM daily "                     \
    "GROUP BY month, kind"

static World cascade(const char *source, const char *middle, const char *last)
{
    World w = world();
    both(&w, "events.datasource", events(&w, source));
    both(&w, "daily.datasource", daily(&w, "day, kind", middle));
    both(&w, "monthly.datasource", with_ttl(&w, MONTHLY, "SummingMergeTree", "month, kind", last));
    both(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"));
    both(&w, "vm.pipe", view(&w, BY_MONTH, "monthly"));
    return w;
}

static void replace(World *w, const char *path, Str candidate)
{
    for (size_t i = 0; i < w->candidate.len; i++) {
        if (str_is(w->candidate.items[i].path, path))
            w->candidate.items[i].text = candidate;
    }
}

static void test_middle_that_stays(void **state)
{
    (void)state;
    World w = cascade("ts + INTERVAL 30 DAY", NULL, NULL);
    replace(&w, "monthly.datasource",
            with_ttl(&w, MONTHLY, "SummingMergeTree", "kind, month", NULL));
    expect(rebuild(&w, "monthly"), NONE, false, "what stands above a source that stays");
    end(&w);
}

static void test_middle_that_is_filled_again(void **state)
{
    (void)state;
    World w = cascade("ts + INTERVAL 30 DAY", NULL, NULL);
    replace(&w, "events.datasource",
            with_ttl(&w, EVENTS, "MergeTree", "kind, ts", "ts + INTERVAL 30 DAY"));
    const Rebuild *lost = rebuild(&w, "monthly");
    expect(lost, LOSS_UPSTREAM, true, "a source that loses rows itself");
    assert_true(str_is(lost->losses.items[0].ancestor->name, "daily"));
    end(&w);
}

/* The target keeps less than every source: what the middle loses does not matter to it. */
static void test_short_target(void **state)
{
    (void)state;
    World w = cascade("ts + INTERVAL 30 DAY", NULL, "month + INTERVAL 7 DAY");
    replace(&w, "events.datasource",
            with_ttl(&w, EVENTS, "MergeTree", "kind, ts", "ts + INTERVAL 30 DAY"));
    expect(rebuild(&w, "monthly"), NONE, false, "a target that keeps little");
    end(&w);
}

static void test_ring(void **state)
{
    (void)state;
    World w = cascade(NULL, NULL, NULL);
    both(&w, "back.pipe",
         view(&w, "SELECT toDateTime(month) AS ts, ts AS got, kind FROM monthly", "events"));
    replace(&w, "events.datasource", with_ttl(&w, EVENTS, "MergeTree", "kind, ts", NULL));
    const Rebuild *lost = rebuild(&w, "monthly");
    assert_true(lost->losses.len > 0);
    assert_false(lost->certain_loss);
    end(&w);
}

/* Names sort in another order than the chain runs: no question may have to climb all of it. */
static void test_long_chain(void **state)
{
    (void)state;
    enum { LINKS = 400 };
    World w = world();
    change(&w, "t0.datasource", with_ttl(&w, EVENTS, "MergeTree", "ts", "ts + INTERVAL 30 DAY"),
           with_ttl(&w, EVENTS, "MergeTree", "kind, ts", "ts + INTERVAL 30 DAY"));
    for (int i = 1; i < LINKS; i++) {
        both(&w, str_fmt(w.arena, "t%d.datasource", i).ptr, events(&w, NULL));
        both(&w, str_fmt(w.arena, "p%d.pipe", i).ptr,
             view(&w, str_fmt(w.arena, "SELECT ts, got, kind FROM t%d", i - 1).ptr,
                  str_fmt(w.arena, "t%d", i).ptr));
    }
    const Rebuild *lost = rebuild(&w, "t399");
    assert_true(lost->certain_loss);
    for (size_t i = 0; i < lost->losses.len; i++)
        assert_int_not_equal(lost->losses.items[i].kind, LOSS_UNKNOWN);
    end(&w);
}

/* ---- other writers ---- */

static void test_copies(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *mode;
        int kind;
        bool certain;
    } cases[] = {
        {"SELECT day, kind, hits FROM archive", "append", LOSS_OTHER_WRITER, true},
        {"SELECT day, kind, hits FROM archive", "replace", LOSS_OTHER_WRITER, false},
        {BY_DAY GROUP, "append", NONE, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        World w = world();
        both(&w, "events.datasource", events(&w, NULL));
        both(&w, "archive.datasource", daily(&w, "day", NULL));
        change(&w, "daily.datasource", daily(&w, "day, kind", NULL), daily(&w, "kind, day", NULL));
        both(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"));
        both(&w, "c.pipe",
             str_fmt(w.arena,
                     "NODE n\nSQL >\n    %s\n\nTYPE copy\nTARGET_DATASOURCE daily\nCOPY_MODE %s\n",
                     cases[i].sql, cases[i].mode));
        expect(rebuild(&w, "daily"), cases[i].kind, cases[i].certain, cases[i].sql);
        end(&w);
    }
}

static void test_direct_ingestion(void **state)
{
    (void)state;
    World w = world();
    Str schema = STR("    `day` Date `json:$.day`,\n    `kind` String `json:$.kind`,\n"
                     "    `hits` SimpleAggregateFunction(sum, UInt64) `json:$.hits`");
    both(&w, "events.datasource", events(&w, NULL));
    change(&w, "daily.datasource",
           with_ttl(&w, schema.ptr, "AggregatingMergeTree", "day, kind", NULL),
           with_ttl(&w, schema.ptr, "AggregatingMergeTree", "kind, day", NULL));
    both(&w, "v.pipe", view(&w, BY_DAY GROUP, "daily"));
    expect(rebuild(&w, "daily"), LOSS_OTHER_WRITER, false, "jsonpaths");
    end(&w);
}

/* ---- one version ---- */

static void test_hypothetical(void **state)
{
    (void)state;
    World w = cascade("ts + INTERVAL 30 DAY", NULL, NULL);
    project_fixture_make(&w.f, &w.live, &w.candidate);
    Loader everything = w.f.loader;
    everything.everything = true;
    ProjectSides sides;
    Fault fault;
    assert_int_equal(project_load(&sides, &everything, &w.f.pair, NULL, &fault), 0);
    const Resource *target = project_find(sides.live, DATAFILE_DATASOURCE, STR("daily"));
    Rebuild lost = rebuild_hypothetical(&everything, target);
    assert_int_equal(lost.losses.items[0].kind, LOSS_RETENTION);
    target = project_find(sides.live, DATAFILE_DATASOURCE, STR("monthly"));
    lost = rebuild_hypothetical(&everything, target);
    assert_int_equal(lost.losses.len, 0);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_ttl_changed_too),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_filter_and_ttl),
        cmocka_unit_test(test_null_target),
        cmocka_unit_test(test_pair_of_views),
        cmocka_unit_test(test_null_engine),
        cmocka_unit_test(test_new_source),
        cmocka_unit_test(test_new_source_that_is_filled),
        cmocka_unit_test(test_removed_view),
        cmocka_unit_test(test_middle_that_stays),
        cmocka_unit_test(test_middle_that_is_filled_again),
        cmocka_unit_test(test_short_target),
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_direct_ingestion),
        cmocka_unit_test(test_hypothetical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
