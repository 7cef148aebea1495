/* from_top.c: paths as a user gives them, as the repository has them. */
#include "from_top.h"

#include <stdlib.h>
#include <unistd.h>

/* False when the path leads out of its beginning. */
static bool clean(Arena *arena, Str path, Str *out)
{
    Strs parts = {0};
    while (path.len > 0) {
        ptrdiff_t slash = str_find_char(path, '/');
        Str part = slash < 0 ? path : str_slice(path, 0, (size_t)slash);
        path = slash < 0 ? (Str){0} : str_slice(path, (size_t)slash + 1, path.len);
        if (part.len == 0 || str_is(part, "."))
            continue;
        if (!str_is(part, ".."))
            vec_push(arena, &parts, part);
        else if (parts.len == 0)
            return false;
        else
            parts.len--;
    }
    *out = str_join(arena, parts.items, parts.len, "/");
    return true;
}

Str path_clean(Arena *arena, Str path)
{
    Str cleaned = {0};
    return clean(arena, path, &cleaned) ? cleaned : (Str){0};
}

bool path_from_top(Repo *repo, Arena *arena, Str named, Str *out)
{
    Str top = path_clean(arena, repo_top(repo));
    Str whole = named;
    if (!str_starts(named, "/")) {
        char *here = getcwd(NULL, 0);
        if (!here)
            return false;
        whole = str_fmt(arena, "%s/%.*s", here, STR_ARG(named));
        free(here);
    }
    if (!clean(arena, whole, &whole) || !str_starts(whole, str_cstr(arena, top)))
        return false;
    if (whole.len > top.len && top.len > 0 && whole.ptr[top.len] != '/')
        return false;
    size_t start = whole.len > top.len && top.len > 0 ? top.len + 1 : top.len;
    *out = str_slice(whole, start, whole.len);
    return true;
}
