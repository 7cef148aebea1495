/* live.c: which commit stands for what is deployed. */
#include "internal.h"

#include <string.h>

/* ---- looking things up ---- */

/* A ref by its full name. No syntax of revisions: names come from events that others can shape. */
static bool look_up_ref(Repo *repo, LiveAnswer *answer, const char *full, Str shown)
{
    git_reference *ref = NULL;
    git_object *commit = NULL;
    if (git_reference_lookup(&ref, repo->git, full) != 0) {
        return false;
    }
    bool found = git_reference_peel(&commit, ref, GIT_OBJECT_COMMIT) == 0;
    if (found) {
        git_oid_cpy(&answer->commit, git_object_id(commit));
        answer->ref = str_copy(repo->arena, shown);
    }
    git_object_free(commit);
    git_reference_free(ref);
    return found;
}

/* Anything that git resolves, for what a person names. */
static bool look_up(Repo *repo, LiveAnswer *answer, const char *full, Str shown)
{
    if (commit_of(repo, full, &answer->commit) != 0) {
        return false;
    }
    answer->ref = str_copy(repo->arena, shown);
    return true;
}

static Str refspec_of_branch(Repo *repo, Str branch)
{
    return str_fmt(repo->arena, "+refs/heads/%.*s:refs/remotes/origin/%.*s", STR_ARG(branch),
                   STR_ARG(branch));
}

static Str without_prefix(Str name, const char *prefix)
{
    return str_starts(name, prefix) ? str_slice(name, strlen(prefix), name.len) : name;
}

void live_look_up_branch(Repo *repo, LiveAnswer *answer, Str branch)
{
    Str given = branch;
    branch = without_prefix(branch, "refs/heads/");
    answer->wanted = str_copy(repo->arena, branch.len > 0 ? branch : given);
    answer->fetch = refspec_of_branch(repo, branch);
    Str full = str_fmt(repo->arena, "refs/remotes/origin/%.*s", STR_ARG(branch));
    look_up_ref(repo, answer, full.ptr, str_slice(full, strlen("refs/remotes/"), full.len));
}

static bool is_commit_id(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return text.len == 40;
}

void live_look_up_commit(Repo *repo, LiveAnswer *answer, Str id)
{
    answer->wanted = str_copy(repo->arena, id);
    if (!is_commit_id(id)) {
        return;
    }
    git_oid named;
    git_object *object = NULL;
    git_object *commit = NULL;
    answer->fetch = answer->wanted;
    if (git_oid_fromstr(&named, answer->wanted.ptr) == 0 &&
        git_object_lookup(&object, repo->git, &named, GIT_OBJECT_ANY) == 0 &&
        git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0) {
        git_oid_cpy(&answer->commit, git_object_id(commit));
        answer->ref = answer->wanted;
    }
    git_object_free(commit);
    git_object_free(object);
}

bool live_is_head(const Repo *repo, const git_oid *commit)
{
    git_oid head;
    return commit_of(repo, "HEAD", &head) == 0 && git_oid_equal(&head, commit);
}

/* The branch of origin, or the local one. Not what git would take first: a tag of that name, which
 * whoever may push can make. In a CI the local one may be what is judged, under the name of the
 * branch that it was merged into. */
static bool look_up_branch(Repo *repo, LiveAnswer *answer, Str name)
{
    Str branch = without_prefix(without_prefix(name, "refs/heads/"), "refs/remotes/");
    branch = without_prefix(branch, "origin/");
    if (str_is(branch, "HEAD")) {
        return false;
    }
    const char *local = str_starts(name, "refs/") ? "" : "refs/heads/";
    Str here = str_fmt(repo->arena, "%s%.*s", local, STR_ARG(name));
    Str there = str_fmt(repo->arena, "refs/remotes/origin/%.*s", STR_ARG(branch));
    bool is_there = live_in_ci() || str_starts(name, "origin/");
    return (is_there &&
            look_up_ref(repo, answer, there.ptr, without_prefix(there, "refs/remotes/"))) ||
           look_up_ref(repo, answer, here.ptr, name);
}

/* A name as a person gives it: a branch, else anything git resolves, else a branch of origin, since
 * a CI's checkout has no local branches. */
static LiveAnswer ask_name(Repo *repo, const char *source, Str name)
{
    LiveAnswer answer = {.source = source, .wanted = name};
    if (name.len == 0 || look_up_branch(repo, &answer, name) ||
        look_up(repo, &answer, str_cstr(repo->arena, name), name)) {
        return answer;
    }
    Str branch = without_prefix(without_prefix(name, "refs/remotes/"), "origin/");
    if (is_commit_id(name)) {
        answer.fetch = name;
    } else {
        live_look_up_branch(repo, &answer, branch);
        answer.wanted = name;
    }
    return answer;
}

