/*
 * Output columns of the corpus's pipes, compared with DESCRIBE of the engine: names, order, types.
 *
 * Without arguments: the projects of TBLINT_SHARED. With arguments: folders that hold projects.
 * TBLINT_VIEWS_SHOW=1 prints what is not known and what the engine refuses.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/engine.h"
#include "lib/project_fixture.h"
#include "lib/tsv.h"
#include "model/lineage.h"
#include "source/layout.h"

enum { MAX_PIPES_DEEP = 8, MAX_QUERY = 1 << 20 };

typedef struct {
    Arena *arena;
    Loader *loader;
    const Project *project;
    Str name; /* of the repository, for messages */
    bool show;
    size_t projects, pipes, views, templates, refused, unknown;
    size_t compared, views_compared, columns, claimed, view_columns, view_claimed, wrong;
} Tally;

static bool run(Tally *t, Str sql, Str *answer)
{
    return engine_run(t->arena, sql, answer);
}

static void show(const Tally *t, const Resource *pipe, const char *what, Str why)
{
    if (t->show)
        fprintf(stderr, "%s: %.*s/%.*s: %.*s\n", what, STR_ARG(t->name), STR_ARG(pipe->name),
                STR_ARG(str_slice(why, 0, 300)));
}

static void blame(Tally *t, const Resource *pipe, Str column, Str ours, Str engine)
{
    t->wrong++;
    fprintf(stderr, "WRONG: %.*s/%.*s, column %.*s: ours %.*s, engine %.*s\n", STR_ARG(t->name),
            STR_ARG(pipe->name), STR_ARG(column), STR_ARG(ours), STR_ARG(engine));
}

/* ---- tables -------------------------------------------------------------------------------- */

static void make_table(Tally *t, const Resource *datasource)
{
    Buf sql = {0};
    Str answer;
    if (!datasource->facts || datasource->facts->columns.len == 0)
        return;
    buf_addf(&sql, "CREATE TABLE `%.*s` (", STR_ARG(datasource->name));
    for (size_t i = 0; i < datasource->facts->columns.len; i++) {
        const Column *column = &datasource->facts->columns.items[i];
        Str type = column->type ? column->type->text : STR("");
        buf_addf(&sql, "%s`%.*s` %.*s", i ? ", " : "", STR_ARG(column->name.text), STR_ARG(type));
    }
    /* FINAL is refused of most engines. */
    buf_add(&sql, ") ENGINE = ReplacingMergeTree ORDER BY tuple()");
    if (!run(t, buf_str(&sql), &answer) && t->show)
        fprintf(stderr, "no table: %.*s/%.*s: %.*s\n", STR_ARG(t->name), STR_ARG(datasource->name),
                STR_ARG(answer));
    buf_free(&sql);
}

static void make_tables(Tally *t)
{
    Str answer;
    run(t, STR("DROP DATABASE IF EXISTS views"), &answer);
    run(t, STR("CREATE DATABASE views"), &answer);
    run(t, STR("USE views"), &answer);
    for (size_t i = 0; i < map_len(t->project->datasources); i++)
        make_table(t, map_value(t->project->datasources, i));
}

/* ---- the query of a pipe, with its nodes and other pipes as WITH ---------------------------- */

static bool has_template(const Node *node)
{
    return node->is_template || str_find(node->sql.text, "{{") >= 0 ||
           str_find(node->sql.text, "{%") >= 0;
}

static Str plain_sql(const Node *node)
{
    Str sql = str_trim(node->sql.text);
    while (str_ends(sql, ";"))
        sql = str_trim(str_slice(sql, 0, sql.len - 1));
    return sql;
}

typedef struct {
    Tally *tally;
    const Resource *pipe;
    Resources pipes; /* that are read */
    bool plain;
} Reading;

static bool note_table(const Token *table, void *context)
{
    Reading *reading = context;
    const Project *project = reading->tally->project;
    if (pipe_node_shadows(reading->pipe, table->text))
        return true;
    Resource *other = project_find_table(project, table->text);
    if (!other || other->kind != DATAFILE_PIPE || other == reading->pipe)
        return true;
    for (size_t i = 0; i < reading->pipes.len; i++)
        if (reading->pipes.items[i] == other)
            return true;
    vec_push(reading->tally->arena, &reading->pipes, other);
    return true;
}

