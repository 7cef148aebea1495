/* options.c: reading the command line, and the help that its tables give. */
#include "options.h"

#include "report/report.h"

#include <string.h>

/* ---- the tables ---- */

enum {
    FOR_LINT = 1u << COMMAND_LINT,
    FOR_PLAN = 1u << COMMAND_PLAN,
    FOR_RULES = 1u << COMMAND_RULES,
    FOR_HOOK = 1u << COMMAND_HOOK,
    FOR_DOCTOR = 1u << COMMAND_DOCTOR,
    FOR_JUDGING = FOR_LINT | FOR_PLAN | FOR_HOOK,
    FOR_LOOKING = FOR_JUDGING | FOR_DOCTOR,
    FOR_ALL = (1u << (COMMAND_VERSION + 1)) - 1,
};

typedef struct {
    CommandId id;
    const char *name;
    const char *arguments; /* as --help shows them */
    size_t most;           /* arguments taken */
    const char *help;
} CommandInfo;

static const CommandInfo commands[] = {
    {COMMAND_LINT, "lint", "", 0, "findings for the change (the default command)"},
    {COMMAND_PLAN, "plan", "", 0, "what the deploy will do to every resource, and why"},
    {COMMAND_RULES, "rules", "", 0, "the rules: code, name, severity, summary"},
    {COMMAND_EXPLAIN, "explain", "RULE", 1, "a rule's document, by code or name"},
    {COMMAND_HOOK, "hook", "install|uninstall|run [HOOK]", 2, "the git hook (pre-commit)"},
    {COMMAND_DOCTOR, "doctor", "", 0, "what was detected: repository, live, CI, projects"},
    {COMMAND_HELP, "help", "[COMMAND]", 1, "this text, or the options of one command"},
    {COMMAND_VERSION, "version", "", 0, "the version"},
};

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
    OPTION_FAIL_ON,
    OPTION_ALL,
    OPTION_ROLLBACK,
    OPTION_COLOR,
    OPTION_QUIET,
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

static const OptionInfo options[] = {
    {OPTION_LIVE, "--live", "REF", FOR_LOOKING, "the branch that stands for what is deployed"},
    {OPTION_STAGED, "--staged", NULL, FOR_LOOKING, "judge the index"},
    {OPTION_WORKTREE, "--worktree", NULL, FOR_LOOKING,
     "judge the working tree (the default outside hooks)"},
    {OPTION_COMMIT, "--commit", "REV", FOR_LOOKING, "judge a commit"},
    {OPTION_AS_IS, "--as-is", NULL, FOR_JUDGING,
     "compare the tree exactly as it stands: what `tb deploy` from here would do"},
    {OPTION_PROJECT, "--project", "DIR", FOR_LOOKING, "only this project"},
    {OPTION_CONFIG, "--config", "FILE", FOR_LOOKING,
     "configuration file instead of the candidate's .tblint.yaml"},
    {OPTION_PROFILE, "--profile", "forward|classic", FOR_LOOKING,
     "the product that deploys; found by the layout otherwise"},
    {OPTION_FORMAT, "--format", "FMT[=FILE]", FOR_JUDGING,
     "text, json or sarif, of a plan text, json, markdown, mermaid or dot; may be repeated"},
    {OPTION_FAIL_ON, "--fail-on", "error|warning|note|never", FOR_LINT | FOR_HOOK,
     "the least severity that makes the exit code 1 (default error)"},
    {OPTION_ALL, "--all", NULL, FOR_LINT | FOR_HOOK | FOR_RULES,
     "also problems that live already has; with rules: also reserved ones"},
    {OPTION_ROLLBACK, "--rollback", NULL, FOR_PLAN,
     "also what would undo the deploy, and what nothing brings back"},
    {OPTION_COLOR, "--color", "auto|always|never", FOR_JUDGING, "colour in text"},
    {OPTION_QUIET, "--quiet", NULL, FOR_JUDGING, "nothing on standard error but faults"},
    {OPTION_VERSION, "--version", NULL, FOR_ALL, "print the version"},
    {OPTION_HELP, "--help", NULL, FOR_ALL, "print this text"},
};

