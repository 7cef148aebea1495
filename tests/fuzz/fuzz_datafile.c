/* fuzz_datafile.c: any bytes -> the facts of a datafile. The first byte picks kind and dialect. */
#include "touch.h"

#include "syntax/datafile.h"

static void touch_token(const Datafile *file, const Token *token)
{
    touch(token->text);
    touch_range(token->range, 0, file->text.len);
}

static void touch_type(const Type *type)
{
    touch(type->text);
    touch(type->name);
    for (size_t i = 0; i < type->arg_count; i++) {
        touch(type->args[i].name);
        touch(type->args[i].text);
        if (type->args[i].type)
            touch_type(type->args[i].type);
    }
}

static void walk_instructions(const Datafile *file)
{
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *at = &file->instructions.items[i];
        touch_token(file, &at->word);
        touch_token(file, &at->value);
        for (size_t k = 0; k < at->words.len; k++)
            touch_token(file, &at->words.items[k]);
        touch_range(at->range, 0, file->text.len);
        if (at->node >= (int)file->nodes.len)
            abort();
    }
}

static void walk_schema(const Datafile *file)
{
    for (size_t i = 0; i < file->columns.len; i++) {
        const Column *column = &file->columns.items[i];
        const Token *tokens[] = {&column->name, &column->type_text, &column->path,
                                 &column->default_expr, &column->codec};
        for (size_t k = 0; k < ARRAY_LEN(tokens); k++)
            touch_token(file, tokens[k]);
        if (column->type)
            touch_type(column->type);
        touch_range(column->range, 0, file->text.len);
        if (!datafile_column(file, column->name.text))
            abort();
    }
    for (size_t i = 0; i < file->indexes.len; i++) {
        const IndexDef *index = &file->indexes.items[i];
        const Token *tokens[] = {&index->name, &index->expr, &index->type, &index->granularity};
        for (size_t k = 0; k < ARRAY_LEN(tokens); k++)
            touch_token(file, tokens[k]);
        touch_range(index->range, 0, file->text.len);
    }
}

static void walk_nodes(const Datafile *file)
{
    for (size_t i = 0; i < file->nodes.len; i++) {
        const Node *node = &file->nodes.items[i];
        touch_token(file, &node->name);
        touch_token(file, &node->sql);
        touch_token(file, &node->type);
        touch_token(file, &node->datasource);
        touch_range(node->range, 0, file->text.len);
    }
}

static void walk_remarks(const Datafile *file)
{
    for (size_t i = 0; i < file->problems.len; i++) {
        const Problem *problem = &file->problems.items[i];
        touch(problem->message);
        touch(problem->suggestion);
        touch_range(problem->range, 0, file->text.len);
        if (problem->message.len == 0)
            abort(); /* a problem that says nothing */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Arena *arena = arena_new();
    DatafileParser *parser = datafile_parser_new();
    Str text = {(const char *)data + 1, size - 1};
    DatafileKind kind = (DatafileKind)(data[0] % 3);
    Dialect dialect = data[0] / 3 % 2 ? DIALECT_CLASSIC : DIALECT_FORWARD;
    const Datafile *file = datafile_parse(parser, arena, text, kind, dialect);
    walk_instructions(file);
    walk_schema(file);
    walk_nodes(file);
    walk_remarks(file);
    datafile_parser_free(parser);
    arena_free(arena);
    return 0;
}
