/* row_condition.c: looks for a row that no condition of a TTL takes in. */
#include "row_condition.h"

#include "retention_number.h"

enum { COLUMNS_MOST = 4, VALUES_MOST = 64, ROWS_MOST = 4096, DEPTH_MOST = 100 };

/* What a condition may be for one row: a set of these. */
enum { IS_TRUE = 1, IS_FALSE = 2, IS_NULL = 4, IS_ANY = 7 };

typedef enum { KIND_OTHER, KIND_TEXT, KIND_ENUM, KIND_NUMBER, KIND_BOOL } ColumnKind;

typedef struct {
    bool is_null;
    bool is_fresh; /* a text that no condition names */
    Str text;
    double number;
} Value;

typedef struct {
    Str name;
    ColumnKind kind;
    const Type *type;
    bool nullable;
    VEC(Value) values;
    size_t at; /* of the row at hand */
} RowColumn;

typedef struct {
    Arena *arena;
    const Datafile *schema;
    RowColumn columns[COLUMNS_MOST];
    size_t len;
    bool unknown; /* more of something than is looked at */
} Rows;

/* ---- columns ---- */

static ColumnKind kind_of(const Type *type)
{
    const Type *bare = type ? type_bare(type) : NULL;
    if (!bare)
        return KIND_OTHER;
    if (type_is(bare, "Bool"))
        return KIND_BOOL;
    if (type_is(bare, "Enum8") || type_is(bare, "Enum16"))
        return KIND_ENUM;
    if (type_is(bare, "String"))
        return KIND_TEXT;
    bool number = type_is_integer(bare) || type_is(bare, "Float32") || type_is(bare, "Float64");
    return number ? KIND_NUMBER : KIND_OTHER;
}

static RowColumn *column_of(Rows *rows, const Expr *expr)
{
    if (expr->kind != EXPR_COLUMN || expr->path.len != 1)
        return NULL;
    Str name = expr->path.items[0].text;
    for (size_t i = 0; i < rows->len; i++) {
        if (str_eq(rows->columns[i].name, name))
            return &rows->columns[i];
    }
    const Column *column = datafile_column(rows->schema, name);
    ColumnKind kind = column ? kind_of(column->type) : KIND_OTHER;
    if (kind == KIND_OTHER)
        return NULL;
    if (rows->len == COLUMNS_MOST) {
        rows->unknown = true;
        return NULL;
    }
    RowColumn *added = &rows->columns[rows->len++];
    *added = (RowColumn){.name = name,
                         .kind = kind,
                         .type = type_bare(column->type),
                         .nullable = type_is_nullable(column->type)};
    return added;
}

/* ---- values ---- */

static bool literal_of(const RowColumn *column, const Expr *expr, Value *out)
{
    *out = (Value){0};
    if (column->kind == KIND_TEXT || column->kind == KIND_ENUM) {
        out->text = expr->name;
        return expr->kind == EXPR_STRING;
    }
    if (expr->kind == EXPR_BOOL) {
        out->number = str_is_nocase(expr->name, "true");
        return true;
    }
    return constant_number(expr, &out->number);
}

static bool same_value(const Value *a, const Value *b)
{
    return a->is_null == b->is_null && a->is_fresh == b->is_fresh && str_eq(a->text, b->text) &&
           a->number == b->number;
}

static void add_value(Rows *rows, RowColumn *column, Value value)
{
    for (size_t i = 0; i < column->values.len; i++) {
        if (same_value(&column->values.items[i], &value))
            return;
    }
    if (column->values.len < VALUES_MOST)
        vec_push(rows->arena, &column->values, value);
    else
        rows->unknown = true;
}

/* The number, and its neighbours as far as the type has them. */
static void add_numbers(Rows *rows, RowColumn *column, double number)
{
    bool is_unsigned = str_starts(column->type->name, "UInt");
    for (int step = -1; step <= 1; step++) {
        double near = number + step;
        if (!is_unsigned || near >= 0)
            add_value(rows, column, (Value){.number = near});
    }
}

