/*
 * acceptance.h: findings that somebody took the responsibility for, by their ids.
 *
 * `.tblint.accept.yaml` is a list of entries. An id is a hash over the two meanings of a change, so
 * an entry is bound to that change: it lapses when either side changes, when the change is live,
 * and when its date has passed. One that does nothing any more is a finding of its own (TB002).
 */
#ifndef TBLINT_ACCEPTANCE_H
#define TBLINT_ACCEPTANCE_H

#include "base/clock.h"
#include "base/map.h"
#include "findings/finding.h"

#define ACCEPTANCE_NAME ".tblint.accept.yaml"

typedef enum {
    ENTRY_UNMATCHED, /* no finding has its id */
    ENTRY_SILENT,    /* one that is not told has it: live has that already, or its rule is off */
    ENTRY_COUNTS,
    ENTRY_EXPIRED, /* from here on: a finding has its id, but it does not count */
    ENTRY_NO_REASON,
    ENTRY_OTHER_RULE,
    ENTRY_OTHER_RESOURCE,
    ENTRY_REPEATED, /* an earlier entry of that id counts */
    ENTRY_REPLACED, /* it ended or gives no reason, and another entry of that id counts */
} EntryState;

typedef struct AcceptanceEntry {
    Str id;
    Str rule; /* a code or a name, as written */
    Str project;
    Str resource;
    Str reason;
    Str until; /* a date or empty */
    Str by;
    uint32_t line;      /* of the id */
    uint32_t rule_line; /* of the rule */
    EntryState state;
    RuleId found;                 /* rule of the finding */
    Str found_resource;           /* likewise */
    struct AcceptanceEntry *next; /* of the same id */
} AcceptanceEntry;

typedef VEC(AcceptanceEntry) AcceptanceEntries;

/* Reads the text of the file called `name` (for the messages), strictly: an unknown key or a bad
 * value is FAULT_USAGE with line and column. A name that is no rule's is none. Texts live in the
 * arena. */
int acceptance_read(AcceptanceEntries *out, Arena *arena, Str text, const char *name, Fault *fault);

/* True for a date of the form 2026-12-15 that exists. */
bool acceptance_is_date(Str text);
/* True from the day after `until` on, in UTC; never when that is empty. */
bool acceptance_has_ended(Str until, Instant now);

/* False for a reason that says nothing: blanks, dots and other signs alone. */
bool acceptance_is_reason(Str text);

/* What acceptances are judged with. */
typedef struct {
    Arena *arena;
    Findings *findings; /* settled */
    Instant now;
    bool require_reason;
} Accepting;

/* Marks the findings whose acceptance counts, and notes with each entry what became of it. Before
 * folding and once more after it: either id may have been accepted. */
void acceptance_apply(const Accepting *accepting, AcceptanceEntries *entries);

/* What can be said of entries that matched nothing. */
typedef struct {
    Strs projects;       /* that were judged */
    bool only_these;     /* others exist, perhaps */
    bool sure;           /* all that changed was read and compared as a merge would have it */
    bool as_is;          /* rules for that kind of comparison ran */
    const Map *live_ids; /* of the entries that live has */
} AcceptanceScope;

/* Adds TB002 and TB003 for the entries; `file` is where they stand. */
void acceptance_report(const Accepting *accepting, const AcceptanceEntries *entries,
                       SourceFile *file, const AcceptanceScope *scope, Findings *out);

/* "; did you mean 'column-dropped'?", or where the list of rules is. */
Str unknown_rule_hint(Arena *arena, Str name);

#endif
