/*
 * comparison.h: what is compared with what: live, and what will be live after the merge.
 *
 * Base, live and candidate are merged in memory by resource (project, kind, name), following
 * moved files. Where only live moved, live's version counts; where both did, the texts are merged;
 * on conflict the candidate's file is judged against base and named as unchecked.
 */
#ifndef TBLINT_COMPARISON_H
#define TBLINT_COMPARISON_H

#include "layout.h"
#include "repo.h"

typedef enum { CANDIDATE_INDEX, CANDIDATE_WORKTREE, CANDIDATE_COMMIT } CandidateKind;

typedef struct {
    Str path;
    Str why;
    bool changed;  /* stands for a changed datafile that could not be read: exit 3 */
    uint32_t line; /* 0 when it is about the whole file */
} Unchecked;

typedef VEC(Unchecked) UncheckedList;

typedef struct {
    CandidateKind kind;
    Snapshot *candidate;      /* borrowed */
    const LiveRef *live;      /* borrowed; NULL when there is none (unborn HEAD, no live branch) */
    bool as_is;               /* compare the tree exactly as it stands */
    Strs project_globs;       /* configuration `projects:`, empty to find them by markers */
    Strs ignore_globs;        /* configuration `paths: ignore:` */
    const char *only_project; /* --project DIR, or NULL */
} CompareOptions;

/* A pair of one path or resource; either side may be absent. Unchanged ones have equal ids. */
typedef struct {
    SourceFile *live;
    SourceFile *candidate; /* after the merge */
    bool only_after_merge; /* neither branch alone has this content */
} FilePair;

typedef VEC(FilePair) FilePairs;

typedef struct {
    Str root;            /* "." or the folder */
    bool classic_layout; /* .tinyenv with VERSION (checked by content) or deploy/<semver>/ */
    FilePairs datafiles; /* ordered by path of the candidate, else of live */
    FilePairs others;    /* project files, tests, scripts */
} ProjectPair;

typedef VEC(ProjectPair) ProjectPairs;

typedef struct {
    CandidateKind kind;
    CommitId candidate_commit; /* empty hex unless CANDIDATE_COMMIT */
    LiveRef live;
    bool has_live;
    bool is_itself;  /* live is the commit that is judged, and no file differs from it */
    bool is_in_live; /* live has grown from the commit that is judged, or is it, and likewise */
    bool has_base;
    CommitId base;
    ProjectPairs projects; /* by root */
    UncheckedList unchecked;
    Strs undone;    /* paths of datafiles that live changed and this tree lacks (TB001) */
    Strs notes;     /* talk for stderr: no merge base, branch behind, ignored datafiles */
    Str any_path;   /* an existing file of the candidate, the last resort for a place */
    uint32_t files; /* datafiles in the candidate */
} Comparison;

int comparison_make(Comparison **out, Arena *arena, Repo *repo, const CompareOptions *options,
                    Fault *fault);

#endif
