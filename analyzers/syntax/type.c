/* type.c: questions about types, their normalised text, and Tinybird's own limits. */
#include "type.h"

static bool is_plain_word(Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.len > 0;
}

static void add_quoted(Buf *out, Str text, char quote)
{
    static const char from[] = "\n\t\r\b\f";
    static const char to[] = "ntrbf";
    buf_add_char(out, quote);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        size_t special = 0;
        while (special < sizeof from - 1 && from[special] != c)
            special++;
        if (special < sizeof from - 1 || c == '\\' || c == quote || c == '\0')
            buf_add_char(out, '\\');
        buf_add_char(out, special < sizeof from - 1 ? to[special] : c == '\0' ? '0' : c);
    }
    buf_add_char(out, quote);
}

Str type_quote(Arena *arena, Str text)
{
    Buf out = {0};
    add_quoted(&out, text, '\'');
    Str quoted = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return quoted;
}

static void add_word(Buf *out, Str name)
{
    if (is_plain_word(name))
        buf_add_str(out, name);
    else
        add_quoted(out, name, '`');
}

static void add_function(Buf *out, const TypeArg *arg)
{
    buf_add_str(out, arg->name);
    if (arg->text.len == 0)
        return;
    buf_add_char(out, '(');
    buf_add_str(out, arg->text);
    buf_add_char(out, ')');
}

static void add_arg(Buf *out, const TypeArg *arg)
{
    switch (arg->kind) {
    case TYPE_ARG_TYPE:
        if (arg->name.len) {
            add_word(out, arg->name);
            buf_add_char(out, ' ');
        }
        buf_add_str(out, arg->type->text);
        break;
    case TYPE_ARG_NUMBER:
        buf_add_str(out, arg->text);
        break;
    case TYPE_ARG_STRING:
        add_quoted(out, arg->text, '\'');
        break;
    case TYPE_ARG_ENUM:
        add_quoted(out, arg->text, '\'');
        buf_addf(out, " = %lld", (long long)arg->number);
        break;
    case TYPE_ARG_SETTING:
        buf_add_str(out, arg->name);
        buf_add_char(out, '=');
        buf_add_str(out, arg->text);
        break;
    case TYPE_ARG_FUNCTION:
        add_function(out, arg);
        break;
    case TYPE_ARG_SKIP:
        buf_add(out, "SKIP ");
        add_word(out, arg->text);
        break;
    case TYPE_ARG_SKIP_REGEXP:
        buf_add(out, "SKIP REGEXP ");
        add_quoted(out, arg->text, '\'');
        break;
    }
}

static Str make_text(Arena *arena, const Type *type)
{
    bool empty_tuple = str_is(type->name, "Tuple") && type->arg_count == 0;
    if (type->arg_count == 0 && !empty_tuple)
        return type->name;
    Buf out = {0};
    buf_add_str(&out, type->name);
    buf_add_char(&out, '(');
    for (size_t i = 0; i < type->arg_count; i++) {
        if (i)
            buf_add(&out, ", ");
        add_arg(&out, &type->args[i]);
    }
    buf_add_char(&out, ')');
    Str text = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

const Type *type_make(Arena *arena, Str name, const TypeArg *args, size_t arg_count)
{
    Type *type = ARENA_NEW(arena, Type);
    type->name = name;
    type->args = args;
    type->arg_count = arg_count;
    type->text = make_text(arena, type);
    return type;
}

static ptrdiff_t find_nocase(Arena *arena, Str text, const char *lower_word)
{
    return str_find(str_lower(arena, text), lower_word);
}

static bool refuse(TypeProblem *problem, TypeProblemKind kind, ptrdiff_t offset,
                   const char *message, const char *suggestion)
{
    *problem = (TypeProblem){
        .kind = kind,
        .offset = (uint32_t)offset,
        .message = str_of(message),
        .suggestion = str_of(suggestion),
    };
    return true;
}

/* What Tinybird looks for in the text itself before ClickHouse ever sees it. */
static bool refused_by_tinybird(Arena *arena, Str text, TypeProblem *problem)
{
    Str bare = str_trim(text);
    ptrdiff_t at = find_nocase(arena, text, "boolean");
    if (at >= 0)
        return refuse(problem, TYPE_PROBLEM_TINYBIRD, at, "Tinybird does not take the type Boolean",
                      "Bool");
    at = str_find(text, "DateTime64");
    if (at >= 0 && str_find(text, "DateTime64(") < 0)
        return refuse(problem, TYPE_PROBLEM_TINYBIRD, at,
                      "Tinybird wants the precision of DateTime64 in parentheses", "DateTime64(3)");
    if (str_is(bare, "Int"))
        return refuse(problem, TYPE_PROBLEM_FORWARD, bare.ptr - text.ptr,
                      "Tinybird wants the width of Int", "Int32");
    if (str_is(bare, "UInt"))
        return refuse(problem, TYPE_PROBLEM_FORWARD, bare.ptr - text.ptr,
                      "Tinybird wants the width of UInt", "UInt32");
    return false;
}

const Type *type_parse(Arena *arena, Str text, TypeProblem *problem)
{
    TypeProblem mine = {0};
    const Type *type = NULL;
    if (!refused_by_tinybird(arena, text, &mine))
        type = type_parse_sql(arena, text, &mine);
    if (problem)
        *problem = mine;
    return type;
}

bool type_eq(const Type *a, const Type *b)
{
    return a && b && str_eq(a->text, b->text);
}

const Type *type_inner(const Type *t)
{
    if (type_is(t, "Nullable") || type_is(t, "LowCardinality") || type_is(t, "Array"))
        return t->args[0].type;
    if (type_is(t, "SimpleAggregateFunction"))
        return t->args[1].type;
    return NULL;
}

/* Without the wrappers that leave the values alone; Nullable stays. */
static const Type *without_storage_wrappers(const Type *t)
{
    while (type_is(t, "LowCardinality") || type_is(t, "SimpleAggregateFunction"))
        t = type_inner(t);
    return t;
}

bool type_is_nullable(const Type *t)
{
    return type_is(without_storage_wrappers(t), "Nullable");
}

const Type *type_bare(const Type *t)
{
    while (t && !type_is(t, "Array") && type_inner(t))
        t = type_inner(t);
    return t;
}

const Type *type_without_low_cardinality(const Type *t)
{
    return type_is(t, "LowCardinality") ? type_inner(t) : t;
}

static const Type *rebuild_around(Arena *arena, const Type *wrapper, const Type *inner)
{
    TypeArg *args = ARENA_ARRAY(arena, TypeArg, wrapper->arg_count);
    for (size_t i = 0; i < wrapper->arg_count; i++)
        args[i] = wrapper->args[i];
    args[wrapper->arg_count - 1].type = inner;
    return type_make(arena, wrapper->name, args, wrapper->arg_count);
}

const Type *type_without_nullable(Arena *arena, const Type *t)
{
    if (type_is(t, "Nullable"))
        return type_inner(t);
    if (!type_is_nullable(t))
        return t;
    return rebuild_around(arena, t, type_without_nullable(arena, type_inner(t)));
}

bool type_is_date_or_time(const Type *t)
{
    t = without_storage_wrappers(t);
    return type_is(t, "Date") || type_is(t, "Date32") || type_is(t, "DateTime") ||
           type_is(t, "DateTime64");
}

bool type_is_integer(const Type *t)
{
    return t && (str_starts(t->name, "Int") || str_starts(t->name, "UInt")) &&
           !str_starts(t->name, "Interval");
}

bool type_is_string_like(const Type *t)
{
    t = type_bare(t);
    return type_is(t, "String") || type_is(t, "FixedString");
}
