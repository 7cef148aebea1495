/* template.c: finds the tags of a template. */
#include "template.h"

#include <string.h>

static size_t find_from(Str text, size_t from, const char *mark)
{
    ptrdiff_t at = str_find(str_slice(text, from, text.len), mark);
    return at < 0 ? text.len : from + (size_t)at;
}

static bool opens_tag(Str text, size_t at)
{
    if (at + 1 >= text.len || text.ptr[at] != '{')
        return false;
    char mark = text.ptr[at + 1];
    if (mark != '{' && mark != '%' && mark != '#')
        return false;
    if (mark == '{' && at + 2 < text.len && text.ptr[at + 2] == '{')
        return false; /* the next brace opens it */
    return at + 2 >= text.len || text.ptr[at + 2] != '!';
}

static size_t next_tag(Str text, size_t from)
{
    while (from < text.len) {
        const char *brace = memchr(text.ptr + from, '{', text.len - from);
        if (!brace)
            return text.len;
        from = (size_t)(brace - text.ptr);
        if (opens_tag(text, from))
            return from;
        from++;
    }
    return text.len;
}

static TagKind kind_of_mark(char mark)
{
    return mark == '{' ? TAG_EXPRESSION : mark == '%' ? TAG_STATEMENT : TAG_COMMENT;
}

Tags template_tags(Arena *arena, Str text, Range *open)
{
    static const char *const ENDS[] = {"}}", "%}", "#}"};
    Tags tags = {0};

    if (open)
        *open = (Range){0, 0};
    for (size_t at = next_tag(text, 0); at < text.len;) {
        TagKind kind = kind_of_mark(text.ptr[at + 1]);
        size_t end = find_from(text, at + 2, ENDS[kind]);
        if (end >= text.len) {
            if (open)
                *open = (Range){(uint32_t)at, (uint32_t)text.len};
            break;
        }
        Tag tag = {
            kind, str_trim(str_slice(text, at + 2, end)), {(uint32_t)at, (uint32_t)(end + 2)}};
        vec_push(arena, &tags, tag);
        at = next_tag(text, end + 2);
    }
    return tags;
}

bool template_has_tags(Str text)
{
    return next_tag(text, 0) < text.len;
}
