/* sql_words.c: words that mean something to the engine: units, reserved names, functions. */
#include "sql_build.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *word;
    const char *unit;
} Unit;

/* As the engine's parser takes them; M is a month there and MI a minute. */
static const Unit UNITS[] = {
    {"NANOSECOND", "NANOSECOND"},
    {"NS", "NANOSECOND"},
    {"MICROSECOND", "MICROSECOND"},
    {"MCS", "MICROSECOND"},
    {"MS", "MILLISECOND"},
    {"MILLISECOND", "MILLISECOND"},
    {"SECOND", "SECOND"},
    {"SS", "SECOND"},
    {"S", "SECOND"},
    {"MINUTE", "MINUTE"},
    {"MI", "MINUTE"},
    {"N", "MINUTE"},
    {"HOUR", "HOUR"},
    {"HH", "HOUR"},
    {"H", "HOUR"},
    {"DAY", "DAY"},
    {"DD", "DAY"},
    {"D", "DAY"},
    {"WEEK", "WEEK"},
    {"WK", "WEEK"},
    {"WW", "WEEK"},
    {"MONTH", "MONTH"},
    {"MM", "MONTH"},
    {"M", "MONTH"},
    {"QUARTER", "QUARTER"},
    {"QQ", "QUARTER"},
    {"Q", "QUARTER"},
    {"YEAR", "YEAR"},
    {"YYYY", "YEAR"},
    {"YY", "YEAR"},
};

const char *sql_unit(Str word)
{
    static const char PREFIX[] = "SQL_TSI_";
    size_t prefix = sizeof(PREFIX) - 1;

    if (word.len > prefix && str_eq_nocase(str_slice(word, 0, prefix), str_of(PREFIX)))
        word = str_slice(word, prefix, word.len);
    bool plural = word.len > 3 && (word.ptr[word.len - 1] == 's' || word.ptr[word.len - 1] == 'S');
    Str single = plural ? str_slice(word, 0, word.len - 1) : word;
    for (size_t i = 0; i < ARRAY_LEN(UNITS); i++)
        if (str_is_nocase(single, UNITS[i].word))
            return UNITS[i].unit;
    return NULL;
}

static bool is_one_of(Str word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is_nocase(word, words[i]))
            return true;
    return false;
}

bool sql_is_reserved(Str word)
{
    static const char *const WORDS[] = {"NULL", "TRUE",   "FALSE",    "CASE", "NOT",  "INTERVAL",
                                        "CAST", "SELECT", "DISTINCT", "FROM", "DATE", "TIMESTAMP"};
    return is_one_of(word, WORDS, ARRAY_LEN(WORDS));
}

bool sql_takes_from(Str function)
{
    static const char *const WORDS[] = {"extract",   "trim",   "ltrim", "rtrim",
                                        "substring", "substr", "mid",   "overlay"};
    return is_one_of(function, WORDS, ARRAY_LEN(WORDS));
}

int sql_adds_interval(Str function)
{
    static const char *const ADDS[] = {"date_add", "dateadd", "timestamp_add", "timestampadd"};
    static const char *const TAKES[] = {"date_sub", "datesub", "timestamp_sub", "timestampsub"};

    if (is_one_of(function, ADDS, ARRAY_LEN(ADDS)))
        return 1;
    return is_one_of(function, TAKES, ARRAY_LEN(TAKES)) ? -1 : 0;
}

bool sql_takes_unit(Str function)
{
    static const char *const WORDS[] = {"date_diff", "datediff", "timestamp_diff", "timestampdiff"};
    return is_one_of(function, WORDS, ARRAY_LEN(WORDS));
}

