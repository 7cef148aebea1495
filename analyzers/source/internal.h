/*
 * internal.h: what the files of source/ share. Nobody else includes it, or libgit2.
 */
#ifndef TBLINT_SOURCE_INTERNAL_H
#define TBLINT_SOURCE_INTERNAL_H

#include "comparison.h"

#include <git2.h>
#include <sys/stat.h>

enum {
    FILE_SIZE_LIMIT = 8 * 1024 * 1024, /* larger files are FILE_TOO_BIG */
    TREE_DEPTH_LIMIT = 128,            /* folders in folders */
    TREE_ENTRY_LIMIT = 5000000,        /* one tree may name itself often: a small bomb, large */
};

typedef VEC(git_index *) GitIndexes;

struct Repo {
    Arena *arena;
    git_repository *git;
    git_odb *odb;               /* owned */
    git_index *index;           /* owned; loaded once */
    struct timespec index_time; /* the index file's own, taken before it was read */
    Str top;
    Str git_dir;
    int top_fd;      /* the top folder, or -1 */
    int plain_bytes; /* 1: no conversion between disk and blob anywhere, 0: maybe, -1: not asked */
};

/* How to get the bytes of a file. */
/* Where the bytes of a SourceFile are. */
typedef enum {
    ORIGIN_BLOB,
    ORIGIN_CHECKED_OUT, /* its `entry` is a git_index_entry: what the disk must still look like */
    ORIGIN_MEMORY,
} Origin;

/* A name that stands for other files: a submodule or a linked folder. */
typedef struct {
    Str path;
    BlobId id;
} Elsewhere;

typedef VEC(Elsewhere) Elsewheres;

struct Snapshot {
    Repo *repo;
    SourceFiles files;
    Str any_path;
    const char *commit; /* 40 hex or NULL */
    git_oid tree;       /* of a commit's snapshot */
    Strs ignored;
    Strs intended; /* datafiles of `git add -N`, which are not staged */
    Elsewheres submodules;
    Strs linked_folders; /* a symbolic link where datafiles are looked for */
};

/* ---- faults ---- */

const char *git_reason(void); /* libgit2's last message, or a word for none */

/* ---- opening (repo_open.c, trust.c) ---- */

/* Whether the user's own git configuration trusts the folder (safe.directory). */
bool trust_is_given(const char *folder);
/* Whether the folder belongs to somebody whom git would not trust. */
bool trust_is_needed(const char *folder);

Str env_str(const char *name); /* empty when unset */
bool env_is_set(const char *name);

/* ---- snapshots (snapshot*.c) ---- */

Snapshot *snapshot_new(Repo *repo);
/* Adds a file in path order or not; snapshot_finish sorts when needed. The path is borrowed. */
SourceFile *snapshot_add(Snapshot *snapshot, Str path, const git_oid *id, unsigned mode);
/* Handles what is common to trees and the index: relevance, links, submodules. */
SourceFile *snapshot_add_entry(Snapshot *snapshot, Str path, const git_oid *id, unsigned mode);
void snapshot_finish(Snapshot *snapshot);
/* Borrows the paths of `like`, which may be NULL, where it has the same. */
int snapshot_of_commit_id(Snapshot **out, Repo *repo, const git_oid *id, const Snapshot *like,
                          Fault *fault);

int repo_load_index(Repo *repo, Fault *fault);
int refuse_conflict(const git_index_entry *entry, Fault *fault); /* returns -1 */
bool entry_is_clean(const Repo *repo, const git_index_entry *entry, const struct stat *disk);
/* True when no attribute or setting converts any file between disk and blob. */
bool repo_has_plain_bytes(Repo *repo);

/* ---- bytes (convert.c, read.c) ---- */

/* Opens a regular file below the top folder without following links or blocking; -1 and the
 * trouble otherwise. The caller closes. */
int disk_open(const Repo *repo, const char *path, struct stat *status, FileTrouble *trouble);
/* Reads it whole, in place of what the buffer held; false when it was cut short. */
bool disk_read(Buf *buf, int fd, size_t size);

/* The bytes that git would store for these bytes of the working tree. */
FileTrouble convert_to_git(Repo *repo, Arena *arena, const char *path, Str disk, Str *out);

BlobId blob_id_of(const git_oid *id);
BlobId blob_id_of_bytes(Str bytes);
git_oid git_oid_of(BlobId id);
bool blob_id_eq(BlobId a, BlobId b);

/* Content that stands for other content, by its first bytes. */
FileTrouble content_trouble(Str text);

