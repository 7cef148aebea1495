/*
 * What a view may write into a column, against the engine: where we say that a type does not fit,
 * ClickHouse must refuse the conversion, for every pair of states below and for plain values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "checks/materialized_types.h"
#include "lib/engine.h"

static const char *const TYPES[] = {"UInt8",
                                    "UInt32",
                                    "UInt64",
                                    "Int64",
                                    "Float64",
                                    "Bool",
                                    "Decimal(18, 4)",
                                    "String",
                                    "LowCardinality(String)",
                                    "Nullable(UInt64)",
                                    "Nullable(String)",
                                    "LowCardinality(Nullable(String))",
                                    "Date",
                                    "DateTime",
                                    "DateTime('UTC')",
                                    "DateTime64(3)",
                                    "DateTime64(6)",
                                    "UUID",
                                    "Array(String)",
                                    "Map(String, UInt64)"};

/* `%s` is the type; the call with its parameters, and the name as it stands in the type. */
static const struct {
    const char *call;
    const char *stored;
} FUNCTIONS[] = {
    {"sumState(%s)", "AggregateFunction(sum, %s)"},
    {"sumIfState(%s, 1)", "AggregateFunction(sum, %s)"},
    {"sumState(%s)", "AggregateFunction(sumIf, %s, UInt8)"},
    {"avgState(%s)", "AggregateFunction(avg, %s)"},
    {"minState(%s)", "AggregateFunction(min, %s)"},
    {"maxState(%s)", "AggregateFunction(min, %s)"},
    {"anyState(%s)", "AggregateFunction(any, %s)"},
    {"anyLastState(%s)", "AggregateFunction(any, %s)"},
    {"countState(%s)", "AggregateFunction(count, %s)"},
    {"countState()", "AggregateFunction(count, %s)"},
    {"countIfState(1)", "AggregateFunction(count, %s)"},
    {"uniqState(%s)", "AggregateFunction(uniq, %s)"},
    {"uniqExactState(%s)", "AggregateFunction(uniq, %s)"},
    {"uniqExactState(%s)", "AggregateFunction(uniqExact, %s)"},
    {"argMaxState(%s, toDate(0))", "AggregateFunction(argMax, %s, Date)"},
    {"argMaxState(%s, now())", "AggregateFunction(argMax, %s, Date)"},
    {"groupArrayState(%s)", "AggregateFunction(groupArray, %s)"},
    {"groupUniqArrayState(%s)", "AggregateFunction(groupUniqArray, %s)"},
    {"quantileState(0.9)(%s)", "AggregateFunction(quantile(0.5), %s)"},
    {"topKState(5)(%s)", "AggregateFunction(topK(5), %s)"},
    {"%s", "AggregateFunction(sum, %s)"},
    {"max(%s)", "AggregateFunction(max, %s)"},
    {"sumState(%s)", "%s"},
    {"uniqState(%s)", "SimpleAggregateFunction(sum, %s)"},
};

typedef struct {
    Arena *arena;
    SqlParser *sql;
    size_t asked;
    size_t misfits; /* that we report */
    size_t missed;  /* refused by the engine, and not reported */
} State;

static Str filled(Arena *arena, const char *format, const char *with)
{
    Str text = str_of(format);
    ptrdiff_t at = str_find(text, "%s");
    if (at < 0)
        return text;
    return str_fmt(arena, "%.*s%s%.*s", (int)at, format, with,
                   STR_ARG(str_slice(text, (size_t)at + 2, text.len)));
}

static const Type *type_of(State *state, Str call)
{
    Str answer;
    Str sql = str_fmt(state->arena, "SELECT toTypeName(%.*s) FROM given", STR_ARG(call));
    return engine_run(state->arena, sql, &answer) ? type_parse_sql(state->arena, answer, NULL)
                                                  : NULL;
}

static bool converts(State *state, Str call, Str stored)
{
    Str answer;
    Str sql = str_fmt(state->arena, "SELECT ignore(CAST(%.*s AS %.*s)) FROM given", STR_ARG(call),
                      STR_ARG(stored));
    return engine_run(state->arena, sql, &answer);
}

static void ask(State *state, size_t function, size_t column, const char *argument)
{
    Str name = str_fmt(state->arena, "c%zu", column);
    Str call = filled(state->arena, FUNCTIONS[function].call, str_cstr(state->arena, name));
    Str stored_text = filled(state->arena, FUNCTIONS[function].stored, argument);
    const Type *given = type_of(state, call);
    const Type *stored = type_parse_sql(state->arena, stored_text, NULL);
    if (!given || !stored)
        return;
    const Expr *expr = sql_parse_expr(state->sql, state->arena, call, 0);
    TypeFit fit = view_type_fit(given, stored, expr);
    bool accepted = converts(state, call, stored->text);
    state->asked++;
    state->misfits += fit != TYPES_FIT;
    state->missed += fit == TYPES_FIT && !accepted;
    if (fit != TYPES_FIT && accepted)
        fail_msg("%.*s over %s goes into %.*s, but we say that it does not fit", STR_ARG(call),
                 TYPES[column], STR_ARG(stored->text));
}

static void what_we_refuse_the_engine_refuses(void **context)
{
    State *state = *context;
    for (size_t f = 0; f < ARRAY_LEN(FUNCTIONS); f++) {
        for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
            for (size_t j = 0; j < ARRAY_LEN(TYPES); j++)
                ask(state, f, i, TYPES[j]);
        }
    }
    print_message("%zu pairs, %zu do not fit, %zu more are refused by the engine and not said\n",
                  state->asked, state->misfits, state->missed);
    assert_true(state->misfits > 1000);
}

/* A table with a column of each type and one row of defaults. */
static void make_table(State *state)
{
    Strs columns = {0};
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++)
        vec_push(state->arena, &columns, str_fmt(state->arena, "c%zu %s", i, TYPES[i]));
    Str list = str_join(state->arena, columns.items, columns.len, ", ");
    Str answer;
    assert_true(engine_run(
        state->arena,
        str_fmt(state->arena, "CREATE TABLE given (%.*s) ENGINE = Memory", STR_ARG(list)),
        &answer));
    assert_true(engine_run(state->arena, STR("INSERT INTO given (c0) VALUES (1)"), &answer));
}

static int set_up(void **context)
{
    State *state = xmalloc(sizeof(State));
    *state = (State){.arena = arena_new(), .sql = sql_parser_new()};
    *context = state;
    make_table(state);
    return 0;
}

static int tear_down(void **context)
{
    State *state = *context;
    sql_parser_free(state->sql);
    arena_free(state->arena);
    free(state);
    engine_close();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_we_refuse_the_engine_refuses)};
    if (!engine_open())
        return 0;
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
