/*
 * from_top.h: paths as a user gives them, from where he stands, as the repository has them.
 */
#ifndef TBLINT_SOURCE_FROM_TOP_H
#define TBLINT_SOURCE_FROM_TOP_H

#include "repo.h"

/* "a/./b/../c" -> "a/c", "." -> ""; a path that leads out of its beginning becomes empty, too. */
Str path_clean(Arena *arena, Str path);

/* From the top of the repository, of one that is given from the current folder or from the root of
 * the file system. False when it is outside; the top itself is the empty path. */
bool path_from_top(Repo *repo, Arena *arena, Str named, Str *out);

#endif
