/*
 * materialized_rebuild.h: a target that this deploy fills anew by its views, and the words for it.
 *
 * Private to the rules about rebuilds.
 */
#ifndef TBLINT_MATERIALIZED_REBUILD_H
#define TBLINT_MATERIALIZED_REBUILD_H

#include "check.h"
#include "model/rebuild.h"

/* What makes the deploy fill it anew; the first that holds. */
typedef enum {
    TRIGGER_TYPE,     /* a column of it has another type: TB402 */
    TRIGGER_QUERY,    /* a view into it gives other rows: TB403 */
    TRIGGER_OWN,      /* its keys, engine or set of columns: TB404, TB405, TB406 */
    TRIGGER_UPSTREAM, /* something upstream is rewritten: TB407 */
} Trigger;

typedef struct {
    const Check *check;
    const PlanStep *step;
    const Resource *target; /* of the candidate */
    const Resource *live;
    const ResourceChange *change; /* NULL: its own file means what it meant */
    const Rebuild *rebuild;
    Trigger trigger;
    const ColumnChange *column;   /* TRIGGER_TYPE */
    const ResourceChange *origin; /* the change that the finding is about */
    Resources upstream;           /* rewritten data sources that lead here, by name */
    const Loss *worst;            /* NULL: every row comes back, or nobody can tell */
    bool unknown;                 /* nobody can tell */
    bool all_alter;               /* every view into it is to be exchanged in place */
} Rebuilt;

/* The data sources that the deploy fills anew by their views; see the fields. */
typedef VEC(Rebuilt) RebuiltTargets;
RebuiltTargets rebuilt_targets(const Check *check);

/* Rows are lost for certain, as far as files tell. Whether DEPLOYMENT_METHOD alter spares a target
 * downstream of a rewrite is not documented, nor whether more columns of a pipe that a view reads
 * count as another query of the view. */
bool rebuilt_loses(const Rebuilt *rebuilt);

/* Data sources that the deploy rewrites, upstream of the target however far, by name. */
Resources rebuilt_upstream(const Check *check, const Resource *target);

/* Its own file forces the rewrite. */
bool rewritten_by_itself(const Check *check, const Resource *datasource);

/* "'daily' will lose its rows from before 2026-10-22" */
Str rebuilt_outcome(const Rebuilt *rebuilt);
/* "the query of 'by_day' changed" */
Str rebuilt_reason(const Rebuilt *rebuilt);
/* The whole message. */
Str rebuilt_message(const Rebuilt *rebuilt);

/* Sets both meanings of the finding: everything that forces the rebuild, and what it loses. */
void rebuilt_meanings(const Rebuilt *rebuilt, Finding *finding);

/* Places of what causes the losses: TTL lines, engines, filters, copies. */
void rebuilt_relate(const Check *check, const Losses *losses, Finding *finding);

/* A finding at the change that is to blame, about the target. */
Finding rebuilt_finding(const Rebuilt *rebuilt, RuleId rule);

/* What a later rebuild of a target would lose for certain, or NULL; NULL also where a FORWARD_QUERY
 * or DEPLOYMENT_METHOD alter guards it. */
const Loss *later_loss(const Check *check, const Resource *target);

/* TB409: what the backfill joins; TB411: an alter that does not spare the target. */
void materialized_joins(const Check *check, const RebuiltTargets *targets);
void materialized_alter_in_vain(const Check *check, const RebuiltTargets *targets);
/* TB410: views that are exchanged in place. */
void materialized_exchanged(const Check *check);

#endif
