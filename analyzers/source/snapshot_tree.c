/* snapshot_tree.c: the files of a commit. */
#include "internal.h"

#include <string.h>

typedef struct {
    Snapshot *snapshot;
    Buf path; /* the folder being walked, with its '/' */
    size_t seen;
    const Snapshot *like; /* NULL: no paths to borrow */
    size_t at;            /* in its files, which come in the order of the walk */
    Fault *fault;
} Walk;

static int walk_tree(Walk *walk, const git_oid *id, int depth);

static int refuse_size(Walk *walk)
{
    return fault_set(walk->fault, FAULT_ANALYSE,
                     "The tree of commit %s is too deep or too large to be a project.",
                     walk->snapshot->commit);
}

static int missing_tree(Walk *walk, const git_oid *id)
{
    char hex[GIT_OID_HEXSZ + 1];
    git_oid_tostr(hex, sizeof(hex), id);
    fault_set(walk->fault, FAULT_ANALYSE, "Tree %s of commit %s cannot be read: %.300s.", hex,
              walk->snapshot->commit, git_reason());
    return fault_repair(walk->fault, "git fetch --refetch origin %s", walk->snapshot->commit);
}

static Str kept_path(Walk *walk, Str path)
{
    const SourceFiles *files = walk->like ? &walk->like->files : NULL;
    while (files && walk->at < files->len && str_cmp(files->items[walk->at]->path, path) < 0)
        walk->at++;
    if (files && walk->at < files->len && str_eq(files->items[walk->at]->path, path))
        return files->items[walk->at]->path;
    return str_copy(walk->snapshot->repo->arena, path);
}

static int walk_entry(Walk *walk, const git_tree_entry *entry, int depth)
{
    size_t folder = walk->path.len;
    git_filemode_t mode = git_tree_entry_filemode_raw(entry);
    const git_oid *id = git_tree_entry_id(entry);
    int result = 0;
    if (++walk->seen > TREE_ENTRY_LIMIT) {
        return refuse_size(walk);
    }
    buf_add(&walk->path, git_tree_entry_name(entry));
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
        buf_add_char(&walk->path, '/');
        result = walk_tree(walk, id, depth + 1);
    } else {
        Snapshot *snapshot = walk->snapshot;
        Str path = buf_str(&walk->path);
        /* Most files of a monorepo are none of ours: only what is kept is copied. */
        bool kept = path_kind(path) != PATH_OTHER || mode == GIT_FILEMODE_COMMIT ||
                    mode == GIT_FILEMODE_LINK || snapshot->any_path.len == 0;
        if (kept) {
            snapshot_add_entry(snapshot, kept_path(walk, path), id, (unsigned)mode);
        }
    }
    walk->path.len = folder;
    return result;
}

static int walk_tree(Walk *walk, const git_oid *id, int depth)
{
    git_tree *tree = NULL;
    if (depth > TREE_DEPTH_LIMIT) {
        return refuse_size(walk);
    }
    if (git_tree_lookup(&tree, walk->snapshot->repo->git, id) != 0) {
        return missing_tree(walk, id);
    }
    int result = 0;
    size_t count = git_tree_entrycount(tree);
    for (size_t i = 0; i < count && result == 0; i++) {
        result = walk_entry(walk, git_tree_entry_byindex(tree, i), depth);
    }
    git_tree_free(tree);
    return result;
}

int snapshot_of_commit_id(Snapshot **out, Repo *repo, const git_oid *id, const Snapshot *like,
                          Fault *fault)
{
    Snapshot *snapshot = snapshot_new(repo);
    char hex[GIT_OID_HEXSZ + 1];
    git_oid_tostr(hex, sizeof(hex), id);
    snapshot->commit = str_cstr(repo->arena, str_of(hex));
    git_commit *commit = NULL;
    if (git_commit_lookup(&commit, repo->git, id) != 0) {
        fault_set(fault, FAULT_ANALYSE, "Commit %s cannot be read: %.300s.", hex, git_reason());
        return fault_repair(fault, "git fetch --no-tags origin %s", hex);
    }
    git_oid_cpy(&snapshot->tree, git_commit_tree_id(commit));
    git_commit_free(commit);
    Walk walk = {.snapshot = snapshot, .like = like, .fault = fault};
    int result = walk_tree(&walk, &snapshot->tree, 0);
    buf_free(&walk.path);
    snapshot_finish(snapshot);
    *out = snapshot;
    return result;
}

int snapshot_of_commit(Snapshot **out, Repo *repo, const char *revision, Fault *fault)
{
    git_oid id;
    if (commit_of(repo, revision, &id) != 0) {
        fault_set(fault, FAULT_ANALYSE, "'%.400s' names no commit of this repository.", revision);
        return fault_repair(fault, "git fetch --no-tags origin");
    }
    return snapshot_of_commit_id(out, repo, &id, NULL, fault);
}
