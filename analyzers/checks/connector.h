/*
 * connector.h: the parts of the connector family.
 */
#ifndef TBLINT_CONNECTOR_H
#define TBLINT_CONNECTOR_H

#include "check.h"

/* The pipe is parsed and its typed node is of that type. */
bool is_pipe_of_type(const Resource *pipe, PipeType type);

/* The instruction of the pipe's typed node, or NULL; its value, or the empty text. */
const Instruction *typed_instruction(const Resource *pipe, Keyword keyword);
Str typed_value(const Resource *pipe, Keyword keyword);

/* connector_copy.c: TB707 and TB708, of one version alone. */
void check_copy_output(const Check *check, const Resource *pipe, Findings *findings);
void check_copy_parameters(const Check *check, const Resource *pipe, Findings *findings);

#endif
