/* forward_expr.c: what one item of a forward query's select list does to the live columns. */
#include "forward_expr.h"

#include "forward_types.h"
#include "model/infer.h"

enum { MAX_STEPS = 200000, MAX_DEPTH = 400 };

/* What a subexpression gives. */
typedef struct {
    OutputKind kind;
    const Column *source; /* of PASS and CONVERT */
    const Type *type;
    bool handles_null;
    bool is_state;
} Value;

/* The evaluation of one output. */
typedef struct {
    ForwardScope *scope;
    ForwardOutput *out;
    const Expr *resolving[FORWARD_ALIAS_DEPTH]; /* aliases being followed */
    size_t resolving_len;
    Tokens locals; /* lambda parameters in force */
    int depth;
} Eval;

static const Value UNKNOWN_VALUE = {.kind = OUTPUT_UNKNOWN};

static Value eval(Eval *e, const Expr *expr);

/* ---- names ---- */

static bool collect_alias(const Expr *expr, void *context)
{
    Map *aliases = context;
    if (expr->alias.text.len > 0 && !map_has(aliases, expr->alias.text))
        map_put(aliases, expr->alias.text, (void *)(uintptr_t)expr);
    return true;
}

Map *forward_aliases(Arena *arena, const Select *select)
{
    Map *aliases = map_new(arena);
    for (size_t i = 0; i < select->with.len; i++)
        if (select->with.items[i].expr != NULL)
            map_put(aliases, select->with.items[i].name.text, select->with.items[i].expr);
    /* The names in a star's REPLACE are seen by that star alone. */
    for (size_t i = 0; i < select->items.len; i++)
        if (select->items.items[i]->kind != EXPR_STAR)
            expr_walk(select->items.items[i], collect_alias, aliases);
    return aliases;
}

const Column *forward_live_column(const ForwardScope *scope, Str name)
{
    return datafile_column(scope->live, name);
}

static void add_name(Arena *arena, Strs *names, Str name)
{
    for (size_t i = 0; i < names->len; i++)
        if (str_eq(names->items[i], name))
            return;
    vec_push(arena, names, name);
}

static bool is_local(const Eval *e, Str name)
{
    for (size_t i = e->locals.len; i > 0; i--)
        if (str_eq(e->locals.items[i - 1].text, name))
            return true;
    return false;
}

static bool is_being_resolved(const Eval *e, const Expr *expr)
{
    for (size_t i = 0; i < e->resolving_len; i++)
        if (e->resolving[i] == expr)
            return true;
    return false;
}

/* ---- types ---- */

typedef struct {
    const ForwardScope *scope;
    const Expr *expr; /* in it, its own alias is no alias */
} Typing;

static const Type *live_type(void *context, const Expr *column)
{
    const Typing *typing = context;
    const Expr *alias = map_get(typing->scope->aliases, column->name);
    if (column->path.len != 1 || (alias != NULL && alias != typing->expr))
        return NULL;
    const Column *live = forward_live_column(typing->scope, column->name);
    return live != NULL ? live->type : NULL;
}

static const Type *inferred_type(const ForwardScope *scope, const Expr *expr)
{
    Typing typing = {scope, expr};
    TypeScope types = {.arena = scope->arena, .column = live_type, .context = &typing};
    return infer_type(&types, expr);
}

/* ---- identifiers ---- */

static Str path_text(Arena *arena, const Tokens *path, size_t from)
{
    Str text = path->items[from].text;
    for (size_t i = from + 1; i < path->len; i++)
        text = str_fmt(arena, "%.*s.%.*s", STR_ARG(text), STR_ARG(path->items[i].text));
    return text;
}

static Value pass_column(Eval *e, const Column *column)
{
    add_name(e->scope->arena, &e->out->reads, column->name.text);
    return (Value){.kind = OUTPUT_PASS, .source = column, .type = column->type};
}

static Value follow_alias(Eval *e, const Expr *target)
{
    if (e->resolving_len == FORWARD_ALIAS_DEPTH)
        return UNKNOWN_VALUE;
    e->resolving[e->resolving_len++] = target;
    Tokens locals = e->locals;
    e->locals = (Tokens){0};
    Value value = eval(e, target);
    e->locals = locals;
    e->resolving_len--;
    return value;
}

