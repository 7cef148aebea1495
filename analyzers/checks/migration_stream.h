/*
 * migration_stream.h: what the two data sources of a migration read by themselves.
 *
 * Private to the migration family.
 */
#ifndef TBLINT_MIGRATION_STREAM_H
#define TBLINT_MIGRATION_STREAM_H

#include "migration.h"

/* Both have a connector, and what reaches the one never reaches the other through it: other files,
 * another topic. False where the files do not say so for sure. */
bool migration_reads_elsewhere(const Check *check, const Migration *m);

#endif
