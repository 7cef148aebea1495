/* completions.c: `tblint completions`: what a shell offers, out of the tables of commands and
 * options, so that it names what the program takes and nothing else. */
#include "command.h"
#include "options_table.h"
#include "talk.h"

#include <string.h>

/* ---- what can stand where ---- */

typedef enum {
    OFFER_NOTHING,
    OFFER_WORDS, /* install|uninstall|run */
    OFFER_REFS,
    OFFER_FILES,
    OFFER_FOLDERS,
    OFFER_FORMATS,
    OFFER_RULES,
    OFFER_COMMANDS,
} Offer;

/* By the placeholder that --help shows. */
static Offer offer_of(Str placeholder)
{
    static const struct {
        const char *start;
        Offer offer;
    } starts[] = {
        {"REF", OFFER_REFS},   {"REV", OFFER_REFS},         {"FILE", OFFER_FILES},
        {"PATH", OFFER_FILES}, {"DIR", OFFER_FOLDERS},      {"FMT", OFFER_FORMATS},
        {"RULE", OFFER_RULES}, {"COMMAND", OFFER_COMMANDS},
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
static Str argument_at(const CommandInfo *command, size_t place)
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

static bool takes(const CommandInfo *command, const OptionInfo *option)
{
    return option->commands & 1u << command->id;
}

/* --format names no sarif where only plans are shown. */
static bool is_of_plans(const CommandInfo *command)
{
    return command->id == COMMAND_PLAN;
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

static void add_commands(Buf *out)
{
    for (size_t i = 0; option_commands[i].name; i++)
        buf_addf(out, "%s%s", i ? " " : "", option_commands[i].name);
}

/* The formats of findings, or of a plan: "text json sarif". */
static void add_formats(Buf *out, Arena *arena, bool plan)
{
    Str list = report_format_list(arena, plan);
    for (size_t i = 0; i < list.len; i++) {
        if (list.ptr[i] != ',')
            buf_add_char(out, list.ptr[i]);
    }
}

/* The words of an offer that is a list of words; nothing for the others. */
static void add_list(Buf *out, Arena *arena, Offer offer, Str placeholder, bool plan)
{
    if (offer == OFFER_WORDS)
        add_alternatives(out, placeholder);
    else if (offer == OFFER_RULES)
        add_rules(out);
    else if (offer == OFFER_COMMANDS)
        add_commands(out);
    else if (offer == OFFER_FORMATS)
        add_formats(out, arena, plan);
}

/* Options that take a value. */
static void add_valued(Buf *out, const char *between)
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
static void add_quoted(Buf *out, const char *text, const char *escaped)
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

/* ---- bash ---- */

static const char bash_head[] =
    "# bash completion of tblint: tblint completions bash\n"
    "\n"
    "# Names of refs are compared here and not by compgen -W, which would run what stands in "
    "them:\n"
    "# git allows $(...) in the name of a branch.\n"
    "_tblint_refs() {\n"
    "    local ref\n"
    "    while IFS= read -r ref; do\n"
    "        [[ $ref == \"$cur\"* ]] || continue\n"
    "        printf -v ref %q \"$ref\"\n"
    "        COMPREPLY+=(\"$ref\")\n"
    "    done < <(git for-each-ref --format='%(refname:short)' 2>/dev/null)\n"
    "}\n"
    "\n"
    "_tblint_paths() {\n"
    "    local path\n"
    "    while IFS= read -r path; do\n"
    "        COMPREPLY+=(\"$path\")\n"
    "    done < <(compgen \"$1\" -- \"$cur\")\n"
    "    compopt -o filenames 2>/dev/null\n"
    "}\n"
    "\n"
    "_tblint_words() {\n"
    "    local word\n"
    "    for word in \"$@\"; do\n"
    "        [[ $word == \"$cur\"* ]] && COMPREPLY+=(\"$word\")\n"
    "    done\n"
    "}\n"
    "\n"
    "_tblint() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local command= place=0 i word\n"
    "    COMPREPLY=()\n"
    "    # bash takes = as a word of its own: --format = sarif = FILE\n"
    "    if [[ $cur == \"=\" ]]; then\n"
    "        cur=\n"
    "    elif [[ $before == \"=\" ]]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD-2]}\n"
    "        [[ $before == -* ]] || { _tblint_paths -f; return; }\n"
    "    fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        case $word in\n"
    "        ";

static const char bash_loop[] = ")\n"
                                "            [[ ${COMP_WORDS[i+1]} == \"=\" ]] && i=$((i + 1))\n"
                                "            i=$((i + 1))\n"
                                "            ;;\n"
                                "        =) i=$((i + 1)) ;;\n"
                                "        -*) ;;\n"
                                "        *)\n"
                                "            if [[ $command ]]; then\n"
                                "                place=$((place + 1))\n"
                                "            else\n"
                                "                command=$word\n"
                                "            fi\n"
                                "            ;;\n"
                                "        esac\n"
                                "    done\n";

static void bash_offer(Buf *out, Arena *arena, Str placeholder, bool plan)
{
    Offer offer = offer_of(placeholder);
    if (offer == OFFER_REFS) {
        buf_add(out, "_tblint_refs");
    } else if (offer == OFFER_FILES || offer == OFFER_FOLDERS) {
        buf_addf(out, "_tblint_paths %s", offer == OFFER_FILES ? "-f" : "-d");
    } else if (offer == OFFER_NOTHING) {
        buf_add(out, ":");
    } else {
        buf_add(out, "_tblint_words ");
        add_list(out, arena, offer, placeholder, plan);
    }
}

static void bash_values(Buf *out, Arena *arena)
{
    buf_add(out, "    case $command:$before in\n");
    for (size_t i = 0; option_table[i].name; i++) {
        const OptionInfo *option = &option_table[i];
        if (!option->value)
            continue;
        if (offer_of(str_of(option->value)) == OFFER_FORMATS) {
            buf_addf(out, "    plan:%s) ", option->name);
            bash_offer(out, arena, str_of(option->value), true);
            buf_add(out, "; return ;;\n");
        }
        buf_addf(out, "    *:%s) ", option->name);
        bash_offer(out, arena, str_of(option->value), false);
        buf_add(out, "; return ;;\n");
    }
    buf_add(out, "    esac\n");
}

static void bash_options(Buf *out)
{
    buf_add(out, "    if [[ $cur == -* ]]; then\n        case ${command:-lint} in\n");
    for (size_t i = 0; option_commands[i].name; i++) {
        buf_addf(out, "        %s) _tblint_words", option_commands[i].name);
        for (size_t j = 0; option_table[j].name; j++) {
            if (takes(&option_commands[i], &option_table[j]))
                buf_addf(out, " %s", option_table[j].name);
        }
        buf_add(out, " ;;\n");
    }
    buf_add(out, "        esac\n        return\n    fi\n");
}

static void bash_arguments(Buf *out, Arena *arena)
{
    buf_add(out, "    case $command:$place in\n    :*) _tblint_words ");
    add_commands(out);
    buf_add(out, " ;;\n");
    for (size_t i = 0; option_commands[i].name; i++) {
        for (size_t place = 0; place < option_commands[i].most; place++) {
            Str placeholder = argument_at(&option_commands[i], place);
            if (offer_of(placeholder) == OFFER_NOTHING)
                continue;
            buf_addf(out, "    %s:%zu) ", option_commands[i].name, place);
            bash_offer(out, arena, placeholder, false);
            buf_add(out, " ;;\n");
        }
    }
    buf_add(out, "    esac\n");
}

static void bash_script(Buf *out, Arena *arena)
{
    buf_add(out, bash_head);
    add_valued(out, " | ");
    buf_add(out, bash_loop);
    bash_values(out, arena);
    bash_options(out);
    bash_arguments(out, arena);
    buf_add(out, "}\n\ncomplete -F _tblint tblint\n");
}

/* ---- zsh ---- */

static const char zsh_quote[] = "'\\''";

static const char zsh_head[] =
    "#compdef tblint\n"
    "# zsh completion of tblint: tblint completions zsh\n"
    "\n"
    "_tblint_refs() {\n"
    "    local -a refs\n"
    "    refs=(${(f)\"$(git for-each-ref --format='%(refname:short)' 2>/dev/null)\"})\n"
    "    compadd -a refs\n"
    "}\n"
    "\n";

static const char zsh_loop[] = "    for ((i = 2; i < CURRENT; i++)); do\n"
                               "        if (( ${valued[(Ie)$words[i]]} )); then\n"
                               "            ((i++))\n"
                               "        elif [[ $words[i] != -* ]]; then\n"
                               "            command=$words[i]\n"
                               "            break\n"
                               "        fi\n"
                               "    done\n"
                               "    case $command in\n";

static void zsh_offer(Buf *out, Arena *arena, Str placeholder, bool plan)
{
    Offer offer = offer_of(placeholder);
    if (offer == OFFER_REFS) {
        buf_add(out, "_tblint_refs");
    } else if (offer == OFFER_FILES || offer == OFFER_FOLDERS) {
        buf_add(out, offer == OFFER_FILES ? "_files" : "_files -/");
    } else if (offer == OFFER_COMMANDS) {
        buf_add(out, "_tblint_commands");
    } else if (offer == OFFER_NOTHING) {
        buf_add(out, " ");
    } else {
        buf_add_char(out, '(');
        add_list(out, arena, offer, placeholder, plan);
        buf_add_char(out, ')');
    }
}

static void zsh_option(Buf *out, Arena *arena, const CommandInfo *command, const OptionInfo *option)
{
    Buf text = {0};
    bool repeats = option->value && offer_of(str_of(option->value)) == OFFER_FORMATS;
    buf_addf(&text, "%s%s%s[%s]", repeats ? "*" : "", option->name, option->value ? "=" : "",
             option->help);
    if (option->value) {
        buf_add(&text, ":value:");
        zsh_offer(&text, arena, str_of(option->value), is_of_plans(command));
    }
    buf_add(out, " \\\n            ");
    add_quoted(out, str_cstr(arena, buf_str(&text)), zsh_quote);
    buf_free(&text);
}

static void zsh_command(Buf *out, Arena *arena, const CommandInfo *command)
{
    buf_addf(out, "    %s)\n        _arguments", command->name);
    for (size_t i = 0; option_table[i].name; i++) {
        if (takes(command, &option_table[i]))
            zsh_option(out, arena, command, &option_table[i]);
    }
    buf_add(out, " \\\n            '1:command:_tblint_commands'");
    for (size_t place = 0; place < command->most; place++) {
        Buf text = {0};
        buf_addf(&text, "%zu:argument:", place + 2);
        zsh_offer(&text, arena, argument_at(command, place), false);
        buf_add(out, " \\\n            ");
        add_quoted(out, str_cstr(arena, buf_str(&text)), zsh_quote);
        buf_free(&text);
    }
    buf_add(out, "\n        ;;\n");
}

static void zsh_script(Buf *out, Arena *arena)
{
    buf_add(out, zsh_head);
    buf_add(out, "_tblint_commands() {\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; option_commands[i].name; i++) {
        Str text = str_fmt(arena, "%s:%s", option_commands[i].name, option_commands[i].help);
        buf_add(out, "        ");
        add_quoted(out, str_cstr(arena, text), zsh_quote);
        buf_add_char(out, '\n');
    }
    buf_add(out, "    )\n    _describe command commands\n}\n\n_tblint() {\n"
                 "    local command=lint\n    local -a valued\n    integer i\n    valued=(");
    add_valued(out, " ");
    buf_add(out, ")\n");
    buf_add(out, zsh_loop);
    for (size_t i = 0; option_commands[i].name; i++)
        zsh_command(out, arena, &option_commands[i]);
    buf_add(out, "    esac\n}\n\n_tblint \"$@\"\n");
}

/* ---- fish ---- */

static const char fish_quote[] = "\\'";

static const char fish_head[] =
    "# fish completion of tblint: tblint completions fish\n"
    "\n"
    "# The command and its arguments so far, without options and their values.\n"
    "function __tblint_words\n"
    "    set -l words (commandline -opc)\n"
    "    set -e words[1]\n"
    "    set -l skip 0\n"
    "    for word in $words\n"
    "        if test $skip -eq 1\n"
    "            set skip 0\n"
    "            continue\n"
    "        end\n"
    "        switch $word\n"
    "            case ";

static const char fish_loop[] = "\n"
                                "                set skip 1\n"
                                "            case '-*'\n"
                                "            case '*'\n"
                                "                echo $word\n"
                                "        end\n"
                                "    end\n"
                                "end\n"
                                "\n"
                                "function __tblint_at # NUMBER COMMAND: so many words stand there\n"
                                "    set -l words (__tblint_words)\n"
                                "    test (count $words) -eq $argv[1]\n"
                                "    and test \"$words[1]\" = \"$argv[2]\"\n"
                                "end\n"
                                "\n"
                                "function __tblint_takes # COMMAND...\n"
                                "    set -l words (__tblint_words) lint\n"
                                "    contains -- $words[1] $argv\n"
                                "end\n"
                                "\n"
                                "function __tblint_refs\n"
                                "    git for-each-ref --format='%(refname:short)' 2>/dev/null\n"
                                "end\n"
                                "\n"
                                "complete -c tblint -f\n";

static void fish_offer(Buf *out, Arena *arena, Str placeholder, bool plan)
{
    Offer offer = offer_of(placeholder);
    if (offer == OFFER_REFS) {
        buf_add(out, " -x -a '(__tblint_refs)'");
    } else if (offer == OFFER_FILES) {
        buf_add(out, " -r -F");
    } else if (offer == OFFER_FOLDERS) {
        buf_add(out, " -x -a '(__fish_complete_directories)'");
    } else if (offer == OFFER_NOTHING) {
        buf_add(out, " -x");
    } else {
        buf_add(out, " -x -a '");
        add_list(out, arena, offer, placeholder, plan);
        buf_add_char(out, '\'');
    }
}

/* One line for all commands that take the option; of formats one for each kind of report. */
static void fish_option(Buf *out, Arena *arena, const OptionInfo *option, bool plan)
{
    Buf commands = {0};
    bool by_report = option->value && offer_of(str_of(option->value)) == OFFER_FORMATS;
    for (size_t i = 0; option_commands[i].name; i++) {
        const CommandInfo *command = &option_commands[i];
        if (takes(command, option) && (!by_report || is_of_plans(command) == plan))
            buf_addf(&commands, " %s", command->name);
    }
    if (commands.len && (by_report || !plan)) {
        buf_addf(out, "complete -c tblint -n '__tblint_takes%.*s' -l %s",
                 STR_ARG(buf_str(&commands)), option->name + 2);
        if (option->value)
            fish_offer(out, arena, str_of(option->value), plan);
        buf_add(out, " -d ");
        add_quoted(out, option->help, fish_quote);
        buf_add_char(out, '\n');
    }
    buf_free(&commands);
}

static void fish_command(Buf *out, Arena *arena, const CommandInfo *command)
{
    buf_addf(out, "complete -c tblint -n 'not count (__tblint_words) >/dev/null' -a %s -d ",
             command->name);
    add_quoted(out, command->help, fish_quote);
    buf_add_char(out, '\n');
    for (size_t place = 0; place < command->most; place++) {
        Str placeholder = argument_at(command, place);
        if (offer_of(placeholder) == OFFER_NOTHING)
            continue;
        buf_addf(out, "complete -c tblint -n '__tblint_at %zu %s'", place + 1, command->name);
        if (offer_of(placeholder) == OFFER_FILES)
            buf_add(out, " -F");
        else
            fish_offer(out, arena, placeholder, false);
        buf_add_char(out, '\n');
    }
}

static void fish_script(Buf *out, Arena *arena)
{
    buf_add(out, fish_head);
    add_valued(out, " ");
    buf_add(out, fish_loop);
    for (size_t i = 0; option_commands[i].name; i++)
        fish_command(out, arena, &option_commands[i]);
    for (size_t i = 0; option_table[i].name; i++) {
        fish_option(out, arena, &option_table[i], false);
        fish_option(out, arena, &option_table[i], true);
    }
}

/* ---- the command ---- */

int command_completions(const App *app, Arena *arena)
{
    static const struct {
        const char *shell;
        void (*script)(Buf *out, Arena *arena);
    } shells[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};
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
