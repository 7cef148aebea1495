/* moving_moment.c: reads now() and what is added to it or taken from it as a length. */
#include "moving_moment.h"

#include "retention_number.h"
#include "syntax/parameter.h"

enum { DEPTH_MOST = 40, STEPS_MOST = 500 };

static const double LARGEST = 1e12;

typedef struct {
    SqlParser *parser;
    Arena *arena;
    const SelectScope *scope;
    int steps; /* names that stand for one another many times over */
    int64_t months;
    int64_t seconds;
    bool is_date; /* a number that is added counts days */
    bool by_day;
    Str parameter;
    Str default_text;
} MomentReader;

static bool goes_on(MomentReader *r, int depth)
{
    return depth <= DEPTH_MOST && ++r->steps <= STEPS_MOST;
}

static bool is_one_of(Str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is_nocase(name, names[i]))
            return true;
    }
    return false;
}

static const Expr *named_value(const MomentReader *r, const Expr *expr)
{
    return expr->kind == EXPR_COLUMN && expr->path.len == 1 ? scope_find_value(r->scope, expr->name)
                                                            : NULL;
}

/* ---- numbers ---- */

static bool number_of(MomentReader *r, const Expr *expr, double *out, int depth);

/* {{Int32(days, 90)}}: 90. */
static bool default_number(MomentReader *r, const Expr *tag, double *out)
{
    Str text = str_fmt(r->arena, "{{%.*s}}", STR_ARG(tag->name));
    ParameterList list = parameters_read(r->arena, text, 0);
    if (!list.complete || list.items.len != 1 || !list.items.items[0].has_default)
        return false;
    const Parameter *parameter = &list.items.items[0];
    Str inside = str_slice(text, 2, text.len - 2);
    if (!str_eq(str_range(text, parameter->range), inside))
        return false; /* {{Int32(days, 90) * 2}} */
    const Expr *value = sql_parse_expr(r->parser, r->arena, parameter->default_text, 0);
    if (!value || !constant_number(value, out))
        return false;
    r->parameter = parameter->name;
    r->default_text = parameter->default_text;
    return true;
}

static bool apply(Str op, double a, double b, double *out)
{
    if (str_is(op, "*"))
        *out = a * b;
    else if (str_is(op, "+"))
        *out = a + b;
    else if (str_is(op, "-"))
        *out = a - b;
    else
        return false;
    return *out <= LARGEST && *out >= -LARGEST;
}

static bool number_of_operator(MomentReader *r, const Expr *expr, double *out, int depth)
{
    double a, b;
    if (expr->args.len == 1 && str_is(expr->name, "()"))
        return number_of(r, expr->args.items[0], out, depth + 1);
    if (expr->args.len == 1 && str_is(expr->name, "-")) {
        bool found = number_of(r, expr->args.items[0], &a, depth + 1);
        *out = found ? -a : 0;
        return found;
    }
    return expr->args.len == 2 && number_of(r, expr->args.items[0], &a, depth + 1) &&
           number_of(r, expr->args.items[1], &b, depth + 1) && apply(expr->name, a, b, out);
}

static bool number_of(MomentReader *r, const Expr *expr, double *out, int depth)
{
    if (!goes_on(r, depth))
        return false;
    if (constant_number(expr, out))
        return true;
    switch (expr->kind) {
    case EXPR_UNKNOWN:
        return expr->name.len && default_number(r, expr, out);
    case EXPR_COLUMN: {
        const Expr *value = named_value(r, expr);
        return value && value != expr && number_of(r, value, out, depth + 1);
    }
    case EXPR_CAST:
        return expr->args.len && number_of(r, expr->args.items[0], out, depth + 1);
    case EXPR_CALL:
        return (str_starts(expr->name, "toInt") || str_starts(expr->name, "toUInt")) &&
               expr->args.len == 1 && number_of(r, expr->args.items[0], out, depth + 1);
    case EXPR_OPERATOR:
        return number_of_operator(r, expr, out, depth);
    default:
        return false;
    }
}

/* ---- lengths ---- */

static bool add_units(MomentReader *r, Str unit, const Expr *count, int sign, int depth)
{
    double number;
    int64_t months, seconds;
    if (!number_of(r, count, &number, depth) || !unit_length(unit, number, &months, &seconds))
        return false;
    r->months += sign * months;
    r->seconds += sign * seconds;
    if (seconds % 86400)
        r->is_date = false;
    return r->seconds < (int64_t)LARGEST && r->seconds > -(int64_t)LARGEST &&
           r->months < (int64_t)LARGEST && r->months > -(int64_t)LARGEST;
}

