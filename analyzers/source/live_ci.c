/* live_ci.c: the live branch as the variables of a CI name it. */
#include "internal.h"

#include <cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { EVENT_SIZE_LIMIT = 32 * 1024 * 1024 };

/* ---- GitHub Actions ---- */

typedef struct {
    cJSON *json;       /* an object, or NULL */
    const char *unfit; /* why a file that is named is none; NULL */
} Event;

/* NULL: the bytes are there. Nothing that could block or has no end is read. */
static const char *read_event_bytes(Buf *text, const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    const char *unfit = NULL;
    if (fd < 0) {
        return errno == ENOENT ? "does not exist" : "cannot be opened";
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        unfit = "is no regular file";
    } else if (status.st_size >= EVENT_SIZE_LIMIT) {
        unfit = "is over 32 MiB";
    } else if (!disk_read(text, fd, (size_t)status.st_size)) {
        unfit = "cannot be read";
    }
    close(fd);
    return unfit;
}

/* The caller deletes the JSON. */
static Event read_event(void)
{
    Event event = {0};
    Buf text = {0};
    if (!env_is_set("GITHUB_EVENT_PATH")) {
        return event;
    }
    event.unfit = read_event_bytes(&text, env_str("GITHUB_EVENT_PATH").ptr);
    if (event.unfit == NULL) {
        event.json = cJSON_ParseWithLength(text.ptr, text.len);
    }
    if (event.unfit == NULL && !cJSON_IsObject(event.json)) {
        event.unfit = "is no JSON object";
        cJSON_Delete(event.json);
        event.json = NULL;
    }
    buf_free(&text);
    return event;
}

/* A text in the event file, by one to three keys; empty when it is none. */
static Str event_text(Arena *arena, const cJSON *event, const char *first, const char *second,
                      const char *third)
{
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(event, first);
    if (second != NULL) {
        at = cJSON_GetObjectItemCaseSensitive(at, second);
    }
    if (third != NULL) {
        at = cJSON_GetObjectItemCaseSensitive(at, third);
    }
    const char *value = cJSON_GetStringValue(at);
    return str_copy(arena, str_of(value));
}

static bool is_zero_id(Str id)
{
    for (size_t i = 0; i < id.len; i++) {
        if (id.ptr[i] != '0') {
            return false;
        }
    }
    return true;
}

static bool look_up_first_parent(Repo *repo, LiveAnswer *answer)
{
    if (commit_of(repo, "HEAD^1", &answer->commit) != 0) {
        return false;
    }
    answer->ref = STR("HEAD^1");
    return true;
}

/* HEAD is the merge that GitHub made of the pull request. A branch that was checked out itself may
 * end in a merge, too: that of live into it, whose first parent is no live state. GITHUB_SHA of
 * pull_request_target is the tip of live, which may be the merge of another pull request. */
static bool head_is_merge_of_event(const Repo *repo)
{
    git_oid head;
    git_commit *commit = NULL;
    char hex[GIT_OID_HEXSZ + 1];
    if (str_is(env_str("GITHUB_EVENT_NAME"), "pull_request_target") ||
        commit_of(repo, "HEAD", &head) != 0 ||
        !str_is(env_str("GITHUB_SHA"), git_oid_tostr(hex, sizeof(hex), &head)) ||
        git_commit_lookup(&commit, repo->git, &head) != 0) {
        return false;
    }
    bool is_merge = git_commit_parentcount(commit) == 2;
    git_commit_free(commit);
    return is_merge;
}

static bool is_merged(const cJSON *event)
{
    const cJSON *request = cJSON_GetObjectItemCaseSensitive(event, "pull_request");
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(request, "merged"));
}

/* The checkout is refs/pull/N/merge: its first parent is the tip of the base branch. */
static LiveAnswer ask_pull_request(Repo *repo, const Event *event)
{
    LiveAnswer answer = {.source = "GITHUB_BASE_REF", .role = LIVE_OF_CHANGE};
    Str branch = env_str("GITHUB_BASE_REF");
    if (branch.len == 0) {
        branch = event_text(repo->arena, event->json, "pull_request", "base", "ref");
    }
    Str id = event_text(repo->arena, event->json, "pull_request", "base", "sha");
    if (is_merged(event->json)) {
        answer.role = LIVE_IN_CI; /* what was asked for is part of live by now */
    }
    if (branch.len > 0) {
        live_look_up_branch(repo, &answer, branch);
    }
    if (answer.ref.len == 0 && head_is_merge_of_event(repo) &&
        look_up_first_parent(repo, &answer)) {
        answer.source = "the first parent of the pull request's merge";
    }
    if (answer.ref.len == 0 && id.len > 0) {
        LiveAnswer by_id = {.source = "pull_request.base.sha", .role = answer.role};
        live_look_up_commit(repo, &by_id, id);
        if (by_id.ref.len > 0 || branch.len == 0) {
            return by_id;
        }
    }
    if (branch.len == 0 && id.len == 0 && answer.ref.len == 0) {
        answer.unfit = event->unfit;
    }
    return answer;
}