static void add_literal(Rows *rows, RowColumn *column, const Expr *expr)
{
    Value value;
    if (!literal_of(column, expr, &value))
        return;
    if (column->kind == KIND_NUMBER)
        add_numbers(rows, column, value.number);
    else if (column->kind == KIND_TEXT)
        add_value(rows, column, value);
}

static bool note_values(const Expr *expr, void *context)
{
    Rows *rows = context;
    if (expr->kind != EXPR_OPERATOR || expr->args.len < 2) {
        column_of(rows, expr);
        return true;
    }
    for (size_t i = 0; i < expr->args.len; i++) {
        RowColumn *column = column_of(rows, expr->args.items[i]);
        for (size_t k = 0; column && k < expr->args.len; k++) {
            const Expr *other = expr->args.items[k];
            if (other->kind != EXPR_TUPLE && other->kind != EXPR_ARRAY)
                add_literal(rows, column, other);
            for (size_t j = 0; other->kind == EXPR_TUPLE && j < other->args.len; j++)
                add_literal(rows, column, other->args.items[j]);
        }
    }
    return true;
}

static void add_enum_names(Rows *rows, RowColumn *column)
{
    for (size_t i = 0; i < column->type->arg_count; i++) {
        const TypeArg *arg = &column->type->args[i];
        if (arg->kind == TYPE_ARG_ENUM)
            add_value(rows, column, (Value){.text = arg->text});
    }
    if (column->values.len == 0)
        rows->unknown = true;
}

static bool has_number(const RowColumn *column, double number)
{
    for (size_t i = 0; i < column->values.len; i++) {
        if (column->values.items[i].number == number)
            return true;
    }
    return false;
}

/* 0 and 1 in eight bits: people keep a Bool so, and no other number is there. */
static bool is_flag(const RowColumn *column)
{
    bool narrow = type_is(column->type, "UInt8") || type_is(column->type, "Int8");
    return narrow && column->values.len <= 4 && has_number(column, 0) && has_number(column, 1) &&
           !has_number(column, 3);
}

static void add_other_values(Rows *rows, RowColumn *column)
{
    if (column->kind == KIND_ENUM)
        add_enum_names(rows, column);
    if (column->kind == KIND_TEXT) {
        add_value(rows, column, (Value){.is_fresh = true});
        add_value(rows, column, (Value){.text = STR("")});
    }
    if (column->kind == KIND_NUMBER && is_flag(column))
        column->values.len = 0;
    if (column->kind == KIND_BOOL || column->values.len == 0) {
        add_value(rows, column, (Value){.number = 0});
        add_value(rows, column, (Value){.number = 1});
    }
    if (column->nullable)
        add_value(rows, column, (Value){.is_null = true});
}

/* ---- one row ---- */

static unsigned evaluate(Rows *rows, const Expr *expr, int depth);

static unsigned truth(bool value)
{
    return value ? IS_TRUE : IS_FALSE;
}

static unsigned negated(unsigned set)
{
    return (set & IS_NULL) | (set & IS_TRUE ? IS_FALSE : 0u) | (set & IS_FALSE ? IS_TRUE : 0u);
}

static unsigned both(unsigned a, unsigned b)
{
    unsigned out = (a | b) & IS_FALSE;
    if ((a & IS_TRUE) && (b & IS_TRUE))
        out |= IS_TRUE;
    if (((a & IS_NULL) && (b & (IS_NULL | IS_TRUE))) || ((b & IS_NULL) && (a & IS_TRUE)))
        out |= IS_NULL;
    return out;
}

static const Value *value_of(Rows *rows, const Expr *expr, const RowColumn **out)
{
    const RowColumn *column = column_of(rows, expr);
    *out = column;
    return column && column->values.len ? &column->values.items[column->at] : NULL;
}

