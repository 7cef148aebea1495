/* bases.c: the commits from which live and the candidate went their own ways. */
#include "internal.h"

#include "base/map.h"

#include <string.h>

enum {
    HEADS_LIMIT = 64,     /* of one merge in progress */
    SHALLOW_LIMIT = 50000 /* commits walked in a shallow clone, which has few */
};

typedef struct {
    git_oid ids[2 + HEADS_LIMIT]; /* live, then the candidate's */
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

/* ---- shallow clones ---- */

/* libgit2 1.5 fails on the first commit that a shallow clone lacks, even where the answer is at
 * hand: in a pull request's checkout live is HEAD's own parent. Here, as in git, history ends
 * where the commits do. */

static Str key_of(Arena *arena, const git_oid *id)
{
    return str_copy(arena, (Str){(const char *)id->id, sizeof(id->id)});
}

static bool parse_id(git_oid *out, Str hex)
{
    return hex.len == GIT_OID_HEXSZ && git_oid_fromstrn(out, hex.ptr, hex.len) == 0;
}

/* Adds the parents' ids to the set, also of those that are not here. */
static void add_parents(Repo *repo, Str key, Map *set)
{
    git_oid id;
    git_commit *commit = NULL;
    memcpy(id.id, key.ptr, sizeof(id.id));
    if (git_commit_lookup(&commit, repo->git, &id) != 0) {
        return;
    }
    /* From 1.7 on libgit2 says that the last commit of a shallow clone has no parents. */
    Str header = str_of(git_commit_raw_header(commit));
    Str line;
    while (str_split_line(&header, &line)) {
        if (str_starts(line, "parent ") && parse_id(&id, str_slice(line, 7, line.len))) {
            Str parent = key_of(repo->arena, &id);
            if (!map_has(set, parent)) {
                map_put(set, parent, set);
            }
        }
    }
    git_commit_free(commit);
}

/* A map keeps the order of insertion, so it is the queue of the walk as well. */
static void walk_ancestors(Repo *repo, Map *set)
{
    for (size_t i = 0; i < map_len(set) && i < SHALLOW_LIMIT; i++) {
        add_parents(repo, map_key(set, i), set);
    }
}

static Map *ancestors_of(Repo *repo, const git_oid *heads, size_t count)
{
    Map *set = map_new(repo->arena);
    for (size_t i = 0; i < count; i++) {
        map_put(set, key_of(repo->arena, &heads[i]), set);
    }
    walk_ancestors(repo, set);
    return set;
}

/* Common ancestors that no other common ancestor descends from. */
static GitIds bases_in_shallow(Repo *repo, const Heads *heads)
{
    Map *of_live = ancestors_of(repo, heads->ids, 1);
    Map *of_others = ancestors_of(repo, heads->ids + 1, heads->count - 1);
    Map *common = map_new(repo->arena);
    Map *older = map_new(repo->arena);
    GitIds bases = {0};
    for (size_t i = 0; i < map_len(of_live); i++) {
        Str key = map_key(of_live, i);
        if (map_has(of_others, key)) {
            map_put(common, key, common);
            add_parents(repo, key, older);
        }
    }
    walk_ancestors(repo, older);
    for (size_t i = 0; i < map_len(common); i++) {
        git_oid id;
        memcpy(id.id, map_key(common, i).ptr, sizeof(id.id));
        if (!map_has(older, map_key(common, i)) && has_object(repo, &id)) {
            vec_push(repo->arena, &bases, id);
        }
    }
    return bases;
}

/* ---- whole clones ---- */

static GitIds bases_in_full(Repo *repo, const Heads *heads)
{
    GitIds bases = {0};
    git_oidarray found = {0};
    /* With more than two, libgit2 takes the bases of the first and a merge of all others. */
    if (git_merge_bases_many(&found, repo->git, heads->count, heads->ids) == 0) {
        for (size_t i = 0; i < found.count; i++) {
            vec_push(repo->arena, &bases, found.ids[i]);
        }
        git_oidarray_dispose(&found);
    }
    return bases;
}

GitIds merge_bases(Repo *repo, const git_oid *live, const git_oid *candidate, bool merging)
{
    Heads heads = {.count = 0};
    add_head(live, &heads);
    add_head(candidate, &heads);
    if (merging) {
        git_repository_mergehead_foreach(repo->git, add_head, &heads);
    }
    return repo_is_shallow(repo) ? bases_in_shallow(repo, &heads) : bases_in_full(repo, &heads);
}
