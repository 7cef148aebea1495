/* Finds in the bytes of pipes which resources they name, without parsing them. */
#include "project_internal.h"

/* A name of many words counts by its first four: more would let a hostile file of repeated words
 * be looked up many times a byte. */
enum { WORDS_MAX = 4, FILTER_BITS_MIN = 1 << 14, FILTER_BITS_MAX = 1 << 20 };

struct MentionScan {
    Map *by_text;     /* key -> number of the name + 1 */
    uint64_t *filter; /* marks of all first words */
    size_t filter_bits;
    uint32_t *newest; /* of each name, its last mention + 1 */
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

static ResourceName *name_of_key(Mentions *mentions, Str key)
{
    ptrdiff_t number = number_of(mentions, key);
    if (number < 0) {
        number = (ptrdiff_t)mentions->names.len;
        vec_push(mentions->arena, &mentions->names, (ResourceName){.is_longer = false});
        map_put(mentions->scan->by_text, key, (void *)((uintptr_t)number + 1));
    }
    return &mentions->names.items[number];
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

static void mark_first_word(const MentionScan *scan, Str word)
{
    size_t bit = word_mark(word) % scan->filter_bits;
    scan->filter[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static bool holds(const Strs *texts, Str text)
{
    for (size_t i = 0; i < texts->len; i++) {
        if (str_eq(texts->items[i], text))
            return true;
    }
    return false;
}

void mentions_add_name(Mentions *mentions, Str name)
{
    Str rest = name, key;
    if (!next_word(&rest, &key))
        return;
    mark_first_word(mentions->scan, key);
    Str whole = key_of_name(name);
    while (key.len < whole.len) {
        name_of_key(mentions, key)->is_longer = true;
        if (!lengthen(&key, &rest))
            break;
    }
    ResourceName *known = name_of_key(mentions, whole);
    /* Names that share four words are few or hostile; the latter may stand twice. */
    if (known->texts.len > 16 || !holds(&known->texts, name))
        vec_push(mentions->arena, &known->texts, name);
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
    if (number >= 0 && mentions->names.items[number].texts.len)
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
    size_t bit = word_mark(word) % scan->filter_bits;
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

void mentions_read(Mentions *mentions, Str pipe, Str text)
{
    MentionScan *scan = mentions->scan;
    ptrdiff_t own = mentions_find(mentions, pipe);
    if (own < 0)
        return;
    make_room(mentions);
    scan->pipe = (uint32_t)own;
    scan->first = mentions->all.len;
    Str rest = text;
    for (Str word; next_word(&rest, &word);) {
        if (passes_filter(scan, word))
            record_word(mentions, text, word, rest);
        if (cut_quarantine(&word) && passes_filter(scan, word))
            record_key(mentions, text, word);
    }
}
