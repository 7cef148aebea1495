/* test_template.c: tags, the variants of a template, and texts without what means nothing. */
#include "syntax/squeeze.h"
#include "syntax/template_variants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

/* The variants on one line each, without blanks at the ends and with one between words. */
static const char *ways(Arena *arena, const char *text)
{
    TemplateVariants variants = template_variants(arena, str_of(text), TEMPLATE_MAX_VARIANTS);
    Buf out = {0};

    if (variants.problem.len)
        return str_cstr(arena, variants.problem);
    for (size_t i = 0; i < variants.texts.len; i++) {
        assert_int_equal(variants.texts.items[i].len, strlen(text));
        buf_add(&out, i ? "|" : "");
        buf_add_str(&out, squeeze_sql(arena, variants.texts.items[i]));
    }
    if (variants.unread)
        buf_addf(&out, " (%zu unread)", variants.unread);
    const char *result = str_cstr(arena, buf_str(&out));
    buf_free(&out);
    return result;
}

typedef struct {
    const char *text;
    const char *ways;
} Case;

static void check_ways(void **state, const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(ways(*state, cases[i].text), cases[i].ways);
}

static void test_every_branch_is_read(void **state)
{
    static const Case CASES[] = {
        {"a", "a"},
        {"% a", "a"},
        {"a {{x}} b", "a _____ b"},
        {"{# c #}a{% set x = 1 %}", "a"},
        {"{% if p %}a{% end %}b", "a b|b"},
        {"{% if p %}a{% else %}b{% end %}", "a|b"},
        {"{% if p %}a{% elif q %}b{% else %}c{% end %}", "a|b|c"},
        {"{% if p %}a{% elif q %}b{% end %}", "a|b|"},
        /* a sequence needs the most that one of it needs, a nest the sum */
        {"{% if p %}a{% end %} {% if q %}b{% elif r %}c{% end %}", "a b|c|a"},
        {"{% if p %}a{% if q %}b{% end %}{% else %}c{% end %}", "a b|a|c"},
        {"{% for i in l %}a{% if p %}b{% end %}{% end %}", "a b|a"},
        {"{% try %}a{% except %}b{% finally %}c{% end %}", "a c|b c"},
        {"{% while p %}a{% end %}", "a"},
        {"{% block b %}a{% end %}{% apply f %}c{% end %}", "a c"},
        {"{% raw x %}a{% comment if %}b", "a b"},
    };
    check_ways(state, CASES, ARRAY_LEN(CASES));
}

static void test_conditions_are_decided_alike(void **state)
{
    static const Case CASES[] = {
        {"{% if p %}a{% end %}{% if p %}b{% end %}", "a b|"},
        {"{% if p %}a{% end %}{% if not p %}b{% end %}", "a|b"},
        {"{% if not p %}a{% end %}{% if p %}b{% end %}", "a|b"},
        {"{% if defined( p ) %}a{% end %}{% if not (defined(p)) %}b{% end %}", "a|b"},
        {"{% if p == 'x' %}a{% end %}{% if p != \"x\" %}b{% end %}", "a|b"},
        {"{% if p == 'x' %}a{% end %}{% if p == 'y' %}b{% end %}", "a|b"},
        {"{% if 'x' == p %}a{% end %}{% if p=='x' %}b{% end %}", "a b|"},
        {"{% if p is None %}a{% end %}{% if p is not None %}b{% end %}", "a|b"},
        {"{% if p in l %}a{% end %}{% if p not in l %}b{% end %}", "a|b"},
        {"{% if p and q %}a{% end %}{% if p %}b{% end %}", "a b|"},
        {"{% if p and q %}a{% end %}{% if not p %}b{% end %}", "a|b"},
        {"{% if p or q %}a{% end %}{% if p %}b{% end %}{% if q %}c{% end %}", "a b c|"},
        {"{% if not (p or q) %}a{% end %}{% if p %}b{% end %}", "a|b"},
        {"{% if p %}a{% if not p %}b{% end %}{% end %}", "a|"},
        {"{% if p %}a{% elif not p %}b{% end %}", "a|b"},
        {"{% if p %}{% if q %}a{% end %}{% end %}{% if q and not p %}b{% end %}", "a||b"},
        {"{% if True %}a{% else %}b{% end %}", "a"},
        {"{% if p if q else r %}a{% end %}{% if p %}b{% end %}", "a b|"},
    };
    check_ways(state, CASES, ARRAY_LEN(CASES));
}

