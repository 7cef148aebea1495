/*
 * case_repo.h: a git repository made from two sets of files, in this process.
 *
 * `live` is the tip of branch main; `candidate` is left in the working tree and staged on a branch
 * that left main at `base`, or at `live` where no base is given.
 * Identity and date are pinned, so commit ids are the same on every machine. libgit2 is used
 * directly: starting git for each of some hundred cases would cost more than the cases.
 */
#ifndef TBLINT_TEST_CASE_REPO_H
#define TBLINT_TEST_CASE_REPO_H

#include "file_set.h"

typedef struct {
    char folder[64];
} CaseRepo;

/* libgit2 is started once for all cases: a start costs as much as some cases. */
void case_repo_begin(void);
void case_repo_end(void);

/* `base` may be NULL. Ends the test program when the machine refuses. */
void case_repo_make(CaseRepo *repo, const FileSet *base, const FileSet *live,
                    const FileSet *candidate);
/* Main goes through the states of `live`, a commit each, with the dates given; the candidate is
 * staged on a branch that left its tip. */
typedef struct {
    FileSet files;
    int64_t time; /* seconds since 1970 */
} CaseState;

typedef VEC(CaseState) CaseStates;

void case_repo_make_history(CaseRepo *repo, const CaseStates *live, const FileSet *candidate);
void case_repo_remove(CaseRepo *repo);

/* One run of the program in the repository, in this process; `now` (RFC 3339) is pinned. */
typedef struct {
    int code;
    Str out;
    Str err;
} CaseRun;

CaseRun case_repo_run(Arena *arena, const CaseRepo *repo, int argc, const char *const *argv);
CaseRun case_repo_run_at(Arena *arena, const CaseRepo *repo, const char *now, int argc,
                         const char *const *argv);

#endif
