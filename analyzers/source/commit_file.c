/* commit_file.c: one file of a commit, without a snapshot of all of them. */
#include "internal.h"

/* NULL when there is none; the caller frees it. */
static git_tree_entry *entry_at(const Repo *repo, const CommitId *commit, const char *path)
{
    git_oid id;
    git_commit *object = NULL;
    git_tree *tree = NULL;
    git_tree_entry *entry = NULL;
    if (git_oid_fromstr(&id, commit->hex) != 0 || git_commit_lookup(&object, repo->git, &id) != 0)
        return NULL;
    if (git_commit_tree(&tree, object) == 0 && git_tree_entry_bypath(&entry, tree, path) != 0)
        entry = NULL;
    git_tree_free(tree);
    git_commit_free(object);
    return entry;
}

static int id_of(const Repo *repo, const CommitId *commit, const char *path, git_oid *out)
{
    int result = -1;
    git_tree_entry *entry = entry_at(repo, commit, path);
    if (entry != NULL && git_tree_entry_type(entry) == GIT_OBJECT_BLOB)
        result = git_oid_cpy(out, git_tree_entry_id(entry));
    git_tree_entry_free(entry);
    return result;
}

bool repo_path_is_of(Repo *repo, const CommitId *commit, Str path)
{
    bool is_folder = true;
    bool found = false;
    for (size_t end = 1; is_folder && end <= path.len; end++) {
        if (end < path.len && path.ptr[end] != '/')
            continue;
        const char *part = str_cstr(repo->arena, str_slice(path, 0, end));
        git_tree_entry *entry = entry_at(repo, commit, part);
        is_folder = entry != NULL && git_tree_entry_type(entry) == GIT_OBJECT_TREE;
        found = entry != NULL && !is_folder;
        git_tree_entry_free(entry);
    }
    return found;
}

bool repo_blob_at(Repo *repo, const CommitId *commit, const char *path, BlobId *out)
{
    git_oid id;
    if (id_of(repo, commit, path, &id) != 0)
        return false;
    *out = blob_id_of(&id);
    return true;
}

bool repo_file_at(Repo *repo, const CommitId *commit, const char *path, Arena *arena, Str *out)
{
    git_oid id;
    git_blob *blob = NULL;
    if (id_of(repo, commit, path, &id) != 0 || git_blob_lookup(&blob, repo->git, &id) != 0)
        return false;
    bool fits = git_blob_rawsize(blob) <= FILE_SIZE_LIMIT;
    if (fits)
        *out = str_copy(arena, (Str){git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)});
    git_blob_free(blob);
    return fits;
}
