/*
 * fuzz_shell.c: any bytes as a deploy script: parsed, and run as CI and as production.
 *
 * Commands must have a word, every range must lie in the script, and a script that is refused says
 * why.
 */
#include "touch.h"

#include "syntax/shell_run.h"

typedef struct {
    size_t len; /* of the script */
    size_t seen;
} Seen;

static void see(void *context, const ShellCommand *command)
{
    Seen *seen = context;
    seen->seen++;
    if (command->args.len == 0)
        abort();
    touch_range(command->range, 0, seen->len);
    for (size_t i = 0; i < command->args.len; i++) {
        const ShellArg *arg = &command->args.items[i];
        touch(arg->text);
        touch_range(arg->range, 0, seen->len);
        if (arg->certain && arg->spreads)
            abort(); /* a certain word is one word */
    }
}

static void run(Arena *arena, const ShellScript *script, size_t len, bool in_ci)
{
    Seen seen = {.len = len};
    ShellVariable version = {STR("VERSION"), STR("1.2.3")};
    ShellSetting setting = {.variables = &version,
                            .variable_count = 1,
                            .switch_name = STR("CI"),
                            .is_on = in_ci,
                            .visit = see,
                            .context = &seen};
    shell_run(arena, script, &setting);
    if (script->broken && seen.seen > 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    const ShellScript *script = shell_parse(arena, text);
    touch(script->why);
    touch_range(script->at, 0, size);
    if (script->broken != (script->why.len > 0))
        abort();
    run(arena, script, size, true);
    run(arena, script, size, false);
    arena_free(arena);
    return 0;
}
