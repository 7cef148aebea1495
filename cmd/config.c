/* config.c: reading `.tblint.yaml` with libyaml. */
#include "config.h"

#include "base/yaml_reader.h"
#include "report/report.h"

enum {
    CONFIG_BYTES = 1 << 20, /* more is no configuration */
    MARGIN_DEFAULT = 60,
    MARGIN_MOST = 7 * 24 * 60, /* minutes */
};

typedef struct {
    YamlReader yaml;
    Config *config;
} Reader;

typedef int (*SetKey)(Reader *reader, const yaml_node_t *value);

typedef struct {
    const char *key;
    SetKey set;
} KeyInfo;

Config config_default(void)
{
    return (Config){.margin_minutes = MARGIN_DEFAULT};
}

/* ---- nodes ---- */

static int wants(Reader *reader, const yaml_node_t *node, const char *key, const char *what)
{
    Str given;
    if (!yaml_node_text(&reader->yaml, node, &given))
        return yaml_fault(&reader->yaml, node,
                          str_fmt(reader->yaml.arena, "'%s' must be %s", key, what));
    return yaml_fault(
        &reader->yaml, node,
        str_fmt(reader->yaml.arena, "'%s' must be %s, not '%.*s'", key, what, STR_ARG(given)));
}

static bool node_is_null(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    Str value = {(const char *)node->data.scalar.value, node->data.scalar.length};
    return value.len == 0 || str_is(value, "~") || str_is_nocase(value, "null");
}

/* A list of texts; one text alone counts as a list of one. */
static int read_texts(Reader *reader, const yaml_node_t *node, const char *key, Strs *out)
{
    Str text;
    if (yaml_node_text(&reader->yaml, node, &text) && !node_is_null(node)) {
        vec_push(reader->yaml.arena, out, text);
        return 0;
    }
    if (node->type != YAML_SEQUENCE_NODE)
        return wants(reader, node, key, "a list of paths");
    const yaml_node_item_t *item = node->data.sequence.items.start;
    for (; item < node->data.sequence.items.top; item++) {
        const yaml_node_t *part = yaml_node_at(&reader->yaml, *item);
        if (!yaml_node_text(&reader->yaml, part, &text) || text.len == 0)
            return wants(reader, part, key, "a list of paths");
        vec_push(reader->yaml.arena, out, text);
    }
    return 0;
}

/* ---- mappings ---- */

static int unknown_key(Reader *reader, const yaml_node_t *node, Str key, const KeyInfo *keys,
                       size_t count)
{
    size_t best = key.len / 2 + 2;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = str_distance(key, str_of(keys[i].key), best);
        if (distance < best) {
            best = distance;
            nearest = keys[i].key;
        }
    }
    Str hint = nearest ? str_fmt(reader->yaml.arena, "; did you mean '%s'?", nearest) : (Str){0};
    return yaml_fault(
        &reader->yaml, node,
        str_fmt(reader->yaml.arena, "there is no key '%.*s'%.*s", STR_ARG(key), STR_ARG(hint)));
}

static const KeyInfo *find_key(const KeyInfo *keys, size_t count, Str key)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(key, keys[i].key))
            return &keys[i];
    }
    return NULL;
}

static bool given_before(Reader *reader, const yaml_node_t *map, const yaml_node_pair_t *pair,
                         Str key)
{
    Str other;
    for (const yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair; p++) {
        if (yaml_node_text(&reader->yaml, yaml_node_at(&reader->yaml, p->key), &other) &&
            str_eq(other, key))
            return true;
    }
    return false;
}

static int read_pair(Reader *reader, const yaml_node_t *map, const yaml_node_pair_t *pair,
                     const KeyInfo *keys, size_t count)
{
    const yaml_node_t *key_node = yaml_node_at(&reader->yaml, pair->key);
    Str key;
    if (!yaml_node_text(&reader->yaml, key_node, &key))
        return yaml_fault(&reader->yaml, key_node, STR("a key must be plain text"));
    const KeyInfo *info = find_key(keys, count, key);
    if (!info)
        return unknown_key(reader, key_node, key, keys, count);
    if (given_before(reader, map, pair, key))
        return yaml_fault(&reader->yaml, key_node,
                          str_fmt(reader->yaml.arena, "'%s' is given twice", info->key));
    return info->set(reader, yaml_node_at(&reader->yaml, pair->value));
}

