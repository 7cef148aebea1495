/*
 * finding.h: a rule applied to a change, and the sorted list of them.
 *
 * Data only: checks make findings, reports read them. All text is in the arena of the list, all
 * places borrow the comparison's files.
 */
#ifndef TBLINT_FINDING_H
#define TBLINT_FINDING_H

#include "rule.h"
#include "source/source_file.h"

/* A stretch of one file on one side. */
typedef struct {
    Side side;
    SourceFile *file;
    Range range;
    Str message; /* what stands there: "live type"; may be empty for the primary place */
} Place;

typedef VEC(Place) Places;

typedef struct {
    Range range; /* empty: an insertion */
    Str text;
} Edit;

typedef VEC(Edit) Edits;

/* Edits of one file of the candidate, proved clean before they are offered. */
typedef struct {
    Str title; /* "add a FORWARD_QUERY that converts `host`" */
    SourceFile *file;
    Edits edits;
    Str lines; /* what a reader would add, as shown in the text report; may span lines */
} Fix;

typedef struct {
    RuleId rule;
    Severity severity; /* after the check's own choice; configuration is applied by the list */
    Str message;       /* the first sentence says what will happen; ends with a full stop */
    Str project;
    Str resource;
    Str subject;      /* column, index, ...; empty for the resource as a whole */
    Place place;      /* in the candidate where possible */
    Places related;   /* live counterpart first, then who is affected */
    Strs details;     /* "kept now    2026-05-25 .. today": label, two blanks, text */
    Str advice;       /* what to do, when no fix can be written */
    Fix *fix;         /* NULL when there is none */
    Str live_meaning; /* normalised; with candidate_meaning decides the id */
    Str candidate_meaning;
    Str cause; /* findings of one rule and project with the same cause are told as one; may be
                  empty: told alone */
    bool refuses_deploy;    /* the deploy does not start while this stands */
    bool is_single_version; /* about one side alone: reported only when the change brought it */
    bool only_after_merge;
    char id[13]; /* 12 hex, set by findings_finish */
} Finding;

typedef VEC(Finding) FindingItems;

typedef struct {
    Arena *arena;
    FindingItems items;
    Severity config[RULE_COUNT]; /* SEVERITY_OFF drops; default: the rule's own */
    bool configured[RULE_COUNT]; /* config[] is to be used */
} Findings;

Findings *findings_new(Arena *arena);

/* Adds one; texts are kept as they are. Returns the stored finding, valid until the next call. */
Finding *findings_add(Findings *findings, Finding finding);

/* Ids with ordinals, configured severities, drops of rules that are off; sorts by project, path,
 * range, code, subject. `live` are findings of single-version rules on the live side: their ids are
 * taken out unless `all`. Many of one cause become one, the others its related places. Call once,
 * before any report. */
void findings_finish(Findings *findings, const Findings *live, bool all);

size_t findings_count(const Findings *findings, Severity severity); /* exactly that one */
Severity findings_worst(const Findings *findings);                  /* SEVERITY_OFF when empty */

#endif
