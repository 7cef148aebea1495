/* What is resolved ahead in threads is what is resolved on demand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/project_fixture.h"
#include "model/lineage.h"
#include "model/resolve.h"

enum { WIDTH = 12, DEPTH = 20 };

typedef struct {
    Arena *arena;
    FileSet files;
} Case;

static void add(Case *c, Str path, Str text)
{
    file_set_add(c->arena, &c->files, path, text);
}

static void add_pipe(Case *c, Str name, Str sql)
{
    Str text = str_fmt(c->arena, "NODE n\nSQL >\n    %.*s\n", STR_ARG(sql));
    add(c, str_fmt(c->arena, "%.*s.pipe", STR_ARG(name)), text);
}

static void add_events(Case *c)
{
    add(c, STR("events.datasource"),
        STR("SCHEMA >\n    `ts` DateTime,\n    `host` String,\n    `hits` UInt64\n"));
}

/* Chains side by side; every third step looks across, every fourth has tags. */
static void add_chains(Case *c)
{
    for (int i = 0; i < DEPTH; i++) {
        for (int k = 0; k < WIDTH; k++) {
            Str from = i ? str_fmt(c->arena, "p_%d_%d", i - 1, k) : STR("events");
            Str beside = i ? str_fmt(c->arena, "p_%d_%d", i - 1, (k + 1) % WIDTH) : STR("events");
            Str sql =
                str_fmt(c->arena, "SELECT *, hits + %d AS s_%d FROM %.*s", i, i, STR_ARG(from));
            if (i % 3 == 2)
                sql = str_fmt(c->arena,
                              "SELECT a.*, b.host AS other FROM %.*s a JOIN %.*s b USING ts",
                              STR_ARG(from), STR_ARG(beside));
            if (i % 4 == 3)
                sql = str_fmt(c->arena,
                              "%%SELECT ts, host, hits {%% if defined(x) %%}, toString(ts)"
                              " AS x {%% end %%} FROM %.*s",
                              STR_ARG(from));
            add_pipe(c, str_fmt(c->arena, "p_%d_%d", i, k), sql);
        }
    }
}

/* A ring, its readers, one that reads itself, and names that mean nothing. */
static void add_odd_ones(Case *c)
{
    add_pipe(c, STR("after_ring"), STR("SELECT * FROM ring_b"));
    add_pipe(c, STR("ring_a"), STR("SELECT * FROM ring_b"));
    add_pipe(c, STR("ring_b"), STR("SELECT * FROM ring_a UNION ALL SELECT * FROM events"));
    add_pipe(c, STR("itself"), STR("SELECT * FROM itself"));
    add_pipe(c, STR("lost"), STR("SELECT * FROM nowhere"));
    add_pipe(c, STR("broken"), STR("SELECT FROM WHERE"));
}

static void put_node(Buf *out, const NodeLineage *lineage)
{
    const Output *output = &lineage->output;
    for (size_t i = 0; i < output->columns.len; i++) {
        const OutputColumn *column = &output->columns.items[i];
        buf_addf(out, " %.*s %.*s %.*s", STR_ARG(column->name),
                 STR_ARG(column->type ? column->type->text : STR("?")), STR_ARG(column->column));
    }
    buf_addf(out, " known %d %.*s\n", output->known, STR_ARG(output->gap));
    for (size_t i = 0; i < lineage->tables.len; i++)
        buf_addf(out, "  from %.*s %d\n", STR_ARG(lineage->tables.items[i].name.text),
                 lineage->tables.items[i].certain);
    for (size_t i = 0; i < lineage->reads.len; i++)
        buf_addf(out, "  reads %.*s %d at %u\n", STR_ARG(lineage->reads.items[i].column),
                 lineage->reads.items[i].certain, lineage->reads.items[i].range.start);
    for (size_t i = 0; i < lineage->gaps.len; i++)
        buf_addf(out, "  gap %.*s\n", STR_ARG(lineage->gaps.items[i].why));
}

/* The first select of a recursive WITH reads the pipe of its name, which comes behind `again`. */
static void add_recursive(Case *c)
{
    add_pipe(c, STR("again"),
             STR("WITH RECURSIVE other AS (SELECT ts FROM other UNION ALL SELECT ts FROM other)"
                 " SELECT * FROM other"));
    add_pipe(c, STR("other"), STR("SELECT ts, host FROM events"));
}

/* All that is known of all pipes, after `columns` were counted already. */
static Str known(Case *c, bool ahead, size_t columns, size_t *counted)
{
    ProjectFixture f;
    FileSet none = {0};
    Buf out = {0};
    project_fixture_make(&f, &none, &c->files);
    f.loader.lineage_columns = columns;
    const Project *project = f.diff->sides.candidate;
    for (size_t i = 0; i < map_len(project->pipes); i++)
        ((Resource *)map_value(project->pipes, i))->derived = NULL;
    if (ahead)
        lineage_ahead(&f.loader, project);
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        const Resource *pipe = map_value(project->pipes, i);
        buf_addf(&out, "%.*s:", STR_ARG(pipe->name));
        put_node(&out, node_lineage(&f.loader, pipe, 0));
    }
    *counted = f.loader.lineage_columns;
    Str text = str_copy(c->arena, buf_str(&out));
    buf_free(&out);
    project_fixture_free(&f);
    return text;
}

static void assert_same(Case *c, size_t columns)
{
    size_t on_demand = 0, ahead = 0;
    Str wanted = known(c, false, columns, &on_demand);
    Str got = known(c, true, columns, &ahead);
    assert_true(wanted.len > 0);
    assert_string_equal(str_cstr(c->arena, got), str_cstr(c->arena, wanted));
    assert_int_equal(ahead, on_demand);
}

static void test_same_as_on_demand(void **state)
{
    (void)state;
    Case c = {.arena = arena_new()};
    add_events(&c);
    add_chains(&c);
    add_odd_ones(&c);
    add_recursive(&c);
    assert_same(&c, 0);
    arena_free(c.arena);
}

static void test_recursive_name_is_a_need(void **state)
{
    (void)state;
    Case c = {.arena = arena_new()};
    size_t counted = 0;
    add_events(&c);
    add_recursive(&c);
    Str text = known(&c, false, 0, &counted);
    assert_true(str_starts(text, "again: ts "));
    assert_int_equal(str_find(text, "reads itself"), -1);
    arena_free(c.arena);
}

/* Who comes first decides whose columns are given up. */
static void test_same_beyond_the_bound(void **state)
{
    (void)state;
    Case c = {.arena = arena_new()};
    add_events(&c);
    add_chains(&c);
    assert_same(&c, RESOLVE_COLUMNS_MAX - 300);
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_on_demand),
        cmocka_unit_test(test_recursive_name_is_a_need),
        cmocka_unit_test(test_same_beyond_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
