/* conversion_number.c: integers, floats, decimals and Bool as the old type. */
#include "conversion_fact.h"

/* The limits of each width as text, since 256 bits fit no C type. */
typedef struct {
    int bits;
    const char *past_unsigned; /* 2^bits: becomes 0 */
    const char *max_unsigned;
    const char *past_signed; /* 2^(bits-1): becomes the smallest */
    const char *min_signed;
    const char *max_signed;
} Limits;

static const Limits LIMITS[] = {
    {8, "256", "255", "128", "-128", "127"},
    {16, "65536", "65535", "32768", "-32768", "32767"},
    {32, "4294967296", "4294967295", "2147483648", "-2147483648", "2147483647"},
    {64, "18446744073709551616", "18446744073709551615", "9223372036854775808",
     "-9223372036854775808", "9223372036854775807"},
    {128, "340282366920938463463374607431768211456", "340282366920938463463374607431768211455",
     "170141183460469231731687303715884105728", "-170141183460469231731687303715884105728",
     "170141183460469231731687303715884105727"},
    {256, NULL, "115792089237316195423570985008687907853269984665640564039457584007913129639935",
     "57896044618658097711785492504343953926634992332820282019728792003956564819968",
     "-57896044618658097711785492504343953926634992332820282019728792003956564819968",
     "57896044618658097711785492504343953926634992332820282019728792003956564819967"},
};

static const Limits *limits_of(int bits)
{
    for (size_t i = 0; i < ARRAY_LEN(LIMITS); i++)
        if (LIMITS[i].bits == bits)
            return &LIMITS[i];
    return NULL;
}

static Fact int_to_int(Shape from, Shape to)
{
    const Limits *limits = limits_of(to.bits);
    bool fits =
        from.is_signed == to.is_signed ? to.bits >= from.bits : to.is_signed && to.bits > from.bits;
    if (!limits)
        return fact_unknown();
    if (fits)
        return fact_lossless();
    Fact fact;
    if (to.is_signed)
        fact = fact_changes(limits->past_signed, limits->min_signed, "wraps");
    else if (from.is_signed)
        fact = fact_changes("-1", limits->max_unsigned, "wraps");
    else
        fact = fact_changes(limits->past_unsigned, "0", "wraps");
    return fact_refused_by_accurate(fact);
}

static Fact int_to_float(Shape from, Shape to)
{
    if (from.bits <= 16 || (from.bits == 32 && to.bits == 64))
        return fact_lossless();
    if (to.bits == 32)
        return fact_refused_by_accurate(fact_changes("16777217", "16777216", "is rounded"));
    return fact_refused_by_accurate(
        fact_changes("9007199254740993", "9007199254740992", "is rounded"));
}

static long double power(long double base, int exponent)
{
    long double result = 1;
    for (int i = 0; i < exponent; i++)
        result *= base;
    return result;
}

/* The largest value of a Decimal's storage, which is wider than its precision. */
static long double decimal_storage(int precision)
{
    int bits = precision <= 9 ? 31 : precision <= 18 ? 63 : precision <= 38 ? 127 : 255;
    return power(2, bits);
}

/* ClickHouse fails where the storage overflows; what passes the precision alone it keeps. */
static Fact int_to_decimal(Shape from, Shape to)
{
    const Limits *limits = limits_of(from.bits);
    long double largest = power(2, from.is_signed ? from.bits - 1 : from.bits);
    if (from.bits > 64)
        return fact_never();
    if (largest <= power(10, to.precision - to.scale))
        return fact_lossless();
    if (limits && largest * power(10, to.scale) > decimal_storage(to.precision) * 2)
        return fact_fails(from.is_signed ? limits->max_signed : limits->max_unsigned);
    Fact fact = fact_lossless();
    fact.cast.can_fail = CONVERSION_UNKNOWN;
    return fact;
}

static const char *in_utc(Shape to, const char *result)
{
    return to.is_utc ? result : NULL;
}

/* Numbers up to 65535 are days, larger ones seconds. */
static Fact int_to_date(Shape from, Shape to)
{
    bool is_date32 = to.family == FAMILY_DATE32;
    if (from.bits == 16 && from.is_signed && is_date32)
        return fact_changes("-32768", "1900-01-01", "is clipped");
    if (from.bits <= 16 && (!from.is_signed || is_date32))
        return fact_lossless();
    if (from.bits <= 16)
        return fact_refused_by_accurate(fact_changes("-1", "1970-01-01", "is clipped"));
    if (is_date32)
        return fact_changes("16777217", "1970-07-14", "is read as seconds, not days");
    Fact fact = fact_changes("65536", "1970-01-01", "is read as seconds, not days");
    if (from.is_signed || from.bits > 32)
        fact.accurate_witness = from.is_signed ? "-1" : "4294967296";
    return fact;
}

