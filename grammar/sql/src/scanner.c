/*
 * scanner.c: gives up on a text with too many errors; and gives gaps where the grammar wants them.
 *
 * tree-sitter's recovery costs a fraction of a millisecond for every token that it skips, so a
 * long text of garbage would take minutes. GIVE_UP is never valid in a query; the parser
 * asks for it only while it recovers. After a number of such questions the token takes the
 * rest of the text, which becomes part of the last error. The count depends on the text alone.
 *
 * A payload serves one parse: set the language anew before the next.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <tree_sitter/parser.h>

enum { MAX_RECOVERIES = 100 };

enum { GIVE_UP, GAP };

void *tree_sitter_clickhouse_external_scanner_create(void);
void tree_sitter_clickhouse_external_scanner_destroy(void *payload);
unsigned tree_sitter_clickhouse_external_scanner_serialize(void *payload, char *buffer);
void tree_sitter_clickhouse_external_scanner_deserialize(void *payload, const char *buffer,
                                                         unsigned length);
bool tree_sitter_clickhouse_external_scanner_scan(void *payload, TSLexer *lexer,
                                                  const bool *valid_symbols);

void *tree_sitter_clickhouse_external_scanner_create(void)
{
    return calloc(1, sizeof(unsigned));
}

void tree_sitter_clickhouse_external_scanner_destroy(void *payload)
{
    free(payload);
}

/* The count belongs to the parse, not to a place in the text, so nothing is saved with a token. */
unsigned tree_sitter_clickhouse_external_scanner_serialize(void *payload, char *buffer)
{
    (void)payload;
    (void)buffer;
    return 0;
}

void tree_sitter_clickhouse_external_scanner_deserialize(void *payload, const char *buffer,
                                                         unsigned length)
{
    (void)payload;
    (void)buffer;
    (void)length;
}

bool tree_sitter_clickhouse_external_scanner_scan(void *payload, TSLexer *lexer,
                                                  const bool *valid_symbols)
{
    unsigned *recoveries = payload;

    if (valid_symbols[GAP] && !valid_symbols[GIVE_UP]) {
        lexer->mark_end(lexer);
        lexer->result_symbol = GAP;
        return true;
    }
    if (!recoveries || !valid_symbols[GIVE_UP] || ++*recoveries <= MAX_RECOVERIES)
        return false;
    if (lexer->eof(lexer))
        return false;
    while (!lexer->eof(lexer))
        lexer->advance(lexer, false);
    lexer->mark_end(lexer);
    lexer->result_symbol = GIVE_UP;
    return true;
}
