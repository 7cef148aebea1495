/* infer_aggregate.c: aggregate functions with their combinators: State, Merge, If and the rest. */
#include "infer_internal.h"
#include "syntax/type_names.h"

#include <string.h>

enum { MAX_COMBINATORS = 8 };

typedef enum {
    COMBINE_NONE,
    COMBINE_IF,
    COMBINE_STATE,
    COMBINE_SIMPLE_STATE,
    COMBINE_MERGE,
    COMBINE_ARRAY,
    COMBINE_FOR_EACH,
    COMBINE_OR_NULL,
    COMBINE_SAME,  /* OrDefault, Distinct: the type does not change */
    COMBINE_OTHER, /* Map, Resample, ArgMin, ArgMax, Tuple */
} Combinator;

/* SimpleState ends in State, so it stands first. */
static const struct {
    const char *suffix;
    Combinator combinator;
} COMBINATORS[] = {
    {"SimpleState", COMBINE_SIMPLE_STATE},
    {"State", COMBINE_STATE},
    {"Merge", COMBINE_MERGE},
    {"If", COMBINE_IF},
    {"OrNull", COMBINE_OR_NULL},
    {"OrDefault", COMBINE_SAME},
    {"Distinct", COMBINE_SAME},
    {"ForEach", COMBINE_FOR_EACH},
    {"Array", COMBINE_ARRAY},
    {"Map", COMBINE_OTHER},
    {"Resample", COMBINE_OTHER},
    {"ArgMin", COMBINE_OTHER},
    {"ArgMax", COMBINE_OTHER},
    {"Tuple", COMBINE_OTHER},
};

/* Takes the last combinator off the name. */
static Combinator take_combinator(Str *name)
{
    for (size_t i = 0; i < ARRAY_LEN(COMBINATORS); i++) {
        size_t len = strlen(COMBINATORS[i].suffix);
        if (name->len > len && str_ends(*name, COMBINATORS[i].suffix)) {
            name->len -= len;
            return COMBINATORS[i].combinator;
        }
    }
    return COMBINE_NONE;
}

/* The function under the combinators, the first of which (from the end) goes to `last`. */
static const AggregateEntry *base_function(Str name, Combinator *last)
{
    *last = COMBINE_NONE;
    for (int i = 0; i <= MAX_COMBINATORS; i++) {
        const AggregateEntry *entry = infer_aggregate_find(name);
        if (entry)
            return entry;
        Combinator taken = take_combinator(&name);
        if (taken == COMBINE_NONE)
            return NULL;
        if (i == 0)
            *last = taken;
    }
    return NULL;
}

bool is_aggregate_function(Str name)
{
    Combinator last;
    return base_function(name, &last) != NULL;
}

/* ---- results ------------------------------------------------------------------------------- */

/* A function under its combinators, its parameters as text, and what it is applied to. */
typedef struct {
    Str name;
    Str params; /* "(0.5, 0.9)"; empty: none */
    const Type *const *types;
    size_t count;
} Application;

static const Type *result_of(Infer *in, Application a);

static bool any_nullable(const Application *a)
{
    for (size_t i = 0; i < a->count; i++)
        if (type_is_nullable(a->types[i]))
            return true;
    return false;
}

/* One Nullable argument makes the result Nullable, but for functions that count. */
static const Type *base_result(Infer *in, const AggregateEntry *entry, const Application *a)
{
    const Type **bare = ARENA_ARRAY(in->arena, const Type *, a->count + 1);
    for (size_t i = 0; i < a->count; i++)
        bare[i] = type_bare(a->types[i]);
    const Type *result = infer_aggregate_result(in, entry, bare, a->count);
    if (!result || !any_nullable(a) || infer_counts_rows(entry) || type_is(result, "Array"))
        return result;
    if (infer_nulls_unclear(entry))
        return NULL;
    return infer_nullable(in, result);
}

/* AggregateFunction(f(params), T...), read from its text so that it is normalised like others. */
static const Type *state_of(Infer *in, const Application *a)
{
    Buf text = {0};
    Str name = aggregate_stored_name(in->arena, a->name);
    buf_addf(&text, "AggregateFunction(%.*s%.*s", STR_ARG(name), STR_ARG(a->params));
    for (size_t i = 0; i < a->count; i++)
        buf_addf(&text, ", %.*s", STR_ARG(a->types[i]->text));
    buf_add_char(&text, ')');
    const Type *type = type_parse_sql(in->arena, buf_str(&text), NULL);
    buf_free(&text);
    return type;
}

