/* conversion_fact.c: shapes of types, and the building of facts. */
#include "conversion_fact.h"

static const struct {
    const char *name;
    Family family;
} FAMILIES[] = {
    {"Bool", FAMILY_BOOL},
    {"String", FAMILY_STRING},
    {"FixedString", FAMILY_FIXED_STRING},
    {"UUID", FAMILY_UUID},
    {"IPv4", FAMILY_IPV4},
    {"IPv6", FAMILY_IPV6},
    {"Date", FAMILY_DATE},
    {"Date32", FAMILY_DATE32},
    {"DateTime", FAMILY_DATETIME},
    {"DateTime64", FAMILY_DATETIME64},
    {"Decimal", FAMILY_DECIMAL},
    {"Enum8", FAMILY_ENUM},
    {"Enum16", FAMILY_ENUM},
    {"Array", FAMILY_ARRAY},
    {"Map", FAMILY_MAP},
    {"Tuple", FAMILY_TUPLE},
    {"JSON", FAMILY_JSON},
    {"AggregateFunction", FAMILY_AGGREGATE},
    {"Float32", FAMILY_FLOAT},
    {"Float64", FAMILY_FLOAT},
};

/* The digits at the end of a name; 0 when there are none. */
static int width_of(Str name)
{
    int width = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        width = c >= '0' && c <= '9' && width < 1000 ? width * 10 + (c - '0') : 0;
    }
    return width;
}

static Family family_of(const Type *bare)
{
    if (type_is_integer(bare))
        return FAMILY_INT;
    for (size_t i = 0; i < ARRAY_LEN(FAMILIES); i++)
        if (type_is(bare, FAMILIES[i].name))
            return FAMILIES[i].family;
    return FAMILY_OTHER;
}

static int number_at(const Type *type, size_t index)
{
    return index < type->arg_count ? (int)type->args[index].number : 0;
}

static bool prints_in_utc(const Type *type)
{
    for (size_t i = 0; i < type->arg_count; i++)
        if (type->args[i].kind == TYPE_ARG_STRING && !str_is(type->args[i].text, "UTC"))
            return false;
    return true;
}

Shape shape_of(const Type *bare)
{
    Shape shape = {.family = family_of(bare), .type = bare, .is_utc = true};
    switch (shape.family) {
    case FAMILY_INT:
        shape.bits = width_of(bare->name);
        shape.is_signed = str_starts(bare->name, "I");
        break;
    case FAMILY_FLOAT:
        shape.bits = width_of(bare->name);
        break;
    case FAMILY_DECIMAL:
        shape.precision = number_at(bare, 0);
        shape.scale = number_at(bare, 1);
        break;
    case FAMILY_FIXED_STRING:
        shape.length = number_at(bare, 0);
        break;
    case FAMILY_DATETIME:
    case FAMILY_DATETIME64:
        shape.precision = shape.family == FAMILY_DATETIME64 ? number_at(bare, 0) : 0;
        shape.is_utc = prints_in_utc(bare);
        break;
    default:
        break;
    }
    return shape;
}

Fact fact_unknown(void)
{
    return (Fact){.cast = {.possible = CONVERSION_UNKNOWN}};
}

Fact fact_lossless(void)
{
    return (Fact){.cast = {.possible = CONVERSION_YES,
                           .can_fail = CONVERSION_NO,
                           .can_change = CONVERSION_NO}};
}

Fact fact_never(void)
{
    return (Fact){.cast = {.possible = CONVERSION_NO,
                           .can_fail = CONVERSION_YES,
                           .can_change = CONVERSION_NO}};
}

Fact fact_fails(const char *witness)
{
    return fact_with_failure(fact_lossless(), witness);
}

Fact fact_changes(const char *witness, const char *result, const char *how)
{
    Fact fact = fact_lossless();
    fact.cast.can_change = CONVERSION_YES;
    fact.cast.change_witness = witness;
    fact.cast.change_result = witness ? result : NULL;
    fact.cast.how = how;
    return fact;
}

Fact fact_with_failure(Fact fact, const char *witness)
{
    fact.cast.can_fail = CONVERSION_YES;
    fact.cast.fail_witness = witness;
    return fact;
}

Fact fact_refused_by_accurate(Fact fact)
{
    fact.accurate_refuses = true;
    return fact;
}
