/* datafile_engine.c: engines, their parameters, and what may stand in a sorting key. */
#include "checks/datafile_check.h"
#include "model/engine_facts.h"

#include <string.h>

typedef struct {
    const char *name;
    Keyword required[2]; /* KEYWORD_UNKNOWN: none */
    bool needs_sorting_key;
    bool classic_only;
} EngineInfo;

static const EngineInfo engines[] = {
    {"MergeTree", {0}, false, false},
    {"ReplacingMergeTree", {0}, true, false},
    {"SummingMergeTree", {0}, false, false},
    {"AggregatingMergeTree", {0}, false, false},
    {"CollapsingMergeTree", {KEYWORD_ENGINE_SIGN}, true, false},
    {"VersionedCollapsingMergeTree", {KEYWORD_ENGINE_SIGN, KEYWORD_ENGINE_VERSION}, false, false},
    {"Null", {0}, false, false},
    {"Join", {0}, false, true},
};

static const EngineInfo *engine_find(const FileCheck *in, Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(engines); i++)
        if (str_is_nocase(name, engines[i].name) && !(engines[i].classic_only && in->is_forward))
            return &engines[i];
    return NULL;
}

static Str nearest_engine(Str name)
{
    Str best = {0};
    size_t best_distance = 5;
    for (size_t i = 0; i < ARRAY_LEN(engines) - 1; i++) {
        size_t distance = str_distance(name, str_of(engines[i].name), best_distance);
        if (distance < best_distance) {
            best = str_of(engines[i].name);
            best_distance = distance;
        }
    }
    return best;
}

static void report_unknown_engine(const FileCheck *in, const Instruction *engine)
{
    Str near = nearest_engine(engine->value.text);
    datafile_refuse_value(
        in, engine,
        str_fmt(in->arena, "does not know '%.*s'", STR_ARG(shown(in, engine->value.text))),
        near.len ? str_fmt(in->arena, "Did you mean '%.*s'?", STR_ARG(near))
                 : STR("Write MergeTree, ReplacingMergeTree, SummingMergeTree, "
                       "AggregatingMergeTree, CollapsingMergeTree, VersionedCollapsingMergeTree or "
                       "Null."));
}

/* ---- parameters ---- */

static void report_missing(const FileCheck *in, const Instruction *engine, Keyword missing,
                           const char *advice)
{
    const char *word = keyword_info(missing)->word;
    datafile_report(
        in, RULE_TB905, engine->word.range,
        str_fmt(in->arena, "%.*s without %s", STR_ARG(shown(in, engine->value.text)), word),
        str_fmt(in->arena, "'%.*s' needs '%s': the data source will be refused.",
                STR_ARG(shown(in, engine->value.text)), word),
        str_of(advice));
}

static bool is_empty_key(Str value)
{
    return value.len == 0 || str_is(value, "tuple()");
}

static void check_required(const FileCheck *in, const Instruction *engine, const EngineInfo *info)
{
    for (size_t i = 0; i < ARRAY_LEN(info->required); i++)
        if (info->required[i] != KEYWORD_UNKNOWN && !effective(in, info->required[i]))
            report_missing(in, engine, info->required[i], "Name the column that holds it.");
    if (!info->needs_sorting_key)
        return;
    const Instruction *key = effective(in, KEYWORD_ENGINE_SORTING_KEY);
    if (!key)
        report_missing(in, engine, KEYWORD_ENGINE_SORTING_KEY,
                       "Rows that are equal in it are merged: name the columns that identify a "
                       "row.");
    else if (is_empty_key(key->value.text))
        datafile_refuse_value(in, key, str_fmt(in->arena, "must not be empty for %s", info->name),
                              STR("Name the columns that identify a row."));
}

/* The deploy itself drops this column: another rule says that it is still used. */
static bool is_dropped_column(const FileCheck *in, Str name)
{
    const ResourceChange *change = map_get(in->check->diff->datasources, in->resource->name);
    const ColumnChange *column = change ? diff_column(change, name) : NULL;
    return column && (column->bits & COLUMN_DROPPED);
}

static Str without_backticks(Str name)
{
    if (name.len >= 2 && name.ptr[0] == '`' && name.ptr[name.len - 1] == '`')
        return str_slice(name, 1, name.len - 1);
    return name;
}

