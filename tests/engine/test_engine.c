/* What the tables say, replayed on the engine itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/engine.h"
#include "lib/tsv.h"
#include "model/conversion.h"
#include "model/retention.h"

/* The types of the measured matrix. */
static const char *const TYPES[] = {
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "UInt128",
    "UInt256",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Int128",
    "Int256",
    "Float32",
    "Float64",
    "Decimal(9, 2)",
    "Decimal(18, 4)",
    "Decimal(38, 10)",
    "Decimal(76, 20)",
    "Bool",
    "String",
    "FixedString(3)",
    "FixedString(16)",
    "UUID",
    "IPv4",
    "IPv6",
    "Date",
    "Date32",
    "DateTime",
    "DateTime('UTC')",
    "DateTime('America/New_York')",
    "DateTime64(3)",
    "DateTime64(6)",
    "DateTime64(9)",
    "DateTime64(3, 'UTC')",
    "Enum8('a' = 1, 'b' = 2)",
    "Enum8('a' = 1, 'b' = 2, 'c' = 3)",
    "Enum8('a' = 2, 'b' = 1)",
    "Enum16('a' = 1, 'b' = 2, 'big' = 1000)",
    "Nullable(UInt8)",
    "Nullable(Int8)",
    "Nullable(UInt64)",
    "Nullable(Int64)",
    "Nullable(Float64)",
    "Nullable(Decimal(18, 4))",
    "Nullable(Bool)",
    "Nullable(String)",
    "Nullable(UUID)",
    "Nullable(Date)",
    "Nullable(DateTime)",
    "Nullable(DateTime('UTC'))",
    "Nullable(DateTime64(3))",
    "Nullable(Enum8('a' = 1, 'b' = 2))",
    "LowCardinality(String)",
    "LowCardinality(Nullable(String))",
    "LowCardinality(UInt32)",
    "Array(UInt8)",
    "Array(UInt64)",
    "Array(String)",
    "Array(Nullable(String))",
    "Tuple(a UInt8, b String)",
    "Tuple(a UInt64, b String)",
    "Tuple(b String, a UInt8)",
    "Map(String, String)",
    "Map(String, UInt64)",
    "JSON",
    "SimpleAggregateFunction(sum, UInt64)",
    "SimpleAggregateFunction(max, DateTime)",
    "SimpleAggregateFunction(anyLast, String)",
    "AggregateFunction(count)",
    "AggregateFunction(count, UInt64)",
    "AggregateFunction(sum, UInt64)",
};

typedef struct {
    Arena *arena;
    size_t asked;
    size_t wrong;
} Run;

static bool run(Run *r, Str sql, Str *answer)
{
    r->asked++;
    return engine_run(r->arena, sql, answer);
}

static void blame(Run *r, Str sql, Str answer, const char *why)
{
    r->wrong++;
    fprintf(stderr, "%s: %.*s\n    %.*s\n", why, STR_ARG(sql), STR_ARG(str_slice(answer, 0, 200)));
}

typedef void (*PairCheck)(Run *r, const Type *from, const Type *to);

