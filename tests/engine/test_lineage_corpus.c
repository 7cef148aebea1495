/* Real projects: what we say of the columns of every node without templates, against the engine;
 * and whether the loss of a column that some node names breaks what we say it breaks. */
#include <dirent.h>
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
#include "model/project_internal.h"

enum { TEXT_MAX = 200000, NODES_MAX = 200 };

typedef struct {
    size_t nodes, asked, refused, known, types, types_known;
    size_t broken, certain, doubted, missed, false_alarms, wrong;
} Tally;

typedef struct {
    Arena *arena;
    Tally *tally;
    const char *project;
    ProjectFixture *fixture; /* the one that is asked */
} Run;

static const Project *candidate(const Run *run)
{
    return run->fixture->diff->sides.candidate;
}

static void blame(const Run *run, const char *what, const Resource *pipe, size_t node, Str ours,
                  Str engine)
{
    run->tally->wrong++;
    fprintf(stderr, "%s %.*s:%.*s: %s\n    ours %.*s, engine %.*s\n", run->project,
            STR_ARG(pipe->name), STR_ARG(pipe->facts->nodes.items[node].name.text), what,
            STR_ARG(ours), STR_ARG(str_slice(engine, 0, 400)));
}

/* ---- tables -------------------------------------------------------------------------------- */

static void add_column(Buf *sql, const Column *column)
{
    buf_addf(sql, "%s`%.*s` %.*s", sql->ptr[sql->len - 1] == '(' ? "" : ", ",
             STR_ARG(column->name.text), STR_ARG(column->type->text));
}

/* False when the engine refuses it: then what reads it is refused, too. */
static bool make_table(const Run *run, const Resource *source)
{
    Str answer;
    Buf sql = {0};
    engine_run(run->arena,
               str_fmt(run->arena, "DROP TABLE IF EXISTS `%.*s`", STR_ARG(source->name)), &answer);
    buf_addf(&sql, "CREATE TABLE `%.*s` (", STR_ARG(source->name));
    for (size_t i = 0; i < source->facts->columns.len; i++) {
        if (source->facts->columns.items[i].type)
            add_column(&sql, &source->facts->columns.items[i]);
    }
    buf_add(&sql, ") ENGINE = ReplacingMergeTree ORDER BY tuple()");
    bool made = engine_run(run->arena, str_copy(run->arena, buf_str(&sql)), &answer);
    buf_free(&sql);
    return made;
}

static void make_tables(const Run *run)
{
    Str answer;
    engine_run(run->arena, STR("DROP DATABASE IF EXISTS corpus"), &answer);
    engine_run(run->arena, STR("CREATE DATABASE corpus"), &answer);
    engine_run(run->arena, STR("USE corpus"), &answer);
    const Map *sources = candidate(run)->datasources;
    for (size_t i = 0; i < map_len(sources); i++) {
        const Resource *source = map_value(sources, i);
        if (source->facts && source->facts->has_schema)
            make_table(run, source);
    }
}

/* ---- one query of a node and all that it needs ---------------------------------------------- */

typedef struct {
    const Resource *pipe;
    size_t node;
} Step;

typedef VEC(Step) Steps;

static bool add_steps(const Run *run, Steps *steps, Step step)
{
    for (size_t i = 0; i < steps->len; i++) {
        if (steps->items[i].pipe == step.pipe && steps->items[i].node == step.node)
            return true;
    }
    const NodeLineage *lineage = node_lineage(&run->fixture->loader, step.pipe, step.node);
    const Query *query = pipe_query(&run->fixture->loader, step.pipe, step.node);
    if (!lineage || query->has_template || query->broken || steps->len > NODES_MAX)
        return false;
    for (size_t i = 0; i < lineage->tables.len; i++) {
        const TableUse *use = &lineage->tables.items[i];
        bool is_node = use->meaning == MEANS_NODE || use->meaning == MEANS_PIPE;
        if (!is_node && use->meaning != MEANS_DATASOURCE)
            return false;
        if (is_node &&
            (lineage->gaps.len || !add_steps(run, steps, (Step){use->resource, (size_t)use->node})))
            return false;
    }
    vec_push(run->arena, steps, step);
    return true;
}

