/*
 * finding_internal.h: what the files about the list of findings share.
 */
#ifndef TBLINT_FINDING_INTERNAL_H
#define TBLINT_FINDING_INTERNAL_H

#include "finding.h"

/* With the key of all ids. */
uint64_t finding_hash_text(Str text);
void finding_write_id(char id[13], uint64_t hash);

/* Takes those out whose severity is SEVERITY_OFF. */
void findings_drop_off(Findings *findings);

#endif
