/* completions_fish.c: the script that completes tblint's command line in fish. */
#include "completions.h"

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
                                "# Formats, and behind FORMAT= files.\n"
                                "function __tblint_formats # FORMAT...\n"
                                "    set -l typed (string replace -r '^--format=' '' -- "
                                "(commandline -ct))\n"
                                "    set -l parts (string split -m 1 = -- $typed)\n"
                                "    if test (count $parts) -lt 2\n"
                                "        printf '%s\\n' $argv\n"
                                "        return\n"
                                "    end\n"
                                "    for path in (__fish_complete_path $parts[2])\n"
                                "        echo $parts[1]=(string split \\t -- $path)[1]\n"
                                "    end\n"
                                "end\n"
                                "\n"
                                "complete -c tblint -f\n";

static void fish_offer(Buf *out, Arena *arena, Str placeholder, ReportKind kind)
{
    Offer offer = offer_of(placeholder);
    if (offer == OFFER_REFS) {
        buf_add(out, " -x -a '(__tblint_refs)'");
    } else if (offer == OFFER_FILES) {
        buf_add(out, " -r -F");
    } else if (offer == OFFER_FOLDERS) {
        buf_add(out, " -x -a '(__fish_complete_directories)'");
    } else if (offer == OFFER_FORMATS) {
        buf_add(out, " -x -a '(__tblint_formats ");
        offer_list(out, arena, offer, placeholder, kind);
        buf_add(out, ")'");
    } else if (offer == OFFER_NOTHING) {
        buf_add(out, " -x");
    } else {
        buf_add(out, " -x -a '");
        offer_list(out, arena, offer, placeholder, kind);
        buf_add_char(out, '\'');
    }
}

/* One line for all commands that take the option; of formats one for each kind of report. */
static void fish_option(Buf *out, Arena *arena, const OptionInfo *option, ReportKind kind)
{
    Buf commands = {0};
    bool by_report = option->value && offer_of(str_of(option->value)) == OFFER_FORMATS;
    for (size_t i = 0; option_commands[i].name; i++) {
        const CommandInfo *command = &option_commands[i];
        if (command_takes(command, option) && (!by_report || command_reports(command) == kind))
            buf_addf(&commands, " %s", command->name);
    }
    if (commands.len && (by_report || kind == REPORT_LINT)) {
        buf_addf(out, "complete -c tblint -n '__tblint_takes%.*s' -l %s",
                 STR_ARG(buf_str(&commands)), option->name + 2);
        if (option->value)
            fish_offer(out, arena, str_of(option->value), kind);
        buf_add(out, " -d ");
        offer_quoted(out, option->help, fish_quote);
        buf_add_char(out, '\n');
    }
    buf_free(&commands);
}

static void fish_command(Buf *out, Arena *arena, const CommandInfo *command)
{
    buf_addf(out, "complete -c tblint -n 'not count (__tblint_words) >/dev/null' -a %s -d ",
             command->name);
    offer_quoted(out, command->help, fish_quote);
    buf_add_char(out, '\n');
    for (size_t place = 0; place < command->most; place++) {
        Str placeholder = offered_argument(command, place);
        if (offer_of(placeholder) == OFFER_NOTHING)
            continue;
        buf_addf(out, "complete -c tblint -n '__tblint_at %zu %s'", place + 1, command->name);
        if (offer_of(placeholder) == OFFER_FILES)
            buf_add(out, " -F");
        else
            fish_offer(out, arena, placeholder, REPORT_LINT);
        buf_add_char(out, '\n');
    }
}

void completions_fish(Buf *out, Arena *arena)
{
    buf_add(out, fish_head);
    offer_valued(out, " ");
    buf_add(out, fish_loop);
    for (size_t i = 0; option_commands[i].name; i++)
        fish_command(out, arena, &option_commands[i]);
    for (size_t i = 0; option_table[i].name; i++) {
        fish_option(out, arena, &option_table[i], REPORT_LINT);
        fish_option(out, arena, &option_table[i], REPORT_PLAN);
        fish_option(out, arena, &option_table[i], REPORT_WHY);
    }
}
