/*
 * parameter_reader.h: the reader that parameter_expr.c (operators, tags) and parameter_operand.c
 * (names, literals, calls) share. Private to them.
 */
#ifndef TBLINT_PARAMETER_READER_H
#define TBLINT_PARAMETER_READER_H

#include "parameter_call.h"
#include "parameter_token.h"

typedef struct {
    Arena *arena;
    Str text;
    uint32_t offset;
    PythonToken token; /* the next one */
    uint32_t last_end; /* where the one before it ended */
    TagFacts *out;
    int depth;
} Reader;

/* ---- parameter_operand.c ---- */

void reader_advance(Reader *reader);
/* The tag cannot be read: nothing comes after it. */
void reader_give_up(Reader *reader);
bool reader_at_operator(const Reader *reader, const char *text);
bool reader_at_word(const Reader *reader, const char *text);
bool reader_at_any(const Reader *reader, const char *const *texts, size_t count);
bool reader_accept(Reader *reader, const char *text); /* takes it when it stands there */
void reader_expect(Reader *reader, const char *text); /* gives up when it does not */

void reader_bind(Reader *reader, Str name);
/* What was read since `mark` is evaluated in some cases only. */
void reader_make_conditional(Reader *reader, size_t mark);
/* None in its place is an error. */
void reader_must_be_given(Reader *reader, const PythonValue *value);
/* `a, b in`: the names of a loop. */
void reader_targets(Reader *reader);
/* One operand with its calls, subscripts and methods. */
PythonValue reader_operand(Reader *reader);

/* ---- parameter_expr.c ---- */

PythonValue reader_expression(Reader *reader);
/* Likewise without `x if y else z` around it. */
PythonValue reader_or(Reader *reader);

#endif
