#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    FIRST_BLOCK = 16 * 1024,
    LARGEST_BLOCK = 1024 * 1024,
    HUGE_PAGE = 2 * 1024 * 1024,
    HUGE_FROM = 28 * 1024 * 1024, /* an arena that holds as much will hold more */
    EXIT_OUT_OF_MEMORY = 4
};

typedef struct Block {
    struct Block *next;
    size_t used;
    size_t size;
    uint64_t data[];
} Block;

struct Arena {
    Block *blocks; /* newest first */
    size_t next_size;
    size_t used;
};

static NO_RETURN void out_of_memory(void)
{
    fputs("tblint: out of memory\n", stderr);
    exit(EXIT_OUT_OF_MEMORY);
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *xrealloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

Arena *arena_new(void)
{
    Arena *arena = xmalloc(sizeof *arena);
    *arena = (Arena){.next_size = FIRST_BLOCK};
    return arena;
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    for (Block *block = arena->blocks; block;) {
        Block *next = block->next;
        free(block);
        block = next;
    }
    free(arena);
}

/* Behind the current block, which goes on being filled. */
void arena_join(Arena *to, Arena *from)
{
    Block *last = from->blocks;
    while (last && last->next)
        last = last->next;
    if (last && to->blocks) {
        last->next = to->blocks->next;
        to->blocks->next = from->blocks;
    } else if (last) {
        to->blocks = from->blocks;
    }
    to->used += from->used;
    free(from);
}

/* The newest block is the largest but for items with a block of their own; it is kept. */
void arena_reset(Arena *arena)
{
#ifndef TBLINT_ARENA_MALLOC
    Block *kept = arena->blocks;
#else
    Block *kept = NULL;
#endif
    for (Block *block = kept ? kept->next : arena->blocks; block;) {
        Block *next = block->next;
        free(block);
        block = next;
    }
    if (kept) {
        kept->next = NULL;
        kept->used = 0;
    }
    arena->blocks = kept;
}

static Block *block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(Block))
        out_of_memory();
    Block *block = xmalloc(sizeof(Block) + size);
    block->used = 0;
    block->size = size;
    return block;
}

#ifndef TBLINT_ARENA_MALLOC
/* A block that fills a huge page: a large project takes tens of thousands of page faults
 * otherwise. A system without them gives common pages. */
static Block *huge_block(void)
{
    Block *block = aligned_alloc(HUGE_PAGE, HUGE_PAGE);
    if (!block)
        out_of_memory();
    madvise(block, HUGE_PAGE, MADV_HUGEPAGE);
    block->used = 0;
    block->size = HUGE_PAGE - sizeof(Block);
    return block;
}

static Block *next_block(Arena *arena, size_t size)
{
    if (arena->used >= HUGE_FROM && size <= HUGE_PAGE - sizeof(Block))
        return huge_block();
    Block *block = block_new(size > arena->next_size ? size : arena->next_size);
    if (arena->next_size < LARGEST_BLOCK)
        arena->next_size *= 2;
    return block;
}

/* An item that would waste most of a block gets a block of its own, behind the current one,
 * so that the current one goes on being filled. */
static Block *block_for(Arena *arena, size_t size)
{
    if (arena->blocks && arena->blocks->size - arena->blocks->used >= size)
        return arena->blocks;
    if (size > arena->next_size / 4 && arena->blocks) {
        Block *own = block_new(size);
        own->next = arena->blocks->next;
        arena->blocks->next = own;
        return own;
    }
    Block *fresh = next_block(arena, size);
    fresh->next = arena->blocks;
    arena->blocks = fresh;
    return fresh;
}
#else
static Block *block_for(Arena *arena, size_t size)
{
    Block *own = block_new(size);
    own->next = arena->blocks;
    arena->blocks = own;
    return own;
}
#endif

static size_t rounded(size_t size)
{
    const size_t align = sizeof(uint64_t);
    if (size > SIZE_MAX - align)
        out_of_memory();
#ifndef TBLINT_ARENA_MALLOC
    size = (size + align - 1) / align * align;
#endif
    return size;
}

void *arena_alloc(Arena *arena, size_t size)
{
    size = rounded(size);
    Block *block = block_for(arena, size);
    void *item = (char *)block->data + block->used;
    block->used += size;
    arena->used += size;
    return memset(item, 0, size);
}

void *arena_array(Arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory();
    return arena_alloc(arena, count * size);
}

#ifndef TBLINT_ARENA_MALLOC
bool arena_extend(Arena *arena, void *item, size_t size, size_t grown)
{
    Block *block = arena->blocks;
    size = rounded(size);
    grown = rounded(grown);
    if (!block || !item || grown < size || block->used < size ||
        (char *)block->data + (block->used - size) != (char *)item ||
        block->size - block->used < grown - size)
        return false;
    memset((char *)block->data + block->used, 0, grown - size);
    block->used += grown - size;
    arena->used += grown - size;
    return true;
}
#else
bool arena_extend(Arena *arena, void *item, size_t size, size_t grown)
{
    (void)arena;
    (void)item;
    return grown <= size;
}
#endif

size_t arena_used(const Arena *arena)
{
    return arena->used;
}
