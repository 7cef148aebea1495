/* Inferred types of expressions, compared with the types that the engine gives them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/infer_templates.h"
#include "lib/engine.h"
#include "model/infer.h"
#include "syntax/type_names.h"

typedef struct {
    Arena *arena;
    SqlParser *parser;
    const Type *types[ARRAY_LEN(TYPES)];
    const char *settings; /* of the statement */
    Strs texts;           /* expressions that wait for the engine */
    VEC(const Type *) inferred;
    size_t formed, compared, refused, wrong;
} Run;

/* ---- what the engine says ------------------------------------------------------------------ */

/* The type without names: SimpleAggregateFunction(f, T) is T under a name. */
static const Type *unnamed(Arena *arena, const Type *type)
{
    if (type_is(type, "SimpleAggregateFunction"))
        return unnamed(arena, type_inner(type));
    TypeArg *args = ARENA_ARRAY(arena, TypeArg, type->arg_count);
    for (size_t i = 0; i < type->arg_count; i++) {
        args[i] = type->args[i];
        if (args[i].kind == TYPE_ARG_TYPE)
            args[i].type = unnamed(arena, args[i].type);
    }
    return type_make(arena, type->name, args, type->arg_count);
}

/* SimpleAggregateFunction(max, SimpleAggregateFunction(max, T)) is one of T. */
static bool same_named(Arena *arena, const Type *mine, const Type *theirs)
{
    return theirs && type_is(mine, "SimpleAggregateFunction") &&
           type_is(theirs, "SimpleAggregateFunction") &&
           str_eq(mine->args[0].name, theirs->args[0].name) &&
           type_eq(unnamed(arena, mine), unnamed(arena, theirs));
}

/* A cell of a TSV answer. */
static Str unescape(Arena *arena, Str cell)
{
    Buf out = {0};
    for (size_t i = 0; i < cell.len; i++) {
        char c = cell.ptr[i];
        if (c == '\\' && i + 1 < cell.len) {
            c = cell.ptr[++i];
            c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
        }
        buf_add_char(&out, c);
    }
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void check_answer(Run *r, size_t index, Str type_text)
{
    const Type *mine = r->inferred.items[index];
    const Type *theirs = type_parse_sql(r->arena, type_text, NULL);
    r->compared++;
    if (type_eq(mine, theirs) || (theirs && type_eq(mine, unnamed(r->arena, theirs))) ||
        same_named(r->arena, mine, theirs))
        return;
    r->wrong++;
    fprintf(stderr, "%.*s: inferred %.*s, the engine says %.*s%s\n", STR_ARG(r->texts.items[index]),
            STR_ARG(mine->text), STR_ARG(type_text), r->settings);
}

static Str describe(Run *r, size_t from, size_t to)
{
    Buf sql = {0};
    buf_add(&sql, "DESCRIBE (SELECT ");
    for (size_t i = from; i < to; i++)
        buf_addf(&sql, "%s%.*s AS r%zu", i > from ? ", " : "", STR_ARG(r->texts.items[i]), i);
    buf_add(&sql, " FROM t)");
    buf_add(&sql, r->settings);
    Str text = str_copy(r->arena, buf_str(&sql));
    buf_free(&sql);
    return text;
}

/* One statement for all of them; where the engine refuses it, one for each half. */
static void ask(Run *r, size_t from, size_t to)
{
    Str answer;
    Str line;
    if (!engine_run(r->arena, describe(r, from, to), &answer)) {
        size_t middle = from + (to - from) / 2;
        if (to - from == 1) {
            r->refused++;
            r->inferred.items[from] = NULL;
        } else {
            ask(r, from, middle);
            ask(r, middle, to);
        }
        return;
    }
    for (size_t i = from; i < to && str_split_line(&answer, &line); i++) {
        Str rest = str_slice(line, (size_t)str_find_char(line, '\t') + 1, line.len);
        ptrdiff_t end = str_find_char(rest, '\t');
        check_answer(r, i, unescape(r->arena, str_slice(rest, 0, (size_t)end)));
    }
}

static void ask_all(Run *r)
{
    enum { BATCH = 41 };
    for (size_t i = 0; i < r->texts.len; i += BATCH)
        ask(r, i, i + BATCH < r->texts.len ? i + BATCH : r->texts.len);
}

/* Forgets what the engine refused: it has no type to compare. */
static void drop_refused(Run *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->texts.len; i++) {
        if (!r->inferred.items[i])
            continue;
        r->texts.items[kept] = r->texts.items[i];
        r->inferred.items[kept++] = r->inferred.items[i];
    }
    r->texts.len = r->inferred.len = kept;
}

/* ---- what is inferred ---------------------------------------------------------------------- */

static const Type *column_type(void *context, const Expr *column)
{
    Run *r = context;
    size_t index = 0;
    for (size_t i = 1; i < column->name.len; i++)
        index = index * 10 + (size_t)(column->name.ptr[i] - '0');
    return column->path.len == 1 && index < ARRAY_LEN(TYPES) ? r->types[index] : NULL;
}

static void add(Run *r, Str text)
{
    TypeScope scope = {.arena = r->arena, .column = column_type, .context = r};
    const Expr *expr = sql_parse_expr(r->parser, r->arena, text, 0);
    const Type *type = expr ? infer_type(&scope, expr) : NULL;
    if (!expr)
        fprintf(stderr, "does not parse: %.*s\n", STR_ARG(text));
    r->formed++;
    if (!type)
        return;
    vec_push(r->arena, &r->texts, text);
    vec_push(r->arena, &r->inferred, type);
}

