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
    Report report; /* as the format wants it that is being written */
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

/* ---- what is known, for every format ---- */

typedef enum {
    CHANGE_NONE,
    CHANGE_NEW,
    CHANGE_DELETED,
    CHANGE_MOVED,
    CHANGE_SPELLING, /* other text, the same meaning */
    CHANGE_MEANING,
} FileChange;

FileChange why_change(const Why *why);

typedef VEC(const PlanStep *) PlanStepList;
typedef VEC(const Finding *) FindingList;

/* Data sources that the pipe reads, also through other pipes, and to which the deploy does
 * something; empty for all other resources. */
Resources why_upstream(Why *why);
/* Of what a pipe writes, when anything happens to that; NULL. */
const PlanStep *why_target_step(const Why *why);
/* Findings about the resource that refuse the deploy. */
FindingList why_refusals(const Why *why);

/* True when the finding is about the file: and about the line, when one is asked for. */
bool why_touches(const Why *why, const Finding *finding);
/* All of these, of the rule if one is asked about. */
FindingList why_told(Why *why);
/* What of the change leads to the finding, and why one that stands elsewhere is told here. */
Str why_cause(Why *why, const Finding *finding);

typedef enum {
    WHO_DATASOURCE,
    WHO_QUARANTINE,
    WHO_PIPE,
    WHO_NODE,
    WHO_EXTERNAL,  /* outside the project */
    WHO_MISSING,   /* it does not exist */
    WHO_TEMPLATE,  /* a template names it */
    WHO_CONNECTOR, /* its own */
    WHO_JSON,      /* whoever sends it JSON */
} RelationKind;

typedef enum {
    ROLE_READ_BY,
    ROLE_WRITTEN_BY,
    ROLE_USED_BY,
    ROLE_READS,
    ROLE_WRITES,
} RelationRole;

/* Something that the resource reads or writes, or that does so with it. */
typedef struct {
    RelationRole role;
    RelationKind kind;
    PipeType type; /* of WHO_PIPE */
    Str name;      /* empty where there is none */
    SourceFile *file;
    Range range;  /* where that is written, in `file`; empty: nowhere */
    bool is_past; /* in live, and no more */
    bool certain;
} Relation;

typedef VEC(Relation) Relations;

Relations why_relations_found(Why *why);
Relations why_column_readers(Why *why, const Column *column); /* once a place */
Relations why_node_reads(Why *why, size_t node);
const char *relation_role_text(RelationRole role); /* "read-by" */
const char *relation_kind_text(RelationKind kind); /* "datasource" */

/* The range is on the line that is asked about. */
bool why_covers(const Why *why, SourceFile *file, Range range);
/* An instruction that says something by itself, at the line. */
bool why_shows(const Why *why, const Instruction *instruction);

typedef struct {
    uint32_t line; /* 0: the whole file */
    Str why;
} NotChecked;

typedef VEC(NotChecked) NotCheckedList;

NotCheckedList why_not_checked(Why *why);

/* What the rule that is asked about says of the file. */
typedef struct {
    const char *verdict;    /* "speaks", "accepted", "off", "in-live", "silent", "reserved" */
    const Finding *finding; /* that it reports, or would; NULL */
    Strs reasons;           /* sentences */
} Verdict;

Verdict why_verdict(Why *why);

/* ---- the parts of the answer in text, each with its heading; nothing where there is nothing ----
 */

void why_heading(Why *why, const char *text);
/* One paragraph, indented by two; escaped here. */
void why_say(Why *why, Str text);
/* As many as fit; how many more there are. */
void why_say_relations(Why *why, const Relations *list);

void why_deploy(Why *why);
void why_relations(Why *why);
void why_line(Why *why);
void why_findings(Why *why);
void why_unchecked(Why *why);
void why_rule(Why *why);

/* ---- and as JSON ---- */

void why_json(Why *why);

#endif
