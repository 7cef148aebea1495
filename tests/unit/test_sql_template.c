/* test_sql_template.c: templated queries, in all their variants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/sql_fixture.h"
#include "syntax/template_variants.h"

static void test_templates(void **state)
{
    Fixture *f = *state;
    const char *text = "%\n{% set x = 1 %}{{ max_threads(4) }}SELECT a, {{ column(c) }} AS b\n"
                       "FROM {% if defined(t) %} t {% else %} u {% end %}\n"
                       "WHERE 1 {% for i in l %} AND x = {{ Int32(i) }} {% end %} AND s = '{{s}}'";
    const Select *s = only_select(f, text);

    assert_true(query(f, text)->has_template);
    assert_int_equal(s->items.items[1]->kind, EXPR_UNKNOWN);
    assert_str(s->items.items[1]->alias.text, "b");
    assert_str(s->from.items[0].name.text, "t");
    assert_int_equal(s->from.len, 1);
    assert_int_equal(s->where->args.len, 3);
    assert_int_equal(s->where->args.items[2]->args.items[1]->kind, EXPR_UNKNOWN);
    s = only_select(f, "%\nSELECT 1 FROM {{ table }}");
    assert_int_equal(s->from.items[0].kind, TABLE_UNKNOWN);
    assert_true(query(f, "%\nSELECT {% if a %} 1")->broken);
    assert_true(query(f, "SELECT {{ a")->broken);
    assert_true(query(f, "SELECT 1 {% end %}")->broken);
    assert_false(query(f, "SELECT 1")->has_template);
    assert_true(query(f, " % SELECT 1")->has_template);
}

static QueryVariants variants(Fixture *f, const char *text)
{
    return sql_parse_variants(f->parser, f->arena, str_of(text), 100);
}

static void test_variants(void **state)
{
    Fixture *f = *state;
    const char *text = "%\nSELECT {% if defined(a) %} x {% else %} y AS {{ b }} {% end %} FROM t "
                       "{% if not defined(a) %} WHERE z{% end %}";
    QueryVariants v = variants(f, text);

    assert_int_equal(v.len, 2);
    assert_int_equal(v.unread, 0);
    const Select *first = v.items[0]->selects.items[0];
    const Select *second = v.items[1]->selects.items[0];
    assert_str(first->items.items[0]->name, "x");
    assert_null(first->where);
    assert_str(second->items.items[0]->name, "y");
    assert_str(second->items.items[0]->rare->alias_tag, "{{b}}");
    assert_int_equal(second->items.items[0]->alias.text.len, 0);
    assert_str(second->where->name, "z");
    assert_int_equal(second->where->range.start, 100 + strstr(text, "z{%") - text);
    assert_str(query_text(f->arena, v.items[1]), "SELECT y AS {{b}} FROM t WHERE z");
    v = variants(f, "SELECT a FROM t");
    assert_int_equal(v.len, 1);
    assert_false(v.items[0]->has_template);
    v = variants(f, "%SELECT {% if a %} b");
    assert_int_equal(v.len, 1);
    assert_true(v.items[0]->broken);
    v = variants(f, "%SELECT a FROM t {% if p %} WHERE a {% end %} {% if q %} AND b {% end %}");
    assert_int_equal(v.len, 2);
    assert_false(v.items[0]->broken);
    assert_false(v.items[1]->broken);
}

static void test_names_of_tags(void **state)
{
    static const char *const TAGS[][2] = {
        {"{{ String( x,  \"y\" ) }}", "String(x,'y')"},
        {"{{{ x }}}", "x"},
        {"a_{{ x }}", "a_{{x}}"},
        {"'a {{ x }}'", "'a {{x}}'"},
        {"{{ x }}_{{ y }}", "{{x}}_{{y}}"},
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(TAGS); i++) {
        const char *text = str_cstr(f->arena, str_fmt(f->arena, "%%SELECT %s", TAGS[i][0]));
        const Select *s = only_select(f, i == 1 ? "%SELECT {{ x }}" : text);
        assert_int_equal(s->items.items[0]->kind, EXPR_UNKNOWN);
        assert_str(s->items.items[0]->name, TAGS[i][1]);
    }
}

static Str text_of_template(Fixture *f, const char *text)
{
    QueryVariants v = variants(f, text);
    return query_variants_text(f->parser, f->arena, &v, str_of(text));
}

static void test_texts_of_templates(void **state)
{
    static const char *const SAME[][2] = {
        {"%SELECT a, {{ String( x ) }} FROM t", "%\n select (a), -- c\n{{String(x)}}\nfrom t"},
        {"%SELECT a {% if x %} , b {% end %} FROM t",
         "%\nselect a {%if x%}\n,b{# c #} /* d */ {%  end  %} from t"},
        {"%SELECT '{{ x }}'", "%SELECT  '{{x}}'"},
        {"% SELECT {% if x == 'y' %} 1 {% else %} 2 {% end %}",
         "% SELECT {% if x == \"y\" %}\n1\n{% else %}2  {% end %}"},
        {"% SELECT a{% if b %}, c{% end %} FROM t", "% SELECT a {% if b %}, c {% end %} FROM t"},
        {"%SELECT a FROM t ({{ x }}", "% select a  from t  ( {{x}}"},
        {"SELECT a FROM (", "select  a from ( -- c"},
    };
    static const char *const OTHER[][2] = {
        {"%SELECT {{ x }}", "%SELECT {{ y }}"},
        {"%SELECT {{ x }}", "%SELECT x"},
        {"%SELECT '{{ x }}'", "%SELECT {{ x }}"},
        {"%SELECT '{{ x }} '", "%SELECT '{{ x }}'"},
        {"%SELECT a AS b{{ x }}", "%SELECT a AS c{{ x }}"},
        {"%SELECT {{ f }}(a)", "%SELECT {{ f }}(b)"},
        {"%SELECT {% if x %} 1 {% else %} 2 {% end %}",
         "%SELECT {% if x %} 1 {% else %} 3 {% end %}"},
        {"%SELECT {% if x %} 1 {% else %} 2 {% end %}",
         "%SELECT {% if y %} 1 {% else %} 2 {% end %}"},
        {"%SELECT a {% if x %}, b{% end %}{% if y %}, c{% end %}",
         "%SELECT a {% if x %}, b, c{% end %}{% if y %}{% end %}"},
        {"%SELECT a {% for i in l %}, b{% end %}", "%SELECT a, b {% for i in l %}{% end %}"},
        {"%SELECT 1 {{ max_threads(2) }}", "%SELECT 1 {{ max_threads(4) }}"},
        {"%SELECT 1 {% if not x %}{{ error('a') }}{% end %}",
         "%SELECT 1 {% if not x %}{{ error('b') }}{% end %}"},
        {"%SELECT a{% if x %}b{% end %}", "%SELECT a {% if x %}b{% end %}"},
        {"%SELECT a FROM (('x  y'", "%SELECT a FROM (('x y'"},
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(SAME); i++) {
        Str first = text_of_template(f, SAME[i][0]);
        assert_true(first.len > 0);
        assert_str(first, str_cstr(f->arena, text_of_template(f, SAME[i][1])));
    }
    for (size_t i = 0; i < ARRAY_LEN(OTHER); i++)
        if (str_eq(text_of_template(f, OTHER[i][0]), text_of_template(f, OTHER[i][1])))
            fail_msg("%s and %s are the same", OTHER[i][0], OTHER[i][1]);
}

