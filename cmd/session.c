/* session.c: one run over one repository: from the options to findings and plan. */
#include "session.h"

#include "accepting.h"
#include "checks/check.h"
#include "live_choice.h"
#include "model/lineage.h"
#include "stale.h"
#include "talk.h"
#include "version.h"
#include "weakened.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CONFIG_BYTES = 1 << 20 };

void session_begin(Session *session, const App *app, Arena *arena)
{
    *session = (Session){.app = app, .arena = arena, .config = config_default()};
    session->findings = findings_new(arena);
    session->live_singles = findings_new(arena);
}

void session_close(Session *session)
{
    timing_end(&session->timing);
    datafile_parser_free(session->loader.datafiles);
    sql_parser_free(session->loader.sql);
    repo_free(session->repo);
}

int session_open(Session *session, Fault *fault)
{
    if (clock_now(&session->now, fault) < 0)
        return -1;
    return repo_open(&session->repo, session->arena, NULL, fault);
}

/* ---- the candidate ---- */

/* git names an index for its hooks; there the index is what is about to be committed. */
static CandidateChoice default_candidate(void)
{
    const char *index = getenv("GIT_INDEX_FILE");
    return index && *index ? CHOOSE_INDEX : CHOOSE_WORKTREE;
}

int session_candidate(Session *session, Fault *fault)
{
    timing_enter(&session->timing, PHASE_CANDIDATE);
    const Options *options = session->app->options;
    CandidateChoice choice = options->candidate;
    if (choice == CHOOSE_DEFAULT)
        choice = default_candidate();
    switch (choice) {
    case CHOOSE_INDEX:
        session->kind = CANDIDATE_INDEX;
        return snapshot_of_index(&session->snapshot, session->repo, fault);
    case CHOOSE_COMMIT:
        session->kind = CANDIDATE_COMMIT;
        return snapshot_of_commit(&session->snapshot, session->repo, options->commit, fault);
    default:
        session->kind = CANDIDATE_WORKTREE;
        return snapshot_of_worktree(&session->snapshot, session->repo, fault);
    }
}

/* ---- the configuration ---- */

static int read_stream(FILE *file, Buf *buf)
{
    char block[4096];
    size_t got;
    while (buf->len <= CONFIG_BYTES && (got = fread(block, 1, sizeof block, file)) > 0)
        buf_add_str(buf, (Str){block, got});
    return ferror(file) ? -1 : 0;
}

static int read_config_file(Session *session, const char *path, Str *out, Fault *fault)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return fault_set(fault, FAULT_USAGE, "cannot read the configuration '%s': %s", path,
                         strerror(errno));
    Buf buf = {0};
    int result = read_stream(file, &buf);
    fclose(file);
    if (result < 0)
        fault_set(fault, FAULT_USAGE, "cannot read the configuration '%s'", path);
    *out = str_copy(session->arena, buf_str(&buf));
    buf_free(&buf);
    return result;
}

static int candidate_config(Session *session, Str *out, Fault *fault)
{
    SourceFile *file = snapshot_find(session->snapshot, STR(CONFIG_NAME));
    if (!file)
        return 0;
    session->config_name = CONFIG_NAME;
    if (source_file_load(session->repo, file, fault) < 0)
        return -1;
    *out = file->text;
    return 0;
}

int session_config(Session *session, Fault *fault)
{
    Str text = {0};
    const char *path = session->app->options->config;
    if (path) {
        session->config_name = path;
        if (read_config_file(session, path, &text, fault) < 0)
            return -1;
    } else if (candidate_config(session, &text, fault) < 0) {
        return -1;
    }
    if (!session->config_name)
        return 0;
    return config_parse(&session->config, session->arena, text, session->config_name, fault);
}

/* ---- live and the comparison ---- */

int session_live(Session *session, Fault *fault)
{
    timing_enter(&session->timing, PHASE_LIVE);
    const char *option = session->app->options->live;
    const char *configured = session->config.live;
    if (live_choose(session, fault) == 0)
        return 0;
    bool named = option || configured;
    if (named || fault->kind != FAULT_ANALYSE || !repo_is_unborn(session->repo))
        return -1;
    *fault = (Fault){0}; /* before the first commit nothing can be live */
    return 0;
}

/* A branch of documents or of a web site, which began on its own and holds no datafile, is not
 * about to be deployed: that it lacks the project deletes nothing. Only hooks meet such branches.
 */
static void leave_unrelated_branch(Session *session)
{
    const Options *options = session->app->options;
    Comparison *comparison = session->comparison;
    bool is_unrelated = session->has_live && !comparison->has_base && comparison->files == 0;
    if (!options->project_optional || options->as_is || !is_unrelated ||
        repo_is_shallow(session->repo))
        return;
    comparison->projects.len = 0;
    vec_push(
        session->arena, &comparison->notes,
        STR("this branch has no common history with live, and no project: nothing to compare"));
}

/* What was pushed to live stands there as it is: nothing is merged any more. */
bool session_is_as_is(const Session *session)
{
    return session->app->options->as_is ||
           (session->has_live && session->live.role == LIVE_REPLACED);
}

