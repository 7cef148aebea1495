/*
 * The floor for `make bench`: what bare libgit2 costs to compare a tree with the index and to read
 * the blobs that differ. Usage: bench_floor REPOSITORY REVISION
 */
#include <git2.h>
#include <stdio.h>

static size_t bytes_read;

static void read_blob(git_repository *repo, const git_oid *id)
{
    git_blob *blob = NULL;
    if (!git_oid_is_zero(id) && git_blob_lookup(&blob, repo, id) == 0)
        bytes_read += (size_t)git_blob_rawsize(blob);
    git_blob_free(blob);
}

static int each_file(const git_diff_delta *delta, float progress, void *repo)
{
    (void)progress;
    read_blob(repo, &delta->old_file.id);
    read_blob(repo, &delta->new_file.id);
    return 0;
}

int main(int argc, char **argv)
{
    git_repository *repo = NULL;
    git_object *tree = NULL;
    git_diff *diff = NULL;
    if (argc != 3)
        return 2;
    git_libgit2_init();
    int failed = git_repository_open(&repo, argv[1]) || git_revparse_single(&tree, repo, argv[2]) ||
                 git_object_peel(&tree, tree, GIT_OBJECT_TREE) ||
                 git_diff_tree_to_index(&diff, repo, (git_tree *)tree, NULL, NULL) ||
                 git_diff_foreach(diff, each_file, NULL, NULL, NULL, repo);
    printf("%zu files, %zu bytes\n", diff ? git_diff_num_deltas(diff) : 0, bytes_read);
    return failed != 0;
}
