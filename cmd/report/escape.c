/* escape.c: making bytes that we do not trust safe for a terminal, for JSON and for a URI. */
#include "report/escape.h"

#include <string.h>

enum { REPLACEMENT = 0xFFFD };

/* ---- UTF-8 ---- */

/* What the first byte promises: how many bytes follow, and the range of the first of them (which
 * excludes overlong forms, surrogates and what lies beyond Unicode). */
typedef struct {
    unsigned follow;
    unsigned char low;
    unsigned char high;
} Lead;

static Lead lead_of(unsigned char byte)
{
    if (byte >= 0xC2 && byte <= 0xDF)
        return (Lead){1, 0x80, 0xBF};
    if (byte >= 0xE0 && byte <= 0xEF)
        return (Lead){2, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF};
    if (byte >= 0xF0 && byte <= 0xF4)
        return (Lead){3, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF};
    return (Lead){0, 0, 0};
}

static void skip(Str *rest, size_t count)
{
    rest->ptr += count;
    rest->len -= count;
}

uint32_t utf8_next(Str *rest, bool *valid_out)
{
    const unsigned char *p = (const unsigned char *)rest->ptr;
    bool unused;
    bool *valid = valid_out ? valid_out : &unused;
    *valid = true;
    if (p[0] < 0x80) {
        skip(rest, 1);
        return p[0];
    }
    Lead lead = lead_of(p[0]);
    uint32_t character = lead.follow ? p[0] & (0x3Fu >> lead.follow) : 0;
    size_t taken = 1;
    while (taken <= lead.follow && taken < rest->len) {
        unsigned char low = taken == 1 ? lead.low : 0x80;
        unsigned char high = taken == 1 ? lead.high : 0xBF;
        if (p[taken] < low || p[taken] > high)
            break;
        character = character << 6 | (p[taken] & 0x3Fu);
        taken++;
    }
    skip(rest, taken);
    if (lead.follow == 0 || taken <= lead.follow) {
        *valid = false;
        return REPLACEMENT;
    }
    return character;
}

typedef struct {
    uint32_t first;
    uint32_t last;
} CharRange;

static bool in_ranges(const CharRange *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    }
    return false;
}

/* Marks that sit on the character before them, and characters without a picture. */
static const CharRange zero_wide[] = {
    {0x0300, 0x036F},   {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x093A, 0x093A},   {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
    {0x20D0, 0x20FF},   {0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
    {0xE0100, 0xE01EF},
};

/* East Asian wide characters and pictures. */
static const CharRange double_wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2614, 0x2615},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18AFF},
    {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF},
    {0x20000, 0x3FFFD},
};

/* Columns that a terminal gives the character: 0, 1 or 2. */
static unsigned char_width(uint32_t character)
{
    if (character < 0x300)
        return 1;
    if (in_ranges(zero_wide, ARRAY_LEN(zero_wide), character))
        return 0;
    return in_ranges(double_wide, ARRAY_LEN(double_wide), character) ? 2 : 1;
}

size_t text_width(Str text)
{
    size_t width = 0;
    while (text.len > 0)
        width += char_width(utf8_next(&text, NULL));
    return width;
}

/* ---- terminal ---- */

/* Characters that reorder or hide what stands around them. */
static bool is_deceptive(uint32_t c)
{
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0x061C || c == 0xFEFF ||
           (c >= 0xE0000 && c <= 0xE007F);
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

bool is_unseen(uint32_t character)
{
    return is_control(character) || is_deceptive(character);
}

void escape_terminal(Buf *out, Str text)
{
    while (text.len > 0) {
        const char *start = text.ptr;
        bool valid;
        if (str_starts(text, "##[")) {
            buf_add(out, "##\\[");
            skip(&text, 3);
            continue;
        }
        uint32_t c = utf8_next(&text, &valid);
        size_t len = (size_t)(text.ptr - start);
        if (!valid) {
            for (size_t i = 0; i < len; i++)
                buf_addf(out, "\\x%02x", (unsigned)(unsigned char)start[i]);
        } else if (is_control(c)) {
            buf_addf(out, "\\x%02x", c);
        } else if (is_deceptive(c)) {
            buf_addf(out, c > 0xFFFF ? "\\U%08x" : "\\u%04x", c);
        } else {
            buf_add_str(out, (Str){start, len});
        }
    }
}

static bool is_at_line_start(const Buf *out)
{
    for (size_t i = out->len; i > 0 && out->ptr[i - 1] != '\n'; i--) {
        if (out->ptr[i - 1] != ' ')
            return false;
    }
    return true;
}

void escape_line_start(Buf *out, Str text)
{
    while (str_starts(text, " "))
        skip(&text, 1);
    if (str_starts(text, "::") && is_at_line_start(out))
        buf_add_char(out, '\\');
}

void escape_terminal_line(Buf *out, Str text)
{
    escape_line_start(out, text);
    escape_terminal(out, text);
}

Str escaped_terminal(Arena *arena, Str text)
{
    Buf buf = {0};
    escape_terminal(&buf, text);
    Str copy = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return copy;
}

/* ---- JSON ---- */

void escape_utf8(Buf *out, Str text)
{
    while (text.len > 0) {
        const char *start = text.ptr;
        bool valid;
        uint32_t c = utf8_next(&text, &valid);
        if (valid && c != 0)
            buf_add_str(out, (Str){start, (size_t)(text.ptr - start)});
        else
            buf_add(out, "\xEF\xBF\xBD");
    }
}

/* ---- URI ---- */

static bool is_uri_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~/@=+,;!$&'()*", c));
}

/* The path is '/' separated and relative already; a colon is always encoded, since in the first
 * part it would end a scheme. */
void escape_uri(Buf *out, Str path)
{
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (is_uri_plain(c))
            buf_add_char(out, (char)c);
        else
            buf_addf(out, "%%%02X", (unsigned)c);
    }
}

/* ---- SARIF ---- */

void escape_sarif_message(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '[' || c == ']' || c == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, c);
    }
}
