/*
 * parameter_call.h: what the functions of the template language make of the names they are given.
 *
 * Private to parameter_expr.c.
 */
#ifndef TBLINT_PARAMETER_CALL_H
#define TBLINT_PARAMETER_CALL_H

#include "parameter_expr.h"

typedef enum {
    VALUE_OTHER,
    VALUE_NAME,
    VALUE_STRING,
    VALUE_NUMBER,
    VALUE_WORD, /* True, False, None */
    VALUE_LIST, /* of strings and numbers */
} PythonValueKind;

typedef struct {
    PythonValueKind kind;
    Str text;   /* of a literal, normalised; of a name, the name */
    Strs items; /* of a list */
    size_t use; /* of a name: its index in TagFacts.uses */
    Strs true_without;
    Strs false_without; /* see TagFacts */
} PythonValue;

enum { CALL_ARGUMENTS_MAX = 3 };

typedef struct {
    Str function; /* empty: no plain name is called */
    PythonValue arguments[CALL_ARGUMENTS_MAX];
    size_t given;
    PythonValue default_value; /* default=; VALUE_OTHER with empty text when absent */
    bool has_default_keyword;
    bool is_required;      /* required=True */
    bool may_be_undefined; /* defined=False */
    Strs enum_values;
    Range range; /* of the whole call */
} PythonCall;

void call_keyword(PythonCall *call, Str keyword, const PythonValue *value);

/* Says in `facts` what the call means for the names among its arguments. */
PythonValue call_apply(Arena *arena, TagFacts *facts, const PythonCall *call);

bool python_is_constant(Str name); /* True, False, None; also in lower case */
Str python_constant(Str name);     /* True, False or None */
bool python_is_keyword(Str name);  /* a word of the language that begins no operand */
bool python_is_builtin(Str name);  /* means something when no caller sends it */

/* An absent value is an error there; never of a builtin. */
void use_fails(ParameterUse *use);

#endif