/* A workflow for pull_request_target checks out the base, unless it is told otherwise; live may
 * have gone on since. */
static int refuse_itself(const Session *session, Fault *fault)
{
    const LiveRef *live = &session->live;
    const Comparison *comparison = session->comparison;
    bool is_live = comparison->is_itself || comparison->is_in_live;
    if (!session->has_live || live->role != LIVE_OF_CHANGE || !is_live)
        return 0;
    fault_set(fault, FAULT_ANALYSE,
              "What is checked out is %s (%.*s, by %.*s), so the change that this run is for was "
              "not looked at.",
              comparison->is_itself ? "the live commit itself" : "part of live already",
              STR_ARG(str_slice(live->ref, 0, 300)), STR_ARG(live->how));
    return fault_repair(fault, "git checkout REF   # of what is to be merged, and then tblint");
}

int session_compare(Session *session, Fault *fault)
{
    timing_enter(&session->timing, PHASE_COMPARE);
    const Options *options = session->app->options;
    CompareOptions compare = {
        .kind = session->kind,
        .candidate = session->snapshot,
        .live = session->has_live ? &session->live : NULL,
        .as_is = session_is_as_is(session),
        .project_globs = session->config.projects,
        .ignore_globs = session->config.ignore,
        .only_project = options->project,
    };
    if (comparison_make(&session->comparison, session->arena, session->repo, &compare, fault) < 0)
        return -1;
    if (refuse_itself(session, fault) < 0)
        return -1;
    leave_unrelated_branch(session);
    live_note_set_aside(session);
    const UncheckedList *found = &session->comparison->unchecked;
    for (size_t i = 0; i < found->len; i++)
        vec_push(session->arena, &session->unchecked, found->items[i]);
    if (session->comparison->projects.len > 0 || options->project_optional)
        return 0;
    static const char *const places[] = {
        [CANDIDATE_INDEX] = "the index",
        [CANDIDATE_WORKTREE] = "the working tree",
        [CANDIDATE_COMMIT] = "that commit",
    };
    fault_set(fault, FAULT_ANALYSE, "there is no Tinybird project in %s, nor in live",
              places[session->kind]);
    return fault_repair(fault, "tblint doctor");
}

/* ---- the judgement ---- */

static ProfileChoice chosen_profile(const Session *session)
{
    ProfileChoice option = session->app->options->profile;
    return option != PROFILE_BY_LAYOUT ? option : session->config.profile;
}

static Check check_of(Session *session, const Diff *diff, const Plan *plan)
{
    return (Check){
        .arena = session->arena,
        .loader = &session->loader,
        .diff = diff,
        .plan = plan,
        .findings = session->findings,
        .unchecked = &session->unchecked,
        .now = session->now,
        .margin_minutes = session->config.margin_minutes,
        .classic = diff->sides.candidate->dialect == DIALECT_CLASSIC,
    };
}

static int judge_project(Session *session, const ProjectPair *pair, bool run_checks, Fault *fault)
{
    ProfileChoice profile = chosen_profile(session);
    Dialect dialect = profile == PROFILE_CLASSIC ? DIALECT_CLASSIC : DIALECT_FORWARD;
    ProjectSides sides;
    timing_enter(&session->timing, PHASE_LOAD);
    if (project_load(&sides, &session->loader, pair, profile == PROFILE_BY_LAYOUT ? NULL : &dialect,
                     fault) < 0)
        return -1;
    if (run_checks && session->loader.everything)
        lineage_ahead(&session->loader, sides.candidate);
    timing_enter(&session->timing, PHASE_DIFF);
    Diff *diff = diff_make(&session->loader, sides);
    timing_enter(&session->timing, PHASE_PLAN);
    ProjectPlan plan = {.root = pair->root, .plan = plan_make(session->arena, diff), .diff = diff};
    Check check = check_of(session, diff, plan.plan);
    plan.migrations = migration_changes(diff, session->now);
    if (session->app->options->rollback)
        plan.rollback = rollback_make(&check);
    vec_push(session->arena, &session->plans, plan);
    timing_enter(&session->timing, PHASE_CHECKS);
    /* With --all what live has already is reported, too: it need not be known. */
    if (run_checks)
        checks_run(&check, session->app->options->all ? NULL : session->live_singles);
    return 0;
}

static void start_loader(Session *session)
{
    session->loader = (Loader){
        .arena = session->arena,
        .repo = session->repo,
        .live_tip = session->has_live ? &session->live.commit : NULL,
        .datafiles = datafile_parser_new(),
        .sql = sql_parser_new(),
        .by_blob = map_new(session->arena),
        .unchecked = &session->unchecked,
        .everything = session->app->options->all,
    };
}

static void load_place(Session *session, const Place *place)
{
    Fault ignored = {0};
    SourceFile *file = place->file;
    if (file && !file->loaded && file->trouble == FILE_OK)
        source_file_load(session->repo, file, &ignored);
}