static int read_mapping(Reader *reader, const yaml_node_t *node, const KeyInfo *keys, size_t count)
{
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        if (read_pair(reader, node, pair, keys, count) < 0)
            return -1;
    }
    return 0;
}

/* ---- keys ---- */

static bool parse_number(Str text, int most, int *out)
{
    int number = 0;
    if (text.len == 0 || text.len > 6)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        number = number * 10 + (text.ptr[i] - '0');
    }
    *out = number;
    return number <= most;
}

static int set_version(Reader *reader, const yaml_node_t *value)
{
    Str text;
    if (!yaml_node_text(&reader->yaml, value, &text) || !str_is(text, "1"))
        return wants(reader, value, "version", "1, the only version there is");
    return 0;
}

static int set_live(Reader *reader, const yaml_node_t *value)
{
    Str text;
    if (!yaml_node_text(&reader->yaml, value, &text) || node_is_null(value))
        return wants(reader, value, "live", "the name of a branch");
    reader->config->live = str_cstr(reader->yaml.arena, text);
    return 0;
}

static int set_profile(Reader *reader, const yaml_node_t *value)
{
    Str text;
    if (!yaml_node_text(&reader->yaml, value, &text) ||
        !profile_parse(text, &reader->config->profile))
        return wants(reader, value, "profile", "forward or classic");
    return 0;
}

static int set_projects(Reader *reader, const yaml_node_t *value)
{
    return read_texts(reader, value, "projects", &reader->config->projects);
}

static int set_fail_on(Reader *reader, const yaml_node_t *value)
{
    Str text;
    if (!yaml_node_text(&reader->yaml, value, &text) ||
        !fail_level_parse(text, &reader->config->fail_on))
        return wants(reader, value, "fail_on", "error, warning, note or never");
    return 0;
}

static int set_ignore(Reader *reader, const yaml_node_t *value)
{
    return read_texts(reader, value, "ignore", &reader->config->ignore);
}

static int set_paths(Reader *reader, const yaml_node_t *value)
{
    static const KeyInfo keys[] = {{"ignore", set_ignore}};
    if (value->type != YAML_MAPPING_NODE)
        return wants(reader, value, "paths", "a mapping with the key 'ignore'");
    return read_mapping(reader, value, keys, ARRAY_LEN(keys));
}

static int set_margin(Reader *reader, const yaml_node_t *value)
{
    Str text;
    int minutes;
    if (!yaml_node_text(&reader->yaml, value, &text) || !parse_number(text, MARGIN_MOST, &minutes))
        return wants(reader, value, "margin_minutes", "a whole number of minutes, at most 10080");
    reader->config->margin_minutes = minutes;
    return 0;
}

static int set_migration(Reader *reader, const yaml_node_t *value)
{
    static const KeyInfo keys[] = {{"margin_minutes", set_margin}};
    if (value->type != YAML_MAPPING_NODE)
        return wants(reader, value, "migration", "a mapping with the key 'margin_minutes'");
    return read_mapping(reader, value, keys, ARRAY_LEN(keys));
}

/* Its value is read as that of any other rule. */
static int unknown_rule(Reader *reader, const yaml_node_t *node, const yaml_node_t *value, Str name)
{
    Str text;
    Severity severity;
    UnknownRule unknown = {.name = name,
                           .line = (uint32_t)node->start_mark.line + 1,
                           .column = (uint32_t)node->start_mark.column + 1};
    vec_push(reader->yaml.arena, &reader->config->unknown_rules, unknown);
    if (!yaml_node_text(&reader->yaml, value, &text) || !severity_parse(text, &severity))
        return wants(reader, value, str_cstr(reader->yaml.arena, name),
                     "error, warning, note or off");
    return 0;
}

static int set_rule(Reader *reader, const yaml_node_t *key, const yaml_node_t *value)
{
    Str name;
    Str text;
    if (!yaml_node_text(&reader->yaml, key, &name))
        return yaml_fault(&reader->yaml, key, STR("a rule must be named by plain text"));
    const Rule *rule = rule_find(name);
    if (!rule)
        return unknown_rule(reader, key, value, name);
    if (reader->config->has_severity[rule->id])
        return yaml_fault(&reader->yaml, key,
                          str_fmt(reader->yaml.arena, "rule '%s' is given twice", rule->name));
    if (!yaml_node_text(&reader->yaml, value, &text) ||
        !severity_parse(text, &reader->config->severity[rule->id]))
        return wants(reader, value, rule->name, "error, warning, note or off");
    reader->config->has_severity[rule->id] = true;
    return 0;
}

