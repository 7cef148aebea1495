/* Everything in a datafile that is no column: keys, settings, queries, by meaning. */
#include "diff_internal.h"
#include "project_internal.h"
#include "view_meaning.h"

typedef enum {
    PART_TYPED, /* compared elsewhere, by what it means */
    PART_DESCRIPTION,
    PART_TOKENS,
    PART_TAGS,
    PART_SHARING,
    PART_CONNECTOR,
    PART_SETTINGS,
} Part;

static Part part_of(const Instruction *instruction)
{
    static const struct {
        const char *word;
        Part part;
    } parts[] = {
        {"SCHEMA", PART_TYPED},
        {"INDEXES", PART_TYPED},
        {"INDICES", PART_TYPED},
        {"FORWARD_QUERY", PART_TYPED},
        {"NODE", PART_TYPED},
        {"SQL", PART_TYPED},
        {"DESCRIPTION", PART_DESCRIPTION},
        {"TOKEN", PART_TOKENS},
        {"TAGS", PART_TAGS},
        {"SHARED_WITH", PART_SHARING},
    };
    Str word = instruction->word.text;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (str_is_nocase(word, parts[i].word))
            return parts[i].part;
    }
    if (is_connector_word(word))
        return PART_CONNECTOR;
    return str_starts_nocase(word, "ENGINE") ? PART_TYPED : PART_SETTINGS;
}

static Str node_name(const Datafile *file, const Instruction *instruction)
{
    if (instruction->node < 0 || (size_t)instruction->node >= file->nodes.len)
        return (Str){0};
    return file->nodes.items[instruction->node].name.text;
}

/* All instructions of a part as one text that does not depend on their order. */
static Str part_text(Arena *arena, const Datafile *file, Part part)
{
    Strs lines = {0};
    for (size_t i = 0; i < file->instructions.len; i++) {
        const Instruction *instruction = &file->instructions.items[i];
        if (part_of(instruction) != part)
            continue;
        Str value = squeezed(arena, instruction->value.text);
        if (instruction->keyword == KEYWORD_TYPE)
            value = str_lower(arena, value);
        vec_push(arena, &lines,
                 str_fmt(arena, "%.*s %.*s %.*s", STR_ARG(node_name(file, instruction)),
                         STR_ARG(str_lower(arena, instruction->word.text)), STR_ARG(value)));
    }
    sort_strs(&lines);
    return str_join(arena, lines.items, lines.len, "\n");
}

static bool part_differs(Loader *loader, const ResourceChange *change, Part part)
{
    return !str_eq(part_text(loader->arena, change->live->facts, part),
                   part_text(loader->arena, change->candidate->facts, part));
}

/* ---- queries ---- */

static bool same_query(Loader *loader, const Query *live, const Query *candidate, Str live_text,
                       Str candidate_text)
{
    if (str_eq(squeezed(loader->arena, live_text), squeezed(loader->arena, candidate_text)))
        return true;
    if (!live || !candidate || live->broken || candidate->broken || live->too_deep ||
        candidate->too_deep || live->has_template || candidate->has_template)
        return false;
    return str_eq(query_meaning(loader->arena, live), query_meaning(loader->arena, candidate));
}

static const Query *parse_instruction(Loader *loader, const Instruction *instruction)
{
    return sql_parse_query(loader->sql, loader->arena, instruction->value.text,
                           instruction->value.range.start);
}

static bool forward_query_differs(Loader *loader, const ResourceChange *change)
{
    const DatasourceFacts *live = change->live->datasource;
    const DatasourceFacts *candidate = change->candidate->datasource;
    if (!live->forward_query || !candidate->forward_query)
        return live->forward_query != candidate->forward_query;
    return !same_query(loader, parse_instruction(loader, live->forward_query),
                       parse_instruction(loader, candidate->forward_query),
                       live->forward_query->value.text, candidate->forward_query->value.text);
}

/* ---- data sources ---- */

static unsigned key_bits(const DatasourceFacts *a, const DatasourceFacts *b)
{
    const struct {
        const KeyExpr *live, *candidate;
        unsigned bit;
    } keys[] = {
        {&a->sorting_key, &b->sorting_key, KEY_SORTING},
        {&a->partition_key, &b->partition_key, KEY_PARTITION},
        {&a->primary_key, &b->primary_key, KEY_PRIMARY},
        {&a->sampling_key, &b->sampling_key, KEY_SAMPLING},
        {&a->ver, &b->ver, KEY_VER},
        {&a->is_deleted, &b->is_deleted, KEY_IS_DELETED},
        {&a->sign, &b->sign, KEY_SIGN},
        {&a->version, &b->version, KEY_VERSION},
        {&a->summing_columns, &b->summing_columns, KEY_SUMMING},
        {&a->settings, &b->settings, KEY_SETTINGS},
    };
    unsigned bits = str_eq(a->engine, b->engine) ? 0 : KEY_ENGINE;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (!str_eq(keys[i].live->normalized, keys[i].candidate->normalized))
            bits |= keys[i].bit;
    }
    return bits;
}

