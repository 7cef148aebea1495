/*
 * retention.h: TTL expressions as (column, length, condition).
 *
 * Days and seconds are exact; months and years have a range (28..31, 365..366 days), so two
 * lengths are ordered only when that is certain.
 */
#ifndef TBLINT_RETENTION_H
#define TBLINT_RETENTION_H

#include "syntax/sql.h"

typedef struct {
    bool known; /* a constant interval was read, or none is added: 0 */
    int64_t min_seconds;
    int64_t max_seconds; /* differs from min only for months, quarters and years */
    int32_t months;      /* calendar part, for dates: "from 2026-09-21" */
    int64_t seconds;     /* the rest */
} TtlLength;

/* What a bare number added to an expression counts. */
typedef enum {
    TTL_UNIT_UNKNOWN,
    TTL_UNIT_SECONDS,   /* the expression is a time */
    TTL_UNIT_DAYS,      /* it is a Date */
    TTL_UNIT_OF_COLUMN, /* what the type of the one column says: see ttl_rule_resolve() */
} TtlUnit;

typedef struct {
    Str column;          /* the one column it counts from; empty when several or unreadable */
    Str base;            /* the normalised expression without the interval: "toDate(ts)" */
    bool base_is_moment; /* the column itself, or only its day: no toStartOfMonth() and the like,
                            which move the deadline by more than the interval says */
    TtlLength length;
    int64_t number; /* the sum of bare numbers, not in `length` while their unit is unknown */
    TtlUnit unit;   /* of a bare number in this rule */
    Str condition;  /* normalised text of WHERE, empty when unconditional */
    Str action;     /* "DELETE", "TO DISK", "TO VOLUME", "GROUP BY", "RECOMPRESS" */
    Range range;
} TtlRule;

typedef VEC(TtlRule) TtlRules;

typedef struct {
    bool present;  /* false also for an empty value */
    bool readable; /* false: `rules` says nothing */
    TtlRules rules;
    Str normalized; /* equal for equal meaning; for the diff */
} Ttl;

/* Reads the value of ENGINE_TTL. `offset` is its place in the file. */
Ttl ttl_parse(SqlParser *parser, Arena *arena, Str value, uint32_t offset);

/* `ts + 60` is 60 seconds or 60 days by the type of `ts`: makes the length known once the type of
 * rule->column is. Does nothing where the length is known or the type is no date or time. */
void ttl_rule_resolve(TtlRule *rule, const Type *column_type);

typedef enum { TTL_EQUAL, TTL_SHORTER, TTL_LONGER, TTL_UNORDERED } TtlOrder;

/* How `b` compares with `a`. */
TtlOrder ttl_length_compare(TtlLength a, TtlLength b);
Str ttl_length_text(Arena *arena, TtlLength length); /* "60 days", "3 months", "no time" */
/* The moment before which rows are gone at `now`. */
int64_t ttl_cutoff(TtlLength length, int64_t now);

#endif
