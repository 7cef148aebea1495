/* frame.c: source lines of one place, with their numbers, the marked range and their
 * neighbours. Secrets are hidden as in every report. */
#include "report/escape_markup.h"
#include "report/html/parts.h"
#include "report/redact.h"

enum {
    AROUND = 2,       /* lines before and after */
    MARKED_MOST = 8,  /* lines of one range */
    NEAR_BYTES = 120, /* of a long line, this much before the mark */
    FAR_BYTES = 360,  /* and this much after the mark's start */
    TAB = 4,
};

#define CUT "\xE2\x80\xA6"

bool html_has_lines(const Place *place)
{
    return place->file && place->file->loaded &&
           (!range_is_empty(place->range) || place->message.len > 0);
}

/* Escaped, tabs as blanks. `column` goes on from part to part of one line. */
static void add_source(Html *html, Str text, size_t *column)
{
    while (text.len > 0) {
        ptrdiff_t tab = str_find_char(text, '\t');
        Str part = tab < 0 ? text : str_slice(text, 0, (size_t)tab);
        escape_xml(html->out, part);
        *column += part.len;
        if (tab < 0)
            return;
        buf_add_repeat(html->out, ' ', TAB - *column % TAB);
        *column += TAB - *column % TAB;
        text = str_slice(text, (size_t)tab + 1, text.len);
    }
}

static size_t at_character(Str text, size_t at)
{
    while (at > 0 && at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* One line, of which [from, to) is marked; nothing when the two are equal. */
static void add_marked(Html *html, Str text, size_t from, size_t to)
{
    size_t column = 0;
    size_t start = from > NEAR_BYTES ? at_character(text, from - NEAR_BYTES) : 0;
    size_t end = text.len - from > FAR_BYTES ? at_character(text, from + FAR_BYTES) : text.len;
    if (to > end)
        to = end;
    html_raw(html, start > 0 ? CUT : "");
    add_source(html, str_slice(text, start, from), &column);
    if (to > from) {
        html_raw(html, "<mark>");
        add_source(html, str_slice(text, from, to), &column);
        html_raw(html, "</mark>");
    }
    add_source(html, str_slice(text, to > from ? to : from, end), &column);
    html_raw(html, end < text.len ? CUT : "");
}

typedef struct {
    const Lines *lines;
    Range range;
    uint32_t first, last; /* lines that the range touches */
} Marked;

static bool is_hit(const Marked *marked, uint32_t line)
{
    return line >= marked->first && line <= marked->last;
}

static size_t clip(size_t at, size_t start, size_t len)
{
    return at < start ? 0 : (at - start > len ? len : at - start);
}

static void add_line(Html *html, const Marked *marked, uint32_t line)
{
    Str text = redact_line(html->arena, marked->lines, line);
    size_t from = 0, to = 0;
    if (is_hit(marked, line)) {
        size_t start = lines_start(marked->lines, line);
        from = clip(marked->range.start, start, text.len);
        to = clip(marked->range.end, start, text.len);
        Str part = str_slice(text, from, to); /* indentation is not what is meant */
        while (part.len > 0 && (*part.ptr == ' ' || *part.ptr == '\t')) {
            part = str_slice(part, 1, part.len);
            from++;
        }
    }
    buf_addf(html->out, "<span class=\"line%s\" data-n=\"%u\">", is_hit(marked, line) ? " hit" : "",
             line);
    add_marked(html, text, from, to);
    html_raw(html, "</span>");
}

static Marked marked_of(Html *html, const Place *place)
{
    Region region = report_region(html->report, place);
    Marked marked = {.lines = source_file_lines(html->arena, place->file),
                     .range = place->range,
                     .first = region.start.line,
                     .last = region.end.line};
    if (marked.last > marked.first && region.end.column == 1)
        marked.last--; /* ends with the line before */
    return marked;
}

static void add_lines(Html *html, const Place *place)
{
    Marked marked = marked_of(html, place);
    uint32_t count = lines_count(marked.lines);
    uint32_t from = marked.first > AROUND ? marked.first - AROUND : 1;
    uint32_t to = marked.last + AROUND;
    bool cut = marked.last - marked.first >= MARKED_MOST;
    if (cut)
        to = marked.first + MARKED_MOST - 1;
    html_raw(html, "<pre><code>");
    for (uint32_t line = from; line <= to && line <= count; line++) {
        bool ends_file = line == count && lines_text(marked.lines, line).len == 0;
        if (!ends_file || is_hit(&marked, line))
            add_line(html, &marked, line);
    }
    if (cut)
        html_raw(html, "<span class=\"line\">" CUT "</span>");
    html_raw(html, "</code></pre>\n");
}

void html_frame(Html *html, const Place *place, const char *label, const char *note)
{
    bool live = place->side == SIDE_LIVE;
    Position at = report_region(html->report, place).start;
    buf_addf(html->out, "<figure class=\"frame%s\"><figcaption><b>%s</b><code>",
             live ? " live" : " new", label);
    html_text(html, report_path(html->report, place));
    buf_addf(html->out, ":%u:%u</code>", at.line, at.column);
    if (*note)
        buf_addf(html->out, " <span class=\"quiet\">%s</span>", note);
    if (place->message.len)
        html_element(html, "span", "saying", place->message);
    html_raw(html, "</figcaption>\n");
    if (html_has_lines(place)) {
        if (html->out->len < HTML_FRAMES_ROOM)
            add_lines(html, place);
        else
            html->frames_left_out++;
    }
    html_raw(html, "</figure>\n");
}
