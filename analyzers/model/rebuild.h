/*
 * rebuild.h: what a target loses when the deploy fills it anew by its views.
 *
 * A target is rebuildable when every way up from it to the landing data sources still holds the
 * rows: no Null engine, no shorter retention than its own, no time filter, no source that is itself
 * rebuilt with a loss in this deploy, no rows that came in another way (copy pipes, a connector,
 * jsonpaths).
 *
 * Retentions are those of live, where the rows are now. The backfill runs in staging and a changed
 * TTL is an ALTER at promotion, so one that this change shortens does not hurt the backfill: the
 * source still holds its rows then. It does where the source itself is rewritten or new, since the
 * new table has the new TTL from the start; when its rows expire is up to merges, so that is
 * uncertain. Of the target only rows that the new TTL keeps, too, can be lost: what a shorter one
 * deletes is deleted openly. A source that is not rewritten holds its own rows, and what stands
 * above it does not matter; of one that is filled anew by its views, the shortest retention above
 * it counts.
 */
#ifndef TBLINT_REBUILD_H
#define TBLINT_REBUILD_H

#include "plan.h"
#include "view.h"

typedef enum {
    LOSS_NULL_ENGINE,     /* `ancestor` stores nothing */
    LOSS_RETENTION,       /* `ancestor` keeps less than the target does, for certain */
    LOSS_RETENTION_MAYBE, /* the two lengths cannot be ordered, or count from other columns */
    LOSS_TIME_FILTER,     /* `filter` of the view leaves rows out */
    LOSS_OTHER_WRITER,    /* rows that no view gives: `writer` copies, or it ingests by itself */
    LOSS_NO_VIEW,         /* nothing materializes into it (any more) */
    LOSS_UPSTREAM,        /* `ancestor` is itself rebuilt with a loss */
    LOSS_EMPTY_SOURCE,    /* `ancestor` is new in this change and holds no rows yet */
    LOSS_UNKNOWN,         /* a template, a cycle or an unreadable file hides the answer */
} LossKind;

typedef struct {
    LossKind kind;
    const Resource *target;
    const Resource *ancestor; /* NULL where the kind names none */
    const View *view;         /* the last view on the way; NULL where there is none */
    const TimeFilter *filter; /* LOSS_TIME_FILTER */
    const Resource *writer;   /* LOSS_OTHER_WRITER; NULL: it ingests by itself */
    bool certain;             /* as far as files can tell: rows that the target has go for good */
    const TtlRule *kept;      /* LOSS_RETENTION: the rule of the ancestor that decides; of .. */
    const Resource *holder;   /* .. this side of it: live's where live has it */
    Strs chain;               /* names from the ancestor to the target, pipes included */
    Str text; /* a clause for a message: "'events' keeps 30 days and 'daily' keeps everything" */
} Loss;

typedef VEC(Loss) Losses;

typedef struct {
    Losses losses;     /* worst first; empty: the views give every row again */
    bool certain_loss; /* one of them is certain. MAYBE and UNKNOWN never are; a time filter is not
                          where live has it too (what it leaves out may never have been there), nor
                          jsonpaths on a target (a producer may use them or not) */
} Rebuild;

/* Of a data source of the candidate that some view writes; the retention and engine that count are
 * those of live where the data is now. Made once a data source. Never NULL. */
const Rebuild *rebuild_of(Loader *loader, const Diff *diff, const Resource *target);

/* Of one version alone: what a later rebuild would lose if the whole project were as it stands on
 * the side of `target`. Made anew each time. */
Rebuild rebuild_hypothetical(Loader *loader, const Resource *target);

#endif
