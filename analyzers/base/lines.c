/*
 * The offsets of line starts, found once; questions are answered by bisection. Columns are counted
 * from marks set at every kilobyte, so that a long line costs no more than a short one.
 */
#include "lines.h"

enum { MARK_EVERY = 1024 };

/* The first character at or behind a multiple of MARK_EVERY. */
typedef struct {
    uint32_t offset;
    uint32_t units; /* UTF-16 code units before it in the text */
} Mark;

struct Lines {
    Str text;
    VEC(uint32_t) starts;
    VEC(Mark) marks; /* none: the text is ASCII, a byte is a unit */
};

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

static bool is_ascii(Str text)
{
    unsigned char seen = 0;
    for (size_t i = 0; i < text.len; i++)
        seen |= (unsigned char)text.ptr[i];
    return seen < 0x80;
}

/* Passes over the characters from a mark on that start before `end`. */
static Mark pass_over(Str text, Mark at, uint32_t end)
{
    while (at.offset < end) {
        uint32_t len = character_length(text, at.offset, (uint32_t)text.len);
        at.units += len == 4 ? 2 : 1;
        at.offset += len;
    }
    return at;
}

static void set_marks(Arena *arena, Lines *lines)
{
    if (is_ascii(lines->text))
        return;
    Mark at = {0, 0};
    for (uint32_t next = 0; next < lines->text.len; next += MARK_EVERY) {
        at = pass_over(lines->text, at, next);
        vec_push(arena, &lines->marks, at);
    }
}

/* Code units before the offset. */
static uint32_t units_before(const Lines *lines, uint32_t offset)
{
    if (lines->marks.len == 0)
        return offset;
    size_t mark = offset / MARK_EVERY;
    if (mark >= lines->marks.len)
        mark = lines->marks.len - 1;
    Mark at = lines->marks.items[mark];
    if (at.offset > offset && mark > 0)
        at = lines->marks.items[mark - 1];
    return pass_over(lines->text, at, offset).units;
}

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
    set_marks(arena, lines);
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

Position lines_position(const Lines *lines, uint32_t offset)
{
    if (offset > lines->text.len)
        offset = (uint32_t)lines->text.len;
    size_t line = line_at(lines, offset);
    uint32_t before = units_before(lines, lines->starts.items[line]);
    return (Position){(uint32_t)line + 1, units_before(lines, offset) - before + 1};
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
