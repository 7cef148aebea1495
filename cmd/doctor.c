/* doctor.c: `tblint doctor`: what was detected, step by step, and what stands in the way. */
#include "command.h"
#include "report/escape.h"
#include "syntax/grammar_versions.h"
#include "talk.h"
#include "version.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <yaml.h>

typedef struct {
    Session *session;
    Arena *arena;
    Buf out;
    int code; /* of the first step that failed */
} Doctor;

static void add_item(Doctor *doctor, const char *label, Str value)
{
    buf_addf(&doctor->out, "  %-14s", label);
    escape_terminal_line(&doctor->out, value);
    buf_add_char(&doctor->out, '\n');
}

static void add_fault(Doctor *doctor, const char *label, const Fault *fault)
{
    add_item(doctor, label, str_fmt(doctor->arena, "cannot be used: %s", fault->message));
    if (fault->repair[0])
        add_item(doctor, "", str_fmt(doctor->arena, "run  %s", fault->repair));
    if (doctor->code == 0)
        doctor->code = fault->kind ? (int)fault->kind : FAULT_INTERNAL;
}

static void add_title(Doctor *doctor, const char *title)
{
    buf_addf(&doctor->out, "%s\n", title);
}

/* ---- machine ---- */

typedef struct {
    const char *variable;
    const char *name;
} CiSystem;

static const CiSystem ci_systems[] = {
    {"GITHUB_ACTIONS", "GitHub Actions"},
    {"GITLAB_CI", "GitLab CI"},
    {"BUILDKITE", "Buildkite"},
    {"CIRCLECI", "CircleCI"},
    {"JENKINS_URL", "Jenkins"},
    {"JENKINS_HOME", "Jenkins"},
    {"BITBUCKET_BUILD_NUMBER", "Bitbucket Pipelines"},
    {"DRONE", "Drone"},
    {"TRAVIS", "Travis CI"},
    {"SEMAPHORE", "Semaphore"},
    {"TEAMCITY_VERSION", "TeamCity"},
    {"TF_BUILD", "Azure Pipelines"},
    {"CODEBUILD_BUILD_ID", "AWS CodeBuild"},
    {"CI", "an unknown CI (CI is set)"},
};

static const char *ci_name(void)
{
    for (size_t i = 0; i < ARRAY_LEN(ci_systems); i++) {
        const char *value = getenv(ci_systems[i].variable);
        if (value && *value)
            return ci_systems[i].name;
    }
    return "none detected";
}

static void look_at_libraries(Doctor *doctor)
{
    RepoFeatures git = repo_features(doctor->arena);
    GrammarVersions grammar = grammar_versions();
    add_item(doctor, "libgit2", git.library);
    add_item(doctor, "reads",
             str_fmt(doctor->arena, "repositories with ids by %.*s; refs in %.*s",
                     STR_ARG(git.objects), STR_ARG(git.refs)));
    add_item(doctor, "tree-sitter",
             str_fmt(doctor->arena, "ABI %u to %u; grammars: datafile %u, sql %u", grammar.oldest,
                     grammar.newest, grammar.datafile, grammar.sql));
    add_item(doctor, "cJSON", str_of(cJSON_Version()));
    add_item(doctor, "libyaml", str_of(yaml_get_version_string()));
}

static void look_at_machine(Doctor *doctor)
{
    size_t built = 0;
    for (unsigned i = 0; i < RULE_COUNT; i++)
        built += rule_get((RuleId)i)->page != NULL;
    add_title(doctor, "tblint");
    add_item(doctor, "version", STR(TBLINT_VERSION));
    add_item(doctor, "rules",
             str_fmt(doctor->arena, "%zu built, %u in all", built, (unsigned)RULE_COUNT));
    add_item(doctor, "formats", report_format_list(doctor->arena, REPORT_LINT));
    add_item(doctor, "plan formats", report_format_list(doctor->arena, REPORT_PLAN));
    look_at_libraries(doctor);
    add_item(doctor, "CI", str_of(ci_name()));
}

/* ---- repository ---- */

static void look_at_repository(Doctor *doctor)
{
    const Repo *repo = doctor->session->repo;
    add_title(doctor, "repository");
    add_item(doctor, "top",
             repo_is_bare(repo) ? STR("none: the repository is bare") : repo_top(repo));
    add_item(doctor, "git folder", repo_git_dir(repo));
    add_item(doctor, "HEAD",
             str_fmt(doctor->arena, "%.*s%s", STR_ARG(repo_head_name(repo)),
                     repo_is_unborn(repo) ? " (no commit yet)" : ""));
    add_item(doctor, "shallow", repo_is_shallow(repo) ? STR("yes") : STR("no"));
    add_item(doctor, "hooks", repo_hooks_dir(repo));
}

