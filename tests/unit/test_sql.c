/* test_sql.c: queries and expressions: what is read, where it stands, which texts mean the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/sql_fixture.h"

static const Expr *expr(Fixture *f, const char *text)
{
    return sql_parse_expr(f->parser, f->arena, str_of(text), 0);
}

static const char *normal(Fixture *f, const char *text)
{
    const Expr *e = expr(f, text);
    return e ? str_cstr(f->arena, expr_text(f->arena, e)) : "(broken)";
}

/* ---- accepted and refused ------------------------------------------------------------------ */

static void test_select_lists_that_the_engine_takes(void **state)
{
    static const char *const LISTS[] = {
        "id, name, ts, v",
        "*",
        "*, 'x' AS extra",
        "* EXCEPT (extra)",
        "* EXCEPT extra",
        "* except 'extra'",
        "* EXCEPT ('extra')",
        "* EXCEPT (a, b)",
        "* EXCEPT a, b",
        "* EXCEPT STRICT (nope)",
        "* REPLACE (toUInt64(id) AS id)",
        "* REPLACE toUInt32(id) AS id",
        "* REPLACE STRICT (1 AS nope)",
        "* EXCEPT (extra) REPLACE (v + 1 AS v)",
        "* APPLY (toString)",
        "* APPLY (x -> x + 1)",
        "* APPLY toString",
        "COLUMNS('id|name')",
        "COLUMNS(id, name)",
        "live.*",
        "live.id, live.v AS w",
        "accurateCastOrDefault(v, 'UInt8', 7::UInt8) AS v",
        "CAST(v AS Nullable(UInt8)) AS v",
        "CAST(v, 'UInt8')",
        "CAST('a' AS Enum8('a' = 1, '' = 0)) AS s",
        "CAST(c AS AggregateFunction(sum, UInt64)) AS c",
        "v::UInt8 AS v",
        "v::UInt8",
        "arrayReduce('sumState', [finalizeAggregation(c)]) AS c",
        "row_number() OVER (PARTITION BY a ORDER BY v ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
        "sum(v) OVER w",
        "DISTINCT v",
        "(SELECT max(v) FROM live) AS v",
        "v IN (SELECT 1) AS v",
        "id, -- the id\nname",
        "id, # the id\nname",
        "id, #! the id\nname",
        "id, // the id\nname",
        "id, /* x, y */ name",
        "id, name,",
        "id, v w",
        "`id`, \"name\"",
        "v AS from",
        "v AS `a.b`",
        "j.a::Int64 AS a",
        "j.^a, j.a.:Int64, t.1, t.1.2",
        "m['a'] AS a, a[1], a[-1]",
        "arrayMap(x -> x * 2, a), arrayMap((x, y) -> x + y, a, b)",
        "multiIf(v = 1, 'one', v = 2, 'two', 'many')",
        "CASE v WHEN 1 THEN 'a' WHEN 2 THEN 'b' ELSE 'c' END AS v",
        "CASE WHEN v = 1 THEN 'one' END",
        "v ? 1 : 2",
        "quantiles(0.5, 0.9)(v)",
        "count(DISTINCT v), count(*), count()",
        "extract(YEAR FROM ts), trim(BOTH ' ' FROM s), substring(s FROM 2 FOR 3)",
        "date_add(DAY, 1, ts), dateDiff(day, a, b)",
        "INTERVAL 1 DAY, INTERVAL '1 day', INTERVAL -1 DAY, interval - 1, interval",
        "DATE '2024-01-01', date, timestamp, TIMESTAMP '2024-01-01 00:00:00'",
        "date(ts), timestamp + 1, date AS type, type AS end, key, values, first, format, offset",
        "left(s, 1), right(s, 1), replace(s, 'a', 'b'), if(a, b, c), any(x), not(a), format('{}', "
        "a)",
        "1, 1.5, .5, 1e3, 0xFF, 0b11, -1, 1_000",
        "'it''s', 'it\\'s', $$a'b$$",
        "[1, 2], (1, 2), (1,), (), {'a': 1}, map('a', 1), []",
        "a BETWEEN 1 AND 2 AND b NOT BETWEEN 3 AND 4",
        "a IS NULL, a IS NOT NULL, NOT a, a NOT IN (1), a GLOBAL IN (2), a LIKE 'x', a NOT ILIKE "
        "'y'",
        "a IS NOT DISTINCT FROM b, a <=> b, a == b, a <> b, a || b, a DIV b, a MOD b",
        "toDate(ts) AS d, d + 1 AS e, (x AS y) + y",
        "sumIf(a, b) FILTER (WHERE c), first_value(a) IGNORE NULLS",
        "{x:String} AS name",
        "f((SELECT 1)), exists(SELECT 1)",
        "trim(both), both",
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(LISTS); i++) {
        Str text = str_fmt(f->arena, "SELECT %s\nFROM live", LISTS[i]);
        const Query *q = sql_parse_query(f->parser, f->arena, text, 0);
        if (q->broken)
            fail_msg("%s: %.*s", LISTS[i], STR_ARG(q->error_text));
    }
}

