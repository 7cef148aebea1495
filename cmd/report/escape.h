/*
 * escape.h: making bytes that we do not trust safe for a terminal, for JSON and for a URI.
 */
#ifndef TBLINT_ESCAPE_H
#define TBLINT_ESCAPE_H

#include "base/str.h"

/* Takes the next character off `rest`. Bytes that are no UTF-8 give one U+FFFD for each stretch
 * that a decoder would replace as one, and `valid_out` (if given) false. `rest` is not empty. */
uint32_t utf8_next(Str *rest, bool *valid_out);

/* Control characters, and those that reorder or hide the text around them. */
bool is_unseen(uint32_t character);

/* For a terminal and for CI logs: control characters, escape sequences, invalid bytes and
 * characters that turn the direction of text are shown as \x1b or \u202e. Line ends too. Also
 * breaks up what a CI runner would take as a command (##[...]). */
void escape_terminal(Buf *out, Str text);
Str escaped_terminal(Arena *arena, Str text);

/* The same where the text may begin a line of `out`: there a CI runner would take `::name::` for a
 * command, also behind blanks. */
void escape_terminal_line(Buf *out, Str text);
/* Puts a backslash where `text`, added next, would be such a command. */
void escape_line_start(Buf *out, Str text);

/* Columns of a text that went through escape_terminal. */
size_t text_width(Str text);

/* Valid UTF-8 without NUL, which may be terminated: each stretch of bytes that a decoder would
 * replace as one, and each NUL, becomes U+FFFD. */
void escape_utf8(Buf *out, Str text);

/* A path as a relative URI reference: percent-encoded, `./` nowhere. */
void escape_uri(Buf *out, Str path);

/* The text of a SARIF message: brackets and backslashes are taken literally. */
void escape_sarif_message(Buf *out, Str text);

#endif
