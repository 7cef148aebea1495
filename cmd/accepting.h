/*
 * accepting.h: what of a run's findings was accepted, and which acceptances do nothing.
 */
#ifndef TBLINT_ACCEPTING_H
#define TBLINT_ACCEPTING_H

#include "session.h"

/* Reads the candidate's `.tblint.accept.yaml`. FAULT_USAGE when it is broken. */
int accepting_read(Session *session, Fault *fault);

/* Parts the accepted findings, folds the rest, and adds TB002 and TB003. Without `accepts`
 * nothing is accepted: no rule has run, or the acceptances do not matter. */
void accepting_judge(Session *session, bool accepts);

#endif
