/* shape.c: M3, M4, M17: the document against the table of SARIF's objects. */
#include "sarif_check/sarif_check.h"
#include "sarif_check/schema.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    SarifCheck *check;
    const Map *shapes;
    size_t unknown; /* members so far */
} Walk;

/* ---- equal elements ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
    a ^= b + 0x9E3779B97F4A7C15u + (a << 6) + (a >> 2);
    return a * 0xFF51AFD7ED558CCDu;
}

/* Of equal values equal, whatever the order of the members is. */
static uint64_t hash_value(HashKey key, const cJSON *value)
{
    uint64_t hash = (uint64_t)(value->type & 0xFF);
    if (cJSON_IsNumber(value))
        return mix(hash, hash_bytes(key, (Str){(const char *)&value->valuedouble, sizeof(double)}));
    if (cJSON_IsString(value))
        return mix(hash, hash_bytes(key, str_of(value->valuestring)));
    const cJSON *item;
    cJSON_ArrayForEach(item, value)
    {
        uint64_t part = hash_value(key, item);
        if (cJSON_IsObject(value)) /* a sum has no order */
            hash += mix(part, hash_bytes(key, str_of(item->string)));
        else
            hash = mix(hash, part);
    }
    return hash;
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void check_distinct(Walk *walk, const cJSON *array, const SarifSpot *at)
{
    size_t count = sarif_count(array), len = 0;
    if (count < 2)
        return;
    uint64_t *hashes = xmalloc(count * sizeof *hashes);
    const cJSON *item;
    cJSON_ArrayForEach(item, array) hashes[len++] = hash_value(walk->check->key, item);
    qsort(hashes, len, sizeof *hashes, compare_hashes);
    size_t same = 0;
    for (size_t i = 1; i < len; i++)
        same += hashes[i] == hashes[i - 1];
    free(hashes);
    if (same)
        sarif_error(walk->check, "M17", at,
                    "Two elements are equal, which the schema forbids here: GitHub refuses the "
                    "file.");
}

/* ---- texts ---- */

static bool is_in(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool is_letter(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* The first character that no URI holds, or NULL. */
static const char *bad_character(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool plain = is_letter(c) || is_digit(c) || is_in(c, "-._~:/?#[]@!$&'()*+,;=");
        bool escape =
            c == '%' && i + 2 < text.len && is_hex(text.ptr[i + 1]) && is_hex(text.ptr[i + 2]);
        if (!plain && !escape)
            return text.ptr + i;
    }
    return NULL;
}

static void check_reference(Walk *walk, Str text, const SarifSpot *at)
{
    const char *bad = bad_character(text);
    if (!bad)
        return;
    const char *advice = *bad == '\\'  ? "write slashes, also on Windows"
                         : *bad == '%' ? "write %25 for a percent sign"
                                       : "percent-encode it";
    Str shown =
        *bad & 0x80 ? STR("a letter beyond ASCII") : str_fmt(walk->check->arena, "'%c'", *bad);
    sarif_error(walk->check, "M6", at,
                "The address '%.*s' holds %.*s, so it \"does not conform to the uri-reference "
                "format\", as the upload says: %s.",
                STR_ARG(text), STR_ARG(shown), advice);
}

static bool is_uri(Str text)
{
    ptrdiff_t colon = str_find_char(text, ':');
    if (colon < 1 || !is_letter(text.ptr[0]) || bad_character(text))
        return false;
    for (ptrdiff_t i = 0; i < colon; i++) {
        if (!is_letter(text.ptr[i]) && !is_digit(text.ptr[i]) && !is_in(text.ptr[i], "+-."))
            return false;
    }
    return true;
}

/* In a pattern 0 stands for a digit, x for a hex digit, a for a letter, all else for itself. */
static bool is_like(Str text, const char *pattern)
{
    if (text.len != strlen(pattern))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], p = pattern[i];
        bool fits = p == '0'   ? is_digit(c)
                    : p == 'x' ? is_hex(c)
                    : p == 'a' ? is_letter(c)
                               : (c | 32) == (p | 32);
        if (!fits)
            return false;
    }
    return true;
}

