/* acceptance_read.c: `.tblint.accept.yaml`, read strictly with libyaml. */
#include "findings/acceptance.h"

#include "base/yaml_reader.h"

#include <stddef.h>

enum { FILE_BYTES = 1 << 20, ID_LENGTH = 12 };

typedef struct {
    YamlReader yaml;
    AcceptanceEntries *entries;
} Reader;

typedef struct {
    const char *key;
    size_t offset; /* of the Str in AcceptanceEntry */
    bool (*is_valid)(Str text);
    const char *what;
} Field;

/* ---- values ---- */

static bool is_id(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return text.len == ID_LENGTH;
}

static bool is_given(Str text)
{
    return str_trim(text).len > 0;
}

static bool is_any(Str text)
{
    (void)text;
    return true;
}

bool acceptance_is_date(Str text)
{
    Instant at;
    return text.len == sizeof "2026-12-15" - 1 && instant_parse(text, &at);
}

static const Field fields[] = {
    {"id", offsetof(AcceptanceEntry, id), is_id, "the 12 hexadecimal digits of a finding's id"},
    {"rule", offsetof(AcceptanceEntry, rule), is_given, "the code or name of a rule"},
    {"project", offsetof(AcceptanceEntry, project), is_given, "the folder of a project"},
    {"resource", offsetof(AcceptanceEntry, resource), is_any, "the name of a resource"},
    {"reason", offsetof(AcceptanceEntry, reason), is_any, "a text"},
    {"until", offsetof(AcceptanceEntry, until), acceptance_is_date, "a date such as 2026-12-15"},
    {"by", offsetof(AcceptanceEntry, by), is_any, "a text"},
};

/* ---- nodes ---- */

static int unknown_key(Reader *reader, const yaml_node_t *node, Str key)
{
    Buf list = {0};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        buf_addf(&list, "%s%s", i ? ", " : "", fields[i].key);
    Str message = str_fmt(reader->yaml.arena, "there is no key '%.*s'; an entry has %.*s",
                          STR_ARG(key), STR_ARG(buf_str(&list)));
    buf_free(&list);
    return yaml_fault(&reader->yaml, node, message);
}

static bool is_empty(const yaml_node_t *node)
{
    return !node || (node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0 &&
                     node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE);
}

static Str *field_of(AcceptanceEntry *entry, const Field *field)
{
    return (Str *)(void *)((char *)entry + field->offset);
}

static int set_field(Reader *reader, AcceptanceEntry *entry, unsigned *given, const Field *field,
                     const yaml_node_pair_t *pair)
{
    const yaml_node_t *value = yaml_node_at(&reader->yaml, pair->value);
    unsigned bit = 1u << (field - fields);
    if (*given & bit)
        return yaml_fault(&reader->yaml, yaml_node_at(&reader->yaml, pair->key),
                          str_fmt(reader->yaml.arena, "'%s' is given twice", field->key));
    *given |= bit;
    if (!yaml_node_text(&reader->yaml, value, field_of(entry, field)) ||
        !field->is_valid(*field_of(entry, field)))
        return yaml_fault(&reader->yaml, value,
                          str_fmt(reader->yaml.arena, "'%s' must be %s", field->key, field->what));
    if (field == &fields[0])
        entry->line = (uint32_t)value->start_mark.line + 1;
    if (field == &fields[1])
        entry->rule_line = (uint32_t)value->start_mark.line + 1;
    return 0;
}

static int read_pair(Reader *reader, AcceptanceEntry *entry, unsigned *given,
                     const yaml_node_pair_t *pair)
{
    const yaml_node_t *key_node = yaml_node_at(&reader->yaml, pair->key);
    Str key;
    if (!yaml_node_text(&reader->yaml, key_node, &key))
        return yaml_fault(&reader->yaml, key_node, STR("a key must be plain text"));
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (str_is(key, fields[i].key))
            return set_field(reader, entry, given, &fields[i], pair);
    }
    return unknown_key(reader, key_node, key);
}

static int read_entry(Reader *reader, const yaml_node_t *node)
{
    AcceptanceEntry entry = {.project = STR(".")};
    unsigned given = 0;
    if (node->type != YAML_MAPPING_NODE)
        return yaml_fault(&reader->yaml, node,
                          STR("an entry must be a mapping with the keys id and rule"));
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        if (read_pair(reader, &entry, &given, pair) < 0)
            return -1;
    }
    if (entry.id.len == 0 || entry.rule.len == 0)
        return yaml_fault(&reader->yaml, node,
                          entry.id.len ? STR("the entry has no rule") : STR("the entry has no id"));
    entry.reason = str_trim(entry.reason);
    vec_push(reader->yaml.arena, reader->entries, entry);
    return 0;
}

static int read_root(Reader *reader)
{
    const yaml_node_t *root = yaml_document_get_root_node(reader->yaml.document);
    if (is_empty(root))
        return 0;
    if (root->type != YAML_SEQUENCE_NODE)
        return yaml_fault(&reader->yaml, root, STR("acceptances must be a list of entries"));
    const yaml_node_item_t *item = root->data.sequence.items.start;
    for (; item < root->data.sequence.items.top; item++) {
        if (read_entry(reader, yaml_node_at(&reader->yaml, *item)) < 0)
            return -1;
    }
    return 0;
}

/* ---- the document ---- */

/* An entry behind the end of the list would look as if it counted. */
static int check_end(Reader *reader, yaml_parser_t *parser)
{
    yaml_document_t more;
    if (!yaml_parser_load(parser, &more))
        return yaml_fault_broken(&reader->yaml, parser);
    const yaml_node_t *root = yaml_document_get_root_node(&more);
    int result = 0;
    if (root)
        result = yaml_fault(&reader->yaml, root, STR("a second document is not read"));
    yaml_document_delete(&more);
    return result;
}

static int read_document(Reader *reader, yaml_parser_t *parser)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document))
        return yaml_fault_broken(&reader->yaml, parser);
    reader->yaml.document = &document;
    bool has_root = yaml_document_get_root_node(&document) != NULL;
    int result = read_root(reader);
    reader->yaml.document = NULL;
    yaml_document_delete(&document);
    return result == 0 && has_root ? check_end(reader, parser) : result;
}

int acceptance_read(AcceptanceEntries *out, Arena *arena, Str text, const char *name, Fault *fault)
{
    *out = (AcceptanceEntries){0};
    AcceptanceEntries entries = {0};
    Reader reader = {.yaml = {.arena = arena, .name = name, .fault = fault}, .entries = &entries};
    if (text.len > FILE_BYTES)
        return fault_set(fault, FAULT_USAGE, "%s:1:1: larger than 1 MiB", name);
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return fault_set(fault, FAULT_INTERNAL, "the YAML library did not start");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    int result = read_document(&reader, &parser);
    yaml_parser_delete(&parser);
    if (result == 0)
        *out = entries;
    return result;
}
