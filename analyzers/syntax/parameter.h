/*
 * parameter.h: the parameters of a templated query: {{String(name, 'x')}}, {% if defined(name) %}.
 *
 * Read by a small parser of the Python expressions that Tinybird's templates hold. What it cannot
 * read gives no parameter and makes the list incomplete.
 */
#ifndef TBLINT_PARAMETER_H
#define TBLINT_PARAMETER_H

#include "datafile.h"

typedef struct {
    Str name;
    Str type; /* "String", "Int32" (of Int too), "Array(Int32)", ...; empty where only
                 defined(name) or a bare name stands: untyped */
    bool has_default;
    Str default_text;    /* normalised: 'x', 10, None */
    bool is_required;    /* required=True */
    bool is_conditional; /* every use stands in a branch that another condition guards */
    bool only_defined;   /* no use but in defined(name) */
    Strs enum_values;    /* enum=[...] */
    Range range; /* of the first use that says its type, else of the first use; in the file */
} Parameter;

typedef VEC(Parameter) Parameters;

typedef struct {
    Parameters items; /* in the order of first use; a name once */
    bool complete;    /* every tag could be read */
} ParameterList;

/* Of one node's SQL; `offset` is where `text` starts in its file. */
ParameterList parameters_read(Arena *arena, Str text, uint32_t offset);

#endif
