/*
 * talk.h: what is said to the person at the terminal, on standard error: never in a report.
 */
#ifndef TBLINT_TALK_H
#define TBLINT_TALK_H

#include "base/fault.h"
#include "base/str.h"

#include <stdio.h>

/* One line; what could disturb the terminal is escaped. */
void talk_line(FILE *err, Str line);
void talk_note(FILE *err, Str note);

/* What failed, and the one thing that repairs it. Returns the exit code of its kind. */
int talk_fault(FILE *err, const Fault *fault);

#endif
