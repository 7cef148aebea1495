/* The plan: which action and backfill each change leads to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"

#define ENGINE "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"a\"\n"
#define LIVE   "SCHEMA >\n    `a` Date,\n    `b` String\n" ENGINE

typedef struct {
    const char *live, *candidate;
    PlanAction action;
    Backfill backfill;
} PlanCase;

static void check_cases(const PlanCase *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ProjectFixture f;
        project_fixture_one(&f, "t.datasource", cases[i].live, cases[i].candidate);
        const PlanStep *step = plan_find(f.plan, DATAFILE_DATASOURCE, STR("t"));
        assert_non_null(step);
        assert_string_equal(plan_action_text(step->action), plan_action_text(cases[i].action));
        assert_string_equal(backfill_text(step->backfill), backfill_text(cases[i].backfill));
        project_fixture_free(&f);
    }
}

static void test_alter(void **state)
{
    (void)state;
    static const PlanCase cases[] = {
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` String,\n    `c` UInt8\n" ENGINE, ACTION_ALTER,
         BACKFILL_NONE},
        {LIVE, "SCHEMA >\n    `a` Date\n" ENGINE, ACTION_ALTER, BACKFILL_NONE},
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` Nullable(String)\n" ENGINE, ACTION_ALTER,
         BACKFILL_NONE},
        {LIVE, LIVE "ENGINE_TTL \"a + INTERVAL 1 DAY\"\n", ACTION_ALTER, BACKFILL_NONE},
        {LIVE, LIVE "INDEXES >\n    INDEX i b TYPE bloom_filter GRANULARITY 1\n", ACTION_ALTER,
         BACKFILL_NONE},
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` String DEFAULT 'x'\n" ENGINE, ACTION_ALTER,
         BACKFILL_NONE},
        {LIVE, "DESCRIPTION \"x\"\n" LIVE, ACTION_METADATA, BACKFILL_NONE},
        {LIVE, LIVE "FORWARD_QUERY >\n    SELECT a, b\n", ACTION_NONE, BACKFILL_NONE},
    };
    check_cases(cases, ARRAY_LEN(cases));
}

static void test_rewrite(void **state)
{
    (void)state;
    static const PlanCase cases[] = {
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` LowCardinality(String)\n" ENGINE, ACTION_REWRITE,
         BACKFILL_REFUSED},
        {LIVE, "SCHEMA >\n    `a` Date,\n    `b` String\n\nENGINE_SORTING_KEY \"a, b\"\n",
         ACTION_REWRITE, BACKFILL_SELECT_STAR},
        {LIVE,
         "SCHEMA >\n    `a` Date,\n    `b` String,\n    `c` UInt8\n" ENGINE
         "FORWARD_QUERY >\n    SELECT a, b, 0 AS c\n",
         ACTION_REWRITE, BACKFILL_FORWARD_QUERY},
        {LIVE, "SCHEMA >\n    `b` String,\n    `a` Date\n" ENGINE, ACTION_REWRITE,
         BACKFILL_SELECT_STAR},
        {LIVE, "SCHEMA >\n    `a` Nullable(Date),\n    `b` String\n" ENGINE, ACTION_REWRITE,
         BACKFILL_REFUSED},
        {LIVE, "SCHEMA >\n    `b` String\n" ENGINE, ACTION_REWRITE, BACKFILL_REFUSED},
        {LIVE, NULL, ACTION_DELETE, BACKFILL_NONE},
        {NULL, LIVE, ACTION_CREATE, BACKFILL_NONE},
    };
    check_cases(cases, ARRAY_LEN(cases));
}

static const char VIEW[] = "NODE n\nSQL >\n    SELECT a, b FROM s\n\n"
                           "TYPE materialized\nDATASOURCE t\n";

static void test_views(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    file_set_add(arena, &live, STR("s.datasource"), STR(LIVE));
    file_set_add(arena, &live, STR("t.datasource"), STR(LIVE));
    file_set_add(arena, &live, STR("m.pipe"), str_of(VIEW));
    file_set_add(arena, &candidate, STR("s.datasource"), STR(LIVE));
    file_set_add(arena, &candidate, STR("t.datasource"),
                 STR("SCHEMA >\n    `a` Date,\n    `b` LowCardinality(String)\n" ENGINE));
    file_set_add(arena, &candidate, STR("m.pipe"), str_of(VIEW));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const PlanStep *step = plan_find(f.plan, DATAFILE_DATASOURCE, STR("t"));
    assert_non_null(step);
    assert_int_equal(step->action, ACTION_REWRITE);
    assert_int_equal(step->backfill, BACKFILL_VIEW_QUERY);
    assert_int_equal(step->via.len, 1);
    assert_true(str_is(step->via.items[0], "m"));
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_view_query_change(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    FileSet *sides[] = {&live, &candidate};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        file_set_add(arena, sides[i], STR("s.datasource"), STR(LIVE));
        file_set_add(arena, sides[i], STR("t.datasource"), STR(LIVE));
    }
    file_set_add(arena, &live, STR("m.pipe"), str_of(VIEW));
    file_set_add(arena, &candidate, STR("m.pipe"),
                 STR("NODE n\nSQL >\n    SELECT a, lower(b) AS b FROM s\n\n"
                     "TYPE materialized\nDATASOURCE t\n"));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const PlanStep *step = plan_find(f.plan, DATAFILE_DATASOURCE, STR("t"));
    assert_non_null(step);
    assert_int_equal(step->status, PLAN_UNCHANGED);
    assert_int_equal(step->backfill, BACKFILL_VIEW_QUERY);
    project_fixture_free(&f);
    arena_free(arena);
}

/* ---- downstream ---- */

