/* The text that the engine gives a column whose expression has no alias: plus(a, 1). */
#include "resolve.h"

enum { DEPTH_MAX = 32 };

typedef struct {
    const Scope *scope;
    Buf out;
    bool sure; /* every version of the engine prints it so */
    int depth;
} Printer;

static void print(Printer *p, const Expr *expr);

/* ---- names of functions ---- */

static const char *const AGGREGATES[] = {
    "any",
    "anyLast",
    "argMax",
    "argMin",
    "avg",
    "avgWeighted",
    "count",
    "groupArray",
    "groupUniqArray",
    "max",
    "min",
    "quantile",
    "quantileExact",
    "quantileTDigest",
    "quantileTiming",
    "quantiles",
    "quantilesTDigest",
    "sum",
    "sumMap",
    "topK",
    "uniq",
    "uniqCombined",
    "uniqCombined64",
    "uniqExact",
    "uniqHLL12",
};

static const char *const COMBINATORS[] = {"If",          "State", "Merge",  "MergeState",
                                          "SimpleState", "Array", "OrNull", "OrDefault"};

static const char *const FUNCTIONS[] = {
    "abs",
    "arrayElement",
    "arrayJoin",
    "assumeNotNull",
    "ceil",
    "cityHash64",
    "coalesce",
    "concat",

    "dictGet",
    "divide",
    "domain",
    "empty",
    "floor",
    "formatDateTime",
    "greatest",
    "has",
    "if",
    "ifNull",
    "intDiv",
    "JSONExtract",
    "JSONExtractBool",
    "JSONExtractFloat",
    "JSONExtractInt",
    "JSONExtractRaw",
    "JSONExtractString",
    "JSONExtractUInt",
    "JSONHas",
    "least",
    "length",
    "lower",
    "minus",

    "multiply",
    "notEmpty",
    "now",
    "nullIf",
    "plus",
    "replaceAll",
    "round",
    "splitByChar",
    "today",

    "tupleElement",
    "upper",
    "yesterday",
};

static bool is_listed(Str name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, list[i]))
            return true;
    }
    return false;
}

static bool is_known_aggregate(Str name)
{
    for (int i = 0; i < 3; i++) {
        if (is_listed(name, AGGREGATES, ARRAY_LEN(AGGREGATES)))
            return true;
        for (size_t j = 0; j < ARRAY_LEN(COMBINATORS); j++) {
            Str suffix = str_of(COMBINATORS[j]);
            if (name.len > suffix.len && str_ends(name, suffix.ptr)) {
                name.len -= suffix.len;
                break;
            }
        }
    }
    return false;
}

/* toDate, toStartOfHour: no other spelling, but for these. */
static bool is_conversion(Str name)
{
    return name.len > 2 && str_starts(name, "to") && name.ptr[2] >= 'A' && name.ptr[2] <= 'Z' &&
           !str_is(name, "toTimeZone") && !str_is(name, "toStartOfFiveMinute");
}

bool resolve_function_name_is_sure(Str name)
{
    return is_conversion(name) || is_known_aggregate(name) ||
           is_listed(name, FUNCTIONS, ARRAY_LEN(FUNCTIONS));
}

typedef struct {
    const char *sign;
    const char *function;
    size_t args;
} OperatorName;

static const OperatorName OPERATORS[] = {
    {"+", "plus", 2},
    {"-", "minus", 2},
    {"*", "multiply", 2},
    {"/", "divide", 2},
    {"%", "modulo", 2},
    {"=", "equals", 2},
    {"!=", "notEquals", 2},
    {"<", "less", 2},
    {">", "greater", 2},
    {"<=", "lessOrEquals", 2},
    {">=", "greaterOrEquals", 2},
    {"AND", "and", 2},
    {"OR", "or", 2},
    {"NOT", "not", 1},
    {"LIKE", "like", 2},
    {"NOT LIKE", "notLike", 2},
    {"ILIKE", "ilike", 2},
    {"IS NULL", "isNull", 1},
    {"IS NOT NULL", "isNotNull", 1},
    {"||", "concat", 2},
    {"[]", "arrayElement", 2},
    {"?:", "if", 3},
    {"-", "negate", 1},
};

static const char *operator_function(const Expr *expr)
{
    for (size_t i = 0; i < ARRAY_LEN(OPERATORS); i++) {
        if (str_is(expr->name, OPERATORS[i].sign) && expr->args.len == OPERATORS[i].args)
            return OPERATORS[i].function;
    }
    return NULL;
}

/* ---- literals ---- */

