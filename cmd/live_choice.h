/*
 * live_choice.h: which branch a run takes for live, where the change that is judged may have named
 * it itself.
 */
#ifndef TBLINT_LIVE_CHOICE_H
#define TBLINT_LIVE_CHOICE_H

#include "session.h"

/* Sets `session->live`, whose role is LIVE_NOTHING where there was nothing before. In a CI, and for
 * a commit, `live:` of the candidate's own configuration counts only where the branch that would be
 * live without it says the same; `session->live_set_aside` is what did not count. Fault
 * FAULT_ANALYSE. After session_config(). */
int live_choose(Session *session, Fault *fault);

/* The commit that is judged, or that the index and the working tree go on from; false when there is
 * none. */
bool live_judged_commit(const Session *session, CommitId *out);

/* Says what did not count, among the notes of the comparison. */
void live_note_set_aside(const Session *session);

#endif
