/* fuzz_type.c: two lines -> two types, and what a conversion from one to the other does. */
#include "touch.h"

#include "model/conversion.h"

static void touch_words(const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        touch(str_of(words[i]));
}

static void convert(Arena *arena, const Type *from, const Type *to)
{
    static const CastMethod methods[] = {CAST_STRICT, CAST_ACCURATE, CAST_OR_NULL, CAST_OR_DEFAULT};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        Conversion c = conversion_of(from, to, methods[i]);
        const char *words[] = {c.fail_witness, c.change_witness, c.change_result, c.how};
        touch_words(words, ARRAY_LEN(words));
    }
    bool lossy = false;
    Str sql = conversion_expression(arena, STR("x"), from, to, &lossy);
    touch(sql);
    if (type_eq(from, to) && !conversion_is_lossless(from, to))
        abort(); /* a type converts to itself */
}

/* The text of a type is a type, and the same one. */
static void read_again(Arena *arena, const Type *type)
{
    if (!type_eq(type, type_parse_sql(arena, type->text, NULL)))
        abort();
}

static void look_at(Arena *arena, const Type *type)
{
    touch(type->text);
    touch(type_default_sql(arena, type));
    touch(type_bare(type)->text);
    touch(type_without_nullable(arena, type)->text);
    type_is_nullable(type);
    read_again(arena, type);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str rest = {(const char *)data, size};
    ptrdiff_t end = str_find_char(rest, '\n');
    Str first = end < 0 ? rest : str_slice(rest, 0, (size_t)end);
    Str second = end < 0 ? rest : str_slice(rest, (size_t)end + 1, size);
    TypeProblem problem = {0};
    const Type *from = type_parse(arena, first, &problem);
    if (!from)
        touch(problem.message);
    from = type_parse_sql(arena, first, &problem);
    if (!from)
        touch(problem.suggestion);
    const Type *to = type_parse_sql(arena, second, NULL);
    if (from)
        look_at(arena, from);
    if (from && to)
        convert(arena, from, to);
    arena_free(arena);
    return 0;
}