static LiveAnswer ask_merge_group(Repo *repo, const Event *event)
{
    LiveAnswer answer = {.source = "merge_group.base_sha", .role = LIVE_OF_CHANGE};
    answer.unfit = event->unfit;
    live_look_up_commit(repo, &answer,
                        event_text(repo->arena, event->json, "merge_group", "base_sha", NULL));
    return answer;
}

/* The first parent by its id, where a shallow clone lacks the commit itself, or that there is none.
 */
static void want_first_parent(const Repo *repo, LiveAnswer *answer)
{
    git_oid head;
    git_commit *commit = NULL;
    if (commit_of(repo, "HEAD", &head) != 0 || git_commit_lookup(&commit, repo->git, &head) != 0) {
        return;
    }
    answer->first = git_commit_parentcount(commit) == 0;
    if (!answer->first) {
        char hex[GIT_OID_HEXSZ + 1];
        git_oid_tostr(hex, sizeof(hex), git_commit_parent_id(commit, 0));
        answer->wanted = str_copy(repo->arena, str_of(hex));
        answer->fetch = answer->wanted;
    }
    git_commit_free(commit);
}

/* A push to the live branch itself is judged against what that branch was before it. A new
 * branch has no such commit, a forced push may have made it unreachable, and an event that names
 * the pushed commit would have it compared with itself. */
LiveAnswer live_ask_push_to_live(Repo *repo, const char *source, Str before)
{
    LiveAnswer answer = {.source = source, .role = LIVE_REPLACED};
    if (!is_zero_id(before)) {
        live_look_up_commit(repo, &answer, before);
    }
    /* Nobody can tell here whether it is gone or was only not fetched, and the first parent may be
     * part of what was pushed. */
    if (answer.ref.len == 0 && answer.wanted.len > 0 && repo_is_shallow(repo)) {
        return answer;
    }
    const char *why = answer.wanted.len > 0
                          ? "the first parent, since the commit before the push is gone"
                          : "the first parent, since nothing names the commit before the push";
    if (answer.ref.len > 0 && live_is_head(repo, &answer.commit)) {
        answer.ref = answer.wanted = answer.fetch = (Str){0};
        why = "the first parent, since the commit before is given as the pushed one";
    }
    if (answer.ref.len == 0 && look_up_first_parent(repo, &answer)) {
        answer.source = why;
    }
    if (answer.ref.len == 0 && answer.wanted.len == 0) {
        want_first_parent(repo, &answer);
    }
    return answer;
}

/* GITHUB_REF says the same, for an event that does not. */
static bool is_push_to(Arena *arena, const cJSON *event, Str branch)
{
    Str full = str_fmt(arena, "refs/heads/%.*s", STR_ARG(branch));
    Str pushed = event_text(arena, event, "ref", NULL, NULL);
    return str_is(env_str("GITHUB_EVENT_NAME"), "push") &&
           str_eq(pushed.len > 0 ? pushed : env_str("GITHUB_REF"), full);
}

static LiveAnswer ask_before(Repo *repo, const cJSON *event)
{
    return live_ask_push_to_live(repo, "the push event's `before`",
                                 event_text(repo->arena, event, "before", NULL, NULL));
}

static LiveAnswer ask_push(Repo *repo, const Event *event)
{
    Str branch = event_text(repo->arena, event->json, "repository", "default_branch", NULL);
    LiveAnswer answer = {.source = "the event's repository.default_branch", .role = LIVE_IN_CI};
    if (branch.len == 0) {
        answer.unfit = event->unfit;
        return answer;
    }
    if (is_push_to(repo->arena, event->json, branch)) {
        return ask_before(repo, event->json);
    }
    live_look_up_branch(repo, &answer, branch);
    return answer;
}

static LiveAnswer ask_github(Repo *repo)
{
    Event event = read_event();
    Str name = env_str("GITHUB_EVENT_NAME");
    LiveAnswer answer;
    if (str_starts(name, "pull_request")) {
        answer = ask_pull_request(repo, &event);
    } else if (str_is(name, "merge_group")) {
        answer = ask_merge_group(repo, &event);
    } else {
        answer = ask_push(repo, &event);
    }
    cJSON_Delete(event.json);
    return answer;
}

/* ---- GitLab ---- */

/* The pipeline runs in the project of the source branch, whose origin is not the target's. */
static bool is_fork_on_gitlab(void)
{
    return env_is_set("CI_MERGE_REQUEST_PROJECT_ID") && env_is_set("CI_PROJECT_ID") &&
           !str_eq(env_str("CI_MERGE_REQUEST_PROJECT_ID"), env_str("CI_PROJECT_ID"));
}

