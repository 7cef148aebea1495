/* infer_array.c: arrays with and without lambdas, elements of arrays, maps and tuples. */
#include "infer_internal.h"

enum { NESTING = 32 };

/* What holds LowCardinality inside loses it in some servers. */
static const Type *element_of(const Type *type)
{
    const Type *array = infer_unnamed(type);
    if (!type_is(array, "Array") || infer_holds(array, "LowCardinality", NESTING))
        return NULL;
    return infer_class(type_inner(array)) == 'N' ? NULL : type_inner(array);
}

static const Type *value_of_map(const Type *type)
{
    const Type *map = infer_unnamed(type);
    if (!type_is(map, "Map") || infer_holds(map->args[1].type, "LowCardinality", NESTING))
        return NULL;
    return map->args[1].type;
}

const Type *infer_element(Infer *in, const Call *call)
{
    const Type *index = call->args[1].type;
    bool low = type_is(infer_unnamed(index), "LowCardinality");
    if (!index || type_is_nullable(index) || low)
        return NULL;
    (void)in;
    if (type_is(infer_unnamed(call->args[0].type), "Map"))
        return value_of_map(call->args[0].type);
    return infer_class_in(index, "ui") ? element_of(call->args[0].type) : NULL;
}

static const Type *field(const Type *tuple, Str name)
{
    size_t number = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        number = c >= '0' && c <= '9' && number < 1000 ? number * 10 + (size_t)(c - '0') : 100000;
    }
    for (size_t i = 0; i < tuple->arg_count; i++)
        if (str_eq(tuple->args[i].name, name) || number == i + 1)
            return tuple->args[i].type;
    return NULL;
}

const Type *infer_tuple_element(Infer *in, const Call *call)
{
    const Type *tuple = infer_unnamed(call->args[0].type);
    const Expr *name = call->expr->args.items[1];
    bool plain =
        name->kind == EXPR_NUMBER || name->kind == EXPR_STRING || name->kind == EXPR_COLUMN;
    (void)in;
    if (!type_is(tuple, "Tuple") || !plain || infer_holds(tuple, "LowCardinality", NESTING))
        return NULL;
    return field(tuple, name->name);
}

/* ---- functions of one array ---------------------------------------------------------------- */

static const Type *same_array(Infer *in, const Type *element)
{
    return infer_of(in, "Array", element);
}

static const Type *count_of(Infer *in, const Type *element)
{
    (void)element;
    return infer_named(in, "UInt32");
}

static const Type *flag_of(Infer *in, const Type *element)
{
    (void)element;
    return infer_named(in, "UInt8");
}

static const Type *sum_of(Infer *in, const Type *element)
{
    return type_is_nullable(element) ? NULL : infer_sum(in, element);
}

static const Type *average_of(Infer *in, const Type *element)
{
    return infer_class_in(element, "uifg") && !type_is_nullable(element)
               ? infer_named(in, "Float64")
               : NULL;
}

static const Type *element_itself(Infer *in, const Type *element)
{
    (void)in;
    return type_is_nullable(element) ? NULL : element;
}

static const Type *distinct_of(Infer *in, const Type *element)
{
    return infer_of(in, "Array", type_without_nullable(in->arena, element));
}

static const Type *positions_of(Infer *in, const Type *element)
{
    (void)element;
    return infer_of(in, "Array", infer_named(in, "UInt32"));
}

/* What follows from the type of the first array's elements, or from what the lambda gives. */
static const struct {
    const char *name;
    bool from_lambda; /* the lambda's result counts, where there is one */
    bool needs_lambda;
    const Type *(*infer)(Infer *in, const Type *element);
} FUNCTIONS[] = {
    {"arrayMap", true, true, same_array},        {"arrayFilter", false, true, same_array},
    {"arrayExists", false, false, flag_of},      {"arrayAll", false, false, flag_of},
    {"arrayCount", false, false, count_of},      {"arrayFirst", false, true, element_itself},
    {"arrayLast", false, true, element_itself},  {"arrayFirstIndex", false, true, count_of},
    {"arraySum", true, false, sum_of},           {"arrayAvg", true, false, average_of},
    {"arrayMax", true, false, element_itself},   {"arrayMin", true, false, element_itself},
    {"arraySort", false, false, same_array},     {"arrayReverseSort", false, false, same_array},
    {"arrayReverse", false, false, same_array},  {"reverse", false, false, same_array},
    {"arraySlice", false, false, same_array},    {"arrayResize", false, false, same_array},
    {"arrayCompact", false, false, same_array},  {"arrayPopBack", false, false, same_array},
    {"arrayPopFront", false, false, same_array}, {"arrayDistinct", false, false, distinct_of},
    {"arrayUniq", false, false, count_of},       {"arrayEnumerate", false, false, positions_of},
};

