/* conversion_enum.c: Enum as the old type. ClickHouse converts Enum to Enum by number. */
#include "conversion_fact.h"

#include <stdlib.h>

static const TypeArg *value_by_number(const Type *type, int64_t number)
{
    size_t low = 0;
    size_t high = type->arg_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (type->args[middle].number == number)
            return &type->args[middle];
        if (type->args[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const TypeArg *value_by_name(const Type *type, Str name)
{
    for (size_t i = 0; i < type->arg_count; i++)
        if (str_eq(type->args[i].text, name))
            return &type->args[i];
    return NULL;
}

const char *enum_foreign_number(const Type *type)
{
    static const char *const numbers[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    for (int64_t i = 0; i < (int64_t)ARRAY_LEN(numbers); i++)
        if (!value_by_number(type, i))
            return numbers[i];
    return NULL;
}

const char *enum_foreign_name(const Type *type)
{
    static const char *const names[] = {"abc", "seventeen bytes!!"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!value_by_name(type, str_of(names[i])))
            return names[i];
    return NULL;
}

static bool numbers_fit(const Type *type, int64_t low, int64_t high)
{
    return type->arg_count && type->args[0].number >= low &&
           type->args[type->arg_count - 1].number <= high;
}

static Fact enum_to_int(Shape from, Shape to)
{
    int64_t low = to.is_signed ? (to.bits == 8 ? INT8_MIN : INT16_MIN) : 0;
    int64_t high = to.bits > 8 ? INT16_MAX : to.is_signed ? INT8_MAX : UINT8_MAX;
    if (numbers_fit(from.type, low, high))
        return fact_lossless();
    return fact_refused_by_accurate(fact_changes(NULL, NULL, "wraps"));
}

static int compare_names(const void *a, const void *b)
{
    return str_cmp((*(const TypeArg *const *)a)->text, (*(const TypeArg *const *)b)->text);
}

/* The values ordered by name: an Enum16 may have 65,536 of them. The caller frees. */
static const TypeArg **by_names(const Type *type)
{
    const TypeArg **sorted = xmalloc(type->arg_count * sizeof(const TypeArg *));
    for (size_t i = 0; i < type->arg_count; i++)
        sorted[i] = &type->args[i];
    qsort(sorted, type->arg_count, sizeof(const TypeArg *), compare_names);
    return sorted;
}

/* A name with another number stops the conversion; a number with another name changes its
 * meaning, and one without a name is stored but cannot be read. */
static Fact enum_to_enum(Shape from, Shape to)
{
    const TypeArg **names = by_names(to.type);
    bool changes = false;
    bool never = false;
    for (size_t i = 0; i < from.type->arg_count && !never; i++) {
        const TypeArg *old = &from.type->args[i];
        const TypeArg *by_number = value_by_number(to.type, old->number);
        if (by_number && str_eq(by_number->text, old->text))
            continue;
        never = bsearch(&old, names, to.type->arg_count, sizeof *names, compare_names) != NULL;
        changes = true;
    }
    free(names);
    if (never)
        return fact_never();
    if (!changes)
        return fact_lossless();
    Fact fact = fact_changes(NULL, NULL, "keeps its number and loses its name");
    fact.or_null_raises = true;
    return fact;
}

static Fact enum_to_fixed_string(Shape from, Shape to)
{
    for (size_t i = 0; i < from.type->arg_count; i++)
        if (from.type->args[i].text.len > (size_t)to.length)
            return fact_with_failure(fact_unknown(), NULL);
    return fact_lossless();
}

Fact fact_from_enum(Shape from, Shape to)
{
    switch (to.family) {
    case FAMILY_INT:
        return enum_to_int(from, to);
    case FAMILY_FLOAT:
    case FAMILY_STRING:
        return fact_lossless();
    case FAMILY_FIXED_STRING:
        return enum_to_fixed_string(from, to);
    case FAMILY_BOOL:
        if (numbers_fit(from.type, 0, 1))
            return fact_lossless();
        return fact_changes(NULL, NULL, "is true for any number but 0");
    case FAMILY_DATE:
    case FAMILY_DATE32:
    case FAMILY_DATETIME:
        return fact_changes(NULL, NULL, "is read as a number of days or seconds");
    case FAMILY_ENUM:
        return enum_to_enum(from, to);
    case FAMILY_OTHER:
        return fact_unknown();
    default:
        return fact_never();
    }
}