/* A setting that holds for every run, also for the one that a push to that branch starts. */
static LiveAnswer ask_setting(Repo *repo, const char *source, Str name)
{
    LiveAnswer before;
    Str branch = without_prefix(without_prefix(name, "refs/remotes/"), "refs/heads/");
    branch = without_prefix(branch, "origin/");
    if (branch.len > 0 && live_ask_before_push(repo, branch, &before)) {
        return before;
    }
    return ask_name(repo, source, name);
}

/* origin/HEAD names the remote's default branch. */
static LiveAnswer ask_origin_head(Repo *repo)
{
    LiveAnswer answer = {.source = "origin/HEAD"};
    git_reference *head = NULL;
    if (git_reference_lookup(&head, repo->git, "refs/remotes/origin/HEAD") != 0) {
        return answer;
    }
    const char *target = git_reference_symbolic_target(head);
    if (target != NULL) {
        Str full = str_copy(repo->arena, str_of(target));
        answer.wanted = without_prefix(full, "refs/remotes/");
        answer.fetch = refspec_of_branch(repo, without_prefix(answer.wanted, "origin/"));
        look_up_ref(repo, &answer, full.ptr, answer.wanted);
    }
    git_reference_free(head);
    return answer;
}

/* ---- the usual names ---- */

static LiveAnswer ask_usual(Repo *repo, const char *full)
{
    LiveAnswer answer = {.source = "the usual names"};
    Str shown = without_prefix(without_prefix(str_of(full), "refs/remotes/"), "refs/heads/");
    if (look_up_ref(repo, &answer, full, shown)) {
        answer.wanted = shown;
    }
    return answer;
}

static bool share_history(const Repo *repo, const LiveAnswer *a, const LiveAnswer *b)
{
    git_oid base;
    return git_oid_equal(&a->commit, &b->commit) ||
           git_merge_base(&base, repo->git, &a->commit, &b->commit) == 0;
}

/* A branch of origin and the local one of its name are one line, and the remote one is nearer to
 * what is deployed; without common history they are two. */
static bool is_one_line(const Repo *repo, const LiveAnswer *remote, const LiveAnswer *local)
{
    return remote->ref.len == 0 || local->ref.len == 0 || share_history(repo, remote, local);
}

typedef struct {
    LiveAnswer answer;
    bool ambiguous;
    Str names; /* of those that exist */
} Usual;

static Usual ask_usual_names(Repo *repo)
{
    LiveAnswer main_remote = ask_usual(repo, "refs/remotes/origin/main");
    LiveAnswer main_local = ask_usual(repo, "refs/heads/main");
    LiveAnswer master_remote = ask_usual(repo, "refs/remotes/origin/master");
    LiveAnswer master_local = ask_usual(repo, "refs/heads/master");
    const LiveAnswer *all[] = {&main_remote, &master_remote, &main_local, &master_local};
    Strs names = {0};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (all[i]->ref.len > 0) {
            vec_push(repo->arena, &names, all[i]->ref);
        }
    }
    LiveAnswer main_line = main_remote.ref.len > 0 ? main_remote : main_local;
    LiveAnswer master_line = master_remote.ref.len > 0 ? master_remote : master_local;
    bool both = main_line.ref.len > 0 && master_line.ref.len > 0 &&
                !git_oid_equal(&main_line.commit, &master_line.commit);
    Usual usual = {.answer = main_line.ref.len > 0 ? main_line : master_line};
    usual.names = str_join(repo->arena, names.items, names.len, ", ");
    usual.ambiguous = both || !is_one_line(repo, &main_remote, &main_local) ||
                      !is_one_line(repo, &master_remote, &master_local);
    return usual;
}

/* ---- answers and refusals ---- */

static int accept(LiveRef *out, Repo *repo, const LiveAnswer *answer, Fault *fault)
{
    git_commit *commit = NULL;
    if (git_commit_lookup(&commit, repo->git, &answer->commit) != 0) {
        return fault_set(fault, FAULT_ANALYSE, "The live commit of '%.*s' cannot be read: %.300s.",
                         STR_ARG(answer->ref), git_reason());
    }
    *out = (LiveRef){.ref = answer->ref, .how = str_of(answer->source), .role = answer->role};
    git_oid_tostr(out->commit.hex, sizeof(out->commit.hex), &answer->commit);
    out->when = git_commit_time(commit);
    git_commit_free(commit);
    return 0;
}

