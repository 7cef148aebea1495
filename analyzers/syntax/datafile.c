/* datafile.c: the tree of a datafile -> its instructions and nodes. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datafile_build.h"
#include "datafile_language.h"

/* A file with more problems than these is no datafile; the rest of it is not read. */
enum { FEW_COLUMNS = 8 };

struct DatafileParser {
    TSParser *parser;
    DatafileLanguages *languages;
};

DatafileParser *datafile_parser_new(void)
{
    DatafileParser *parser = xmalloc(sizeof(*parser));
    parser->parser = ts_parser_new();
    parser->languages = datafile_languages_new();
    return parser;
}

void datafile_parser_free(DatafileParser *parser)
{
    if (!parser)
        return;
    ts_parser_delete(parser->parser);
    datafile_languages_free(parser->languages);
    free(parser);
}

/* ---- shared helpers ------------------------------------------------------------------------- */

bool facts_is_hopeless(const Facts *facts)
{
    return facts->file->problems.len >= DATAFILE_MAX_PROBLEMS;
}

void facts_problem(Facts *facts, ProblemKind kind, Range range, Str suggestion, const char *format,
                   ...)
{
    if (facts_is_hopeless(facts))
        return;
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    Problem problem = {kind, str_copy(facts->arena, str_of(message)), suggestion, range};
    vec_push(facts->arena, &facts->file->problems, problem);
}

Range node_range(TSNode node)
{
    return (Range){ts_node_start_byte(node), ts_node_end_byte(node)};
}

bool node_is(TSNode node, const char *type)
{
    return strcmp(ts_node_type(node), type) == 0;
}

Token facts_token(const Facts *facts, Range range)
{
    return (Token){str_range(facts->file->text, range), range};
}

/* ---- instructions --------------------------------------------------------------------------- */

static void unknown_word(Facts *facts, Token word)
{
    DatafileKind kind = facts->file->kind;
    Str name = word.text;
    if (str_ends(name, ">") && keyword_find(str_slice(name, 0, name.len - 1)) != KEYWORD_UNKNOWN) {
        name.len--;
        facts_problem(facts, PROBLEM_UNKNOWN_WORD, word.range,
                      str_fmt(facts->arena, "%.*s >", STR_ARG(name)),
                      "'%.*s' needs a blank before its '>'", STR_ARG(name));
        return;
    }
    Str near = keyword_suggest(name, kind, facts->file->dialect);
    Str shown = str_slice(name, 0, 80);
    if (near.len)
        facts_problem(facts, PROBLEM_UNKNOWN_WORD, word.range, near,
                      "'%.*s' is no instruction; '%.*s' is the nearest", STR_ARG(shown),
                      STR_ARG(near));
    else
        facts_problem(facts, PROBLEM_UNKNOWN_WORD, word.range, near, "'%.*s' is no instruction",
                      STR_ARG(shown));
}

/* The text of a block, or of the lines of SCHEMA and INDEXES. */
static void read_body(Facts *facts, TSNode node, Instruction *instruction)
{
    Datafile *file = facts->file;
    Range body = {0, 0};
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    bool more = ts_tree_cursor_goto_first_child(&cursor);
    for (; more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
        TSNode child = ts_tree_cursor_current_node(&cursor);
        const char *field = ts_tree_cursor_current_field_name(&cursor);
        Range range = node_range(child);
        bool is_index = node_is(child, "index");
        if (node_is(child, ">"))
            instruction->is_block = true;
        else if (node_is(child, "discarded_text"))
            facts_problem(facts, PROBLEM_SYNTAX, range, (Str){0},
                          "text after '>' is thrown away; it belongs on the next line");
        if (node_is(child, "columns"))
            read_columns(facts, child);
        if (is_index)
            read_index(facts, range);
        bool is_body = is_index || (field && strcmp(field, "body") == 0) ||
                       (field && strcmp(field, "columns") == 0);
        if (is_body)
            body = (Range){body.end ? body.start : range.start, range.end};
    }
    ts_tree_cursor_delete(&cursor);
    if (instruction->is_block)
        instruction->value = (Token){str_trim(str_range(file->text, body)), body};
}

static bool opens_node(Keyword keyword)
{
    return keyword_info(keyword)->repeat == REPEAT_NEW_NODE;
}

static bool is_template_sql(Str sql)
{
    Str trimmed = str_trim(sql);
    return trimmed.len && trimmed.ptr[0] == '%';
}

static void open_node(Facts *facts, const Instruction *instruction)
{
    Nodes *nodes = &facts->file->nodes;
    if (nodes->len)
        nodes->items[nodes->len - 1].range.end = instruction->range.start;
    Node node = {.range = {instruction->range.start, (uint32_t)facts->file->text.len}};
    if (instruction->words.len)
        node.name = instruction->words.items[0];
    vec_push(facts->arena, nodes, node);
}

static void fill_node(Facts *facts, const Instruction *instruction)
{
    Node *node = &facts->file->nodes.items[instruction->node];
    switch (instruction->keyword) {
    case KEYWORD_SQL:
        node->sql = instruction->value;
        node->is_template = is_template_sql(instruction->value.text);
        break;
    case KEYWORD_TYPE:
        node->type =
            (Token){str_lower(facts->arena, instruction->value.text), instruction->value.range};
        break;
    case KEYWORD_DATASOURCE:
    case KEYWORD_TARGET_DATASOURCE:
        node->datasource = instruction->value;
        break;
    default:
        break;
    }
}

