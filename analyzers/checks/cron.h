/*
 * cron.h: is a text a schedule that the platform takes?
 *
 * Five fields, or six (seconds last) or seven (years last), or one of @hourly, @daily, @midnight,
 * @weekly, @monthly, @yearly and @annually in any letter case. What the platform's own cron
 * library takes beyond the classic syntax is taken here: L, W, #, names, backward ranges.
 */
#ifndef TBLINT_CRON_H
#define TBLINT_CRON_H

#include "base/str.h"

/* Empty when `text` is a schedule, otherwise what is wrong with it, as the end of a
 * sentence that begins with the instruction, without a full stop. */
Str cron_problem(Arena *arena, Str text);

#endif
