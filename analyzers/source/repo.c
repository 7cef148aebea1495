/* repo.c: questions about an open repository. */
#include "internal.h"

#include <string.h>

Str repo_top(const Repo *repo)
{
    return repo->top;
}

Str repo_git_dir(const Repo *repo)
{
    return repo->git_dir;
}

bool repo_is_bare(const Repo *repo)
{
    return repo->top.len == 0;
}

bool repo_is_shallow(const Repo *repo)
{
    return git_repository_is_shallow(repo->git) == 1;
}

bool repo_is_unborn(const Repo *repo)
{
    return git_repository_head_unborn(repo->git) == 1;
}

Str repo_head_name(const Repo *repo)
{
    git_reference *head = NULL;
    if (git_reference_lookup(&head, repo->git, "HEAD") != 0) {
        return STR("HEAD");
    }
    const char *target = git_reference_symbolic_target(head);
    Str name = STR("HEAD");
    if (target != NULL) {
        Str full = str_of(target);
        name = str_copy(repo->arena,
                        str_starts(full, "refs/heads/") ? str_slice(full, 11, full.len) : full);
    }
    git_reference_free(head);
    return name;
}

Str repo_config(const Repo *repo, const char *key)
{
    git_config *config = NULL;
    git_buf value = {0};
    Str text = STR("");
    if (git_repository_config(&config, repo->git) == 0 &&
        git_config_get_string_buf(&value, config, key) == 0) {
        text = str_copy(repo->arena, str_of(value.ptr));
    }
    git_buf_dispose(&value);
    git_config_free(config);
    return text;
}

Str repo_hooks_dir(const Repo *repo)
{
    git_config *config = NULL;
    git_buf value = {0};
    Str folder = STR("");
    if (git_repository_config(&config, repo->git) == 0 &&
        git_config_get_path(&value, config, "core.hookspath") == 0) {
        folder = str_copy(repo->arena, str_of(value.ptr));
    }
    git_buf_dispose(&value);
    git_config_free(config);
    if (folder.len == 0) {
        return str_fmt(repo->arena, "%shooks", git_repository_commondir(repo->git));
    }
    if (folder.ptr[0] == '/') {
        return folder;
    }
    Str around = repo->top.len > 0 ? repo->top : repo->git_dir;
    return str_fmt(repo->arena, "%.*s/%.*s", STR_ARG(around), STR_ARG(folder));
}

int commit_of(const Repo *repo, const char *revision, git_oid *out)
{
    git_object *object = NULL;
    git_object *commit = NULL;
    int error = git_revparse_single(&object, repo->git, revision);
    if (error == 0) {
        error = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
    }
    if (error == 0) {
        git_oid_cpy(out, git_object_id(commit));
    }
    git_object_free(commit);
    git_object_free(object);
    return error == 0 ? 0 : -1;
}

bool has_object(const Repo *repo, const git_oid *id)
{
    return git_odb_exists(repo->odb, id) == 1;
}

BlobId blob_id_of(const git_oid *id)
{
    BlobId blob;
    memcpy(blob.bytes, id->id, sizeof(blob.bytes));
    return blob;
}

git_oid git_oid_of(BlobId id)
{
    git_oid oid;
    memcpy(oid.id, id.bytes, sizeof(id.bytes));
    return oid;
}

BlobId blob_id_of_bytes(Str bytes)
{
    git_oid oid = {{0}};
    git_odb_hash(&oid, bytes.len > 0 ? bytes.ptr : "", bytes.len, GIT_OBJECT_BLOB);
    return blob_id_of(&oid);
}

bool blob_id_eq(BlobId a, BlobId b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}
