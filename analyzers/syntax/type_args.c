/* type_args.c: the arguments of types. Enum, JSON and aggregates have files of their own. */
#include <stdlib.h>

#include "type_read.h"

enum {
    MAX_DECIMAL_PRECISION = 76,
    MAX_TIME_PRECISION = 9,
    MAX_FIXED_STRING = 0xFFFFFF,
};

static void fail_argument(TypeReader *r, uint32_t offset, const char *message)
{
    type_fail(r, TYPE_PROBLEM_ARGUMENT, offset, str_of(message));
}

void type_push(TypeReader *r, TypeArgs *args, TypeArg arg)
{
    vec_push(r->lexer.arena, args, arg);
}

static void push_number(TypeReader *r, TypeArgs *args, int64_t number)
{
    type_push(r, args,
              (TypeArg){.kind = TYPE_ARG_NUMBER,
                        .number = number,
                        .text = str_fmt(r->lexer.arena, "%lld", (long long)number)});
}

/* The whole number that stands here; 18 digits at most, so that it never overflows. */
bool type_read_integer(TypeReader *r, int64_t *out)
{
    Str text = r->now.text;
    size_t i = 0;
    bool negative = false;
    if (r->now.kind == LEX_NUMBER && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        negative = text.ptr[i++] == '-';
    int64_t value = 0;
    bool good = r->now.kind == LEX_NUMBER && text.len - i >= 1 && text.len - i <= 18;
    for (; good && i < text.len; i++) {
        good = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        value = value * 10 + (text.ptr[i] - '0');
    }
    if (!good) {
        type_fail_expected(r, "a whole number");
        return false;
    }
    *out = negative ? -value : value;
    type_next(r);
    return true;
}

static bool read_bounded(TypeReader *r, int64_t low, int64_t high, int64_t *out)
{
    uint32_t offset = r->now.offset;
    if (!type_read_integer(r, out))
        return false;
    if (*out >= low && *out <= high)
        return true;
    type_fail(r, TYPE_PROBLEM_ARGUMENT, offset,
              str_fmt(r->lexer.arena, "%lld is not between %lld and %lld", (long long)*out,
                      (long long)low, (long long)high));
    return false;
}

/* After an argument: true when another one follows. A comma before ')' is allowed. */
bool type_more_args(TypeReader *r)
{
    return !r->failed && type_take(r, ',') && !type_at(r, ')');
}

static void read_type_arg(TypeReader *r, TypeArgs *args, Str name)
{
    const Type *type = type_read(r);
    if (type)
        type_push(r, args, (TypeArg){.kind = TYPE_ARG_TYPE, .name = name, .type = type});
}

/* VARCHAR(255), INT(11) UNSIGNED: the numbers mean nothing, the word after them does. */
static Str read_ignored(TypeReader *r, const TypeName *name)
{
    int64_t number;
    if (type_take(r, '(')) {
        while (!type_at(r, ')') && type_read_integer(r, &number) && type_more_args(r))
            ;
        type_expect(r, ')');
    }
    if (r->now.kind != LEX_WORD)
        return name->canonical;
    Str longer = str_fmt(r->lexer.arena, "%.*s %.*s", STR_ARG(name->name),
                         STR_ARG(str_slice(r->now.text, 0, 32)));
    const TypeName *found = type_name_find(longer);
    if (!found)
        return name->canonical;
    type_next(r);
    return found->canonical;
}

static bool type_is_any(const Type *type, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(type->name, names[i]))
            return true;
    return false;
}

/* Pairs that no version of ClickHouse takes. Nullable(Tuple) and Nullable(JSON) are taken by some.
 */
static void check_wrapper(TypeReader *r, Str wrapper, const Type *inner, uint32_t offset)
{
    static const char *const not_nullable[] = {"Nullable", "LowCardinality", "Array",
                                               "Map",      "Nested",         "AggregateFunction",
                                               "Variant",  "Dynamic"};
    static const char *const not_low_cardinality[] = {
        "LowCardinality", "Array", "Map",    "Tuple",   "Nested", "AggregateFunction", "Decimal",
        "DateTime64",     "Enum8", "Enum16", "Variant", "JSON",   "Dynamic",
    };
    bool bad = false;
    if (str_is(wrapper, "Nullable"))
        bad = type_is_any(inner, not_nullable, ARRAY_LEN(not_nullable));
    else if (str_is(wrapper, "LowCardinality"))
        bad = type_is_any(str_is(inner->name, "Nullable") ? inner->args[0].type : inner,
                          not_low_cardinality, ARRAY_LEN(not_low_cardinality));
    if (!bad)
        return;
    if (str_is(wrapper, "Nullable") && str_is(inner->name, "LowCardinality"))
        r->problem.suggestion = str_fmt(r->lexer.arena, "LowCardinality(Nullable(%.*s))",
                                        STR_ARG(inner->args[0].type->text));
    type_fail(r, TYPE_PROBLEM_ARGUMENT, offset,
              str_fmt(r->lexer.arena, "%.*s cannot hold '%.*s'", STR_ARG(wrapper),
                      STR_ARG(str_slice(inner->text, 0, 200))));
}