static bool ttl_differs(Arena *arena, const DatasourceFacts *a, const DatasourceFacts *b)
{
    if (a->ttl.present != b->ttl.present)
        return true;
    if (a->ttl.readable && b->ttl.readable)
        return !str_eq(a->ttl.normalized, b->ttl.normalized);
    return !str_eq(squeezed(arena, a->ttl_token.text), squeezed(arena, b->ttl_token.text));
}

static Str index_text(Loader *loader, const IndexDef *index)
{
    Arena *arena = loader->arena;
    const Expr *expr = sql_parse_expr(loader->sql, arena, index->expr.text, 0);
    Str text = expr ? expr_text(arena, expr) : squeezed(arena, index->expr.text);
    Str granularity = str_trim(index->granularity.text);
    if (granularity.len == 0)
        granularity = STR("1");
    return str_fmt(arena, "%.*s %.*s %.*s %.*s", STR_ARG(index->name.text), STR_ARG(text),
                   STR_ARG(squeezed(arena, index->type.text)), STR_ARG(granularity));
}

static Str indexes_text(Loader *loader, const Datafile *file)
{
    Strs lines = {0};
    for (size_t i = 0; i < file->indexes.len; i++)
        vec_push(loader->arena, &lines, index_text(loader, &file->indexes.items[i]));
    sort_strs(&lines);
    return str_join(loader->arena, lines.items, lines.len, "\n");
}

void diff_datasource(Loader *loader, ResourceChange *change)
{
    const Resource *live = change->live;
    const Resource *candidate = change->candidate;
    change->comparable = live->facts->has_schema && candidate->facts->has_schema;
    if (change->comparable)
        diff_columns(loader, change);
    change->keys = key_bits(live->datasource, candidate->datasource);
    change->ttl_changed = ttl_differs(loader->arena, live->datasource, candidate->datasource);
    change->indexes_changed =
        !str_eq(indexes_text(loader, live->facts), indexes_text(loader, candidate->facts));
    change->description_changed = part_differs(loader, change, PART_DESCRIPTION);
    change->tokens_changed = part_differs(loader, change, PART_TOKENS);
    change->tags_changed = part_differs(loader, change, PART_TAGS);
    change->sharing_changed = part_differs(loader, change, PART_SHARING);
    change->connector_changed = part_differs(loader, change, PART_CONNECTOR);
    change->connector_removed =
        live->datasource->has_connector && !candidate->datasource->has_connector;
    change->settings_changed = part_differs(loader, change, PART_SETTINGS);
    change->forward_query_changed = forward_query_differs(loader, change);
}

/* ---- pipes and connections ---- */

static bool nodes_differ(Loader *loader, const ResourceChange *change)
{
    const Nodes *live = &change->live->facts->nodes;
    const Nodes *candidate = &change->candidate->facts->nodes;
    if (live->len != candidate->len)
        return true;
    for (size_t i = 0; i < live->len; i++) {
        const NodeMeaning *before = node_meaning(loader, change->live, i, OTHERS_BY_NAME);
        const NodeMeaning *after = node_meaning(loader, change->candidate, i, OTHERS_BY_NAME);
        if (!str_eq(live->items[i].name.text, candidate->items[i].name.text) ||
            !str_eq(before->text, after->text))
            return true;
    }
    return false;
}

static bool spelling_differs(const Nodes *live, const Nodes *candidate)
{
    if (live->len != candidate->len)
        return true;
    for (size_t i = 0; i < live->len; i++) {
        if (!str_eq(live->items[i].sql.text, candidate->items[i].sql.text))
            return true;
    }
    return false;
}

static bool gives_other(Loader *loader, const ResourceChange *change, OtherPipes others)
{
    return !str_eq(pipe_outputs_meaning(loader, change->live, others),
                   pipe_outputs_meaning(loader, change->candidate, others));
}

void diff_pipe(Loader *loader, ResourceChange *change)
{
    change->view_changed = gives_other(loader, change, OTHERS_BY_CONTENT);
    change->query_changed = change->view_changed && gives_other(loader, change, OTHERS_BY_NAME);
    change->columns_only_added =
        change->view_changed && only_columns_added(loader, change->live, change->candidate);
    if (!change->query_changed) {
        change->nodes_changed = nodes_differ(loader, change);
        change->spelling_changed =
            !change->nodes_changed &&
            spelling_differs(&change->live->facts->nodes, &change->candidate->facts->nodes);
    }
    change->settings_changed = part_differs(loader, change, PART_SETTINGS);
    change->description_changed = part_differs(loader, change, PART_DESCRIPTION);
    change->tokens_changed = part_differs(loader, change, PART_TOKENS);
    change->tags_changed = part_differs(loader, change, PART_TAGS);
}

void diff_connection(Loader *loader, ResourceChange *change)
{
    change->description_changed = part_differs(loader, change, PART_DESCRIPTION);
    change->settings_changed =
        part_differs(loader, change, PART_SETTINGS) || part_differs(loader, change, PART_CONNECTOR);
}
