/* Conversions: what is said about a pair, and the SQL that converts it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/conversion.h"

static const Type *type(Arena *arena, const char *text)
{
    const Type *t = type_parse(arena, str_of(text), NULL);
    assert_non_null(t);
    return t;
}

static Conversion convert(Arena *arena, const char *from, const char *to, CastMethod method)
{
    return conversion_of(type(arena, from), type(arena, to), method);
}

static void expect_change(Conversion c, const char *witness, const char *result)
{
    assert_int_equal(c.can_change, CONVERSION_YES);
    assert_string_equal(c.change_witness, witness);
    assert_string_equal(c.change_result, result);
    assert_non_null(c.how);
}

static void lossless_is_certain(void **state)
{
    static const struct {
        const char *from;
        const char *to;
        bool lossless;
    } cases[] = {
        {"UInt16", "UInt32", true},
        {"UInt32", "Int64", true},
        {"UInt64", "Int64", false},
        {"Int32", "Float64", true},
        {"Int64", "Float64", false},
        {"String", "LowCardinality(String)", true},
        {"LowCardinality(String)", "String", true},
        {"String", "Nullable(String)", true},
        {"Nullable(String)", "String", false},
        {"DateTime", "DateTime64(3)", true},
        {"DateTime", "DateTime('UTC')", true},
        {"DateTime64(3)", "DateTime", false},
        {"DateTime64(3)", "DateTime64(6)", true},
        {"Date", "DateTime", false},
        {"Decimal(9, 2)", "Decimal(18, 4)", true},
        {"Decimal(18, 4)", "Decimal(18, 2)", false},
        {"UInt16", "Decimal(5, 2)", false},
        {"UUID", "String", true},
        {"String", "UUID", false},
        {"Enum8('a' = 1)", "Enum8('a' = 1, 'b' = 2)", true},
        {"Enum8('a' = 1)", "Enum16('a' = 1)", true},
        {"Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 1)", false},
        {"Enum8('a' = 1)", "String", true},
        {"Array(UInt8)", "Array(UInt64)", true},
        {"Array(UInt64)", "Array(UInt8)", false},
        {"Map(String, UInt8)", "Map(String, UInt16)", true},
        {"Tuple(a UInt8, b String)", "Tuple(b String, a UInt16)", true},
        {"Tuple(a UInt8, b String)", "Tuple(a UInt8)", false},
        {"JSON", "String", true},
        {"AggregateFunction(count, String)", "AggregateFunction(count)", true},
        {"AggregateFunction(sum, UInt32)", "AggregateFunction(sum, UInt64)", false},
        {"AggregateFunction(groupArray, UInt32)", "AggregateFunction(groupArray, UInt64)", false},
        {"SimpleAggregateFunction(max, DateTime)", "DateTime", true},
        {"Time", "String", false},
        {"Point", "Tuple(Float64, Float64)", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool lossless =
            conversion_is_lossless(type(*state, cases[i].from), type(*state, cases[i].to));
        if (lossless != cases[i].lossless)
            fprintf(stderr, "%s -> %s\n", cases[i].from, cases[i].to);
        assert_int_equal(lossless, cases[i].lossless);
    }
    assert_false(conversion_is_lossless(NULL, type(*state, "String")));
}

static void methods_differ(void **state)
{
    expect_change(convert(*state, "UInt16", "UInt8", CAST_STRICT), "256", "0");
    Conversion accurate = convert(*state, "UInt16", "UInt8", CAST_ACCURATE);
    assert_int_equal(accurate.can_fail, CONVERSION_YES);
    assert_string_equal(accurate.fail_witness, "256");
    assert_int_equal(accurate.can_change, CONVERSION_NO);
    expect_change(convert(*state, "UInt16", "UInt8", CAST_OR_NULL), "256", "NULL");
    Conversion or_default = convert(*state, "String", "UInt32", CAST_OR_DEFAULT);
    assert_int_equal(or_default.can_fail, CONVERSION_NO);
    assert_string_equal(or_default.change_witness, "abc");
    assert_string_equal(or_default.how, "becomes the default");
    assert_int_equal(convert(*state, "String", "Array(String)", CAST_OR_NULL).possible,
                     CONVERSION_NO);
}

static void witnesses_are_named(void **state)
{
    Conversion c = convert(*state, "String", "UInt32", CAST_STRICT);
    assert_int_equal(c.can_fail, CONVERSION_YES);
    assert_string_equal(c.fail_witness, "abc");
    expect_change(convert(*state, "DateTime64(3)", "DateTime", CAST_STRICT),
                  "2024-05-06 07:08:09.123", "2024-05-06 07:08:09");
    expect_change(convert(*state, "Int64", "Float64", CAST_STRICT), "9007199254740993",
                  "9007199254740992");
    expect_change(convert(*state, "String", "Nullable(UInt32)", CAST_STRICT), "abc", "NULL");
    c = convert(*state, "Nullable(UInt8)", "UInt8", CAST_STRICT);
    assert_string_equal(c.fail_witness, "NULL");
    c = convert(*state, "Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 2, 'b' = 1)", CAST_STRICT);
    assert_int_equal(c.possible, CONVERSION_NO);
    c = convert(*state, "Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 1)", CAST_STRICT);
    assert_int_equal(c.can_change, CONVERSION_YES);
    assert_int_equal(convert(*state, "UUID", "UInt64", CAST_STRICT).possible, CONVERSION_NO);
    assert_int_equal(convert(*state, "Time", "UInt64", CAST_STRICT).possible, CONVERSION_UNKNOWN);
}

static void expressions_are_the_best_there_are(void **state)
{
    static const struct {
        const char *from;
        const char *to;
        const char *sql;
        bool lossy;
    } cases[] = {
        {"String", "LowCardinality(String)", "CAST(x, 'LowCardinality(String)')", false},
        {"UInt16", "UInt32", "CAST(x, 'UInt32')", false},
        {"UInt32", "UInt16", "accurateCast(x, 'UInt16')", true},
        {"String", "UInt32", "accurateCast(x, 'UInt32')", true},
        {"String", "UUID", "CAST(x, 'UUID')", true},
        {"String", "Nullable(UUID)", "CAST(CAST(x, 'UUID'), 'Nullable(UUID)')", true},
        {"Nullable(String)", "Nullable(UInt8)",
         "if(x IS NULL, NULL, accurateCast(assumeNotNull(x), 'UInt8'))", true},
        {"Nullable(String)", "String", "ifNull(x, '')", true},
        {"Nullable(Int8)", "Int8", "ifNull(x, toInt8(0))", true},
        {"Nullable(UInt8)", "UInt16", "ifNull(CAST(x, 'Nullable(UInt16)'), 0)", true},
        {"Nullable(String)", "UInt16", "accurateCast(ifNull(x, '0'), 'UInt16')", true},
        {"Nullable(DateTime('UTC'))", "DateTime('UTC')", "ifNull(x, toDateTime(0, 'UTC'))", true},
        {"DateTime64(3)", "DateTime", "CAST(x, 'DateTime')", true},
        {"Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 2, 'b' = 1)",
         "CAST(toString(x), 'Enum8(\\'b\\' = 1, \\'a\\' = 2)')", false},
        {"Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 1)", "", true},
        {"String", "Array(String)", "", true},
        {"AggregateFunction(sum, UInt32)", "AggregateFunction(sum, UInt64)", "", true},
        {"AggregateFunction(count)", "AggregateFunction(count, String)",
         "CAST(x, 'AggregateFunction(count, String)')", false},
        {"UUID", "UInt64", "", true},
        {"JSON", "String", "CAST(x, 'String')", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool lossy;
        Str sql = conversion_expression(*state, STR("x"), type(*state, cases[i].from),
                                        type(*state, cases[i].to), &lossy);
        if (!str_is(sql, cases[i].sql) || lossy != cases[i].lossy)
            fprintf(stderr, "%s -> %s: %.*s%s\n", cases[i].from, cases[i].to, STR_ARG(sql),
                    lossy ? " (lossy)" : "");
        assert_true(str_is(sql, cases[i].sql));
        assert_int_equal(lossy, cases[i].lossy);
    }
}

static void defaults_are_typed(void **state)
{
    static const char *const cases[][2] = {
        {"UInt64", "0"},       {"String", "''"},          {"Nullable(String)", "NULL"},
        {"Date", "toDate(0)"}, {"Array(String)", "[]"},   {"DateTime64(3)", "toDateTime64(0, 3)"},
        {"Bool", "false"},     {"Enum8('a' = 1)", "'a'"}, {"LowCardinality(String)", "''"},
        {"JSON", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(str_is(type_default_sql(*state, type(*state, cases[i][0])), cases[i][1]));
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
        cmocka_unit_test(lossless_is_certain), cmocka_unit_test(methods_differ),
        cmocka_unit_test(witnesses_are_named), cmocka_unit_test(expressions_are_the_best_there_are),
        cmocka_unit_test(defaults_are_typed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
