/*
 * scan_type.h: is a text a type that the rules of the grammar can read?
 *
 * A part of scanner.c, which is one unit for the tools of tree-sitter; included there only.
 */
#ifndef DATAFILE_SCAN_TYPE_H
#define DATAFILE_SCAN_TYPE_H

#include "scan_lines.h"

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

#endif
