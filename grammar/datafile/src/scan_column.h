/*
 * scan_column.h: the columns of SCHEMA: names, types, expressions, attributes.
 *
 * A part of scanner.c, which is one unit for the tools of tree-sitter; included there only.
 */
#ifndef DATAFILE_SCAN_COLUMN_H
#define DATAFILE_SCAN_COLUMN_H

#include "scan_type.h"

/* ---- types and expressions of a column ------------------------------------------------------ */

/* What an unquoted type or expression may hold besides letters and digits. */
static bool is_expression_char(int32_t c)
{
    if (c <= 0 || c >= 128)
        return false;
    return is_letter(c) || is_digit(c) || strchr("._`*<>+-'\"[](),=!?:/% \t\r\n", c) != NULL;
}

typedef struct {
    Scanner *scanner;
    TSLexer *lexer;
    Plain plain;
    unsigned depth;
    int32_t quote;
    int32_t before; /* last character that is not blank, 0 at the start */
    bool first_line;
    bool broken;
    bool over; /* a boundary was reached */
} Nest;

/* An expression goes on in the next line when an operator asks for more. */
static bool asks_for_more(int32_t c)
{
    return c > 0 && c < 128 && strchr("+-*/%=<>!?:.(", c) != NULL;
}

static void nest_mark(Nest *nest, int32_t c)
{
    bool level = nest->depth == 0 && nest->quote == 0;
    if (level || (nest->first_line && c != ','))
        nest->lexer->mark_end(nest->lexer);
}

/* Takes the character that was just stepped over. */
static void nest_feed(Nest *nest, int32_t c)
{
    plain_feed(&nest->plain, c);
    if (nest->quote) {
        if (c == nest->quote)
            nest->quote = 0;
    } else if (is_quote(c)) {
        nest->quote = c;
    } else if (c == '(') {
        nest->depth++;
    } else if (c == ')' && nest->depth) {
        nest->depth--;
    } else if (!is_expression_char(c)) {
        nest->broken = true;
    }
    if (!is_blank(c) && !is_newline(c)) {
        nest->before = c;
        nest_mark(nest, c);
    }
}

static TSSymbol attribute_token(const Name *name)
{
    static const struct {
        const char *text;
        TSSymbol token;
    } attributes[] = {
        {"DEFAULT", DEFAULT_WORD}, {"CODEC", CODEC_WORD}, {"NULL", NULL_WORD},
        {"NOT", NOT_NULL_WORD},    {"ALIAS", ALIAS_WORD}, {"MATERIALIZED", MATERIALIZED_WORD},
        {"TTL", TTL_WORD},
    };
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
        if (name_is(name, attributes[i].text))
            return attributes[i].token;
    return ERROR_SENTINEL;
}

/* Reads letters and digits without feeding them. */
static void read_name(TSLexer *lexer, Name *name)
{
    while (!at_eof(lexer) && (is_letter(lexer->lookahead) || is_digit(lexer->lookahead))) {
        name_add(name, lexer->lookahead);
        step(lexer);
    }
}

/* After NOT: the blanks and the NULL that make it an attribute. */
static bool reads_null(TSLexer *lexer)
{
    Name name = {{0}, 0};
    if (at_eof(lexer) || !is_blank(lexer->lookahead))
        return false;
    while (!at_eof(lexer) && is_blank(lexer->lookahead))
        step(lexer);
    read_name(lexer, &name);
    return name_is(&name, "NULL");
}

static void nest_feed_name(Nest *nest, const Name *name)
{
    for (unsigned i = 0; i < name->length; i++)
        nest_feed(nest, i < WORD_MAX ? name->text[i] : 'X');
}

/* A word at depth 0 after a blank: an attribute ends the text, any other word is part of it. */
static void nest_word(Nest *nest)
{
    Name name = {{0}, 0};
    read_name(nest->lexer, &name);
    TSSymbol attribute = attribute_token(&name);
    if (attribute == NOT_NULL_WORD && !reads_null(nest->lexer)) {
        /* NOT as an operator of an expression. */
        nest->plain.state = PLAIN_NO;
        attribute = ERROR_SENTINEL;
    }
    if (attribute != ERROR_SENTINEL)
        nest->over = true;
    else
        nest_feed_name(nest, &name);
}

