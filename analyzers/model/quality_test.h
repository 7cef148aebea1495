/*
 * quality_test.h: data quality tests of Classic: queries in tests/ that give no row when all is
 * well.
 *
 *     - no-difference-between-events-and-events-new:
 *         max_bytes_read: null
 *         max_time: null
 *         sql: |
 *           SELECT ...
 *
 * Endpoint tests of Forward (name, parameters, expected_result) stand in the same folder and are
 * passed over, as are files that ask for the coverage of a pipe.
 */
#ifndef TBLINT_QUALITY_TEST_H
#define TBLINT_QUALITY_TEST_H

#include "project.h"

typedef struct {
    SourceFile *file;
    Str name;
    Range range;        /* of the name */
    Range sql_range;    /* in the file; empty when YAML folds the text so that places do not map:
                           ranges of the query mean nothing then */
    Str sql;            /* may be empty: the test names a pipe alone */
    const Query *query; /* the first variant; NULL or broken: not read */
    Str meaning;        /* of the SQL, normalised: equal for another spelling */
    Strs tables;        /* data sources and pipes it reads, each once, in all variants */
    bool is_alias;      /* `sql: *name` is not followed: `sql` of the first such test is
                           the whole file */
    bool complete;      /* `tables` is all that it reads */
} QualityTest;

typedef VEC(QualityTest) QualityTests;

/* By path and place. Read once, kept in the loader. A file that seems to hold such tests and cannot
 * be read counts as one test without a name, whose SQL is the file; if the change touched it, it is
 * put under `unchecked`. */
const QualityTests *quality_tests_of(Loader *loader, const ProjectPair *files, Side side);

/* The test reads the resource; of a test that was not read whole, its text names it. */
bool quality_test_reads(const QualityTest *test, Str name);

/* The meanings of the tests, for the question below. */
Map *quality_test_meanings(Arena *arena, const QualityTests *tests);

/* No test of live has SQL of that meaning. The test's name and its file do not count. */
bool quality_test_is_new(const Map *live, const QualityTest *test);

/* Some test file differs between the sides. */
bool quality_tests_changed(const ProjectPair *files);

/* What the new tests of the candidate read. */
Strs quality_tests_new_tables(Loader *loader, const ProjectPair *files);

/* The tests of one loaded file, their SQL not read. NULL, or why the file cannot be read; then
 * there are none, and `trouble` is the place. */
const char *quality_tests_parse(Arena *arena, SourceFile *file, QualityTests *out, Range *trouble);

#endif
