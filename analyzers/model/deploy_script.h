/*
 * deploy_script.h: what the deploy scripts of a Classic project do: the *.sh in deploy/<version>.
 *
 * CI deploys each pull request to a branch of the workspace, then production after the merge. Both
 * run the scripts of the version that .tinyenv names; without one, plain `tb deploy` is run. Each
 * script is followed twice: as CI runs it and as production does. See syntax/shell_run.h.
 */
#ifndef TBLINT_DEPLOY_SCRIPT_H
#define TBLINT_DEPLOY_SCRIPT_H

#include "project.h"

/* Where a script runs. A condition on the variable CI decides between the two. */
typedef enum { RUN_IN_CI, RUN_IN_PRODUCTION, RUN_PLACES } RunPlace;

/* By the name of the file. The first two are those of the CI templates before version 3. */
typedef enum {
    SCRIPT_CI_DEPLOY,  /* ci-deploy.sh: CI alone, in place of tb deploy */
    SCRIPT_CD_DEPLOY,  /* cd-deploy.sh: production alone, in place of tb deploy */
    SCRIPT_DEPLOY,     /* deploy.sh: both, in place of tb deploy */
    SCRIPT_POSTDEPLOY, /* postdeploy.sh: both, after it */
    SCRIPT_ROLES,
} ScriptRole;

typedef enum {
    TB_OTHER,
    TB_DEPLOY,   /* tb deploy */
    TB_PUSH,     /* tb push FILE... */
    TB_POPULATE, /* tb pipe populate NAME */
    TB_COPY,     /* tb pipe copy run NAME */
    TB_APPEND,   /* tb datasource append NAME FILE... */
    TB_TEST,     /* reads what the deploy made: tb test run, tb sql */
    TB_WAIT,     /* not tb: the shell's wait */
} TbVerb;

typedef struct {
    Str name;
    bool is_complete; /* the name is certain, up to a '=' */
    Range range;
} TbParam;

/* A command of a script, as far as its words are certain. */
typedef struct {
    TbVerb verb;
    Range range;     /* in the script */
    bool certain;    /* it runs whenever the script does */
    bool background; /* with & */
    bool has_input;  /* something answers its questions: yes | tb deploy */
    bool is_open;    /* a word is unknown: it may be any option */
    bool populate, fixtures, wait, yes, subset, truncate, replace;
    Strs names; /* what stands behind the verb: a pipe, a data source, files; unknown ones are empty
                 */
    VEC(TbParam) params;
} TbCommand;

typedef VEC(TbCommand) TbCommands;

typedef struct {
    TbCommands commands;
    bool complete; /* it runs nothing else that could call tb: absence means absence */
} ScriptRun;

typedef struct {
    ScriptRole role;
    Str version;      /* the folder's name */
    SourceFile *file; /* of its side */
    bool changed;     /* the other side lacks it, or its bytes or its run bit differ */
    bool readable;
    ScriptRun runs[RUN_PLACES]; /* empty where it does not run */
} DeployScript;

typedef VEC(DeployScript) DeployScripts;

typedef struct {
    SourceFile *settings; /* .tinyenv at the project's top; NULL when there is none */
    Str version;          /* VERSION; empty when it is absent or not plain */
    Range version_range;
    Str folder; /* the version whose scripts run: that of .tinyenv, or where it names none
                   the only one with changed scripts; may be empty */
    DeployScripts scripts; /* all, by path; those of `folder` and the changed ones are read */
} DeployFacts;

/* Of one side. Read once and kept in the loader; what cannot be read goes to `unchecked` once. */
const DeployFacts *deploy_facts(Loader *loader, const ProjectPair *files, Side side);

/* The script in that role that runs; NULL when there is none. */
const DeployScript *deploy_script(const DeployFacts *facts, ScriptRole role);

/* The command fills the pipe: it is named, or the pipe materializes and `tb deploy --populate`
 * pushes it. Commands that name what is not known count with `or_maybe`. */
bool tb_fills(const TbCommand *command, Str pipe, bool materializes, bool or_maybe);

/* Unchanged pipes of the candidate that its scripts fill by name: what the rules need to know. */
void deploy_named_pipes(Loader *loader, const ProjectPair *files, const Project *candidate,
                        Resources *out);

bool script_runs_in(ScriptRole role, RunPlace place);

#endif
