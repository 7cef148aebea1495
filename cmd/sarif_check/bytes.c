/* bytes.c: whether a text is JSON to the letter, which cJSON does not ask. */
#include "sarif_check/sarif_check.h"

#include "report/escape.h"

#include <string.h>

enum {
    DEPTH_MOST = 100,
    VALUES_MOST = 5000000, /* a tree of half a gigabyte */
    DIGITS_MOST = 60,      /* cJSON reads no more */
};

typedef enum { SCAN_DONE, SCAN_WRONG, SCAN_ENDED, SCAN_TOO_MUCH } ScanEnd;

typedef struct {
    Str text;
    size_t at;
    size_t values;
    ScanEnd end;
    const char *why; /* a sentence without its stop */
} Scan;

static bool stop(Scan *scan, ScanEnd end, const char *why)
{
    scan->end = end;
    scan->why = why;
    return false;
}

static char peek(const Scan *scan)
{
    return scan->at < scan->text.len ? scan->text.ptr[scan->at] : '\0';
}

static void skip_blanks(Scan *scan)
{
    while (scan->at < scan->text.len && strchr(" \t\r\n", scan->text.ptr[scan->at]) &&
           scan->text.ptr[scan->at])
        scan->at++;
}

static bool wrong(Scan *scan, const char *why)
{
    return scan->at >= scan->text.len ? stop(scan, SCAN_ENDED, "the text ends in the middle")
                                      : stop(scan, SCAN_WRONG, why);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool scan_digits(Scan *scan)
{
    if (!is_digit(peek(scan)))
        return wrong(scan, "a digit is missing in a number");
    while (is_digit(peek(scan)))
        scan->at++;
    return true;
}

static bool scan_number(Scan *scan)
{
    size_t start = scan->at;
    scan->at += peek(scan) == '-';
    bool zero = peek(scan) == '0';
    size_t first = scan->at;
    if (!scan_digits(scan))
        return false;
    if (zero && scan->at > first + 1)
        return stop(scan, SCAN_WRONG, "a number begins with 0");
    if (peek(scan) == '.') {
        scan->at++;
        if (!scan_digits(scan))
            return false;
    }
    if (peek(scan) == 'e' || peek(scan) == 'E') {
        scan->at++;
        scan->at += peek(scan) == '+' || peek(scan) == '-';
        if (!scan_digits(scan))
            return false;
    }
    if (scan->at - start > DIGITS_MOST)
        return stop(scan, SCAN_WRONG, "a number has more than 60 characters");
    return true;
}

/* Four hex digits; -1 when they are none. */
static int scan_hex(Scan *scan)
{
    int value = 0;
    for (int i = 0; i < 4; i++, scan->at++) {
        char c = peek(scan);
        if (is_digit(c))
            value = value * 16 + (c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            value = value * 16 + ((c | 32) - 'a' + 10);
        else
            return -1;
    }
    return value;
}

/* What follows `\u`. */
static bool scan_unit(Scan *scan)
{
    static const char half[] = "half of a surrogate pair stands alone in a text";
    int first = scan_hex(scan);
    if (first < 0)
        return wrong(scan, "\\u is not followed by four hex digits");
    if (first == 0)
        return stop(scan, SCAN_WRONG, "a text holds the character U+0000, which readers cut off");
    if (first < 0xD800 || first > 0xDFFF)
        return true;
    if (first > 0xDBFF || peek(scan) != '\\')
        return wrong(scan, half);
    scan->at++;
    if (peek(scan) != 'u')
        return wrong(scan, half);
    scan->at++;
    int second = scan_hex(scan);
    return second >= 0xDC00 && second <= 0xDFFF ? true : wrong(scan, half);
}

static bool scan_text(Scan *scan)
{
    for (scan->at++; scan->at < scan->text.len;) {
        unsigned char c = (unsigned char)scan->text.ptr[scan->at];
        if (c < 0x20)
            return stop(scan, SCAN_WRONG, "a control character stands in a text without escape");
        scan->at++;
        if (c == '"')
            return true;
        if (c != '\\')
            continue;
        char escaped = peek(scan);
        if (!escaped || !strchr("\"\\/bfnrtu", escaped))
            return wrong(scan, "a backslash in a text is followed by what it cannot escape");
        scan->at++;
        if (escaped == 'u' && !scan_unit(scan))
            return false;
    }
    return wrong(scan, "");
}

static bool scan_word(Scan *scan, const char *word)
{
    Str rest = str_slice(scan->text, scan->at, scan->text.len);
    if (!str_starts(rest, word))
        return wrong(scan, "here stands no value");
    scan->at += strlen(word);
    return true;
}

static bool scan_value(Scan *scan, unsigned depth);

static bool scan_key(Scan *scan)
{
    skip_blanks(scan);
    if (peek(scan) != '"')
        return wrong(scan, "a name in quotes is missing, perhaps after a comma too many");
    if (!scan_text(scan))
        return false;
    skip_blanks(scan);
    if (peek(scan) != ':')
        return wrong(scan, "a colon is missing");
    scan->at++;
    return true;
}

static bool scan_items(Scan *scan, char close, unsigned depth)
{
    scan->at++;
    skip_blanks(scan);
    if (peek(scan) == close) {
        scan->at++;
        return true;
    }
    for (;;) {
        if ((close == '}' && !scan_key(scan)) || !scan_value(scan, depth))
            return false;
        skip_blanks(scan);
        char c = peek(scan);
        if (c != ',' && c != close)
            return wrong(scan, "a comma or a closing bracket is missing");
        scan->at++;
        if (c == close)
            return true;
    }
}

static bool scan_value(Scan *scan, unsigned depth)
{
    skip_blanks(scan);
    if (depth > DEPTH_MOST)
        return stop(scan, SCAN_TOO_MUCH, "it nests deeper than 100");
    if (++scan->values > VALUES_MOST)
        return stop(scan, SCAN_TOO_MUCH, "it holds more than 5,000,000 values");
    switch (peek(scan)) {
    case '{':
        return scan_items(scan, '}', depth + 1);
    case '[':
        return scan_items(scan, ']', depth + 1);
    case '"':
        return scan_text(scan);
    case 't':
        return scan_word(scan, "true");
    case 'f':
        return scan_word(scan, "false");
    case 'n':
        return scan_word(scan, "null");
    default:
        return is_digit(peek(scan)) || peek(scan) == '-' ? scan_number(scan)
                                                         : wrong(scan, "here stands no value");
    }
}

/* "line 3, byte 12" */
static Str position(Arena *arena, Str text, size_t at)
{
    size_t line = 1, start = 0;
    for (size_t i = 0; i < at && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    return str_fmt(arena, "line %zu, byte %zu", line, at - start + 1);
}

static size_t first_bad_byte(Str text)
{
    Str rest = text;
    while (rest.len > 0) {
        Str before = rest;
        bool valid = true;
        uint32_t c = utf8_next(&rest, &valid);
        if (!valid || c == 0)
            return (size_t)(before.ptr - text.ptr);
    }
    return text.len;
}

static bool check_encoding(SarifCheck *check, Str *text)
{
    if (str_starts(*text, "\xFF\xFE") || str_starts(*text, "\xFE\xFF")) {
        sarif_error(check, "M19", NULL,
                    "The file is UTF-16, as '>' of Windows PowerShell writes it; GitHub reads "
                    "UTF-8.");
        return false;
    }
    if (str_starts(*text, "\xEF\xBB\xBF")) {
        sarif_error(check, "M19", NULL,
                    "The file begins with a byte order mark, at which readers of JSON stop.");
        *text = str_slice(*text, 3, text->len);
    }
    if (str_is_utf8(*text))
        return true;
    Str where = position(check->arena, *text, first_bad_byte(*text));
    sarif_error(check, "M19", NULL, "The file is not UTF-8: %.*s.", STR_ARG(where));
    return false;
}

bool sarif_check_bytes(SarifCheck *check, Str *text, Fault *fault)
{
    if (str_trim(*text).len == 0) {
        sarif_error(check, "M20", NULL,
                    "The file is empty: the tool that should have written it did not.");
        return false;
    }
    if (!check_encoding(check, text))
        return false;
    Scan scan = {.text = *text};
    if (scan_value(&scan, 0)) {
        skip_blanks(&scan);
        if (scan.at == text->len)
            return true;
        stop(&scan, SCAN_WRONG, "something follows the end of the document");
    }
    Str where = position(check->arena, *text, scan.at);
    if (scan.end == SCAN_TOO_MUCH)
        fault_set(fault, FAULT_ANALYSE, "%.*s: %s", STR_ARG(check->name), scan.why);
    else if (scan.end == SCAN_ENDED)
        sarif_error(check, "M20", NULL,
                    "The file was not written whole: the JSON text ends in the middle (%.*s).",
                    STR_ARG(where));
    else
        sarif_error(check, "M19", NULL, "The file is not JSON: %s (%.*s).", scan.why,
                    STR_ARG(where));
    return false;
}
