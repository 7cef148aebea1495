/*
 * scan_lines.h: characters, words and lines, and what they are to a shell.
 *
 * A part of scanner.c, which is one unit for the tools of tree-sitter; included there only.
 */
#ifndef DATAFILE_SCAN_LINES_H
#define DATAFILE_SCAN_LINES_H

#include <string.h>

#include "tree_sitter/parser.h"

/* The order of `externals` in grammar.js. */
enum TokenType {
    ERROR_SENTINEL,
    COMMENT,
    SCHEMA_KEYWORD,
    INDEXES_KEYWORD,
    SQL_KEYWORD,
    FORWARD_QUERY_KEYWORD,
    DESCRIPTION_KEYWORD,
    OTHER_KEYWORD,
    UNKNOWN_WORD,
    STRAY_LINE,
    BLOCK_OPEN,
    DISCARDED_TEXT,
    WORD,
    QUOTED_WORD,
    LINE_END,
    TEXT,
    INDEX,
    BARE_NAME,
    QUOTED_NAME,
    BROKEN_COLUMN,
    JSON_PATH,
    TYPE_TEXT,
    EXPRESSION,
    BROKEN_EXPRESSION,
    DEFAULT_WORD,
    CODEC_WORD,
    NULL_WORD,
    NOT_NULL_WORD,
    MATERIALIZED_WORD,
    ALIAS_WORD,
    TTL_WORD,
    ARGUMENTS_AHEAD,
};

enum { IN_DATASOURCE = 1, IN_PIPE = 2, IN_CONNECTION = 4, IN_ALL = 7 };
enum { IS_FORWARD = 1, IS_CLASSIC = 2 };

/* Longer than any keyword. */
#define WORD_MAX 48

typedef struct {
    unsigned kinds;    /* IN_ bits */
    unsigned dialects; /* IS_ bits */
    /* A parenthesis or quote of this SCHEMA stays open to its end: from here on each must close
     * on its own line, so that looking for the end stays linear. */
    bool unclosed;
} Scanner;

typedef struct {
    const char *text;
    unsigned char length;
    unsigned char token;
    unsigned char forward;
    unsigned char classic;
} Word;

static const Word words[] = {
#define KEYWORD(id, word, forward, classic, ...)                                                   \
    {word, sizeof(word) - 1, OTHER_KEYWORD, (forward), (classic)},
#include "../../../analyzers/syntax/keyword.def"
#undef KEYWORD
};

static const struct {
    const char *text;
    unsigned char token;
} own_token[] = {
    {"SCHEMA", SCHEMA_KEYWORD},           {"INDEXES", INDEXES_KEYWORD},
    {"INDICES", INDEXES_KEYWORD},         {"SQL", SQL_KEYWORD},
    {"DESCRIPTION", DESCRIPTION_KEYWORD}, {"FORWARD_QUERY", FORWARD_QUERY_KEYWORD},
};

/* ---- characters ----------------------------------------------------------------------------- */

static bool is_blank(int32_t c)
{
    return c == ' ' || c == '\t';
}

static bool is_newline(int32_t c)
{
    return c == '\n' || c == '\r';
}

static bool is_letter(int32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_quote(int32_t c)
{
    return c == '"' || c == '\'';
}

static char upper(int32_t c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static bool at_eof(TSLexer *lexer)
{
    return lexer->eof(lexer);
}

static bool at_line_end(TSLexer *lexer)
{
    return at_eof(lexer) || is_newline(lexer->lookahead);
}

static void step(TSLexer *lexer)
{
    lexer->advance(lexer, false);
}

/* ---- words ---------------------------------------------------------------------------------- */

/* The start of a word in upper case; `length` is the true one. */
typedef struct {
    char text[WORD_MAX];
    unsigned length;
} Name;

static void name_add(Name *name, int32_t c)
{
    if (name->length < WORD_MAX)
        name->text[name->length] = c < 128 ? upper(c) : '?';
    name->length++;
}

static bool name_is(const Name *name, const char *text)
{
    size_t length = strlen(text);
    return name->length == length && memcmp(name->text, text, length) == 0;
}

static const Word *find_word(const Name *name)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i].length == name->length && name->length <= WORD_MAX &&
            memcmp(words[i].text, name->text, name->length) == 0)
            return &words[i];
    return NULL;
}

static bool ends_block(const Scanner *scanner, const Name *name)
{
    const Word *word = find_word(name);
    if (!word)
        return false;
    if ((scanner->dialects & IS_FORWARD) && (word->forward & scanner->kinds))
        return true;
    return (scanner->dialects & IS_CLASSIC) && word->classic && !name_is(name, "FROM");
}

