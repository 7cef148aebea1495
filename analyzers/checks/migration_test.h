/*
 * migration_test.h: the data quality tests of a migration, as its rules see them.
 *
 * Private to the migration family.
 */
#ifndef TBLINT_MIGRATION_TEST_H
#define TBLINT_MIGRATION_TEST_H

#include "quality_measure.h"

/* One migration of the candidate. */
typedef struct {
    const Check *check;
    const MigrationChange *change;
    const Migration *migration; /* change->candidate */
    MigrationSides sides;
} TestedMigration;

/* A finding of the test at a place of its SQL; at its name where places do not map. */
Finding *add_test_finding(const TestedMigration *t, const QualityTest *test, RuleId rule, Range at,
                          Str message);

/* The column of the migration's filters, where legacy and replica both have it; else empty. */
Str shared_time_column(const Migration *migration);

/* TB520, of a new or edited test that reads both sides. */
void migration_test_counts(const TestedMigration *t, const QualityTest *test);

/* What merges do to the rows of an engine. */
typedef enum {
    ROWS_STAY,
    ROWS_AGGREGATE,
    ROWS_SUM,
    ROWS_REPLACE,
    ROWS_CANCEL,
} MergedRows;

MergedRows merged_rows(const Resource *datasource);

/* How to compare such a table with the other, which may be NULL: "merged values such as
 * countMerge(hits)". */
Str comparable_values(Arena *arena, const Resource *datasource, const Resource *other);

#endif
