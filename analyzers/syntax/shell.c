/* shell.c: the commands of a shell script and the blocks they stand in. */
#include "shell_reader.h"

/* ---- what stands next ---- */

bool shell_next_is(const ShellReader *reader, const char *text)
{
    return str_starts(str_slice(reader->text, reader->at, reader->text.len), text);
}

/* The unquoted word here, if it is one of letters and braces alone; nothing is taken. */
static Str next_keyword(const ShellReader *reader)
{
    size_t len = 0;
    while (!shell_ends_word(shell_peek(reader, len)))
        len++;
    return str_slice(reader->text, reader->at, reader->at + len);
}

bool shell_at_keyword(const ShellReader *reader, const char *word)
{
    return str_is(next_keyword(reader), word);
}

bool shell_take_keyword(ShellReader *reader, const char *word)
{
    if (!shell_at_keyword(reader, word))
        return false;
    reader->at += strlen(word);
    return true;
}

void shell_expect_keyword(ShellReader *reader, size_t from, const char *word, const char *why)
{
    if (!shell_take_keyword(reader, word))
        shell_break(reader, from, why);
}

/* ---- line ends and here-documents ---- */

static void take_here_document(ShellReader *reader, const HereDocument *document)
{
    while (reader->at < reader->text.len) {
        Str rest = str_slice(reader->text, reader->at, reader->text.len);
        Str line = STR("");
        str_split_line(&rest, &line);
        reader->at = (size_t)(rest.ptr - reader->text.ptr);
        if (rest.len == 0)
            reader->at = reader->text.len;
        while (document->tabs_too && str_starts(line, "\t"))
            line = str_slice(line, 1, line.len);
        if (str_eq(line, document->end))
            return;
    }
}

static void take_line_end(ShellReader *reader)
{
    reader->at++;
    for (size_t i = 0; i < reader->pending.len; i++)
        take_here_document(reader, &reader->pending.items[i]);
    reader->pending.len = 0;
}

void shell_skip_lines(ShellReader *reader)
{
    shell_skip_blanks(reader);
    while (shell_peek(reader, 0) == '\n') {
        take_line_end(reader);
        shell_skip_blanks(reader);
    }
}

/* ---- redirections ---- */

/* The word that ends a here-document, its quotes taken off. */
static Str here_end(const ShellWord *word, Str text)
{
    for (size_t i = 0; i < word->parts.len; i++) {
        const ShellPart *part = &word->parts.items[i];
        if (part->kind == PART_LITERAL && word->parts.len == 1)
            return part->text;
    }
    return str_range(text, word->range);
}

/* With `at` on < or >, and not on a process substitution. */
static void take_redirection(ShellReader *reader, ShellNode *node)
{
    size_t from = reader->at;
    bool reads = shell_peek(reader, 0) == '<';
    bool is_string = shell_next_is(reader, "<<<");
    bool is_document = !is_string && shell_next_is(reader, "<<");
    bool tabs_too = is_document && shell_next_is(reader, "<<-");
    while (strchr("<>", shell_peek(reader, 0)) && shell_peek(reader, 0) != '\0')
        reader->at++;
    if (tabs_too || shell_peek(reader, 0) == '&' || shell_peek(reader, 0) == '|')
        reader->at++;
    node->has_input = node->has_input || reads;
    shell_skip_blanks(reader);
    ShellWord word;
    if (!shell_word(reader, &word))
        shell_break(reader, from, "a redirection names no file");
    else if (is_document)
        vec_push(reader->arena, &reader->pending,
                 (HereDocument){here_end(&word, reader->text), tabs_too});
}

static bool at_redirection(const ShellReader *reader)
{
    char c = shell_peek(reader, 0);
    char next = shell_peek(reader, 1);
    return (c == '<' || c == '>') && next != '(';
}

/* &> and &>>, and a number before < or >: 2>&1. */
static bool skip_to_redirection(ShellReader *reader)
{
    size_t len = shell_next_is(reader, "&>") ? 1 : 0;
    while (shell_peek(reader, len) >= '0' && shell_peek(reader, len) <= '9')
        len++;
    char after = shell_peek(reader, len);
    if (len > 0 && after != '<' && after != '>')
        return false;
    if (len > 0)
        reader->at += len;
    return at_redirection(reader);
}

