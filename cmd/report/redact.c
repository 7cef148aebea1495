/* redact.c: source lines as they may be shown. */
#include "report/redact.h"

#include "syntax/keyword.h"

#define HIDDEN "********"

/* Instructions whose value is a credential. */
static const char *const secret_words[] = {
    "KAFKA_SECRET",
    "KAFKA_SSL_CA_PEM",
    "S3_SECRET",
    "S3_ACCESS_KEY",
    "GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON",
    "GCS_HMAC_SECRET",
    "GCS_SECRET",
    "KAFKA_KEY",
    "KAFKA_SASL_OAUTHBEARER_AWS_EXTERNAL_ID",
};

enum { BLOCK_LINES = 200 }; /* how far up the instruction of a block is looked for */

static Str first_word(Str line)
{
    Str rest = str_trim(line);
    size_t len = 0;
    while (len < rest.len && rest.ptr[len] != ' ' && rest.ptr[len] != '\t' && rest.ptr[len] != '>')
        len++;
    return str_slice(rest, 0, len);
}

static bool is_secret_word(Str word)
{
    for (size_t i = 0; i < ARRAY_LEN(secret_words); i++) {
        if (str_is_nocase(word, secret_words[i]))
            return true;
    }
    return false;
}

/* The word that opens the instruction to which the line belongs. */
static Str governing_word(const Lines *lines, uint32_t line)
{
    for (uint32_t up = 0; up < BLOCK_LINES && up < line; up++) {
        Str word = first_word(lines_text(lines, line - up));
        if (keyword_find(word) != KEYWORD_UNKNOWN || is_secret_word(word))
            return word;
    }
    return (Str){0};
}

/* A value that only names a secret of the workspace is none itself; one with a default may be. */
static bool is_reference(Str value)
{
    return str_starts(value, "{{") && str_find(value, "tb_secret") >= 0 &&
           str_find_char(value, ',') < 0;
}

static Str hide_value(Arena *arena, Str line, Str word)
{
    size_t start = (size_t)(word.ptr - line.ptr) + word.len;
    while (start < line.len && (line.ptr[start] == ' ' || line.ptr[start] == '\t'))
        start++;
    Str value = str_trim(str_slice(line, start, line.len));
    if (value.len == 0 || str_is(value, ">") || is_reference(value))
        return line;
    return str_fmt(arena, "%.*s" HIDDEN, STR_ARG(str_slice(line, 0, start)));
}

static bool ends_user_info(char c)
{
    return c == '/' || c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '?' || c == '#';
}

/* user:password of the first address on the line: http://user:password@host. */
static Str hide_user_info(Arena *arena, Str line)
{
    ptrdiff_t scheme = str_find(line, "://");
    if (scheme < 0)
        return line;
    size_t start = (size_t)scheme + 3;
    for (size_t i = start; i < line.len && !ends_user_info(line.ptr[i]); i++) {
        if (line.ptr[i] == '@')
            return str_fmt(arena, "%.*s" HIDDEN "%.*s", STR_ARG(str_slice(line, 0, start)),
                           STR_ARG(str_slice(line, i, line.len)));
    }
    return line;
}

Str redact_line(Arena *arena, const Lines *lines, uint32_t line)
{
    Str text = lines_text(lines, line);
    Str own = first_word(text);
    if (is_secret_word(own))
        return hide_value(arena, text, own);
    if (text.len > 0 && is_secret_word(governing_word(lines, line)))
        return STR(HIDDEN);
    return hide_user_info(arena, text);
}

bool redact_changes(Arena *arena, const Lines *lines, uint32_t line)
{
    return !str_eq(redact_line(arena, lines, line), lines_text(lines, line));
}
