/* conversion.c: conversions through wrappers and containers, and by method. */
#include "conversion_fact.h"

static Fact fact_between(const Type *from, const Type *to);

/* The worse of two answers: YES over UNKNOWN over NO. */
static Tristate worse(Tristate a, Tristate b)
{
    if (a == CONVERSION_YES || b == CONVERSION_YES)
        return CONVERSION_YES;
    return a == CONVERSION_UNKNOWN || b == CONVERSION_UNKNOWN ? CONVERSION_UNKNOWN : CONVERSION_NO;
}

static Tristate both_possible(Tristate a, Tristate b)
{
    if (a == CONVERSION_NO || b == CONVERSION_NO)
        return CONVERSION_NO;
    return a == CONVERSION_UNKNOWN || b == CONVERSION_UNKNOWN ? CONVERSION_UNKNOWN : CONVERSION_YES;
}

/* Of a container whose parts convert on their own. Their witnesses are no values of the whole. */
static Fact fact_join(Fact whole, Fact part)
{
    whole.cast.possible = both_possible(whole.cast.possible, part.cast.possible);
    whole.cast.can_fail = worse(whole.cast.can_fail, part.cast.can_fail);
    whole.cast.can_change = worse(whole.cast.can_change, part.cast.can_change);
    if (!whole.cast.how)
        whole.cast.how = part.cast.how;
    whole.accurate_refuses = whole.accurate_refuses || part.accurate_refuses;
    whole.or_null_raises = whole.or_null_raises || part.or_null_raises;
    return whole;
}

static Fact array_or_map(const Type *from, const Type *to)
{
    Fact fact = fact_lossless();
    for (size_t i = 0; i < from->arg_count && i < to->arg_count; i++)
        fact = fact_join(fact, fact_between(from->args[i].type, to->args[i].type));
    return fact;
}

static bool has_names(const Type *tuple)
{
    return tuple->arg_count && tuple->args[0].name.len;
}

static const TypeArg *element(const Type *tuple, Str name)
{
    for (size_t i = 0; i < tuple->arg_count; i++)
        if (str_eq(tuple->args[i].name, name))
            return &tuple->args[i];
    return NULL;
}

static Fact tuple_by_name(const Type *from, const Type *to)
{
    Fact fact = fact_lossless();
    for (size_t i = 0; i < from->arg_count; i++) {
        const TypeArg *target = element(to, from->args[i].name);
        if (target)
            fact = fact_join(fact, fact_between(from->args[i].type, target->type));
        else
            fact = fact_join(fact, fact_changes(NULL, NULL, "loses an element"));
    }
    return fact;
}

/* By name when both sides have names, else by place. */
static Fact tuple_to_tuple(const Type *from, const Type *to)
{
    Fact fact = fact_lossless();
    if (has_names(from) && has_names(to)) {
        fact = tuple_by_name(from, to);
    } else if (from->arg_count != to->arg_count) {
        fact = fact_never();
    } else {
        for (size_t i = 0; i < from->arg_count; i++)
            fact = fact_join(fact, fact_between(from->args[i].type, to->args[i].type));
    }
    fact.or_null_raises = fact.cast.can_fail != CONVERSION_NO;
    return fact;
}

static Fact from_container(Shape from, Shape to)
{
    bool to_text = to.family == FAMILY_STRING;
    if (to.family == FAMILY_OTHER)
        return fact_unknown();
    if (from.family == FAMILY_JSON)
        return to_text ? fact_lossless() : to.family == FAMILY_JSON ? fact_unknown() : fact_never();
    if (to_text)
        return fact_changes(NULL, NULL, "becomes text");
    if (to.family == FAMILY_JSON || (from.family == FAMILY_MAP && to.family == FAMILY_ARRAY) ||
        (from.family == FAMILY_ARRAY && to.family == FAMILY_MAP))
        return fact_unknown();
    if (from.family != to.family)
        return fact_never();
    if (from.family == FAMILY_TUPLE)
        return tuple_to_tuple(from.type, to.type);
    return array_or_map(from.type, to.type);
}

static bool counts(const Type *state)
{
    return state->arg_count && str_is(state->args[0].name, "count");
}

/* ClickHouse takes a state only where the type is the same; count() ignores its argument. */
static Fact from_aggregate(Shape from, Shape to)
{
    static const char *const measured[] = {"count", "sum", "avg",       "uniq",
                                           "min",   "max", "uniqExact", "argMax"};
    if (to.family == FAMILY_STRING)
        return fact_changes(NULL, NULL, "becomes raw bytes");
    if (to.family == FAMILY_OTHER)
        return fact_unknown();
    if (to.family != FAMILY_AGGREGATE)
        return fact_never();
    if (counts(from.type) && counts(to.type))
        return fact_lossless();
    for (size_t i = 0; i < ARRAY_LEN(measured); i++)
        if (from.type->arg_count && str_is(from.type->args[0].name, measured[i]))
            return fact_never();
    return fact_unknown();
}

