/* shell_word.c: one word of a shell script: quotes, backslashes, expansions. */
#include "shell_reader.h"

#include <ctype.h>

void shell_break(ShellReader *reader, size_t from, const char *why)
{
    if (reader->broken)
        return;
    reader->broken = true;
    reader->why = str_of(why);
    size_t end = from < reader->text.len ? from + 1 : reader->text.len;
    reader->where = (Range){(uint32_t)from, (uint32_t)end};
    reader->at = reader->text.len;
}

char shell_peek(const ShellReader *reader, size_t ahead)
{
    size_t at = reader->at + ahead;
    return at < reader->text.len ? reader->text.ptr[at] : '\0';
}

bool shell_is_name_start(char c)
{
    return c == '_' || isalpha((unsigned char)c);
}

bool shell_is_name(char c)
{
    return c == '_' || isalnum((unsigned char)c);
}

bool shell_ends_word(char c)
{
    return c == '\0' || strchr(" \t\r\n;&|()<>", c) != NULL;
}

void shell_skip_blanks(ShellReader *reader)
{
    for (;;) {
        char c = shell_peek(reader, 0);
        bool goes_on =
            c == '\\' && (shell_peek(reader, 1) == '\n' ||
                          (shell_peek(reader, 1) == '\r' && shell_peek(reader, 2) == '\n'));
        if (c == '#') {
            while (reader->at < reader->text.len && shell_peek(reader, 0) != '\n')
                reader->at++;
        } else if (goes_on) {
            reader->at += shell_peek(reader, 1) == '\r' ? 3 : 2;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            reader->at++;
        } else {
            return;
        }
    }
}

/* ---- parts ---- */

/* One word in the making; its literal text is gathered on the heap. */
typedef struct {
    ShellReader *reader;
    ShellWord *word;
    Buf literal;
    bool quoted;      /* the literal gathered so far */
    bool any_literal; /* also an empty one, as '' is */
} Making;

static void end_literal(Making *making)
{
    if (!making->any_literal)
        return;
    ShellPart part = {.kind = PART_LITERAL, .quoted = making->quoted};
    part.text = str_copy(making->reader->arena, buf_str(&making->literal));
    vec_push(making->reader->arena, &making->word->parts, part);
    making->literal.len = 0;
    making->any_literal = false;
}

static void begin_literal(Making *making, bool quoted)
{
    if (making->any_literal && making->quoted != quoted)
        end_literal(making);
    making->quoted = quoted;
    making->any_literal = true;
}

static void add_char(Making *making, char c, bool quoted)
{
    begin_literal(making, quoted);
    buf_add_char(&making->literal, c);
}

static void add_part(Making *making, ShellPart part)
{
    end_literal(making);
    vec_push(making->reader->arena, &making->word->parts, part);
}

/* ---- quotes ---- */

static void single_quotes(Making *making)
{
    ShellReader *reader = making->reader;
    size_t from = reader->at++;
    begin_literal(making, true);
    for (; reader->at < reader->text.len; reader->at++) {
        char c = shell_peek(reader, 0);
        if (c == '\'') {
            reader->at++;
            return;
        }
        add_char(making, c, true);
    }
    shell_break(reader, from, "a quote is not closed");
}

/* $'...': the escapes that stand for one character are read, the others left out of certainty. */
static void ansi_quotes(Making *making)
{
    static const char names[] = "ntr\\'\"";
    static const char values[] = "\n\t\r\\'\"";
    ShellReader *reader = making->reader;
    size_t from = reader->at;
    begin_literal(making, true);
    for (reader->at += 2; reader->at < reader->text.len; reader->at++) {
        char c = shell_peek(reader, 0);
        if (c == '\'') {
            reader->at++;
            return;
        }
        if (c != '\\') {
            add_char(making, c, true);
            continue;
        }
        reader->at++;
        char escape = shell_peek(reader, 0);
        const char *known = escape ? strchr(names, escape) : NULL;
        if (known)
            add_char(making, values[known - names], true);
        else
            add_part(making, (ShellPart){.kind = PART_UNKNOWN, .quoted = true});
    }
    shell_break(reader, from, "a quote is not closed");
}

static void expansion(Making *making, bool quoted);
static void backquotes(Making *making, bool quoted);

static void double_quotes(Making *making)
{
    ShellReader *reader = making->reader;
    size_t from = reader->at++;
    begin_literal(making, true);
    while (reader->at < reader->text.len) {
        char c = shell_peek(reader, 0);
        if (c == '"') {
            reader->at++;
            return;
        }
        char next = shell_peek(reader, 1);
        if (c == '$') {
            expansion(making, true);
        } else if (c == '`') {
            backquotes(making, true);
        } else if (c == '\\' && next == '\n') {
            reader->at += 2;
        } else if (c == '\\' && next != '\0' && strchr("$`\"\\", next)) {
            add_char(making, next, true);
            reader->at += 2;
        } else {
            add_char(making, c, true);
            reader->at++;
        }
    }
    shell_break(reader, from, "a quote is not closed");
}

