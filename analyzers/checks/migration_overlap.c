/* migration_overlap.c: rows that a replica reads by itself and that the sync pipe copies: TB521. */
#include "connector.h"
#include "migration.h"
#include "model/bucket_pattern.h"
#include "model/view.h"

typedef struct {
    const Check *check;
    const Resource *legacy;
    const Resource *replica;
    const Resource *sync;
    Keyword keyword; /* what the two have in common: KAFKA_TOPIC, IMPORT_BUCKET_URI */
} Doubled;

/* ---- what both read ---- */

/* The value of that instruction; empty where the file does not say it for sure. */
static Str known_value(const Resource *datasource, Keyword keyword)
{
    Str value = connector_value(datasource, keyword);
    bool known = connector_is_readable(datasource) && !is_substituted(value) &&
                 connector_value_is_sure(datasource, keyword);
    return known ? value : (Str){0};
}

static bool share_objects(const Doubled *pair)
{
    Str a = known_value(pair->legacy, KEYWORD_IMPORT_BUCKET_URI);
    Str b = known_value(pair->replica, KEYWORD_IMPORT_BUCKET_URI);
    return a.len > 0 && b.len > 0 &&
           bucket_patterns_meet(pair->check->arena, a, b) == PATTERNS_OVERLAP;
}

static bool same_value(const Doubled *pair, Keyword keyword)
{
    Str value = known_value(pair->legacy, keyword);
    return value.len > 0 && str_eq(value, known_value(pair->replica, keyword));
}

/* Each group gets all messages. One group would share them out: that is TB703. */
static bool share_topic(const Doubled *pair)
{
    Str group = known_value(pair->replica, KEYWORD_KAFKA_GROUP_ID);
    Str other = known_value(pair->legacy, KEYWORD_KAFKA_GROUP_ID);
    return same_value(pair, KEYWORD_KAFKA_CONNECTION_NAME) &&
           same_value(pair, KEYWORD_KAFKA_TOPIC) && group.len > 0 && other.len > 0 &&
           !str_eq(group, other);
}

/* Classic refuses such an edit, and TB701 says so. */
static bool is_refused(const Doubled *pair, const Resource *datasource)
{
    const Resource *live = datasource->project->side == SIDE_CANDIDATE ? datasource->other : NULL;
    return pair->check->classic && live != NULL &&
           !str_eq(connector_value(live, pair->keyword),
                   connector_value(datasource, pair->keyword));
}

static bool ingest_the_same(Doubled *pair)
{
    bool kafka = share_topic(pair);
    pair->keyword = kafka ? KEYWORD_KAFKA_TOPIC : KEYWORD_IMPORT_BUCKET_URI;
    return (kafka || share_objects(pair)) && !is_refused(pair, pair->legacy) &&
           !is_refused(pair, pair->replica);
}

/* ---- the sync pipe ---- */

/* It goes on copying what comes in: no filter ends it. */
static bool copies_new_rows(const Check *check, const View *view)
{
    if (view->time_filters.len == 0)
        return view->certain;
    CutoffFilter filter = cutoff_filter_read(check->loader, view->pipe->project, view->pipe);
    return filter.trouble == NULL && !filter.upper.present && !filter.moving_upper.present;
}

/* ---- the finding ---- */

static Range value_range(const Resource *datasource, Keyword keyword)
{
    const Instruction *at = datafile_find(datasource->facts, keyword);
    return at != NULL ? at->value.range : (Range){0};
}

static Place place_of(const Resource *resource, Range range, const char *message)
{
    return (Place){resource->project->side, resource->file, range, str_of(message)};
}

static Range target_range(const Resource *pipe)
{
    return pipe->facts->nodes.items[pipe->pipe->node].datasource.range;
}

/* The finding stands in a file that the change touched, at the replica's if it can. */
static void set_places(const Doubled *pair, Finding *finding)
{
    Place places[] = {
        place_of(pair->replica, value_range(pair->replica, pair->keyword), "reads it, too"),
        place_of(pair->sync, target_range(pair->sync), "copies its rows"),
        place_of(pair->legacy, value_range(pair->legacy, pair->keyword), "reads it"),
    };
    const Resource *owners[] = {pair->replica, pair->sync, pair->legacy};
    size_t first = 0;
    while (first < ARRAY_LEN(owners) && !owners[first]->changed)
        first++;
    first = first < ARRAY_LEN(owners) ? first : 0;
    finding->place = places[first];
    finding->place.message = (Str){0};
    for (size_t i = ARRAY_LEN(places); i > 0; i--)
        if (i - 1 != first)
            vec_push(pair->check->arena, &finding->related, places[i - 1]);
}

