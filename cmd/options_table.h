/*
 * options_table.h: every command and every option: what reads the command line, and --help.
 *
 * Private to the files of options.h.
 */
#ifndef TBLINT_OPTIONS_TABLE_H
#define TBLINT_OPTIONS_TABLE_H

#include "options.h"

typedef struct {
    CommandId id;
    const char *name;
    const char *arguments; /* as --help shows them */
    size_t most;           /* arguments taken */
    const char *help;
} CommandInfo;

typedef enum {
    OPTION_LIVE,
    OPTION_STAGED,
    OPTION_WORKTREE,
    OPTION_COMMIT,
    OPTION_AS_IS,
    OPTION_PROJECT,
    OPTION_CONFIG,
    OPTION_PROFILE,
    OPTION_FORMAT,
    OPTION_SARIF_CATEGORY,
    OPTION_SOURCE,
    OPTION_FAIL_ON,
    OPTION_ALL,
    OPTION_ROLLBACK,
    OPTION_REQUIRE_REASON,
    OPTION_REASON,
    OPTION_UNTIL,
    OPTION_NAME,
    OPTION_SORTING_KEY,
    OPTION_PARTITION_KEY,
    OPTION_ENGINE,
    OPTION_TTL,
    OPTION_CUTOFF,
    OPTION_COLUMN,
    OPTION_METHOD,
    OPTION_START,
    OPTION_DRY_RUN,
    OPTION_COLOR,
    OPTION_QUIET,
    OPTION_TIMING,
    OPTION_VERSION,
    OPTION_HELP,
} OptionId;

typedef struct {
    OptionId id;
    const char *name;
    const char *value; /* NULL: a switch */
    unsigned commands;
    const char *help;
} OptionInfo;

/* In the order of --help; both end with an entry without a name. */
extern const CommandInfo option_commands[];
extern const OptionInfo option_table[];

const CommandInfo *command_info(CommandId id);     /* NULL */
const CommandInfo *command_find(const char *name); /* NULL */
const OptionInfo *option_find(Str name);           /* NULL */

#endif
