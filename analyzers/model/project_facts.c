/* What a parsed datafile says about a data source's storage or about a pipe's role. */
#include "project_internal.h"

static const char *const ENGINES[] = {
    "MergeTree",
    "ReplacingMergeTree",
    "SummingMergeTree",
    "AggregatingMergeTree",
    "CollapsingMergeTree",
    "VersionedCollapsingMergeTree",
    "GraphiteMergeTree",
    "Null",
    "Join",
    "Set",
    "Memory",
    "Log",
    "TinyLog",
    "StripeLog",
    "Buffer",
};

/* Where a token's text starts in its file; the text may be a joined copy. */
static uint32_t token_offset(const Datafile *file, Token token)
{
    const char *start = file->text.ptr;
    if (token.text.ptr >= start && token.text.ptr <= start + file->text.len)
        return (uint32_t)(token.text.ptr - start);
    return token.range.start;
}

static Token value_of(const Datafile *file, Keyword keyword)
{
    const Instruction *instruction = datafile_find(file, keyword);
    return instruction ? instruction->value : (Token){{NULL, 0}, {0, 0}};
}

/* ---- key expressions ---- */

typedef struct {
    Arena *arena;
    Strs *columns;
} ColumnSink;

static bool collect_column(const Expr *expr, void *context)
{
    ColumnSink *sink = context;
    if (expr->kind != EXPR_COLUMN || expr->path.len == 0)
        return true;
    Str name = expr->path.items[0].text;
    for (size_t i = 1; i < expr->path.len; i++)
        name = str_fmt(sink->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(expr->path.items[i].text));
    for (size_t i = 0; i < sink->columns->len; i++) {
        if (str_eq(sink->columns->items[i], name))
            return true;
    }
    if (sink->columns->len < 256)
        vec_push(sink->arena, sink->columns, name);
    return true;
}

static bool is_tuple(const Expr *expr)
{
    if (expr->kind == EXPR_TUPLE)
        return true;
    return expr->kind == EXPR_CALL && str_is(expr->name, "tuple") && expr->params.len == 0;
}

/* (a), tuple(a) and a are one key; so are (a, b), tuple(a, b) and a, b. */
static Str key_text(Arena *arena, const Expr *expr, int depth)
{
    if (!is_tuple(expr))
        return expr_text(arena, expr);
    if (expr->args.len == 1 && depth < 16)
        return key_text(arena, expr->args.items[0], depth + 1);
    Strs parts = {0};
    for (size_t i = 0; i < expr->args.len; i++)
        vec_push(arena, &parts, expr_text(arena, expr->args.items[i]));
    return str_join(arena, parts.items, parts.len, ", ");
}

static KeyExpr key_of(Loader *loader, const Datafile *file, Keyword keyword)
{
    KeyExpr key = {.keyword = keyword, .token = value_of(file, keyword)};
    Str text = str_trim(key.token.text);
    if (text.len == 0)
        return key;
    uint32_t offset = token_offset(file, key.token);
    const Expr *expr = sql_parse_expr(loader->sql, loader->arena, key.token.text, offset);
    if (!expr) {
        key.normalized = squeezed(loader->arena, text);
        return key;
    }
    key.normalized = key_text(loader->arena, expr, 0);
    ColumnSink sink = {loader->arena, &key.columns};
    expr_walk(expr, collect_column, &sink);
    return key;
}

/* ---- settings ---- */

static KeyExpr settings_of(Loader *loader, const Datafile *file)
{
    Arena *arena = loader->arena;
    KeyExpr key = {.keyword = KEYWORD_ENGINE_SETTINGS,
                   .token = value_of(file, KEYWORD_ENGINE_SETTINGS)};
    Strs parts = {0};
    Str rest = key.token.text;
    for (Setting setting; next_setting(&rest, &setting);) {
        Str name = str_lower(arena, setting.name);
        vec_push(arena, &parts, str_fmt(arena, "%.*s=%.*s", STR_ARG(name), STR_ARG(setting.value)));
    }
    sort_strs(&parts);
    key.normalized = str_join(arena, parts.items, parts.len, ", ");
    return key;
}

/* ---- engine ---- */

/* "ReplacingMergeTree(ver)" and the old "MergeTree SORTING_KEY ts" keep what follows the name. */
static Str engine_name(Arena *arena, Str value)
{
    value = str_trim(value);
    size_t end = 0;
    while (end < value.len && value.ptr[end] != ' ' && value.ptr[end] != '(')
        end++;
    Str name = str_slice(value, 0, end);
    Str rest = squeezed(arena, str_slice(value, end, value.len));
    if (name.len == 0)
        return STR("MergeTree");
    for (size_t i = 0; i < ARRAY_LEN(ENGINES); i++) {
        if (str_is_nocase(name, ENGINES[i]))
            name = str_of(ENGINES[i]);
    }
    if (rest.len == 0 || str_is(rest, "()"))
        return name;
    return str_fmt(arena, "%.*s %.*s", STR_ARG(name), STR_ARG(rest));
}

