/*
 * new_files.h: new files in the working tree, all or none.
 */
#ifndef TBLINT_NEW_FILES_H
#define TBLINT_NEW_FILES_H

#include "scaffold/scaffold.h"

/* Writes the files below `top`. Nothing is overwritten, no symbolic link is followed; if one of
 * them cannot be written, those that were are taken away again. FAULT_USAGE, FAULT_INTERNAL. */
int new_files_write(Arena *arena, Str top, const NewFiles *files, Fault *fault);

#endif
