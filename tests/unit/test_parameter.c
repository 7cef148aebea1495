/* Parameters of templated queries: names, types, defaults, and which a call must give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "syntax/parameter.h"

static ParameterList read_text(Arena *arena, const char *text)
{
    return parameters_read(arena, str_of(text), 0);
}

/* "name type default flags": flags are n(eeded), c(onditional), d(efined only), r(equired). */
static Str summary(Arena *arena, const char *text)
{
    ParameterList list = read_text(arena, text);
    Buf buf = {0};
    if (!list.complete)
        buf_add(&buf, "? ");
    for (size_t i = 0; i < list.items.len; i++) {
        const Parameter *p = &list.items.items[i];
        buf_addf(&buf, "%s%.*s %.*s %.*s %s%s%s%s", i ? "; " : "", STR_ARG(p->name),
                 STR_ARG(p->type), STR_ARG(p->has_default ? p->default_text : STR("-")),
                 p->needed ? "n" : "", p->is_conditional ? "c" : "", p->only_defined ? "d" : "",
                 p->is_required ? "r" : "");
    }
    Str out = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return out;
}

typedef struct {
    const char *text;
    const char *wanted;
} Reading;

static void check_all(void **context, const Reading *readings, size_t count)
{
    Arena *arena = *context;
    for (size_t i = 0; i < count; i++) {
        Str got = summary(arena, readings[i].text);
        if (!str_is(got, readings[i].wanted))
            fail_msg("%s\n  wanted: %s\n  got:    %.*s", readings[i].text, readings[i].wanted,
                     STR_ARG(got));
    }
}

static void types_and_defaults(void **context)
{
    static const Reading readings[] = {
        {"SELECT 1", ""},
        {"{{String(a)}}", "a String - n"},
        {"{{ String(a, 'x') }}", "a String 'x' "},
        {"{{String(a, \"x\", description='d', required=True)}}", "a String 'x' r"},
        {"{{Int(a, 10)}} {{Integer(b, -1)}}", "a Int32 10 ; b Int32 -1 "},
        {"{{Int32(a, default=5)}}", "a Int32 5 "},
        {"{{Int32(a, None)}}", "a Int32 - n"},
        {"{{Boolean(a)}} {{bool(b, true)}}", "a Boolean - ; b Boolean True "},
        {"{{Array(a, 'Int32', '1,2')}}", "a Array(Int32) '1,2' "},
        {"{{Array(a, 'Int', default=[1, 2])}}", "a Array(Int32) [1, 2] "},
        {"{{Array(a)}}", "a Array(String) - n"},
        {"{{JSON(a).get('k', '')}}", "a JSON - "},
        {"{{column(a, 'x')}} {{columns(b)}}", "a column 'x' ; b columns - n"},
        {"{{a}}", "a  - n"},
        {"{{String(a, defined=False)}}", "a String - "},
        {"{{String(a, 'x' + b)}}", "a String  ; b  - n"},
        {"{{Boolean(all)}} {{len(a)}}", "all Boolean - ; a  - n"},
        {"{{Date(a, '2024-01-01')}} {{Date(a)}}", "a Date '2024-01-01' n"},
    };
    check_all(context, readings, ARRAY_LEN(readings));
}

static void no_parameters(void **context)
{
    static const Reading readings[] = {
        {"{{tb_secret('x')}} {{tb_var(\"y\", 'z')}} {{max_threads(4)}}", ""},
        {"{{error('no ' + 'way')}} {{table('t')}} {# {{String(a)}} #} {{! b }}", ""},
        {"{% set a = 1 %}{{a}}", ""},
        {"{% set a, b = 1, 2 %}{{a + b}}", ""},
        {"{{a}}{% if x == 1 %}{% set a = 2 %}{% end %}", "x  - "},
        {"{% for x in split_to_array(String(rows, '')) %}{{x}}{% end %}", "rows String '' "},
        {"{% for i, x in enumerate(rows) %}{{x}}{{i}}{% end %}", "rows  - n"},
        {"{% set a = [x for x in rows if x != y] %}", "rows  - n; y  - c"},
        {"{% try %}{{a}}{% except E as e %}{{e}}{% end %}", "a  - c"},
        {"{% comment {{ String(a %}", ""},
        {"{{String('a')}}{{[1, 2][0]}}{{'a' 'b'}}{{job_timestamp}}", ""},
        {"{% if true and not False and None is null %}{% end %}", ""},
    };
    check_all(context, readings, ARRAY_LEN(readings));
}