static const CommandInfo *command_info(CommandId id)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (commands[i].id == id)
            return &commands[i];
    }
    return NULL;
}

static const CommandInfo *command_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
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

static const OptionInfo *option_find(Str name)
{
    if (str_is(name, "-h"))
        name = STR("--help");
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        if (str_is(name, options[i].name))
            return &options[i];
    }
    return NULL;
}

/* ---- reading ---- */

typedef struct {
    Options *out;
    Arena *arena;
    Fault *fault;
    int argc;
    const char *const *argv;
    int next;
    bool has_command;
    bool wants_help;
    bool wants_version;
    unsigned given; /* bits of OptionId */
} Reader;

/* Two words of that many letters are alike when they differ by less than this. */
static size_t nearness(size_t letters)
{
    return letters < 9 ? letters / 3 + 2 : 5;
}

static int unknown_option(Reader *reader, Str name)
{
    size_t best = nearness(name.len);
    const char *nearest = NULL;
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        size_t distance = str_distance(name, str_of(options[i].name), best);
        if (distance < best) {
            best = distance;
            nearest = options[i].name;
        }
    }
    fault_set(reader->fault, FAULT_USAGE, "there is no option '%.*s'", STR_ARG(name));
    if (nearest)
        fault_repair(reader->fault, "did you mean %s?", nearest);
    else
        fault_repair(reader->fault, "tblint --help");
    return -1;
}

static int unknown_command(Reader *reader, const char *name)
{
    size_t best = nearness(strlen(name));
    const char *nearest = NULL;
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        size_t distance = str_distance(str_of(name), str_of(commands[i].name), best);
        if (distance < best) {
            best = distance;
            nearest = commands[i].name;
        }
    }
    fault_set(reader->fault, FAULT_USAGE, "there is no command '%s'", name);
    if (nearest)
        fault_repair(reader->fault, "did you mean tblint %s?", nearest);
    else
        fault_repair(reader->fault, "tblint --help");
    return -1;
}

static int bad_value(Reader *reader, const OptionInfo *option, Str value)
{
    return fault_set(reader->fault, FAULT_USAGE, "%s takes %s, not '%.*s'", option->name,
                     option->value, STR_ARG(value));
}

static int choose_candidate(Reader *reader, CandidateChoice choice)
{
    CandidateChoice *candidate = &reader->out->candidate;
    if (*candidate != CHOOSE_DEFAULT && *candidate != choice)
        return fault_set(reader->fault, FAULT_USAGE,
                         "--staged, --worktree and --commit exclude each other");
    *candidate = choice;
    return 0;
}

static bool color_parse(Str text, ColorChoice *out)
{
    static const char *const names[] = {"auto", "always", "never"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(text, names[i])) {
            *out = (ColorChoice)i;
            return true;
        }
    }
    return false;
}

bool profile_parse(Str text, ProfileChoice *out)
{
    if (str_is(text, "forward"))
        *out = PROFILE_FORWARD;
    else if (str_is(text, "classic"))
        *out = PROFILE_CLASSIC;
    else
        return false;
    return true;
}

bool fail_level_parse(Str text, int *out)
{
    Severity severity;
    if (str_is(text, "never")) {
        *out = FAIL_NEVER;
        return true;
    }
    if (!severity_parse(text, &severity) || severity == SEVERITY_OFF)
        return false;
    *out = (int)severity;
    return true;
}

