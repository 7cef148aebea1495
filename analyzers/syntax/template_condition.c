/* template_condition.c: reads the conditions of a template, and decides them in three values. */
#include "template_condition.h"

#include "base/map.h"
#include "squeeze.h"

#include <string.h>

enum { MAX_DEPTH = 32 };

typedef enum { ATOM, NOT, AND, OR } Shape;

typedef VEC(const Condition *) Parts;

struct Condition {
    Shape shape;
    size_t atom; /* of AND and OR that of the whole text */
    Parts parts;
};

/* Of several equalities with the same left side at most one holds. */
typedef struct {
    size_t holds[2]; /* the atom + 1, by layer; 0 for none */
} Group;

typedef enum { FACT, WISH } Layer;

typedef struct {
    Str text;
    Group *group; /* of an equality with a literal, else NULL */
    uint8_t truth[2];
} Atom;

typedef VEC(size_t) Numbers;

struct Conditions {
    Arena *arena;
    VEC(Atom) atoms;
    Map *by_text; /* atom + 1 as a pointer */
    Map *groups;  /* by the left side */
    Map *by_word; /* Numbers: the atoms that mention it */
};

Conditions *conditions_new(Arena *arena)
{
    Conditions *self = ARENA_NEW(arena, Conditions);
    self->arena = arena;
    self->by_text = map_new(arena);
    self->groups = map_new(arena);
    self->by_word = map_new(arena);
    return self;
}

void conditions_reset(Conditions *self)
{
    for (size_t i = 0; i < self->atoms.len; i++)
        memset(self->atoms.items[i].truth, 0, sizeof(self->atoms.items[i].truth));
    for (size_t i = 0; i < map_len(self->groups); i++)
        memset(map_value(self->groups, i), 0, sizeof(Group));
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool starts_word(Str text, size_t at)
{
    return is_word(text.ptr[at]) && (at == 0 || !is_word(text.ptr[at - 1]));
}

static size_t skip_quoted(Str text, size_t at)
{
    char quote = text.ptr[at++];
    while (at < text.len && text.ptr[at] != quote)
        at += text.ptr[at] == '\\' ? 2 : 1;
    return at + 1;
}

/* Where `word` stands outside brackets and quotes, from `from` on; -1 when nowhere. A sign need not
 * stand alone. */
static ptrdiff_t find_outside(Str text, size_t from, const char *word)
{
    size_t len = strlen(word);
    int open = 0;

    for (size_t at = from; at < text.len;) {
        char c = text.ptr[at];
        if (c == '\'' || c == '"') {
            at = skip_quoted(text, at);
            continue;
        }
        open += (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
        bool here = open == 0 && at + len <= text.len && memcmp(text.ptr + at, word, len) == 0;
        if (here && is_word(word[0]))
            here = starts_word(text, at) && (at + len == text.len || !is_word(text.ptr[at + len]));
        if (here)
            return (ptrdiff_t)at;
        at++;
    }
    return -1;
}

static void index_words(Conditions *self, Str text, size_t atom)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && is_word(text.ptr[end]))
            end++;
        if (end == at) {
            at++;
            continue;
        }
        Str word = str_slice(text, at, end);
        Numbers *list = map_get(self->by_word, word);
        if (!list) {
            list = ARENA_NEW(self->arena, Numbers);
            map_put(self->by_word, word, list);
        }
        vec_push(self->arena, list, atom);
        at = end;
    }
}

static bool is_literal(Str text)
{
    if (text.len == 0)
        return false;
    char c = text.ptr[0];
    if (c == '\'' || c == '"')
        return skip_quoted(text, 0) == text.len;
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] < '0' || text.ptr[i] > '9') && text.ptr[i] != '.')
            return str_is(text, "True") || str_is(text, "False") || str_is(text, "None");
    return true;
}

static Group *group_of(Conditions *self, Str left)
{
    Group *group = map_get(self->groups, left);
    if (!group) {
        group = ARENA_NEW(self->arena, Group);
        map_put(self->groups, left, group);
    }
    return group;
}

static size_t atom_of(Conditions *self, Str text)
{
    size_t known = (size_t)(uintptr_t)map_get(self->by_text, text);
    if (known)
        return known - 1;
    Atom atom = {.text = text};
    ptrdiff_t equal = find_outside(text, 0, "==");
    Str right = equal < 0 ? (Str){0} : str_slice(text, (size_t)equal + 2, text.len);
    if (equal > 0 && is_literal(right))
        atom.group = group_of(self, str_slice(text, 0, (size_t)equal));
    vec_push(self->arena, &self->atoms, atom);
    map_put(self->by_text, text, (void *)(uintptr_t)self->atoms.len);
    index_words(self, text, self->atoms.len - 1);
    return self->atoms.len - 1;
}

static const Condition *make_atom(Conditions *self, Str text)
{
    Condition *made = ARENA_NEW(self->arena, Condition);
    made->shape = ATOM;
    made->atom = atom_of(self, text);
    return made;
}

