/*
 * report.h: what is reported, and the table of formats.
 *
 * A format is a function from a Report to bytes. It prints nothing itself, reads no clock and no
 * environment: equal reports give equal bytes.
 */
#ifndef TBLINT_REPORT_H
#define TBLINT_REPORT_H

#include "base/fault.h"
#include "base/map.h"
#include "checks/rollback.h"
#include "findings/finding.h"
#include "model/migration.h"
#include "model/plan.h"

typedef struct {
    Str root;
    const Plan *plan;
    const Diff *diff;
    const Rollback *rollback;           /* NULL unless asked for */
    const MigrationChanges *migrations; /* NULL: none */
} ProjectPlan;

typedef VEC(ProjectPlan) ProjectPlans;

/* A setting that this change makes weaker than live has it: a reviewer is to see it. */
typedef struct {
    Str what; /* "fail_on", "rules.column-dropped" */
    Str from; /* empty: `to` was added, as to a list */
    Str to;   /* empty: `from` was taken away */
} WeakenedSetting;

typedef VEC(WeakenedSetting) WeakenedSettings;

typedef struct {
    Arena *arena;
    const Findings *findings;
    WeakenedSettings weakened;
    const Comparison *comparison; /* NULL when the analysis ended before it */
    ProjectPlans plans;
    Instant now;
    UncheckedList unchecked; /* by path, line, reason */
    const Fault *fault;      /* why nothing could be analysed, or NULL */
    bool complete;           /* everything that changed could be read */
    int fail_on;             /* findings from this severity on fail the run; 0: errors */
    bool shows_all;          /* --all */
    Str accept_options;      /* for accept_command(); as a rule empty */
    Str only_project;        /* --project, or empty */
    Str sarif_category;      /* under what code scanning files the run; empty: tblint */
    Str remote_url;          /* of origin, without credentials; empty when unknown */
    bool color;              /* text only */
    unsigned width;          /* text only: columns, at most 100 */
} Report;

/* What a report is about. */
typedef enum { REPORT_LINT, REPORT_PLAN, REPORT_WHY } ReportKind;

typedef struct {
    const char *name;
    void (*lint)(const Report *report, Buf *out); /* NULL: the format has no findings */
    void (*plan)(const Report *report, Buf *out); /* NULL: the format has no plan */
    bool rollback;                                /* its plan shows what would undo it */
    bool why;                                     /* `tblint why` answers in it */
} ReportFormat;

const ReportFormat *report_format_find(Str name); /* NULL */
bool report_format_has(const ReportFormat *format, ReportKind kind);
/* The names of the formats for such reports: "text, json, sarif" */
Str report_format_list(Arena *arena, ReportKind kind);

void report_text(const Report *report, Buf *out);
/* One finding as report_text() shows it, with a line that says what causes it (may be empty). */
void report_text_finding(const Report *report, const Finding *finding, Str cause, Buf *out);
void report_json(const Report *report, Buf *out);
void report_sarif(const Report *report, Buf *out);
/* Letters, digits, dots, dashes, underscores, colons, and single slashes between: no more than
 * 200. */
bool sarif_category_is_valid(Str text);
void report_github(const Report *report, Buf *out);
void report_gitlab(const Report *report, Buf *out);
void report_junit(const Report *report, Buf *out);
void report_rdjson(const Report *report, Buf *out);
void report_markdown(const Report *report, Buf *out);
void report_html(const Report *report, Buf *out); /* findings and plan in one */
void report_plan_text(const Report *report, Buf *out);
void report_plan_json(const Report *report, Buf *out);
void report_plan_markdown(const Report *report, Buf *out);
void report_plan_mermaid(const Report *report, Buf *out);
void report_plan_dot(const Report *report, Buf *out);

/* ---- what the formats share ---- */

/* What the deploy would do to data sources and the rest, in numbers. */
typedef struct {
    uint32_t rewrite, alter, create, deletions, metadata;
    Strs refused; /* names, each once: of steps and of findings that refuse the deploy */
    Map *refused_names;
    Strs rewritten;
    Strs deleted;
} PlanCounts;

PlanCounts report_plan_counts(const Report *report);

/* Distinct files of the findings' places. */
uint32_t report_files(const Report *report);

/* First and last position of a place; (1, 1) when its file is not at hand. */
typedef struct {
    Position start;
    Position end; /* exclusive */
} Region;

Region report_region(const Report *report, const Place *place);
Region report_range(const Report *report, SourceFile *file, Range range);

/* Where a finding is shown: its place, or the top of some file that exists when the place is only
 * in live, since code hosts show nothing for a file that is gone. */
Place report_primary(const Report *report, const Finding *finding);

/* The related places; first the finding's own, when report_primary() is another. */
Places report_related(const Report *report, const Finding *finding);

/* The path of a place, or some file that exists. */
Str report_path(const Report *report, const Place *place);

/* Whether a fix is written out once more. Every changed column of a data source may ask for the
 * same one, which has a line for each: the first ten findings carry it, the others leave it out, so
 * that a report does not grow with the square of what changed. `written` counts, and is the
 * caller's. */
bool report_writes_fix(Map *written, Arena *arena, const Fix *fix);

const char *candidate_kind_text(CandidateKind kind); /* "index", "worktree", "commit" */

#endif