/* After a line end: the next line that is kept, or the end of the block. */
static void nest_newline(Nest *nest)
{
    TSLexer *lexer = nest->lexer;
    Place place = step_to_line(lexer);
    nest->first_line = false;
    bool level = nest->depth == 0 && nest->quote == 0;
    if (at_eof(lexer) || nest->scanner->unclosed) {
        nest->over = true;
        return;
    }
    int32_t c = lexer->lookahead;
    plain_feed(&nest->plain, '\n');
    if (nest->quote)
        nest->plain.state = PLAIN_NO;
    if (level && nest->before && !asks_for_more(nest->before) && (!asks_for_more(c) || c == '-')) {
        nest->over = true;
        return;
    }
    if (!is_letter(c))
        return;
    Name name = {{0}, 0};
    read_name(lexer, &name);
    bool complete = at_line_end(lexer) || is_blank(lexer->lookahead) || lexer->lookahead == '#';
    bool ends = place.column_0 && complete && ends_block(nest->scanner, &name);
    if (ends && rest_balances(nest->scanner, lexer)) {
        nest->over = true;
        return;
    }
    if (level && attribute_token(&name) != ERROR_SENTINEL)
        nest->over = true;
    else
        nest_feed_name(nest, &name);
}

/* Two characters that may open a template or a comment. */
static void nest_pair(Nest *nest)
{
    TSLexer *lexer = nest->lexer;
    int32_t c = lexer->lookahead;
    step(lexer);
    int32_t next = at_eof(lexer) ? 0 : lexer->lookahead;
    if (c == '-' && next == '-') {
        skip_line(lexer);
    } else if (c == '{' && (next == '{' || next == '%' || next == '#')) {
        skip_template(lexer);
        nest->plain.state = PLAIN_NO;
        nest->before = '}';
        nest_mark(nest, '}');
    } else {
        nest_feed(nest, c);
    }
}

/* Reads to the comma, path, attribute or line that ends a type or an expression. */
static void nest_read(Nest *nest)
{
    TSLexer *lexer = nest->lexer;
    while (!nest->over) {
        int32_t c = lexer->lookahead;
        bool level = nest->depth == 0 && nest->quote == 0;
        if (at_eof(lexer) || (level && (c == ',' || c == '`'))) {
            nest->over = true;
        } else if (is_newline(c)) {
            nest_newline(nest);
        } else if (c == '-' || c == '{') {
            nest_pair(nest);
        } else if (level && is_blank(c)) {
            step(lexer);
            plain_feed(&nest->plain, c);
            if (!at_eof(lexer) && is_letter(lexer->lookahead))
                nest_word(nest);
        } else {
            step(lexer);
            nest_feed(nest, c);
        }
    }
    plain_finish(&nest->plain);
    if (nest->depth || nest->quote) {
        nest->broken = true;
        nest->scanner->unclosed = true;
    }
}

static bool is_plain_type(const Nest *nest)
{
    const Plain *plain = &nest->plain;
    return !nest->broken && plain->depth == 0 && plain_may_close(plain);
}

/* A type or an expression; `name` is what was read of it already. */
static bool scan_nest(Scanner *scanner, TSLexer *lexer, const bool *valid, const Name *name)
{
    Nest nest = {.scanner = scanner, .lexer = lexer, .first_line = true};
    nest_feed_name(&nest, name);
    nest_read(&nest);
    if (valid[TYPE_TEXT])
        return !is_plain_type(&nest) && found(lexer, TYPE_TEXT);
    return found(lexer, nest.broken ? BROKEN_EXPRESSION : EXPRESSION);
}

/* ---- columns -------------------------------------------------------------------------------- */

static bool is_name_char(int32_t c)
{
    return is_letter(c) || is_digit(c) || (c > 0 && c < 128 && strchr(".`*<>+-'", c) != NULL);
}

