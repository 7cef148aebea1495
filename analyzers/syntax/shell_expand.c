/* shell_expand.c: variables, and the words that come out of a word. */
#include "shell_state.h"

/* ---- variables ---- */

const ShellValue *shell_value(const ShellState *state, Str name)
{
    return map_get(state->variables, name);
}

void shell_set(ShellState *state, Str name, const ShellValue *value)
{
    void **slot = map_at(state->variables, name);
    vec_push(state->arena, &state->undo, (ShellUndo){name, *slot});
    *slot = (void *)(uintptr_t)value;
}

void shell_undo(ShellState *state, size_t since, bool forget)
{
    size_t end = state->undo.len;
    for (size_t i = end; i > since; i--) {
        ShellUndo *undo = &state->undo.items[i - 1];
        map_put(state->variables, undo->name, forget ? NULL : (void *)(uintptr_t)undo->old);
    }
    /* What is forgotten stays in the list: a branch further out may be taken back as well. */
    if (!forget)
        state->undo.len = since;
}

static const ShellValue *value_of(ShellState *state, const ShellArgs *args, bool is_array)
{
    ShellValue *value = ARENA_NEW(state->arena, ShellValue);
    value->known = true;
    value->is_array = is_array;
    for (size_t i = 0; i < args->len; i++) {
        const ShellArg *arg = &args->items[i];
        if (!arg->certain || arg->text.len > SHELL_VALUE_MAX || i >= SHELL_ITEMS_MAX)
            return NULL;
        vec_push(state->arena, &value->words, arg->text);
    }
    return value;
}

static const ShellValue *appended(ShellState *state, const ShellValue *old, const ShellValue *more)
{
    if (!old || !more || old->is_switch || old->is_array != more->is_array)
        return NULL;
    ShellValue *value = ARENA_NEW(state->arena, ShellValue);
    *value = (ShellValue){.known = true, .is_array = more->is_array};
    if (!more->is_array) {
        Str before = old->words.len ? old->words.items[0] : STR("");
        Str after = more->words.len ? more->words.items[0] : STR("");
        if (before.len + after.len > SHELL_VALUE_MAX)
            return NULL;
        Str both = str_fmt(state->arena, "%.*s%.*s", STR_ARG(before), STR_ARG(after));
        vec_push(state->arena, &value->words, both);
        return value;
    }
    if (old->words.len + more->words.len > SHELL_ITEMS_MAX)
        return NULL;
    for (size_t i = 0; i < old->words.len; i++)
        vec_push(state->arena, &value->words, old->words.items[i]);
    for (size_t i = 0; i < more->words.len; i++)
        vec_push(state->arena, &value->words, more->words.items[i]);
    return value;
}

void shell_assign(ShellState *state, const ShellAssignment *assignment)
{
    ShellArgs args = {0};
    bool is_switch = false;
    for (size_t i = 0; i < assignment->words.len; i++) {
        const ShellWord *word = &assignment->words.items[i];
        if (assignment->is_array)
            shell_expand(state, word, &args);
        else
            vec_push(state->arena, &args, shell_expand_one(state, word, &is_switch));
    }
    const ShellValue *value = value_of(state, &args, assignment->is_array);
    if (assignment->append)
        value = appended(state, shell_value(state, assignment->name), value);
    shell_set(state, assignment->name, value);
}

/* ---- words ---- */

/* The words in the making. */
typedef struct {
    ShellState *state;
    ShellArgs *out;
    Buf text;
    Range range;
    bool splits; /* an unquoted variable may give several words */
    bool any;    /* a word has begun, be it empty: "" is one */
    bool open;   /* the word so far is certain */
    bool spreads;
    bool is_switch; /* nothing but the switch variable */
    size_t parts;
} Expanding;

static void add_text(Expanding *expanding, Str text)
{
    expanding->any = true;
    bool fits = expanding->text.len + text.len <= (size_t)2 * SHELL_VALUE_MAX &&
                expanding->state->steps < SHELL_STEPS_MAX;
    if (expanding->open && fits)
        buf_add_str(&expanding->text, text);
    else
        expanding->open = false;
}

static void end_word(Expanding *expanding)
{
    if (!expanding->any)
        return;
    ShellArg arg = {.text = str_copy(expanding->state->arena, buf_str(&expanding->text)),
                    .certain = expanding->open,
                    .spreads = expanding->spreads,
                    .range = expanding->range};
    vec_push(expanding->state->arena, expanding->out, arg);
    expanding->state->steps += 1 + (unsigned)(arg.text.len / 16);
    expanding->text.len = 0;
    expanding->any = false;
    expanding->open = true;
    expanding->spreads = false;
}

