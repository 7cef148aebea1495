/* why_relations.c: who reads and writes a resource, and what it reads and writes. */
#include "why.h"

#include "model/lineage.h"

enum { LISTED_MOST = 20 };

/* ---- finding them ---- */

static Relation by_pipe(RelationRole role, const Resource *pipe, Range range)
{
    return (Relation){.role = role,
                      .kind = WHO_PIPE,
                      .type = pipe->pipe ? pipe->pipe->type : PIPE_PLAIN,
                      .name = pipe->name,
                      .file = pipe->file,
                      .range = range,
                      .certain = true};
}

static Relation to_table(const Resource *pipe, const TableUse *use)
{
    static const RelationKind kinds[] = {
        [MEANS_UNKNOWN] = WHO_TEMPLATE,
        [MEANS_MISSING] = WHO_MISSING,
        [MEANS_DATASOURCE] = WHO_DATASOURCE,
        [MEANS_QUARANTINE] = WHO_QUARANTINE,
        [MEANS_NODE] = WHO_NODE,
        [MEANS_PIPE] = WHO_PIPE,
        [MEANS_EXTERNAL] = WHO_EXTERNAL,
    };
    Relation relation = {.role = ROLE_READS,
                         .kind = kinds[use->meaning],
                         .name = use->name.text,
                         .file = pipe->file,
                         .range = use->name.range,
                         .certain = use->certain};
    if (use->meaning == MEANS_PIPE) {
        relation.name = use->resource->name;
        relation.type = use->resource->pipe ? use->resource->pipe->type : PIPE_PLAIN;
    } else if (use->meaning == MEANS_UNKNOWN) {
        relation.name = (Str){0};
    }
    return relation;
}

static bool holds(const Resources *list, Str name)
{
    for (size_t i = 0; i < list->len; i++) {
        if (str_eq(list->items[i]->name, name))
            return true;
    }
    return false;
}

static Range target_range(const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe || pipe->pipe->node < 0)
        return (Range){0};
    return pipe->facts->nodes.items[pipe->pipe->node].datasource.range;
}

static void add_users_of(Why *why, const Map *table, Relations *found)
{
    static const Keyword words[] = {KEYWORD_KAFKA_CONNECTION_NAME, KEYWORD_IMPORT_CONNECTION_NAME,
                                    KEYWORD_EXPORT_CONNECTION_NAME};
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *user = map_value(table, i);
        for (size_t j = 0; user->facts && j < ARRAY_LEN(words); j++) {
            const Instruction *says = datafile_find(user->facts, words[j]);
            if (!says || !str_eq(says->value.text, why->resource->name))
                continue;
            Relation relation = by_pipe(ROLE_USED_BY, user, says->range);
            if (user->kind == DATAFILE_DATASOURCE)
                relation.kind = WHO_DATASOURCE;
            vec_push(why->arena, found, relation);
        }
    }
}

static void add_writers(Why *why, const Resource *resource, Relations *found)
{
    const DatasourceFacts *facts = resource->datasource;
    if (facts && (facts->has_connector || facts->has_jsonpaths))
        vec_push(why->arena, found,
                 (Relation){.role = ROLE_WRITTEN_BY,
                            .kind = facts->has_connector ? WHO_CONNECTOR : WHO_JSON,
                            .certain = true});
    for (size_t i = 0; i < resource->writers.len; i++) {
        const Resource *pipe = resource->writers.items[i];
        vec_push(why->arena, found, by_pipe(ROLE_WRITTEN_BY, pipe, target_range(pipe)));
    }
}

/* Each name once; nodes of the pipe itself are no relation to anything else. */
static void add_reads(Why *why, const Resource *pipe, Relations *found)
{
    Map *said = map_new(why->arena);
    for (size_t node = 0; node < pipe->facts->nodes.len; node++) {
        const NodeLineage *lineage = node_lineage(&why->loader, pipe, node);
        for (size_t i = 0; lineage && i < lineage->tables.len; i++) {
            const TableUse *use = &lineage->tables.items[i];
            if (use->meaning == MEANS_NODE || map_has(said, use->name.text))
                continue;
            map_put(said, use->name.text, said);
            vec_push(why->arena, found, to_table(pipe, use));
        }
    }
}

