/* forward_query_values.c: what happens to the values on their way: TB206, TB207, TB211, TB212. */
#include "forward_query.h"

/* ---- TB206, TB207 ---- */

typedef struct {
    const ForwardCast *fails;
    Conversion failure;
    const ForwardCast *changes;
    Conversion change;
    const ForwardCast *impossible;
    const ForwardCast *unknown;
} Risks;

static void add_risk(Risks *risks, const ForwardCast *cast)
{
    if (cast->from == NULL || cast->to == NULL || type_eq(cast->from, cast->to))
        return;
    Conversion conversion = conversion_of(cast->from, cast->to, cast->method);
    if (conversion.possible == CONVERSION_NO && risks->impossible == NULL)
        risks->impossible = cast;
    if (conversion.possible == CONVERSION_UNKNOWN && risks->unknown == NULL)
        risks->unknown = cast;
    if (conversion.can_fail == CONVERSION_YES && risks->fails == NULL) {
        risks->fails = cast;
        risks->failure = conversion;
    }
    if (conversion.can_change == CONVERSION_YES && risks->changes == NULL) {
        risks->changes = cast;
        risks->change = conversion;
    }
}

/* A value as it reads in a sentence: text in quotes, numbers, dates and NULL as they are. */
static Str value_text(Arena *arena, const char *value)
{
    bool bare = str_is(str_of(value), "NULL") || (value[0] >= '0' && value[0] <= '9') ||
                value[0] == '-' || value[0] == '[' || value[0] == '{' || value[0] == '(';
    return bare ? str_of(value) : quoted(arena, str_of(value));
}

static Str change_text(const Judged *judged, const Risks *risks)
{
    Arena *arena = judged->check->arena;
    const Conversion *change = &risks->change;
    if (change->change_witness == NULL)
        return STR("some values arrive as others");
    Str witness = value_text(arena, change->change_witness);
    if (risks->changes->has_default || change->change_result == NULL)
        return str_fmt(arena, "%.*s is replaced", STR_ARG(witness));
    Str result = value_text(arena, change->change_result);
    return str_fmt(arena, "%.*s %s%sbecomes %.*s", STR_ARG(witness),
                   change->how != NULL ? change->how : "", change->how != NULL ? " and " : "",
                   STR_ARG(result));
}

static Str pair_text(const Judged *judged, const ForwardOutput *out, const ForwardCast *cast)
{
    Arena *arena = judged->check->arena;
    return str_fmt(arena, "%.*s from '%.*s' to '%.*s'", STR_ARG(quoted(arena, out->name)),
                   STR_ARG(cast->from->text), STR_ARG(cast->to->text));
}

static Str counting_query(const Judged *judged, const ForwardOutput *out, const ForwardCast *cast)
{
    if (out->source == NULL || !str_eq(cast->from->text, out->source->type->text))
        return (Str){0};
    Arena *arena = judged->check->arena;
    Str name = out->source->name.text;
    return str_fmt(arena,
                   "Count such rows first: SELECT count() FROM %.*s WHERE `%.*s` IS NOT NULL "
                   "AND accurateCastOrNull(`%.*s`, '%.*s') IS NULL. ",
                   STR_ARG(judged->change->name), STR_ARG(name), STR_ARG(name),
                   STR_ARG(type_bare(cast->to)->text));
}

static void set_meanings(Finding *finding, const ForwardCast *cast)
{
    finding->live_meaning = cast->from->text;
    finding->candidate_meaning = cast->to->text;
}

static void add_can_fail(Judged *judged, const ForwardOutput *out, const Risks *risks)
{
    Arena *arena = judged->check->arena;
    const char *witness = risks->failure.fail_witness;
    Str also = risks->changes == NULL
                   ? STR("")
                   : str_fmt(arena, " Other values change without an error: %.*s.",
                             STR_ARG(change_text(judged, risks)));
    Str message =
        str_fmt(arena,
                "Converting %.*s fails the deploy on the first value that does "
                "not convert%s%s.%.*s",
                STR_ARG(pair_text(judged, out, risks->fails)), witness != NULL ? ", such as " : "",
                witness != NULL ? witness : "", STR_ARG(also));
    Finding *finding =
        judged_add(judged, RULE_TB206, SEVERITY_WARNING, out->name, risks->fails->range, message);
    set_meanings(finding, risks->fails);
    bool null = witness != NULL && str_is(str_of(witness), "NULL");
    finding->advice =
        null ? STR("Replace NULL with ifNull(column, value) before the conversion.")
             : str_fmt(arena,
                       "%.*sIf no row holds such a value, accept this; else "
                       "accurateCastOrDefault() keeps the deploy going and replaces them.",
                       STR_ARG(counting_query(judged, out, risks->fails)));
}

static void add_loss(Judged *judged, const ForwardOutput *out, const Risks *risks)
{
    Arena *arena = judged->check->arena;
    Str message = str_fmt(arena, "Converting %.*s may lose values without an error: %.*s.",
                          STR_ARG(pair_text(judged, out, risks->changes)),
                          STR_ARG(change_text(judged, risks)));
    Finding *finding =
        judged_add(judged, RULE_TB207, SEVERITY_WARNING, out->name, risks->changes->range, message);
    set_meanings(finding, risks->changes);
    finding->advice = STR("Look at the live values first, and accept this if none is lost; "
                          "accurateCast() makes the deploy fail "
                          "instead of changing a value.");
}

