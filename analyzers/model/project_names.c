/* The names of a project's resources, for finding them among the words of a text. */
#include "project_internal.h"

/* A name of many words counts by its first four: more would let a hostile file of repeated words
 * be looked up many times a byte. */
enum { WORDS_MAX = 4, FILTER_BITS_MIN = 1 << 14, FILTER_BITS_MAX = 1 << 20 };

/* Nearly every word of a text is no name: its length and a bit for few of its bytes answer for
 * those, so that few words are hashed. */
struct NameTable {
    Arena *arena;
    ResourceNames names;
    Map *by_key; /* number of the name + 1 */
    uint64_t *filter;
    size_t filter_bits; /* a power of two */
    uint64_t lengths;   /* of first words, modulo 64 */
};

NameTable *name_table_new(Arena *arena, size_t expected)
{
    NameTable *table = ARENA_NEW(arena, NameTable);
    table->arena = arena;
    table->by_key = map_new(arena);
    map_reserve(table->by_key, expected);
    table->names.cap = expected;
    table->names.items = ARENA_ARRAY(arena, ResourceName, expected);
    table->filter_bits = FILTER_BITS_MIN;
    while (table->filter_bits < expected * 16 && table->filter_bits < FILTER_BITS_MAX)
        table->filter_bits *= 2;
    table->filter = ARENA_ARRAY(arena, uint64_t, table->filter_bits / 64);
    return table;
}

const ResourceNames *name_table_names(const NameTable *table)
{
    return &table->names;
}

ptrdiff_t name_table_key(const NameTable *table, Str key)
{
    return (ptrdiff_t)(uintptr_t)map_get(table->by_key, key) - 1;
}

static uint32_t number_of_new(NameTable *table, Str key)
{
    void **number = map_at(table->by_key, key);
    if (!*number) {
        vec_push(table->arena, &table->names, (ResourceName){.text = {NULL, 0}});
        *number = (void *)(uintptr_t)table->names.len;
    }
    return (uint32_t)(uintptr_t)*number - 1;
}

bool lengthen_name(Str *key, Str *rest)
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
    for (int words = 1; words < WORDS_MAX && lengthen_name(&key, &name); words++)
        continue;
    return key;
}

static void mark_first_word(NameTable *table, Str word)
{
    table->lengths |= (uint64_t)1 << (word.len % 64);
    size_t bit = word_mark(word) & (table->filter_bits - 1);
    table->filter[bit / 64] |= (uint64_t)1 << (bit % 64);
}

/* Gives the key that name; a further name of one key is put behind the first. */
static void give_name(NameTable *table, uint32_t number, Str text)
{
    ResourceName *first = &table->names.items[number];
    if (first->text.len == 0)
        first->text = text;
    else if (!str_eq(first->text, text)) {
        uint32_t next = first->next;
        first->next = (uint32_t)table->names.len;
        vec_push(table->arena, &table->names, (ResourceName){.text = text, .next = next});
    }
}

void name_table_add(NameTable *table, Str name)
{
    Str rest = name, key;
    if (!next_word(&rest, &key))
        return;
    mark_first_word(table, key);
    Str whole = key_of_name(name);
    while (key.len < whole.len) {
        uint32_t beginning = number_of_new(table, key);
        table->names.items[beginning].is_longer = true;
        if (!lengthen_name(&key, &rest))
            break;
    }
    give_name(table, number_of_new(table, whole), name);
}

ptrdiff_t name_table_find(const NameTable *table, Str name)
{
    Str key = key_of_name(name);
    return key.len ? name_table_key(table, key) : -1;
}

bool name_table_may_have(const NameTable *table, Str word)
{
    if (!(table->lengths >> (word.len % 64) & 1))
        return false;
    size_t bit = word_mark(word) & (table->filter_bits - 1);
    return table->filter[bit / 64] >> (bit % 64) & 1;
}
