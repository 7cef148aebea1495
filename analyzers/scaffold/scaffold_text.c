/* scaffold_text.c: edits of one datafile's text, a token or an instruction at a time. */
#include "scaffold_text.h"

#include "checks/forward_layout.h"

#include <string.h>

static void parse(Draft *draft, Str text)
{
    draft->facts = datafile_parse(draft->parser, draft->arena, text, draft->facts->kind,
                                  draft->facts->dialect);
}

Draft draft_of(const ScaffoldInput *in, const Datafile *facts)
{
    return (Draft){in->arena, in->loader->datafiles, facts};
}

Draft draft_of_text(const ScaffoldInput *in, Str text, DatafileKind kind, Dialect dialect)
{
    DatafileParser *parser = in->loader->datafiles;
    return (Draft){in->arena, parser, datafile_parse(parser, in->arena, text, kind, dialect)};
}

void draft_apply(Draft *draft, const Edits *edits)
{
    parse(draft, edits_applied(draft->arena, draft->facts->text, edits));
}

static void apply_one(Draft *draft, Range range, Str text)
{
    Edit edit = {range, text};
    Edits edits = {.items = &edit, .len = 1, .cap = 1};
    draft_apply(draft, &edits);
}

Edit name_edit(Arena *arena, Str text, Range range, Str name)
{
    Str old = str_range(text, range);
    char first = old.len > 0 ? old.ptr[0] : ' ';
    if (first != '\0' && strchr("\"'`", first) != NULL)
        return (Edit){range, str_fmt(arena, "%c%.*s%c", first, STR_ARG(name), first)};
    return (Edit){range, name};
}

/* ---- descriptions ---- */

static const Instruction *own_description(const Datafile *file)
{
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *instruction = &file->instructions.items[i];
        if (instruction->keyword == KEYWORD_DESCRIPTION && instruction->node < 0)
            return instruction;
    }
    return NULL;
}

/* What the file says of itself, a line each, indented like a block. */
static void add_old_lines(Buf *out, Str value, const char *newline)
{
    Str line;
    for (Str rest = str_trim(value); str_split_line(&rest, &line);) {
        line = str_trim(line);
        buf_addf(out, "%s%s%.*s", newline, line.len > 0 ? "    " : "", STR_ARG(line));
    }
}

/* The sentences in lines of a usual width, indented like a block. */
static void add_wrapped(Buf *out, Str sentences, const char *newline)
{
    enum { WIDTH = 96 };
    size_t column = WIDTH;
    for (Str rest = str_trim(sentences); rest.len > 0; rest = str_trim(rest)) {
        ptrdiff_t blank = str_find_char(rest, ' ');
        Str word = blank < 0 ? rest : str_slice(rest, 0, (size_t)blank);
        if (column + word.len + 1 > WIDTH) {
            buf_addf(out, "%s    ", newline);
            column = 4;
        } else {
            buf_add_char(out, ' ');
            column++;
        }
        buf_add_str(out, word);
        column += word.len;
        rest = str_slice(rest, word.len, rest.len);
    }
}

void draft_describe(Draft *draft, Str sentences)
{
    const Datafile *file = draft->facts;
    const char *newline = forward_newline(file->text);
    const Instruction *old = own_description(file);
    Buf block = {0};
    buf_add(&block, "DESCRIPTION >");
    add_wrapped(&block, sentences, newline);
    Range range;
    if (old != NULL) {
        add_old_lines(&block, old->value.text, newline);
        range = (Range){old->range.start, forward_end(file, old)};
    } else {
        buf_addf(&block, "%s%s", newline, newline);
        uint32_t at = file->instructions.len > 0 ? file->instructions.items[0].range.start : 0;
        range = (Range){at, at};
    }
    Str text = str_copy(draft->arena, buf_str(&block));
    buf_free(&block);
    apply_one(draft, range, text);
}

/* ---- instructions ---- */

static uint32_t end_behind(const Datafile *file, const Keyword *after, size_t count)
{
    uint32_t end = 0;
    for (size_t i = 0; i < count; i++) {
        const Instruction *instruction = datafile_find(file, after[i]);
        uint32_t at = instruction != NULL ? forward_end(file, instruction) : 0;
        end = at > end ? at : end;
    }
    uint32_t last = (uint32_t)file->text.len;
    while (last > 0 && strchr(" \t\r\n", file->text.ptr[last - 1]) != NULL)
        last--;
    return end > 0 ? end : last;
}

void draft_set(Draft *draft, Keyword keyword, Str value, const Keyword *after, size_t count)
{
    const Datafile *file = draft->facts;
    const Instruction *old = datafile_find(file, keyword);
    Str quoted = str_fmt(draft->arena, " \"%.*s\"", STR_ARG(value));
    if (old != NULL) {
        apply_one(draft, (Range){old->word.range.end, forward_end(file, old)}, quoted);
        return;
    }
    uint32_t at = end_behind(file, after, count);
    apply_one(draft, (Range){at, at},
              str_fmt(draft->arena, "%s%s%.*s", forward_newline(file->text),
                      keyword_info(keyword)->word, STR_ARG(quoted)));
}

size_t draft_remove(Draft *draft, bool (*matches)(const Instruction *, const void *),
                    const void *context)
{
    Edits edits = {0};
    const Datafile *file = draft->facts;
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *instruction = &file->instructions.items[i];
        if (!matches(instruction, context))
            continue;
        Edit edit = {forward_lines(file, instruction), STR("")};
        vec_push(draft->arena, &edits, edit);
    }
    if (edits.len > 0 && edits_are_apart(&edits))
        draft_apply(draft, &edits);
    return edits.len;
}

static bool is_word(const Instruction *instruction, const void *context)
{
    return instruction->keyword == *(const Keyword *)context;
}

size_t draft_remove_word(Draft *draft, Keyword keyword)
{
    return draft_remove(draft, is_word, &keyword);
}
