/*
 * datafile_build.h: what the parts of the datafile reader share. Not for other modules.
 */
#ifndef TBLINT_DATAFILE_BUILD_H
#define TBLINT_DATAFILE_BUILD_H

#include <tree_sitter/api.h>

#include "datafile.h"

/* A file while its facts are taken. */
typedef struct {
    Arena *arena;
    Datafile *file;
} Facts;

void facts_problem(Facts *facts, ProblemKind kind, Range range, Str suggestion, const char *format,
                   ...) PRINTF_LIKE(5, 6);

/* So many problems that the rest of the file is not worth reading. */
bool facts_is_hopeless(const Facts *facts);

Range node_range(TSNode node);
bool node_is(TSNode node, const char *type);
Token facts_token(const Facts *facts, Range range);

/* Text without one pair of outer quotes; the two need not be alike. */
Str unquoted(Str text);
bool has_template(Str text);

/* The shell words of an instruction's line and the value that they make together. */
void read_values(Facts *facts, TSNode node, Instruction *instruction);

/* The body of SCHEMA; replaces the columns of an earlier one. */
void read_columns(Facts *facts, TSNode node);

/* One line of INDEXES. */
void read_index(Facts *facts, Range range);

#endif
