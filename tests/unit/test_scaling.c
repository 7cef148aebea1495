/*
 * Nothing may cost more than in proportion to what is read. Time is not asked: it differs from run
 * to run. This program is linked with objects of their own (see the Makefile), in which the
 * compiler has put a call into every basic block of the analyzers, the scanners and the lexers; the
 * calls are counted, and so is every request of tree-sitter for memory, which stands for the work
 * inside that library. The count is the same in each run but for the keys of hash tables.
 *
 * Each shape of project is judged whole, from bytes to report, at three sizes n, 2n and 4n. The
 * second step adds twice what the first adds, so its cost is twice as much when costs are
 * proportional, whatever is spent besides. Half of it more is allowed, for searches by halves and
 * tables that grow; a square would be at three times as much or more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <tree_sitter/api.h>

#include "lib/project_fixture.h"
#include "report/report.h"
#include "sarif_check/sarif_check.h"

enum { PARSER_REQUEST = 20 }; /* blocks that a request for memory stands for */

static uint64_t blocks;

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    blocks++;
}

static void *counted_malloc(size_t size)
{
    blocks += PARSER_REQUEST;
    return malloc(size);
}

static void *counted_calloc(size_t count, size_t size)
{
    blocks += PARSER_REQUEST;
    return calloc(count, size);
}

static void *counted_realloc(void *old, size_t size)
{
    blocks += PARSER_REQUEST;
    return realloc(old, size);
}

/* ---- one run ---- */

typedef struct {
    Arena *arena;
    FileSet live;
    FileSet candidate;
} Shape;

typedef void (*MakeShape)(Shape *shape, int n);

static void write_report(const ProjectFixture *f)
{
    static const char *const formats[] = {"json", "text"};
    Report report = {
        .arena = f->arena,
        .findings = f->check.findings,
        .unchecked = f->unchecked,
        .complete = true,
        .width = 80,
    };
    Buf out = {0};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        report_format_find(str_of(formats[i]))->lint(&report, &out);
    buf_free(&out);
}

static uint64_t cost(MakeShape make, int n)
{
    Shape shape = {.arena = arena_new()};
    ProjectFixture f;
    make(&shape, n);
    blocks = 0;
    project_fixture_make(&f, &shape.live, &shape.candidate);
    Findings *live = findings_new(f.arena);
    checks_run(&f.check, live);
    findings_finish(f.check.findings, live, false);
    write_report(&f);
    uint64_t counted = blocks;
    project_fixture_free(&f);
    arena_free(shape.arena);
    return counted;
}

static void expect_steps(const char *name, int n, double first, double second, double third)
{
    double growth = second > first ? (third - second) / (second - first) / 2 : 0;
    print_message("%-24s %9.0f at %5d, %9.0f at %5d: a step costs %.2f as much\n", name, first, n,
                  third, 4 * n, growth);
    if (growth > 1.5)
        fail_msg("%s grows faster than what is read", name);
}

static void expect_proportional(const char *name, MakeShape make, int n)
{
    expect_steps(name, n, (double)cost(make, n), (double)cost(make, 2 * n),
                 (double)cost(make, 4 * n));
}

/* ---- writing shapes ---- */

static void add(Shape *shape, FileSet *files, const char *path, const Buf *text)
{
    file_set_add(shape->arena, files, str_copy(shape->arena, str_of(path)),
                 str_copy(shape->arena, buf_str(text)));
}

static void add_both(Shape *shape, const char *path, const Buf *text)
{
    add(shape, &shape->live, path, text);
    add(shape, &shape->candidate, path, text);
}

/* `c0 type, c1 type, ...` from `from` to `to`. */
static void add_columns(Buf *out, int from, int to, const char *type)
{
    for (int i = from; i < to; i++)
        buf_addf(out, "%s    `c%d` %s", i == from ? "" : ",\n", i, type);
    buf_add(out, "\n");
}

static void schema(Buf *out, int columns, const char *type)
{
    out->len = 0;
    buf_add(out, "SCHEMA >\n");
    add_columns(out, 0, columns, type);
    buf_add(out, "\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"c0\"\n");
}

