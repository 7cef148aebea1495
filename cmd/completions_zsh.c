/* completions_zsh.c: the script that completes tblint's command line in zsh. */
#include "completions.h"

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
    "\n"
    "# FORMAT or FORMAT=FILE\n"
    "_tblint_formats() {\n"
    "    if compset -P '*='; then\n"
    "        _files\n"
    "    else\n"
    "        compadd -- \"$@\"\n"
    "    fi\n"
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

static void zsh_offer(Buf *out, Arena *arena, Str placeholder, ReportKind kind)
{
    Offer offer = offer_of(placeholder);
    if (offer == OFFER_REFS) {
        buf_add(out, "_tblint_refs");
    } else if (offer == OFFER_FILES || offer == OFFER_FOLDERS) {
        buf_add(out, offer == OFFER_FILES ? "_files" : "_files -/");
    } else if (offer == OFFER_COMMANDS) {
        buf_add(out, "_tblint_commands");
    } else if (offer == OFFER_FORMATS) {
        buf_add(out, " _tblint_formats "); /* the blank keeps _arguments from adding options */
        offer_list(out, arena, offer, placeholder, kind);
    } else if (offer == OFFER_NOTHING) {
        buf_add(out, " ");
    } else {
        buf_add_char(out, '(');
        offer_list(out, arena, offer, placeholder, kind);
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
        zsh_offer(&text, arena, str_of(option->value), command_reports(command));
    }
    buf_add(out, " \\\n            ");
    offer_quoted(out, str_cstr(arena, buf_str(&text)), zsh_quote);
    buf_free(&text);
}

static void zsh_command(Buf *out, Arena *arena, const CommandInfo *command)
{
    buf_addf(out, "    %s)\n        _arguments", command->name);
    for (size_t i = 0; option_table[i].name; i++) {
        if (command_takes(command, &option_table[i]))
            zsh_option(out, arena, command, &option_table[i]);
    }
    buf_add(out, " \\\n            '1:command:_tblint_commands'");
    for (size_t place = 0; place < command->most; place++) {
        Buf text = {0};
        buf_addf(&text, "%zu:argument:", place + 2);
        zsh_offer(&text, arena, offered_argument(command, place), REPORT_LINT);
        buf_add(out, " \\\n            ");
        offer_quoted(out, str_cstr(arena, buf_str(&text)), zsh_quote);
        buf_free(&text);
    }
    buf_add(out, "\n        ;;\n");
}

void completions_zsh(Buf *out, Arena *arena)
{
    buf_add(out, zsh_head);
    buf_add(out, "_tblint_commands() {\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; option_commands[i].name; i++) {
        Str text = str_fmt(arena, "%s:%s", option_commands[i].name, option_commands[i].help);
        buf_add(out, "        ");
        offer_quoted(out, str_cstr(arena, text), zsh_quote);
        buf_add_char(out, '\n');
    }
    buf_add(out, "    )\n    _describe command commands\n}\n\n_tblint() {\n"
                 "    local command=lint\n    local -a valued\n    integer i\n    valued=(");
    offer_valued(out, " ");
    buf_add(out, ")\n");
    buf_add(out, zsh_loop);
    for (size_t i = 0; option_commands[i].name; i++)
        zsh_command(out, arena, &option_commands[i]);
    buf_add(out, "    esac\n}\n\n_tblint \"$@\"\n");
}