static TSSymbol keyword_token(const Name *name)
{
    for (size_t i = 0; i < sizeof(own_token) / sizeof(own_token[0]); i++)
        if (name_is(name, own_token[i].text))
            return own_token[i].token;
    return find_word(name) ? OTHER_KEYWORD : UNKNOWN_WORD;
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* `{{ ... }}` is one piece in files that are rendered before they are read. Called after the
 * first brace; stops after the last, or at the end of the line. */
static void skip_template(TSLexer *lexer)
{
    int32_t before = 0;
    while (!at_line_end(lexer)) {
        int32_t c = lexer->lookahead;
        step(lexer);
        if (c == '}' && (before == '}' || before == '%' || before == '#'))
            return;
        before = c;
    }
}

static bool has_templates(const Scanner *scanner)
{
    return (scanner->kinds & (IN_DATASOURCE | IN_CONNECTION)) != 0;
}

/* One character of a shell word, or one whole template. */
static void step_piece(const Scanner *scanner, TSLexer *lexer)
{
    int32_t c = lexer->lookahead;
    step(lexer);
    if (c == '{' && has_templates(scanner) && !at_eof(lexer) && lexer->lookahead == '{')
        skip_template(lexer);
}

/* Reads a shell word; false when its quote does not close on this line. */
static bool read_shell_word(const Scanner *scanner, TSLexer *lexer, Name *name)
{
    int32_t quote = is_quote(lexer->lookahead) ? lexer->lookahead : 0;
    if (quote) {
        name_add(name, quote);
        step(lexer);
        while (!at_line_end(lexer) && lexer->lookahead != quote)
            step_piece(scanner, lexer);
        if (at_line_end(lexer))
            return false;
        step(lexer);
        return true;
    }
    while (!at_line_end(lexer) && !is_blank(lexer->lookahead) && lexer->lookahead != '#') {
        name_add(name, lexer->lookahead);
        step_piece(scanner, lexer);
    }
    return true;
}

static void skip_line(TSLexer *lexer)
{
    while (!at_line_end(lexer))
        step(lexer);
}

/* Reads to the end of the line; false when a quote stays open. */
static bool rest_balances(const Scanner *scanner, TSLexer *lexer)
{
    for (;;) {
        while (!at_eof(lexer) && is_blank(lexer->lookahead))
            step(lexer);
        if (at_line_end(lexer))
            return true;
        if (lexer->lookahead == '#') {
            skip_line(lexer);
            return true;
        }
        Name ignored = {{0}, 0};
        if (!read_shell_word(scanner, lexer, &ignored))
            return false;
    }
}

/* Skips blanks and line ends; what is known of the place where the next text stands. */
typedef struct {
    bool line_start; /* a line end was passed, or the file begins here */
    bool column_0;
} Place;

static Place skip_space(TSLexer *lexer)
{
    Place place = {false, false};
    while (!at_eof(lexer)) {
        int32_t c = lexer->lookahead;
        if (is_newline(c))
            place = (Place){true, true};
        else if (is_blank(c) || c == '\f' || c == '\v')
            place.column_0 = false;
        else
            break;
        lexer->advance(lexer, true);
    }
    return place;
}

/* Steps over line ends and what is blank or dropped, without changing the marked end. */
static Place step_to_line(TSLexer *lexer)
{
    Place place = {false, false};
    while (!at_eof(lexer)) {
        int32_t c = lexer->lookahead;
        if (is_newline(c))
            place = (Place){true, true};
        else if (is_blank(c) || c == '\f' || c == '\v')
            place.column_0 = false;
        else if (c == '#' && place.line_start) {
            skip_line(lexer);
            continue;
        } else
            break;
        step(lexer);
    }
    return place;
}

static bool found(TSLexer *lexer, TSSymbol token)
{
    lexer->result_symbol = token;
    return true;
}

static bool at_comment(TSLexer *lexer, bool dashes)
{
    if (at_eof(lexer))
        return false;
    if (!dashes || lexer->lookahead != '-')
        return lexer->lookahead == '#';
    step(lexer);
    return !at_eof(lexer) && lexer->lookahead == '-';
}

/* One token for a run of comment lines; `dashes` where -- opens one too. */
static bool scan_comment(TSLexer *lexer, bool dashes)
{
    do {
        skip_line(lexer);
        lexer->mark_end(lexer);
        while (!at_eof(lexer) && (is_newline(lexer->lookahead) || is_blank(lexer->lookahead)))
            step(lexer);
    } while (at_comment(lexer, dashes));
    return found(lexer, COMMENT);
}

/* The first word of a line outside of blocks. */
static bool scan_instruction(const Scanner *scanner, TSLexer *lexer)
{
    Name name = {{0}, 0};
    bool balanced = read_shell_word(scanner, lexer, &name);
    lexer->mark_end(lexer);
    if (!balanced || !rest_balances(scanner, lexer)) {
        skip_line(lexer);
        lexer->mark_end(lexer);
        return found(lexer, STRAY_LINE);
    }
    return found(lexer, keyword_token(&name));
}

/* What follows the first word of an instruction. */
static bool scan_value(Scanner *scanner, TSLexer *lexer, const bool *valid)
{
    while (!at_eof(lexer) && is_blank(lexer->lookahead))
        lexer->advance(lexer, true);
    lexer->mark_end(lexer);
    if (at_line_end(lexer))
        return valid[LINE_END] && found(lexer, LINE_END);
    if (lexer->lookahead == '#')
        return scan_comment(lexer, false);
    if (valid[DISCARDED_TEXT]) {
        skip_line(lexer);
        lexer->mark_end(lexer);
        return found(lexer, DISCARDED_TEXT);
    }
    TSSymbol token = is_quote(lexer->lookahead) ? QUOTED_WORD : WORD;
    Name name = {{0}, 0};
    read_shell_word(scanner, lexer, &name);
    lexer->mark_end(lexer);
    if (valid[BLOCK_OPEN] && name_is(&name, ">")) {
        scanner->unclosed = false;
        return found(lexer, BLOCK_OPEN);
    }
    return valid[WORD] && found(lexer, token);
}

#endif
