/* type_enum.c: Enum8, Enum16 and Enum: numbering, order by number, width. */
#include <stdlib.h>

#include "type_read.h"

static void read_value(TypeReader *r, TypeArgs *args, bool *numbered)
{
    TypeArg arg = {.kind = TYPE_ARG_ENUM, .text = r->now.text};
    if (r->now.kind != LEX_STRING) {
        type_fail_expected(r, "an Enum value in single quotes");
        return;
    }
    type_next(r);
    *numbered = type_take(r, '=');
    if (*numbered && !type_read_integer(r, &arg.number))
        return;
    type_push(r, args, arg);
}

/* All values have numbers, or none has, or only the first, from which the rest counts on. */
static void read_values(TypeReader *r, TypeArgs *args)
{
    bool numbered = false;
    bool count_on = false;
    do {
        uint32_t offset = r->now.offset;
        read_value(r, args, &numbered);
        if (r->failed)
            return;
        TypeArg *last = &args->items[args->len - 1];
        if (args->len == 2)
            count_on = !numbered;
        if (args->len == 1 && !numbered)
            last->number = 1;
        if (args->len > 1 && count_on == numbered)
            type_fail(r, TYPE_PROBLEM_ARGUMENT, offset,
                      STR("either all Enum values have numbers or none after the first"));
        if (args->len > 1 && count_on)
            last->number = args->items[args->len - 2].number + 1;
    } while (type_more_args(r));
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t x = ((const TypeArg *)a)->number;
    int64_t y = ((const TypeArg *)b)->number;
    return x < y ? -1 : x > y;
}

static int compare_labels(const void *a, const void *b)
{
    return str_cmp(((const TypeArg *)a)->text, ((const TypeArg *)b)->text);
}

static void check_unique(TypeReader *r, TypeArgs *args, uint32_t start)
{
    qsort(args->items, args->len, sizeof *args->items, compare_labels);
    for (size_t i = 1; i < args->len; i++)
        if (str_eq(args->items[i - 1].text, args->items[i].text))
            type_fail(r, TYPE_PROBLEM_ARGUMENT, start,
                      str_fmt(r->lexer.arena, "the Enum value '%.*s' is there twice",
                              STR_ARG(args->items[i].text)));
    qsort(args->items, args->len, sizeof *args->items, compare_numbers);
    for (size_t i = 1; i < args->len; i++)
        if (args->items[i - 1].number == args->items[i].number)
            type_fail(r, TYPE_PROBLEM_ARGUMENT, start,
                      str_fmt(r->lexer.arena, "two Enum values have the number %lld",
                              (long long)args->items[i].number));
}

static Str choose_width(TypeReader *r, const TypeName *name, const TypeArgs *args, uint32_t start)
{
    int64_t low = args->items[0].number;
    int64_t high = args->items[args->len - 1].number;
    bool fits8 = low >= INT8_MIN && high <= INT8_MAX;
    bool fits16 = low >= INT16_MIN && high <= INT16_MAX;
    bool wants8 = str_is(name->canonical, "Enum8");
    if (!fits16 || (wants8 && !fits8))
        type_fail(r, TYPE_PROBLEM_ARGUMENT, start,
                  str_fmt(r->lexer.arena, "an Enum number is out of the range of %s",
                          wants8 ? "Enum8" : "Enum16"));
    if (str_is(name->canonical, "Enum"))
        return fits8 ? STR("Enum8") : STR("Enum16");
    return name->canonical;
}

Str type_read_enum(TypeReader *r, const TypeName *name, uint32_t start, TypeArgs *args)
{
    if (!type_expect(r, '('))
        return name->canonical;
    read_values(r, args);
    type_expect(r, ')');
    if (!r->failed)
        check_unique(r, args, start);
    return r->failed ? name->canonical : choose_width(r, name, args, start);
}
