/* usual.c: whether a run compares what a plain run of the same person would compare. */
#include "internal.h"

#include <string.h>

static bool names_commit(const Repo *repo, const char *revision, git_oid *out)
{
    return commit_of(repo, revision, out) == 0;
}

bool repo_head(const Repo *repo, CommitId *out)
{
    git_oid head;
    bool found = names_commit(repo, "HEAD", &head);
    if (found)
        git_oid_tostr(out->hex, sizeof(out->hex), &head);
    return found;
}

bool repo_head_is(const Repo *repo, const char *hex)
{
    CommitId head;
    return repo_head(repo, &head) && strcmp(head.hex, hex) == 0;
}

bool repo_has_branch(const Repo *repo, const char *name)
{
    git_reference *branch = NULL;
    bool found = git_branch_lookup(&branch, repo->git, name, GIT_BRANCH_LOCAL) == 0;
    git_reference_free(branch);
    return found;
}

bool repo_head_has(const Repo *repo, const char *hex)
{
    git_oid head;
    git_oid commit;
    return repo_head_is(repo, hex) ||
           (names_commit(repo, "HEAD", &head) && git_oid_fromstr(&commit, hex) == 0 &&
            git_graph_descendant_of(repo->git, &head, &commit) == 1);
}

/* The remote's branch of a name, else the local one. */
static bool line_of(const Repo *repo, const char *remote, const char *local, git_oid *out)
{
    return names_commit(repo, remote, out) || names_commit(repo, local, out);
}

/* Both lines are there and differ: a plain run would refuse to guess. */
static bool usual_names(const Repo *repo, git_oid *out)
{
    git_oid other;
    bool has_main = line_of(repo, "refs/remotes/origin/main", "refs/heads/main", out);
    bool has_master =
        line_of(repo, "refs/remotes/origin/master", "refs/heads/master", has_main ? &other : out);
    return has_main && has_master ? git_oid_equal(out, &other) : has_main || has_master;
}

bool live_is_usual(Repo *repo, const CommitId *commit, const char *configured)
{
    git_oid usual;
    char text[GIT_OID_HEXSZ + 1];
    bool found;
    if (configured) {
        Str remote = str_fmt(repo->arena, "refs/remotes/origin/%s", configured);
        found = names_commit(repo, configured, &usual) || names_commit(repo, remote.ptr, &usual);
    } else {
        found = names_commit(repo, "refs/remotes/origin/HEAD", &usual) || usual_names(repo, &usual);
    }
    if (!found)
        return false;
    git_oid_tostr(text, sizeof(text), &usual);
    return strcmp(text, commit->hex) == 0;
}
