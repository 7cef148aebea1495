/* deploy_command.c: the command line of tb, Classic: options before and behind the verb. */
#include "deploy_command.h"

enum { COMMANDS_MAX = 500 }; /* of one script in one place; more make it incomplete */

/* ---- other programs ---- */

/* Programs that cannot call tb by themselves. */
static bool is_harmless(Str name)
{
    static const char *const words[] = {
        "echo",  "yes",     "printf",  "set",     "cd",    "sleep",    "export",  "[",
        "test",  "true",    "false",   ":",       "cat",   "grep",     "egrep",   "sed",
        "awk",   "date",    "pip",     "pip3",    "git",   "jq",       "ls",      "mkdir",
        "rm",    "cp",      "mv",      "read",    "local", "readonly", "tee",     "pwd",
        "head",  "tail",    "tr",      "cut",     "wc",    "sort",     "uniq",    "find",
        "which", "type",    "hash",    "unset",   "shift", "basename", "touch",   "chmod",
        "diff",  "dirname", "declare", "typeset", "shopt", "umask",    "command",
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(name, words[i]))
            return true;
    return false;
}

/* trap: what it sets up may be any command. exec without one only redirects. */
static bool is_harmless_builtin(const ShellArg *args, size_t count)
{
    if (str_is(args[0].text, "exec"))
        return count == 1;
    return str_is(args[0].text, "trap") && count > 1 && args[1].certain &&
           str_find(args[1].text, "tb") < 0;
}

/* source .tinyenv and the virtual environment's activate set variables and nothing else. */
static bool is_harmless_source(const ShellArg *args, size_t count)
{
    bool sources = str_is(args[0].text, "source") || str_is(args[0].text, ".");
    return sources && count == 2 && args[1].certain &&
           (str_ends(args[1].text, ".tinyenv") || str_ends(args[1].text, ".env") ||
            str_ends(args[1].text, "bin/activate"));
}

/* Takes off words that only run the rest: exec tb, nohup tb, command tb, env A=b tb. */
static void skip_prefixes(const ShellArg **args, size_t *count)
{
    static const char *const words[] = {"exec", "nohup", "command", "env", "sudo"};
    for (;;) {
        size_t skipped = 0;
        for (size_t i = 0; i < ARRAY_LEN(words); i++)
            skipped |= *count > 1 && (*args)[0].certain && str_is((*args)[0].text, words[i]);
        /* command -v only looks. */
        if (*count > 1 && str_starts((*args)[1].text, "-"))
            return;
        bool is_assignment = (*args)[0].certain && str_find_char((*args)[0].text, '=') > 0;
        if ((!skipped && !is_assignment) || *count < 2)
            return;
        (*args)++;
        (*count)--;
    }
}

/* ---- options ---- */

typedef enum {
    OPTION_OTHER, /* known, and of no matter here */
    OPTION_POPULATE,
    OPTION_FIXTURES,
    OPTION_WAIT,
    OPTION_YES,
    OPTION_SUBSET,
    OPTION_TRUNCATE,
    OPTION_MODE,
    OPTION_PARAM,
    OPTION_UNKNOWN,
} OptionKind;

typedef struct {
    const char *name;
    unsigned values; /* words that it takes */
    OptionKind kind;
} Option;

