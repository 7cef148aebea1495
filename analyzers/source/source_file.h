/*
 * source_file.h: one file of one side, as (path, blob id) and, on demand, its bytes.
 */
#ifndef TBLINT_SOURCE_FILE_H
#define TBLINT_SOURCE_FILE_H

#include "base/lines.h"
#include "base/str.h"

typedef enum { SIDE_LIVE, SIDE_CANDIDATE } Side;

/* The id of the file's bytes as git stores them. 20 bytes: SHA-1 repositories only (libgit2 1.5
 * reads no others). Two files of one id have the same bytes. */
typedef struct {
    unsigned char bytes[20];
} BlobId;

/* Why the bytes of a file cannot be judged. All but FILE_OK go to `unchecked`; those that stand
 * for a changed datafile make the exit code 3. */
typedef enum {
    FILE_OK,
    FILE_SYMLINK,       /* the blob is the text of a link: never followed */
    FILE_SUBMODULE,     /* a gitlink */
    FILE_NOT_REGULAR,   /* a FIFO, device, socket or directory in the working tree */
    FILE_TOO_BIG,       /* over 8 MiB */
    FILE_LFS_POINTER,   /* content is elsewhere */
    FILE_FILTERED,      /* an external filter driver (git-crypt) that we never run */
    FILE_ENCODING,      /* working-tree-encoding that iconv refuses */
    FILE_MISSING_BLOB,  /* partial clone or damaged repository */
    FILE_NO_PERMISSION, /* the working tree's file cannot be read */
    FILE_CONFLICT,      /* both sides edited it and the texts do not merge */
} FileTrouble;

typedef struct SourceFile {
    Str path; /* from the repository's top, '/' between parts, bytes as git has them */
    BlobId id;
    bool executable; /* the run bit, as git has it or would add it; of deploy scripts */
    bool loaded;
    unsigned char origin; /* where its bytes are; private to source/ */
    FileTrouble trouble;  /* of what is known without reading; reading may add to it */
    Str text;             /* once loaded; arena of the comparison */
    Lines *lines;         /* once asked for */
    const void *entry;    /* git's record of it; private to source/ */
} SourceFile;

typedef VEC(SourceFile *) SourceFiles;

/* Files ordered by path. */
const char *file_trouble_text(FileTrouble trouble); /* "is a Git LFS pointer" and so on */
Lines *source_file_lines(Arena *arena, SourceFile *file);

#endif
