/*
 * file_write.h: a file that appears whole or not at all.
 */
#ifndef TBLINT_FILE_WRITE_H
#define TBLINT_FILE_WRITE_H

#include "base/fault.h"
#include "base/str.h"

/* Writes beside `path` and renames; what is no regular file (a pipe, /dev/stdout) is written as
 * it is. FAULT_USAGE when the place cannot be written, FAULT_INTERNAL when the disk fails. */
int file_write_atomic(const char *path, Str text, Fault *fault);

/* As above, for a file that must not exist yet; `mode` as for open(). */
int file_write_new(const char *path, Str text, unsigned mode, Fault *fault);

/* All of the bytes to an open file; -1 with errno when that fails. */
int descriptor_write(int descriptor, Str text);

#endif