static void add_unknown(Expanding *expanding, bool quoted)
{
    expanding->any = true;
    expanding->open = false;
    if (!quoted)
        expanding->spreads = true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void add_split(Expanding *expanding, Str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t from = at;
        while (at < text.len && !is_blank(text.ptr[at]))
            at++;
        if (at > from)
            add_text(expanding, str_slice(text, from, at));
        if (at < text.len)
            end_word(expanding);
        while (at < text.len && is_blank(text.ptr[at]))
            at++;
    }
}

static void add_value(Expanding *expanding, Str text, bool quoted)
{
    if (quoted || !expanding->splits)
        add_text(expanding, text);
    else
        add_split(expanding, text);
}

/* ${x[@]} and $@: a word each where it is quoted. */
static void add_all(Expanding *expanding, const ShellValue *value, bool quoted)
{
    for (size_t i = 0; i < value->words.len; i++) {
        if (i > 0)
            end_word(expanding);
        add_value(expanding, value->words.items[i], quoted);
    }
}

static void add_word(Expanding *expanding, const ShellWord *word, bool quoted);

static void add_variable(Expanding *expanding, const ShellPart *part)
{
    const ShellValue *value = shell_value(expanding->state, part->text);
    char op = part->op;
    if (!value) {
        add_unknown(expanding, part->quoted);
        return;
    }
    bool is_set = value->words.len > 0 && (value->words.items[0].len > 0 || !part->empty_too);
    bool by_operand = op && (op == '+' ? is_set : !is_set);
    expanding->is_switch = value->is_switch && !op;
    if (by_operand && op != '?')
        add_word(expanding, part->operand, part->quoted);
    else if (op == '+')
        add_value(expanding, STR(""), part->quoted);
    else if (part->all)
        add_all(expanding, value, part->quoted);
    else
        add_value(expanding, value->words.len ? value->words.items[0] : STR(""), part->quoted);
}

static void add_part(Expanding *expanding, const ShellPart *part)
{
    ShellState *state = expanding->state;
    switch (part->kind) {
    case PART_LITERAL:
        add_text(expanding, part->text);
        break;
    case PART_VARIABLE:
        add_variable(expanding, part);
        break;
    case PART_COMMAND:
        shell_run_apart(state, part->list);
        add_unknown(expanding, part->quoted);
        break;
    case PART_UNKNOWN:
        state->hides = state->hides || part->hides;
        add_unknown(expanding, part->quoted);
        break;
    }
}

static void add_word(Expanding *expanding, const ShellWord *word, bool quoted)
{
    if (!word || expanding->state->calls >= SHELL_CALLS_MAX) {
        add_unknown(expanding, quoted);
        return;
    }
    expanding->state->calls++;
    for (size_t i = 0; i < word->parts.len; i++) {
        ShellPart part = word->parts.items[i];
        part.quoted = part.quoted || quoted;
        add_part(expanding, &part);
    }
    expanding->state->calls--;
}

static void expand(Expanding *expanding, const ShellWord *word)
{
    expanding->open = true;
    expanding->range = word->range;
    add_word(expanding, word, false);
    /* '' around a variable keeps the switch what it is; any other text beside it does not. */
    size_t parts = 0;
    for (size_t i = 0; i < word->parts.len; i++)
        parts += word->parts.items[i].kind != PART_LITERAL || word->parts.items[i].text.len > 0;
    expanding->is_switch = expanding->is_switch && parts == 1;
}

void shell_expand(ShellState *state, const ShellWord *word, ShellArgs *out)
{
    Expanding expanding = {.state = state, .out = out, .splits = true};
    expand(&expanding, word);
    end_word(&expanding);
    buf_free(&expanding.text);
}

ShellArg shell_expand_one(ShellState *state, const ShellWord *word, bool *is_switch)
{
    ShellArgs args = {0};
    Expanding expanding = {.state = state, .out = &args};
    expand(&expanding, word);
    expanding.any = true;
    end_word(&expanding);
    buf_free(&expanding.text);
    *is_switch = expanding.is_switch;
    ShellArg arg = args.items[0];
    arg.spreads = false;
    /* Several words of an array stand with blanks between them; no test here needs that. */
    arg.certain = arg.certain && args.len == 1;
    return arg;
}
