/* type_names.c: looks type and aggregate function names up in their tables. */
#include "type_names.h"

#include <string.h>

enum { ANY_CASE = 1, EXACT_CASE = 0 };

static const TypeName NAMES[] = {
#define TYPE_NAME(name, letter_case, canonical, shape)                                             \
    {STR_INIT(name), letter_case##_CASE, STR_INIT(canonical), SHAPE_##shape},
#include "type_names.def"
#undef TYPE_NAME
};

typedef struct {
    Str name;
    bool any_case;
    Str canonical;
} FunctionName;

static const FunctionName FUNCTIONS[] = {
#define AGGREGATE_NAME(name, letter_case, canonical)                                               \
    {STR_INIT(name), letter_case##_CASE, STR_INIT(canonical)},
#include "aggregate_names.def"
#undef AGGREGATE_NAME
};

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static int compare_nocase(Str a, Str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < len; i++) {
        int difference = lower(a.ptr[i]) - lower(b.ptr[i]);
        if (difference != 0)
            return difference;
    }
    return a.len < b.len ? -1 : a.len > b.len;
}

/* The entry by lower-case spelling alone. */
static const TypeName *find_nocase(Str name)
{
    size_t low = 0;
    size_t high = ARRAY_LEN(NAMES);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_nocase(name, NAMES[middle].name);
        if (order == 0)
            return &NAMES[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const TypeName *type_name_find(Str name)
{
    const TypeName *found = find_nocase(name);
    if (found && !found->any_case && !str_eq(found->name, name))
        return NULL;
    return found;
}

Str type_name_near(Str name)
{
    const TypeName *found = find_nocase(name);
    if (found)
        return found->name;
    size_t best = name.len > 4 ? 3 : 2;
    Str near = {0};
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        size_t distance = str_distance(name, NAMES[i].name, best);
        if (distance < best) {
            best = distance;
            near = NAMES[i].canonical;
        }
    }
    return near;
}

Str aggregate_function_name(Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(FUNCTIONS); i++) {
        const FunctionName *f = &FUNCTIONS[i];
        if (f->any_case ? str_eq_nocase(name, f->name) : str_eq(name, f->name))
            return f->canonical;
    }
    return name;
}

static bool take_combinator(Str *name)
{
    static const char *const combinators[] = {
        "If",    "State", "Merge",  "OrNull", "OrDefault", "Distinct", "ForEach",
        "Array", "Map",   "ArgMin", "ArgMax", "Tuple",     "Resample",
    };
    for (size_t i = 0; i < ARRAY_LEN(combinators); i++) {
        size_t len = strlen(combinators[i]);
        if (name->len > len && str_ends(*name, combinators[i])) {
            name->len -= len;
            return true;
        }
    }
    return false;
}

Str aggregate_stored_name(Arena *arena, Str name)
{
    Str rest = name;
    Str stored = aggregate_function_name(rest);
    while (str_eq(stored, rest) && take_combinator(&rest))
        stored = aggregate_function_name(rest);
    if (str_eq(stored, rest))
        return name;
    Str suffix = str_slice(name, rest.len, name.len);
    return str_fmt(arena, "%.*s%.*s", STR_ARG(stored), STR_ARG(suffix));
}
