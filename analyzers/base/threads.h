/*
 * threads.h: the same work on several cores, for work that shares nothing it changes.
 *
 * What comes out must not depend on the number of threads or on who did what: each piece of work
 * has a place of its own for its result, and the caller puts the results together in order.
 */
#ifndef TBLINT_THREADS_H
#define TBLINT_THREADS_H

#include "base.h"

enum { THREADS_LIMIT = 8 };

/* How many threads are worth starting: one for each `per_thread` pieces, but no more than the cores
 * that this process may use and THREADS_LIMIT. At least 1. */
unsigned threads_for(size_t pieces, size_t per_thread);

/* Calls run(context, thread) for each thread from 0 to count - 1, at the same time where it can,
 * and returns when all are done. */
void threads_run(unsigned count, void (*run)(void *context, unsigned thread), void *context);

#endif
