/*
 * hash.h: SipHash, for hash tables (random key) and for finding ids (fixed key).
 */
#ifndef TBLINT_HASH_H
#define TBLINT_HASH_H

#include "str.h"

typedef struct {
    uint64_t k0;
    uint64_t k1;
} HashKey;

uint64_t hash_bytes(HashKey key, Str bytes); /* SipHash-2-4 */

/* SipHash-1-3: half the work, and nobody sees the hashes of a table with a random key. */
uint64_t hash_for_table(HashKey key, Str bytes);

/* A key drawn once per process from the system's entropy. */
HashKey hash_process_key(void);

#endif