static void test_template_tags(void **state)
{
    Fixture *f = *state;
    Str text = STR("a {{ b }} {# c {{ #} {% if d %} {{! e }} {{{ f }}} {% end %}");
    Tags tags = template_tags(f->arena, text, NULL);

    assert_int_equal(tags.len, 5);
    assert_str(tags.items[0].body, "b");
    assert_int_equal(tags.items[1].kind, TAG_COMMENT);
    assert_str(tags.items[3].body, "f");
    assert_true(template_has_tags(text));
    assert_false(template_has_tags(STR("{a} {'b': 1} {")));
}

/* ---- one variant after another ---- */

typedef struct {
    Arena *arena;
    VEC(Range) places;
} Places;

static bool collect_place(const Expr *expr, void *context)
{
    Places *found = context;
    vec_push(found->arena, &found->places, expr->range);
    return true;
}

static Places places_of(Fixture *f, const Query *q)
{
    Places found = {.arena = f->arena};
    query_walk(q, collect_place, &found);
    return found;
}

static void assert_same_places(const Places *a, const Places *b)
{
    assert_int_equal(a->places.len, b->places.len);
    for (size_t i = 0; i < a->places.len; i++) {
        assert_int_equal(a->places.items[i].start, b->places.items[i].start);
        assert_int_equal(a->places.items[i].end, b->places.items[i].end);
    }
}

