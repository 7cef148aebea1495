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
    TYPE_ARG_TYPE,     /* a type; `name` when the argument is named (Tuple, Nested, JSON paths) */
    TYPE_ARG_NUMBER,   /* precision, length; text in `text` */
    TYPE_ARG_STRING,   /* time zone and the like; unquoted in `text` */
    TYPE_ARG_ENUM,     /* 'text' = number */
    TYPE_ARG_SETTING,  /* max_dynamic_paths = 16: name and text */
    TYPE_ARG_FUNCTION, /* the aggregate function of AggregateFunction: name, its parameters as
                          normalised text in `text` ("0.5, 0.9") */
    TYPE_ARG_SKIP,     /* JSON: `text` is the path of SKIP */
    TYPE_ARG_SKIP_REGEXP, /* JSON: `text` is the expression of SKIP REGEXP */
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

typedef enum {
    TYPE_PROBLEM_SYNTAX,   /* no type could be read */
    TYPE_PROBLEM_NAME,     /* well formed, but no type of that name */
    TYPE_PROBLEM_ARGUMENT, /* a type with arguments that ClickHouse refuses */
    TYPE_PROBLEM_TINYBIRD, /* ClickHouse takes it, Tinybird does not */
    TYPE_PROBLEM_FORWARD,  /* only Tinybird Forward refuses it: Classic takes it */
} TypeProblemKind;

/* What was wrong with a text that is no type. */
typedef struct {
    TypeProblemKind kind;
    Str message;     /* "Boolean is not a type that Tinybird takes" */
    Str suggestion;  /* "Bool", or empty */
    uint32_t offset; /* in the text given */
} TypeProblem;

/* The type of a datafile column, by Tinybird's rules: ClickHouse's, without `Boolean`, a bare
 * `DateTime64`, `Int` and `UInt`. NULL, and `problem` filled (when given), if it is none. Nesting
 * deeper than 64 is refused. Everything in the arena; borrows nothing from `text`. */
const Type *type_parse(Arena *arena, Str text, TypeProblem *problem);

/* The same for a type inside SQL (`CAST(x, 'UInt32')`), by ClickHouse's rules alone. */
const Type *type_parse_sql(Arena *arena, Str text, TypeProblem *problem);

/* The type `name(args...)` of parts that are already there, with its text. */
const Type *type_make(Arena *arena, Str name, const TypeArg *args, size_t arg_count);

/* 'text' in single quotes, escaped as ClickHouse prints it. */
Str type_quote(Arena *arena, Str text);

bool type_eq(const Type *a, const Type *b); /* false when either is NULL */
static inline bool type_is(const Type *t, const char *name)
{
    return t && str_is(t->name, name);
}

/* The type inside a wrapper: of Nullable, LowCardinality, Array the argument, of
 * SimpleAggregateFunction(f, T) T; NULL for all others. */
const Type *type_inner(const Type *t);

/* Nullable(T) or LowCardinality(Nullable(T)), also in a SimpleAggregateFunction. */
bool type_is_nullable(const Type *t);
/* T of Nullable(T), LowCardinality(T), LowCardinality(Nullable(T)), SimpleAggregateFunction(f, T),
 * in any nesting; otherwise t itself. */
const Type *type_bare(const Type *t);
/* T of LowCardinality(T) only, T of Nullable(T) only. */
const Type *type_without_low_cardinality(const Type *t);
const Type *type_without_nullable(Arena *arena, const Type *t); /* keeps LowCardinality */

bool type_is_date_or_time(const Type *t); /* Date, Date32, DateTime, DateTime64, not Nullable */
bool type_is_integer(const Type *t);
bool type_is_string_like(const Type *t); /* String, FixedString, under wrappers too */

#endif
