/* conversion_text.c: strings, addresses and UUID as the old type. */
#include "conversion_fact.h"

static Fact string_to_int(Shape to)
{
    switch (to.bits) {
    case 8:
        return fact_changes("256", "0", "wraps");
    case 16:
        return fact_changes("65536", "0", "wraps");
    case 32:
        return fact_changes("99999999999999999999", "1661992959", "wraps");
    case 64:
        return fact_changes("99999999999999999999", "7766279631452241919", "wraps");
    default:
        return fact_lossless();
    }
}

static Fact string_to_time(Shape to)
{
    switch (to.family) {
    case FAMILY_DATE:
    case FAMILY_DATE32:
        return fact_changes("2024-05-06 07:08:09", "2024-05-06", "loses its time of day");
    case FAMILY_DATETIME:
        return fact_changes("2024-05-06 07:08:09.123456", "2024-05-06 07:08:09",
                            "loses its fraction");
    default:
        if (to.precision < 6)
            return fact_changes("2024-05-06 07:08:09.123456",
                                to.precision == 3 ? "2024-05-06 07:08:09.123" : NULL,
                                "loses digits of its fraction");
        return fact_changes(NULL, NULL, "is guessed when incomplete");
    }
}

static Fact string_to_enum(Shape to)
{
    Fact fact = fact_fails(enum_foreign_name(to.type));
    fact.or_null_raises = true;
    fact.cast.can_change = CONVERSION_YES;
    fact.cast.how = "is taken as an Enum number when it is one";
    return fact;
}

static Fact string_to_fixed_string(Shape to)
{
    return fact_fails(to.length < 17 ? "seventeen bytes!!" : NULL);
}

static Fact string_to_container(Shape to)
{
    if (to.family == FAMILY_MAP)
        return fact_never();
    Fact fact = fact_fails("abc");
    fact.or_null_raises = to.family != FAMILY_JSON;
    fact.cast.can_change = CONVERSION_UNKNOWN;
    return fact;
}

static Fact string_to_scalar(Shape to)
{
    switch (to.family) {
    case FAMILY_INT:
        return to.bits > 64 ? fact_lossless() : fact_refused_by_accurate(string_to_int(to));
    case FAMILY_FLOAT:
        return fact_changes("99999999999999999999", "100000000000000000000", "is rounded");
    case FAMILY_DECIMAL:
        return fact_changes("1.2.3.4", to.scale == 2 ? "1.23" : NULL,
                            "loses digits after the point");
    case FAMILY_IPV6:
        return fact_changes("1.2.3.4", "::ffff:1.2.3.4", "is written as an IPv6 address");
    case FAMILY_BOOL:
    case FAMILY_UUID:
    case FAMILY_IPV4:
        return fact_lossless();
    default:
        return string_to_time(to);
    }
}

Fact fact_from_string(Shape from, Shape to)
{
    (void)from;
    switch (to.family) {
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_FIXED_STRING:
        return string_to_fixed_string(to);
    case FAMILY_ENUM:
        return string_to_enum(to);
    case FAMILY_ARRAY:
    case FAMILY_MAP:
    case FAMILY_TUPLE:
    case FAMILY_JSON:
        return string_to_container(to);
    case FAMILY_AGGREGATE: {
        Fact fact = fact_with_failure(fact_unknown(), "abc");
        fact.or_null_raises = true;
        return fact;
    }
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_with_failure(string_to_scalar(to), "abc");
    }
}

/* The zero bytes at the end of a FixedString belong to the text: most parsing fails on them, and
 * 16 bytes are taken for the bytes of a UUID or an address. */
Fact fact_from_fixed_string(Shape from, Shape to)
{
    Fact fact = fact_with_failure(fact_unknown(), NULL);
    fact.or_null_raises = true;
    switch (to.family) {
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_FIXED_STRING:
        return to.length >= from.length ? fact_lossless() : fact_never();
    case FAMILY_UUID:
    case FAMILY_IPV6:
        if (from.length != 16)
            return fact;
        return fact_changes(NULL, NULL, "is taken for raw bytes");
    case FAMILY_IPV4:
        return fact_never();
    case FAMILY_OTHER:
        return fact_unknown();
    case FAMILY_MAP:
    case FAMILY_AGGREGATE:
        return fact_never();
    default:
        return fact;
    }
}

static Fact address_to_bool(Shape from)
{
    if (from.family == FAMILY_IPV4)
        return fact_changes("10.1.2.3", "true", "is true for any address but 0.0.0.0");
    return fact_changes(NULL, NULL, "keeps one bit of it");
}

static Fact address_to_int(Shape from, Shape to)
{
    if (to.is_signed)
        return fact_never();
    if (from.family == FAMILY_IPV4)
        return to.bits >= 32 ? fact_lossless() : fact_never();
    if (to.bits != 128)
        return fact_never();
    return from.family == FAMILY_IPV6 ? fact_lossless()
                                      : fact_changes(NULL, NULL, "is read as a number");
}

Fact fact_from_address(Shape from, Shape to)
{
    bool is_ipv4 = from.family == FAMILY_IPV4;
    switch (to.family) {
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_BOOL:
        return address_to_bool(from);
    case FAMILY_INT:
        return address_to_int(from, to);
    case FAMILY_IPV6:
        return is_ipv4 ? fact_lossless() : fact_never();
    case FAMILY_IPV4:
        return from.family == FAMILY_IPV6 ? fact_fails("::") : fact_never();
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_never();
    }
}
