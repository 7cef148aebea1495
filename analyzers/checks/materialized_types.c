/* materialized_types.c: whether a view's column can be stored in its target's. */
#include "materialized_types.h"

#include "model/conversion.h"
#include "model/infer.h"

static bool is_state(const Type *type)
{
    return type_is(type, "AggregateFunction") && type->arg_count > 0;
}

/* ---- two states ---- */

/* sumIf keeps the state of sum: the condition decides only what goes into it. */
static Str without_if(Str function, bool *had_if)
{
    *had_if = function.len > 2 && str_ends(function, "If");
    return *had_if ? str_slice(function, 0, function.len - 2) : function;
}

typedef struct {
    Str function; /* without If */
    const TypeArg *args;
    size_t count; /* without the argument of If */
} State;

static State state_of(const Type *type)
{
    bool has_if;
    State state = {.args = type->args + 1, .count = type->arg_count - 1};
    state.function = without_if(type->args[0].name, &has_if);
    if (has_if && state.count > 0)
        state.count--;
    return state;
}

static bool is_number(const Type *type)
{
    return type_is_integer(type) || type_is(type, "Float32") || type_is(type, "Float64");
}

/* Bool is stored as UInt8; a time zone is no part of a state. */
static bool is_same_name(Str a, Str b)
{
    Str byte = STR("UInt8");
    return str_eq(str_is(a, "Bool") ? byte : a, str_is(b, "Bool") ? byte : b);
}

static bool is_simple(const Type *type)
{
    static const char *const names[] = {"String", "Date", "Date32", "DateTime", "UUID", "Bool"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (type_is(type, names[i]))
            return true;
    }
    return is_number(type);
}

/* An argument whose state cannot be read as the other's. */
static bool arguments_differ(const Type *given, const Type *stored)
{
    if (!given || !stored)
        return false;
    if (type_is_nullable(given) != type_is_nullable(stored))
        return true;
    const Type *a = type_bare(given);
    const Type *b = type_bare(stored);
    if (type_is(a, "DateTime64") && type_is(b, "DateTime64"))
        return a->arg_count && b->arg_count && a->args[0].number != b->args[0].number;
    if (type_is(a, "DateTime64") || type_is(b, "DateTime64"))
        return is_simple(a) || is_simple(b);
    return is_simple(a) && is_simple(b) && !is_same_name(a->name, b->name);
}

/* These do not take the same state for a mere difference in name. */
static bool is_plain_function(Str name)
{
    static const char *const names[] = {
        "sum",       "count",        "avg",          "min",       "max",        "any",
        "uniq",      "uniqExact",    "argMin",       "argMax",    "groupArray", "groupUniqArray",
        "topK",      "uniqCombined", "quantile",     "quantiles", "anyLast",    "uniqCombined64",
        "uniqHLL12", "sumMap",       "quantileExact"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(name, names[i]))
            return true;
    }
    return false;
}

static TypeFit states_fit(const Type *given, const Type *stored)
{
    State a = state_of(given);
    State b = state_of(stored);
    if (!str_eq(a.function, b.function))
        return is_plain_function(a.function) && is_plain_function(b.function) ? OTHER_STATE_FUNCTION
                                                                              : TYPES_FIT;
    if (str_is(a.function, "count") || !is_plain_function(a.function))
        return TYPES_FIT;
    if (a.count != b.count)
        return OTHER_STATE_TYPES;
    for (size_t i = 0; i < a.count; i++) {
        if (arguments_differ(a.args[i].type, b.args[i].type))
            return OTHER_STATE_TYPES;
    }
    return TYPES_FIT;
}

/* ---- a state and something else ---- */

/* Text can hold the bytes of a state, which ClickHouse reads back; what computes text does not. */
static bool may_hold_state(const Type *type, const Expr *expr)
{
    const Type *bare = type_bare(type);
    if (type_is_string_like(type))
        return !expr || !expr_aggregates(expr);
    return type_is(bare, "Dynamic") || type_is(bare, "Variant") || type_is(bare, "JSON") ||
           type_is(bare, "Nothing");
}

static bool takes_state(const Type *type)
{
    const Type *bare = type_bare(type);
    return type_is_string_like(type) || type_is(bare, "Dynamic") || type_is(bare, "Variant") ||
           is_state(bare);
}

TypeFit view_type_fit(const Type *given, const Type *stored, const Expr *expr)
{
    if (!given || !stored || type_eq(given, stored))
        return TYPES_FIT;
    if (is_state(given) && is_state(stored))
        return states_fit(given, stored);
    if (is_state(stored))
        return may_hold_state(given, expr) ? TYPES_FIT : PLAIN_FOR_STATE;
    if (is_state(given))
        return takes_state(stored) ? TYPES_FIT : STATE_FOR_PLAIN;
    Conversion conversion = conversion_of(type_bare(given), type_bare(stored), CAST_STRICT);
    return conversion.possible == CONVERSION_NO ? NO_CONVERSION : TYPES_FIT;
}
