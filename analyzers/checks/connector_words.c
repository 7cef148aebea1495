/* Reads and compares what a data source says of the connector that feeds it. */
#include "connector.h"

#include <string.h>

/* ---- what feeds it ---- */

Str connector_value(const Resource *datasource, Keyword keyword)
{
    if (!datasource || !datasource->facts)
        return (Str){0};
    return str_trim(datafile_value(datasource->facts, keyword));
}

static bool says(const Resource *datasource, Keyword keyword)
{
    return connector_value(datasource, keyword).len > 0;
}

ConnectorKind connector_kind(const Resource *datasource)
{
    Str service = connector_value(datasource, KEYWORD_IMPORT_SERVICE);
    if (says(datasource, KEYWORD_KAFKA_TOPIC) || says(datasource, KEYWORD_KAFKA_CONNECTION_NAME))
        return CONNECTOR_KAFKA;
    if (says(datasource, KEYWORD_IMPORT_BUCKET_URI))
        return CONNECTOR_BUCKET;
    if (says(datasource, KEYWORD_IMPORT_TABLE_ARN) || str_is_nocase(service, "dynamodb"))
        return CONNECTOR_DYNAMODB;
    if (says(datasource, KEYWORD_IMPORT_QUERY) ||
        says(datasource, KEYWORD_IMPORT_EXTERNAL_DATASOURCE) ||
        str_is_nocase(service, "bigquery") || str_is_nocase(service, "snowflake"))
        return CONNECTOR_DATABASE;
    if (service.len || says(datasource, KEYWORD_IMPORT_CONNECTION_NAME))
        return CONNECTOR_BUCKET;
    return CONNECTOR_NONE;
}

static Str named_source(Arena *arena, const char *what, const Resource *datasource, Keyword keyword)
{
    Str value = connector_value(datasource, keyword);
    if (value.len == 0 || is_substituted(value))
        return str_of(what);
    return str_fmt(arena, "%s '%.*s'", what, STR_ARG(value));
}

Str connector_meaning(Arena *arena, const Resource *datasource)
{
    static const Keyword keywords[] = {
        [CONNECTOR_KAFKA] = KEYWORD_KAFKA_TOPIC,
        [CONNECTOR_BUCKET] = KEYWORD_IMPORT_BUCKET_URI,
        [CONNECTOR_DYNAMODB] = KEYWORD_IMPORT_TABLE_ARN,
        [CONNECTOR_DATABASE] = KEYWORD_IMPORT_EXTERNAL_DATASOURCE,
    };
    ConnectorKind kind = connector_kind(datasource);
    if (kind == CONNECTOR_NONE)
        return STR("none");
    Keyword keyword = keywords[kind];
    return str_fmt(arena, "%s %.*s", keyword_info(keyword)->word,
                   STR_ARG(connector_value(datasource, keyword)));
}

Str connector_source(Arena *arena, const Resource *datasource)
{
    switch (connector_kind(datasource)) {
    case CONNECTOR_KAFKA:
        return named_source(arena, "Kafka topic", datasource, KEYWORD_KAFKA_TOPIC);
    case CONNECTOR_BUCKET:
        return named_source(arena, "bucket", datasource, KEYWORD_IMPORT_BUCKET_URI);
    case CONNECTOR_DYNAMODB:
        return named_source(arena, "DynamoDB table", datasource, KEYWORD_IMPORT_TABLE_ARN);
    case CONNECTOR_DATABASE:
        return named_source(arena, "database table", datasource,
                            KEYWORD_IMPORT_EXTERNAL_DATASOURCE);
    case CONNECTOR_NONE:
        break;
    }
    return STR("no connector");
}

/* A misspelt word may be one of the connector's; a broken block may have swallowed some. */
bool connector_is_readable(const Resource *datasource)
{
    const Datafile *file = datasource->facts;
    for (size_t i = 0; file && i < file->problems.len; i++) {
        ProblemKind kind = file->problems.items[i].kind;
        if (kind == PROBLEM_SYNTAX || kind == PROBLEM_UNKNOWN_WORD)
            return false;
    }
    return file != NULL;
}

/* ---- values ---- */

bool connector_value_is_sure(const Resource *datasource, Keyword keyword)
{
    const Instructions *all = &datasource->facts->instructions;
    if (!datasource->facts->has_include)
        return true;
    for (size_t i = all->len; i > 0; i--) {
        if (all->items[i - 1].keyword == KEYWORD_INCLUDE)
            return false;
        if (all->items[i - 1].keyword == keyword)
            return true;
    }
    return false;
}

static bool starts_variable(char c)
{
    return c == '{' || c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_substituted(Str value)
{
    if (str_find(value, "{{") >= 0 || str_find(value, "tb_secret") >= 0)
        return true;
    for (size_t i = 0; i + 1 < value.len; i++) {
        if (value.ptr[i] == '$' && starts_variable(value.ptr[i + 1]))
            return true;
    }
    return false;
}

/* Without blanks and quotes: {{tb_secret("a")}} and {{ tb_secret('a') }} are one. */
static Str bare_template(Arena *arena, Str value)
{
    char *out = arena_alloc(arena, value.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!strchr(" \t\r\n\"'", value.ptr[i]))
            out[len++] = value.ptr[i];
    }
    return (Str){out, len};
}

