/* type_lex.c: splits the text of a type into words. */
#include "type_lex.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool lex_is_word_byte(char c)
{
    return starts_word(c) || is_digit(c) || c == '$';
}

static char byte_at(const TypeLexer *lexer, size_t at)
{
    return at < lexer->text.len ? lexer->text.ptr[at] : '\0';
}

static void skip_line(TypeLexer *lexer)
{
    while (lexer->at < lexer->text.len && lexer->text.ptr[lexer->at] != '\n')
        lexer->at++;
}

static void skip_block_comment(TypeLexer *lexer)
{
    lexer->at += 2;
    while (lexer->at < lexer->text.len) {
        if (byte_at(lexer, lexer->at) == '*' && byte_at(lexer, lexer->at + 1) == '/') {
            lexer->at += 2;
            return;
        }
        lexer->at++;
    }
}

static void skip_blanks(TypeLexer *lexer)
{
    while (lexer->at < lexer->text.len) {
        char c = lexer->text.ptr[lexer->at];
        char next = byte_at(lexer, lexer->at + 1);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v')
            lexer->at++;
        else if (c == '-' && next == '-')
            skip_line(lexer);
        else if (c == '/' && next == '*')
            skip_block_comment(lexer);
        else
            return;
    }
}

static char unescape(char c)
{
    static const char from[] = "ntrbf0av";
    static const char to[] = "\n\t\r\b\f\0\a\v";
    for (size_t i = 0; i < sizeof from - 1; i++)
        if (from[i] == c)
            return to[i];
    return c;
}

/* The end of the quoted text that starts after `lexer->at`; text.len when it is not closed. */
static size_t find_closing_quote(const TypeLexer *lexer, char quote, bool *escaped)
{
    size_t i = lexer->at + 1;
    while (i < lexer->text.len) {
        char c = lexer->text.ptr[i];
        if (c == '\\' || (c == quote && byte_at(lexer, i + 1) == quote)) {
            *escaped = true;
            i += 2;
        } else if (c == quote) {
            return i;
        } else {
            i++;
        }
    }
    return lexer->text.len;
}

static Str without_escapes(Arena *arena, Str raw, char quote)
{
    char *out = arena_alloc(arena, raw.len);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '\\' && i + 1 < raw.len)
            out[len++] = unescape(raw.ptr[++i]);
        else if (c == quote && i + 1 < raw.len)
            out[len++] = raw.ptr[++i];
        else
            out[len++] = c;
    }
    return (Str){out, len};
}

static Lexeme lex_quoted(TypeLexer *lexer, Lexeme lexeme, char quote)
{
    bool escaped = false;
    size_t end = find_closing_quote(lexer, quote, &escaped);
    if (end >= lexer->text.len) {
        lexeme.kind = LEX_BAD;
        lexer->at = lexer->text.len;
        return lexeme;
    }
    lexeme.kind = quote == '\'' ? LEX_STRING : LEX_QUOTED_WORD;
    lexeme.text = str_slice(lexer->text, lexer->at + 1, end);
    if (escaped)
        lexeme.text = without_escapes(lexer->arena, lexeme.text, quote);
    lexer->at = end + 1;
    return lexeme;
}

static void skip_digits(TypeLexer *lexer)
{
    while (is_digit(byte_at(lexer, lexer->at)))
        lexer->at++;
}

/* 16, -1, 0.5, 1e-3 */
static void skip_number(TypeLexer *lexer)
{
    lexer->at++;
    skip_digits(lexer);
    if (byte_at(lexer, lexer->at) == '.') {
        lexer->at++;
        skip_digits(lexer);
    }
    char c = byte_at(lexer, lexer->at);
    if (c != 'e' && c != 'E')
        return;
    char sign = byte_at(lexer, lexer->at + 1);
    size_t skip = sign == '-' || sign == '+' ? 2 : 1;
    if (is_digit(byte_at(lexer, lexer->at + skip))) {
        lexer->at += skip;
        skip_digits(lexer);
    }
}

static Lexeme lex_rest(TypeLexer *lexer, Lexeme lexeme, char c)
{
    size_t start = lexer->at;
    bool sign = c == '-' || c == '+';
    if (starts_word(c)) {
        while (lex_is_word_byte(byte_at(lexer, lexer->at)))
            lexer->at++;
        lexeme.kind = LEX_WORD;
    } else if (is_digit(c) || (sign && is_digit(byte_at(lexer, lexer->at + 1)))) {
        skip_number(lexer);
        lexeme.kind = LEX_NUMBER;
    } else {
        lexer->at++;
        while (((unsigned char)byte_at(lexer, lexer->at) & 0xc0) == 0x80)
            lexer->at++; /* a character of several bytes stays whole in messages */
        lexeme.kind = LEX_BAD;
        for (const char *p = "(),=.[]"; *p; p++)
            if (*p == c)
                lexeme.kind = LEX_PUNCTUATION;
        lexeme.punctuation = c;
    }
    lexeme.text = str_slice(lexer->text, start, lexer->at);
    return lexeme;
}

Lexeme type_lex_next(TypeLexer *lexer)
{
    skip_blanks(lexer);
    Lexeme lexeme = {.kind = LEX_END, .offset = (uint32_t)lexer->at};
    if (lexer->at >= lexer->text.len)
        return lexeme;
    char c = lexer->text.ptr[lexer->at];
    if (c == '\'' || c == '`' || c == '"')
        return lex_quoted(lexer, lexeme, c);
    return lex_rest(lexer, lexeme, c);
}
