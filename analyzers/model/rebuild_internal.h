/*
 * rebuild_internal.h: what the parts of the judgement about rebuilds share.
 */
#ifndef TBLINT_REBUILD_INTERNAL_H
#define TBLINT_REBUILD_INTERNAL_H

#include "rebuild.h"

/* How long a data source keeps its rows. */
typedef struct {
    bool forever;        /* nothing deletes them */
    bool readable;       /* false: there is a TTL that says nothing to us */
    bool some_rows;      /* the rule is for some rows only, or merges rows into others */
    const TtlRule *rule; /* the one that counts; NULL where forever or unreadable */
    const Resource *holder;
} Keep;

/* Of a source the shortest rule, of a target the one for all rows. */
Keep keep_of_source(const Resource *holder);
Keep keep_of_target(const Resource *holder);

typedef enum { COVERS, COVERS_MAYBE, COVERS_NOT } Cover;

/* Whether the source still has every row that the target keeps. `view` leads from one to the other;
 * NULL where others stand between. */
Cover keep_covers(Loader *loader, const View *view, const Keep *source, const Keep *target);

/* For certain no longer than the other. */
bool keep_is_no_longer(const Keep *a, const Keep *b);

/* "keeps 30 days", "keeps everything". */
Str keep_text(Arena *arena, const Keep *keep);

/* ---- what stands between a target and its rows ---- */

/* Something that the views into a data source do not give again, whatever it keeps itself. */
typedef struct {
    Loss loss;
    Keep keep;               /* LOSS_RETENTION: of the ancestor */
    const Resource *through; /* the data source next to the target that passes it on; NULL: the
                                gap is the target's own or that of a direct source */
} Lack;

typedef struct {
    Rebuild rebuild;
    VEC(Lack) gaps;
    bool done;
} Supply;

typedef struct {
    Arena *arena;
    Loader *loader;
    const Diff *diff; /* NULL: one version alone */
    Map *known;       /* address -> Supply */
} Judge;

/* rebuild.c: made once; not `done` where the way up comes back to it, or is too long. */
const Supply *rebuild_supply(Judge *judge, const Resource *target, int depth);

/* rebuild_supply.c: fills `gaps`. */
void rebuild_find_gaps(Judge *judge, Supply *supply, const Resource *target, int depth);

/* The resource on the side where the rows are now. */
const Resource *rebuild_holder(const Judge *judge, const Resource *datasource);
/* Live has no such data source. */
bool rebuild_is_new(const Judge *judge, const Resource *datasource);

enum { REBUILD_DEPTH_MOST = 100 };

/* ---- filters ---- */

/* What a time filter of a view does to a backfill of the target. */
typedef enum {
    FILTER_HARMLESS, /* an upper bound that moves with time, or a bound before any data */
    FILTER_MAYBE,    /* live has it, too */
    FILTER_CUTS,
} FilterEffect;

/* How far back the filter lets rows in, where it moves with time by a plain length. */
bool filter_reach(Loader *loader, const TimeFilter *filter, TtlLength *out);

/* `live`: the same view on the live side, NULL where there is none. */
FilterEffect filter_effect(Arena *arena, const TimeFilter *filter, const View *live);

#endif
