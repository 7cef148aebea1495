/* What we say of the output columns of queries, against DESCRIBE of the real engine: with the
 * analyzer of today and with the one before it, since hosted servers run either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/engine.h"
#include "lib/project_fixture.h"
#include "lib/tsv.h"
#include "model/lineage.h"

typedef struct {
    const char *name;
    const char *columns; /* as in SCHEMA */
} KnownTable;

static const KnownTable TABLES[] = {
    {"t1", "a UInt32, b String, c Nullable(String)"},
    {"t2", "a UInt64, b String, d Date"},
    {"t3", "a UInt16, e Array(UInt8), n Nested(x UInt8, y String), tp Tuple(p UInt8, q String), "
           "m Map(String, UInt8)"},
    {"ev", "ts DateTime, host LowCardinality(String), user_id UInt64, amount Decimal(18, 4), "
           "tags Array(String), day Date"},
    {"us", "user_id UInt64, name String, country LowCardinality(Nullable(String))"},
};

typedef struct {
    Arena *arena;
    size_t queries, asked, names_known, types, types_known, wrong;
} Tally;

/* ---- the two projects ---------------------------------------------------------------------- */

/* A column that one table lacks. */
typedef struct {
    size_t table;
    size_t column;
} Lack;

static const Lack NOTHING = {SIZE_MAX, SIZE_MAX};

static Strs columns_of(Arena *arena, size_t table)
{
    Strs columns = {0};
    Str text = str_of(TABLES[table].columns);
    size_t start = 0;
    int depth = 0;
    for (size_t i = 0; i <= text.len; i++) {
        char c = i < text.len ? text.ptr[i] : ',';
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c != ',' || depth)
            continue;
        vec_push(arena, &columns, str_trim(str_slice(text, start, i)));
        start = i + 1;
    }
    return columns;
}

static Str columns_without(Arena *arena, size_t table, Lack lack)
{
    Strs columns = columns_of(arena, table), kept = {0};
    for (size_t i = 0; i < columns.len; i++) {
        if (table != lack.table || i != lack.column)
            vec_push(arena, &kept, columns.items[i]);
    }
    return str_join(arena, kept.items, kept.len, ", ");
}

static void make_files(Arena *arena, const Strs *queries, Lack lack, FileSet *files)
{
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++) {
        Str path = str_fmt(arena, "datasources/%s.datasource", TABLES[i].name);
        Str columns = columns_without(arena, i, lack);
        file_set_add(arena, files, path, str_fmt(arena, "SCHEMA >\n    %.*s\n", STR_ARG(columns)));
    }
    for (size_t i = 0; i < queries->len; i++) {
        Str path = str_fmt(arena, "pipes/q%zu.pipe", i);
        Str text = str_fmt(arena, "NODE only\nSQL >\n    %.*s\n", STR_ARG(queries->items[i]));
        file_set_add(arena, files, path, text);
    }
}

static void must_run(Arena *arena, Str sql)
{
    Str answer;
    if (!engine_run(arena, sql, &answer))
        fail_msg("%.*s: %.*s", STR_ARG(sql), STR_ARG(answer));
}

static void make_tables(Arena *arena, Lack lack)
{
    must_run(arena, STR("DROP DATABASE IF EXISTS lineage"));
    must_run(arena, STR("CREATE DATABASE lineage"));
    must_run(arena, STR("USE lineage"));
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++) {
        Str columns = columns_without(arena, i, lack);
        must_run(arena, str_fmt(arena, "CREATE TABLE %s (%.*s) ENGINE = MergeTree ORDER BY tuple()",
                                TABLES[i].name, STR_ARG(columns)));
    }
}

/* ---- comparing ----------------------------------------------------------------------------- */

static void blame(Tally *t, Str query, const char *why, Str ours, Str engine)
{
    t->wrong++;
    fprintf(stderr, "%s: %.*s\n    ours %.*s, engine %.*s\n", why, STR_ARG(query), STR_ARG(ours),
            STR_ARG(str_slice(engine, 0, 300)));
}

static void compare_type(Tally *t, Str query, const OutputColumn *column, Str theirs)
{
    const Type *type = type_parse_sql(t->arena, theirs, NULL);
    t->types++;
    if (!column->type)
        return;
    t->types_known++;
    if (!type_eq(type, column->type))
        blame(t, query, "another type", column->type->text, theirs);
}

static void compare(Tally *t, Str query, const Output *output, Str described)
{
    Str rest = described, line;
    size_t at = 0;
    for (; str_split_line(&rest, &line); at++) {
        Str name = tsv_next(t->arena, &line);
        Str type = tsv_next(t->arena, &line);
        if (at >= output->columns.len)
            break;
        const OutputColumn *column = &output->columns.items[at];
        if (!str_eq(column->name, name))
            blame(t, query, "another name", column->name, name);
        compare_type(t, query, column, type);
    }
    if (at != output->columns.len || rest.len)
        blame(t, query, "another number of columns", str_fmt(t->arena, "%zu", output->columns.len),
              described);
}

/* The answer of one analyzer; false when it refuses the query. */
static bool describe(Tally *t, Str query, int analyzer, Str *answer)
{
    must_run(t->arena, str_fmt(t->arena, "SET enable_analyzer = %d", analyzer));
    Str sql = str_fmt(t->arena, "DESCRIBE (%.*s\n)", STR_ARG(query));
    return engine_run(t->arena, sql, answer);
}

