/*
 * tsv.h: reads the tables of engine facts, for the tests that compare with them.
 */
#ifndef TBLINT_TESTS_TSV_H
#define TBLINT_TESTS_TSV_H

#include "base/str.h"

typedef struct {
    Strs header;
    Strs cells; /* header.len of them a row; \t, \n, \r and \\ undone */
    size_t rows;
} Tsv;

/* A file of the folder that TBLINT_SHARED names. False, with a line on stderr that says so, when
 * the variable is unset or the file is missing. */
bool tsv_read(Arena *arena, const char *path, Tsv *out);

Str tsv_cell(const Tsv *tsv, size_t row,
             const char *column); /* ends the test when it is not there */

/* Takes the next cell off a line of TSV, with its escapes undone; empty at the end. */
Str tsv_next(Arena *arena, Str *rest);

#endif