/* ---- commits ---- */

/* Resolves to a commit; 0, or -1 without a fault. */
int commit_of(const Repo *repo, const char *revision, git_oid *out);
bool has_object(const Repo *repo, const git_oid *id);

/* ---- live (live.c, live_ci.c) ---- */

/* What one source of a live ref said. */
typedef struct {
    const char *source; /* "GITHUB_BASE_REF", "--live", ... */
    Str wanted;         /* what it named, empty when it is silent */
    Str ref;            /* what that was found as, empty when missing */
    git_oid commit;
    Str fetch;         /* the refspec that would bring it, empty when unknown */
    const char *unfit; /* why the CI's event file, which was needed, says nothing; NULL */
    bool elsewhere;    /* it is a branch of another project than origin */
    bool first;        /* the first commit of all was pushed: nothing was live before */
    LiveRole role;
} LiveAnswer;

/* Asks the variables of the CI; silent outside one. */
LiveAnswer live_ask_ci(Repo *repo);
/* When the CI runs for a push to `branch` itself: what the branch was before. After the push the
 * branch is what is judged, and comparing it with itself would pass whatever it holds. */
bool live_ask_before_push(Repo *repo, Str branch, LiveAnswer *out);
/* What was there before a push, by a variable: an id, or what stands there in place of one. */
typedef struct {
    const char *source;
    Str id; /* empty when it is not told */
} PushBefore;

/* Whether a variable names the branch that a change is to be merged into. */
bool live_names_target(void);
/* Whether a CI other than GitHub and GitLab runs for a push to `branch`; then `out` is set. */
bool live_before_of_others(const Repo *repo, Str branch, PushBefore *out);
/* The same where nothing says which branch is pushed. */
PushBefore live_before_any(const Repo *repo);
/* The answer to a push that replaced a commit of the live branch, by what names that one. */
LiveAnswer live_ask_push_to_live(Repo *repo, const char *source, Str before);
/* Looks a branch up as a remote one. */
void live_look_up_branch(Repo *repo, LiveAnswer *answer, Str branch);
void live_look_up_commit(Repo *repo, LiveAnswer *answer, Str id);
/* Whether this is the commit that is checked out. */
bool live_is_head(const Repo *repo, const git_oid *commit);

/* ---- merging (bases.c, match.c, merge.c) ---- */

typedef VEC(git_oid) GitIds;

/* The merge bases of live and the candidate's commit, and with `merging` also of the heads of a
 * merge in progress. None when there is none, for whatever reason: a shallow clone lacks the
 * commits, and libgit2 then fails with a generic error. */
GitIds merge_bases(Repo *repo, const git_oid *live, const git_oid *candidate, bool merging);

/* The versions of one resource or file; any may be absent. */
typedef struct {
    SourceFile *base;
    SourceFile *live;
    SourceFile *candidate;
} Versions;

typedef VEC(Versions) VersionsList;

/* Of the candidate, else of live, else of the base. */
Str versions_path(const Versions *versions);

typedef struct {
    const SourceFiles *base; /* NULL: none, or the same as live */
    const SourceFiles *live; /* NULL: none */
    const SourceFiles *candidate;
    Strs roots;               /* sorted projects */
    const ptrdiff_t *same_as; /* root index to that of the project it moved to, or itself */
} MatchInput;

/* Versions of one thing together: by path, what is left by resource. Ordered by path of the
 * candidate, else of live. */
VersionsList match_versions(Arena *arena, const MatchInput *input);

typedef enum {
    MERGE_CLEAN,
    MERGE_CONFLICT,   /* `live` of the result is the base's file */
    MERGE_UNREADABLE, /* bytes needed for it could not be had */
} MergeOutcome;

typedef struct {
    FilePair pair;
    MergeOutcome outcome;
    bool behind;     /* live changed it, and the candidate lacks that change */
    const char *why; /* of a conflict */
} Merged;

Merged merge_versions(Repo *repo, Arena *arena, const Versions *versions);

/* The result when several merge bases disagree on the file: there is no one base to merge from. */
Merged merge_disagreeing(const Versions *versions);

/* ---- talk (notes.c) ---- */

/* What was found on the way, for stderr. */
typedef struct {
    const Snapshot *live; /* NULL when there is none */
    const Snapshot *candidate;
    Strs roots;
    size_t behind; /* datafiles that live changed and the tree lacks */
    bool as_is;
    bool shallow;
    bool in_ci;
} NoteInput;

void add_notes(Comparison *comparison, Arena *arena, const NoteInput *input);

#endif