static void test_queries_that_the_engine_takes(void **state)
{
    static const char *const QUERIES[] = {
        "SELECT 1",
        "select a from t where b",
        "WITH 1 AS x SELECT x",
        "WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b",
        "WITH (SELECT max(x) FROM t) AS m, toDate(now()) AS d SELECT m, d",
        "SELECT a FROM t UNION ALL SELECT b FROM u UNION DISTINCT (SELECT 1)",
        "(SELECT 1) EXCEPT SELECT 2 INTERSECT SELECT 3",
        "SELECT a, FROM t",
        "SELECT * FROM t AS x FINAL PREWHERE a WHERE b GROUP BY c WITH TOTALS HAVING d "
        "ORDER BY e DESC NULLS LAST, f ASC LIMIT 1 BY g LIMIT 10 OFFSET 5 SETTINGS a = 1, b = 'x'",
        "SELECT * FROM a LEFT JOIN b ON a.x = b.x INNER JOIN c USING (y) ANY LEFT JOIN d USING z",
        "SELECT * FROM a GLOBAL ASOF LEFT JOIN b ON a.x = b.x AND a.t >= b.t, c CROSS JOIN d",
        "SELECT * FROM a SEMI LEFT JOIN b ON a.x = b.x LEFT ANTI JOIN c USING x FULL OUTER JOIN d "
        "USING x",
        "SELECT x FROM t ARRAY JOIN a AS b, c LEFT ARRAY JOIN d",
        "SELECT * FROM numbers(10) AS n, (SELECT 1 AS x) s",
        "SELECT * FROM w.events e SAMPLE 1/10 OFFSET 1/2",
        "SELECT a FROM t ORDER BY a WITH FILL FROM 1 TO 10 STEP 1 INTERPOLATE (b AS b + 1)",
        "SELECT a FROM t WINDOW w AS (PARTITION BY x) QUALIFY row_number() OVER w = 1",
        "SELECT a FROM t GROUP BY GROUPING SETS ((a), (b))",
        "SELECT a FROM t GROUP BY ALL ORDER BY ALL LIMIT 5, 10",
        "SELECT DISTINCT ON (a, b) c FROM t LIMIT 1 WITH TIES",
        "FROM t SELECT a",
        "SELECT a FROM t OFFSET 1 ROW FETCH FIRST 1 ROWS ONLY",
        "((SELECT 1))",
        "SELECT (((SELECT 1)))",
        "SELECT * FROM (SELECT * FROM (SELECT 1) AS a) b",
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(QUERIES); i++) {
        const Query *q = query(f, QUERIES[i]);
        if (q->broken)
            fail_msg("%s: %.*s", QUERIES[i], STR_ARG(q->error_text));
    }
}

