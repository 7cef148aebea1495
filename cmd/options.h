/*
 * options.h: the command line as data. One table holds every option: what it is called, which
 * commands take it and what --help says of it.
 */
#ifndef TBLINT_OPTIONS_H
#define TBLINT_OPTIONS_H

#include "base/fault.h"
#include "findings/rule.h"

typedef enum {
    COMMAND_LINT,
    COMMAND_PLAN,
    COMMAND_RULES,
    COMMAND_EXPLAIN,
    COMMAND_WHY,
    COMMAND_HOOK,
    COMMAND_SCAFFOLD,
    COMMAND_ACCEPT,
    COMMAND_SARIF_CHECK,
    COMMAND_DOCTOR,
    COMMAND_COMPLETIONS,
    COMMAND_HELP,
    COMMAND_VERSION,
} CommandId;

typedef enum { CHOOSE_DEFAULT, CHOOSE_INDEX, CHOOSE_WORKTREE, CHOOSE_COMMIT } CandidateChoice;
typedef enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorChoice;
typedef enum { PROFILE_BY_LAYOUT, PROFILE_FORWARD, PROFILE_CLASSIC } ProfileChoice;

/* --fail-on never: above every severity. */
enum { FAIL_NEVER = SEVERITY_ERROR + 1 };

typedef struct {
    Str format;       /* "sarif" */
    const char *file; /* NULL: standard output */
} FormatChoice;

typedef VEC(FormatChoice) FormatChoices;
typedef VEC(const char *) Arguments;

/* Of `tblint scaffold`. NULL: not given. */
typedef struct {
    const char *name;
    const char *sorting_key;
    const char *partition_key;
    const char *engine;
    const char *ttl;
    const char *cutoff;
    const char *column;
    const char *method; /* "copy" or "materialized" */
    const char *start;
    bool dry_run;
} ScaffoldChoices;

/* All texts borrow argv. NULL and zero mean: not given. */
typedef struct {
    CommandId command;
    Arguments arguments; /* what follows the command */
    const char *live;
    CandidateChoice candidate;
    const char *commit;
    bool as_is;
    const char *project;
    const char *config;
    const char *sarif_category; /* of lint and the hook */
    const char *source;         /* of `tblint sarif-check` */
    ProfileChoice profile;
    FormatChoices formats;
    int fail_on; /* a Severity or FAIL_NEVER; 0: not given */
    bool all;
    bool rollback;
    ScaffoldChoices scaffold;
    bool require_reason;
    const char *reason; /* of `tblint accept` */
    const char *until;
    ColorChoice color;
    bool quiet;
    bool timing;
    bool project_optional;   /* set by the hook: a repository without a project passes */
    const Strs *pushed_to;   /* set by the pre-push hook: the refs that the commit will be; NULL */
    const Strs *pushed_over; /* and what the remote has there now: ids, or empty; NULL */
} Options;

/* Reads the command line. Fault FAULT_USAGE names the nearest option or command. */
int options_parse(Options *out, Arena *arena, int argc, const char *const *argv, Fault *fault);

/* The value of --fail-on and of `fail_on:`. */
bool fail_level_parse(Str text, int *out);
bool profile_parse(Str text, ProfileChoice *out);

/* The command of that name; false when there is none. */
bool options_command(const char *name, CommandId *out);

/* The text of --help for one command, or for all of them. */
void options_help(Buf *out);
void options_command_help(Buf *out, CommandId id);

#endif
