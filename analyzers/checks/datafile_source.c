/* datafile_source.c: a data source as a whole: its schema and the companions of its connector. */
#include "checks/datafile_check.h"

/* Words of which any one asks for all of `needed`. */
typedef struct {
    const char *what;
    const Keyword *needed;
    size_t needed_count;
    const Keyword *also; /* ask for them, too, but are not needed */
    size_t also_count;
} Companions;

static const Keyword kafka_words[] = {KEYWORD_KAFKA_CONNECTION_NAME, KEYWORD_KAFKA_TOPIC,
                                      KEYWORD_KAFKA_GROUP_ID};
static const Keyword bucket_words[] = {KEYWORD_IMPORT_CONNECTION_NAME, KEYWORD_IMPORT_BUCKET_URI,
                                       KEYWORD_IMPORT_SCHEDULE};
static const Keyword bucket_extras[] = {KEYWORD_IMPORT_FROM_TIMESTAMP, KEYWORD_IMPORT_FORMAT};
static const Keyword dynamodb_words[] = {KEYWORD_IMPORT_CONNECTION_NAME, KEYWORD_IMPORT_TABLE_ARN,
                                         KEYWORD_IMPORT_EXPORT_BUCKET};
static const Keyword postgres_words[] = {KEYWORD_PG_CONNECTION_NAME, KEYWORD_PG_TABLE};

static const Companions kafka = {"Kafka", kafka_words, ARRAY_LEN(kafka_words), NULL, 0};
static const Companions bucket = {"bucket", bucket_words, ARRAY_LEN(bucket_words), bucket_extras,
                                  ARRAY_LEN(bucket_extras)};
static const Companions dynamodb = {"DynamoDB", dynamodb_words, ARRAY_LEN(dynamodb_words), NULL, 0};
static const Companions postgres = {"Postgres", postgres_words, ARRAY_LEN(postgres_words), NULL, 0};

static const Instruction *first_present(const FileCheck *in, const Keyword *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Instruction *found = effective(in, words[i]);
        if (found)
            return found;
    }
    return NULL;
}

static void check_companions(const FileCheck *in, const Companions *group)
{
    const Instruction *some = first_present(in, group->needed, group->needed_count);
    if (!some)
        some = first_present(in, group->also, group->also_count);
    if (!some)
        return;
    Keyword missing[4];
    size_t count = 0;
    for (size_t i = 0; i < group->needed_count; i++)
        if (!effective(in, group->needed[i]))
            missing[count++] = group->needed[i];
    if (count == 0)
        return;
    Str words = keyword_list(in->arena, missing, count);
    datafile_report(
        in, RULE_TB905, some->word.range,
        str_fmt(in->arena, "%s without %.*s", group->what, STR_ARG(words)),
        str_fmt(in->arena, "'%.*s' needs %.*s as well: the file will be refused.",
                STR_ARG(instruction_word(some)), STR_ARG(words)),
        str_fmt(in->arena, "Add %.*s, or delete the other %s lines.", STR_ARG(words), group->what));
}

static void check_import_schedule(const FileCheck *in)
{
    const Instruction *at = effective(in, KEYWORD_IMPORT_SCHEDULE);
    if (!at || value_is_deferred(at->value.text) || at->words.len == 0)
        return;
    Str value = at->value.text;
    if (str_is(value, "@auto") || str_is(value, "@on-demand") || str_is(value, "@once"))
        return;
    datafile_refuse_value(in, at,
                          str_fmt(in->arena, "does not take '%.*s'", STR_ARG(shown(in, value))),
                          STR("Write '@auto', '@on-demand' or '@once'."));
}

static void check_group_id(const FileCheck *in)
{
    const Instruction *at = effective(in, KEYWORD_KAFKA_GROUP_ID);
    if (at && !at->is_block && at->words.len > 0 && str_trim(at->value.text).len == 0)
        datafile_refuse_value(in, at, STR("is empty"), STR("Name the consumer group."));
}

static void check_schema_present(const FileCheck *in)
{
    if (in->file->has_schema || absence_is_uncertain(in))
        return;
    Range range = {0, 0};
    if (in->file->instructions.len)
        range = in->file->instructions.items[0].word.range;
    datafile_report(in, RULE_TB905, range, STR("no SCHEMA"),
                    str_fmt(in->arena, "'%.*s' has no SCHEMA: the file will be refused.",
                            STR_ARG(in->resource->name)),
                    STR("Add 'SCHEMA >' and one column a line."));
}

void check_datasource_file(const FileCheck *in)
{
    if (!in->is_forward)
        return;
    check_schema_present(in);
    if (absence_is_uncertain(in))
        return;
    check_companions(in, &kafka);
    check_group_id(in);
    check_companions(in, &postgres);
    bool is_dynamodb =
        effective(in, KEYWORD_IMPORT_TABLE_ARN) || effective(in, KEYWORD_IMPORT_EXPORT_BUCKET);
    if (is_dynamodb) {
        check_companions(in, &dynamodb);
        return;
    }
    check_companions(in, &bucket);
    check_import_schedule(in);
}