static void source(Shape *shape, const char *name, int columns, const char *live,
                   const char *candidate)
{
    Buf text = {0};
    char path[64];
    snprintf(path, sizeof path, "%s.datasource", name);
    schema(&text, columns, live);
    add(shape, &shape->live, path, &text);
    schema(&text, columns, candidate);
    add(shape, &shape->candidate, path, &text);
    buf_free(&text);
}

/* Five columns, of which the last is dropped. */
static void shrinking_source(Shape *shape, const char *name)
{
    Buf text = {0};
    char path[64];
    snprintf(path, sizeof path, "%s.datasource", name);
    schema(&text, 5, "String");
    add(shape, &shape->live, path, &text);
    schema(&text, 4, "String");
    add(shape, &shape->candidate, path, &text);
    buf_free(&text);
}

static void pipe_of(Shape *shape, const char *name, int i, const char *sql, const char *tail)
{
    Buf text = {0};
    char path[64];
    snprintf(path, sizeof path, "%s%d.pipe", name, i);
    buf_addf(&text, "NODE n\nSQL >\n    %s\n%s", sql, tail);
    add_both(shape, path, &text);
    buf_free(&text);
}

static void pipe_sql(Shape *shape, const Buf *sql)
{
    pipe_of(shape, "p", 0, str_cstr(shape->arena, buf_str(sql)), "\nTYPE endpoint\n");
}

/* ---- shapes ---- */

static void wide_schema(Shape *shape, int n)
{
    source(shape, "a", n, "UInt32", "String");
}

static void dropped_columns(Shape *shape, int n)
{
    Buf text = {0};
    schema(&text, n, "String");
    add(shape, &shape->live, "a.datasource", &text);
    schema(&text, 1, "String");
    add(shape, &shape->candidate, "a.datasource", &text);
    Buf sql = {0};
    buf_add(&sql, "SELECT c0");
    for (int i = 1; i < n; i++)
        buf_addf(&sql, ", c%d", i);
    buf_add(&sql, " FROM a");
    pipe_sql(shape, &sql);
    buf_free(&sql);
    buf_free(&text);
}

static void forward_columns(Shape *shape, int n)
{
    Buf text = {0};
    schema(&text, n, "UInt32");
    add(shape, &shape->live, "a.datasource", &text);
    schema(&text, n, "String");
    buf_add(&text, "\nFORWARD_QUERY >\n    SELECT\n");
    for (int i = 0; i < n; i++)
        buf_addf(&text, "        toString(c%d) AS c%d%s\n", i, i, i + 1 < n ? "," : "");
    add(shape, &shape->candidate, "a.datasource", &text);
    buf_free(&text);
}

static void many_changes(Shape *shape, int n)
{
    char name[32];
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "s%d", i);
        source(shape, name, 3, "UInt32", "UInt64");
    }
}

static void many_nodes(Shape *shape, int n)
{
    Buf text = {0};
    shrinking_source(shape, "a");
    buf_add(&text, "NODE n0\nSQL >\n    SELECT * FROM a\n\n");
    for (int i = 1; i < n; i++)
        buf_addf(&text, "NODE n%d\nSQL >\n    SELECT c0, c4 FROM n%d WHERE c1 = '%d'\n\n", i, i - 1,
                 i);
    add_both(shape, "p.pipe", &text);
    buf_free(&text);
}

static void many_readers(Shape *shape, int n)
{
    shrinking_source(shape, "a");
    for (int i = 0; i < n; i++)
        pipe_of(shape, "p", i, "SELECT c0, c4 FROM a WHERE c1 = 'x'", "\nTYPE endpoint\n");
}

static void many_strangers(Shape *shape, int n)
{
    shrinking_source(shape, "a");
    for (int i = 0; i < n; i++)
        pipe_of(shape, "p", i, "SELECT c0, c4 FROM b WHERE c1 = 'x'", "\nTYPE endpoint\n");
}

static void chain(Shape *shape, int n, const char *columns)
{
    char sql[128];
    shrinking_source(shape, "p0");
    for (int i = 1; i < n; i++) {
        snprintf(sql, sizeof sql, "SELECT %s FROM p%d", columns, i - 1);
        pipe_of(shape, "p", i, sql, "");
    }
}

