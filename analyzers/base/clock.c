/* Proleptic Gregorian dates in UTC, without the C library's zones. */
#include "clock.h"

#include <stdlib.h>
#include <time.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

typedef struct {
    int64_t year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
} Date;

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int64_t year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* Days since 1970-01-01. Years are counted from March, so that the leap day comes last. */
static int64_t days_of(Date date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static Date date_of(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    Date date = {
        .year = year_of_era + era * 400 + (month >= 10),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };
    return date;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Exactly `digits` decimal digits off the front. */
static bool take_digits(Str *s, size_t digits, int *out)
{
    if (s->len < digits)
        return false;
    *out = 0;
    for (size_t i = 0; i < digits; i++) {
        if (s->ptr[i] < '0' || s->ptr[i] > '9')
            return false;
        *out = *out * 10 + (s->ptr[i] - '0');
    }
    *s = str_slice(*s, digits, s->len);
    return true;
}

static bool take_char(Str *s, const char *any_of)
{
    if (s->len == 0 || str_find_char(str_of(any_of), s->ptr[0]) < 0)
        return false;
    *s = str_slice(*s, 1, s->len);
    return true;
}

static bool take_date(Str *s, Instant *out)
{
    int year, month, day;
    bool shaped = take_digits(s, 4, &year) && take_char(s, "-") && take_digits(s, 2, &month) &&
                  take_char(s, "-") && take_digits(s, 2, &day);
    if (!shaped || month < 1 || month > 12 || day < 1 || day > month_length(year, month))
        return false;
    *out = days_of((Date){year, month, day}) * DAY;
    return true;
}

static bool take_time(Str *s, Instant *out)
{
    int hour, minute, second = 0;
    if (!take_digits(s, 2, &hour) || !take_char(s, ":") || !take_digits(s, 2, &minute))
        return false;
    if (take_char(s, ":") && !take_digits(s, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *out += hour * HOUR + minute * MINUTE + second;
    if (take_char(s, ".")) {
        int digit;
        if (!take_digits(s, 1, &digit))
            return false;
        while (take_digits(s, 1, &digit))
            ;
    }
    return true;
}

/* "Z", "+02:00" or nothing. */
static bool take_offset(Str *s, Instant *out)
{
    if (s->len == 0 || take_char(s, "Zz"))
        return true;
    bool east = s->ptr[0] == '+';
    int hours, minutes;
    if (!take_char(s, "+-") || !take_digits(s, 2, &hours) || !take_char(s, ":") ||
        !take_digits(s, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    int64_t shift = hours * HOUR + minutes * MINUTE;
    *out += east ? -shift : shift;
    return true;
}

bool instant_parse(Str text, Instant *out)
{
    Instant at;
    if (!take_date(&text, &at))
        return false;
    bool has_time = take_char(&text, "Tt ");
    if (has_time && (!take_time(&text, &at) || !take_offset(&text, &at)))
        return false;
    if (text.len)
        return false;
    *out = at;
    return true;
}

int clock_now(Instant *out, Fault *fault)
{
    const char *fixed = getenv("TBLINT_NOW");
    if (!fixed || !*fixed) {
        *out = (Instant)time(NULL);
        return 0;
    }
    if (!instant_parse(str_of(fixed), out))
        return fault_set(fault, FAULT_USAGE, "TBLINT_NOW is no RFC 3339 time: %.80s", fixed);
    return 0;
}

Str instant_date(Arena *arena, Instant at)
{
    Date date = date_of(floor_div(at, DAY));
    return str_fmt(arena, "%04lld-%02d-%02d", (long long)date.year, date.month, date.day);
}

Str instant_text(Arena *arena, Instant at)
{
    int64_t rest = at - floor_div(at, DAY) * DAY;
    Str date = instant_date(arena, at);
    return str_fmt(arena, "%.*s %02d:%02d:%02d", STR_ARG(date), (int)(rest / HOUR),
                   (int)(rest / MINUTE % 60), (int)(rest % MINUTE));
}

Str span_text(Arena *arena, int64_t seconds)
{
    static const struct {
        const char *name;
        int64_t size;
    } units[] = {{"day", DAY}, {"hour", HOUR}, {"minute", MINUTE}, {"second", 1}};
    if (seconds < 0)
        seconds = -seconds;
    size_t first = 0;
    while (first + 1 < ARRAY_LEN(units) && seconds < units[first].size)
        first++;
    int64_t count = seconds / units[first].size;
    Str text =
        str_fmt(arena, "%lld %s%s", (long long)count, units[first].name, count == 1 ? "" : "s");
    if (first + 1 == ARRAY_LEN(units))
        return text;
    int64_t more = seconds % units[first].size / units[first + 1].size;
    if (more == 0)
        return text;
    return str_fmt(arena, "%.*s %lld %s%s", STR_ARG(text), (long long)more, units[first + 1].name,
                   more == 1 ? "" : "s");
}

Str age_text(Arena *arena, int64_t seconds)
{
    const int64_t week = INT64_C(7) * DAY;
    if (seconds >= 0 && seconds < MINUTE)
        return STR("less than a minute");
    return span_text(arena, seconds < week ? seconds : seconds - seconds % DAY);
}

Instant instant_add_months(Instant at, int months)
{
    int64_t days = floor_div(at, DAY);
    Date date = date_of(days);
    int64_t month = date.year * 12 + date.month - 1 + months;
    date.year = floor_div(month, 12);
    date.month = (int)(month - date.year * 12) + 1;
    int last = month_length(date.year, date.month);
    if (date.day > last)
        date.day = last;
    return days_of(date) * DAY + (at - days * DAY);
}
