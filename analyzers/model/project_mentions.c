/* Finds in the bytes of pipes which resources they name, without parsing them. */
#include "project_internal.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* A name of many words counts by its first four: more would let a hostile file of repeated words
 * be looked up many times a byte. */
enum { WORDS_MAX = 4, FILTER_BITS_MIN = 1 << 14, FILTER_BITS_MAX = 1 << 20 };

struct MentionScan {
    Map *by_text;       /* key -> number of the name + 1 */
    uint64_t *filter;   /* marks of all first words */
    size_t filter_bits; /* a power of two */
    uint64_t lengths;   /* of first words, modulo 64 */
    uint32_t *newest;   /* of each name, its last mention + 1 */
    size_t newest_cap;
    size_t first;  /* the file's first mention */
    uint32_t pipe; /* the file's own name */
};

static const char QUARANTINE[] = "_quarantine";

Mentions *mentions_new(Arena *arena, size_t names_expected)
{
    Mentions *mentions = ARENA_NEW(arena, Mentions);
    MentionScan *scan = ARENA_NEW(arena, MentionScan);
    mentions->arena = arena;
    mentions->scan = scan;
    scan->by_text = map_new(arena);
    map_reserve(scan->by_text, names_expected);
    mentions->names.cap = names_expected;
    mentions->names.items = ARENA_ARRAY(arena, ResourceName, names_expected);
    scan->filter_bits = FILTER_BITS_MIN;
    while (scan->filter_bits < names_expected * 16 && scan->filter_bits < FILTER_BITS_MAX)
        scan->filter_bits *= 2;
    scan->filter = ARENA_ARRAY(arena, uint64_t, scan->filter_bits / 64);
    return mentions;
}

/* ---- names ---- */

static ptrdiff_t number_of(const Mentions *mentions, Str key)
{
    return (ptrdiff_t)(uintptr_t)map_get(mentions->scan->by_text, key) - 1;
}

static uint32_t number_of_new(Mentions *mentions, Str key)
{
    void **number = map_at(mentions->scan->by_text, key);
    if (!*number) {
        vec_push(mentions->arena, &mentions->names, (ResourceName){.text = {NULL, 0}});
        *number = (void *)(uintptr_t)mentions->names.len;
    }
    return (uint32_t)(uintptr_t)*number - 1;
}

/* Takes the next word into `key` where only a dot or a dash stands between. */
static bool lengthen(Str *key, Str *rest)
{
    if (rest->len < 2 || (rest->ptr[0] != '.' && rest->ptr[0] != '-'))
        return false;
    Str word;
    const char *start = rest->ptr + 1;
    Str after = *rest;
    if (!next_word(&after, &word) || word.ptr != start)
        return false;
    key->len = (size_t)(word.ptr + word.len - key->ptr);
    *rest = after;
    return true;
}

static Str key_of_name(Str name)
{
    Str key = {NULL, 0};
    if (!next_word(&name, &key))
        return key;
    for (int words = 1; words < WORDS_MAX && lengthen(&key, &name); words++)
        continue;
    return key;
}

static void mark_first_word(MentionScan *scan, Str word)
{
    scan->lengths |= (uint64_t)1 << (word.len % 64);
    size_t bit = word_mark(word) & (scan->filter_bits - 1);
    scan->filter[bit / 64] |= (uint64_t)1 << (bit % 64);
}

/* Gives the key that name; a further name of one key is put behind the first. */
static void give_name(Mentions *mentions, uint32_t number, Str text)
{
    ResourceName *first = &mentions->names.items[number];
    if (first->text.len == 0)
        first->text = text;
    else if (!str_eq(first->text, text)) {
        uint32_t next = first->next;
        first->next = (uint32_t)mentions->names.len;
        vec_push(mentions->arena, &mentions->names, (ResourceName){.text = text, .next = next});
    }
}

void mentions_add_name(Mentions *mentions, Str name)
{
    Str rest = name, key;
    if (!next_word(&rest, &key))
        return;
    mark_first_word(mentions->scan, key);
    Str whole = key_of_name(name);
    while (key.len < whole.len) {
        mentions->names.items[number_of_new(mentions, key)].is_longer = true;
        if (!lengthen(&key, &rest))
            break;
    }
    give_name(mentions, number_of_new(mentions, whole), name);
}

ptrdiff_t mentions_find(const Mentions *mentions, Str name)
{
    Str key = key_of_name(name);
    return key.len ? number_of(mentions, key) : -1;
}

/* ---- texts ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool opens_line(Str text, size_t at)
{
    while (at > 0 && is_blank(text.ptr[at - 1]))
        at--;
    return at == 0 || text.ptr[at - 1] == '\n';
}

static bool ends_with_word(Str text, size_t end, const char *word)
{
    size_t len = str_of(word).len;
    return end >= len && str_is_nocase((Str){text.ptr + end - len, len}, word) &&
           opens_line(text, end - len);
}

/* `DATASOURCE name` and `TARGET_DATASOURCE "name"` write; all else may read. */
static unsigned how_named(Str text, size_t start)
{
    size_t end = start;
    while (end > 0 &&
           (is_blank(text.ptr[end - 1]) || text.ptr[end - 1] == '"' || text.ptr[end - 1] == '\''))
        end--;
    if (end == start)
        return MENTION_READ;
    if (ends_with_word(text, end, "DATASOURCE"))
        return MENTION_MATERIALIZE;
    return ends_with_word(text, end, "TARGET_DATASOURCE") ? MENTION_COPY : MENTION_READ;
}

static void record(Mentions *mentions, uint32_t named, unsigned how)
{
    MentionScan *scan = mentions->scan;
    if (named == scan->pipe && how == MENTION_READ)
        return;
    uint32_t newest = scan->newest[named];
    if (newest > scan->first) {
        mentions->all.items[newest - 1].how |= how;
        return;
    }
    vec_push(mentions->arena, &mentions->all, (Mention){scan->pipe, named, how});
    scan->newest[named] = (uint32_t)mentions->all.len;
}

