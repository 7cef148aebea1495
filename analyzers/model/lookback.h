/*
 * lookback.h: how far back in time a pipe reads the data sources that it filters by now().
 */
#ifndef TBLINT_LOOKBACK_H
#define TBLINT_LOOKBACK_H

#include "moment_column.h"
#include "moving_moment.h"

/* A lower bound that moves: `ts >= now() - INTERVAL 90 DAY`. */
typedef struct {
    MomentColumn column;
    MovingMoment moment;
    Range range;  /* of the condition, in the pipe's file */
    bool certain; /* in every variant of the template */
} Lookback;

typedef VEC(Lookback) Lookbacks;

/* Of the nodes that the pipe's output reads, in WHERE, PREWHERE and countIf() and its like; in the
 * order of the file, at most 200. Of several bounds of one column in one select only the one that
 * counts is there; none where another bound of that column is not known. */
Lookbacks lookbacks_of(Loader *loader, const Resource *pipe);

#endif
