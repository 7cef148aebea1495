/*
 * project_state.h: a project's files as one step of a history after the other leaves them.
 *
 * A step is a folder: files/ (added or replaced), `deleted` (a path a line), `change` (edits of
 * single lines) and `not-executable` (paths); each may be absent. `change` has a path on a line of
 * its own, below it the lines to take out with '-' before them and those to put in with '+'; lines
 * without any taken out go to the file's end. What is taken out must be there exactly once.
 */
#ifndef TBLINT_TEST_PROJECT_STATE_H
#define TBLINT_TEST_PROJECT_STATE_H

#include "file_set.h"

/* The state after the step in `folder`. Ends the test program where an edit does not fit. */
FileSet project_state_after(Arena *arena, const FileSet *before, const char *folder);

/* The lines of a file, without empty ones; none when it is absent. */
Strs file_lines(Arena *arena, const char *path);

#endif
