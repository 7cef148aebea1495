/*
 * yaml_reader.h: a YAML document of ours, read strictly: what every such file needs to say where it
 * is wrong. The reader borrows all that it points to.
 */
#ifndef TBLINT_YAML_READER_H
#define TBLINT_YAML_READER_H

#include "arena.h"
#include "fault.h"
#include "str.h"

#include <yaml.h>

typedef struct {
    yaml_document_t *document; /* the one under way */
    Arena *arena;
    const char *name; /* of the file, for faults */
    Fault *fault;
} YamlReader;

/* FAULT_USAGE with line and column; always -1. */
int yaml_fault_at(const YamlReader *reader, yaml_mark_t mark, const char *message);
int yaml_fault(const YamlReader *reader, const yaml_node_t *node, Str message);

/* What libyaml says of a text that is no YAML. */
int yaml_fault_broken(const YamlReader *reader, const yaml_parser_t *parser);

yaml_node_t *yaml_node_at(const YamlReader *reader, int index);

/* The text of a scalar without NUL bytes; false for any other node. */
bool yaml_node_text(const YamlReader *reader, const yaml_node_t *node, Str *out);

#endif