static const Option OPTIONS[] = {
    {"--populate", 0, OPTION_POPULATE},
    {"--fixtures", 0, OPTION_FIXTURES},
    {"--wait", 0, OPTION_WAIT},
    {"--yes", 0, OPTION_YES},
    {"-y", 0, OPTION_YES},
    {"--subset", 1, OPTION_SUBSET},
    {"--truncate", 0, OPTION_TRUNCATE},
    {"--mode", 1, OPTION_MODE},
    {"--param", 1, OPTION_PARAM},
    {"--semver", 1, OPTION_OTHER},
    {"--token", 1, OPTION_OTHER},
    {"--host", 1, OPTION_OTHER},
    {"--node", 1, OPTION_OTHER},
    {"--sql-condition", 1, OPTION_OTHER},
    {"--sql", 1, OPTION_OTHER},
    {"--folder", 1, OPTION_OTHER},
    {"--format", 1, OPTION_OTHER},
    {"--user_token", 1, OPTION_OTHER},
    {"--workspace", 2, OPTION_OTHER},
    {"--workspace_map", 2, OPTION_OTHER},
    {"--experimental", 1, OPTION_OTHER},
    {"--connector", 1, OPTION_OTHER},
    {"--incremental", 1, OPTION_OTHER},
    {"--force", 0, OPTION_OTHER},
    {"-f", 0, OPTION_OTHER},
    {"--debug", 0, OPTION_OTHER},
    {"--no-debug", 0, OPTION_OTHER},
    {"--version-warning", 0, OPTION_OTHER},
    {"--no-version-warning", 0, OPTION_OTHER},
    {"--show-tokens", 0, OPTION_OTHER},
    {"--dry-run", 0, OPTION_OTHER},
    {"--override-datasource", 0, OPTION_OTHER},
    {"--unlink-on-populate-error", 0, OPTION_OTHER},
    {"--on-demand-compute", 0, OPTION_OTHER},
    {"--fork-downstream", 0, OPTION_OTHER},
    {"--fork", 0, OPTION_OTHER},
    {"--use-main", 0, OPTION_OTHER},
    {"--skip-head-outdated", 0, OPTION_OTHER},
    {"--only-changes", 0, OPTION_OTHER},
    {"--push-deps", 0, OPTION_OTHER},
    {"--v3", 0, OPTION_OTHER},
    {"--check", 0, OPTION_OTHER},
    {"--no-check", 0, OPTION_OTHER},
    {"--no-versions", 0, OPTION_OTHER},
    {"--verbose", 0, OPTION_OTHER},
    {"-v", 0, OPTION_OTHER},
    {"-c", 1, OPTION_OTHER},
};

static Option option_of(Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(OPTIONS); i++)
        if (str_is(name, OPTIONS[i].name))
            return OPTIONS[i];
    return (Option){"", 0, OPTION_UNKNOWN};
}

/* name=value: the name, and whether it is there whole. */
static void add_param(Arena *arena, TbCommand *command, const ShellArg *arg)
{
    ptrdiff_t equals = str_find_char(arg->text, '=');
    TbParam param = {.range = arg->range};
    param.is_complete = equals > 0;
    param.name = equals > 0 ? str_slice(arg->text, 0, (size_t)equals) : arg->text;
    if (!arg->certain && equals < 0)
        command->is_open = true;
    vec_push(arena, &command->params, param);
}

static void take_option(Arena *arena, TbCommand *command, OptionKind kind, const ShellArg *value)
{
    switch (kind) {
    case OPTION_POPULATE:
        command->populate = true;
        break;
    case OPTION_FIXTURES:
        command->fixtures = true;
        break;
    case OPTION_WAIT:
        command->wait = true;
        break;
    case OPTION_YES:
        command->yes = true;
        break;
    case OPTION_SUBSET:
        command->subset = true;
        break;
    case OPTION_TRUNCATE:
        command->truncate = true;
        break;
    case OPTION_MODE:
        command->replace = value && (!value->certain || str_is(value->text, "replace"));
        break;
    case OPTION_PARAM:
        if (value)
            add_param(arena, command, value);
        break;
    case OPTION_UNKNOWN:
        command->is_open = true;
        break;
    case OPTION_OTHER:
        break;
    }
}

/* `at` is on a word that begins with a dash; returns the next one behind its values. */
static size_t read_option(Arena *arena, TbCommand *command, const ShellArg *args, size_t count,
                          size_t at)
{
    const ShellArg *arg = &args[at];
    ptrdiff_t equals = str_find_char(arg->text, '=');
    Str name = equals > 0 ? str_slice(arg->text, 0, (size_t)equals) : arg->text;
    bool has_name = arg->certain || equals > 0;
    Option option = has_name ? option_of(name) : (Option){"", 0, OPTION_UNKNOWN};
    if (equals > 0) {
        ShellArg value = *arg;
        value.text = str_slice(arg->text, (size_t)equals + 1, arg->text.len);
        take_option(arena, command, option.kind, &value);
        return at + 1;
    }
    bool has_value = option.values > 0 && at + 1 < count;
    take_option(arena, command, option.kind, has_value ? &args[at + 1] : NULL);
    return at + 1 + option.values;
}

/* ---- verbs ---- */