static void take_redirections(ShellReader *reader, ShellNode *node)
{
    shell_skip_blanks(reader);
    while (!reader->broken && skip_to_redirection(reader)) {
        take_redirection(reader, node);
        shell_skip_blanks(reader);
    }
}

/* ---- simple commands ---- */

static void take_array(ShellReader *reader, ShellAssignment *assignment)
{
    size_t from = reader->at++;
    assignment->is_array = true;
    for (;;) {
        shell_skip_lines(reader);
        ShellWord word;
        if (!shell_word(reader, &word))
            break;
        vec_push(reader->arena, &assignment->words, word);
    }
    if (shell_peek(reader, 0) == ')')
        reader->at++;
    else
        shell_break(reader, from, "a list of values is not closed");
}

static bool take_assignment(ShellReader *reader, ShellNode *node)
{
    size_t len = shell_assigned_name(reader);
    if (len == 0)
        return false;
    ShellAssignment assignment = {0};
    size_t from = reader->at;
    assignment.append = shell_peek(reader, len - 2) == '+';
    assignment.name = str_slice(reader->text, from, from + len - 1 - assignment.append);
    reader->at += len;
    if (shell_peek(reader, 0) == '(') {
        take_array(reader, &assignment);
    } else {
        ShellWord word = {.range = {(uint32_t)reader->at, (uint32_t)reader->at}};
        if (!shell_ends_word(shell_peek(reader, 0)))
            shell_word(reader, &word);
        vec_push(reader->arena, &assignment.words, word);
    }
    assignment.range = (Range){(uint32_t)from, (uint32_t)reader->at};
    vec_push(reader->arena, &node->assignments, assignment);
    return true;
}

bool shell_take_parentheses(ShellReader *reader)
{
    size_t from = reader->at;
    shell_skip_blanks(reader);
    if (shell_peek(reader, 0) == '(') {
        reader->at++;
        shell_skip_blanks(reader);
        if (shell_peek(reader, 0) == ')') {
            reader->at++;
            return true;
        }
        shell_break(reader, from, "a ( stands where none can");
    }
    reader->at = reader->broken ? reader->at : from;
    return false;
}

void shell_function_body(ShellReader *reader, ShellNode *node, Str name)
{
    size_t from = node->range.start;
    node->kind = SHELL_FUNCTION;
    node->name = name;
    shell_skip_lines(reader);
    ShellNode *body = shell_command(reader);
    if (!body) {
        shell_break(reader, from, "a function has no body");
        return;
    }
    ShellPipeline pipeline = {0};
    ShellItem item = {0};
    vec_push(reader->arena, &pipeline.stages, body);
    vec_push(reader->arena, &item.pipelines, pipeline);
    vec_push(reader->arena, &node->body.items, item);
}

static bool is_declaration(const ShellNode *node)
{
    static const char *const words[] = {"export", "local", "readonly", "declare", "typeset"};
    Str first = node->words.len ? shell_plain(&node->words.items[0]) : STR("");
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(first, words[i]))
            return true;
    return false;
}

static void read_words(ShellReader *reader, ShellNode *node)
{
    size_t end = reader->at;
    for (;;) {
        take_redirections(reader, node);
        bool may_assign = node->words.len == 0 || is_declaration(node);
        ShellWord word;
        if (may_assign && take_assignment(reader, node)) {
            end = reader->at;
            continue;
        }
        if (!shell_word(reader, &word))
            break;
        end = word.range.end;
        vec_push(reader->arena, &node->words, word);
        Str plain = node->words.len == 1 ? shell_plain(&word) : STR("");
        if (plain.len && shell_peek(reader, 0) != '\n' && node->assignments.len == 0 &&
            shell_take_parentheses(reader)) {
            shell_function_body(reader, node, plain);
            return;
        }
    }
    node->range.end = (uint32_t)end;
}

/* ---- commands ---- */

static bool ends_block(const ShellReader *reader)
{
    static const char *const words[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};
    Str word = next_keyword(reader);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(word, words[i]))
            return true;
    return false;
}

ShellNode *shell_command(ShellReader *reader)
{
    ShellNode *node = ARENA_NEW(reader->arena, ShellNode);
    size_t from = reader->at;
    if (reader->at >= reader->text.len || ends_block(reader))
        return NULL;
    if (++reader->depth > SHELL_DEPTH_MAX)
        shell_break(reader, from, "it is nested too deeply");
    node->range = (Range){(uint32_t)from, (uint32_t)(from + next_keyword(reader).len)};
    if (shell_block(reader, node))
        take_redirections(reader, node);
    else
        read_words(reader, node);
    reader->depth--;
    return reader->broken || reader->at == from ? NULL : node;
}

