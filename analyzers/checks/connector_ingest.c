/* Connectors that change in place or go: what a live data source reads from then on. TB701, TB704.
 */
#include "connector.h"

/* ---- the settings of TB701, the weightiest first ---- */

enum { KAFKA = 1u << CONNECTOR_KAFKA, BUCKET = 1u << CONNECTOR_BUCKET };
enum { DYNAMODB = 1u << CONNECTOR_DYNAMODB, DATABASE = 1u << CONNECTOR_DATABASE };

typedef struct {
    Keyword keyword;
    unsigned kinds;    /* of connectors */
    bool only_classic; /* Forward ignores or refuses the word */
    bool is_required;  /* without it there is no connector: nothing to compare */
} Setting;

static const Setting SETTINGS[] = {
    {KEYWORD_IMPORT_BUCKET_URI, BUCKET, false, true},
    {KEYWORD_IMPORT_TABLE_ARN, DYNAMODB, false, true},
    {KEYWORD_IMPORT_EXTERNAL_DATASOURCE, DATABASE, false, true},
    {KEYWORD_IMPORT_SERVICE, BUCKET | DATABASE, true, true},
    {KEYWORD_KAFKA_CONNECTION_NAME, KAFKA, false, true},
    {KEYWORD_IMPORT_CONNECTION_NAME, BUCKET | DYNAMODB | DATABASE, false, true},
    {KEYWORD_IMPORT_STRATEGY, BUCKET | DATABASE, true, false},
    {KEYWORD_IMPORT_FORMAT, BUCKET, false, false},
    {KEYWORD_KAFKA_VALUE_FORMAT, KAFKA, false, false},
    {KEYWORD_KAFKA_KEY_FORMAT, KAFKA, false, false},
    {KEYWORD_IMPORT_FROM_TIMESTAMP, BUCKET, false, false},
    {KEYWORD_IMPORT_SCHEDULE, BUCKET, false, false},
};

static bool is_connection(Keyword keyword)
{
    return keyword == KEYWORD_KAFKA_CONNECTION_NAME || keyword == KEYWORD_IMPORT_CONNECTION_NAME;
}

static bool setting_differs(const Check *check, const ResourceChange *change,
                            const Setting *setting)
{
    Keyword keyword = setting->keyword;
    bool one_lacks_it = !connector_value(change->live, keyword).len ||
                        !connector_value(change->candidate, keyword).len;
    if ((setting->only_classic && !check->classic) || (setting->is_required && one_lacks_it) ||
        !connector_differs(check, change, keyword))
        return false;
    return !is_connection(keyword) || !connection_is_renamed(check, change, keyword);
}

/* ---- what each setting does ---- */

typedef struct {
    Arena *arena;
    Str name; /* of the data source */
    Str live, candidate;
} Step;

/* The path before the first wildcard. */
static Str fixed_part(Str uri)
{
    size_t end = 0;
    while (end < uri.len && uri.ptr[end] != '*' && uri.ptr[end] != '?' && uri.ptr[end] != '{' &&
           uri.ptr[end] != '[')
        end++;
    return str_slice(uri, 0, end);
}

static bool may_overlap(Str one, Str other)
{
    one = fixed_part(one);
    other = fixed_part(other);
    size_t shared = one.len < other.len ? one.len : other.len;
    return str_eq(str_slice(one, 0, shared), str_slice(other, 0, shared));
}

static Str bucket_message(const Step *step)
{
    const char *end = may_overlap(step->live, step->candidate)
                          ? "files that both match may come in twice"
                          : "new files under the old path are left out";
    return str_fmt(step->arena, "'%.*s' will read '%.*s' instead of '%.*s': %s.",
                   STR_ARG(step->name), STR_ARG(step->candidate), STR_ARG(step->live), end);
}

static Str schedule_message(const Step *step)
{
    bool was_auto = str_is_nocase(step->live, "@auto");
    bool is_auto = str_is_nocase(step->candidate, "@auto");
    if (was_auto)
        return str_fmt(step->arena,
                       "'%.*s' will no longer take new files by itself: they wait until someone "
                       "syncs it.",
                       STR_ARG(step->name));
    if (is_auto)
        return str_fmt(step->arena,
                       "'%.*s' will take new files by itself: files that were synced before may "
                       "come in again.",
                       STR_ARG(step->name));
    return str_fmt(step->arena,
                   "The schedule of '%.*s' changes in place: files may be left out or come in "
                   "twice.",
                   STR_ARG(step->name));
}

static Str timestamp_message(const Step *step)
{
    if (step->candidate.len == 0)
        return str_fmt(step->arena,
                       "'%.*s' will take files of any age, not only from '%.*s' on: older ones "
                       "may come in.",
                       STR_ARG(step->name), STR_ARG(step->live));
    if (step->live.len == 0)
        return str_fmt(step->arena,
                       "'%.*s' will take only files from '%.*s' on: older ones that are not in yet "
                       "are left out.",
                       STR_ARG(step->name), STR_ARG(step->candidate));
    return str_fmt(step->arena,
                   "'%.*s' will take files from '%.*s' on, not from '%.*s': those between may be "
                   "left out or come in twice.",
                   STR_ARG(step->name), STR_ARG(step->candidate), STR_ARG(step->live));
}

