/* Where reading a Kafka topic goes on after a change, and who shares a consumer group. TB702,
 * TB703.
 */
#include "connector.h"

#include "model/lineage.h"

/* ---- where a group without an offset starts ---- */

typedef enum { START_EARLIEST, START_LATEST, START_ERROR, START_UNSAID } Start;

static Start start_of(const Resource *datasource)
{
    Str reset = connector_value(datasource, KEYWORD_KAFKA_AUTO_OFFSET_RESET);
    if (str_is_nocase(reset, "earliest"))
        return START_EARLIEST;
    if (str_is_nocase(reset, "latest"))
        return START_LATEST;
    return str_is_nocase(reset, "error") ? START_ERROR : START_UNSAID;
}

/* ---- TB702 ---- */

typedef struct {
    const Check *check;
    const ResourceChange *change;
    Str old_topic, topic, group;
    Start start;
} Stream;

static Str group_message(const Stream *stream)
{
    Arena *arena = stream->check->arena;
    Str name = stream->change->name, topic = stream->topic, group = stream->group;
    switch (stream->start) {
    case START_EARLIEST:
        return str_fmt(
            arena,
            "'%.*s' will read topic '%.*s' again from its start: what it still holds "
            "comes in twice. Group '%.*s' has no offset there unless it was used before, "
            "and the offset reset is 'earliest'.",
            STR_ARG(name), STR_ARG(topic), STR_ARG(group));
    case START_LATEST:
        return str_fmt(arena,
                       "'%.*s' will skip messages of topic '%.*s': those that arrive until its new "
                       "group starts are lost. Group '%.*s' has no offset there unless it was used "
                       "before, and the offset reset is 'latest'.",
                       STR_ARG(name), STR_ARG(topic), STR_ARG(group));
    case START_ERROR:
        return str_fmt(arena,
                       "'%.*s' may stop reading topic '%.*s'. Group '%.*s' has no offset there "
                       "unless it was used before, and the offset reset is 'error'.",
                       STR_ARG(name), STR_ARG(topic), STR_ARG(group));
    case START_UNSAID:
        break;
    }
    return str_fmt(
        arena,
        "'%.*s' may skip or repeat messages of topic '%.*s': group '%.*s' is new. No "
        "KAFKA_AUTO_OFFSET_RESET says where it starts: 'latest' leaves a gap, 'earliest' "
        "reads all again.",
        STR_ARG(name), STR_ARG(topic), STR_ARG(group));
}

static Str topic_message(const Stream *stream)
{
    static const char *const starts[] = {
        [START_EARLIEST] = "It starts with all that the new topic still holds ('earliest'); what "
                           "both topics hold comes in twice.",
        [START_LATEST] = "It starts at the new topic's end ('latest'); what is in it before is "
                         "left out.",
        [START_ERROR] = "The offset reset is 'error', so it may not start at all.",
        [START_UNSAID] = "No KAFKA_AUTO_OFFSET_RESET says where it starts: 'latest' leaves a gap, "
                         "'earliest' may double rows.",
    };
    return str_fmt(stream->check->arena,
                   "'%.*s' will read topic '%.*s' instead of '%.*s': what the old topic has still "
                   "to give is left out. %s",
                   STR_ARG(stream->change->name), STR_ARG(stream->topic),
                   STR_ARG(stream->old_topic), starts[stream->start]);
}

static Str reset_message(const Stream *stream)
{
    static const char *const effects[] = {
        [START_EARLIEST] = "and the topic is then read again from its start, so rows come in twice",
        [START_LATEST] = "and what arrives until it starts is then left out",
        [START_ERROR] = "and reading then stops",
        [START_UNSAID] = "and the platform's default then decides",
    };
    Str reset = connector_value(stream->change->candidate, KEYWORD_KAFKA_AUTO_OFFSET_RESET);
    Str to = reset.len ? str_fmt(stream->check->arena, "becomes '%.*s'", STR_ARG(reset))
                       : STR("is removed");
    return str_fmt(stream->check->arena,
                   "The offset reset of '%.*s' %.*s. It counts only when group '%.*s' has no "
                   "offset, %s.",
                   STR_ARG(stream->change->name), STR_ARG(to), STR_ARG(stream->group),
                   effects[stream->start]);
}

