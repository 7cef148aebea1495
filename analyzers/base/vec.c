#include "vec.h"

#include <string.h>

void *vec_reserve(Arena *arena, void *items, size_t len, size_t *cap, size_t item_size)
{
    if (len < *cap)
        return items;
    size_t grown = *cap ? *cap * 2 : 4;
    void *fresh = arena_array(arena, grown, item_size);
    if (len)
        memcpy(fresh, items, len * item_size);
    *cap = grown;
    return fresh;
}
