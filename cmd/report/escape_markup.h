/*
 * escape_markup.h: names that we do not trust, inside Markdown, Mermaid and DOT.
 */
#ifndef TBLINT_ESCAPE_MARKUP_H
#define TBLINT_ESCAPE_MARKUP_H

#include "base/str.h"

/* One line of Markdown, also inside a table: what could be markup, HTML or a mention is escaped. */
void escape_markdown(Buf *out, Str text);

/* The inside of a quoted Mermaid label: all but plain letters, digits and spaces as entities. */
void escape_mermaid(Buf *out, Str text);

/* The inside of a quoted DOT string. */
void escape_dot(Buf *out, Str text);

#endif
