/*
 * layout.h: what a path says: kind of datafile, resource name, project.
 *
 * Pure functions of paths, used on lists of files before anything is read.
 */
#ifndef TBLINT_LAYOUT_H
#define TBLINT_LAYOUT_H

#include "base/str.h"

typedef enum {
    PATH_OTHER,
    PATH_DATASOURCE,
    PATH_PIPE,
    PATH_CONNECTION,
    PATH_INCLUDE,       /* .incl, Classic */
    PATH_TOKEN,         /* .token, Classic */
    PATH_PROJECT_FILE,  /* tinybird.config.json, .tinyenv */
    PATH_TBLINT_FILE,   /* .tblint.yaml, .tblint.accept.yaml at the top */
    PATH_TEST,          /* tests/ of a project: *.yaml, *.yml */
    PATH_DEPLOY_SCRIPT, /* deploy/<semver>/ of a project */
} PathKind;

PathKind path_kind(Str path);
bool path_is_datafile(PathKind kind); /* datasource, pipe or connection */
Str path_base(Str path);              /* after the last '/' */
Str path_dir(Str path);               /* before the last '/', empty at the top */

/* The name of the resource that a datafile defines; empty for other files. Only the last
 * extension goes from a data source's or connection's name; a pipe's ends at its first dot. */
Str path_resource_name(Str path);

/* Shared data sources of another workspace: vendor/<workspace>/datasources/x.datasource. */
bool path_is_vendored(Str path);

/* A playground, which no other resource reads: playgrounds/x.pipe. */
bool path_is_playground(Str path);

/* The roots of the projects among `paths` (sorted), outermost first wins; "." for the top. A
 * .tinyenv alone counts only where no folder below is a project with a .tinyenv of its own.
 * `configured` (globs from the configuration) replaces the markers when not empty. */
Strs projects_find(Arena *arena, const Str *paths, size_t count, Strs configured);

/* Index of the project that holds the path, or -1: also below a folder of it whose name begins with
 * a dot, which Tinybird does not look into. */
ptrdiff_t project_of(Strs roots, Str path);

#endif