static void pipe_chain(Shape *shape, int n)
{
    chain(shape, n, "c0, c1, c4");
}

static void star_chain(Shape *shape, int n)
{
    chain(shape, n, "*");
}

static void cascade(Shape *shape, int n)
{
    char sql[64], tail[64], name[32];
    shrinking_source(shape, "t0");
    for (int i = 1; i < n; i++) {
        snprintf(name, sizeof name, "t%d", i);
        source(shape, name, 2, "String", "String");
        snprintf(sql, sizeof sql, "SELECT c0, c1 FROM t%d", i - 1);
        snprintf(tail, sizeof tail, "\nTYPE materialized\nDATASOURCE t%d\n", i);
        pipe_of(shape, "v", i, sql, tail);
    }
}

static void many_views_of_one(Shape *shape, int n)
{
    source(shape, "target", 2, "String", "UInt64");
    source(shape, "a", 2, "String", "UInt64");
    for (int i = 0; i < n; i++)
        pipe_of(shape, "v", i, "SELECT c0, c1 FROM a", "\nTYPE materialized\nDATASOURCE target\n");
}

static void many_branches(Shape *shape, int n)
{
    Buf sql = {0};
    shrinking_source(shape, "a");
    buf_add(&sql, "%\n    SELECT c0, c4 FROM a WHERE 1");
    for (int i = 0; i < n; i++)
        buf_addf(&sql, " {%% if defined(x%d) %%} AND c1 = {{String(x%d)}} {%% end %%}", i, i);
    pipe_sql(shape, &sql);
    buf_free(&sql);
}

static void nested(Shape *shape, int n, const char *open, const char *close)
{
    Buf sql = {0};
    shrinking_source(shape, "a");
    buf_add(&sql, "SELECT ");
    for (int i = 0; i < n; i++)
        buf_add(&sql, open);
    buf_add(&sql, "c0");
    for (int i = 0; i < n; i++)
        buf_add(&sql, close);
    buf_add(&sql, " AS x FROM a");
    pipe_sql(shape, &sql);
    buf_free(&sql);
}

static void deep_parentheses(Shape *shape, int n)
{
    nested(shape, n, "(1 + ", ")");
}

static void deep_calls(Shape *shape, int n)
{
    nested(shape, n, "upper(", ")");
}

static void deep_subqueries(Shape *shape, int n)
{
    Buf sql = {0};
    shrinking_source(shape, "a");
    for (int i = 0; i < n; i++)
        buf_add(&sql, "SELECT * FROM (");
    buf_add(&sql, "SELECT * FROM a");
    for (int i = 0; i < n; i++)
        buf_add(&sql, ")");
    pipe_sql(shape, &sql);
    buf_free(&sql);
}

static void long_query(Shape *shape, int n)
{
    Buf sql = {0};
    shrinking_source(shape, "a");
    buf_add(&sql, "SELECT c0");
    for (int i = 0; i < n; i++)
        buf_addf(&sql, ", if(c1 = '%d', toInt64(c2) + %d, 0) AS x%d", i, i, i);
    buf_add(&sql, " FROM a");
    pipe_sql(shape, &sql);
    buf_free(&sql);
}

static void many_unions(Shape *shape, int n)
{
    Buf sql = {0};
    shrinking_source(shape, "a");
    buf_add(&sql, "SELECT c0, c4 FROM a");
    for (int i = 0; i < n; i++)
        buf_addf(&sql, " UNION ALL SELECT c1, c%d FROM a", i % 5);
    pipe_sql(shape, &sql);
    buf_free(&sql);
}

static void many_with(Shape *shape, int n)
{
    Buf sql = {0};
    shrinking_source(shape, "a");
    buf_add(&sql, "WITH w0 AS (SELECT * FROM a)");
    for (int i = 1; i < n; i++)
        buf_addf(&sql, ", w%d AS (SELECT * FROM w%d)", i, i - 1);
    buf_addf(&sql, " SELECT c4 FROM w%d", n - 1);
    pipe_sql(shape, &sql);
    buf_free(&sql);
}

