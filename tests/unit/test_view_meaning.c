/* The meaning of pipes: what is no change of it, what is one, and what a new column is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/view.h"

static ProjectFixture f;
static Arena *texts;

typedef struct {
    const char *live, *candidate;
} Pair;

static Str pipe_of(const char *body)
{
    /* A body without NODE is the query of one endpoint. */
    if (str_starts(str_of(body), "NODE"))
        return str_of(body);
    return str_fmt(texts, "NODE only\nSQL >\n    %s\n\nTYPE endpoint\n", body);
}

/* The pipe `p`, beside a data source and a pipe `base` that do not change. */
static const ResourceChange *change_of(Pair pair)
{
    static const char base[] = "NODE out\nSQL >\n    SELECT host, n FROM events\n";
    FileSet sides[2] = {{0}, {0}};
    const char *bodies[] = {pair.live, pair.candidate};
    texts = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        file_set_add(texts, &sides[i], STR("events.datasource"),
                     STR("SCHEMA >\n    ts DateTime,\n    host String,\n    n Int64\n"));
        file_set_add(texts, &sides[i], STR("base.pipe"), str_of(base));
        file_set_add(texts, &sides[i], STR("p.pipe"), pipe_of(bodies[i]));
    }
    project_fixture_make(&f, &sides[0], &sides[1]);
    return project_fixture_change(&f, DATAFILE_PIPE, "p");
}

static void free_all(void)
{
    project_fixture_free(&f);
    arena_free(texts);
}

static void assert_same(Pair pair)
{
    const ResourceChange *change = change_of(pair);
    if (change && (change->view_changed || change->query_changed || change->columns_only_added))
        fail_msg("a change of meaning:\n%s\n%s\n%.*s\n%.*s", pair.live, pair.candidate,
                 STR_ARG(pipe_meaning(&f.loader, change->live)),
                 STR_ARG(pipe_meaning(&f.loader, change->candidate)));
    free_all();
}

static void assert_other(Pair pair)
{
    const ResourceChange *change = change_of(pair);
    if (!change || !change->view_changed || !change->query_changed)
        fail_msg("no change of meaning:\n%s\n%s", pair.live, pair.candidate);
    free_all();
}

/* ---- spelling ---- */

