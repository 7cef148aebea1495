/* options_table.c: what commands and options there are. */
#include "options_table.h"

#include <string.h>

enum {
    FOR_LINT = 1u << COMMAND_LINT,
    FOR_PLAN = 1u << COMMAND_PLAN,
    FOR_WHY = 1u << COMMAND_WHY,
    FOR_RULES = 1u << COMMAND_RULES,
    FOR_HOOK = 1u << COMMAND_HOOK,
    FOR_SCAFFOLD = 1u << COMMAND_SCAFFOLD,
    FOR_DOCTOR = 1u << COMMAND_DOCTOR,
    FOR_ACCEPT = 1u << COMMAND_ACCEPT,
    FOR_SARIF_CHECK = 1u << COMMAND_SARIF_CHECK,
    FOR_JUDGING = FOR_LINT | FOR_PLAN | FOR_HOOK,
    FOR_LOOKING = FOR_JUDGING | FOR_WHY | FOR_DOCTOR | FOR_ACCEPT,
    FOR_ALL = (1u << (COMMAND_VERSION + 1)) - 1,
};

const CommandInfo option_commands[] = {
    {COMMAND_LINT, "lint", "", 0, "findings for the change (the default command)"},
    {COMMAND_PLAN, "plan", "", 0, "what the deploy will do to every resource, and why"},
    {COMMAND_RULES, "rules", "", 0, "the rules: code, name, severity, summary"},
    {COMMAND_EXPLAIN, "explain", "RULE|TOPIC", 1,
     "the page of a rule, by code or name, or of a topic"},
    {COMMAND_WHY, "why", "PATH[:LINE] [RULE]", 2,
     "all that is known about a file, a line, a rule there"},
    {COMMAND_HOOK, "hook", "install|uninstall|run [HOOK]", 2, "the git hooks: commit, merge, push"},
    {COMMAND_SCAFFOLD, "scaffold", "replicate|backfill NAME", 2,
     "the files of a migration by replication: first step, second"},
    {COMMAND_ACCEPT, "accept", "ID", 1, "accept a finding, bound to its exact change"},
    {COMMAND_SARIF_CHECK, "sarif-check", "FILE", 1,
     "whether a code host takes a SARIF file, of any tool; - for standard input"},
    {COMMAND_DOCTOR, "doctor", "", 0, "what was detected: repository, live, CI, projects"},
    {COMMAND_COMPLETIONS, "completions", "bash|zsh|fish", 1,
     "a script for the shell that completes commands and options"},
    {COMMAND_HELP, "help", "[COMMAND]", 1, "this text, or the options of one command"},
    {COMMAND_VERSION, "version", "", 0, "the version"},
    {0},
};

