/* materialized_edit.c: fixes that take instructions out of a datafile. */
#include "forward_layout.h"
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

Fix *removal_of(const Check *check, const Resource *resource, const Instructions *lines,
                const char *title)
{
    const Datafile *file = resource->facts;
    Edits edits = removals(check->arena, file, lines);
    if (edits.len == 0 || !edits_are_apart(&edits))
        return NULL;
    Str text = edits_applied(check->arena, file->text, &edits);
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
