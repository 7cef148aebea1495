/* cutoff_literal.c: moments that a query writes as literals. */
#include "cutoff_internal.h"

static Nanos fraction_of(Str text)
{
    ptrdiff_t dot = str_find_char(text, '.');
    Nanos nanos = 0;
    Nanos unit = NANOS_PER_SECOND / 10;
    for (size_t i = (size_t)(dot + 1); dot >= 0 && i < text.len && unit > 0; i++, unit /= 10) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            break;
        nanos += (text.ptr[i] - '0') * unit;
    }
    return nanos;
}

static bool parse_moment(Str text, Nanos *out)
{
    const Instant limit = INT64_MAX / NANOS_PER_SECOND - 1;
    Instant at;
    if (!instant_parse(str_trim(text), &at) || at > limit || at < -limit)
        return false;
    *out = at * NANOS_PER_SECOND + fraction_of(text);
    return true;
}

Nanos cutoff_floor(Nanos at, Nanos tick)
{
    Nanos rest = at % tick;
    return rest < 0 ? at - rest - tick : at - rest;
}

Nanos cutoff_ceil(Nanos at, Nanos tick)
{
    Nanos down = cutoff_floor(at, tick);
    return down == at ? at : down + tick;
}

/* ---- literals ---- */

bool cutoff_zone_is_utc(Str zone)
{
    return str_is_nocase(zone, "UTC") || str_is_nocase(zone, "Etc/UTC") ||
           str_is_nocase(zone, "GMT");
}

static bool type_zone_is_utc(const Type *type)
{
    for (size_t i = 0; type != NULL && i < type->arg_count; i++)
        if (type->args[i].kind == TYPE_ARG_STRING && !cutoff_zone_is_utc(type->args[i].text))
            return false;
    return true;
}

/* toDateTime('...'), toDate('...') and their kin; other zones than UTC are not compared. */
static bool call_moment(const Expr *call, Nanos *out)
{
    static const char *const names[] = {"toDateTime",
                                        "toDateTime64",
                                        "toDate",
                                        "toDate32",
                                        "parseDateTimeBestEffort",
                                        "parseDateTime64BestEffort"};
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        known = known || str_is(call->name, names[i]);
    if (!known || call->args.len == 0 || call->args.items[0]->kind != EXPR_STRING)
        return false;
    for (size_t i = 1; i < call->args.len; i++)
        if (call->args.items[i]->kind == EXPR_STRING &&
            !cutoff_zone_is_utc(call->args.items[i]->name))
            return false;
    if (!parse_moment(call->args.items[0]->name, out))
        return false;
    if (str_is(call->name, "toDate") || str_is(call->name, "toDate32"))
        *out = cutoff_floor(*out, NANOS_PER_DAY);
    return true;
}

static bool cast_moment(const Expr *cast, Nanos *out)
{
    const Expr *text = cast->args.len > 0 ? cast->args.items[0] : NULL;
    if (text == NULL || text->kind != EXPR_STRING || !type_is_date_or_time(cast->type) ||
        !type_zone_is_utc(cast->type) || !parse_moment(text->name, out))
        return false;
    if (type_is(cast->type, "Date") || type_is(cast->type, "Date32"))
        *out = cutoff_floor(*out, NANOS_PER_DAY);
    return true;
}

bool cutoff_literal(const Expr *expr, Nanos *out)
{
    switch (expr->kind) {
    case EXPR_STRING:
        return parse_moment(expr->name, out);
    case EXPR_CALL:
        return call_moment(expr, out);
    case EXPR_CAST:
        return cast_moment(expr, out);
    default:
        return false;
    }
}
