/*
 * text_layout.h: the parts of the text report that know about columns: wrapped sentences, and a
 * source line with marks under it.
 */
#ifndef TBLINT_TEXT_LAYOUT_H
#define TBLINT_TEXT_LAYOUT_H

#include "report/report.h"

/* `text` (already escaped) in lines of at most `width` columns. The first line continues what is
 * already written, at column `indent`; the others are indented by as much. */
void layout_wrap(Buf *out, Str text, size_t indent, size_t width);

/* A source line as it is shown, with the columns of the marked stretch in it. */
typedef struct {
    Str text;
    size_t mark_start;
    size_t mark_end; /* exclusive, greater than mark_start */
} ShownLine;

/* The line of `range`'s start: tabs expanded, escaped, secrets hidden, and cut on both sides to
 * `width` columns around the marked stretch. */
ShownLine layout_line(Arena *arena, SourceFile *file, Range range, size_t width);

#endif
