#include "vec.h"

#include <string.h>

void *vec_reserve(Arena *arena, void *items, size_t len, size_t *cap, size_t item_size)
{
    if (len < *cap)
        return items;
    /* Most arrays hold one item: the first room is for one, or for what 16 bytes hold. */
    size_t first = item_size < 16 ? 16 / item_size : 1;
    size_t grown = *cap ? *cap * 2 : first;
    if (len && grown <= SIZE_MAX / item_size &&
        arena_extend(arena, items, *cap * item_size, grown * item_size)) {
        *cap = grown;
        return items;
    }
    void *fresh = arena_array(arena, grown, item_size);
    if (len)
        memcpy(fresh, items, len * item_size);
    *cap = grown;
    return fresh;
}
