/*
 * accept_options.h: what `tblint accept` must be told to find a run's findings again.
 */
#ifndef TBLINT_ACCEPT_OPTIONS_H
#define TBLINT_ACCEPT_OPTIONS_H

#include "session.h"

/* The options of this run without which `tblint accept ID` would compare something else, each with
 * a blank before it and quoted for a shell; as a rule none. `tblint accept` looks in the working
 * tree, the index and HEAD by itself, and no result depends on the environment, so that a log of a
 * CI names what works at a desk. */
Str accept_options(const Session *session);

#endif