static void test_new_values_forget_the_old(void **state)
{
    static const Case CASES[] = {
        {"{% if p %}a{% end %}{% set p = f(q) %}{% if not p %}b{% end %}", "a b|b|a"},
        {"{% set p = True %}{% if p %}a{% end %}", "a"},
        {"{% set p = 'x' %}{% if p == 'x' %}a{% else %}b{% end %}", "a (1 unread)"},
        {"{% if q %}{% set p = True %}{% else %}{% set p = False %}{% end %}"
         "{% if p %}a{% else %}b{% end %}",
         "a|b"},
        {"{% set m = 0 %}{% if p %}{% set m = 1 %}{% end %}"
         "{% if q %}{% set m = 0 %}{% end %}{% if r %}{% set m = 0 %}{% end %}"
         "{% if m == 1 %}a{% else %}b{% end %}",
         "b|a"},
        {"{% set m = 0 %}{% if p %}{% set m = 1 %}{% end %}{% if q %}{% set m = 1 %}{% end %}"
         "{% if m == 1 %}a{% else %}b{% end %}",
         "a|b"},
    };
    check_ways(state, CASES, ARRAY_LEN(CASES));
}

static void test_a_loop_has_one_round(void **state)
{
    static const Case CASES[] = {
        {"{% for last, x in enumerate_with_last(l) %}{{x}}{% if not last %},{% end %}{% end %}",
         "_____"},
        {"{% for i, x in enumerate(l) %}{% if i > 0 %} AND {% end %}a{% end %}", "a"},
        {"{% for i, x in enumerate(l) %}a{% if i < len(l) - 1 %},{% end %}{% end %}", "a"},
        {"{% for x in l %}{% if not loop.first %} OR {% end %}a{% end %}", "a"},
        {"{% for last, x in enumerate_with_last(l) %}{% if not last %} b + {% end %}a{% end %}",
         "a (1 unread)"},
        {"{% for x in l %}{% if x == 'p' %}a{% elif x == 'q' %}b{% end %}{% end %}", "a|b|"},
    };
    check_ways(state, CASES, ARRAY_LEN(CASES));
}

static void test_errors_leave_no_query(void **state)
{
    static const Case CASES[] = {
        {"{% if not defined(p) %}{{ error('p is missing') }}{% end %}a", "a"},
        {"{% if defined(p) %}a{% else %}{{ custom_error({'e': 1}, 400) }}{% end %}", "a"},
        {"{% if p %}a{% elif q %}{{error('x')}}{% else %}b{% end %}", "a|b"},
        {"{{ max_threads(4) }}a{{cache_ttl('1m')}}", "a"},
        {"{{ error }}a", "___________a"},
    };
    check_ways(state, CASES, ARRAY_LEN(CASES));
}

static void test_broken_templates(void **state)
{
    static const Case CASES[] = {
        {"{% if p %}a", "missing {% end %} of 'if'"},
        {"a {{ b", "the template tag is never closed"},
        {"a {% end %}", "'{% end %}' closes nothing"},
        {"a {% else %}", "'else' stands outside any template block"},
    };
    check_ways(state, CASES, ARRAY_LEN(CASES));
}

