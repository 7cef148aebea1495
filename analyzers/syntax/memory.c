/* memory.c: tree-sitter's memory comes from xmalloc(), which knows how to end the program. */
#include "syntax/memory.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

static void *cleared(size_t count, size_t size)
{
    size_t whole;
    if (__builtin_mul_overflow(count, size, &whole))
        whole = SIZE_MAX; /* which nobody has */
    return memset(xmalloc(whole), 0, whole);
}

void syntax_share_memory(void)
{
    ts_set_allocator(xmalloc, cleared, xrealloc, free);
}
