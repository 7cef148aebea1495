/* type_json.c: JSON(limits, typed paths, SKIP ...) and Dynamic(max_types = n). */
#include <stdlib.h>

#include "type_read.h"

typedef struct {
    const char *name;
    int64_t default_value; /* writing it is the same as leaving it out */
} Setting;

static const Setting JSON_SETTINGS[] = {{"max_dynamic_types", 32}, {"max_dynamic_paths", 1024}};
static const Setting DYNAMIC_SETTINGS[] = {{"max_types", 32}};

static bool at_word(const TypeReader *r, const char *word)
{
    return r->now.kind == LEX_WORD && str_is_nocase(r->now.text, word);
}

/* a.b.`c d`: the parts joined by points. */
static Str read_path(TypeReader *r)
{
    Strs parts = {0};
    do {
        if (r->now.kind != LEX_WORD && r->now.kind != LEX_QUOTED_WORD) {
            type_fail_expected(r, "a path");
            return (Str){0};
        }
        vec_push(r->lexer.arena, &parts, r->now.text);
        type_next(r);
    } while (type_take(r, '.'));
    return str_join(r->lexer.arena, parts.items, parts.len, ".");
}

static void read_skip(TypeReader *r, TypeArgs *args)
{
    TypeArg arg = {.kind = TYPE_ARG_SKIP};
    type_next(r);
    if (at_word(r, "REGEXP")) {
        type_next(r);
        arg.kind = TYPE_ARG_SKIP_REGEXP;
        arg.text = r->now.text;
        if (r->now.kind != LEX_STRING)
            type_fail_expected(r, "an expression in single quotes");
        else
            type_next(r);
    } else {
        arg.text = read_path(r);
    }
    if (!r->failed)
        type_push(r, args, arg);
}

static const Setting *find_setting(const Setting *settings, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, settings[i].name))
            return &settings[i];
    return NULL;
}

static void read_setting(TypeReader *r, const Setting *settings, size_t count, TypeArgs *args)
{
    Lexeme name = r->now;
    const Setting *setting = find_setting(settings, count, name.text);
    int64_t value;
    if (!setting) {
        type_fail(r, TYPE_PROBLEM_ARGUMENT, name.offset,
                  str_fmt(r->lexer.arena, "'%.*s' is no setting of this type",
                          STR_ARG(str_slice(name.text, 0, 60))));
        return;
    }
    type_next(r);
    if (!type_expect(r, '=') || !type_read_integer(r, &value) || value == setting->default_value)
        return;
    type_push(r, args,
              (TypeArg){.kind = TYPE_ARG_SETTING,
                        .name = str_of(setting->name),
                        .number = value,
                        .text = str_fmt(r->lexer.arena, "%lld", (long long)value)});
}

/* True at `word =`. */
static bool at_setting(const TypeReader *r)
{
    TypeReader ahead = *r;
    type_next(&ahead);
    return r->now.kind == LEX_WORD && type_at(&ahead, '=');
}

static void read_json_arg(TypeReader *r, TypeArgs *args)
{
    if (at_setting(r)) {
        read_setting(r, JSON_SETTINGS, ARRAY_LEN(JSON_SETTINGS), args);
    } else if (at_word(r, "SKIP")) {
        read_skip(r, args);
    } else {
        Str path = read_path(r);
        const Type *type = r->failed ? NULL : type_read(r);
        if (type)
            type_push(r, args, (TypeArg){.kind = TYPE_ARG_TYPE, .name = path, .type = type});
    }
}

static int rank(const TypeArg *arg)
{
    switch (arg->kind) {
    case TYPE_ARG_SETTING:
        return str_is(arg->name, "max_dynamic_types") ? 0 : 1;
    case TYPE_ARG_TYPE:
        return 2;
    case TYPE_ARG_SKIP:
        return 3;
    default:
        return 4;
    }
}

/* ClickHouse's order: settings, typed paths, skipped paths, each by name. */
static int compare_args(const void *a, const void *b)
{
    const TypeArg *x = a;
    const TypeArg *y = b;
    if (rank(x) != rank(y))
        return rank(x) - rank(y);
    int by_name = str_cmp(x->name, y->name);
    return by_name ? by_name : str_cmp(x->text, y->text);
}

void type_read_json(TypeReader *r, TypeShape shape, TypeArgs *args)
{
    if (!type_take(r, '('))
        return;
    while (!r->failed && !type_at(r, ')')) {
        if (shape == SHAPE_DYNAMIC)
            read_setting(r, DYNAMIC_SETTINGS, ARRAY_LEN(DYNAMIC_SETTINGS), args);
        else
            read_json_arg(r, args);
        if (!type_more_args(r))
            break;
    }
    if (type_expect(r, ')') && args->len)
        qsort(args->items, args->len, sizeof *args->items, compare_args);
}