static Str step_name(Step step)
{
    bool last = pipe_output_node(step.pipe) == (int)step.node;
    return last ? step.pipe->name : step.pipe->facts->nodes.items[step.node].name.text;
}

/* Names of nodes that stand twice cannot be told apart here. */
static bool names_clash(const Run *run, const Steps *steps)
{
    Map *seen = map_new(run->arena);
    for (size_t i = 0; i < steps->len; i++) {
        Str name = steps->items[i].pipe->facts->nodes.items[steps->items[i].node].name.text;
        Str outer = step_name(steps->items[i]);
        if (map_has(seen, name) || (!str_eq(name, outer) && map_has(seen, outer)))
            return true;
        map_put(seen, name, seen);
        map_put(seen, outer, seen);
    }
    return false;
}

static Str step_sql(Step step)
{
    return str_trim(step.pipe->facts->nodes.items[step.node].sql.text);
}

static Str full_query(const Run *run, const Steps *steps)
{
    Step last = steps->items[steps->len - 1];
    if (steps->len == 1)
        return step_sql(last);
    Buf sql = {0};
    buf_add(&sql, "WITH ");
    for (size_t i = 0; i + 1 < steps->len; i++) {
        Step step = steps->items[i];
        Str name = step.pipe->facts->nodes.items[step.node].name.text;
        buf_addf(&sql, "%s`%.*s` AS (%.*s\n)", i ? ", " : "", STR_ARG(name),
                 STR_ARG(step_sql(step)));
        if (!str_eq(step_name(step), name))
            buf_addf(&sql, ", `%.*s` AS (SELECT * FROM `%.*s`)", STR_ARG(step_name(step)),
                     STR_ARG(name));
    }
    buf_addf(&sql, " SELECT * FROM (%.*s\n)", STR_ARG(step_sql(last)));
    Str text = str_copy(run->arena, buf_str(&sql));
    buf_free(&sql);
    return text;
}

static bool query_of(const Run *run, const Resource *pipe, size_t node, Steps *steps, Str *sql)
{
    *steps = (Steps){0};
    if (!add_steps(run, steps, (Step){pipe, node}) || names_clash(run, steps))
        return false;
    *sql = full_query(run, steps);
    return sql->len < TEXT_MAX;
}

static bool describe(const Run *run, Str sql, Str *answer)
{
    return engine_run(run->arena, str_fmt(run->arena, "DESCRIBE (%.*s\n)", STR_ARG(sql)), answer);
}

/* ---- outputs ------------------------------------------------------------------------------- */

static void compare(const Run *run, const Resource *pipe, size_t node, Str described)
{
    const Output *output = &node_lineage(&run->fixture->loader, pipe, node)->output;
    Tally *tally = run->tally;
    Str rest = described, line;
    size_t at = 0;
    for (; str_split_line(&rest, &line); at++) {
        Str name = tsv_next(run->arena, &line);
        Str type = tsv_next(run->arena, &line);
        if (at >= output->columns.len)
            break;
        const OutputColumn *column = &output->columns.items[at];
        if (!str_eq(column->name, name))
            blame(run, "another name", pipe, node, column->name, name);
        tally->types++;
        tally->types_known += column->type != NULL;
        if (column->type && !type_eq(type_parse_sql(run->arena, type, NULL), column->type))
            blame(run, "another type", pipe, node, column->type->text, type);
    }
    if (at != output->columns.len || rest.len)
        blame(run, "another number of columns", pipe, node, (Str){0}, described);
}

static void check_node(const Run *run, const Resource *pipe, size_t node)
{
    Steps steps;
    Str sql, answer;
    Tally *tally = run->tally;
    tally->nodes++;
    if (!query_of(run, pipe, node, &steps, &sql))
        return;
    tally->asked++;
    if (!describe(run, sql, &answer)) {
        tally->refused++;
        if (getenv("TBLINT_LINEAGE_SHOW"))
            fprintf(stderr, "refused %s %.*s: %.*s\n", run->project, STR_ARG(pipe->name),
                    STR_ARG(str_slice(answer, 0, 200)));
        return;
    }
    const Output *output = &node_lineage(&run->fixture->loader, pipe, node)->output;
    if (!output->known) {
        if (getenv("TBLINT_LINEAGE_SHOW"))
            fprintf(stderr, "silent %s %.*s: %.*s\n", run->project, STR_ARG(pipe->name),
                    STR_ARG(output->gap));
        return;
    }
    tally->known++;
    compare(run, pipe, node, answer);
}