static bool compare_order(Str op, double a, double b, bool *out)
{
    if (str_is(op, "<"))
        *out = a < b;
    else if (str_is(op, "<="))
        *out = a <= b;
    else if (str_is(op, ">"))
        *out = a > b;
    else if (str_is(op, ">="))
        *out = a >= b;
    else
        return false;
    return true;
}

static bool equals(const RowColumn *column, const Value *value, const Value *literal)
{
    if (column->kind == KIND_TEXT || column->kind == KIND_ENUM)
        return !value->is_fresh && str_eq(value->text, literal->text);
    return value->number == literal->number;
}

static Str mirrored(Str op)
{
    static const char *const pairs[][2] = {{"<", ">"}, {"<=", ">="}, {">", "<"}, {">=", "<="}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if (str_is(op, pairs[i][0]))
            return str_of(pairs[i][1]);
    }
    return op;
}

static unsigned evaluate_comparison(Rows *rows, Str op, const Expr *left, const Expr *right)
{
    const RowColumn *column;
    const Value *value = value_of(rows, left, &column);
    Value literal;
    bool result;
    if (!value) {
        value = value_of(rows, right, &column);
        right = left;
        op = mirrored(op);
    }
    if (!value || !literal_of(column, right, &literal))
        return IS_ANY;
    if (value->is_null)
        return IS_NULL;
    if (str_is(op, "=") || str_is(op, "!="))
        return truth(equals(column, value, &literal) == str_is(op, "="));
    bool ordered = column->kind == KIND_NUMBER || column->kind == KIND_BOOL;
    return ordered && compare_order(op, value->number, literal.number, &result) ? truth(result)
                                                                                : IS_ANY;
}

static unsigned evaluate_in(Rows *rows, const Expr *expr)
{
    const RowColumn *column;
    const Value *value = value_of(rows, expr->args.items[0], &column);
    const Expr *set = expr->args.items[1];
    Expr *const *items = set->kind == EXPR_TUPLE ? set->args.items : &expr->args.items[1];
    size_t count = set->kind == EXPR_TUPLE ? set->args.len : 1;
    bool found = false;
    if (!value)
        return IS_ANY;
    if (value->is_null)
        return IS_NULL;
    for (size_t i = 0; i < count; i++) {
        Value literal;
        if (!literal_of(column, items[i], &literal))
            return IS_ANY;
        found = found || equals(column, value, &literal);
    }
    return truth(found == str_is(expr->name, "IN"));
}

static unsigned evaluate_between(Rows *rows, const Expr *expr)
{
    Expr *const *args = expr->args.items;
    return both(evaluate_comparison(rows, STR(">="), args[0], args[1]),
                evaluate_comparison(rows, STR("<="), args[0], args[2]));
}

static unsigned evaluate_null_test(Rows *rows, const Expr *expr)
{
    const RowColumn *column;
    const Value *value = value_of(rows, expr->args.items[0], &column);
    return value ? truth(value->is_null == str_is(expr->name, "IS NULL")) : IS_ANY;
}

/* A run of AND or OR; OR is the negation of AND of the negations. */
static unsigned evaluate_run(Rows *rows, const Expr *expr, int depth)
{
    bool any = str_is(expr->name, "OR");
    unsigned set = IS_TRUE;
    for (size_t i = 0; i < expr->args.len; i++) {
        unsigned part = evaluate(rows, expr->args.items[i], depth + 1);
        set = both(set, any ? negated(part) : part);
    }
    return any ? negated(set) : set;
}

