/*
 * engine.h: the parts of the engine family; each takes one data source that is on both sides.
 */
#ifndef TBLINT_ENGINE_H
#define TBLINT_ENGINE_H

#include "check.h"

typedef struct {
    const Check *check;
    const ResourceChange *change;
    const PlanStep *step;
    const DatasourceFacts *live;
    const DatasourceFacts *candidate;
    unsigned keys; /* KeyChangeBits without what the rules about columns speak of */
} EngineChange;

/* One instruction of the engine that means something else now. */
typedef struct {
    unsigned bit;
    const char *words; /* "sorting key" */
    Str live;          /* normalised; empty: absent */
    Str candidate;
    Token live_token;
    Token candidate_token;
    Str live_shown; /* as the file has it */
    Str candidate_shown;
} EnginePart;

typedef VEC(EnginePart) EngineParts;

/* Those of `bits`, in the order of weight. */
EngineParts engine_parts(const EngineChange *engine, unsigned bits);

/* "its sorting key changes from 'id' to 'ts, id'", "its engine and its sorting key change" */
Str engine_parts_text(Arena *arena, const EngineParts *parts);

/* A finding about those parts, with their places, old and new values. */
Finding engine_finding(const EngineChange *engine, RuleId rule, const EngineParts *parts);

/* The deploy has to copy the table and cannot: says so in the finding, which is an error then. */
void engine_add_refusal(const EngineChange *engine, Finding *finding);

/* TB402 to TB406 speak of a target that its views cannot fill again as it was. */
bool engine_is_told_as_rebuild(const EngineChange *engine);

/* ReplacingMergeTree and the others that make one row of those with the same sorting key. */
bool engine_merges_rows(Str engine);

bool engine_collapses(const EngineChange *engine);   /* TB303; false: nothing to say */
bool engine_new_column(const EngineChange *engine);  /* TB302; likewise */
void engine_copies(const EngineChange *engine);      /* TB301 */
void engine_not_applied(const EngineChange *engine); /* TB304 */

/* ---- key expressions (engine_key.c) ---- */

/* The elements of a key: `a, toDate(ts)` has two. Empty where it cannot be read. */
Exprs key_elements(const Check *check, const KeyExpr *key);

/* Elements of the old key that the new one does not tell apart any more, as text: left out, or
 * replaced by something coarser. */
Strs key_lost_elements(const Check *check, const KeyExpr *old, const KeyExpr *new_key);

#endif
