/* Finds in the bytes of pipes which resources they name, without parsing them. */
#include "project_internal.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct MentionReader {
    const NameTable *table;
    Arena *arena; /* owned: threads share none */
    Mentions mentions;
    uint32_t *newest; /* of each name, its last mention + 1 */
    size_t first;     /* the file's first mention */
    uint32_t pipe;    /* the file's own name */
};

static const char QUARANTINE[] = "_quarantine";

MentionReader *mention_reader_new(const NameTable *table)
{
    Arena *arena = arena_new();
    MentionReader *reader = ARENA_NEW(arena, MentionReader);
    reader->arena = arena;
    reader->table = table;
    reader->newest = ARENA_ARRAY(arena, uint32_t, name_table_names(table)->len);
    return reader;
}

void mention_reader_free(MentionReader *reader)
{
    if (reader)
        arena_free(reader->arena);
}

const Mentions *mention_reader_found(const MentionReader *reader)
{
    return &reader->mentions;
}

/* ---- how a name is used ---- */

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

static void record(MentionReader *reader, uint32_t named, unsigned how)
{
    if (named == reader->pipe && how == MENTION_READ)
        return;
    uint32_t newest = reader->newest[named];
    if (newest > reader->first) {
        reader->mentions.items[newest - 1].how |= how;
        return;
    }
    vec_push(reader->arena, &reader->mentions, (Mention){reader->pipe, named, how});
    reader->newest[named] = (uint32_t)reader->mentions.len;
}

/* True when longer names begin so. */
static bool record_key(MentionReader *reader, Str text, Str key)
{
    ptrdiff_t number = name_table_key(reader->table, key);
    if (number < 0)
        return false;
    const ResourceName *name = &name_table_names(reader->table)->items[number];
    if (name->text.len)
        record(reader, (uint32_t)number, how_named(text, (size_t)(key.ptr - text.ptr)));
    return name->is_longer;
}

/* Of `a.b.c`, the names a, a.b and a.b.c. */
static void record_word(MentionReader *reader, Str text, Str word, Str rest)
{
    Str key = word;
    while (record_key(reader, text, key) && lengthen_name(&key, &rest))
        continue;
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

static void read_word(MentionReader *reader, Str text, size_t start, size_t end)
{
    Str word = {text.ptr + start, end - start};
    if (name_table_may_have(reader->table, word))
        record_word(reader, text, word, str_slice(text, end, text.len));
    if (cut_quarantine(&word) && name_table_may_have(reader->table, word))
        record_key(reader, text, word);
}

/* Where words start and end, in turn: the bits that differ from the one before. Blocks make this
 * several times as fast as a look at each byte, and it takes half the time of a small change. */
static void read_words(MentionReader *reader, Str text)
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
                read_word(reader, text, start, base + at);
        }
    }
    if (last)
        read_word(reader, text, start, text.len);
}

void mention_reader_read(MentionReader *reader, Str pipe, Str text)
{
    ptrdiff_t own = name_table_find(reader->table, pipe);
    if (own < 0)
        return;
    reader->pipe = (uint32_t)own;
    reader->first = reader->mentions.len;
    read_words(reader, text);
}