/* RFC 3339, as far as the form goes. */
static bool is_time(Str text)
{
    Str rest = str_slice(text, 19, text.len);
    if (!is_like(str_slice(text, 0, 19), "0000-00-00T00:00:00"))
        return false;
    if (str_starts(rest, ".")) {
        size_t digits = 1;
        while (digits < rest.len && is_digit(rest.ptr[digits]))
            digits++;
        if (digits == 1)
            return false;
        rest = str_slice(rest, digits, rest.len);
    }
    return is_like(rest, "Z") || is_like(rest, "+00:00") || is_like(rest, "-00:00");
}

static bool is_media(Str text)
{
    ptrdiff_t slash = str_find_char(text, '/');
    return slash > 0 && (size_t)slash + 1 < text.len;
}

/* Four numbers and three dots, anywhere. */
static bool is_quad(Str text)
{
    size_t dots = 0;
    bool digit = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (is_digit(c) && digit && dots == 3)
            return true;
        dots = c == '.' && digit ? dots + 1 : is_digit(c) ? dots : 0;
        digit = is_digit(c);
        if (digit && dots == 3)
            return true;
    }
    return false;
}

static const char *wanted_form(ShapeKind kind, Str text)
{
    switch (kind) {
    case SHAPE_URI:
        return is_uri(text) ? NULL : "an absolute URI";
    case SHAPE_GUID:
        return is_like(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") ? NULL : "a GUID";
    case SHAPE_TIME:
        return is_time(text) ? NULL : "a moment such as 2026-11-21T12:00:00Z";
    case SHAPE_MEDIA:
        return is_media(text) ? NULL : "a media type such as text/plain";
    case SHAPE_LANGUAGE:
        return is_like(text, "aa") || is_like(text, "aa-aa") ? NULL : "a language such as en-US";
    case SHAPE_QUAD:
        return is_quad(text) ? NULL : "four numbers such as 1.2.3.4";
    default:
        return NULL;
    }
}

static bool is_word_of(Str words, Str text)
{
    while (words.len > 0) {
        ptrdiff_t bar = str_find_char(words, '|');
        size_t end = bar < 0 ? words.len : (size_t)bar;
        if (str_eq(str_slice(words, 0, end), text))
            return true;
        words = str_slice(words, end + 1, words.len);
    }
    return false;
}

/* The demand that a member's words belong to. */
static const char *demand_of(const ShapeMember *member)
{
    if (str_is(member->name, "version"))
        return "M1";
    return str_is(member->name, "columnKind") ? "M15" : "M3";
}

static void check_text(Walk *walk, const ShapeMember *member, Str text, const SarifSpot *at)
{
    if (member->kind == SHAPE_REFERENCE) {
        check_reference(walk, text, at);
        return;
    }
    if (member->kind == SHAPE_WORDS && !is_word_of(member->words, text)) {
        Str words = member->words;
        words.len -= str_ends(words, "|");
        sarif_error(walk->check, demand_of(member), at,
                    "'%.*s' is not allowed here, only %.*s: GitHub refuses the file.",
                    STR_ARG(text), STR_ARG(words));
    }
    const char *wanted = wanted_form(member->kind, text);
    if (wanted)
        sarif_error(walk->check, "M3", at, "'%.*s' is not %s, which the schema demands.",
                    STR_ARG(text), wanted);
}

/* ---- numbers ---- */

/* From 2^53 on a double holds whole numbers alone. */
static bool is_whole(double value)
{
    const double all_whole = 9007199254740992.0;
    return isfinite(value) &&
           (value >= all_whole || value <= -all_whole || (double)(int64_t)value == value);
}

static void check_number(Walk *walk, const ShapeMember *member, double value, const SarifSpot *at)
{
    bool whole = member->kind != SHAPE_NUMBER && member->kind != SHAPE_RANK;
    double least = member->kind == SHAPE_INDEX || member->kind == SHAPE_RANK ? -1
                   : member->kind == SHAPE_COUNT                             ? 0
                   : member->kind == SHAPE_ORDINAL                           ? 1
                                                                             : -HUGE_VAL;
    double most = member->kind == SHAPE_RANK ? 100 : HUGE_VAL;
    if (whole && !is_whole(value))
        sarif_error(walk->check, "M3", at, "%g is no whole number, which the schema demands.",
                    value);
    else if (value < least || value > most)
        sarif_error(walk->check, "M3", at, "%g is %s than %g: GitHub refuses the file.", value,
                    value < least ? "less" : "more", value < least ? least : most);
}

/* ---- values ---- */

static const char *type_name(const cJSON *value)
{
    return cJSON_IsObject(value)   ? "an object"
           : cJSON_IsArray(value)  ? "an array"
           : cJSON_IsString(value) ? "a text"
           : cJSON_IsNumber(value) ? "a number"
           : cJSON_IsBool(value)   ? "true or false"
                                   : "null";
}

static bool is_type(Walk *walk, const cJSON *value, bool fits, const char *wanted,
                    const SarifSpot *at)
{
    if (!fits)
        sarif_error(walk->check, "M3", at, "Here stands %s instead of %s: GitHub refuses the file.",
                    type_name(value), wanted);
    return fits;
}

static void check_object(Walk *walk, const Shape *shape, const cJSON *value, const SarifSpot *at);

static void check_bag(Walk *walk, const cJSON *value, const SarifSpot *at)
{
    const SarifSpot *spot = SPOT_KEY(at, "tags");
    const cJSON *tags = sarif_at(value, "tags"), *tag;
    if (!tags || !is_type(walk, tags, cJSON_IsArray(tags), "an array", spot))
        return;
    size_t i = 0;
    cJSON_ArrayForEach(tag, tags)
    {
        is_type(walk, tag, cJSON_IsString(tag), "a text", SPOT_INDEX(spot, i));
        i++;
    }
    check_distinct(walk, tags, spot);
}

static void check_value(Walk *walk, const ShapeMember *member, const cJSON *value,
                        const SarifSpot *at)
{
    if (member->kind == SHAPE_OBJECT || member->kind == SHAPE_BAG) {
        if (!is_type(walk, value, cJSON_IsObject(value), "an object", at))
            return;
        if (member->kind == SHAPE_BAG)
            check_bag(walk, value, at);
        else
            check_object(walk, map_get(walk->shapes, member->object), value, at);
    } else if (member->kind == SHAPE_BOOLEAN) {
        is_type(walk, value, cJSON_IsBool(value), "true or false", at);
    } else if (member->kind >= SHAPE_INTEGER && member->kind <= SHAPE_RANK) {
        if (is_type(walk, value, cJSON_IsNumber(value), "a number", at))
            check_number(walk, member, value->valuedouble, at);
    } else if (is_type(walk, value, cJSON_IsString(value), "a text", at)) {
        check_text(walk, member, str_of(value->valuestring), at);
    }
}

static void check_array(Walk *walk, const ShapeMember *member, const cJSON *value,
                        const SarifSpot *at)
{
    if (!is_type(walk, value, cJSON_IsArray(value), "an array", at))
        return;
    const cJSON *item;
    size_t i = 0;
    cJSON_ArrayForEach(item, value)
    {
        check_value(walk, member, item, SPOT_INDEX(at, i));
        i++;
    }
    if (member->filled && i == 0)
        sarif_error(walk->check, "M4", at, "The list is empty, and the schema wants one item.");
    if (member->distinct)
        check_distinct(walk, value, at);
}

static void check_map(Walk *walk, const ShapeMember *member, const cJSON *value,
                      const SarifSpot *at)
{
    if (!is_type(walk, value, cJSON_IsObject(value), "an object", at))
        return;
    const cJSON *item;
    cJSON_ArrayForEach(item, value) check_value(walk, member, item, SPOT_KEY(at, item->string));
}

/* ---- objects ---- */

static size_t find_member(const Shape *shape, Str name)
{
    size_t i = 0;
    while (i < shape->members.len && !str_eq(shape->members.items[i].name, name))
        i++;
    return i;
}

static void check_needed(Walk *walk, const Shape *shape, uint32_t given, const SarifSpot *at)
{
    unsigned wanted = 0, met = 0;
    bool one = false;
    Buf names = {0};
    for (size_t i = 0; i < shape->members.len; i++) {
        const ShapeMember *member = &shape->members.items[i];
        bool here = given & 1u << i;
        if (member->need == NEED_ALWAYS && !here)
            sarif_error(walk->check, "M4", at,
                        "'%.*s' is missing, which each %.*s must have: GitHub refuses the file.",
                        STR_ARG(member->name), STR_ARG(shape->name));
        if (member->need < NEED_EITHER)
            continue;
        buf_addf(&names, "%s'%.*s'", wanted++ ? " or " : "", STR_ARG(member->name));
        met += here;
        one = member->need == NEED_EXACTLY_ONE;
    }
    if (wanted && (met == 0 || (one && met > 1)))
        sarif_error(walk->check, "M4", at, "%.*s must be there%s: GitHub refuses the file.",
                    STR_ARG(buf_str(&names)), one ? ", one of them only" : "");
    buf_free(&names);
}

static void unknown_member(Walk *walk, const Shape *shape, Str name, const SarifSpot *at)
{
    enum { HINTS = 20 };
    static const size_t mistakes = 4;
    if (walk->unknown++ >= HINTS) /* they are no longer told, and a search costs */
        name.len = name.len ? 1 : 0;
    size_t best = name.len < 2 * mistakes ? name.len / 2 : mistakes;
    Str nearest = {0};
    for (size_t i = 0; i < shape->members.len; i++) {
        size_t distance = str_distance(name, shape->members.items[i].name, best);
        if (distance < best) {
            best = distance;
            nearest = shape->members.items[i].name;
        }
    }
    Str hint = nearest.len ? str_fmt(walk->check->arena, " Did you mean '%.*s'?", STR_ARG(nearest))
                           : STR(" What is a tool's own goes into 'properties'.");
    sarif_error(walk->check, "M3", at,
                "SARIF has no '%.*s' in a %.*s: GitHub refuses the file.%.*s", STR_ARG(name),
                STR_ARG(shape->name), STR_ARG(hint));
}

static void check_object(Walk *walk, const Shape *shape, const cJSON *value, const SarifSpot *at)
{
    uint32_t given = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, value)
    {
        Str name = str_of(item->string);
        const SarifSpot *spot = SPOT_KEY(at, item->string);
        size_t i = find_member(shape, name);
        if (i == shape->members.len) {
            unknown_member(walk, shape, name, at);
            continue;
        }
        if (given & 1u << i)
            sarif_error(walk->check, "M3", spot,
                        "'%.*s' is given twice: readers differ in which of them they take.",
                        STR_ARG(name));
        given |= 1u << i;
        const ShapeMember *member = &shape->members.items[i];
        if (member->is_array)
            check_array(walk, member, item, spot);
        else if (member->is_map)
            check_map(walk, member, item, spot);
        else
            check_value(walk, member, item, spot);
    }
    check_needed(walk, shape, given, at);
}

void sarif_check_shape(SarifCheck *check, const cJSON *log)
{
    Walk walk = {.check = check, .shapes = sarif_shapes(check->arena)};
    if (is_type(&walk, log, cJSON_IsObject(log), "an object", NULL))
        check_object(&walk, map_get(walk.shapes, STR("sarifLog")), log, NULL);
}