static void test_what_the_engine_refuses(void **state)
{
    static const char *const QUERIES[] = {
        "",
        "id, name",
        "SELECT",
        "SELECT FROM live",
        "SELECT id,, name FROM live",
        "SELECT , id FROM live",
        "SELECT id, toString(name AS name FROM live",
        "SELECT v AS 'w' FROM live",
        "SELECT v AS a.b FROM live",
        "SELECT * EXCEPT SELECT 1 FROM live",
        "SELECT v FROM live;",
        "SELECT v FROM live FORMAT JSON",
        "SELECT id FROM live FROM live",
        "SELECT id /* x FROM live",
        "SELECT 'x FROM live",
        "SELECT INTERVAL 1 FORTNIGHT",
        "SELECT a + FROM t",
        "SELECT sum(a FROM b) FROM t",
        "WITH a + 1 AS (SELECT 1) SELECT 1",
        "SELECT 1 -> 2",
        "SELECT a FROM t WHERE",
        "SELECT 1 SELECT 2",
        "\x01 a",
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(QUERIES); i++) {
        const Query *q = query(f, QUERIES[i]);
        if (!q->broken)
            fail_msg("taken: %s", QUERIES[i]);
        assert_true(q->error_text.len > 0);
    }
}

static void test_expressions_alone(void **state)
{
    static const char *const REFUSED[] = {
        "",
        "ts + INTERVAL 60",
        "ts + 60 DAY",
        "TTL ts + INTERVAL 60 DAY",
        "ts DELETE",
        "a FROM b",
        "SELECT a",
        "ts + INTERVAL 1 DAY;",
        "a DESC",
        "(a",
        "a)",
        "{{ x }}",
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(REFUSED); i++)
        if (expr(f, REFUSED[i]))
            fail_msg("taken: %s", REFUSED[i]);
    assert_int_equal(expr(f, "a, b")->kind, EXPR_TUPLE);
    assert_int_equal(expr(f, "a, b")->args.len, 2);
    assert_int_equal(expr(f, "a")->kind, EXPR_COLUMN);
    assert_int_equal(expr(f, "tuple()")->kind, EXPR_CALL);
    assert_int_equal(expr(f, "now()")->range.end, 5);
}

static void test_ttl_entries(void **state)
{
    Fixture *f = *state;
    TtlItems items = sql_parse_ttl(
        f->parser, f->arena,
        STR("ts + INTERVAL 60 DAY, ts + INTERVAL 30 DAY DELETE WHERE v = 0, d TO VOLUME 'cold', "
            "d RECOMPRESS CODEC(ZSTD(17)), d GROUP BY k, l SET v = sum(v)"),
        100);

    assert_int_equal(items.len, 5);
    assert_string_equal(items.items[0].action, "DELETE");
    assert_null(items.items[0].where);
    assert_int_equal(items.items[0].range.start, 100);
    assert_int_equal(items.items[0].range.end, 120);
    assert_str(expr_text(f->arena, items.items[1].where), "(v = 0)");
    assert_string_equal(items.items[2].action, "TO VOLUME");
    assert_str(items.items[2].target.text, "cold");
    assert_string_equal(items.items[3].action, "RECOMPRESS");
    assert_str(items.items[3].target.text, "(ZSTD(17))");
    assert_string_equal(items.items[4].action, "GROUP BY");
    assert_int_equal(items.items[4].group_by.len, 2);
    assert_int_equal(items.items[4].set.len, 1);
    assert_int_equal(sql_parse_ttl(f->parser, f->arena, STR("ts + INTERVAL 60"), 0).len, 0);
    assert_int_equal(sql_parse_ttl(f->parser, f->arena, STR(""), 0).len, 0);
}

/* ---- facts --------------------------------------------------------------------------------- */

static void test_ranges_are_those_of_the_file(void **state)
{
    Fixture *f = *state;
    const char *text = "\n  SELECT CAST(id AS String) AS id,\n  (v)\n  FROM live\n";
    const Query *q = sql_parse_query(f->parser, f->arena, str_of(text), 1000);
    const Select *select = q->selects.items[0];
    const Expr *first = select->items.items[0];

    assert_int_equal(first->range.start, 1010);
    assert_int_equal(first->range.end, 1034);
    assert_int_equal(first->core.end, 1028);
    assert_int_equal(first->alias.range.start, 1032);
    assert_str(first->rare->type_text.text, "String");
    assert_int_equal(first->rare->type_text.range.start, 1021);
    assert_int_equal(select->items.items[1]->range.start, 1038);
    assert_int_equal(select->items.items[1]->range.end, 1041);
    assert_str(select->first_clause.text, "FROM");
    assert_int_equal(select->first_clause.range.start, 1044);
    assert_int_equal(select->from.items[0].range.start, 1049);
}