static void add_readers(Why *why, const Resource *resource, Relations *found)
{
    for (size_t i = 0; i < resource->readers.len; i++) {
        const Resource *pipe = resource->readers.items[i];
        Range where = {0};
        pipe_reads(&why->loader, pipe, resource->name, &where);
        vec_push(why->arena, found, by_pipe(ROLE_READ_BY, pipe, where));
    }
}

/* Who did so in live, and does no more. */
static void add_past(Why *why, RelationRole role, const Resources *then, const Resources *now,
                     Relations *found)
{
    for (size_t i = 0; i < then->len; i++) {
        if (holds(now, then->items[i]->name))
            continue;
        Relation relation = by_pipe(role, then->items[i], (Range){0});
        relation.is_past = true;
        vec_push(why->arena, found, relation);
    }
}

static void add_target(Why *why, const Resource *pipe, Relations *found)
{
    if (!pipe->pipe || pipe->pipe->target.len == 0)
        return;
    vec_push(why->arena, found,
             (Relation){.role = ROLE_WRITES,
                        .kind = WHO_DATASOURCE,
                        .name = pipe->pipe->target,
                        .file = pipe->file,
                        .range = target_range(pipe),
                        .certain = true});
}

Relations why_relations_found(Why *why)
{
    const Resource *resource = why->resource;
    Relations found = {0};
    if (!resource)
        return found;
    if (resource->kind == DATAFILE_CONNECTION) {
        add_users_of(why, resource->project->datasources, &found);
        add_users_of(why, resource->project->pipes, &found);
    }
    if (resource->kind == DATAFILE_DATASOURCE)
        add_writers(why, resource, &found);
    if (resource->kind == DATAFILE_PIPE && resource->facts)
        add_reads(why, resource, &found);
    add_target(why, resource, &found);
    add_readers(why, resource, &found);
    const Resource *live = resource->project->side == SIDE_LIVE ? NULL : resource->other;
    if (live) {
        add_past(why, ROLE_READ_BY, &live->readers, &resource->readers, &found);
        add_past(why, ROLE_WRITTEN_BY, &live->writers, &resource->writers, &found);
    }
    return found;
}

Relations why_node_reads(Why *why, size_t node)
{
    Relations found = {0};
    const NodeLineage *lineage = node_lineage(&why->loader, why->resource, node);
    for (size_t i = 0; lineage && i < lineage->tables.len; i++)
        vec_push(why->arena, &found, to_table(why->resource, &lineage->tables.items[i]));
    return found;
}

/* `said` are places: a line may name the column more than once. */
static void add_column_reads(Why *why, const Resource *pipe, const Column *column, Map *said,
                             Relations *found)
{
    for (size_t node = 0; pipe->facts && node < pipe->facts->nodes.len; node++) {
        const NodeLineage *lineage = node_lineage(&why->loader, pipe, node);
        for (size_t i = 0; lineage && i < lineage->reads.len; i++) {
            const ColumnRead *read = &lineage->reads.items[i];
            if (read->source != why->resource || !str_eq(read->column, column->name.text))
                continue;
            void **seen = map_at(said, why_place(why, pipe->file, read->range));
            if (*seen)
                continue;
            *seen = said;
            Relation relation = by_pipe(ROLE_READ_BY, pipe, read->range);
            relation.certain = read->certain;
            vec_push(why->arena, found, relation);
        }
    }
}

Relations why_column_readers(Why *why, const Column *column)
{
    Map *said = map_new(why->arena);
    Relations found = {0};
    const Resources *readers = &why->resource->readers;
    for (size_t i = 0; i < readers->len; i++)
        add_column_reads(why, readers->items[i], column, said, &found);
    return found;
}