/* Views pass on what comes in twice, and never see what is left out. */
static void add_views(const Stream *stream, Finding *finding)
{
    enum { VIEWS_SHOWN = 4 };
    const Resource *datasource = stream->change->candidate;
    size_t shown = 0;
    for (size_t i = 0; i < datasource->readers.len && shown < VIEWS_SHOWN; i++) {
        const Resource *pipe = datasource->readers.items[i];
        Range range;
        if (!pipe->pipe || pipe->pipe->type != PIPE_MATERIALIZED ||
            !pipe_reads(stream->check->loader, pipe, stream->change->name, &range))
            continue;
        vec_push(stream->check->arena, &finding->related,
                 place_candidate(pipe, range, STR("materializes what comes in")));
        shown++;
    }
}

static void report_stream(const Stream *stream, const Keyword *changed, size_t count, Str message)
{
    Arena *arena = stream->check->arena;
    Finding finding = connector_finding(stream->check, stream->change, RULE_TB702, changed[0]);
    Strs live = {0}, candidate = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            vec_push(arena, &finding.details,
                     connector_step_text(arena, stream->change, changed[i]));
        vec_push(arena, &live, connector_value(stream->change->live, changed[i]));
        vec_push(arena, &candidate, connector_value(stream->change->candidate, changed[i]));
    }
    /* The same new group with another reset does something else. */
    vec_push(arena, &candidate,
             connector_value(stream->change->candidate, KEYWORD_KAFKA_AUTO_OFFSET_RESET));
    finding.live_meaning = str_join(arena, live.items, live.len, "\n");
    finding.candidate_meaning = str_join(arena, candidate.items, candidate.len, "\n");
    finding.message = message;
    finding.advice = STR("Keep topic and group, so that reading goes on where it is; or read the "
                         "new stream into a new data source, and move the readers.");
    if (changed[0] == KEYWORD_KAFKA_AUTO_OFFSET_RESET) {
        finding.severity = SEVERITY_NOTE;
        finding.advice = (Str){0};
    }
    add_views(stream, &finding);
    findings_add(stream->check->findings, finding);
}

static bool word_differs(const Stream *stream, Keyword keyword)
{
    const ResourceChange *change = stream->change;
    bool both_say = connector_value(change->live, keyword).len &&
                    connector_value(change->candidate, keyword).len;
    if (keyword != KEYWORD_KAFKA_AUTO_OFFSET_RESET && !both_say)
        return false;
    return connector_differs(stream->check, change, keyword);
}

/* The words that differ, the weightiest first; the connection only beside topic or group. */
static size_t changed_words(const Stream *stream, Keyword changed[4])
{
    static const Keyword words[] = {KEYWORD_KAFKA_TOPIC, KEYWORD_KAFKA_GROUP_ID,
                                    KEYWORD_KAFKA_AUTO_OFFSET_RESET};
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (word_differs(stream, words[i]))
            changed[count++] = words[i];
    }
    if (count && changed[0] != KEYWORD_KAFKA_AUTO_OFFSET_RESET &&
        word_differs(stream, KEYWORD_KAFKA_CONNECTION_NAME))
        changed[count++] = KEYWORD_KAFKA_CONNECTION_NAME;
    return count;
}

bool check_kafka_stream(const Check *check, const ResourceChange *change, const Map *sharing)
{
    Stream stream = {
        .check = check,
        .change = change,
        .old_topic = connector_value(change->live, KEYWORD_KAFKA_TOPIC),
        .topic = connector_value(change->candidate, KEYWORD_KAFKA_TOPIC),
        .group = connector_value(change->candidate, KEYWORD_KAFKA_GROUP_ID),
        .start = start_of(change->candidate),
    };
    Keyword changed[4];
    size_t count = changed_words(&stream, changed);
    if (count == 0)
        return false;
    if (changed[0] != KEYWORD_KAFKA_AUTO_OFFSET_RESET && map_has(sharing, change->name))
        return true;
    if (changed[0] == KEYWORD_KAFKA_TOPIC)
        report_stream(&stream, changed, count, topic_message(&stream));
    else if (changed[0] == KEYWORD_KAFKA_GROUP_ID)
        report_stream(&stream, changed, count, group_message(&stream));
    else
        report_stream(&stream, changed, count, reset_message(&stream));
    return changed[0] != KEYWORD_KAFKA_AUTO_OFFSET_RESET;
}

/* ---- TB703 ---- */