/* fMerge(state of f(T...)) is f(T...). */
const Type *infer_finalized(Infer *in, const Type *state)
{
    if (!state || !type_is(state, "AggregateFunction") || state->arg_count == 0)
        return NULL;
    const Type **types = ARENA_ARRAY(in->arena, const Type *, state->arg_count);
    size_t count = 0;
    for (size_t i = 1; i < state->arg_count; i++)
        if (state->args[i].kind == TYPE_ARG_TYPE)
            types[count++] = state->args[i].type;
    return result_of(in, (Application){state->args[0].name, STR(""), types, count});
}

static const Type *merged(Infer *in, const Application *a)
{
    const Type *state = a->count == 1 ? a->types[0] : NULL;
    if (!state || !type_is(state, "AggregateFunction") || state->arg_count == 0 ||
        !str_eq(aggregate_stored_name(in->arena, a->name), state->args[0].name))
        return NULL;
    return infer_finalized(in, state);
}

static const Type *of_bare_types(Infer *in, Application a)
{
    const Type **bare = ARENA_ARRAY(in->arena, const Type *, a.count + 1);
    for (size_t i = 0; i < a.count; i++)
        bare[i] = type_bare(a.types[i]);
    a.types = bare;
    return result_of(in, a);
}

/* The state of a merged state is the state that went in. */
static const Type *state_result(Infer *in, const Application *a)
{
    Str nested = a->name;
    if (!infer_aggregate_find(a->name) && take_combinator(&nested) == COMBINE_MERGE)
        return merged(in, &(Application){nested, a->params, a->types, a->count}) ? a->types[0]
                                                                                 : NULL;
    return of_bare_types(in, *a) ? state_of(in, a) : NULL;
}

