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

/* False when the name is taken. */
static bool index_field(Map *map, Field *field)
{
    if (map_has(map, field->out.name))
        return false;
    map_put(map, field->out.name, field);
    return true;
}

/* Of few fields. */
static bool is_twin(const Relation *relation, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        const Field *field = &relation->fields.items[i];
        if (!field->ghost && str_eq(field->out.name, relation->fields.items[at].out.name))
            return true;
    }
    return false;
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
            relation->twins |= !index_field(relation->by_name, field);
        else
            relation->twins |= is_twin(relation, i);
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