static LiveAnswer ask_gitlab(Repo *repo)
{
    LiveAnswer answer = {.source = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", .role = LIVE_IN_CI};
    Str branch = env_str("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
    Str base = env_str("CI_MERGE_REQUEST_DIFF_BASE_SHA");
    if (branch.len > 0) {
        live_look_up_branch(repo, &answer, branch);
    }
    answer.elsewhere = answer.ref.len == 0 && is_fork_on_gitlab();
    if (answer.ref.len == 0 && base.len > 0 && !answer.elsewhere) {
        LiveAnswer by_id = {.source = "CI_MERGE_REQUEST_DIFF_BASE_SHA", .role = LIVE_IN_CI};
        live_look_up_commit(repo, &by_id, base);
        return by_id.ref.len > 0 || branch.len == 0 ? by_id : answer;
    }
    Str own = env_str("CI_COMMIT_BRANCH");
    if (answer.wanted.len > 0 || own.len == 0) {
        return answer;
    }
    if (str_eq(own, env_str("CI_DEFAULT_BRANCH"))) {
        return live_ask_push_to_live(repo, "CI_COMMIT_BEFORE_SHA", env_str("CI_COMMIT_BEFORE_SHA"));
    }
    answer.source = "CI_DEFAULT_BRANCH";
    if (env_is_set("CI_DEFAULT_BRANCH")) {
        live_look_up_branch(repo, &answer, env_str("CI_DEFAULT_BRANCH"));
    }
    return answer;
}

/* ---- others: one variable with the target branch of a change request ---- */

static const char *const target_variables[] = {
    "BITBUCKET_PR_DESTINATION_BRANCH",    /* Bitbucket Pipelines */
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH", /* Buildkite */
    "SYSTEM_PULLREQUEST_TARGETBRANCH",    /* Azure Pipelines */
    "CHANGE_TARGET",                      /* Jenkins, multibranch */
    "DRONE_TARGET_BRANCH",                /* Drone */
    "CI_COMMIT_TARGET_BRANCH",            /* Woodpecker */
    "TRAVIS_BRANCH",                      /* Travis */
    "SEMAPHORE_GIT_BRANCH",               /* Semaphore */
};

/* Some are set for a push, too, and to the branch that is pushed: that would be compared with
 * itself. */
static bool names_target(const char *variable)
{
    Str name = str_of(variable);
    if (!env_is_set(variable)) {
        return false;
    }
    if (str_is(name, "DRONE_TARGET_BRANCH")) {
        return !env_is_set("DRONE_BUILD_EVENT") ||
               str_is(env_str("DRONE_BUILD_EVENT"), "pull_request");
    }
    if (str_is(name, "TRAVIS_BRANCH")) {
        return str_is(env_str("TRAVIS_EVENT_TYPE"), "pull_request");
    }
    return !str_is(name, "SEMAPHORE_GIT_BRANCH") ||
           str_is(env_str("SEMAPHORE_GIT_REF_TYPE"), "pull-request");
}

static const char *target_variable(void)
{
    for (size_t i = 0; i < ARRAY_LEN(target_variables); i++) {
        if (names_target(target_variables[i])) {
            return target_variables[i];
        }
    }
    return NULL;
}

static LiveAnswer ask_others(Repo *repo)
{
    LiveAnswer answer = {.source = "the CI's variables", .role = LIVE_IN_CI};
    const char *variable = target_variable();
    if (variable != NULL) {
        answer.source = variable;
        live_look_up_branch(repo, &answer, env_str(variable));
    }
    return answer;
}

bool live_names_target(void)
{
    return env_is_set("GITHUB_EVENT_NAME") || env_is_set("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") ||
           env_is_set("CI_MERGE_REQUEST_DIFF_BASE_SHA") || target_variable() != NULL;
}

LiveAnswer live_ask_ci(Repo *repo)
{
    if (env_is_set("GITHUB_EVENT_NAME") || env_is_set("GITHUB_ACTIONS")) {
        return ask_github(repo);
    }
    if (env_is_set("GITLAB_CI") || env_is_set("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") ||
        env_is_set("CI_MERGE_REQUEST_DIFF_BASE_SHA")) {
        return ask_gitlab(repo);
    }
    LiveAnswer answer = ask_others(repo);
    if (answer.wanted.len == 0) {
        answer.role = LIVE_PLAIN;
    }
    return answer;
}

bool live_ask_before_push(Repo *repo, Str branch, LiveAnswer *out)
{
    bool found = false;
    PushBefore before;
    if (str_is(env_str("GITHUB_EVENT_NAME"), "push")) {
        Event event = read_event();
        bool unsure = event.unfit != NULL && !env_is_set("GITHUB_REF");
        found = unsure || is_push_to(repo->arena, event.json, branch);
        if (found && event.unfit != NULL) {
            *out = (LiveAnswer){.source = "the push event's `before`", .unfit = event.unfit};
        } else if (found) {
            *out = ask_before(repo, event.json);
        }
        cJSON_Delete(event.json);
    } else if (env_is_set("GITLAB_CI") && str_eq(env_str("CI_COMMIT_BRANCH"), branch)) {
        *out = live_ask_push_to_live(repo, "CI_COMMIT_BEFORE_SHA", env_str("CI_COMMIT_BEFORE_SHA"));
        found = true;
    } else if (!env_is_set("GITHUB_EVENT_NAME") && !env_is_set("GITLAB_CI") &&
               target_variable() == NULL && live_before_of_others(repo, branch, &before)) {
        *out = live_ask_push_to_live(repo, before.source, before.id);
        found = true;
    }
    return found && (out->ref.len > 0 || out->wanted.len > 0 || out->unfit != NULL || out->first);
}
