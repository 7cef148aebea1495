/* infer_condition.c: if, multiIf, CASE, coalesce, ifNull and nullIf. */
#include "infer_internal.h"

/* The result is never of LowCardinality; one branch that is NULL makes it Nullable. */
const Type *infer_if(Infer *in, const Call *call)
{
    if (call->count != 3 || call->args[0].constant)
        return NULL;
    return infer_common_of(in, call->args + 1, 2, 1);
}

/* Conditions and results by turns, then the result where none holds. */
static const Type *branches(Infer *in, const Value *args, size_t count, bool has_else)
{
    Value *results = ARENA_ARRAY(in->arena, Value, count / 2 + 1);
    size_t len = 0;
    for (size_t i = 0; i + 1 < count; i += 2) {
        /* Of a constant condition some servers take the one branch alone. */
        if (args[i].constant)
            return NULL;
        results[len++] = args[i + 1];
    }
    if (has_else)
        results[len++] = args[count - 1];
    const Type *common = infer_common_of(in, results, len, 1);
    return has_else ? common : infer_nullable(in, common);
}

const Type *infer_multi_if(Infer *in, const Call *call)
{
    if (call->count < 3 || call->count % 2 == 0)
        return NULL;
    return branches(in, call->args, call->count, true);
}

static bool has_wrapper(const Type *type)
{
    return type_is_nullable(type) || type_is(infer_unnamed(type), "LowCardinality");
}

/* CASE x WHEN compares in a way of its own, which keeps LowCardinality and Nullable at times. */
static const Type *case_of_value(const Call *call)
{
    bool has_else = call->count % 2 == 0;
    if (call->count < 4 || !has_else || !call->args[0].type || has_wrapper(call->args[0].type))
        return NULL;
    const Type *result = infer_unnamed(call->args[call->count - 1].type);
    if (!result || has_wrapper(result))
        return NULL;
    for (size_t i = 2; i < call->count; i += 2)
        if (!type_eq(result, infer_unnamed(call->args[i].type)))
            return NULL;
    return result;
}

const Type *infer_case(Infer *in, const Call *call)
{
    if (str_is(call->expr->name, "CASE x"))
        return case_of_value(call);
    return call->count < 2 ? NULL : branches(in, call->args, call->count, call->count % 2 == 1);
}

/* The first argument that is never NULL ends the list. */
const Type *infer_coalesce(Infer *in, const Call *call)
{
    const Type *common = NULL;
    bool ends = false;
    if (!infer_all_known(call))
        return NULL;
    for (size_t i = 0; i < call->count && !ends; i++) {
        const Type *type = call->args[i].type;
        ends = !type_is_nullable(type);
        const Type *bare = type_bare(type);
        common = i == 0 ? bare : infer_common(in, common, bare);
        if (!common)
            return NULL;
    }
    if (!ends)
        common = infer_nullable(in, common);
    return infer_low_cardinality(in, call, common);
}

const Type *infer_null_if(Infer *in, const Call *call)
{
    const Type *first = call->args[0].type;
    bool low = infer_any_low_cardinality(call);
    if (call->count != 2 || low || !infer_all_known(call) || infer_class(first) == 'N')
        return NULL;
    return infer_nullable(in, infer_unnamed(first));
}
