/*
 * project_fixture.h: two lists of (path, text) -> sides, diff, plan and a Check, without git.
 *
 *     ProjectFixture f;
 *     project_fixture_one(&f, "datasources/a.datasource", live_text, candidate_text);
 *     schema_changes(&f.check);
 *     assert_non_null(project_fixture_finding(&f, RULE_TB101, "host"));
 *     project_fixture_free(&f);
 */
#ifndef TBLINT_TEST_PROJECT_FIXTURE_H
#define TBLINT_TEST_PROJECT_FIXTURE_H

#include "checks/check.h"
#include "file_set.h"

typedef struct {
    Arena *arena;
    UncheckedList unchecked;
    ProjectPair pair;
    Loader loader;
    Diff *diff;
    Plan *plan;
    Check check; /* findings are in check.findings; now is 2026-11-21T12:00:00Z */
} ProjectFixture;

/* The profile is decided by the paths and texts, as in the program. */
void project_fixture_make(ProjectFixture *fixture, const FileSet *live, const FileSet *candidate);

/* The same with every file parsed, as with --all and for scaffolds. */
void project_fixture_make_whole(ProjectFixture *fixture, const FileSet *live,
                                const FileSet *candidate);

/* A project of one file; a NULL text means that the side lacks it. */
void project_fixture_one(ProjectFixture *fixture, const char *path, const char *live,
                         const char *candidate);

void project_fixture_free(ProjectFixture *fixture);

const ResourceChange *project_fixture_change(const ProjectFixture *fixture, DatafileKind kind,
                                             const char *name);

/* The first finding of the rule with that subject (NULL: any), or NULL. */
const Finding *project_fixture_finding(const ProjectFixture *fixture, RuleId rule,
                                       const char *subject);

#endif