const OptionInfo option_table[] = {
    {OPTION_LIVE, "--live", "REF", FOR_LOOKING | FOR_SCAFFOLD,
     "the branch that stands for what is deployed"},
    {OPTION_STAGED, "--staged", NULL, FOR_LOOKING, "judge the index"},
    {OPTION_WORKTREE, "--worktree", NULL, FOR_LOOKING,
     "judge the working tree (the default outside hooks)"},
    {OPTION_COMMIT, "--commit", "REV", FOR_LOOKING, "judge a commit"},
    {OPTION_AS_IS, "--as-is", NULL, FOR_JUDGING | FOR_WHY | FOR_ACCEPT,
     "compare the tree exactly as it stands: what `tb deploy` from here would do"},
    {OPTION_PROJECT, "--project", "DIR", FOR_LOOKING | FOR_SCAFFOLD, "only this project"},
    {OPTION_CONFIG, "--config", "FILE", FOR_LOOKING | FOR_SCAFFOLD,
     "configuration file instead of the candidate's .tblint.yaml"},
    {OPTION_PROFILE, "--profile", "forward|classic", FOR_LOOKING | FOR_SCAFFOLD,
     "the product that deploys; found by the layout otherwise"},
    {OPTION_FORMAT, "--format", "FMT[=FILE]", FOR_JUDGING | FOR_WHY,
     "text, json, sarif, github, gitlab, junit, rdjson, markdown, html "
     "(plan: text, json, markdown, html, mermaid, dot; why: text, json); may be repeated"},
    {OPTION_SARIF_CATEGORY, "--sarif-category", "NAME", FOR_LINT | FOR_HOOK,
     "under what code scanning files a SARIF report (default tblint)"},
    {OPTION_SOURCE, "--source", "DIR", FOR_SARIF_CHECK,
     "the top of the repository, to look also at the lines that results name"},
    {OPTION_FAIL_ON, "--fail-on", "error|warning|note|never", FOR_LINT | FOR_HOOK,
     "the least severity that makes the exit code 1 (default error)"},
    {OPTION_ALL, "--all", NULL, FOR_LINT | FOR_WHY | FOR_HOOK | FOR_RULES | FOR_ACCEPT,
     "also problems that live already has, and accepted ones; with rules: also reserved ones"},
    {OPTION_REQUIRE_REASON, "--require-reason", NULL, FOR_LINT | FOR_HOOK,
     "an acceptance without a reason does not count"},
    {OPTION_REASON, "--reason", "TEXT", FOR_ACCEPT, "why the finding is accepted"},
    {OPTION_UNTIL, "--until", "DATE", FOR_ACCEPT,
     "the last day on which that counts, such as 2026-12-15"},
    {OPTION_ROLLBACK, "--rollback", NULL, FOR_PLAN,
     "also what would undo the deploy, and what nothing brings back"},
    {OPTION_NAME, "--name", "NEW", FOR_SCAFFOLD,
     "replicate: the replica's name (default NAME_new)"},
    {OPTION_SORTING_KEY, "--sorting-key", "KEY", FOR_SCAFFOLD, "replicate: its sorting key"},
    {OPTION_PARTITION_KEY, "--partition-key", "KEY", FOR_SCAFFOLD, "replicate: its partition key"},
    {OPTION_ENGINE, "--engine", "ENGINE", FOR_SCAFFOLD, "replicate: its engine"},
    {OPTION_TTL, "--ttl", "TTL", FOR_SCAFFOLD, "replicate: its TTL"},
    {OPTION_CUTOFF, "--cutoff", "MOMENT", FOR_SCAFFOLD,
     "replicate: from when on rows are copied, 'YYYY-MM-DD hh:mm:ss' in UTC (default in two "
     "hours)"},
    {OPTION_COLUMN, "--column", "COLUMN", FOR_SCAFFOLD,
     "replicate: the time column that the cutoff divides (default found)"},
    {OPTION_METHOD, "--method", "copy|materialized", FOR_SCAFFOLD,
     "backfill: a copy pipe run by hand, or a view to populate (default copy)"},
    {OPTION_START, "--start", "MOMENT", FOR_SCAFFOLD,
     "backfill: the oldest rows to copy (default all)"},
    {OPTION_DRY_RUN, "--dry-run", NULL, FOR_SCAFFOLD, "print the files instead of writing them"},
    {OPTION_COLOR, "--color", "auto|always|never", FOR_JUDGING | FOR_WHY, "colour in text"},
    {OPTION_QUIET, "--quiet", NULL, FOR_JUDGING | FOR_WHY | FOR_SCAFFOLD | FOR_ACCEPT,
     "nothing on standard error but faults"},
    {OPTION_TIMING, "--timing", NULL, FOR_JUDGING | FOR_WHY,
     "what each phase took and how many files were read, on standard error"},
    {OPTION_VERSION, "--version", NULL, FOR_ALL, "print the version"},
    {OPTION_HELP, "--help", NULL, FOR_ALL, "print this text"},
    {0},
};

const CommandInfo *command_info(CommandId id)
{
    for (size_t i = 0; option_commands[i].name; i++) {
        if (option_commands[i].id == id)
            return &option_commands[i];
    }
    return NULL;
}

const CommandInfo *command_find(const char *name)
{
    for (size_t i = 0; option_commands[i].name; i++) {
        if (strcmp(option_commands[i].name, name) == 0)
            return &option_commands[i];
    }
    return NULL;
}

bool options_command(const char *name, CommandId *out)
{
    const CommandInfo *command = command_find(name);
    if (command)
        *out = command->id;
    return command != NULL;
}

const OptionInfo *option_find(Str name)
{
    if (str_is(name, "-h"))
        name = STR("--help");
    for (size_t i = 0; option_table[i].name; i++) {
        if (str_is(name, option_table[i].name))
            return &option_table[i];
    }
    return NULL;
}
