/* infer_common.c: the type that holds the values of several, for branches and for arrays. */
#include "infer_internal.h"

enum { MAX_NESTING = 64 };

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* A sign takes a wider type; there is none beyond 64 bits that all servers agree on. */
static const Type *common_integer(Infer *in, const Type *a, const Type *b)
{
    bool a_signed = infer_class(a) == 'i';
    bool b_signed = infer_class(b) == 'i';
    int bits = larger(infer_bits(a), infer_bits(b));
    if (a_signed != b_signed) {
        int plain = infer_bits(a_signed ? b : a);
        int with_sign = infer_bits(a_signed ? a : b);
        bits = larger(with_sign, plain * 2);
    }
    return bits <= 64 ? infer_integer(in, a_signed || b_signed, bits) : NULL;
}

/* Float32 has room for integers of 16 bits, Float64 for those of 32. */
static const Type *common_float(Infer *in, const Type *a, const Type *b)
{
    int bits = 32;
    const Type *both[] = {a, b};
    for (size_t i = 0; i < 2; i++) {
        bool integer = infer_class_in(both[i], "ui");
        int own = infer_bits(both[i]);
        if (integer && own > 32)
            return NULL;
        if ((integer && own == 32) || infer_class(both[i]) == 'f')
            bits = 64;
    }
    return infer_named(in, bits == 32 ? "Float32" : "Float64");
}

static int decimal_digits(const Type *integer)
{
    static const int digits[] = {3, 5, 10, 20};
    size_t i = 0;
    for (int bits = infer_bits(integer); bits > 8 && i < 3; bits /= 2)
        i++;
    return digits[i];
}

/* A decimal that fills its storage stays as it is where the integer has room in it. */
static const Type *common_decimal(const Type *decimal, const Type *integer)
{
    int64_t precision = decimal->arg_count ? decimal->args[0].number : 0;
    int64_t scale = decimal->arg_count > 1 ? decimal->args[1].number : 0;
    bool full = precision == 9 || precision == 18 || precision == 38;
    return full && decimal_digits(integer) + scale <= precision ? decimal : NULL;
}

/* Tuples of as many elements, without names. */
static const Type *common_tuple(Infer *in, const Type *a, const Type *b)
{
    if (a->arg_count != b->arg_count)
        return NULL;
    TypeArg *args = ARENA_ARRAY(in->arena, TypeArg, a->arg_count);
    for (size_t i = 0; i < a->arg_count; i++) {
        if (a->args[i].name.len || b->args[i].name.len)
            return NULL;
        const Type *common = infer_common(in, a->args[i].type, b->args[i].type);
        if (!common)
            return NULL;
        args[i] = (TypeArg){.kind = TYPE_ARG_TYPE, .type = common};
    }
    return type_make(in->arena, a->name, args, a->arg_count);
}

static const Type *common_bare(Infer *in, const Type *a, const Type *b)
{
    if (type_eq(a, b))
        return a;
    if (infer_class_in(a, "ui") && infer_class_in(b, "ui"))
        return common_integer(in, a, b);
    if (infer_class_in(a, "uifg") && infer_class_in(b, "uifg"))
        return common_float(in, a, b);
    if (infer_class_in(a, "SF") && infer_class_in(b, "SF"))
        return infer_named(in, "String");
    if (infer_class(a) == 'D' && infer_class_in(b, "ui"))
        return common_decimal(a, b);
    if (infer_class(b) == 'D' && infer_class_in(a, "ui"))
        return common_decimal(b, a);
    if (type_is(a, "Tuple") && type_is(b, "Tuple"))
        return common_tuple(in, a, b);
    if (type_is(a, "Array") && type_is(b, "Array"))
        return infer_of(in, "Array", infer_common(in, type_inner(a), type_inner(b)));
    return NULL;
}

/* Nullable(Nothing) is NULL itself, Nothing the element of []. */
const Type *infer_common(Infer *in, const Type *a, const Type *b)
{
    if (!a || !b || in->depth >= MAX_NESTING)
        return NULL;
    bool nullable = type_is_nullable(a) || type_is_nullable(b);
    const Type *bare_a = type_bare(a);
    const Type *bare_b = type_bare(b);
    const Type *common;
    in->depth++;
    if (infer_class(bare_a) == 'N')
        common = bare_b;
    else if (infer_class(bare_b) == 'N')
        common = bare_a;
    else
        common = common_bare(in, bare_a, bare_b);
    in->depth--;
    return nullable ? infer_nullable(in, common) : common;
}

/* Of every `step`-th value. */
const Type *infer_common_of(Infer *in, const Value *values, size_t count, size_t step)
{
    const Type *common = count ? type_without_low_cardinality(infer_unnamed(values[0].type)) : NULL;
    for (size_t i = step; common && i < count; i += step)
        common = infer_common(in, common, values[i].type);
    return common;
}