static const Condition *negate(Conditions *self, const Condition *of)
{
    Condition *made = ARENA_NEW(self->arena, Condition);
    made->shape = NOT;
    vec_push(self->arena, &made->parts, of);
    return made;
}

/* x != y, x is not y and x not in y are the negated other operators. */
static const Condition *read_comparison(Conditions *self, Str text)
{
    static const char *const SIGNS[][2] = {{"!=", "=="}, {"is not", "is "}, {"not in", "in "}};

    for (size_t i = 0; i < ARRAY_LEN(SIGNS); i++) {
        ptrdiff_t at = find_outside(text, 0, SIGNS[i][0]);
        if (at <= 0)
            continue;
        Str left = str_slice(text, 0, (size_t)at);
        Str right = str_slice(text, (size_t)at + strlen(SIGNS[i][0]), text.len);
        Str plain = str_fmt(self->arena, "%.*s%s%.*s", STR_ARG(left), SIGNS[i][1], STR_ARG(right));
        return negate(self, make_atom(self, squeeze_python(self->arena, plain)));
    }
    ptrdiff_t equal = find_outside(text, 0, "==");
    Str left = str_slice(text, 0, equal < 0 ? 0 : (size_t)equal);
    if (is_literal(left)) { /* 'a' == x */
        Str right = str_slice(text, (size_t)equal + 2, text.len);
        text = str_fmt(self->arena, "%.*s==%.*s", STR_ARG(right), STR_ARG(left));
    }
    return make_atom(self, text);
}

static const Condition *read_at(Conditions *self, Str text, int depth);

static const Condition *read_run(Conditions *self, Str text, const char *word, int depth)
{
    ptrdiff_t at = find_outside(text, 0, word);
    if (at < 0)
        return NULL;
    Condition *run = ARENA_NEW(self->arena, Condition);
    run->shape = word[0] == 'o' ? OR : AND;
    run->atom = atom_of(self, text);
    size_t from = 0;
    for (; at >= 0; at = find_outside(text, from, word)) {
        Str part = str_slice(text, from, (size_t)at);
        vec_push(self->arena, &run->parts, read_at(self, part, depth + 1));
        from = (size_t)at + strlen(word);
    }
    vec_push(self->arena, &run->parts, read_at(self, str_slice(text, from, text.len), depth + 1));
    return run;
}

/* True when the first bracket closes with the last character. */
static bool is_bracketed(Str text)
{
    int open = 0;
    if (text.len < 2 || text.ptr[0] != '(')
        return false;
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        if (c == '\'' || c == '"') {
            at = skip_quoted(text, at);
            continue;
        }
        open += (c == '(') - (c == ')');
        at++;
        if (open == 0)
            return at == text.len;
    }
    return false;
}

static const Condition *read_at(Conditions *self, Str text, int depth)
{
    text = str_trim(text);
    if (depth > MAX_DEPTH || find_outside(text, 0, "if") >= 0 ||
        find_outside(text, 0, "lambda") >= 0)
        return make_atom(self, text);
    if (is_bracketed(text))
        return read_at(self, str_slice(text, 1, text.len - 1), depth + 1);
    const Condition *run = read_run(self, text, "or", depth);
    if (!run)
        run = read_run(self, text, "and", depth);
    if (run)
        return run;
    if (find_outside(text, 0, "not") == 0)
        return negate(self, read_at(self, str_slice(text, 3, text.len), depth + 1));
    return read_comparison(self, text);
}

const Condition *condition_read(Conditions *self, Str text)
{
    return read_at(self, squeeze_python(self->arena, text), 0);
}

/* ---- deciding ------------------------------------------------------------------------------ */

