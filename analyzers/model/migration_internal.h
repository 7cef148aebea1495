/*
 * migration_internal.h: the recognition of migrations, between its files.
 */
#ifndef TBLINT_MIGRATION_INTERNAL_H
#define TBLINT_MIGRATION_INTERNAL_H

#include "migration.h"

enum { MIGRATION_READERS_MAX = 64 }; /* pipes of one data source that are looked at */

/* Most columns of `old` are in `new`, by name. */
bool migration_alike(const Resource *old, const Resource *new);

/* Sets origin, legacy and what is unsure about it. `pipe` is the sync pipe, else the backfill, and
 * `filter` its own. True where the replica is alike to something, also where to several. */
bool migration_find_legacy(Loader *loader, Migration *m, const Resource *pipe,
                           const CutoffFilter *filter);

/* A pipe that copies rows once: a copy on demand, or a view with an end. */
bool migration_is_backfill(const Resource *pipe, const CutoffFilter *filter);

/* The one other pipe from `source` into the replica that is a backfill; `*out` is its filter. NULL
 * when there is none, or several. */
const Resource *migration_backfill_of(Loader *loader, const Migration *m, Str source,
                                      CutoffFilter *out);

/* ---- migration_reingest.c: a replica without a sync pipe ---- */

/* What connectors read -> the data sources (Resources) that do. */
Map *migration_streams(Loader *loader, const Project *project);

bool migration_of_reingesting(Loader *loader, const Project *project, const Map *streams,
                              const Resource *replica, Migration *out);

#endif