#define EVENTS(key, rest)                                                                          \
    "SCHEMA >\n    `ts` DateTime `json:$.ts`,\n    `id` String `json:$.id`\n\n"                    \
    "ENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"" key "\"\n" rest
#define TARGET "SCHEMA >\n    `ts` DateTime,\n    `id` String\n\nENGINE_SORTING_KEY \"ts\"\n"

static const char *view(Arena *arena, const char *from, const char *to, const char *id)
{
    return str_fmt(arena,
                   "NODE n\nSQL >\n    SELECT ts, %s AS id FROM %s\n\nTYPE materialized\n"
                   "DATASOURCE %s\n",
                   id, from, to)
        .ptr;
}

typedef struct {
    Arena *arena;
    FileSet live, candidate;
    ProjectFixture f;
} Chain;

static void both(Chain *c, const char *path, const char *text)
{
    file_set_add(c->arena, &c->live, str_of(path), str_of(text));
    file_set_add(c->arena, &c->candidate, str_of(path), str_of(text));
}

static void change(Chain *c, const char *path, const char *live, const char *candidate)
{
    file_set_add(c->arena, &c->live, str_of(path), str_of(live));
    file_set_add(c->arena, &c->candidate, str_of(path), str_of(candidate));
}

static const PlanStep *planned(Chain *c, const char *name)
{
    return plan_find(c->f.plan, DATAFILE_DATASOURCE, str_of(name));
}

static void assert_chain(const PlanStep *step, const char *chain)
{
    Arena *arena = arena_new();
    assert_non_null(step);
    Str text = str_join(arena, step->chain.items, step->chain.len, " ");
    if (!str_is(text, chain))
        print_message("chain '%.*s'\n", STR_ARG(text));
    assert_true(str_is(text, chain));
    arena_free(arena);
}

static void end(Chain *c)
{
    project_fixture_free(&c->f);
    arena_free(c->arena);
}

