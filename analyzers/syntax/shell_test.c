/* shell_test.c: what a condition of a script says, where that is certain. */
#include "shell_state.h"

ShellStatus shell_negated(ShellStatus status)
{
    static const ShellStatus negated[] = {
        [SHELL_FALSE] = SHELL_TRUE,   [SHELL_TRUE] = SHELL_FALSE,   [SHELL_MAYBE] = SHELL_MAYBE,
        [SHELL_HOPED] = SHELL_FEARED, [SHELL_FEARED] = SHELL_HOPED,
    };
    return negated[status];
}

static ShellStatus truth(bool value)
{
    return value ? SHELL_TRUE : SHELL_FALSE;
}

static bool is_one_of(Str text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is_nocase(text, words[i]))
            return true;
    return false;
}

/* The switch has no one spelling: true, 1 and yes all mean that it is on. */
static ShellStatus switch_is(Str value, Str wanted)
{
    static const char *const on[] = {"true", "1", "yes", "on"};
    static const char *const off[] = {"", "false", "0", "no", "off"};
    bool is_on = value.len > 0;
    if (is_one_of(wanted, on, ARRAY_LEN(on)))
        return truth(is_on);
    return is_one_of(wanted, off, ARRAY_LEN(off)) ? truth(!is_on) : SHELL_MAYBE;
}

ShellStatus shell_equal(const ShellArg *a, bool a_is_switch, const ShellArg *b, bool b_is_switch)
{
    if (!a->certain || !b->certain)
        return SHELL_MAYBE;
    if (a_is_switch != b_is_switch)
        return a_is_switch ? switch_is(a->text, b->text) : switch_is(b->text, a->text);
    return truth(str_eq(a->text, b->text));
}

/* ---- expressions ---- */

typedef struct {
    ShellState *state;
    const ShellWord *words;
    size_t count;
    size_t at;
    bool doubled; /* [[ ]]: patterns, && and || */
    int depth;
} Test;

static Str plain_at(const Test *test, size_t at)
{
    if (at >= test->count || test->words[at].parts.len != 1)
        return STR("");
    const ShellPart *part = &test->words[at].parts.items[0];
    return part->kind == PART_LITERAL && !part->quoted ? part->text : STR("");
}

static bool at_word(const Test *test, const char *one, const char *other)
{
    Str word = plain_at(test, test->at);
    return str_is(word, one) || (other && str_is(word, other));
}

static bool is_pattern(const ShellWord *word)
{
    for (size_t i = 0; i < word->parts.len; i++) {
        const ShellPart *part = &word->parts.items[i];
        if (part->kind != PART_LITERAL || part->quoted)
            continue;
        for (size_t k = 0; k < part->text.len; k++)
            if (strchr("*?[", part->text.ptr[k]))
                return true;
    }
    return false;
}

static ShellStatus compare(Test *test, const ShellWord *left, const ShellWord *right)
{
    bool left_switch;
    bool right_switch;
    ShellArg a = shell_expand_one(test->state, left, &left_switch);
    ShellArg b = shell_expand_one(test->state, right, &right_switch);
    if (test->doubled && is_pattern(right))
        return SHELL_MAYBE;
    return shell_equal(&a, left_switch, &b, right_switch);
}

/* How the words stand: an operator between two, one before a word, or a word alone. */
static ShellStatus primary(Test *test)
{
    bool is_switch;
    Str op = plain_at(test, test->at + 1);
    size_t left = test->count - test->at;
    const ShellWord *words = &test->words[test->at];
    if (left >= 3 && (str_is(op, "=") || str_is(op, "==") || str_is(op, "!="))) {
        test->at += 3;
        ShellStatus equal = compare(test, &words[0], &words[2]);
        return str_is(op, "!=") ? shell_negated(equal) : equal;
    }
    if (left >= 2 && (at_word(test, "-n", "-z"))) {
        bool empty = at_word(test, "-z", NULL);
        test->at += 2;
        ShellArg arg = shell_expand_one(test->state, &words[1], &is_switch);
        bool is_some = arg.text.len > 0;
        if (!arg.certain && !is_some)
            return SHELL_MAYBE;
        return truth(is_some != empty);
    }
    test->at = left == 1 || (test->doubled && left > 1 &&
                             (str_is(op, "&&") || str_is(op, "||") || str_is(op, ")")))
                   ? test->at + 1
                   : test->count + 1;
    if (left == 0 || test->at > test->count)
        return SHELL_MAYBE;
    ShellArg arg = shell_expand_one(test->state, &words[0], &is_switch);
    return arg.certain || arg.text.len ? truth(arg.text.len > 0) : SHELL_MAYBE;
}

static ShellStatus either(Test *test);

static ShellStatus negation(Test *test)
{
    bool negated = false;
    while (at_word(test, "!", NULL)) {
        negated = !negated;
        test->at++;
    }
    ShellStatus status;
    if (test->doubled && at_word(test, "(", NULL) && test->depth < SHELL_CALLS_MAX) {
        test->at++;
        test->depth++;
        status = either(test);
        test->depth--;
        test->at += at_word(test, ")", NULL) ? 1 : test->count + 1;
    } else {
        status = primary(test);
    }
    return negated ? shell_negated(status) : status;
}

static ShellStatus both(Test *test)
{
    ShellStatus status = negation(test);
    while (test->doubled && at_word(test, "&&", NULL)) {
        test->at++;
        ShellStatus next = negation(test);
        if (status == SHELL_FALSE || next == SHELL_FALSE)
            status = SHELL_FALSE;
        else if (status != SHELL_TRUE || next != SHELL_TRUE)
            status = SHELL_MAYBE;
    }
    return status;
}

static ShellStatus either(Test *test)
{
    ShellStatus status = both(test);
    while (test->doubled && at_word(test, "||", NULL)) {
        test->at++;
        ShellStatus next = both(test);
        if (status == SHELL_TRUE || next == SHELL_TRUE)
            status = SHELL_TRUE;
        else if (status != SHELL_FALSE || next != SHELL_FALSE)
            status = SHELL_MAYBE;
    }
    return status;
}

ShellStatus shell_test(ShellState *state, const ShellWord *words, size_t count, bool doubled)
{
    if (count == 0)
        return SHELL_MAYBE;
    Test test = {.state = state, .words = words, .count = count, .doubled = doubled};
    ShellStatus status = either(&test);
    /* What was not understood to its end says nothing: -a, -o, -f, =~ and the like. */
    return test.at == count ? status : SHELL_MAYBE;
}
