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

/* ---- connector_words.c: what a data source says of its connector ---- */

typedef enum {
    CONNECTOR_NONE,
    CONNECTOR_KAFKA,
    CONNECTOR_BUCKET, /* S3, GCS */
    CONNECTOR_DYNAMODB,
    CONNECTOR_DATABASE, /* BigQuery, Snowflake */
} ConnectorKind;

/* By the words that name what is read; words that only tune it make no connector. */
ConnectorKind connector_kind(const Resource *datasource);
/* "Kafka topic 'events'": what it reads, in a message. */
Str connector_source(Arena *arena, const Resource *datasource);
/* The same as text for the id of a finding, whatever the words are. */
Str connector_meaning(Arena *arena, const Resource *datasource);
/* All that the file says was understood; parts that it includes are not known. */
bool connector_is_readable(const Resource *datasource);
/* The last value, or its absence, is the file's own: no INCLUDE after it can replace it. */
bool connector_value_is_sure(const Resource *datasource, Keyword keyword);
/* The value without blanks around it; empty when absent. */
Str connector_value(const Resource *datasource, Keyword keyword);
/* A secret or a variable of the environment: the value is not in the file. */
bool is_substituted(Str value);
/* The two sides mean another value. What an INCLUDE may hide is false; so is what a secret hides,
 * which is said under `unchecked`. */
bool connector_differs(const Check *check, const ResourceChange *change, Keyword keyword);
/* The connection of live is there under another name. */
bool connection_is_renamed(const Check *check, const ResourceChange *change, Keyword keyword);
/* A finding at that instruction of the candidate, with live's among the related places. */
Finding connector_finding(const Check *check, const ResourceChange *change, RuleId rule,
                          Keyword keyword);
/* "and  IMPORT_SCHEDULE: '@auto' becomes '@on-demand'", for the details. */
Str connector_step_text(Arena *arena, const ResourceChange *change, Keyword keyword);

/* connector_ingest.c: TB701 and TB704, and TB702 by way of the next one. */
void check_ingestion(const Check *check, const ResourceChange *change, const Map *sharing);

/* connector_kafka.c: TB703; gives the names of data sources that came to share a group. */
const Map *check_kafka_groups(const Check *check);
/* TB702; true when it, or TB703, tells where the data source reads from now on. */
bool check_kafka_stream(const Check *check, const ResourceChange *change, const Map *sharing);

/* connector_import.c: TB705. */
void check_import_queries(const Check *check);

#endif