static Str why_text(const Doubled *pair)
{
    Arena *arena = pair->check->arena;
    Str a = connector_value(pair->legacy, pair->keyword);
    Str b = connector_value(pair->replica, pair->keyword);
    if (pair->keyword == KEYWORD_KAFKA_TOPIC)
        return str_fmt(arena, "Their groups differ, so each gets every message of topic '%.*s'.",
                       STR_ARG(a));
    if (str_eq(a, b))
        return str_fmt(arena, "Both read all that fits '%.*s'.", STR_ARG(a));
    return str_fmt(arena, "Names can fit both '%.*s' and '%.*s'.", STR_ARG(a), STR_ARG(b));
}

static Str advice_text(const Doubled *pair)
{
    Arena *arena = pair->check->arena;
    bool kafka = pair->keyword == KEYWORD_KAFKA_TOPIC;
    return str_fmt(arena,
                   "Either '%.*s' copies or '%.*s' reads by itself: %s, or leave the pipe out.",
                   STR_ARG(pair->sync->name), STR_ARG(pair->replica->name),
                   kafka ? "leave the Kafka settings out until the switch"
                         : "give it a prefix of its own, to which the writers move");
}

static void report_doubled(const Doubled *pair, Findings *findings)
{
    Arena *arena = pair->check->arena;
    const Resource *replica = pair->replica;
    Finding finding = check_single_finding(replica, RULE_TB521, (Range){0}, pair->legacy->name);
    set_places(pair, &finding);
    bool merges = str_find(replica->datasource->engine, "ReplacingMergeTree") >= 0;
    finding.severity = merges ? SEVERITY_WARNING : SEVERITY_ERROR;
    finding.message = str_fmt(
        arena,
        "Rows will be in '%.*s' twice%s: it reads the same %s as '%.*s', and '%.*s' copies them as "
        "well. %.*s",
        STR_ARG(replica->name), merges ? " until they merge" : "",
        pair->keyword == KEYWORD_KAFKA_TOPIC ? "topic" : "files", STR_ARG(pair->legacy->name),
        STR_ARG(pair->sync->name), STR_ARG(why_text(pair)));
    Str parts[] = {pair->legacy->name, connector_value(pair->legacy, pair->keyword),
                   connector_value(replica, pair->keyword)};
    finding.candidate_meaning = str_join(arena, parts, ARRAY_LEN(parts), "\n");
    finding.advice = advice_text(pair);
    findings_add(findings, finding);
}

/* ---- pairs ---- */

static bool has_connector(const Resource *datasource)
{
    return datasource->facts != NULL && datasource->datasource != NULL && !datasource->vendored &&
           datasource->datasource->has_connector;
}

static void judge_view(const Check *check, const Resource *replica, const View *view, Map *told,
                       Findings *findings)
{
    for (size_t i = 0; i < view->sources.len; i++) {
        Doubled pair = {.check = check,
                        .legacy = view->sources.items[i],
                        .replica = replica,
                        .sync = view->pipe};
        if (pair.legacy == replica || !has_connector(pair.legacy) ||
            map_has(told, pair.legacy->name) || !ingest_the_same(&pair) ||
            !copies_new_rows(check, view))
            continue;
        map_put(told, pair.legacy->name, told);
        report_doubled(&pair, findings);
    }
}

void migration_overlap(const Check *check, const Project *project, Findings *findings)
{
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        const Resource *replica = map_value(project->datasources, i);
        if (!has_connector(replica) || replica->writers.len == 0)
            continue;
        Views views = views_into(check->loader, replica);
        Map *told = map_new(check->arena);
        for (size_t j = 0; j < views.len; j++)
            if (views.items[j] != NULL)
                judge_view(check, replica, views.items[j], told, findings);
    }
}
