/* glob.c: patterns of paths, as a set of positions that are alive in the pattern. */
#include "glob.h"

#include <string.h>

Str glob_folder(Str folder)
{
    while (str_starts(folder, "./")) {
        folder = str_slice(folder, 2, folder.len);
    }
    while (folder.len > 0 && folder.ptr[0] == '/') {
        folder = str_slice(folder, 1, folder.len);
    }
    while (folder.len > 0 && folder.ptr[folder.len - 1] == '/') {
        folder = str_slice(folder, 0, folder.len - 1);
    }
    return str_is(folder, ".") ? STR("") : folder;
}

enum { GLOB_MAX = 1024 };

/* The set of pattern positions that are alive: matching is O(path * pattern), whatever the stars.
 */
typedef struct {
    Str pattern;
    bool alive[GLOB_MAX + 1];
} GlobSet;

static bool is_star(Str pattern, size_t at)
{
    return at < pattern.len && pattern.ptr[at] == '*';
}

static bool is_globstar(Str pattern, size_t at)
{
    return is_star(pattern, at) && is_star(pattern, at + 1);
}

/* Enters a position, and those behind stars that may match nothing. The way past a whole "**" and
 * its slash is open only on entering, when the path stands at the start of a part. */
static void glob_enter(GlobSet *set, size_t at)
{
    while (!set->alive[at]) {
        set->alive[at] = true;
        if (is_globstar(set->pattern, at)) {
            if (at + 2 < set->pattern.len && set->pattern.ptr[at + 2] == '/') {
                glob_enter(set, at + 3);
            }
            at += 2;
        } else if (is_star(set->pattern, at)) {
            at++;
        } else {
            return;
        }
    }
}

static void glob_stay(GlobSet *set, size_t at, size_t stars)
{
    set->alive[at] = true;
    glob_enter(set, at + stars);
}

static void glob_step(const GlobSet *from, GlobSet *to, char c)
{
    Str pattern = from->pattern;
    for (size_t at = 0; at < pattern.len; at++) {
        if (!from->alive[at]) {
            continue;
        }
        if (is_globstar(pattern, at)) {
            glob_stay(to, at, 2);
        } else if (is_star(pattern, at)) {
            if (c != '/') {
                glob_stay(to, at, 1);
            }
        } else if (pattern.ptr[at] == c || (pattern.ptr[at] == '?' && c != '/')) {
            glob_enter(to, at + 1);
        }
    }
}

/* Matches all of `path`, or with `below` also a folder on the way to it. */
static bool glob_whole(Str pattern, Str path, bool below)
{
    if (pattern.len > GLOB_MAX) {
        return false;
    }
    GlobSet sets[2] = {{.pattern = pattern}, {.pattern = pattern}};
    GlobSet *now = &sets[0], *next = &sets[1];
    glob_enter(now, 0);
    for (size_t i = 0; i < path.len; i++) {
        if (below && i > 0 && path.ptr[i] == '/' && now->alive[pattern.len]) {
            return true;
        }
        memset(next->alive, 0, sizeof(next->alive));
        glob_step(now, next, path.ptr[i]);
        GlobSet *swap = now;
        now = next;
        next = swap;
    }
    return now->alive[pattern.len];
}

bool glob_match_path(Str pattern, Str path)
{
    return glob_whole(pattern, path, false);
}

static bool matches_a_part(Str pattern, Str path)
{
    for (Str rest = path; rest.len > 0;) {
        ptrdiff_t slash = str_find_char(rest, '/');
        size_t end = slash < 0 ? rest.len : (size_t)slash;
        if (glob_whole(pattern, str_slice(rest, 0, end), false))
            return true;
        rest = str_slice(rest, slash < 0 ? end : end + 1, rest.len);
    }
    return false;
}

bool glob_match(Str pattern, Str path)
{
    bool anchored =
        str_find_char(str_slice(pattern, 0, pattern.len ? pattern.len - 1 : 0), '/') >= 0;
    pattern = glob_folder(pattern);
    if (pattern.len == 0)
        return true; /* "." is the top folder */
    return anchored ? glob_whole(pattern, path, true) : matches_a_part(pattern, path);
}
