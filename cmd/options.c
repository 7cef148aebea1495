/* options.c: reading the command line. */
#include "options_table.h"

#include "findings/acceptance.h"
#include "report/report.h"

#include <string.h>

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
    uint64_t given; /* bits of OptionId */
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
    for (size_t i = 0; option_table[i].name; i++) {
        size_t distance = str_distance(name, str_of(option_table[i].name), best);
        if (distance < best) {
            best = distance;
            nearest = option_table[i].name;
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
    for (size_t i = 0; option_commands[i].name; i++) {
        size_t distance = str_distance(str_of(name), str_of(option_commands[i].name), best);
        if (distance < best) {
            best = distance;
            nearest = option_commands[i].name;
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

static int bad_category(Reader *reader, const OptionInfo *option, Str value)
{
    return fault_set(
        reader->fault, FAULT_USAGE,
        "%s takes letters, digits, dots, dashes, colons and single slashes, not '%.*s'",
        option->name, STR_ARG(value));
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
                            STR_ARG(report_format_list(reader->arena, REPORT_LINT)),
                            STR_ARG(report_format_list(reader->arena, REPORT_PLAN)));
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

static int set_scaffold_text(ScaffoldChoices *choices, OptionId id, const char *value)
{
    const struct {
        OptionId id;
        const char **to;
    } places[] = {
        {OPTION_NAME, &choices->name},     {OPTION_SORTING_KEY, &choices->sorting_key},
        {OPTION_ENGINE, &choices->engine}, {OPTION_PARTITION_KEY, &choices->partition_key},
        {OPTION_TTL, &choices->ttl},       {OPTION_CUTOFF, &choices->cutoff},
        {OPTION_START, &choices->start},   {OPTION_COLUMN, &choices->column},
    };
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (places[i].id == id)
            *places[i].to = value;
    }
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
    case OPTION_SARIF_CATEGORY:
        out->sarif_category = value;
        return sarif_category_is_valid(text) ? 0 : bad_category(reader, option, text);
    case OPTION_SOURCE:
        out->source = value;
        return 0;
    case OPTION_FORMAT:
        return add_format(reader, value);
    case OPTION_REASON:
        out->reason = value;
        return 0;
    case OPTION_UNTIL:
        out->until = value;
        return acceptance_is_date(text) ? 0 : bad_value(reader, option, text);
    case OPTION_FAIL_ON:
        return fail_level_parse(text, &out->fail_on) ? 0 : bad_value(reader, option, text);
    case OPTION_METHOD:
        out->scaffold.method = value;
        return str_is(text, "copy") || str_is(text, "materialized")
                   ? 0
                   : bad_value(reader, option, text);
    case OPTION_COLOR:
        return color_parse(text, &out->color) ? 0 : bad_value(reader, option, text);
    default:
        return set_scaffold_text(&out->scaffold, option->id, value);
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
    case OPTION_DRY_RUN:
        reader->out->scaffold.dry_run = true;
        return 0;
    case OPTION_REQUIRE_REASON:
        reader->out->require_reason = true;
        return 0;
    case OPTION_ROLLBACK:
        reader->out->rollback = true;
        return 0;
    case OPTION_QUIET:
        reader->out->quiet = true;
        return 0;
    case OPTION_TIMING:
        reader->out->timing = true;
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
    reader->given |= UINT64_C(1) << option->id;
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
    for (size_t i = 0; option_table[i].name; i++) {
        if (!(reader->given & UINT64_C(1) << option_table[i].id))
            continue;
        if (!(option_table[i].commands & 1u << command->id))
            return fault_set(reader->fault, FAULT_USAGE, "%s does not apply to tblint %s",
                             option_table[i].name, command->name);
    }
    const Arguments *arguments = &reader->out->arguments;
    if (arguments->len <= command->most)
        return 0;
    const char *first = arguments->items[command->most];
    if (command->id != COMMAND_LINT && command->id != COMMAND_PLAN)
        return fault_set(reader->fault, FAULT_USAGE, "tblint %s does not take '%s'", command->name,
                         first);
    fault_set(reader->fault, FAULT_USAGE,
              "tblint %s is about the whole change: it does not take "
              "'%s'",
              command->name, first);
    return fault_repair_word(reader->fault, "tblint why", str_of(first));
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
