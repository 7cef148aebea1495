/*
 * file_draft.h: what is left of drafts: files in the making, of runs that were killed.
 */
#ifndef TBLINT_FILE_DRAFT_H
#define TBLINT_FILE_DRAFT_H

#include "base/str.h"

#include <sys/types.h>

/* The file of that name in an open folder becomes one with these bytes and this mode (NULL: that of
 * a new file), at once and whole; -1 with errno, and what was there stays. */
int file_put_over(int folder, const char *name, Str text, const mode_t *mode);

/* Removes the drafts in an open folder whose runs are gone. Only what is certainly one, is ours,
 * has not changed for an hour and is held by no run is touched. */
void drafts_sweep(int folder);

#endif
