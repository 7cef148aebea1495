/* Types: equal meaning is equal text, and what is refused says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/tsv.h"
#include "syntax/type.h"
#include "syntax/type_names.h"

static void expect_text(Arena *arena, const char *text, const char *expected)
{
    TypeProblem problem;
    const Type *type = type_parse_sql(arena, str_of(text), &problem);
    if (!type)
        fprintf(stderr, "%s: %.*s\n", text, STR_ARG(problem.message));
    assert_non_null(type);
    if (!str_is(type->text, expected))
        fprintf(stderr, "%s: %.*s\n", text, STR_ARG(type->text));
    assert_true(str_is(type->text, expected));
    const Type *again = type_parse_sql(arena, type->text, NULL);
    assert_true(type_eq(type, again));
}

static void equal_meaning_is_equal_text(void **state)
{
    static const char *const cases[][2] = {
        {" String ", "String"},
        {"varchar(255)", "String"},
        {"CHARACTER  LARGE OBJECT", "String"},
        {"double precision", "Float64"},
        {"INT(11) UNSIGNED", "UInt32"},
        {"Decimal", "Decimal(10, 0)"},
        {"Decimal(20)", "Decimal(20, 0)"},
        {"Decimal64(4)", "Decimal(18, 4)"},
        {"DateTime64(3,'UTC')", "DateTime64(3, 'UTC')"},
        {"DateTime( 'UTC' )", "DateTime('UTC')"},
        {"DateTime('')", "DateTime"},
        {"DateTime(3)", "DateTime64(3)"},
        {"DateTime64", "DateTime64(3)"},
        {"Enum('b' = 2, 'a' = 1)", "Enum8('a' = 1, 'b' = 2)"},
        {"Enum8('x' = 5, 'y', 'z')", "Enum8('x' = 5, 'y' = 6, 'z' = 7)"},
        {"Enum('x' = 1000)", "Enum16('x' = 1000)"},
        {"Enum8('it''s' = 1, 'b\\\\s' = -4)", "Enum8('b\\\\s' = -4, 'it\\'s' = 1)"},
        {"Tuple(a UInt8,`b c` String,)", "Tuple(a UInt8, `b c` String)"},
        {"Tuple(INT UNSIGNED)", "Tuple(INT UInt64)"},
        {"Tuple()", "Tuple()"},
        {"Nested(a UInt8,b Array(String))", "Nested(a UInt8, b Array(String))"},
        {"Variant(UInt8, String, UInt8)", "Variant(String, UInt8)"},
        {"Dynamic(max_types = 32)", "Dynamic"},
        {"JSON(a.b UInt32, max_dynamic_paths=16, SKIP REGEXP 're', SKIP c, max_dynamic_types = 32)",
         "JSON(max_dynamic_paths=16, `a.b` UInt32, SKIP c, SKIP REGEXP 're')"},
        {"AggregateFunction(COUNT())", "AggregateFunction(count)"},
        {"AggregateFunction(medianIf, INT, UInt8)", "AggregateFunction(quantileIf, Int32, UInt8)"},
        {"AggregateFunction(SUMOrNullIf, INT, UInt8)",
         "AggregateFunction(sumOrNullIf, Int32, UInt8)"},
        {"AggregateFunction(1, sumMap, Array(UInt8))", "AggregateFunction(sumMap, Array(UInt8))"},
        {"AggregateFunction(f([1,(2,'a')],NULL),INT)",
         "AggregateFunction(f([1, (2, 'a')], NULL), Int32)"},
        {"AggregateFunction(quantiles(0.50,0.9),INT)",
         "AggregateFunction(quantiles(0.5, 0.9), Int32)"},
        {"AggregateFunction(topK(3, 3, 'counts'), String)",
         "AggregateFunction(topK(3, 3, 'counts'), String)"},
        {"SimpleAggregateFunction(any_value, LowCardinality(Nullable(String)))",
         "SimpleAggregateFunction(any, LowCardinality(Nullable(String)))"},
        {"QBit(Float32,8)", "QBit(Float32, 8)"},
        {"/* c */ Array(-- x\nString)", "Array(String)"},
        {"Object('json')", "Object('json')"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_text(*state, cases[i][0], cases[i][1]);
}

