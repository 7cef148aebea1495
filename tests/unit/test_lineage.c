/* What nodes read and give: tables, columns, outputs, cycles, variants, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/lineage.h"

#define EVENTS "SCHEMA >\n    `ts` DateTime,\n    `host` String,\n    `url` String\n"
#define USERS  "SCHEMA >\n    `id` UInt64,\n    `host` String\n"

typedef struct {
    Arena *arena;
    FileSet files;
    ProjectFixture f;
} Case;

static void start(Case *c)
{
    *c = (Case){.arena = arena_new()};
    file_set_add(c->arena, &c->files, STR("events.datasource"), STR(EVENTS));
    file_set_add(c->arena, &c->files, STR("users.datasource"), STR(USERS));
}

/* `nodes` are "name: SQL" each; `type` (may be NULL) is the last one's. */
static void add_pipe(Case *c, const char *name, const char *const *nodes, size_t count,
                     const char *type)
{
    Buf buf = {0};
    for (size_t i = 0; i < count; i++) {
        const char *colon = strchr(nodes[i], ':');
        buf_addf(&buf, "NODE %.*s\nSQL >\n    %s\n\n", (int)(colon - nodes[i]), nodes[i],
                 colon + 2);
    }
    if (type)
        buf_addf(&buf, "TYPE %s\nDATASOURCE users\n", type);
    file_set_add(c->arena, &c->files, str_fmt(c->arena, "%s.pipe", name),
                 str_copy(c->arena, buf_str(&buf)));
    buf_free(&buf);
}

static void load(Case *c)
{
    FileSet none = {0};
    project_fixture_make(&c->f, &none, &c->files);
}

static void finish(Case *c)
{
    project_fixture_free(&c->f);
    arena_free(c->arena);
}

static Resource *pipe_of(const Case *c, const char *name)
{
    Resource *pipe = project_find(c->f.diff->sides.candidate, DATAFILE_PIPE, str_of(name));
    assert_non_null(pipe);
    return pipe;
}

static const NodeLineage *lineage_of(Case *c, const char *pipe, size_t node)
{
    const NodeLineage *lineage = node_lineage(&c->f.loader, pipe_of(c, pipe), node);
    assert_non_null(lineage);
    return lineage;
}

/* One pipe `p` of these nodes. */
#define ONE_PIPE(c, ...)                                                                           \
    do {                                                                                           \
        const char *const nodes_[] = {__VA_ARGS__};                                                \
        start(c);                                                                                  \
        add_pipe(c, "p", nodes_, ARRAY_LEN(nodes_), NULL);                                         \
        load(c);                                                                                   \
    } while (0)

