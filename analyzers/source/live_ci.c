/* live_ci.c: the live branch as the variables of a CI name it. */
#include "internal.h"

#include <cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { EVENT_SIZE_LIMIT = 32 * 1024 * 1024 };

/* ---- GitHub Actions ---- */

static cJSON *read_event(Arena *arena)
{
    const char *path = str_cstr(arena, env_str("GITHUB_EVENT_PATH"));
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    Buf text = {0};
    cJSON *event = NULL;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size < EVENT_SIZE_LIMIT &&
        disk_read(&text, fd, (size_t)status.st_size)) {
        event = cJSON_ParseWithLength(text.ptr, text.len);
    }
    close(fd);
    buf_free(&text);
    return event;
}

/* A text in the event file, by one or two keys; empty when it is none. */
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

static bool head_is_merge(const Repo *repo)
{
    git_oid head;
    git_commit *commit = NULL;
    if (commit_of(repo, "HEAD", &head) != 0 || git_commit_lookup(&commit, repo->git, &head) != 0) {
        return false;
    }
    bool is_merge = git_commit_parentcount(commit) == 2;
    git_commit_free(commit);
    return is_merge;
}

/* The checkout is refs/pull/N/merge: its first parent is the tip of the base branch. */
static LiveAnswer ask_pull_request(Repo *repo, const cJSON *event)
{
    LiveAnswer answer = {.source = "GITHUB_BASE_REF"};
    Str branch = env_str("GITHUB_BASE_REF");
    if (branch.len == 0) {
        branch = event_text(repo->arena, event, "pull_request", "base", "ref");
    }
    Str id = event_text(repo->arena, event, "pull_request", "base", "sha");
    if (branch.len > 0) {
        live_look_up_branch(repo, &answer, branch);
    }
    if (answer.ref.len == 0 && head_is_merge(repo) && look_up_first_parent(repo, &answer)) {
        answer.source = "the first parent of the pull request's merge";
    }
    if (answer.ref.len == 0 && id.len > 0) {
        LiveAnswer by_id = {.source = "pull_request.base.sha"};
        live_look_up_commit(repo, &by_id, id);
        if (by_id.ref.len > 0 || branch.len == 0) {
            return by_id;
        }
    }
    return answer;
}

static LiveAnswer ask_merge_group(Repo *repo, const cJSON *event)
{
    LiveAnswer answer = {.source = "merge_group.base_sha"};
    live_look_up_commit(repo, &answer,
                        event_text(repo->arena, event, "merge_group", "base_sha", NULL));
    return answer;
}

/* A push to the live branch itself is judged against what that branch was before it. A new
 * branch has no such commit, a forced push may have made it unreachable. */
static LiveAnswer ask_push_to_live(Repo *repo, const char *source, Str before)
{
    LiveAnswer answer = {.source = source};
    if (!is_zero_id(before)) {
        live_look_up_commit(repo, &answer, before);
    }
    if (answer.ref.len == 0 && look_up_first_parent(repo, &answer)) {
        answer.source = "the first parent, since the commit before the push is gone";
    }
    return answer;
}

static bool is_push_to(Arena *arena, const cJSON *event, Str branch)
{
    Str full = str_fmt(arena, "refs/heads/%.*s", STR_ARG(branch));
    return str_is(env_str("GITHUB_EVENT_NAME"), "push") &&
           str_eq(event_text(arena, event, "ref", NULL, NULL), full);
}

static LiveAnswer ask_before(Repo *repo, const cJSON *event)
{
    return ask_push_to_live(repo, "the push event's `before`",
                            event_text(repo->arena, event, "before", NULL, NULL));
}

static LiveAnswer ask_push(Repo *repo, const cJSON *event)
{
    Str branch = event_text(repo->arena, event, "repository", "default_branch", NULL);
    LiveAnswer answer = {.source = "the event's repository.default_branch"};
    if (branch.len == 0) {
        return answer;
    }
    if (is_push_to(repo->arena, event, branch)) {
        return ask_before(repo, event);
    }
    live_look_up_branch(repo, &answer, branch);
    return answer;
}

static LiveAnswer ask_github(Repo *repo)
{
    cJSON *event = read_event(repo->arena);
    Str name = env_str("GITHUB_EVENT_NAME");
    LiveAnswer answer;
    if (str_starts(name, "pull_request")) {
        answer = ask_pull_request(repo, event);
    } else if (str_is(name, "merge_group")) {
        answer = ask_merge_group(repo, event);
    } else {
        answer = ask_push(repo, event);
    }
    cJSON_Delete(event);
    return answer;
}

/* ---- GitLab ---- */

static LiveAnswer ask_gitlab(Repo *repo)
{
    LiveAnswer answer = {.source = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"};
    Str branch = env_str("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
    Str base = env_str("CI_MERGE_REQUEST_DIFF_BASE_SHA");
    if (branch.len > 0) {
        live_look_up_branch(repo, &answer, branch);
    }
    if (answer.ref.len == 0 && base.len > 0) {
        LiveAnswer by_id = {.source = "CI_MERGE_REQUEST_DIFF_BASE_SHA"};
        live_look_up_commit(repo, &by_id, base);
        return by_id.ref.len > 0 || branch.len == 0 ? by_id : answer;
    }
    Str own = env_str("CI_COMMIT_BRANCH");
    if (answer.wanted.len > 0 || own.len == 0) {
        return answer;
    }
    if (str_eq(own, env_str("CI_DEFAULT_BRANCH"))) {
        return ask_push_to_live(repo, "CI_COMMIT_BEFORE_SHA", env_str("CI_COMMIT_BEFORE_SHA"));
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
};

static LiveAnswer ask_others(Repo *repo)
{
    LiveAnswer answer = {.source = "the CI's variables"};
    for (size_t i = 0; i < ARRAY_LEN(target_variables); i++) {
        if (env_is_set(target_variables[i])) {
            answer.source = target_variables[i];
            live_look_up_branch(repo, &answer, env_str(target_variables[i]));
            return answer;
        }
    }
    return answer;
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
    return ask_others(repo);
}

bool live_ask_before_push(Repo *repo, Str branch, LiveAnswer *out)
{
    bool found = false;
    if (env_is_set("GITHUB_EVENT_NAME")) {
        cJSON *event = read_event(repo->arena);
        found = is_push_to(repo->arena, event, branch);
        if (found) {
            *out = ask_before(repo, event);
        }
        cJSON_Delete(event);
    } else if (env_is_set("GITLAB_CI") && str_eq(env_str("CI_COMMIT_BRANCH"), branch)) {
        *out = ask_push_to_live(repo, "CI_COMMIT_BEFORE_SHA", env_str("CI_COMMIT_BEFORE_SHA"));
        found = true;
    }
    return found && out->ref.len > 0;
}
