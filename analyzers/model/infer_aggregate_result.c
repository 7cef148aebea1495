/* infer_aggregate_result.c: aggregate functions without combinators and what they give. */
#include "infer_internal.h"

#include <stdlib.h>
#include <string.h>

typedef enum {
    RESULT_UNKNOWN,
    RESULT_COUNT, /* UInt64, of no rows 0 */
    RESULT_SUM,
    RESULT_SAME,  /* the first argument's type */
    RESULT_ARRAY, /* Array of the first argument's type */
    RESULT_SET,   /* the same; servers differ in whether it keeps the zone of times */
    RESULT_FLOAT64,
    RESULT_FLOAT32,
    RESULT_STATISTIC, /* Float32 of Float32, Float64 of all other numbers */
    RESULT_UINT8,
    RESULT_UINT64,
    RESULT_PLAIN_UINT64, /* of Nullable arguments servers differ */
    RESULT_PLAIN_SAME,
    RESULT_UINT8_ARRAY,
    RESULT_STRING,
    RESULT_QUANTILE, /* Float64 of numbers, else the argument's type */
    RESULT_QUANTILE_ARRAY,
    RESULT_FLOAT32_ARRAY,
} Result;

static const AggregateEntry AGGREGATES[] = {
#define ANY_CASE   true
#define EXACT_CASE false
#define AGGREGATE(name, letter_case, min, max, result, accepts)                                    \
    {STR_INIT(name), letter_case##_CASE, min, max, RESULT_##result, accepts},
#include "infer_aggregate.def"
#undef AGGREGATE
};

static int compare_name(const void *key, const void *entry)
{
    const Str *name = key;
    const Str *other = &((const AggregateEntry *)entry)->name;
    size_t len = name->len < other->len ? name->len : other->len;
    int order = strncasecmp(name->ptr, other->ptr, len);
    return order ? order : (name->len > other->len) - (name->len < other->len);
}

const AggregateEntry *infer_aggregate_find(Str name)
{
    if (name.len == 0)
        return NULL;
    const AggregateEntry *found =
        bsearch(&name, AGGREGATES, ARRAY_LEN(AGGREGATES), sizeof(*AGGREGATES), compare_name);
    return found && (found->any_case || str_eq(found->name, name)) ? found : NULL;
}

bool infer_counts_rows(const AggregateEntry *entry)
{
    return entry && entry->result == RESULT_COUNT;
}

bool infer_nulls_unclear(const AggregateEntry *entry)
{
    return entry->result == RESULT_PLAIN_UINT64 || entry->result == RESULT_PLAIN_SAME;
}

/* Integers are summed in 64 bits, decimals in at least 38 digits. */
const Type *infer_sum(Infer *in, const Type *type)
{
    const Type *bare = type_bare(type);
    switch (infer_class(bare)) {
    case 'u':
    case 'B':
        return infer_named(in, "UInt64");
    case 'i':
        return infer_named(in, "Int64");
    case 'f':
    case 'g':
        return infer_named(in, "Float64");
    case 'D':
        break;
    default:
        return NULL;
    }
    int64_t scale = bare->arg_count > 1 ? bare->args[1].number : 0;
    int64_t digits = bare->args[0].number > 38 ? 76 : 38;
    Str text = str_fmt(in->arena, "Decimal(%d, %d)", (int)digits, (int)scale);
    return type_parse_sql(in->arena, text, NULL);
}

static const Type *quantile(Infer *in, const Type *type)
{
    return infer_class_in(type, "uiBfg") ? infer_named(in, "Float64") : type;
}

static const Type *by_result(Infer *in, Result result, const Type *first)
{
    Str zone;
    switch (result) {
    case RESULT_COUNT:
    case RESULT_UINT64:
    case RESULT_PLAIN_UINT64:
        return infer_named(in, "UInt64");
    case RESULT_SUM:
        return infer_sum(in, first);
    case RESULT_SAME:
    case RESULT_PLAIN_SAME:
        return first;
    case RESULT_ARRAY:
        return infer_of(in, "Array", first);
    case RESULT_SET:
        return infer_zone(first, &zone) && zone.len ? NULL : infer_of(in, "Array", first);
    case RESULT_FLOAT64:
        return infer_named(in, "Float64");
    case RESULT_FLOAT32:
        return infer_named(in, "Float32");
    case RESULT_STATISTIC:
        return infer_named(in, infer_class(first) == 'g' ? "Float32" : "Float64");
    case RESULT_UINT8:
        return infer_named(in, "UInt8");
    case RESULT_UINT8_ARRAY:
        return infer_of(in, "Array", infer_named(in, "UInt8"));
    case RESULT_STRING:
        return infer_named(in, "String");
    case RESULT_QUANTILE:
        return quantile(in, first);
    case RESULT_QUANTILE_ARRAY:
        return infer_of(in, "Array", quantile(in, first));
    case RESULT_FLOAT32_ARRAY:
        return infer_of(in, "Array", infer_named(in, "Float32"));
    case RESULT_UNKNOWN:
        break;
    }
    return NULL;
}

const Type *infer_aggregate_result(Infer *in, const AggregateEntry *entry, const Type *const *types,
                                   size_t count)
{
    if (count < entry->min || count > entry->max)
        return NULL;
    if (entry->result == RESULT_COUNT)
        return infer_named(in, "UInt64");
    if (count == 0 || !infer_class_in(types[0], entry->accepts))
        return NULL;
    return by_result(in, (Result)entry->result, types[0]);
}
