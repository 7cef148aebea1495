/* shell_simple.c: one command: its words, its variables, the functions it calls. */
#include "shell_state.h"

static Str arg_text(const ShellArgs *args, size_t at)
{
    return at < args->len && args->items[at].certain ? args->items[at].text : STR("");
}

/* Commands whose failure would end a careful script: what follows is written for their success. */
static ShellStatus hoped_for(Str name)
{
    static const char *const words[] = {"tb",   "cd",   "source", ".",     "echo",  "printf",
                                        "set",  "type", "which",  "hash",  "sleep", "command",
                                        "wait", "tee",  "pip",    "mkdir", "pip3"};
    if (str_is(name, "true") || str_is(name, ":"))
        return SHELL_TRUE;
    if (str_is(name, "false"))
        return SHELL_FALSE;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(name, words[i]))
            return SHELL_HOPED;
    return SHELL_MAYBE;
}

static void visit(ShellState *state, const ShellNode *node, const ShellArgs *args)
{
    ShellCommand command = {.args = *args,
                            .range = node->range,
                            .certain = state->certain,
                            .background = state->background,
                            .has_input = state->has_input || node->has_input};
    state->setting->visit(state->setting->context, &command);
}

static void set_one(ShellState *state, const char *name, Str text)
{
    ShellValue *value = ARENA_NEW(state->arena, ShellValue);
    value->known = true;
    vec_push(state->arena, &value->words, text);
    shell_set(state, str_of(name), value);
}

static const char *const PARAMETERS[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "@"};

static void forget_parameters(ShellState *state)
{
    for (size_t i = 0; i < ARRAY_LEN(PARAMETERS); i++)
        shell_set(state, str_of(PARAMETERS[i]), NULL);
}

/* $1 to $9 and $@; not known where an argument is not. */
static void set_parameters(ShellState *state, const ShellArgs *args)
{
    ShellValue *all = ARENA_NEW(state->arena, ShellValue);
    bool known = true;
    *all = (ShellValue){.known = true, .is_array = true};
    for (size_t i = 1; i < args->len; i++) {
        known = known && args->items[i].certain;
        vec_push(state->arena, &all->words, args->items[i].text);
    }
    forget_parameters(state);
    for (size_t i = 0; known && i + 1 < ARRAY_LEN(PARAMETERS); i++)
        set_one(state, PARAMETERS[i], arg_text(args, i + 1));
    if (known)
        shell_set(state, STR("@"), all);
}

static void restore_parameters(ShellState *state, const ShellValue *const *saved)
{
    for (size_t i = 0; i < ARRAY_LEN(PARAMETERS); i++)
        shell_set(state, str_of(PARAMETERS[i]), saved[i]);
}

static ShellStatus call_function(ShellState *state, const ShellNode *function,
                                 const ShellArgs *args)
{
    const ShellValue *saved[ARRAY_LEN(PARAMETERS)];
    bool was_certain = state->certain;
    bool could_return = state->may_return;
    bool could_exit = state->may_exit;
    if (state->calls >= SHELL_CALLS_MAX) {
        state->hides = true;
        return SHELL_MAYBE;
    }
    for (size_t i = 0; i < ARRAY_LEN(PARAMETERS); i++)
        saved[i] = shell_value(state, str_of(PARAMETERS[i]));
    set_parameters(state, args);
    state->may_exit = false;
    state->calls++;
    ShellStatus status = shell_run_list(state, &function->body);
    state->calls--;
    if (state->jump == JUMP_RETURN)
        state->jump = JUMP_NONE;
    state->certain = was_certain && !state->may_exit;
    state->may_return = could_return;
    state->may_exit = state->may_exit || could_exit;
    restore_parameters(state, saved);
    return status == SHELL_FEARED || status == SHELL_FALSE ? SHELL_MAYBE : status;
}

static bool take_jump(ShellState *state, Str name)
{
    if (str_is(name, "exit"))
        state->jump = JUMP_EXIT;
    else if (str_is(name, "return"))
        state->jump = JUMP_RETURN;
    else if (str_is(name, "break") || str_is(name, "continue"))
        state->jump = JUMP_LOOP;
    return state->jump != JUMP_NONE;
}

/* Builtins that change what is known of variables. */
static void note_variables(ShellState *state, Str name, const ShellArgs *args)
{
    bool reads = str_is(name, "read") || str_is(name, "mapfile") || str_is(name, "readarray") ||
                 str_is(name, "getopts");
    for (size_t i = 1; i < args->len && (reads || str_is(name, "unset")); i++)
        if (args->items[i].text.len)
            shell_set(state, args->items[i].text, NULL);
    if (str_is(name, "printf") && str_is(arg_text(args, 1), "-v"))
        shell_set(state, arg_text(args, 2), NULL);
    if (str_is(name, "shift") || (str_is(name, "set") && str_is(arg_text(args, 1), "--")))
        forget_parameters(state);
}

static bool keeps_assignments(Str name)
{
    return name.len == 0 || str_is(name, "export") || str_is(name, "local") ||
           str_is(name, "readonly") || str_is(name, "declare") || str_is(name, "typeset");
}

static ShellStatus run_words(ShellState *state, const ShellNode *node, const ShellArgs *args)
{
    Str name = arg_text(args, 0);
    const ShellNode *function = name.len ? map_get(state->functions, name) : NULL;
    if (function)
        return call_function(state, function, args);
    if (take_jump(state, name))
        return SHELL_HOPED;
    visit(state, node, args);
    note_variables(state, name, args);
    /* exec stands for the rest of the script, unless it only redirects. */
    if (str_is(name, "exec") && args->len > 1)
        state->jump = JUMP_EXIT;
    return hoped_for(name);
}

ShellStatus shell_run_simple(ShellState *state, const ShellNode *node)
{
    ShellArgs args = {0};
    Str first = STR("");
    if (node->words.len && node->words.items[0].parts.len == 1)
        first = node->words.items[0].parts.items[0].text;
    bool closes = str_is(first, "[") && node->words.len > 1;
    if (closes || str_is(first, "test"))
        return shell_test(state, node->words.items + 1, node->words.len - 1 - closes, false);
    for (size_t i = 0; i < node->words.len; i++)
        shell_expand(state, &node->words.items[i], &args);
    size_t since = state->undo.len;
    for (size_t i = 0; i < node->assignments.len; i++)
        shell_assign(state, &node->assignments.items[i]);
    if (args.len == 0)
        return node->words.len ? SHELL_MAYBE : SHELL_HOPED;
    if (keeps_assignments(arg_text(&args, 0)) && args.items[0].certain)
        return SHELL_HOPED;
    /* name=value before a command is for that command alone; its words are expanded already. */
    shell_undo(state, since, false);
    return run_words(state, node, &args);
}
