/*
 * escape_markup.h: names that we do not trust, inside Markdown, HTML, XML, Mermaid and DOT.
 */
#ifndef TBLINT_ESCAPE_MARKUP_H
#define TBLINT_ESCAPE_MARKUP_H

#include "base/str.h"

/* One line of Markdown, also inside a table: what could be markup or HTML is escaped, and what a
 * code host would make a mention or a link of is broken by a space of no width. */
void escape_markdown(Buf *out, Str text);

/* The same for the text of an HTML element that stands in Markdown. */
void escape_markdown_element(Buf *out, Str text);

/* The inside of a quoted Mermaid label: all but plain letters, digits and spaces as entities. */
void escape_mermaid(Buf *out, Str text);

/* Text or a quoted attribute of HTML, and of XML 1.0, which has no form at all for some characters:
 * those become U+FFFD. */
void escape_xml(Buf *out, Str text);

/* The inside of a quoted DOT string. */
void escape_dot(Buf *out, Str text);

#endif
