/*
 * template_blocks.h: the blocks of a template and their branches, in the order of the text; shared
 * by the template_*.c files only.
 */
#ifndef TBLINT_TEMPLATE_BLOCKS_H
#define TBLINT_TEMPLATE_BLOCKS_H

#include "template.h"
#include "template_condition.h"

typedef enum {
    BLOCK_PLAIN, /* its body is always read: block, apply */
    BLOCK_IF,
    BLOCK_TRY,
    BLOCK_LOOP, /* its body is read once */
} BlockKind;

enum { NO_BRANCH = -1 };

typedef struct {
    size_t block;
    const Condition *condition; /* of if and elif; NULL for else */
    Range range;                /* between the tags; empty for an else that is not written */
    bool always;                /* finally; the else of a loop and of a try */
    bool raises;                /* it ends the query with error() */
    bool reached;               /* in a variant */
    bool given_up;              /* no variant can reach it */
    size_t wanted;              /* branches not reached, itself and below */
} Branch;

typedef struct {
    BlockKind kind;
    Str word;
    Str rest;             /* of the opening tag, behind the word */
    Range range;          /* of the opening tag */
    ptrdiff_t parent;     /* the branch it stands in, or NO_BRANCH */
    VEC(size_t) branches; /* in the order of the text, the unwritten else last */
} Block;

typedef enum { STEP_TAG, STEP_SET, STEP_OPEN, STEP_BRANCH, STEP_END } StepKind;

/* One tag, and what it does to the walk. */
typedef struct {
    StepKind kind;
    const Tag *tag;
    size_t block;  /* STEP_OPEN */
    size_t branch; /* STEP_OPEN and STEP_BRANCH: what begins here */
    ptrdiff_t in;  /* STEP_SET: the branch that it stands in, or NO_BRANCH */
    Str name;      /* STEP_SET: what gets a value */
    Str value;
} Step;

typedef struct {
    VEC(Step) steps;
    VEC(Block) blocks;
    VEC(Branch) branches;
    Conditions *conditions;
    Str problem; /* empty, or why the template is broken */
    Range range; /* of the tag to blame */
    bool has_tags;
} Blocks;

Blocks template_blocks(Arena *arena, Str text);

/* The word that a tag starts with. */
Str template_word(Str body);

#endif