/* AggregateFunction pairs depend on the function's own rules, so they are never called sure. */
static Severity impossible_severity(const ForwardCast *cast)
{
    bool states =
        type_is(cast->from, "AggregateFunction") && type_is(cast->to, "AggregateFunction");
    return states ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static void add_impossible(Judged *judged, const ForwardOutput *out, const ForwardCast *cast)
{
    Arena *arena = judged->check->arena;
    Str message = str_fmt(arena,
                          "ClickHouse has no conversion of %.*s: the deploy will fail whatever "
                          "is stored.",
                          STR_ARG(pair_text(judged, out, cast)));
    Finding *finding =
        judged_add(judged, RULE_TB206, impossible_severity(cast), out->name, cast->range, message);
    set_meanings(finding, cast);
    finding->advice = STR("Write an expression that builds the new value.");
}

static void note_unknown(Judged *judged, const ForwardOutput *out, const ForwardCast *cast)
{
    if (judged->draft)
        return;
    check_unjudged(judged->check, judged->change->candidate->file, cast->range,
                   str_fmt(judged->check->arena,
                           "what converting %.*s does to the values is not known",
                           STR_ARG(pair_text(judged, out, cast))));
}

static void judge_output(Judged *judged, const ForwardOutput *out)
{
    Risks risks = {0};
    for (size_t i = 0; i < out->casts.len; i++)
        add_risk(&risks, &out->casts.items[i]);
    if (risks.impossible != NULL)
        add_impossible(judged, out, risks.impossible);
    else if (risks.fails != NULL)
        add_can_fail(judged, out, &risks);
    else if (risks.changes != NULL)
        add_loss(judged, out, &risks);
    else if (risks.unknown != NULL)
        note_unknown(judged, out, risks.unknown);
}

void judge_conversions(Judged *judged)
{
    for (size_t i = 0; i < judged->list->outputs.len; i++) {
        const ForwardOutput *out = &judged->list->outputs.items[i];
        if (judged_column(judged, out->name) != NULL)
            judge_output(judged, out);
    }
}

/* ---- TB211 ---- */

static bool is_plain_value(const ForwardOutput *out)
{
    if (out->is_state || out->kind == OUTPUT_PASS || out->kind == OUTPUT_UNKNOWN)
        return false;
    if (out->type != NULL)
        return !type_is(out->type, "AggregateFunction");
    return out->expr != NULL && out->expr->kind == EXPR_NULL;
}

void judge_states(Judged *judged)
{
    Arena *arena = judged->check->arena;
    for (size_t i = 0; i < judged->list->outputs.len; i++) {
        const ForwardOutput *out = &judged->list->outputs.items[i];
        const Column *column = judged_column(judged, out->name);
        if (column == NULL || !type_is(column->type, "AggregateFunction") || !is_plain_value(out))
            continue;
        Str message = str_fmt(arena,
                              "The deploy will fail: column %.*s holds states of '%.*s', and the "
                              "FORWARD_QUERY gives it a plain value.",
                              STR_ARG(quoted(arena, out->name)), STR_ARG(column->type->text));
        Finding *finding =
            judged_add(judged, RULE_TB211, SEVERITY_ERROR, out->name, out->range, message);
        finding->candidate_meaning = column->type->text;
        finding->advice = STR("Pass the live state through, make one with "
                              "initializeAggregation('...State', value), or an empty one with "
                              "defaultValueOfTypeName('AggregateFunction(...)').");
    }
}

/* ---- TB212 ---- */

static bool gives_other_results(Str name)
{
    return sql_function_is_now(name) || sql_function_is_random(name);
}

typedef struct {
    Arena *arena;
    Strs names;
    Range first;
} Moving;

static bool find_moving(const Expr *expr, void *context)
{
    Moving *moving = context;
    if (expr->kind != EXPR_CALL || !gives_other_results(expr->name))
        return true;
    for (size_t i = 0; i < moving->names.len; i++)
        if (str_eq(moving->names.items[i], expr->name))
            return true;
    if (moving->names.len == 0)
        moving->first = expr->core;
    vec_push(moving->arena, &moving->names, expr->name);
    return true;
}

void judge_nondeterminism(Judged *judged)
{
    Arena *arena = judged->check->arena;
    Moving moving = {.arena = arena};
    query_walk(judged->list->query, find_moving, &moving);
    if (moving.names.len == 0)
        return;
    Str message = str_fmt(arena,
                          "The FORWARD_QUERY of %.*s calls %.*s: old rows get a value of the "
                          "moment when the deploy runs, another one each time.",
                          STR_ARG(quoted(arena, judged->change->name)),
                          STR_ARG(quoted_list(arena, moving.names.items, moving.names.len, 4)));
    Finding *finding =
        judged_add(judged, RULE_TB212, SEVERITY_NOTE, STR(""), moving.first, message);
    finding->candidate_meaning = str_join(arena, moving.names.items, moving.names.len, ",");
    finding->advice = STR("Use a constant where old rows should be told apart from new ones.");
}
