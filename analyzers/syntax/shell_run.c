/* shell_run.c: follows a script from command to command. */
#include "shell_state.h"

/* ---- branches ---- */

/* A branch that may run ended in that jump: what follows is reached only where it did not run. */
static void note_leaving(ShellState *state, ShellJump jump)
{
    state->may_return = state->may_return || jump == JUMP_RETURN;
    state->may_exit = state->may_exit || jump == JUMP_EXIT;
}

/* What stands there may or may not run. */
static ShellStatus run_maybe(ShellState *state, const ShellList *list)
{
    bool was_certain = state->certain;
    size_t since = state->undo.len;
    state->certain = false;
    ShellStatus status = shell_run_list(state, list);
    bool left = state->jump != JUMP_NONE;
    shell_undo(state, since, !left);
    note_leaving(state, state->jump);
    state->certain = was_certain && !left;
    state->jump = JUMP_NONE;
    return status;
}

/* Of two lists one runs. */
static void run_either(ShellState *state, const ShellList *yes, const ShellList *no)
{
    bool was_certain = state->certain;
    size_t since = state->undo.len;
    state->certain = false;
    shell_run_list(state, yes);
    ShellJump first = state->jump;
    VEC(Str) changed = {0};
    for (size_t i = since; i < state->undo.len; i++)
        vec_push(state->arena, &changed, state->undo.items[i].name);
    shell_undo(state, since, false);
    state->jump = JUMP_NONE;
    state->certain = false;
    shell_run_list(state, no);
    ShellJump second = state->jump;
    if (second != JUMP_NONE || first == JUMP_NONE)
        shell_undo(state, since, true);
    for (size_t i = 0; first == JUMP_NONE && i < changed.len; i++)
        shell_set(state, changed.items[i], NULL);
    note_leaving(state, first);
    note_leaving(state, second);
    bool both_leave = first != JUMP_NONE && second != JUMP_NONE;
    state->jump = both_leave ? (first < second ? first : second) : JUMP_NONE;
    state->certain = was_certain && first == JUMP_NONE && second == JUMP_NONE;
}

/* A list that runs only where a command fails that is not meant to. */
static void run_on_failure(ShellState *state, const ShellList *list)
{
    bool was_certain = state->certain;
    size_t since = state->undo.len;
    state->certain = false;
    shell_run_list(state, list);
    shell_undo(state, since, false);
    state->jump = JUMP_NONE;
    state->certain = was_certain;
}

static void run_branches(ShellState *state, ShellStatus status, const ShellList *yes,
                         const ShellList *no)
{
    switch (status) {
    case SHELL_TRUE:
        shell_run_list(state, yes);
        break;
    case SHELL_FALSE:
        shell_run_list(state, no);
        break;
    case SHELL_MAYBE:
        run_either(state, yes, no);
        break;
    case SHELL_HOPED:
        run_on_failure(state, no);
        shell_run_list(state, yes);
        break;
    case SHELL_FEARED:
        run_on_failure(state, yes);
        shell_run_list(state, no);
        break;
    }
}

/* ---- loops and choices ---- */

/* What was known before a loop; leaving the loop alone does not make what follows less certain. */
typedef struct {
    bool certain;
    bool may_return;
    bool may_exit;
} BeforeLoop;

static BeforeLoop begin_loop(ShellState *state)
{
    BeforeLoop before = {state->certain, state->may_return, state->may_exit};
    state->may_return = false;
    state->may_exit = false;
    return before;
}

static void end_loop(ShellState *state, BeforeLoop before)
{
    if (state->jump == JUMP_LOOP)
        state->jump = JUMP_NONE;
    state->certain = before.certain && !state->may_return && !state->may_exit;
    state->may_return = state->may_return || before.may_return;
    state->may_exit = state->may_exit || before.may_exit;
}

/* Runs the body once. What it sets may differ in a later round. */
static void run_while(ShellState *state, const ShellNode *node)
{
    size_t since = state->undo.len;
    ShellStatus status = shell_run_list(state, &node->condition);
    if (node->kind == SHELL_UNTIL)
        status = shell_negated(status);
    if (state->jump != JUMP_NONE || status == SHELL_FALSE)
        return;
    BeforeLoop before = begin_loop(state);
    if (status == SHELL_TRUE)
        shell_run_list(state, &node->body);
    else
        run_maybe(state, &node->body);
    end_loop(state, before);
    for (size_t i = since, end = state->undo.len; i < end; i++)
        shell_set(state, state->undo.items[i].name, NULL);
}