/* ---- expansions ---- */

static bool may_hide_commands(Str text)
{
    return str_find(text, "tb") >= 0 || str_find(text, "$") >= 0;
}

/* `...`: not read, as its quoting is a language of its own. */
static void backquotes(Making *making, bool quoted)
{
    ShellReader *reader = making->reader;
    size_t from = reader->at++;
    while (reader->at < reader->text.len && shell_peek(reader, 0) != '`')
        reader->at += shell_peek(reader, 0) == '\\' ? 2 : 1;
    if (reader->at >= reader->text.len) {
        shell_break(reader, from, "a ` is not closed");
        return;
    }
    Str inside = str_slice(reader->text, from + 1, reader->at);
    reader->at++;
    add_part(
        making,
        (ShellPart){.kind = PART_UNKNOWN, .quoted = quoted, .hides = may_hide_commands(inside)});
}

/* From $(( or (( on: past the parentheses that close it. */
static bool skip_arithmetic(ShellReader *reader, size_t from)
{
    int open = 0;
    for (; reader->at < reader->text.len; reader->at++) {
        char c = shell_peek(reader, 0);
        open += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == ')' && open == 0) {
            reader->at++;
            return true;
        }
    }
    shell_break(reader, from, "a (( is not closed");
    return false;
}

static void substitution(Making *making, bool quoted, size_t opening)
{
    ShellReader *reader = making->reader;
    reader->at += opening;
    ShellPart part = {.kind = PART_COMMAND, .quoted = quoted};
    part.list = shell_commands_in_parentheses(reader);
    add_part(making, part);
}

static Str take_name(ShellReader *reader)
{
    size_t from = reader->at;
    while (shell_is_name(shell_peek(reader, 0)))
        reader->at++;
    return str_slice(reader->text, from, reader->at);
}

