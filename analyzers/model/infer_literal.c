/* infer_literal.c: types of numbers, arrays, tuples and maps as they are written. */
#include "infer_internal.h"

static bool read_digits(Str digits, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (c < '0' || c > '9')
            return false;
        unsigned digit = (unsigned)(c - '0');
        if (*value > (UINT64_MAX - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    return digits.len > 0;
}

static const Type *negative_integer(Infer *in, uint64_t value)
{
    for (int bits = 8; bits <= 64; bits *= 2)
        if (value <= (uint64_t)1 << (bits - 1))
            return infer_integer(in, true, bits);
    return NULL;
}

static const Type *positive_integer(Infer *in, uint64_t value)
{
    for (int bits = 8; bits < 64; bits *= 2)
        if (value < (uint64_t)1 << bits)
            return infer_integer(in, false, bits);
    return infer_integer(in, false, 64);
}

/* Digits, a point, and an exponent; hexadecimal and the like are left alone. */
static bool is_decimal_fraction(Str text)
{
    bool fraction = false;
    bool digit = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= '0' && c <= '9')
            digit = true;
        else if (c == '.' || c == 'e' || c == 'E')
            fraction = true;
        else if (c != '-' && c != '+')
            return false;
    }
    return digit && fraction;
}

/* The smallest integer that holds the number, and Float64 for all others. */
const Type *infer_number(Infer *in, Str text)
{
    bool negative = str_starts(text, "-");
    Str digits = str_slice(text, negative ? 1 : 0, text.len);
    uint64_t value;
    if (is_decimal_fraction(digits))
        return infer_named(in, "Float64");
    if (!read_digits(digits, &value))
        return NULL;
    return negative && value ? negative_integer(in, value) : positive_integer(in, value);
}

/* LowCardinality inside arrays differs between servers. */
const Type *infer_array_literal(Infer *in, const Call *call)
{
    if (call->count == 0)
        return infer_of(in, "Array", infer_named(in, "Nothing"));
    if (infer_any_low_cardinality(call))
        return NULL;
    return infer_of(in, "Array", infer_common_of(in, call->args, call->count, 1));
}

const Type *infer_tuple(Infer *in, const Call *call)
{
    if (!infer_all_known(call) || call->count == 0)
        return NULL;
    TypeArg *args = ARENA_ARRAY(in->arena, TypeArg, call->count);
    for (size_t i = 0; i < call->count; i++)
        args[i] = (TypeArg){.kind = TYPE_ARG_TYPE, .type = infer_unnamed(call->args[i].type)};
    return type_make(in->arena, STR("Tuple"), args, call->count);
}

/* map(k, v, ...): the keys and the values by turns. */
const Type *infer_map(Infer *in, const Call *call)
{
    if (call->count == 0 || call->count % 2 || infer_any_low_cardinality(call))
        return NULL;
    TypeArg *args = ARENA_ARRAY(in->arena, TypeArg, 2);
    for (size_t i = 0; i < 2; i++) {
        const Type *type = infer_common_of(in, call->args + i, call->count - i, 2);
        if (!type || (i == 0 && type_is_nullable(type)))
            return NULL;
        args[i] = (TypeArg){.kind = TYPE_ARG_TYPE, .type = type};
    }
    return type_make(in->arena, STR("Map"), args, 2);
}