static void test_spelling(void **state)
{
    static const Pair same[] = {
        {"SELECT host, n FROM events WHERE n > 1",
         "select host , n\n    from events -- all\n    where (n > 1)"},
        {"SELECT `host` FROM \"events\"", "SELECT host FROM events"},
        {"SELECT n + 1 AS m FROM events", "SELECT (n + 1) AS m FROM events"},
        {"SELECT sum(n) AS s FROM events", "SELECT SUM(n) AS s FROM events"},
        {"SELECT CAST(n, 'Int32') AS m FROM events", "SELECT CAST(n AS Int32) AS m FROM events"},
        {"SELECT n FROM events WHERE a AND (b AND c)", "SELECT n FROM events WHERE a AND b AND c"},
        {"SELECT n FROM events ORDER BY n ASC", "(SELECT n FROM events ORDER BY n)"},
        {"SELECT n FROM events a INNER JOIN users b ON a.host = b.host",
         "SELECT n FROM events AS x JOIN users AS y ON x.host = y.host"},
        {"SELECT e.n FROM events AS e", "SELECT events.n FROM events"},
        {"SELECT e.n FROM events AS e", "SELECT e.n AS n FROM events AS e"},
        {"SELECT a.ts, b.n AS m FROM events a JOIN base b ON a.host = b.host",
         "SELECT x.ts AS ts, y.n AS m FROM events x JOIN base y ON x.host = y.host"},
        {"SELECT sum(n) OVER (PARTITION BY e.host ORDER BY e.n) AS s FROM events e",
         "SELECT sum(n) OVER (PARTITION BY z.host ORDER BY z.n) AS s FROM events z"},
        {"SELECT e.* FROM events e JOIN base b USING host",
         "SELECT x.* FROM events x JOIN base y USING host"},
        {"SELECT x FROM (SELECT e.n AS x FROM events e) AS a",
         "SELECT x FROM (SELECT q.n AS x FROM events q) AS b"},
        {"%\nSELECT n FROM events WHERE n > {{Int32(x, 1)}}",
         "%\nselect n   FROM events\n    WHERE n > {{ Int32( x, 1 ) }} -- x"},
        {"%\nSELECT n FROM events WHERE 1 {% if x %}AND n={{Int32(n, 1)}} {% end %}",
         "%\nSELECT n FROM events WHERE 1\n{% if x %}\n    AND n = {{ Int32(\n    n,\n    1,\n) "
         "}}\n{% end %}"},
        {"%\nSELECT n FROM events e {% if defined(x) %} WHERE e.n > 1 {% end %}",
         "%\nSELECT n FROM events q {% if defined(x) %} WHERE q.n > 1 {% end %}"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_same(same[i]);
}

/* ---- names ---- */

static void test_names(void **state)
{
    static const Pair same[] = {
        {"WITH a AS (SELECT n FROM events) SELECT n FROM a",
         "WITH b AS (SELECT n FROM events) SELECT n FROM b"},
        {"WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT x FROM b JOIN a USING x",
         "WITH c AS (SELECT 1 AS x), a AS (SELECT x FROM c) SELECT x FROM a JOIN c USING x"},
        {"WITH a AS (SELECT n FROM events), dead AS (SELECT 2) SELECT n FROM a",
         "WITH a AS (SELECT n FROM events) SELECT n FROM a"},
        {"WITH a AS (SELECT n FROM events), b AS (SELECT n FROM base) SELECT * FROM a, b",
         "WITH b AS (SELECT n FROM base), a AS (SELECT n FROM events) SELECT * FROM a, b"},
        {"WITH ids AS (SELECT n FROM base) SELECT n FROM events WHERE n IN ids",
         "WITH keys AS (SELECT n FROM base) SELECT n FROM events WHERE n IN keys"},
        {"WITH ids AS (SELECT n FROM base) SELECT n FROM events WHERE n IN (SELECT n FROM ids)",
         "WITH k AS (SELECT n FROM base) SELECT n FROM events WHERE n IN (SELECT n FROM k)"},
        {"WITH events AS (SELECT n FROM events) SELECT n FROM events",
         "WITH e AS (SELECT n FROM events) SELECT n FROM e"},
        {"WITH 1 AS k SELECT n + k AS m FROM events WHERE n > k",
         "WITH 1 AS low SELECT n + low AS m FROM events WHERE n > low"},
        {"WITH (SELECT max(n) FROM base) AS top SELECT host FROM events WHERE n = top",
         "WITH (SELECT max(n) FROM base) AS most SELECT host FROM events WHERE n = most"},
        {"WITH 1 AS k, k + 1 AS l SELECT n FROM events WHERE n BETWEEN k AND l",
         "WITH 1 AS a, a + 1 AS b SELECT n FROM events WHERE n BETWEEN a AND b"},
        {"NODE a\nSQL >\n    SELECT n FROM events\n\nNODE b\nSQL >\n    SELECT n FROM a\n\n"
         "TYPE endpoint\n",
         "NODE x\nSQL >\n    SELECT n FROM events\n\nNODE y\nSQL >\n    SELECT n FROM x\n\n"
         "TYPE endpoint\n"},
        {"NODE a\nSQL >\n    SELECT n FROM events\n\nNODE b\nSQL >\n    SELECT a.n FROM a\n\n"
         "TYPE endpoint\n",
         "NODE dead\nSQL >\n    SELECT 1\n\nNODE c\nSQL >\n    SELECT n FROM events\n\n"
         "NODE b\nSQL >\n    SELECT c.n FROM c\n\nTYPE endpoint\n"},
        {"NODE b\nSQL >\n    SELECT n FROM a\nTYPE endpoint\n\nNODE a\nSQL >\n    SELECT n FROM "
         "events\n",
         "NODE a\nSQL >\n    SELECT n FROM events\n\nNODE b\nSQL >\n    SELECT n FROM a\n\n"
         "TYPE endpoint\n"},
        {"NODE a\nSQL >\n    %\n    SELECT n FROM events WHERE n > {{Int32(x)}}\n\nNODE b\nSQL >\n"
         "    %\n    SELECT n FROM a LIMIT {{Int32(l)}}\n\nTYPE endpoint\n",
         "NODE c\nSQL >\n    %\n    SELECT n FROM events WHERE n > {{Int32(x)}}\n\nNODE b\nSQL >\n"
         "    %\n    SELECT n FROM c LIMIT {{Int32(l)}}\n\nTYPE endpoint\n"},
        /* What `base` gives, in a node of this pipe. */
        {"SELECT n FROM base",
         "NODE inner_base\nSQL >\n    SELECT host, n FROM events\n\nNODE out\nSQL >\n    SELECT n "
         "FROM inner_base\n\nTYPE endpoint\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_same(same[i]);
}

/* ---- changes ---- */

static void test_changes(void **state)
{
    static const Pair other[] = {
        {"SELECT n FROM events WHERE n > 1", "SELECT n FROM events WHERE n > 2"},
        {"SELECT n FROM events WHERE n > 1 AND host = 'a'", "SELECT n FROM events WHERE n > 1"},
        {"SELECT n FROM events", "SELECT DISTINCT n FROM events"},
        {"SELECT n FROM events", "SELECT n FROM events FINAL"},
        {"SELECT n FROM events LIMIT 1", "SELECT n FROM events LIMIT 1 BY host"},
        {"SELECT n AS a FROM events", "SELECT n AS b FROM events"},
        {"SELECT n, host FROM events", "SELECT host, n FROM events"},
        {"SELECT count() FROM events", "SELECT COUNT() FROM events"}, /* names the column */
        {"SELECT 1 FROM events a LEFT JOIN base b ON a.n = b.n",
         "SELECT 1 FROM base a LEFT JOIN events b ON a.n = b.n"},
        {"SELECT a.n FROM events a JOIN base b ON a.n = b.n",
         "SELECT b.n FROM events a JOIN base b ON a.n = b.n"},
        {"SELECT a.n, b.n FROM events a JOIN base b ON a.host = b.host",
         "SELECT x.n, y.n FROM events x JOIN base y ON x.host = y.host"}, /* y.n is a name */
        {"SELECT a.n, b.host FROM events a JOIN base b ON a.n = b.n",
         "SELECT a.n, b.host AS host FROM events a JOIN base b ON a.n = b.n"}, /* was b.host */
        {"SELECT 1 UNION ALL SELECT 2", "SELECT 1 UNION DISTINCT SELECT 2"},
        {"SELECT n FROM events GROUP BY n WITH TOTALS", "SELECT n FROM events GROUP BY n"},
        {"SELECT sum(n) OVER (ORDER BY n) AS s FROM events",
         "SELECT sum(n) OVER (ORDER BY n DESC) AS s FROM events"},
        {"SELECT n FROM events", "SELECT n FROM base"},
        {"WITH a AS (SELECT n FROM events) SELECT n FROM a",
         "WITH a AS (SELECT n FROM base) SELECT n FROM a"},
        {"WITH 1 AS k SELECT n + k AS m FROM events", "WITH 2 AS k SELECT n + k AS m FROM events"},
        {"WITH 1 AS k SELECT k FROM events", "WITH 1 AS l SELECT l FROM events"},
        {"WITH 1 AS k SELECT n + k FROM events", "WITH 1 AS l SELECT n + l FROM events"},
        {"WITH 1 AS n SELECT * FROM events", "WITH 1 AS k SELECT * FROM events"},
        {"WITH n + 1 AS k SELECT n FROM events WHERE k > 1",
         "WITH n + 1 AS k SELECT n FROM events WHERE n > 1"},
        {"WITH 1 AS k SELECT n FROM events WHERE n > k",
         "WITH 1 AS host SELECT n FROM events WHERE n > k"},
        {"WITH 1 AS k SELECT n FROM events WHERE n IN (SELECT n FROM base WHERE n = k)",
         "WITH 1 AS host SELECT n FROM events WHERE n IN (SELECT n FROM base WHERE n = host)"},
        {"WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM a) SELECT x FROM a",
         "WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 2 FROM a) SELECT x FROM a"},
        {"WITH a AS (SELECT * FROM b), b AS (SELECT 1 AS x) SELECT x FROM a",
         "WITH a AS (SELECT * FROM b), b AS (SELECT 2 AS x) SELECT x FROM a"},
        {"NODE a\nSQL >\n    SELECT n FROM events\n\nNODE b\nSQL >\n    SELECT n FROM a\n\n"
         "TYPE endpoint\n",
         "NODE a\nSQL >\n    SELECT n FROM events WHERE n > 1\n\nNODE b\nSQL >\n    SELECT n FROM "
         "a\n\nTYPE endpoint\n"},
        {"NODE a\nSQL >\n    SELECT n FROM events\n\nNODE b\nSQL >\n    SELECT n FROM a WHERE )\n\n"
         "TYPE endpoint\n",
         "NODE a\nSQL >\n    SELECT n FROM events WHERE n > 1\n\nNODE b\nSQL >\n    SELECT n FROM "
         "a "
         "WHERE )\n\nTYPE endpoint\n"}, /* does not parse, yet names the other node */
        {"%\nSELECT n FROM events WHERE n > {{Int32(x, 1)}}",
         "%\nSELECT n FROM events WHERE n > {{Int32(x, 2)}}"},
        {"%\nSELECT n FROM events {% if defined(x) %} WHERE n > 1 {% end %}",
         "%\nSELECT n FROM events {% if defined(x) %} WHERE n > 2 {% end %}"},
        {"%\nSELECT n FROM events {% if defined(x) %} WHERE n > 1 {% end %}",
         "%\nSELECT n FROM events {% if defined(y) %} WHERE n > 1 {% end %}"},
        {"NODE a\nSQL >\n    SELECT n FROM events\n\nNODE b\nSQL >\n    %\n    SELECT n FROM {% if "
         "x %} a {% else %} events {% end %}\n\nTYPE endpoint\n",
         "NODE a\nSQL >\n    SELECT 1 AS n\n\nNODE b\nSQL >\n    %\n    SELECT n FROM {% if x %} a "
         "{% else %} events {% end %}\n\nTYPE endpoint\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        assert_other(other[i]);
}

/* ---- only columns added ---- */

static void check_added(Pair pair, bool expected)
{
    const ResourceChange *change = change_of(pair);
    if (!change || change->columns_only_added != expected)
        fail_msg("columns_only_added is %d:\n%s\n%s", !expected, pair.live, pair.candidate);
    free_all();
}

static void test_columns_only_added(void **state)
{
    static const Pair added[] = {
        {"SELECT n FROM events", "SELECT n, host FROM events"},
        {"SELECT n FROM events", "SELECT host, n FROM events"},
        {"SELECT host, count() AS c FROM events GROUP BY host",
         "SELECT host, count() AS c, sum(n) AS s FROM events GROUP BY host"},
        {"WITH a AS (SELECT n FROM events) SELECT n FROM a",
         "WITH a AS (SELECT n, host FROM events) SELECT n, host FROM a"},
        {"NODE a\nSQL >\n    SELECT n FROM events\n\nNODE b\nSQL >\n    SELECT * FROM a\n\n"
         "TYPE endpoint\n",
         "NODE a\nSQL >\n    SELECT n, host FROM events\n\nNODE b\nSQL >\n    SELECT * FROM a\n\n"
         "TYPE endpoint\n"},
    };
    static const Pair more[] = {
        {"SELECT n FROM events", "SELECT n, host FROM events WHERE n > 1"},
        {"SELECT n, host FROM events", "SELECT n FROM events"},
        {"SELECT DISTINCT n FROM events", "SELECT DISTINCT n, host FROM events"},
        {"SELECT n FROM events", "SELECT n, arrayJoin([1, 2]) AS i FROM events"},
        {"SELECT n FROM events", "SELECT n, count() AS c FROM events"},
        {"SELECT count() AS c FROM events GROUP BY host",
         "SELECT count() AS c, n FROM events GROUP BY host, n"},
        {"SELECT n FROM events WHERE host = 'a'",
         "SELECT n, upper(host) AS host FROM events WHERE host = 'a'"},
        {"SELECT host, count() AS c FROM events GROUP BY 1",
         "SELECT n, host, count() AS c FROM events GROUP BY 1"},
        {"SELECT n + 1 AS m FROM events", "SELECT n + 2 AS m, host FROM events"},
        {"SELECT 1 AS a UNION ALL SELECT 2", "SELECT 1 AS a, 2 AS b UNION ALL SELECT 2, 3"},
        {"NODE a\nSQL >\n    SELECT n FROM events\n\nNODE b\nSQL >\n    SELECT n FROM a\n\n"
         "TYPE endpoint\n",
         "NODE a\nSQL >\n    SELECT n, host FROM events WHERE n > 1\n\nNODE b\nSQL >\n    SELECT "
         "n FROM a\n\nTYPE endpoint\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(added); i++)
        check_added(added[i], true);
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        check_added(more[i], false);
}

/* ---- through other pipes ---- */

static void test_other_pipe_changes(void **state)
{
    FileSet sides[2] = {{0}, {0}};
    const char *bases[] = {"SELECT n FROM events", "SELECT n FROM events WHERE n > 1"};
    (void)state;
    texts = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        file_set_add(texts, &sides[i], STR("events.datasource"), STR("SCHEMA >\n    n Int64\n"));
        file_set_add(texts, &sides[i], STR("base.pipe"), pipe_of(bases[i]));
        file_set_add(
            texts, &sides[i], STR("p.pipe"),
            str_fmt(texts, "DESCRIPTION %zu\n%.*s", i, STR_ARG(pipe_of("SELECT n FROM base"))));
    }
    project_fixture_make(&f, &sides[0], &sides[1]);
    const ResourceChange *change = project_fixture_change(&f, DATAFILE_PIPE, "p");
    assert_true(change->view_changed && change->description_changed);
    assert_false(change->query_changed);
    free_all();
}

/* ---- bad input ---- */

static void test_circles_and_chains(void **state)
{
    static const Pair circle = {
        "NODE a\nSQL >\n    SELECT n FROM b\n\nNODE b\nSQL >\n    SELECT n FROM a\n",
        "NODE a\nSQL >\n    SELECT n FROM b\n\nNODE b\nSQL >\n    SELECT m FROM a\n"};
    Buf sides[2] = {{0}, {0}};
    (void)state;
    assert_other(circle);
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < 3000; i++)
            buf_addf(&sides[side], "NODE n%d\nSQL >\n    SELECT x FROM n%d\n\n", 3000 - i,
                     3000 - i - 1);
        buf_addf(&sides[side], "NODE n0\nSQL >\n    SELECT %d AS x\n\n", side);
        buf_add(&sides[side], "NODE out\nSQL >\n    SELECT x FROM n3000, n3000 AS b\n");
        buf_add_char(&sides[side], '\0');
    }
    assert_other((Pair){sides[0].ptr, sides[1].ptr});
    buf_free(&sides[0]);
    buf_free(&sides[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spelling),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_columns_only_added),
        cmocka_unit_test(test_other_pipe_changes),
        cmocka_unit_test(test_circles_and_chains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
