/* parameter_call.c: String(name, 'x'), defined(name), error('...') and their like. */
#include "parameter_call.h"

#include <stdlib.h>
#include <string.h>

static bool is_one_of(Str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(word, words[i]))
            return true;
    }
    return false;
}

/* ---- words of Python ---- */

static const char *const CONSTANTS[] = {"True", "False", "None", "true", "false", "none", "null"};

bool python_is_constant(Str name)
{
    return is_one_of(name, CONSTANTS, ARRAY_LEN(CONSTANTS));
}

Str python_constant(Str name)
{
    if (str_is_nocase(name, "true"))
        return STR("True");
    return str_is_nocase(name, "false") ? STR("False") : STR("None");
}

bool python_is_keyword(Str name)
{
    static const char *const WORDS[] = {
        "and",    "or",    "not",   "in",     "is",    "if",    "else",   "for",    "lambda",
        "elif",   "while", "try",   "except", "with",  "class", "def",    "del",    "from",
        "import", "pass",  "raise", "yield",  "await", "async", "return", "global", "assert"};
    return is_one_of(name, WORDS, ARRAY_LEN(WORDS));
}

/* ---- what a call does ---- */

typedef struct {
    const char *function;
    const char *type;   /* "" for Array: its second argument says it */
    int default_at;     /* place of the default among the arguments */
    bool takes_nothing; /* gives a value of its own when the caller leaves the parameter out */
} TypeFunction;

static const TypeFunction TYPES[] = {
    {"String", "String", 1, false},     {"Boolean", "Boolean", 1, true},
    {"bool", "Boolean", 1, true},       {"Int", "Int32", 1, false},
    {"Integer", "Int32", 1, false},     {"Int8", "Int8", 1, false},
    {"Int16", "Int16", 1, false},       {"Int32", "Int32", 1, false},
    {"Int64", "Int64", 1, false},       {"Int128", "Int128", 1, false},
    {"Int256", "Int256", 1, false},     {"UInt8", "UInt8", 1, false},
    {"UInt16", "UInt16", 1, false},     {"UInt32", "UInt32", 1, false},
    {"UInt64", "UInt64", 1, false},     {"UInt128", "UInt128", 1, false},
    {"UInt256", "UInt256", 1, false},   {"Float32", "Float32", 1, false},
    {"Float64", "Float64", 1, false},   {"Date", "Date", 1, false},
    {"DateTime", "DateTime", 1, false}, {"DateTime64", "DateTime64", 1, false},
    {"UUID", "UUID", 1, false},         {"JSON", "JSON", 1, true},
    {"Symbol", "Symbol", 1, false},     {"Array", "", 2, false},
    {"column", "column", 1, false},     {"Column", "column", 1, false},
    {"columns", "columns", 1, false},
};

static const TypeFunction *type_function(Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
        if (str_is(name, TYPES[i].function))
            return &TYPES[i];
    }
    return NULL;
}

/* `id` and names that the template's sandbox takes away (type, dir) are none. */
bool python_is_builtin(Str name)
{
    static const char *const WORDS[] = {
        "abs",       "all",        "any",      "ascii",        "bin",        "bool",
        "bytearray", "bytes",      "callable", "chr",          "complex",    "dict",
        "divmod",    "enumerate",  "filter",   "float",        "frozenset",  "hasattr",
        "hash",      "hex",        "int",      "isinstance",   "issubclass", "iter",
        "len",       "list",       "map",      "max",          "min",        "next",
        "oct",       "ord",        "pow",      "range",        "repr",       "reversed",
        "round",     "set",        "slice",    "sorted",       "str",        "sum",
        "tuple",     "zip",        "error",    "custom_error", "symbol",     "job_timestamp",
        "Exception", "ValueError", "KeyError", "TypeError"};
    return is_one_of(name, WORDS, ARRAY_LEN(WORDS)) || type_function(name);
}

void use_fails(ParameterUse *use)
{
    use->fails = !use->is_builtin;
}

