/* infer.c: the type of an expression, by kind of expression. */
#include "infer_internal.h"

enum { MAX_DEPTH = 400 };

static const Value UNKNOWN = {NULL, false};

static const Type *of_name(Infer *in, const Expr *expr)
{
    for (size_t i = in->locals.len; expr->path.len == 1 && i > 0; i--)
        if (str_eq(in->locals.items[i - 1].name, expr->name))
            return in->locals.items[i - 1].type;
    return in->scope->column ? in->scope->column(in->scope->context, expr) : NULL;
}

const Type *infer_lambda(Infer *in, const Expr *lambda, const Type *const *types, size_t count)
{
    size_t outer = in->locals.len;
    if (lambda->args.len != 1 || lambda->path.len != count)
        return NULL;
    for (size_t i = 0; i < count; i++)
        vec_push(in->arena, &in->locals, (Local){lambda->path.items[i].text, types[i]});
    Value body = infer_value(in, lambda->args.items[0]);
    in->locals.len = outer;
    return body.type;
}

static Call call_of(Infer *in, const Expr *expr)
{
    Value *args = ARENA_ARRAY(in->arena, Value, expr->args.len);
    for (size_t i = 0; i < expr->args.len; i++)
        if (expr->args.items[i]->kind != EXPR_LAMBDA)
            args[i] = infer_value(in, expr->args.items[i]);
    return (Call){expr, args, expr->args.len};
}

static bool all_constant(const Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (!call->args[i].constant)
            return false;
    return true;
}

/* Of a literal, `::` converts the text; no type differs for that. */
static Value of_cast(Infer *in, const Expr *expr)
{
    Value from = expr->args.len ? infer_value(in, expr->args.items[0]) : UNKNOWN;
    return (Value){infer_cast(in, from.type, expr->type), from.constant};
}

/* A query that gives no row stands for NULL. */
static Value of_subquery(Infer *in, const Expr *expr)
{
    const Type *type =
        in->scope->subquery ? in->scope->subquery(in->scope->context, expr->query) : NULL;
    type = infer_unnamed(type);
    if (type_is(type, "LowCardinality"))
        return UNKNOWN;
    return (Value){type_is(type, "Array") ? type : infer_nullable(in, type), false};
}

/* Servers differ in whether LowCardinality inside arrays, maps and tuples survives a function. */
static const Type *certain(const Expr *expr, const Type *type)
{
    enum { NESTING = 32 };
    bool nested = infer_holds(type_bare(type), "LowCardinality", NESTING);
    bool kept = expr->kind == EXPR_CAST || expr->kind == EXPR_COLUMN;
    return nested && !kept ? NULL : type;
}

static Value of_operands(Infer *in, const Expr *expr)
{
    Call call = call_of(in, expr);
    const Type *type = NULL;
    if (expr->kind == EXPR_CALL)
        return infer_call(in, &call);
    if (expr->kind == EXPR_OPERATOR)
        type = infer_operator(in, &call, expr->name);
    else if (expr->kind == EXPR_CASE)
        type = infer_case(in, &call);
    else if (expr->kind == EXPR_TUPLE)
        type = infer_tuple(in, &call);
    else if (expr->kind == EXPR_ARRAY)
        type = infer_array_literal(in, &call);
    else if (expr->kind == EXPR_MAP)
        type = infer_map(in, &call);
    return (Value){type, all_constant(&call)};
}

static Value of_kind(Infer *in, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_COLUMN:
        return (Value){of_name(in, expr), false};
    case EXPR_NUMBER:
        return (Value){infer_number(in, expr->name), true};
    case EXPR_STRING:
        return (Value){infer_named(in, "String"), true};
    case EXPR_BOOL:
        return (Value){infer_named(in, "Bool"), true};
    case EXPR_NULL:
        return (Value){infer_of(in, "Nullable", infer_named(in, "Nothing")), true};
    case EXPR_INTERVAL:
        return (Value){infer_interval(in, expr->name),
                       expr->args.len && expr->args.items[0]->kind == EXPR_NUMBER};
    case EXPR_CAST:
        return of_cast(in, expr);
    case EXPR_SUBQUERY:
        return of_subquery(in, expr);
    case EXPR_CALL:
    case EXPR_OPERATOR:
    case EXPR_CASE:
    case EXPR_TUPLE:
    case EXPR_ARRAY:
    case EXPR_MAP:
        return of_operands(in, expr);
    default: /* stars and what could not be read */
        return UNKNOWN;
    }
}

Value infer_value(Infer *in, const Expr *expr)
{
    if (!expr || in->depth >= MAX_DEPTH)
        return UNKNOWN;
    in->depth++;
    Value value = of_kind(in, expr);
    in->depth--;
    value.type = certain(expr, value.type);
    return value;
}

const Type *infer_type(const TypeScope *scope, const Expr *expr)
{
    Infer in = {.scope = scope, .arena = scope->arena};
    return infer_value(&in, expr).type;
}
