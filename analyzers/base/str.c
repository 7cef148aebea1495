/* Text slices and the growing buffer. */
#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Str str_of(const char *terminated)
{
    return terminated ? (Str){terminated, strlen(terminated)} : (Str){"", 0};
}

bool str_eq(Str a, Str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(Str a, Str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

int str_cmp(Str a, Str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(Str s, const char *prefix)
{
    size_t len = strlen(prefix);
    return s.len >= len && (len == 0 || memcmp(s.ptr, prefix, len) == 0);
}

bool str_starts_nocase(Str s, const char *prefix)
{
    Str wanted = str_of(prefix);
    return str_eq_nocase(str_slice(s, 0, wanted.len), wanted);
}

bool str_ends(Str s, const char *suffix)
{
    size_t len = strlen(suffix);
    return s.len >= len && (len == 0 || memcmp(s.ptr + s.len - len, suffix, len) == 0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

Str str_trim(Str s)
{
    while (s.len && is_blank(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

Str str_line_indent(Str text, size_t at)
{
    size_t start = at;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    size_t end = start;
    while (end < at && (text.ptr[end] == ' ' || text.ptr[end] == '\t'))
        end++;
    return str_slice(text, start, end);
}

Str str_slice(Str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return (Str){"", 0};
    return (Str){s.ptr + from, to - from};
}

Str str_range(Str text, Range r)
{
    return str_slice(text, r.start, r.end);
}

ptrdiff_t str_find(Str s, const char *part)
{
    size_t len = strlen(part);
    if (len == 0)
        return 0;
    if (s.len < len)
        return -1;
    const char *at = memmem(s.ptr, s.len, part, len);
    return at ? at - s.ptr : -1;
}

ptrdiff_t str_find_char(Str s, char c)
{
    const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return at ? at - s.ptr : -1;
}

ptrdiff_t str_rfind_char(Str s, char c)
{
    const char *at = s.len ? memrchr(s.ptr, c, s.len) : NULL;
    return at ? at - s.ptr : -1;
}

bool str_split_line(Str *rest, Str *line_out)
{
    if (rest->len == 0)
        return false;
    ptrdiff_t end = str_find_char(*rest, '\n');
    size_t len = end < 0 ? rest->len : (size_t)end;
    *line_out = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, end < 0 ? rest->len : len + 1, rest->len);
    if (line_out->len && line_out->ptr[line_out->len - 1] == '\r')
        line_out->len--;
    return true;
}

Str str_copy(Arena *arena, Str s)
{
    return (Str){str_cstr(arena, s), s.len};
}

const char *str_cstr(Arena *arena, Str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

Str str_fmt(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len <= 0)
        return (Str){"", 0};
    char *text = arena_alloc(arena, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return (Str){text, (size_t)len};
}

Str str_lower(Arena *arena, Str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        copy[i] = lower(s.ptr[i]);
    return (Str){copy, s.len};
}

Str str_join(Arena *arena, const Str *parts, size_t count, const char *between)
{
    size_t gap = strlen(between);
    size_t len = count ? (count - 1) * gap : 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    char *text = arena_alloc(arena, len + 1);
    char *at = text;
    for (size_t i = 0; i < count; i++) {
        if (i)
            at = mempcpy(at, between, gap);
        if (parts[i].len)
            at = mempcpy(at, parts[i].ptr, parts[i].len);
    }
    return (Str){text, len};
}

enum { DISTANCE_MAX = 64 };

/* Optimal string alignment over three rows. */
size_t str_distance(Str a, Str b, size_t limit)
{
    a = str_slice(a, 0, DISTANCE_MAX);
    b = str_slice(b, 0, DISTANCE_MAX);
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (gap >= limit)
        return limit;
    size_t rows[3][DISTANCE_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = rows[i % 3];
        const size_t *up = rows[(i + 2) % 3];
        const size_t *upper = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t best = up[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            bool swapped =
                i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1];
            if (swapped && upper[j - 2] + 1 < best)
                best = upper[j - 2] + 1;
            now[j] = best;
        }
    }
    size_t edits = rows[a.len % 3][b.len];
    return edits < limit ? edits : limit;
}

/* Length of the UTF-8 character at `at`, 0 when it is none. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0];
    size_t len = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (len == 0 || lead > 0xF4 || len > left)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    }
    bool overlong = (lead == 0xE0 && at[1] < 0xA0) || (lead == 0xF0 && at[1] < 0x90);
    bool surrogate = lead == 0xED && at[1] >= 0xA0;
    bool too_large = lead == 0xF4 && at[1] >= 0x90;
    return overlong || surrogate || too_large ? 0 : len;
}

bool str_is_utf8(Str s)
{
    const unsigned char *at = (const unsigned char *)s.ptr;
    for (size_t i = 0; i < s.len;) {
        size_t len = at[i] ? utf8_length(at + i, s.len - i) : 0;
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

static void buf_room(Buf *buf, size_t more)
{
    if (more <= buf->cap - buf->len)
        return;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap - buf->len < more)
        cap *= 2;
    buf->ptr = xrealloc(buf->ptr, cap);
    buf->cap = cap;
}

void buf_add_str(Buf *buf, Str s)
{
    if (s.len == 0)
        return;
    buf_room(buf, s.len);
    memcpy(buf->ptr + buf->len, s.ptr, s.len);
    buf->len += s.len;
}

void buf_add(Buf *buf, const char *terminated)
{
    buf_add_str(buf, str_of(terminated));
}

void buf_add_char(Buf *buf, char c)
{
    buf_room(buf, 1);
    buf->ptr[buf->len++] = c;
}

void buf_add_repeat(Buf *buf, char c, size_t count)
{
    if (count == 0)
        return;
    buf_room(buf, count);
    memset(buf->ptr + buf->len, c, count);
    buf->len += count;
}

void buf_addf(Buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len <= 0)
        return;
    buf_room(buf, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

static bool is_plain_in_shell(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_-./:+,@%=", c) != NULL);
}

void buf_add_shell_word(Buf *buf, Str s)
{
    bool plain = s.len > 0;
    for (size_t i = 0; i < s.len; i++)
        plain = plain && is_plain_in_shell(s.ptr[i]);
    if (plain) {
        buf_add_str(buf, s);
        return;
    }
    buf_add_char(buf, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\'')
            buf_add(buf, "'\\''");
        else
            buf_add_char(buf, s.ptr[i]);
    }
    buf_add_char(buf, '\'');
}

Str buf_str(const Buf *buf)
{
    return (Str){buf->len ? buf->ptr : "", buf->len};
}

void buf_free(Buf *buf)
{
    free(buf->ptr);
    *buf = (Buf){0};
}
