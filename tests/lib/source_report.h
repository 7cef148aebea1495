/*
 * source_report.h: what the source layer makes of a repository, as lines of text.
 *
 *     project .
 *      M datasources/a.datasource
 *      A, D, R old -> new, = (only with `all`), ! (merged: neither branch has this text)
 *     unchecked PATH: WHY        changed PATH: WHY (stands for exit 3)
 *     undone PATH, note TEXT, live REF, base HEX or none
 *     fault KIND: MESSAGE | REPAIR
 */
#ifndef TBLINT_TEST_SOURCE_REPORT_H
#define TBLINT_TEST_SOURCE_REPORT_H

#include "sandbox.h"
#include "source/comparison.h"

typedef struct {
    const char *start;  /* where to open; NULL: box->repo */
    const char *commit; /* judge this commit */
    bool worktree;      /* judge the working tree; neither: the index */
    const char *live;   /* --live */
    bool as_is;
    bool all; /* list unchanged files, with their text */
    const char *project;
    const char *ignore; /* one glob */
} SourceQuestion;

/* In the sandbox's arena. Every changed file is loaded; trouble shows as `trouble PATH: TEXT`. */
const char *source_report(Sandbox *box, const SourceQuestion *question);

/* Fails the test when the report lacks the text, or has it. */
void assert_says(const char *report, const char *part);
void assert_silent_on(const char *report, const char *part);

#endif
