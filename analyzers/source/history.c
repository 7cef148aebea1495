/* history.c: walks the first parents of a commit to the one that brought a file. */
#include "history.h"
#include "internal.h"

enum {
    MOVED_ENTRIES_LIMIT = 50000, /* of one tree, looked at for a file that moved */
    MOVED_DEPTH_LIMIT = 16,
};

typedef struct {
    Repo *repo;
    Str root;
    const char *path; /* in the commits that are looked at now */
    git_oid first;    /* its blob at the tip */
    git_oid tree;     /* the last one looked at, which has it */
    FileHistory *out;
    bool same; /* its bytes have not changed so far */
} HistoryWalk;

/* ---- one tree ---- */

static bool blob_at(git_tree *tree, const char *path, git_oid *out)
{
    git_tree_entry *entry = NULL;
    if (git_tree_entry_bypath(&entry, tree, path) != 0)
        return false;
    bool is_blob = git_tree_entry_type(entry) == GIT_OBJECT_BLOB;
    git_oid_cpy(out, git_tree_entry_id(entry));
    git_tree_entry_free(entry);
    return is_blob;
}

typedef struct {
    HistoryWalk *walk;
    Str name;
    const char *found;
    size_t found_count;
    size_t seen;
} MovedSearch;

static void search_tree(MovedSearch *search, git_tree *tree, Str folder, int depth);

static void search_entry(MovedSearch *search, const git_tree_entry *entry, Str folder, int depth)
{
    Repo *repo = search->walk->repo;
    Str name = str_of(git_tree_entry_name(entry));
    git_tree *below = NULL;
    if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB) {
        if (!str_eq(name, search->name))
            return;
        search->found_count++;
        search->found = str_fmt(repo->arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(name)).ptr;
    } else if (git_tree_entry_type(entry) == GIT_OBJECT_TREE && depth < MOVED_DEPTH_LIMIT &&
               git_tree_lookup(&below, repo->git, git_tree_entry_id(entry)) == 0) {
        Str inner = str_fmt(repo->arena, "%.*s%.*s/", STR_ARG(folder), STR_ARG(name));
        search_tree(search, below, inner, depth + 1);
        git_tree_free(below);
    }
}

static void search_tree(MovedSearch *search, git_tree *tree, Str folder, int depth)
{
    size_t count = git_tree_entrycount(tree);
    for (size_t i = 0; i < count && search->seen < MOVED_ENTRIES_LIMIT; i++) {
        search->seen++;
        search_entry(search, git_tree_entry_byindex(tree, i), folder, depth);
    }
}

/* A file of that name elsewhere in the project: the name makes the resource. NULL when there is
 * none; with several, or a tree too large to know, `*sure` is false. */
static const char *moved_from(HistoryWalk *walk, git_tree *tree, bool *sure)
{
    MovedSearch search = {.walk = walk, .name = path_base(str_of(walk->path))};
    git_tree *project = NULL;
    git_tree_entry *entry = NULL;
    *sure = true;
    if (walk->root.len == 0 || str_is(walk->root, ".")) {
        search_tree(&search, tree, STR(""), 0);
    } else if (git_tree_entry_bypath(&entry, tree, str_cstr(walk->repo->arena, walk->root)) == 0) {
        if (git_tree_lookup(&project, walk->repo->git, git_tree_entry_id(entry)) == 0)
            search_tree(&search, project, str_fmt(walk->repo->arena, "%.*s/", STR_ARG(walk->root)),
                        0);
    }
    git_tree_entry_free(entry);
    git_tree_free(project);
    *sure = search.found_count <= 1 && search.seen < MOVED_ENTRIES_LIMIT;
    return search.found_count == 1 ? search.found : NULL;
}

/* ---- the walk ---- */

/* Takes one commit's tree in; false when the file is not there, `*sure` when that is certain. */
static bool take_tree(HistoryWalk *walk, const git_oid *id, Instant when, bool *sure)
{
    git_tree *tree = NULL;
    git_oid blob;
    *sure = false;
    if (git_oid_equal(id, &walk->tree) == 0) {
        if (git_tree_lookup(&tree, walk->repo->git, id) != 0)
            return false;
        *sure = true;
        if (!blob_at(tree, walk->path, &blob)) {
            const char *path = moved_from(walk, tree, sure);
            if (path == NULL || !blob_at(tree, path, &blob)) {
                git_tree_free(tree);
                return false;
            }
            walk->path = path;
        }
        git_tree_free(tree);
        git_oid_cpy(&walk->tree, id);
        walk->same = walk->same && git_oid_equal(&blob, &walk->first);
    }
    walk->out->when = when;
    if (walk->same)
        walk->out->same_since = when;
    return true;
}

/* The first parent; false when there is none, or it is not here (a shallow clone). */
static bool step_back(Repo *repo, git_commit **commit)
{
    git_commit *parent = NULL;
    bool found = git_commit_parentcount(*commit) > 0 &&
                 git_commit_lookup(&parent, repo->git, git_commit_parent_id(*commit, 0)) == 0;
    if (!found)
        return false;
    git_commit_free(*commit);
    *commit = parent;
    return true;
}

static bool start_walk(HistoryWalk *walk, git_commit *commit)
{
    git_tree *tree = NULL;
    if (git_commit_tree(&tree, commit) != 0)
        return false;
    walk->out->found = blob_at(tree, walk->path, &walk->first);
    git_tree_free(tree);
    git_oid_cpy(&walk->tree, git_commit_tree_id(commit));
    walk->out->when = walk->out->same_since = git_commit_time(commit);
    return walk->out->found;
}

int history_since(Repo *repo, const CommitId *tip, Str root, Str path, HistoryBounds bounds,
                  FileHistory *out, Fault *fault)
{
    *out = (FileHistory){0};
    HistoryWalk walk = {
        .repo = repo, .root = root, .path = str_cstr(repo->arena, path), .out = out, .same = true};
    git_oid id;
    git_commit *commit = NULL;
    if (git_oid_fromstr(&id, tip->hex) != 0 || git_commit_lookup(&commit, repo->git, &id) != 0)
        return fault_set(fault, FAULT_ANALYSE, "Commit %s cannot be read: %.300s.", tip->hex,
                         git_reason());
    if (start_walk(&walk, commit)) {
        for (unsigned i = 1; i < bounds.commits && out->when > bounds.until; i++) {
            bool sure = false;
            if (!step_back(repo, &commit))
                break;
            if (!take_tree(&walk, git_commit_tree_id(commit), git_commit_time(commit), &sure)) {
                out->complete = sure;
                break;
            }
        }
    }
    git_commit_free(commit);
    return 0;
}
