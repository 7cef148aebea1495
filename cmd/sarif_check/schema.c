/* schema.c: reading the table of SARIF's objects. */
#include "sarif_check/schema.h"

#include <string.h>

static const struct {
    const char *name;
    const char *members;
} rows[] = {
#define SHAPE(name, members) {#name, members},
#include "sarif_check/schema.def"
#undef SHAPE
};

static const struct {
    const char *word;
    ShapeKind kind;
} words[] = {
    {"TEXT", SHAPE_TEXT},     {"URI", SHAPE_URI},         {"REFERENCE", SHAPE_REFERENCE},
    {"GUID", SHAPE_GUID},     {"TIME", SHAPE_TIME},       {"MEDIA", SHAPE_MEDIA},
    {"QUAD", SHAPE_QUAD},     {"INTEGER", SHAPE_INTEGER}, {"LANGUAGE", SHAPE_LANGUAGE},
    {"INDEX", SHAPE_INDEX},   {"COUNT", SHAPE_COUNT},     {"ORDINAL", SHAPE_ORDINAL},
    {"NUMBER", SHAPE_NUMBER}, {"RANK", SHAPE_RANK},       {"BOOLEAN", SHAPE_BOOLEAN},
    {"BAG", SHAPE_BAG},
};

static void read_kind(ShapeMember *member, Str type)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_is(type, words[i].word)) {
            member->kind = words[i].kind;
            return;
        }
    }
    bool is_words = str_find_char(type, '|') >= 0;
    member->kind = is_words ? SHAPE_WORDS : SHAPE_OBJECT;
    if (is_words)
        member->words = type;
    else
        member->object = type;
}

/* `[T]*+`, `{T}` or T. */
static void read_type(ShapeMember *member, Str type)
{
    while (str_ends(type, "*") || str_ends(type, "+")) {
        if (str_ends(type, "*"))
            member->distinct = true;
        else
            member->filled = true;
        type.len--;
    }
    member->is_array = str_starts(type, "[");
    member->is_map = str_starts(type, "{");
    if (member->is_array || member->is_map)
        type = str_slice(type, 1, type.len - 1);
    read_kind(member, type);
}

static ShapeMember read_member(Str text)
{
    ShapeMember member = {0};
    size_t equals = (size_t)str_find_char(text, '=');
    Str name = str_slice(text, 0, equals);
    if (str_ends(name, "!"))
        member.need = NEED_ALWAYS;
    else if (str_ends(name, "?"))
        member.need = NEED_EITHER;
    else if (str_ends(name, "^"))
        member.need = NEED_EXACTLY_ONE;
    member.name = str_slice(name, 0, name.len - (member.need != NEED_NOTHING));
    read_type(&member, str_slice(text, equals + 1, text.len));
    return member;
}

static Shape *read_shape(Arena *arena, const char *name, Str rest)
{
    Shape *shape = ARENA_NEW(arena, Shape);
    shape->name = str_of(name);
    while (rest.len > 0) {
        ptrdiff_t blank = str_find_char(rest, ' ');
        size_t end = blank < 0 ? rest.len : (size_t)blank;
        vec_push(arena, &shape->members, read_member(str_slice(rest, 0, end)));
        rest = str_slice(rest, end + 1, rest.len);
    }
    return shape;
}

Map *sarif_shapes(Arena *arena)
{
    Map *shapes = map_new(arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        map_put(shapes, str_of(rows[i].name),
                read_shape(arena, rows[i].name, str_of(rows[i].members)));
    return shapes;
}