static void run_for(ShellState *state, const ShellNode *node)
{
    ShellArgs items = {0};
    BeforeLoop before = begin_loop(state);
    bool certain = node->has_words;
    for (size_t i = 0; i < node->words.len; i++)
        shell_expand(state, &node->words.items[i], &items);
    for (size_t i = 0; i < items.len; i++)
        certain = certain && items.items[i].certain;
    if (!certain || items.len > SHELL_ITEMS_MAX) {
        if (node->name.len)
            shell_set(state, node->name, NULL);
        run_maybe(state, &node->body);
        end_loop(state, before);
        return;
    }
    for (size_t i = 0; i < items.len && state->jump == JUMP_NONE; i++) {
        ShellValue *value = ARENA_NEW(state->arena, ShellValue);
        value->known = true;
        vec_push(state->arena, &value->words, items.items[i].text);
        if (node->name.len)
            shell_set(state, node->name, value);
        shell_run_list(state, &node->body);
    }
    end_loop(state, before);
}

static bool has_pattern_char(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr("*?[", text.ptr[i]))
            return true;
    return false;
}

static ShellStatus arm_matches(ShellState *state, const ShellArm *arm, const ShellArg *subject,
                               bool is_switch)
{
    ShellStatus status = SHELL_FALSE;
    for (size_t i = 0; i < arm->patterns.len && status != SHELL_TRUE; i++) {
        bool pattern_switch;
        ShellArg pattern = shell_expand_one(state, &arm->patterns.items[i], &pattern_switch);
        ShellStatus one = SHELL_MAYBE;
        if (pattern.certain && str_is(pattern.text, "*"))
            one = SHELL_TRUE;
        else if (pattern.certain && !has_pattern_char(pattern.text))
            one = shell_equal(subject, is_switch, &pattern, pattern_switch);
        if (one != SHELL_FALSE)
            status = one;
    }
    return status;
}

static void run_case(ShellState *state, const ShellNode *node)
{
    bool is_switch = false;
    bool in_doubt = false;
    if (node->words.len == 0)
        return;
    ShellArg subject = shell_expand_one(state, &node->words.items[0], &is_switch);
    for (size_t i = 0; i < node->arms.len && state->jump == JUMP_NONE; i++) {
        const ShellArm *arm = &node->arms.items[i];
        ShellStatus status = arm_matches(state, arm, &subject, is_switch);
        if (status == SHELL_FALSE)
            continue;
        in_doubt = in_doubt || status != SHELL_TRUE || arm->falls_through;
        if (!in_doubt) {
            shell_run_list(state, &arm->body);
            return;
        }
        run_maybe(state, &arm->body);
    }
}

/* ---- everything ---- */

void shell_run_apart(ShellState *state, const ShellList *list)
{
    size_t since = state->undo.len;
    bool was_certain = state->certain;
    ShellJump jump = state->jump;
    if (state->calls >= SHELL_CALLS_MAX) {
        state->hides = true;
        return;
    }
    state->calls++;
    shell_run_list(state, list);
    state->calls--;
    shell_undo(state, since, false);
    state->certain = was_certain;
    state->jump = jump;
}

static ShellStatus run_node(ShellState *state, const ShellNode *node)
{
    bool had_input = state->has_input;
    ShellStatus status = SHELL_MAYBE;
    if (node->kind != SHELL_SIMPLE)
        state->has_input = had_input || node->has_input;
    switch (node->kind) {
    case SHELL_SIMPLE:
        status = shell_run_simple(state, node);
        break;
    case SHELL_TEST:
        status = shell_test(state, node->words.items, node->words.len, true);
        break;
    case SHELL_ARITH:
        state->hides = state->hides || node->hides;
        break;
    case SHELL_GROUP:
        status = shell_run_list(state, &node->body);
        break;
    case SHELL_SUBSHELL:
        shell_run_apart(state, &node->body);
        status = SHELL_HOPED;
        break;
    case SHELL_IF:
        run_branches(state, shell_run_list(state, &node->condition), &node->body, &node->otherwise);
        break;
    case SHELL_LOOP:
    case SHELL_UNTIL:
        run_while(state, node);
        break;
    case SHELL_FOR:
        run_for(state, node);
        break;
    case SHELL_CASE:
        run_case(state, node);
        break;
    case SHELL_FUNCTION:
        map_put(state->functions, node->name, (void *)(uintptr_t)node);
        status = SHELL_HOPED;
        break;
    }
    state->has_input = had_input;
    return status;
}

