/*
 * scaffold_text.h: edits of one datafile's text, a token or an instruction at a time.
 *
 * Private to scaffold/. Ranges are those of the facts; each function parses its result anew, so
 * that edits follow each other without adding up places.
 */
#ifndef TBLINT_SCAFFOLD_TEXT_H
#define TBLINT_SCAFFOLD_TEXT_H

#include "findings/finding.h"
#include "model/view.h"
#include "scaffold.h"

/* A file that is being written. */
typedef struct {
    Arena *arena;
    DatafileParser *parser;
    const Datafile *facts; /* of the text as it is now */
} Draft;

Draft draft_of(const ScaffoldInput *in, const Datafile *facts);
Draft draft_of_text(const ScaffoldInput *in, Str text, DatafileKind kind, Dialect dialect);

/* Edits in the order of the file that do not overlap. */
void draft_apply(Draft *draft, const Edits *edits);

/* `name` where a name stands now, in the same quotes; an edit for draft_apply(). */
Edit name_edit(Arena *arena, Str text, Range range, Str name);

/* Puts the sentences above what the file's own DESCRIPTION says, or on top of the file. */
void draft_describe(Draft *draft, Str sentences);

/* The value of an instruction that takes one line, in quotes; a missing one comes behind the last
 * of `after`, or of the file. */
void draft_set(Draft *draft, Keyword keyword, Str value, const Keyword *after, size_t count);

/* Takes out every instruction for which `matches` is true. Returns how many. */
size_t draft_remove(Draft *draft, bool (*matches)(const Instruction *, const void *),
                    const void *context);
size_t draft_remove_word(Draft *draft, Keyword keyword);

/* Takes out what has no meaning for a new one: the FORWARD_QUERY, and VERSION in Forward. */
void draft_tidy_datasource(Draft *draft);

/* Takes out the storage that older pipes define for their target, and gives another name to nodes
 * that have that of a resource, there or in `names` (see clone_downstream; may be NULL). */
void draft_tidy_pipe(Draft *draft, const ScaffoldInput *in, const Map *names);

/* ---- names and places (scaffold_names.c) ---- */

bool name_is_plain(Str name); /* letters, digits and _, no digit first */

/* A resource or file of that name is there already, on either side. */
bool name_is_taken(const ScaffoldInput *in, Str name);

/* The fault that names what is nearest to `name` among the data sources. */
int unknown_datasource(const ScaffoldInput *in, Str name, Fault *fault);

/* FOLDER/NAME.EXTENSION beside the project's other files of that sort. */
Str sibling_path(const ScaffoldInput *in, const Resource *resource, Str name);
Str pipe_path(const ScaffoldInput *in, PipeType type, const Resource *origin, Str name);
Str test_path(const ScaffoldInput *in, Str name);

/* ---- the column that divides (scaffold_column.c) ---- */

/* The column of that name, or the best one. Fault: none, several, one that cannot divide. */
int time_column(const ScaffoldInput *in, const Resource *datasource, Str wanted, const Column **out,
                Fault *fault);

/* It holds the time at which rows come in, not what they tell of: late rows have no old value. */
bool is_ingestion_time(const ScaffoldInput *in, const Column *column);

/* "ts > '2026-11-21 14:00:00'": the moment is in UTC, whatever zone the column has. */
Str time_comparison(Arena *arena, const Column *column, const char *operator_text, Str moment);

/* ---- the replica of a view's target (scaffold_view.c) ---- */

/* The one view that fills it and reads one data source; NULL in `out` where none does. Fault: there
 * are several, or it cannot be read. */
int filling_view(const ScaffoldInput *in, const Resource *target, const View **out, Fault *fault);

typedef struct {
    Str name; /* of the new pipe */
    Str replica;
    const Column *column; /* of the view's source */
    Str cutoff;
} ViewFrom;

/* Adds a copy of the view into the replica that takes rows after the cutoff only. */
int write_view_from(Scaffold *out, const ScaffoldInput *in, const View *view, const ViewFrom *from,
                    Fault *fault);

/* ---- what is downstream (scaffold_clone.c) ---- */

/* Adds a clone of each view below `origin`, of its target and of the pipes between; names end in
 * `suffix`. `names` maps the name of each cloned resource to that of its clone (Str *), and has
 * that of the origin already. */
int clone_downstream(Scaffold *out, const ScaffoldInput *in, const Resource *origin, Map *names,
                     Str suffix, Str until, Fault *fault);

/* Says it where the target holds more than its copy can be made from. */
void note_older_rows(Scaffold *out, const ScaffoldInput *in, const Resource *source,
                     const Resource *target, Str copy);

#endif
