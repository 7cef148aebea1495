/* Types of expressions, aggregate functions and states, without the engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/infer.h"

typedef struct {
    Arena *arena;
    SqlParser *parser;
    const Query *asked; /* the subquery whose type was asked for */
} Bench;

static const struct {
    const char *name;
    const char *type;
} COLUMNS[] = {
    {"u8", "UInt8"},
    {"i32", "Int32"},
    {"u64", "UInt64"},
    {"f64", "Float64"},
    {"dec", "Decimal(18, 4)"},
    {"flag", "Bool"},
    {"s", "String"},
    {"ns", "Nullable(String)"},
    {"ni", "Nullable(Int32)"},
    {"ls", "LowCardinality(String)"},
    {"lns", "LowCardinality(Nullable(String))"},
    {"d", "Date"},
    {"t", "DateTime"},
    {"tz", "DateTime('Europe/Madrid')"},
    {"t3", "DateTime64(3)"},
    {"tags", "Array(String)"},
    {"low_tags", "Array(LowCardinality(String))"},
    {"pairs", "Array(Tuple(String, UInt8))"},
    {"attributes", "Map(LowCardinality(String), String)"},
    {"simple", "SimpleAggregateFunction(max, UInt64)"},
    {"visits", "AggregateFunction(uniq, String)"},
    {"total", "AggregateFunction(sum, Nullable(Int32))"},
    {"latencies", "AggregateFunction(quantiles(0.5, 0.9), Float64)"},
};

static const Type *column(void *context, const Expr *expr)
{
    Bench *bench = context;
    for (size_t i = 0; expr->path.len == 1 && i < ARRAY_LEN(COLUMNS); i++)
        if (str_is(expr->name, COLUMNS[i].name))
            return type_parse_sql(bench->arena, str_of(COLUMNS[i].type), NULL);
    return NULL;
}

static const Type *subquery(void *context, const Query *query)
{
    Bench *bench = context;
    bench->asked = query;
    return type_parse_sql(bench->arena, STR("UInt64"), NULL);
}

static const Expr *parse(Bench *bench, const char *text)
{
    const Expr *expr = sql_parse_expr(bench->parser, bench->arena, str_of(text), 0);
    if (!expr)
        fail_msg("%s does not parse", text);
    return expr;
}

static void expect(Bench *bench, const char *text, const char *expected)
{
    TypeScope scope = {bench->arena, column, subquery, bench};
    const Type *type = infer_type(&scope, parse(bench, text));
    Str got = type ? type->text : STR("nothing");
    if (!str_is(got, expected ? expected : "nothing"))
        fail_msg("%s: %.*s, expected %s", text, STR_ARG(got), expected ? expected : "nothing");
}

typedef struct {
    const char *text;
    const char *type; /* NULL: not certain */
} Case;

static void expect_all(void **state, const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(*state, cases[i].text, cases[i].type);
}

#define EXPECT_ALL(state, cases) expect_all(state, cases, ARRAY_LEN(cases))

static void literals(void **state)
{
    static const Case cases[] = {
        {"255", "UInt8"},
        {"256", "UInt16"},
        {"4294967296", "UInt64"},
        {"18446744073709551615", "UInt64"},
        {"18446744073709551616", NULL},
        {"-1", "Int8"},
        {"-128", "Int8"},
        {"-129", "Int16"},
        {"-9223372036854775808", "Int64"},
        {"1.5", "Float64"},
        {"1e3", "Float64"},
        {"0x1F", NULL},
        {"'a'", "String"},
        {"true", "Bool"},
        {"NULL", "Nullable(Nothing)"},
        {"[1, -1]", "Array(Int16)"},
        {"[1, NULL]", "Array(Nullable(UInt8))"},
        {"[]", "Array(Nothing)"},
        {"[('a', 1), ('b', 300)]", "Array(Tuple(String, UInt16))"},
        {"[1, 'a']", NULL},
        {"(1, 'a')", "Tuple(UInt8, String)"},
        {"map('a', 1, 'b', 300)", "Map(String, UInt16)"},
        {"INTERVAL 2 WEEK", "IntervalWeek"},
    };
    EXPECT_ALL(state, cases);
}

