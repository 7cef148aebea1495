/*
 * lines.h: from byte offsets to lines and columns.
 *
 * Lines and columns are 1-based; columns count UTF-16 code units, which SARIF, the JSON report
 * and code hosts use. \n, \r\n and a lone \r end a line. A byte that is no UTF-8 counts as one.
 */
#ifndef TBLINT_LINES_H
#define TBLINT_LINES_H

#include "str.h"

typedef struct Lines Lines;

typedef struct {
    uint32_t line;
    uint32_t column;
} Position;

/* The line index of `text`, which it borrows; O(size) once, O(log lines) per question. */
Lines *lines_new(Arena *arena, Str text);
uint32_t lines_count(const Lines *lines); /* at least 1 */
Position lines_position(const Lines *lines, uint32_t offset);
Str lines_text(const Lines *lines, uint32_t line);       /* without its end; empty out of range */
uint32_t lines_start(const Lines *lines, uint32_t line); /* byte offset of the line */

#endif
