/* parameter_operand.c: one operand of a template's Python: names, literals, lists, calls. */
#include "parameter_reader.h"

/* ---- tokens ---- */

void reader_advance(Reader *reader)
{
    reader->last_end = reader->token.range.end;
    reader->token = python_token(reader->text, reader->token.range.end);
}

void reader_give_up(Reader *reader)
{
    reader->out->readable = false;
    reader->token = (PythonToken){PYTHON_END, {NULL, 0}, {0, 0}};
    reader->token.range.start = reader->token.range.end = (uint32_t)reader->text.len;
}

bool reader_at_operator(const Reader *reader, const char *text)
{
    return reader->token.kind == PYTHON_OPERATOR && str_is(reader->token.text, text);
}

bool reader_at_word(const Reader *reader, const char *text)
{
    return reader->token.kind == PYTHON_NAME && str_is(reader->token.text, text);
}

bool reader_accept(Reader *reader, const char *text)
{
    if (!reader_at_operator(reader, text) && !reader_at_word(reader, text))
        return false;
    reader_advance(reader);
    return true;
}

void reader_expect(Reader *reader, const char *text)
{
    if (!reader_accept(reader, text))
        reader_give_up(reader);
}

bool reader_at_any(const Reader *reader, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (reader_at_operator(reader, texts[i]) || reader_at_word(reader, texts[i]))
            return true;
    }
    return false;
}

static Range file_range(const Reader *reader, uint32_t start, uint32_t end)
{
    return (Range){reader->offset + start, reader->offset + end};
}

/* ---- names ---- */

/* A builtin is never absent; callers may send its name all the same, see gather(). */
static PythonValue use_name(Reader *reader, Str name, Range at)
{
    PythonValue value = {.kind = VALUE_NAME, .text = name, .use = reader->out->uses.len};
    ParameterUse use = {.name = name,
                        .is_builtin = python_is_builtin(name),
                        .range = file_range(reader, at.start, at.end)};
    vec_push(reader->arena, &reader->out->uses, use);
    vec_push(reader->arena, &value.false_without, name);
    return value;
}

void reader_bind(Reader *reader, Str name)
{
    vec_push(reader->arena, &reader->out->bound, name);
}

/* What was read since `mark` is evaluated in some cases only. */
void reader_make_conditional(Reader *reader, size_t mark)
{
    for (size_t i = mark; i < reader->out->uses.len; i++)
        reader->out->uses.items[i].conditional = true;
}

/* None in its place is an error. */
void reader_must_be_given(Reader *reader, const PythonValue *value)
{
    if (value->kind == VALUE_NAME && value->use < reader->out->uses.len)
        use_fails(&reader->out->uses.items[value->use]);
}

/* ---- lists of things ---- */

/* `for a, b in` up to and with `in`. */
void reader_targets(Reader *reader)
{
    while (reader->out->readable && !reader_at_word(reader, "in")) {
        if (reader->token.kind == PYTHON_NAME)
            reader_bind(reader, reader->token.text);
        else if (!reader_at_operator(reader, ",") && !reader_at_operator(reader, "(") &&
                 !reader_at_operator(reader, ")") && !reader_at_operator(reader, "*"))
            reader_give_up(reader);
        reader_advance(reader);
        if (reader->token.kind == PYTHON_END)
            reader_give_up(reader);
    }
    reader_expect(reader, "in");
}

/* `for x in y if z`, after the item: the item is evaluated for what the list holds. */
static bool read_comprehension(Reader *reader, size_t mark)
{
    if (!reader_at_word(reader, "for"))
        return false;
    reader_make_conditional(reader, mark);
    while (reader_accept(reader, "for")) {
        reader_targets(reader);
        PythonValue list = reader_or(reader); /* an `if` after it is the filter's */
        reader_must_be_given(reader, &list);
        size_t filters = reader->out->uses.len;
        while (reader_accept(reader, "if"))
            reader_or(reader);
        reader_make_conditional(reader, filters);
    }
    return true;
}

static void add_item(Reader *reader, PythonValue *list, const PythonValue *item)
{
    bool literal = item->kind == VALUE_STRING || item->kind == VALUE_NUMBER;
    if (list->kind == VALUE_LIST && literal)
        vec_push(reader->arena, &list->items, item->text);
    else
        list->kind = VALUE_OTHER;
}

static void read_starred(Reader *reader)
{
    if (!reader_accept(reader, "*"))
        reader_accept(reader, "**");
}

/* Items up to `close`; of a dict, keys and values. */
static PythonValue read_items(Reader *reader, const char *close)
{
    PythonValue list = {.kind = VALUE_LIST};
    while (reader->out->readable && !reader_at_operator(reader, close)) {
        size_t mark = reader->out->uses.len;
        read_starred(reader);
        PythonValue item = reader_expression(reader);
        if (reader_accept(reader, ":")) {
            reader_expression(reader);
            list.kind = VALUE_OTHER;
        }
        add_item(reader, &list, &item);
        if (read_comprehension(reader, mark))
            list.kind = VALUE_OTHER;
        if (!reader_accept(reader, ","))
            break;
    }
    reader_expect(reader, close);
    return list;
}

