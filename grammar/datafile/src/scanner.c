/*
 * scanner.c: the line machine of the datafile language.
 *
 * A file is read line by line. The first word of a line, as a shell would split it, opens an
 * instruction; a second word `>` opens a block. A block ends before a line that stands at column
 * 0 and opens with a word of this kind of file. Blank lines and lines that open with `#` are
 * dropped wherever they are. A line whose quotes do not balance is text.
 *
 * Tokens never include the line end before the next line, so every scan that begins a line sees
 * that line end itself and needs no column from the library.
 */
#include <string.h>

#include "scanner.h"
#include "tree_sitter/alloc.h"
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

/* ---- blocks of text ------------------------------------------------------------------------- */

/* A line inside a block, from its first character that is not blank. True when it belongs to the
 * block: then it was read to its end. When false, the word is in `name` and nothing is marked. */
static bool read_block_line(const Scanner *scanner, TSLexer *lexer, Place place, Name *name)
{
    if (!place.column_0 || !is_letter(lexer->lookahead)) {
        skip_line(lexer);
        return true;
    }
    read_shell_word(scanner, lexer, name);
    if (!ends_block(scanner, name)) {
        skip_line(lexer);
        return true;
    }
    if (rest_balances(scanner, lexer))
        return false;
    skip_line(lexer);
    return true;
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

/* The body of a block in one token, or the keyword that ends an empty block. */
static bool scan_text(const Scanner *scanner, TSLexer *lexer, Place place)
{
    Name name = {{0}, 0};
    if (place.column_0 && is_letter(lexer->lookahead)) {
        read_shell_word(scanner, lexer, &name);
        if (ends_block(scanner, &name)) {
            lexer->mark_end(lexer);
            if (rest_balances(scanner, lexer))
                return found(lexer, keyword_token(&name));
        }
    }
    skip_line(lexer);
    for (;;) {
        lexer->mark_end(lexer);
        place = step_to_line(lexer);
        name.length = 0;
        if (at_eof(lexer) || !read_block_line(scanner, lexer, place, &name))
            return found(lexer, TEXT);
    }
}

static bool scan_index(const Scanner *scanner, TSLexer *lexer, Place place)
{
    Name name = {{0}, 0};
    if (place.column_0 && is_letter(lexer->lookahead)) {
        read_shell_word(scanner, lexer, &name);
        if (ends_block(scanner, &name)) {
            lexer->mark_end(lexer);
            if (rest_balances(scanner, lexer))
                return found(lexer, keyword_token(&name));
        }
    }
    skip_line(lexer);
    lexer->mark_end(lexer);
    return found(lexer, INDEX);
}

/* ---- types: is a text one that the rules of the grammar can read? ---------------------------- */

typedef enum {
    PLAIN_START,   /* before an argument or the type itself */
    PLAIN_WORD,    /* String, or the name of an element */
    PLAIN_DOUBLE,  /* DOUBLE, that PRECISION may follow */
    PLAIN_PATH,    /* `a`, a.b */
    PLAIN_DOT,     /* a. */
    PLAIN_TYPE,    /* the type of a named element */
    PLAIN_SKIP,    /* SKIP */
    PLAIN_SKIPPED, /* SKIP a */
    PLAIN_SKIP_DOT,
    PLAIN_REGEXP,
    PLAIN_STRING, /* 'a' of an Enum, or a time zone */
    PLAIN_ENUM,   /* 'a' = */
    PLAIN_SIGN,
    PLAIN_SETTING, /* name = */
    PLAIN_END,     /* nothing but a comma or parenthesis may follow */
    PLAIN_NO,      /* not one of those */
} PlainState;

typedef enum { LEX_NONE, LEX_WORD, LEX_NUMBER, LEX_STRING, LEX_NAME } LexState;

typedef struct {
    PlainState state;
    LexState lex;
    Name word;
    bool dotted; /* the number has its point */
    bool empty;  /* just after an opening parenthesis */
    unsigned depth;
} Plain;

static PlainState plain_after_word(const Plain *plain)
{
    switch (plain->state) {
    case PLAIN_START:
        if (plain->depth && name_is(&plain->word, "SKIP"))
            return PLAIN_SKIP;
        return name_is(&plain->word, "DOUBLE") ? PLAIN_DOUBLE : PLAIN_WORD;
    case PLAIN_DOUBLE:
        if (name_is(&plain->word, "PRECISION"))
            return PLAIN_END;
        return plain->depth ? PLAIN_TYPE : PLAIN_NO;
    case PLAIN_WORD:
        return plain->depth ? PLAIN_TYPE : PLAIN_NO;
    case PLAIN_PATH:
        return PLAIN_TYPE;
    case PLAIN_DOT:
        return PLAIN_PATH;
    case PLAIN_SKIP:
        return name_is(&plain->word, "REGEXP") ? PLAIN_REGEXP : PLAIN_SKIPPED;
    case PLAIN_SKIP_DOT:
        return PLAIN_SKIPPED;
    case PLAIN_SETTING:
        return PLAIN_END;
    default:
        return PLAIN_NO;
    }
}

static PlainState plain_after_name(const Plain *plain)
{
    switch (plain->state) {
    case PLAIN_START:
        return plain->depth ? PLAIN_PATH : PLAIN_NO;
    case PLAIN_DOT:
        return PLAIN_PATH;
    case PLAIN_SKIP:
    case PLAIN_SKIP_DOT:
        return PLAIN_SKIPPED;
    default:
        return PLAIN_NO;
    }
}

static PlainState plain_after_string(const Plain *plain)
{
    if (plain->state == PLAIN_START)
        return plain->depth ? PLAIN_STRING : PLAIN_NO;
    return plain->state == PLAIN_REGEXP || plain->state == PLAIN_SETTING ? PLAIN_END : PLAIN_NO;
}

static PlainState plain_after_number(const Plain *plain)
{
    switch (plain->state) {
    case PLAIN_START:
        return plain->depth ? PLAIN_END : PLAIN_NO;
    case PLAIN_ENUM:
    case PLAIN_SIGN:
    case PLAIN_SETTING:
        return PLAIN_END;
    default:
        return PLAIN_NO;
    }
}

/* A token of letters or digits is over. */
static void plain_finish(Plain *plain)
{
    if (plain->lex == LEX_WORD)
        plain->state = plain_after_word(plain);
    else if (plain->lex == LEX_NUMBER)
        plain->state = plain_after_number(plain);
    plain->lex = LEX_NONE;
}

static bool plain_may_close(const Plain *plain)
{
    switch (plain->state) {
    case PLAIN_WORD:
    case PLAIN_DOUBLE:
    case PLAIN_TYPE:
    case PLAIN_SKIPPED:
    case PLAIN_STRING:
    case PLAIN_END:
        return true;
    default:
        return false;
    }
}

static PlainState plain_after_sign(Plain *plain, int32_t c)
{
    PlainState state = plain->state;
    bool takes_arguments = state == PLAIN_WORD || state == PLAIN_DOUBLE || state == PLAIN_TYPE;
    if (c == '(' && takes_arguments) {
        plain->depth++;
        plain->empty = true;
        return PLAIN_START;
    }
    if (c == ')' && plain->depth && (plain_may_close(plain) || plain->empty)) {
        plain->depth--;
        return PLAIN_END;
    }
    if (c == ',' && plain->depth && plain_may_close(plain))
        return PLAIN_START;
    if (c == '=')
        return state == PLAIN_STRING                          ? PLAIN_ENUM
               : state == PLAIN_WORD || state == PLAIN_DOUBLE ? PLAIN_SETTING
                                                              : PLAIN_NO;
    if (c == '.' && plain->depth)
        return state == PLAIN_WORD || state == PLAIN_DOUBLE || state == PLAIN_PATH ? PLAIN_DOT
               : state == PLAIN_SKIPPED                                            ? PLAIN_SKIP_DOT
                                                                                   : PLAIN_NO;
    if ((c == '-' || c == '+') && state == PLAIN_ENUM)
        return PLAIN_SIGN;
    return PLAIN_NO;
}

/* Inside of a string or a backticked name. */
static void plain_feed_quoted(Plain *plain, int32_t c)
{
    if (c == '\\' || is_newline(c)) {
        plain->state = PLAIN_NO;
    } else if (plain->lex == LEX_STRING && c == '\'') {
        plain->state = plain_after_string(plain);
        plain->lex = LEX_NONE;
    } else if (plain->lex == LEX_NAME && c == '`') {
        plain->state = plain_after_name(plain);
        plain->lex = LEX_NONE;
    }
}

static void plain_feed(Plain *plain, int32_t c)
{
    if (plain->state == PLAIN_NO)
        return;
    if (plain->lex == LEX_STRING || plain->lex == LEX_NAME) {
        plain_feed_quoted(plain, c);
        return;
    }
    if (plain->lex == LEX_WORD && (is_letter(c) || is_digit(c))) {
        name_add(&plain->word, c);
        return;
    }
    if (plain->lex == LEX_NUMBER && (is_digit(c) || (c == '.' && !plain->dotted))) {
        plain->dotted = plain->dotted || c == '.';
        return;
    }
    bool glued = plain->lex == LEX_NUMBER && (is_letter(c) || c == '.');
    plain_finish(plain);
    if (is_blank(c) || is_newline(c) || plain->state == PLAIN_NO)
        return;
    if (is_letter(c)) {
        plain->lex = LEX_WORD;
        plain->word.length = 0;
        name_add(&plain->word, c);
    } else if (is_digit(c)) {
        plain->lex = LEX_NUMBER;
        plain->dotted = false;
    } else if (c == '\'') {
        plain->lex = LEX_STRING;
    } else if (c == '`') {
        plain->lex = LEX_NAME;
    } else {
        plain->state = plain_after_sign(plain, c);
        if (c == '(')
            return;
    }
    plain->empty = false;
    if (glued)
        plain->state = PLAIN_NO;
}

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
        if (c == '-' && before == '-')
            return scan_broken_column(lexer);
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

/* ---- the interface of the library ----------------------------------------------------------- */

static bool is_in_schema(const bool *valid)
{
    return valid[BARE_NAME] || valid[TYPE_TEXT] || valid[EXPRESSION] || valid[JSON_PATH];
}

static bool scan(Scanner *scanner, TSLexer *lexer, const bool *valid)
{
    if (valid[ERROR_SENTINEL])
        return false;
    if (valid[LINE_END])
        return scan_value(scanner, lexer, valid);
    Place place = skip_space(lexer);
    lexer->mark_end(lexer);
    if (at_eof(lexer))
        return false;
    bool types_only = !is_in_schema(valid) && !valid[OTHER_KEYWORD];
    bool in_schema = is_in_schema(valid) || types_only;
    if (lexer->lookahead == '#' && (place.line_start || !in_schema))
        return scan_comment(lexer, in_schema);
    if (valid[TEXT])
        return scan_text(scanner, lexer, place);
    if (valid[INDEX])
        return scan_index(scanner, lexer, place);
    if (!in_schema)
        return scan_instruction(scanner, lexer);
    if (lexer->lookahead == '-') {
        step(lexer);
        if (!at_eof(lexer) && lexer->lookahead == '-')
            return scan_comment(lexer, true);
        Name dash = {{'-'}, 1};
        if (types_only)
            return false;
        if (valid[TYPE_TEXT] || valid[EXPRESSION])
            return scan_nest(scanner, lexer, valid, &dash);
        return valid[BARE_NAME] && scan_bare_name(lexer);
    }
    return !types_only && scan_schema(scanner, lexer, valid, place);
}

static void *create(unsigned kinds, unsigned dialects)
{
    Scanner *scanner = ts_calloc(1, sizeof(*scanner));
    scanner->kinds = kinds;
    scanner->dialects = dialects;
    return scanner;
}

void *datafile_scanner_forward_datasource(void)
{
    return create(IN_DATASOURCE, IS_FORWARD);
}

void *datafile_scanner_forward_pipe(void)
{
    return create(IN_PIPE, IS_FORWARD);
}

void *datafile_scanner_forward_connection(void)
{
    return create(IN_CONNECTION, IS_FORWARD);
}

void *datafile_scanner_classic(void)
{
    return create(IN_ALL, IS_CLASSIC);
}

void *tree_sitter_datafile_external_scanner_create(void);
void tree_sitter_datafile_external_scanner_destroy(void *payload);
unsigned tree_sitter_datafile_external_scanner_serialize(void *payload, char *buffer);
void tree_sitter_datafile_external_scanner_deserialize(void *payload, const char *buffer,
                                                       unsigned length);
bool tree_sitter_datafile_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid);

void *tree_sitter_datafile_external_scanner_create(void)
{
    return create(IN_ALL, IS_FORWARD | IS_CLASSIC);
}

void tree_sitter_datafile_external_scanner_destroy(void *payload)
{
    ts_free(payload);
}

unsigned tree_sitter_datafile_external_scanner_serialize(void *payload, char *buffer)
{
    buffer[0] = ((const Scanner *)payload)->unclosed;
    return 1;
}

void tree_sitter_datafile_external_scanner_deserialize(void *payload, const char *buffer,
                                                       unsigned length)
{
    ((Scanner *)payload)->unclosed = length == 1 && buffer[0];
}

bool tree_sitter_datafile_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid)
{
    return scan(payload, lexer, valid);
}
