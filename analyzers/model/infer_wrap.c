/* infer_wrap.c: classes of types, and what functions do with Nullable and LowCardinality. */
#include "infer_internal.h"

#include <string.h>

static const struct {
    const char *name;
    char class;
} CLASSES[] = {
    {"UInt8", 'u'},    {"UInt16", 'u'},      {"UInt32", 'u'},  {"UInt64", 'u'},
    {"Int8", 'i'},     {"Int16", 'i'},       {"Int32", 'i'},   {"Int64", 'i'},
    {"UInt128", 'L'},  {"UInt256", 'L'},     {"Int128", 'L'},  {"Int256", 'L'},
    {"Float64", 'f'},  {"Float32", 'g'},     {"Decimal", 'D'}, {"Bool", 'B'},
    {"String", 'S'},   {"FixedString", 'F'}, {"Date", 'd'},    {"Date32", 'e'},
    {"DateTime", 't'}, {"DateTime64", 'T'},  {"Enum8", 'E'},   {"Enum16", 'E'},
    {"UUID", 'U'},     {"IPv4", '4'},        {"IPv6", '6'},    {"Array", 'A'},
    {"Map", 'M'},      {"Tuple", 'P'},       {"Nothing", 'N'}, {"AggregateFunction", 'G'},
};

char infer_class(const Type *type)
{
    const Type *bare = type_bare(type);
    if (!bare)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(CLASSES); i++)
        if (str_is(bare->name, CLASSES[i].name))
            return CLASSES[i].class;
    return str_starts(bare->name, "Interval") ? 'V' : '?';
}

bool infer_class_in(const Type *type, const char *classes)
{
    char class = infer_class(type);
    if (!class)
        return false;
    if (strcmp(classes, "*") == 0)
        return strchr("GVN?", class) == NULL;
    return strchr(classes, class) != NULL;
}

int infer_bits(const Type *type)
{
    const Type *bare = type_bare(type);
    if (type_is(bare, "Bool"))
        return 8;
    int bits = 0;
    for (size_t i = 0; bare && i < bare->name.len; i++) {
        char c = bare->name.ptr[i];
        if (c >= '0' && c <= '9')
            bits = bits * 10 + (c - '0');
    }
    return bits;
}

/* ---- making types -------------------------------------------------------------------------- */

const Type *infer_named(Infer *in, const char *name)
{
    return type_make(in->arena, str_of(name), NULL, 0);
}

const Type *infer_of(Infer *in, const char *wrapper, const Type *inner)
{
    if (!inner)
        return NULL;
    TypeArg *arg = ARENA_NEW(in->arena, TypeArg);
    *arg = (TypeArg){.kind = TYPE_ARG_TYPE, .type = inner};
    return type_make(in->arena, str_of(wrapper), arg, 1);
}

const Type *infer_integer(Infer *in, bool is_signed, int bits)
{
    return type_make(in->arena, str_fmt(in->arena, "%s%d", is_signed ? "Int" : "UInt", bits), NULL,
                     0);
}

/* Tuples can be Nullable in new servers only. */
static bool can_be_nullable(const Type *type)
{
    return infer_class_in(type, "uiLfgDBSFdetTEU46N");
}

static bool can_be_low_cardinality(const Type *type)
{
    return infer_class_in(type, "uifgSFdt");
}

const Type *infer_nullable(Infer *in, const Type *type)
{
    if (!type || type_is_nullable(type))
        return type;
    if (type_is(type, "LowCardinality"))
        return infer_of(in, "LowCardinality", infer_nullable(in, type_inner(type)));
    return can_be_nullable(type) ? infer_of(in, "Nullable", infer_unnamed(type)) : NULL;
}

const Type *infer_date_time(Infer *in, int precision, Str zone)
{
    TypeArg *args = ARENA_ARRAY(in->arena, TypeArg, 2);
    size_t count = 0;
    if (precision >= 0)
        args[count++] = (TypeArg){.kind = TYPE_ARG_NUMBER,
                                  .number = precision,
                                  .text = str_fmt(in->arena, "%d", precision)};
    if (zone.len)
        args[count++] = (TypeArg){.kind = TYPE_ARG_STRING, .text = zone};
    return type_make(in->arena, precision < 0 ? STR("DateTime") : STR("DateTime64"), args, count);
}

bool infer_zone(const Type *type, Str *zone)
{
    const Type *bare = type_bare(type);
    *zone = STR("");
    if (!infer_class_in(bare, "tT"))
        return false;
    for (size_t i = 0; i < bare->arg_count; i++)
        if (bare->args[i].kind == TYPE_ARG_STRING)
            *zone = bare->args[i].text;
    return true;
}

bool infer_holds(const Type *type, const char *name, int max_depth)
{
    if (!type || type_is(type, name))
        return type != NULL;
    for (size_t i = 0; i < type->arg_count; i++)
        if (type->args[i].kind == TYPE_ARG_TYPE &&
            (max_depth == 0 || infer_holds(type->args[i].type, name, max_depth - 1)))
            return true;
    return false;
}

const Type *infer_unnamed(const Type *type)
{
    return type_is(type, "SimpleAggregateFunction") ? type_inner(type) : type;
}

/* ---- from arguments to results ------------------------------------------------------------- */

bool infer_all_known(const Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (!call->args[i].type)
            return false;
    return true;
}

bool infer_any_nullable(const Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (type_is_nullable(call->args[i].type))
            return true;
    return false;
}

bool infer_any_low_cardinality(const Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (type_is(infer_unnamed(call->args[i].type), "LowCardinality"))
            return true;
    return false;
}

typedef enum { LOW_NONE, LOW_KEPT, LOW_LOST, LOW_UNSURE } LowCardinality;

/* A name can stand for a constant, so next to one column of LowCardinality only literals and what
 * is made of them are clear. */
static LowCardinality low_cardinality(const Call *call)
{
    size_t low = 0;
    size_t low_constants = 0;
    size_t unsure = 0;
    for (size_t i = 0; i < call->count; i++) {
        const Value *arg = &call->args[i];
        bool is_low = type_is(infer_unnamed(arg->type), "LowCardinality");
        low += is_low && !arg->constant;
        low_constants += is_low && arg->constant;
        unsure += !is_low && !arg->constant;
    }
    if (low + low_constants == 0)
        return LOW_NONE;
    if (low_constants)
        return LOW_UNSURE;
    if (low > 1)
        return LOW_LOST;
    return unsure ? LOW_UNSURE : LOW_KEPT;
}

const Type *infer_low_cardinality(Infer *in, const Call *call, const Type *result)
{
    LowCardinality low = low_cardinality(call);
    if (!result || low == LOW_UNSURE || (low == LOW_KEPT && !can_be_low_cardinality(result)))
        return NULL;
    return low == LOW_KEPT ? infer_of(in, "LowCardinality", result) : result;
}

const Type *infer_wrapped(Infer *in, const Call *call, const Type *result)
{
    if (!result || !infer_all_known(call))
        return NULL;
    for (size_t i = 0; i < call->count; i++)
        if (infer_class(call->args[i].type) == 'N')
            return NULL;
    if (infer_any_nullable(call))
        result = infer_nullable(in, result);
    return infer_low_cardinality(in, call, result);
}
