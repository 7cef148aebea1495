/* commit_file.c: one file of a commit, without a snapshot of all of them. */
#include "internal.h"

static int id_of(const Repo *repo, const CommitId *commit, const char *path, git_oid *out)
{
    git_oid id;
    git_commit *object = NULL;
    git_tree *tree = NULL;
    git_tree_entry *entry = NULL;
    int result = -1;
    if (git_oid_fromstr(&id, commit->hex) == 0 && git_commit_lookup(&object, repo->git, &id) == 0 &&
        git_commit_tree(&tree, object) == 0 && git_tree_entry_bypath(&entry, tree, path) == 0 &&
        git_tree_entry_type(entry) == GIT_OBJECT_BLOB)
        result = git_oid_cpy(out, git_tree_entry_id(entry));
    git_tree_entry_free(entry);
    git_tree_free(tree);
    git_commit_free(object);
    return result;
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