static void many_joins(Shape *shape, int n)
{
    Buf sql = {0};
    shrinking_source(shape, "a");
    buf_add(&sql, "SELECT t0.c4 FROM a AS t0");
    for (int i = 1; i < n; i++)
        buf_addf(&sql, " LEFT JOIN a AS t%d ON t%d.c0 = t0.c0", i, i);
    pipe_sql(shape, &sql);
    buf_free(&sql);
}

static void broken_lines(Shape *shape, int n)
{
    Buf text = {0};
    schema(&text, 2, "String");
    add(shape, &shape->live, "a.datasource", &text);
    for (int i = 0; i < n; i++)
        buf_addf(&text, "ENGINE_SORTNG_KEY \"c%d\"\n((((\n", i);
    add(shape, &shape->candidate, "a.datasource", &text);
    buf_free(&text);
}

static void broken_query(Shape *shape, int n)
{
    Buf sql = {0};
    shrinking_source(shape, "a");
    buf_add(&sql, "SELECT c0 FROM a WHERE");
    for (int i = 0; i < n; i++)
        buf_addf(&sql, " c%d FROM ) = (", i);
    pipe_sql(shape, &sql);
    buf_free(&sql);
}

/* ---- tests ---- */

#define SHAPES(shape)                                                                              \
    shape(wide_schema, 200) shape(dropped_columns, 100) shape(forward_columns, 100)                \
        shape(many_changes, 50) shape(many_nodes, 100) shape(many_readers, 100)                    \
            shape(many_strangers, 500) shape(pipe_chain, 100) shape(star_chain, 100)               \
                shape(cascade, 50) shape(many_views_of_one, 50) shape(many_branches, 50)           \
                    shape(deep_parentheses, 100) shape(deep_calls, 100) shape(deep_subqueries, 20) \
                        shape(long_query, 200) shape(many_unions, 100) shape(many_with, 50)        \
                            shape(many_joins, 50) shape(broken_lines, 100)                         \
                                shape(broken_query, 100)

#define TEST(name, n)                                                                              \
    static void test_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        expect_proportional(#name, name, n);                                                       \
    }
SHAPES(TEST)

/* ---- a SARIF file of any tool ---- */

static uint64_t check_cost(int results)
{
    Buf text = {0}, out = {0};
    Fault fault = {0};
    SarifCheck check = {.arena = arena_new(), .name = STR("f"), .out = &out};
    buf_add(&text, "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"t\"}},"
                   "\"results\":[");
    for (int i = 0; i < results; i++)
        buf_addf(&text,
                 "%s{\"ruleId\":\"R%d\",\"message\":{\"text\":\"It is [a](1) `b`.\"},"
                 "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"%d.sql\"},"
                 "\"region\":{\"startLine\":%d}}}]}",
                 i ? "," : "", i, i, i + 1);
    buf_add(&text, "]}]}");
    blocks = 0;
    assert_int_equal(sarif_check(&check, buf_str(&text), &fault), 0);
    uint64_t counted = blocks;
    assert_int_equal(check.results, results);
    buf_free(&text);
    buf_free(&out);
    arena_free(check.arena);
    return counted;
}

static void test_sarif_check(void **state)
{
    (void)state;
    expect_steps("sarif-check", 200, (double)check_cost(200), (double)check_cost(400),
                 (double)check_cost(800));
}

/* One core: work that is shared among threads could not be counted. */
static int use_one_core(void **state)
{
    cpu_set_t allowed, one;
    (void)state;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return -1;
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &allowed)) {
            CPU_SET(i, &one);
            break;
        }
    }
    return sched_setaffinity(0, sizeof one, &one);
}

int main(void)
{
    ts_set_allocator(counted_malloc, counted_calloc, counted_realloc, free);
#define ENTRY(name, n) cmocka_unit_test(test_##name),
    const struct CMUnitTest tests[] = {SHAPES(ENTRY) cmocka_unit_test(test_sarif_check)};
    return cmocka_run_group_tests(tests, use_one_core, NULL);
}
