/*
 * scaffold_text.h: edits of one datafile's text, a token or an instruction at a time.
 *
 * Private to scaffold/. Ranges are those of the facts; each function parses its result anew, so
 * that edits follow each other without adding up places.
 */
#ifndef TBLINT_SCAFFOLD_TEXT_H
#define TBLINT_SCAFFOLD_TEXT_H

#include "findings/finding.h"
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

/* "ts > '2026-11-21 14:00:00'": the moment is in UTC, whatever zone the column has. */
Str time_comparison(Arena *arena, const Column *column, const char *operator_text, Str moment);

/* ---- what is downstream (scaffold_clone.c) ---- */

/* Adds a clone of each view below `origin`, of its target and of the pipes between; names end in
 * `suffix`. `names` maps the name of each cloned resource to that of its clone (Str *), and has
 * that of the origin already. */
int clone_downstream(Scaffold *out, const ScaffoldInput *in, const Resource *origin, Map *names,
                     Str suffix, Str until, Fault *fault);

#endif
