/* accepting.c: the acceptances of one run: from its files to the findings. */
#include "accepting.h"

#include "findings/suppression.h"

#include <string.h>

typedef struct {
    Session *session;
    Accepting with;
    Suppressions comments;
} Judging;

/* ---- the file ---- */

int accepting_read(Session *session, Fault *fault)
{
    SourceFile *file = snapshot_find(session->snapshot, STR(ACCEPTANCE_NAME));
    if (!file)
        return 0;
    if (source_file_load(session->repo, file, fault) < 0)
        return -1;
    return acceptance_read(&session->acceptances, session->arena, file->text, ACCEPTANCE_NAME,
                           fault);
}

/* The ids that a commit's file accepts; none when it has no such file, or a broken one. */
static Map *ids_at(Session *session, const CommitId *commit)
{
    Map *ids = map_new(session->arena);
    AcceptanceEntries entries = {0};
    Fault ignored = {0};
    Str text;
    if (!repo_file_at(session->repo, commit, ACCEPTANCE_NAME, session->arena, &text) ||
        acceptance_read(&entries, session->arena, text, ACCEPTANCE_NAME, &ignored) < 0)
        return ids;
    for (size_t i = 0; i < entries.len; i++)
        map_put(ids, entries.items[i].id, ids);
    return ids;
}

/* ---- comments ---- */

static void load(Session *session, SourceFile *file)
{
    Fault ignored = {0};
    if (file && !file->loaded && file->trouble == FILE_OK)
        source_file_load(session->repo, file, &ignored);
}

static bool is_changed(const FilePair *pair)
{
    return !pair->live || memcmp(&pair->live->id, &pair->candidate->id, sizeof(BlobId)) != 0;
}

static void read_comments(Judging *judging, const FilePair *pair, Str project)
{
    Session *session = judging->session;
    load(session, pair->candidate);
    if (!pair->candidate->loaded || str_find(pair->candidate->text, "tblint:") < 0)
        return;
    load(session, pair->live);
    suppressions_read(session->arena, pair->candidate, pair->live, project, &judging->comments);
}

/* Paths where something was found: also files that did not change have comments that count. */
static Map *paths_of_findings(const Session *session)
{
    Map *paths = map_new(session->arena);
    const FindingItems *items = &session->findings->items;
    for (size_t i = 0; i < items->len; i++) {
        SourceFile *file = items->items[i].place.file;
        if (file && items->items[i].place.side == SIDE_CANDIDATE)
            map_put(paths, file->path, file);
    }
    return paths;
}

static void read_all_comments(Judging *judging)
{
    const ProjectPairs *projects = &judging->session->comparison->projects;
    Map *found = paths_of_findings(judging->session);
    for (size_t i = 0; i < projects->len; i++) {
        const ProjectPair *project = &projects->items[i];
        for (size_t j = 0; j < project->datafiles.len; j++) {
            const FilePair *pair = &project->datafiles.items[j];
            if (pair->candidate && (is_changed(pair) || map_has(found, pair->candidate->path)))
                read_comments(judging, pair, project->root);
        }
    }
}

/* ---- what does nothing ---- */

static bool is_sure(const Session *session)
{
    const Comparison *comparison = session->comparison;
    bool other_base = session_is_as_is(session) && comparison->undone.len > 0;
    return comparison->has_live && comparison->projects.len > 0 && !other_base &&
           session_is_complete(session);
}

static AcceptanceScope scope_of(Session *session, const Map *live_ids)
{
    const Options *options = session->app->options;
    AcceptanceScope scope = {
        .only_these = options->project != NULL,
        .sure = is_sure(session),
        .as_is = session_is_as_is(session),
        .live_ids = live_ids,
    };
    const ProjectPairs *projects = &session->comparison->projects;
    for (size_t i = 0; i < projects->len; i++)
        vec_push(session->arena, &scope.projects, projects->items[i].root);
    return scope;
}

static Map *live_ids(Session *session)
{
    if (session->acceptances.len == 0 || !session->comparison->has_live)
        return map_new(session->arena);
    return ids_at(session, &session->comparison->live.commit);
}

/* ---- settings ---- */

static void report_setting(Session *session, const UnknownRule *unknown, Findings *out)
{
    Arena *arena = session->arena;
    bool is_candidate = !session->app->options->config;
    SourceFile *file = is_candidate ? snapshot_find(session->snapshot, STR(CONFIG_NAME)) : NULL;
    Finding finding = {
        .rule = RULE_TB003,
        .severity = rule_get(RULE_TB003)->severity,
        .project = STR("."),
        .subject = unknown->name,
        .place = {.side = SIDE_CANDIDATE, .file = file},
        .candidate_meaning = unknown->name,
        .is_single_version = true,
        .advice = unknown_rule_hint(arena, unknown->name),
    };
    finding.message =
        str_fmt(arena, "There is no rule '%.*s': the setting in line %u of '%s' does nothing.",
                STR_ARG(unknown->name), unknown->line, session->config_name);
    if (file) {
        Lines *lines = source_file_lines(arena, file);
        uint32_t start = lines_start(lines, unknown->line);
        uint32_t before = unknown->column - 1; /* blanks, as a rule */
        uint32_t length = (uint32_t)lines_text(lines, unknown->line).len;
        finding.place.range = (Range){start + (before < length ? before : 0), start + length};
    }
    findings_add(out, finding);
}

/* ---- all of it ---- */

static void count_added(Judging *judging, const Map *known)
{
    Session *session = judging->session;
    for (size_t i = 0; i < session->acceptances.len; i++) {
        const AcceptanceEntry *entry = &session->acceptances.items[i];
        if (entry->state == ENTRY_COUNTS && !map_has(known, entry->id))
            session->findings->acceptances_added++;
    }
    for (size_t i = 0; i < judging->comments.len; i++) {
        const Suppression *comment = &judging->comments.items[i];
        if (comment->state == COMMENT_COUNTS && !comment->in_live)
            session->findings->acceptances_added++;
    }
}

static void report_all(Judging *judging)
{
    Session *session = judging->session;
    Findings *reports = findings_new(session->arena);
    SourceFile *file = snapshot_find(session->snapshot, STR(ACCEPTANCE_NAME));
    const Map *known = live_ids(session);
    AcceptanceScope scope = scope_of(session, known);
    if (file)
        acceptance_report(&judging->with, &session->acceptances, file, &scope, reports);
    suppressions_report(&judging->with, &judging->comments, scope.sure, reports);
    for (size_t i = 0; i < session->config.unknown_rules.len; i++)
        report_setting(session, &session->config.unknown_rules.items[i], reports);
    findings_finish(reports, NULL, false);
    findings_join(session->findings, reports);
    count_added(judging, known);
}

void accepting_judge(Session *session, bool accepts)
{
    Findings *findings = session->findings;
    Judging judging = {
        .session = session,
        .with = {.arena = session->arena,
                 .findings = findings,
                 .now = session->now,
                 .require_reason =
                     session->config.require_reason || session->app->options->require_reason},
    };
    if (accepts) {
        read_all_comments(&judging);
        suppressions_apply(&judging.with, &judging.comments);
        acceptance_apply(&judging.with, &session->acceptances);
    }
    findings_fold(findings);
    if (!accepts)
        return;
    acceptance_apply(&judging.with, &session->acceptances);
    report_all(&judging);
    findings->shows_accepted = session->app->options->all;
}
