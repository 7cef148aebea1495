/* Looks for the names of changed resources in the bytes of files that nothing else needs. */
#include "project_internal.h"

#include <stdlib.h>
#include <string.h>

enum { FILTER_BITS = 1 << 14 };

/* Nearly every word of a file is no name: a bit table keyed by length and three bytes answers
 * for those, so that few words are hashed. */
struct NameSet {
    Arena *arena;
    Map *words;
    uint64_t filter[FILTER_BITS / 64];
};

/* Letters, digits, '_' and all that is not ASCII. Asked for every byte of every file: a table, one
 * row for sixteen bytes. */
/* clang-format off */
static const unsigned char IS_WORD_BYTE[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1,
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};
/* clang-format on */

bool next_word(Str *rest, Str *word)
{
    if (rest->len == 0)
        return false;
    const unsigned char *at = (const unsigned char *)rest->ptr;
    const unsigned char *end = at + rest->len;
    while (at < end && !IS_WORD_BYTE[*at])
        at++;
    const unsigned char *start = at;
    while (at < end && IS_WORD_BYTE[*at])
        at++;
    if (start == at)
        return false;
    *word = (Str){(const char *)start, (size_t)(at - start)};
    *rest = (Str){(const char *)at, (size_t)(end - at)};
    return true;
}

bool word_occurs_in(Str text, Str word)
{
    for (Str found; next_word(&text, &found);) {
        if (str_eq(found, word))
            return true;
    }
    return false;
}

static size_t filter_bit(Str word)
{
    return word_mark(word) % FILTER_BITS;
}

NameSet *name_set_new(Arena *arena)
{
    NameSet *set = ARENA_NEW(arena, NameSet);
    set->arena = arena;
    set->words = map_new(arena);
    return set;
}

void name_set_add(NameSet *set, Str name)
{
    Str word;
    if (!next_word(&name, &word))
        return;
    size_t bit = filter_bit(word);
    set->filter[bit / 64] |= (uint64_t)1 << (bit % 64);
    map_put(set->words, word, set);
}

bool name_set_is_empty(const NameSet *set)
{
    return map_len(set->words) == 0;
}

bool name_set_occurs_in(const NameSet *set, Str text)
{
    for (Str word; next_word(&text, &word);) {
        size_t bit = filter_bit(word);
        if ((set->filter[bit / 64] >> (bit % 64) & 1) && map_has(set->words, word))
            return true;
    }
    return false;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

Str squeezed(Arena *arena, Str text)
{
    text = str_trim(text);
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_space(text.ptr[i]))
            out[len++] = text.ptr[i];
        else if (len && out[len - 1] != ' ')
            out[len++] = ' ';
    }
    return (Str){out, len};
}

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

void sort_strs(Strs *strs)
{
    if (strs->len > 1)
        qsort(strs->items, strs->len, sizeof(Str), compare_strs);
}
