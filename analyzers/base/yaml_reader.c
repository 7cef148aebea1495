/* yaml_reader.c: the nodes of a strictly read YAML document, and faults with their place. */
#include "yaml_reader.h"

int yaml_fault_at(const YamlReader *reader, yaml_mark_t mark, const char *message)
{
    return fault_set(reader->fault, FAULT_USAGE, "%s:%zu:%zu: %s", reader->name, mark.line + 1,
                     mark.column + 1, message);
}

int yaml_fault(const YamlReader *reader, const yaml_node_t *node, Str message)
{
    return yaml_fault_at(reader, node->start_mark, str_cstr(reader->arena, message));
}

int yaml_fault_broken(const YamlReader *reader, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "this is no YAML";
    if (parser->error == YAML_READER_ERROR)
        return fault_set(reader->fault, FAULT_USAGE, "%s:1:1: byte %zu: %s", reader->name,
                         parser->problem_offset + 1, problem);
    return yaml_fault_at(reader, parser->problem_mark, problem);
}

yaml_node_t *yaml_node_at(const YamlReader *reader, int index)
{
    return yaml_document_get_node(reader->document, index);
}

bool yaml_node_text(const YamlReader *reader, const yaml_node_t *node, Str *out)
{
    if (!node || node->type != YAML_SCALAR_NODE)
        return false;
    *out = str_copy(reader->arena,
                    (Str){(const char *)node->data.scalar.value, node->data.scalar.length});
    return str_find_char(*out, '\0') < 0;
}
