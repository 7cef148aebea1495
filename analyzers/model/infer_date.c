/* infer_date.c: dates and times: intervals, beginnings of periods, time zones, now. */
#include "infer_internal.h"

#include <string.h>

typedef enum { UNIT_NONE, UNIT_FRACTION, UNIT_TIME, UNIT_DAY, UNIT_DATE } UnitSize;

static const struct {
    const char *name;  /* as in INTERVAL */
    const char *title; /* as in toIntervalDay */
    UnitSize size;     /* UNIT_DATE: a week and longer */
} UNITS[] = {
    {"NANOSECOND", "Nanosecond", UNIT_FRACTION},
    {"MICROSECOND", "Microsecond", UNIT_FRACTION},
    {"MILLISECOND", "Millisecond", UNIT_FRACTION},
    {"SECOND", "Second", UNIT_TIME},
    {"MINUTE", "Minute", UNIT_TIME},
    {"HOUR", "Hour", UNIT_TIME},
    {"DAY", "Day", UNIT_DAY},
    {"WEEK", "Week", UNIT_DATE},
    {"MONTH", "Month", UNIT_DATE},
    {"QUARTER", "Quarter", UNIT_DATE},
    {"YEAR", "Year", UNIT_DATE},
};

static UnitSize unit_size(Str unit)
{
    for (size_t i = 0; i < ARRAY_LEN(UNITS); i++)
        if (str_is_nocase(unit, UNITS[i].name))
            return UNITS[i].size;
    return UNIT_NONE;
}

const Type *infer_interval(Infer *in, Str unit)
{
    for (size_t i = 0; i < ARRAY_LEN(UNITS); i++)
        if (str_is_nocase(unit, UNITS[i].name))
            return type_make(in->arena, str_fmt(in->arena, "Interval%s", UNITS[i].title), NULL, 0);
    return NULL;
}

/* A Date moved by hours becomes a DateTime. */
const Type *infer_add_interval(Infer *in, const Call *call, const Type *date, Str unit)
{
    UnitSize size = unit_size(unit);
    const Type *bare = type_bare(date);
    if (size == UNIT_NONE || size == UNIT_FRACTION || infer_any_low_cardinality(call))
        return NULL;
    if (infer_class_in(bare, "tT"))
        return infer_wrapped(in, call, bare);
    if (infer_class(bare) == 'e')
        return size == UNIT_TIME ? NULL : infer_wrapped(in, call, bare);
    if (infer_class(bare) != 'd')
        return NULL;
    return infer_wrapped(in, call, size == UNIT_TIME ? infer_named(in, "DateTime") : bare);
}

/* addDays(x, n), subtractMonths(x, n) */
const Type *infer_add_units(Infer *in, const Call *call)
{
    Str name = call->expr->name;
    Str unit = str_slice(name, str_starts(name, "add") ? 3 : strlen("subtract"), name.len);
    if (!str_ends(unit, "s") || !infer_class_in(call->args[1].type, "uifg"))
        return NULL;
    return infer_add_interval(in, call, call->args[0].type, str_slice(unit, 0, unit.len - 1));
}

/* The zone that is written, else that of the value. False when it is not clear. */
static bool result_zone(const Call *call, size_t index, Str *zone)
{
    infer_zone(call->args[0].type, zone);
    if (call->count <= index)
        return true;
    const Expr *written = call->expr->args.items[index];
    *zone = written->name;
    return written->kind == EXPR_STRING;
}

/* toStartOfHour(t), toStartOfHour(t, 'UTC') */
const Type *infer_start_of_time(Infer *in, const Call *call)
{
    Str zone;
    if (infer_any_low_cardinality(call) || !result_zone(call, 1, &zone))
        return NULL;
    return infer_wrapped(in, call, infer_date_time(in, -1, zone));
}

