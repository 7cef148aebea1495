/*
 * sql_bodies.c: reads the SQL of many datafiles in all variants, for tests/corpus/sql_bodies.py.
 *
 * Paths on standard input, one a line. A line for each body that is not read whole: the path, the
 * number of the body in the file, how many of its variants are broken, how many branches are in
 * no variant, and what the first broken one says. The last line counts bodies and variants.
 */
#include "source/layout.h"
#include "syntax/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_PATH = 4096, LARGEST_FILE = 8 << 20 };

typedef struct {
    Arena *arena;
    DatafileParser *datafiles;
    SqlParser *parser;
    size_t bodies;
    size_t variants;
} Reader;

static Str read_whole(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rbe");
    Buf out = {0};
    int c;

    while (file && out.len < LARGEST_FILE && (c = fgetc(file)) != EOF)
        buf_add_char(&out, (char)c);
    if (file)
        fclose(file);
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void read_body(Reader *reader, const char *path, size_t number, Token sql)
{
    QueryVariants all = sql_parse_variants(reader->parser, reader->arena, sql.text, 0);
    const Query *first = NULL;
    size_t broken = 0;

    for (size_t i = 0; i < all.len; i++) {
        if (!all.items[i]->broken)
            continue;
        broken++;
        first = first ? first : all.items[i];
    }
    reader->bodies++;
    reader->variants += all.len;
    if (!first && all.unread == 0)
        return;
    Str why = first ? first->error_text : STR("");
    printf("%s\t%zu\t%zu\t%zu\t%.*s\n", path, number, broken, all.unread, STR_ARG(why));
}

static void read_file(Reader *reader, const char *path)
{
    PathKind kind = path_kind(str_of(path));
    Str text = read_whole(reader->arena, path);
    const Datafile *file =
        datafile_parse(reader->datafiles, reader->arena, text,
                       kind == PATH_PIPE ? DATAFILE_PIPE : DATAFILE_DATASOURCE, DIALECT_FORWARD);
    const Instruction *forward = datafile_find(file, KEYWORD_FORWARD_QUERY);

    for (size_t i = 0; i < file->nodes.len; i++)
        if (str_trim(file->nodes.items[i].sql.text).len)
            read_body(reader, path, i, file->nodes.items[i].sql);
    if (kind == PATH_DATASOURCE && forward)
        read_body(reader, path, 0, forward->value);
}

int main(void)
{
    Reader reader = {.datafiles = datafile_parser_new(), .parser = sql_parser_new()};
    char path[LONGEST_PATH];

    while (fgets(path, sizeof(path), stdin)) {
        path[strcspn(path, "\n")] = '\0';
        reader.arena = arena_new();
        read_file(&reader, path);
        arena_free(reader.arena);
    }
    printf("%zu\t%zu\n", reader.bodies, reader.variants);
    sql_parser_free(reader.parser);
    datafile_parser_free(reader.datafiles);
    return 0;
}
