/*
 * migration_readers.h: what hangs on a migration downstream: which data sources of the new chain
 * stand for which of the old one, and who reads each chain.
 *
 * The old chain is the legacy data source and all that its views fill, and so on; the new one is
 * the replica and all that its views fill. Walks are bounded, and go round no circle twice.
 */
#ifndef TBLINT_MIGRATION_READERS_H
#define TBLINT_MIGRATION_READERS_H

#include "migration.h"

/* A data source of the old chain. */
typedef struct {
    const Resource *legacy;
    const Resource *replica;      /* stands for it in the new chain; NULL: nothing does */
    const Resource *source;       /* whose rows reach it; NULL of the migration's own legacy */
    const Resource *legacy_view;  /* fills `legacy` from `source`; NULL likewise */
    const Resource *replica_view; /* fills `replica` from what stands for `source` */
    bool is_lone; /* something stands for `source`, and no view of it for `legacy_view` */
} Counterpart;

typedef VEC(Counterpart) Counterparts;

/* A pipe that takes rows out of a chain: an endpoint, a sink, a copy, a view that joins, or a pipe
 * that no other pipe reads. Views and copies within the chains are none. */
typedef struct {
    const Resource *pipe;
    const Resource *old_source; /* of the old chain; NULL: it reads nothing there */
    const Resource *old_via;    /* the pipe that names it: `pipe`, or one that `pipe` reads */
    const Resource *new_source; /* of the new chain, likewise */
    const Resource *new_via;
} ChainReader;

typedef VEC(ChainReader) ChainReaders;

typedef struct {
    Counterparts pairs; /* the first is legacy and replica; empty without a legacy */
    ChainReaders readers;
    bool complete; /* all that reads either chain was parsed, and no bound was met */
} MigrationReaders;

MigrationReaders migration_readers(Loader *loader, const Migration *migration);

/* Who reads the chains of that migration on a side of the project, its own or the other. */
ChainReaders migration_readers_in(Loader *loader, const Migration *migration,
                                  const Project *project);

/* A reader that read the old chain in live, alone or beside the new one, and reads the new one
 * alone in the candidate. */
typedef struct {
    const Resource *live;
    const Resource *candidate;
    const Resource *old_source; /* in live */
    const Resource *new_source; /* in the candidate */
    const Resource *via;        /* the candidate's pipe that names new_source */
} MovedReader;

typedef VEC(MovedReader) MovedReaders;

/* Readers that answer someone and move with this change. One of the two sides may be NULL. A pipe
 * that reads both chains, to bridge or to compare them, has not moved. */
MovedReaders migration_moved(const Diff *diff, const Migration *live, const Migration *candidate);

/* Someone outside is answered, or rows leave the chain: not a pipe that is only there to be read.
 * In Classic the last node of such a pipe is published. */
bool reader_serves(const Resource *pipe);

#endif
