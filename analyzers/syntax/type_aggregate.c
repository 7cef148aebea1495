/* type_aggregate.c: AggregateFunction(f(params), T...) and SimpleAggregateFunction(f, T). */
#include "type_read.h"

/* 0.50 and .5 are 0.5, 1.0 is 1, +1 is 1; what has an exponent stays as written. */
static Str normal_number(Str text)
{
    if (str_starts(text, "+"))
        text = str_slice(text, 1, text.len);
    if (str_find_char(text, 'e') >= 0 || str_find_char(text, 'E') >= 0)
        return text;
    if (str_find_char(text, '.') < 0)
        return text;
    while (str_ends(text, "0"))
        text = str_slice(text, 0, text.len - 1);
    if (str_ends(text, "."))
        text = str_slice(text, 0, text.len - 1);
    return text;
}

enum { MAX_PARAM_DEPTH = 8 };

static void read_param_list(TypeReader *r, Buf *out, char close, int depth);

/* A literal: a number, a text, NULL, true, an array or a tuple of such. */
static void read_param(TypeReader *r, Buf *out, int depth)
{
    bool array = type_at(r, '[');
    if (r->now.kind == LEX_STRING) {
        Str quoted = type_quote(r->lexer.arena, r->now.text);
        buf_add_str(out, quoted);
    } else if (r->now.kind == LEX_NUMBER) {
        buf_add_str(out, normal_number(r->now.text));
    } else if (r->now.kind == LEX_WORD) {
        buf_add_str(out, r->now.text);
    } else if ((array || type_at(r, '(')) && depth < MAX_PARAM_DEPTH) {
        buf_add_char(out, array ? '[' : '(');
        type_next(r);
        read_param_list(r, out, array ? ']' : ')', depth + 1);
        buf_add_char(out, array ? ']' : ')');
    } else {
        type_fail_expected(r, "a parameter");
    }
    type_next(r);
}

static void read_param_list(TypeReader *r, Buf *out, char close, int depth)
{
    for (bool first = true; !r->failed && !type_at(r, close); first = false) {
        if (!first) {
            type_expect(r, ',');
            buf_add(out, ", ");
        }
        if (!r->failed)
            read_param(r, out, depth);
    }
}

/* The parameters between parentheses as normalised text. */
static Str read_params(TypeReader *r)
{
    Buf out = {0};
    read_param_list(r, &out, ')', 0);
    Str text = str_copy(r->lexer.arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void read_function(TypeReader *r, TypeArgs *args)
{
    if (r->now.kind != LEX_WORD && r->now.kind != LEX_QUOTED_WORD) {
        type_fail_expected(r, "an aggregate function");
        return;
    }
    TypeArg arg = {.kind = TYPE_ARG_FUNCTION,
                   .name = aggregate_stored_name(r->lexer.arena, r->now.text)};
    type_next(r);
    if (type_take(r, '(')) {
        arg.text = read_params(r);
        type_expect(r, ')');
    }
    type_push(r, args, arg);
}

void type_read_aggregate(TypeReader *r, TypeShape shape, TypeArgs *args)
{
    int64_t version;
    if (!type_expect(r, '('))
        return;
    /* The version of the state's format stands first where ClickHouse wrote the type itself. */
    if (r->now.kind == LEX_NUMBER && type_read_integer(r, &version))
        type_expect(r, ',');
    if (!r->failed)
        read_function(r, args);
    while (type_more_args(r)) {
        const Type *type = type_read(r);
        if (type)
            type_push(r, args, (TypeArg){.kind = TYPE_ARG_TYPE, .type = type});
    }
    if (type_expect(r, ')') && shape == SHAPE_SIMPLE && args->len < 2)
        type_fail_expected(r, "a function and a type in SimpleAggregateFunction");
}
