/* shell_block.c: if, case, loops, functions, groups and [[ ]]. */
#include "shell_reader.h"

static ShellList block(ShellReader *reader, size_t from, const char *end, const char *why)
{
    ShellList list = shell_list(reader);
    shell_expect_keyword(reader, from, end, why);
    return list;
}

/* Behind `if` or `elif`. */
static void read_if(ShellReader *reader, ShellNode *node)
{
    static const char not_closed[] = "an if is not closed by fi";
    size_t from = node->range.start;
    node->kind = SHELL_IF;
    node->condition = block(reader, from, "then", "an if has no then");
    node->body = shell_list(reader);
    if (++reader->depth > SHELL_DEPTH_MAX)
        shell_break(reader, from, "it is nested too deeply");
    size_t next = reader->at;
    if (shell_take_keyword(reader, "elif")) {
        ShellNode *other = ARENA_NEW(reader->arena, ShellNode);
        other->range = (Range){(uint32_t)next, (uint32_t)next + 4};
        read_if(reader, other);
        ShellPipeline pipeline = {0};
        ShellItem item = {0};
        vec_push(reader->arena, &pipeline.stages, other);
        vec_push(reader->arena, &item.pipelines, pipeline);
        vec_push(reader->arena, &node->otherwise.items, item);
    } else if (shell_take_keyword(reader, "else")) {
        node->otherwise = block(reader, from, "fi", not_closed);
    } else {
        shell_expect_keyword(reader, from, "fi", not_closed);
    }
    reader->depth--;
}

static void read_loop(ShellReader *reader, ShellNode *node, ShellKind kind)
{
    node->kind = kind;
    node->condition = block(reader, node->range.start, "do", "a loop has no do");
    node->body = block(reader, node->range.start, "done", "a loop is not closed by done");
}

/* for ((...)): how often it runs is not known. */
static void read_counting_for(ShellReader *reader, ShellNode *node)
{
    size_t from = reader->at;
    int open = 0;
    node->has_words = false;
    do {
        open += shell_peek(reader, 0) == '(' ? 1 : shell_peek(reader, 0) == ')' ? -1 : 0;
        reader->at++;
    } while (open > 0 && reader->at < reader->text.len);
    if (open > 0)
        shell_break(reader, from, "a (( is not closed");
}

static void read_for(ShellReader *reader, ShellNode *node)
{
    size_t from = node->range.start;
    ShellWord name;
    node->kind = SHELL_FOR;
    shell_skip_blanks(reader);
    if (shell_next_is(reader, "((")) {
        read_counting_for(reader, node);
    } else if (shell_word(reader, &name)) {
        node->name = shell_plain(&name);
        shell_skip_lines(reader);
        node->has_words = shell_take_keyword(reader, "in");
        shell_skip_blanks(reader);
        ShellWord word;
        while (node->has_words && shell_word(reader, &word)) {
            vec_push(reader->arena, &node->words, word);
            shell_skip_blanks(reader);
        }
    }
    shell_skip_blanks(reader);
    if (shell_peek(reader, 0) == ';')
        reader->at++;
    shell_skip_lines(reader);
    shell_expect_keyword(reader, from, "do", "a loop has no do");
    node->body = block(reader, from, "done", "a loop is not closed by done");
}

static void read_arm(ShellReader *reader, ShellArm *arm, size_t from)
{
    if (shell_peek(reader, 0) == '(')
        reader->at++;
    do {
        ShellWord word;
        shell_skip_blanks(reader);
        if (!shell_word(reader, &word))
            shell_break(reader, from, "a case has no pattern");
        vec_push(reader->arena, &arm->patterns, word);
        shell_skip_blanks(reader);
    } while (shell_peek(reader, 0) == '|' && reader->at++ < reader->text.len && !reader->broken);
    if (shell_peek(reader, 0) == ')')
        reader->at++;
    else
        shell_break(reader, from, "a pattern of a case is not closed");
    arm->body = shell_list(reader);
    arm->falls_through = shell_next_is(reader, ";&") || shell_next_is(reader, ";;&");
    while (shell_peek(reader, 0) == ';' || shell_peek(reader, 0) == '&')
        reader->at++;
}

