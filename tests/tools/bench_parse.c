/*
 * How fast the grammars read, for `make bench`: the MB/s of datafiles, and of the SQL in their
 * nodes, and how much memory the facts take for each byte read.
 *
 * Usage: bench_parse FOLDER... Every datafile below is read once before the clock starts; the
 * median of five rounds counts.
 */
#include "source/layout.h"
#include "syntax/sql.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 5, FILE_LIMIT = 8 << 20, OPEN_FOLDERS = 32 };

typedef struct {
    Str text;
    DatafileKind kind;
} Input;

static struct {
    Arena *arena;
    VEC(Input) files;
} inputs; /* nftw() passes nothing on */

static double now_s(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static Str read_whole(Arena *arena, const char *path, size_t size)
{
    FILE *file = fopen(path, "rbe");
    char *bytes = arena_alloc(arena, size + 1);
    size_t got = file ? fread(bytes, 1, size, file) : 0;
    if (file)
        fclose(file);
    return (Str){bytes, got};
}

static int add_input(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)where;
    PathKind kind = path_kind(str_of(path));
    if (type != FTW_F || !path_is_datafile(kind) || status->st_size > FILE_LIMIT)
        return 0;
    Input input = {read_whole(inputs.arena, path, (size_t)status->st_size),
                   kind == PATH_DATASOURCE ? DATAFILE_DATASOURCE
                   : kind == PATH_PIPE     ? DATAFILE_PIPE
                                           : DATAFILE_CONNECTION};
    vec_push(inputs.arena, &inputs.files, input);
    return 0;
}

typedef struct {
    double seconds;
    size_t read;  /* bytes */
    size_t facts; /* bytes of the arena */
} Figures;

typedef VEC(const Datafile *) Parsed;

static Figures parse_datafiles(DatafileParser *parser, Arena *arena, Parsed *out)
{
    Figures figures = {0};
    double start = now_s();
    for (size_t i = 0; i < inputs.files.len; i++) {
        const Input *input = &inputs.files.items[i];
        const Datafile *file =
            datafile_parse(parser, arena, input->text, input->kind, DIALECT_FORWARD);
        vec_push(inputs.arena, out, file);
        figures.read += input->text.len;
    }
    figures.seconds = now_s() - start;
    figures.facts = arena_used(arena);
    return figures;
}

static Figures parse_queries(SqlParser *parser, Arena *arena, const Parsed *files)
{
    Figures figures = {.facts = arena_used(arena)};
    double start = now_s();
    for (size_t i = 0; i < files->len; i++) {
        const Nodes *nodes = &files->items[i]->nodes;
        for (size_t j = 0; j < nodes->len; j++) {
            Token sql = nodes->items[j].sql;
            sql_parse_query(parser, arena, sql.text, sql.range.start);
            figures.read += sql.text.len;
        }
    }
    figures.seconds = now_s() - start;
    figures.facts = arena_used(arena) - figures.facts;
    return figures;
}

static int by_time(const void *a, const void *b)
{
    double x = ((const Figures *)a)->seconds, y = ((const Figures *)b)->seconds;
    return (x > y) - (x < y);
}

static void print_median(const char *name, Figures *rounds)
{
    qsort(rounds, ROUNDS, sizeof *rounds, by_time);
    const Figures *middle = &rounds[ROUNDS / 2];
    double read = (double)middle->read;
    printf("  %-10s %7.1f MB/s  %6.2f MB in %5zu files, %4.1f bytes of facts a byte\n", name,
           middle->seconds > 0 ? read / 1e6 / middle->seconds : 0.0, read / 1e6, inputs.files.len,
           read > 0 ? (double)middle->facts / read : 0.0);
}

int main(int argc, char **argv)
{
    Figures datafiles[ROUNDS], queries[ROUNDS];
    inputs.arena = arena_new();
    for (int i = 1; i < argc; i++)
        nftw(argv[i], add_input, OPEN_FOLDERS, FTW_PHYS);
    DatafileParser *datafile_parser = datafile_parser_new();
    SqlParser *sql_parser = sql_parser_new();
    for (int round = 0; round < ROUNDS; round++) {
        Arena *arena = arena_new();
        Parsed parsed = {0};
        datafiles[round] = parse_datafiles(datafile_parser, arena, &parsed);
        queries[round] = parse_queries(sql_parser, arena, &parsed);
        arena_free(arena);
    }
    print_median("datafile", datafiles);
    print_median("sql", queries);
    sql_parser_free(sql_parser);
    datafile_parser_free(datafile_parser);
    arena_free(inputs.arena);
    return inputs.files.len == 0;
}
