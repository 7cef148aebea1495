/*
 * shell_run.h: the commands that a shell script runs, in order, with what is certain of their
 * words.
 *
 * Follows the script under what is known of its variables: a branch that cannot be taken is left
 * out, one that may be taken gives commands that are not certain. Variables that the script does
 * not set are unknown, unless they are given. Nothing is executed. Work is bounded.
 */
#ifndef TBLINT_SHELL_RUN_H
#define TBLINT_SHELL_RUN_H

#include "shell.h"

typedef struct {
    Str text;     /* what is certain: as far as the first part that is not */
    bool certain; /* the whole word. One that is not and not quoted may be none or several */
    bool spreads; /* it may be none or several */
    Range range;
} ShellArg;

typedef VEC(ShellArg) ShellArgs;

typedef struct {
    ShellArgs args; /* at least one */
    Range range;
    bool certain;    /* it runs whenever the script does */
    bool background; /* the script goes on at once */
    bool has_input;  /* something is piped or redirected into it */
} ShellCommand;

typedef struct {
    Str name;
    Str value;
} ShellVariable;

typedef struct {
    const ShellVariable *variables; /* known from the start */
    size_t variable_count;
    Str switch_name; /* a variable that is "true" (or 1, yes) or not set at all: CI */
    bool is_on;
    void (*visit)(void *context, const ShellCommand *command);
    void *context;
} ShellSetting;

/* False when the script can run commands that were not visited: `...`, or more than the bound. */
bool shell_run(Arena *arena, const ShellScript *script, const ShellSetting *setting);

#endif
