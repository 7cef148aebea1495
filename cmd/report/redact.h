/*
 * redact.h: source lines as they may be shown.
 *
 * Datafiles can hold credentials of connections. Their values never leave the repository through
 * a report, which ends up in CI logs and artefacts.
 */
#ifndef TBLINT_REDACT_H
#define TBLINT_REDACT_H

#include "base/lines.h"

/* The line's text without its end, secrets replaced by asterisks; borrows or in the arena. */
Str redact_line(Arena *arena, const Lines *lines, uint32_t line);

/* True when the line is shown otherwise than it stands. */
bool redact_changes(Arena *arena, const Lines *lines, uint32_t line);

#endif
