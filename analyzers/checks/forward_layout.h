/*
 * forward_layout.h: where a FORWARD_QUERY stands or would stand in its file, so that what is
 * written looks like the rest, and what the file becomes with edits.
 */
#ifndef TBLINT_FORWARD_LAYOUT_H
#define TBLINT_FORWARD_LAYOUT_H

#include "findings/finding.h"
#include "syntax/datafile.h"

/* "\r\n" where the first line ends so. */
const char *forward_newline(Str text);

/* The white space before the first line of the SCHEMA block, so that the query looks alike. */
Str forward_indent(const Datafile *file);

/* The end of an instruction without the empty lines after it. */
uint32_t forward_end(const Datafile *file, const Instruction *instruction);

/* Where a new one goes: behind the schema. */
Range forward_place(const Datafile *file);

/* The line after that of `at` says something: an empty one should stand between. */
bool forward_line_follows(Str text, uint32_t at);

/* The lines of an instruction with the empty ones before it, for its removal. */
Range forward_lines(const Datafile *file, const Instruction *instruction);

/* The text with the edits, which are in the order of the file and do not overlap. */
Str edits_applied(Arena *arena, Str text, const Edits *edits);
bool edits_are_apart(const Edits *edits);

#endif