static void branches_and_needs(void **context)
{
    static const Reading readings[] = {
        {"{% if defined(a) %}{{String(a)}}{% end %}", "a String - "},
        {"{% if defined(a) %}1{% end %}", "a  - d"},
        {"{% if defined(a) %}{{String(b)}}{% end %}", "a  - d; b String - c"},
        {"{% if defined(a) and b != '' %}1{% end %}", "a  - d; b  - c"},
        {"{{String(a) if defined(a) else 'x'}}", "a String - "},
        {"{% if not defined(a) %}{{error('a')}}{% end %}", "a  - nd"},
        {"{% if not defined(a) or not defined(b) %}{{error('a')}}{% end %}", "a  - nd; b  - ncd"},
        {"{% if not defined(a) and not defined(b) %}{{error('a')}}{% end %}", "a  - d; b  - cd"},
        {"{% if defined(a) and defined(b) %}1{% else %}{{custom_error({'e': 1}, 400)}}{% end %}",
         "a  - nd; b  - ncd"},
        {"{% if defined(a) %}1{% elif b %}2{% else %}{{error('x')}}{% end %}", "a  - d; b  - c"},
        {"{% if x %}{% if not defined(a) %}{{error('a')}}{% end %}{% end %}", "x  - ; a  - cd"},
        {"{% if String(a) == '1' or Int8(b, 0) == 1 %}{% end %}", "a String - n; b Int8 0 c"},
        {"{% set d = day_diff(Date(a), b) %}", "a Date - n; b  - n"},
        {"{{split_to_array(a)}} {{sql_and(x=b)}} {{c[0]}} {{d.get('k')}}",
         "a  - ; b  - ; c  - n; d  - "},
    };
    check_all(context, readings, ARRAY_LEN(readings));
}

static void unreadable_tags(void **context)
{
    static const Reading readings[] = {
        {"{{String(a}} {{b}}", "? b  - n"},
        {"{{String(a", "? "},
        {"{{lambda: a}}", "? "},
        {"{% unknown a %}", "? "},
        {"{{'a}}", "? "},
        {"{% for a in %}{% end %}", "? "},
        {"{{f'{a}'}}", "? "},
        {"{{a b}}", "? "},
        {"{{}}", "? "},
        {"{{a $ b}}", "? "},
    };
    check_all(context, readings, ARRAY_LEN(readings));
}

static void python_forms(void **context)
{
    static const Reading readings[] = {
        {"{{(Int32(a, 0) + 1) * Int32(b, 10)}}", "a Int32 0 ; b Int32 10 "},
        {"{{a[1:] + b[:, 2] + c[-1]}}", "a  - n; b  - n; c  - n"},
        {"{% if a not in ['x', \"y\"] and b is not None %}{% end %}", "a  - ; b  - c"},
        {"{% if (n := Int8(a, 1)) > 3 %}{{n}}{% end %}", "a Int8 1 "},
        {"{{String(\n  a,\n  'x', # why\n  required=False,\n)}}", "a String 'x' "},
        {"{{ {'k': a, 'l': b}['k'] }}", "a  - ; b  - "},
        {"{% if defined({{UInt64(a)}}) %}{% end %}", "a UInt64 - n"},
        {"{{str(*a, **b)}} {{a ** 2 // 3 % 4 | 5}}", "a  - n; b  - "},
        {"{{'''it's''' + r'\\d' + \"a\\\"b\"}} {{1e-5 + 0xff + 1_000}}", ""},
        {"{{sum(x for x in a)}}", "a  - n"},
        {"{{String(a)('x', 1)}}", "a String - n"},
        {"{{String(naïve, 'é')}}", "naïve String 'é' "},
    };
    check_all(context, readings, ARRAY_LEN(readings));
}

