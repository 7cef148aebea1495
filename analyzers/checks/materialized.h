/*
 * materialized.h: the parts of the materialized family, and what they share.
 */
#ifndef TBLINT_MATERIALIZED_H
#define TBLINT_MATERIALIZED_H

#include "check.h"
#include "model/lineage.h"

/* ---- about one version: one materialized node and the data source that it fills ---- */

typedef struct {
    const Check *check;
    Findings *findings;
    const Resource *pipe;
    size_t node;
    const Node *text;       /* the node as the file has it */
    const Resource *target; /* NULL when the project has no such data source */
} WritingNode;

void materialized_inline_engine(const WritingNode *at); /* TB416 */
bool materialized_columns(const WritingNode *at);       /* TB401; false: other names */
void materialized_star(const WritingNode *at);          /* TB408 */
void materialized_group(const WritingNode *at);         /* TB412 */
void materialized_replacing(const WritingNode *at);     /* TB419 */

/* ---- shared ---- */

bool node_is_materialized(const Node *node);

/* A finding about the node, at a range of the pipe's file. `meaning` decides the id. */
Finding writing_finding(const WritingNode *at, RuleId rule, Range range, Str meaning);

/* The side that this node is on is the candidate, and the change touched one of the two files. */
bool writing_is_judged_now(const WritingNode *at);

/* The pipe is deleted or retyped and a finding about its target says so. */
bool materialized_tells_deleted_pipe(const Check *check, const ResourceChange *pipe);

/* "pipe 'a'", "endpoint 'b'", ... as messages call it. */
Str pipe_in_words(Arena *arena, const Resource *pipe);

/* "pipe 'a', endpoint 'b' and 3 more" */
Str pipes_in_words(Arena *arena, const Resources *pipes);

/* TB418 speaks of this data source: it is new, and its views fill it from what live holds. */
bool materialized_tells_filling(const Check *check, const Resource *target);

/* A fix that takes the lines of those instructions out; NULL unless the file then reads as before
 * in all else. In the order of the file. */
Fix *removal_of(const Check *check, const Resource *resource, const Instructions *lines,
                const char *title);

/* `BACKFILL skip` in a data source, or NULL. */
const Instruction *backfill_skip(const Resource *datasource);

/* A materialized pipe names it as its target. */
bool some_view_writes(const Resource *datasource);

/* The filter of the pipe's output begins later than now, so that what is stored does not pass. */
bool waits_for_cutoff(const Check *check, const Resource *pipe);

/* Rows reach it other than from pipes: a connector, or jsonpaths for the Events API and files. */
bool ingests_by_itself(const Resource *datasource);

#endif