static void test_output_names(void **state)
{
    Fixture *f = *state;
    const char *text = "SELECT a, t.b, `c d`, e AS f, g + 1 , (h), x.1 FROM t";
    static const char *const NAMES[] = {"a", "b", "c d", "f", "g + 1", "h", "x.1"};
    const Select *select = only_select(f, text);

    assert_int_equal(select->items.len, ARRAY_LEN(NAMES));
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        assert_str(expr_output_name(select->items.items[i], str_of(text)), NAMES[i]);
}

static void test_stars(void **state)
{
    Fixture *f = *state;
    const Select *s = only_select(f, "SELECT * EXCEPT (a, `b c`) REPLACE (x AS y) APPLY toString, "
                                     "t.*, COLUMNS('re'), * except 'z', COLUMNS(a, b)");
    const Expr *star = s->items.items[0];

    assert_int_equal(star->kind, EXPR_STAR);
    assert_int_equal(star->args.len, 3);
    assert_int_equal(star->args.items[0]->kind, EXPR_EXCEPT);
    assert_str(star->args.items[0]->path.items[1].text, "b c");
    assert_int_equal(star->args.items[1]->kind, EXPR_REPLACE);
    assert_str(star->args.items[1]->args.items[0]->alias.text, "y");
    assert_int_equal(star->args.items[2]->kind, EXPR_APPLY);
    assert_str(s->items.items[1]->name, "t");
    assert_false(s->items.items[1]->is_columns);
    assert_str(s->items.items[2]->name, "re");
    assert_true(s->items.items[2]->is_columns);
    assert_str(s->items.items[3]->args.items[0]->name, "z");
    assert_int_equal(s->items.items[3]->args.items[0]->path.len, 0);
    assert_int_equal(s->items.items[4]->params.len, 2);
}

static void test_shapes(void **state)
{
    Fixture *f = *state;
    const Expr *e = expr(f, "a AND b AND (c AND d) OR e");

    assert_str(e->name, "OR");
    assert_int_equal(e->args.len, 2);
    assert_int_equal(e->args.items[0]->args.len, 4);
    e = expr(f, "-1");
    assert_int_equal(e->kind, EXPR_NUMBER);
    assert_str(e->name, "-1");
    e = expr(f, "-1::Int8");
    assert_int_equal(e->kind, EXPR_CAST);
    assert_str(e->args.items[0]->name, "-1");
    e = expr(f, "INTERVAL '60 days'");
    assert_int_equal(e->kind, EXPR_INTERVAL);
    assert_str(e->name, "DAY");
    assert_str(e->args.items[0]->name, "60");
    e = expr(f, "a NOT IN (1, 2)");
    assert_str(e->name, "NOT IN");
    assert_int_equal(e->args.items[1]->kind, EXPR_TUPLE);
    e = expr(f, "a.b.c");
    assert_int_equal(e->path.len, 3);
    e = expr(f, "f(a).b");
    assert_int_equal(e->kind, EXPR_OPERATOR);
    e = expr(f, "quantile(0.5)(x)");
    assert_int_equal(e->params.len, 1);
    assert_int_equal(e->args.len, 1);
    e = expr(f, "(x, y) -> x");
    assert_int_equal(e->kind, EXPR_LAMBDA);
    assert_int_equal(e->path.len, 2);
    e = expr(f, "dateDiff(day, a, b)");
    assert_int_equal(e->args.items[0]->kind, EXPR_STRING);
    e = expr(f, "'a\\'b''c\\\\'");
    assert_str(e->name, "a'b'c\\");
}

