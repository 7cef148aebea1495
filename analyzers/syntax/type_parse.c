/* type_parse.c: reads the text of a type by recursive descent. */
#include "type.h"
#include "type_lex.h"
#include "type_names.h"
#include "type_read.h"

enum { MAX_DEPTH = 64, MAX_WORDS = 4 };

void type_fail(TypeReader *r, TypeProblemKind kind, uint32_t offset, Str message)
{
    if (r->failed)
        return;
    r->failed = true;
    r->problem.kind = kind;
    r->problem.offset = offset;
    r->problem.message = message;
}

void type_next(TypeReader *r)
{
    r->now = type_lex_next(&r->lexer);
}

bool type_at(const TypeReader *r, char punctuation)
{
    return r->now.kind == LEX_PUNCTUATION && r->now.punctuation == punctuation;
}

bool type_take(TypeReader *r, char punctuation)
{
    if (!type_at(r, punctuation))
        return false;
    type_next(r);
    return true;
}

static Str describe(TypeReader *r)
{
    if (r->now.kind == LEX_END)
        return STR("the end");
    if (r->now.kind == LEX_BAD && r->now.text.len == 0)
        return STR("a quote that is never closed");
    return str_fmt(r->lexer.arena, "'%.*s'", STR_ARG(str_slice(r->now.text, 0, 60)));
}

void type_fail_expected(TypeReader *r, const char *expected)
{
    Str found = describe(r);
    type_fail(r, TYPE_PROBLEM_SYNTAX, r->now.offset,
              str_fmt(r->lexer.arena, "expected %s, found %.*s", expected, STR_ARG(found)));
}

static void fail_trailing(TypeReader *r)
{
    Str found = describe(r);
    type_fail(r, TYPE_PROBLEM_SYNTAX, r->now.offset,
              str_fmt(r->lexer.arena, "unexpected %.*s after the type", STR_ARG(found)));
}

bool type_expect(TypeReader *r, char punctuation)
{
    if (type_take(r, punctuation))
        return true;
    const char expected[] = {'\'', punctuation, '\'', '\0'};
    type_fail_expected(r, expected);
    return false;
}

static void fail_unknown(TypeReader *r, Lexeme word)
{
    r->problem.suggestion = type_name_near(word.text);
    type_fail(r, TYPE_PROBLEM_NAME, word.offset,
              str_fmt(r->lexer.arena, "'%.*s' is not a ClickHouse type", STR_ARG(word.text)));
}

/* "INT" + "UNSIGNED": the longest name of several words that starts here. The first is taken. */
static const TypeName *read_more_words(TypeReader *r, Str first, const TypeName *found)
{
    TypeReader ahead = *r;
    Str name = first;
    for (int words = 1; words < MAX_WORDS && ahead.now.kind == LEX_WORD; words++) {
        name = str_fmt(r->lexer.arena, "%.*s %.*s", STR_ARG(name), STR_ARG(ahead.now.text));
        type_next(&ahead);
        const TypeName *longer = type_name_find(name);
        if (longer) {
            found = longer;
            *r = ahead;
        }
    }
    return found;
}

static const TypeName *read_name(TypeReader *r)
{
    Lexeme word = r->now;
    if (word.kind != LEX_WORD && word.kind != LEX_QUOTED_WORD) {
        type_fail_expected(r, "a type");
        return NULL;
    }
    type_next(r);
    const TypeName *found = type_name_find(word.text);
    if (r->now.kind == LEX_WORD && word.kind == LEX_WORD)
        found = read_more_words(r, word.text, found);
    if (!found)
        fail_unknown(r, word);
    return found;
}

const Type *type_read(TypeReader *r)
{
    if (++r->depth > MAX_DEPTH)
        type_fail(r, TYPE_PROBLEM_SYNTAX, r->now.offset, STR("the type is nested too deeply"));
    uint32_t start = r->now.offset;
    const TypeName *name = r->failed ? NULL : read_name(r);
    const Type *type = NULL;
    if (name) {
        TypeArgs args = {0};
        Str canonical = type_read_args(r, name, start, &args);
        if (!r->failed)
            type = type_make(r->lexer.arena, canonical, args.items, args.len);
    }
    r->depth--;
    return type;
}

const Type *type_parse_sql(Arena *arena, Str text, TypeProblem *problem)
{
    TypeReader r = {.lexer = {.arena = arena, .text = text}};
    const Type *type = NULL;
    /* Names and strings without escapes are slices of the text; the copy makes them the arena's. */
    r.lexer.text = str_copy(arena, text);
    type_next(&r);
    type = type_read(&r);
    if (!r.failed && r.now.kind != LEX_END)
        fail_trailing(&r);
    if (problem)
        *problem = r.problem;
    return r.failed ? NULL : type;
}
