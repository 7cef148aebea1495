/* forward_types.c: conversion functions of ClickHouse and the types that they certainly give. */
#include "forward_types.h"

#include "model/infer.h"

#include <string.h>

/* Types that toX() names in full. The Decimal and FixedString families take arguments. */
static const char *const plain_types[] = {
    "Int8",   "Int16",  "Int32",   "Int64",   "Int128",  "Int256",  "UInt8",    "UInt16",
    "UInt32", "UInt64", "UInt128", "UInt256", "Float32", "Float64", "BFloat16", "String",
    "UUID",   "Bool",   "Date",    "Date32",  "IPv4",    "IPv6",
};

static const struct {
    const char *name;
    int precision;
} decimals[] = {{"Decimal32", 9}, {"Decimal64", 18}, {"Decimal128", 38}, {"Decimal256", 76}};

static const Type *parse(Arena *arena, Str text)
{
    return type_parse(arena, text, NULL);
}

const Type *type_nullable(Arena *arena, const Type *t)
{
    if (t == NULL || type_is_nullable(t))
        return t;
    if (type_is(t, "LowCardinality")) {
        const Type *inner = type_without_low_cardinality(t);
        return parse(arena, str_fmt(arena, "LowCardinality(Nullable(%.*s))", STR_ARG(inner->text)));
    }
    return parse(arena, str_fmt(arena, "Nullable(%.*s)", STR_ARG(t->text)));
}

const Type *type_low_cardinality(Arena *arena, const Type *t)
{
    if (t == NULL || type_is(t, "LowCardinality"))
        return t;
    return parse(arena, str_fmt(arena, "LowCardinality(%.*s)", STR_ARG(t->text)));
}

static bool is_float(const Type *t)
{
    return type_is(t, "Float32") || type_is(t, "Float64");
}

const Type *type_of_if_null(Arena *arena, const Type *a, const Type *d, bool d_is_literal)
{
    if (a == NULL)
        return NULL;
    const Type *bare = type_without_nullable(arena, a);
    if (type_eq(bare, d))
        return bare;
    if (d == NULL || !d_is_literal)
        return NULL;
    /* 0 and the like are UInt8: they fit what is no narrower and has no sign, and floats. */
    bool fits = type_is(d, "UInt8") &&
                ((type_is_integer(bare) && !type_is(bare, "Int8")) || is_float(bare));
    return fits || (type_is(d, "Float64") && type_is(bare, "Float64")) ? bare : NULL;
}

/* ---- toX() ---- */

static bool take_suffix(Str *name, const char *suffix)
{
    if (!str_ends(*name, suffix))
        return false;
    name->len -= strlen(suffix);
    return true;
}

static CastMethod method_of_name(Str *name)
{
    if (take_suffix(name, "OrNull"))
        return CAST_OR_NULL;
    if (take_suffix(name, "OrZero") || take_suffix(name, "OrDefault"))
        return CAST_OR_DEFAULT;
    return CAST_STRICT;
}

static const Expr *argument(const Expr *call, size_t index, ExprKind kind)
{
    if (index >= call->args.len || call->args.items[index]->kind != kind)
        return NULL;
    return call->args.items[index];
}

static bool has_time_zone(const Type *t)
{
    const Type *bare = t != NULL ? type_bare(t) : NULL;
    if (bare == NULL)
        return true; /* unknown: assume the worst */
    for (size_t i = 0; i < bare->arg_count; i++)
        if (bare->args[i].kind == TYPE_ARG_STRING)
            return true;
    return false;
}

/* toDateTime(x) and toDateTime64(x, p) take over the time zone of x unless one is given. */
static const Type *date_time_type(Arena *arena, const Expr *call, const Type *arg, bool is_64)
{
    const Expr *precision = is_64 ? argument(call, 1, EXPR_NUMBER) : NULL;
    size_t zone_index = is_64 ? 2 : 1;
    const Expr *zone = argument(call, zone_index, EXPR_STRING);
    if (is_64 && precision == NULL)
        return NULL;
    if (zone == NULL && (call->args.len > zone_index || has_time_zone(arg)))
        return NULL;
    Str text =
        is_64 ? str_fmt(arena, "DateTime64(%.*s", STR_ARG(precision->name)) : STR("DateTime");
    if (zone != NULL)
        text =
            str_fmt(arena, "%.*s%s'%.*s'", STR_ARG(text), is_64 ? ", " : "(", STR_ARG(zone->name));
    if (is_64 || zone != NULL)
        text = str_fmt(arena, "%.*s)", STR_ARG(text));
    return parse(arena, text);
}