static void record_key(Mentions *mentions, Str text, Str key)
{
    ptrdiff_t number = number_of(mentions, key);
    if (number >= 0 && mentions->names.items[number].text.len)
        record(mentions, (uint32_t)number, how_named(text, (size_t)(key.ptr - text.ptr)));
}

static bool may_be_longer(const Mentions *mentions, Str key)
{
    ptrdiff_t number = number_of(mentions, key);
    return number >= 0 && mentions->names.items[number].is_longer;
}

/* Of `a.b.c`, the names a, a.b and a.b.c. */
static void record_word(Mentions *mentions, Str text, Str word, Str rest)
{
    Str key = word;
    record_key(mentions, text, key);
    while (may_be_longer(mentions, key) && lengthen(&key, &rest))
        record_key(mentions, text, key);
}

static bool passes_filter(const MentionScan *scan, Str word)
{
    if (!(scan->lengths >> (word.len % 64) & 1))
        return false;
    size_t bit = word_mark(word) & (scan->filter_bits - 1);
    return scan->filter[bit / 64] >> (bit % 64) & 1;
}

/* The quarantine table of a data source has its columns. */
static bool cut_quarantine(Str *word)
{
    size_t len = sizeof QUARANTINE - 1;
    if (word->len <= len || word->ptr[word->len - 1] != 'e' || !str_ends(*word, QUARANTINE))
        return false;
    word->len -= len;
    return true;
}

static void make_room(Mentions *mentions)
{
    MentionScan *scan = mentions->scan;
    if (scan->newest_cap >= mentions->names.len)
        return;
    scan->newest_cap = mentions->names.len;
    scan->newest = ARENA_ARRAY(mentions->arena, uint32_t, scan->newest_cap);
}

/* ---- words of a text ---- */

enum { BLOCK = 64 };

#ifdef __SSE2__
/* One bit for each of as many bytes, the first lowest: it belongs to a word, as for next_word(). */
enum { LANE = 16 };

static __m128i at_most(__m128i bytes, char limit)
{
    return _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(limit)), bytes);
}

static uint64_t word_bits(const char *bytes)
{
    __m128i all = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i lower = _mm_or_si128(all, _mm_set1_epi8(0x20));
    __m128i letters = at_most(_mm_sub_epi8(lower, _mm_set1_epi8('a')), 'z' - 'a');
    __m128i digits = at_most(_mm_sub_epi8(all, _mm_set1_epi8('0')), 9);
    __m128i others = _mm_or_si128(_mm_cmpeq_epi8(all, _mm_set1_epi8('_')), all);
    return (uint64_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, digits), others));
}
#else
enum { LANE = 8 };

#define EACH_BYTE(n) (UINT64_C(0x0101010101010101) * (n))

/* The top bit of each byte of `ascii`, whose own top bits are clear, from `low` to `high`. */
static uint64_t between(uint64_t ascii, unsigned char low, unsigned char high)
{
    uint64_t at_least = ascii + EACH_BYTE((uint64_t)0x80 - low);
    uint64_t above = ascii + EACH_BYTE((uint64_t)0x7F - high);
    return at_least & ~above;
}

static uint64_t word_bits(const char *bytes)
{
    uint64_t eight = load_u64(bytes);
    uint64_t ascii = eight & EACH_BYTE(0x7F);
    uint64_t found = between(ascii | EACH_BYTE(0x20), 'a', 'z') | between(ascii, '0', '9') |
                     between(ascii, '_', '_') | eight;
    /* Moves the top bits together: each is multiplied to another place of the highest byte. */
    return ((found & EACH_BYTE(0x80)) >> 7) * UINT64_C(0x0102040810204080) >> 56;
}
#endif

static uint64_t word_bits_of_block(const char *bytes)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < BLOCK; i += LANE)
        bits |= word_bits(bytes + i) << i;
    return bits;
}

static void read_word(Mentions *mentions, Str text, size_t start, size_t end)
{
    Str word = {text.ptr + start, end - start};
    if (passes_filter(mentions->scan, word))
        record_word(mentions, text, word, str_slice(text, end, text.len));
    if (cut_quarantine(&word) && passes_filter(mentions->scan, word))
        record_key(mentions, text, word);
}

/* Where words start and end, in turn: the bits that differ from the one before. Blocks make this
 * several times as fast as a look at each byte, and it takes half the time of a small change. */
static void read_words(Mentions *mentions, Str text)
{
    uint64_t last = 0;
    size_t start = 0;
    for (size_t base = 0; base < text.len; base += BLOCK) {
        char tail[BLOCK] = {0};
        const char *block = text.ptr + base;
        if (text.len - base < BLOCK) {
            memcpy(tail, block, text.len - base);
            block = tail;
        }
        uint64_t bits = word_bits_of_block(block);
        uint64_t edges = bits ^ (bits << 1 | last);
        last = bits >> (BLOCK - 1);
        for (; edges; edges &= edges - 1) {
            unsigned at = (unsigned)__builtin_ctzll(edges);
            if (bits >> at & 1)
                start = base + at;
            else
                read_word(mentions, text, start, base + at);
        }
    }
    if (last)
        read_word(mentions, text, start, text.len);
}

void mentions_read(Mentions *mentions, Str pipe, Str text)
{
    MentionScan *scan = mentions->scan;
    ptrdiff_t own = mentions_find(mentions, pipe);
    if (own < 0)
        return;
    make_room(mentions);
    scan->pipe = (uint32_t)own;
    scan->first = mentions->all.len;
    read_words(mentions, text);
}