static void for_every_pair(Run *r, PairCheck check)
{
    const Type *types[ARRAY_LEN(TYPES)];
    Str answer;
    assert_true(
        engine_run(r->arena, STR("SET allow_suspicious_low_cardinality_types = 1"), &answer));
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
        types[i] = type_parse_sql(r->arena, str_of(TYPES[i]), NULL);
        assert_non_null(types[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++)
        for (size_t j = 0; j < ARRAY_LEN(TYPES); j++)
            if (i != j)
                check(r, types[i], types[j]);
    fprintf(stderr, "%zu statements\n", r->asked);
    assert_int_equal(r->wrong, 0);
}

/* A value of a type as SQL: from its text, except where there is no text to read. */
static Str value_sql(Run *r, const Type *type, const char *text)
{
    Str name = type_quote(r->arena, type->text);
    Str literal = type_quote(r->arena, str_of(text));
    if (str_is(str_of(text), "NULL"))
        return str_fmt(r->arena, "CAST(NULL, %.*s)", STR_ARG(name));
    const Type *bare = type_bare(type);
    if (type_is(bare, "AggregateFunction") || type_is(bare, "Map"))
        return str_fmt(r->arena, "defaultValueOfTypeName(%.*s)", STR_ARG(name));
    return str_fmt(r->arena, "CAST(%.*s, %.*s)", STR_ARG(literal), STR_ARG(name));
}

/* ---- witnesses ----------------------------------------------------------------------------- */

static void check_witness(Run *r, const Type *from, const Type *to, const char *function,
                          Conversion c)
{
    Str answer;
    Str name = type_quote(r->arena, to->text);
    if (c.fail_witness) {
        Str value = value_sql(r, from, c.fail_witness);
        Str sql = str_fmt(r->arena, "SELECT toString(%s(materialize(%.*s), %.*s))", function,
                          STR_ARG(value), STR_ARG(name));
        if (run(r, sql, &answer))
            blame(r, sql, answer, "does not fail");
    }
    if (c.change_witness) {
        Str value = value_sql(r, from, c.change_witness);
        Str sql = str_fmt(r->arena, "SELECT toString(%s(materialize(%.*s), %.*s))", function,
                          STR_ARG(value), STR_ARG(name));
        Str null = STR("\\N");
        bool ran = run(r, sql, &answer);
        Str result = str_eq(answer, null) ? STR("NULL") : answer;
        if (!ran)
            blame(r, sql, answer, "fails instead of changing");
        else if (c.change_result && !str_is(result, c.change_result))
            blame(r, sql, answer, "becomes something else");
        else if (str_is(result, c.change_witness))
            blame(r, sql, answer, "does not change");
    }
}

static void check_witnesses(Run *r, const Type *from, const Type *to)
{
    Conversion strict = conversion_of(from, to, CAST_STRICT);
    Conversion accurate = conversion_of(from, to, CAST_ACCURATE);
    if (strict.possible == CONVERSION_YES)
        check_witness(r, from, to, "CAST", strict);
    if (accurate.possible == CONVERSION_YES)
        check_witness(r, from, to, "accurateCast", accurate);
}

static void witnesses_do_what_is_said(void **state)
{
    Run r = {.arena = *state};
    for_every_pair(&r, check_witnesses);
}

/* ---- expressions --------------------------------------------------------------------------- */

static const struct {
    const char *family;
    const char *text;
} TYPICAL[] = {
    {"Int", "1"},
    {"UInt", "1"},
    {"Float", "1"},
    {"Decimal", "1"},
    {"Bool", "true"},
    {"UUID", "6f3a1f0e-6a6c-4a56-9d7e-2f4b5c6d7e8f"},
    {"IPv4", "10.1.2.3"},
    {"IPv6", "::ffff:10.1.2.3"},
    {"DateTime", "2024-05-06 07:08:09"},
    {"Date", "2024-05-06"},
    {"Enum", "a"},
    {"Array", "['1']"},
    {"Tuple(b", "('2',1)"},
    {"Tuple", "(1,'2')"},
    {"JSON", "{\"a\":1}"},
    {"FixedString(16)", "0123456789abcdef"},
    {"FixedString", "123"},
    {"String", "abc"},
};

static const char *typical_text(const Type *type)
{
    Str text = type_bare(type)->text;
    if (str_starts(text, "Array(UInt"))
        return "[1]";
    for (size_t i = 0; i < ARRAY_LEN(TYPICAL); i++)
        if (str_starts(text, TYPICAL[i].family))
            return TYPICAL[i].text;
    return "";
}

/* Equal, but for SimpleAggregateFunction, which stands for its inner type, and for the zone: a
 * time without one keeps that of the old column, which changes no moment. */
static bool same_type(const Type *got, const Type *to)
{
    const Type *plain = type_is(to, "SimpleAggregateFunction") ? to->args[1].type : to;
    if (type_eq(got, plain) || type_eq(got, to))
        return true;
    const Type *bare = type_bare(got);
    const Type *wanted = type_bare(plain);
    bool times = type_is(wanted, "DateTime") || type_is(wanted, "DateTime64");
    return times && bare && str_eq(bare->name, wanted->name) &&
           bare->arg_count == wanted->arg_count + 1 &&
           type_is_nullable(got) == type_is_nullable(plain);
}

static void check_expression_on(Run *r, const Type *from, const Type *to, Str expression,
                                const char *text)
{
    Str answer;
    Str value = value_sql(r, from, text);
    Str sql = str_fmt(r->arena,
                      "SELECT toTypeName(e), toString(e) FROM (SELECT %.*s AS e FROM "
                      "(SELECT materialize(%.*s) AS c)) FORMAT TSVRaw",
                      STR_ARG(expression), STR_ARG(value));
    if (!run(r, sql, &answer)) {
        blame(r, sql, answer, "the expression fails");
        return;
    }
    Str name = str_slice(answer, 0, (size_t)str_rfind_char(answer, '\t'));
    if (!same_type(type_parse_sql(r->arena, name, NULL), to))
        blame(r, sql, answer, "the expression has another type");
}

/* A plain CAST takes the value: 2024-05-06 07:08:09 fits no UInt8, and the expression says so. */
static bool converts(Run *r, const Type *from, const Type *to, const char *text)
{
    Str answer;
    Str name = type_quote(r->arena, to->text);
    Str value = value_sql(r, from, text);
    Str sql = str_fmt(r->arena, "SELECT toString(CAST(materialize(%.*s), %.*s))", STR_ARG(value),
                      STR_ARG(name));
    return run(r, sql, &answer);
}

static void check_expression(Run *r, const Type *from, const Type *to)
{
    bool lossy;
    Str expression = conversion_expression(r->arena, STR("c"), from, to, &lossy);
    if (expression.len == 0)
        return;
    bool text = type_is(type_bare(from), "String");
    const char *typical = text ? typical_text(to) : typical_text(from);
    if (converts(r, from, to, typical))
        check_expression_on(r, from, to, expression, typical);
    if (type_is_nullable(from))
        check_expression_on(r, from, to, expression, "NULL");
}

static void expressions_give_the_new_type(void **state)
{
    Run r = {.arena = *state};
    for_every_pair(&r, check_expression);
}

/* ---- retention ----------------------------------------------------------------------------- */

static void check_length(Run *r, SqlParser *parser, const char *ttl, const char *start)
{
    Str answer;
    Ttl read = ttl_parse(parser, r->arena, str_of(ttl), 0);
    assert_int_equal(read.rules.len, 1);
    TtlRule rule = read.rules.items[0];
    ttl_rule_resolve(&rule, type_parse(r->arena, STR("DateTime"), NULL));
    Str sql = str_fmt(r->arena,
                      "SELECT toInt64(toUnixTimestamp(%s)) - toInt64(toUnixTimestamp(%.*s)) FROM "
                      "(SELECT materialize(toDateTime('%s', 'UTC')) AS ts)",
                      ttl, STR_ARG(rule.base), start);
    if (!run(r, sql, &answer)) {
        blame(r, sql, answer, "the TTL fails");
        return;
    }
    long long seconds = strtoll(str_cstr(r->arena, answer), NULL, 10);
    if (!rule.length.known || seconds < rule.length.min_seconds ||
        seconds > rule.length.max_seconds)
        blame(r, sql, answer, "the length is out of its range");
}

static void lengths_hold_the_engines(void **state)
{
    static const char *const ttls[] = {
        "ts + INTERVAL 60 DAY",      "ts + INTERVAL 1 MONTH",
        "ts + toIntervalMonth(5)",   "ts + INTERVAL 7 MONTH",
        "ts + INTERVAL 11 MONTH",    "ts + INTERVAL 1 QUARTER",
        "ts + INTERVAL 4 YEAR",      "ts + INTERVAL 18 MONTH",
        "ts - INTERVAL 1 MONTH",     "ts + 86400",
        "ts + toIntervalDay(1.5)",   "addMonths(ts, 6) + INTERVAL 1 DAY",
        "toDate(ts) + 60",           "toStartOfMonth(ts) + INTERVAL 2 MONTH",
        "date_add(DAY, 30 * 2, ts)", "subtractWeeks(ts, 2)",
    };
    static const char *const starts[] = {"2023-01-31 12:00:00", "2024-02-29 00:00:00",
                                         "2023-12-31 23:59:59", "2025-07-31 06:00:00",
                                         "2023-03-01 00:00:00", "2022-08-31 00:00:00"};
    Run r = {.arena = *state};
    SqlParser *parser = sql_parser_new();
    for (size_t i = 0; i < ARRAY_LEN(ttls); i++)
        for (size_t j = 0; j < ARRAY_LEN(starts); j++)
            check_length(&r, parser, ttls[i], starts[j]);
    sql_parser_free(parser);
    assert_int_equal(r.wrong, 0);
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
        cmocka_unit_test_setup_teardown(witnesses_do_what_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(expressions_give_the_new_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lengths_hold_the_engines, set_up, tear_down),
    };
    if (!engine_open())
        return 0;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    engine_close();
    return failed;
}