static Fact int_to_datetime(Shape from, Shape to)
{
    const char *last = in_utc(to, "2106-02-07 06:28:15");
    if (!from.is_signed && from.bits <= 32)
        return fact_lossless();
    if (from.bits > 64)
        return fact_changes("4294967296", in_utc(to, "1970-01-01 00:00:00"), "wraps");
    if (from.is_signed)
        return fact_refused_by_accurate(
            fact_changes("-1", in_utc(to, "1970-01-01 00:00:00"), "is clipped"));
    return fact_refused_by_accurate(fact_changes("4294967296", last, "is clipped"));
}

static Fact int_to_datetime64(Shape from, Shape to)
{
    if (from.bits > 64)
        return fact_never();
    if (from.bits <= 32)
        return fact_lossless();
    (void)to;
    return fact_changes("9007199254740993", NULL, "is clipped");
}

static Fact int_to_address(Shape from, Shape to)
{
    bool is_ipv6_number = to.family == FAMILY_IPV6 && !from.is_signed && from.bits == 128;
    if (!is_ipv6_number && (to.family != FAMILY_IPV4 || from.is_signed || from.bits > 64))
        return fact_never();
    Fact fact = is_ipv6_number || from.bits <= 32 ? fact_lossless()
                                                  : fact_changes("4294967296", "0.0.0.0", "wraps");
    fact.accurate_never = true;
    return fact;
}

static Fact number_to_enum(const Type *type)
{
    Fact fact = fact_fails(enum_foreign_number(type));
    fact.or_null_raises = true;
    return fact;
}

Fact fact_from_int(Shape from, Shape to)
{
    switch (to.family) {
    case FAMILY_INT:
        return int_to_int(from, to);
    case FAMILY_FLOAT:
        return int_to_float(from, to);
    case FAMILY_DECIMAL:
        return int_to_decimal(from, to);
    case FAMILY_BOOL:
        return fact_changes("2", "true", "is true for any number but 0");
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_DATE:
    case FAMILY_DATE32:
        return int_to_date(from, to);
    case FAMILY_DATETIME:
        return int_to_datetime(from, to);
    case FAMILY_DATETIME64:
        return int_to_datetime64(from, to);
    case FAMILY_ENUM:
        return from.bits > 64 ? fact_never() : number_to_enum(to.type);
    case FAMILY_UUID:
    case FAMILY_IPV4:
    case FAMILY_IPV6:
        return int_to_address(from, to);
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_never();
    }
}

static Fact float_to_float(Shape from, Shape to)
{
    if (to.bits >= from.bits)
        return fact_lossless();
    return fact_refused_by_accurate(fact_changes("16777217", "16777216", "is rounded"));
}

static Fact float_to_time(Shape to)
{
    Fact fact;
    if (to.family == FAMILY_DATETIME64) {
        fact = fact_with_failure(fact_changes(NULL, NULL, "is rounded"), "nan");
        fact.or_null_raises = true;
        return fact;
    }
    if (to.family == FAMILY_DATETIME)
        fact = fact_changes("1.5", in_utc(to, "1970-01-01 00:00:01"), "loses its fraction");
    else
        fact = fact_changes("1.5", "1970-01-02", "loses its fraction");
    if (to.family != FAMILY_DATE32)
        fact.accurate_witness = "-1";
    return fact;
}

Fact fact_from_float(Shape from, Shape to)
{
    switch (to.family) {
    case FAMILY_FLOAT:
        return float_to_float(from, to);
    case FAMILY_INT:
        return fact_refused_by_accurate(
            fact_with_failure(fact_changes("1.5", "1", "loses its fraction"), "nan"));
    case FAMILY_DECIMAL:
        return fact_with_failure(
            fact_changes(from.bits == 64 ? "0.12345678901234566" : NULL, NULL, "loses digits"),
            "nan");
    case FAMILY_BOOL:
        return fact_changes("2", "true", "is true for any number but 0");
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_DATE:
    case FAMILY_DATE32:
    case FAMILY_DATETIME:
    case FAMILY_DATETIME64:
        return float_to_time(to);
    case FAMILY_ENUM: {
        Fact fact = number_to_enum(to.type);
        fact.cast.can_change = CONVERSION_YES;
        fact.cast.how = "loses its fraction";
        return fact;
    }
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_never();
    }
}