static bool add_pipe(Tally *t, const Resource *pipe, Buf *sql, int depth);

static bool add_read_pipes(const Reading *reading, Buf *sql, int depth)
{
    for (size_t i = 0; i < reading->pipes.len; i++) {
        const Resource *pipe = reading->pipes.items[i];
        buf_addf(sql, "`%.*s` AS (", STR_ARG(pipe->name));
        if (!add_pipe(reading->tally, pipe, sql, depth + 1))
            return false;
        buf_add(sql, "\n),\n");
    }
    return true;
}

/* False where a part cannot be run: a template, a cycle, a query of no end. */
static bool add_pipe(Tally *t, const Resource *pipe, Buf *sql, int depth)
{
    Reading reading = {.tally = t, .pipe = pipe};
    int output = pipe_output_node(pipe);
    if (output < 0 || !pipe->facts || depth > MAX_PIPES_DEEP || sql->len > MAX_QUERY)
        return false;
    const Nodes *nodes = &pipe->facts->nodes;
    NodeIndexes live = pipe_live_nodes(t->loader, pipe);
    for (size_t i = 0; i < live.len; i++) {
        const QueryVariants *queries = pipe_variants(t->loader, pipe, live.items[i]);
        if (has_template(&nodes->items[live.items[i]]) || !queries)
            return false;
        query_tables(queries->items[0], note_table, &reading);
    }
    buf_add(sql, live.len > 1 || reading.pipes.len ? "WITH\n" : "");
    if (!add_read_pipes(&reading, sql, depth))
        return false;
    for (size_t i = 0; i < live.len; i++)
        if ((int)live.items[i] != output)
            buf_addf(sql, "`%.*s` AS (%.*s\n),\n", STR_ARG(nodes->items[live.items[i]].name.text),
                     STR_ARG(plain_sql(&nodes->items[live.items[i]])));
    if (str_ends(buf_str(sql), ",\n"))
        sql->len -= 2;
    buf_addf(sql, "\nSELECT * FROM (%.*s\n)", STR_ARG(plain_sql(&nodes->items[output])));
    return true;
}

/* ---- comparing ----------------------------------------------------------------------------- */

/* SimpleAggregateFunction is a name on its inner type, which functions keep or drop. */
static const Type *unnamed(Arena *arena, const Type *type)
{
    while (type_is(type, "SimpleAggregateFunction"))
        type = type_inner(type);
    if (!type || type->arg_count == 0)
        return type;
    TypeArg *args = ARENA_ARRAY(arena, TypeArg, type->arg_count);
    for (size_t i = 0; i < type->arg_count; i++) {
        args[i] = type->args[i];
        if (args[i].kind == TYPE_ARG_TYPE)
            args[i].type = unnamed(arena, args[i].type);
    }
    return type_make(arena, type->name, args, type->arg_count);
}

static void compare_type(Tally *t, const Resource *pipe, const OutputColumn *column, Str theirs)
{
    bool view = pipe->pipe->type == PIPE_MATERIALIZED;
    const Type *type = type_parse_sql(t->arena, theirs, NULL);
    t->columns++;
    t->view_columns += view;
    if (!column->type) {
        show(t, pipe, "type not known",
             str_fmt(t->arena, "%.*s %.*s", STR_ARG(column->name), STR_ARG(theirs)));
        return;
    }
    t->claimed++;
    t->view_claimed += view;
    if (!type_eq(unnamed(t->arena, type), unnamed(t->arena, column->type)))
        blame(t, pipe, column->name, column->type->text, theirs);
}

static void compare(Tally *t, const Resource *pipe, const Output *output, Str described)
{
    Str line;
    size_t at = 0;
    t->compared++;
    t->views_compared += pipe->pipe->type == PIPE_MATERIALIZED;
    for (; str_split_line(&described, &line); at++) {
        Str name = tsv_next(t->arena, &line);
        Str type = tsv_next(t->arena, &line);
        if (at >= output->columns.len)
            break;
        const OutputColumn *column = &output->columns.items[at];
        if (!str_eq(column->name, name))
            blame(t, pipe, name, column->name, name);
        compare_type(t, pipe, column, type);
    }
    if (at != output->columns.len || described.len)
        blame(t, pipe, STR("(their number)"), str_fmt(t->arena, "%zu", output->columns.len),
              described);
}

