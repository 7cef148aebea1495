/*
 * accept_entry.h: one more entry in the text of `.tblint.accept.yaml`.
 */
#ifndef TBLINT_ACCEPT_ENTRY_H
#define TBLINT_ACCEPT_ENTRY_H

#include "findings/acceptance.h"

/* The text with the entry behind the others; all that is there stays as it is. The result was read
 * back and gives the entries of before and this one; FAULT_USAGE, with the lines to write by hand,
 * when the text has a form to which nothing can be appended, and when it is broken already. */
int accept_entry_append(Str *out, Arena *arena, Str text, const AcceptanceEntry *entry,
                        Fault *fault);

#endif
