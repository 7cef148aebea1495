/* cron.c: the syntax of cron schedules, field by field. */
#include "checks/cron.h"

#include <string.h>

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, SECOND, YEAR, FIELDS };
enum { SHORT_FORM = 5 };

typedef struct {
    const char *name;
    int low;
    int high;
} FieldInfo;

static const FieldInfo fields[FIELDS] = {
    {"minute", 0, 59},         {"hour", 0, 23},   {"day of the month", 1, 31}, {"month", 1, 12},
    {"day of the week", 0, 6}, {"second", 0, 59}, {"year", 1970, 2099},
};

static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                          "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const day_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
static const char *const aliases[] = {"@hourly",  "@daily",  "@midnight", "@weekly",
                                      "@monthly", "@yearly", "@annually"};

/* One field being read; `count` is how many fields the schedule has. */
typedef struct {
    int index;
    size_t count;
    bool has_nth;   /* 5#2 */
    bool has_plain; /* a weekday without # */
} Field;

static bool is_number(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

/* Digits only; more than any field holds stays more. */
static int number_of(Str s)
{
    int value = 0;
    for (size_t i = 0; i < s.len; i++)
        value = value > 100000 ? value : value * 10 + (s.ptr[i] - '0');
    return value;
}

static int name_value(Str s, const char *const *names, size_t count, int first)
{
    for (size_t i = 0; i < count; i++)
        if (str_is_nocase(s, names[i]))
            return first + (int)i;
    return -1;
}

/* Sunday is 7 as well as 0, in the short form only; with seconds, day 0 counts as 1. */
static int canonical(const Field *field, int value)
{
    if (field->index == WEEKDAY && value == 7 && field->count == SHORT_FORM)
        return 0;
    if (field->index == DAY && value == 0 && field->count == SHORT_FORM + 1)
        return 1;
    return value;
}

/* -1: no number and no name of this field. */
static int value_of(const Field *field, Str s)
{
    if (is_number(s))
        return canonical(field, number_of(s));
    if (field->index == MONTH)
        return name_value(s, month_names, ARRAY_LEN(month_names), 1);
    if (field->index == WEEKDAY)
        return name_value(s, day_names, ARRAY_LEN(day_names), 0);
    return -1;
}

static bool single_fits(const Field *field, Str item)
{
    if (str_is(item, "*") || (field->index == DAY && str_is_nocase(item, "l")))
        return true;
    int value = value_of(field, item);
    return value >= fields[field->index].low && value <= fields[field->index].high;
}

static bool range_fits(const Field *field, Str low_text, Str high_text)
{
    const FieldInfo *info = &fields[field->index];
    int low = value_of(field, low_text);
    int high =
        field->index == DAY && str_is_nocase(high_text, "l") ? 31 : value_of(field, high_text);
    if (low < 0 || high < 0 || low > info->high || high > info->high)
        return false;
    return low >= info->low || low >= high;
}

/* n, name, *, a-b, any of them with /step. */
static bool plain_item_fits(const Field *field, Str item)
{
    Str body = item;
    ptrdiff_t slash = str_find_char(item, '/');
    if (slash >= 0) {
        Str step = str_slice(item, (size_t)slash + 1, item.len);
        if (!is_number(step) || number_of(step) == 0)
            return false;
        body = str_slice(item, 0, (size_t)slash);
        if (str_is(body, "*"))
            return true;
    }
    ptrdiff_t dash = str_find_char(body, '-');
    if (dash >= 0)
        return range_fits(field, str_slice(body, 0, (size_t)dash),
                          str_slice(body, (size_t)dash + 1, body.len));
    if (slash >= 0) {
        int low = value_of(field, body);
        return low >= fields[field->index].low && low <= fields[field->index].high;
    }
    return single_fits(field, body);
}

/* 5#2, fri#1, mon-fri#3, L5. */
static bool weekday_item_fits(Field *field, Str item)
{
    ptrdiff_t hash = str_find_char(item, '#');
    if (hash >= 0) {
        Str nth = str_slice(item, (size_t)hash + 1, item.len);
        field->has_nth = true;
        return is_number(nth) && number_of(nth) >= 1 && number_of(nth) <= 5 &&
               plain_item_fits(field, str_slice(item, 0, (size_t)hash));
    }
    if (item.len > 1 && (item.ptr[0] == 'l' || item.ptr[0] == 'L') &&
        is_number(str_slice(item, 1, item.len))) {
        field->has_nth = true;
        return plain_item_fits(field, str_slice(item, 1, item.len));
    }
    field->has_plain = field->has_plain || !str_is(item, "*");
    return plain_item_fits(field, item);
}

/* 15W, W15: the working day nearest to it, alone in its field. */
static bool nearest_weekday(Str item)
{
    Str day = {0};
    if (item.len > 1 && strchr("wW", item.ptr[0]))
        day = str_slice(item, 1, item.len);
    else if (item.len > 1 && strchr("wW", item.ptr[item.len - 1]))
        day = str_slice(item, 0, item.len - 1);
    return is_number(day) && number_of(day) >= 1 && number_of(day) <= 31;
}

/* R, R/15: any moment, chosen by the library. */
static bool is_random(Str text)
{
    if (text.len == 0 || !strchr("rR", text.ptr[0]))
        return false;
    if (text.len == 1)
        return true;
    Str step = str_slice(text, 2, text.len);
    return text.ptr[1] == '/' && is_number(step) && number_of(step) > 0;
}

static bool field_fits(Field *field, Str text)
{
    if (is_random(text))
        return true;
    if (str_find_char(text, '?') >= 0)
        return text.len == 1 && (field->index == DAY || field->index == WEEKDAY);
    if (field->index == DAY && nearest_weekday(text))
        return true;
    for (size_t start = 0; start <= text.len;) {
        Str rest = str_slice(text, start, text.len);
        ptrdiff_t comma = str_find_char(rest, ',');
        Str item = comma < 0 ? rest : str_slice(rest, 0, (size_t)comma);
        bool fits =
            field->index == WEEKDAY ? weekday_item_fits(field, item) : plain_item_fits(field, item);
        if (!fits)
            return false;
        start += item.len + 1;
    }
    return !(field->has_nth && field->has_plain);
}

static bool is_alias(Str text)
{
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
        if (str_is_nocase(text, aliases[i]))
            return true;
    return false;
}

/* Words between blanks; returns how many there are, storing at most FIELDS. */
static size_t split_fields(Str text, Str *out)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len;) {
        while (i < text.len && strchr(" \t\r\n", text.ptr[i]))
            i++;
        size_t start = i;
        while (i < text.len && !strchr(" \t\r\n", text.ptr[i]))
            i++;
        if (i > start && count < FIELDS)
            out[count] = str_slice(text, start, i);
        count += i > start;
    }
    return count;
}

Str cron_problem(Arena *arena, Str text)
{
    Str parts[FIELDS];
    if (is_alias(text))
        return (Str){0};
    size_t count = split_fields(text, parts);
    if (count < SHORT_FORM || count > FIELDS)
        return str_fmt(arena, "needs five fields, not %zu", count);
    for (size_t i = 0; i < count; i++) {
        Field field = {.index = (int)i, .count = count};
        if (!field_fits(&field, parts[i]))
            return str_fmt(arena, "does not take '%.*s' as the %s (%d to %d)", STR_ARG(parts[i]),
                           fields[i].name, fields[i].low, fields[i].high);
    }
    return (Str){0};
}