static int add_format(Reader *reader, const char *value)
{
    const char *equals = strchr(value, '=');
    FormatChoice choice = {str_of(value), NULL};
    if (equals) {
        choice.format = (Str){value, (size_t)(equals - value)};
        choice.file = equals + 1;
        if (!*choice.file)
            return fault_set(reader->fault, FAULT_USAGE, "--format %s names no file", value);
    }
    if (!report_format_find(choice.format)) {
        fault_set(reader->fault, FAULT_USAGE, "there is no format '%.*s'", STR_ARG(choice.format));
        return fault_repair(reader->fault, "--format with one of %.*s; of a plan %.*s",
                            STR_ARG(report_format_list(reader->arena, false)),
                            STR_ARG(report_format_list(reader->arena, true)));
    }
    FormatChoices *formats = &reader->out->formats;
    for (size_t i = 0; i < formats->len; i++) {
        const char *other = formats->items[i].file;
        if (!other && !choice.file)
            return fault_set(reader->fault, FAULT_USAGE,
                             "only one format can go to standard output; name a file for the other"
                             ": --format sarif=FILE");
        if (other && choice.file && strcmp(other, choice.file) == 0)
            return fault_set(reader->fault, FAULT_USAGE, "two formats would be written to '%s'",
                             other);
    }
    vec_push(reader->arena, formats, choice);
    return 0;
}

static int set_value(Reader *reader, const OptionInfo *option, const char *value)
{
    Options *out = reader->out;
    Str text = str_of(value);
    switch (option->id) {
    case OPTION_LIVE:
        out->live = value;
        return 0;
    case OPTION_COMMIT:
        out->commit = value;
        return choose_candidate(reader, CHOOSE_COMMIT);
    case OPTION_PROJECT:
        out->project = value;
        return 0;
    case OPTION_CONFIG:
        out->config = value;
        return 0;
    case OPTION_PROFILE:
        return profile_parse(text, &out->profile) ? 0 : bad_value(reader, option, text);
    case OPTION_FORMAT:
        return add_format(reader, value);
    case OPTION_FAIL_ON:
        return fail_level_parse(text, &out->fail_on) ? 0 : bad_value(reader, option, text);
    case OPTION_COLOR:
        return color_parse(text, &out->color) ? 0 : bad_value(reader, option, text);
    default:
        return 0;
    }
}

static int set_switch(Reader *reader, const OptionInfo *option)
{
    switch (option->id) {
    case OPTION_STAGED:
        return choose_candidate(reader, CHOOSE_INDEX);
    case OPTION_WORKTREE:
        return choose_candidate(reader, CHOOSE_WORKTREE);
    case OPTION_AS_IS:
        reader->out->as_is = true;
        return 0;
    case OPTION_ALL:
        reader->out->all = true;
        return 0;
    case OPTION_ROLLBACK:
        reader->out->rollback = true;
        return 0;
    case OPTION_QUIET:
        reader->out->quiet = true;
        return 0;
    case OPTION_VERSION:
        reader->wants_version = true;
        return 0;
    case OPTION_HELP:
        reader->wants_help = true;
        return 0;
    default:
        return 0;
    }
}

static int read_option(Reader *reader, const char *argument)
{
    const char *equals = strchr(argument, '=');
    Str name = equals ? (Str){argument, (size_t)(equals - argument)} : str_of(argument);
    const OptionInfo *option = option_find(name);
    if (!option)
        return unknown_option(reader, name);
    reader->given |= 1u << option->id;
    if (!option->value) {
        if (equals)
            return fault_set(reader->fault, FAULT_USAGE, "%s takes no value", option->name);
        return set_switch(reader, option);
    }
    const char *value = equals ? equals + 1 : NULL;
    if (!value && reader->next < reader->argc)
        value = reader->argv[reader->next++];
    if (!value || !*value)
        return fault_set(reader->fault, FAULT_USAGE, "%s needs a value: %s", option->name,
                         option->value);
    return set_value(reader, option, value);
}

static int read_word(Reader *reader, const char *word)
{
    if (reader->has_command) {
        vec_push(reader->arena, &reader->out->arguments, word);
        return 0;
    }
    const CommandInfo *command = command_find(word);
    if (!command)
        return unknown_command(reader, word);
    reader->has_command = true;
    reader->out->command = command->id;
    return 0;
}

