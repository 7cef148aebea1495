/* tblint.c: one run of the program: options, then the command. */
#include "tblint.h"

#include "command.h"
#include "output.h"
#include "talk.h"

typedef int (*Command)(const App *app, Arena *arena);

static const Command commands[] = {
    [COMMAND_LINT] = command_lint,
    [COMMAND_PLAN] = command_plan,
    [COMMAND_ACCEPT] = command_accept,
    [COMMAND_SCAFFOLD] = command_scaffold,
    [COMMAND_RULES] = command_rules,
    [COMMAND_WHY] = command_why,
    [COMMAND_EXPLAIN] = command_explain,
    [COMMAND_HOOK] = command_hook,
    [COMMAND_SARIF_CHECK] = command_sarif_check,
    [COMMAND_DOCTOR] = command_doctor,
    [COMMAND_COMPLETIONS] = command_completions,
    [COMMAND_HELP] = command_help,
    [COMMAND_VERSION] = command_version,
};

int command_print(const App *app, Str text)
{
    Fault fault = {0};
    return output_stream(app->out, text, &fault) < 0 ? talk_fault(app->err, &fault) : 0;
}

int tblint_run(int argc, const char *const *argv, FILE *out, FILE *err)
{
    Arena *arena = arena_new();
    Fault fault = {0};
    Options options;
    App app = {&options, out, err};
    int code;
    if (options_parse(&options, arena, argc, argv, &fault) < 0)
        code = talk_fault(err, &fault);
    else
        code = commands[options.command](&app, arena);
    arena_free(arena);
    return code;
}
