/*
 * retention_check.h: what the files of the retention family share, and what the rules about views
 * ask of it.
 */
#ifndef TBLINT_RETENTION_CHECK_H
#define TBLINT_RETENTION_CHECK_H

#include "check.h"
#include "model/rebuild.h"

/* A rule of a TTL that ClickHouse refuses. */
typedef struct {
    Str meaning; /* normalised */
    Str what;    /* "counts from 'ts', which is Nullable(DateTime)" */
    Str advice;
    Str missing;          /* the name that the schema lacks; empty when it is something else */
    const Column *column; /* NULL when none is to blame */
    Range range;
} TtlRefusal;

typedef VEC(TtlRefusal) TtlRefusals;

TtlRefusals retention_refusals(const Check *check, const Resource *datasource);

/* This change brings a TTL that will be refused: nothing more is to be said about it. */
bool retention_is_refused_now(const Check *check, const ResourceChange *change);

/* The moment before which the rule's rows are gone: a day, or the time for short lives. */
Str retention_cutoff_text(const Check *check, const TtlRule *rule);

/* TB311: reports that this change makes the source of the loss keep less than the target, which it
 * covered before. False: it is not so, and nothing was said. */
bool retention_landing(const Check *check, const Resource *target, const Loss *loss);

#endif
