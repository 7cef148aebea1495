/*
 * vec.h: arrays that grow, in an arena. The element type is visible where the field is declared:
 *
 *     typedef VEC(Column) Columns;
 *     vec_push(arena, &columns, column);
 *     for (size_t i = 0; i < columns.len; i++) use(columns.items[i]);
 *
 * A zeroed VEC is an empty one. Growing copies, so pointers to items last until the next push.
 */
#ifndef TBLINT_VEC_H
#define TBLINT_VEC_H

#include "arena.h"

#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *items;                                                                                  \
        size_t len;                                                                                \
        size_t cap;                                                                                \
    }

#define vec_push(arena, v, ...)                                                                    \
    ((v)->items = vec_reserve((arena), (v)->items, (v)->len, &(v)->cap, sizeof(*(v)->items)),      \
     (v)->items[(v)->len++] = (__VA_ARGS__))

/* Room for `count` items in an array that is still empty, where the number is known before. */
#define vec_room(arena, v, count)                                                                  \
    ((v)->items = arena_array((arena), (count), sizeof(*(v)->items)), (v)->cap = (count))

/* Room for one more item; used by vec_push only. */
void *vec_reserve(Arena *arena, void *items, size_t len, size_t *cap, size_t item_size);

#endif