/* The rest of ${ that computes: past the } that closes it, whatever is quoted in between. */
static void skip_braces(ShellReader *reader, size_t from)
{
    int open = 1;
    for (; reader->at < reader->text.len && open > 0; reader->at++) {
        char c = shell_peek(reader, 0);
        if (c == '\\')
            reader->at++;
        else
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
    if (open > 0)
        shell_break(reader, from, "a ${ is not closed");
}

/* The word behind the operator of ${x:-word}, up to its }. */
static void operand(Making *making, ShellPart *part, bool quoted)
{
    ShellReader *reader = making->reader;
    ShellWord *word = ARENA_NEW(reader->arena, ShellWord);
    Making inner = {.reader = reader, .word = word};
    size_t from = reader->at;
    part->operand = word;
    if (++reader->depth > SHELL_DEPTH_MAX)
        shell_break(reader, from, "it is nested too deeply");
    while (reader->at < reader->text.len && shell_peek(reader, 0) != '}') {
        char c = shell_peek(reader, 0);
        if (c == '$') {
            expansion(&inner, quoted);
        } else if (c == '`') {
            backquotes(&inner, quoted);
        } else if (c == '"') {
            double_quotes(&inner);
        } else if (c == '\'' && !quoted) {
            single_quotes(&inner);
        } else {
            reader->at += c == '\\' && reader->at + 1 < reader->text.len;
            add_char(&inner, shell_peek(reader, 0), quoted || c == '\\');
            reader->at++;
        }
    }
    end_literal(&inner);
    buf_free(&inner.literal);
    reader->depth--;
    word->range = (Range){(uint32_t)from, (uint32_t)reader->at};
    if (reader->at >= reader->text.len)
        shell_break(reader, from, "a ${ is not closed");
    else
        reader->at++;
}

static bool is_operator(const ShellReader *reader, size_t ahead)
{
    char c = shell_peek(reader, ahead);
    return c != '\0' && strchr("-=+?", c) != NULL;
}

/* ${...}, with `at` on the $. */
static void braces(Making *making, bool quoted)
{
    ShellReader *reader = making->reader;
    size_t from = reader->at;
    reader->at += 2;
    ShellPart part = {.kind = PART_VARIABLE, .quoted = quoted, .text = take_name(reader)};
    Str rest = str_slice(reader->text, reader->at, reader->text.len);
    if (part.text.len && (str_starts(rest, "[@]}") || str_starts(rest, "[*]}"))) {
        part.all = true;
        reader->at += 3;
    }
    part.empty_too = shell_peek(reader, 0) == ':' && is_operator(reader, 1);
    if (part.text.len && shell_peek(reader, 0) == '}') {
        reader->at++;
    } else if (part.text.len && (part.empty_too || is_operator(reader, 0))) {
        reader->at += part.empty_too;
        part.op = shell_peek(reader, 0);
        reader->at++;
        operand(making, &part, quoted);
    } else {
        skip_braces(reader, from);
        size_t end = reader->at <= reader->text.len ? reader->at : reader->text.len;
        part = (ShellPart){.kind = PART_UNKNOWN, .quoted = quoted};
        part.hides = str_find(str_slice(reader->text, from, end), "$(") >= 0;
    }
    add_part(making, part);
}

static void expansion(Making *making, bool quoted)
{
    ShellReader *reader = making->reader;
    char next = shell_peek(reader, 1);
    size_t from = reader->at;
    if (++reader->depth > SHELL_DEPTH_MAX) {
        shell_break(reader, from, "it is nested too deeply");
    } else if (next == '(' && shell_peek(reader, 2) == '(') {
        reader->at++;
        skip_arithmetic(reader, from);
        add_part(making, (ShellPart){.kind = PART_UNKNOWN, .quoted = quoted});
    } else if (next == '(') {
        substitution(making, quoted, 2);
    } else if (next == '{') {
        braces(making, quoted);
    } else if (shell_is_name_start(next)) {
        reader->at++;
        add_part(making,
                 (ShellPart){.kind = PART_VARIABLE, .quoted = quoted, .text = take_name(reader)});
    } else if (next != '\0' && strchr("@*#?$!-0123456789", next)) {
        Str name = str_slice(reader->text, reader->at + 1, reader->at + 2);
        bool all = next == '@' || next == '*';
        reader->at += 2;
        add_part(making, (ShellPart){.kind = PART_VARIABLE,
                                     .quoted = quoted,
                                     .all = all,
                                     .text = all ? STR("@") : name});
    } else {
        add_char(making, '$', quoted);
        reader->at++;
    }
    reader->depth--;
}

/* ---- words ---- */

static bool begins_process(const ShellReader *reader)
{
    char c = shell_peek(reader, 0);
    return (c == '<' || c == '>') && shell_peek(reader, 1) == '(';
}

static void backslash(Making *making)
{
    ShellReader *reader = making->reader;
    char next = shell_peek(reader, 1);
    if (next == '\r' && shell_peek(reader, 2) == '\n')
        reader->at++;
    else if (next != '\n' && reader->at + 1 < reader->text.len)
        add_char(making, next, true);
    reader->at = reader->at + 2 < reader->text.len ? reader->at + 2 : reader->text.len;
}

static void next_part(Making *making)
{
    ShellReader *reader = making->reader;
    char c = shell_peek(reader, 0);
    char next = shell_peek(reader, 1);
    if (c == '\'') {
        single_quotes(making);
    } else if (c == '"') {
        double_quotes(making);
    } else if (c == '$' && next == '\'') {
        ansi_quotes(making);
    } else if (c == '$' && next == '"') {
        reader->at++;
        double_quotes(making);
    } else if (c == '$') {
        expansion(making, false);
    } else if (c == '`') {
        backquotes(making, false);
    } else if (c == '\\') {
        backslash(making);
    } else {
        add_char(making, c, false);
        reader->at++;
    }
}

bool shell_word(ShellReader *reader, ShellWord *word)
{
    *word = (ShellWord){0};
    size_t from = reader->at;
    Making making = {.reader = reader, .word = word};
    if (begins_process(reader))
        substitution(&making, false, 2);
    while (reader->at < reader->text.len && !shell_ends_word(shell_peek(reader, 0)))
        next_part(&making);
    end_literal(&making);
    buf_free(&making.literal);
    word->range = (Range){(uint32_t)from, (uint32_t)reader->at};
    return reader->at > from && !reader->broken;
}

Str shell_plain(const ShellWord *word)
{
    bool plain = word->parts.len == 1 && word->parts.items[0].kind == PART_LITERAL &&
                 !word->parts.items[0].quoted;
    return plain ? word->parts.items[0].text : STR("");
}

size_t shell_assigned_name(const ShellReader *reader)
{
    size_t len = 0;
    if (!shell_is_name_start(shell_peek(reader, 0)))
        return 0;
    while (shell_is_name(shell_peek(reader, len)))
        len++;
    if (shell_peek(reader, len) == '=')
        return len + 1;
    bool appends = shell_peek(reader, len) == '+' && shell_peek(reader, len + 1) == '=';
    return appends ? len + 2 : 0;
}