static void check_column_name(const FileCheck *in, const Instruction *at, Str written)
{
    Str name = without_backticks(str_trim(written));
    if (name.len == 0 || map_has(in->columns, name) || is_dropped_column(in, name))
        return;
    datafile_refuse_value(in, at,
                          str_fmt(in->arena, "names no column: '%.*s'", STR_ARG(shown(in, name))),
                          STR("Name a column of the SCHEMA."));
}

static void check_column_parameter(const FileCheck *in, Keyword keyword)
{
    const Instruction *at = effective(in, keyword);
    if (!at || value_is_deferred(at->value.text))
        return;
    Str rest = at->value.text;
    if (keyword != KEYWORD_ENGINE_COLUMNS) {
        check_column_name(in, at, rest);
        return;
    }
    while (rest.len) {
        ptrdiff_t comma = str_find_char(rest, ',');
        size_t end = comma < 0 ? rest.len : (size_t)comma;
        check_column_name(in, at, str_slice(rest, 0, end));
        rest = str_slice(rest, end + 1, rest.len);
    }
}

/* Connectors add columns of their own that the file need not declare. */
static bool has_connector(const FileCheck *in)
{
    return effective(in, KEYWORD_KAFKA_TOPIC) || effective(in, KEYWORD_KAFKA_CONNECTION_NAME) ||
           effective(in, KEYWORD_IMPORT_CONNECTION_NAME) || effective(in, KEYWORD_IMPORT_SERVICE) ||
           effective(in, KEYWORD_IMPORT_TABLE_ARN) || effective(in, KEYWORD_PG_CONNECTION_NAME);
}

static void check_column_parameters(const FileCheck *in, const EngineInfo *info)
{
    if (has_connector(in) || (in->is_forward && in->file->columns.len == 0))
        return;
    if (str_is(str_of(info->name), "ReplacingMergeTree")) {
        check_column_parameter(in, KEYWORD_ENGINE_VER);
        check_column_parameter(in, KEYWORD_ENGINE_IS_DELETED);
    } else if (str_is(str_of(info->name), "SummingMergeTree")) {
        check_column_parameter(in, KEYWORD_ENGINE_COLUMNS);
    } else {
        for (size_t i = 0; i < ARRAY_LEN(info->required); i++)
            if (info->required[i] != KEYWORD_UNKNOWN)
                check_column_parameter(in, info->required[i]);
    }
}

/* ---- the sorting key ---- */

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool is_aggregate_name(Str name)
{
    static const char *const names[] = {"sum",        "count",          "avg", "min", "max", "any",
                                        "groupArray", "groupUniqArray", "uniq"};
    Str merge = STR("Merge");
    Str bare = name;
    if (name.len > merge.len && !str_is_nocase(name, "Merge") &&
        str_eq_nocase(str_slice(name, name.len - merge.len, name.len), merge))
        bare = str_slice(name, 0, name.len - merge.len);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is_nocase(bare, names[i]))
            return true;
    return false;
}

static bool is_new_datasource(const FileCheck *in)
{
    const ResourceChange *change = map_get(in->check->diff->datasources, in->resource->name);
    return change && change->status == STATUS_NEW;
}

static void check_key_column(const FileCheck *in, const Instruction *key, Str name, Str function)
{
    const Column *column = map_get(in->columns, name);
    if (!column || !column->type)
        return;
    Str type = column->type->text;
    /* Of a column that becomes Nullable in a live data source's key, TB115 speaks. */
    if (str_find(type, "Nullable(") >= 0) {
        /* ClickHouse would take ifNull(a, 0); the platform's own test does not look that far. */
        if (is_new_datasource(in) || function_removes_null(function))
            datafile_refuse_value(
                in, key,
                str_fmt(in->arena, "holds the nullable column '%.*s'", STR_ARG(shown(in, name))),
                STR("Make the column not Nullable, or take it out of the key."));
        return;
    }
    if (str_find(type, "AggregateFunction(") >= 0)
        datafile_refuse_value(in, key,
                              str_fmt(in->arena, "holds '%.*s', which stores aggregation states",
                                      STR_ARG(shown(in, name))),
                              STR("Take it out of the key."));
}

