/* bases.c: the commits from which live and the candidate went their own ways. */
#include "internal.h"

#include <string.h>

enum { HEADS_LIMIT = 64 }; /* of one merge in progress */

typedef struct {
    git_oid ids[2 + HEADS_LIMIT];
    size_t count;
} Heads;

static int add_head(const git_oid *id, void *payload)
{
    Heads *heads = payload;
    if (heads->count < ARRAY_LEN(heads->ids)) {
        git_oid_cpy(&heads->ids[heads->count++], id);
    }
    return 0;
}

GitIds merge_bases(Repo *repo, const git_oid *live, const git_oid *candidate, bool merging)
{
    GitIds bases = {0};
    Heads heads = {.count = 0};
    add_head(live, &heads);
    add_head(candidate, &heads);
    if (merging) {
        git_repository_mergehead_foreach(repo->git, add_head, &heads);
    }
    git_oidarray found = {0};
    /* With more than two, libgit2 takes the bases of the first and a merge of all others. */
    if (git_merge_bases_many(&found, repo->git, heads.count, heads.ids) == 0) {
        for (size_t i = 0; i < found.count; i++) {
            vec_push(repo->arena, &bases, found.ids[i]);
        }
        git_oidarray_dispose(&found);
    }
    return bases;
}
