/* live_choice.c: which branch is live, where the change itself may have named it. */
#include "live_choice.h"

#include "source/from_top.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- whose setting it is ---- */

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && *value;
}

bool live_judged_commit(const Session *session, CommitId *out)
{
    const char *judged = snapshot_commit(session->snapshot);
    if (!judged)
        return repo_head(session->repo, out);
    memcpy(out->hex, judged, sizeof out->hex);
    return true;
}

/* The path of the configuration that was given with its links followed, where the commit has it. */
static const char *followed_path(const Session *session, const CommitId *commit)
{
    BlobId id;
    char absolute[PATH_MAX];
    Str top = repo_top(session->repo);
    if (top.len == 0 || !realpath(session->app->options->config, absolute) ||
        !str_starts(str_of(absolute), top.ptr))
        return NULL;
    const char *path = absolute + top.len;
    if (top.ptr[top.len - 1] != '/' && *path++ != '/')
        return NULL;
    return repo_blob_at(session->repo, commit, path, &id) ? str_cstr(session->arena, str_of(path))
                                                          : NULL;
}

/* The path of the configuration in the repository, where the change can have touched it; NULL where
 * it is a file of whoever runs this. A change can also make a link of it, to some other file. */
static const char *config_path(const Session *session)
{
    Str path;
    CommitId commit;
    const char *given = session->app->options->config;
    if (!given)
        return CONFIG_NAME;
    if (!live_judged_commit(session, &commit))
        return NULL;
    const char *followed = followed_path(session, &commit);
    if (followed)
        return followed;
    bool is_of_commit = path_from_top(session->repo, session->arena, str_of(given), &path) &&
                        repo_path_is_of(session->repo, &commit, path);
    return is_of_commit ? str_cstr(session->arena, path) : NULL;
}

/* What that commit's configuration names; NULL when it names nothing, or cannot be read. */
static const char *setting_at(Session *session, const CommitId *commit, const char *path)
{
    Str text;
    Config config;
    Fault ignored = {0};
    if (!repo_file_at(session->repo, commit, path, session->arena, &text) ||
        config_parse(&config, session->arena, text, path, &ignored) < 0)
        return NULL;
    return config.live;
}

/* The commit that is judged; of the index and the working tree that one which they change. */
static bool is_judged(const Session *session, const LiveRef *live)
{
    const char *judged = snapshot_commit(session->snapshot);
    return judged ? strcmp(judged, live->commit.hex) == 0
                  : repo_head_is(session->repo, live->commit.hex);
}

/* ---- without anything else ---- */

/* It would say whether the setting is the team's. */
static int refuse_untold(const Session *session, const Fault *missing, Fault *fault)
{
    fault_set(fault, missing->kind,
              "%s It would say whether `live: %.200s` of %s holds, or is of this change alone.",
              missing->message, session->config.live, session->config_name);
    return fault_repair(fault, "%s", missing->repair);
}

static int refuse_own(const Session *session, Fault *fault)
{
    fault_set(fault, FAULT_ANALYSE,
              "`live: %.200s` of %s is no other branch than what is judged, and nothing else says "
              "which one is live, so there is nothing to compare with.",
              session->config.live, session->config_name);
    return fault_repair(fault, "tblint lint --live BRANCH   # or TBLINT_LIVE=BRANCH in the CI");
}

/* The CI is silent, and so are the names of the branches: for that the setting is there. It must be
 * a branch, and another one than the change's. */
static int choose_alone(Session *session, const Fault *missing, Fault *fault)
{
    const char *own = session->config.live;
    if (!own) {
        *fault = *missing;
        return -1;
    }
    if (!live_is_branch(session->repo, own))
        return refuse_own(session, fault);
    if (live_resolve(&session->live, session->repo, NULL, own, fault) < 0)
        return -1;
    return live_in_ci() && is_judged(session, &session->live) ? refuse_own(session, fault) : 0;
}

/* ---- with the word of others ---- */

/* Live's own setting may name HEAD, for the work of one person on one branch: in a commit that is
 * no other side. */
static int choose_believed(Session *session, const char *believed, Fault *fault)
{
    LiveRef named;
    if (live_resolve(&named, session->repo, NULL, believed, fault) < 0)
        return -1;
    if (named.role == LIVE_REPLACED || !is_judged(session, &named))
        session->live = named;
    return 0;
}

