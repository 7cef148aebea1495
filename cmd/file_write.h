/*
 * file_write.h: a file that appears whole or not at all.
 */
#ifndef TBLINT_FILE_WRITE_H
#define TBLINT_FILE_WRITE_H

#include "base/fault.h"
#include "base/str.h"

#include <signal.h>
#include <sys/types.h>

/* Writes beside `path` and renames; what is no regular file (a pipe, a terminal) is written as it
 * is, and /dev/stdout, /dev/fd/3 go on where they are. Other links are refused. FAULT_USAGE when
 * the place cannot be written, FAULT_INTERNAL when the disk fails. */
int file_write_atomic(const char *path, Str text, Fault *fault);

/* As above, for a file that must not exist yet; `mode` as for open(). */
int file_write_new(const char *path, Str text, unsigned mode, Fault *fault);

/* A file of that name in an open folder, which must not exist yet; NULL: mode 0666. The bytes are
 * on the disk when this returns 0; -1 with errno, and no file. */
int file_put_new(int folder, const char *name, Str text, const mode_t *mode);

/* All of the bytes to an open file; -1 with errno when that fails. */
int descriptor_write(int descriptor, Str text);

/* Between these two, signals that ask the program to end wait, so that nothing is left half done.
 * Other threads must not take them in the meantime; release keeps errno. */
void signals_hold(sigset_t *before);
void signals_release(const sigset_t *before);

#endif