/* A number with exactly `digits` decimals that any Decimal with as many can hold. */
static const char *with_decimals(int digits)
{
    static const char *const values[] = {
        NULL,      "1.5",      "1.25",      "1.125",      "1.0625",
        "1.03125", "1.015625", "1.0078125", "1.00390625", "1.001953125",
    };
    return digits > 0 && (size_t)digits < ARRAY_LEN(values) ? values[digits] : NULL;
}

/* A whole number of that many nines. */
static const char *nines(int digits)
{
    static const char all[] = "9999999999999999999999999999999999999999999999999999999999999999999"
                              "999999999";
    return digits > 0 && (size_t)digits < sizeof all ? all + sizeof all - 1 - digits : NULL;
}

static Fact decimal_to_int(Shape from, Shape to)
{
    int whole = from.precision - from.scale;
    long double largest = power(2, to.is_signed ? to.bits - 1 : to.bits);
    Fact fact = from.scale ? fact_changes(with_decimals(from.scale), "1", "loses its fraction")
                           : fact_lossless();
    if (!to.is_signed)
        fact = fact_with_failure(fact, "-1");
    else if (power(10, whole) > largest)
        fact = fact_with_failure(fact, nines(whole));
    fact.or_null_raises = fact.cast.can_fail == CONVERSION_YES;
    return fact;
}

static Fact decimal_to_decimal(Shape from, Shape to)
{
    int from_whole = from.precision - from.scale;
    int to_whole = to.precision - to.scale;
    Fact fact = fact_lossless();
    if (from.scale > to.scale)
        fact = fact_changes(with_decimals(to.scale + 1), NULL, "loses digits after the point");
    if (from_whole <= to_whole)
        return fact;
    if (power(10, from_whole + to.scale) > decimal_storage(to.precision) * 2)
        return fact_with_failure(fact, nines(from_whole));
    fact.cast.can_fail = CONVERSION_UNKNOWN;
    return fact;
}

static Fact decimal_to_datetime64(Shape from, Shape to)
{
    int whole = from.precision - from.scale;
    Fact fact = fact_lossless();
    if (from.scale > to.precision)
        fact = fact_changes(with_decimals(to.precision + 1), NULL, "loses digits after the point");
    else if (whole > 9)
        fact = fact_changes(NULL, NULL, "is clipped");
    if (whole + to.precision > 18) {
        fact = fact_with_failure(fact, nines(whole));
        fact.or_null_raises = true;
    }
    return fact;
}

/* Floats hold 6 and 15 decimal digits for sure. */
static Fact decimal_to_float(Shape from, Shape to)
{
    if (from.precision <= (to.bits == 32 ? 6 : 15))
        return fact_lossless();
    return fact_changes(NULL, NULL, "is rounded");
}

Fact fact_from_decimal(Shape from, Shape to)
{
    switch (to.family) {
    case FAMILY_INT:
        return decimal_to_int(from, to);
    case FAMILY_FLOAT:
        return decimal_to_float(from, to);
    case FAMILY_DECIMAL:
        return decimal_to_decimal(from, to);
    case FAMILY_BOOL:
        return fact_changes("2", "true", "is true for any number but 0");
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_DATETIME64:
        return decimal_to_datetime64(from, to);
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_never();
    }
}

static Fact bool_to_fixed_string(Shape to)
{
    if (to.length < 4)
        return fact_never();
    return to.length == 4 ? fact_fails("false") : fact_lossless();
}

Fact fact_from_bool(Shape from, Shape to)
{
    (void)from;
    switch (to.family) {
    case FAMILY_INT:
    case FAMILY_FLOAT:
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_DECIMAL:
        return to.precision > to.scale ? fact_lossless() : fact_unknown();
    case FAMILY_FIXED_STRING:
        return bool_to_fixed_string(to);
    case FAMILY_DATE:
    case FAMILY_DATE32:
        return fact_changes("true", "1970-01-02", "is read as a number of days");
    case FAMILY_DATETIME:
    case FAMILY_DATETIME64:
        return fact_changes("true", NULL, "is read as a number of seconds");
    case FAMILY_IPV4: {
        Fact fact = fact_changes("true", "0.0.0.1", "is read as a number");
        fact.accurate_never = true;
        return fact;
    }
    case FAMILY_ENUM:
        return number_to_enum(to.type);
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_never();
    }
}