static void casts_and_conversions(void **state)
{
    static const Case cases[] = {
        {"s::UInt8", "UInt8"},
        {"CAST(ns, 'Nullable(UInt8)')", "Nullable(UInt8)"},
        {"CAST(nothing_known, 'UInt8')", "UInt8"},
        {"CAST(t, 'DateTime64(3)')", "DateTime64(3)"},
        {"CAST(tz, 'DateTime64(3)')", NULL},
        {"CAST(nothing_known, 'DateTime')", NULL},
        {"toInt32(s)", "Int32"},
        {"toInt32(ns)", "Nullable(Int32)"},
        {"toInt32(ls)", "LowCardinality(Int32)"},
        {"toInt32OrNull(s)", "Nullable(Int32)"},
        {"toInt32OrZero(ns)", NULL},
        {"toDateTime(tz)", "DateTime('Europe/Madrid')"},
        {"toDateTime(tz, 'UTC')", "DateTime('UTC')"},
        {"toDateTime64(s, 6, 'UTC')", "DateTime64(6, 'UTC')"},
        {"toDateTime64(s, u8)", NULL},
        {"toDecimal64(s, 4)", "Decimal(18, 4)"},
        {"toFixedString(s, 3)", "FixedString(3)"},
        {"accurateCastOrNull(s, 'Int32')", "Nullable(Int32)"},
        {"parseDateTimeBestEffortOrNull(s)", "Nullable(DateTime)"},
        {"parseDateTime64BestEffort(s, 6)", "DateTime64(6)"},
        {"toLowCardinality(s)", "LowCardinality(String)"},
        {"toNullable(ls)", "LowCardinality(Nullable(String))"},
        {"assumeNotNull(lns)", "LowCardinality(String)"},
    };
    EXPECT_ALL(state, cases);
}

static void wrappers(void **state)
{
    static const Case cases[] = {
        {"lower(s)", "String"},
        {"lower(ns)", "Nullable(String)"},
        {"lower(ls)", "LowCardinality(String)"},
        {"concat(ls, 'x')", "LowCardinality(String)"},
        {"concat(ls, toString(1))", "LowCardinality(String)"},
        {"concat(ls, s)", NULL}, /* s may be the name of a constant */
        {"concat(ls, lns)", "Nullable(String)"},
        {"lower(nothing_known)", NULL},
        {"ls = 'a'", "LowCardinality(UInt8)"},
        {"ls = 'a' AND u8 = 1", "UInt8"},
        {"ls = 'a' AND 1", NULL},
        {"s IS NULL", "UInt8"},
        {"ns = 'a'", "Nullable(UInt8)"},
        {"flag AND flag", NULL}, /* Bool or UInt8 by version */
        {"LOWER(s)", "String"},
        {"DOMAIN(s)", NULL},
        {"max(simple)", "UInt64"},
        {"simple", "SimpleAggregateFunction(max, UInt64)"},
    };
    EXPECT_ALL(state, cases);
}

static void conditions(void **state)
{
    static const Case cases[] = {
        {"if(u8 = 1, 1, -1)", "Int16"},
        {"if(u8 = 1, u64, i32)", NULL},
        {"if(u8 = 1, ls, 'x')", "String"},
        {"if(u8 = 1, flag, u8)", NULL},
        {"if(u8 = 1, s, NULL)", "Nullable(String)"},
        {"if(nothing_known, 1, 2)", "UInt8"},
        {"if(1, 1, 2)", NULL}, /* a constant condition */
        {"u8 = 1 ? 'a' : 'b'", "String"},
        {"multiIf(u8 = 1, 1, u8 = 2, 2, 0.5)", "Float64"},
        {"CASE WHEN u8 = 1 THEN 'a' END", "Nullable(String)"},
        {"CASE WHEN u8 = 1 THEN 'a' ELSE s END", "String"},
        {"CASE u8 WHEN 1 THEN 'a' ELSE 'b' END", "String"},
        {"CASE ls WHEN 'a' THEN 1 ELSE 2 END", NULL},
        {"coalesce(ns, '')", "String"},
        {"coalesce(lns, '')", "LowCardinality(String)"},
        {"coalesce(ns, NULL)", "Nullable(String)"},
        {"coalesce(ni, 0)", "Int32"},
        {"ifNull(ni, 1.5)", "Float64"},
        {"nullIf(s, '')", "Nullable(String)"},
    };
    EXPECT_ALL(state, cases);
}

