/*
 * pipe_parameters.h: what callers may send to a pipe: the parameters of all nodes that its output
 * reads, also through other pipes.
 */
#ifndef TBLINT_PIPE_PARAMETERS_H
#define TBLINT_PIPE_PARAMETERS_H

#include "project.h"
#include "syntax/parameter.h"

typedef struct {
    Parameter parameter;  /* all its uses as one; `range` is that of the first one reached */
    const Resource *pipe; /* whose file the range is in */
} PipeParameter;

typedef struct {
    VEC(PipeParameter) items; /* from the output node on, by node as it is reached */
    Map *by_name;
    Resources pipes;           /* that are read, itself first */
    Resources sources;         /* data sources that are read */
    bool complete;             /* every tag was read, and every pipe on the way is parsed */
    Range unread;              /* the first tag that was not, in the file of `unread_in` */
    const Resource *unread_in; /* NULL when a pipe could not be had */
} PipeParameters;

/* Made anew at each call; NULL when the resource is no parsed pipe with a node. Where a query does
 * not parse, all nodes and pipes that its text names count as read. */
const PipeParameters *pipe_parameters(Loader *loader, const Resource *pipe);

/* One of the pipes that it reads, itself included, or of their data sources is not as on the other
 * side: `pipes` and `sources` of the above, for less than it costs. */
bool pipe_reads_a_change(Loader *loader, const Resource *pipe);

const PipeParameter *pipe_parameter(const PipeParameters *parameters, Str name); /* NULL */

#endif