/* The variables say that there is an event, and not which one: what is live then is no guess. */
static int refuse_unfit(const LiveAnswer *answer, Fault *fault)
{
    fault_set(fault, FAULT_ANALYSE,
              "The CI's event file, '%.300s' (GITHUB_EVENT_PATH), %s, so the live branch of this "
              "run is not known.",
              env_str("GITHUB_EVENT_PATH").ptr, answer->unfit);
    return fault_repair(fault, "tblint lint --live BRANCH");
}

/* Of a fork's pipeline on GitLab. */
static int refuse_elsewhere(const LiveAnswer *answer, Fault *fault)
{
    fault_set(
        fault, FAULT_ANALYSE,
        "The live branch '%.*s' (from %s) is of another project, and the pipeline of this fork "
        "did not get it, so there is nothing to compare with. Members of that project can run "
        "the pipeline there.",
        STR_ARG(str_slice(answer->wanted, 0, 300)), answer->source);
    return fault_repair_word(fault, "git fetch --no-tags \"$CI_MERGE_REQUEST_PROJECT_URL.git\"",
                             answer->fetch);
}

/* Only a shallow clone is fetched shallowly: --depth on a full one would cut its history off. */
static int refuse_missing(const Repo *repo, const LiveAnswer *answer, Fault *fault)
{
    Str wanted = str_slice(answer->wanted, 0, 300);
    fault_set(fault, FAULT_ANALYSE,
              "The live branch '%.*s' (from %s) is not in this clone, so there is nothing to "
              "compare with.",
              STR_ARG(wanted), answer->source);
    if (answer->fetch.len == 0) {
        return fault_repair(fault, "git fetch --no-tags%s origin",
                            repo_is_shallow(repo) ? " --unshallow" : "");
    }
    return fault_repair_word(fault,
                             repo_is_shallow(repo) ? "git fetch --no-tags --depth=1 origin"
                                                   : "git fetch --no-tags origin",
                             answer->fetch);
}

static bool has_origin(const Repo *repo)
{
    return repo_config(repo, "remote.origin.url").len > 0;
}

static int refuse_ambiguous(const Repo *repo, const Usual *usual, Fault *fault)
{
    fault_set(fault, FAULT_ANALYSE,
              "Several branches could be the live one (%.*s), and tblint never guesses.",
              STR_ARG(usual->names));
    if (has_origin(repo)) {
        return fault_repair(fault, "git remote set-head origin --auto");
    }
    return fault_repair(fault, "tblint lint --live BRANCH   # or `live: BRANCH` in .tblint.yaml");
}

static int refuse_none(const Repo *repo, Fault *fault)
{
    if (repo_is_unborn(repo)) {
        fault_set(fault, FAULT_ANALYSE, "The repository has no commit yet, so no live branch.");
        return fault_repair(fault, "git commit");
    }
    fault_set(fault, FAULT_ANALYSE,
              "No live branch is known: there is no origin/HEAD, origin/main, origin/master, main "
              "or master.");
    if (has_origin(repo) && repo_is_shallow(repo)) {
        return fault_repair(fault, "git fetch --no-tags --depth=1 origin "
                                   "+refs/heads/main:refs/remotes/origin/main");
    }
    return fault_repair(fault, has_origin(repo) ? "git remote set-head origin --auto"
                                                : "tblint lint --live BRANCH");
}

/* ---- the order ---- */

enum { FROM_CI = 3, FROM_HEAD = 4, SOURCES = 5 };

/* What names a branch outright, in order: those who do must be right, or it is a fault. */
static void ask_all(Repo *repo, const char *option, const char *configured,
                    LiveAnswer answers[SOURCES])
{
    answers[0] = ask_name(repo, "--live", str_of(option));
    answers[1] = ask_setting(repo, "TBLINT_LIVE", env_str("TBLINT_LIVE"));
    answers[2] = ask_setting(repo, "live: in the configuration", str_of(configured));
    answers[FROM_CI] = live_ask_ci(repo);
    answers[FROM_HEAD] = ask_origin_head(repo);
}

/* That a change is to be merged holds whoever named the branch. */
static int accept_in_ci(LiveRef *out, Repo *repo, const LiveAnswer *answer, const LiveAnswer *ci,
                        Fault *fault)
{
    int result = accept(out, repo, answer, fault);
    if (out->role == LIVE_PLAIN && ci->role != LIVE_REPLACED) {
        out->role = ci->role;
    }
    return result;
}

/* Not of an option: that names a commit for this run alone. */
static LiveAnswer after_push(Repo *repo, const LiveAnswer *answer)
{
    LiveAnswer before;
    Str branch = without_prefix(answer->wanted, "origin/");
    if (answer->role == LIVE_PLAIN && live_ask_before_push(repo, branch, &before)) {
        return before;
    }
    return *answer;
}