/* The template with # for the column of type `a`, @ for that of `b`, and $ for the function. */
static Str fill(Run *r, const char *template, const char *function, size_t a, size_t b)
{
    Buf out = {0};
    for (const char *c = template; *c; c++) {
        if (*c == '#')
            buf_addf(&out, "c%zu", a);
        else if (*c == '@')
            buf_addf(&out, "c%zu", b);
        else if (*c == '$')
            buf_add(&out, function);
        else
            buf_add_char(&out, *c);
    }
    Str text = str_copy(r->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

typedef struct {
    const char *name;
    size_t min, max;
} Name;

static const Name FUNCTION_NAMES[] = {
#define FUNCTION(name, letter_case, min, max, shape, accepts, result) {name, min, max},
#define FUNCTION_OF(name, letter_case, min, max, family)              {name, min, max},
#include "model/infer_function.def"
#undef FUNCTION
#undef FUNCTION_OF
};

static const Name AGGREGATE_NAMES[] = {
#define AGGREGATE(name, letter_case, min, max, result, accepts) {name, min, max},
#include "model/infer_aggregate.def"
#undef AGGREGATE
};

static void add_singles(Run *r, const char *const *templates, size_t count, const char *function)
{
    for (size_t i = 0; i < count; i++) {
        bool column = strchr(templates[i], '#') != NULL;
        for (size_t a = 0; a < (column ? ARRAY_LEN(TYPES) : 1); a++)
            add(r, fill(r, templates[i], function, a, 0));
    }
}

static void add_pairs(Run *r)
{
    for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++)
        for (size_t a = 0; a < VALUE_TYPES; a++)
            for (size_t b = 0; b < VALUE_TYPES; b++)
                if (a != b)
                    add(r, fill(r, PAIRS[i], "", a, b));
}

/* ---- the test ------------------------------------------------------------------------------ */

static void make_table(Run *r)
{
    Buf sql = {0};
    Str answer;
    buf_add(&sql, "CREATE TABLE t (");
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
        buf_addf(&sql, "%sc%zu %s", i ? ", " : "", i, TYPES[i]);
        r->types[i] = type_parse_sql(r->arena, str_of(TYPES[i]), NULL);
        assert_non_null(r->types[i]);
    }
    buf_add(&sql, ") ENGINE = Memory");
    assert_true(
        engine_run(r->arena, STR("SET allow_suspicious_low_cardinality_types = 1"), &answer));
    if (!engine_run(r->arena, buf_str(&sql), &answer))
        fail_msg("%.*s", STR_ARG(answer));
    buf_free(&sql);
}

static void compare_under(Run *r, const char *settings)
{
    r->settings = settings;
    r->compared = r->refused = 0;
    ask_all(r);
    fprintf(stderr, "%zu compared, %zu refused%s\n", r->compared, r->refused, settings);
    drop_refused(r);
}

static bool takes(const Name *name, size_t count)
{
    return name->min <= count && name->max >= count;
}

#define ADD(run, templates, name) add_singles(run, templates, ARRAY_LEN(templates), name)

static void add_function(Run *r, const Name *name)
{
    if (takes(name, 0))
        ADD(r, NO_ARGUMENT, name->name);
    if (takes(name, 1))
        ADD(r, ONE_ARGUMENT, name->name);
    if (takes(name, 2))
        ADD(r, TWO_ARGUMENTS, name->name);
    if (takes(name, 3))
        ADD(r, THREE_ARGUMENTS, name->name);
}

/* Some builds of the engine lack functions. */
static bool engine_has(Run *r, const char *name)
{
    Str answer;
    Str sql = str_fmt(r->arena, "SELECT count() FROM system.functions WHERE name = '%s'", name);
    return engine_run(r->arena, sql, &answer) && !str_is(answer, "0");
}

static void add_aggregate(Run *r, const Name *name)
{
    if (!engine_has(r, name->name))
        return;
    bool alias = !str_is(aggregate_function_name(str_of(name->name)), name->name);
    if (takes(name, 1) && alias)
        ADD(r, ALIAS_AGGREGATES, name->name);
    else if (takes(name, 1))
        ADD(r, AGGREGATES, name->name);
    if (takes(name, 2))
        ADD(r, TWO_ARGUMENT_AGGREGATES, name->name);
}

static void inferred_types_are_the_engines(void **state)
{
    (void)state;
    Run r = {.arena = arena_new(), .parser = sql_parser_new()};
    make_table(&r);
    for (size_t i = 0; i < ARRAY_LEN(FUNCTION_NAMES); i++)
        add_function(&r, &FUNCTION_NAMES[i]);
    for (size_t i = 0; i < ARRAY_LEN(AGGREGATE_NAMES); i++)
        add_aggregate(&r, &AGGREGATE_NAMES[i]);
    ADD(&r, EXPRESSIONS, "");
    ADD(&r, CONSTANTS, "");
    add_pairs(&r);
    fprintf(stderr, "%zu of %zu expressions have an inferred type\n", r.texts.len, r.formed);
    compare_under(&r, "");
    compare_under(&r, " SETTINGS compatibility = '24.8'");
    compare_under(&r, " SETTINGS enable_analyzer = 0");
    assert_int_equal(r.wrong, 0);
    sql_parser_free(r.parser);
    arena_free(r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inferred_types_are_the_engines),
    };
    if (!engine_open())
        return 0;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    engine_close();
    return failed;
}
