/*
 * history.h: when a file came to a branch, by its commits.
 *
 * Only first parents are followed: where pull requests are merged, that is what the branch itself
 * was. The date is the committer's. It is no later than the moment from which the branch had the
 * file: a commit may be older than its push.
 */
#ifndef TBLINT_HISTORY_H
#define TBLINT_HISTORY_H

#include "repo.h"

/* How far back a walk goes. */
typedef struct {
    unsigned commits; /* at most so many */
    Instant until;    /* and not beyond the first commit of that date or before it that has the
                         file: then it was there by that time */
} HistoryBounds;

typedef struct {
    bool found;         /* the tip has the file */
    bool complete;      /* an earlier commit lacks it, so `when` is when it came; false: it may have
                           come earlier (the bounds, a shallow clone, the first commit of all) */
    Instant when;       /* date of the oldest commit seen that has it, also by the same file name in
                           another folder of the project */
    Instant same_since; /* of the oldest of these from which on its bytes are those of the tip */
} FileHistory;

/* Of the file at `path` from the top; `root` is the folder of its project ("." is the top), where a
 * file that moved is looked for. -1: the tip cannot be read. */
int history_since(Repo *repo, const CommitId *tip, Str root, Str path, HistoryBounds bounds,
                  FileHistory *out, Fault *fault);

/* The bytes of a pipe that a commit took away; false ends the walk. */
typedef bool (*RemovedVisit)(void *context, Str path, Str text);

/* Calls `visit` for each `.pipe` file of the project that the branch lost within the bounds, moved
 * ones included, the latest commit first. -1: the tip cannot be read. */
int history_removed(Repo *repo, const CommitId *tip, Str root, HistoryBounds bounds,
                    RemovedVisit visit, void *context, Fault *fault);

#endif
