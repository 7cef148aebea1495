/* infer_convert.c: CAST, toX, accurateCast and parseDateTime: what they certainly give. */
#include "infer_internal.h"

#include <string.h>

typedef enum { KEEP, OR_NULL, OR_DEFAULT } Failure;

/* What a conversion is called: "Int32" of toInt32OrNull. */
typedef struct {
    Str to;
    Failure failure;
} Conversion;

static const char *const PLAIN[] = {
    "Int8",   "Int16",  "Int32",  "Int64",   "Int128",  "Int256",  "UInt8",
    "UInt16", "UInt32", "UInt64", "UInt128", "UInt256", "Float32", "Float64",
    "String", "UUID",   "Bool",   "Date",    "Date32",  "IPv4",    "IPv6",
};

static const struct {
    const char *name;
    int precision;
} DECIMALS[] = {{"Decimal32", 9}, {"Decimal64", 18}, {"Decimal128", 38}, {"Decimal256", 76}};

static bool take_suffix(Str *name, const char *suffix)
{
    if (!str_ends(*name, suffix))
        return false;
    name->len -= strlen(suffix);
    return true;
}

static Conversion read_name(Str name)
{
    Conversion read = {.to = name};
    if (take_suffix(&read.to, "OrNull"))
        read.failure = OR_NULL;
    else if (take_suffix(&read.to, "OrZero") || take_suffix(&read.to, "OrDefault"))
        read.failure = OR_DEFAULT;
    return read;
}

static bool is_one_of(Str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static int decimal_precision(Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(DECIMALS); i++)
        if (str_is(name, DECIMALS[i].name))
            return DECIMALS[i].precision;
    return 0;
}

static bool is_to(Str name)
{
    static const char *const others[] = {"DateTime", "DateTime64", "DateTime32", "FixedString"};
    Str to = read_name(str_slice(name, 2, name.len)).to;
    return str_starts(name, "to") &&
           (is_one_of(to, PLAIN, ARRAY_LEN(PLAIN)) || is_one_of(to, others, ARRAY_LEN(others)) ||
            decimal_precision(to));
}

static bool is_accurate(Str name)
{
    return str_starts(name, "accurateCast");
}

static bool is_parser(Str name)
{
    return str_starts(name, "parseDateTimeBestEffort") ||
           str_starts(name, "parseDateTime64BestEffort") ||
           str_starts(name, "parseDateTime32BestEffort");
}

bool infer_is_conversion(const Expr *call)
{
    return is_to(call->name) || is_accurate(call->name) || is_parser(call->name) ||
           str_is_nocase(call->name, "DATE");
}

/* ---- casts --------------------------------------------------------------------------------- */

/* A time without a zone takes over the zone of the value. */
const Type *infer_cast(Infer *in, const Type *from, const Type *to)
{
    enum { NESTING = 32 };
    Str zone;
    if (!to)
        return NULL;
    bool times = infer_holds(to, "DateTime", NESTING) || infer_holds(to, "DateTime64", NESTING);
    if (!times)
        return to;
    if (!from || type_bare(to)->arg_count > (type_is(type_bare(to), "DateTime64") ? 1 : 0))
        return from && infer_zone(to, &zone) ? to : NULL;
    if (!infer_class_in(from, "*"))
        return NULL;
    bool plain = infer_class_in(from, "uiLfgDBSFdetTEU46");
    bool has_zone = infer_zone(from, &zone) && zone.len;
    (void)in;
    return plain && !has_zone ? to : NULL;
}

/* ---- toX ----------------------------------------------------------------------------------- */

static const Expr *literal(const Call *call, size_t index, ExprKind kind)
{
    const Exprs *args = &call->expr->args;
    return index < args->len && args->items[index]->kind == kind ? args->items[index] : NULL;
}

static bool small_number(const Call *call, size_t index, int *number)
{
    const Expr *expr = literal(call, index, EXPR_NUMBER);
    *number = 0;
    if (!expr || expr->name.len == 0 || expr->name.len > 4)
        return false;
    for (size_t i = 0; i < expr->name.len; i++) {
        char c = expr->name.ptr[i];
        if (c < '0' || c > '9')
            return false;
        *number = *number * 10 + (c - '0');
    }
    return true;
}

/* The zone at `index`, else that of the value. False where it cannot be known. */
static bool zone_of(const Call *call, size_t index, Str *zone)
{
    const Expr *written = literal(call, index, EXPR_STRING);
    *zone = written ? written->name : STR("");
    if (written)
        return true;
    if (call->expr->args.len > index || !call->args[0].type)
        return false;
    infer_zone(call->args[0].type, zone);
    return true;
}

