/*
 * deploy_command.h: one command of a script -> what it asks of tb. Private to deploy_*.c.
 */
#ifndef TBLINT_DEPLOY_COMMAND_H
#define TBLINT_DEPLOY_COMMAND_H

#include "deploy_script.h"
#include "syntax/shell_run.h"

typedef struct {
    Arena *arena;
    ScriptRun *run;
} CommandReader;

/* For ShellSetting.visit; the context is a CommandReader. */
void deploy_command_visit(void *context, const ShellCommand *shell);

#endif
