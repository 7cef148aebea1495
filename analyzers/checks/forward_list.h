/*
 * forward_list.h: the select list of a FORWARD_QUERY against the live and the new schema.
 *
 * Shared by the forward_query and schema families and by the maker of suggested queries, so that
 * all three mean the same by "passes the column through".
 */
#ifndef TBLINT_FORWARD_LIST_H
#define TBLINT_FORWARD_LIST_H

#include "check.h"
#include "model/conversion.h"

/* A conversion inside an output, in the order of evaluation. */
typedef struct {
    const Type *from; /* NULL when not certain */
    const Type *to;
    CastMethod method;
    bool has_default; /* the expression names what replaces a value that does not convert */
    Range range;
} ForwardCast;

typedef VEC(ForwardCast) ForwardCasts;

typedef enum {
    OUTPUT_PASS,       /* the live column of that name (or another, when renamed), bare */
    OUTPUT_CONVERT,    /* one live column through casts and null handling only */
    OUTPUT_EXPRESSION, /* reads live columns in another way */
    OUTPUT_CONSTANT,   /* reads no column: literal, default, now() */
    OUTPUT_UNKNOWN,    /* could not be read */
} OutputKind;

typedef struct {
    Str name; /* of the output column */
    OutputKind kind;
    const Expr *expr;     /* NULL when it comes from a star */
    const Column *source; /* the one live column of PASS and CONVERT */
    Strs reads;           /* live columns read */
    Strs unknown;         /* identifiers that the live data source does not have */
    const Type *type;     /* of the result, NULL when not certain */
    bool handles_null;    /* ifNull, coalesce, assumeNotNull, OrDefault, if(isNull...) around it */
    bool is_state;        /* made by a -State function, initializeAggregation or arrayReduce */
    bool from_star;
    bool has_alias; /* or is a bare column: the name was chosen, not made from the text */
    ForwardCasts casts;
    Range range;
} ForwardOutput;

typedef VEC(ForwardOutput) ForwardOutputs;

typedef struct {
    const Instruction *instruction;
    const Query *query;
    bool usable;       /* one SELECT list that could be read whole */
    bool is_identity;  /* SELECT * or every live column, bare, in order */
    bool star_unknown; /* a star that cannot be expanded (COLUMNS with a lambda, APPLY) */
    ForwardOutputs outputs;
    ForwardOutputs refused; /* columns that EXCEPT STRICT or REPLACE STRICT miss, in `unknown` */
} ForwardList;

/* What the FORWARD_QUERY says, for the id of a finding: no spelling counts. Empty without one. */
Str forward_meaning(const Check *check, const Resource *datasource);

/* Reads the forward query of the candidate against the live schema; NULL when there is none. */
const ForwardList *forward_list_read(const Check *check, const ResourceChange *change);

const ForwardOutput *forward_output(const ForwardList *list, Str name); /* NULL */

/* True when the list can be judged column by column: it was read whole and every star is known. */
bool forward_list_is_complete(const ForwardList *list);

/* A fix that takes every FORWARD_QUERY out of the file; NULL when there is none. */
Fix *forward_removal(const Check *check, const ResourceChange *change);

/* A fix that takes out all but the last FORWARD_QUERY; NULL when that does not satisfy the rules.
 */
Fix *forward_last_only(const Check *check, const ResourceChange *change);

/* The suggested FORWARD_QUERY: every column of the new schema in order, converting only what
 * changed, `renames` taken as such. Offered only when the family's own rules accept the file with
 * it; NULL otherwise. */
Fix *forward_fix(const Check *check, const ResourceChange *change);

#endif
