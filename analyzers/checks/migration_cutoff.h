/*
 * migration_cutoff.h: a live view that is given a cutoff in place.
 *
 * Private to the migration family.
 */
#ifndef TBLINT_MIGRATION_CUTOFF_H
#define TBLINT_MIGRATION_CUTOFF_H

#include "migration.h"

/* TB506 where the change gives a cutoff to come to a view that fills its target already; false
 * where it does not. */
bool migration_cutoff_added(const Check *check, const ResourceChange *change);

#endif
