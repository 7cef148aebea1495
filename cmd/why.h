/*
 * why.h: what `tblint why` asks about, found, for the parts of its answer.
 *
 * Private to the why*.c files.
 */
#ifndef TBLINT_WHY_H
#define TBLINT_WHY_H

#include "session.h"

typedef struct {
    Session *session;
    Arena *arena;
    Report report;
    Buf *out;
    Str path;         /* as the candidate has it, else as live has it */
    uint32_t line;    /* 0: the whole file */
    const Rule *rule; /* NULL: none was asked about */
    const ProjectPlan *project;
    const FilePair *files;
    /* The project once more, with all parsed that is around the file: its readers and writers are
     * known also where nothing changes. */
    Loader loader;
    ProjectSides sides;
    const Resource *resource;     /* in the candidate, else in live; NULL: no datafile */
    const ResourceChange *change; /* NULL: nothing about it changes */
    const PlanStep *step;         /* NULL: nothing happens to it */
} Why;

/* Finds the file that the user names; FAULT_USAGE with the nearest names. */
int why_find(Why *why, Str named, Fault *fault);

/* The line or stretch of a file: "pipes/a.pipe:5". */
Str why_place(Why *why, SourceFile *file, Range range);

/* Data sources that the pipe reads, also through other pipes, and to which the deploy does
 * something; empty for all other resources. */
Resources why_upstream(Why *why);

/* True when the finding is about the file: and about the line, when one is asked for. */
bool why_touches(const Why *why, const Finding *finding);

/* ---- the parts of the answer, each with its heading; nothing where there is nothing ---- */

void why_heading(Why *why, const char *text);
/* One paragraph, indented by two; escaped here. */
void why_say(Why *why, Str text);

void why_deploy(Why *why);
void why_relations(Why *why);
void why_line(Why *why);
void why_findings(Why *why);
void why_unchecked(Why *why);
void why_rule(Why *why);

#endif