static int choose(Session *session, const char *path, Fault *fault)
{
    Fault missing = {0};
    const char *own = session->config.live;
    if (live_resolve(&session->live, session->repo, NULL, NULL, &missing) < 0) {
        if (session->live.role == LIVE_UNNAMED)
            return choose_alone(session, &missing, fault);
        *fault = missing;
        return own ? refuse_untold(session, &missing, fault) : -1;
    }
    if (session->live.role == LIVE_NOTHING)
        return 0;
    LiveRef *others = ARENA_NEW(session->arena, LiveRef);
    *others = session->live;
    session->live_by_others = others;
    const char *believed = setting_at(session, &others->commit, path);
    if (believed && choose_believed(session, believed, fault) < 0)
        return -1;
    LiveRef named;
    Fault ignored = {0};
    bool is_same = own && (str_eq(str_of(own), str_of(believed)) ||
                           (live_resolve(&named, session->repo, NULL, own, &ignored) == 0 &&
                            strcmp(named.commit.hex, session->live.commit.hex) == 0));
    if (own && !is_same)
        session->live_set_aside = own;
    return 0;
}

/* ---- pushes by hand ---- */

/* Settings name the branch as everybody does, `main`; here that is the local one, which is what is
 * pushed. Live is what origin has of it. */
static bool take(Session *session, Str revision, Str shown)
{
    LiveRef there;
    Fault ignored = {0};
    if (revision.len == 0 ||
        live_resolve(&there, session->repo, str_cstr(session->arena, revision), NULL, &ignored) < 0)
        return false;
    session->live.ref = shown;
    session->live.commit = there.commit;
    session->live.when = there.when;
    return true;
}

/* What no branch of origin tells, git does, of the remote that is pushed to. A branch that is not
 * there either is pushed for the first time. */
static void take_from_remote(Session *session, Str branch, Str old)
{
    Str full = str_fmt(session->arena, "refs/remotes/origin/%.*s", STR_ARG(branch));
    if (take(session, full, str_slice(full, strlen("refs/remotes/"), full.len)) ||
        take(session, old, old))
        return;
    if (old.len == 0 && is_judged(session, &session->live))
        session->live = (LiveRef){.role = LIVE_NOTHING};
}

/* A push to the live branch puts the commit in its place: a forced one takes away what it lacks. */
static void note_push(Session *session)
{
    const Strs *refs = session->app->options->pushed_to;
    const Strs *overs = session->app->options->pushed_over;
    Str live = session->live.ref;
    if (!refs || session->live.role == LIVE_NOTHING)
        return;
    bool is_remote = str_starts(live, "origin/");
    Str branch = is_remote ? str_slice(live, strlen("origin/"), live.len) : live;
    for (size_t i = 0; i < refs->len; i++) {
        Str pushed = refs->items[i];
        if (str_starts(pushed, "refs/heads/"))
            pushed = str_slice(pushed, strlen("refs/heads/"), pushed.len);
        if (!str_eq(pushed, branch))
            continue;
        session->live.role = LIVE_REPLACED;
        if (!is_remote)
            take_from_remote(session, branch, overs ? overs->items[i] : (Str){0});
        return;
    }
}

/* ---- all of it ---- */

/* What is checked out is live, and a CI runs that does not say what was pushed where: then it is
 * live since this very push, as a rule. */
static int look_before(Session *session, Fault *fault)
{
    if (session->kind != CANDIDATE_COMMIT || session->live.role != LIVE_PLAIN || !live_in_ci() ||
        live_names_pushed() || !is_judged(session, &session->live) ||
        !repo_head_is(session->repo, session->live.commit.hex))
        return 0;
    return live_resolve_before_head(&session->live, session->repo, fault);
}

int live_choose(Session *session, Fault *fault)
{
    const Options *options = session->app->options;
    bool by_others = options->live || is_set("TBLINT_LIVE");
    bool is_asked = session->snapshot && (session->kind == CANDIDATE_COMMIT || live_in_ci());
    session->config_path = is_asked || !options->config ? config_path(session) : NULL;
    int result = is_asked && !by_others && session->config_path
                     ? choose(session, session->config_path, fault)
                     : live_resolve(&session->live, session->repo, options->live,
                                    session->config.live, fault);
    if (result == 0 && !options->live)
        result = look_before(session, fault);
    if (result < 0)
        return -1;
    note_push(session);
    session->has_live = session->live.role != LIVE_NOTHING;
    return 0;
}

void live_note_set_aside(const Session *session)
{
    if (!session->live_set_aside)
        return;
    vec_push(
        session->arena, &session->comparison->notes,
        str_fmt(session->arena,
                "`live: %.200s` is a setting of this change, and counts once it is live itself: "
                "compared with %.*s.",
                session->live_set_aside, STR_ARG(session->live.ref)));
}