/* A variant is parsed with the help of the tree of the one before: it must be read as alone. */
static void assert_read_as_alone(Fixture *f, Str template)
{
    QueryVariants v = sql_parse_variants(f->parser, f->arena, template, 0);
    TemplateVariants texts = template_variants(f->arena, template, TEMPLATE_MAX_VARIANTS);
    assert_true(v.len > 1);
    assert_int_equal(v.len, texts.texts.len);
    for (size_t k = 0; k < v.len; k++) {
        const Query *alone = sql_parse_query(f->parser, f->arena, texts.texts.items[k], 0);
        Places a = places_of(f, v.items[k]), b = places_of(f, alone);
        assert_int_equal(v.items[k]->broken, alone->broken);
        assert_int_equal(v.items[k]->too_deep, alone->too_deep);
        assert_same_places(&a, &b);
    }
}

static void test_variants_are_read_as_alone(void **state)
{
    static const char *const TEMPLATES[] = {
        "%\nSELECT a{% if p %}, b + 1 AS c{% elif q %}, sum(d) AS c{% else %}, (SELECT 1) AS c{% "
        "end "
        "%}\nFROM t WHERE 1\n{% if p %} AND b IN (1, 2) {% end %}{% if q %} OR d {% end %}",
        "%SELECT * FROM {% if p %} a JOIN b USING x {% else %} (SELECT x FROM c) {% end %} WHERE x",
        "%SELECT {% if p %} ( {% else %} [ {% end %} a {% if p %} ) {% else %} ] {% end %} FROM t",
        "%SELECT 'a {% if p %} b' {% else %} c' {% end %} AS d, e FROM t",
        "%SELECT CASE WHEN a THEN {% if p %} 1 ELSE {% end %} 2 END, -- {% if q %}\n{% end %} "
        "f\nFROM t",
        "%SELECT x -> {% if p %} y {% else %} - - z {% end %}, INTERVAL {% if p %} 1 DAY {% else "
        "%} "
        "n HOUR {% end %} FROM t",
        "%{% if p %} WITH a AS (SELECT 1) {% else %} WITH 1 AS a {% end %} SELECT a FROM a",
        "%SELECT 1 -> a, b FROM t {% if p %} WHERE c {% end %}",
        "%SELECT (SELECT x, {% if p %} y {% else %} z {% end %} FROM u), b FROM t",
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(TEMPLATES); i++)
        assert_read_as_alone(f, str_of(TEMPLATES[i]));
}

enum { LAYERS = 8, TERMS = 45 };

static void add_terms(Buf *out)
{
    for (int i = 0; i < TERMS; i++)
        buf_add(out, " + 1");
}

/* Each variant makes one layer more deep, around those that it takes over. */
static Str layers(Fixture *f)
{
    Buf out = {0};
    buf_add(&out, "%SELECT ");
    for (int i = 0; i < LAYERS; i++)
        buf_add(&out, "(SELECT ");
    buf_add(&out, "a");
    add_terms(&out);
    for (int i = 0; i < LAYERS; i++) {
        buf_add(&out, " FROM t)");
        for (int k = 0; k <= i; k++)
            buf_addf(&out, "{%% %s p == %d %%}", k ? "elif" : "if", k);
        buf_add(&out, "{% else %}");
        add_terms(&out);
        buf_add(&out, "{% end %}");
    }
    Str text = str_copy(f->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

/* Items that hold items taken over count their levels, too. */
static void test_depth_ends_at_any_variant(void **state)
{
    Fixture *f = *state;
    Str text = layers(f);
    assert_read_as_alone(f, text);
    QueryVariants v = sql_parse_variants(f->parser, f->arena, text, 0);
    assert_false(v.items[0]->too_deep);
    assert_true(v.items[v.len - 1]->too_deep);
}

/* What no tag touches is made once. */
static void test_variants_share_items(void **state)
{
    Fixture *f = *state;
    QueryVariants v =
        variants(f, "%SELECT f(a) AS b, (SELECT 1) FROM t {% if q %} WHERE x {% end %}");
    assert_int_equal(v.len, 2);
    const Exprs *first = &v.items[0]->selects.items[0]->items;
    const Exprs *second = &v.items[1]->selects.items[0]->items;
    assert_int_equal(second->len, 2);
    for (size_t i = 0; i < 2; i++)
        assert_ptr_equal(second->items[i], first->items[i]);
    assert_non_null(v.items[0]->selects.items[0]->where);
    assert_null(v.items[1]->selects.items[0]->where);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_templates),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_names_of_tags),
        cmocka_unit_test(test_texts_of_templates),
        cmocka_unit_test(test_template_tags),
        cmocka_unit_test(test_variants_are_read_as_alone),
        cmocka_unit_test(test_depth_ends_at_any_variant),
        cmocka_unit_test(test_variants_share_items),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
