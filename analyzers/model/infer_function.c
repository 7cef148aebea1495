/* infer_function.c: functions by name: what the table says, or the family that knows. */
#include "infer_internal.h"

#include <stdlib.h>
#include <string.h>

typedef enum {
    WRAPPED, /* the result, Nullable and LowCardinality as most functions have it */
    PLAIN,   /* the result, where no argument is Nullable or LowCardinality */
    ALWAYS,  /* the result, whatever the arguments */
    NULLS,   /* the result, Nullable as most functions; unclear for LowCardinality */
    RANDOM,  /* the result, no constant even of constants */
    SAME,    /* the type of the first argument, with WRAPPED's rules */
    EQUAL,   /* the type of all arguments, which are of one type */
    FAMILY,  /* a function of this file or of another decides */
} Shape;

typedef const Type *(*Family)(Infer *in, const Call *call);

typedef struct {
    const char *name;
    bool any_case;
    size_t min, max; /* number of arguments */
    Shape shape;
    const char *accepts; /* classes of the first argument */
    const char *result;
    Family family;
} Function;

/* ---- families of their own ----------------------------------------------------------------- */

static const Type *assume_not_null(Infer *in, const Call *call)
{
    return type_without_nullable(in->arena, infer_unnamed(call->args[0].type));
}

static const Type *to_nullable(Infer *in, const Call *call)
{
    return infer_nullable(in, infer_unnamed(call->args[0].type));
}

static const Type *to_low_cardinality(Infer *in, const Call *call)
{
    const Type *type = infer_unnamed(call->args[0].type);
    if (!type || type_is(type, "LowCardinality"))
        return type;
    return infer_class_in(type, "uifgSFdt") ? infer_of(in, "LowCardinality", type) : NULL;
}

static const Type *itself(Infer *in, const Call *call)
{
    (void)in;
    return infer_unnamed(call->args[0].type);
}

/* JSONExtract(json, path..., 'type') */
static const Type *json_extract(Infer *in, const Call *call)
{
    const Expr *last = call->expr->args.items[call->count - 1];
    if (last->kind != EXPR_STRING || !infer_all_known(call) || infer_any_low_cardinality(call))
        return NULL;
    const Type *type = type_parse_sql(in->arena, last->name, NULL);
    return infer_any_nullable(call) ? infer_nullable(in, type) : type;
}

/* JSONExtractKeysAndValues(json, path..., 'type') */
static const Type *json_pairs(Infer *in, const Call *call)
{
    const Expr *last = call->expr->args.items[call->count - 1];
    if (last->kind != EXPR_STRING || !infer_all_known(call) || infer_any_low_cardinality(call) ||
        infer_any_nullable(call))
        return NULL;
    Value pair[] = {{infer_named(in, "String"), false},
                    {type_parse_sql(in->arena, last->name, NULL), false}};
    return infer_of(in, "Array", infer_tuple(in, &(Call){call->expr, pair, ARRAY_LEN(pair)}));
}

static const Type *from_unix_milli(Infer *in, const Call *call)
{
    return infer_from_unix64(in, call, 3);
}

static const Type *from_unix_micro(Infer *in, const Call *call)
{
    return infer_from_unix64(in, call, 6);
}

static const Type *from_unix_nano(Infer *in, const Call *call)
{
    return infer_from_unix64(in, call, 9);
}

static const Type *default_value(Infer *in, const Call *call)
{
    const Expr *name = call->expr->args.items[0];
    return name->kind == EXPR_STRING ? type_parse_sql(in->arena, name->name, NULL) : NULL;
}

static const Type *finalize(Infer *in, const Call *call)
{
    return infer_finalized(in, call->args[0].type);
}

/* concat(s, 1) is text in new servers and an error in old ones; of arrays it is an array. */
static const Type *concatenation(Infer *in, const Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (!infer_class_in(call->args[i].type, "uiLfgDBSFdetTEU46"))
            return NULL;
    return infer_wrapped(in, call, infer_named(in, "String"));
}

static const Type *round_number(Infer *in, const Call *call)
{
    const Type *bare = type_bare(call->args[0].type);
    return infer_class_in(bare, "uifgD") ? infer_wrapped(in, call, bare) : NULL;
}

#define AS_OPERATOR(function, name)                                                                \
    static const Type *function(Infer *in, const Call *call)                                       \
    {                                                                                              \
        return infer_operator(in, call, STR(name));                                                \
    }

AS_OPERATOR(plus_operator, "+")
AS_OPERATOR(minus_operator, "-")
AS_OPERATOR(times_operator, "*")
AS_OPERATOR(divide_operator, "/")
AS_OPERATOR(modulo_operator, "%")
AS_OPERATOR(compare_operator, "=")
AS_OPERATOR(logic_operator, "AND")
AS_OPERATOR(not_operator, "NOT")
AS_OPERATOR(null_operator, "IS NULL")