static ShellStatus run_pipeline(ShellState *state, const ShellPipeline *pipeline)
{
    ShellStatus status = SHELL_MAYBE;
    bool had_input = state->has_input;
    for (size_t i = 0; i < pipeline->stages.len; i++) {
        bool alone = pipeline->stages.len == 1;
        size_t since = state->undo.len;
        bool was_certain = state->certain;
        state->has_input = had_input || i > 0;
        status = run_node(state, pipeline->stages.items[i]);
        if (alone)
            break;
        shell_undo(state, since, false);
        state->jump = JUMP_NONE;
        state->certain = was_certain;
    }
    state->has_input = had_input;
    return pipeline->negated ? shell_negated(status) : status;
}

/* Where it leaves the script, that is no more certain than the success. */
static ShellStatus run_after_success(ShellState *state, const ShellPipeline *pipeline)
{
    ShellStatus status = run_pipeline(state, pipeline);
    if (state->jump == JUMP_NONE)
        return status;
    note_leaving(state, state->jump);
    state->jump = JUMP_NONE;
    state->certain = false;
    return SHELL_MAYBE;
}

/* A pipeline behind && or ||, which runs only where the ones before it ended in one way. */
static ShellStatus run_joined(ShellState *state, const ShellPipeline *pipeline, ShellStatus before)
{
    ShellStatus wanted = pipeline->join == JOIN_AND ? before : shell_negated(before);
    ShellPipeline copy = *pipeline;
    ShellItem item = {0};
    ShellList list = {0};
    copy.join = JOIN_FIRST;
    vec_push(state->arena, &item.pipelines, copy);
    vec_push(state->arena, &list.items, item);
    switch (wanted) {
    case SHELL_FALSE:
        return before;
    case SHELL_TRUE:
        return run_pipeline(state, pipeline);
    case SHELL_HOPED:
        return run_after_success(state, pipeline);
    case SHELL_FEARED:
        run_on_failure(state, &list);
        return before;
    case SHELL_MAYBE:
        run_maybe(state, &list);
        break;
    }
    return SHELL_MAYBE;
}

static ShellStatus run_item(ShellState *state, const ShellItem *item)
{
    bool was_background = state->background;
    size_t since = state->undo.len;
    ShellStatus status = SHELL_MAYBE;
    state->background = was_background || item->background;
    for (size_t i = 0; i < item->pipelines.len && state->jump == JUMP_NONE; i++) {
        const ShellPipeline *pipeline = &item->pipelines.items[i];
        status = pipeline->join == JOIN_FIRST ? run_pipeline(state, pipeline)
                                              : run_joined(state, pipeline, status);
    }
    if (item->background) {
        shell_undo(state, since, false);
        state->jump = JUMP_NONE;
    }
    state->background = was_background;
    return status;
}

ShellStatus shell_run_list(ShellState *state, const ShellList *list)
{
    ShellStatus status = SHELL_HOPED;
    for (size_t i = 0; i < list->items.len && state->jump == JUMP_NONE; i++) {
        if (++state->steps > SHELL_STEPS_MAX) {
            state->hides = true;
            state->jump = JUMP_EXIT;
            break;
        }
        status = run_item(state, &list->items.items[i]);
    }
    return status;
}

static void give_variables(ShellState *state)
{
    const ShellSetting *setting = state->setting;
    for (size_t i = 0; i < setting->variable_count; i++) {
        ShellValue *value = ARENA_NEW(state->arena, ShellValue);
        value->known = true;
        vec_push(state->arena, &value->words, setting->variables[i].value);
        map_put(state->variables, setting->variables[i].name, value);
    }
    if (setting->switch_name.len == 0)
        return;
    ShellValue *value = ARENA_NEW(state->arena, ShellValue);
    *value = (ShellValue){.known = true, .is_switch = true};
    if (setting->is_on)
        vec_push(state->arena, &value->words, STR("true"));
    map_put(state->variables, setting->switch_name, value);
}

bool shell_run(Arena *arena, const ShellScript *script, const ShellSetting *setting)
{
    ShellState state = {.arena = arena,
                        .setting = setting,
                        .variables = map_new(arena),
                        .functions = map_new(arena),
                        .certain = true};
    give_variables(&state);
    shell_run_list(&state, &script->list);
    return !state.hides;
}
