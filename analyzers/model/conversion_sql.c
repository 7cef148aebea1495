/* conversion_sql.c: the expression that converts a column, and the defaults of types. */
#include "conversion.h"

/* The default of a type as SQL, and as a text that CAST reads. */
static const struct {
    const char *name;
    const char *sql;
    const char *text;
} DEFAULTS[] = {
    {"String", "''", ""},
    {"FixedString", "''", ""},
    {"Bool", "false", "false"},
    {"Array", "[]", NULL},
    {"Map", "map()", NULL},
    {"UUID", "toUUID('00000000-0000-0000-0000-000000000000')",
     "00000000-0000-0000-0000-000000000000"},
    {"IPv4", "toIPv4('0.0.0.0')", "0.0.0.0"},
    {"IPv6", "toIPv6('::')", "::"},
    {"Date", "toDate(0)", "1970-01-01"},
    {"Date32", "toDate32('1970-01-01')", "1970-01-01"},
    {"DateTime", "toDateTime(0)", "1970-01-01 00:00:00"},
    {"DateTime64", NULL, "1970-01-01 00:00:00"},
    {"Int8", "toInt8(0)", "0"},
};

static bool is_number(const Type *bare)
{
    return type_is_integer(bare) || str_starts(bare->name, "Float") || type_is(bare, "Decimal");
}

static bool is_enum(const Type *bare)
{
    return type_is(bare, "Enum8") || type_is(bare, "Enum16");
}

static Str time_default(Arena *arena, const Type *bare)
{
    Str zone = {0};
    for (size_t i = 0; i < bare->arg_count; i++)
        if (bare->args[i].kind == TYPE_ARG_STRING)
            zone = type_quote(arena, bare->args[i].text);
    const char *comma = zone.len ? ", " : "";
    if (type_is(bare, "DateTime64"))
        return str_fmt(arena, "toDateTime64(0, %lld%s%.*s)", (long long)bare->args[0].number, comma,
                       STR_ARG(zone));
    return str_fmt(arena, "toDateTime(0%s%.*s)", comma, STR_ARG(zone));
}

Str type_default_sql(Arena *arena, const Type *type)
{
    if (!type)
        return (Str){0};
    if (type_is_nullable(type))
        return STR("NULL");
    const Type *bare = type_bare(type);
    if (type_is(bare, "DateTime") || type_is(bare, "DateTime64"))
        return time_default(arena, bare);
    if (is_enum(bare) && bare->arg_count)
        return type_quote(arena, bare->args[0].text);
    for (size_t i = 0; i < ARRAY_LEN(DEFAULTS); i++)
        if (type_is(bare, DEFAULTS[i].name))
            return str_of(DEFAULTS[i].sql);
    return is_number(bare) ? STR("0") : (Str){0};
}

/* A text that CAST turns into the default of `type`, quoted; empty when there is none. */
static Str default_as_text(Arena *arena, const Type *type)
{
    const Type *bare = type_bare(type);
    if (is_number(bare))
        return STR("'0'");
    if (is_enum(bare) && bare->arg_count)
        return type_quote(arena, bare->args[0].text);
    for (size_t i = 0; i < ARRAY_LEN(DEFAULTS); i++)
        if (type_is(bare, DEFAULTS[i].name) && DEFAULTS[i].text)
            return type_quote(arena, str_of(DEFAULTS[i].text));
    return (Str){0};
}

static Str call_cast(Arena *arena, const char *function, Str sql, const Type *to)
{
    Str type = type_quote(arena, to->text);
    return str_fmt(arena, "%s(%.*s, %.*s)", function, STR_ARG(sql), STR_ARG(type));
}

/* CAST where nothing is lost or nothing better exists; accurateCast where CAST would wrap in
 * silence and accurateCast stops the deployment instead. */
static Str strict_cast(Arena *arena, Str sql, const Type *from, const Type *to)
{
    Conversion plain = conversion_of(from, to, CAST_STRICT);
    Conversion accurate = conversion_of(from, to, CAST_ACCURATE);
    if (type_eq(from, to))
        return sql;
    if (plain.possible == CONVERSION_NO)
        return (Str){0};
    bool guards = plain.can_change == CONVERSION_YES && accurate.possible == CONVERSION_YES &&
                  accurate.can_change == CONVERSION_NO;
    return call_cast(arena, guards ? "accurateCast" : "CAST", sql, to);
}

static const Type *make_nullable(Arena *arena, const Type *type)
{
    bool low_cardinality = type_is(type, "LowCardinality");
    TypeArg *inner = ARENA_NEW(arena, TypeArg);
    inner->kind = TYPE_ARG_TYPE;
    inner->type = type_bare(type);
    const Type *nullable = type_make(arena, STR("Nullable"), inner, 1);
    if (!low_cardinality)
        return nullable;
    TypeArg *outer = ARENA_NEW(arena, TypeArg);
    outer->kind = TYPE_ARG_TYPE;
    outer->type = nullable;
    return type_make(arena, STR("LowCardinality"), outer, 1);
}

