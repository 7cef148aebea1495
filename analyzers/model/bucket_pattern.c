/* bucket_pattern.c: whether one object's name can fit two patterns. */
#include "bucket_pattern.h"

#include <string.h>

enum {
    PATTERN_LIMIT = 512, /* bytes of one alternative */
    CHOICES_LIMIT = 16,  /* alternatives that the braces of one pattern give */
};

typedef enum { STEP_BYTE, STEP_ANY_BUT_SLASH, STEP_ANY } StepKind;

typedef struct {
    StepKind kind;
    char byte;    /* of STEP_BYTE */
    bool repeats; /* none or more of them */
} Step;

typedef struct {
    Step steps[PATTERN_LIMIT + 1];
    size_t len;
} Steps;

/* ---- braces ---- */

/* The first brace group of the text: "before{a,b}after". False when it is not understood. */
typedef struct {
    Str before;
    Str choices; /* "a,b" */
    Str after;
} Braces;

static bool split_braces(Str text, Braces *out)
{
    ptrdiff_t open = str_find_char(text, '{');
    ptrdiff_t close = str_find_char(text, '}');
    if (open < 0 || close < open)
        return false;
    out->before = str_slice(text, 0, (size_t)open);
    out->choices = str_slice(text, (size_t)open + 1, (size_t)close);
    out->after = str_slice(text, (size_t)close + 1, text.len);
    return str_find_char(out->choices, '{') < 0 && str_find_char(out->choices, ',') >= 0 &&
           str_find(out->choices, "..") < 0;
}

/* Replaces the pattern at `at` by its alternatives for the first group. */
static bool expand_one(Arena *arena, Strs *patterns, size_t at)
{
    Braces braces;
    if (!split_braces(patterns->items[at], &braces))
        return false;
    Str rest = braces.choices;
    bool first = true;
    for (bool more = true; more;) {
        ptrdiff_t comma = str_find_char(rest, ',');
        more = comma >= 0;
        Str choice = more ? str_slice(rest, 0, (size_t)comma) : rest;
        rest = more ? str_slice(rest, (size_t)comma + 1, rest.len) : (Str){0};
        Str whole = str_fmt(arena, "%.*s%.*s%.*s", STR_ARG(braces.before), STR_ARG(choice),
                            STR_ARG(braces.after));
        if (first)
            patterns->items[at] = whole;
        else
            vec_push(arena, patterns, whole);
        first = false;
        if (patterns->len > CHOICES_LIMIT)
            return false;
    }
    return true;
}

static bool expand(Arena *arena, Str pattern, Strs *out)
{
    vec_push(arena, out, pattern);
    for (size_t i = 0; i < out->len;) {
        Str text = out->items[i];
        if (text.len > PATTERN_LIMIT)
            return false;
        if (str_find_char(text, '{') < 0 && str_find_char(text, '}') < 0)
            i++;
        else if (!expand_one(arena, out, i))
            return false;
    }
    return true;
}

/* ---- steps ---- */

static bool is_unknown(char c)
{
    return str_find_char(STR("[]\\!^$"), c) >= 0;
}

static bool read_steps(Str text, Steps *out)
{
    out->len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        Step step = {.kind = STEP_BYTE, .byte = c};
        if (is_unknown(c))
            return false;
        if (c == '?') {
            step.kind = STEP_ANY_BUT_SLASH;
        } else if (c == '*') {
            bool deep = false;
            for (; i + 1 < text.len && text.ptr[i + 1] == '*'; i++)
                deep = true;
            step = (Step){.kind = deep ? STEP_ANY : STEP_ANY_BUT_SLASH, .repeats = true};
        }
        out->steps[out->len++] = step;
    }
    if (text.len > 0 && text.ptr[text.len - 1] == '/')
        out->steps[out->len++] = (Step){.kind = STEP_ANY, .repeats = true};
    return true;
}

/* Some byte goes both ways. */
static bool steps_share(const Step *a, const Step *b)
{
    if (a->kind == STEP_BYTE && b->kind == STEP_BYTE)
        return a->byte == b->byte;
    if (a->kind != STEP_BYTE && b->kind != STEP_BYTE)
        return true;
    const Step *byte = a->kind == STEP_BYTE ? a : b;
    const Step *other = a->kind == STEP_BYTE ? b : a;
    return other->kind == STEP_ANY || byte->byte != '/';
}

typedef struct {
    bool now[PATTERN_LIMIT + 2];  /* places in b that can be reached at the current place in a */
    bool next[PATTERN_LIMIT + 2]; /* and at the one after it */
} Reached;

static void advance(const Steps *a, const Steps *b, size_t i, Reached *reached)
{
    for (size_t j = 0; j <= b->len; j++) {
        if (!reached->now[j])
            continue;
        const Step *from_a = i < a->len ? &a->steps[i] : NULL;
        const Step *from_b = j < b->len ? &b->steps[j] : NULL;
        if (from_a != NULL && from_a->repeats)
            reached->next[j] = true;
        if (from_b != NULL && from_b->repeats)
            reached->now[j + 1] = true;
        if (from_a == NULL || from_b == NULL || !steps_share(from_a, from_b))
            continue;
        /* A byte is taken by both; a step that repeats stays where it is. */
        bool stays_a = from_a->repeats;
        bool stays_b = from_b->repeats;
        if (!stays_a)
            reached->next[stays_b ? j : j + 1] = true;
        else if (!stays_b)
            reached->now[j + 1] = true;
    }
}

static bool steps_meet(const Steps *a, const Steps *b)
{
    Reached reached = {.now = {true}};
    for (size_t i = 0;; i++) {
        memset(reached.next, 0, sizeof reached.next);
        advance(a, b, i, &reached);
        if (i == a->len)
            return reached.now[b->len];
        memcpy(reached.now, reached.next, sizeof reached.now);
    }
}

PatternMeeting bucket_patterns_meet(Arena *arena, Str a, Str b)
{
    Strs first = {0};
    Strs second = {0};
    if (!expand(arena, a, &first) || !expand(arena, b, &second))
        return PATTERNS_UNKNOWN;
    Steps one;
    Steps other;
    bool meet = false;
    for (size_t i = 0; i < first.len; i++) {
        if (!read_steps(first.items[i], &one))
            return PATTERNS_UNKNOWN;
        for (size_t j = 0; j < second.len; j++) {
            if (!read_steps(second.items[j], &other))
                return PATTERNS_UNKNOWN;
            meet |= steps_meet(&one, &other);
        }
    }
    return meet ? PATTERNS_OVERLAP : PATTERNS_APART;
}
