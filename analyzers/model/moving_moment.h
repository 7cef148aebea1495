/*
 * moving_moment.h: moments that move with the clock: now() - INTERVAL 90 DAY, today() - {{days}}.
 */
#ifndef TBLINT_MOVING_MOMENT_H
#define TBLINT_MOVING_MOMENT_H

#include "retention.h"
#include "view_scope.h"

typedef struct {
    TtlLength back; /* how far before the moment at which the query runs, at least; known */
    bool by_day;    /* the start of a day or of a longer span: up to that much further back */
    Str parameter;  /* the last parameter whose default the length rests on; empty: none */
    Str default_text;
} MovingMoment;

/* False for moments that stand still, and for what is no plain length. `scope` knows the names that
 * WITH and the select list give. */
bool moving_moment(SqlParser *parser, Arena *arena, const SelectScope *scope, const Expr *expr,
                   MovingMoment *out);

#endif