static void test_tables(void **state)
{
    Fixture *f = *state;
    const Select *s =
        only_select(f, "WITH c AS (SELECT 1), 2 AS n SELECT 1 FROM w.a AS x FINAL "
                       "JOIN b ON x.k = b.k JOIN (SELECT 1) s USING (k, l), numbers(5)");

    assert_int_equal(s->with.len, 2);
    assert_str(s->with.items[0].name.text, "c");
    assert_non_null(s->with.items[0].query);
    assert_str(s->with.items[1].name.text, "n");
    assert_int_equal(s->from.len, 4);
    assert_str(s->from.items[0].name.text, "w.a");
    assert_str(s->from.items[0].alias.text, "x");
    assert_true(s->from.items[0].is_final);
    assert_true(s->from.items[1].is_joined);
    assert_non_null(s->from.items[1].on);
    assert_int_equal(s->from.items[2].kind, TABLE_SUBQUERY);
    assert_int_equal(s->from.items[2].using_columns.len, 2);
    assert_int_equal(s->from.items[3].kind, TABLE_FUNCTION);
    assert_int_equal(s->from.items[3].args.len, 1);
}

static bool count_columns(const Expr *e, void *context)
{
    size_t *count = context;
    *count += e->kind == EXPR_COLUMN;
    return true;
}

static void test_walk_reaches_everything(void **state)
{
    Fixture *f = *state;
    size_t count = 0;
    const Query *q = query(
        f, "WITH c1 AS x, y AS (SELECT c2) SELECT c3, (SELECT c4), sum(c5) OVER (PARTITION BY c6) "
           "FROM f(c7), (SELECT c8) JOIN t ON c9 = c10 ARRAY JOIN c11 PREWHERE c12 WHERE c13 "
           "GROUP BY c14 HAVING c15 WINDOW w AS (ORDER BY c16) ORDER BY c17 LIMIT 1 BY c18");
    assert_false(q->broken);
    query_walk(q, count_columns, &count);
    assert_int_equal(count, 18);
}

/* ---- normalised text ----------------------------------------------------------------------- */

static void test_same_meaning(void **state)
{
    static const char *const PAIRS[][2] = {
        {"a+b", "( a  +  (b) )"},
        {"`a`", "a"},
        {"\"a b\"", "`a b`"},
        {"ts + INTERVAL 60 DAY", "ts + toIntervalDay(60)"},
        {"ts + interval '60' days", "ts + toIntervalDay('60')"},
        {"ts + INTERVAL '60 day'", "(ts) + toIntervalDay( 60 ) -- sixty\n"},
        {"INTERVAL 1 SQL_TSI_HOUR", "toIntervalHour(1)"},
        {"date_add(DAY, 60, ts)", "ts + INTERVAL 60 DAY"},
        {"CAST(x AS Nullable(String))", "CAST(x, 'Nullable( String )')"},
        {"x::UInt8", "cast(x as UInt8)"},
        {"CAST(x AS VARCHAR)", "x::String"},
        {"COUNT(x)", "count(x)"},
        {"a and b", "a AND (b)"},
        {"(a AND b) AND c", "a AND (b AND c)"},
        {"a == b", "a = b"},
        {"a <> b", "a != b"},
        {"a ? b : c", "if(a, b, c)"},
        {"a IS not null", "a is NOT NULL"},
        {"'it''s'", "'it\\'s'"},
        {"0xFF", "0xff"},
        {"f(a, /* b */ c)", "f(a,c)"},
        {"case when a then b end", "CASE WHEN (a) THEN b END"},
        {"not a", "NOT (a)"},
        {"TRUE", "true"},
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++)
        assert_string_equal(normal(f, PAIRS[i][0]), normal(f, PAIRS[i][1]));
}