bool is_connector_word(Str word)
{
    return str_starts_nocase(word, "KAFKA_") || str_starts_nocase(word, "IMPORT_");
}

static bool has_connector(const Datafile *file)
{
    for (size_t i = 0; i < file->instructions.len; i++) {
        if (is_connector_word(file->instructions.items[i].word.text))
            return true;
    }
    return false;
}

static bool has_jsonpaths(const Datafile *file)
{
    for (size_t i = 0; i < file->columns.len; i++) {
        if (file->columns.items[i].path.text.len)
            return true;
    }
    return false;
}

static void read_keys(Loader *loader, const Datafile *file, DatasourceFacts *facts)
{
    facts->sorting_key = key_of(loader, file, KEYWORD_ENGINE_SORTING_KEY);
    facts->partition_key = key_of(loader, file, KEYWORD_ENGINE_PARTITION_KEY);
    facts->primary_key = key_of(loader, file, KEYWORD_ENGINE_PRIMARY_KEY);
    facts->sampling_key = key_of(loader, file, KEYWORD_ENGINE_SAMPLING_KEY);
    facts->ver = key_of(loader, file, KEYWORD_ENGINE_VER);
    facts->is_deleted = key_of(loader, file, KEYWORD_ENGINE_IS_DELETED);
    facts->sign = key_of(loader, file, KEYWORD_ENGINE_SIGN);
    facts->version = key_of(loader, file, KEYWORD_ENGINE_VERSION);
    facts->summing_columns = key_of(loader, file, KEYWORD_ENGINE_COLUMNS);
    facts->settings = settings_of(loader, file);
    /* ClickHouse takes the sorting key where no primary key is given. */
    if (str_eq(facts->primary_key.normalized, facts->sorting_key.normalized))
        facts->primary_key.normalized = (Str){0};
}

/* A bare number counts seconds or days by the type of the column before it. */
static void resolve_ttl(const Datafile *file, Ttl *ttl)
{
    for (size_t i = 0; i < ttl->rules.len; i++) {
        TtlRule *rule = &ttl->rules.items[i];
        const Column *column = datafile_column(file, rule->column);
        if (column != NULL && column->type != NULL)
            ttl_rule_resolve(rule, column->type);
    }
}

DatasourceFacts *datasource_facts(Loader *loader, const Datafile *file)
{
    DatasourceFacts *facts = ARENA_NEW(loader->arena, DatasourceFacts);
    facts->engine_token = value_of(file, KEYWORD_ENGINE);
    facts->engine = engine_name(loader->arena, facts->engine_token.text);
    read_keys(loader, file, facts);
    facts->ttl_token = value_of(file, KEYWORD_ENGINE_TTL);
    facts->ttl = ttl_parse(loader->sql, loader->arena, facts->ttl_token.text,
                           token_offset(file, facts->ttl_token));
    resolve_ttl(file, &facts->ttl);
    for (size_t i = 0; i < file->instructions.len; i++) {
        if (file->instructions.items[i].keyword == KEYWORD_FORWARD_QUERY) {
            facts->forward_query = &file->instructions.items[i];
            facts->forward_query_count++;
        }
    }
    facts->has_jsonpaths = has_jsonpaths(file);
    facts->has_connector = has_connector(file);
    return facts;
}

/* ---- pipes ---- */

static PipeType pipe_type_of(Str type)
{
    if (str_is_nocase(type, "materialized"))
        return PIPE_MATERIALIZED;
    if (str_is_nocase(type, "copy"))
        return PIPE_COPY;
    if (str_is_nocase(type, "sink"))
        return PIPE_SINK;
    return str_is_nocase(type, "endpoint") ? PIPE_ENDPOINT : PIPE_PLAIN;
}

const char *pipe_type_text(PipeType type)
{
    static const char *const texts[] = {"pipe", "endpoint", "materialized", "copy", "sink"};
    return texts[type];
}

PipeFacts *pipe_facts(Loader *loader, const Datafile *file)
{
    PipeFacts *facts = ARENA_NEW(loader->arena, PipeFacts);
    facts->queries = ARENA_ARRAY(loader->arena, QueryVariants, file->nodes.len);
    facts->tables = ARENA_ARRAY(loader->arena, Map *, file->nodes.len);
    facts->node = -1;
    for (size_t i = 0; i < file->nodes.len && facts->node < 0; i++) {
        const Node *node = &file->nodes.items[i];
        PipeType type = pipe_type_of(str_trim(node->type.text));
        if (type == PIPE_PLAIN)
            continue;
        facts->type = type;
        facts->node = (int)i;
        facts->target = node->datasource.text;
    }
    return facts;
}

Derived *derived_of(Loader *loader, const Resource *resource)
{
    if (!resource->derived)
        ((Resource *)(uintptr_t)resource)->derived = ARENA_NEW(loader->arena, Derived);
    return resource->derived;
}