static void read_one(TypeReader *r, const TypeName *name, TypeArgs *args)
{
    if (!type_expect(r, '('))
        return;
    uint32_t offset = r->now.offset;
    read_type_arg(r, args, (Str){0});
    if (!r->failed)
        check_wrapper(r, name->canonical, args->items[0].type, offset);
    type_more_args(r);
    type_expect(r, ')');
}

static void read_map(TypeReader *r, TypeArgs *args)
{
    if (!type_expect(r, '('))
        return;
    uint32_t offset = r->now.offset;
    read_type_arg(r, args, (Str){0});
    if (!r->failed && str_is(args->items[0].type->name, "Nullable"))
        fail_argument(r, offset, "the key of a Map cannot be Nullable");
    if (type_expect(r, ','))
        read_type_arg(r, args, (Str){0});
    type_more_args(r);
    type_expect(r, ')');
}

/* `name Type` where two words stand side by side, as ClickHouse reads them, else a bare type. */
static bool at_named(const TypeReader *r)
{
    TypeReader ahead = *r;
    if (r->now.kind != LEX_WORD && r->now.kind != LEX_QUOTED_WORD)
        return false;
    type_next(&ahead);
    return ahead.now.kind == LEX_WORD || ahead.now.kind == LEX_QUOTED_WORD;
}

static void read_element(TypeReader *r, TypeArgs *args, bool named)
{
    Str name = {0};
    if (named) {
        name = r->now.text;
        type_next(r);
    }
    read_type_arg(r, args, name);
}

static int compare_names(const void *a, const void *b)
{
    return str_cmp(((const TypeArg *)a)->name, ((const TypeArg *)b)->name);
}

static void check_unique_names(TypeReader *r, const TypeArgs *args, uint32_t start)
{
    TypeArg *sorted = ARENA_ARRAY(r->lexer.arena, TypeArg, args->len);
    for (size_t i = 0; i < args->len; i++)
        sorted[i] = args->items[i];
    qsort(sorted, args->len, sizeof *sorted, compare_names);
    for (size_t i = 1; i < args->len; i++)
        if (sorted[i].name.len && str_eq(sorted[i - 1].name, sorted[i].name))
            type_fail(r, TYPE_PROBLEM_ARGUMENT, start,
                      str_fmt(r->lexer.arena, "the element '%.*s' is named twice",
                              STR_ARG(sorted[i].name)));
}

/* Tuple(T, ...), Tuple(a T, ...), Nested(a T, ...). */
static void read_elements(TypeReader *r, TypeShape shape, TypeArgs *args)
{
    if (!type_expect(r, '('))
        return;
    uint32_t start = r->now.offset;
    bool named = shape == SHAPE_NESTED || at_named(r);
    while (!r->failed && !type_at(r, ')')) {
        if (shape == SHAPE_TUPLE && at_named(r) != named)
            fail_argument(r, r->now.offset, "either all elements of a Tuple have names or none");
        else if (named && !at_named(r))
            type_fail_expected(r, "a name and a type");
        else
            read_element(r, args, named);
        if (!type_more_args(r))
            break;
    }
    if (shape == SHAPE_NESTED && args->len == 0)
        type_fail_expected(r, "a name and a type");
    type_expect(r, ')');
    if (!r->failed && args->len)
        check_unique_names(r, args, start);
}

static int compare_texts(const void *a, const void *b)
{
    return str_cmp(((const TypeArg *)a)->type->text, ((const TypeArg *)b)->type->text);
}

/* ClickHouse sorts the types of a Variant and drops doubles. */
static void read_variant(TypeReader *r, TypeArgs *args)
{
    if (!type_expect(r, '('))
        return;
    do
        read_type_arg(r, args, (Str){0});
    while (type_more_args(r));
    if (!type_expect(r, ')') || r->failed)
        return;
    qsort(args->items, args->len, sizeof *args->items, compare_texts);
    size_t kept = 0;
    for (size_t i = 0; i < args->len; i++)
        if (i == 0 || compare_texts(&args->items[kept - 1], &args->items[i]) != 0)
            args->items[kept++] = args->items[i];
    args->len = kept;
}

static void read_length(TypeReader *r, TypeArgs *args)
{
    int64_t length;
    if (!type_expect(r, '(') || !read_bounded(r, 1, MAX_FIXED_STRING, &length))
        return;
    push_number(r, args, length);
    type_expect(r, ')');
}

