/*
 * timing.h: which phase of a run is on, and what each took.
 */
#ifndef TBLINT_TIMING_H
#define TBLINT_TIMING_H

#include "options.h"
#include "progress.h"
#include "source/comparison.h"

#include <stdio.h>

typedef enum {
    PHASE_REPOSITORY, /* opening it */
    PHASE_CANDIDATE,  /* its files: the index, the working tree or a commit; the configuration */
    PHASE_LIVE,
    PHASE_COMPARE, /* which files differ, and what the merge gives */
    PHASE_LOAD,    /* reading and parsing what can matter */
    PHASE_DIFF,
    PHASE_PLAN,
    PHASE_CHECKS,
    PHASE_REPORT,
    PHASE_END, /* no phase: nothing is on */
} Phase;

typedef struct {
    uint64_t spent[PHASE_END]; /* nanoseconds */
    uint64_t since;            /* when the phase that is on began */
    Phase phase;
    FILE *terminal;     /* for progress; NULL: no terminal, or --quiet */
    Progress *progress; /* NULL: none is shown now */
} Timing;

/* Begins with the repository. */
void timing_begin(Timing *timing, const Options *options, FILE *err);

/* Ends the phase that is on and begins another, or again. The line of progress is gone from the
 * report on, until another phase begins. */
void timing_enter(Timing *timing, Phase phase);

/* Ends the run, however it went; once more is harmless. */
void timing_end(Timing *timing);

/* The lines of --timing. `comparison` may be NULL. */
void timing_tell(const Timing *timing, FILE *err, const Comparison *comparison, size_t parsed);

#endif
