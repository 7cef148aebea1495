/*
 * parameter_expr.h: the Python inside one template tag -> the names that it uses.
 *
 * Private to parameter.c. Python as Tinybird takes it: calls, strings, numbers, lists, operators,
 * conditions, subscripts, methods, comprehensions. No lambda. Nesting is bounded.
 */
#ifndef TBLINT_PARAMETER_EXPR_H
#define TBLINT_PARAMETER_EXPR_H

#include "base/str.h"

/* One place where a name that may be a parameter stands. */
typedef struct {
    Str name;
    Str type; /* canonical, empty where nothing says it */
    bool has_default;
    Str default_text;
    bool is_required;
    Strs enum_values;
    bool is_builtin;  /* len, all, filter: a parameter only where its type is said */
    bool in_defined;  /* the argument of defined() */
    bool fails;       /* gives an error when the caller leaves it out */
    bool given;       /* read only where the caller gives it */
    bool conditional; /* evaluated only when something else in the tag holds */
    Range range;      /* in the file; of a typed use, the whole call */
} ParameterUse;

typedef VEC(ParameterUse) ParameterUses;

typedef struct {
    bool readable;
    ParameterUses uses;
    Strs bound;         /* names that the tag itself sets */
    Strs true_without;  /* the value is true when one of these is left out */
    Strs false_without; /* likewise false */
    bool raises;        /* calls error() or custom_error() whenever it is evaluated */
} TagFacts;

/* What the tag's Python is. */
typedef enum {
    PYTHON_PRINTED,   /* of {{ }}: a value of None is an error */
    PYTHON_CONDITION, /* of if, elif, while */
    PYTHON_LOOP,      /* of for: names in a list */
    PYTHON_SET,       /* of set: names = a value */
} PythonKind;

/* `offset` is where `text` starts in its file. */
TagFacts tag_read(Arena *arena, Str text, uint32_t offset, PythonKind kind);

#endif
