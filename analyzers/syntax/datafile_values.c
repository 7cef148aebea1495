/* datafile_values.c: shell words and the values they make. */
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
