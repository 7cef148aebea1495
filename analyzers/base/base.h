/*
 * base.h: what every module may assume: integer types, attributes, small macros.
 *
 * Three words say who frees what, everywhere in this program:
 *   owns     frees it;
 *   borrows  uses it while the named owner lives;
 *   arena    lives in an Arena and is freed with it, never alone.
 *
 * Functions that can be refused return 0, or -1 after filling a Fault (see fault.h).
 * Running out of memory ends the program in one place (arena.c), so nobody tests for it.
 */
#ifndef TBLINT_BASE_H
#define TBLINT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define NO_RETURN               __attribute__((noreturn))

/* A stretch of a file in bytes, `end` exclusive. Facts carry these; lines and columns are
 * worked out only for what is shown (see lines.h). A file is at most 8 MiB. */
typedef struct {
    uint32_t start;
    uint32_t end;
} Range;

static inline bool range_is_empty(Range r)
{
    return r.end <= r.start;
}

/* Eight bytes as a number, the first byte lowest, on any machine. */
static inline uint64_t load_u64(const void *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

#endif