/* Names inside f(...) count where they stand alone between commas, up to the first ')'. */
static size_t check_call(const FileCheck *in, const Instruction *key, Str value, size_t open,
                         Str function)
{
    Str inside = str_slice(value, open + 1, value.len);
    ptrdiff_t close = str_find_char(inside, ')');
    if (close < 0)
        return open + 1;
    inside = str_slice(inside, 0, (size_t)close);
    while (inside.len) {
        ptrdiff_t comma = str_find_char(inside, ',');
        size_t end = comma < 0 ? inside.len : (size_t)comma;
        check_key_column(in, key, without_backticks(str_trim(str_slice(inside, 0, end))), function);
        inside = str_slice(inside, end + 1, inside.len);
    }
    return open + 1 + (size_t)close + 1;
}

static size_t skip_blanks(Str value, size_t at)
{
    static const char blanks[] = {' ', '\t', '\r', '\n'};
    while (at < value.len && memchr(blanks, value.ptr[at], sizeof blanks))
        at++;
    return at;
}

static size_t check_key_word(const FileCheck *in, const Instruction *key, Str value, size_t start)
{
    size_t end = start;
    while (end < value.len && is_word_char(value.ptr[end]))
        end++;
    Str word = str_slice(value, start, end);
    size_t open = skip_blanks(value, end);
    if (open < value.len && value.ptr[open] == '(')
        return check_call(in, key, value, open, word);
    check_key_column(in, key, word, (Str){0});
    return end;
}

static Str without_tuple(Str value)
{
    if (str_starts(value, "tuple(") && str_ends(value, ")"))
        return str_slice(value, 6, value.len - 1);
    return value;
}

static void check_key_columns(const FileCheck *in, const Instruction *key, Str whole)
{
    Str value = without_tuple(whole);
    for (size_t i = 0; i < value.len;) {
        if (value.ptr[i] == '`') {
            Str rest = str_slice(value, i + 1, value.len);
            ptrdiff_t close = str_find_char(rest, '`');
            if (close < 0)
                return;
            check_key_column(in, key, str_slice(rest, 0, (size_t)close), (Str){0});
            i += (size_t)close + 2;
        } else if (is_word_char(value.ptr[i])) {
            i = check_key_word(in, key, value, i);
        } else {
            i++;
        }
    }
}

static bool check_key_functions(const FileCheck *in, const Instruction *key, Str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!is_word_char(value.ptr[i]))
            continue;
        size_t end = i;
        while (end < value.len && is_word_char(value.ptr[end]))
            end++;
        Str word = str_slice(value, i, end);
        size_t open = skip_blanks(value, end);
        if (open < value.len && value.ptr[open] == '(' && is_aggregate_name(word)) {
            datafile_refuse_value(
                in, key,
                str_fmt(in->arena, "calls the aggregate function '%.*s'", STR_ARG(shown(in, word))),
                STR("A sorting key holds columns and plain expressions."));
            return true;
        }
        i = end - 1;
    }
    return false;
}

/* The platform looks for the text, so a version column 'id' is found in 'user_id', too. */
static bool check_version_in_key(const FileCheck *in, const Instruction *engine,
                                 const Instruction *key)
{
    const Instruction *ver = effective(in, KEYWORD_ENGINE_VER);
    if (!engine || !ver || !str_is(engine->value.text, "ReplacingMergeTree"))
        return false;
    Str name = ver->value.text;
    if (name.len == 0 || str_find(key->value.text, str_cstr(in->arena, name)) < 0)
        return false;
    datafile_refuse_value(
        in, key, str_fmt(in->arena, "contains the version column '%.*s'", STR_ARG(shown(in, name))),
        STR("Rows that differ in it would never replace one another: take it out "
            "of the key, or rename it if another column only contains its name."));
    return true;
}

static void check_sorting_key(const FileCheck *in, const Instruction *engine)
{
    const Instruction *key = effective(in, KEYWORD_ENGINE_SORTING_KEY);
    if (!in->is_forward || !key || value_is_deferred(key->value.text))
        return;
    Str value = key->value.text;
    if (is_empty_key(value) || check_version_in_key(in, engine, key) ||
        check_key_functions(in, key, value))
        return;
    check_key_columns(in, key, value);
}

void check_engine(const FileCheck *in)
{
    const Instruction *engine = effective(in, KEYWORD_ENGINE);
    check_sorting_key(in, engine);
    if (!engine || value_is_deferred(engine->value.text) || engine->value.text.len == 0)
        return;
    const EngineInfo *info = engine_find(in, engine->value.text);
    if (!info) {
        report_unknown_engine(in, engine);
        return;
    }
    if (absence_is_uncertain(in))
        return;
    check_required(in, engine, info);
    check_column_parameters(in, info);
}