const char *relation_role_text(RelationRole role)
{
    static const char *const texts[] = {
        [ROLE_READ_BY] = "read-by", [ROLE_WRITTEN_BY] = "written-by", [ROLE_USED_BY] = "used-by",
        [ROLE_READS] = "reads",     [ROLE_WRITES] = "writes",
    };
    return texts[role];
}

const char *relation_kind_text(RelationKind kind)
{
    static const char *const texts[] = {
        [WHO_DATASOURCE] = "datasource",
        [WHO_QUARANTINE] = "quarantine",
        [WHO_PIPE] = "pipe",
        [WHO_NODE] = "node",
        [WHO_EXTERNAL] = "external",
        [WHO_MISSING] = "missing",
        [WHO_TEMPLATE] = "template",
        [WHO_CONNECTOR] = "connector",
        [WHO_JSON] = "json",
    };
    return texts[kind];
}

/* ---- in words ---- */

static Str words_of(Why *why, const Relation *relation)
{
    const char *type =
        relation->type == PIPE_PLAIN ? "" : pipe_type_text(relation->type); /* "endpoint" */
    switch (relation->kind) {
    case WHO_DATASOURCE:
        return str_fmt(why->arena, "data source '%.*s'", STR_ARG(relation->name));
    case WHO_QUARANTINE:
        return str_fmt(why->arena, "the quarantine '%.*s'", STR_ARG(relation->name));
    case WHO_PIPE:
        return str_fmt(why->arena, "%s%spipe '%.*s'", type, *type ? " " : "",
                       STR_ARG(relation->name));
    case WHO_NODE:
        return str_fmt(why->arena, "node '%.*s'", STR_ARG(relation->name));
    case WHO_EXTERNAL:
        return str_fmt(why->arena, "'%.*s', which is outside the project", STR_ARG(relation->name));
    case WHO_MISSING:
        return str_fmt(why->arena, "'%.*s', which does not exist", STR_ARG(relation->name));
    case WHO_TEMPLATE:
        return STR("a table that a template names");
    case WHO_CONNECTOR:
        return STR("its own connector");
    case WHO_JSON:
        return STR("whoever sends it JSON (its columns have jsonpaths)");
    }
    return (Str){0};
}

static void say_relation(Why *why, const Relation *relation)
{
    static const char *const roles[] = {
        [ROLE_READ_BY] = "read by", [ROLE_WRITTEN_BY] = "written by", [ROLE_USED_BY] = "used by",
        [ROLE_READS] = "reads",     [ROLE_WRITES] = "writes",
    };
    Str words = words_of(why, relation);
    bool doubtful = !relation->certain && relation->role == ROLE_READ_BY;
    const char *before = relation->is_past ? "in live also " : doubtful ? "perhaps " : "";
    words = str_fmt(why->arena, "%s%s %.*s", before, roles[relation->role], STR_ARG(words));
    if (relation->file && !relation->is_past)
        words = str_fmt(why->arena, "%.*s (%.*s)", STR_ARG(words),
                        STR_ARG(why_place(why, relation->file, relation->range)));
    why_say(why, words);
}

static bool is_group(const Relation *a, const Relation *b)
{
    return a->role == b->role && a->is_past == b->is_past;
}

/* The same is said of at most so many, one after the other. */
void why_say_relations(Why *why, const Relations *list)
{
    size_t start = 0;
    for (size_t i = 0; i < list->len; i++) {
        if (!is_group(&list->items[start], &list->items[i]))
            start = i;
        if (i - start < LISTED_MOST)
            say_relation(why, &list->items[i]);
        bool last = i + 1 == list->len || !is_group(&list->items[i], &list->items[i + 1]);
        if (last && i - start >= LISTED_MOST)
            why_say(why, str_fmt(why->arena, "and %zu more", i - start + 1 - LISTED_MOST));
    }
}

void why_relations(Why *why)
{
    if (!why->resource)
        return;
    why_heading(why, "Who reads and writes it");
    Relations found = why_relations_found(why);
    why_say_relations(why, &found);
    if (found.len == 0)
        why_say(why, STR("Nobody in this project."));
}
