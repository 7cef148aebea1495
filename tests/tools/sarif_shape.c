/* sarif_shape.c: the table of SARIF's objects, cmd/sarif_check/schema.def, against the schema
 * itself:
 *
 *     sarif_shape SCHEMA     prints each difference and a line of counts, and fails if there is one
 *
 * Compared are the objects, their members, which are required, types, words, limits, and which
 * lists have no equal elements. */
#include "lib/file_set.h"
#include "sarif_check/schema.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t members_compared, differences;

static void differ(const char *object, const char *member, const char *what)
{
    printf("%s.%s: %s\n", object, member, what);
    differences++;
}

static const char *text_of(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return text ? text : "";
}

static const cJSON *at(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *const kinds[] = {
    [SHAPE_TEXT] = "string",
    [SHAPE_URI] = "string uri",
    [SHAPE_REFERENCE] = "string uri-reference",
    [SHAPE_GUID] = "string uuid",
    [SHAPE_TIME] = "string date-time",
    [SHAPE_MEDIA] = "string [^/]+/.+",
    [SHAPE_LANGUAGE] = "string ^[a-zA-Z]{2}(-[a-zA-Z]{2})?$",
    [SHAPE_QUAD] = "string [0-9]+(\\.[0-9]+){3}",
    [SHAPE_INTEGER] = "integer",
    [SHAPE_INDEX] = "integer from -1",
    [SHAPE_COUNT] = "integer from 0",
    [SHAPE_ORDINAL] = "integer from 1",
    [SHAPE_NUMBER] = "number",
    [SHAPE_RANK] = "number from -1 to 100",
    [SHAPE_BOOLEAN] = "boolean",
};

/* The schema of a single value, in the words of the table above; words and objects as the table of
 * shapes has them. */
static void describe(const cJSON *value, char *out, size_t size)
{
    const char *ref = text_of(value, "$ref");
    const cJSON *words = at(value, "enum"), *word;
    const cJSON *least = at(value, "minimum"), *most = at(value, "maximum");
    size_t len = 0;
    out[0] = '\0';
    if (*ref) {
        snprintf(out, size, "object %s", strrchr(ref, '/') + 1);
    } else if (words) {
        cJSON_ArrayForEach(word, words) len +=
            (size_t)snprintf(out + len, size - len, "%s|", cJSON_GetStringValue(word));
    } else {
        const char *format = text_of(value, "format"), *pattern = text_of(value, "pattern");
        len = (size_t)snprintf(out, size, "%s%s%s%s", text_of(value, "type"),
                               *format || *pattern ? " " : "", format, pattern);
        if (least)
            len += (size_t)snprintf(out + len, size - len, " from %g", least->valuedouble);
        if (most)
            snprintf(out + len, size - len, " to %g", most->valuedouble);
    }
}

static void describe_own(const ShapeMember *member, char *out, size_t size)
{
    if (member->kind == SHAPE_BAG)
        snprintf(out, size, "object propertyBag");
    else if (member->kind == SHAPE_OBJECT)
        snprintf(out, size, "object %.*s", STR_ARG(member->object));
    else if (member->kind == SHAPE_WORDS)
        snprintf(out, size, "%.*s%s", STR_ARG(member->words),
                 str_ends(member->words, "|") ? "" : "|");
    else
        snprintf(out, size, "%s", kinds[member->kind]);
}

static void compare_member(const char *object, const ShapeMember *own, const cJSON *value)
{
    char wanted[2048], is[2048];
    bool array = strcmp(text_of(value, "type"), "array") == 0;
    bool map = strcmp(text_of(value, "type"), "object") == 0;
    members_compared++;
    if (array != own->is_array || map != own->is_map)
        differ(object, value->string, "an array or a map, or not");
    if (own->distinct != cJSON_IsTrue(at(value, "uniqueItems")))
        differ(object, value->string, "uniqueItems");
    const cJSON *least = at(value, "minItems");
    if (own->filled != (least && least->valuedouble > 0))
        differ(object, value->string, "minItems");
    if (array)
        value = at(value, "items");
    else if (map)
        value = at(value, "additionalProperties");
    describe(value, wanted, sizeof wanted);
    describe_own(own, is, sizeof is);
    if (strcmp(wanted, is) != 0) {
        printf("  %s\n  %s\n", wanted, is);
        differ(object, own->name.ptr, "type");
    }
}

static bool is_listed(const cJSON *list, const char *name)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item) && strcmp(item->valuestring, name) == 0)
            return true;
    }
    return false;
}

/* `anyOf: [{required: [a]}, {required: [b]}]` */
static bool is_alternative(const cJSON *object, const char *key, const char *name)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, at(object, key))
    {
        if (is_listed(at(item, "required"), name))
            return true;
    }
    return false;
}

static ShapeNeed need_of(const cJSON *object, const char *name)
{
    return is_listed(at(object, "required"), name) ? NEED_ALWAYS
           : is_alternative(object, "anyOf", name) ? NEED_EITHER
           : is_alternative(object, "oneOf", name) ? NEED_EXACTLY_ONE
                                                   : NEED_NOTHING;
}

static void compare_object(const Shape *shape, const cJSON *object, const char *name)
{
    const cJSON *value;
    size_t count = 0;
    if (!cJSON_IsFalse(at(object, "additionalProperties")))
        differ(name, "*", "more members are allowed");
    cJSON_ArrayForEach(value, at(object, "properties"))
    {
        const ShapeMember *own = NULL;
        for (size_t i = 0; i < shape->members.len; i++) {
            if (str_is(shape->members.items[i].name, value->string))
                own = &shape->members.items[i];
        }
        count++;
        if (!own) {
            differ(name, value->string, "not in the table");
            continue;
        }
        if (own->need != need_of(object, value->string))
            differ(name, value->string, "required");
        compare_member(name, own, value);
    }
    if (count != shape->members.len)
        differ(name, "*", "the table has members that the schema has not");
    if (shape->members.len > 32)
        differ(name, "*", "more members than a set of bits has");
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    Arena *arena = arena_new();
    Map *shapes = sarif_shapes(arena);
    Str text = file_read(arena, argv[1]);
    cJSON *schema = cJSON_ParseWithLength(text.ptr, text.len);
    const cJSON *object;
    size_t objects = 1;
    if (!schema)
        return 2;
    compare_object(map_get(shapes, STR("sarifLog")), schema, "sarifLog");
    cJSON_ArrayForEach(object, at(schema, "definitions"))
    {
        const Shape *shape = map_get(shapes, str_of(object->string));
        if (strcmp(object->string, "propertyBag") == 0)
            continue;
        objects++;
        if (shape)
            compare_object(shape, object, object->string);
        else
            differ(object->string, "*", "no such object in the table");
    }
    if (objects != map_len(shapes))
        differ("*", "*", "the table has objects that the schema has not");
    printf("%zu objects, %zu members, %zu differences\n", objects, members_compared, differences);
    cJSON_Delete(schema);
    arena_free(arena);
    return differences > 0;
}