static Str repeat(Arena *arena, const char *piece, size_t count)
{
    Buf out = {0};
    for (size_t i = 0; i < count; i++)
        buf_add(&out, piece);
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void test_bounds(void **state)
{
    Arena *arena = *state;
    Str elifs = str_fmt(arena, "{%% if a %%}x%.*s{%% end %%}",
                        STR_ARG(repeat(arena, "{% elif f(b) %}y", 1)));
    assert_int_equal(template_variants(arena, elifs, 64).texts.len, 3);

    Buf many = {0};
    buf_add(&many, "{% if a %}x");
    for (int i = 0; i < 200; i++)
        buf_addf(&many, "{%% elif p == %d %%}y%d", i, i);
    buf_add(&many, "{% end %}");
    TemplateVariants variants = template_variants(arena, buf_str(&many), 64);
    assert_int_equal(variants.texts.len, 64);
    assert_int_equal(variants.unread, 201 - 64);
    buf_free(&many);

    Str deep = repeat(arena, "{% if a %}", 201);
    assert_true(str_starts(template_variants(arena, deep, 64).problem, "template blocks nest too"));

    Str wide = repeat(arena, "{% if a %}select 1, 2, 3{% elif b %}5{% end %}\n", 25000);
    variants = template_variants(arena, wide, 64);
    assert_int_equal(variants.texts.len, 1);
    assert_true(variants.unread > 0);
    Str names = repeat(arena, "{% set a = 1 %}{% if a == 2 %}4{% end %}", 25000);
    assert_true(template_variants(arena, names, 64).texts.len >= 1);
    Str brackets =
        str_fmt(arena, "{%% if %.*s %%}{%% end %%}", STR_ARG(repeat(arena, "(", 100000)));
    assert_int_equal(template_variants(arena, brackets, 64).texts.len, 1);
}

static const char *sql(Arena *arena, const char *text)
{
    return str_cstr(arena, squeeze_sql(arena, str_of(text)));
}

static void test_squeezed_sql(void **state)
{
    static const Case CASES[] = {
        {"select  a\n from t -- all\n where b", "SELECT a FROM t WHERE b"},
        {"/* x */ a # y\n+ #! z\nb // c", "a+b"},
        {"'a  -- b' \"c  d\" `e  f`", "'a  -- b' \"c  d\" `e  f`"},
        {"{{ String( a ,  \"b\" ) }}", "{{String(a,'b')}}"},
        {"'x{{  a  }}y''  z'", "'x{{a}}y''  z'"},
        {"{% if  not   a %} b {# c #} {% end %}", "{%if not a%} b {%end%}"},
        {"a = 1{% if x %} and b{%end%}", "a=1 {%if x%} AND b {%end%}"},
        {"a{% if x %}b{%end%}", "a{%if x%}b{%end%}"},
        {"a {% if x %}{{ b }}{% end %}", "a {%if x%}{{b}}{%end%}"},
        {"a {% if x %}{{ b }} {% end %}", "a {%if x%} {{b}} {%end%}"},
        {"{% if a == \"it's\" %}b{% end %}", "{%if a==\"it's\"%}b{%end%}"},
        {"f ( a , b ) [ 1 ]  c - - d", "f(a,b)[1]c- -d"},
        {"a= 1 AND b =2 > = - {{ c }}", "a=1 AND b=2> = - {{c}}"},
        {"{{ f(a, [1, 2,], (3,),) }} = {{ (4,)[0] }}", "{{f(a,[1,2],(3,))}} ={{(4,)[0]}}"},
        {"'unclosed  a", "'unclosed  a"},
        {"a /* unclosed", "a"},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        assert_string_equal(sql(*state, CASES[i].text), CASES[i].ways);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_branch_is_read),
        cmocka_unit_test(test_conditions_are_decided_alike),
        cmocka_unit_test(test_new_values_forget_the_old),
        cmocka_unit_test(test_a_loop_has_one_round),
        cmocka_unit_test(test_errors_leave_no_query),
        cmocka_unit_test(test_broken_templates),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_squeezed_sql),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