/* Functions whose letter case the engine ignores, in lower case and byte order. */
static const char *const CASELESS[] = {
    "_cast",
    "abs",
    "acos",
    "adddate",
    "age",
    "analysisofvariance",
    "anova",
    "any_value",
    "any_value_respect_nulls",
    "approx_top_count",
    "approx_top_k",
    "approx_top_sum",
    "array_agg",
    "array_concat_agg",
    "array_remove",
    "array_to_string",
    "arraypartialshuffle",
    "arrayshuffle",
    "ascii",
    "asin",
    "atan",
    "atan2",
    "avg",
    "avg2",
    "bin",
    "bit_and",
    "bit_or",
    "bit_xor",
    "byteslice",
    "byteswap",
    "cardinality",
    "cast",
    "ceil",
    "ceiling",
    "char",
    "char_length",
    "character_length",
    "chdb",
    "coalesce",
    "concat",
    "concat_ws",
    "connection_id",
    "connectionid",
    "corr",
    "cos",
    "count",
    "countsubstrings",
    "covar_pop",
    "covar_samp",
    "crc32",
    "crc32ieee",
    "crc64",
    "curdate",
    "current_database",
    "current_date",
    "current_query_id",
    "current_schemas",
    "current_timestamp",
    "current_user",
    "currentschemas",
    "database",
    "date",
    "date_bin",
    "date_format",
    "date_trunc",
    "datediff",
    "datename",
    "day",
    "dayofmonth",
    "dayofweek",
    "dayofyear",
    "degrees",
    "dense_rank",
    "distancecosine",
    "distancecosinetransposed",
    "distancel1",
    "distancel2",
    "distancel2squared",
    "distancel2transposed",
    "distancelinf",
    "distancelp",
    "exp",
    "factorial",
    "first_value",
    "first_value_respect_nulls",
    "firstnondefault",
    "flatten",
    "floor",
    "format_bytes",
    "fqdn",
    "from_base64",
    "from_days",
    "from_unixtime",
    "from_utc_timestamp",
    "greatest",
    "group_concat",
    "hassubsequence",
    "hassubsequencecaseinsensitive",
    "hassubsequencecaseinsensitiveutf8",
    "hassubsequenceutf8",
    "hastokencaseinsensitive",
    "hastokencaseinsensitiveornull",
    "hex",
    "hmac",
    "hour",
    "hypot",
    "if",
    "ifnull",
    "inet6_aton",
    "inet6_ntoa",
    "inet_aton",
    "inet_ntoa",
    "initcap",
    "initial_query_id",
    "initial_query_start_time",
    "instr",
    "ismergetreepartcoveredby",
    "isnull",
    "json_array_length",
    "kolmogorovsmirnovtest",
    "lag",
    "last_day",
    "last_value",
    "last_value_respect_nulls",
    "lcase",
    "lead",
    "least",
    "left",
    "length",
    "ln",
    "localtime",
    "localtimestamp",
    "locate",
    "log",
    "log10",
    "log2",
    "lower",
    "lpad",
    "makedate",
    "makedate32",
    "makedatetime",
    "makedatetime64",
    "max",
    "max2",
    "max_by",
    "mergetreepartinfo",
    "microsecond",
    "mid",
    "midpoint",
    "millisecond",
    "min",
    "min2",
    "min_by",
    "minute",
    "mod",
    "modornull",
    "month",
    "monthname",
    "nanosecond",
    "natural_sort_key",
    "normalizel1",
    "normalizel2",
    "normalizelinf",
    "normalizelp",
    "norml1",
    "norml2",
    "norml2squared",
    "normlinf",
    "normlp",
    "not",
    "now",
    "now64",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "overlay",
    "percent_rank",
    "pi",
    "pmod",
    "pmodornull",
    "position",
    "positive_modulo",
    "positive_modulo_or_null",
    "positivemodulo",
    "positivemoduloornull",
    "pow",
    "power",
    "quarter",
    "query_id",
    "radians",
    "rand",
    "rank",
    "regexp_extract",
    "regexp_instr",
    "regexp_matches",
    "regexp_replace",
    "regexp_substr",
    "regexpinstr",
    "repeat",
    "replace",
    "reverse",
    "revision",
    "right",
    "round",
    "row_number",
    "rpad",
    "scalarproduct",
    "scalarproducttransposed",
    "schema",
    "second",
    "session_user",
    "sign",
    "sin",
    "soundex",
    "space",
    "sqr",
    "sqrt",
    "std",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "str_to_date",
    "str_to_map",
    "string_agg",
    "subdate",
    "substr",
    "substring",
    "substring_index",
    "sum",
    "tan",
    "tanh",
    "time_bucket",
    "timediff",
    "timestamp",
    "timezone",
    "to_base64",
    "to_days",
    "to_unixtime",
    "to_utc_timestamp",
    "today",
    "todecimalstring",
    "trunc",
    "truncate",
    "ucase",
    "unbin",
    "unhex",
    "unnest",
    "upper",
    "user",
    "utc_timestamp",
    "utctimestamp",
    "var_pop",
    "var_samp",
    "vectordifference",
    "vectorsum",
    "version",
    "week",
    "width_bucket",
    "year",
    "yearweek",
    "yyyymmddhhmmsstodatetime",
    "yyyymmddtodate",
    "yyyymmddtodate32",
};

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

Str sql_function_name(Arena *arena, Str name)
{
    char lower[64];
    const char *key = lower;

    if (name.len == 0 || name.len >= sizeof(lower))
        return name;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    lower[name.len] = '\0';
    bool found = bsearch(&key, CASELESS, ARRAY_LEN(CASELESS), sizeof(*CASELESS), compare_words);
    return found ? str_copy(arena, (Str){lower, name.len}) : name;
}

/* ---- functions that give another value each time ------------------------------------------- */

bool sql_function_is_now(Str name)
{
    static const char *const NAMES[] = {
        "now",     "now64",        "nowInBlock",   "today",         "yesterday",
        "curdate", "current_date", "UTCTimestamp", "UTC_timestamp", "current_timestamp"};
    return is_one_of(name, NAMES, ARRAY_LEN(NAMES));
}

bool sql_function_is_random(Str name)
{
    static const char *const NAMES[] = {"rand",
                                        "rand32",
                                        "rand64",
                                        "randConstant",
                                        "randUniform",
                                        "randNormal",
                                        "randCanonical",
                                        "generateUUIDv4",
                                        "generateUUIDv7",
                                        "generateULID",
                                        "generateSnowflakeID",
                                        "randomString",
                                        "randomPrintableASCII",
                                        "randomFixedString",
                                        "fuzzBits",
                                        "arrayShuffle"};
    return is_one_of(name, NAMES, ARRAY_LEN(NAMES));
}

bool sql_reads_otherwise(Str word)
{
    static const char *const words[] = {
        "all",       "and",      "any",     "apply",    "array",   "as",       "asof",   "between",
        "case",      "cast",     "columns", "cross",    "cube",    "distinct", "else",   "end",
        "except",    "exists",   "false",   "final",    "first",   "for",      "format", "from",
        "full",      "global",   "group",   "having",   "ilike",   "in",       "inf",    "inner",
        "intersect", "interval", "into",    "is",       "join",    "left",     "like",   "limit",
        "nan",       "not",      "null",    "nulls",    "offset",  "on",       "or",     "order",
        "outer",     "over",     "paste",   "prewhere", "qualify", "replace",  "right",  "rollup",
        "sample",    "select",   "semi",    "settings", "strict",  "then",     "top",    "totals",
        "true",      "union",    "using",   "when",     "where",   "window",   "with",
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_is_nocase(word, words[i]))
            return true;
    }
    return false;
}