/* Whether the words behind the options begin so, and how many words that takes. */
static bool begins(const Strs *words, const char *first, const char *second, const char *third)
{
    const char *const wanted[] = {first, second, third};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (wanted[i] && (i >= words->len || !str_is(words->items[i], wanted[i])))
            return false;
    return true;
}

static TbVerb verb_of(const Strs *words, size_t *taken)
{
    static const struct {
        const char *first, *second, *third;
        size_t taken;
        TbVerb verb;
    } verbs[] = {
        {"deploy", NULL, NULL, 1, TB_DEPLOY},
        {"push", NULL, NULL, 1, TB_PUSH},
        {"pipe", "populate", NULL, 2, TB_POPULATE},
        {"pipe", "copy", "run", 3, TB_COPY},
        {"copy", "run", NULL, 2, TB_COPY},
        {"datasource", "append", NULL, 2, TB_APPEND},
        {"datasource", "replace", NULL, 2, TB_APPEND},
        {"test", "run", NULL, 2, TB_TEST},
        {"sql", NULL, NULL, 1, TB_TEST},
    };
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (begins(words, verbs[i].first, verbs[i].second, verbs[i].third)) {
            *taken = verbs[i].taken;
            return verbs[i].verb;
        }
    }
    *taken = 0;
    return TB_OTHER;
}

static bool same_names(const Strs *a, const Strs *b)
{
    bool same = a->len == b->len;
    for (size_t i = 0; same && i < a->len; i++)
        same = str_eq(a->items[i], b->items[i]);
    return same;
}

/* A later round of a loop that does the same is told once. */
static void add_command(CommandReader *reader, const TbCommand *command)
{
    TbCommands *commands = &reader->run->commands;
    for (size_t i = commands->len; i > 0; i--) {
        const TbCommand *before = &commands->items[i - 1];
        if (before->range.start == command->range.start && before->certain == command->certain &&
            same_names(&before->names, &command->names))
            return;
    }
    if (commands->len < COMMANDS_MAX)
        vec_push(reader->arena, commands, *command);
    else
        reader->run->complete = false;
}

static void read_tb(CommandReader *reader, const ShellCommand *shell, const ShellArg *args,
                    size_t count)
{
    TbCommand command = {.range = shell->range,
                         .certain = shell->certain,
                         .background = shell->background,
                         .has_input = shell->has_input};
    Strs words = {0};
    bool lost = false; /* what the verb is cannot be told */
    for (size_t at = 0; at < count;) {
        const ShellArg *arg = &args[at];
        command.is_open = command.is_open || (!arg->certain && arg->text.len == 0);
        if (str_starts(arg->text, "-") && arg->text.len > 1) {
            at = read_option(reader->arena, &command, args, count, at);
            lost = lost || (command.is_open && words.len == 0);
            continue;
        }
        lost = lost || (!arg->certain && words.len < 2);
        /* $FLAGS is no name; "$PIPE" is one that is not known. */
        if (!arg->spreads || arg->text.len)
            vec_push(reader->arena, &words, arg->certain ? arg->text : STR(""));
        at++;
    }
    size_t taken;
    command.verb = verb_of(&words, &taken);
    for (size_t i = taken; i < words.len; i++)
        vec_push(reader->arena, &command.names, words.items[i]);
    if (command.verb == TB_OTHER && lost)
        reader->run->complete = false;
    add_command(reader, &command);
}

void deploy_command_visit(void *context, const ShellCommand *shell)
{
    CommandReader *reader = context;
    const ShellArg *args = shell->args.items;
    size_t count = shell->args.len;
    skip_prefixes(&args, &count);
    bool is_tb = args[0].certain && (str_is(args[0].text, "tb") || str_ends(args[0].text, "/tb"));
    if (is_tb) {
        read_tb(reader, shell, args + 1, count - 1);
    } else if (args[0].certain && str_is(args[0].text, "wait")) {
        TbCommand command = {.verb = TB_WAIT, .range = shell->range, .certain = shell->certain};
        add_command(reader, &command);
    } else if (!args[0].certain ||
               (!is_harmless(args[0].text) && !is_harmless_source(args, count) &&
                !is_harmless_builtin(args, count))) {
        reader->run->complete = false;
    }
}