/* A part of a column: n.x of a Tuple, a path of a JSON column, n.a of a Nested. */
static Value part_of_column(Eval *e, const Column *column)
{
    add_name(e->scope->arena, &e->out->reads, column->name.text);
    return (Value){.kind = OUTPUT_EXPRESSION};
}

static Value unknown_name(Eval *e, Str name)
{
    add_name(e->scope->arena, &e->out->unknown, name);
    return UNKNOWN_VALUE;
}

static Value eval_qualified(Eval *e, const Expr *expr)
{
    const Column *dotted =
        forward_live_column(e->scope, path_text(e->scope->arena, &expr->path, 0));
    if (dotted != NULL)
        return pass_column(e, dotted);
    size_t from = str_eq(expr->path.items[0].text, e->scope->table) ? 1 : 0;
    Str rest = path_text(e->scope->arena, &expr->path, from);
    const Column *column = forward_live_column(e->scope, rest);
    if (column != NULL)
        return pass_column(e, column);
    column = forward_live_column(e->scope, expr->path.items[from].text);
    if (column != NULL)
        return part_of_column(e, column);
    /* a.b may be the element of an alias; only a lone name is surely a missing column. */
    if (from == 0)
        return UNKNOWN_VALUE;
    return unknown_name(e, rest);
}

/* ClickHouse takes an alias of the list before a column of the table, except inside the alias's
 * own expression. */
static Value eval_identifier(Eval *e, const Expr *expr)
{
    if (expr->path.len == 0)
        return UNKNOWN_VALUE;
    Str name = expr->path.items[0].text;
    if (is_local(e, name))
        return (Value){.kind = OUTPUT_EXPRESSION};
    if (expr->path.len > 1)
        return eval_qualified(e, expr);
    const Expr *alias = map_get(e->scope->aliases, name);
    if (alias != NULL && !is_being_resolved(e, alias))
        return follow_alias(e, alias);
    const Column *column = forward_live_column(e->scope, name);
    return column != NULL ? pass_column(e, column) : unknown_name(e, name);
}

/* ---- combining ---- */

static bool is_one_column(OutputKind kind)
{
    return kind == OUTPUT_PASS || kind == OUTPUT_CONVERT;
}

static OutputKind join_kinds(OutputKind a, OutputKind b)
{
    if (a == OUTPUT_UNKNOWN || b == OUTPUT_UNKNOWN)
        return OUTPUT_UNKNOWN;
    return a == OUTPUT_CONSTANT && b == OUTPUT_CONSTANT ? OUTPUT_CONSTANT : OUTPUT_EXPRESSION;
}

/* Any operation on its operands: constant if all are, else an expression over columns. */
static Value eval_operands(Eval *e, const Exprs *operands)
{
    Value joined = {.kind = OUTPUT_CONSTANT};
    for (size_t i = 0; i < operands->len; i++)
        joined.kind = join_kinds(joined.kind, eval(e, operands->items[i]).kind);
    return joined;
}

/* Evaluates the arguments after the first; true if all are constant. */
static bool rest_is_constant(Eval *e, const Expr *call, Value *unknown)
{
    bool constant = true;
    for (size_t i = 1; i < call->args.len; i++) {
        Value value = eval(e, call->args.items[i]);
        constant = constant && value.kind == OUTPUT_CONSTANT;
        if (value.kind == OUTPUT_UNKNOWN)
            *unknown = value;
    }
    return constant;
}

/* A function of one value that keeps it one column's: a cast or the handling of NULL. */
static Value keep_column(Value value, bool rest_constant)
{
    value.is_state = false;
    if (value.kind == OUTPUT_UNKNOWN)
        return UNKNOWN_VALUE;
    if (!rest_constant) {
        value.kind = OUTPUT_EXPRESSION;
        value.source = NULL;
    } else if (value.kind == OUTPUT_PASS) {
        value.kind = OUTPUT_CONVERT;
    }
    return value;
}

static void record_cast(Eval *e, const Type *from, const Type *to, CastMethod method,
                        bool has_default, Range range)
{
    ForwardCast cast = {from, to, method, has_default, range};
    vec_push(e->scope->arena, &e->out->casts, cast);
}

/* ---- calls ---- */