static void different_types_differ(void **state)
{
    static const char *const cases[][2] = {
        {"DateTime", "DateTime('UTC')"},
        {"String", "LowCardinality(String)"},
        {"Tuple(a UInt8)", "Tuple(b UInt8)"},
        {"Enum8('a' = 1)", "Enum8('a' = 2)"},
        {"AggregateFunction(quantile(0.5), Float64)", "AggregateFunction(quantile(0.9), Float64)"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const Type *a = type_parse(*state, str_of(cases[i][0]), NULL);
        const Type *b = type_parse(*state, str_of(cases[i][1]), NULL);
        assert_non_null(a);
        assert_non_null(b);
        assert_false(type_eq(a, b));
    }
    assert_false(type_eq(NULL, NULL));
}

static void what_is_no_type_says_why(void **state)
{
    static const struct {
        const char *text;
        TypeProblemKind kind;
        uint32_t offset;
        const char *suggestion;
    } cases[] = {
        {"", TYPE_PROBLEM_SYNTAX, 0, ""},
        {"string", TYPE_PROBLEM_NAME, 0, "String"},
        {"Array(Strng)", TYPE_PROBLEM_NAME, 6, "String"},
        {"String b Int32", TYPE_PROBLEM_SYNTAX, 7, ""},
        {"Array(String", TYPE_PROBLEM_SYNTAX, 12, ""},
        {"Array(String))", TYPE_PROBLEM_SYNTAX, 13, ""},
        {"DateTime('UTC", TYPE_PROBLEM_SYNTAX, 9, ""},
        {"Variant()", TYPE_PROBLEM_SYNTAX, 8, ""},
        {"AggregateFunction(quantiles(0.5 0.9), Float64)", TYPE_PROBLEM_SYNTAX, 32, ""},
        {"AggregateFunction(quantiles(0.5, `x`), Float64)", TYPE_PROBLEM_SYNTAX, 33, ""},
        {"Decimal(9, 10)", TYPE_PROBLEM_ARGUMENT, 11, ""},
        {"DateTime64(10)", TYPE_PROBLEM_ARGUMENT, 11, ""},
        {"FixedString(0)", TYPE_PROBLEM_ARGUMENT, 12, ""},
        {"Enum8('x' = 1000)", TYPE_PROBLEM_ARGUMENT, 0, ""},
        {"Enum8('x' = 1, 'x' = 2)", TYPE_PROBLEM_ARGUMENT, 0, ""},
        {"Nullable(Array(String))", TYPE_PROBLEM_ARGUMENT, 9, ""},
        {"Nullable(LowCardinality(String))", TYPE_PROBLEM_ARGUMENT, 9,
         "LowCardinality(Nullable(String))"},
        {"Boolean", TYPE_PROBLEM_TINYBIRD, 0, "Bool"},
        {"Array(BOOLEAN)", TYPE_PROBLEM_TINYBIRD, 6, "Bool"},
        {"Nullable(DateTime64)", TYPE_PROBLEM_TINYBIRD, 9, "DateTime64(3)"},
        {" Int", TYPE_PROBLEM_FORWARD, 1, "Int32"},
        {"UInt", TYPE_PROBLEM_FORWARD, 0, "UInt32"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        TypeProblem problem;
        assert_null(type_parse(*state, str_of(cases[i].text), &problem));
        assert_int_equal(problem.kind, cases[i].kind);
        assert_int_equal(problem.offset, cases[i].offset);
        assert_true(str_is(problem.suggestion, cases[i].suggestion));
        assert_true(problem.message.len > 0);
    }
    assert_non_null(type_parse_sql(*state, STR("Boolean"), NULL));
}

static void nesting_is_bounded(void **state)
{
    Buf text = {0};
    for (int i = 0; i < 100000; i++)
        buf_add(&text, "Array(");
    TypeProblem problem;
    assert_null(type_parse(*state, buf_str(&text), &problem));
    assert_int_equal(problem.kind, TYPE_PROBLEM_SYNTAX);
    buf_free(&text);
}

static void wrappers_come_off(void **state)
{
    const Type *t = type_parse(
        *state, STR("SimpleAggregateFunction(any, LowCardinality(Nullable(String)))"), NULL);
    assert_true(type_is_nullable(t));
    assert_true(str_is(type_bare(t)->text, "String"));
    assert_true(type_is_string_like(t));
    assert_true(str_is(type_without_nullable(*state, t)->text,
                       "SimpleAggregateFunction(any, LowCardinality(String))"));
    const Type *low = type_parse(*state, STR("LowCardinality(Nullable(String))"), NULL);
    assert_true(str_is(type_without_low_cardinality(low)->text, "Nullable(String)"));
    assert_false(type_is_date_or_time(type_parse(*state, STR("Nullable(Date)"), NULL)));
    assert_true(type_is_date_or_time(type_parse(*state, STR("DateTime64(3)"), NULL)));
    assert_true(type_is_integer(type_parse(*state, STR("UInt256"), NULL)));
    assert_false(type_is_integer(type_parse(*state, STR("IntervalDay"), NULL)));
    const Type *array = type_parse(*state, STR("Array(Nullable(String))"), NULL);
    assert_false(type_is_nullable(array));
    assert_ptr_equal(type_bare(array), array);
}

static void every_name_of_the_engine_is_found(void **state)
{
    Tsv tsv;
    if (!tsv_read(*state, "oracle/types.tsv", &tsv))
        skip();
    for (size_t row = 0; row < tsv.rows; row++) {
        Str name = tsv_cell(&tsv, row, "name");
        const TypeName *found = type_name_find(name);
        if (!found)
            fprintf(stderr, "%.*s is not in the table\n", STR_ARG(name));
        assert_non_null(found);
        if (str_is(tsv_cell(&tsv, row, "case_insensitive"), "1"))
            assert_ptr_equal(type_name_find(str_lower(*state, name)), found);
    }
}

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_meaning_is_equal_text),
        cmocka_unit_test(different_types_differ),
        cmocka_unit_test(what_is_no_type_says_why),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(wrappers_come_off),
        cmocka_unit_test(every_name_of_the_engine_is_found),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
