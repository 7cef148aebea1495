/* datafile_values.c: shell words, the values they make, and the lines of a block's text. */
#include "datafile_build.h"

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

Str unquoted(Str text)
{
    if (text.len >= 2 && is_quote(text.ptr[0]) && is_quote(text.ptr[text.len - 1]))
        return str_slice(text, 1, text.len - 1);
    return text;
}

bool has_template(Str text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.ptr[i] == '{' &&
            (text.ptr[i + 1] == '{' || text.ptr[i + 1] == '%' || text.ptr[i + 1] == '#'))
            return true;
    return false;
}

/* The words joined by one blank: a part of the file where they stand like that already. */
static Str joined(Facts *facts, const Token *words, size_t count)
{
    Str text = facts->file->text;
    bool as_written = true;
    for (size_t i = 1; i < count; i++)
        as_written = as_written && words[i].range.start == words[i - 1].range.end + 1 &&
                     text.ptr[words[i - 1].range.end] == ' ';
    if (as_written)
        return str_range(text, (Range){words[0].range.start, words[count - 1].range.end});
    Str *parts = ARENA_ARRAY(facts->arena, Str, count);
    for (size_t i = 0; i < count; i++)
        parts[i] = str_range(text, words[i].range);
    return str_join(facts->arena, parts, count, " ");
}

static void set_value(Facts *facts, Instruction *instruction)
{
    const Tokens *words = &instruction->words;
    if (words->len == 0)
        return;
    Str value = joined(facts, words->items, words->len);
    if (instruction->keyword != KEYWORD_DESCRIPTION)
        value = unquoted(value);
    instruction->value.text = value;
    instruction->value.range =
        (Range){words->items[0].range.start, words->items[words->len - 1].range.end};
}

void read_values(Facts *facts, TSNode node, Instruction *instruction)
{
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    bool more = ts_tree_cursor_goto_first_child(&cursor);
    for (; more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
        TSNode child = ts_tree_cursor_current_node(&cursor);
        if (!node_is(child, "word") && !node_is(child, "quoted_word"))
            continue;
        Token word = facts_token(facts, node_range(child));
        word.text = unquoted(word.text);
        vec_push(facts->arena, &instruction->words, word);
    }
    ts_tree_cursor_delete(&cursor);
    set_value(facts, instruction);
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static void add_lines(Facts *facts, Range body, bool only_dropped)
{
    const char *text = facts->file->text.ptr;
    uint32_t at = body.start;
    while (at < body.end) {
        while (at < body.end && (text[at] == ' ' || text[at] == '\t' || is_line_end(text[at])))
            at++;
        uint32_t start = at;
        while (at < body.end && !is_line_end(text[at]))
            at++;
        if (start == at || (only_dropped && text[start] != '#'))
            continue;
        Range range = {start, at};
        Comment comment = {str_range(facts->file->text, range), range};
        vec_push(facts->arena, &facts->file->comments, comment);
    }
}

void add_comment(Facts *facts, Range range)
{
    add_lines(facts, range, false);
}

void add_dropped_lines(Facts *facts, Range body)
{
    add_lines(facts, body, true);
}