static bool has_simple_state(Str name)
{
    static const char *const names[] = {
        "any",
        "anyLast",
        "min",
        "max",
        "sum",
        "groupBitOr",
        "groupBitAnd",
        "groupBitXor",
        "sumWithOverflow",
        "groupArrayArray",
        "groupUniqArrayArray",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static const Type *simple_state(Infer *in, const Application *a)
{
    const Type *result = result_of(in, *a);
    if (!result || a->params.len || !has_simple_state(aggregate_stored_name(in->arena, a->name)))
        return NULL;
    Str text = str_fmt(in->arena, "SimpleAggregateFunction(%.*s, %.*s)",
                       STR_ARG(aggregate_stored_name(in->arena, a->name)), STR_ARG(result->text));
    return type_parse_sql(in->arena, text, NULL);
}

/* The elements of arguments that are all arrays. */
static bool elements_of(Infer *in, Application *a)
{
    const Type **elements = ARENA_ARRAY(in->arena, const Type *, a->count + 1);
    for (size_t i = 0; i < a->count; i++) {
        if (!type_is(a->types[i], "Array"))
            return false;
        elements[i] = type_inner(a->types[i]);
    }
    a->types = elements;
    return a->count > 0;
}

static const Type *or_null(Infer *in, const Application *a)
{
    Combinator last;
    const AggregateEntry *entry = base_function(a->name, &last);
    if (any_nullable(a) && entry && infer_counts_rows(entry))
        return NULL;
    const Type *result = result_of(in, *a);
    return type_is(result, "Array") ? result : infer_nullable(in, result);
}

/* The name has State or SimpleState somewhere. */
static bool names_state(Str name)
{
    for (int i = 0; i < MAX_COMBINATORS && !infer_aggregate_find(name); i++) {
        Combinator taken = take_combinator(&name);
        if (taken == COMBINE_STATE || taken == COMBINE_SIMPLE_STATE)
            return true;
        if (taken == COMBINE_NONE)
            return false;
    }
    return false;
}

/* Servers differ in what a Nullable condition makes of the result, except for counts, and in what
 * becomes of Nullable arguments when State stands inside, as in sumStateIf. */
static const Type *of_condition(Infer *in, Application a)
{
    Combinator last;
    const AggregateEntry *entry = base_function(a.name, &last);
    if (a.count == 0)
        return NULL;
    if (any_nullable(&a) && names_state(a.name))
        return NULL;
    const Type *condition = a.types[--a.count];
    if (type_is_nullable(condition) && !infer_counts_rows(entry))
        return NULL;
    return infer_class_in(condition, "uB") ? result_of(in, a) : NULL;
}

static const Type *result_of(Infer *in, Application a)
{
    const AggregateEntry *entry = infer_aggregate_find(a.name);
    if (entry)
        return base_result(in, entry, &a);
    switch (take_combinator(&a.name)) {
    case COMBINE_IF:
        return of_condition(in, a);
    case COMBINE_STATE:
        return state_result(in, &a);
    case COMBINE_SIMPLE_STATE:
        return simple_state(in, &a);
    case COMBINE_MERGE:
        return merged(in, &a);
    case COMBINE_ARRAY:
        return elements_of(in, &a) ? result_of(in, a) : NULL;
    case COMBINE_FOR_EACH:
        return elements_of(in, &a) ? infer_of(in, "Array", result_of(in, a)) : NULL;
    case COMBINE_OR_NULL:
        return or_null(in, &a);
    case COMBINE_SAME:
        return result_of(in, a);
    case COMBINE_NONE:
    case COMBINE_OTHER:
        break;
    }
    return NULL;
}

/* ---- calls --------------------------------------------------------------------------------- */

/* Literals as a type has them; false for all else. */
static bool read_params(Infer *in, const Exprs *params, Str *text)
{
    Buf out = {0};
    bool plain = true;
    for (size_t i = 0; i < params->len; i++) {
        const Expr *param = params->items[i];
        plain = plain && (param->kind == EXPR_NUMBER || param->kind == EXPR_STRING) &&
                !(param->kind == EXPR_NUMBER && !infer_number(in, param->name));
        plain = plain && !(param->kind == EXPR_NUMBER && str_find_char(param->name, 'e') >= 0);
        buf_add(&out, i ? ", " : "(");
        buf_add_str(&out,
                    param->kind == EXPR_STRING ? type_quote(in->arena, param->name) : param->name);
    }
    if (params->len)
        buf_add_char(&out, ')');
    *text = str_copy(in->arena, buf_str(&out));
    buf_free(&out);
    return plain;
}

/* What an aggregate function sees of its arguments: no LowCardinality, no names on types. */
static bool read_types(Infer *in, const Call *call, const Type ***types, size_t *count)
{
    enum { NESTING = 32 };
    const Type **read = ARENA_ARRAY(in->arena, const Type *, call->count + 1);
    bool star = call->count == 1 && call->expr->args.items[0]->kind == EXPR_STAR;
    *types = read;
    *count = star ? 0 : call->count;
    for (size_t i = 0; i < *count; i++) {
        read[i] = type_without_low_cardinality(infer_unnamed(call->args[i].type));
        if (!read[i] || infer_class(read[i]) == 'N' ||
            infer_holds(read[i], "LowCardinality", NESTING))
            return false;
    }
    return true;
}

static bool is_count(Str name)
{
    return str_is_nocase(name, "count") || str_is(name, "countDistinct");
}

/* count(x) and uniq(x) need no types. */
static const Type *of_unknown_types(Infer *in, const Call *call)
{
    Combinator last;
    Str name = call->expr->name;
    const AggregateEntry *entry = base_function(name, &last);
    bool plain = last == COMBINE_NONE || (last == COMBINE_IF && call->count > 0);
    if (last == COMBINE_IF)
        name.len -= strlen("If");
    if (!plain || !infer_counts_rows(entry) || !infer_aggregate_find(name))
        return NULL;
    return infer_named(in, "UInt64");
}

const Type *infer_aggregate(Infer *in, const Call *call)
{
    Application a = {.name = call->expr->name};
    const Type **types;
    if (call->expr->is_distinct && is_count(a.name))
        return infer_named(in, "UInt64");
    if (!read_types(in, call, &types, &a.count))
        return of_unknown_types(in, call);
    a.types = types;
    bool state = expr_gives_state(call->expr);
    bool other_name =
        call->expr->is_distinct || (call->expr->rare->clause_text.len && !call->expr->is_window);
    if (!read_params(in, &call->expr->params, &a.params) || (state && other_name))
        return NULL;
    return result_of(in, a);
}

/* ---- questions about expressions ----------------------------------------------------------- */

static bool any_aggregates(const Exprs *list)
{
    for (size_t i = 0; i < list->len; i++)
        if (expr_aggregates(list->items[i]))
            return true;
    return false;
}

bool expr_aggregates(const Expr *expr)
{
    if (!expr)
        return false;
    if (expr->kind == EXPR_CALL && !expr->is_window && is_aggregate_function(expr->name))
        return true;
    return any_aggregates(&expr->args) || any_aggregates(&expr->params) ||
           any_aggregates(&expr->rare->clauses);
}

/* sumState, and also sumStateIf: State may stand among the combinators; SimpleState gives a plain
 * value. */
static bool is_state_name(Str name)
{
    while (!infer_aggregate_find(name)) {
        Combinator taken = take_combinator(&name);
        if (taken == COMBINE_STATE)
            return is_aggregate_function(name);
        if (taken != COMBINE_IF && taken != COMBINE_OR_NULL && taken != COMBINE_SAME)
            return false;
    }
    return false;
}

bool expr_gives_state(const Expr *expr)
{
    if (!expr || expr->kind != EXPR_CALL)
        return false;
    bool by_name = str_is(expr->name, "initializeAggregation") || str_is(expr->name, "arrayReduce");
    if (!by_name)
        return is_state_name(expr->name);
    const Expr *function = expr->args.len ? expr->args.items[0] : NULL;
    return function && function->kind == EXPR_STRING && is_state_name(function->name);
}