static int set_rules(Reader *reader, const yaml_node_t *value)
{
    if (value->type != YAML_MAPPING_NODE)
        return wants(reader, value, "rules", "a mapping from rules to severities");
    const yaml_node_pair_t *pair = value->data.mapping.pairs.start;
    for (; pair < value->data.mapping.pairs.top; pair++) {
        if (set_rule(reader, yaml_node_at(&reader->yaml, pair->key),
                     yaml_node_at(&reader->yaml, pair->value)) < 0)
            return -1;
    }
    return 0;
}

static int set_require_reason(Reader *reader, const yaml_node_t *value)
{
    Str text;
    bool is_text = yaml_node_text(&reader->yaml, value, &text);
    if (!is_text || (!str_is(text, "true") && !str_is(text, "false")))
        return wants(reader, value, "require_reason", "true or false");
    reader->config->require_reason = str_is(text, "true");
    return 0;
}

static int set_accept(Reader *reader, const yaml_node_t *value)
{
    static const KeyInfo keys[] = {{"require_reason", set_require_reason}};
    if (value->type != YAML_MAPPING_NODE)
        return wants(reader, value, "accept", "a mapping with the key 'require_reason'");
    return read_mapping(reader, value, keys, ARRAY_LEN(keys));
}

static int set_category(Reader *reader, const yaml_node_t *value)
{
    Str text;
    if (!yaml_node_text(&reader->yaml, value, &text) || !sarif_category_is_valid(text))
        return wants(reader, value, "category",
                     "a name of letters, digits, dots, dashes, colons and single slashes");
    reader->config->sarif_category = str_cstr(reader->yaml.arena, text);
    return 0;
}

static int set_sarif(Reader *reader, const yaml_node_t *value)
{
    static const KeyInfo keys[] = {{"category", set_category}};
    if (value->type != YAML_MAPPING_NODE)
        return wants(reader, value, "sarif", "a mapping with the key 'category'");
    return read_mapping(reader, value, keys, ARRAY_LEN(keys));
}

/* ---- the document ---- */

static int read_root(Reader *reader)
{
    static const KeyInfo keys[] = {
        {"version", set_version},   {"live", set_live},           {"profile", set_profile},
        {"projects", set_projects}, {"fail_on", set_fail_on},     {"rules", set_rules},
        {"paths", set_paths},       {"migration", set_migration}, {"accept", set_accept},
        {"sarif", set_sarif},
    };
    const yaml_node_t *root = yaml_document_get_root_node(reader->yaml.document);
    if (!root || node_is_null(root))
        return 0;
    if (root->type != YAML_MAPPING_NODE)
        return yaml_fault(&reader->yaml, root, STR("the configuration must be a mapping of keys"));
    return read_mapping(reader, root, keys, ARRAY_LEN(keys));
}

/* What stands in one would look like a setting, and do nothing. */
static int refuse_second_document(Reader *reader, yaml_parser_t *parser)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document))
        return yaml_fault_broken(&reader->yaml, parser);
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    int result = 0;
    if (root && !node_is_null(root))
        result = yaml_fault(&reader->yaml, root, STR("a second document in one file"));
    yaml_document_delete(&document);
    return result;
}

static int read_document(Reader *reader, yaml_parser_t *parser)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document))
        return yaml_fault_broken(&reader->yaml, parser);
    reader->yaml.document = &document;
    int result = read_root(reader);
    reader->yaml.document = NULL;
    yaml_document_delete(&document);
    return result < 0 ? result : refuse_second_document(reader, parser);
}

int config_parse(Config *out, Arena *arena, Str text, const char *name, Fault *fault)
{
    *out = config_default();
    Config config = config_default();
    Reader reader = {.yaml = {.arena = arena, .name = name, .fault = fault}, .config = &config};
    if (text.len > CONFIG_BYTES)
        return fault_set(fault, FAULT_USAGE, "%s:1:1: larger than 1 MiB", name);
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return fault_set(fault, FAULT_INTERNAL, "the YAML library did not start");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    int result = read_document(&reader, &parser);
    yaml_parser_delete(&parser);
    if (result == 0)
        *out = config;
    return result;
}