/* Connection, topic and group as one text; empty when one of them is not known. */
static Str group_key(Arena *arena, const Resource *datasource)
{
    static const Keyword words[] = {KEYWORD_KAFKA_CONNECTION_NAME, KEYWORD_KAFKA_TOPIC,
                                    KEYWORD_KAFKA_GROUP_ID};
    Str parts[ARRAY_LEN(words)];
    if (!datasource->facts || datasource->vendored || !connector_is_readable(datasource))
        return (Str){0};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        parts[i] = connector_value(datasource, words[i]);
        if (parts[i].len == 0 || is_substituted(parts[i]) ||
            !connector_value_is_sure(datasource, words[i]))
            return (Str){0};
    }
    return str_join(arena, parts, ARRAY_LEN(parts), "\n");
}

/* Key -> its data sources, in the project's order. */
static Map *groups_of(Arena *arena, const Project *project)
{
    Map *groups = map_new(arena);
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        Resource *datasource = map_value(project->datasources, i);
        Str key = group_key(arena, datasource);
        if (key.len == 0)
            continue;
        void **at = map_at(groups, key);
        if (!*at)
            *at = ARENA_NEW(arena, Resources);
        vec_push(arena, (Resources *)*at, datasource);
    }
    return groups;
}

static bool shared_in_live(Arena *arena, const Map *live_groups, const Resource *member, Str key)
{
    const Resources *group = map_get(live_groups, key);
    return member->other && group && group->len > 1 && str_eq(group_key(arena, member->other), key);
}

/* Those that the change brought into the group. */
static Resources newcomers(const Check *check, const Resources *group, const Map *live_groups,
                           Str key)
{
    Resources found = {0};
    for (size_t i = 0; i < group->len; i++) {
        Resource *member = group->items[i];
        if (member->changed && !shared_in_live(check->arena, live_groups, member, key))
            vec_push(check->arena, &found, member);
    }
    return found;
}

static Range group_range(const Resource *datasource)
{
    return datafile_find(datasource->facts, KEYWORD_KAFKA_GROUP_ID)->range;
}

static void report_shared(const Check *check, const Resources *group, const Resource *member,
                          Str key)
{
    enum { SHOWN = 4 };
    Arena *arena = check->arena;
    Str topic = connector_value(member, KEYWORD_KAFKA_TOPIC);
    Str id = connector_value(member, KEYWORD_KAFKA_GROUP_ID);
    Finding finding = check_single_finding(member, RULE_TB703, group_range(member), id);
    finding.is_single_version = false;
    finding.candidate_meaning = key;
    Strs names = {0};
    for (size_t i = 0; i < group->len; i++) {
        const Resource *other = group->items[i];
        vec_push(arena, &names, other->name);
        if (other != member && finding.related.len < SHOWN)
            vec_push(arena, &finding.related,
                     place_candidate(other, group_range(other), STR("the same topic and group")));
    }
    finding.message = str_fmt(
        arena, "%.*s read topic '%.*s' as one group '%.*s': each gets only a part of the messages.",
        STR_ARG(quoted_list(arena, names.items, names.len, SHOWN)), STR_ARG(topic), STR_ARG(id));
    finding.advice =
        str_fmt(arena, "Give '%.*s' a KAFKA_GROUP_ID of its own.", STR_ARG(member->name));
    findings_add(check->findings, finding);
}

/* With --all, what live has already is told, too. */
static void check_group(const Check *check, const Resources *group, const Resources *fresh, Str key)
{
    if (fresh->len)
        report_shared(check, group, fresh->items[0], key);
    else if (check->loader->everything)
        report_shared(check, group, group->items[0], key);
}

const Map *check_kafka_groups(const Check *check)
{
    Map *sharing = map_new(check->arena);
    const Map *groups = groups_of(check->arena, check->diff->sides.candidate);
    const Map *live_groups =
        map_len(groups) ? groups_of(check->arena, check->diff->sides.live) : groups;
    for (size_t i = 0; i < map_len(groups); i++) {
        const Resources *group = map_value(groups, i);
        if (group->len < 2)
            continue;
        Resources fresh = newcomers(check, group, live_groups, map_key(groups, i));
        check_group(check, group, &fresh, map_key(groups, i));
        for (size_t k = 0; k < fresh.len; k++)
            map_put(sharing, fresh.items[k]->name, fresh.items[k]);
    }
    return sharing;
}
