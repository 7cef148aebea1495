/* The select list of a FORWARD_QUERY against the live schema: forward_list.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../lib/project_fixture.h"
#include "checks/forward_list.h"

typedef struct {
    ProjectFixture f;
    const ForwardList *list;
    Buf before; /* the facts borrow the texts */
    Buf after;
} ListFixture;

/* `columns` as "id UInt32, name String", types without commas at depth 0. */
static void add_schema(Buf *out, const char *columns)
{
    buf_add(out, "SCHEMA >\n    ");
    int depth = 0;
    for (const char *p = columns; *p != '\0'; p++) {
        depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
        if (*p == ',' && depth == 0)
            buf_add(out, ",\n   ");
        else
            buf_add_char(out, *p);
    }
    buf_add(out, "\n\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"tuple()\"\n");
}

static void make(ListFixture *l, const char *live, const char *candidate, const char *query)
{
    l->before = (Buf){0};
    l->after = (Buf){0};
    add_schema(&l->before, live);
    add_schema(&l->after, candidate);
    buf_addf(&l->after, "\nFORWARD_QUERY >\n    %s\n", query);
    buf_add_char(&l->before, '\0');
    buf_add_char(&l->after, '\0');
    project_fixture_one(&l->f, "datasources/live.datasource", l->before.ptr, l->after.ptr);
    const ResourceChange *change = project_fixture_change(&l->f, DATAFILE_DATASOURCE, "live");
    l->list = change != NULL ? forward_list_read(&l->f.check, change) : NULL;
}

static void drop(ListFixture *l)
{
    project_fixture_free(&l->f);
    buf_free(&l->before);
    buf_free(&l->after);
}