static bool is_plain_number(Str text)
{
    size_t digits = 0, points = 0;
    for (size_t i = text.len && text.ptr[0] == '-' ? 1 : 0; i < text.len; i++) {
        points += text.ptr[i] == '.';
        digits += text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (text.ptr[i] != '.' && (text.ptr[i] < '0' || text.ptr[i] > '9'))
            return false;
    }
    bool leading = text.len > 1 && text.ptr[0] == '0' && text.ptr[1] != '.';
    bool trailing = points && (text.ptr[text.len - 1] == '0' || text.ptr[text.len - 1] == '.');
    return digits && digits < 10 && points < 2 && !leading && !trailing && text.ptr[0] != '.';
}

static bool is_plain_string(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\'' || c == '\\' || (unsigned char)c < ' ' || (unsigned char)c > '~')
            return false;
    }
    return true;
}

static void print_literal(Printer *p, const Expr *expr)
{
    if (expr->kind == EXPR_NUMBER) {
        p->sure &= is_plain_number(expr->name);
        buf_add_str(&p->out, expr->name);
    } else if (expr->kind == EXPR_NULL) {
        buf_add(&p->out, "NULL");
    } else {
        p->sure &= is_plain_string(expr->name);
        buf_addf(&p->out, "'%.*s'", STR_ARG(expr->name));
    }
}

/* ---- calls ---- */

static void print_list(Printer *p, const Exprs *list)
{
    buf_add_char(&p->out, '(');
    for (size_t i = 0; i < list->len; i++) {
        if (i)
            buf_add(&p->out, ", ");
        print(p, list->items[i]);
    }
    buf_add_char(&p->out, ')');
}

static void print_call(Printer *p, const Expr *call)
{
    bool star = call->args.len == 1 && call->args.items[0]->kind == EXPR_STAR &&
                str_is(call->name, "count");
    p->sure &= resolve_function_name_is_sure(call->name) && !call->is_window &&
               !call->is_distinct && !call->rare->clauses.len && !call->rare->clause_text.len;
    buf_add_str(&p->out, call->name);
    if (call->params.len)
        print_list(p, &call->params);
    if (star)
        buf_add(&p->out, "()");
    else
        print_list(p, &call->args);
}

static void print_operator(Printer *p, const Expr *expr)
{
    const char *function = operator_function(expr);
    p->sure &= function != NULL;
    buf_add(&p->out, function ? function : "?");
    print_list(p, &expr->args);
}

static void print_interval(Printer *p, const Expr *expr)
{
    buf_add(&p->out, "toInterval");
    for (size_t i = 0; i < expr->name.len; i++) {
        char c = expr->name.ptr[i];
        buf_add_char(&p->out, i && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    print_list(p, &expr->args);
}

static void print_cast(Printer *p, const Expr *expr)
{
    bool plain = expr->args.len == 1 && expr->args.items[0]->kind == EXPR_COLUMN && expr->type &&
                 is_plain_string(expr->type->text);
    p->sure &= plain;
    buf_add(&p->out, "CAST(");
    if (plain) {
        print(p, expr->args.items[0]);
        buf_addf(&p->out, ", '%.*s')", STR_ARG(expr->type->text));
    }
}

/* ---- the switch ---- */

static void print_inner(Printer *p, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_COLUMN: {
        Str name = resolve_column_name(p->scope, expr, &p->sure);
        buf_add_str(&p->out, name);
        return;
    }
    case EXPR_NUMBER:
    case EXPR_STRING:
    case EXPR_NULL:
        print_literal(p, expr);
        return;
    case EXPR_CALL:
        print_call(p, expr);
        return;
    case EXPR_OPERATOR:
        print_operator(p, expr);
        return;
    case EXPR_INTERVAL:
        print_interval(p, expr);
        return;
    case EXPR_CAST:
        print_cast(p, expr);
        return;
    default:
        p->sure = false;
    }
}

/* An alias inside is printed by newer versions, its expression by older ones. */
static void print(Printer *p, const Expr *expr)
{
    p->sure &= p->depth < DEPTH_MAX && (p->depth == 0 || !expr->alias.text.len);
    if (!p->sure)
        return;
    p->depth++;
    print_inner(p, expr);
    p->depth--;
}

Str resolve_printed(const Scope *scope, const Expr *item, bool *sure)
{
    Printer p = {.scope = scope, .sure = true};
    print(&p, item);
    Str text = p.sure ? str_copy(scope->r->arena, buf_str(&p.out))
                      : str_trim(str_range(scope->r->pipe->facts->text, item->core));
    *sure &= p.sure;
    buf_free(&p.out);
    return text;
}