/* ---- lists ---- */

static bool at_pipe(const ShellReader *reader)
{
    return shell_peek(reader, 0) == '|' && shell_peek(reader, 1) != '|';
}

static bool read_pipeline(ShellReader *reader, ShellPipeline *pipeline)
{
    size_t from = reader->at;
    while (shell_take_keyword(reader, "!")) {
        pipeline->negated = !pipeline->negated;
        shell_skip_blanks(reader);
    }
    if (shell_take_keyword(reader, "time")) {
        shell_skip_blanks(reader);
        shell_take_keyword(reader, "-p");
        shell_skip_blanks(reader);
    }
    for (;;) {
        ShellNode *stage = shell_command(reader);
        if (!stage)
            break;
        vec_push(reader->arena, &pipeline->stages, stage);
        shell_skip_blanks(reader);
        if (!at_pipe(reader))
            return !reader->broken;
        reader->at += shell_peek(reader, 1) == '&' ? 2 : 1;
        shell_skip_lines(reader);
    }
    if (pipeline->stages.len || reader->at > from)
        shell_break(reader, from, "an operator has no command behind it");
    return false;
}

/* Pipelines joined by && and ||; false where none begins. */
static bool read_item(ShellReader *reader, ShellItem *item)
{
    size_t from = reader->at;
    ShellJoin join = JOIN_FIRST;
    for (;;) {
        ShellPipeline pipeline = {.join = join};
        if (!read_pipeline(reader, &pipeline))
            break;
        vec_push(reader->arena, &item->pipelines, pipeline);
        if (shell_next_is(reader, "&&"))
            join = JOIN_AND;
        else if (shell_next_is(reader, "||"))
            join = JOIN_OR;
        else
            return true;
        reader->at += 2;
        shell_skip_lines(reader);
    }
    if (item->pipelines.len)
        shell_break(reader, from, "an operator has no command behind it");
    return false;
}

/* What stands between two items; false at the end of the list. */
static bool take_separator(ShellReader *reader, ShellItem *item)
{
    shell_skip_blanks(reader);
    char c = shell_peek(reader, 0);
    if (shell_next_is(reader, ";;") || shell_next_is(reader, ";&"))
        return false;
    if (c == '&')
        item->background = true;
    if (c == '&' || c == ';')
        reader->at++;
    return c == '&' || c == ';' || c == '\n';
}

ShellList shell_list(ShellReader *reader)
{
    ShellList list = {0};
    bool more = true;
    while (more && !reader->broken) {
        ShellItem item = {0};
        shell_skip_lines(reader);
        if (!read_item(reader, &item))
            break;
        more = take_separator(reader, &item);
        vec_push(reader->arena, &list.items, item);
    }
    shell_skip_lines(reader);
    return list;
}

const ShellList *shell_commands_in_parentheses(ShellReader *reader)
{
    ShellList *list = ARENA_NEW(reader->arena, ShellList);
    size_t from = reader->at ? reader->at - 1 : 0;
    if (++reader->depth > SHELL_DEPTH_MAX)
        shell_break(reader, from, "it is nested too deeply");
    *list = shell_list(reader);
    reader->depth--;
    if (shell_peek(reader, 0) == ')')
        reader->at++;
    else
        shell_break(reader, from, "a $( is not closed");
    return list;
}

const ShellScript *shell_parse(Arena *arena, Str text)
{
    ShellScript *script = ARENA_NEW(arena, ShellScript);
    ShellReader reader = {.arena = arena, .text = text};
    if (text.len > SHELL_SIZE_MAX)
        shell_break(&reader, 0, "it is longer than 256 KiB");
    else if (memchr(text.len ? text.ptr : "", '\0', text.len))
        shell_break(&reader, 0, "it holds a NUL");
    ShellList list = shell_list(&reader);
    if (!reader.broken && reader.at < text.len)
        shell_break(&reader, reader.at, "a word or operator stands where none can");
    script->broken = reader.broken;
    script->why = reader.why;
    script->at = reader.where;
    if (!reader.broken)
        script->list = list;
    return script;
}