static void test_other_meaning(void **state)
{
    static const char *const PAIRS[][2] = {
        {"1", "1.0"},
        {"a", "A"},
        {"toDate(a)", "TODATE(a)"},
        {"a - (b - c)", "(a - b) - c"},
        {"'1'", "1"},
        {"null", "`null`"},
        {"a.b", "`a.b`"},
        {"0.1::Decimal(9, 2)", "CAST(0.1 AS Decimal(9, 2))"},
        {"count(DISTINCT a)", "count(a)"},
        {"f(a)(b)", "f(a, b)"},
        {"(a, b)", "[a, b]"},
        {"(a,)", "a"},
        {"a IN (1)", "a NOT IN (1)"},
        {"INTERVAL 1 DAY", "INTERVAL 1 MONTH"},
        {"INTERVAL 1 M", "INTERVAL 1 MI"},
        {"trim(BOTH a FROM b)", "trim(LEADING a FROM b)"},
        {"trim(a FROM b)", "trim(a, b)"},
        {"sum(a) OVER (ORDER BY b)", "sum(a) OVER (ORDER BY c)"},
        {"CASE a WHEN b THEN c ELSE d END", "CASE WHEN a THEN b WHEN c THEN d END"},
        {"a -> b", "c -> b"},
        {"f(a AS b)", "f(a)"},
        {"-a", "a"},
        {"toDateTime(a, 'UTC')", "toDateTime(a)"},
        {"a OR b AND c", "(a OR b) AND c"},
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++) {
        const char *a = normal(f, PAIRS[i][0]);
        if (strcmp(a, normal(f, PAIRS[i][1])) == 0 || strcmp(a, "(broken)") == 0)
            fail_msg("%s and %s both are %s", PAIRS[i][0], PAIRS[i][1], a);
    }
}

static Str text_of(Fixture *f, const char *text)
{
    const Query *q = query(f, text);
    if (q->broken)
        fail_msg("broken: %s", text);
    return query_text(f->arena, q);
}

static void test_query_texts(void **state)
{
    static const char *const SAME[][2] = {
        {"select a, b from t where (a) = 1", "SELECT a,b\nFROM t -- all\nWHERE a=1"},
        {"SELECT a AS a FROM t AS x", "SELECT a, FROM t x"},
        {"SELECT a b FROM t ORDER BY a", "(SELECT a AS `b` FROM `t` ORDER BY a ASC)"},
        {"SELECT 1 FROM a INNER JOIN b USING x", "SELECT 1 FROM a JOIN b USING x"},
        {"SELECT (SELECT 1 from t)", "SELECT (  SELECT 1 FROM t )"},
        {"SELECT ALL a FROM t ORDER BY a ASCENDING", "SELECT a FROM t ORDER BY a"},
        {"SELECT a FROM t ORDER BY a DESCENDING", "SELECT a FROM t ORDER BY a DESC"},
        {"SELECT $$a'b$$, $x$c$$d$x$, x'6162', b'01100011'", "SELECT 'a\\'b', 'c$$d', 'ab', 'c'"},
        {"WITH x AS (SELECT 1), SELECT * FROM x", "WITH x AS (SELECT 1) SELECT * FROM x"},
    };
    static const char *const OTHER[][2] = {
        {"SELECT a FROM t", "SELECT a FROM u"},
        {"SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC"},
        {"SELECT 1 FROM a LEFT JOIN b USING x", "SELECT 1 FROM a JOIN b USING x"},
        {"SELECT 1 UNION ALL SELECT 2", "SELECT 1 UNION DISTINCT SELECT 2"},
        {"SELECT a FROM t LIMIT 1", "SELECT a FROM t LIMIT 2"},
        {"SELECT a FROM t FINAL", "SELECT a FROM t"},
        {"SELECT DISTINCT a FROM t", "SELECT a FROM t"},
        {"SELECT a FROM t SETTINGS x = 1", "SELECT a FROM t SETTINGS x = 2"},
        {"SELECT all FROM t", "SELECT ALL all FROM u"},
        {"SELECT a, count() FROM t GROUP BY ALL", "SELECT a, count() FROM t GROUP BY a"},
        {"%\nSELECT {% if a %} 1 {% else %} 2 {% end %}",
         "%\nSELECT {% if a %} 1 {% else %} 3 {% end %}"},
    };
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(SAME); i++)
        assert_str(text_of(f, SAME[i][0]), str_cstr(f->arena, text_of(f, SAME[i][1])));
    for (size_t i = 0; i < ARRAY_LEN(OTHER); i++)
        assert_false(str_eq(text_of(f, OTHER[i][0]), text_of(f, OTHER[i][1])));
}

/* ---- hostile input ------------------------------------------------------------------------- */

