/* The offsets of line starts, found once; questions are answered by bisection. */
#include "lines.h"

struct Lines {
    Str text;
    VEC(uint32_t) starts;
};

Lines *lines_new(Arena *arena, Str text)
{
    Lines *lines = ARENA_NEW(arena, Lines);
    lines->text = text;
    vec_push(arena, &lines->starts, 0);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool crlf = c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
        if (c == '\n' || (c == '\r' && !crlf))
            vec_push(arena, &lines->starts, (uint32_t)(i + 1));
    }
    return lines;
}

uint32_t lines_count(const Lines *lines)
{
    return (uint32_t)lines->starts.len;
}

/* Index of the last line that starts at or before the offset. */
static size_t line_at(const Lines *lines, uint32_t offset)
{
    size_t low = 0, high = lines->starts.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (lines->starts.items[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Bytes of the well-formed UTF-8 character that starts there, at least 1. */
static uint32_t character_length(Str text, uint32_t at, uint32_t end)
{
    unsigned char lead = (unsigned char)text.ptr[at];
    uint32_t len = lead >= 0xF0 && lead <= 0xF4   ? 4
                   : lead >= 0xE0 && lead <= 0xEF ? 3
                   : lead >= 0xC2 && lead <= 0xDF ? 2
                                                  : 1;
    if (len > end - at)
        return 1;
    for (uint32_t i = 1; i < len; i++) {
        if (!is_continuation(text.ptr[at + i]))
            return 1;
    }
    return len;
}

Position lines_position(const Lines *lines, uint32_t offset)
{
    if (offset > lines->text.len)
        offset = (uint32_t)lines->text.len;
    size_t line = line_at(lines, offset);
    uint32_t column = 1;
    for (uint32_t at = lines->starts.items[line]; at < offset;) {
        uint32_t len = character_length(lines->text, at, (uint32_t)lines->text.len);
        column += len == 4 ? 2 : 1;
        at += len;
    }
    return (Position){(uint32_t)line + 1, column};
}

uint32_t lines_start(const Lines *lines, uint32_t line)
{
    if (line == 0)
        return 0;
    if (line > lines->starts.len)
        return (uint32_t)lines->text.len;
    return lines->starts.items[line - 1];
}

Str lines_text(const Lines *lines, uint32_t line)
{
    if (line == 0 || line > lines->starts.len)
        return (Str){"", 0};
    Str text = str_slice(lines->text, lines_start(lines, line), lines_start(lines, line + 1));
    while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text;
}
