/* retention_number.c: constant numbers, units of time, and lengths. */
#include "retention_number.h"

#include "base/clock.h"

static const int64_t DAY = 86400;
static const double LARGEST = 1e12;

static bool parse_number(Str text, double *out)
{
    size_t i = 0;
    double value = 0;
    double scale = 0;
    bool negative = text.len && text.ptr[0] == '-';
    if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        i++;
    if (i == text.len || text.len > 32)
        return false;
    for (; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && scale == 0) {
            scale = 1;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        scale *= 10;
        value = value * 10 + (c - '0');
    }
    value = scale > 1 ? value / scale : value;
    *out = negative ? -value : value;
    return value <= LARGEST;
}

static bool apply(Str op, double a, double b, double *out)
{
    if (str_is(op, "+"))
        *out = a + b;
    else if (str_is(op, "-"))
        *out = a - b;
    else if (str_is(op, "*"))
        *out = a * b;
    else if (str_is(op, "/") && b != 0)
        *out = a / b;
    else
        return false;
    return *out <= LARGEST && *out >= -LARGEST;
}

bool constant_number(const Expr *expr, double *out)
{
    double a;
    double b;
    if (!expr)
        return false;
    if (expr->kind == EXPR_NUMBER || expr->kind == EXPR_STRING)
        return parse_number(expr->name, out);
    if (expr->kind != EXPR_OPERATOR || expr->args.len < 1 || expr->args.len > 2)
        return false;
    if (!constant_number(expr->args.items[0], &a))
        return false;
    if (expr->args.len == 1) {
        bool negative = str_is(expr->name, "-");
        *out = negative ? -a : a;
        return negative || str_is(expr->name, "+");
    }
    return constant_number(expr->args.items[1], &b) && apply(expr->name, a, b, out);
}

bool unit_length(Str unit, double count, int64_t *months, int64_t *seconds)
{
    static const struct {
        const char *name;
        int64_t seconds;
        int64_t months;
    } units[] = {
        {"SECOND", 1, 0},    {"MINUTE", 60, 0}, {"HOUR", 3600, 0}, {"DAY", 86400, 0},
        {"WEEK", 604800, 0}, {"MONTH", 0, 1},   {"QUARTER", 0, 3}, {"YEAR", 0, 12},
    };
    static const struct {
        const char *name;
        double in_second;
    } fractions[] = {{"MILLISECOND", 1e3}, {"MICROSECOND", 1e6}, {"NANOSECOND", 1e9}};
    int64_t whole = (int64_t)count; /* ClickHouse drops the fraction: toIntervalDay(1.5) */
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (!str_is_nocase(unit, units[i].name))
            continue;
        *months = units[i].months * whole;
        *seconds = units[i].seconds * whole;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(fractions); i++) {
        if (!str_is_nocase(unit, fractions[i].name))
            continue;
        *months = 0;
        *seconds = (int64_t)((double)whole / fractions[i].in_second);
        return true;
    }
    return false;
}

Str unit_of_function(Str name, const char *prefix)
{
    if (!str_starts(name, prefix))
        return (Str){0};
    Str unit = str_slice(name, str_of(prefix).len, name.len);
    return str_ends(unit, "s") ? str_slice(unit, 0, unit.len - 1) : unit;
}

/* The fewest and the most days of so many consecutive months. */
static const int16_t FEWEST_DAYS[] = {0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334};
static const int16_t MOST_DAYS[] = {0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337};

static int64_t fewest_days(int64_t months)
{
    return months / 12 * 365 + FEWEST_DAYS[months % 12];
}

static int64_t most_days(int64_t months)
{
    int64_t years = months / 12;
    int64_t leap_days = years ? years / 4 + 1 : 0;
    return years * 365 + leap_days + MOST_DAYS[months % 12];
}

TtlLength ttl_length_of(int64_t months, int64_t seconds)
{
    TtlLength length = {.known = true, .months = (int32_t)months, .seconds = seconds};
    /* Forty thousand years: what passes it is a mistake, and must not overflow. */
    if (months > 480000 || months < -480000)
        return (TtlLength){0};
    if (months >= 0) {
        length.min_seconds = fewest_days(months) * DAY + seconds;
        length.max_seconds = most_days(months) * DAY + seconds;
    } else {
        length.min_seconds = -most_days(-months) * DAY + seconds;
        length.max_seconds = -fewest_days(-months) * DAY + seconds;
    }
    return length;
}

static TtlOrder order(int64_t a, int64_t b)
{
    return a == b ? TTL_EQUAL : b < a ? TTL_SHORTER : TTL_LONGER;
}

TtlOrder ttl_length_compare(TtlLength a, TtlLength b)
{
    if (!a.known || !b.known)
        return TTL_UNORDERED;
    TtlOrder by_months = order(a.months, b.months);
    TtlOrder by_seconds = order(a.seconds, b.seconds);
    if (by_months == by_seconds || by_seconds == TTL_EQUAL)
        return by_months;
    if (by_months == TTL_EQUAL)
        return by_seconds;
    if (b.max_seconds < a.min_seconds)
        return TTL_SHORTER;
    if (b.min_seconds > a.max_seconds)
        return TTL_LONGER;
    return TTL_UNORDERED;
}

static Str months_text(Arena *arena, int64_t months)
{
    bool years = months % 12 == 0;
    int64_t count = years ? months / 12 : months;
    return str_fmt(arena, "%lld %s%s", (long long)count, years ? "year" : "month",
                   count == 1 ? "" : "s");
}

Str ttl_length_text(Arena *arena, TtlLength length)
{
    if (!length.known)
        return STR("an unknown time");
    if (length.months == 0 && length.seconds == 0)
        return STR("no time");
    Str rest = span_text(arena, length.seconds);
    const char *minus = length.seconds < 0 ? "minus " : "";
    if (length.months == 0)
        return str_fmt(arena, "%s%.*s", minus, STR_ARG(rest));
    Str months = months_text(arena, length.months < 0 ? -length.months : length.months);
    if (length.seconds == 0)
        return str_fmt(arena, "%s%.*s", length.months < 0 ? "minus " : "", STR_ARG(months));
    return str_fmt(arena, "%s%.*s %s%.*s", length.months < 0 ? "minus " : "", STR_ARG(months),
                   length.seconds < 0 ? "minus " : "and ", STR_ARG(rest));
}

int64_t ttl_cutoff(TtlLength length, int64_t now)
{
    return instant_add_months(now, -length.months) - length.seconds;
}
