/* help.c: `tblint help` and `tblint version`. */
#include "command.h"
#include "talk.h"
#include "version.h"

int command_help(const App *app, Arena *arena)
{
    (void)arena;
    Buf out = {0};
    const Arguments *arguments = &app->options->arguments;
    CommandId id;
    if (arguments->len == 0) {
        options_help(&out);
    } else if (options_command(arguments->items[0], &id)) {
        options_command_help(&out, id);
    } else {
        Fault fault = {0};
        fault_set(&fault, FAULT_USAGE, "there is no command '%s'", arguments->items[0]);
        fault_repair(&fault, "tblint --help");
        return talk_fault(app->err, &fault);
    }
    int code = command_print(app, buf_str(&out));
    buf_free(&out);
    return code;
}

int command_version(const App *app, Arena *arena)
{
    (void)arena;
    return command_print(app, STR("tblint " TBLINT_VERSION "\n"));
}