/* NULL becomes the default; a text that cannot be read still stops the deployment. */
static Str replace_null(Arena *arena, Str sql, const Type *from, const Type *to)
{
    const Type *plain = type_without_nullable(arena, from);
    Str fallback = type_default_sql(arena, to);
    if (type_is(type_bare(from), "String")) {
        Str text = default_as_text(arena, to);
        if (text.len == 0)
            return (Str){0};
        Str filled = str_fmt(arena, "ifNull(%.*s, %.*s)", STR_ARG(sql), STR_ARG(text));
        return strict_cast(arena, filled, plain, to);
    }
    if (fallback.len == 0)
        return (Str){0};
    Str value = type_eq(plain, to) ? sql : strict_cast(arena, sql, from, make_nullable(arena, to));
    if (value.len == 0)
        return (Str){0};
    Str filled = str_fmt(arena, "ifNull(%.*s, %.*s)", STR_ARG(value), STR_ARG(fallback));
    bool turns_to_text = is_enum(type_bare(to)) || type_is(type_bare(to), "FixedString");
    return turns_to_text ? call_cast(arena, "CAST", filled, to) : filled;
}

/* CAST to a Nullable type would put NULL for a text that it cannot read: cast to the bare type
 * first, which stops the deployment. */
static Str text_to_nullable(Arena *arena, Str sql, const Type *from, const Type *to)
{
    const Type *plain_from = type_without_nullable(arena, from);
    const Type *plain_to = type_without_nullable(arena, to);
    if (!type_is_nullable(from)) {
        Str value = strict_cast(arena, sql, from, plain_to);
        return value.len ? call_cast(arena, "CAST", value, to) : value;
    }
    Str value = str_fmt(arena, "assumeNotNull(%.*s)", STR_ARG(sql));
    value = strict_cast(arena, value, plain_from, plain_to);
    if (value.len == 0)
        return value;
    return str_fmt(arena, "if(%.*s IS NULL, NULL, %.*s)", STR_ARG(sql), STR_ARG(value));
}

static bool loses_to_null(const Type *from, const Type *to)
{
    Conversion c = conversion_of(from, to, CAST_STRICT);
    return type_is_nullable(to) && type_is(type_bare(from), "String") && c.change_result &&
           str_is(str_of(c.change_result), "NULL");
}

static bool has_value(const Type *enum_type, Str name)
{
    for (size_t i = 0; i < enum_type->arg_count; i++)
        if (str_eq(enum_type->args[i].text, name))
            return true;
    return false;
}

/* By name: the numbers may differ. Empty when an old name is gone, since only the author knows
 * what becomes of its rows. */
static Str enum_by_name(Arena *arena, Str sql, const Type *from, const Type *to)
{
    const Type *old = type_bare(from);
    for (size_t i = 0; i < old->arg_count; i++)
        if (!has_value(type_bare(to), old->args[i].text))
            return (Str){0};
    Str name = str_fmt(arena, "toString(%.*s)", STR_ARG(sql));
    return call_cast(arena, "CAST", name, to);
}

static bool holds_many(const Type *bare)
{
    return type_is(bare, "Array") || type_is(bare, "Map") || type_is(bare, "Tuple") ||
           type_is(bare, "Nested");
}

/* How a text is split, or what a state was made of, only the author can say. */
static bool needs_author(const Type *from, const Type *to)
{
    const Type *bare_from = type_bare(from);
    const Type *bare_to = type_bare(to);
    if (holds_many(bare_from) != holds_many(bare_to))
        return !type_is_string_like(to) && !type_is(bare_to, "JSON");
    if (type_is(bare_to, "AggregateFunction") || type_is(bare_from, "AggregateFunction"))
        return !conversion_is_lossless(from, to);
    return conversion_of(bare_from, bare_to, CAST_STRICT).possible != CONVERSION_YES &&
           !(is_enum(bare_from) && is_enum(bare_to));
}

Str conversion_expression(Arena *arena, Str column_sql, const Type *from, const Type *to,
                          bool *lossy_out)
{
    Str sql = {0};
    bool drops_null = type_is_nullable(from) && !type_is_nullable(to);
    bool lossy = !from || !to || !conversion_is_lossless(from, to);
    if (!from || !to || needs_author(from, to)) {
        sql = (Str){0};
    } else if (is_enum(type_bare(from)) && is_enum(type_bare(to)) &&
               !conversion_is_lossless(type_bare(from), type_bare(to))) {
        sql = drops_null ? (Str){0} : enum_by_name(arena, column_sql, from, to);
        lossy = sql.len == 0;
    } else if (drops_null) {
        sql = replace_null(arena, column_sql, from, to);
    } else if (loses_to_null(from, to)) {
        sql = text_to_nullable(arena, column_sql, from, to);
    } else {
        sql = strict_cast(arena, column_sql, from, to);
    }
    if (lossy_out)
        *lossy_out = lossy;
    return sql;
}
