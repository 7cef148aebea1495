/*
 * template_condition.h: which conditions of a template can hold together.
 *
 * A condition is split at `and`, `or` and `not`; what is left are atoms. Atoms of equal squeezed
 * text are one, `x != y` is `not x == y`, and of `x == 'a'` and `x == 'b'` at most one holds. What
 * an atom says is not looked into otherwise.
 */
#ifndef TBLINT_TEMPLATE_CONDITION_H
#define TBLINT_TEMPLATE_CONDITION_H

#include "base/str.h"

typedef enum { TRUTH_UNKNOWN, TRUTH_TRUE, TRUTH_FALSE } Truth;

typedef struct Conditions Conditions; /* of one template */
typedef struct Condition Condition;

Conditions *conditions_new(Arena *arena);
const Condition *condition_read(Conditions *self, Str text);

/* To be called when all conditions are read, and before each new variant. */
void conditions_reset(Conditions *self);

/* A fact of the variant. False when the facts before it say otherwise. */
bool condition_assume(Conditions *self, const Condition *condition, bool holds);

/* What the variant is to be made for; any fact beats it. False when it cannot be had together with
 * the earlier wishes. */
bool condition_wish(Conditions *self, const Condition *condition, bool holds);

/* True when a wish comes true by giving the name this value. */
bool condition_wants(const Conditions *self, Str name, Str value);

/* By the facts; and where they leave it open by the wishes. */
Truth condition_truth(const Conditions *self, const Condition *condition);

/* The name gets a new value: a literal, or any other text for one that is not known. */
void conditions_assign(Conditions *self, Str name, Str value);

#endif
