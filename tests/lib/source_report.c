/* source_report.c: the source layer's answers as text, for tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source_report.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    Buf text;
    Arena *arena;
    Repo *repo;
    const SourceQuestion *question;
} Report;

static void put_fault(Report *report, const Fault *fault)
{
    buf_addf(&report->text, "fault %d: %s | %s\n", (int)fault->kind, fault->message, fault->repair);
}

static void put_text(Report *report, const char *side, SourceFile *file)
{
    Fault fault = {0};
    if (file == NULL) {
        return;
    }
    if (source_file_load(report->repo, file, &fault) != 0) {
        buf_addf(&report->text, "trouble %s %.*s: %s | %s\n", side, STR_ARG(file->path),
                 file_trouble_text(file->trouble), fault.repair);
        return;
    }
    buf_addf(&report->text, "  %s <", side);
    buf_add_str(&report->text, file->text);
    buf_add(&report->text, ">\n");
}

static bool is_unchanged(const FilePair *pair)
{
    return pair->live != NULL && pair->candidate != NULL &&
           memcmp(&pair->live->id, &pair->candidate->id, sizeof(BlobId)) == 0;
}

static void put_pair(Report *report, const FilePair *pair)
{
    const SourceFile *live = pair->live;
    const SourceFile *candidate = pair->candidate;
    bool unchanged = is_unchanged(pair);
    bool moved = live != NULL && candidate != NULL && !str_eq(live->path, candidate->path);
    if (unchanged && !moved && !report->question->all) {
        return;
    }
    if (moved) {
        buf_addf(&report->text, " R%s %.*s -> %.*s\n", unchanged ? "=" : "M", STR_ARG(live->path),
                 STR_ARG(candidate->path));
    } else {
        const SourceFile *either = candidate != NULL ? candidate : live;
        const char *word = unchanged ? "=" : live == NULL ? "A" : candidate == NULL ? "D" : "M";
        buf_addf(&report->text, " %s%s %.*s\n", word, pair->only_after_merge ? "!" : "",
                 STR_ARG(either->path));
    }
    put_text(report, "live", pair->live);
    put_text(report, "candidate", pair->candidate);
}

static void put_comparison(Report *report, const Comparison *comparison)
{
    for (size_t i = 0; i < comparison->projects.len; i++) {
        const ProjectPair *project = &comparison->projects.items[i];
        buf_addf(&report->text, "project %.*s%s\n", STR_ARG(project->root),
                 project->classic_layout ? " classic" : "");
        for (size_t j = 0; j < project->datafiles.len; j++) {
            put_pair(report, &project->datafiles.items[j]);
        }
        for (size_t j = 0; j < project->others.len; j++) {
            put_pair(report, &project->others.items[j]);
        }
    }
    for (size_t i = 0; i < comparison->unchecked.len; i++) {
        const Unchecked *entry = &comparison->unchecked.items[i];
        buf_addf(&report->text, "%s %.*s: %.*s\n", entry->changed ? "changed" : "unchecked",
                 STR_ARG(entry->path), STR_ARG(entry->why));
    }
    for (size_t i = 0; i < comparison->undone.len; i++) {
        buf_addf(&report->text, "undone %.*s\n", STR_ARG(comparison->undone.items[i]));
    }
    for (size_t i = 0; i < comparison->notes.len; i++) {
        buf_addf(&report->text, "note %.*s\n", STR_ARG(comparison->notes.items[i]));
    }
    buf_addf(&report->text, "live %.*s\nbase %s\n", STR_ARG(comparison->live.ref),
             comparison->has_base ? comparison->base.hex : "none");
}

static int take_snapshot(const Report *report, Snapshot **out, Fault *fault)
{
    const SourceQuestion *question = report->question;
    if (question->commit != NULL) {
        return snapshot_of_commit(out, report->repo, question->commit, fault);
    }
    return question->worktree ? snapshot_of_worktree(out, report->repo, fault)
                              : snapshot_of_index(out, report->repo, fault);
}

static int compare(Report *report, Fault *fault)
{
    const SourceQuestion *question = report->question;
    Snapshot *snapshot = NULL;
    LiveRef live;
    bool has_live = !repo_is_unborn(report->repo) || question->live != NULL;
    if (has_live && live_resolve(&live, report->repo, question->live, NULL, fault) != 0) {
        return -1;
    }
    if (take_snapshot(report, &snapshot, fault) != 0) {
        return -1;
    }
    CompareOptions options = {
        .kind = question->commit != NULL ? CANDIDATE_COMMIT
                : question->worktree     ? CANDIDATE_WORKTREE
                                         : CANDIDATE_INDEX,
        .candidate = snapshot,
        .live = has_live ? &live : NULL,
        .as_is = question->as_is,
        .only_project = question->project,
    };
    if (question->ignore != NULL) {
        vec_push(report->arena, &options.ignore_globs, str_of(question->ignore));
    }
    Comparison *comparison = NULL;
    if (comparison_make(&comparison, report->arena, report->repo, &options, fault) != 0) {
        return -1;
    }
    put_comparison(report, comparison);
    return 0;
}

const char *source_report(Sandbox *box, const SourceQuestion *question)
{
    Report report = {.arena = arena_new(), .question = question};
    Fault fault = {0};
    const char *start = question->start != NULL ? question->start : box->repo;
    if (repo_open(&report.repo, report.arena, start, &fault) != 0 ||
        compare(&report, &fault) != 0) {
        put_fault(&report, &fault);
    }
    repo_free(report.repo);
    const char *text = str_cstr(box->arena, buf_str(&report.text));
    buf_free(&report.text);
    arena_free(report.arena);
    return text;
}

void assert_says(const char *report, const char *part)
{
    if (strstr(report, part) == NULL) {
        fail_msg("'%s' is not in:\n%s", part, report);
    }
}

void assert_silent_on(const char *report, const char *part)
{
    if (strstr(report, part) != NULL) {
        fail_msg("'%s' is in:\n%s", part, report);
    }
}
