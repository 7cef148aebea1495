/* layout.c: what a path says, without reading anything. */
#include "layout.h"

#include "base/map.h"
#include "glob.h"

#include <stdlib.h>
#include <string.h>

/* The folders in which `tb` looks for datafiles; the folder around them is the project. */
static const char *const kind_folders[] = {
    "datasources", "pipes", "endpoints", "materializations", "copies", "sinks", "connections",
};

static bool is_kind_folder(Str part)
{
    for (size_t i = 0; i < ARRAY_LEN(kind_folders); i++) {
        if (str_is(part, kind_folders[i])) {
            return true;
        }
    }
    return false;
}

Str path_base(Str path)
{
    ptrdiff_t slash = str_rfind_char(path, '/');
    return slash < 0 ? path : str_slice(path, (size_t)slash + 1, path.len);
}

Str path_dir(Str path)
{
    ptrdiff_t slash = str_rfind_char(path, '/');
    return slash < 0 ? STR("") : str_slice(path, 0, (size_t)slash);
}

/* Takes the first part off; false at the end. */
static bool next_part(Str *rest, Str *part)
{
    if (rest->len == 0) {
        return false;
    }
    ptrdiff_t slash = str_find_char(*rest, '/');
    if (slash < 0) {
        *part = *rest;
        *rest = STR("");
    } else {
        *part = str_slice(*rest, 0, (size_t)slash);
        *rest = str_slice(*rest, (size_t)slash + 1, rest->len);
    }
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 1.2.3, with anything after the third number (a release's suffix). */
static bool is_semver(Str part)
{
    size_t at = 0;
    for (int number = 0; number < 3; number++) {
        size_t start = at;
        while (at < part.len && is_digit(part.ptr[at])) {
            at++;
        }
        if (at == start) {
            return false;
        }
        if (number < 2 && (at == part.len || part.ptr[at++] != '.')) {
            return false;
        }
    }
    return true;
}

static bool is_deploy_script(Str path)
{
    Str rest = path_dir(path);
    Str part;
    bool after_deploy = false;
    while (next_part(&rest, &part)) {
        if (after_deploy && is_semver(part)) {
            return true;
        }
        after_deploy = str_is(part, "deploy");
    }
    return false;
}

static bool is_in_tests(Str path)
{
    Str rest = path_dir(path);
    Str part;
    while (next_part(&rest, &part)) {
        if (str_is(part, "tests")) {
            return true;
        }
    }
    return false;
}

static PathKind kind_by_extension(Str base)
{
    static const struct {
        const char *extension;
        PathKind kind;
    } kinds[] = {
        {".pipe", PATH_PIPE},    {".datasource", PATH_DATASOURCE}, {".connection", PATH_CONNECTION},
        {".incl", PATH_INCLUDE}, {".token", PATH_TOKEN},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_ends(base, kinds[i].extension)) {
            return kinds[i].kind;
        }
    }
    return PATH_OTHER;
}

PathKind path_kind(Str path)
{
    Str base = path_base(path);
    PathKind kind = kind_by_extension(base);
    if (kind != PATH_OTHER) {
        return kind;
    }
    if (str_is(base, "tinybird.config.json") || str_is(base, ".tinyenv")) {
        return PATH_PROJECT_FILE;
    }
    if (str_is(path, ".tblint.yaml") || str_is(path, ".tblint.accept.yaml")) {
        return PATH_TBLINT_FILE;
    }
    if (is_deploy_script(path)) {
        return PATH_DEPLOY_SCRIPT;
    }
    if ((str_ends(base, ".yaml") || str_ends(base, ".yml")) && is_in_tests(path)) {
        return PATH_TEST;
    }
    return PATH_OTHER;
}

bool path_is_datafile(PathKind kind)
{
    return kind == PATH_DATASOURCE || kind == PATH_PIPE || kind == PATH_CONNECTION;
}

Str path_resource_name(Str path)
{
    Str base = path_base(path);
    ptrdiff_t dot = -1;
    switch (kind_by_extension(base)) {
    case PATH_DATASOURCE:
    case PATH_CONNECTION:
        dot = str_rfind_char(base, '.');
        break;
    case PATH_PIPE:
        dot = str_find_char(base, '.');
        break;
    default:
        break;
    }
    return dot < 0 ? STR("") : str_slice(base, 0, (size_t)dot);
}

bool path_is_vendored(Str path)
{
    Str rest = path_dir(path);
    Str part;
    int after_vendor = 0; /* parts since `vendor`: the workspace, then its kind folder */
    while (next_part(&rest, &part)) {
        if (after_vendor == 2 && str_is(part, "datasources")) {
            return true;
        }
        after_vendor = str_is(part, "vendor") ? 1 : after_vendor == 1 ? 2 : 0;
    }
    return false;
}

bool path_is_playground(Str path)
{
    return str_is(path_base(path_dir(path)), "playgrounds");
}

/* ---- projects ---- */

/* The folder around the innermost kind folder on the way to the file, else the file's own. The
 * innermost, because a monorepo may well have an unrelated `pipes/` or `connections/` higher up. */
static Str root_by_marker(Str path)
{
    Str dir = path_dir(path);
    Str at = dir;
    while (at.len > 0) {
        if (is_kind_folder(path_base(at))) {
            return path_dir(at);
        }
        at = path_dir(at);
    }
    return dir;
}

/* What a path says about projects. */
typedef struct {
    bool is_marked; /* a project file names the folder itself */
    bool is_home;   /* there is something to deploy: a datafile, or tinybird.config.json */
    Str root;
} Marker;

static Marker marker_of(Str path)
{
    PathKind kind = path_kind(path);
    if (kind == PATH_PROJECT_FILE)
        return (Marker){true, !str_is(path_base(path), ".tinyenv"), path_dir(path)};
    if (path_is_datafile(kind) && !path_is_vendored(path))
        return (Marker){false, true, root_by_marker(path)};
    return (Marker){0};
}

/* The outermost folder of the path that a configured pattern names. Patterns are anchored at the
 * repository's top here: `projects: [tinybird]` must not pick up every folder of that name. */
static bool configured_root(Str path, Strs configured, Str *root)
{
    PathKind kind = path_kind(path);
    if (kind == PATH_OTHER || kind == PATH_TBLINT_FILE) {
        return false;
    }
    for (size_t end = 0; end < path.len; end++) {
        if (end > 0 && path.ptr[end] != '/') {
            continue;
        }
        Str folder = str_slice(path, 0, end);
        for (size_t i = 0; i < configured.len; i++) {
            Str pattern = glob_folder(configured.items[i]);
            /* The top itself is named by "." alone, not by a star. */
            if ((pattern.len == 0) == (folder.len == 0) && glob_match_path(pattern, folder)) {
                *root = folder;
                return true;
            }
        }
    }
    return false;
}

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

static bool has_root(Strs roots, Str folder)
{
    return roots.len > 0 &&
           bsearch(&folder, roots.items, roots.len, sizeof(Str), compare_strs) != NULL;
}

/* Whether a folder above this one is a root as well. */
static bool is_below_root(Strs roots, Str folder)
{
    while (folder.len > 0) {
        folder = path_dir(folder);
        if (has_root(roots, folder)) {
            return true;
        }
    }
    return false;
}

static Strs unique_sorted(Arena *arena, Strs all)
{
    Strs unique = {0};
    if (all.len > 0) {
        qsort(all.items, all.len, sizeof(Str), compare_strs);
    }
    for (size_t i = 0; i < all.len; i++) {
        if (i == 0 || !str_eq(all.items[i], all.items[i - 1])) {
            vec_push(arena, &unique, all.items[i]);
        }
    }
    return unique;
}

/* Folders with something to deploy, folders with a project file: both sorted, each once. */
typedef struct {
    Strs homes;
    Strs marked;
} Markers;

static Markers find_markers(Arena *arena, const Str *paths, size_t count)
{
    Markers found = {0};
    const Str *last = NULL; /* the last datafile: its neighbours say the same */
    for (size_t i = 0; i < count; i++) {
        if (last != NULL && str_eq(path_dir(paths[i]), path_dir(*last)) &&
            path_kind(paths[i]) != PATH_PROJECT_FILE) {
            continue;
        }
        Marker marker = marker_of(paths[i]);
        if (marker.is_marked) {
            vec_push(arena, &found.marked, marker.root);
        } else if (marker.is_home) {
            last = &paths[i];
        }
        if (marker.is_home) {
            vec_push(arena, &found.homes, marker.root);
        }
    }
    found.homes = unique_sorted(arena, found.homes);
    found.marked = unique_sorted(arena, found.marked);
    return found;
}

/* The folders above projects that have a project file of their own. */
static Map *folders_above_projects(Arena *arena, const Markers *markers)
{
    Map *above = map_new(arena);
    for (size_t i = 0; i < markers->marked.len; i++) {
        Str folder = markers->marked.items[i];
        bool is_project = has_root(markers->homes, folder);
        while (is_project && folder.len > 0) {
            folder = path_dir(folder);
            map_put(above, folder, above);
        }
    }
    return above;
}

/* A .tinyenv with nothing beside it, above projects with a .tinyenv of their own, is a leftover:
 * nobody deploys all of them into one workspace. */
static Strs marked_roots(Arena *arena, const Str *paths, size_t count)
{
    Markers markers = find_markers(arena, paths, count);
    Map *above = folders_above_projects(arena, &markers);
    Strs all = markers.homes;
    for (size_t i = 0; i < markers.marked.len; i++) {
        Str root = markers.marked.items[i];
        if (!has_root(markers.homes, root) && !map_has(above, root)) {
            vec_push(arena, &all, root);
        }
    }
    return all;
}

static Strs configured_roots(Arena *arena, const Str *paths, size_t count, Strs configured)
{
    Strs all = {0};
    for (size_t i = 0; i < count; i++) {
        Str root = STR("");
        if (configured_root(paths[i], configured, &root)) {
            vec_push(arena, &all, root);
        }
    }
    return all;
}

Strs projects_find(Arena *arena, const Str *paths, size_t count, Strs configured)
{
    Strs all = configured.len > 0 ? configured_roots(arena, paths, count, configured)
                                  : marked_roots(arena, paths, count);
    Strs unique = unique_sorted(arena, all);
    Strs outermost = {0};
    for (size_t i = 0; i < unique.len; i++) {
        if (!is_below_root(unique, unique.items[i])) {
            Str root = unique.items[i];
            vec_push(arena, &outermost, root.len == 0 ? STR(".") : root);
        }
    }
    return outermost;
}

/* The `*` of Tinybird's own search takes no folder whose name begins with a dot. */
static bool is_in_hidden_folder(Str below_root)
{
    Str rest = path_dir(below_root);
    Str part;
    while (next_part(&rest, &part)) {
        if (str_starts(part, ".")) {
            return true;
        }
    }
    return false;
}

ptrdiff_t project_of(Strs roots, Str path)
{
    if (roots.len == 1 && str_is(roots.items[0], ".")) {
        return is_in_hidden_folder(path) ? -1 : 0;
    }
    for (Str folder = path_dir(path); folder.len > 0 && roots.len > 0; folder = path_dir(folder)) {
        Str *found = bsearch(&folder, roots.items, roots.len, sizeof(Str), compare_strs);
        if (found != NULL) {
            Str below = str_slice(path, folder.len + 1, path.len);
            return is_in_hidden_folder(below) ? -1 : found - roots.items;
        }
    }
    return -1;
}
