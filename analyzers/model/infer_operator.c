/* infer_operator.c: operators: logic, comparison, elements; arithmetic is handed on. */
#include "infer_internal.h"

/* Values that are compared as one; of tuples and arrays a NULL inside can decide. */
#define SCALARS "uiLfgDBSFdetTEU46"

static const Type *flag(Infer *in, const Call *call)
{
    return infer_wrapped(in, call, infer_named(in, "UInt8"));
}

static const Type *comparison(Infer *in, const Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (!infer_class_in(call->args[i].type, SCALARS))
            return NULL;
    return flag(in, call);
}

/* x IN (1, 2), x IN (SELECT ...): the left side decides. */
static const Type *membership(Infer *in, const Call *call)
{
    Call left = {call->expr, call->args, 1};
    bool subquery = call->expr->args.items[1]->kind == EXPR_SUBQUERY;
    if (!infer_class_in(call->args[0].type, SCALARS) || (!subquery && !call->args[1].constant))
        return NULL;
    if (infer_any_low_cardinality(&left) && subquery)
        return NULL;
    return flag(in, &left);
}

/* Of Bool operands the result is Bool in new servers, UInt8 in old ones. Of two operands or more
 * it is never of LowCardinality, unless all but one are constants. */
static const Type *logic(Infer *in, const Call *call)
{
    size_t constants = 0;
    for (size_t i = 0; i < call->count; i++) {
        if (!infer_class_in(call->args[i].type, "uifg"))
            return NULL;
        constants += call->args[i].constant;
    }
    if (infer_any_low_cardinality(call) && constants + 2 > call->count)
        return NULL;
    const Type *result = infer_named(in, "UInt8");
    return infer_any_nullable(call) ? infer_nullable(in, result) : result;
}

/* The low and the high end are compared one by one. */
static const Type *between(Infer *in, const Call *call)
{
    if (infer_any_low_cardinality(call))
        return NULL;
    return comparison(in, call);
}

static const Type *null_test(Infer *in, const Call *call)
{
    if (!infer_all_known(call) || infer_any_low_cardinality(call))
        return NULL;
    return infer_named(in, "UInt8");
}

static const Type *concatenation(Infer *in, const Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (!infer_class_in(call->args[i].type, SCALARS))
            return NULL;
    return infer_wrapped(in, call, infer_named(in, "String"));
}

static const struct {
    const char *name;
    size_t operands; /* 0: any number */
    const Type *(*infer)(Infer *in, const Call *call);
} OPERATORS[] = {
    {"AND", 0, logic},
    {"OR", 0, logic},
    {"NOT", 1, logic},
    {"=", 2, comparison},
    {"!=", 2, comparison},
    {"<", 2, comparison},
    {"<=", 2, comparison},
    {">", 2, comparison},
    {">=", 2, comparison},
    {"LIKE", 2, comparison},
    {"NOT LIKE", 2, comparison},
    {"ILIKE", 2, comparison},
    {"NOT ILIKE", 2, comparison},
    {"REGEXP", 2, comparison},
    {"IN", 2, membership},
    {"NOT IN", 2, membership},
    {"GLOBAL IN", 2, membership},
    {"GLOBAL NOT IN", 2, membership},
    {"BETWEEN", 3, between},
    {"NOT BETWEEN", 3, between},
    {"IS NULL", 1, null_test},
    {"IS NOT NULL", 1, null_test},
    {"||", 2, concatenation},
    {"?:", 3, infer_if},
    {"[]", 2, infer_element},
    {".", 2, infer_tuple_element},
    {"DIV", 2, infer_int_div},
};

const Type *infer_operator(Infer *in, const Call *call, Str name)
{
    if (str_is(name, "()"))
        return call->count == 1 ? call->args[0].type : NULL;
    if (str_is(name, "-") && call->count == 1)
        return infer_negate(in, call);
    if (name.len == 1 && str_find_char(STR("+-*/%"), name.ptr[0]) >= 0)
        return infer_arithmetic(in, call, name.ptr[0]);
    for (size_t i = 0; i < ARRAY_LEN(OPERATORS); i++)
        if (str_is(name, OPERATORS[i].name))
            return OPERATORS[i].operands && OPERATORS[i].operands != call->count
                       ? NULL
                       : OPERATORS[i].infer(in, call);
    return NULL;
}
