/* migration_stream.c: whether legacy and replica read different streams. */
#include "migration_stream.h"

#include "connector.h"
#include "model/bucket_pattern.h"

/* The value of that instruction; empty where the file does not say it for sure. */
static Str known_value(const Resource *datasource, Keyword keyword)
{
    Str value = connector_value(datasource, keyword);
    bool known = connector_is_readable(datasource) && !is_substituted(value) &&
                 connector_value_is_sure(datasource, keyword);
    return known ? value : (Str){0};
}

static bool other_files(const Check *check, const Resource *a, const Resource *b)
{
    Str old = known_value(a, KEYWORD_IMPORT_BUCKET_URI);
    Str new = known_value(b, KEYWORD_IMPORT_BUCKET_URI);
    return old.len > 0 && new.len > 0 &&
           bucket_patterns_meet(check->arena, old, new) == PATTERNS_APART;
}

static bool other_topic(const Resource *a, const Resource *b)
{
    Str old = known_value(a, KEYWORD_KAFKA_TOPIC);
    Str new = known_value(b, KEYWORD_KAFKA_TOPIC);
    return old.len > 0 && new.len > 0 && !str_eq(old, new);
}

bool migration_reads_elsewhere(const Check *check, const Migration *m)
{
    if (m->legacy == NULL || m->legacy->facts == NULL || m->replica->facts == NULL)
        return false;
    ConnectorKind kind = connector_kind(m->legacy);
    if (kind != connector_kind(m->replica))
        return false;
    if (kind == CONNECTOR_BUCKET)
        return other_files(check, m->legacy, m->replica);
    return kind == CONNECTOR_KAFKA && other_topic(m->legacy, m->replica);
}
