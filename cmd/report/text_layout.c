/* text_layout.c: wrapped sentences, and a source line with marks under it. */
#include "report/text_layout.h"

#include "report/escape.h"
#include "report/redact.h"

enum {
    TAB = 4,
    NEAR_BYTES = 256, /* of a long line, this much before the mark is looked at */
    FAR_BYTES = 512,  /* and this much after its start */
};

#define CUT "..."

/* ---- sentences ---- */

/* The next word, with a following word that begins with "::" glued to it: at the start of a line
 * a CI runner would take that for a command. */
static Str next_word(Str *rest)
{
    *rest = str_trim(*rest);
    size_t len = 0;
    for (;;) {
        while (len < rest->len && rest->ptr[len] != ' ')
            len++;
        Str after = str_trim(str_slice(*rest, len, rest->len));
        if (after.len == 0 || !str_starts(after, "::"))
            break;
        len = (size_t)(after.ptr - rest->ptr) + 1;
    }
    Str word = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, len, rest->len);
    return word;
}

void layout_wrap(Buf *out, Str text, size_t indent, size_t width)
{
    size_t column = indent;
    Str rest = text;
    bool first = true;
    for (Str word = next_word(&rest); word.len > 0; word = next_word(&rest)) {
        size_t wide = text_width(word);
        if (!first && column + 1 + wide > width) {
            buf_add_char(out, '\n');
            buf_add_repeat(out, ' ', indent);
            column = indent;
        } else if (!first) {
            buf_add_char(out, ' ');
            column++;
        }
        if (first)
            escape_line_start(out, word);
        buf_add_str(out, word);
        column += wide;
        first = false;
    }
    buf_add_char(out, '\n');
}

/* ---- source lines ---- */

/* The stretch of a long line that is worth walking through, in bytes of the line. */
typedef struct {
    size_t from;
    size_t to;
} Window;

static bool is_continuation(Str text, size_t at)
{
    return at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80;
}

static Window window_around(Str line, size_t mark)
{
    Window window = {0, line.len};
    if (mark > NEAR_BYTES)
        window.from = mark - NEAR_BYTES;
    if (line.len - mark > FAR_BYTES)
        window.to = mark + FAR_BYTES;
    while (window.from > 0 && is_continuation(line, window.from))
        window.from--;
    while (window.to < line.len && is_continuation(line, window.to))
        window.to--;
    return window;
}

/* What is shown of one character of the source, and how wide it is. */
static size_t show_character(Buf *out, Str character, size_t column)
{
    if (character.ptr[0] == '\t') {
        size_t width = TAB - column % TAB;
        buf_add_repeat(out, ' ', width);
        return width;
    }
    size_t before = out->len;
    escape_terminal(out, character);
    return text_width(str_slice(buf_str(out), before, out->len));
}

/* Passes over the characters of the window; those within the columns [left, right) are added to
 * `out`. Sets the columns at which the marked bytes begin and end. */
typedef struct {
    size_t left, right;
    size_t mark_from, mark_to; /* bytes of the line */
    size_t start, end;         /* columns, found on the way */
    size_t columns;            /* of the whole window */
} Pass;

static void pass_over(Buf *out, Str line, Window window, Pass *pass)
{
    Str rest = str_slice(line, window.from, window.to);
    size_t column = 0;
    pass->start = pass->end = SIZE_MAX;
    while (rest.len > 0) {
        size_t at = (size_t)(rest.ptr - line.ptr);
        if (at >= pass->mark_from && pass->start == SIZE_MAX)
            pass->start = column;
        if (at >= pass->mark_to && pass->end == SIZE_MAX)
            pass->end = column;
        const char *from = rest.ptr;
        if (str_starts(rest, "##["))
            rest = str_slice(rest, 3, rest.len); /* one unit: it is escaped as a whole */
        else
            utf8_next(&rest, NULL);
        size_t before = out->len;
        size_t width = show_character(out, (Str){from, (size_t)(rest.ptr - from)}, column);
        if (column < pass->left || column + width > pass->right)
            out->len = before;
        column += width;
    }
    pass->columns = column;
    pass->start = pass->start == SIZE_MAX ? column : pass->start;
    pass->end = pass->end == SIZE_MAX ? column : pass->end;
}

/* Which columns are shown when not all fit: the mark's beginning, with some of what precedes. */
static void choose_columns(Pass *pass, Window window, Str line, size_t width)
{
    bool cut_before = window.from > 0;
    bool cut_after = window.to < line.len;
    pass->left = 0;
    pass->right = pass->columns;
    size_t room = width - (cut_before ? 3u : 0u) - (cut_after ? 3u : 0u);
    if (pass->columns <= room)
        return;
    room = width - 6; /* cut on both sides, at worst */
    if (pass->start > room / 2)
        pass->left = pass->start - room / 3;
    pass->right = pass->left + room;
}

static ShownLine show_line(Arena *arena, Str line, size_t mark_from, size_t mark_to, size_t width)
{
    Buf buf = {0};
    Window window = window_around(line, mark_from);
    Pass pass = {.right = SIZE_MAX, .mark_from = mark_from, .mark_to = mark_to};
    pass_over(&buf, line, window, &pass);
    choose_columns(&pass, window, line, width);
    buf.len = 0;
    bool cut_before = window.from > 0 || pass.left > 0;
    bool cut_after = window.to < line.len || pass.right < pass.columns;
    if (cut_before)
        buf_add(&buf, CUT);
    size_t shift = buf.len;
    pass_over(&buf, line, window, &pass);
    if (cut_after)
        buf_add(&buf, CUT);
    size_t end = pass.end < pass.right ? pass.end : pass.right;
    ShownLine shown = {str_copy(arena, buf_str(&buf)), pass.start - pass.left + shift,
                       end - pass.left + shift};
    if (shown.mark_end <= shown.mark_start)
        shown.mark_end = shown.mark_start + 1;
    buf_free(&buf);
    return shown;
}

ShownLine layout_line(Arena *arena, SourceFile *file, Range range, size_t width)
{
    Lines *lines = source_file_lines(arena, file);
    Position position = lines_position(lines, range.start);
    Str text = redact_line(arena, lines, position.line);
    size_t line_start = lines_start(lines, position.line);
    size_t from = range.start - line_start;
    size_t to = range.end > range.start ? range.end - line_start : from;
    if (from > text.len)
        from = text.len;
    if (to > text.len)
        to = text.len;
    return show_line(arena, text, from, to, width);
}
