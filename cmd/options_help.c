/* options_help.c: --help, as the tables of commands and options give it. */
#include "options_table.h"

enum { HELP_WIDTH = 100, OPTION_INDENT = 24, COMMAND_INDENT = 38 };

/* The text from the column `indent` on, where the line is already, broken between words. */
static void add_wrapped(Buf *out, Str text, size_t indent)
{
    size_t column = indent;
    while (text.len > 0) {
        ptrdiff_t blank = str_find_char(text, ' ');
        Str word = blank < 0 ? text : str_slice(text, 0, (size_t)blank);
        if (column > indent && column + 1 + word.len > HELP_WIDTH) {
            buf_add_char(out, '\n');
            buf_add_repeat(out, ' ', indent);
            column = indent;
        } else if (column > indent) {
            buf_add_char(out, ' ');
            column++;
        }
        buf_add_str(out, word);
        column += word.len;
        text = str_slice(text, word.len + 1, text.len);
    }
    buf_add_char(out, '\n');
}

static void add_option_help(Buf *out, const OptionInfo *option)
{
    Buf left = {0};
    buf_addf(&left, "  %s%s%s", option->name, option->value ? " " : "",
             option->value ? option->value : "");
    buf_add_str(out, buf_str(&left));
    if (left.len < OPTION_INDENT) {
        buf_add_repeat(out, ' ', OPTION_INDENT - left.len);
    } else {
        buf_add_char(out, '\n');
        buf_add_repeat(out, ' ', OPTION_INDENT);
    }
    add_wrapped(out, str_of(option->help), OPTION_INDENT);
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
        buf_add_repeat(out, ' ', left.len < COMMAND_INDENT ? COMMAND_INDENT - left.len : 1);
        add_wrapped(out, str_of(command->help), COMMAND_INDENT);
        buf_free(&left);
    }
    buf_add(out, "\nOptions:\n");
    for (size_t i = 0; option_table[i].name; i++)
        add_option_help(out, &option_table[i]);
    add_exit_help(out);
    buf_add(
        out,
        "\nEnvironment: TBLINT_LIVE names the live branch, TBLINT_BEFORE what it was before\n"
        "             a push to it, TBLINT_NOW sets the clock (RFC 3339), NO_COLOR turns colour\n"
        "             off, COLUMNS is the width at a terminal.\n"
        "\nMore: `tblint help COMMAND` lists the options of one command, `tblint explain "
        "comparison`\n      says what is compared with what, `tblint explain RULE` what a "
        "finding means.\n");
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
