/* migration_reingest.c: migrations whose replica takes in the new rows by itself. */
#include "migration_internal.h"

/* ---- with a backfill ---- */

static bool ingests(const Resource *datasource)
{
    return datasource->datasource->has_connector || datasource->datasource->has_jsonpaths;
}

/* It copies what came until a moment, which is written there or given when it is run. */
static bool is_bounded(const CutoffFilter *filter)
{
    bool ends = filter->upper.present || filter->parameter_column.len > 0;
    return ends && filter->source.len > 0;
}

/* A view that adds to it, too: what it copies is no history of a replica alone. */
static bool has_view(const Resource *datasource)
{
    for (size_t i = 0; i < datasource->writers.len && i < MIGRATION_READERS_MAX; i++) {
        const Resource *pipe = datasource->writers.items[i];
        if (pipe->pipe != NULL && pipe->pipe->type == PIPE_MATERIALIZED)
            return true;
    }
    return false;
}

static bool has_backfill(Loader *loader, Migration *m)
{
    if (m->replica->writers.len == 0 || has_view(m->replica))
        return false;
    m->backfill = migration_backfill_of(loader, m, (Str){0}, &m->backfill_filter);
    if (m->backfill == NULL || !is_bounded(&m->backfill_filter))
        return false;
    bool alike = migration_find_legacy(loader, m, m->backfill, &m->backfill_filter);
    return alike && m->legacy != NULL;
}

/* ---- without one ---- */

static Str value_of(const Resource *datasource, Keyword keyword)
{
    return str_trim(datafile_value(datasource->facts, keyword));
}

/* What it reads by itself: the topic of a connection, or the files. Empty when that is not said. */
static Str stream_of(Arena *arena, const Resource *datasource)
{
    bool known = datasource->facts != NULL && datasource->datasource != NULL &&
                 !datasource->vendored && datasource->datasource->has_connector;
    if (!known)
        return (Str){0};
    Str topic = value_of(datasource, KEYWORD_KAFKA_TOPIC);
    Str connection = value_of(datasource, KEYWORD_KAFKA_CONNECTION_NAME);
    if (topic.len > 0 && connection.len > 0)
        return str_fmt(arena, "%.*s\n%.*s", STR_ARG(topic), STR_ARG(connection));
    return value_of(datasource, KEYWORD_IMPORT_BUCKET_URI);
}

Map *migration_streams(Loader *loader, const Project *project)
{
    Map *streams = map_new(loader->arena);
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        Resource *datasource = map_value(project->datasources, i);
        Str stream = stream_of(loader->arena, datasource);
        if (stream.len == 0)
            continue;
        void **place = map_at(streams, stream);
        if (*place == NULL)
            *place = ARENA_NEW(loader->arena, Resources);
        vec_push(loader->arena, (Resources *)*place, datasource);
    }
    return streams;
}

/* One of the two came or left with this change: two that stay side by side are no migration. Of one
 * consumer group each would get a part. */
static bool is_clone(const Resource *old, const Resource *new)
{
    if (old == new || (old->other == NULL) == (new->other == NULL))
        return false;
    Str group = value_of(old, KEYWORD_KAFKA_GROUP_ID);
    bool same_group = group.len > 0 && str_eq(group, value_of(new, KEYWORD_KAFKA_GROUP_ID));
    return !same_group && migration_alike(old, new) && migration_alike(new, old);
}

/* Another one reads the same, and no third is alike. The candidate's new one is the replica, and of
 * live the one that stays. */
static bool is_twin(Loader *loader, const Map *streams, Migration *m)
{
    bool stays = m->replica->other != NULL;
    Str stream = stream_of(loader->arena, m->replica);
    const Resources *same = stream.len > 0 ? map_get(streams, stream) : NULL;
    if (same == NULL || stays != (m->project->side == SIDE_LIVE))
        return false;
    size_t found = 0;
    for (size_t i = 0; i < same->len && i < MIGRATION_READERS_MAX; i++) {
        if (!is_clone(same->items[i], m->replica))
            continue;
        m->legacy = same->items[i];
        found++;
    }
    if (found != 1)
        m->legacy = NULL;
    m->origin = m->legacy;
    return m->legacy != NULL;
}

bool migration_of_reingesting(Loader *loader, const Project *project, const Map *streams,
                              const Resource *replica, Migration *out)
{
    *out = (Migration){.project = project, .replica = replica};
    if (replica->facts == NULL || replica->datasource == NULL || !ingests(replica))
        return false;
    out->reingests = replica->datasource->has_connector;
    if (has_backfill(loader, out))
        return true;
    *out = (Migration){.project = project, .replica = replica, .reingests = out->reingests};
    return is_twin(loader, streams, out);
}
