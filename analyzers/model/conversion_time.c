/* conversion_time.c: dates and times as the old type. */
#include "conversion_fact.h"

/* Day numbers need 16 bits, with a sign from 1900 on; a day of 2106 passes 32767. */
static Fact date_to_int(Shape from, Shape to)
{
    bool is_date32 = from.family == FAMILY_DATE32;
    if (is_date32 ? to.is_signed && to.bits >= 32 : to.bits >= (to.is_signed ? 32 : 16))
        return fact_lossless();
    if (to.bits == 8)
        return fact_changes("2024-05-06", to.is_signed ? "-119" : "137", "wraps");
    if (is_date32 && !to.is_signed)
        return fact_changes("1900-01-01", NULL, "wraps");
    return fact_changes("2106-02-08", NULL, "wraps");
}

/* Out of range CAST wraps where INSERT clips, so no result is told. */
static Fact date_to_time(Shape from, Shape to)
{
    bool is_date32 = from.family == FAMILY_DATE32;
    switch (to.family) {
    case FAMILY_DATE:
        return is_date32 ? fact_changes("1900-01-01", NULL, "is outside the range of Date")
                         : fact_lossless();
    case FAMILY_DATETIME:
        return fact_changes("2106-02-08", NULL, "is outside the range of DateTime");
    case FAMILY_DATETIME64:
        if (is_date32 && to.precision >= 9)
            return fact_changes("2299-12-31", NULL, "is clipped");
        return fact_lossless();
    default:
        return fact_lossless();
    }
}

Fact fact_from_date(Shape from, Shape to)
{
    switch (to.family) {
    case FAMILY_INT:
        return date_to_int(from, to);
    case FAMILY_FLOAT:
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_BOOL:
        return fact_changes("2024-05-06", "true", "is true for any day but 1970-01-01");
    case FAMILY_DATE:
    case FAMILY_DATE32:
    case FAMILY_DATETIME:
    case FAMILY_DATETIME64:
        return date_to_time(from, to);
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_never();
    }
}

/* A moment with a fraction of just that precision, as it prints. */
static const char *with_fraction(int precision)
{
    static const char *const values[] = {
        NULL,
        "2024-05-06 07:08:09.1",
        "2024-05-06 07:08:09.12",
        "2024-05-06 07:08:09.123",
        "2024-05-06 07:08:09.1234",
        "2024-05-06 07:08:09.12345",
        "2024-05-06 07:08:09.123456",
        "2024-05-06 07:08:09.1234567",
        "2024-05-06 07:08:09.12345678",
        "2024-05-06 07:08:09.123456789",
    };
    return precision > 0 && (size_t)precision < ARRAY_LEN(values) ? values[precision] : NULL;
}

static const char *cut_to(Shape from, Shape to)
{
    bool same_zone = from.is_utc && to.is_utc;
    if (!same_zone)
        return NULL;
    return to.precision ? with_fraction(to.precision) : "2024-05-06 07:08:09";
}

static Fact time_to_int(Shape from, Shape to)
{
    bool wide = to.bits >= (to.is_signed ? 64 : 32);
    bool is_datetime64 = from.family == FAMILY_DATETIME64;
    if (!is_datetime64 && wide)
        return fact_lossless();
    if (!is_datetime64)
        return fact_changes(to.bits == 32 ? "2106-02-07 06:28:15" : "2024-05-06 07:08:09", NULL,
                            "wraps");
    Fact fact = fact_changes(with_fraction(from.precision), from.is_utc ? "1714979289" : NULL,
                             "loses its fraction");
    if (to.is_signed && to.bits >= 64)
        return fact;
    fact.cast.change_witness = "1969-12-31 23:59:59.123";
    fact.cast.change_result = NULL;
    fact.or_null_raises = true;
    return fact_with_failure(fact, to.is_signed || to.bits < 32 ? "2106-02-07 06:28:16"
                                                                : "1900-01-01 00:00:00");
}

static Fact time_to_float(Shape from, Shape to)
{
    if (to.bits == 32)
        return fact_changes("2024-05-06 07:08:09", NULL, "is rounded");
    return from.precision <= 6 ? fact_lossless()
                               : fact_changes(with_fraction(from.precision), NULL, "is rounded");
}

static Fact time_to_datetime64(Shape from, Shape to)
{
    if (from.precision > to.precision)
        return fact_changes(with_fraction(from.precision), cut_to(from, to),
                            "loses digits of its fraction");
    if (from.family == FAMILY_DATETIME || from.precision == to.precision || to.precision < 8)
        return fact_lossless();
    Fact fact = fact_fails(to.precision == 9 ? "2299-12-31 23:59:59" : NULL);
    fact.or_null_raises = true;
    return fact;
}

static Fact time_to_decimal(Shape from, Shape to)
{
    if (from.family == FAMILY_DATETIME)
        return fact_never();
    Fact fact = from.precision > to.scale
                    ? fact_changes(with_fraction(from.precision), NULL, "loses digits")
                    : fact_lossless();
    if (to.precision - to.scale < 11) {
        fact = fact_with_failure(fact, to.precision <= 9 ? "2024-05-06 07:08:09" : NULL);
        fact.cast.change_witness = NULL;
        fact.or_null_raises = true;
    }
    return fact;
}

static Fact time_to_time(Shape from, Shape to)
{
    switch (to.family) {
    case FAMILY_DATE:
    case FAMILY_DATE32:
        return fact_changes("2024-05-06 07:08:09", "2024-05-06", "loses its time of day");
    case FAMILY_DATETIME:
        if (from.family == FAMILY_DATETIME)
            return fact_lossless();
        if (from.precision == 0)
            return fact_changes("1969-12-31 23:59:59", to.is_utc ? "1970-01-01 00:00:00" : NULL,
                                "is clipped");
        return fact_changes(with_fraction(from.precision), cut_to(from, to), "loses its fraction");
    default:
        return time_to_datetime64(from, to);
    }
}

Fact fact_from_time(Shape from, Shape to)
{
    switch (to.family) {
    case FAMILY_INT:
        return time_to_int(from, to);
    case FAMILY_FLOAT:
        return time_to_float(from, to);
    case FAMILY_DECIMAL:
        return time_to_decimal(from, to);
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_BOOL:
        return fact_changes("2024-05-06 07:08:09", "true", "is true for any moment but 1970");
    case FAMILY_DATE:
    case FAMILY_DATE32:
    case FAMILY_DATETIME:
    case FAMILY_DATETIME64:
        return time_to_time(from, to);
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_never();
    }
}