/* a -> b -> c -> d, each by a view. */
static Chain chain_of_four(const char *a_live, const char *a_candidate)
{
    Chain c = {.arena = arena_new()};
    change(&c, "a.datasource", a_live, a_candidate);
    both(&c, "b.datasource", TARGET);
    both(&c, "c.datasource", TARGET);
    both(&c, "d.datasource", TARGET);
    both(&c, "ab.pipe", view(c.arena, "a", "b", "id"));
    both(&c, "bc.pipe", view(c.arena, "b", "c", "id"));
    both(&c, "cd.pipe", view(c.arena, "c", "d", "id"));
    return c;
}

static void test_rewrite_goes_downstream(void **state)
{
    (void)state;
    Chain c = chain_of_four(EVENTS("ts", ""), EVENTS("id, ts", ""));
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_int_equal(planned(&c, "a")->backfill, BACKFILL_SELECT_STAR);
    assert_true(planned(&c, "a")->own_cause);
    assert_int_equal(planned(&c, "a")->chain.len, 0);
    assert_int_equal(planned(&c, "d")->status, PLAN_UNCHANGED);
    assert_int_equal(planned(&c, "d")->backfill, BACKFILL_VIEW_QUERY);
    assert_false(planned(&c, "d")->own_cause);
    assert_chain(planned(&c, "d"), "a ab b bc c cd d");
    assert_true(str_is(planned(&c, "d")->cause->name, "a"));
    assert_true(str_is(planned(&c, "d")->why.items[0], "c is rewritten and cd reads it"));
    end(&c);
}

static void test_alter_stays(void **state)
{
    (void)state;
    Chain c = chain_of_four(EVENTS("ts", ""), EVENTS("ts", "ENGINE_TTL \"ts + INTERVAL 1 DAY\"\n"));
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_int_equal(planned(&c, "a")->action, ACTION_ALTER);
    assert_null(planned(&c, "b"));
    end(&c);
}

/* A change of its own below another one: the way starts at the most upstream change. */
static void test_two_changes_on_one_way(void **state)
{
    (void)state;
    Chain c = chain_of_four(EVENTS("ts", ""), EVENTS("id, ts", ""));
    c.candidate.items[2].text =
        STR("SCHEMA >\n    `ts` DateTime,\n    `id` String\n\nENGINE_SORTING_KEY \"id\"\n");
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_true(planned(&c, "c")->own_cause);
    assert_chain(planned(&c, "c"), "a ab b bc c");
    assert_chain(planned(&c, "d"), "a ab b bc c cd d");
    end(&c);
}

static void test_forward_query_downstream(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        Backfill backfill;
    } cases[] = {
        {"SELECT *", BACKFILL_FORWARD_QUERY},
        {"SELECT ts, id", BACKFILL_FORWARD_QUERY},
        {"SELECT ts, lower(id) AS id", BACKFILL_REFUSED},
        {"SELECT id, ts", BACKFILL_REFUSED},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Chain c = chain_of_four(EVENTS("ts", ""), EVENTS("id, ts", ""));
        Str text = str_fmt(c.arena, TARGET "\nFORWARD_QUERY >\n    %s\n", cases[i].query);
        c.live.items[1].text = text;
        c.candidate.items[1].text = text;
        project_fixture_make(&c.f, &c.live, &c.candidate);
        assert_int_equal(planned(&c, "b")->backfill, cases[i].backfill);
        assert_int_equal(planned(&c, "c")->backfill, BACKFILL_VIEW_QUERY);
        end(&c);
    }
}

static void test_ring(void **state)
{
    (void)state;
    Chain c = chain_of_four(EVENTS("ts", ""), EVENTS("id, ts", ""));
    both(&c, "da.pipe", view(c.arena, "d", "a", "id"));
    both(&c, "bb.pipe", view(c.arena, "b", "b", "id"));
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_int_equal(planned(&c, "a")->action, ACTION_REWRITE);
    assert_chain(planned(&c, "d"), "a ab b bc c cd d");
    end(&c);
}

/* ---- views ---- */