void call_keyword(PythonCall *call, Str keyword, const PythonValue *value)
{
    if (str_is(keyword, "default")) {
        call->default_value = *value;
        call->has_default_keyword = true;
    } else if (str_is(keyword, "required")) {
        call->is_required = value->kind == VALUE_WORD && str_is(value->text, "True");
    } else if (str_is(keyword, "defined")) {
        call->may_be_undefined = value->kind == VALUE_WORD && !str_is(value->text, "True");
    } else if (str_is(keyword, "enum") && value->kind == VALUE_LIST) {
        call->enum_values = value->items;
    }
}

static ParameterUse *use_of(TagFacts *facts, const PythonCall *call, size_t argument)
{
    if (argument >= call->given || call->arguments[argument].kind != VALUE_NAME ||
        call->arguments[argument].use >= facts->uses.len)
        return NULL;
    return &facts->uses.items[call->arguments[argument].use];
}

static Str array_type(Arena *arena, const PythonCall *call)
{
    if (call->given < 2)
        return STR("Array(String)");
    Str inner = call->arguments[1].text;
    if (call->arguments[1].kind == VALUE_STRING)
        inner = str_slice(inner, 1, inner.len - 1);
    const TypeFunction *function = type_function(inner);
    if (function && function->type[0])
        inner = str_of(function->type);
    return str_fmt(arena, "Array(%.*s)", STR_ARG(inner));
}

/* A value that is computed is one, too; None is none. */
static bool default_of(Arena *arena, const PythonCall *call, size_t place, Str *out)
{
    const PythonValue *value = call->has_default_keyword ? &call->default_value : NULL;
    if (!value && place < call->given)
        value = &call->arguments[place];
    if (!value || (value->kind == VALUE_WORD && str_is(value->text, "None")))
        return false;
    *out = value->text;
    if (value->kind == VALUE_LIST)
        *out = str_fmt(arena, "[%.*s]",
                       STR_ARG(str_join(arena, value->items.items, value->items.len, ", ")));
    return true;
}

static void apply_type(Arena *arena, TagFacts *facts, const PythonCall *call,
                       const TypeFunction *function)
{
    ParameterUse *use = use_of(facts, call, 0);
    if (!use)
        return;
    bool array = function->type[0] == '\0';
    use->type = array ? array_type(arena, call) : str_of(function->type);
    use->range = call->range;
    use->is_required = call->is_required;
    use->enum_values = call->enum_values;
    use->has_default = default_of(arena, call, (size_t)function->default_at, &use->default_text);
    if (!use->has_default && !function->takes_nothing && !call->may_be_undefined)
        use_fails(use);
}

/* Functions that an absent value breaks. */
static bool needs_arguments(Str function)
{
    static const char *const WORDS[] = {"symbol",
                                        "table",
                                        "TABLE",
                                        "sql_unescape",
                                        "len",
                                        "enumerate",
                                        "enumerate_with_last",
                                        "int",
                                        "float",
                                        "day_diff",
                                        "date_diff_in_days",
                                        "date_diff_in_hours",
                                        "date_diff_in_minutes",
                                        "date_diff_in_seconds"};
    return is_one_of(function, WORDS, ARRAY_LEN(WORDS));
}

static void apply_needs(TagFacts *facts, const PythonCall *call)
{
    size_t count = str_starts(call->function, "date") || str_starts(call->function, "day") ? 2 : 1;
    for (size_t i = 0; i < count; i++) {
        ParameterUse *use = use_of(facts, call, i);
        if (use)
            use_fails(use);
    }
}

static PythonValue apply_defined(Arena *arena, TagFacts *facts, const PythonCall *call)
{
    PythonValue value = {.kind = VALUE_OTHER};
    ParameterUse *use = use_of(facts, call, 0);
    if (use) {
        use->in_defined = true;
        vec_push(arena, &value.false_without, use->name);
    }
    return value;
}

PythonValue call_apply(Arena *arena, TagFacts *facts, const PythonCall *call)
{
    const TypeFunction *type = type_function(call->function);
    if (str_is(call->function, "defined"))
        return apply_defined(arena, facts, call);
    if (type)
        apply_type(arena, facts, call, type);
    else if (needs_arguments(call->function))
        apply_needs(facts, call);
    if (str_is(call->function, "error") || str_is(call->function, "custom_error"))
        facts->raises = true;
    return (PythonValue){.kind = VALUE_OTHER};
}
