/* options_help.c: --help, as the tables of commands and options give it. */
#include "options_table.h"

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
    for (size_t i = 0; option_commands[i].name; i++) {
        const CommandInfo *command = &option_commands[i];
        Buf left = {0};
        buf_addf(&left, "  %s %s", command->name, command->arguments);
        buf_add_str(out, buf_str(&left));
        buf_add_repeat(out, ' ', left.len < 38 ? 38 - left.len : 1);
        buf_addf(out, "%s\n", command->help);
        buf_free(&left);
    }
    buf_add(out, "\nOptions:\n");
    for (size_t i = 0; option_table[i].name; i++)
        add_option_help(out, &option_table[i]);
    add_exit_help(out);
    buf_add(out, "\nEnvironment: TBLINT_LIVE names the live branch, TBLINT_NOW sets the clock "
                 "(RFC 3339),\n             NO_COLOR turns colour off, COLUMNS is the width at a "
                 "terminal.\n");
}

void options_command_help(Buf *out, CommandId id)
{
    const CommandInfo *command = command_info(id);
    buf_addf(out, "tblint %s: %s\n\nUsage: tblint %s%s%s [OPTIONS]\n\nOptions:\n", command->name,
             command->help, command->name, *command->arguments ? " " : "", command->arguments);
    for (size_t i = 0; option_table[i].name; i++) {
        if (option_table[i].commands & 1u << id)
            add_option_help(out, &option_table[i]);
    }
    add_exit_help(out);
}
