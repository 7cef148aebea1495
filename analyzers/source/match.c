/* match.c: the versions of one thing, together: by path, and what is left over by resource. */
#include "internal.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

enum { HAS_BASE = 1, HAS_LIVE = 2, HAS_CANDIDATE = 4, HAS_ALL = 7 };

typedef struct Partial {
    Versions versions;
    int has;
    struct Partial *next;
} Partial;

/* What is left over of one resource, by which sides it has, first come first served. */
typedef struct {
    Partial *first[HAS_ALL + 1];
    Partial *last[HAS_ALL + 1];
} Waiting;

typedef struct {
    Arena *arena;
    const MatchInput *input;
    Map *waiting; /* resource -> Waiting */
    VersionsList *out;
} Match;

static int sides_of(const Versions *versions)
{
    return (versions->base != NULL ? HAS_BASE : 0) | (versions->live != NULL ? HAS_LIVE : 0) |
           (versions->candidate != NULL ? HAS_CANDIDATE : 0);
}

Str versions_path(const Versions *versions)
{
    const SourceFile *file = versions->candidate != NULL ? versions->candidate
                             : versions->live != NULL    ? versions->live
                                                         : versions->base;
    return file != NULL ? file->path : (Str){0};
}

/* Project, kind and name; a shared data source of another workspace is not this one's. */
static Str resource_key(const Match *match, Str path)
{
    PathKind kind = path_kind(path);
    ptrdiff_t project = project_of(match->input->roots, path);
    if (!path_is_datafile(kind) || project < 0) {
        return STR("");
    }
    if (match->input->same_as != NULL) {
        project = match->input->same_as[project];
    }
    Str name = path_resource_name(path);
    return str_fmt(match->arena, "%td %d %d %.*s", project, (int)kind, path_is_vendored(path),
                   STR_ARG(name));
}

static void join(Versions *to, const Versions *from)
{
    if (from->base != NULL) {
        to->base = from->base;
    }
    if (from->live != NULL) {
        to->live = from->live;
    }
    if (from->candidate != NULL) {
        to->candidate = from->candidate;
    }
}

static void wait_for_others(Waiting *waiting, Partial *partial)
{
    int has = partial->has;
    if (waiting->last[has] != NULL) {
        waiting->last[has]->next = partial;
    } else {
        waiting->first[has] = partial;
    }
    waiting->last[has] = partial;
}

static Partial *take_disjoint(Waiting *waiting, int has)
{
    for (int other = HAS_ALL; other > 0; other--) {
        Partial *found = (other & has) == 0 ? waiting->first[other] : NULL;
        if (found != NULL) {
            waiting->first[other] = found->next;
            waiting->last[other] = found->next != NULL ? waiting->last[other] : NULL;
            found->next = NULL;
            return found;
        }
    }
    return NULL;
}

/* A file that one side lacks under this path may be there under another: a move. */
static void add_partial(Match *match, const Versions *versions)
{
    Str key = resource_key(match, versions_path(versions));
    if (key.len == 0) {
        vec_push(match->arena, match->out, *versions);
        return;
    }
    Waiting *waiting = map_get(match->waiting, key);
    if (waiting == NULL) {
        waiting = ARENA_NEW(match->arena, Waiting);
        map_put(match->waiting, key, waiting);
    }
    Partial *partial = ARENA_NEW(match->arena, Partial);
    partial->versions = *versions;
    partial->has = sides_of(versions);
    Partial *other = take_disjoint(waiting, partial->has);
    if (other != NULL) {
        join(&partial->versions, &other->versions);
        partial->has |= other->has;
    }
    wait_for_others(waiting, partial);
}

static void flush_waiting(Match *match)
{
    for (size_t i = 0; i < map_len(match->waiting); i++) {
        const Waiting *waiting = map_value(match->waiting, i);
        for (int has = 1; has <= HAS_ALL; has++) {
            for (const Partial *at = waiting->first[has]; at != NULL; at = at->next) {
                vec_push(match->arena, match->out, at->versions);
            }
        }
    }
}

/* ---- the walk over three sorted lists ---- */

typedef struct {
    const SourceFiles *files;
    size_t at;
} Cursor;

static SourceFile *peek(const Cursor *cursor)
{
    return cursor->files != NULL && cursor->at < cursor->files->len
               ? cursor->files->items[cursor->at]
               : NULL;
}

static const SourceFile *lesser(const SourceFile *a, const SourceFile *b)
{
    if (a == NULL || b == NULL) {
        return a != NULL ? a : b;
    }
    return str_cmp(a->path, b->path) <= 0 ? a : b;
}

static SourceFile *take_if(Cursor *cursor, Str path)
{
    SourceFile *file = peek(cursor);
    if (file == NULL || !str_eq(file->path, path)) {
        return NULL;
    }
    cursor->at++;
    return file;
}

static int compare_versions(const void *a, const void *b)
{
    return str_cmp(versions_path(a), versions_path(b));
}

/* Complete when no side that takes part lacks it. */
static bool is_complete(const Match *match, const Versions *versions)
{
    int wanted = HAS_CANDIDATE | (match->input->live != NULL ? HAS_LIVE : 0) |
                 (match->input->base != NULL ? HAS_BASE : 0);
    return sides_of(versions) == wanted;
}

VersionsList match_versions(Arena *arena, const MatchInput *input)
{
    VersionsList list = {0};
    Match match = {arena, input, map_new(arena), &list};
    vec_room(arena, &list, input->candidate->len + 1);
    Cursor base = {input->base, 0};
    Cursor live = {input->live, 0};
    Cursor candidate = {input->candidate, 0};
    const SourceFile *next;
    while ((next = lesser(lesser(peek(&candidate), peek(&live)), peek(&base))) != NULL) {
        Str path = next->path;
        Versions versions = {take_if(&base, path), take_if(&live, path), take_if(&candidate, path)};
        if (is_complete(&match, &versions)) {
            vec_push(arena, &list, versions);
        } else {
            add_partial(&match, &versions);
        }
    }
    flush_waiting(&match);
    /* The walk went by path, so only what was put together from several paths is out of place. */
    if (map_len(match.waiting) > 0 && list.len > 1) {
        qsort(list.items, list.len, sizeof(Versions), compare_versions);
    }
    return list;
}