/* ---- a column is dropped ------------------------------------------------------------------- */

/* 2: it or what it needs surely reads a dropped column; 1: perhaps; 0: not. */
static int says_broken(const Run *run, const Steps *steps)
{
    int worst = 0;
    for (size_t i = 0; i < steps->len; i++) {
        Step step = steps->items[i];
        Resource *pipe = project_find(candidate(run), DATAFILE_PIPE, step.pipe->name);
        const NodeLineage *lineage = node_lineage(&run->fixture->loader, pipe, step.node);
        for (size_t j = 0; lineage && j < lineage->reads.len; j++) {
            const ColumnRead *read = &lineage->reads.items[j];
            int badness = read->certain ? 2 : 1;
            if (read->dropped && badness > worst)
                worst = badness;
        }
    }
    return worst;
}

static bool names(const Steps *steps, Str column)
{
    for (size_t i = 0; i < steps->len; i++) {
        if (word_occurs_in(step_sql(steps->items[i]), column))
            return true;
    }
    return false;
}

typedef struct {
    Steps steps;
    Str sql;
} Asked;

typedef VEC(Asked) AskedList;

/* Newer versions read `user` and `now` as user() and now() where no column is called so. */
static bool older_takes(const Run *run, Str sql)
{
    Str answer;
    engine_run(run->arena, STR("SET enable_analyzer = 0"), &answer);
    bool takes = describe(run, sql, &answer);
    engine_run(run->arena, STR("SET enable_analyzer = 1"), &answer);
    return takes;
}

static void judge(const Run *run, const Asked *asked, Str column)
{
    Str answer;
    Step last = asked->steps.items[asked->steps.len - 1];
    bool fails = !describe(run, asked->sql, &answer);
    int said = says_broken(run, &asked->steps);
    run->tally->broken += fails;
    run->tally->certain += said == 2;
    run->tally->doubted += said == 1;
    if (said == 2 && !fails && older_takes(run, asked->sql)) {
        run->tally->false_alarms++;
        blame(run, "no read", last.pipe, last.node, column, answer);
    }
    if (said == 0 && fails) {
        run->tally->missed++;
        blame(run, "a missed read", last.pipe, last.node, column, answer);
    }
}

