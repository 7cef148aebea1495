/*
 * progress.h: one line on a terminal that says what a long run is doing.
 *
 * A thread of its own shows it, since a phase may take long by itself; it touches nothing of the
 * analysis. A run that ends before the delay shows nothing.
 */
#ifndef TBLINT_PROGRESS_H
#define TBLINT_PROGRESS_H

#include <stdio.h>

typedef struct Progress Progress;

/* Shows `what` after `delay_ms`, then anew five times a second with the seconds so far. NULL when
 * the system gives no thread. */
Progress *progress_start(FILE *err, unsigned delay_ms, const char *what);

/* What is done now; a literal. */
void progress_say(Progress *progress, const char *what);

/* Erases the line, so that something else can be written; it comes back by itself. */
void progress_clear(Progress *progress);

/* Erases the line and ends the thread. All of these take NULL. */
void progress_stop(Progress *progress);

#endif