static const char *kind_text(CandidateKind kind)
{
    switch (kind) {
    case CANDIDATE_INDEX:
        return "the index";
    case CANDIDATE_WORKTREE:
        return "the working tree";
    case CANDIDATE_COMMIT:
        return "a commit";
    }
    return "a commit";
}

static bool look_at_candidate(Doctor *doctor)
{
    Fault fault = {0};
    if (session_candidate(doctor->session, &fault) < 0) {
        add_fault(doctor, "candidate", &fault);
        return false;
    }
    const Snapshot *snapshot = doctor->session->snapshot;
    add_item(doctor, "candidate", str_of(kind_text(doctor->session->kind)));
    const Strs *ignored = snapshot_ignored(snapshot);
    for (size_t i = 0; ignored && i < ignored->len; i++)
        add_item(doctor, i ? "" : "ignored", ignored->items[i]);
    return true;
}

/* ---- configuration and live ---- */

static bool look_at_config(Doctor *doctor)
{
    Fault fault = {0};
    add_title(doctor, "configuration");
    if (session_config(doctor->session, &fault) < 0) {
        add_fault(doctor, "file", &fault);
        return false;
    }
    const char *name = doctor->session->config_name;
    add_item(doctor, "file", name ? str_of(name) : STR("none; " CONFIG_NAME " at the top is read"));
    size_t changed = 0;
    for (size_t i = 0; i < RULE_COUNT; i++)
        changed += doctor->session->config.has_severity[i];
    add_item(doctor, "severities", str_fmt(doctor->arena, "%zu changed", changed));
    return true;
}

static bool look_at_live(Doctor *doctor)
{
    Session *session = doctor->session;
    Fault fault = {0};
    add_title(doctor, "live");
    Strs lines = live_explain(session->repo, session->app->options->live, session->config.live);
    for (size_t i = 0; i < lines.len; i++)
        add_item(doctor, i ? "" : "sources", lines.items[i]);
    if (session_live(session, &fault) < 0) {
        add_fault(doctor, "chosen", &fault);
        return false;
    }
    if (!session->has_live) {
        add_item(doctor, "chosen",
                 str_fmt(doctor->arena, "none: %s", session_no_live_text(session)));
        return true;
    }
    const LiveRef *live = &session->live;
    int64_t age = session->now > live->when ? session->now - live->when : 0;
    add_item(doctor, "chosen",
             str_fmt(doctor->arena, "%.*s, commit %.12s, %.*s old, by %.*s", STR_ARG(live->ref),
                     live->commit.hex, STR_ARG(age_text(doctor->arena, age)), STR_ARG(live->how)));
    return true;
}

/* ---- projects ---- */

static void look_at_projects(Doctor *doctor)
{
    Fault fault = {0};
    add_title(doctor, "projects");
    if (session_compare(doctor->session, &fault) < 0) {
        add_fault(doctor, "projects", &fault);
        return;
    }
    const Comparison *comparison = doctor->session->comparison;
    for (size_t i = 0; i < comparison->projects.len; i++) {
        const ProjectPair *project = &comparison->projects.items[i];
        size_t files = 0;
        for (size_t j = 0; j < project->datafiles.len; j++)
            files += project->datafiles.items[j].candidate != NULL;
        add_item(doctor, i ? "" : "found",
                 str_fmt(doctor->arena, "%.*s: %zu datafile%s, %s layout", STR_ARG(project->root),
                         files, files == 1 ? "" : "s",
                         project->classic_layout ? "Classic" : "Forward"));
    }
    if (comparison->has_base)
        add_item(doctor, "merge base", str_of(comparison->base.hex));
    for (size_t i = 0; i < comparison->notes.len; i++)
        add_item(doctor, "note", comparison->notes.items[i]);
    for (size_t i = 0; i < comparison->unchecked.len; i++) {
        const Unchecked *item = &comparison->unchecked.items[i];
        add_item(doctor, "not checked",
                 str_fmt(doctor->arena, "%.*s: %.*s", STR_ARG(item->path), STR_ARG(item->why)));
    }
}

static void examine(Doctor *doctor)
{
    Fault fault = {0};
    look_at_machine(doctor);
    if (session_open(doctor->session, &fault) < 0) {
        add_title(doctor, "repository");
        add_fault(doctor, "open", &fault);
        return;
    }
    look_at_repository(doctor);
    bool has_candidate = look_at_candidate(doctor);
    bool has_config = has_candidate && look_at_config(doctor);
    bool has_live = look_at_live(doctor);
    if (has_config && has_live)
        look_at_projects(doctor);
}

int command_doctor(const App *app, Arena *arena)
{
    Session session;
    session_begin(&session, app, arena);
    Doctor doctor = {.session = &session, .arena = arena};
    examine(&doctor);
    int printed = command_print(app, buf_str(&doctor.out));
    buf_free(&doctor.out);
    session_close(&session);
    return printed ? printed : doctor.code;
}
