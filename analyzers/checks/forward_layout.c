/* Where a FORWARD_QUERY stands in its file, and what the file becomes with edits. */
#include "forward_layout.h"

#include <string.h>

const char *forward_newline(Str text)
{
    ptrdiff_t at = str_find_char(text, '\n');
    return at > 0 && text.ptr[at - 1] == '\r' ? "\r\n" : "\n";
}

Str forward_indent(const Datafile *file)
{
    const Instruction *schema = datafile_find(file, KEYWORD_SCHEMA);
    if (schema == NULL || file->columns.len == 0)
        return STR("    ");
    uint32_t end = file->columns.items[0].range.start;
    uint32_t start = end;
    while (start > 0 && start > schema->range.start &&
           (file->text.ptr[start - 1] == ' ' || file->text.ptr[start - 1] == '\t'))
        start--;
    bool whole = start > 0 && file->text.ptr[start - 1] == '\n' && end > start;
    return whole ? str_range(file->text, (Range){start, end}) : STR("    ");
}

uint32_t forward_end(const Datafile *file, const Instruction *instruction)
{
    uint32_t end = instruction->range.end;
    while (end > instruction->range.start && strchr(" \t\r\n", file->text.ptr[end - 1]) != NULL)
        end--;
    return end;
}

bool forward_line_follows(Str text, uint32_t at)
{
    Str rest = str_slice(text, at, text.len);
    Str line;
    str_split_line(&rest, &line); /* what is left of this line */
    return str_split_line(&rest, &line) && str_trim(line).len > 0;
}

Range forward_place(const Datafile *file)
{
    const Instruction *schema = datafile_find(file, KEYWORD_SCHEMA);
    uint32_t at = schema != NULL ? forward_end(file, schema) : (uint32_t)file->text.len;
    return (Range){at, at};
}

Range forward_lines(const Datafile *file, const Instruction *instruction)
{
    uint32_t start = instruction->range.start;
    uint32_t end = forward_end(file, instruction);
    while (start > 0 && strchr(" \t\r\n", file->text.ptr[start - 1]) != NULL)
        start--;
    if (start > 0)
        return (Range){start, end};
    while (end < file->text.len && strchr(" \t\r\n", file->text.ptr[end]) != NULL)
        end++;
    return (Range){start, end};
}

Str edits_applied(Arena *arena, Str text, const Edits *edits)
{
    Buf out = {0};
    size_t done = 0;
    for (size_t i = 0; i < edits->len; i++) {
        buf_add_str(&out, str_slice(text, done, edits->items[i].range.start));
        buf_add_str(&out, edits->items[i].text);
        done = edits->items[i].range.end;
    }
    buf_add_str(&out, str_slice(text, done, text.len));
    Str copy = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

bool edits_are_apart(const Edits *edits)
{
    for (size_t i = 1; i < edits->len; i++)
        if (edits->items[i].range.start < edits->items[i - 1].range.end)
            return false;
    return true;
}
