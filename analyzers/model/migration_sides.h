/*
 * migration_sides.h: which side of a migration a data source or a pipe belongs to, and which tests
 * read both.
 *
 * The new side is the replica and all that takes rows from it; the old one is the legacy data
 * source, the origin, and all that takes rows from them other than through the sync pipe and the
 * backfill. A pipe that reads both is on both. A pipe that copies rows back leads no side to the
 * other.
 */
#ifndef TBLINT_MIGRATION_SIDES_H
#define TBLINT_MIGRATION_SIDES_H

#include "migration.h"
#include "quality_test.h"

typedef struct {
    const Migration *migration;
    Map *old_side; /* name -> Resource */
    Map *new_side;
} MigrationSides;

/* Of pipes that are parsed; the walk is bounded. */
MigrationSides migration_sides(Arena *arena, const Migration *migration);

bool migration_has_old(const MigrationSides *sides, Str name);
bool migration_has_new(const MigrationSides *sides, Str name);

/* The test reads something of either side. Where a test could not be read whole, its words count:
 * false is certain, as far as the readers are known. */
bool quality_test_compares(const MigrationSides *sides, const QualityTest *test);

#endif
