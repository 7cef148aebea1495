/*
 * line_diff.h: the lines that a text has and another had not, as git's own diff tells them.
 *
 * Code hosts show a finding in a pull request only on such lines.
 */
#ifndef TBLINT_LINE_DIFF_H
#define TBLINT_LINE_DIFF_H

#include "base/str.h"

typedef VEC(uint32_t) LineNumbers;

/* Numbers of the lines of `after` that were added or edited, from 1, ascending. Empty also when git
 * cannot compare the two. */
LineNumbers lines_added(Arena *arena, Str before, Str after);

#endif
