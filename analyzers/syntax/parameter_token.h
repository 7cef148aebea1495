/*
 * parameter_token.h: the Python inside one template tag -> tokens. Private to parameter_expr.c.
 */
#ifndef TBLINT_PARAMETER_TOKEN_H
#define TBLINT_PARAMETER_TOKEN_H

#include "base/str.h"

typedef enum {
    PYTHON_END,
    PYTHON_NAME,
    PYTHON_NUMBER,
    PYTHON_STRING,
    PYTHON_OPERATOR,
    PYTHON_BROKEN, /* a string without its end, a byte that Python does not know */
} PythonTokenKind;

typedef struct {
    PythonTokenKind kind;
    Str text;    /* as written */
    Range range; /* in the tag's text */
} PythonToken;

PythonToken python_token(Str text, size_t from);

/* The value of a string token, quoted again in one way; escapes stay as written. */
Str python_string(Arena *arena, Str token);

/* f'...' can hold expressions. */
bool python_is_f_string(Str token);

#endif