static void arithmetic_and_dates(void **state)
{
    static const Case cases[] = {
        {"u8 + 1", "UInt16"},
        {"u8 - 1", "Int16"},
        {"u64 * 2", "UInt64"},
        {"u8 / 2", "Float64"},
        {"i32 % 3", "Int16"},
        {"intDiv(i32, 2)", "Int32"},
        {"dec + dec", "Decimal(18, 4)"},
        {"dec * 2", "Decimal(18, 4)"},
        {"dec / 2", NULL},
        {"ni + 1", "Nullable(Int64)"},
        {"-u8", "Int16"},
        {"d + 1", "Date"},
        {"t - t", "Int32"},
        {"d + INTERVAL 1 HOUR", "DateTime"},
        {"tz + INTERVAL 1 MONTH", "DateTime('Europe/Madrid')"},
        {"toStartOfHour(tz)", "DateTime('Europe/Madrid')"},
        {"toStartOfHour(t3)", "DateTime"},
        {"toStartOfMonth(t)", "Date"},
        {"toStartOfInterval(t, INTERVAL 5 MINUTE)", "DateTime"},
        {"toStartOfInterval(t, INTERVAL 1 MONTH)", "Date"},
        {"date_trunc('hour', t3)", NULL}, /* by version */
        {"date_trunc('month', t)", "Date"},
        {"addDays(d, 1)", "Date"},
        {"dateDiff('day', t, now())", "Int64"},
        {"now('UTC')", "DateTime('UTC')"},
        {"now64(6)", "DateTime64(6)"},
        {"toYYYYMM(t)", "UInt32"},
        {"JSONExtractString(s, 'a')", "String"},
        {"JSONExtract(s, 'a', 'Array(UInt8)')", "Array(UInt8)"},
    };
    EXPECT_ALL(state, cases);
}

static void arrays(void **state)
{
    static const Case cases[] = {
        {"tags[1]", "String"},
        {"low_tags[1]", NULL},
        {"attributes['a']", "String"},
        {"pairs[1].2", "UInt8"},
        {"arrayMap(x -> length(x), tags)", "Array(UInt64)"},
        {"arrayMap(x -> x.1, pairs)", "Array(String)"},
        {"arrayMap((s, n) -> s, pairs, tags)", "Array(Tuple(String, UInt8))"},
        {"arrayMap(x -> arrayMap(y -> concat(x, y), tags), tags)", "Array(Array(String))"},
        {"arrayMap(x -> nothing_known, tags)", NULL},
        {"arrayFilter(x -> x != '', tags)", "Array(String)"},
        {"arraySum(x -> x.2, pairs)", "UInt64"},
        {"arrayJoin(tags)", "String"},
        {"arrayJoin(low_tags)", "LowCardinality(String)"},
        {"arrayDistinct(low_tags)", NULL},
        {"arrayConcat(tags, ['a'])", "Array(String)"},
        {"splitByChar(',', s)[1]", "String"},
        {"(SELECT max(u64) FROM t)", "Nullable(UInt64)"},
    };
    EXPECT_ALL(state, cases);
}

static void aggregates(void **state)
{
    static const Case cases[] = {
        {"count()", "UInt64"},
        {"count(nothing_known)", "UInt64"},
        {"countIf(nothing_known)", "UInt64"},
        {"count(DISTINCT nothing_known)", "UInt64"},
        {"sum(u8)", "UInt64"},
        {"sum(i32)", "Int64"},
        {"sum(dec)", "Decimal(38, 4)"},
        {"sum(ni)", "Nullable(Int64)"},
        {"SUM(u8)", "UInt64"},
        {"avg(u8)", "Float64"},
        {"any(ls)", "String"},
        {"uniq(ns)", "UInt64"},
        {"uniqCombined(ns)", NULL}, /* by version */
        {"argMax(s, t)", "String"},
        {"argMax(s, ni)", "Nullable(String)"},
        {"groupArray(ns)", "Array(String)"},
        {"quantile(0.5)(u8)", "Float64"},
        {"quantiles(0.5, 0.9)(dec)", "Array(Decimal(18, 4))"},
        {"sumIf(u8, u8 = 1)", "UInt64"},
        {"sumIf(i32, ni > 1)", NULL}, /* by version */
        {"sumOrNull(u8)", "Nullable(UInt64)"},
        {"uniqMerge(visits)", "UInt64"},
        {"sumMerge(total)", "Nullable(Int64)"},
        {"quantilesMerge(0.5, 0.9)(latencies)", "Array(Float64)"},
        {"sumMerge(visits)", NULL},
        {"finalizeAggregation(visits)", "UInt64"},
        {"sum(u8) OVER ()", "UInt64"},
        {"row_number() OVER ()", "UInt64"},
        {"sum(nothing_known)", NULL},
        {"sumMap(attributes)", NULL},
    };
    EXPECT_ALL(state, cases);
}