static Str strategy_message(const Step *step)
{
    if (str_is_nocase(step->candidate, "append"))
        return str_fmt(step->arena,
                       "Imports into '%.*s' change from replace to append: the next one may double "
                       "its rows.",
                       STR_ARG(step->name));
    return str_fmt(step->arena,
                   "Imports into '%.*s' change from append to replace: the next one overwrites all "
                   "its rows.",
                   STR_ARG(step->name));
}

static Str format_message(const Step *step)
{
    return str_fmt(step->arena,
                   "'%.*s' will read its input in another format: what still comes in the old one "
                   "may end in quarantine.",
                   STR_ARG(step->name));
}

static Str step_message(const Step *step, Keyword keyword)
{
    switch ((int)keyword) {
    case KEYWORD_IMPORT_BUCKET_URI:
        return bucket_message(step);
    case KEYWORD_IMPORT_SCHEDULE:
        return schedule_message(step);
    case KEYWORD_IMPORT_FROM_TIMESTAMP:
        return timestamp_message(step);
    case KEYWORD_IMPORT_STRATEGY:
        return strategy_message(step);
    case KEYWORD_IMPORT_FORMAT:
    case KEYWORD_KAFKA_VALUE_FORMAT:
    case KEYWORD_KAFKA_KEY_FORMAT:
        return format_message(step);
    case KEYWORD_KAFKA_CONNECTION_NAME:
        return str_fmt(step->arena,
                       "'%.*s' will read through connection '%.*s' instead of '%.*s': on another "
                       "cluster, messages may be left out or come in twice.",
                       STR_ARG(step->name), STR_ARG(step->candidate), STR_ARG(step->live));
    default:
        break;
    }
    return str_fmt(step->arena,
                   "'%.*s' will read from '%.*s' instead of '%.*s': rows may be left out or come "
                   "in twice.",
                   STR_ARG(step->name), STR_ARG(step->candidate), STR_ARG(step->live));
}

/* ---- TB701 ---- */

static void report_setting(const Check *check, const ResourceChange *change, const Keyword *changed,
                           size_t count, bool is_refused)
{
    Arena *arena = check->arena;
    Keyword first = changed[0];
    Finding finding = connector_finding(check, change, RULE_TB701, first);
    Step step = {arena, change->name, connector_value(change->live, first),
                 connector_value(change->candidate, first)};
    finding.message = step_message(&step, first);
    finding.advice = STR("Put the new setting on a new data source beside this one, and move the "
                         "readers once both hold what they need.");
    if (is_refused) {
        finding.severity = SEVERITY_ERROR;
        finding.refuses_deploy = true;
        finding.message =
            str_fmt(arena, "The deploy is refused: Classic cannot change %s of '%.*s' in place.",
                    keyword_info(first)->word, STR_ARG(change->name));
    }
    Strs live = {0}, candidate = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            vec_push(arena, &finding.details, connector_step_text(arena, change, changed[i]));
        vec_push(arena, &live, connector_value(change->live, changed[i]));
        vec_push(arena, &candidate, connector_value(change->candidate, changed[i]));
    }
    finding.live_meaning = str_join(arena, live.items, live.len, "\n");
    finding.candidate_meaning = str_join(arena, candidate.items, candidate.len, "\n");
    findings_add(check->findings, finding);
}

static void check_settings(const Check *check, const ResourceChange *change, ConnectorKind kind,
                           bool stream_is_told)
{
    Keyword changed[ARRAY_LEN(SETTINGS)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++) {
        const Setting *setting = &SETTINGS[i];
        bool is_told = stream_is_told && setting->keyword == KEYWORD_KAFKA_CONNECTION_NAME;
        if ((setting->kinds & 1u << kind) && !is_told && setting_differs(check, change, setting))
            changed[count++] = setting->keyword;
    }
    if (count)
        report_setting(check, change, changed, count, check->classic && kind == CONNECTOR_BUCKET);
}

static const Instruction *connector_line(const Resource *datasource)
{
    static const Keyword words[] = {
        KEYWORD_KAFKA_TOPIC,
        KEYWORD_KAFKA_CONNECTION_NAME,
        KEYWORD_IMPORT_BUCKET_URI,
        KEYWORD_IMPORT_TABLE_ARN,
        KEYWORD_IMPORT_EXTERNAL_DATASOURCE,
        KEYWORD_IMPORT_QUERY,
        KEYWORD_IMPORT_CONNECTION_NAME,
        KEYWORD_IMPORT_SERVICE,
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const Instruction *line = datafile_find(datasource->facts, words[i]);
        if (line && str_trim(line->value.text).len)
            return line;
    }
    return NULL;
}

