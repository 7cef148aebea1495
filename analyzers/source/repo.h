/*
 * repo.h: the git repository, opened for reading only.
 *
 * source/ holds the only users of libgit2. Nothing here spawns git, writes to the repository or
 * its index, or runs a filter driver. The environment that git gives its hooks (GIT_DIR,
 * GIT_WORK_TREE, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY, ...) is read here, by our own rules, since
 * libgit2 1.5 refuses some of it and resolves a relative GIT_INDEX_FILE against the wrong folder.
 */
#ifndef TBLINT_REPO_H
#define TBLINT_REPO_H

#include "base/clock.h"
#include "base/fault.h"
#include "source_file.h"

typedef struct Repo Repo;
typedef struct Snapshot Snapshot;

typedef struct {
    char hex[41];
} CommitId;

/* What repositories can be read; any other is refused by repo_open. */
typedef struct {
    Str library; /* libgit2's version: "1.5.1" */
    Str objects; /* formats of ids: "SHA-1, not SHA-256" */
    Str refs;    /* formats of refs: "files, not reftable" */
} RepoFeatures;

RepoFeatures repo_features(Arena *arena);

/* Opens the repository around `start` (NULL: the current folder). libgit2 starts here and not
 * earlier, so that --help stays quick. The arena must outlive the repo. */
int repo_open(Repo **out, Arena *arena, const char *start, Fault *fault);
void repo_free(Repo *repo); /* NULL accepted */

Str repo_top(const Repo *repo);     /* the working tree's top folder, or empty when bare */
Str repo_git_dir(const Repo *repo); /* where refs and hooks of this working tree are */
bool repo_is_bare(const Repo *repo);
bool repo_is_shallow(const Repo *repo);
bool repo_is_unborn(const Repo *repo);              /* HEAD names a branch without commits */
Str repo_head_name(const Repo *repo);               /* branch, or "HEAD" when detached */
Str repo_hooks_dir(const Repo *repo);               /* honours core.hooksPath */
Str repo_config(const Repo *repo, const char *key); /* empty when unset */

/* ---- snapshots: the files of one tree that matter to us, ordered by path ---- */

int snapshot_of_index(Snapshot **out, Repo *repo, Fault *fault);
int snapshot_of_worktree(Snapshot **out, Repo *repo, Fault *fault);
int snapshot_of_commit(Snapshot **out, Repo *repo, const char *revision, Fault *fault);

const SourceFiles *snapshot_files(const Snapshot *snapshot);
SourceFile *snapshot_find(const Snapshot *snapshot, Str path); /* NULL when absent */
Str snapshot_any_path(const Snapshot *snapshot);       /* some file that exists, relevant or not */
const char *snapshot_commit(const Snapshot *snapshot); /* 40 hex, or NULL for index, worktree */

/* Datafiles in the working tree that git ignores but tb would send. */
const Strs *snapshot_ignored(const Snapshot *snapshot);

/* Loads the bytes of a file, once. On -1 the file's `trouble` says why and `fault` how to mend
 * it; the caller goes on with the other files. */
int source_file_load(Repo *repo, SourceFile *file, Fault *fault);

/* The bytes for a look only, as a scan of many files needs: they are borrowed from `scratch`, which
 * the caller owns and reuses, or from the file where it is loaded already, and nothing is kept.
 * False when they cannot be had; the file's `trouble` says why. */
bool source_file_peek(Repo *repo, SourceFile *file, Buf *scratch, Str *text);

/* Called with the bytes of the file at `index`, borrowed until it returns. `thread` is less than
 * THREADS_LIMIT. */
typedef void (*FileVisit)(void *context, unsigned thread, size_t index, Str text);

/* Calls `visit` for each file whose bytes can be had, as source_file_peek does; the `trouble` of
 * the others says why not. Many files are shared among threads: each takes a run of neighbours and
 * visits them in order, and the first thread has the first run. */
void source_files_scan(Repo *repo, const SourceFiles *files, FileVisit visit, void *context);

/* One file of a commit; false when it has none there that can be read. */
bool repo_file_at(Repo *repo, const CommitId *commit, const char *path, Arena *arena, Str *out);

/* The id of that file, without its bytes; false when the commit has no such file. */
bool repo_blob_at(Repo *repo, const CommitId *commit, const char *path, BlobId *out);

/* Whether the commit decides what stands there: it has the file or the link, or a link or a
 * submodule on the way to it. The path is from the top, clean. */
bool repo_path_is_of(Repo *repo, const CommitId *commit, Str path);

/* ---- the live branch ---- */

/* What the CI says about the run in which live was found. */
typedef enum {
    LIVE_PLAIN,     /* nothing, or there is no CI */
    LIVE_IN_CI,     /* it names a live branch */
    LIVE_OF_CHANGE, /* a change is asked to be merged into it: a pull request, a merge queue */
    LIVE_REPLACED,  /* the commit was live until the push that is judged took its place */
    LIVE_NOTHING,   /* there is none: the first commit of all was pushed */
    LIVE_UNNAMED,   /* of a fault: nothing names a live branch, or no one alone */
} LiveRole;

typedef struct {
    Str ref; /* as found: "origin/main", a commit id from CI, ... */
    CommitId commit;
    Instant when; /* committer date, for the age; never in machine output */
    Str how;      /* which of the sources named it: "--live", "GITHUB_BASE_REF", ... */
    LiveRole role;
} LiveRef;

/* Finds the live ref by the order of the design (option, TBLINT_LIVE, configuration, CI,
 * origin/HEAD, the one line among the usual names). Never guesses between two. `option` and
 * `configured` may be NULL. Without a commit where nothing was live (LIVE_NOTHING). Fault
 * FAULT_ANALYSE with the git command that repairs it; of `out` the role alone is set then. */
int live_resolve(LiveRef *out, Repo *repo, const char *option, const char *configured,
                 Fault *fault);

/* Whether a CI runs this, by its variables. */
bool live_in_ci(void);
/* Whether it names the branch that was pushed, so that a push to live is known by it. */
bool live_names_pushed(void);
/* Whether the name is that of a branch or a tag, here or at origin, and no other revision. */
bool live_is_branch(const Repo *repo, const char *name);
/* What was live before HEAD, where HEAD is live and nothing but TBLINT_BEFORE, or its first parent,
 * can tell. */
int live_resolve_before_head(LiveRef *out, Repo *repo, Fault *fault);

/* Whether a run without options would find that live commit at anybody's desk: by the
 * configuration, origin/HEAD or the usual names, and not by variables of the environment. */
bool live_is_usual(Repo *repo, const CommitId *commit, const char *configured);
/* The commit of HEAD; false when there is none. */
bool repo_head(const Repo *repo, CommitId *out);
/* Whether HEAD is that commit. */
bool repo_head_is(const Repo *repo, const char *hex);
/* Whether there is a local branch of that name. */
bool repo_has_branch(const Repo *repo, const char *name);
/* Whether HEAD is that commit or comes after it. */
bool repo_head_has(const Repo *repo, const char *hex);

/* What each source of a live ref says, one line each, for `tblint doctor`. */
Strs live_explain(Repo *repo, const char *option, const char *configured);

#endif
