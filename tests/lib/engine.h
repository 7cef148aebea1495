/*
 * engine.h: the real engine, embedded (libchdb), for tests that replay statements.
 *
 * The library is named by TBLINT_LIBCHDB and loaded when asked for; nothing links to it.
 */
#ifndef TBLINT_TESTS_ENGINE_H
#define TBLINT_TESTS_ENGINE_H

#include "base/str.h"

/* False, with a line on stderr that says why, when there is no engine to be had. One a process. */
bool engine_open(void);
void engine_close(void);

/* True when the statement ran: `out` is its answer in TSV without the last line end. False when
 * it raised: `out` is the error. */
bool engine_run(Arena *arena, Str sql, Str *out);

#endif
