/*
 * cases.h: the folders tests/cases/RULE/CASE, for the programs that go through all of them.
 */
#ifndef TBLINT_TEST_CASES_H
#define TBLINT_TEST_CASES_H

#include "file_set.h"

typedef struct {
    Arena *arena;
    Str rule; /* its name: the folder above */
    Str name;
    Str folder;
} Case;

typedef VEC(Case) Cases;

/* Those of the source tree that TBLINT_SOURCE names, else of this folder. TBLINT_CASE, a part of
 * RULE/CASE, takes few; TBLINT_ONE_CASE_A_RULE the first of each rule. */
Cases cases_find(Arena *arena);

/* The path of a file of the case. */
const char *case_path(const Case *test, const char *name);

/* What is in its folder `side`: live, candidate or base. */
FileSet case_files(const Case *test, const char *side);

/* The case is expected to report its rule. */
bool case_is_loud(const Case *test);

/* Runs `function` as a test of its own for each, the Case behind its state; the exit code. */
int cases_run(const char *group, const Cases *cases, void (*function)(void **state));

#endif