static void states(void **state)
{
    static const Case cases[] = {
        {"countState()", "AggregateFunction(count)"},
        {"countState(s)", "AggregateFunction(count, String)"},
        {"sumState(u8)", "AggregateFunction(sum, UInt8)"},
        {"uniqState(ls)", "AggregateFunction(uniq, String)"},
        {"sumState(ni)", "AggregateFunction(sum, Nullable(Int32))"},
        {"argMaxState(s, t)", "AggregateFunction(argMax, String, DateTime)"},
        {"quantilesState(0.50, 0.9)(u8)", "AggregateFunction(quantiles(0.5, 0.9), UInt8)"},
        {"quantileState(1e-1)(u8)", NULL},
        {"topKState(3)(s)", "AggregateFunction(topK(3), String)"},
        {"medianState(u8)", "AggregateFunction(quantile, UInt8)"},
        {"countIfState(u8 = 1)", "AggregateFunction(countIf, UInt8)"},
        {"sumStateIf(u8, u8 = 1)", "AggregateFunction(sum, UInt8)"},
        {"uniqMergeState(visits)", "AggregateFunction(uniq, String)"},
        {"uniqArrayState(tags)", "AggregateFunction(uniqArray, Array(String))"},
        {"sumSimpleState(u8)", "SimpleAggregateFunction(sum, UInt64)"},
        {"maxSimpleState(ns)", "SimpleAggregateFunction(max, Nullable(String))"},
        {"uniqSimpleState(s)", NULL},
        {"sumState(nothing_known)", NULL},
        {"sumState(DISTINCT u8)", NULL},
    };
    EXPECT_ALL(state, cases);
}

static void aggregate_names(void **state)
{
    (void)state;
    static const char *const names[] = {"count",        "COUNT",
                                        "sumIf",        "uniqState",
                                        "countMergeIf", "anySimpleState",
                                        "SUMIf",        "groupUniqArrayArrayState",
                                        "first_value",  "quantilesTDigest",
                                        "sumMap"};
    static const char *const others[] = {
        "",           "length",   "If",    "State",   "ANY",           "sumIF",        "rank",
        "row_number", "arraySum", "Merge", "myState", "toStartOfHour", "medianExactly"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!is_aggregate_function(str_of(names[i])))
            fail_msg("%s", names[i]);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (is_aggregate_function(str_of(others[i])))
            fail_msg("%s", others[i]);
}

static void what_aggregates(void **state)
{
    assert_true(expr_aggregates(parse(*state, "1 + sum(u8) / count()")));
    assert_true(expr_aggregates(parse(*state, "if(max(t) > now(), 1, 2)")));
    assert_true(expr_aggregates(parse(*state, "sum(sum(u8)) OVER ()")));
    assert_false(expr_aggregates(parse(*state, "sum(u8) OVER ()")));
    assert_false(expr_aggregates(parse(*state, "u8 + (SELECT max(u8) FROM t)")));
    assert_false(expr_aggregates(parse(*state, "arraySum(x -> length(x), tags)")));
    assert_false(expr_aggregates(NULL));
}

static void what_gives_a_state(void **state)
{
    static const char *const yes[] = {
        "sumState(u8)", "uniqStateIf(s, u8)", "quantilesMergeState(0.5)(latencies)",
        "initializeAggregation('sumState', u8)", "arrayReduce('uniqState', tags)"};
    static const char *const no[] = {
        "sum(u8)",           "sumSimpleState(u8)", "visits", "arrayReduce('sum', [1])",
        "uniqMerge(visits)", "toState(u8)"};
    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        assert_true(expr_gives_state(parse(*state, yes[i])));
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        assert_false(expr_gives_state(parse(*state, no[i])));
    assert_false(expr_gives_state(NULL));
}

/* Nothing is known of the columns, and there is no way to ask for queries. */
static void empty_scopes(void **state)
{
    Bench *bench = *state;
    TypeScope scope = {.arena = bench->arena};
    assert_null(infer_type(&scope, parse(bench, "a")));
    assert_null(infer_type(&scope, parse(bench, "(SELECT 1)")));
    assert_null(infer_type(&scope, NULL));
    const Type *type = infer_type(&scope, parse(bench, "toUInt8(1) + 1"));
    assert_non_null(type);
    assert_true(str_is(type->text, "UInt16"));
}

static int set_up(void **state)
{
    Bench *bench = xmalloc(sizeof *bench);
    *bench = (Bench){arena_new(), sql_parser_new(), NULL};
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    Bench *bench = *state;
    sql_parser_free(bench->parser);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(literals),
        TEST(casts_and_conversions),
        TEST(wrappers),
        TEST(conditions),
        TEST(arithmetic_and_dates),
        TEST(arrays),
        TEST(aggregates),
        TEST(states),
        TEST(aggregate_names),
        TEST(what_aggregates),
        TEST(what_gives_a_state),
        TEST(empty_scopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