static void not_parsed(Facts *facts, TSNode node)
{
    facts_problem(facts, PROBLEM_SYNTAX, node_range(node), (Str){0}, "this text does not parse");
}

static void add_instruction(Facts *facts, TSNode node)
{
    Datafile *file = facts->file;
    TSNode word = ts_node_child_by_field_name(node, "keyword", 7);
    /* Where the parser gives the whole file up, parts of instructions stand at the top. */
    if (ts_node_is_null(word)) {
        not_parsed(facts, node);
        return;
    }
    Instruction instruction = {.word = facts_token(facts, node_range(word)),
                               .range = node_range(node)};
    instruction.keyword = keyword_find(instruction.word.text);
    if (instruction.keyword == KEYWORD_SCHEMA)
        file->columns.len = 0;
    if (instruction.keyword == KEYWORD_INDEXES || instruction.keyword == KEYWORD_INDICES)
        file->indexes.len = 0;
    read_body(facts, node, &instruction);
    if (!instruction.is_block)
        read_values(facts, node, &instruction);
    if (opens_node(instruction.keyword))
        open_node(facts, &instruction);
    instruction.node = (int)file->nodes.len - 1;
    if (instruction.keyword == KEYWORD_UNKNOWN)
        unknown_word(facts, instruction.word);
    file->has_schema = file->has_schema || instruction.keyword == KEYWORD_SCHEMA;
    file->has_include = file->has_include || instruction.keyword == KEYWORD_INCLUDE;
    if (instruction.node >= 0)
        fill_node(facts, &instruction);
    vec_push(facts->arena, &file->instructions, instruction);
}

static void add_child(Facts *facts, TSNode child)
{
    if (node_is(child, "comment"))
        return;
    if (node_is(child, "stray_line"))
        facts_problem(facts, PROBLEM_SYNTAX, node_range(child), (Str){0},
                      "a quote on this line is not closed");
    else if (ts_node_is_named(child) && !node_is(child, "ERROR"))
        add_instruction(facts, child);
    else
        not_parsed(facts, child);
}

static void check_start(Facts *facts)
{
    if (str_starts(facts->file->text, "\xEF\xBB\xBF"))
        facts_problem(facts, PROBLEM_SYNTAX, (Range){0, 3}, (Str){0},
                      "the file begins with a byte order mark, which becomes part of its first "
                      "word");
}

static bool includes_only(const Datafile *file)
{
    for (size_t i = 0; i < file->instructions.len; i++)
        if (file->instructions.items[i].keyword != KEYWORD_INCLUDE)
            return false;
    return file->instructions.len > 0 && file->dialect == DIALECT_CLASSIC;
}

/* The first column of a name is the one that is found. */
static void index_columns(Arena *arena, Datafile *file)
{
    if (file->columns.len <= FEW_COLUMNS)
        return;
    file->by_name = map_new(arena);
    map_reserve(file->by_name, file->columns.len);
    for (size_t i = file->columns.len; i-- > 0;)
        map_put(file->by_name, file->columns.items[i].name.text, &file->columns.items[i]);
}

const Datafile *datafile_parse(DatafileParser *parser, Arena *arena, Str text, DatafileKind kind,
                               Dialect dialect)
{
    Datafile *file = ARENA_NEW(arena, Datafile);
    file->kind = kind;
    file->dialect = dialect;
    file->text = text;
    Facts facts = {arena, file};
    ts_parser_set_language(parser->parser, datafile_language(parser->languages, kind, dialect));
    TSTree *tree =
        ts_parser_parse_string(parser->parser, NULL, text.len ? text.ptr : "", (uint32_t)text.len);
    check_start(&facts);
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
    bool more = ts_tree_cursor_goto_first_child(&cursor);
    for (; more && !facts_is_hopeless(&facts); more = ts_tree_cursor_goto_next_sibling(&cursor))
        add_child(&facts, ts_tree_cursor_current_node(&cursor));
    ts_tree_cursor_delete(&cursor);
    ts_tree_delete(tree);
    ts_parser_reset(parser->parser);
    file->is_include_only = includes_only(file);
    index_columns(arena, file);
    return file;
}

/* ---- questions ------------------------------------------------------------------------------ */

static const Instruction *find_last(const Datafile *file, Keyword keyword, int node, bool any)
{
    for (size_t i = file->instructions.len; i-- > 0;) {
        const Instruction *instruction = &file->instructions.items[i];
        if (instruction->keyword == keyword && (any || instruction->node == node))
            return instruction;
    }
    return NULL;
}

const Instruction *datafile_find(const Datafile *file, Keyword keyword)
{
    return find_last(file, keyword, 0, true);
}

const Instruction *datafile_find_in_node(const Datafile *file, Keyword keyword, int node)
{
    return find_last(file, keyword, node, false);
}

Str datafile_value(const Datafile *file, Keyword keyword)
{
    const Instruction *instruction = datafile_find(file, keyword);
    return instruction ? instruction->value.text : (Str){0};
}

const Column *datafile_column(const Datafile *file, Str name)
{
    if (file->by_name)
        return map_get(file->by_name, name);
    for (size_t i = 0; i < file->columns.len; i++)
        if (str_eq(file->columns.items[i].name.text, name))
            return &file->columns.items[i];
    return NULL;
}