static Str outputs_text(const ListFixture *l)
{
    Buf out = {0};
    for (size_t i = 0; i < l->list->outputs.len; i++) {
        const ForwardOutput *o = &l->list->outputs.items[i];
        static const char *const kinds[] = {"pass", "convert", "expression", "constant", "?"};
        buf_addf(&out, "%s%.*s=%s", i > 0 ? " " : "", STR_ARG(o->name), kinds[o->kind]);
        if (o->source != NULL && !str_eq(o->source->name.text, o->name))
            buf_addf(&out, "(%.*s)", STR_ARG(o->source->name.text));
        if (o->type != NULL)
            buf_addf(&out, ":%.*s", STR_ARG(o->type->text));
    }
    Str text = str_copy(l->f.arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void expect(const char *live, const char *query, const char *outputs)
{
    ListFixture l;
    make(&l, live, "zz UInt8", query);
    assert_non_null(l.list);
    assert_true(l.list->usable);
    assert_string_equal(str_cstr(l.f.arena, outputs_text(&l)), outputs);
    drop(&l);
}

static const char *const two = "a UInt32, b Nullable(String)";

static void test_columns(void **state)
{
    (void)state;
    expect(two, "SELECT a, b AS c", "a=pass:UInt32 c=pass(b):Nullable(String)");
    expect(two, "SELECT `a`, \"b\"", "a=pass:UInt32 b=pass:Nullable(String)");
    expect(two, "SELECT live.a, live.b AS b", "a=pass:UInt32 b=pass:Nullable(String)");
    expect(two, "SELECT *", "a=pass:UInt32 b=pass:Nullable(String)");
    expect(two, "SELECT live.*", "a=pass:UInt32 b=pass:Nullable(String)");
}

static void test_stars(void **state)
{
    (void)state;
    const char *three = "a UInt32, ab UInt8, c UInt8";
    expect(three, "SELECT * EXCEPT (ab)", "a=pass:UInt32 c=pass:UInt8");
    expect(three, "SELECT * EXCEPT c", "a=pass:UInt32 ab=pass:UInt8");
    expect(three, "SELECT * EXCEPT (a, c)", "ab=pass:UInt8");
    expect(three, "SELECT * EXCEPT 'b'", "a=pass:UInt32 c=pass:UInt8");
    expect(three, "SELECT * except '^a'", "c=pass:UInt8");
    expect(three, "SELECT * EXCEPT (nope)", "a=pass:UInt32 ab=pass:UInt8 c=pass:UInt8");
    expect(three, "SELECT * REPLACE (toUInt64(a) AS a) EXCEPT (c)",
           "a=convert:UInt64 ab=pass:UInt8");
    expect(three, "SELECT COLUMNS('^a')", "a=pass:UInt32 ab=pass:UInt8");
    expect(three, "SELECT COLUMNS(c, a)", "c=pass:UInt8 a=pass:UInt32");
}

static void test_unknown_stars(void **state)
{
    (void)state;
    const char *const lists[] = {"SELECT * APPLY (toString)", "SELECT * EXCEPT '(?i)A'",
                                 "SELECT COLUMNS('\\\\d')", "SELECT other.*"};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        ListFixture l;
        make(&l, two, "zz UInt8", lists[i]);
        assert_non_null(l.list);
        assert_false(forward_list_is_complete(l.list));
        drop(&l);
    }
}

static void test_conversions(void **state)
{
    (void)state;
    expect(two, "SELECT CAST(a AS UInt64) AS a", "a=convert:UInt64");
    expect(two, "SELECT CAST(a, 'UInt64') AS a", "a=convert:UInt64");
    expect(two, "SELECT a::UInt64 AS a", "a=convert:UInt64");
    expect(two, "SELECT toUInt64(a) AS a", "a=convert:UInt64");
    expect(two, "SELECT toUInt8OrNull(toString(a)) AS a", "a=convert:Nullable(UInt8)");
    expect(two, "SELECT accurateCastOrNull(a, 'UInt8') AS a", "a=convert:Nullable(UInt8)");
    expect(two, "SELECT accurateCastOrDefault(a, 'UInt8') AS a", "a=convert:UInt8");
    expect(two, "SELECT ifNull(b, '') AS b", "b=convert:String");
    expect(two, "SELECT coalesce(b, '') AS b", "b=convert:String");
    expect(two, "SELECT assumeNotNull(b) AS b", "b=convert:String");
    expect(two, "SELECT if(isNull(b), '', b) AS b", "b=convert");
    expect(two, "SELECT if(b IS NULL, '', b) AS b", "b=convert");
    expect(two, "SELECT toLowCardinality(assumeNotNull(b)) AS b",
           "b=convert:LowCardinality(String)");
    expect(two, "SELECT toDateTime64(toDateTime(a), 3) AS a", "a=convert:DateTime64(3)");
    expect(two, "SELECT toDecimal32(a, 2) AS a", "a=convert:Decimal(9, 2)");
}

static void test_constants(void **state)
{
    (void)state;
    expect(two, "SELECT 1 AS a, -1 AS b, 300 AS c",
           "a=constant:UInt8 b=constant:Int8 c=constant:UInt16");
    expect(two, "SELECT 'x' AS a, NULL AS b, true AS c",
           "a=constant:String b=constant:Nullable(Nothing) c=constant:Bool");
    expect(two, "SELECT defaultValueOfTypeName('Array(String)') AS a", "a=constant:Array(String)");
    expect(two, "SELECT now() AS a, toUInt32(0) AS b", "a=constant:DateTime b=constant:UInt32");
    expect(two, "SELECT [] AS a, map() AS b", "a=constant:Array(Nothing) b=constant");
}

static void test_expressions(void **state)
{
    (void)state;
    expect(two, "SELECT a + 1 AS a, lower(b) AS b",
           "a=expression:UInt64 b=expression:Nullable(String)");
    expect(two, "SELECT multiIf(a = 1, 'one', 'many') AS a", "a=expression:String");
    expect(two, "SELECT CASE WHEN a = 1 THEN 'x' ELSE 'y' END AS a", "a=expression:String");
    expect("a Array(UInt8)", "SELECT arrayMap(x -> x * 2, a) AS a", "a=expression:Array(UInt16)");
}

/* As the engine does it (forward.tsv): an alias hides the live column, but not in its own
 * expression. */
static void test_aliases(void **state)
{
    (void)state;
    expect("a UInt8, b UInt8", "SELECT a + 1 AS a, a AS b", "a=expression:UInt16 b=expression");
    expect("a UInt8, b UInt8", "SELECT b AS a, a AS b", "a=pass:UInt8 b=pass:UInt8");
    expect("a UInt8, b UInt8", "SELECT live.b AS a, live.a AS b",
           "a=pass(b):UInt8 b=pass(a):UInt8");
    expect("a UInt8", "SELECT a, x AS b, 1 AS x", "a=pass:UInt8 b=constant:UInt8 x=constant:UInt8");
}

static void expect_unknown(const char *query, const char *name)
{
    ListFixture l;
    make(&l, two, "zz UInt8", query);
    const ForwardOutput *out = &l.list->outputs.items[0];
    assert_int_equal(out->unknown.len, name != NULL ? 1 : 0);
    if (name != NULL)
        assert_true(str_is(out->unknown.items[0], name));
    drop(&l);
}

static void test_unknown_names(void **state)
{
    (void)state;
    expect_unknown("SELECT nope", "nope");
    expect_unknown("SELECT toString(nope) AS a", "nope");
    expect_unknown("SELECT A", "A");
    expect_unknown("SELECT arrayMap(x -> x + y, [1]) AS a", "y");
    expect_unknown("SELECT a, 1 AS y", NULL);
    expect_unknown("SELECT b.c AS x", NULL);
}

/* Aliases of aliases double the work at each step; the reader must give up, not hang. */
static void test_alias_explosion(void **state)
{
    (void)state;
    Buf query = {0};
    buf_add(&query, "SELECT a AS x0");
    for (int i = 1; i < 60; i++)
        buf_addf(&query, ", x%d + x%d AS x%d", i - 1, i - 1, i);
    buf_add_char(&query, '\0');
    ListFixture l;
    make(&l, two, "zz UInt8", query.ptr);
    assert_int_equal(l.list->outputs.items[59].kind, OUTPUT_UNKNOWN);
    drop(&l);
    buf_free(&query);
}

/* ---- the engine's own answers ---- */

static Str next_cell(Str *line)
{
    ptrdiff_t tab = str_find_char(*line, '\t');
    size_t end = tab < 0 ? line->len : (size_t)tab;
    Str cell = str_slice(*line, 0, end);
    *line = str_slice(*line, end + (tab < 0 ? 0 : 1), line->len);
    return cell;
}

/* Whether the outputs are those of DESCRIBE; types are compared where ours are certain. */
static bool is_described(const ListFixture *l, Str described)
{
    for (size_t i = 0; i < l->list->outputs.len; i++) {
        const ForwardOutput *o = &l->list->outputs.items[i];
        Str head = str_fmt(l->f.arena, "%s%.*s ", i > 0 ? ", " : "", STR_ARG(o->name));
        if (described.len < head.len || !str_eq(str_slice(described, 0, head.len), head))
            return false;
        described = str_slice(described, head.len, described.len);
        size_t end = 0;
        for (int depth = 0; end < described.len; end++) {
            char c = described.ptr[end];
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0)
                break;
        }
        const Type *type = type_parse(l->f.arena, str_slice(described, 0, end), NULL);
        if (o->type != NULL && !type_eq(o->type, type))
            return false;
        described = str_slice(described, end, described.len);
    }
    return described.len == 0;
}

