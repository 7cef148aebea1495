/*
 * finding_text.h: what the formats for code hosts say of a finding, in plain lines.
 *
 * All of it went through escape_terminal(): a line end in it is ours, and no control byte is left.
 */
#ifndef TBLINT_FINDING_TEXT_H
#define TBLINT_FINDING_TEXT_H

#include "report/shown_place.h"

typedef VEC(const Finding *) FindingRefs;

/* Errors, then warnings, then notes; otherwise in the order of the list. */
FindingRefs findings_worst_first(const Report *report);

/* "2 errors, 1 warning"; empty when all are zero. `counts` is by Severity. */
void count_words(const size_t *counts, Buf *out);

/* ---- places ---- */

/* The live counterpart is the first related place, when it is on the live side; else NULL. */
const Place *finding_live_place(const Finding *finding);

/* The primary place, with what a related one that is the same says of it: a reader may be both. */
Place finding_described_place(const Finding *finding);

bool place_is_same(const Place *a, const Place *b);

/* ---- lines ---- */

/* "events.host", or "events". */
Str finding_subject(Arena *arena, const Finding *finding);

/* A detail as one sentence: "kept now    2026-05-25" -> "kept now: 2026-05-25". */
Str finding_detail(Arena *arena, Str detail);

/* The message, details, what to do, the fix and the related places, a line each. The fix's own
 * lines only when `written` is given, see report_writes_fix(). */
void finding_text(const Report *report, Map *written, ShownPlaces *shown, const Finding *finding,
                  Buf *out);

/* "datasources/events.datasource:7:12", and " (live)" on that side. */
Str place_text(const Report *report, const Place *place);

/* "Accepted until 2026-12-15: the reason". */
Str accepted_text(Arena *arena, const Accepted *accepted);
/* "This change adds 2 acceptances."; empty when it adds none: whoever reviews it should see that.
 */
Str acceptances_added_text(const Report *report);

/* "'fail_on' from error to never"; "'paths.ignore' adds legacy/x.pipe". */
Str weakened_setting_text(Arena *arena, const WeakenedSetting *setting);
/* "This change weakens 2 settings: ..., ...", the first `most` of them, without a full stop; empty
 * when it weakens none. */
Str weakened_text(const Report *report, size_t most);

/* "Not checked: " and why; the cause and what repairs it. */
Str unchecked_text(Arena *arena, const Unchecked *item);
Str fault_text(Arena *arena, const Fault *fault);

/* At most `most` bytes of a text of ours or of the repository's, "..." where it is cut. */
Str text_cut(Arena *arena, Str text, size_t most);

#endif