static void report_exchanged(const Check *check, const ResourceChange *change)
{
    Arena *arena = check->arena;
    const Instruction *before = connector_line(change->live);
    const Instruction *now = connector_line(change->candidate);
    Finding finding = check_finding(check, RULE_TB701, change, STR("connector"));
    if (now)
        finding.place = place_candidate(change->candidate, now->range, (Str){0});
    if (before)
        vec_push(arena, &finding.related,
                 place_live(change->live, before->range, STR("live connector")));
    finding.live_meaning = connector_meaning(arena, change->live);
    finding.candidate_meaning = connector_meaning(arena, change->candidate);
    finding.message = str_fmt(
        arena,
        "'%.*s' will read from %.*s and no longer from %.*s: what still comes there is left "
        "out.",
        STR_ARG(change->name), STR_ARG(connector_source(arena, change->candidate)),
        STR_ARG(connector_source(arena, change->live)));
    finding.advice = STR("Give the new connector a data source of its own, and move the readers "
                         "once the old one is drained.");
    findings_add(check->findings, finding);
}

/* ---- TB704 ---- */

/* A new data source that reads the same topic, bucket or table. */
static const Resource *successor(const Check *check, const ResourceChange *change)
{
    static const Keyword words[] = {KEYWORD_KAFKA_TOPIC, KEYWORD_IMPORT_BUCKET_URI,
                                    KEYWORD_IMPORT_TABLE_ARN, KEYWORD_IMPORT_EXTERNAL_DATASOURCE};
    const ResourceChanges *changes = &check->diff->changes;
    for (size_t i = 0; i < changes->len; i++) {
        const ResourceChange *other = changes->items[i];
        if (other->kind != DATAFILE_DATASOURCE || other->status != STATUS_NEW)
            continue;
        for (size_t k = 0; k < ARRAY_LEN(words); k++) {
            Str value = connector_value(change->live, words[k]);
            if (value.len && str_eq(value, connector_value(other->candidate, words[k])))
                return other->candidate;
        }
    }
    return NULL;
}

static Str who_still_fills(Arena *arena, const Resource *datasource)
{
    Strs names = {0};
    for (size_t i = 0; i < datasource->writers.len; i++)
        vec_push(arena, &names, datasource->writers.items[i]->name);
    if (names.len == 0)
        return (Str){0};
    Str list = quoted_list(arena, names.items, names.len, 4);
    return str_fmt(arena, " It is still filled by %.*s.", STR_ARG(list));
}

static Str removed_message(const Check *check, const ResourceChange *change, const Resource *next)
{
    Arena *arena = check->arena;
    Str message =
        str_fmt(arena, "'%.*s' will get no more rows from %.*s: its connector lines are removed.",
                STR_ARG(change->name), STR_ARG(connector_source(arena, change->live)));
    if (next)
        return str_fmt(arena, "%.*s New data source '%.*s' reads it instead. The rows stay here.",
                       STR_ARG(message), STR_ARG(next->name));
    return str_fmt(arena, "%.*s The rows that it holds stay.%.*s", STR_ARG(message),
                   STR_ARG(who_still_fills(arena, change->candidate)));
}

static void report_removed(const Check *check, const ResourceChange *change)
{
    Arena *arena = check->arena;
    const Instruction *before = connector_line(change->live);
    const Resource *next = successor(check, change);
    Finding finding = check_finding(check, RULE_TB704, change, STR("connector"));
    finding.place = place_for_deleted(check, change, before ? before->range : (Range){0, 0});
    if (before)
        vec_push(arena, &finding.related,
                 place_live(change->live, before->range, STR("live connector")));
    if (next)
        vec_push(arena, &finding.related,
                 place_candidate(next, connector_line(next)->range, STR("reads it from now on")));
    finding.live_meaning = connector_meaning(arena, change->live);
    finding.message = removed_message(check, change, next);
    finding.advice = STR("If that is meant, move the readers to where the new rows are, or accept "
                         "it as an archive; `tb deploy` lists it as disconnected.");
    findings_add(check->findings, finding);
}

/* ---- all of a data source ---- */

void check_ingestion(const Check *check, const ResourceChange *change, const Map *sharing)
{
    ConnectorKind before = connector_kind(change->live);
    ConnectorKind after = connector_kind(change->candidate);
    if (before == CONNECTOR_NONE || !connector_is_readable(change->live) ||
        !connector_is_readable(change->candidate))
        return;
    bool is_whole = !change->live->facts->has_include && !change->candidate->facts->has_include;
    if (before == after)
        check_settings(check, change, after,
                       after == CONNECTOR_KAFKA && check_kafka_stream(check, change, sharing));
    else if (is_whole && after == CONNECTOR_NONE)
        report_removed(check, change);
    else if (is_whole)
        report_exchanged(check, change);
}