static unsigned evaluate_operator(Rows *rows, const Expr *expr, int depth)
{
    Str op = expr->name;
    size_t count = expr->args.len;
    if (str_is(op, "AND") || str_is(op, "OR"))
        return evaluate_run(rows, expr, depth);
    if (count == 1 && str_is(op, "NOT"))
        return negated(evaluate(rows, expr->args.items[0], depth + 1));
    if (count == 1 && str_is(op, "()"))
        return evaluate(rows, expr->args.items[0], depth + 1);
    if (count == 1 && (str_is(op, "IS NULL") || str_is(op, "IS NOT NULL")))
        return evaluate_null_test(rows, expr);
    if (count == 2 && (str_is(op, "IN") || str_is(op, "NOT IN")))
        return evaluate_in(rows, expr);
    if (count == 3 && str_is(op, "BETWEEN"))
        return evaluate_between(rows, expr);
    if (count == 2)
        return evaluate_comparison(rows, op, expr->args.items[0], expr->args.items[1]);
    return IS_ANY;
}

/* empty(x), notEmpty(x) */
static unsigned evaluate_call(Rows *rows, const Expr *expr)
{
    const RowColumn *column;
    bool is_empty = str_is(expr->name, "empty");
    if (expr->args.len != 1 || (!is_empty && !str_is(expr->name, "notEmpty")))
        return IS_ANY;
    const Value *value = value_of(rows, expr->args.items[0], &column);
    if (!value || column->kind != KIND_TEXT)
        return IS_ANY;
    if (value->is_null)
        return IS_NULL;
    return truth((!value->is_fresh && value->text.len == 0) == is_empty);
}

static unsigned evaluate_column(Rows *rows, const Expr *expr)
{
    const RowColumn *column;
    const Value *value = value_of(rows, expr, &column);
    if (!value || (column->kind != KIND_NUMBER && column->kind != KIND_BOOL))
        return IS_ANY;
    return value->is_null ? IS_NULL : truth(value->number != 0);
}

static unsigned evaluate(Rows *rows, const Expr *expr, int depth)
{
    if (depth > DEPTH_MOST)
        return IS_ANY;
    switch (expr->kind) {
    case EXPR_OPERATOR:
        return evaluate_operator(rows, expr, depth);
    case EXPR_CALL:
        return evaluate_call(rows, expr);
    case EXPR_COLUMN:
        return evaluate_column(rows, expr);
    case EXPR_BOOL:
        return truth(str_is_nocase(expr->name, "true"));
    default:
        return IS_ANY;
    }
}

/* ---- all rows ---- */

static bool is_in_none(Rows *rows, const Exprs *conditions)
{
    for (size_t i = 0; i < conditions->len; i++) {
        if (evaluate(rows, conditions->items[i], 0) & IS_TRUE)
            return false;
    }
    return true;
}

static Str null_column(const Rows *rows)
{
    for (size_t i = 0; i < rows->len; i++) {
        const RowColumn *column = &rows->columns[i];
        if (column->values.items[column->at].is_null)
            return column->name;
    }
    return (Str){0};
}

static bool next_row(Rows *rows)
{
    for (size_t i = 0; i < rows->len; i++) {
        if (++rows->columns[i].at < rows->columns[i].values.len)
            return true;
        rows->columns[i].at = 0;
    }
    return false;
}

static bool fill(Rows *rows, const Exprs *conditions)
{
    size_t count = 1;
    for (size_t i = 0; i < conditions->len; i++)
        expr_walk(conditions->items[i], note_values, rows);
    for (size_t i = 0; i < rows->len; i++) {
        add_other_values(rows, &rows->columns[i]);
        count *= rows->columns[i].values.len;
    }
    return !rows->unknown && count <= ROWS_MOST;
}

RowGap conditions_gap(Arena *arena, const Datafile *schema, const Exprs *conditions)
{
    Rows rows = {.arena = arena, .schema = schema};
    RowGap gap = {0};
    if (!fill(&rows, conditions))
        return gap;
    do {
        if (!is_in_none(&rows, conditions))
            continue;
        gap.certain = true;
        gap.null_column = null_column(&rows);
        if (!gap.null_column.len)
            return gap;
    } while (next_row(&rows));
    return gap;
}
