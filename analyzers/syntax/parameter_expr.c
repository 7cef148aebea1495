/* parameter_expr.c: reads the Python of one template tag, by recursive descent. */
#include "parameter_reader.h"

enum { DEPTH_MAX = 100 };

/* ---- operators ---- */

static PythonValue read_sign(Reader *reader)
{
    static const char *const SIGNS[] = {"-", "+", "~"};
    uint32_t start = reader->token.range.start;
    size_t signs = 0;
    bool minus = reader_at_operator(reader, "-");
    for (; reader_at_any(reader, SIGNS, ARRAY_LEN(SIGNS)); signs++)
        reader_advance(reader);
    PythonValue value = reader_operand(reader);
    if (signs == 0)
        return value;
    if (signs == 1 && minus && value.kind == VALUE_NUMBER) {
        value.text = str_slice(reader->text, start, reader->last_end);
        return value;
    }
    return (PythonValue){.kind = VALUE_OTHER};
}

/* All binary operators above `not` bind alike here: only the names matter. */
static bool accept_binary(Reader *reader)
{
    static const char *const BINARY[] = {"+",  "-",  "*",  "/",  "//", "%",  "**",
                                         "@",  "|",  "&",  "^",  "<",  ">",  "<<",
                                         ">>", "==", "!=", "<=", ">=", "in", "is"};
    if (reader_at_word(reader, "not")) {
        reader_advance(reader);
        reader_expect(reader, "in");
        return true;
    }
    if (!reader_at_any(reader, BINARY, ARRAY_LEN(BINARY)))
        return false;
    bool is = reader_at_word(reader, "is");
    reader_advance(reader);
    if (is)
        reader_accept(reader, "not");
    return true;
}

static bool needs_value(const Reader *reader)
{
    static const char *const TOLERANT[] = {"==", "!=", "in", "is", "not"};
    return !reader_at_any(reader, TOLERANT, ARRAY_LEN(TOLERANT));
}

static PythonValue read_comparison(Reader *reader)
{
    PythonValue value = read_sign(reader);
    while (reader->out->readable) {
        bool strict = needs_value(reader);
        if (!accept_binary(reader))
            return value;
        if (strict)
            reader_must_be_given(reader, &value);
        PythonValue right = read_sign(reader);
        if (strict)
            reader_must_be_given(reader, &right);
        value = (PythonValue){.kind = VALUE_OTHER};
    }
    return value;
}

static PythonValue read_not(Reader *reader)
{
    bool negated = false;
    bool any = false;
    for (; reader_at_word(reader, "not"); negated = !negated) {
        reader_advance(reader);
        any = true;
    }
    PythonValue value = read_comparison(reader);
    if (!any)
        return value;
    PythonValue out = {.kind = VALUE_OTHER};
    out.true_without = negated ? value.false_without : value.true_without;
    out.false_without = negated ? value.true_without : value.false_without;
    return out;
}

static void add_all(Arena *arena, Strs *to, const Strs *from)
{
    for (size_t i = 0; i < from->len; i++)
        vec_push(arena, to, from->items[i]);
}

/* A run of `and` or of `or`: the first operand is always evaluated. What one operand of `and`
 * makes false, or one of `or` makes true, decides the whole. */
static PythonValue read_run(Reader *reader, const char *word, PythonValue (*operand)(Reader *))
{
    PythonValue value = operand(reader);
    if (!reader_at_word(reader, word))
        return value;
    bool is_and = str_is(str_of(word), "and");
    PythonValue out = {.kind = VALUE_OTHER};
    Strs *decided = is_and ? &out.false_without : &out.true_without;
    add_all(reader->arena, decided, is_and ? &value.false_without : &value.true_without);
    bool raises = reader->out->raises;
    size_t mark = reader->out->uses.len;
    while (reader->out->readable && reader_accept(reader, word)) {
        value = operand(reader);
        add_all(reader->arena, decided, is_and ? &value.false_without : &value.true_without);
    }
    reader_make_conditional(reader, mark);
    reader->out->raises = raises;
    return out;
}

static PythonValue read_and(Reader *reader)
{
    return read_run(reader, "and", read_not);
}

PythonValue reader_or(Reader *reader)
{
    return read_run(reader, "or", read_and);
}

/* a if test else b */
static PythonValue read_choice(Reader *reader)
{
    size_t mark = reader->out->uses.len;
    bool raises = reader->out->raises;
    PythonValue value = reader_or(reader);
    if (!reader_at_word(reader, "if"))
        return value;
    reader_make_conditional(reader, mark);
    reader_advance(reader);
    reader_or(reader);
    mark = reader->out->uses.len;
    reader_expect(reader, "else");
    reader_expression(reader);
    reader_make_conditional(reader, mark);
    reader->out->raises = raises;
    return (PythonValue){.kind = VALUE_OTHER};
}

PythonValue reader_expression(Reader *reader)
{
    PythonValue value = {.kind = VALUE_OTHER};
    if (reader->depth == DEPTH_MAX) {
        reader_give_up(reader);
        return value;
    }
    reader->depth++;
    value = read_choice(reader);
    reader->depth--;
    return value;
}

/* ---- tags ---- */

/* a, b: several values where one may stand. */
static PythonValue read_values(Reader *reader)
{
    PythonValue value = reader_expression(reader);
    while (reader->out->readable && reader_accept(reader, ",")) {
        if (reader->token.kind != PYTHON_END)
            reader_expression(reader);
        value = (PythonValue){.kind = VALUE_OTHER};
    }
    return value;
}

static bool accept_assignment(Reader *reader)
{
    static const char *const WORDS[] = {
        "=", "+=", "-=", "*=", "/=", "//=", "%=", "**=", "|=", "&=", "^=", ">>=", "<<="};
    if (!reader_at_any(reader, WORDS, ARRAY_LEN(WORDS)))
        return false;
    reader_advance(reader);
    return true;
}

/* What stands left of `=` is set; x.y and x[y] set nothing new. */
static void read_set(Reader *reader)
{
    size_t mark = reader->out->uses.len;
    PythonValue value = read_values(reader);
    while (reader->out->readable && accept_assignment(reader)) {
        for (size_t i = mark; i < reader->out->uses.len; i++)
            reader_bind(reader, reader->out->uses.items[i].name);
        reader->out->uses.len = mark;
        value = read_values(reader);
    }
    (void)value;
}

static void read_kind(Reader *reader, PythonKind kind)
{
    if (kind == PYTHON_LOOP)
        reader_targets(reader);
    if (kind == PYTHON_SET) {
        read_set(reader);
        return;
    }
    PythonValue value = read_values(reader);
    reader->out->true_without = value.true_without;
    reader->out->false_without = value.false_without;
    if (kind != PYTHON_CONDITION)
        reader_must_be_given(reader, &value);
}

TagFacts tag_read(Arena *arena, Str text, uint32_t offset, PythonKind kind)
{
    TagFacts out = {.readable = true};
    Reader reader = {.arena = arena, .text = text, .offset = offset, .out = &out};
    reader.token = python_token(text, 0);
    read_kind(&reader, kind);
    if (reader.token.kind != PYTHON_END)
        out.readable = false;
    return out;
}
