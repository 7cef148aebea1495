/*
 * command.h: the commands, one file each. A command returns the exit code and has told its fault,
 * if any, on standard error.
 */
#ifndef TBLINT_COMMAND_H
#define TBLINT_COMMAND_H

#include "session.h"

int command_lint(const App *app, Arena *arena);
int command_plan(const App *app, Arena *arena);
int command_rules(const App *app, Arena *arena);
int command_explain(const App *app, Arena *arena);
int command_why(const App *app, Arena *arena);
int command_hook(const App *app, Arena *arena);
const char *hook_name(size_t index); /* of those that can be installed; NULL behind the last */
int command_accept(const App *app, Arena *arena);
int command_scaffold(const App *app, Arena *arena);
int command_sarif_check(const App *app, Arena *arena);
int command_doctor(const App *app, Arena *arena);
int command_completions(const App *app, Arena *arena);
int command_help(const App *app, Arena *arena);
int command_version(const App *app, Arena *arena);

/* Writes to standard output; FAULT_INTERNAL's exit code when that fails, else 0. */
int command_print(const App *app, Str text);

#endif
