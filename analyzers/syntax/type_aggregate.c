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

static void add_param(TypeReader *r, Buf *out)
{
    if (r->now.kind == LEX_STRING) {
        Str quoted = type_quote(r->lexer.arena, r->now.text);
        buf_add_str(out, quoted);
    } else if (r->now.kind == LEX_NUMBER) {
        buf_add_str(out, normal_number(r->now.text));
    } else if (type_at(r, ',')) {
        buf_add(out, ", ");
    } else {
        buf_add_str(out, r->now.text);
    }
}

/* The parameters between parentheses as normalised text; nested ones and arrays included. */
static Str read_params(TypeReader *r)
{
    Buf out = {0};
    int open = 0;
    while (!r->failed && (open > 0 || !type_at(r, ')'))) {
        if (r->now.kind == LEX_END || r->now.kind == LEX_BAD)
            type_fail_expected(r, "')'");
        if (type_at(r, '('))
            open++;
        if (type_at(r, ')'))
            open--;
        add_param(r, &out);
        type_next(r);
    }
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
    TypeArg arg = {.kind = TYPE_ARG_FUNCTION, .name = aggregate_function_name(r->now.text)};
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