static Str schema_without(Arena *arena, const Resource *source, size_t skipped)
{
    Buf buf = {0};
    buf_add(&buf, "SCHEMA >\n");
    size_t count = 0;
    for (size_t i = 0; i < source->facts->columns.len; i++) {
        const Column *column = &source->facts->columns.items[i];
        if (i != skipped && column->type)
            buf_addf(&buf, "%s    `%.*s` %.*s", count++ ? ",\n" : "", STR_ARG(column->name.text),
                     STR_ARG(column->type->text));
    }
    buf_add_char(&buf, '\n');
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

static void drop_column(Run *run, const FileSet *files, const AskedList *all,
                        const Resource *source, size_t at)
{
    Str column = source->facts->columns.items[at].name.text;
    FileSet without = {0};
    AskedList asked = {0};
    for (size_t i = 0; i < all->len; i++) {
        if (names(&all->items[i].steps, column))
            vec_push(run->arena, &asked, all->items[i]);
    }
    if (asked.len == 0 || source->facts->columns.len < 2)
        return;
    for (size_t i = 0; i < files->len; i++) {
        bool is_it = str_eq(files->items[i].path, source->file->path);
        file_set_add(run->arena, &without, files->items[i].path,
                     is_it ? schema_without(run->arena, source, at) : files->items[i].text);
    }
    ProjectFixture fixture, *before = run->fixture;
    project_fixture_make(&fixture, files, &without);
    run->fixture = &fixture;
    Resource *changed = project_find(candidate(run), DATAFILE_DATASOURCE, source->name);
    if (changed && changed->facts && make_table(run, changed)) {
        for (size_t i = 0; i < asked.len; i++)
            judge(run, &asked.items[i], column);
    }
    run->fixture = before;
    project_fixture_free(&fixture);
}

static AskedList all_asked(const Run *run)
{
    AskedList all = {0};
    const Map *pipes = candidate(run)->pipes;
    for (size_t i = 0; i < map_len(pipes); i++) {
        const Resource *pipe = map_value(pipes, i);
        for (size_t j = 0; pipe->facts && j < pipe->facts->nodes.len; j++) {
            Asked asked;
            Str answer;
            if (query_of(run, pipe, j, &asked.steps, &asked.sql) &&
                describe(run, asked.sql, &answer))
                vec_push(run->arena, &all, asked);
        }
    }
    return all;
}

enum { DROPS_MAX = 20 }; /* of one project, unless TBLINT_LINEAGE_ALL is set */

static size_t count_columns(const Map *sources)
{
    size_t count = 0;
    for (size_t i = 0; i < map_len(sources); i++) {
        const Resource *source = map_value(sources, i);
        count += source->facts && source->readers.len ? source->facts->columns.len : 0;
    }
    return count;
}

/* Every n-th column that something may read. */
static void drop_columns(Run *run, const FileSet *files)
{
    AskedList all = all_asked(run);
    const Map *sources = candidate(run)->datasources;
    size_t every = getenv("TBLINT_LINEAGE_ALL") ? 1 : count_columns(sources) / DROPS_MAX + 1;
    size_t at = 0;
    for (size_t i = 0; i < map_len(sources); i++) {
        const Resource *source = map_value(sources, i);
        if (!source->facts || source->readers.len == 0)
            continue;
        for (size_t j = 0; j < source->facts->columns.len; j++) {
            if (at++ % every == 0)
                drop_column(run, files, &all, source, j);
        }
        make_table(run, source);
    }
}

/* ---- all projects -------------------------------------------------------------------------- */

static void check_project(const char *root, const char *name, Tally *tally)
{
    Run run = {.arena = arena_new(), .tally = tally, .project = name};
    ProjectFixture fixture;
    FileSet none = {0};
    FileSet files =
        file_set_read(run.arena, str_cstr(run.arena, str_fmt(run.arena, "%s/%s", root, name)));
    project_fixture_make(&fixture, &none, &files);
    run.fixture = &fixture;
    make_tables(&run);
    const Map *pipes = candidate(&run)->pipes;
    for (size_t i = 0; i < map_len(pipes); i++) {
        const Resource *pipe = map_value(pipes, i);
        for (size_t j = 0; pipe->facts && j < pipe->facts->nodes.len; j++)
            check_node(&run, pipe, j);
    }
    drop_columns(&run, &files);
    project_fixture_free(&fixture);
    arena_free(run.arena);
}

static void real_projects(void **state)
{
    (void)state;
    Tally t = {0};
    Arena *arena = arena_new();
    const char *shared = getenv("TBLINT_SHARED");
    const char *only = getenv("TBLINT_LINEAGE_ONLY");
    Str root = str_fmt(arena, "%s/corpus/projects", shared ? shared : "");
    DIR *folder = shared ? opendir(str_cstr(arena, root)) : NULL;
    if (!folder) {
        printf("skipped: the corpus is not in the folder named by TBLINT_SHARED\n");
        arena_free(arena);
        skip();
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] != '.' && (!only || str_find(str_of(entry->d_name), only) >= 0))
            check_project(str_cstr(arena, root), entry->d_name, &t);
    }
    closedir(folder);
    arena_free(arena);
    printf("%zu nodes, %zu asked, of these %zu refused; names known of %zu; types known of %zu of "
           "%zu\n",
           t.nodes, t.asked, t.refused, t.known, t.types_known, t.types);
    printf("%zu broken by a dropped column; %zu certain reads, %zu uncertain; missed %zu, false "
           "alarms %zu\n",
           t.broken, t.certain, t.doubted, t.missed, t.false_alarms);
    assert_int_equal(t.wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_projects),
    };
    if (!engine_open())
        return 0;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    engine_close();
    return failed;
}
