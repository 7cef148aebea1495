/* Reading the data quality tests of Classic: forms, places, hostile YAML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/project_fixture.h"
#include "model/quality_test.h"

typedef struct {
    Arena *arena;
    SourceFile file;
    QualityTests tests;
    const char *trouble;
    Range where;
} Parsed;

static Parsed parse(Str text)
{
    Parsed p = {.arena = arena_new()};
    p.file = (SourceFile){.path = STR("tests/default.yaml"), .text = text, .loaded = true};
    p.trouble = quality_tests_parse(p.arena, &p.file, &p.tests, &p.where);
    return p;
}

static Parsed parse_good(const char *text)
{
    Parsed p = parse(str_of(text));
    if (p.trouble != NULL)
        print_error("%s\n", p.trouble);
    assert_null(p.trouble);
    return p;
}

static void assert_text(Str got, const char *expected)
{
    if (!str_is(got, expected))
        print_error("got '%.*s', expected '%s'\n", STR_ARG(got), expected);
    assert_true(str_is(got, expected));
}

static Str written(const Parsed *p, Range range)
{
    return str_range(p->file.text, range);
}

static void expect_trouble(Str text, const char *part)
{
    Parsed p = parse(text);
    assert_non_null(p.trouble);
    if (str_find(str_of(p.trouble), part) < 0)
        print_error("%s\n", p.trouble);
    assert_true(str_find(str_of(p.trouble), part) >= 0);
    assert_int_equal(p.tests.len, 0);
    assert_true(p.where.end <= text.len);
    arena_free(p.arena);
}

/* ---- forms ---- */

static void test_literal_block(void **state)
{
    (void)state;
    Parsed p = parse_good("# checks\n"
                          "- first-test:\n"
                          "    max_bytes_read: null\n"
                          "    max_time: null\n"
                          "    sql: |  # rows are wrong\n"
                          "      SELECT *\n"
                          "      FROM events\n"
                          "\n"
                          "- second:\n"
                          "    sql: |-\n"
                          "        SELECT 1\n");
    assert_int_equal(p.tests.len, 2);
    const QualityTest *first = &p.tests.items[0];
    assert_text(first->name, "first-test");
    assert_text(written(&p, first->range), "first-test");
    assert_text(first->sql, "SELECT *\n      FROM events");
    assert_text(written(&p, first->sql_range), "SELECT *\n      FROM events");
    assert_text(written(&p, p.tests.items[1].range), "second");
    assert_text(written(&p, p.tests.items[1].sql_range), "SELECT 1");
    arena_free(p.arena);
}

/* Characters of several bytes before and inside, a byte order mark, line ends of Windows. */
static void test_places_are_bytes(void **state)
{
    (void)state;
    Parsed p = parse_good("\xEF\xBB\xBF# \xC3\xA9t\xC3\xA9 \xF0\x9F\x8C\xB5\r\n"
                          "- caf\xC3\xA9:\r\n"
                          "    sql: |\r\n"
                          "      SELECT '\xE2\x82\xAC'\r\n"
                          "      FROM events\r\n"
                          "- b:\r\n"
                          "    sql: SELECT 2\r\n");
    assert_int_equal(p.tests.len, 2);
    assert_text(written(&p, p.tests.items[0].range), "caf\xC3\xA9");
    assert_text(written(&p, p.tests.items[0].sql_range),
                "SELECT '\xE2\x82\xAC'\r\n      FROM events");
    assert_text(written(&p, p.tests.items[1].range), "b");
    assert_text(written(&p, p.tests.items[1].sql_range), "SELECT 2");
    arena_free(p.arena);
}

static void test_other_scalars(void **state)
{
    (void)state;
    Parsed p = parse_good("- plain:\n    sql: SELECT *\n      FROM a\n"
                          "- single:\n    sql: 'SELECT * FROM b'\n"
                          "- quoted:\n    sql: 'SELECT ''x'' FROM c'\n"
                          "- escaped:\n    sql: \"SELECT 1\\nFROM d\"\n"
                          "- folded:\n    sql: >\n      SELECT *\n      FROM e\n"
                          "- comment:\n    sql: >\n      SELECT * -- all\n      FROM f\n"
                          "- {flow: {sql: SELECT 3}}\n");
    assert_int_equal(p.tests.len, 7);
    assert_text(written(&p, p.tests.items[0].sql_range), "SELECT *\n      FROM a");
    assert_text(written(&p, p.tests.items[1].sql_range), "SELECT * FROM b");
    assert_text(p.tests.items[2].sql, "SELECT 'x' FROM c");
    assert_true(range_is_empty(p.tests.items[2].sql_range));
    assert_text(p.tests.items[3].sql, "SELECT 1\nFROM d");
    assert_true(range_is_empty(p.tests.items[3].sql_range));
    assert_text(written(&p, p.tests.items[4].sql_range), "SELECT *\n      FROM e");
    assert_text(p.tests.items[5].sql, "SELECT * -- all FROM f\n");
    assert_true(range_is_empty(p.tests.items[5].sql_range));
    arena_free(p.arena);
}