static const Type *to_date_time(Infer *in, const Call *call, bool is_64)
{
    Str zone;
    int precision = -1;
    if (is_64 && (!small_number(call, 1, &precision) || precision > 9))
        return NULL;
    return zone_of(call, is_64 ? 2 : 1, &zone) ? infer_date_time(in, precision, zone) : NULL;
}

static const Type *numbered(Infer *in, const char *name, int first, int second)
{
    TypeArg *args = ARENA_ARRAY(in->arena, TypeArg, 2);
    int numbers[] = {first, second};
    size_t count = second < 0 ? 1 : 2;
    for (size_t i = 0; i < count; i++)
        args[i] = (TypeArg){.kind = TYPE_ARG_NUMBER,
                            .number = numbers[i],
                            .text = str_fmt(in->arena, "%d", numbers[i])};
    return type_make(in->arena, str_of(name), args, count);
}

static const Type *to_type(Infer *in, const Call *call, Str to)
{
    int number;
    int precision = decimal_precision(to);
    if (str_is(to, "DateTime") || str_is(to, "DateTime32"))
        return to_date_time(in, call, false);
    if (str_is(to, "DateTime64"))
        return to_date_time(in, call, true);
    if (str_is(to, "FixedString"))
        return small_number(call, 1, &number) && number ? numbered(in, "FixedString", number, -1)
                                                        : NULL;
    if (precision)
        return small_number(call, 1, &number) && number <= precision
                   ? numbered(in, "Decimal", precision, number)
                   : NULL;
    return type_make(in->arena, to, NULL, 0);
}

/* Only the value counts: the precision, the zone and the default have no part in the wrappers.
 * What stands for a failed conversion of NULL is another matter in each server. */
static const Type *wrap_value(Infer *in, const Call *call, Failure failure, const Type *to)
{
    Call value = {call->expr, call->args, 1};
    bool times = infer_class_in(to, "TD");
    bool low = infer_any_low_cardinality(&value);
    if (!to || infer_class(call->args[0].type) == 'N')
        return NULL;
    if (low && (times || failure != KEEP || infer_class(to) == 'B'))
        return NULL;
    if (failure == OR_DEFAULT && infer_any_nullable(&value))
        return NULL;
    const Type *wrapped = infer_wrapped(in, &value, to);
    return failure == OR_NULL ? infer_nullable(in, wrapped) : wrapped;
}

/* ---- accurateCast -------------------------------------------------------------------------- */

static const Type *accurate(Infer *in, const Call *call)
{
    const Expr *name = literal(call, 1, EXPR_STRING);
    const Type *to = name ? type_parse_sql(in->arena, name->name, NULL) : NULL;
    const Type *type = infer_cast(in, call->args[0].type, to);
    if (str_is(call->expr->name, "accurateCastOrNull"))
        return type_is(type, "LowCardinality") ? NULL : infer_nullable(in, type);
    if (str_is(call->expr->name, "accurateCast"))
        return type;
    bool low = infer_any_low_cardinality(call) || infer_any_nullable(call);
    return str_is(call->expr->name, "accurateCastOrDefault") && !low && infer_all_known(call)
               ? type
               : NULL;
}

/* ---- parseDateTime ------------------------------------------------------------------------- */

static const Type *parsed(Infer *in, const Call *call)
{
    Conversion read = read_name(call->expr->name);
    bool is_64 = str_starts(read.to, "parseDateTime64");
    size_t zone_index = is_64 ? 2 : 1;
    int precision = is_64 ? 3 : -1;
    const Expr *zone = literal(call, zone_index, EXPR_STRING);
    take_suffix(&read.to, "US");
    if (!str_ends(read.to, "BestEffort") || !infer_class_in(call->args[0].type, "SF"))
        return NULL;
    if (infer_any_low_cardinality(call) || (call->count > zone_index && !zone))
        return NULL;
    if (is_64 && call->count > 1 && (!small_number(call, 1, &precision) || precision > 9))
        return NULL;
    const Type *to = infer_date_time(in, precision, zone ? zone->name : STR(""));
    return wrap_value(in, call, read.failure, to);
}

const Type *infer_conversion(Infer *in, const Call *call)
{
    if (call->count == 0)
        return NULL;
    if (is_accurate(call->expr->name))
        return accurate(in, call);
    if (is_parser(call->expr->name))
        return parsed(in, call);
    if (str_is_nocase(call->expr->name, "DATE"))
        return wrap_value(in, call, KEEP, infer_named(in, "Date"));
    Conversion read = read_name(str_slice(call->expr->name, 2, call->expr->name.len));
    return wrap_value(in, call, read.failure, to_type(in, call, read.to));
}
