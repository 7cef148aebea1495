/* materialized_edit.c: fixes that take instructions out of a datafile. */
#include "materialized.h"

/* With the ends of its lines. */
static Range whole_lines(Str text, Range range)
{
    while (range.start > 0 && text.ptr[range.start - 1] != '\n')
        range.start--;
    if (range.end > range.start && text.ptr[range.end - 1] == '\n')
        return range;
    while (range.end < text.len && text.ptr[range.end] != '\n')
        range.end++;
    if (range.end < text.len)
        range.end++;
    return range;
}

static Edits removals(Arena *arena, const Datafile *file, const Instructions *lines)
{
    Edits edits = {0};
    for (size_t i = 0; i < lines->len; i++)
        vec_push(arena, &edits, (Edit){whole_lines(file->text, lines->items[i].range), (Str){0}});
    return edits;
}

/* False when two of them touch the same text. */
static bool without(Arena *arena, Str text, const Edits *edits, Str *out)
{
    Buf buf = {0};
    uint32_t at = 0;
    bool in_order = true;
    for (size_t i = 0; i < edits->len; i++) {
        Range range = edits->items[i].range;
        in_order = in_order && range.start >= at;
        buf_add_str(&buf, str_slice(text, at, range.start));
        at = range.end;
    }
    buf_add_str(&buf, str_slice(text, at, text.len));
    *out = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return in_order;
}

Fix *removal_of(const Check *check, const Resource *resource, const Instructions *lines,
                const char *title)
{
    const Datafile *file = resource->facts;
    Edits edits = removals(check->arena, file, lines);
    Str text;
    if (edits.len == 0 || !without(check->arena, file->text, &edits, &text))
        return NULL;
    const Datafile *result =
        datafile_parse(check->loader->datafiles, check->arena, text, file->kind, file->dialect);
    if (result->instructions.len + lines->len != file->instructions.len ||
        result->problems.len != file->problems.len || result->nodes.len != file->nodes.len)
        return NULL;
    Fix *fix = ARENA_NEW(check->arena, Fix);
    fix->title = str_of(title);
    fix->file = resource->file;
    fix->edits = edits;
    return fix;
}
