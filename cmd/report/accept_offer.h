/*
 * accept_offer.h: the command that accepts a finding, as reports print it.
 */
#ifndef TBLINT_ACCEPT_OFFER_H
#define TBLINT_ACCEPT_OFFER_H

#include "report/report.h"

/* Whether a report says how to accept the finding: it counts or is a warning, nobody accepted it
 * yet, and it is not about an acceptance or a setting itself. */
bool accept_is_offered(const Report *report, const Finding *finding);

/* `tblint accept 7f3a91c2d0e4 --reason "..."`, with the options that this run's comparison needs.
 * One line, never wrapped, with nothing in it that a shell would take for a command of its own. It
 * has yet to be escaped for the format. */
Str accept_command(const Report *report, const Finding *finding);

#endif