/* (x) is x, (x, y) a list. */
static PythonValue read_parentheses(Reader *reader)
{
    size_t mark = reader->out->uses.len;
    if (reader_accept(reader, ")"))
        return (PythonValue){.kind = VALUE_LIST};
    read_starred(reader);
    PythonValue value = reader_expression(reader);
    if (read_comprehension(reader, mark)) {
        reader_expect(reader, ")");
        return (PythonValue){.kind = VALUE_OTHER};
    }
    if (reader_accept(reader, ",")) {
        value = read_items(reader, ")");
        value.kind = VALUE_OTHER;
        return value;
    }
    reader_expect(reader, ")");
    return value;
}

/* ---- calls ---- */

static void read_argument(Reader *reader, PythonCall *call)
{
    size_t mark = reader->out->uses.len;
    read_starred(reader);
    PythonToken first = reader->token;
    PythonValue value = reader_expression(reader);
    if (read_comprehension(reader, mark))
        value.kind = VALUE_OTHER;
    if (first.kind == PYTHON_NAME && reader_at_operator(reader, "=")) {
        reader_advance(reader);
        reader->out->uses.len = mark; /* the keyword is no name */
        value = reader_expression(reader);
        call_keyword(call, first.text, &value);
    } else if (call->given < CALL_ARGUMENTS_MAX) {
        call->arguments[call->given++] = value;
    }
}

static PythonValue read_call(Reader *reader, Str function, uint32_t start)
{
    PythonCall call = {.function = function};
    while (reader->out->readable && !reader_at_operator(reader, ")")) {
        read_argument(reader, &call);
        if (!reader_accept(reader, ","))
            break;
    }
    reader_expect(reader, ")");
    call.range = file_range(reader, start, reader->last_end);
    return call_apply(reader->arena, reader->out, &call);
}

/* ---- one operand ---- */

static PythonValue read_strings(Reader *reader)
{
    PythonValue value = {.kind = VALUE_STRING};
    for (size_t count = 0; reader->token.kind == PYTHON_STRING; count++) {
        value.text = python_string(reader->arena, reader->token.text);
        if (python_is_f_string(reader->token.text) && str_find_char(reader->token.text, '{') >= 0) {
            reader_give_up(reader);
            return value;
        }
        if (count)
            value.kind = VALUE_OTHER; /* pieces in a row are one string */
        reader_advance(reader);
    }
    return value;
}

static PythonValue read_name(Reader *reader)
{
    PythonToken name = reader->token;
    reader_advance(reader);
    if (python_is_constant(name.text))
        return (PythonValue){VALUE_WORD, python_constant(name.text), {0}, 0, {0}, {0}};
    if (reader_at_operator(reader, "(")) {
        reader_advance(reader);
        return read_call(reader, name.text, name.range.start);
    }
    if (reader_at_operator(reader, ":=")) {
        reader_advance(reader);
        reader_bind(reader, name.text);
        return reader_expression(reader);
    }
    if (python_is_keyword(name.text))
        reader_give_up(reader);
    return use_name(reader, name.text, name.range);
}

static PythonValue read_atom(Reader *reader)
{
    PythonToken token = reader->token;
    if (token.kind == PYTHON_NAME)
        return read_name(reader);
    if (token.kind == PYTHON_STRING)
        return read_strings(reader);
    if (token.kind == PYTHON_NUMBER) {
        reader_advance(reader);
        return (PythonValue){VALUE_NUMBER, token.text, {0}, 0, {0}, {0}};
    }
    if (reader_accept(reader, "("))
        return read_parentheses(reader);
    if (reader_accept(reader, "["))
        return read_items(reader, "]");
    if (reader_accept(reader, "{"))
        return read_items(reader, "}");
    if (!reader_accept(reader, "..."))
        reader_give_up(reader);
    return (PythonValue){.kind = VALUE_OTHER};
}

/* x[0], x[1:], x[:, 2] */
static void read_subscript(Reader *reader)
{
    while (reader->out->readable && !reader_at_operator(reader, "]")) {
        if (!reader_accept(reader, ":") && !reader_accept(reader, ","))
            reader_expression(reader);
    }
    reader_expect(reader, "]");
}

PythonValue reader_operand(Reader *reader)
{
    uint32_t start = reader->token.range.start;
    PythonValue value = read_atom(reader);
    while (reader->out->readable) {
        if (reader_accept(reader, ".")) {
            if (reader->token.kind != PYTHON_NAME)
                reader_give_up(reader);
            reader_advance(reader);
        } else if (reader_accept(reader, "[")) {
            reader_must_be_given(reader, &value);
            read_subscript(reader);
        } else if (reader_accept(reader, "(")) {
            reader_must_be_given(reader, &value);
            read_call(reader, (Str){0}, start);
        } else {
            return value;
        }
        value = (PythonValue){.kind = VALUE_OTHER};
    }
    return value;
}
