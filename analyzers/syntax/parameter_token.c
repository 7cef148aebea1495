/* parameter_token.c: the words, numbers, strings and operators of Python. */
#include "parameter_token.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Python takes letters of all scripts. */
static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool in_name(char c)
{
    return starts_name(c) || is_digit(c);
}

static size_t skip_blanks(Str text, size_t at)
{
    while (at < text.len && (is_space(text.ptr[at]) || text.ptr[at] == '#')) {
        if (text.ptr[at] == '#') {
            while (at < text.len && text.ptr[at] != '\n')
                at++;
        } else {
            at++;
        }
    }
    return at;
}

static size_t end_of_name(Str text, size_t at)
{
    while (at < text.len && in_name(text.ptr[at]))
        at++;
    return at;
}

/* 1e-5, 0xff, 1_000, 3.5j: what follows is checked by no one, Python has done so. */
static size_t end_of_number(Str text, size_t at)
{
    bool hex = at + 1 < text.len && text.ptr[at] == '0' && strchr("xX", text.ptr[at + 1]);
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        bool exponent = !hex && (c == 'e' || c == 'E') && at + 1 < text.len &&
                        (text.ptr[at + 1] == '-' || text.ptr[at + 1] == '+');
        if (exponent)
            at++;
        else if (c != '.' && !in_name(c))
            break;
    }
    return at;
}

/* r, b, f and their pairs before a quote. */
static size_t string_prefix(Str text, size_t at)
{
    size_t end = at;
    while (end < text.len && end < at + 2 && text.ptr[end] && strchr("rRbBuUfF", text.ptr[end]))
        end++;
    return end < text.len && (text.ptr[end] == '\'' || text.ptr[end] == '"') ? end - at : 0;
}

static bool is_quote_at(Str text, size_t at, char quote, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (at + i >= text.len || text.ptr[at + i] != quote)
            return false;
    }
    return true;
}

static size_t quote_width(Str text, size_t at)
{
    return is_quote_at(text, at, text.ptr[at], 3) ? 3 : 1;
}

/* After the closing quotes; 0 when there are none. */
static size_t end_of_string(Str text, size_t at)
{
    char quote = text.ptr[at];
    size_t width = quote_width(text, at);
    for (at += width; at < text.len; at++) {
        if (text.ptr[at] == '\\')
            at++;
        else if (is_quote_at(text, at, quote, width))
            return at + width;
    }
    return 0;
}

static size_t operator_len(Str text, size_t at)
{
    static const char *const LONG[] = {
        "**=", "//=", ">>=", "<<=", "...", "**", "//", "==", "!=", "<=", ">=", ":=",
        "<<",  ">>",  "+=",  "-=",  "*=",  "/=", "%=", "|=", "&=", "^=", "->"};
    for (size_t i = 0; i < ARRAY_LEN(LONG); i++) {
        if (str_starts(str_slice(text, at, text.len), LONG[i]))
            return strlen(LONG[i]);
    }
    return text.ptr[at] && strchr("()[]{},:.=+-*/%<>&|^~@", text.ptr[at]) ? 1 : 0;
}

static PythonToken token_of(Str text, size_t start, size_t end, PythonTokenKind kind)
{
    return (PythonToken){kind, str_slice(text, start, end), {(uint32_t)start, (uint32_t)end}};
}

PythonToken python_token(Str text, size_t from)
{
    size_t at = skip_blanks(text, from);
    if (at >= text.len)
        return token_of(text, text.len, text.len, PYTHON_END);
    char c = text.ptr[at];
    size_t prefix = string_prefix(text, at);
    if (prefix || c == '\'' || c == '"') {
        size_t end = end_of_string(text, at + prefix);
        return token_of(text, at, end ? end : text.len, end ? PYTHON_STRING : PYTHON_BROKEN);
    }
    if (is_digit(c) || (c == '.' && at + 1 < text.len && is_digit(text.ptr[at + 1])))
        return token_of(text, at, end_of_number(text, at), PYTHON_NUMBER);
    if (starts_name(c))
        return token_of(text, at, end_of_name(text, at), PYTHON_NAME);
    size_t len = operator_len(text, at);
    return token_of(text, at, at + (len ? len : 1), len ? PYTHON_OPERATOR : PYTHON_BROKEN);
}

bool python_is_f_string(Str token)
{
    size_t prefix = string_prefix(token, 0);
    for (size_t i = 0; i < prefix; i++) {
        if (token.ptr[i] == 'f' || token.ptr[i] == 'F')
            return true;
    }
    return false;
}

Str python_string(Arena *arena, Str token)
{
    size_t start = string_prefix(token, 0);
    size_t width = quote_width(token, start);
    Str inner = str_slice(token, start + width, token.len - width);
    return str_fmt(arena, "'%.*s'", STR_ARG(inner));
}
