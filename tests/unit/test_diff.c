/* The typed diff: equal meaning is no change, renames, order, keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"

static ProjectFixture f;

static const ResourceChange *diff_of(const char *live, const char *candidate)
{
    project_fixture_one(&f, "datasources/a.datasource", live, candidate);
    return project_fixture_change(&f, DATAFILE_DATASOURCE, "a");
}

/* Texts live as long as the fixture. */
static Arena *texts;

static void free_fixture(void)
{
    project_fixture_free(&f);
    arena_free(texts);
    texts = NULL;
}

static const ResourceChange *columns_diff(const char *live, const char *candidate)
{
    texts = arena_new();
    Str before = str_fmt(texts, "SCHEMA >\n    %s\n", live);
    Str after = str_fmt(texts, "SCHEMA >\n    %s\n", candidate);
    return diff_of(str_cstr(texts, before), str_cstr(texts, after));
}

static void assert_same(const char *live, const char *candidate)
{
    assert_null(diff_of(live, candidate));
    free_fixture();
}

static void test_equal_meaning(void **state)
{
    (void)state;
    assert_same("SCHEMA >\n    `a` VARCHAR\n", "SCHEMA >\n    a   String\n");
    assert_same("SCHEMA >\n    `a` String `json:$.a`\n",
                "SCHEMA >\n    `a` String `json:$['a']`\n");
    assert_same("SCHEMA >\n    `a` String CODEC(ZSTD(1))\n",
                "SCHEMA >\n    `a` String CODEC( ZSTD( 1 ))\n");
    assert_same("SCHEMA >\n    `a` Date DEFAULT toDate(1+1)\n",
                "SCHEMA >\n    `a` Date DEFAULT toDate( 1 + 1 )\n");
    assert_same("SCHEMA >\n    `a` Date\n\nENGINE_TTL \"a + INTERVAL 60 DAY\"\n",
                "SCHEMA >\n    `a` Date\n\nENGINE_TTL \"a + toIntervalDay(60)\"\n");
    assert_same("SCHEMA >\n    `a` Date\n\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"a\"\n",
                "SCHEMA >\n    `a` Date\n\nENGINE_SORTING_KEY (a)\nENGINE mergetree\n");
    assert_same("SCHEMA >\n    `a` Date\n\nENGINE_SORTING_KEY \"a\"\n",
                "SCHEMA >\n    `a` Date\n\nENGINE_SORTING_KEY \"a\"\nENGINE_PRIMARY_KEY \"a\"\n");
    assert_same("SCHEMA >\n    `a` Date\n", "# a comment\nSCHEMA >\n\n    `a` Date\n");
    assert_same("SCHEMA >\n    `a` Date\n", "SCHEMA >\r\n    `a` Date\r\n");
}

static void test_type_changes(void **state)
{
    (void)state;
    static const struct {
        const char *live, *candidate;
        TypeChange expected;
    } cases[] = {
        {"`a` String", "`a` Nullable(String)", TYPE_CHANGE_TO_NULLABLE},
        {"`a` Nullable(String)", "`a` String", TYPE_CHANGE_FROM_NULLABLE},
        {"`a` String", "`a` LowCardinality(String)", TYPE_CHANGE_LOW_CARDINALITY},
        {"`a` Enum8('x' = 1)", "`a` Enum8('x' = 1, 'y' = 2)", TYPE_CHANGE_ENUM},
        {"`a` UInt8", "`a` UInt16", TYPE_CHANGE_OTHER},
        {"`a` Nullable(UInt8)", "`a` UInt16", TYPE_CHANGE_OTHER},
        {"`a` DateTime", "`a` DateTime('UTC')", TYPE_CHANGE_OTHER},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const ResourceChange *change = columns_diff(cases[i].live, cases[i].candidate);
        assert_non_null(change);
        const ColumnChange *column = diff_column(change, STR("a"));
        assert_non_null(column);
        assert_int_equal(column->bits, COLUMN_TYPE);
        assert_int_equal(column->type_change, cases[i].expected);
        assert_int_equal(column_needs_conversion(column),
                         cases[i].expected != TYPE_CHANGE_TO_NULLABLE);
        free_fixture();
    }
}

static const char *renamed(const char *live, const char *candidate, const char *column)
{
    const ResourceChange *change = columns_diff(live, candidate);
    assert_non_null(change);
    const ColumnChange *dropped = diff_column(change, str_of(column));
    assert_non_null(dropped);
    const char *ground = dropped->renamed_to ? dropped->rename_ground : NULL;
    free_fixture();
    return ground;
}

static void test_column_renames(void **state)
{
    (void)state;
    assert_string_equal(renamed("`enable` UInt8", "`enabled` UInt8", "enable"), "similar name");
    assert_string_equal(renamed("`userId` String", "`user_id` String", "userId"), "similar name");
    assert_string_equal(renamed("`a` String `json:$.v`", "`payload` String `json:$.v`", "a"),
                        "same jsonpath");
    assert_string_equal(
        renamed("`k` Date,\n `step_id` String", "`k` Date,\n `page_id` String", "step_id"),
        "same place");
    assert_string_equal(
        renamed("`k` Date,\n `tenantId` String", "`k` Date,\n `workspaceId` String", "tenantId"),
        "same place");
    assert_null(renamed("`k` Date,\n `accountName` String", "`k` Date,\n `organizationId` String",
                        "accountName"));
    assert_null(
        renamed("`event_id` String `json:$.event.id`", "`event` JSON `json:$`", "event_id"));
    assert_null(
        renamed("`field1` String `json:$.field1`", "`field2` String `json:$.field2`", "field1"));
    assert_null(renamed("`host` String `json:$.host`", "`plan` String `json:$.plan`", "host"));
    assert_null(
        renamed("`country` String", "`country_code` String,\n `country_name` String", "country"));
    assert_null(renamed("`a` Array(String)", "`a_map` Map(String, UInt8)", "a"));
}

