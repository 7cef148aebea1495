/* history_removed.c: pipes that a branch had and has no more, from its commits. */
#include "history.h"
#include "internal.h"

enum { PIPE_BYTES_MAX = 1 << 20 };

typedef struct {
    Repo *repo;
    RemovedVisit visit;
    void *context;
    bool stopped;
} RemovedWalk;

static bool is_pipe(const char *path)
{
    return str_ends(str_of(path), ".pipe");
}

static void visit_blob(RemovedWalk *walk, const git_diff_file *file)
{
    git_blob *blob = NULL;
    if (git_blob_lookup(&blob, walk->repo->git, &file->id) != 0)
        return;
    if (git_blob_rawsize(blob) <= PIPE_BYTES_MAX) {
        Str text = {git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)};
        walk->stopped = !walk->visit(walk->context, str_of(file->path), text);
    }
    git_blob_free(blob);
}

static void visit_diff(RemovedWalk *walk, git_diff *diff)
{
    for (size_t i = 0; i < git_diff_num_deltas(diff) && !walk->stopped; i++) {
        const git_diff_delta *delta = git_diff_get_delta(diff, i);
        if (delta->status == GIT_DELTA_DELETED && is_pipe(delta->old_file.path))
            visit_blob(walk, &delta->old_file);
    }
}

/* What the commit took away from its first parent. False at the end of the history. */
static bool step(RemovedWalk *walk, Str root, git_commit **commit)
{
    git_commit *parent = NULL;
    git_tree *before = NULL;
    git_tree *after = NULL;
    git_diff *diff = NULL;
    if (git_commit_parentcount(*commit) == 0 ||
        git_commit_lookup(&parent, walk->repo->git, git_commit_parent_id(*commit, 0)) != 0)
        return false;
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    char *path = (char *)(uintptr_t)str_cstr(walk->repo->arena, root);
    options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH;
    if (root.len > 0 && !str_is(root, "."))
        options.pathspec = (git_strarray){&path, 1};
    bool read = git_commit_tree(&before, parent) == 0 && git_commit_tree(&after, *commit) == 0 &&
                git_diff_tree_to_tree(&diff, walk->repo->git, before, after, &options) == 0;
    if (read)
        visit_diff(walk, diff);
    git_diff_free(diff);
    git_tree_free(before);
    git_tree_free(after);
    git_commit_free(*commit);
    *commit = parent;
    return read;
}

int history_removed(Repo *repo, const CommitId *tip, Str root, HistoryBounds bounds,
                    RemovedVisit visit, void *context, Fault *fault)
{
    RemovedWalk walk = {.repo = repo, .visit = visit, .context = context};
    git_oid id;
    git_commit *commit = NULL;
    if (git_oid_fromstr(&id, tip->hex) != 0 || git_commit_lookup(&commit, repo->git, &id) != 0)
        return fault_set(fault, FAULT_ANALYSE, "Commit %s cannot be read: %.300s.", tip->hex,
                         git_reason());
    for (unsigned i = 1; i < bounds.commits && git_commit_time(commit) > bounds.until; i++)
        if (!step(&walk, root, &commit) || walk.stopped)
            break;
    git_commit_free(commit);
    return 0;
}