static Chain one_view(const char *live, const char *candidate)
{
    Chain c = {.arena = arena_new()};
    both(&c, "a.datasource", EVENTS("ts", ""));
    both(&c, "b.datasource", TARGET);
    change(&c, "ab.pipe", live, candidate);
    return c;
}

static void test_changed_view(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    const char *plain = view(arena, "a", "b", "id");
    const char *lower = view(arena, "a", "b", "lower(id)");
    Chain c = one_view(plain, lower);
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_chain(planned(&c, "b"), "ab b");
    assert_true(str_is(planned(&c, "b")->changed_views.items[0], "ab"));
    assert_true(str_is(planned(&c, "b")->changed_pipe->name, "ab"));
    end(&c);
    c = one_view(plain, str_fmt(arena, "%sDEPLOYMENT_METHOD alter\n", lower).ptr);
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_null(planned(&c, "b"));
    const PlanStep *pipe = plan_find(c.f.plan, DATAFILE_PIPE, STR("ab"));
    assert_int_equal(pipe->action, ACTION_ALTER);
    end(&c);
    c = one_view(plain, view(arena, "a", "b", "(id)"));
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_null(planned(&c, "b"));
    end(&c);
    arena_free(arena);
}

static void test_pipe_that_a_view_reads(void **state)
{
    (void)state;
    static const char live[] = "NODE q\nSQL >\n    SELECT ts, id FROM a\n";
    static const char candidate[] = "NODE q\nSQL >\n    SELECT ts, upper(id) AS id FROM a\n";
    Chain c = {.arena = arena_new()};
    both(&c, "a.datasource", EVENTS("ts", ""));
    both(&c, "b.datasource", TARGET);
    both(&c, "ab.pipe", view(c.arena, "clean", "b", "id"));
    change(&c, "clean.pipe", live, candidate);
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_chain(planned(&c, "b"), "clean ab b");
    assert_true(str_is(planned(&c, "b")->why.items[0], "query of clean changed, which ab reads"));
    assert_int_equal(planned(&c, "b")->cause->kind, DATAFILE_PIPE);
    end(&c);
}

static void test_alter_with_columns(void **state)
{
    (void)state;
    Chain c = {.arena = arena_new()};
    both(&c, "a.datasource", EVENTS("ts", ""));
    change(&c, "b.datasource", TARGET,
           "SCHEMA >\n    `ts` DateTime,\n    `id` String,\n    `n` UInt8\n\n"
           "ENGINE_SORTING_KEY \"ts\"\n");
    change(&c, "ab.pipe", view(c.arena, "a", "b", "id"),
           str_fmt(c.arena, "%sDEPLOYMENT_METHOD alter\n",
                   view(c.arena, "a", "b", "id, toUInt8(1) AS n, id"))
               .ptr);
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_int_equal(planned(&c, "b")->action, ACTION_ALTER);
    end(&c);
}

static void test_new_targets(void **state)
{
    (void)state;
    Chain c = {.arena = arena_new()};
    both(&c, "a.datasource", EVENTS("ts", ""));
    file_set_add(c.arena, &c.candidate, STR("b.datasource"), STR(TARGET));
    file_set_add(c.arena, &c.candidate, STR("c.datasource"), STR(TARGET));
    file_set_add(c.arena, &c.candidate, STR("d.datasource"), STR(TARGET "\nBACKFILL skip\n"));
    file_set_add(c.arena, &c.candidate, STR("e.datasource"), STR(TARGET));
    file_set_add(c.arena, &c.candidate, STR("ab.pipe"), str_of(view(c.arena, "a", "b", "id")));
    file_set_add(c.arena, &c.candidate, STR("bc.pipe"), str_of(view(c.arena, "b", "c", "id")));
    file_set_add(c.arena, &c.candidate, STR("cd.pipe"), str_of(view(c.arena, "c", "d", "id")));
    file_set_add(c.arena, &c.candidate, STR("de.pipe"), str_of(view(c.arena, "d", "e", "id")));
    project_fixture_make(&c.f, &c.live, &c.candidate);
    assert_int_equal(planned(&c, "b")->backfill, BACKFILL_VIEW_QUERY);
    assert_int_equal(planned(&c, "c")->backfill, BACKFILL_VIEW_QUERY);
    assert_true(str_is(planned(&c, "c")->via.items[0], "bc"));
    assert_int_equal(planned(&c, "d")->backfill, BACKFILL_NONE);
    assert_int_equal(planned(&c, "e")->backfill, BACKFILL_NONE);
    assert_int_equal(planned(&c, "e")->action, ACTION_CREATE);
    end(&c);
}

