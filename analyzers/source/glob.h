/*
 * glob.h: the patterns of paths that a configuration holds.
 *
 * Pure functions. Matching is linear in path times pattern, whatever the stars; a pattern longer
 * than 1,024 bytes matches nothing.
 */
#ifndef TBLINT_GLOB_H
#define TBLINT_GLOB_H

#include "base/str.h"

/* Shell-like match of a whole path: '*' and '?' within a part, '**' across parts, a pattern
 * without '/' matches any part of it, one that names a folder matches all below it. */
bool glob_match(Str pattern, Str path);

/* The same for a pattern that is anchored at the top and matches `path` itself alone. */
bool glob_match_path(Str pattern, Str path);

/* A folder as somebody wrote it, without "./" and slashes around it; empty for the top. */
Str glob_folder(Str folder);

#endif
