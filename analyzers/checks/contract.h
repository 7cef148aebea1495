/*
 * contract.h: what the files of the contract family share. contract.c is deleted, renamed and
 * colliding names; contract_reference.c what reads a name that is not there; contract_endpoint.c
 * the kind of a pipe; contract_parameter.c and contract_output.c what an endpoint takes and gives;
 * contract_access.c tokens and sharing; contract_rename.c when one name may stand for another.
 */
#ifndef TBLINT_CONTRACT_H
#define TBLINT_CONTRACT_H

#include "check.h"
#include "model/pipe_parameters.h"

/* Each looks at the whole change. */
void check_deleted_references(const Check *check); /* TB604 */
void check_pipe_types(const Check *check);         /* TB608, TB609 */
void check_tokens(const Check *check);             /* TB610 */
void check_sharing(const Check *check);            /* TB611 */

/* What stops when a pipe of that type is gone: "calls to its endpoint will fail". */
const char *pipe_loss(PipeType type);

/* Callers reach it: TYPE endpoint; in Classic also the last node of a pipe without any TYPE that no
 * other pipe reads. */
bool pipe_is_published(const Resource *pipe);

/* A published pipe on both sides, of which something that it reads or itself differs. */
typedef struct {
    const Resource *live;
    const Resource *candidate;
    const PipeParameters *takes_live; /* never NULL */
    const PipeParameters *takes;
} EndpointPair;

typedef VEC(EndpointPair) EndpointPairs;

EndpointPairs affected_endpoints(const Check *check);

void check_parameters(const Check *check, const EndpointPairs *endpoints); /* TB606 */
void check_outputs(const Check *check, const EndpointPairs *endpoints);    /* TB607 */

/* Where something of the live pipe was that the candidate lacks: in its file near the deletion,
 * else in the file of the endpoint that misses it. */
Place place_for_missing(const Check *check, const Resource *live_pipe, Range live_range,
                        const EndpointPair *endpoint);

/* Few edits lie between the two. */
bool names_are_near(Str a, Str b);
/* A word of snake_case or camelCase is in both. */
bool names_share_a_part(Str a, Str b);
/* order_by and orderBy. */
bool names_have_same_letters(Str a, Str b);

/* Workspaces that the data source is shared with, by place. */
Tokens shared_workspaces(Arena *arena, const Datafile *file);
/* "workspace 'a'", "workspaces 'a' and 'b'"; empty when it is not shared. */
Str shared_with_text(Arena *arena, const Resource *datasource);

#endif
