/*
 * check.h: what an analyzer family is given, and the table of families.
 *
 * A family is a `const CheckFamily` in the file of its name (retention.c), which calls a function
 * for each rule or group of rules; large families have more files (schema_type.c). A rule sees
 * typed changes, the plan and both projects. It never reads files or calls git, parses only SQL and
 * types that the facts hold as text, and never prints.
 *
 * A new rule is called by the family's run(), or by run_single() when it judges one version alone;
 * a new family is named below and in the table of check.c.
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

typedef struct {
    const char *name;                /* the family in rules.def */
    void (*run)(const Check *check); /* once a project */
    /* Rules about one version alone; run on the live side too, so that what live already has is
     * silent. NULL when the family has none. */
    void (*run_single)(const Check *check, const Project *project, Findings *findings);
} CheckFamily;

extern const CheckFamily schema_checks;
extern const CheckFamily forward_query_checks;
extern const CheckFamily engine_checks;
extern const CheckFamily retention_checks;
extern const CheckFamily migration_checks;
extern const CheckFamily materialized_checks;
extern const CheckFamily contract_checks;
extern const CheckFamily connector_checks;
extern const CheckFamily deploy_script_checks;
extern const CheckFamily datafile_checks;

/* All families, in order. Live is judged alone, for `live_singles`, only where the candidate's
 * findings are to be compared with what it has; NULL: nowhere. */
void checks_run(const Check *check, Findings *live_singles);

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

/* `name` in the typewriter quotes that messages use: 'name'. */
Str quoted(Arena *arena, Str name);
/* a, b and c; at most `limit` texts, then "and 4 more". */
Str text_list(Arena *arena, const Str *texts, size_t count, size_t limit);
/* 'a', 'b' and 'c'; at most `limit` names, then "and 4 more". */
Str quoted_list(Arena *arena, const Str *names, size_t count, size_t limit);

#endif
