/*
 * shell_state.h: what the parts of shell_run share: variables, and what is known where the run is.
 */
#ifndef TBLINT_SHELL_STATE_H
#define TBLINT_SHELL_STATE_H

#include "base/map.h"
#include "shell_run.h"

enum {
    SHELL_STEPS_MAX = 50000, /* commands that are run, words and 16 bytes of words that they get */
    SHELL_VALUE_MAX = 4096,  /* bytes of a variable; a longer one is not known */
    SHELL_ITEMS_MAX = 256,   /* words of an array, rounds of a loop */
    SHELL_CALLS_MAX = 32,    /* functions and substitutions in one another */
};

typedef struct {
    bool known;
    bool is_array;
    bool is_switch; /* the value of the switch variable */
    Strs words;     /* one, unless it is an array; none where it is known not to be set */
} ShellValue;

/* What an assignment replaced, so that a branch can be taken back. */
typedef struct {
    Str name;
    const ShellValue *old;
} ShellUndo;

typedef enum { JUMP_NONE, JUMP_LOOP, JUMP_RETURN, JUMP_EXIT } ShellJump;

typedef struct {
    Arena *arena;
    const ShellSetting *setting;
    Map *variables; /* name -> const ShellValue; NULL values are unknown */
    Map *functions; /* name -> const ShellNode */
    VEC(ShellUndo) undo;
    ShellJump jump;  /* what stands next is not reached */
    bool certain;    /* what stands next is reached whenever the script runs */
    bool may_return; /* a branch that may run leaves the function */
    bool may_exit;   /* or the script */
    bool background;
    bool has_input;
    bool hides; /* commands were not visited */
    unsigned steps;
    unsigned calls;
} ShellState;

/* ---- shell_expand.c ---- */

/* NULL: not known. */
const ShellValue *shell_value(const ShellState *state, Str name);
void shell_set(ShellState *state, Str name, const ShellValue *value); /* NULL: not known any more */
/* Takes back what was set since then; with `forget`, it is not known instead. */
void shell_undo(ShellState *state, size_t since, bool forget);
void shell_assign(ShellState *state, const ShellAssignment *assignment);

/* The words that a word becomes. Runs the commands of its substitutions. */
void shell_expand(ShellState *state, const ShellWord *word, ShellArgs *out);
/* The same without splitting, as in an assignment, a case or [[ ]]. */
ShellArg shell_expand_one(ShellState *state, const ShellWord *word, bool *is_switch);

/* ---- shell_test.c ---- */

typedef enum {
    SHELL_FALSE,
    SHELL_TRUE,
    SHELL_MAYBE,
    SHELL_HOPED,  /* a command that is meant to succeed */
    SHELL_FEARED, /* its negation */
} ShellStatus;

ShellStatus shell_negated(ShellStatus status);
/* [ ... ], test ... or [[ ... ]], without the brackets. */
ShellStatus shell_test(ShellState *state, const ShellWord *words, size_t count, bool doubled);
/* The texts are equal; one of them may be the switch, which has several spellings. */
ShellStatus shell_equal(const ShellArg *a, bool a_is_switch, const ShellArg *b, bool b_is_switch);

/* ---- shell_simple.c ---- */

ShellStatus shell_run_simple(ShellState *state, const ShellNode *node);

/* ---- shell_run.c ---- */

/* The status of the last command. */
ShellStatus shell_run_list(ShellState *state, const ShellList *list);
/* In a subshell: nothing of it outlives it but the commands visited. */
void shell_run_apart(ShellState *state, const ShellList *list);

#endif
