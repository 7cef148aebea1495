/* Questions about a data source's engine: what its keys and TTL name, its settings. */
#include "engine_facts.h"

#include "project_internal.h"

const KeyExpr *key_naming(const DatasourceFacts *facts, Str column)
{
    const KeyExpr *keys[] = {&facts->sorting_key,  &facts->partition_key, &facts->primary_key,
                             &facts->sampling_key, &facts->ver,           &facts->is_deleted,
                             &facts->sign,         &facts->version,       &facts->summing_columns};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        for (size_t j = 0; j < keys[i]->columns.len; j++) {
            if (str_eq(keys[i]->columns.items[j], column))
                return keys[i];
        }
    }
    return NULL;
}

const TtlRule *ttl_rule_counting_from(const DatasourceFacts *facts, Str column)
{
    if (!facts->ttl.present || !facts->ttl.readable)
        return NULL;
    for (size_t i = 0; i < facts->ttl.rules.len; i++) {
        if (str_eq(facts->ttl.rules.items[i].column, column))
            return &facts->ttl.rules.items[i];
    }
    return NULL;
}

/* ---- settings ---- */

/* The next part before a comma outside quotes and parentheses. */
static bool next_part(Str *rest, Str *part)
{
    if (rest->len == 0)
        return false;
    char quote = 0;
    int depth = 0;
    size_t i = 0;
    for (; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == '(')
            depth++;
        else if (c == ')')
            depth--;
        else if (c == ',' && depth <= 0)
            break;
    }
    *part = str_slice(*rest, 0, i);
    *rest = str_slice(*rest, i + 1, rest->len);
    return true;
}

bool next_setting(Str *rest, Setting *setting)
{
    for (Str part; next_part(rest, &part);) {
        ptrdiff_t equals = str_find_char(part, '=');
        size_t end = equals < 0 ? part.len : (size_t)equals;
        setting->name = str_trim(str_slice(part, 0, end));
        setting->value = str_trim(str_slice(part, end + 1, part.len));
        if (setting->name.len)
            return true;
    }
    return false;
}

Str engine_setting(const DatasourceFacts *facts, const char *name)
{
    Str value = {0};
    Str rest = facts->settings.token.text;
    for (Setting setting; next_setting(&rest, &setting);) {
        if (str_is_nocase(setting.name, name))
            value = setting.value;
    }
    return value;
}

bool keys_may_be_nullable(const DatasourceFacts *facts)
{
    Str value = engine_setting(facts, "allow_nullable_key");
    return str_is(value, "1") || str_is_nocase(value, "true");
}

/* ---- functions in keys ---- */

bool function_removes_null(Str name)
{
    static const char *const names[] = {"ifNull", "coalesce", "assumeNotNull", "isNull",
                                        "isNotNull"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is_nocase(name, names[i]))
            return true;
    }
    return false;
}
