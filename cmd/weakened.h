/*
 * weakened.h: which settings the change of this run makes weaker, for whoever reviews it.
 */
#ifndef TBLINT_WEAKENED_H
#define TBLINT_WEAKENED_H

#include "session.h"

/* Compares the candidate's `.tblint.yaml` with that of live. What the change did not do itself, as
 * the merge base has it too, is left out. Nothing is compared when --config names a file that is
 * not the change's (`session->config_path`). A live configuration that is broken goes to
 * `unchecked`. After session_compare(). */
void weakened_find(Session *session);

#endif
