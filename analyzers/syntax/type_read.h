/*
 * type_read.h: what type_parse.c and type_args.c share: the reader and its failure.
 */
#ifndef TBLINT_TYPE_READ_H
#define TBLINT_TYPE_READ_H

#include "type.h"
#include "type_lex.h"
#include "type_names.h"

typedef VEC(TypeArg) TypeArgs;

typedef struct {
    TypeLexer lexer;
    Lexeme now; /* the word not yet taken */
    int depth;
    bool failed;
    TypeProblem problem; /* the first one */
} TypeReader;

/* A type; NULL when the reader has failed. */
const Type *type_read(TypeReader *r);

/* What stands in the parentheses of `name`, if anything; `start` is the name's place. Returns the
 * canonical name, which arguments can decide: Enum -> Enum8, DateTime(3) -> DateTime64. */
Str type_read_args(TypeReader *r, const TypeName *name, uint32_t start, TypeArgs *args);

/* The families with rules of their own: type_enum.c, type_json.c, type_aggregate.c. */
Str type_read_enum(TypeReader *r, const TypeName *name, uint32_t start, TypeArgs *args);
void type_read_json(TypeReader *r, TypeShape shape, TypeArgs *args);
void type_read_aggregate(TypeReader *r, TypeShape shape, TypeArgs *args);

/* Helpers of all of them. */
void type_push(TypeReader *r, TypeArgs *args, TypeArg arg);
bool type_read_integer(TypeReader *r, int64_t *out);
bool type_more_args(TypeReader *r); /* takes a comma; false before ')' and after a failure */

void type_next(TypeReader *r);
bool type_at(const TypeReader *r, char punctuation);
bool type_take(TypeReader *r, char punctuation);
bool type_expect(TypeReader *r, char punctuation); /* fails when it is not there */

void type_fail(TypeReader *r, TypeProblemKind kind, uint32_t offset, Str message);
void type_fail_expected(TypeReader *r, const char *expected);

#endif
