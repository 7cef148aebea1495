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
#include "scanner.h"

#include "scan_column.h"
#include "scan_lines.h"
#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

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
