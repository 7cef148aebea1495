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

/* Why a finding does not count: somebody accepted it. */
typedef struct {
    Str reason;     /* may be empty */
    Str until;      /* a date, the last day on which it counts; empty: without end */
    bool in_source; /* by a comment in the datafile, not by an entry of the file of acceptances */
} Accepted;

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
    const Accepted *accepted; /* NULL: it counts */
    char id[13];              /* 12 hex, set by findings_settle */
} Finding;

typedef VEC(Finding) FindingItems;

typedef struct {
    Arena *arena;
    FindingItems items;
    Severity config[RULE_COUNT]; /* SEVERITY_OFF drops; default: the rule's own */
    bool configured[RULE_COUNT]; /* config[] is to be used */
    FindingItems accepted;       /* told apart from the others, in the same order */
    FindingItems silent;         /* what is not told: live has it already, or its rule is off */
    bool shows_accepted;         /* also in reports that leave them out */
    uint32_t acceptances_added;  /* by this change */
} Findings;

Findings *findings_new(Arena *arena);

/* Adds one; texts are kept as they are. Returns the stored finding, valid until the next call. */
Finding *findings_add(Findings *findings, Finding finding);

/* Ids with ordinals, configured severities, drops of rules that are off; sorts by project, path,
 * range, code, subject. `live` are findings of single-version rules on the live side: their ids are
 * taken out unless `all`. Call once. */
void findings_settle(Findings *findings, const Findings *live, bool all);

/* Many of one cause become one, the others its related places. After findings_settle(). */
void findings_fold(Findings *findings);

/* Both, for a list in which nothing can be accepted. Before any report. */
void findings_finish(Findings *findings, const Findings *live, bool all);

/* Moves those that were accepted to the list of their own. */
void findings_part_accepted(Findings *findings);

/* Adds those of another list that is settled, in their order; configured severities hold for them,
 * too. */
void findings_join(Findings *findings, const Findings *other);

/* Those that count and those that were accepted, in one order. */
FindingItems findings_with_accepted(const Findings *findings);

size_t findings_count(const Findings *findings, Severity severity); /* exactly that one */
Severity findings_worst(const Findings *findings);                  /* SEVERITY_OFF when empty */

#endif
