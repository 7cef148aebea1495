/* SipHash-2-4 and SipHash-1-3 (Aumasson, Bernstein 2012). */
#include "hash.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

typedef struct {
    uint64_t v0, v1, v2, v3;
} Sip;

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static void sip_round(Sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static void sip_rounds(Sip *s, int count)
{
    for (int i = 0; i < count; i++)
        sip_round(s);
}

/* The bytes behind the whole words, and the length. */
static uint64_t last_word(Str bytes)
{
    uint64_t word = (uint64_t)bytes.len << 56;
    size_t start = bytes.len - bytes.len % 8;
    for (size_t i = start; i < bytes.len; i++)
        word |= (uint64_t)(unsigned char)bytes.ptr[i] << (8 * (i - start));
    return word;
}

/* `each` rounds for a word and `last` at the end: constants, so that both forms are unrolled. */
static inline uint64_t sip(HashKey key, Str bytes, int each, int last)
{
    Sip s = {
        key.k0 ^ 0x736f6d6570736575ULL,
        key.k1 ^ 0x646f72616e646f6dULL,
        key.k0 ^ 0x6c7967656e657261ULL,
        key.k1 ^ 0x7465646279746573ULL,
    };
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    size_t words = bytes.len / 8;
    for (size_t i = 0; i <= words; i++) {
        uint64_t word = i < words ? load_u64(at + 8 * i) : last_word(bytes);
        s.v3 ^= word;
        sip_rounds(&s, each);
        s.v0 ^= word;
    }
    s.v2 ^= 0xff;
    sip_rounds(&s, last);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t hash_bytes(HashKey key, Str bytes)
{
    return sip(key, bytes, 2, 4);
}

uint64_t hash_for_table(HashKey key, Str bytes)
{
    return sip(key, bytes, 1, 3);
}

static HashKey process_key;
static pthread_once_t process_key_once = PTHREAD_ONCE_INIT;

/* Without entropy the key stays fixed: tables then still work, only less guarded. It is fixed for
 * fuzzing, too: a run of the same inputs then takes the same paths. */
static void draw_process_key(void)
{
    HashKey key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    process_key = key;
    return;
#endif
    if (getrandom(&process_key, sizeof process_key, GRND_NONBLOCK) != (ssize_t)sizeof process_key)
        process_key = key;
}

HashKey hash_process_key(void)
{
    pthread_once(&process_key_once, draw_process_key);
    return process_key;
}
