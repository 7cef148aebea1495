/*
 * project_internal.h: what the parts of the project loader and the differ share.
 */
#ifndef TBLINT_PROJECT_INTERNAL_H
#define TBLINT_PROJECT_INTERNAL_H

#include "project.h"

/* ---- project_scan.c: names in bytes ---- */

typedef struct NameSet NameSet;

NameSet *name_set_new(Arena *arena);
/* Texts are searched for whole words, so a name with a dot or a dash counts by its first word. */
void name_set_add(NameSet *set, Str name);
bool name_set_is_empty(const NameSet *set);
bool name_set_occurs_in(const NameSet *set, Str text);

/* The next run of letters, digits, '_' and non-ASCII bytes; false at the end. */
bool next_word(Str *rest, Str *word);
bool word_occurs_in(Str text, Str word);

/* ---- project_facts.c ---- */

DatasourceFacts *datasource_facts(Loader *loader, const Datafile *file);
PipeFacts *pipe_facts(Loader *loader, const Datafile *file);

/* The word starts so, in any case. */
bool word_starts(Str word, const char *prefix);
/* An instruction of that word sets up a connector: KAFKA_TOPIC, IMPORT_SERVICE. */
bool is_connector_word(Str word);

/* ---- engine_facts.c: ENGINE_SETTINGS, a part at a time ---- */

typedef struct {
    Str name;
    Str value; /* empty without '=' */
} Setting;

/* The next one that has a name; false at the end. */
bool next_setting(Str *rest, Setting *setting);

/* ---- project_lineage.c ---- */

/* Fills `writers` and `readers` from the pipes that are parsed. */
void project_connect(Loader *loader, Project *project);

/* ---- text ---- */

/* `text` with runs of white space as one blank, trimmed. */
Str squeezed(Arena *arena, Str text);
/* Sorts in place by bytes. */
void sort_strs(Strs *strs);

#endif
