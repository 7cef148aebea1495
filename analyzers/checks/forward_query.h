/*
 * forward_query.h: what the rules about one FORWARD_QUERY share.
 *
 * Private to the forward-query family.
 */
#ifndef TBLINT_FORWARD_QUERY_H
#define TBLINT_FORWARD_QUERY_H

#include "forward_list.h"

typedef struct {
    const Check *check;
    const ResourceChange *change;
    const ForwardList *list;
    bool runs;      /* this deploy rewrites the data source through the query */
    bool stale;     /* the query is as it was while the data source changed */
    bool is_target; /* a materialized pipe writes the data source, on either side */
    bool draft;     /* proving a fix: no fixes of its own, nothing to `unchecked` */
    size_t errors;  /* reported so far */
    bool fix_made;  /* the fix is proved once for all findings */
    Fix *fix;
} Judged;

/* Every rule of the family on one changed data source. `draft`: see above. */
void forward_judge(const Check *check, const ResourceChange *change, bool draft);

/* forward_query_columns.c */
void judge_columns(Judged *judged);         /* TB201 */
void judge_unknown_columns(Judged *judged); /* TB202 */
void judge_missing_casts(Judged *judged);   /* TB203 */
void judge_overwrites(Judged *judged);      /* TB204 */

/* forward_query_values.c */
void judge_conversions(Judged *judged);    /* TB206, TB207 */
void judge_states(Judged *judged);         /* TB211 */
void judge_nondeterminism(Judged *judged); /* TB212 */

/* forward_query_downstream.c: data sources whose own file says what it said. */
void forward_judge_unchanged(const Check *check);  /* what runs because a view changed */
void forward_judge_downstream(const Check *check); /* TB214 */

/* forward_query_need.c */
void judge_need(Judged *judged); /* TB208, TB209, TB210 */
bool change_could_be_alter(const ResourceChange *change);

/* True where the query as a whole runs for this change of the data source itself. */
bool change_rewrites_storage(const ResourceChange *change);

/* Adds a finding of the family; `range` is in the candidate's file. It means the query as a whole,
 * where the caller does not say what less it is about. Returns it, valid until the next one is
 * added. */
Finding *judged_add(Judged *judged, RuleId rule, Severity severity, Str subject, Range range,
                    Str message);

/* The fix for a query that is wrong: the whole new query, or none of it where ALTER would do. */
Fix *judged_fix(Judged *judged);

/* A place in the live file, added to the finding's related places. */
void judged_relate_live(Judged *judged, Finding *finding, Range range, const char *message);

/* Column of the new schema that an output fills; NULL. */
const Column *judged_column(const Judged *judged, Str name);
const Column *judged_live_column(const Judged *judged, Str name);

/* The output passes a column through whose type is not the new one; the types differ for sure. */
bool output_lacks_cast(const ForwardOutput *out, const Column *column);

#endif
