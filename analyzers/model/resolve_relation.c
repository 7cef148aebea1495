/* What a table gives: columns by name, in order. */
#include "resolve.h"

enum { FEW_FIELDS = 8 };

Relation *relation_unknown(Arena *arena, Str gap, Range range)
{
    Relation *relation = ARENA_NEW(arena, Relation);
    relation->gap = gap;
    relation->gap_range = range;
    return relation;
}

static void index_field(Map *map, Field *field)
{
    if (!map_has(map, field->out.name))
        map_put(map, field->out.name, field);
}

static void index_prefix(Arena *arena, Relation *relation, const Field *field)
{
    ptrdiff_t dot = str_find_char(field->out.name, '.');
    if (dot <= 0)
        return;
    if (!relation->prefixes)
        relation->prefixes = map_new(arena);
    map_put(relation->prefixes, str_slice(field->out.name, 0, (size_t)dot), relation);
}

void relation_finish(Arena *arena, Relation *relation)
{
    relation->named = relation->complete && !relation->unsteady;
    relation->by_name = relation->ghosts = relation->prefixes = NULL;
    if (relation->fields.len > FEW_FIELDS) {
        relation->by_name = map_new(arena);
        map_reserve(relation->by_name, relation->fields.len);
    }
    for (size_t i = 0; i < relation->fields.len; i++) {
        Field *field = &relation->fields.items[i];
        index_prefix(arena, relation, field);
        if (field->ghost && !relation->ghosts)
            relation->ghosts = map_new(arena);
        if (field->ghost)
            index_field(relation->ghosts, field);
        else if (relation->by_name)
            index_field(relation->by_name, field);
        if (!field->ghost && field->unsure)
            relation->named = false;
    }
}

const Field *relation_find(const Relation *relation, Str name, bool ghost)
{
    if (ghost)
        return relation->ghosts ? map_get(relation->ghosts, name) : NULL;
    if (relation->by_name)
        return map_get(relation->by_name, name);
    for (size_t i = 0; i < relation->fields.len; i++) {
        const Field *field = &relation->fields.items[i];
        if (!field->ghost && str_eq(field->out.name, name))
            return field;
    }
    return NULL;
}

bool relation_has_twins(Arena *arena, const Relation *relation)
{
    Map *seen = map_new(arena);
    for (size_t i = 0; i < relation->fields.len; i++) {
        const Field *field = &relation->fields.items[i];
        if (field->ghost)
            continue;
        if (map_has(seen, field->out.name))
            return true;
        map_put(seen, field->out.name, (void *)(uintptr_t)field);
    }
    return false;
}