/* A column that cannot be told apart: to the comma or the end of the line. */
static bool scan_broken_column(TSLexer *lexer)
{
    unsigned depth = 0;
    while (!at_line_end(lexer)) {
        int32_t c = lexer->lookahead;
        if (c == ',' && depth == 0)
            break;
        depth += c == '(';
        if (c == ')' && depth)
            depth--;
        step(lexer);
        if (c == '-' && !at_eof(lexer) && lexer->lookahead == '-')
            break;
        if (!is_blank(c))
            lexer->mark_end(lexer);
    }
    return found(lexer, BROKEN_COLUMN);
}

/* A name without backticks, of which `name` was read already. */
static bool scan_bare_name(TSLexer *lexer)
{
    int32_t before = 0;
    while (!at_line_end(lexer) && is_name_char(lexer->lookahead)) {
        int32_t c = lexer->lookahead;
        if (c == '-' && before == '-') {
            lexer->mark_end(lexer);
            return scan_broken_column(lexer);
        }
        before = c;
        step(lexer);
    }
    lexer->mark_end(lexer);
    if (at_line_end(lexer) || is_blank(lexer->lookahead))
        return found(lexer, BARE_NAME);
    return scan_broken_column(lexer);
}

/* `name` or `json:path`, after the opening backtick. */
static bool scan_backtick(TSLexer *lexer, const bool *valid)
{
    Name name = {{0}, 0};
    step(lexer);
    /* Every token takes something: one of no width would come again without end. */
    lexer->mark_end(lexer);
    while (!at_line_end(lexer) && lexer->lookahead != '`') {
        int32_t c = lexer->lookahead;
        if (name.length < 5)
            name_add(&name, c);
        step(lexer);
        /* Without a closing backtick the comma at the end is that of the list. */
        if (!is_blank(c) && c != ',')
            lexer->mark_end(lexer);
    }
    bool closed = !at_line_end(lexer);
    if (!closed)
        return found(lexer, BROKEN_COLUMN);
    step(lexer);
    lexer->mark_end(lexer);
    bool is_path = name_is(&name, "JSON:");
    if (is_path && valid[JSON_PATH])
        return found(lexer, JSON_PATH);
    if (!is_path && valid[QUOTED_NAME])
        return found(lexer, QUOTED_NAME);
    return scan_broken_column(lexer);
}

static bool scan_attribute(TSLexer *lexer, const bool *valid, const Name *name)
{
    TSSymbol token = attribute_token(name);
    if (token == ERROR_SENTINEL || !valid[token])
        return false;
    if (token != NOT_NULL_WORD)
        lexer->mark_end(lexer);
    else if (!reads_null(lexer))
        return false;
    lexer->mark_end(lexer);
    return found(lexer, token);
}

/* A word inside SCHEMA: the keyword that ends it, an attribute, a type, or the next column. */
static bool scan_schema_word(Scanner *scanner, TSLexer *lexer, const bool *valid, Place place)
{
    Name name = {{0}, 0};
    read_name(lexer, &name);
    bool complete = at_line_end(lexer) || is_blank(lexer->lookahead) || lexer->lookahead == '#';
    if (place.column_0 && complete && valid[OTHER_KEYWORD] && ends_block(scanner, &name)) {
        lexer->mark_end(lexer);
        if (rest_balances(scanner, lexer))
            return found(lexer, keyword_token(&name));
        lexer->mark_end(lexer);
        return found(lexer, BROKEN_COLUMN);
    }
    if (scan_attribute(lexer, valid, &name))
        return true;
    if (valid[TYPE_TEXT] || valid[EXPRESSION])
        return scan_nest(scanner, lexer, valid, &name);
    return valid[BARE_NAME] && scan_bare_name(lexer);
}

static bool scan_schema(Scanner *scanner, TSLexer *lexer, const bool *valid, Place place)
{
    int32_t c = lexer->lookahead;
    bool wants_text = valid[TYPE_TEXT] || valid[EXPRESSION];
    if (c == ',' || (c == '(' && valid[ARGUMENTS_AHEAD]))
        return false;
    if (c == '`')
        return scan_backtick(lexer, valid);
    if (is_letter(c))
        return scan_schema_word(scanner, lexer, valid, place);
    Name empty = {{0}, 0};
    if (wants_text)
        return scan_nest(scanner, lexer, valid, &empty);
    return valid[BARE_NAME] && scan_bare_name(lexer);
}

#endif