/* Decimal -> (10, 0), Decimal(P) -> (P, 0), Decimal(P, S). */
static void read_decimal(TypeReader *r, TypeArgs *args)
{
    int64_t precision = 10;
    int64_t scale = 0;
    if (type_take(r, '(')) {
        if (!read_bounded(r, 1, MAX_DECIMAL_PRECISION, &precision))
            return;
        if (type_more_args(r) && !read_bounded(r, 0, precision, &scale))
            return;
        type_expect(r, ')');
    }
    push_number(r, args, precision);
    push_number(r, args, scale);
}

static void read_decimal_scale(TypeReader *r, const TypeName *name, TypeArgs *args)
{
    int64_t precision = str_ends(name->name, "32")    ? 9
                        : str_ends(name->name, "64")  ? 18
                        : str_ends(name->name, "128") ? 38
                                                      : 76;
    int64_t scale;
    if (!type_expect(r, '(') || !read_bounded(r, 0, precision, &scale))
        return;
    push_number(r, args, precision);
    push_number(r, args, scale);
    type_expect(r, ')');
}

/* The empty zone is the server's, as if nothing stood there. */
static void read_time_zone(TypeReader *r, TypeArgs *args)
{
    if (r->now.kind != LEX_STRING) {
        type_fail_expected(r, "a time zone in single quotes");
        return;
    }
    if (r->now.text.len)
        type_push(r, args, (TypeArg){.kind = TYPE_ARG_STRING, .text = r->now.text});
    type_next(r);
}

/* DateTime64(P[, 'zone']), Time64(P); the precision is 3 when nothing is written. */
static void read_time64(TypeReader *r, TypeArgs *args)
{
    int64_t precision = 3;
    if (!type_take(r, '(')) {
        push_number(r, args, precision);
        return;
    }
    if (!read_bounded(r, 0, MAX_TIME_PRECISION, &precision))
        return;
    push_number(r, args, precision);
    if (type_more_args(r))
        read_time_zone(r, args);
    type_expect(r, ')');
}

/* DateTime, DateTime('zone'); DateTime(P) is DateTime64(P) to ClickHouse. */
static Str read_datetime(TypeReader *r, const TypeName *name, TypeArgs *args)
{
    TypeReader ahead = *r;
    if (!type_take(&ahead, '('))
        return name->canonical;
    if (ahead.now.kind == LEX_NUMBER) {
        read_time64(r, args);
        return STR("DateTime64");
    }
    *r = ahead;
    if (!type_at(r, ')'))
        read_time_zone(r, args);
    type_expect(r, ')');
    return name->canonical;
}

static void read_text(TypeReader *r, TypeArgs *args)
{
    if (!type_expect(r, '('))
        return;
    if (r->now.kind == LEX_STRING) {
        type_push(r, args, (TypeArg){.kind = TYPE_ARG_STRING, .text = r->now.text});
        type_next(r);
    } else {
        type_fail_expected(r, "a text in single quotes");
    }
    type_expect(r, ')');
}

/* QBit(Float32, dimension[, stride]) */
static void read_qbit(TypeReader *r, TypeArgs *args)
{
    int64_t number;
    if (!type_expect(r, '('))
        return;
    read_type_arg(r, args, (Str){0});
    if (!type_expect(r, ','))
        return;
    do {
        if (read_bounded(r, 1, INT32_MAX, &number))
            push_number(r, args, number);
    } while (type_more_args(r));
    type_expect(r, ')');
}

static void read_simple_shape(TypeReader *r, const TypeName *name, TypeArgs *args)
{
    switch (name->shape) {
    case SHAPE_ONE:
        read_one(r, name, args);
        break;
    case SHAPE_MAP:
        read_map(r, args);
        break;
    case SHAPE_TUPLE:
    case SHAPE_NESTED:
        read_elements(r, name->shape, args);
        break;
    case SHAPE_VARIANT:
        read_variant(r, args);
        break;
    case SHAPE_LENGTH:
        read_length(r, args);
        break;
    case SHAPE_DECIMAL:
        read_decimal(r, args);
        break;
    case SHAPE_DECIMAL_SCALE:
        read_decimal_scale(r, name, args);
        break;
    case SHAPE_TIME64:
        read_time64(r, args);
        break;
    case SHAPE_QBIT:
        read_qbit(r, args);
        break;
    case SHAPE_TEXT:
        read_text(r, args);
        break;
    default:
        break;
    }
}

Str type_read_args(TypeReader *r, const TypeName *name, uint32_t start, TypeArgs *args)
{
    switch (name->shape) {
    case SHAPE_IGNORED:
        return read_ignored(r, name);
    case SHAPE_DATETIME:
        return read_datetime(r, name, args);
    case SHAPE_ENUM:
        return type_read_enum(r, name, start, args);
    case SHAPE_JSON:
    case SHAPE_DYNAMIC:
        type_read_json(r, name->shape, args);
        return name->canonical;
    case SHAPE_AGGREGATE:
    case SHAPE_SIMPLE:
        type_read_aggregate(r, name->shape, args);
        return name->canonical;
    default:
        read_simple_shape(r, name, args);
        return name->canonical;
    }
}