/* With a lambda first, all other arguments are arrays, whose elements are its parameters. */
static const Type *lambda_result(Infer *in, const Call *call, const Type **first)
{
    const Expr *lambda = call->expr->args.items[0];
    const Type **types = ARENA_ARRAY(in->arena, const Type *, call->count);
    for (size_t i = 1; i < call->count; i++)
        types[i - 1] = element_of(call->args[i].type);
    *first = call->count > 1 ? types[0] : NULL;
    return infer_lambda(in, lambda, types, call->count - 1);
}

static const Type *function_of_array(Infer *in, const Call *call, size_t index)
{
    const Expr *first_arg = call->expr->args.items[0];
    bool has_lambda = first_arg->kind == EXPR_LAMBDA;
    const Type *element = NULL;
    const Type *result = NULL;
    if (FUNCTIONS[index].needs_lambda && !has_lambda)
        return NULL;
    if (has_lambda)
        result = lambda_result(in, call, &element);
    else
        element = element_of(call->args[0].type);
    if (has_lambda && FUNCTIONS[index].from_lambda)
        element = type_is(result, "LowCardinality") ? NULL : infer_unnamed(result);
    return element ? FUNCTIONS[index].infer(in, element) : NULL;
}

/* ---- the others ---------------------------------------------------------------------------- */

/* Arrays of one and the same type. */
static const Type *array_concat(Infer *in, const Call *call)
{
    const Type *element = element_of(call->args[0].type);
    for (size_t i = 1; element && i < call->count; i++)
        if (!type_eq(element, element_of(call->args[i].type)))
            return NULL;
    return infer_of(in, "Array", element);
}

static const Type *array_push(Infer *in, const Call *call)
{
    const Type *element = element_of(call->args[0].type);
    bool same = call->count == 2 && type_eq(element, call->args[1].type);
    return same ? infer_of(in, "Array", element) : NULL;
}

static const Type *array_flatten(Infer *in, const Call *call)
{
    const Type *element = element_of(call->args[0].type);
    while (element && type_is(element, "Array"))
        element = element_of(element);
    return infer_of(in, "Array", element);
}

static const Type *array_zip(Infer *in, const Call *call)
{
    Value *elements = ARENA_ARRAY(in->arena, Value, call->count);
    for (size_t i = 0; i < call->count; i++)
        elements[i].type = element_of(call->args[i].type);
    return infer_of(in, "Array", infer_tuple(in, &(Call){call->expr, elements, call->count}));
}

/* range(10), range(1, 10): as wide as the widest of them. */
static const Type *range_of(Infer *in, const Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (infer_class(call->args[i].type) != 'u' || type_is_nullable(call->args[i].type))
            return NULL;
    if (infer_any_low_cardinality(call) || call->count > 2)
        return NULL;
    return infer_of(in, "Array", infer_common_of(in, call->args, call->count, 1));
}

static const Type *array_join(Infer *in, const Call *call)
{
    const Type *array = infer_unnamed(call->args[0].type);
    (void)in;
    if (!type_is(array, "Array") || call->count != 1 || infer_class(type_inner(array)) == 'N')
        return NULL;
    return type_inner(array);
}

static const Type *keys_of_map(Infer *in, const Call *call)
{
    const Type *map = infer_unnamed(call->args[0].type);
    return type_is(map, "Map") ? infer_of(in, "Array", map->args[0].type) : NULL;
}

static const Type *values_of_map(Infer *in, const Call *call)
{
    return infer_of(in, "Array", value_of_map(call->args[0].type));
}

static const struct {
    const char *name;
    const Type *(*infer)(Infer *in, const Call *call);
} OTHERS[] = {
    {"arrayConcat", array_concat},
    {"arrayPushBack", array_push},
    {"arrayPushFront", array_push},
    {"arrayFlatten", array_flatten},
    {"arrayZip", array_zip},
    {"arrayJoin", array_join},
    {"range", range_of},
    {"mapKeys", keys_of_map},
    {"mapValues", values_of_map},
};

const Type *infer_array_function(Infer *in, const Call *call, Str name)
{
    if (call->count == 0)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(OTHERS); i++)
        if (str_is(name, OTHERS[i].name))
            return OTHERS[i].infer(in, call);
    for (size_t i = 0; i < ARRAY_LEN(FUNCTIONS); i++)
        if (str_is(name, FUNCTIONS[i].name))
            return function_of_array(in, call, i);
    return NULL;
}