static void test_order(void **state)
{
    (void)state;
    const ResourceChange *change = columns_diff("`a` Date,\n `b` Date,\n `c` Date,\n `d` Date",
                                                "`d` Date,\n `a` Date,\n `b` Date,\n `c` Date");
    assert_true(change->order_changed);
    assert_int_equal(change->columns.len, 1);
    assert_true(str_is(change->columns.items[0].name, "d"));
    assert_int_equal(change->columns.items[0].bits, COLUMN_MOVED);
    free_fixture();

    change = columns_diff("`a` Date,\n `b` Date", "`a` Date,\n `x` Date,\n `b` Date");
    assert_false(change->order_changed);
    free_fixture();
}

static void test_broken_line_is_no_drop(void **state)
{
    (void)state;
    const ResourceChange *change = columns_diff("`a` Date,\n `host` String,\n `c` Date",
                                                "`a` Date,\n `host` String(,\n `c` Date");
    if (change && change->columns_by_name) {
        const ColumnChange *host = diff_column(change, STR("host"));
        assert_true(!host || !(host->bits & COLUMN_DROPPED));
    }
    free_fixture();
}

/* The quote that is missing on one side makes a name of the type: no column is gone or new. */
static void test_broken_name_is_no_drop(void **state)
{
    (void)state;
    const char *const sides[] = {"`a String `json:$.a`,\n `b` Date",
                                 "`a` String `json:$.a`,\n `b` Date"};
    for (size_t i = 0; i < 2; i++) {
        const ResourceChange *change = columns_diff(sides[i], sides[1 - i]);
        for (size_t at = 0; change && at < change->columns.len; at++)
            assert_false(change->columns.items[at].bits & (COLUMN_DROPPED | COLUMN_ADDED));
        free_fixture();
    }
}

static void test_parts(void **state)
{
    (void)state;
    const char *live = "DESCRIPTION \"x\"\nTOKEN t READ\nSCHEMA >\n    `a` Date\n\n"
                       "ENGINE_SORTING_KEY \"a\"\nKAFKA_TOPIC t\n";
    const char *candidate = "DESCRIPTION \"y\"\nSCHEMA >\n    `a` Date\n\n"
                            "ENGINE \"ReplacingMergeTree\"\nENGINE_SORTING_KEY \"a\"\n"
                            "ENGINE_TTL \"a + INTERVAL 1 DAY\"\n"
                            "INDEXES >\n    INDEX i a TYPE minmax GRANULARITY 1\n";
    const ResourceChange *change = diff_of(live, candidate);
    assert_non_null(change);
    assert_true(change->description_changed && change->tokens_changed);
    assert_true(change->connector_changed && change->connector_removed);
    assert_true(change->ttl_changed && change->indexes_changed);
    assert_int_equal(change->keys, KEY_ENGINE);
    assert_false(change->tags_changed || change->sharing_changed || change->settings_changed);
    free_fixture();
}

static void test_resource_renames(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    FileSet live = {0};
    FileSet candidate = {0};
    const char *schema = "SCHEMA >\n    `a` Date,\n    `b` String,\n    `c` UInt8\n";
    file_set_add(arena, &live, STR("old.datasource"), str_of(schema));
    file_set_add(arena, &candidate, STR("new.datasource"), str_of(schema));
    file_set_add(arena, &candidate, STR("else.datasource"), STR("SCHEMA >\n    `z` Date\n"));
    project_fixture_make(&f, &live, &candidate);
    const ResourceChange *deleted = project_fixture_change(&f, DATAFILE_DATASOURCE, "old");
    assert_non_null(deleted->renamed_to);
    assert_true(str_is(deleted->renamed_to->name, "new"));
    free_fixture();
    arena_free(arena);
}

static void test_pipes(void **state)
{
    (void)state;
    const char *live = "NODE n\nSQL >\n    SELECT a FROM t\n\nTYPE endpoint\n";
    project_fixture_one(&f, "p.pipe", live,
                        "NODE n\nSQL >\n    select   a -- x\n    FROM t\n\nTYPE ENDPOINT\n");
    const ResourceChange *change = project_fixture_change(&f, DATAFILE_PIPE, "p");
    assert_true(change->spelling_changed);
    assert_false(change->query_changed || change->view_changed || change->nodes_changed ||
                 change->settings_changed);
    free_fixture();
    project_fixture_one(&f, "p.pipe", live,
                        "# a comment\nNODE n\nSQL >\n\n    SELECT a FROM t\nTYPE endpoint\n");
    assert_null(project_fixture_change(&f, DATAFILE_PIPE, "p"));
    free_fixture();
    project_fixture_one(&f, "p.pipe", live, "NODE n\nSQL >\n    SELECT b FROM t\n\nTYPE copy\n");
    change = project_fixture_change(&f, DATAFILE_PIPE, "p");
    assert_non_null(change);
    assert_true(change->query_changed && change->settings_changed);
    free_fixture();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_meaning),
        cmocka_unit_test(test_type_changes),
        cmocka_unit_test(test_column_renames),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_broken_line_is_no_drop),
        cmocka_unit_test(test_broken_name_is_no_drop),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_resource_renames),
        cmocka_unit_test(test_pipes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