/* What a mapping of the list, and a value, may be otherwise. */
static void test_no_quality_tests(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "",
        "# nothing\n",
        "---\n",
        "null\n",
        "- name: ok\n  description: d\n  parameters: a=1\n  expected_result: |\n    {\"sql\": 1}\n",
        "- pipe: '.*'\n  tests:\n    - coverage:\n        config: {skip: true}\n",
        "first:\n  sql: SELECT 1\n",
        "- text\n- [a, b]\n- {? [x] : {sql: SELECT 1}}\n",
        "- empty:\n- none: {}\n- null-sql: {sql: null, max_time: 1}\n- tilde: {sql: ~}\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        Parsed p = parse_good(TEXTS[i]);
        assert_int_equal(p.tests.len, 0);
        arena_free(p.arena);
    }
}

static void test_pipe_and_repeated_keys(void **state)
{
    (void)state;
    Parsed p = parse_good("- of-pipe:\n    pipe: {name: kpis, params: [{name: x}]}\n"
                          "- by-name:\n    sql: null\n    pipe: top\n"
                          "- twice:\n    sql: SELECT 1\n    sql: SELECT 2\n"
                          "- a: {sql: SELECT 3}\n  b: {sql: SELECT 4}\n");
    assert_int_equal(p.tests.len, 5);
    assert_text(p.tests.items[0].tables.items[0], "kpis");
    assert_text(p.tests.items[1].tables.items[0], "top");
    assert_text(p.tests.items[2].sql, "SELECT 2");
    assert_text(p.tests.items[4].name, "b");
    arena_free(p.arena);
}

static void test_aliases_are_not_followed(void **state)
{
    (void)state;
    Parsed p = parse_good("- one: &a\n    sql: &q SELECT 1\n"
                          "- two: *a\n"
                          "- three:\n    <<: *a\n    sql: *q\n");
    assert_int_equal(p.tests.len, 2);
    assert_text(p.tests.items[1].name, "three");
    assert_int_equal(p.tests.items[1].sql.len, 0);
    arena_free(p.arena);
}

/* ---- hostile files ---- */