/* Reports show lines of files that no check had to read. */
static void load_places(Session *session, const FindingItems *items)
{
    for (size_t i = 0; i < items->len; i++) {
        load_place(session, &items->items[i].place);
        for (size_t j = 0; j < items->items[i].related.len; j++)
            load_place(session, &items->items[i].related.items[j]);
    }
}

static int compare_unchecked(const void *left, const void *right)
{
    const Unchecked *a = left;
    const Unchecked *b = right;
    int order = str_cmp(a->path, b->path);
    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    if (order == 0)
        order = str_cmp(a->why, b->why);
    return order ? order : (int)b->changed - (int)a->changed;
}

static void sort_unchecked(UncheckedList *list)
{
    if (list->len == 0)
        return;
    qsort(list->items, list->len, sizeof *list->items, compare_unchecked);
    size_t kept = 1;
    for (size_t i = 1; i < list->len; i++) {
        const Unchecked *a = &list->items[kept - 1];
        const Unchecked *b = &list->items[i];
        if (!str_eq(a->path, b->path) || a->line != b->line || !str_eq(a->why, b->why))
            list->items[kept++] = *b;
    }
    list->len = kept;
}

static void apply_severities(Session *session)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        session->findings->config[i] = session->config.severity[i];
        session->findings->configured[i] = session->config.has_severity[i];
    }
}

static bool reads_acceptances(const Session *session, bool run_checks)
{
    return run_checks && !session->without_acceptances;
}

static int judge_projects(Session *session, bool run_checks, Fault *fault)
{
    start_loader(session);
    const ProjectPairs *projects = &session->comparison->projects;
    for (size_t i = 0; i < projects->len; i++) {
        if (judge_project(session, &projects->items[i], run_checks, fault) < 0)
            return -1;
    }
    if (run_checks && session_is_as_is(session))
        stale_check(session->comparison, session->findings);
    apply_severities(session);
    findings_settle(session->findings, session->live_singles, session->app->options->all);
    accepting_judge(session, reads_acceptances(session, run_checks));
    load_places(session, &session->findings->items);
    load_places(session, &session->findings->accepted);
    sort_unchecked(&session->unchecked);
    return 0;
}

/* ---- talk ---- */

static void talk_candidate(const Session *session, Buf *out)
{
    switch (session->kind) {
    case CANDIDATE_INDEX:
        buf_add(out, "index");
        break;
    case CANDIDATE_WORKTREE:
        buf_add(out, "working tree");
        break;
    case CANDIDATE_COMMIT:
        buf_addf(out, "commit %.7s", snapshot_commit(session->snapshot));
        break;
    }
}

const char *session_no_live_text(const Session *session)
{
    return session->live.role == LIVE_NOTHING ? "nothing was there before"
                                              : "there is no commit yet";
}

static void talk_live(const Session *session, Buf *out)
{
    if (!session->has_live) {
        buf_addf(out, "none, %s", session_no_live_text(session));
        return;
    }
    const LiveRef *live = &session->live;
    int64_t age = session->now - live->when;
    buf_addf(out, "%.*s %.7s", STR_ARG(live->ref), live->commit.hex);
    if (age >= 0)
        buf_addf(out, ", %.*s old", STR_ARG(age_text(session->arena, age)));
    buf_addf(out, " (by %.*s)", STR_ARG(live->how));
}

static void talk_sides(const Session *session)
{
    const App *app = session->app;
    if (app->options->quiet)
        return;
    progress_clear(session->timing.progress);
    Buf line = {0};
    buf_add(&line, "tblint " TBLINT_VERSION "   new: ");
    talk_candidate(session, &line);
    buf_add(&line, "   live: ");
    talk_live(session, &line);
    talk_line(app->err, buf_str(&line));
    buf_free(&line);
    if (!session->comparison)
        return;
    for (size_t i = 0; i < session->comparison->notes.len; i++)
        talk_note(app->err, session->comparison->notes.items[i]);
}

/* ---- the whole run ---- */

static int run_steps(Session *session, bool run_checks, Fault *fault)
{
    if (session_open(session, fault) < 0 || session_candidate(session, fault) < 0 ||
        session_config(session, fault) < 0 ||
        (reads_acceptances(session, run_checks) && accepting_read(session, fault) < 0) ||
        session_live(session, fault) < 0)
        return -1;
    int result = session_compare(session, fault);
    talk_sides(session);
    if (result < 0)
        return -1;
    if (run_checks)
        weakened_find(session);
    return judge_projects(session, run_checks, fault);
}

int session_run(Session *session, bool run_checks, Fault *fault)
{
    timing_begin(&session->timing, session->app->options, session->app->err);
    int result = run_steps(session, run_checks, fault);
    timing_enter(&session->timing, PHASE_REPORT);
    return result;
}

void session_tell_timing(Session *session)
{
    timing_end(&session->timing);
    if (!session->app->options->timing)
        return;
    const Map *parsed = session->loader.by_blob;
    timing_tell(&session->timing, session->app->err, session->comparison,
                parsed ? map_len(parsed) : 0);
}

bool session_is_complete(const Session *session)
{
    for (size_t i = 0; i < session->unchecked.len; i++) {
        if (session->unchecked.items[i].changed)
            return false;
    }
    return true;
}