static void check_query(Tally *t, Str query, const Output *output)
{
    Str answer;
    t->queries++;
    t->names_known += output->known;
    if (!output->known && getenv("TBLINT_LINEAGE_SHOW"))
        fprintf(stderr, "silent: %.*s: %.*s\n", STR_ARG(query), STR_ARG(output->gap));
    if (!describe(t, query, 1, &answer)) {
        blame(t, query, "refused", output->gap, answer);
        return;
    }
    if (!output->known)
        return;
    compare(t, query, output, answer);
    if (describe(t, query, 0, &answer))
        compare(t, query, output, answer);
}

static Strs read_queries(Arena *arena)
{
    Strs queries = {0};
    const char *source = getenv("TBLINT_SOURCE");
    Str path = str_fmt(arena, "%s/tests/engine/lineage.sql", source ? source : ".");
    Str text = file_read(arena, str_cstr(arena, path));
    for (Str line; str_split_line(&text, &line);) {
        if (line.len && !str_starts(line, "--"))
            vec_push(arena, &queries, line);
    }
    return queries;
}

static void outputs_are_the_engines(void **state)
{
    Tally t = {.arena = *state};
    Strs queries = read_queries(t.arena);
    FileSet none = {0}, files = {0};
    ProjectFixture fixture;
    make_tables(t.arena, NOTHING);
    make_files(t.arena, &queries, NOTHING, &files);
    project_fixture_make(&fixture, &none, &files);
    for (size_t i = 0; i < queries.len; i++) {
        Str name = str_fmt(t.arena, "q%zu", i);
        Resource *pipe = project_find(fixture.diff->sides.candidate, DATAFILE_PIPE, name);
        assert_non_null(pipe);
        check_query(&t, queries.items[i], pipe_output(&fixture.loader, pipe));
    }
    printf("%zu queries, names known of %zu; types known of %zu of %zu\n", t.queries, t.names_known,
           t.types_known, t.types);
    assert_true(t.queries >= 150);
    assert_int_equal(t.wrong, 0);
    assert_true(t.names_known * 10 >= t.queries * 7); /* silence is no answer */
    project_fixture_free(&fixture);
}

/* ---- a column is dropped ------------------------------------------------------------------- */

typedef struct {
    size_t broken, certain, doubted, missed, false_alarms;
} Reads;

/* 2: a certain read of a dropped column; 1: one that is not; 0: none. */
static int says_broken(Loader *loader, const Resource *pipe)
{
    int worst = 0;
    const NodeLineage *lineage = node_lineage(loader, pipe, 0);
    assert_non_null(lineage);
    for (size_t i = 0; i < lineage->reads.len; i++) {
        const ColumnRead *read = &lineage->reads.items[i];
        int badness = read->certain ? 2 : 1;
        if (read->dropped && badness > worst)
            worst = badness;
    }
    return worst;
}

static void judge(Tally *t, Reads *reads, Str query, Str lacking, int said)
{
    Str answer, older;
    bool fails = !describe(t, query, 1, &answer);
    bool also_fails = !describe(t, query, 0, &older);
    reads->broken += fails;
    reads->certain += said == 2;
    reads->doubted += said == 1;
    if (said == 2 && !fails && !also_fails) {
        reads->false_alarms++;
        blame(t, query, "no read", lacking, answer);
    }
    if (said == 0 && fails && also_fails) {
        reads->missed++;
        blame(t, query, "a missed read", lacking, answer);
    }
}

static void drop_column(Tally *t, Reads *reads, const Strs *queries, Lack lack)
{
    FileSet live = {0}, candidate = {0};
    ProjectFixture fixture;
    Str column = columns_of(t->arena, lack.table).items[lack.column];
    Str lacking = str_fmt(t->arena, "%s without %.*s", TABLES[lack.table].name, STR_ARG(column));
    make_tables(t->arena, lack);
    make_files(t->arena, queries, NOTHING, &live);
    make_files(t->arena, queries, lack, &candidate);
    project_fixture_make(&fixture, &live, &candidate);
    for (size_t i = 0; i < queries->len; i++) {
        Str name = str_fmt(t->arena, "q%zu", i);
        Resource *pipe = project_find(fixture.diff->sides.candidate, DATAFILE_PIPE, name);
        int said = pipe->facts ? says_broken(&fixture.loader, pipe) : 0;
        judge(t, reads, queries->items[i], lacking, said);
    }
    project_fixture_free(&fixture);
}

static void dropped_columns_break_what_the_engine_says(void **state)
{
    Tally t = {.arena = *state};
    Reads reads = {0};
    Strs queries = read_queries(t.arena);
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++) {
        for (size_t j = 0; j < columns_of(t.arena, i).len; j++)
            drop_column(&t, &reads, &queries, (Lack){i, j});
    }
    printf("%zu queries broken by a dropped column; %zu certain reads, %zu uncertain; missed %zu, "
           "false alarms %zu\n",
           reads.broken, reads.certain, reads.doubted, reads.missed, reads.false_alarms);
    assert_int_equal(t.wrong, 0);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_are_the_engines),
        cmocka_unit_test(dropped_columns_break_what_the_engine_says),
    };
    if (!engine_open())
        return 0;
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    engine_close();
    return failed;
}