static const Function FUNCTIONS[] = {
#define FUNCTION(name, letter_case, min, max, shape, accepts, result)                              \
    {name, letter_case##_CASE, min, max, shape, accepts, result, NULL},
#define FUNCTION_OF(name, letter_case, min, max, family)                                           \
    {name, letter_case##_CASE, min, max, FAMILY, NULL, NULL, family},
#define ANY_CASE   true
#define EXACT_CASE false
#include "infer_function.def"
#undef FUNCTION
#undef FUNCTION_OF
};

/* ---- look-up ------------------------------------------------------------------------------- */

static int compare_name(const void *key, const void *entry)
{
    const Str *name = key;
    const char *other = ((const Function *)entry)->name;
    size_t other_len = strlen(other);
    size_t len = name->len < other_len ? name->len : other_len;
    int order = strncasecmp(name->ptr, other, len);
    return order ? order : (name->len > other_len) - (name->len < other_len);
}

static const Function *find(Str name)
{
    const Function *found =
        bsearch(&name, FUNCTIONS, ARRAY_LEN(FUNCTIONS), sizeof(*FUNCTIONS), compare_name);
    return found && (found->any_case || str_is(name, found->name)) ? found : NULL;
}

/* ---- the table's shapes -------------------------------------------------------------------- */

static const Type *result_of(Infer *in, const Function *function)
{
    return function->result ? type_parse_sql(in->arena, str_of(function->result), NULL) : NULL;
}

/* greatest(a, b) and the like: other mixes have rules that changed. */
static const Type *equal_types(Infer *in, const Call *call)
{
    const Type *bare = type_bare(call->args[0].type);
    for (size_t i = 1; i < call->count; i++)
        if (!type_eq(bare, type_bare(call->args[i].type)))
            return NULL;
    return infer_wrapped(in, call, bare);
}

static const Type *of_shape(Infer *in, const Function *function, const Call *call)
{
    bool low = infer_any_low_cardinality(call);
    switch (function->shape) {
    case RANDOM:
        return low || !infer_all_known(call) ? NULL : result_of(in, function);
    case ALWAYS:
        return result_of(in, function);
    case PLAIN:
        return low || infer_any_nullable(call) || !infer_all_known(call) ? NULL
                                                                         : result_of(in, function);
    case NULLS:
        return low ? NULL : infer_wrapped(in, call, result_of(in, function));
    case SAME:
        return infer_wrapped(in, call, type_bare(call->args[0].type));
    case EQUAL:
        return low ? NULL : equal_types(in, call);
    case FAMILY:
        return function->family(in, call);
    case WRAPPED:
        break;
    }
    return infer_wrapped(in, call, result_of(in, function));
}

static Value of_function(Infer *in, const Function *function, const Call *call)
{
    bool constant = function->shape != RANDOM;
    for (size_t i = 0; i < call->count; i++)
        constant = constant && call->args[i].constant;
    if (call->count < function->min || call->count > function->max)
        return (Value){NULL, false};
    if (function->accepts && call->count && function->shape != ALWAYS &&
        !infer_class_in(call->args[0].type, function->accepts))
        return (Value){NULL, false};
    return (Value){of_shape(in, function, call), constant};
}

/* What extract(YEAR FROM x) and trim(BOTH 'x' FROM y) share with calls is only the name. */
static Value plain_call(Infer *in, const Call *call)
{
    const Function *function = find(call->expr->name);
    const Type *array = infer_array_function(in, call, call->expr->name);
    if (array)
        return (Value){array, false};
    if (function)
        return of_function(in, function, call);
    if (!infer_is_conversion(call->expr))
        return (Value){NULL, false};
    bool constant = call->count > 0;
    for (size_t i = 0; i < call->count; i++)
        constant = constant && call->args[i].constant;
    return (Value){infer_conversion(in, call), constant};
}

/* Functions that only exist with OVER. */
static bool numbers_rows(Str name)
{
    return str_is_nocase(name, "row_number") || str_is_nocase(name, "rank") ||
           str_is_nocase(name, "dense_rank");
}

Value infer_call(Infer *in, const Call *call)
{
    const Expr *expr = call->expr;
    if (is_aggregate_function(expr->name))
        return (Value){infer_aggregate(in, call), false};
    if (expr->is_window)
        return (Value){numbers_rows(expr->name) ? infer_named(in, "UInt64") : NULL, false};
    if (expr->params.len || expr->rare->clause_text.len || expr->is_distinct)
        return (Value){NULL, false};
    return plain_call(in, call);
}