static void lists_and_places(void **context)
{
    const char *text = "%\nSELECT {{ String(a, 'x', enum=['x', 'y']) }}, {{Int8(a, 2)}}";
    ParameterList list = parameters_read(*context, str_of(text), 100);
    assert_int_equal(list.items.len, 1);
    const Parameter *a = &list.items.items[0];
    assert_int_equal(a->enum_values.len, 2);
    assert_true(str_is(a->enum_values.items[1], "'y'"));
    assert_int_equal(a->types.len, 2);
    assert_int_equal(a->defaults.len, 2);
    Str shown = str_range(str_of(text), (Range){a->range.start - 100, a->range.end - 100});
    assert_true(str_is(shown, "String(a, 'x', enum=['x', 'y'])"));
    list = parameters_read(*context, STR("{{a}} {{ (b }}"), 10);
    assert_int_equal(list.unread.start, 16);
    assert_int_equal(list.unread.end, 24);
}

static size_t defaults_of(Arena *arena, const char *text)
{
    ParameterList list = read_text(arena, text);
    assert_int_equal(list.items.len, 1);
    return list.items.items[0].defaults.len;
}

/* A default that no call without the parameter reads does not count. */
static void dead_defaults(void **context)
{
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {
        {"{{String(a, 'x')}}", 1},
        {"{% if defined(a) %}{{String(a, 'x')}}{% end %}", 0},
        {"{% if defined(a) %}1{% else %}{{String(a, 'x')}}{% end %}", 1},
        {"{% if not defined(a) %}1{% else %}{{String(a, 'x')}}{% end %}", 0},
        {"{% if 1 %}1{% elif defined(a) %}{{String(a, 'x')}}{% end %}", 0},
        {"{% if defined(a) %}{% if 1 %}{{String(a, 'x')}}{% end %}{% end %}{{String(a, 'y')}}", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t got = defaults_of(*context, cases[i].text);
        if (got != cases[i].count)
            fail_msg("%s: %zu defaults", cases[i].text, got);
    }
}

static Str repeated(Arena *arena, const char *before, const char *piece, size_t times)
{
    Buf buf = {0};
    buf_add(&buf, before);
    for (size_t i = 0; i < times; i++)
        buf_add(&buf, piece);
    Str out = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return out;
}

static void hostile_texts_end(void **context)
{
    static const char *const pieces[] = {"{{a}}",   "{{(",  "((",        "[",         "{% if a %}",
                                         "{%set a", "'",    "not ",      "-",         "a if ",
                                         "a and ",  "a.b(", "{% end %}", "{{[a for ", "a, "};
    Arena *arena = *context;
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        parameters_read(arena, repeated(arena, "", pieces[i], 20000), 0);
        parameters_read(arena, repeated(arena, "{{", pieces[i], 20000), 0);
    }
    Str deep = repeated(arena, "{{", "(", 5000);
    assert_false(parameters_read(arena, str_fmt(arena, "%.*s}}", STR_ARG(deep)), 0).complete);
}

static int set_up(void **context)
{
    *context = arena_new();
    return 0;
}

static int tear_down(void **context)
{
    arena_free(*context);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_and_defaults), cmocka_unit_test(no_parameters),
        cmocka_unit_test(branches_and_needs), cmocka_unit_test(unreadable_tags),
        cmocka_unit_test(python_forms),       cmocka_unit_test(lists_and_places),
        cmocka_unit_test(dead_defaults),      cmocka_unit_test(hostile_texts_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
