/* The suggested FORWARD_QUERY: its text, its place in the file, and that it satisfies the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/project_fixture.h"
#include "checks/forward_list.h"

static const char *const path = "datasources/events.datasource";

/* The candidate's text with the fix, in `arena`; empty when there is none. */
static Str fixed(Arena *arena, ProjectFixture *f)
{
    const ResourceChange *change = project_fixture_change(f, DATAFILE_DATASOURCE, "events");
    const Fix *fix = change != NULL ? forward_fix(&f->check, change) : NULL;
    if (fix == NULL)
        return (Str){0};
    Str text = fix->file->text;
    Buf out = {0};
    size_t done = 0;
    for (size_t i = 0; i < fix->edits.len; i++) {
        buf_add_str(&out, str_slice(text, done, fix->edits.items[i].range.start));
        buf_add_str(&out, fix->edits.items[i].text);
        done = fix->edits.items[i].range.end;
    }
    buf_add_str(&out, str_slice(text, done, text.len));
    Str copy = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

static void expect(const char *live, const char *candidate, const char *wanted)
{
    ProjectFixture f;
    Arena *arena = arena_new();
    project_fixture_one(&f, path, live, candidate);
    assert_string_equal(str_cstr(arena, fixed(arena, &f)), wanted);
    project_fixture_free(&f);
    arena_free(arena);
}

#define LIVE  "SCHEMA >\n    `id` UInt32,\n    `host` String\n\nENGINE \"MergeTree\"\n"
#define QUERY "FORWARD_QUERY >\n    SELECT\n        id,\n        " LOWER " AS host"
#define LOWER "CAST(host, 'LowCardinality(String)')"

static void test_inserted_after_schema(void **state)
{
    (void)state;
    expect(LIVE,
           "SCHEMA >\n    `id` UInt32,\n    `host` LowCardinality(String)\n\n"
           "ENGINE \"MergeTree\"\n",
           "SCHEMA >\n    `id` UInt32,\n    `host` LowCardinality(String)\n\n" QUERY
           "\n\nENGINE \"MergeTree\"\n");
}

static void test_no_empty_line_follows(void **state)
{
    (void)state;
    expect(LIVE,
           "SCHEMA >\n    `id` UInt32,\n    `host` LowCardinality(String)\n"
           "ENGINE \"MergeTree\"\n",
           "SCHEMA >\n    `id` UInt32,\n    `host` LowCardinality(String)\n\n" QUERY
           "\n\nENGINE \"MergeTree\"\n");
}

static void test_no_final_newline(void **state)
{
    (void)state;
    expect(LIVE,
           "ENGINE \"MergeTree\"\nSCHEMA >\n    `id` UInt32,\n    `host` "
           "LowCardinality(String)",
           "ENGINE \"MergeTree\"\nSCHEMA >\n    `id` UInt32,\n    `host` "
           "LowCardinality(String)\n\n" QUERY);
}

static void test_crlf_and_tabs(void **state)
{
    (void)state;
    expect(LIVE,
           "SCHEMA >\r\n\t`id` UInt32,\r\n\t`host` LowCardinality(String)\r\n\r\n"
           "ENGINE \"MergeTree\"\r\n",
           "SCHEMA >\r\n\t`id` UInt32,\r\n\t`host` LowCardinality(String)\r\n\r\n"
           "FORWARD_QUERY >\r\n\tSELECT\r\n\t\tid,\r\n\t\t" LOWER " AS host\r\n\r\n"
           "ENGINE \"MergeTree\"\r\n");
}

static void test_replaced_in_place(void **state)
{
    (void)state;
    expect(LIVE,
           "SCHEMA >\n    `id` UInt32,\n    `host` LowCardinality(String)\n\n"
           "FORWARD_QUERY >\n    SELECT *\n\nENGINE \"MergeTree\"\n",
           "SCHEMA >\n    `id` UInt32,\n    `host` LowCardinality(String)\n\n" QUERY
           "\n\nENGINE \"MergeTree\"\n");
}

static void test_earlier_blocks_go(void **state)
{
    (void)state;
    expect(LIVE,
           "SCHEMA >\n    `id` UInt32,\n    `host` LowCardinality(String)\n\n"
           "FORWARD_QUERY >\n    SELECT id\n\nENGINE \"MergeTree\"\n\n"
           "FORWARD_QUERY >\n    SELECT *\n",
           "SCHEMA >\n    `id` UInt32,\n    `host` LowCardinality(String)\n\n"
           "ENGINE \"MergeTree\"\n\n" QUERY "\n");
}

static void test_names_and_defaults(void **state)
{
    (void)state;
    expect("SCHEMA >\n    `from` UInt8,\n    `a.b` UInt8\n",
           "SCHEMA >\n    `from` UInt16,\n    `a.b` UInt8,\n    `x` UInt32 DEFAULT 7,\n"
           "    `s` String DEFAULT 'y',\n    `t` DateTime DEFAULT now(),\n    `e` String\n",
           "SCHEMA >\n    `from` UInt16,\n    `a.b` UInt8,\n    `x` UInt32 DEFAULT 7,\n"
           "    `s` String DEFAULT 'y',\n    `t` DateTime DEFAULT now(),\n    `e` String\n\n"
           "FORWARD_QUERY >\n    SELECT\n        CAST(`from`, 'UInt16') AS `from`,\n"
           "        `a.b`,\n        CAST(7, 'UInt32') AS x,\n        'y' AS s,\n"
           "        defaultValueOfTypeName('DateTime') AS t,\n        '' AS e\n");
}

static void test_rename(void **state)
{
    (void)state;
    expect("SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `enable` UInt8 `json:$.enable`\n",
           "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `enabled` UInt8 `json:$.enable`\n",
           "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `enabled` UInt8 `json:$.enable`\n\n"
           "FORWARD_QUERY >\n    SELECT\n        id,\n        enable AS enabled\n");
}

static void test_only_the_author_knows(void **state)
{
    (void)state;
    ProjectFixture f;
    project_fixture_one(&f, path, "SCHEMA >\n    `id` UInt32,\n    `h` String\n",
                        "SCHEMA >\n    `id` UInt32,\n    `h` Array(String)\n");
    const ResourceChange *change = project_fixture_change(&f, DATAFILE_DATASOURCE, "events");
    assert_null(forward_fix(&f.check, change));
    project_fixture_free(&f);
}

static void test_removal(void **state)
{
    (void)state;
    ProjectFixture f;
    project_fixture_one(&f, path, LIVE, LIVE "\nFORWARD_QUERY >\n    SELECT *\n");
    const ResourceChange *change = project_fixture_change(&f, DATAFILE_DATASOURCE, "events");
    const Fix *fix = forward_removal(&f.check, change);
    assert_non_null(fix);
    assert_int_equal(fix->edits.len, 1);
    assert_int_equal(fix->edits.items[0].range.start, sizeof(LIVE) - 2);
    project_fixture_free(&f);
}

/* ---- any type to any other ---- */

static const char *const types[] = {
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "UInt128",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Float32",
    "Float64",
    "Decimal(9, 2)",
    "Decimal(38, 4)",
    "Bool",
    "String",
    "FixedString(8)",
    "UUID",
    "Date",
    "Date32",
    "DateTime",
    "DateTime('Europe/Madrid')",
    "DateTime64(3)",
    "DateTime64(6, 'UTC')",
    "IPv4",
    "IPv6",
    "Enum8('a' = 1, 'b' = 2)",
    "Enum16('a' = 1, 'b' = 2, 'c''d' = 3)",
    "LowCardinality(String)",
    "LowCardinality(Nullable(String))",
    "LowCardinality(UInt16)",
    "Nullable(UInt8)",
    "Nullable(Int64)",
    "Nullable(String)",
    "Nullable(DateTime)",
    "Nullable(Float64)",
    "Array(String)",
    "Array(UInt8)",
    "Array(Nullable(String))",
    "Map(String, String)",
    "Tuple(a UInt8, b String)",
    "JSON",
    "SimpleAggregateFunction(sum, UInt64)",
    "AggregateFunction(count, UInt64)",
    "AggregateFunction(sum, UInt32)",
};

static size_t count_errors(const Findings *findings)
{
    size_t errors = 0;
    for (size_t i = 0; i < findings->items.len; i++) {
        const Finding *finding = &findings->items.items[i];
        if (finding->severity != SEVERITY_ERROR)
            continue;
        printf("%s %.*s\n", rule_get(finding->rule)->code, STR_ARG(finding->message));
        errors++;
    }
    return errors;
}

/* True where a fix was offered; it must hold, and a second one must be the same. */
static bool fix_holds(const char *from, const char *to)
{
    Arena *arena = arena_new();
    Str live = str_fmt(arena, "SCHEMA >\n    `id` UInt32,\n    `c` %s\n", from);
    Str candidate = str_fmt(arena, "SCHEMA >\n    `id` UInt32,\n    `c` %s\n", to);
    ProjectFixture before;
    project_fixture_one(&before, path, str_cstr(arena, live), str_cstr(arena, candidate));
    Str text = fixed(arena, &before);
    project_fixture_free(&before);
    if (text.len > 0) {
        ProjectFixture after;
        project_fixture_one(&after, path, str_cstr(arena, live), str_cstr(arena, text));
        schema_changes(&after.check);
        forward_queries(&after.check);
        size_t errors = count_errors(after.check.findings);
        if (errors > 0)
            print_error("%s -> %s\n%.*s\n", from, to, STR_ARG(text));
        assert_int_equal(errors, 0);
        assert_true(str_eq(fixed(arena, &after), text));
        project_fixture_free(&after);
    }
    bool offered = text.len > 0;
    arena_free(arena);
    return offered;
}

static void test_type_matrix(void **state)
{
    (void)state;
    size_t offered = 0;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        for (size_t j = 0; j < ARRAY_LEN(types); j++)
            offered += i != j && fix_holds(types[i], types[j]) ? 1 : 0;
    assert_true(offered > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inserted_after_schema), cmocka_unit_test(test_no_empty_line_follows),
        cmocka_unit_test(test_no_final_newline),      cmocka_unit_test(test_crlf_and_tabs),
        cmocka_unit_test(test_replaced_in_place),     cmocka_unit_test(test_earlier_blocks_go),
        cmocka_unit_test(test_names_and_defaults),    cmocka_unit_test(test_rename),
        cmocka_unit_test(test_only_the_author_knows), cmocka_unit_test(test_removal),
        cmocka_unit_test(test_type_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
