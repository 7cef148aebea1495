/*
 * parameter.h: the parameters of a templated query: {{String(name, 'x')}}, {% if defined(name) %}.
 *
 * Read by a small parser of the Python expressions that Tinybird's templates hold. What it cannot
 * read gives no parameter and makes the list incomplete. Names that the template itself sets are no
 * parameters anywhere in the node: a loop's, a comprehension's, those of {% set %}.
 */
#ifndef TBLINT_PARAMETER_H
#define TBLINT_PARAMETER_H

#include "datafile.h"

typedef struct {
    Str name;
    Str type; /* "String", "Int32" (of Int too), "Array(Int32)", "column", ...; empty where only
                 defined(name) or a bare name stands: untyped */
    bool has_default;
    Str default_text;    /* normalised: 'x', 10, None */
    bool is_required;    /* required=True */
    bool is_conditional; /* every use stands in a branch that another condition guards */
    bool only_defined;   /* no use but in defined(name) */
    Strs enum_values;    /* enum=[...] */
    Range range; /* of the first use that says its type, else of the first use; in the file */

    bool needed;   /* a call without it fails: a use that is always read has no default, or an
                      error() answers where it is not defined. Tinybird itself does not enforce
                      required=True. */
    Strs types;    /* all that the uses say, in the order of first use; at most 16 */
    Strs defaults; /* likewise, of the uses that a call without it reads: not of {{String(x, '')}}
                      inside {% if defined(x) %}; empty text where it is computed */
} Parameter;

typedef VEC(Parameter) Parameters;

typedef struct {
    Parameters items; /* in the order of first use; a name once */
    bool complete;    /* every tag could be read */
    Range unread;     /* the first tag that could not, in the file */
} ParameterList;

/* Of one node's SQL; `offset` is where `text` starts in its file. */
ParameterList parameters_read(Arena *arena, Str text, uint32_t offset);

#endif
