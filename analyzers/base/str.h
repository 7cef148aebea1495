/*
 * str.h: text as pointer and length, and a buffer that grows.
 *
 * A Str borrows its bytes; it is not terminated and may hold NUL or invalid UTF-8, since much of
 * it comes from files that we do not trust. Functions that make text put it in an arena.
 */
#ifndef TBLINT_STR_H
#define TBLINT_STR_H

#include "arena.h"
#include "vec.h"

#include <string.h>

typedef struct {
    const char *ptr;
    size_t len;
} Str;

typedef VEC(Str) Strs;

/* A Str of a string literal; STR_INIT where the language wants a constant. */
#define STR(literal) ((Str){(literal), sizeof(literal) - 1})
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).len ? (s).ptr : ""

Str str_of(const char *terminated); /* NULL gives the empty text */
bool str_eq(Str a, Str b);
bool str_eq_nocase(Str a, Str b); /* ASCII letters only */

/* Names are looked up in lists of words by the million: nearly all differ in their first byte, and
 * the length of a literal is known to the compiler. */
static inline bool str_is(Str a, const char *terminated)
{
    if (a.len == 0 || !terminated)
        return a.len == 0 && (!terminated || !*terminated);
    return *a.ptr == *terminated && a.len == strlen(terminated) &&
           memcmp(a.ptr, terminated, a.len) == 0;
}

/* ASCII letters only; two letters that are the same but for their case differ in one bit. */
static inline bool str_is_nocase(Str a, const char *terminated)
{
    enum { CASE_BIT = 0x20 };
    if (a.len == 0 || !terminated)
        return str_is(a, terminated);
    return ((*a.ptr ^ *terminated) & ~CASE_BIT) == 0 && a.len == strlen(terminated) &&
           str_eq_nocase(a, (Str){terminated, a.len});
}

int str_cmp(Str a, Str b); /* by bytes; the order of every report */
bool str_starts(Str s, const char *prefix);
bool str_starts_nocase(Str s, const char *prefix); /* ASCII letters only */
bool str_ends(Str s, const char *suffix);
Str str_trim(Str s); /* without blanks, tabs and line ends around it */
/* The blanks at the beginning of the line in which `at` stands, as far as `at`. */
Str str_line_indent(Str text, size_t at);
Str str_slice(Str s, size_t from, size_t to);  /* clipped to s */
Str str_range(Str text, Range r);              /* the bytes of a range, clipped */
ptrdiff_t str_find(Str s, const char *part);   /* -1 when absent */
ptrdiff_t str_find_char(Str s, char c);        /* -1 when absent */
ptrdiff_t str_rfind_char(Str s, char c);       /* -1 when absent */
bool str_split_line(Str *rest, Str *line_out); /* takes the next line off, without its \n or \r\n */

Str str_copy(Arena *arena, Str s);
const char *str_cstr(Arena *arena, Str s); /* terminated copy; a NUL inside ends it early */
Str str_fmt(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
Str str_lower(Arena *arena, Str s); /* ASCII letters only */
Str str_join(Arena *arena, const Str *parts, size_t count, const char *between);

/* Edits (insert, delete, replace, swap of neighbours) from a to b, or `limit` when there are at
 * least that many: for "did you mean". O(len * len); both are cut at 64 bytes. */
size_t str_distance(Str a, Str b, size_t limit);

/* True when the bytes are UTF-8 without surrogates, overlong forms or NUL. */
bool str_is_utf8(Str s);

/* A buffer on the heap. A zeroed Buf is an empty one; its owner calls buf_free. */
typedef struct {
    char *ptr;
    size_t len;
    size_t cap;
} Buf;

void buf_add(Buf *buf, const char *terminated);
void buf_add_str(Buf *buf, Str s);
void buf_add_char(Buf *buf, char c);
void buf_add_repeat(Buf *buf, char c, size_t count);
void buf_addf(Buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* A word that a POSIX shell takes for this text: in single quotes where it needs them. */
void buf_add_shell_word(Buf *buf, Str s);
Str buf_str(const Buf *buf);
void buf_free(Buf *buf);

#endif