static const Type *parametric_type(Arena *arena, Str name, const Expr *call)
{
    const Expr *number = argument(call, 1, EXPR_NUMBER);
    if (number == NULL)
        return NULL;
    if (str_is(name, "FixedString"))
        return parse(arena, str_fmt(arena, "FixedString(%.*s)", STR_ARG(number->name)));
    for (size_t i = 0; i < ARRAY_LEN(decimals); i++)
        if (str_is(name, decimals[i].name))
            return parse(arena, str_fmt(arena, "Decimal(%d, %.*s)", decimals[i].precision,
                                        STR_ARG(number->name)));
    return NULL;
}

static bool is_parametric(Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(decimals); i++)
        if (str_is(name, decimals[i].name))
            return true;
    return str_is(name, "FixedString");
}

/* The type that `name` of toName(...) stands for; false when it is no conversion. */
static bool named_type(Arena *arena, Str name, const Expr *call, const Type *arg, const Type **out)
{
    if (str_is(name, "DateTime") || str_is(name, "DateTime64")) {
        *out = date_time_type(arena, call, arg, str_is(name, "DateTime64"));
        return true;
    }
    if (is_parametric(name)) {
        *out = parametric_type(arena, name, call);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(plain_types); i++) {
        if (str_is(name, plain_types[i])) {
            *out = parse(arena, name);
            return true;
        }
    }
    return false;
}

/* Functions keep the wrappers of their argument in ways that depend on settings. */
static const Type *result_type(Arena *arena, CastMethod method, const Type *to, const Type *arg)
{
    if (to == NULL || arg == NULL || type_is(arg, "LowCardinality"))
        return NULL;
    if (method == CAST_OR_NULL)
        return type_nullable(arena, to);
    if (!type_is_nullable(arg))
        return to;
    return method == CAST_STRICT ? type_nullable(arena, to) : NULL;
}

static ConversionCall to_call(Arena *arena, const Expr *call, const Type *arg)
{
    ConversionCall found = {.found = false};
    Str name = str_slice(call->name, 2, call->name.len);
    found.method = method_of_name(&name);
    const Type *to = NULL;
    if (!named_type(arena, name, call, arg, &to))
        return found;
    found.found = true;
    found.result = result_type(arena, found.method, to, arg);
    /* A Nullable argument gives a Nullable result, so NULL is no obstacle to the conversion. */
    bool keeps_null = found.method == CAST_STRICT && arg != NULL && type_is_nullable(arg);
    found.to = keeps_null ? type_nullable(arena, to) : to;
    return found;
}

static ConversionCall accurate_call(Arena *arena, const Expr *call)
{
    ConversionCall found = {.found = true};
    const Expr *type = argument(call, 1, EXPR_STRING);
    found.to = type != NULL ? parse(arena, type->name) : NULL;
    found.result = found.to;
    if (str_is(call->name, "accurateCast")) {
        found.method = CAST_ACCURATE;
    } else if (str_is(call->name, "accurateCastOrNull")) {
        found.method = CAST_OR_NULL;
        found.result = type_nullable(arena, found.to);
    } else if (str_is(call->name, "accurateCastOrDefault")) {
        found.method = CAST_OR_DEFAULT;
    } else {
        found.found = false;
    }
    return found;
}

static ConversionCall parser_call(Arena *arena, const Expr *call, const Type *arg)
{
    ConversionCall found = {.found = true};
    Str name = call->name;
    found.method = method_of_name(&name);
    bool is_64 = str_starts(name, "parseDateTime64");
    const Type *to = is_64 || call->args.len > 1 ? NULL : parse(arena, STR("DateTime"));
    found.to = to;
    found.result = result_type(arena, found.method, to, arg);
    return found;
}

ConversionCall conversion_call(Arena *arena, const Expr *call, const Type *arg)
{
    if (call->args.len == 0 || call->params.len > 0)
        return (ConversionCall){.found = false};
    if (str_starts(call->name, "accurateCast"))
        return accurate_call(arena, call);
    if (str_starts(call->name, "parseDateTime"))
        return parser_call(arena, call, arg);
    if (str_starts(call->name, "to"))
        return to_call(arena, call, arg);
    return (ConversionCall){.found = false};
}

bool call_is_state(const Expr *call)
{
    bool by_name = str_is(call->name, "initializeAggregation") || str_is(call->name, "arrayReduce");
    return expr_gives_state(call) || (by_name && argument(call, 0, EXPR_STRING) == NULL);
}
