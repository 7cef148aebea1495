/*
 * datafile_dump.c: prints the facts of a datafile as JSON, to compare them with other parsers.
 *
 *     datafile_dump [--kind datasource|pipe|connection] [--dialect forward|classic] FILE
 *
 * The kind is taken from the file's name when it is not given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "syntax/datafile.h"

static const char *const kinds[] = {"datasource", "pipe", "connection"};
static const char *const dialects[] = {"forward", "classic"};
static const char *const problem_kinds[] = {"syntax", "unknown-word", "column",
                                            "type",   "value",        "too-deep"};

typedef struct {
    const char *path;
    DatafileKind kind;
    Dialect dialect;
    bool has_kind;
} Options;

static void add_text(cJSON *to, const char *name, Arena *arena, Str text)
{
    cJSON_AddStringToObject(to, name, str_cstr(arena, text));
}

static cJSON *range_json(Range range)
{
    int numbers[2] = {(int)range.start, (int)range.end};
    return cJSON_CreateIntArray(numbers, 2);
}

static cJSON *add_object(cJSON *array)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(array, object);
    return object;
}

static void dump_instructions(cJSON *to, Arena *arena, const Datafile *file)
{
    cJSON *array = cJSON_AddArrayToObject(to, "instructions");
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *at = &file->instructions.items[i];
        cJSON *item = add_object(array);
        add_text(item, "keyword", arena, at->word.text);
        add_text(item, "value", arena, at->value.text);
        cJSON_AddBoolToObject(item, "block", at->is_block);
        cJSON_AddNumberToObject(item, "node", at->node);
        cJSON *words = cJSON_AddArrayToObject(item, "words");
        for (size_t k = 0; k < at->words.len; k++)
            cJSON_AddItemToArray(words,
                                 cJSON_CreateString(str_cstr(arena, at->words.items[k].text)));
        cJSON_AddItemToObject(item, "range", range_json(at->range));
    }
}

static void dump_schema(cJSON *to, Arena *arena, const Datafile *file)
{
    cJSON *columns = cJSON_AddArrayToObject(to, "columns");
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *column = &file->columns.items[i];
        cJSON *item = add_object(columns);
        add_text(item, "name", arena, column->name.text);
        add_text(item, "type", arena, column->type_text.text);
        add_text(item, "path", arena, column->path.text);
        add_text(item, "default", arena, column->default_expr.text);
        add_text(item, "codec", arena, column->codec.text);
        cJSON_AddItemToObject(item, "range", range_json(column->range));
    }
    cJSON *indexes = cJSON_AddArrayToObject(to, "indexes");
    for (size_t i = 0; i < file->indexes.len; i++) {
        const IndexDef *index = &file->indexes.items[i];
        cJSON *item = add_object(indexes);
        add_text(item, "name", arena, index->name.text);
        add_text(item, "expr", arena, index->expr.text);
        add_text(item, "type", arena, index->type.text);
        add_text(item, "granularity", arena, index->granularity.text);
    }
}

static void dump_nodes(cJSON *to, Arena *arena, const Datafile *file)
{
    cJSON *nodes = cJSON_AddArrayToObject(to, "nodes");
    for (size_t i = 0; i < file->nodes.len; i++) {
        const Node *node = &file->nodes.items[i];
        cJSON *item = add_object(nodes);
        add_text(item, "name", arena, node->name.text);
        add_text(item, "sql", arena, node->sql.text);
        add_text(item, "type", arena, node->type.text);
        add_text(item, "datasource", arena, node->datasource.text);
        cJSON_AddItemToObject(item, "range", range_json(node->range));
    }
}

static void dump_problems(cJSON *to, Arena *arena, const Datafile *file)
{
    cJSON *problems = cJSON_AddArrayToObject(to, "problems");
    for (size_t i = 0; i < file->problems.len; i++) {
        const Problem *problem = &file->problems.items[i];
        cJSON *item = add_object(problems);
        cJSON_AddStringToObject(item, "kind", problem_kinds[problem->kind]);
        add_text(item, "message", arena, problem->message);
        add_text(item, "suggestion", arena, problem->suggestion);
        cJSON_AddItemToObject(item, "range", range_json(problem->range));
    }
}

static void dump(Arena *arena, const Datafile *file)
{
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "kind", kinds[file->kind]);
    cJSON_AddStringToObject(root, "dialect", dialects[file->dialect]);
    dump_instructions(root, arena, file);
    dump_schema(root, arena, file);
    dump_nodes(root, arena, file);
    dump_problems(root, arena, file);
    char *text = cJSON_PrintUnformatted(root);
    puts(text);
    free(text);
    cJSON_Delete(root);
}

static int read_file(const char *path, Buf *out)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file)
        return -1;
    char piece[65536];
    size_t got;
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add_str(out, (Str){piece, got});
    if (file != stdin)
        fclose(file);
    return 0;
}

static int choose(const char *word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, names[i]) == 0)
            return (int)i;
    return -1;
}

static void kind_of_name(Options *options)
{
    Str path = str_of(options->path);
    if (str_ends(path, ".pipe"))
        options->kind = DATAFILE_PIPE;
    else if (str_ends(path, ".connection"))
        options->kind = DATAFILE_CONNECTION;
    else
        options->kind = DATAFILE_DATASOURCE;
}

static int parse_options(int argc, char **argv, Options *options)
{
    for (int i = 1; i < argc; i++) {
        bool is_kind = strcmp(argv[i], "--kind") == 0;
        bool is_dialect = strcmp(argv[i], "--dialect") == 0;
        if (!is_kind && !is_dialect) {
            options->path = argv[i];
            continue;
        }
        if (++i == argc)
            return -1;
        int found = is_kind ? choose(argv[i], kinds, 3) : choose(argv[i], dialects, 2);
        if (found < 0)
            return -1;
        if (is_kind)
            options->kind = (DatafileKind)found;
        else
            options->dialect = (Dialect)found;
        options->has_kind = options->has_kind || is_kind;
    }
    if (options->path && !options->has_kind)
        kind_of_name(options);
    return options->path ? 0 : -1;
}

int main(int argc, char **argv)
{
    Options options = {0};
    Buf text = {0};
    if (parse_options(argc, argv, &options) < 0) {
        fprintf(stderr, "usage: datafile_dump [--kind KIND] [--dialect DIALECT] FILE\n");
        return 2;
    }
    if (read_file(options.path, &text) < 0) {
        fprintf(stderr, "datafile_dump: cannot read %s\n", options.path);
        return 3;
    }
    Arena *arena = arena_new();
    DatafileParser *parser = datafile_parser_new();
    dump(arena, datafile_parse(parser, arena, buf_str(&text), options.kind, options.dialect));
    datafile_parser_free(parser);
    arena_free(arena);
    buf_free(&text);
    return 0;
}