static int read_all(Reader *reader)
{
    bool only_words = false;
    while (reader->next < reader->argc) {
        const char *argument = reader->argv[reader->next++];
        int result = 0;
        if (!only_words && strcmp(argument, "--") == 0)
            only_words = true;
        else if (!only_words && argument[0] == '-' && argument[1])
            result = read_option(reader, argument);
        else
            result = read_word(reader, argument);
        if (result < 0)
            return -1;
    }
    return 0;
}

/* An option that a command would ignore is refused: it would look as if it had an effect. */
static int check_applies(Reader *reader)
{
    const CommandInfo *command = command_info(reader->out->command);
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        if (!(reader->given & 1u << options[i].id))
            continue;
        if (!(options[i].commands & 1u << command->id))
            return fault_set(reader->fault, FAULT_USAGE, "%s does not apply to tblint %s",
                             options[i].name, command->name);
    }
    const Arguments *arguments = &reader->out->arguments;
    if (arguments->len > command->most)
        return fault_set(reader->fault, FAULT_USAGE, "tblint %s does not take '%s'", command->name,
                         arguments->items[command->most]);
    return 0;
}

int options_parse(Options *out, Arena *arena, int argc, const char *const *argv, Fault *fault)
{
    *out = (Options){.command = COMMAND_LINT};
    Reader reader = {
        .out = out, .arena = arena, .fault = fault, .argc = argc, .argv = argv, .next = 1};
    if (read_all(&reader) < 0)
        return -1;
    if (reader.wants_help && reader.has_command && out->command != COMMAND_HELP) {
        const char *name = command_info(out->command)->name;
        out->arguments = (Arguments){0};
        vec_push(arena, &out->arguments, name);
    }
    if (reader.wants_help || reader.wants_version) {
        out->command = reader.wants_help ? COMMAND_HELP : COMMAND_VERSION;
        return 0;
    }
    return check_applies(&reader);
}

/* ---- help ---- */

static void add_option_help(Buf *out, const OptionInfo *option)
{
    Buf left = {0};
    buf_addf(&left, "  %s%s%s", option->name, option->value ? " " : "",
             option->value ? option->value : "");
    buf_add_str(out, buf_str(&left));
    if (left.len < 24) {
        buf_add_repeat(out, ' ', 24 - left.len);
    } else {
        buf_add_char(out, '\n');
        buf_add_repeat(out, ' ', 24);
    }
    buf_addf(out, "%s\n", option->help);
    buf_free(&left);
}

static void add_exit_help(Buf *out)
{
    buf_add(out, "\nExit code: 0 nothing at or above --fail-on; 1 findings; 2 misuse or bad "
                 "configuration;\n           3 could not analyse; 4 internal fault.\n");
}

void options_help(Buf *out)
{
    buf_add(out, "tblint says what a change to a Tinybird project will do to live data.\n"
                 "\nUsage: tblint [COMMAND] [OPTIONS]\n\nCommands:\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        const CommandInfo *command = &commands[i];
        Buf left = {0};
        buf_addf(&left, "  %s %s", command->name, command->arguments);
        buf_add_str(out, buf_str(&left));
        buf_add_repeat(out, ' ', left.len < 38 ? 38 - left.len : 1);
        buf_addf(out, "%s\n", command->help);
        buf_free(&left);
    }
    buf_add(out, "\nOptions:\n");
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        add_option_help(out, &options[i]);
    add_exit_help(out);
    buf_add(out, "\nEnvironment: TBLINT_LIVE names the live branch, TBLINT_NOW sets the clock "
                 "(RFC 3339),\n             NO_COLOR turns colour off.\n");
}

void options_command_help(Buf *out, CommandId id)
{
    const CommandInfo *command = command_info(id);
    buf_addf(out, "tblint %s: %s\n\nUsage: tblint %s%s%s [OPTIONS]\n\nOptions:\n", command->name,
             command->help, command->name, *command->arguments ? " " : "", command->arguments);
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        if (options[i].commands & 1u << id)
            add_option_help(out, &options[i]);
    }
    add_exit_help(out);
}