/* toStartOfInterval(t, INTERVAL 5 MINUTE): a DateTime for days and less, a Date for more. */
const Type *infer_start_of_interval(Infer *in, const Call *call)
{
    Str zone;
    const Type *interval = call->args[1].type;
    if (!infer_class_in(call->args[0].type, "dtT") || infer_class(interval) != 'V' ||
        infer_any_low_cardinality(call) || !result_zone(call, 2, &zone) || call->count > 3)
        return NULL;
    UnitSize size = unit_size(str_slice(interval->name, strlen("Interval"), interval->name.len));
    if (size == UNIT_DATE)
        return infer_wrapped(in, call, infer_named(in, "Date"));
    bool date = infer_class(call->args[0].type) == 'd';
    if (size == UNIT_FRACTION || size == UNIT_NONE || date)
        return NULL;
    return infer_wrapped(in, call, infer_date_time(in, -1, zone));
}

/* date_trunc('month', t) */
const Type *infer_date_trunc(Infer *in, const Call *call)
{
    Str zone;
    Call value = {call->expr, call->args + 1, 1};
    const Expr *unit = call->expr->args.items[0];
    UnitSize size = unit->kind == EXPR_STRING ? unit_size(unit->name) : UNIT_NONE;
    if (!infer_class_in(call->args[1].type, "dt") || infer_any_low_cardinality(call))
        return NULL;
    if (size == UNIT_DATE)
        return infer_wrapped(in, &value, infer_named(in, "Date"));
    if ((size != UNIT_TIME && size != UNIT_DAY) || infer_class(call->args[1].type) == 'd')
        return NULL;
    infer_zone(call->args[1].type, &zone);
    const Expr *written = call->count > 2 ? call->expr->args.items[2] : NULL;
    if (written && written->kind != EXPR_STRING)
        return NULL;
    return infer_wrapped(in, &value, infer_date_time(in, -1, written ? written->name : zone));
}

const Type *infer_date_diff(Infer *in, const Call *call)
{
    for (size_t i = 1; i < 3; i++)
        if (!infer_class_in(call->args[i].type, "detT"))
            return NULL;
    return infer_any_low_cardinality(call) ? NULL
                                           : infer_wrapped(in, call, infer_named(in, "Int64"));
}

static int precision_of(const Type *type)
{
    const Type *bare = type_bare(type);
    bool is_64 = type_is(bare, "DateTime64") && bare->arg_count;
    return is_64 ? (int)bare->args[0].number : -1;
}

const Type *infer_to_time_zone(Infer *in, const Call *call)
{
    const Expr *zone = call->expr->args.items[1];
    if (zone->kind != EXPR_STRING || infer_any_low_cardinality(call))
        return NULL;
    return infer_wrapped(in, call,
                         infer_date_time(in, precision_of(call->args[0].type), zone->name));
}

/* fromUnixTimestamp64Milli(n), with a zone */
const Type *infer_from_unix64(Infer *in, const Call *call, int precision)
{
    const Expr *zone = call->count > 1 ? call->expr->args.items[1] : NULL;
    if (infer_any_low_cardinality(call) || (zone && zone->kind != EXPR_STRING))
        return NULL;
    return infer_wrapped(in, call, infer_date_time(in, precision, zone ? zone->name : STR("")));
}

const Type *infer_now(Infer *in, const Call *call)
{
    const Expr *zone = call->count ? call->expr->args.items[0] : NULL;
    if (zone && zone->kind != EXPR_STRING)
        return NULL;
    return infer_date_time(in, -1, zone ? zone->name : STR(""));
}

const Type *infer_now64(Infer *in, const Call *call)
{
    const Expr *precision = call->count ? call->expr->args.items[0] : NULL;
    const Expr *zone = call->count > 1 ? call->expr->args.items[1] : NULL;
    if (zone && zone->kind != EXPR_STRING)
        return NULL;
    if (precision && (precision->kind != EXPR_NUMBER || precision->name.len != 1 ||
                      precision->name.ptr[0] < '0' || precision->name.ptr[0] > '9'))
        return NULL;
    return infer_date_time(in, precision ? precision->name.ptr[0] - '0' : 3,
                           zone ? zone->name : STR(""));
}
