/* datafile_check.c: our reading of many datafiles, for the comparison with the official parsers.
 *
 * Usage: datafile_check forward|classic. Reads one JSON object a line from standard input, {"id",
 * "kind", "text"}, and answers one a line: {"id", "ok", "error", "code", "codes", "tree", "facts"}.
 * `ok` is false when the datafile family reports an error; `codes` are all its findings; `tree` is
 * true when the syntax tree has no ERROR node. One process serves thousands of files. */
#include "checks/check.h"
#include "syntax/datafile_language.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

typedef struct {
    Arena *arena;
    Dialect dialect;
    Project project;
    Resource resource;
    SourceFile source;
    Diff diff;
    Loader loader;
    ResourceChange change;
    Check check;
    Findings *findings;
} Bench;

static cJSON *text_json(Str text)
{
    char *copy = xmalloc(text.len + 1);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    cJSON *json = cJSON_CreateString(copy);
    free(copy);
    return json;
}

static DatafileKind kind_of(const char *kind)
{
    if (strcmp(kind, "datasource") == 0)
        return DATAFILE_DATASOURCE;
    return strcmp(kind, "pipe") == 0 ? DATAFILE_PIPE : DATAFILE_CONNECTION;
}

/* A project that holds this one file, new against an empty live side. */
static void prepare(Bench *bench, const Datafile *file, Str text)
{
    Arena *arena = bench->arena;
    bench->source = (SourceFile){.path = STR("file"), .loaded = true, .text = text};
    bench->resource = (Resource){.project = &bench->project,
                                 .kind = file->kind,
                                 .name = STR("file"),
                                 .file = &bench->source,
                                 .facts = file};
    bench->project = (Project){.root = STR("."),
                               .side = SIDE_CANDIDATE,
                               .dialect = bench->dialect,
                               .datasources = map_new(arena),
                               .pipes = map_new(arena),
                               .connections = map_new(arena)};
    Map *home = file->kind == DATAFILE_DATASOURCE ? bench->project.datasources
                : file->kind == DATAFILE_PIPE     ? bench->project.pipes
                                                  : bench->project.connections;
    map_put(home, bench->resource.name, &bench->resource);
    bench->change = (ResourceChange){.status = STATUS_NEW,
                                     .kind = file->kind,
                                     .name = bench->resource.name,
                                     .candidate = &bench->resource};
    bench->diff = (Diff){.datasources = map_new(arena), .pipes = map_new(arena)};
    map_put(bench->diff.datasources, bench->resource.name, &bench->change);
    bench->findings = findings_new(arena);
    bench->loader.everything = true; /* what the official parser refuses is never softened */
    bench->check = (Check){.arena = arena,
                           .diff = &bench->diff,
                           .loader = &bench->loader,
                           .findings = bench->findings,
                           .classic = bench->dialect == DIALECT_CLASSIC};
}

/* The first error in words, or NULL when there is none. */
static const Finding *first_error(const Findings *findings)
{
    for (size_t i = 0; i < findings->items.len; i++)
        if (findings->items.items[i].severity == SEVERITY_ERROR)
            return &findings->items.items[i];
    return NULL;
}

static void add_text(cJSON *to, const char *name, Str text)
{
    cJSON_AddItemToObject(to, name, text_json(text));
}

static cJSON *columns_json(const Datafile *file)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *column = &file->columns.items[i];
        cJSON *one = cJSON_CreateObject();
        add_text(one, "name", column->name.text);
        add_text(one, "type", column->type_text.text);
        add_text(one, "path", column->path.text);
        add_text(one, "default", column->default_expr.text);
        add_text(one, "codec", column->codec.text);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *indexes_json(const Datafile *file)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < file->indexes.len; i++) {
        const IndexDef *index = &file->indexes.items[i];
        cJSON *one = cJSON_CreateObject();
        add_text(one, "name", index->name.text);
        add_text(one, "expr", index->expr.text);
        add_text(one, "type", index->type.text);
        add_text(one, "granularity", index->granularity.text);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *nodes_json(const Datafile *file)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < file->nodes.len; i++) {
        const Node *node = &file->nodes.items[i];
        cJSON *one = cJSON_CreateObject();
        add_text(one, "name", node->name.text);
        add_text(one, "sql", node->sql.text);
        add_text(one, "type", node->type.text);
        add_text(one, "datasource", node->datasource.text);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

/* Name to value of ENGINE and ENGINE_*, the last of each. */
static cJSON *engine_json(const Datafile *file)
{
    cJSON *all = cJSON_CreateObject();
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *at = &file->instructions.items[i];
        if (at->keyword == KEYWORD_UNKNOWN)
            continue;
        const char *word = keyword_info(at->keyword)->word;
        if (strncmp(word, "ENGINE", 6) != 0)
            continue;
        cJSON_DeleteItemFromObject(all, word);
        add_text(all, word, at->value.text);
    }
    return all;
}