static Str repeated(Arena *arena, const char *head, const char *part, size_t count,
                    const char *tail)
{
    Buf buf = {0};
    buf_add(&buf, head);
    for (size_t i = 0; i < count; i++)
        buf_add(&buf, part);
    buf_add(&buf, tail);
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

static void test_hostile(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    expect_trouble(STR("- a:\n\tsql: SELECT 1\n"), "");
    expect_trouble(STR("- a: {sql: SELECT 1}\n---\n- b: {sql: SELECT 2}\n"), "more than one");
    expect_trouble(STR("- a: {sql: \"SELECT\n"), "");
    expect_trouble(STR("\xFF\xFE-\0 \0a\0:\0 \0"), "");
    expect_trouble(STR("- a: {sql: SELECT '\xC3'}\n"), "");
    expect_trouble(repeated(arena, "- a: ", "[", 100000, ""), "nested too deeply");
    expect_trouble(repeated(arena, "", "- ", 100000, "sql\n"), "nested too deeply");
    expect_trouble(repeated(arena, "- a:\n    x: ", "{a: ", 5000, ""), "nested too deeply");
    expect_trouble(repeated(arena, "", "%TAG !a! b:\n", 40000, "--- sql\n"), "%TAG");
    expect_trouble(repeated(arena, "- a: {sql: '", "0123456789abcdef", 70000, "'}\n"), "1 MiB");
    expect_trouble(repeated(arena, "", "- a: {sql: SELECT 1}\n", 2001, ""), "too many");
    arena_free(arena);
}

/* Ten anchors of ten aliases each: ten thousand million texts for who follows them. */
static void test_laughs(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Buf buf = {0};
    buf_add(&buf, "- a0: &a0 {sql: SELECT 1}\n");
    for (int i = 1; i <= 10; i++) {
        buf_addf(&buf, "- a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            buf_addf(&buf, "%s*a%d", j ? ", " : "", i - 1);
        buf_add(&buf, "]\n");
    }
    buf_add(&buf, "- last: {sql: *a10}\n");
    Parsed p = parse(str_copy(arena, buf_str(&buf)));
    assert_null(p.trouble);
    assert_int_equal(p.tests.len, 2);
    buf_free(&buf);
    arena_free(p.arena);
    arena_free(arena);
}

/* ---- tests of a project ---- */

#define TABLE "SCHEMA >\n    `id` UInt32\n\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"id\"\n"

static void make(ProjectFixture *f, Arena *arena, const char *live, const char *candidate)
{
    FileSet before = {0}, after = {0};
    file_set_add(arena, &before, STR("datasources/a.datasource"), STR(TABLE));
    file_set_add(arena, &after, STR("datasources/a.datasource"), STR(TABLE));
    if (live != NULL)
        file_set_add(arena, &before, STR("tests/default.yaml"), str_of(live));
    if (candidate != NULL)
        file_set_add(arena, &after, STR("tests/default.yaml"), str_of(candidate));
    project_fixture_make(f, &before, &after);
}

static const QualityTests *tests_of(ProjectFixture *f, Side side)
{
    return quality_tests_of(&f->loader, &f->pair, side);
}

static void test_tables(void **state)
{
    (void)state;
    ProjectFixture f;
    Arena *arena = arena_new();
    make(&f, arena, NULL,
         "- t:\n    sql: |\n      WITH c AS (SELECT count() AS n FROM a), \n"
         "        (SELECT count() FROM b) AS m\n"
         "      SELECT c.n - m AS diff FROM c WHERE diff != 0 AND 1 IN d\n"
         "- u:\n    sql: SELECT * FROM (a WHERE\n"
         "- v:\n    sql: SELECT * FROM {% if defined(x) %} a {% else %} b {% end %}\n");
    const QualityTests *tests = tests_of(&f, SIDE_CANDIDATE);
    assert_int_equal(tests->len, 3);
    const QualityTest *first = &tests->items[0];
    assert_true(first->complete);
    assert_int_equal(first->tables.len, 3);
    assert_text(first->tables.items[0], "a");
    assert_text(first->tables.items[1], "b");
    assert_text(first->tables.items[2], "d");
    assert_false(quality_test_reads(first, STR("c")));
    const QualityTest *broken = &tests->items[1];
    assert_false(broken->complete);
    assert_true(quality_test_reads(broken, STR("a")));
    assert_false(quality_test_reads(broken, STR("b")));
    assert_int_equal(tests->items[2].tables.len, 2);
    assert_ptr_equal(tests, tests_of(&f, SIDE_CANDIDATE));
    assert_int_equal(f.unchecked.len, 0);
    project_fixture_free(&f);
    arena_free(arena);
}

static void test_new_ones(void **state)
{
    (void)state;
    ProjectFixture f;
    Arena *arena = arena_new();
    make(&f, arena, "- t:\n    sql: select count() from a where x=1\n",
         "- moved:\n    sql: |\n      SELECT count()\n      FROM a\n      WHERE x = 1\n"
         "- t:\n    sql: SELECT count() FROM a WHERE x = 2\n");
    assert_true(quality_tests_changed(&f.pair));
    assert_int_equal(tests_of(&f, SIDE_LIVE)->len, 1);
    const Map *live = quality_test_meanings(f.arena, tests_of(&f, SIDE_LIVE));
    const QualityTests *candidate = tests_of(&f, SIDE_CANDIDATE);
    assert_false(quality_test_is_new(live, &candidate->items[0]));
    assert_true(quality_test_is_new(live, &candidate->items[1]));
    project_fixture_free(&f);
    arena_free(arena);
}

/* Aliases are many for a few bytes: only the first of a file stands for its words. */
static void test_words_of_aliases(void **state)
{
    (void)state;
    ProjectFixture f;
    Arena *arena = arena_new();
    make(&f, arena, NULL, "- a: {sql: &q SELECT 1 FROM a}\n- b: {sql: *q}\n- c: {sql: *q}\n");
    const QualityTests *tests = tests_of(&f, SIDE_CANDIDATE);
    assert_int_equal(tests->len, 3);
    assert_true(quality_test_reads(&tests->items[1], STR("a")));
    assert_false(tests->items[1].complete);
    assert_int_equal(tests->items[2].sql.len, 0);
    project_fixture_free(&f);
    arena_free(arena);
}

/* Only what this change broke is said, and only where tests seem to be. */
static void test_unreadable(void **state)
{
    (void)state;
    static const struct {
        const char *live;
        const char *candidate;
        size_t unchecked;
    } ROWS[] = {
        {NULL, "- a:\n\tsql: SELECT 1\n", 1},
        {"- a:\n\tsql: SELECT 1\n", "- a:\n\tsql: SELECT 1\n", 0},
        {"- a:\n\tsql: SELECT 1\n", "- a:\n    sql: SELECT 1\n", 0},
        {NULL, "- name: a\n\tparameters: b\n", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        ProjectFixture f;
        Arena *arena = arena_new();
        make(&f, arena, ROWS[i].live, ROWS[i].candidate);
        tests_of(&f, SIDE_LIVE);
        tests_of(&f, SIDE_CANDIDATE);
        assert_int_equal(f.unchecked.len, ROWS[i].unchecked);
        if (f.unchecked.len > 0)
            assert_int_equal(f.unchecked.items[0].line, 2);
        project_fixture_free(&f);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literal_block),
        cmocka_unit_test(test_places_are_bytes),
        cmocka_unit_test(test_other_scalars),
        cmocka_unit_test(test_no_quality_tests),
        cmocka_unit_test(test_pipe_and_repeated_keys),
        cmocka_unit_test(test_aliases_are_not_followed),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_laughs),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_new_ones),
        cmocka_unit_test(test_words_of_aliases),
        cmocka_unit_test(test_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
