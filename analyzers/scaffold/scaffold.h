/*
 * scaffold.h: the files of a migration by replication, as a careful person would write them.
 *
 * Texts only: nothing is written here. A copy of a file is its text with tokens exchanged in place,
 * so comments, layout and order stay. What cannot be written without guessing is a fault that says
 * what to give.
 */
#ifndef TBLINT_SCAFFOLD_H
#define TBLINT_SCAFFOLD_H

#include "base/clock.h"
#include "model/migration.h"

typedef struct {
    Str path; /* from the repository's top */
    Str text;
} NewFile;

typedef VEC(NewFile) NewFiles;

typedef struct {
    NewFiles files; /* in the order in which one would read them */
    Strs notes;     /* sentences for the person: what was left out, what comes next */
} Scaffold;

/* Both sides were read with `everything`; the candidate is the tree that is written to. */
typedef struct {
    Arena *arena;
    Loader *loader;
    const ProjectSides *sides;
    Instant now;
    int margin_minutes; /* from now to a cutoff, at least */
} ScaffoldInput;

/* Empty texts: not given. */
typedef struct {
    Str datasource;
    Str name; /* of the replica; `<datasource>_new` */
    Str sorting_key, partition_key, engine, ttl;
    Str cutoff; /* in UTC; two hours from now, at a quarter of an hour */
    Str column; /* that the cutoff divides; the best one where that is certain */
} ReplicateOptions;

/* The replica, the pipe that copies new rows to it, a clone of each view downstream with its
 * target, and in Classic a test that compares the two. FAULT_USAGE. */
int scaffold_replicate(Scaffold *out, const ScaffoldInput *in, const ReplicateOptions *options,
                       Fault *fault);

typedef enum { BACKFILL_BY_DEFAULT, BACKFILL_BY_COPY, BACKFILL_BY_VIEW } BackfillMethod;

typedef struct {
    Str replica;
    BackfillMethod method;
    Str start; /* the oldest moment to copy; everything */
} BackfillOptions;

/* The pipe that copies the rows from before the cutoff of the live sync pipe. FAULT_USAGE. */
int scaffold_backfill(Scaffold *out, const ScaffoldInput *in, const BackfillOptions *options,
                      Fault *fault);

#endif