/* A long chain costs as much a link as a short one, and its middle is left out. */
static void test_long_chain(void **state)
{
    (void)state;
    enum { LINKS = 600 };
    Chain c = {.arena = arena_new()};
    change(&c, "t0.datasource", EVENTS("ts", ""), EVENTS("id, ts", ""));
    for (int i = 1; i < LINKS; i++) {
        const char *from = str_fmt(c.arena, "t%d", i - 1).ptr;
        const char *to = str_fmt(c.arena, "t%d", i).ptr;
        both(&c, str_fmt(c.arena, "t%d.datasource", i).ptr, TARGET);
        both(&c, str_fmt(c.arena, "p%d.pipe", i).ptr, view(c.arena, from, to, "id"));
    }
    project_fixture_make(&c.f, &c.live, &c.candidate);
    const PlanStep *last = planned(&c, "t599");
    assert_non_null(last);
    assert_true(str_is(last->chain.items[0], "t0"));
    assert_true(str_is(last->chain.items[1], "..."));
    assert_true(last->chain.len < 100);
    end(&c);
}

static void test_order(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    file_set_add(arena, &live, STR("gone.datasource"), STR("SCHEMA >\n    `x` UInt8\n"));
    file_set_add(arena, &live, STR("kept.datasource"), STR(LIVE "KAFKA_TOPIC t\n"));
    file_set_add(arena, &candidate, STR("kept.datasource"), STR(LIVE));
    file_set_add(arena, &candidate, STR("p.pipe"), STR("NODE n\nSQL >\n    SELECT 1\n"));
    file_set_add(arena, &candidate, STR("new.datasource"), STR(LIVE));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    static const char *const names[] = {"new", "p", "kept", "gone"};
    assert_int_equal(f.plan->steps.len, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(str_is(f.plan->steps.items[i].name, names[i]));
    assert_int_equal(f.plan->steps.items[2].status, PLAN_DISCONNECTED);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_classic(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    FileSet *sides[] = {&live, &candidate};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++)
        file_set_add(arena, sides[i], STR(".tinyenv"), STR("VERSION=1.0.0"));
    file_set_add(arena, &live, STR("t.datasource"), STR(LIVE));
    file_set_add(arena, &candidate, STR("t.datasource"),
                 STR("SCHEMA >\n    `a` Date,\n    `b` String\n\nENGINE_SORTING_KEY \"b\"\n"));
    ProjectFixture f;
    project_fixture_make(&f, &live, &candidate);
    const PlanStep *step = plan_find(f.plan, DATAFILE_DATASOURCE, STR("t"));
    assert_int_equal(step->action, ACTION_NONE);
    assert_true(step->why.len == 2);
    project_fixture_free(&f);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alter),
        cmocka_unit_test(test_rewrite),
        cmocka_unit_test(test_views),
        cmocka_unit_test(test_view_query_change),
        cmocka_unit_test(test_rewrite_goes_downstream),
        cmocka_unit_test(test_alter_stays),
        cmocka_unit_test(test_two_changes_on_one_way),
        cmocka_unit_test(test_forward_query_downstream),
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_changed_view),
        cmocka_unit_test(test_pipe_that_a_view_reads),
        cmocka_unit_test(test_alter_with_columns),
        cmocka_unit_test(test_new_targets),
        cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_classic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
