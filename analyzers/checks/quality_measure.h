/*
 * quality_measure.h: what a data quality test takes from each table: the parts of a comparison.
 *
 * Private to the migration family.
 */
#ifndef TBLINT_QUALITY_MEASURE_H
#define TBLINT_QUALITY_MEASURE_H

#include "migration.h"
#include "model/migration_sides.h"

/* A select from one table alone that aggregates it, wherever it stands in the test. */
typedef struct {
    const Select *select;
    const TableRef *table;
    const Expr
        *count; /* the item that counts stored rows: count(), countIf(...); NULL: none does */
    Str items;  /* its select list, normalised, without aliases */
    Str text;   /* all of it, normalised */
} Measure;

typedef VEC(Measure) Measures;

/* Of a test that was read whole; in the order of its text. A select that looks into another table,
 * in WHERE too, is no measure of one table. */
Measures quality_measures(Arena *arena, const QualityTest *test);

/* How far in time a measure goes. */
typedef struct {
    bool known; /* every condition could be read */
    bool has_lower;
    Strs uppers; /* what a column is compared with by <=, <, BETWEEN or =, normalised */
} MeasureBounds;

MeasureBounds measure_bounds(Arena *arena, const Measure *measure);

#endif