static Fact between_bare(Shape from, Shape to)
{
    switch (from.family) {
    case FAMILY_INT:
        return fact_from_int(from, to);
    case FAMILY_FLOAT:
        return fact_from_float(from, to);
    case FAMILY_DECIMAL:
        return fact_from_decimal(from, to);
    case FAMILY_BOOL:
        return fact_from_bool(from, to);
    case FAMILY_STRING:
        return fact_from_string(from, to);
    case FAMILY_FIXED_STRING:
        return fact_from_fixed_string(from, to);
    case FAMILY_UUID:
    case FAMILY_IPV4:
    case FAMILY_IPV6:
        return fact_from_address(from, to);
    case FAMILY_DATE:
    case FAMILY_DATE32:
        return fact_from_date(from, to);
    case FAMILY_DATETIME:
    case FAMILY_DATETIME64:
        return fact_from_time(from, to);
    case FAMILY_ENUM:
        return fact_from_enum(from, to);
    case FAMILY_ARRAY:
    case FAMILY_MAP:
    case FAMILY_TUPLE:
    case FAMILY_JSON:
        return from_container(from, to);
    case FAMILY_AGGREGATE:
        return from_aggregate(from, to);
    case FAMILY_OTHER:
        break;
    }
    return fact_unknown();
}

/* Families that CAST reads from text. Where the target is Nullable it does not fail on what it
 * cannot read: the value becomes NULL. Bool and Enum fail all the same. */
static bool is_parsed(Family family)
{
    switch (family) {
    case FAMILY_INT:
    case FAMILY_FLOAT:
    case FAMILY_DECIMAL:
    case FAMILY_FIXED_STRING:
    case FAMILY_UUID:
    case FAMILY_IPV4:
    case FAMILY_IPV6:
    case FAMILY_DATE:
    case FAMILY_DATE32:
    case FAMILY_DATETIME:
    case FAMILY_DATETIME64:
        return true;
    default:
        return false;
    }
}

static Fact fact_between(const Type *from, const Type *to)
{
    const Type *bare_from = type_bare(from);
    const Type *bare_to = type_bare(to);
    Shape shape_from = shape_of(bare_from);
    Shape shape_to = shape_of(bare_to);
    Fact fact = type_eq(bare_from, bare_to) ? fact_lossless() : between_bare(shape_from, shape_to);
    bool nullable = type_is_nullable(from);
    /* A Nullable text that is to become an array is refused whatever it holds. */
    if (nullable && shape_from.family == FAMILY_STRING && shape_to.family == FAMILY_ARRAY)
        return fact_with_failure(fact, "NULL");
    if (type_is_nullable(to) && shape_from.family == FAMILY_STRING && is_parsed(shape_to.family))
        return fact_changes("abc", "NULL", "becomes NULL");
    if (nullable && !type_is_nullable(to) && fact.cast.possible != CONVERSION_NO)
        fact = fact_with_failure(fact, "NULL");
    return fact;
}

static Conversion by_accurate_cast(Fact fact)
{
    Conversion c = fact.cast;
    if (fact.accurate_never)
        return fact_never().cast;
    if (fact.accurate_witness && c.can_fail == CONVERSION_NO) {
        c.can_fail = CONVERSION_YES;
        c.fail_witness = fact.accurate_witness;
    }
    if (!fact.accurate_refuses || c.can_change != CONVERSION_YES)
        return c;
    c.can_fail = CONVERSION_YES;
    if (!c.fail_witness)
        c.fail_witness = c.change_witness;
    c.can_change = CONVERSION_NO;
    c.change_witness = NULL;
    c.change_result = NULL;
    c.how = NULL;
    return c;
}

/* The result would have to be Nullable, which these types cannot be. */
static bool refuses_replacement(const Type *to, bool to_null)
{
    Family family = shape_of(type_bare(to)).family;
    if (family == FAMILY_ARRAY || family == FAMILY_MAP || family == FAMILY_AGGREGATE)
        return true;
    return to_null && type_is(to, "LowCardinality") && !type_is_nullable(to);
}

/* accurateCastOrNull and OrDefault: what would fail arrives as NULL or as the default. */
static Conversion by_replacement(Fact fact, const Type *to, CastMethod method)
{
    Conversion c = by_accurate_cast(fact);
    bool to_null = method == CAST_OR_NULL;
    const char *replaced = to_null ? "becomes NULL" : "becomes the default";
    if (refuses_replacement(to, to_null))
        return fact_never().cast;
    if (fact.or_null_raises && c.can_fail != CONVERSION_NO) {
        c.can_fail = CONVERSION_UNKNOWN;
        c.can_change = CONVERSION_UNKNOWN;
        return c;
    }
    if (c.possible == CONVERSION_NO)
        c = (Conversion){.possible = CONVERSION_UNKNOWN, .can_change = CONVERSION_YES};
    bool only_null = c.fail_witness && str_is(str_of(c.fail_witness), "NULL");
    if (c.can_fail == CONVERSION_YES && !(to_null && only_null)) {
        c.can_change = CONVERSION_YES;
        c.change_witness = c.fail_witness;
        c.change_result = to_null ? "NULL" : NULL;
        c.how = replaced;
    }
    if (c.can_fail == CONVERSION_YES)
        c.can_fail = CONVERSION_NO;
    c.fail_witness = NULL;
    return c;
}

Conversion conversion_of(const Type *from, const Type *to, CastMethod method)
{
    if (!from || !to)
        return fact_unknown().cast;
    Fact fact = fact_between(from, to);
    switch (method) {
    case CAST_STRICT:
        return fact.cast;
    case CAST_ACCURATE:
        return by_accurate_cast(fact);
    case CAST_OR_NULL:
    case CAST_OR_DEFAULT:
        return by_replacement(fact, to, method);
    }
    return fact_unknown().cast;
}

bool conversion_is_lossless(const Type *from, const Type *to)
{
    Conversion c = conversion_of(from, to, CAST_STRICT);
    return c.possible == CONVERSION_YES && c.can_fail == CONVERSION_NO &&
           c.can_change == CONVERSION_NO;
}