static const Query *repeated(Fixture *f, const char *start, const char *piece, size_t count,
                             const char *end)
{
    Buf buf = {0};
    buf_add(&buf, start);
    for (size_t i = 0; i < count; i++)
        buf_add(&buf, piece);
    buf_add(&buf, end);
    const Query *q = sql_parse_query(f->parser, f->arena, str_copy(f->arena, buf_str(&buf)), 0);
    buf_free(&buf);
    return q;
}

static void test_long_and_deep(void **state)
{
    Fixture *f = *state;

    assert_true(repeated(f, "SELECT ", "(", 10000, "")->too_deep);
    assert_true(repeated(f, "SELECT ", "f(", 300, "")->broken);
    assert_true(repeated(f, "SELECT 1", " + 1", 5000, "")->too_deep);
    assert_true(repeated(f, "SELECT ", "NOT ", 70000, "1")->too_deep);
    assert_true(repeated(f, "SELECT ", "CASE WHEN ", 70000, "1")->too_deep);
    assert_true(repeated(f, "SELECT ", "x -> ", 70000, "1")->too_deep);
    assert_true(repeated(f, "SELECT a", ".b", 5000, "")->too_deep);
    assert_true(repeated(f, "", "SELECT * FROM (", 300, "")->broken);
    assert_false(repeated(f, "SELECT a", ", a", 100000, " FROM t")->broken);
    const Query *q = repeated(f, "SELECT 1 FROM t WHERE a", " AND a = 1", 5000, "");
    assert_false(q->broken);
    assert_int_equal(q->selects.items[0]->where->args.len, 5001);
    assert_false(repeated(f, "SELECT 1", " UNION ALL SELECT 1", 5000, "")->broken);
}

static void test_garbage_is_quick(void **state)
{
    static const char *const PIECES[] = {
        "a b c d, ", "SELECT ", "a AS 1, ", "f(a;b), ", "' \" ", "WITH a AS (SELECT 1), ",
        "\xff\x80 ", "{",       "/*",       "$$ "};
    Fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(PIECES); i++)
        assert_true(repeated(f, "SELECT ", PIECES[i], 20000, "")->broken);
}

static void test_odd_bytes(void **state)
{
    Fixture *f = *state;
    const char nul[] = "SELECT a\0b FROM t";
    const Query *q = sql_parse_query(f->parser, f->arena, (Str){nul, sizeof(nul) - 1}, 0);

    assert_true(q->broken);
    q = sql_parse_query(f->parser, f->arena, (Str){NULL, 0}, 7);
    assert_true(q->broken);
    assert_null(sql_parse_expr(f->parser, f->arena, (Str){NULL, 0}, 0));
    assert_false(query(f, "SELECT 'caf\xc3\xa9 \xff' AS x\xc2\xa0"
                          "FROM t")
                     ->broken);
}

/* The reader had ended the text early, on a byte whose character the parser then asked for. */
static void test_odd_byte_at_the_end_of_garbage(void **state)
{
    Fixture *f = *state;
    const char *text = "    SELECT    SELECT *, CAST(ho\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                       "0 *, CAST(ho\xff\xff\xff\xff\xff\xff\xff\xff\xffski   S\xff"
                       "E\xff";
    assert_true(query(f, text)->broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_select_lists_that_the_engine_takes),
        cmocka_unit_test(test_queries_that_the_engine_takes),
        cmocka_unit_test(test_what_the_engine_refuses),
        cmocka_unit_test(test_expressions_alone),
        cmocka_unit_test(test_ttl_entries),
        cmocka_unit_test(test_ranges_are_those_of_the_file),
        cmocka_unit_test(test_output_names),
        cmocka_unit_test(test_stars),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_walk_reaches_everything),
        cmocka_unit_test(test_same_meaning),
        cmocka_unit_test(test_other_meaning),
        cmocka_unit_test(test_query_texts),
        cmocka_unit_test(test_long_and_deep),
        cmocka_unit_test(test_garbage_is_quick),
        cmocka_unit_test(test_odd_bytes),
        cmocka_unit_test(test_odd_byte_at_the_end_of_garbage),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
