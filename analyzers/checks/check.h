/*
 * check.h: what a check is given, and what every family needs to say something.
 *
 * Rules come in families, as rules.def has them; the files of a family start with its name
 * (retention.c, retention_gap.c), and a rule is in the file that names it RULE_TB309. A check sees
 * typed changes, the plan and both projects. It never reads files or calls git, parses only SQL and
 * types that the facts hold as text, and never prints. What is run is listed in checks.def.
 */
#ifndef TBLINT_CHECK_H
#define TBLINT_CHECK_H

#include "base/clock.h"
#include "findings/finding.h"
#include "model/plan.h"

typedef struct {
    Arena *arena;
    Loader *loader;
    const Diff *diff;
    const Plan *plan;
    Findings *findings;
    UncheckedList *unchecked;
    Instant now;
    int margin_minutes; /* from now to a cutoff, at least; of the configuration */
    bool classic;       /* the candidate's profile */
} Check;

/* The checks themselves: `schema_changes(check)`. */
#define ON_CHANGE(family, function) void function(const Check *check);
#define ON_VERSION(family, function)                                                               \
    void function(const Check *check, const Project *project, Findings *findings);
#include "checks.def"
#undef ON_CHANGE
#undef ON_VERSION

/* All of them, in order. Live is judged alone, for `live_singles`, only where the candidate's
 * findings are to be compared with what it has; NULL: nowhere. */
void checks_run(const Check *check, Findings *live_singles);

/* Those of one family that look at the change. */
void checks_run_changes(const Check *check, const char *family);

/* ---- helpers that every family uses (check.c, check_place.c) ---- */

/* A finding about a column, index or the resource itself, with project, resource and places
 * filled. `subject` may be empty. */
Finding check_finding(const Check *check, RuleId rule, const ResourceChange *change, Str subject);

/* A finding about one version alone, at a range of the resource's file on its own side. */
Finding check_single_finding(const Resource *resource, RuleId rule, Range range, Str subject);

/* Says that something in the file, at `at` if that is not empty, could not be judged, and why. */
void check_unjudged(const Check *check, SourceFile *file, Range at, Str why);

Place place_live(const Resource *resource, Range range, Str message);
Place place_candidate(const Resource *resource, Range range, Str message);

/* The nearest living place for something deleted: a changed line of the same resource, else the
 * first reader, else the project's configuration, else its first datafile, else any file. */
Place place_for_deleted(const Check *check, const ResourceChange *change, Range live_range);

/* The first line of its file, where it stands as a whole; empty when the bytes are not there. */
Range check_first_line(const Check *check, const Resource *resource);

/* Live has the like of this finding and was deployed with it: a level milder, and "will be refused"
 * becomes "may be refused", with the reason behind it. */
void check_soften(Arena *arena, Finding *finding);

/* `name` in the typewriter quotes that messages use: 'name'. */
Str quoted(Arena *arena, Str name);
/* a, b and c; at most `limit` texts, then "and 4 more". */
Str text_list(Arena *arena, const Str *texts, size_t count, size_t limit);
/* 'a', 'b' and 'c'; at most `limit` names, then "and 4 more". */
Str quoted_list(Arena *arena, const Str *names, size_t count, size_t limit);

#endif