static bool row_agrees(Str row)
{
    Str name = next_cell(&row);
    Str live = next_cell(&row);
    next_cell(&row);
    Str query = next_cell(&row);
    next_cell(&row);
    next_cell(&row);
    next_cell(&row);
    Str described = next_cell(&row);
    bool raw = str_find(query, "\\") >= 0 || str_starts(query, "SELECT") ||
               str_find(live, "MATERIALIZED") >= 0 || str_find(live, "Nested") >= 0;
    if (described.len == 0 || raw)
        return true;
    Arena *arena = arena_new();
    ListFixture l;
    make(&l, str_cstr(arena, live), "zz UInt8",
         str_cstr(arena, str_fmt(arena, "SELECT %.*s", STR_ARG(query))));
    bool judged = l.list != NULL && forward_list_is_complete(l.list);
    for (size_t i = 0; judged && i < l.list->outputs.len; i++) {
        const ForwardOutput *out = &l.list->outputs.items[i];
        judged = out->has_alias; /* the engine rewrites the text of nameless expressions */
    }
    bool agrees = !judged || is_described(&l, described);
    if (!agrees)
        printf("%.*s: %s\n  engine: %.*s\n", STR_ARG(name), str_cstr(arena, outputs_text(&l)),
               STR_ARG(described));
    drop(&l);
    arena_free(arena);
    return agrees;
}

static void test_engine(void **state)
{
    (void)state;
    const char *shared = getenv("TBLINT_SHARED");
    char path[1024];
    snprintf(path, sizeof path, "%s/oracle/forward.tsv", shared != NULL ? shared : "");
    FILE *file = shared != NULL ? fopen(path, "r") : NULL;
    if (file == NULL) {
        printf("skipped: forward lists against the engine's answers (no TBLINT_SHARED)\n");
        skip();
    }
    char line[8192];
    size_t wrong = 0;
    for (size_t row = 0; fgets(line, sizeof line, file) != NULL; row++)
        if (row > 0 && !row_agrees(str_trim(str_of(line))))
            wrong++;
    fclose(file);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),         cmocka_unit_test(test_stars),
        cmocka_unit_test(test_unknown_stars),   cmocka_unit_test(test_conversions),
        cmocka_unit_test(test_constants),       cmocka_unit_test(test_expressions),
        cmocka_unit_test(test_aliases),         cmocka_unit_test(test_unknown_names),
        cmocka_unit_test(test_alias_explosion), cmocka_unit_test(test_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
