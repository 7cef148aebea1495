/*
 * type_lex.h: the words of a type: names, numbers, strings, punctuation.
 *
 * Used by type_parse.c only. ClickHouse's rules: comments count as blanks, names may stand in
 * backticks or double quotes, strings in single quotes with backslash or doubled-quote escapes.
 */
#ifndef TBLINT_TYPE_LEX_H
#define TBLINT_TYPE_LEX_H

#include "base/str.h"

typedef enum {
    LEX_END,
    LEX_WORD,
    LEX_QUOTED_WORD, /* `a b`, "a b" */
    LEX_NUMBER,
    LEX_STRING,
    LEX_PUNCTUATION,
    LEX_BAD, /* a byte that no type holds, or a quote that is never closed */
} LexemeKind;

typedef struct {
    LexemeKind kind;
    Str text; /* without quotes and escapes; in the arena only where there were escapes */
    char punctuation;
    uint32_t offset;
} Lexeme;

typedef struct {
    Arena *arena;
    Str text;
    size_t at;
} TypeLexer;

Lexeme type_lex_next(TypeLexer *lexer);

bool lex_is_word_byte(char c); /* letters, digits, _ and $ */

#endif
