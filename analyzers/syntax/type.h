/*
 * type.h: ClickHouse column types as trees, normalised so that equal meaning is equal text.
 *
 * Aliases (VARCHAR, DOUBLE PRECISION, Decimal64(4), ...) become the name that ClickHouse stores,
 * Enum is given its width and sorted by number, blanks go. Letter case is kept where it matters.
 */
#ifndef TBLINT_TYPE_H
#define TBLINT_TYPE_H

#include "base/str.h"

typedef struct Type Type;

typedef enum {
    TYPE_ARG_TYPE,   /* a type; `name` when the argument is named (Tuple, Nested, JSON paths) */
    TYPE_ARG_NUMBER, /* precision, length; text in `text` */
    TYPE_ARG_STRING, /* time zone and the like; unquoted in `text` */
    TYPE_ARG_ENUM,   /* 'text' = number */
    TYPE_ARG_SETTING,/* max_dynamic_paths = 16: name and text */
    TYPE_ARG_FUNCTION, /* the aggregate function of AggregateFunction: name, its parameters as
                          normalised text in `text` ("0.5, 0.9") */
    TYPE_ARG_SKIP,   /* JSON: SKIP path, SKIP REGEXP 're' */
} TypeArgKind;

typedef struct {
    TypeArgKind kind;
    Str name;
    Str text;
    int64_t number;   /* of TYPE_ARG_NUMBER and TYPE_ARG_ENUM */
    const Type *type; /* of TYPE_ARG_TYPE */
} TypeArg;

struct Type {
    Str name; /* "String", "Nullable", ... canonical */
    const TypeArg *args;
    size_t arg_count;
    Str text; /* the whole type, normalised: equal exactly when the types are equal */
};

/* What was wrong with a text that is no type. */
typedef struct {
    Str message;      /* "Boolean is not a type that Tinybird takes" */
    Str suggestion;   /* "Bool", or empty */
    uint32_t offset;  /* in the text given */
    bool unknown_name; /* well formed, but no type of that name */
} TypeProblem;

/* NULL, and `problem` filled (when given), if the text is no ClickHouse type. Nesting deeper than
 * 64 is refused. Everything in the arena; borrows nothing from `text`. */
const Type *type_parse(Arena *arena, Str text, TypeProblem *problem);

bool type_eq(const Type *a, const Type *b); /* false when either is NULL */
bool type_is(const Type *t, const char *name);

/* Nullable(T) or LowCardinality(Nullable(T)). */
bool type_is_nullable(const Type *t);
/* T of Nullable(T), LowCardinality(T), LowCardinality(Nullable(T)), SimpleAggregateFunction(f, T);
 * otherwise t itself. */
const Type *type_bare(const Type *t);
/* T of LowCardinality(T) only, T of Nullable(T) only. */
const Type *type_without_low_cardinality(const Type *t);
const Type *type_without_nullable(Arena *arena, const Type *t); /* keeps LowCardinality */

bool type_is_date_or_time(const Type *t); /* Date, Date32, DateTime, DateTime64, not Nullable */
bool type_is_integer(const Type *t);
bool type_is_string_like(const Type *t); /* String, FixedString, under wrappers too */

#endif