/* What was found, or why it cannot be used. */
static int settle(LiveRef *out, Repo *repo, const LiveAnswer *answer, const LiveAnswer *ci,
                  Fault *fault)
{
    if (answer->ref.len > 0) {
        return accept_in_ci(out, repo, answer, ci, fault);
    }
    if (answer->first) {
        *out = (LiveRef){.how = str_of(answer->source), .role = LIVE_NOTHING};
        return 0;
    }
    if (answer->elsewhere) {
        return refuse_elsewhere(answer, fault);
    }
    return answer->unfit != NULL ? refuse_unfit(answer, fault)
                                 : refuse_missing(repo, answer, fault);
}

static bool says_something(const LiveAnswer *answer)
{
    return answer->ref.len > 0 || answer->wanted.len > 0 || answer->unfit != NULL || answer->first;
}

static int resolve_usual(LiveRef *out, Repo *repo, const LiveAnswer *ci, Fault *fault)
{
    Usual usual = ask_usual_names(repo);
    if (!usual.ambiguous && usual.answer.ref.len > 0) {
        LiveAnswer answer = after_push(repo, &usual.answer);
        return settle(out, repo, &answer, ci, fault);
    }
    out->role = LIVE_UNNAMED;
    return usual.ambiguous ? refuse_ambiguous(repo, &usual, fault) : refuse_none(repo, fault);
}

int live_resolve(LiveRef *out, Repo *repo, const char *option, const char *configured, Fault *fault)
{
    LiveAnswer answers[SOURCES];
    *out = (LiveRef){0};
    ask_all(repo, option, configured, answers);
    for (size_t i = 0; i < SOURCES; i++) {
        if (says_something(&answers[i])) {
            LiveAnswer answer = i == FROM_HEAD ? after_push(repo, &answers[i]) : answers[i];
            return settle(out, repo, &answer, &answers[FROM_CI], fault);
        }
    }
    return resolve_usual(out, repo, &answers[FROM_CI], fault);
}

int live_resolve_before_head(LiveRef *out, Repo *repo, Fault *fault)
{
    PushBefore before = live_before_any(repo);
    LiveAnswer none = {0};
    LiveAnswer answer = live_ask_push_to_live(repo, before.source, before.id);
    return settle(out, repo, &answer, &none, fault);
}

bool live_is_branch(const Repo *repo, const char *name)
{
    static const char *const places[] = {"refs/heads/", "refs/remotes/origin/", "refs/remotes/",
                                         "refs/tags/", ""};
    bool found = false;
    bool is_name = strcmp(name, "HEAD") != 0 && strcmp(name, "@") != 0;
    for (size_t i = 0; is_name && !found && i < ARRAY_LEN(places); i++) {
        git_reference *ref = NULL;
        Str full = str_fmt(repo->arena, "%s%s", places[i], name);
        found = git_reference_lookup(&ref, repo->git, full.ptr) == 0;
        git_reference_free(ref);
    }
    return found;
}

static Str explain(Repo *repo, const LiveAnswer *answer)
{
    const char *source = answer->source;
    if (answer->ref.len > 0) {
        char hex[GIT_OID_HEXSZ + 1];
        git_oid_tostr(hex, sizeof(hex), &answer->commit);
        return str_fmt(repo->arena, "%s: %.*s (%.12s)", source, STR_ARG(answer->ref), hex);
    }
    if (answer->unfit != NULL) {
        return str_fmt(repo->arena, "%s: the event file %s", source, answer->unfit);
    }
    if (answer->first) {
        return str_fmt(repo->arena, "%s: nothing, this is the first commit", source);
    }
    if (answer->wanted.len > 0) {
        return str_fmt(repo->arena, "%s: %.*s, which is missing", source, STR_ARG(answer->wanted));
    }
    return str_fmt(repo->arena, "%s: not set", source);
}

Strs live_explain(Repo *repo, const char *option, const char *configured)
{
    LiveAnswer answers[SOURCES];
    Strs lines = {0};
    ask_all(repo, option, configured, answers);
    for (size_t i = 0; i < SOURCES; i++) {
        vec_push(repo->arena, &lines, explain(repo, &answers[i]));
    }
    Usual usual = ask_usual_names(repo);
    Str line = usual.ambiguous
                   ? str_fmt(repo->arena, "the usual names: %.*s: ambiguous", STR_ARG(usual.names))
                   : explain(repo, &usual.answer);
    vec_push(repo->arena, &lines, usual.names.len > 0 ? line : STR("the usual names: none exists"));
    return lines;
}
