/*
 * arena.h: memory that is freed all at once.
 *
 * An arena owns everything allocated from it. Compiled with TBLINT_ARENA_MALLOC, every item is a
 * malloc of its own, so that the memory checkers see each overrun; the interface is the same.
 */
#ifndef TBLINT_ARENA_H
#define TBLINT_ARENA_H

#include "base.h"

typedef struct Arena Arena;

/* Never returns NULL. The caller owns the arena. */
Arena *arena_new(void);

/* Frees the arena and all that came from it. NULL is accepted. */
void arena_free(Arena *arena);

/* Moves all items of `from` to `to`, which owns them from then on, and frees `from`. */
void arena_join(Arena *to, Arena *from);

/* Forgets all items and keeps some memory for the next ones: for scratch space that is used again
 * and again. arena_used() goes on counting. */
void arena_reset(Arena *arena);

/* `size` zeroed bytes, aligned for pointers and numbers of 64 bits. Never NULL, also for a size of
 * 0. */
void *arena_alloc(Arena *arena, size_t size);

/* A zeroed array; ends the program when count * size overflows. */
void *arena_array(Arena *arena, size_t count, size_t size);

/* Grows an item of `size` bytes where it stands, zeroing what is added. False, and nothing done,
 * unless it is the newest item and there is room behind it. */
bool arena_extend(Arena *arena, void *item, size_t size, size_t grown);

/* Bytes handed out so far: for statistics and tests. */
size_t arena_used(const Arena *arena);

/* malloc and realloc that end the program with a message instead of failing. The caller owns
 * the result and frees it with free(). */
void *xmalloc(size_t size);
void *xrealloc(void *old, size_t size);

#define ARENA_NEW(arena, T)          ((T *)arena_alloc((arena), sizeof(T)))
#define ARENA_ARRAY(arena, T, count) ((T *)arena_array((arena), (count), sizeof(T)))

#endif
