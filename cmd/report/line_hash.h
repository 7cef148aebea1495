/*
 * line_hash.h: the fingerprint of a line by which GitHub recognises an alert after edits
 * elsewhere in the file (`primaryLocationLineHash` of its upload action).
 */
#ifndef TBLINT_LINE_HASH_H
#define TBLINT_LINE_HASH_H

#include "base/str.h"

typedef struct {
    uint64_t hash;
    uint32_t occurrence; /* 1 for the first line of that hash in the file */
} LineHash;

typedef VEC(LineHash) LineHashes;

/* One item a line, the first at index 0. */
LineHashes line_hashes(Arena *arena, Str text);

#endif
