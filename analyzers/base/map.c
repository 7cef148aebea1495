/* An insertion-ordered hash table: a dense array of entries and an open-addressed index. */
#include "map.h"

#include "hash.h"

enum { FEW = 8, FIRST_SLOTS = 16 };

typedef struct {
    Str key;
    void *value;
    uint64_t hash;
} Entry;

struct Map {
    Arena *arena;
    HashKey hash_key;
    VEC(Entry) entries;
    uint32_t *slots;   /* index of an entry + 1; 0 is free */
    size_t slot_count; /* a power of two, or 0 */
};

Map *map_new(Arena *arena)
{
    Map *map = ARENA_NEW(arena, Map);
    map->arena = arena;
    map->hash_key = hash_process_key();
    return map;
}

/* The slot that holds the key, or the free one where it would go. The table is never full. */
static uint32_t *slot_of(const Map *map, Str key, uint64_t hash)
{
    size_t mask = map->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &map->slots[i];
        if (*slot == 0)
            return slot;
        const Entry *entry = &map->entries.items[*slot - 1];
        if (entry->hash == hash && str_eq(entry->key, key))
            return slot;
    }
}

/* Most maps hold a few names: those are compared one by one, and hashed only when there are more.
 */
static Entry *find_among_few(const Map *map, Str key)
{
    for (size_t i = 0; i < map->entries.len; i++) {
        if (str_eq(map->entries.items[i].key, key))
            return &map->entries.items[i];
    }
    return NULL;
}

static void hash_entries(Map *map)
{
    for (size_t i = 0; i < map->entries.len; i++) {
        Entry *entry = &map->entries.items[i];
        entry->hash = hash_for_table(map->hash_key, entry->key);
    }
}

static void resize(Map *map, size_t slot_count)
{
    if (map->slot_count == 0)
        hash_entries(map);
    map->slot_count = slot_count;
    map->slots = ARENA_ARRAY(map->arena, uint32_t, map->slot_count);
    for (size_t i = 0; i < map->entries.len; i++) {
        const Entry *entry = &map->entries.items[i];
        *slot_of(map, entry->key, entry->hash) = (uint32_t)(i + 1);
    }
}

void map_reserve(Map *map, size_t count)
{
    size_t slot_count = map->slot_count ? map->slot_count : FIRST_SLOTS;
    while (slot_count * 3 < count * 4)
        slot_count *= 2;
    if (count <= FEW || slot_count == map->slot_count || map->entries.len > 0)
        return;
    map->entries.items = ARENA_ARRAY(map->arena, Entry, count);
    map->entries.cap = count;
    resize(map, slot_count);
}

static void **add(Map *map, Str key, uint64_t hash)
{
    vec_push(map->arena, &map->entries, (Entry){key, NULL, hash});
    return &map->entries.items[map->entries.len - 1].value;
}

void **map_at(Map *map, Str key)
{
    if (map->slot_count == 0 && map->entries.len < FEW) {
        Entry *entry = find_among_few(map, key);
        return entry ? &entry->value : add(map, key, 0);
    }
    if (map->entries.len * 4 >= map->slot_count * 3)
        resize(map, map->slot_count ? map->slot_count * 2 : FIRST_SLOTS);
    uint64_t hash = hash_for_table(map->hash_key, key);
    uint32_t *slot = slot_of(map, key, hash);
    if (*slot)
        return &map->entries.items[*slot - 1].value;
    void **value = add(map, key, hash);
    *slot = (uint32_t)map->entries.len;
    return value;
}

void map_put(Map *map, Str key, void *value)
{
    *map_at(map, key) = value;
}

static const Entry *find(const Map *map, Str key)
{
    if (map->slot_count == 0)
        return find_among_few(map, key);
    uint32_t slot = *slot_of(map, key, hash_for_table(map->hash_key, key));
    return slot ? &map->entries.items[slot - 1] : NULL;
}

void *map_get(const Map *map, Str key)
{
    const Entry *entry = find(map, key);
    return entry ? entry->value : NULL;
}

bool map_has(const Map *map, Str key)
{
    return find(map, key);
}

size_t map_len(const Map *map)
{
    return map->entries.len;
}

Str map_key(const Map *map, size_t index)
{
    return map->entries.items[index].key;
}

void *map_value(const Map *map, size_t index)
{
    return map->entries.items[index].value;
}