/* INTERVAL 90 DAY, toIntervalDay(90), or a number of days or seconds. */
static bool add_length(MomentReader *r, const Expr *expr, int sign, int depth)
{
    Str unit = {0};
    if (!goes_on(r, depth))
        return false;
    if (expr->kind == EXPR_INTERVAL)
        unit = expr->name;
    else if (expr->kind == EXPR_CALL)
        unit = unit_of_function(expr->name, "toInterval");
    if (unit.len)
        return expr->args.len == 1 && add_units(r, unit, expr->args.items[0], sign, depth + 1);
    const Expr *value = named_value(r, expr);
    if (value && value != expr && value->kind != EXPR_NUMBER)
        return add_length(r, value, sign, depth + 1);
    return add_units(r, r->is_date ? STR("DAY") : STR("SECOND"), expr, sign, depth + 1);
}

/* ---- moments ---- */

static bool read_moment(MomentReader *r, const Expr *expr, int depth);

static bool start_at_now(MomentReader *r, Str name)
{
    static const char *const days[] = {"today", "yesterday", "curdate", "current_date"};
    r->is_date = is_one_of(name, days, ARRAY_LEN(days));
    r->by_day = r->is_date;
    r->seconds -= str_is_nocase(name, "yesterday") ? 86400 : 0;
    return true;
}

/* Conversions, and starts of spans: they lead no later than their argument. */
static bool keeps_or_floors(Str name, bool *is_date, bool *by_day)
{
    static const char *const dates[] = {"toDate",        "toDate32",         "date",
                                        "toMonday",      "toStartOfWeek",    "toStartOfMonth",
                                        "toStartOfYear", "toStartOfQuarter", "toStartOfISOYear"};
    static const char *const days[] = {"toStartOfDay"};
    static const char *const same[] = {
        "toDateTime",    "toDateTime64",  "toTimeZone", "toTimezone",      "timestamp",
        "assumeNotNull", "toStartOfHour", "toNullable", "toStartOfMinute", "toStartOfSecond"};
    *is_date = is_one_of(name, dates, ARRAY_LEN(dates));
    *by_day = *is_date || is_one_of(name, days, ARRAY_LEN(days));
    return *by_day || is_one_of(name, same, ARRAY_LEN(same));
}

static bool read_call(MomentReader *r, const Expr *call, int depth)
{
    bool is_date, by_day;
    if (sql_function_is_now(call->name))
        return start_at_now(r, call->name);
    Str added = call->args.len == 2 ? unit_of_function(call->name, "add") : (Str){0};
    Str taken = call->args.len == 2 ? unit_of_function(call->name, "subtract") : (Str){0};
    if (added.len || taken.len)
        return read_moment(r, call->args.items[0], depth + 1) &&
               add_units(r, added.len ? added : taken, call->args.items[1], added.len ? 1 : -1,
                         depth + 1);
    if (call->args.len == 0 || !keeps_or_floors(call->name, &is_date, &by_day) ||
        !read_moment(r, call->args.items[0], depth + 1))
        return false;
    r->is_date = is_date;
    r->by_day = r->by_day || by_day;
    return true;
}

static bool read_cast(MomentReader *r, const Expr *cast, int depth)
{
    const Type *type = cast->type ? type_bare(cast->type) : NULL;
    if (!type || !type_is_date_or_time(type) || cast->args.len == 0 ||
        !read_moment(r, cast->args.items[0], depth + 1))
        return false;
    r->is_date = type_is(type, "Date") || type_is(type, "Date32");
    r->by_day = r->by_day || r->is_date;
    return true;
}

static bool read_operator(MomentReader *r, const Expr *expr, int depth)
{
    const Exprs *args = &expr->args;
    if (args->len == 1 && str_is(expr->name, "()"))
        return read_moment(r, args->items[0], depth + 1);
    bool plus = str_is(expr->name, "+");
    if (args->len != 2 || (!plus && !str_is(expr->name, "-")))
        return false;
    return read_moment(r, args->items[0], depth + 1) &&
           add_length(r, args->items[1], plus ? 1 : -1, depth + 1);
}

static bool read_name(MomentReader *r, const Expr *name, int depth)
{
    const Expr *value = named_value(r, name);
    if (value)
        return value != name && read_moment(r, value, depth + 1);
    return sql_function_is_now(name->name) && start_at_now(r, name->name);
}

static bool read_moment(MomentReader *r, const Expr *expr, int depth)
{
    if (!goes_on(r, depth))
        return false;
    switch (expr->kind) {
    case EXPR_CALL:
        return read_call(r, expr, depth);
    case EXPR_CAST:
        return read_cast(r, expr, depth);
    case EXPR_OPERATOR:
        return read_operator(r, expr, depth);
    case EXPR_COLUMN:
        return read_name(r, expr, depth);
    default:
        return false;
    }
}

bool moving_moment(SqlParser *parser, Arena *arena, const SelectScope *scope, const Expr *expr,
                   MovingMoment *out)
{
    MomentReader r = {.parser = parser, .arena = arena, .scope = scope};
    if (!read_moment(&r, expr, 0))
        return false;
    *out = (MovingMoment){
        .back = ttl_length_of(-r.months, -r.seconds),
        .by_day = r.by_day,
        .parameter = r.parameter,
        .default_text = r.default_text,
    };
    return out->back.known;
}