static void read_case(ShellReader *reader, ShellNode *node)
{
    static const char not_closed[] = "a case is not closed by esac";
    size_t from = node->range.start;
    ShellWord word;
    node->kind = SHELL_CASE;
    shell_skip_blanks(reader);
    if (shell_word(reader, &word))
        vec_push(reader->arena, &node->words, word);
    shell_skip_lines(reader);
    shell_expect_keyword(reader, from, "in", "a case has no in");
    shell_skip_lines(reader);
    while (!reader->broken && !shell_at_keyword(reader, "esac")) {
        ShellArm arm = {0};
        if (reader->at >= reader->text.len) {
            shell_break(reader, from, not_closed);
            return;
        }
        read_arm(reader, &arm, from);
        vec_push(reader->arena, &node->arms, arm);
        shell_skip_lines(reader);
    }
    shell_expect_keyword(reader, from, "esac", not_closed);
}

/* An operator between [[ and ]], as the literal that it is. */
static void add_operator_word(ShellReader *reader, ShellNode *node)
{
    size_t from = reader->at;
    char c = shell_peek(reader, 0);
    reader->at += (c == '&' || c == '|') && shell_peek(reader, 1) == c ? 2 : 1;
    Str text = str_slice(reader->text, from, reader->at);
    ShellWord word = {.range = {(uint32_t)from, (uint32_t)reader->at}};
    vec_push(reader->arena, &word.parts, (ShellPart){.kind = PART_LITERAL, .text = text});
    vec_push(reader->arena, &node->words, word);
}

static void read_test(ShellReader *reader, ShellNode *node)
{
    size_t from = node->range.start;
    node->kind = SHELL_TEST;
    for (;;) {
        shell_skip_lines(reader);
        if (shell_take_keyword(reader, "]]"))
            break;
        if (reader->at >= reader->text.len || reader->broken) {
            shell_break(reader, from, "a [[ is not closed");
            return;
        }
        ShellWord word;
        if (shell_ends_word(shell_peek(reader, 0)))
            add_operator_word(reader, node);
        else if (shell_word(reader, &word))
            vec_push(reader->arena, &node->words, word);
    }
    node->range.end = (uint32_t)reader->at;
}

static void read_arithmetic(ShellReader *reader, ShellNode *node)
{
    size_t from = reader->at;
    read_counting_for(reader, node);
    node->kind = SHELL_ARITH;
    size_t end = reader->at < reader->text.len ? reader->at : reader->text.len;
    node->hides = str_find(str_slice(reader->text, from, end), "$(") >= 0;
}

static void read_parentheses(ShellReader *reader, ShellNode *node)
{
    size_t from = reader->at++;
    node->kind = SHELL_SUBSHELL;
    node->body = shell_list(reader);
    if (shell_peek(reader, 0) == ')')
        reader->at++;
    else
        shell_break(reader, from, "a ( is not closed");
}

static void read_function(ShellReader *reader, ShellNode *node)
{
    ShellWord name;
    shell_skip_blanks(reader);
    if (!shell_word(reader, &name)) {
        shell_break(reader, node->range.start, "a function has no name");
        return;
    }
    shell_take_parentheses(reader);
    shell_function_body(reader, node, shell_plain(&name));
}

bool shell_block(ShellReader *reader, ShellNode *node)
{
    size_t from = reader->at;
    if (shell_next_is(reader, "(("))
        read_arithmetic(reader, node);
    else if (shell_next_is(reader, "("))
        read_parentheses(reader, node);
    else if (shell_take_keyword(reader, "[["))
        read_test(reader, node);
    else if (shell_take_keyword(reader, "if"))
        read_if(reader, node);
    else if (shell_take_keyword(reader, "while"))
        read_loop(reader, node, SHELL_LOOP);
    else if (shell_take_keyword(reader, "until"))
        read_loop(reader, node, SHELL_UNTIL);
    else if (shell_take_keyword(reader, "for") || shell_take_keyword(reader, "select"))
        read_for(reader, node);
    else if (shell_take_keyword(reader, "case"))
        read_case(reader, node);
    else if (shell_take_keyword(reader, "function"))
        read_function(reader, node);
    else if (shell_take_keyword(reader, "{"))
        node->body = block(reader, from, "}", "a { is not closed");
    else
        return false;
    if (node->kind == SHELL_SIMPLE)
        node->kind = SHELL_GROUP;
    return true;
}
