/* live_before.c: what a push replaced, as CI systems other than GitHub and GitLab name it. */
#include "internal.h"

#include <string.h>

enum { ID_LEAST = 7 }; /* digits of an abbreviated id */

/* ---- whether there is a CI ---- */

/* Jenkins and TeamCity need not set CI, AWS CodeBuild never does. A Jenkins that was not told its
 * own address has no JENKINS_URL. */
static const char *const ci_marks[] = {
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "JENKINS_URL",
    "TEAMCITY_VERSION",
    "TF_BUILD",
    "BUILDKITE",
    "CIRCLECI",
    "TRAVIS",
    "DRONE",
    "BITBUCKET_BUILD_NUMBER",
    "SEMAPHORE",
    "JENKINS_HOME",
    "CODEBUILD_BUILD_ID",
};

bool live_in_ci(void)
{
    Str plain = env_str("CI");
    for (size_t i = 0; i < ARRAY_LEN(ci_marks); i++) {
        if (env_is_set(ci_marks[i])) {
            return true;
        }
    }
    return (plain.len > 0 && !str_is(plain, "false") && !str_is(plain, "0")) || live_names_target();
}

/* ---- which branch is pushed ---- */

/* How a CI tells a push to a branch, by its documentation. */
typedef struct {
    const char *event; /* a variable of that CI; NULL: the branch's own is enough */
    const char *value; /* which it must have for a push; NULL: any */
    const char *branch;
    const char *before[2]; /* what was there, the better one first; NULL: not told */
} PushVariables;

/* Woodpecker before Drone, whose names it also gives. */
static const PushVariables systems[] = {
    {"CI_PIPELINE_EVENT", "push", "CI_COMMIT_BRANCH", {"CI_PREV_COMMIT_SHA", NULL}},
    {"DRONE_BUILD_EVENT", "push", "DRONE_BRANCH", {"DRONE_COMMIT_BEFORE", NULL}},
    {"TRAVIS_EVENT_TYPE", "push", "TRAVIS_BRANCH", {"TRAVIS_COMMIT_RANGE", NULL}},
    {"SEMAPHORE_GIT_REF_TYPE",
     "branch",
     "SEMAPHORE_GIT_BRANCH",
     {"SEMAPHORE_GIT_COMMIT_RANGE", NULL}},
    {"BUILDKITE_PULL_REQUEST", "false", "BUILDKITE_BRANCH", {NULL, NULL}},
    {"JENKINS_HOME",
     NULL,
     "BRANCH_NAME",
     {"GIT_PREVIOUS_SUCCESSFUL_COMMIT", "GIT_PREVIOUS_COMMIT"}},
    {"JENKINS_HOME", NULL, "GIT_BRANCH", {"GIT_PREVIOUS_SUCCESSFUL_COMMIT", "GIT_PREVIOUS_COMMIT"}},
    {NULL, NULL, "CIRCLE_BRANCH", {NULL, NULL}},
    {NULL, NULL, "BITBUCKET_BRANCH", {NULL, NULL}},
    {NULL, NULL, "BUILD_SOURCEBRANCH", {NULL, NULL}},
};

static bool is_pushed(const PushVariables *system)
{
    if (!env_is_set(system->branch) || (system->event != NULL && !env_is_set(system->event))) {
        return false;
    }
    return system->value == NULL || str_is(env_str(system->event), system->value);
}

static Str short_branch(Str name)
{
    static const char *const prefixes[] = {"refs/heads/", "refs/remotes/", "origin/"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (str_starts(name, prefixes[i])) {
            name = str_slice(name, strlen(prefixes[i]), name.len);
        }
    }
    return name;
}

/* ---- what was there before ---- */

/* Woodpecker's is the commit of the pipeline before this one, whose branch is the target's for a
 * pull request: that is no state of the branch. */
static bool is_of_branch(const char *variable)
{
    return strcmp(variable, "CI_PREV_COMMIT_SHA") != 0 ||
           (str_is(env_str("CI_PREV_PIPELINE_EVENT"), "push") &&
            str_eq(env_str("CI_PREV_COMMIT_BRANCH"), env_str("CI_COMMIT_BRANCH")));
}

static bool is_hex(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("0123456789abcdef", text.ptr[i]) == NULL || text.ptr[i] == '\0') {
            return false;
        }
    }
    return text.len > 0;
}

/* A range of commits is written `from...to`, with fewer digits than an id has. */
static Str whole_id(const Repo *repo, Str given)
{
    ptrdiff_t dots = str_find(given, "...");
    Str id = dots < 0 ? given : str_slice(given, 0, (size_t)dots);
    char hex[GIT_OID_HEXSZ + 1];
    git_oid prefix;
    git_object *object = NULL;
    if (id.len < ID_LEAST || id.len >= GIT_OID_HEXSZ || !is_hex(id) ||
        git_oid_fromstrn(&prefix, id.ptr, id.len) != 0 ||
        git_object_lookup_prefix(&object, repo->git, &prefix, id.len, GIT_OBJECT_COMMIT) != 0) {
        return id;
    }
    git_oid_tostr(hex, sizeof(hex), git_object_id(object));
    git_object_free(object);
    return str_copy(repo->arena, str_of(hex));
}

/* Where the CI names none, people can: CircleCI has it as a value of the pipeline only. */
static PushBefore before_of(const Repo *repo, const PushVariables *system)
{
    PushBefore before = {.source = "TBLINT_BEFORE", .id = env_str("TBLINT_BEFORE")};
    for (size_t i = 0; system != NULL && before.id.len == 0 && i < 2; i++) {
        const char *variable = system->before[i];
        if (variable != NULL && env_is_set(variable) && is_of_branch(variable)) {
            before = (PushBefore){.source = variable, .id = env_str(variable)};
        }
    }
    before.id = whole_id(repo, before.id);
    return before;
}

PushBefore live_before_any(const Repo *repo)
{
    return before_of(repo, NULL);
}

bool live_names_pushed(void)
{
    bool named = false;
    for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
        named = named || is_pushed(&systems[i]);
    }
    return named;
}

bool live_before_of_others(const Repo *repo, Str branch, PushBefore *out)
{
    for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
        if (is_pushed(&systems[i])) {
            *out = before_of(repo, &systems[i]);
            return str_eq(short_branch(env_str(systems[i].branch)), branch);
        }
    }
    return false;
}