/* "host! url" : names of the columns read, in order; ! where it is certain. */
static Str reads_text(Arena *arena, const NodeLineage *lineage)
{
    Buf buf = {0};
    for (size_t i = 0; i < lineage->reads.len; i++) {
        const ColumnRead *read = &lineage->reads.items[i];
        buf_addf(&buf, "%s%.*s.%.*s%s", i ? " " : "", STR_ARG(read->source->name),
                 STR_ARG(read->column), read->certain ? "!" : "");
    }
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

/* "events! users": tables, ! where inserts trigger. */
static Str tables_text(Arena *arena, const NodeLineage *lineage)
{
    Buf buf = {0};
    for (size_t i = 0; i < lineage->tables.len; i++) {
        const TableUse *use = &lineage->tables.items[i];
        buf_addf(&buf, "%s%.*s%s", i ? " " : "", STR_ARG(use->name.text), use->triggers ? "!" : "");
    }
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

static Str columns_text(Arena *arena, const Output *output)
{
    Buf buf = {0};
    for (size_t i = 0; i < output->columns.len; i++)
        buf_addf(&buf, "%s%.*s", i ? " " : "", STR_ARG(output->columns.items[i].name));
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

static void assert_text(Str got, const char *wanted)
{
    if (!str_is(got, wanted))
        fail_msg("got '%.*s', not '%s'", STR_ARG(got), wanted);
}

/* ---- reads --------------------------------------------------------------------------------- */

static void check_reads(const char *sql, const char *wanted)
{
    Case c;
    Str node = {0};
    start(&c);
    node = str_fmt(c.arena, "n: %s", sql);
    const char *const nodes[] = {str_cstr(c.arena, node)};
    add_pipe(&c, "p", nodes, 1, NULL);
    load(&c);
    Str got = reads_text(c.arena, lineage_of(&c, "p", 0));
    if (!str_is(got, wanted))
        fail_msg("%s: got '%.*s', not '%s'", sql, STR_ARG(got), wanted);
    finish(&c);
}

static void test_reads(void **state)
{
    (void)state;
    check_reads("SELECT ts, host FROM events", "events.ts! events.host!");
    check_reads("SELECT e.ts FROM events e", "events.ts!");
    check_reads("SELECT events.ts FROM events", "events.ts!");
    check_reads("SELECT * FROM events", "");
    check_reads("SELECT * EXCEPT (host) FROM events", "");
    check_reads("SELECT * EXCEPT STRICT host FROM events", "events.host!");
    check_reads("SELECT * REPLACE (upper(host) AS url) FROM events", "events.host!");
    check_reads("SELECT * REPLACE (upper(host) AS nothing) FROM events", "");
    check_reads("SELECT count() FROM events WHERE host = 'url'", "events.host!");
    check_reads("SELECT 1 AS host, host FROM events", "");
    check_reads("SELECT upper(host) AS host FROM events", "events.host!");
    check_reads("SELECT arrayMap(host -> host, [url]) FROM events", "events.url!");
    check_reads("SELECT x.host FROM (SELECT * FROM events) AS x", "events.host!");
    check_reads("SELECT x.host FROM (SELECT host FROM events) AS x", "events.host!");
    check_reads("WITH x AS (SELECT * FROM events) SELECT host FROM x", "events.host!");
    check_reads("WITH x AS (SELECT host FROM events) SELECT 1", "events.host");
    check_reads("WITH events AS (SELECT 1 AS host) SELECT host FROM events", "");
    check_reads("WITH url AS host SELECT 1 FROM events", "events.url!");
}

static void test_reads_of_joins(void **state)
{
    (void)state;
    check_reads("SELECT host FROM events JOIN users ON ts = id",
                "events.host! events.ts! users.id!");
    check_reads("SELECT u.host FROM events e JOIN users u ON 1 = 1", "users.host!");
    check_reads("SELECT 1 FROM events JOIN users USING (host)", "events.host! users.host!");
    check_reads("SELECT host FROM events JOIN elsewhere.t ON 1 = 1", "events.host");
    check_reads("SELECT e.host FROM events AS e JOIN elsewhere.t ON 1 = 1", "events.host!");
    check_reads("SELECT 1 FROM users WHERE host IN (SELECT url FROM events)",
                "users.host! events.url!");
    check_reads("SELECT 1 FROM users WHERE host IN (SELECT url FROM events WHERE ts = id)",
                "users.host! events.url! events.ts! users.id!");
    check_reads("SELECT part FROM events ARRAY JOIN splitByChar('.', host) AS part",
                "events.host!");
}

/* ---- tables -------------------------------------------------------------------------------- */

static void check_tables(const char *sql, const char *wanted)
{
    Case c;
    start(&c);
    const char *const nodes[] = {"raw: SELECT * FROM events",
                                 str_cstr(c.arena, str_fmt(c.arena, "n: %s", sql))};
    add_pipe(&c, "p", nodes, 2, NULL);
    load(&c);
    Str got = tables_text(c.arena, lineage_of(&c, "p", 1));
    if (!str_is(got, wanted))
        fail_msg("%s: got '%.*s', not '%s'", sql, STR_ARG(got), wanted);
    finish(&c);
}

static void test_triggers(void **state)
{
    (void)state;
    check_tables("SELECT 1 FROM events", "events!");
    check_tables("SELECT 1 FROM raw JOIN users ON 1 = 1", "raw! users");
    check_tables("SELECT 1 FROM (SELECT * FROM events) JOIN users ON 1 = 1", "events! users");
    check_tables("SELECT 1 FROM users WHERE id IN (SELECT id FROM events)", "users! events");
    check_tables("SELECT (SELECT max(ts) FROM events) FROM users", "events users!");
    check_tables("SELECT 1 FROM users WHERE id IN raw", "users! raw");
    check_tables("WITH x AS (SELECT * FROM events) SELECT 1 FROM x", "events!");
    check_tables("WITH x AS (SELECT * FROM events) SELECT 1 FROM users JOIN x ON 1 = 1",
                 "events users!");
    check_tables("WITH x AS (SELECT 1 FROM events), y AS (SELECT * FROM x JOIN users ON 1 = 1) "
                 "SELECT 1 FROM (SELECT * FROM y)",
                 "events! users");
    check_tables("SELECT 1 FROM events UNION ALL SELECT 1 FROM users", "events! users");
    check_tables("SELECT 1 FROM numbers(3) JOIN events ON 1 = 1", "events");
}

static void test_meanings(void **state)
{
    (void)state;
    Case c;
    const char *const other[] = {"only: SELECT host FROM events"};
    const char *const nodes[] = {"raw: SELECT * FROM events",
                                 "n: SELECT 1 FROM raw, other, users, events_quarantine, "
                                 "tinybird.pipe_stats, team.shared, nowhere"};
    static const TableMeaning MEANINGS[] = {MEANS_NODE,       MEANS_PIPE,     MEANS_DATASOURCE,
                                            MEANS_QUARANTINE, MEANS_EXTERNAL, MEANS_EXTERNAL,
                                            MEANS_MISSING};
    start(&c);
    add_pipe(&c, "other", other, 1, NULL);
    add_pipe(&c, "p", nodes, 2, NULL);
    load(&c);
    const TableUses *tables = &lineage_of(&c, "p", 1)->tables;
    assert_int_equal(tables->len, ARRAY_LEN(MEANINGS));
    for (size_t i = 0; i < tables->len; i++) {
        assert_int_equal(tables->items[i].meaning, MEANINGS[i]);
        assert_true(tables->items[i].certain);
    }
    assert_ptr_equal(tables->items[0].resource, pipe_of(&c, "p"));
    assert_int_equal(tables->items[0].node, 0);
    assert_int_equal(tables->items[1].node, 0);
    assert_int_equal(lineage_of(&c, "p", 1)->gaps.len, 1);
    assert_text(lineage_of(&c, "p", 1)->gaps.items[0].why, "no resource is named 'nowhere'");
    finish(&c);
}

static void test_readers(void **state)
{
    (void)state;
    Case c;
    const char *const first[] = {"only: SELECT * FROM events"};
    const char *const second[] = {"raw: SELECT * FROM first", "n: SELECT * FROM raw"};
    start(&c);
    add_pipe(&c, "first", first, 1, "materialized");
    add_pipe(&c, "second", second, 2, NULL);
    load(&c);
    const Project *project = c.f.diff->sides.candidate;
    const Resource *events = project_find(project, DATAFILE_DATASOURCE, STR("events"));
    assert_int_equal(events->readers.len, 1);
    assert_int_equal(pipe_of(&c, "first")->readers.len, 1);
    assert_ptr_equal(pipe_of(&c, "first")->readers.items[0], pipe_of(&c, "second"));
    assert_int_equal(pipe_of(&c, "second")->readers.len, 0);
    assert_int_equal(project_find(project, DATAFILE_DATASOURCE, STR("users"))->writers.len, 1);
    finish(&c);
}

/* ---- outputs ------------------------------------------------------------------------------- */

static void test_output_through_nodes(void **state)
{
    (void)state;
    Case c;
    ONE_PIPE(&c, "a: SELECT *, toDate(ts) AS day FROM events", "b: SELECT * EXCEPT (url) FROM a",
             "c: SELECT host AS server, day FROM b");
    const Output *output = pipe_output(&c.f.loader, pipe_of(&c, "p"));
    assert_true(output->known);
    assert_text(columns_text(c.arena, output), "server day");
    const OutputColumn *server = output_column(output, STR("server"));
    assert_true(str_is(server->source->name, "events"));
    assert_text(server->column, "host");
    assert_text(server->type->text, "String");
    assert_text(output_column(output, STR("day"))->type->text, "Date");
    assert_null(output_column(output, STR("day"))->source);
    assert_null(output_column(output, STR("host")));
    assert_text(columns_text(c.arena, &lineage_of(&c, "p", 1)->output), "ts host day");
    assert_true(lineage_of(&c, "p", 1)->output.columns.items[0].from_star);
    finish(&c);
}

static void test_unknown_outputs(void **state)
{
    (void)state;
    Case c;
    ONE_PIPE(&c, "a: SELECT * FROM team.shared", "b: SELECT * FROM a", "c: SELECT host FROM a",
             "d: SELECT {{columns}} FROM events", "e: SELECT ts FROM events WHERE AND 1");
    assert_false(lineage_of(&c, "p", 1)->output.known);
    assert_text(lineage_of(&c, "p", 0)->output.gap, "the columns of 'team.shared' are not known");
    assert_true(lineage_of(&c, "p", 2)->output.known);
    assert_text(columns_text(c.arena, &lineage_of(&c, "p", 2)->output), "host");
    assert_false(lineage_of(&c, "p", 3)->output.known);
    assert_false(lineage_of(&c, "p", 4)->output.known);
    assert_true(lineage_of(&c, "p", 4)->gaps.len == 1);
    assert_true(lineage_of(&c, "p", 4)->gaps.items[0].hides);
    finish(&c);
}

/* ---- variants ------------------------------------------------------------------------------ */

static void test_variants(void **state)
{
    (void)state;
    Case c;
    ONE_PIPE(&c,
             "a: %\n    SELECT ts, host FROM events {% if defined(u) %} WHERE url = {{String(u)}} "
             "{% end %}",
             "b: %\n    SELECT ts {% if defined(h) %}, host {% end %} FROM events",
             "c: SELECT host FROM b",
             "d: %\n    SELECT 1 FROM {% if defined(h) %} events {% else %} users {% end %}");
    assert_text(reads_text(c.arena, lineage_of(&c, "p", 0)), "events.ts! events.host! events.url");
    assert_true(lineage_of(&c, "p", 0)->output.known);
    assert_text(reads_text(c.arena, lineage_of(&c, "p", 1)), "events.ts! events.host");
    assert_false(lineage_of(&c, "p", 1)->output.known);
    assert_text(lineage_of(&c, "p", 1)->output.gap, "its columns depend on a template");
    const TableUses *tables = &lineage_of(&c, "p", 3)->tables;
    assert_int_equal(tables->len, 2);
    assert_false(tables->items[0].certain);
    assert_true(tables->items[0].triggers && tables->items[1].triggers);
    finish(&c);
}

/* ---- cycles and bounds --------------------------------------------------------------------- */

static void test_cycles(void **state)
{
    (void)state;
    Case c;
    const char *const a[] = {"only: SELECT * FROM b"};
    const char *const b[] = {"only: SELECT *, host FROM c JOIN events ON 1 = 1"};
    const char *const d[] = {"only: SELECT * FROM a"};
    const char *const self[] = {"one: SELECT * FROM two", "two: SELECT * FROM one",
                                "three: SELECT host FROM events"};
    start(&c);
    add_pipe(&c, "a", a, 1, NULL);
    add_pipe(&c, "b", b, 1, NULL);
    add_pipe(&c, "c", d, 1, NULL);
    add_pipe(&c, "self", self, 3, NULL);
    load(&c);
    assert_false(pipe_output(&c.f.loader, pipe_of(&c, "a"))->known);
    assert_text(lineage_of(&c, "a", 0)->gaps.items[0].why,
                "it reads itself: 'a' > 'b' > 'c' > 'a'");
    assert_true(lineage_of(&c, "b", 0)->gaps.len > 0);
    assert_true(lineage_of(&c, "c", 0)->gaps.len > 0);
    assert_text(lineage_of(&c, "self", 0)->gaps.items[0].why,
                "it reads itself: 'one' > 'two' > 'one'");
    assert_int_equal(lineage_of(&c, "self", 2)->gaps.len, 0);
    assert_int_equal(pipe_live_nodes(&c.f.loader, pipe_of(&c, "self")).len, 1);
    finish(&c);
}

static void test_live_nodes(void **state)
{
    (void)state;
    Case c;
    ONE_PIPE(&c, "unused: SELECT 1", "a: SELECT * FROM events", "b: SELECT * FROM a WHERE ts IN a",
             "also_unused: SELECT * FROM b", "last: SELECT * FROM b");
    NodeIndexes live = pipe_live_nodes(&c.f.loader, pipe_of(&c, "p"));
    assert_int_equal(live.len, 3);
    assert_int_equal(live.items[0], 1);
    assert_int_equal(live.items[1], 2);
    assert_int_equal(live.items[2], 4);
    finish(&c);
}

enum { CHAIN = 10000 };

static void test_long_chain(void **state)
{
    (void)state;
    Case c;
    start(&c);
    for (size_t i = 0; i < CHAIN; i++) {
        Str from = i ? str_fmt(c.arena, "p%zu", i - 1) : STR("events");
        Str node = str_fmt(c.arena, "n: SELECT * FROM %.*s", STR_ARG(from));
        const char *const nodes[] = {str_cstr(c.arena, node)};
        add_pipe(&c, str_cstr(c.arena, str_fmt(c.arena, "p%zu", i)), nodes, 1, NULL);
    }
    load(&c);
    Str last = str_fmt(c.arena, "p%d", CHAIN - 1);
    const Output *output = pipe_output(&c.f.loader, pipe_of(&c, str_cstr(c.arena, last)));
    assert_true(output->known);
    assert_text(columns_text(c.arena, output), "ts host url");
    finish(&c);
}

/* Columns that double from step to step are given up, not made. */
static void test_doubling(void **state)
{
    (void)state;
    Case c;
    Buf sql = {0};
    start(&c);
    buf_add(&sql, "n: ");
    for (int i = 0; i < 40; i++)
        buf_add(&sql, "SELECT *, * FROM (");
    buf_add(&sql, "SELECT * FROM events");
    for (int i = 0; i < 40; i++)
        buf_add(&sql, ")");
    buf_add_char(&sql, '\0');
    const char *const nodes[] = {sql.ptr};
    add_pipe(&c, "p", nodes, 1, NULL);
    load(&c);
    assert_false(lineage_of(&c, "p", 0)->output.known);
    assert_true(c.f.loader.lineage_columns < 10000000);
    buf_free(&sql);
    finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),           cmocka_unit_test(test_reads_of_joins),
        cmocka_unit_test(test_triggers),        cmocka_unit_test(test_meanings),
        cmocka_unit_test(test_readers),         cmocka_unit_test(test_output_through_nodes),
        cmocka_unit_test(test_unknown_outputs), cmocka_unit_test(test_variants),
        cmocka_unit_test(test_cycles),          cmocka_unit_test(test_live_nodes),
        cmocka_unit_test(test_long_chain),      cmocka_unit_test(test_doubling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