static Value eval_cast(Eval *e, const Expr *expr)
{
    if (expr->args.len == 0)
        return UNKNOWN_VALUE;
    Value value = eval(e, expr->args.items[0]);
    if (value.kind != OUTPUT_CONSTANT)
        record_cast(e, value.type, expr->type, CAST_STRICT, false, expr->core);
    value = keep_column(value, true);
    value.type = expr->type;
    return value;
}

static Value eval_conversion(Eval *e, const Expr *expr, Value first, ConversionCall call)
{
    Value unknown = {.kind = OUTPUT_CONSTANT};
    bool constant = rest_is_constant(e, expr, &unknown);
    if (unknown.kind == OUTPUT_UNKNOWN)
        return UNKNOWN_VALUE;
    bool has_default = str_ends(expr->name, "OrDefault") && expr->args.len > 1 &&
                       expr->args.items[expr->args.len - 1]->kind != EXPR_STRING;
    if (first.kind != OUTPUT_CONSTANT)
        record_cast(e, first.type, call.to, call.method, has_default, expr->core);
    Value value = keep_column(first, constant);
    value.handles_null = value.handles_null || call.method == CAST_OR_DEFAULT;
    value.type = call.result;
    return value;
}

static Value eval_if_null(Eval *e, const Expr *expr)
{
    Value first = eval(e, expr->args.items[0]);
    Value unknown = {.kind = OUTPUT_CONSTANT};
    bool constant = true;
    const Type *fallback = NULL;
    bool literal = false;
    for (size_t i = 1; i < expr->args.len; i++) {
        Value value = eval(e, expr->args.items[i]);
        constant = constant && value.kind == OUTPUT_CONSTANT;
        if (value.kind == OUTPUT_UNKNOWN)
            unknown = value;
        fallback = value.type;
        literal = expr->args.items[i]->kind == EXPR_NUMBER;
    }
    if (unknown.kind == OUTPUT_UNKNOWN)
        return UNKNOWN_VALUE;
    Value value = keep_column(first, constant);
    value.handles_null = expr->args.len > 1;
    value.type = expr->args.len == 2
                     ? type_of_if_null(e->scope->arena, first.type, fallback, literal)
                     : NULL;
    return value;
}

static Value eval_wrapper(Eval *e, const Expr *expr)
{
    Arena *arena = e->scope->arena;
    Value value = keep_column(eval(e, expr->args.items[0]), true);
    if (str_is(expr->name, "assumeNotNull")) {
        value.handles_null = true;
        value.type = value.type != NULL ? type_without_nullable(arena, value.type) : NULL;
    } else if (str_is(expr->name, "toLowCardinality")) {
        value.type = type_low_cardinality(arena, value.type);
    } else {
        value.type = type_nullable(arena, value.type);
    }
    return value;
}

/* isNull(x), isNotNull(x), x IS NULL, x IS NOT NULL. */
static const Expr *null_test(const Expr *expr)
{
    bool call = expr->kind == EXPR_CALL &&
                (str_is_nocase(expr->name, "isNull") || str_is_nocase(expr->name, "isNotNull"));
    bool operator= expr->kind ==
        EXPR_OPERATOR &&(str_is(expr->name, "IS NULL") || str_is(expr->name, "IS NOT NULL"));
    return (call || operator) && expr->args.len == 1 ? expr->args.items[0] : NULL;
}

/* if(isNull(x), d, x) replaces NULL and keeps the rest; any other `if` is an expression. */
static Value eval_if(Eval *e, const Expr *expr)
{
    const Expr *tested = null_test(expr->args.items[0]);
    if (tested == NULL)
        return eval_operands(e, &expr->args);
    Value column = eval(e, tested);
    Value left = eval(e, expr->args.items[1]);
    Value right = eval(e, expr->args.items[2]);
    OutputKind joined = join_kinds(left.kind, right.kind);
    if (joined == OUTPUT_UNKNOWN || column.kind == OUTPUT_UNKNOWN)
        return UNKNOWN_VALUE;
    Value kept = is_one_column(left.kind) ? left : right;
    Value other = is_one_column(left.kind) ? right : left;
    bool same = is_one_column(column.kind) && is_one_column(kept.kind) &&
                kept.source == column.source && other.kind == OUTPUT_CONSTANT;
    if (!same)
        return (Value){.kind = OUTPUT_EXPRESSION};
    return (Value){.kind = OUTPUT_CONVERT, .source = column.source, .handles_null = true};
}