static Truth opposite(Truth truth)
{
    return truth == TRUTH_TRUE ? TRUTH_FALSE : truth == TRUTH_FALSE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static Truth constant(Str text)
{
    if (str_is(text, "True") || str_is(text, "1"))
        return TRUTH_TRUE;
    if (str_is(text, "False") || str_is(text, "0") || str_is(text, "None") || str_is(text, "''") ||
        str_is(text, "[]"))
        return TRUTH_FALSE;
    return TRUTH_UNKNOWN;
}

static Truth atom_truth(const Conditions *self, size_t number, Layer layer)
{
    const Atom *atom = &self->atoms.items[number];
    if (atom->truth[layer])
        return (Truth)atom->truth[layer];
    if (atom->group && atom->group->holds[layer] && atom->group->holds[layer] != number + 1)
        return TRUTH_FALSE;
    return constant(atom->text);
}

static Truth truth_in(const Conditions *self, const Condition *c, Layer layer);

static Truth run_truth(const Conditions *self, const Condition *c, Layer layer)
{
    Truth decides = c->shape == OR ? TRUTH_TRUE : TRUTH_FALSE;
    bool open = false;
    for (size_t i = 0; i < c->parts.len; i++) {
        Truth part = truth_in(self, c->parts.items[i], layer);
        if (part == decides)
            return decides;
        open |= part == TRUTH_UNKNOWN;
    }
    return open ? TRUTH_UNKNOWN : opposite(decides);
}

static Truth fact_or_wish(const Conditions *self, size_t atom, Layer layer)
{
    Truth fact = atom_truth(self, atom, FACT);
    return fact || layer == FACT ? fact : atom_truth(self, atom, WISH);
}

/* Facts come before wishes at every level. */
static Truth truth_in(const Conditions *self, const Condition *c, Layer layer)
{
    if (c->shape == NOT)
        return opposite(truth_in(self, c->parts.items[0], layer));
    if (c->shape == ATOM)
        return fact_or_wish(self, c->atom, layer);
    Truth truth = run_truth(self, c, FACT);
    if (!truth)
        truth = fact_or_wish(self, c->atom, layer);
    return truth || layer == FACT ? truth : run_truth(self, c, WISH);
}

Truth condition_truth(const Conditions *self, const Condition *c)
{
    return truth_in(self, c, WISH);
}

static void set_atom(Conditions *self, size_t number, bool holds, Layer layer)
{
    Atom *atom = &self->atoms.items[number];
    atom->truth[layer] = holds ? TRUTH_TRUE : TRUTH_FALSE;
    if (atom->group && holds)
        atom->group->holds[layer] = number + 1;
}

static void assume_in(Conditions *self, const Condition *c, bool holds, Layer layer)
{
    if (c->shape == NOT) {
        assume_in(self, c->parts.items[0], !holds, layer);
        return;
    }
    if (!atom_truth(self, c->atom, layer))
        set_atom(self, c->atom, holds, layer);
    if (c->shape == ATOM)
        return;
    bool all = (c->shape == AND) == holds; /* every part has the same truth as the whole */
    const Condition *open = NULL;
    size_t count = 0;
    for (size_t i = 0; i < c->parts.len; i++) {
        if (all)
            assume_in(self, c->parts.items[i], holds, layer);
        else if (!truth_in(self, c->parts.items[i], layer) && ++count)
            open = c->parts.items[i];
    }
    if (count == 1 && !run_truth(self, c, layer))
        assume_in(self, open, holds, layer);
}

bool condition_assume(Conditions *self, const Condition *c, bool holds)
{
    assume_in(self, c, holds, FACT);
    return truth_in(self, c, FACT) == (holds ? TRUTH_TRUE : TRUTH_FALSE);
}

bool condition_wish(Conditions *self, const Condition *c, bool holds)
{
    assume_in(self, c, holds, WISH);
    return truth_in(self, c, WISH) == (holds ? TRUTH_TRUE : TRUTH_FALSE);
}

/* ---- new values ---------------------------------------------------------------------------- */

/* What `NAME>0` and its like are for the first and only item that enumerate() gives. */
static Truth of_zero(Str rest)
{
    static const char *const FALSE_ONES[] = {">0", ">=1", "<len("};
    if (str_is(rest, "<1"))
        return TRUTH_TRUE;
    for (size_t i = 0; i < ARRAY_LEN(FALSE_ONES); i++)
        if (str_starts(rest, FALSE_ONES[i]))
            return TRUTH_FALSE;
    return TRUTH_UNKNOWN;
}

static Truth with_value(Str atom, Str name, Str value)
{
    if (!str_starts(atom, "") || atom.len < name.len || !str_eq(str_slice(atom, 0, name.len), name))
        return TRUTH_UNKNOWN;
    Str rest = str_slice(atom, name.len, atom.len);
    if (rest.len == 0)
        return constant(value);
    if (str_starts(rest, "=="))
        return !is_literal(str_slice(rest, 2, rest.len))     ? TRUTH_UNKNOWN
               : str_eq(str_slice(rest, 2, rest.len), value) ? TRUTH_TRUE
                                                             : TRUTH_FALSE;
    return str_is(value, "0") ? of_zero(rest) : TRUTH_UNKNOWN;
}

bool condition_wants(const Conditions *self, Str name, Str value)
{
    const Numbers *list = is_literal(value) ? map_get(self->by_word, name) : NULL;
    for (size_t i = 0; list && i < list->len; i++) {
        const Atom *atom = &self->atoms.items[list->items[i]];
        Truth truth = with_value(atom->text, name, value);
        if (truth && truth == (Truth)atom->truth[WISH])
            return true;
    }
    return false;
}

static Str first_word(Str name)
{
    size_t end = 0;
    while (end < name.len && is_word(name.ptr[end]))
        end++;
    return str_slice(name, 0, end);
}

/* A member (`loop.first`) leaves what is known of the other members. */
void conditions_assign(Conditions *self, Str name, Str value)
{
    Str word = first_word(name);
    const Numbers *list = map_get(self->by_word, word);
    bool known = is_literal(value);

    for (size_t i = 0; list && i < list->len; i++) {
        Atom *atom = &self->atoms.items[list->items[i]];
        Truth truth = known ? with_value(atom->text, name, value) : TRUTH_UNKNOWN;
        if (!truth && word.len < name.len)
            continue;
        if (atom->group)
            atom->group->holds[FACT] = 0;
        atom->truth[FACT] = (uint8_t)truth;
    }
}