static bool ignores_case(Keyword keyword)
{
    return keyword == KEYWORD_IMPORT_SCHEDULE || keyword == KEYWORD_IMPORT_STRATEGY ||
           keyword == KEYWORD_IMPORT_SERVICE || keyword == KEYWORD_IMPORT_FORMAT ||
           keyword == KEYWORD_KAFKA_AUTO_OFFSET_RESET || keyword == KEYWORD_KAFKA_KEY_FORMAT ||
           keyword == KEYWORD_KAFKA_VALUE_FORMAT;
}

static Str value_or_default(const Resource *datasource, Keyword keyword)
{
    Str value = connector_value(datasource, keyword);
    if (value.len)
        return value;
    if (keyword == KEYWORD_IMPORT_SCHEDULE)
        return STR("@on-demand");
    if (keyword == KEYWORD_IMPORT_STRATEGY)
        return STR("replace");
    return keyword == KEYWORD_KAFKA_AUTO_OFFSET_RESET ? STR("latest") : value;
}

static void say_unjudged(const Check *check, const ResourceChange *change, Keyword keyword)
{
    const Resource *candidate = change->candidate;
    const Instruction *at = datafile_find(candidate->facts, keyword);
    check_unjudged(check, candidate->file, at ? at->range : (Range){0, 0},
                   str_fmt(check->arena,
                           "%s changed, but a secret or a variable hides its value: cannot compare "
                           "it with live",
                           keyword_info(keyword)->word));
}

bool connector_differs(const Check *check, const ResourceChange *change, Keyword keyword)
{
    Str live = value_or_default(change->live, keyword);
    Str candidate = value_or_default(change->candidate, keyword);
    if (!connector_value_is_sure(change->live, keyword) ||
        !connector_value_is_sure(change->candidate, keyword))
        return false;
    if (str_eq(live, candidate) || (ignores_case(keyword) && str_eq_nocase(live, candidate)))
        return false;
    if (!is_substituted(live) && !is_substituted(candidate))
        return true;
    if (!str_eq(bare_template(check->arena, live), bare_template(check->arena, candidate)))
        say_unjudged(check, change, keyword);
    return false;
}

/* ---- connections ---- */

static const Instruction *next_setting_line(const Datafile *file, size_t *at)
{
    while (*at < file->instructions.len) {
        const Instruction *line = &file->instructions.items[(*at)++];
        if (line->keyword != KEYWORD_DESCRIPTION)
            return line;
    }
    return NULL;
}

static bool same_settings(const Datafile *a, const Datafile *b)
{
    size_t at_a = 0, at_b = 0;
    for (;;) {
        const Instruction *one = next_setting_line(a, &at_a);
        const Instruction *other = next_setting_line(b, &at_b);
        if (!one || !other)
            return one == other;
        if (!str_eq_nocase(one->word.text, other->word.text) ||
            !str_eq(one->value.text, other->value.text))
            return false;
    }
}

bool connection_is_renamed(const Check *check, const ResourceChange *change, Keyword keyword)
{
    const ProjectSides *sides = &check->diff->sides;
    const Resource *live =
        project_find(sides->live, DATAFILE_CONNECTION, connector_value(change->live, keyword));
    const Resource *candidate = project_find(sides->candidate, DATAFILE_CONNECTION,
                                             connector_value(change->candidate, keyword));
    if (!live || !candidate)
        return false;
    if (memcmp(&live->file->id, &candidate->file->id, sizeof(BlobId)) == 0)
        return true;
    return live->facts && candidate->facts && same_settings(live->facts, candidate->facts);
}

/* ---- findings ---- */

Finding connector_finding(const Check *check, const ResourceChange *change, RuleId rule,
                          Keyword keyword)
{
    const Instruction *now = datafile_find(change->candidate->facts, keyword);
    const Instruction *before = datafile_find(change->live->facts, keyword);
    Finding finding = check_finding(check, rule, change, str_of(keyword_info(keyword)->word));
    if (now)
        finding.place = place_candidate(change->candidate, now->range, (Str){0});
    else if (before)
        finding.place = place_for_deleted(check, change, before->range);
    if (before)
        vec_push(check->arena, &finding.related,
                 place_live(change->live, before->range, STR("live value")));
    return finding;
}

static Str shown(Arena *arena, Str value)
{
    return value.len ? quoted(arena, value) : STR("nothing");
}

Str connector_step_text(Arena *arena, const ResourceChange *change, Keyword keyword)
{
    Str live = shown(arena, connector_value(change->live, keyword));
    Str candidate = shown(arena, connector_value(change->candidate, keyword));
    return str_fmt(arena, "and  %s: %.*s becomes %.*s", keyword_info(keyword)->word, STR_ARG(live),
                   STR_ARG(candidate));
}
