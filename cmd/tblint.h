/*
 * tblint.h: the whole program as one function, so that tests can run it many times.
 */
#ifndef TBLINT_H
#define TBLINT_H

#include <stdio.h>

/* Reports go to `out`, everything else to `err`. Returns the exit code: 0 nothing at or above
 * the fail level, 1 findings, 2 misuse or bad configuration, 3 could not analyse, 4 internal. */
int tblint_run(int argc, const char *const *argv, FILE *out, FILE *err);

#endif
