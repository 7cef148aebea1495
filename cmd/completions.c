/* completions.c: `tblint completions`: what a shell offers, out of the tables of commands and
 * options, so that it names what the program takes and nothing else. */
#include "completions.h"
#include "talk.h"

#include <string.h>

/* ---- what can stand where ---- */

/* By the placeholder that --help shows. */
Offer offer_of(Str placeholder)
{
    static const struct {
        const char *start;
        Offer offer;
    } starts[] = {
        {"REF", OFFER_REFS},
        {"REV", OFFER_REFS},
        {"FILE", OFFER_FILES},
        {"PATH", OFFER_FILES},
        {"DIR", OFFER_FOLDERS},
        {"FMT", OFFER_FORMATS},
        {"RULE|TOPIC", OFFER_RULES_AND_TOPICS},
        {"RULE", OFFER_RULES},
        {"COMMAND", OFFER_COMMANDS},
        {"HOOK", OFFER_HOOKS},
    };
    if (str_starts(placeholder, "["))
        placeholder = str_slice(placeholder, 1, placeholder.len);
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        if (str_starts(placeholder, starts[i].start))
            return starts[i].offer;
    }
    return str_find_char(placeholder, '|') >= 0 ? OFFER_WORDS : OFFER_NOTHING;
}

/* The placeholder of the argument at that place, from 0; empty when the command takes none there.
 */
Str offered_argument(const CommandInfo *command, size_t place)
{
    Str rest = str_of(command->arguments);
    for (;;) {
        ptrdiff_t blank = str_find_char(rest, ' ');
        Str word = blank < 0 ? rest : str_slice(rest, 0, (size_t)blank);
        if (place-- == 0)
            return word;
        if (blank < 0)
            return (Str){0};
        rest = str_slice(rest, (size_t)blank + 1, rest.len);
    }
}

bool command_takes(const CommandInfo *command, const OptionInfo *option)
{
    return option->commands & 1u << command->id;
}

/* --format names no sarif where only plans are shown. */
ReportKind command_reports(const CommandInfo *command)
{
    if (command->id == COMMAND_PLAN)
        return REPORT_PLAN;
    return command->id == COMMAND_WHY ? REPORT_WHY : REPORT_LINT;
}

/* "install|uninstall|run" as "install uninstall run". */
static void add_alternatives(Buf *out, Str placeholder)
{
    for (size_t i = 0; i < placeholder.len; i++) {
        char c = placeholder.ptr[i];
        buf_add_char(out, c == '|' ? ' ' : c);
    }
}

static void add_rules(Buf *out)
{
    const char *between = "";
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const Rule *rule = rule_get((RuleId)i);
        if (!rule->page)
            continue;
        buf_addf(out, "%s%s %s", between, rule->code, rule->name);
        between = " ";
    }
}

static void add_topics(Buf *out)
{
    for (size_t i = 0; topic_at(i); i++)
        buf_addf(out, " %s", topic_at(i)->name);
}

static void add_hooks(Buf *out)
{
    for (size_t i = 0; hook_name(i); i++)
        buf_addf(out, "%s%s", i ? " " : "", hook_name(i));
}

void offer_commands(Buf *out)
{
    for (size_t i = 0; option_commands[i].name; i++)
        buf_addf(out, "%s%s", i ? " " : "", option_commands[i].name);
}

/* The formats of such reports: "text json sarif". */
static void add_formats(Buf *out, Arena *arena, ReportKind kind)
{
    Str list = report_format_list(arena, kind);
    for (size_t i = 0; i < list.len; i++) {
        if (list.ptr[i] != ',')
            buf_add_char(out, list.ptr[i]);
    }
}

/* The words of an offer that is a list of words; nothing for the others. */
void offer_list(Buf *out, Arena *arena, Offer offer, Str placeholder, ReportKind kind)
{
    if (offer == OFFER_WORDS)
        add_alternatives(out, placeholder);
    else if (offer == OFFER_RULES || offer == OFFER_RULES_AND_TOPICS)
        add_rules(out);
    else if (offer == OFFER_COMMANDS)
        offer_commands(out);
    else if (offer == OFFER_HOOKS)
        add_hooks(out);
    else if (offer == OFFER_FORMATS)
        add_formats(out, arena, kind);
    if (offer == OFFER_RULES_AND_TOPICS)
        add_topics(out);
}

/* Options that take a value. */
void offer_valued(Buf *out, const char *between)
{
    const char *before = "";
    for (size_t i = 0; option_table[i].name; i++) {
        if (!option_table[i].value)
            continue;
        buf_addf(out, "%s%s", before, option_table[i].name);
        before = between;
    }
}

/* A text in single quotes; those inside it as `escaped`. */
void offer_quoted(Buf *out, const char *text, const char *escaped)
{
    buf_add_char(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buf_add(out, escaped);
        else
            buf_add_char(out, *text);
    }
    buf_add_char(out, '\'');
}

/* ---- the command ---- */

int command_completions(const App *app, Arena *arena)
{
    static const struct {
        const char *shell;
        void (*script)(Buf *out, Arena *arena);
    } shells[] = {{"bash", completions_bash}, {"zsh", completions_zsh}, {"fish", completions_fish}};
    const Arguments *arguments = &app->options->arguments;
    const char *shell = arguments->len ? arguments->items[0] : NULL;
    for (size_t i = 0; shell && i < ARRAY_LEN(shells); i++) {
        if (strcmp(shell, shells[i].shell) != 0)
            continue;
        Buf out = {0};
        shells[i].script(&out, arena);
        int code = command_print(app, buf_str(&out));
        buf_free(&out);
        return code;
    }
    Fault fault = {0};
    if (shell)
        fault_set(&fault, FAULT_USAGE, "there are no completions for '%s'", shell);
    else
        fault_set(&fault, FAULT_USAGE, "tblint completions needs the name of a shell");
    fault_repair(&fault, "tblint completions bash, zsh or fish");
    return talk_fault(app->err, &fault);
}
