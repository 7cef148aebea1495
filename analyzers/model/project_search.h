/*
 * project_search.h: questions to all files of one side, whether they are parsed or not.
 *
 * Each reads the bytes of every data source and pipe, so they are asked only when a finding hangs
 * on the answer. Files whose bytes cannot be had take no part.
 */
#ifndef TBLINT_PROJECT_SEARCH_H
#define TBLINT_PROJECT_SEARCH_H

#include "project.h"

/* Some file of the project has a TOKEN line for that token. */
bool project_grants_token(Loader *loader, const Project *project, Str token);

/* Some pipe of the project but the one named `except` has the name behind FROM, JOIN or IN. */
bool project_reads_elsewhere(Loader *loader, const Project *project, Str name, Str except);

/* Some pipe has the line DATASOURCE or TARGET_DATASOURCE with that name. */
bool project_writes(Loader *loader, const Project *project, Str name);

/* Classic names a resource `name__v2` when its file says VERSION 2: a file of `name` has such a
 * line, for any number. */
bool project_has_version_of(Loader *loader, const Project *project, Str versioned);

/* Some file of that kind has the instruction `word`, and `also` if that is not NULL. Looked up once
 * for each side and question, so it may be asked of every finding. */
bool project_has_instruction(Loader *loader, const Project *project, DatafileKind kind,
                             const char *word, const char *also);

/* Some pipe has a node of its own name; likewise. */
bool project_names_node_like_pipe(Loader *loader, const Project *project);

#endif
