/*
 * file_set.h: a project as a list of (path, text), read from a folder or put together by hand.
 *
 * Everything is in the arena given; paths are relative, '/' between parts, sorted when read.
 */
#ifndef TBLINT_TEST_FILE_SET_H
#define TBLINT_TEST_FILE_SET_H

#include "base/str.h"

typedef struct {
    Str path;
    Str text;
    bool executable;
} TestFile;

typedef VEC(TestFile) FileSet;

/* All regular files below `folder`; an absent folder gives an empty set. */
FileSet file_set_read(Arena *arena, const char *folder);
void file_set_add(Arena *arena, FileSet *files, Str path, Str text);

/* The bytes of a file; ends the test program when it cannot be read. */
Str file_read(Arena *arena, const char *path);
bool file_exists(const char *path);
void file_write(const char *path, Str text);

#endif
