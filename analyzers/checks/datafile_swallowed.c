/* datafile_swallowed.c: instructions that a block above has swallowed.
 *
 * A line that starts with no word of its kind of file does not end a block. A misspelt word below
 * SCHEMA or SQL therefore becomes schema or query text, and what the platform says about it points
 * elsewhere. Judged only where the block is indented up to that line: then the word stands out. */
#include "checks/datafile_check.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Upper case, at least three letters, something after it on the line. */
static Str shouted_word(Str line)
{
    size_t end = 0;
    while (end < line.len &&
           ((line.ptr[end] >= 'A' && line.ptr[end] <= 'Z') || line.ptr[end] == '_'))
        end++;
    Str rest = str_trim(str_slice(line, end, line.len));
    if (end < 3 || end == line.len || !is_blank(line.ptr[end]) || rest.len == 0)
        return (Str){0};
    return str_slice(line, 0, end);
}

static bool is_sql_word(Str word)
{
    static const char *const words[] = {
        "ALL",    "AND",    "ANTI",   "ANY",      "ARRAY",  "ASC",      "ASOF",    "BETWEEN",
        "CASE",   "CROSS",  "DESC",   "DISTINCT", "ELSE",   "END",      "EXCEPT",  "FILL",
        "FILTER", "FINAL",  "FORMAT", "FROM",     "FULL",   "GLOBAL",   "GROUP",   "HAVING",
        "INNER",  "JOIN",   "LEFT",   "LIKE",     "LIMIT",  "MODE",     "NOT",     "NULL",
        "OFFSET", "ORDER",  "OUTER",  "OVER",     "PASTE",  "PREWHERE", "QUALIFY", "RIGHT",
        "SAMPLE", "SELECT", "SEMI",   "SETTINGS", "SOURCE", "STEP",     "TEST",    "THEN",
        "TIES",   "TOP",    "TTL",    "UNION",    "USING",  "VALUES",   "WHEN",    "WHERE",
        "WINDOW", "WITH",
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(word, words[i]))
            return true;
    return false;
}

/* ENGINE and its like in a materialized pipe have a rule of their own. */
static bool is_inline_target(const FileCheck *in, const Instruction *block, Keyword keyword)
{
    const char *word = keyword_info(keyword)->word;
    if (in->file->kind != DATAFILE_PIPE || block->node < 0)
        return false;
    bool target = keyword == KEYWORD_SCHEMA || strncmp(word, "ENGINE", 6) == 0;
    return target && str_is(in->file->nodes.items[block->node].type.text, "materialized");
}

static void report_foreign(const FileCheck *in, const Instruction *block, Range range, Str word)
{
    datafile_report(in, RULE_TB904, range, word,
                    str_fmt(in->arena,
                            "'%.*s' is not allowed in .%s files: it is read as a part of %.*s.",
                            STR_ARG(word), datafile_kind_text(in->file->kind),
                            STR_ARG(instruction_word(block))),
                    STR("Delete the line, or move it to the file that takes it."));
}

static void report_misspelt(const FileCheck *in, const Instruction *block, Range range, Str word,
                            Str near)
{
    datafile_report(in, RULE_TB902, range, word,
                    str_fmt(in->arena,
                            "'%.*s' is not an instruction: it is read as a part of %.*s above.",
                            STR_ARG(word), STR_ARG(instruction_word(block))),
                    str_fmt(in->arena, "Did you mean '%.*s'?", STR_ARG(near)));
}

/* True when the line was taken for a swallowed instruction. */
static bool check_line(const FileCheck *in, const Instruction *block, Str line, uint32_t start)
{
    Str word = shouted_word(line);
    if (word.len == 0 || is_sql_word(word))
        return false;
    Range range = {start, start + (uint32_t)word.len};
    Keyword keyword = keyword_find(word);
    if (keyword != KEYWORD_UNKNOWN) {
        if (keyword_ends_block(keyword, in->file->kind, in->file->dialect))
            return false; /* unbalanced quotes: text after all */
        if (!is_inline_target(in, block, keyword))
            report_foreign(in, block, range, word);
        return true;
    }
    Str near = keyword_suggest(word, in->file->kind, in->file->dialect);
    if (near.len == 0)
        return false;
    report_misspelt(in, block, range, word, near);
    return true;
}

/* The block from the line after its opening one, whole lines. */
static Range block_lines(const FileCheck *in, const Instruction *block)
{
    Str whole = str_range(in->file->text, block->range);
    Str opening;
    Str rest = whole;
    if (!str_split_line(&rest, &opening) || rest.len == 0)
        return (Range){block->range.end, block->range.end};
    return (Range){block->range.start + (uint32_t)(rest.ptr - whole.ptr), block->range.end};
}

/* Where the first swallowed line starts, or the block's end. */
static uint32_t check_block(const FileCheck *in, const Instruction *block)
{
    Range range = block_lines(in, block);
    Str body = str_range(in->file->text, range);
    Str rest = body;
    Str line;
    bool is_first = true;
    while (str_split_line(&rest, &line)) {
        Str text = str_trim(line);
        if (text.len == 0 || text.ptr[0] == '#')
            continue;
        uint32_t start = range.start + (uint32_t)(line.ptr - body.ptr);
        if (!is_blank(line.ptr[0]))
            return !is_first && check_line(in, block, line, start) ? start : block->range.end;
        is_first = false;
    }
    return block->range.end;
}

Ranges swallowed_lines(const FileCheck *in)
{
    Ranges found = {0};
    for (size_t i = 0; i < in->file->instructions.len; i++) {
        const Instruction *block = &in->file->instructions.items[i];
        if (!block->is_block || block->keyword == KEYWORD_DESCRIPTION ||
            block->keyword == KEYWORD_UNKNOWN)
            continue;
        uint32_t start = check_block(in, block);
        if (start < block->range.end)
            vec_push(in->arena, &found, (Range){start, block->range.end});
    }
    return found;
}
