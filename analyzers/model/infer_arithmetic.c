/* infer_arithmetic.c: + - * / % over numbers, decimals and dates. */
#include "infer_internal.h"

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static bool is_signed(const Type *type)
{
    return infer_class(type) == 'i';
}

/* Twice as wide as the wider one, up to 64 bits; a difference has a sign. */
static const Type *widened(Infer *in, const Type *a, const Type *b, bool difference)
{
    int bits = 2 * larger(infer_bits(a), infer_bits(b));
    return infer_integer(in, difference || is_signed(a) || is_signed(b), bits > 64 ? 64 : bits);
}

/* The sign comes from the left, the width from the right, which bounds what is left over. */
static const Type *remainder_of(Infer *in, const Type *a, const Type *b)
{
    if (!is_signed(a))
        return is_signed(b) ? NULL : infer_integer(in, false, infer_bits(b));
    int bits = 2 * infer_bits(b);
    return infer_integer(in, true, bits > 64 ? 64 : bits);
}

static const Type *of_integers(Infer *in, const Type *a, const Type *b, char operator)
{
    switch (operator) {
    case '/':
        return infer_named(in, "Float64");
    case '%':
        return remainder_of(in, a, b);
    default:
        return widened(in, a, b, operator== '-');
    }
}

static int decimal_part(const Type *type, size_t index)
{
    return index < type->arg_count ? (int)type->args[index].number : 0;
}

/* Precision is that of the storage: 9, 18, 38 or 76 digits. */
static int storage_digits(int precision)
{
    static const int digits[] = {9, 18, 38, 76};
    for (size_t i = 0; i < ARRAY_LEN(digits); i++)
        if (precision <= digits[i])
            return digits[i];
    return 0;
}

static const Type *of_decimals(Infer *in, const Type *a, const Type *b, char operator)
{
    int digits = larger(storage_digits(decimal_part(a, 0)), storage_digits(decimal_part(b, 0)));
    int scale_a = decimal_part(a, 1);
    int scale_b = decimal_part(b, 1);
    int scale = operator== '*' ? scale_a + scale_b : larger(scale_a, scale_b);
    if ((operator!= '+' && operator!= '-' && operator!= '*') || digits == 0 || scale > digits)
        return NULL;
    TypeArg *args = ARENA_ARRAY(in->arena, TypeArg, 2);
    int numbers[] = {digits, scale};
    for (size_t i = 0; i < 2; i++)
        args[i] = (TypeArg){.kind = TYPE_ARG_NUMBER,
                            .number = numbers[i],
                            .text = str_fmt(in->arena, "%d", numbers[i])};
    return type_make(in->arena, STR("Decimal"), args, 2);
}

/* A date and a number of days, a time and a number of seconds; two of a kind have a distance. */
static const Type *of_dates(Infer *in, const Type *a, const Type *b, char operator)
{
    bool dates = infer_class_in(a, "dt") && infer_class_in(b, "dt");
    if (dates)
        return operator== '-' && infer_class(a) == infer_class(b) ? infer_named(in, "Int32") : NULL;
    bool moves = operator== '+' || operator== '-';
    if (moves && infer_class_in(a, "dt") && infer_class_in(b, "ui"))
        return a;
    return operator== '+' && infer_class_in(b, "dt") && infer_class_in(a, "ui") ? b : NULL;
}

static const Type *of_bare(Infer *in, const Type *a, const Type *b, char operator)
{
    if (infer_class_in(a, "uiB") && infer_class_in(b, "uiB"))
        return of_integers(in, a, b, operator);
    if (infer_class_in(a, "uiBfg") && infer_class_in(b, "uiBfg"))
        return infer_named(in, "Float64");
    bool keeps = operator== '+' || operator== '-' || operator== '*';
    if (keeps && infer_class(a) == 'D' && infer_class_in(b, "ui"))
        return a;
    if (keeps && infer_class(b) == 'D' && infer_class_in(a, "ui"))
        return b;
    if (infer_class(a) == 'D' && infer_class(b) == 'D')
        return of_decimals(in, a, b, operator);
    return of_dates(in, a, b, operator);
}

static Str interval_unit(const Type *interval)
{
    return str_slice(interval->name, sizeof("Interval") - 1, interval->name.len);
}

const Type *infer_arithmetic(Infer *in, const Call *call, char operator)
{
    if (call->count != 2 || !infer_all_known(call))
        return NULL;
    const Type *a = type_bare(call->args[0].type);
    const Type *b = type_bare(call->args[1].type);
    if (infer_class(b) == 'V' && (operator== '+' || operator== '-'))
        return infer_add_interval(in, call, a, interval_unit(b));
    if (infer_class(a) == 'V' && operator== '+')
        return infer_add_interval(in, call, b, interval_unit(a));
    return infer_wrapped(in, call, of_bare(in, a, b, operator));
}

const Type *infer_negate(Infer *in, const Call *call)
{
    const Type *bare = type_bare(call->args[0].type);
    if (infer_class_in(bare, "ifgD"))
        return infer_wrapped(in, call, bare);
    if (!infer_class_in(bare, "uB"))
        return NULL;
    int bits = 2 * infer_bits(bare);
    return infer_wrapped(in, call, infer_integer(in, true, bits > 64 ? 64 : bits));
}

const Type *infer_abs(Infer *in, const Call *call)
{
    const Type *bare = type_bare(call->args[0].type);
    if (infer_class_in(bare, "fgD"))
        return infer_wrapped(in, call, bare);
    if (!infer_class_in(bare, "ui"))
        return NULL;
    return infer_wrapped(in, call, infer_integer(in, false, infer_bits(bare)));
}

const Type *infer_int_div(Infer *in, const Call *call)
{
    if (call->count != 2 || !infer_class_in(call->args[0].type, "ui") ||
        !infer_class_in(call->args[1].type, "ui"))
        return NULL;
    const Type *a = type_bare(call->args[0].type);
    bool sign = is_signed(a) || is_signed(type_bare(call->args[1].type));
    return infer_wrapped(in, call, infer_integer(in, sign, infer_bits(a)));
}