static Value eval_default_value(Eval *e, const Expr *expr)
{
    const Expr *type = expr->args.len == 1 ? expr->args.items[0] : NULL;
    if (type == NULL || type->kind != EXPR_STRING)
        return (Value){.kind = OUTPUT_CONSTANT};
    return (Value){.kind = OUTPUT_CONSTANT, .type = type_parse(e->scope->arena, type->name, NULL)};
}

/* Expressions that are no column of their own, whatever stands inside. */
static Value eval_other_call(Eval *e, const Expr *expr)
{
    Value params = eval_operands(e, &expr->params);
    params.kind = join_kinds(params.kind, eval_operands(e, &expr->rare->clauses).kind);
    Value value = eval_operands(e, &expr->args);
    value.kind = join_kinds(value.kind, params.kind);
    value.is_state = call_is_state(expr);
    return value;
}

static Value eval_call(Eval *e, const Expr *expr)
{
    size_t count = expr->args.len;
    if (expr->params.len > 0 || expr->is_window || count == 0)
        return eval_other_call(e, expr);
    if (str_is(expr->name, "defaultValueOfTypeName"))
        return eval_default_value(e, expr);
    if (str_is_nocase(expr->name, "ifNull") || str_is_nocase(expr->name, "coalesce"))
        return eval_if_null(e, expr);
    bool wrapper = str_is(expr->name, "assumeNotNull") || str_is(expr->name, "toLowCardinality") ||
                   str_is(expr->name, "toNullable");
    if (wrapper && count == 1)
        return eval_wrapper(e, expr);
    if (str_is_nocase(expr->name, "if") && count == 3)
        return eval_if(e, expr);
    if (conversion_call(e->scope->arena, expr, NULL).found) {
        Value first = eval(e, expr->args.items[0]);
        return eval_conversion(e, expr, first, conversion_call(e->scope->arena, expr, first.type));
    }
    return eval_other_call(e, expr);
}

static Value eval_lambda(Eval *e, const Expr *expr)
{
    size_t outer = e->locals.len;
    for (size_t i = 0; i < expr->path.len; i++)
        vec_push(e->scope->arena, &e->locals, expr->path.items[i]);
    Value value = eval_operands(e, &expr->args);
    e->locals.len = outer;
    return value;
}

static Value eval_kind(Eval *e, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_COLUMN:
        return eval_identifier(e, expr);
    case EXPR_NUMBER:
    case EXPR_STRING:
    case EXPR_BOOL:
        return (Value){.kind = OUTPUT_CONSTANT, .type = inferred_type(e->scope, expr)};
    case EXPR_NULL:
        return (Value){.kind = OUTPUT_CONSTANT};
    case EXPR_CALL:
        return eval_call(e, expr);
    case EXPR_CAST:
        return eval_cast(e, expr);
    case EXPR_LAMBDA:
        return eval_lambda(e, expr);
    case EXPR_OPERATOR:
        if (str_is(expr->name, "?:") && expr->args.len == 3)
            return eval_if(e, expr);
        return eval_operands(e, &expr->args);
    case EXPR_INTERVAL:
    case EXPR_CASE:
    case EXPR_TUPLE:
    case EXPR_ARRAY:
    case EXPR_MAP:
        return eval_operands(e, &expr->args);
    default: /* a subquery reads what we do not see; stars are expanded elsewhere */
        return UNKNOWN_VALUE;
    }
}

static Value eval(Eval *e, const Expr *expr)
{
    if (expr == NULL || e->scope->steps >= MAX_STEPS || e->depth >= MAX_DEPTH)
        return UNKNOWN_VALUE;
    e->scope->steps++;
    e->depth++;
    Value value = eval_kind(e, expr);
    e->depth--;
    return value;
}

void forward_eval(ForwardScope *scope, ForwardOutput *out)
{
    Eval e = {.scope = scope, .out = out};
    e.resolving[e.resolving_len++] = out->expr;
    Value value = eval(&e, out->expr);
    out->kind = value.kind;
    out->source = is_one_column(value.kind) ? value.source : NULL;
    bool computed = value.kind == OUTPUT_EXPRESSION || value.kind == OUTPUT_CONSTANT;
    out->type = computed && value.type == NULL ? inferred_type(scope, out->expr) : value.type;
    out->handles_null = value.handles_null;
    out->is_state = value.is_state;
}
