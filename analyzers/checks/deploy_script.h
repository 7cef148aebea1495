/*
 * deploy_script.h: the rules about deploy scripts of Classic (model/deploy_script.h).
 *
 * Private to the deploy_script family.
 */
#ifndef TBLINT_CHECK_DEPLOY_SCRIPT_H
#define TBLINT_CHECK_DEPLOY_SCRIPT_H

#include "check.h"
#include "model/deploy_script.h"

typedef struct {
    const Check *check;
    const DeployFacts *live;
    const DeployFacts *candidate;
    bool bumped;       /* the change makes CI run the scripts of another version */
    bool pushes_views; /* it brings or edits a view that tb deploy --populate would fill */
} DeployCheck;

/* The script runs with the next deploy, and this change brings, edits or starts it. */
bool script_is_judged(const DeployCheck *deploy, const DeployScript *script);

/* 'tb deploy --populate', as written, on one line; long ones are cut. */
Str command_text(const DeployCheck *deploy, const DeployScript *script, const TbCommand *command);

/* At a range of a script or of .tinyenv; an empty range is the first line. */
Finding script_finding(const DeployCheck *deploy, RuleId rule, SourceFile *file, Range range);
Place script_place(const DeployCheck *deploy, SourceFile *file, Range range, const char *message);

/* One command of a script that is judged; one that runs in both places is told once, with the first
 * of them. */
typedef void (*CommandVisit)(const DeployCheck *deploy, const DeployScript *script,
                             const ScriptRun *run, size_t at);
void each_command(const DeployCheck *deploy, RunPlace first, CommandVisit visit);

/* A new view whose sources hold rows already, so that somebody has to fill it. */
bool view_wants_filling(const Check *check, const ResourceChange *change);

void deploy_script_files(const DeployCheck *deploy);    /* TB804, TB805 */
void deploy_script_options(const DeployCheck *deploy);  /* TB802, TB806 */
void deploy_script_populate(const DeployCheck *deploy); /* TB801, TB803 */
void deploy_script_params(const DeployCheck *deploy);   /* TB807 */

#endif