static cJSON *tokens_json(const Datafile *file)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *at = &file->instructions.items[i];
        if (at->keyword != KEYWORD_TOKEN || at->words.len < 2)
            continue;
        cJSON *one = cJSON_CreateArray();
        cJSON_AddItemToArray(one, text_json(at->words.items[0].text));
        cJSON_AddItemToArray(one, text_json(at->words.items[1].text));
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *answer_json(const Bench *bench, const Datafile *file)
{
    cJSON *answer = cJSON_CreateObject();
    const Finding *error = first_error(bench->findings);
    cJSON_AddBoolToObject(answer, "ok", error == NULL);
    add_text(answer, "error", error ? error->message : (Str){0});
    cJSON_AddStringToObject(answer, "code", error ? rule_get(error->rule)->code : "");
    cJSON *codes = cJSON_AddArrayToObject(answer, "codes");
    for (size_t i = 0; i < bench->findings->items.len; i++)
        cJSON_AddItemToArray(
            codes, cJSON_CreateString(rule_get(bench->findings->items.items[i].rule)->code));
    cJSON *facts = cJSON_AddObjectToObject(answer, "facts");
    cJSON_AddItemToObject(facts, "columns", columns_json(file));
    cJSON_AddItemToObject(facts, "indexes", indexes_json(file));
    cJSON_AddItemToObject(facts, "nodes", nodes_json(file));
    cJSON_AddItemToObject(facts, "engine", engine_json(file));
    cJSON_AddItemToObject(facts, "tokens", tokens_json(file));
    return answer;
}

static bool has_clean_tree(Str text, DatafileKind kind, Dialect dialect)
{
    DatafileLanguages *languages = datafile_languages_new();
    TSParser *parser = ts_parser_new();
    bool known = ts_parser_set_language(parser, datafile_language(languages, kind, dialect));
    TSTree *tree =
        known ? ts_parser_parse_string(parser, NULL, text.ptr, (uint32_t)text.len) : NULL;
    bool clean = tree && !ts_node_has_error(ts_tree_root_node(tree));
    ts_tree_delete(tree);
    ts_parser_delete(parser);
    datafile_languages_free(languages);
    return clean;
}

static void answer(DatafileParser *parser, Dialect dialect, const cJSON *question)
{
    Bench bench = {.arena = arena_new(), .dialect = dialect};
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(question, "text"));
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItem(question, "kind"));
    Str bytes = str_of(text ? text : "");
    const Datafile *file =
        datafile_parse(parser, bench.arena, bytes, kind_of(kind ? kind : "pipe"), dialect);
    prepare(&bench, file, bytes);
    datafile_files(&bench.check, &bench.project, bench.findings);
    cJSON *json = answer_json(&bench, file);
    cJSON_AddBoolToObject(json, "tree", has_clean_tree(bytes, file->kind, dialect));
    cJSON_AddItemToObject(json, "id", cJSON_Duplicate(cJSON_GetObjectItem(question, "id"), true));
    char *line = cJSON_PrintUnformatted(json);
    puts(line);
    fflush(stdout);
    free(line);
    cJSON_Delete(json);
    arena_free(bench.arena);
}

int main(int argc, char **argv)
{
    Dialect dialect =
        argc > 1 && strcmp(argv[1], "classic") == 0 ? DIALECT_CLASSIC : DIALECT_FORWARD;
    DatafileParser *parser = datafile_parser_new();
    char *line = NULL;
    size_t cap = 0;
    while (getline(&line, &cap, stdin) > 0) {
        cJSON *question = cJSON_Parse(line);
        if (question)
            answer(parser, dialect, question);
        cJSON_Delete(question);
    }
    free(line);
    datafile_parser_free(parser);
    return 0;
}
