/* migration_chain.h: the two chains of a migration. Private to migration_readers.c. */
#ifndef TBLINT_MIGRATION_CHAIN_H
#define TBLINT_MIGRATION_CHAIN_H

#include "migration_readers.h"

/* A pipe that reads a data source, itself or through other pipes. */
typedef struct {
    const Resource *pipe;
    const Resource *via; /* names the data source */
    const Resource *source;
} Reach;

typedef VEC(Reach) Reaches;

/* Pipes that read any of some data sources: each once, nearest first. */
typedef struct {
    Arena *arena;
    Reaches found;
    Map *seen;     /* names of the pipes */
    bool complete; /* see MigrationReaders */
} ReachWalk;

ReachWalk reach_walk_new(Arena *arena);
void reach_walk_from(ReachWalk *walk, const Resource *datasource);

/* The pairs of a migration that has a legacy, found once. Clears `complete` where a reader may be
 * unknown. */
Counterparts migration_pairs(Loader *loader, const Migration *migration, bool *complete);

#endif