static void check_pipe(Tally *t, const Resource *pipe)
{
    Buf sql = {0};
    Str answer;
    if (!pipe->facts || !pipe->pipe)
        return;
    t->pipes++;
    t->views += pipe->pipe->type == PIPE_MATERIALIZED;
    buf_add(&sql, "DESCRIBE (");
    bool runs = add_pipe(t, pipe, &sql, 0);
    buf_add(&sql, "\n)");
    const Output *output = pipe_output(t->loader, pipe);
    if (!runs) {
        t->templates++;
    } else if (!run(t, buf_str(&sql), &answer)) {
        t->refused++;
        show(t, pipe, "refused", answer);
    } else if (!output->known) {
        t->unknown++;
        show(t, pipe, "columns not known", output->gap);
    } else {
        compare(t, pipe, output, answer);
    }
    buf_free(&sql);
}

/* ---- projects ------------------------------------------------------------------------------ */

static void check_project(Tally *total, const FileSet *files, Str root)
{
    FileSet none = {0};
    FileSet own = {0};
    ProjectFixture fixture;
    Arena *arena = arena_new();
    Str prefix = str_is(root, ".") ? STR("") : str_fmt(arena, "%.*s/", STR_ARG(root));
    for (size_t i = 0; i < files->len; i++) {
        Str path = files->items[i].path;
        if (str_starts(path, str_cstr(arena, prefix)))
            file_set_add(arena, &own, str_slice(path, prefix.len, path.len), files->items[i].text);
    }
    project_fixture_make(&fixture, &none, &own);
    total->arena = arena;
    total->loader = &fixture.loader;
    total->project = fixture.diff->sides.candidate;
    total->projects++;
    make_tables(total);
    for (size_t i = 0; i < map_len(total->project->pipes); i++)
        check_pipe(total, map_value(total->project->pipes, i));
    total->arena = NULL;
    total->loader = NULL;
    total->project = NULL;
    project_fixture_free(&fixture);
    arena_free(arena);
}

static void check_folder(Tally *total, const char *folder)
{
    Arena *arena = arena_new();
    FileSet files = file_set_read(arena, folder);
    Str *paths = ARENA_ARRAY(arena, Str, files.len);
    total->name = path_base(str_of(folder));
    for (size_t i = 0; i < files.len; i++)
        paths[i] = files.items[i].path;
    Strs roots = projects_find(arena, paths, files.len, (Strs){0});
    for (size_t i = 0; i < roots.len; i++)
        check_project(total, &files, roots.items[i]);
    arena_free(arena);
}

static bool check_corpus(Tally *total)
{
    Arena *arena = arena_new();
    const char *shared = getenv("TBLINT_SHARED");
    Str folder = str_fmt(arena, "%s/corpus/projects", shared ? shared : "../shared");
    struct dirent **entries = NULL;
    int count = scandir(str_cstr(arena, folder), &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            Str path = str_fmt(arena, "%.*s/%s", STR_ARG(folder), entries[i]->d_name);
            check_folder(total, str_cstr(arena, path));
        }
        free(entries[i]);
    }
    free(entries);
    arena_free(arena);
    if (count < 0)
        fprintf(stderr, "skipped: the corpus is not beside the project (TBLINT_SHARED)\n");
    return count >= 0;
}

static void print_tally(const Tally *t)
{
    printf(
        "%zu projects, %zu pipes, %zu of them views; not run: %zu with templates, %zu refused by "
        "the engine\n",
        t->projects, t->pipes, t->views, t->templates, t->refused);
    printf("views compared %zu, their columns %zu, with a type of ours %zu\n", t->views_compared,
           t->view_columns, t->view_claimed);
    printf("pipes compared %zu, their columns %zu, with a type of ours %zu; columns not known of "
           "%zu pipes\n",
           t->compared, t->columns, t->claimed, t->unknown);
    printf("%d passed, %zu failed\n", t->wrong == 0, t->wrong);
}

int main(int argc, char **argv)
{
    Tally total = {.show = getenv("TBLINT_VIEWS_SHOW") != NULL};
    bool checked = true;
    if (!engine_open())
        return 0;
    for (int i = 1; i < argc; i++)
        check_folder(&total, argv[i]);
    if (argc < 2)
        checked = check_corpus(&total);
    if (checked)
        print_tally(&total);
    engine_close();
    return total.wrong ? 1 : 0;
}
