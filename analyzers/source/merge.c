/* merge.c: what one resource will be after the candidate is merged into live. */
#include "internal.h"

#include <string.h>

static bool same(const SourceFile *a, const SourceFile *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return a == b || blob_id_eq(a->id, b->id);
}

static bool can_load(Repo *repo, SourceFile *file)
{
    Fault ignored = {0};
    return source_file_load(repo, file, &ignored) == 0;
}

static git_merge_file_input merge_input(const SourceFile *file)
{
    return (git_merge_file_input){.version = GIT_MERGE_FILE_INPUT_VERSION,
                                  .ptr = file->text.len > 0 ? file->text.ptr : "",
                                  .size = file->text.len};
}

/* The three texts merged line by line; false on conflict. */
static bool merge_texts(Arena *arena, const Versions *versions, Str *out)
{
    git_merge_file_input base = merge_input(versions->base);
    git_merge_file_input live = merge_input(versions->live);
    git_merge_file_input candidate = merge_input(versions->candidate);
    git_merge_file_result result = {0};
    if (git_merge_file(&result, &base, &live, &candidate, NULL) != 0) {
        return false;
    }
    bool clean = result.automergeable != 0;
    if (clean) {
        *out = str_copy(arena, (Str){result.ptr, result.len});
    }
    git_merge_file_result_free(&result);
    return clean;
}

/* A file with this text where the merge would put it: moved, if either side moved it. */
static SourceFile *merged_file(Arena *arena, const Versions *versions, Str text)
{
    SourceFile *file = ARENA_NEW(arena, SourceFile);
    bool moved_here = !str_eq(versions->candidate->path, versions->base->path);
    *file = *versions->candidate;
    file->path = moved_here ? versions->candidate->path : versions->live->path;
    file->id = blob_id_of_bytes(text);
    file->text = text;
    file->loaded = true;
    file->lines = NULL;
    file->origin = ORIGIN_MEMORY;
    return file;
}

/* The candidate did not touch the content: live's counts, at the candidate's path if it moved. */
static SourceFile *live_at_candidate_path(Arena *arena, const Versions *versions)
{
    if (versions->candidate == NULL || versions->live == NULL ||
        str_eq(versions->candidate->path, versions->base->path) ||
        str_eq(versions->candidate->path, versions->live->path)) {
        return versions->live;
    }
    SourceFile *moved = ARENA_NEW(arena, SourceFile);
    *moved = *versions->live;
    moved->path = versions->candidate->path;
    moved->lines = NULL;
    return moved;
}

static Merged conflict(const Versions *versions, const char *why)
{
    /* Without a base, live's own file is the nearest thing to compare with. */
    SourceFile *against = versions->base != NULL ? versions->base : versions->live;
    return (Merged){.pair = {.live = against, .candidate = versions->candidate},
                    .outcome = MERGE_CONFLICT,
                    .behind = true,
                    .why = why};
}

static Merged merge_edits(Repo *repo, Arena *arena, const Versions *versions)
{
    Str text = STR("");
    if (!can_load(repo, versions->base) || !can_load(repo, versions->live) ||
        !can_load(repo, versions->candidate)) {
        Merged merged = conflict(versions, "changed on both branches, and one of its versions "
                                           "cannot be read; compared with the merge base");
        merged.outcome = MERGE_UNREADABLE;
        return merged;
    }
    if (!merge_texts(arena, versions, &text)) {
        return conflict(versions, "changed on both branches in the same lines; compared with the "
                                  "merge base");
    }
    SourceFile *file = merged_file(arena, versions, text);
    if (same(file, versions->candidate)) {
        return (Merged){.pair = {.live = versions->live, .candidate = versions->candidate}};
    }
    Merged merged = {.pair = {.live = versions->live, .candidate = file}, .behind = true};
    merged.pair.only_after_merge = !same(file, versions->live);
    return merged;
}

/* The usual table of a three-way merge. */
Merged merge_versions(Repo *repo, Arena *arena, const Versions *versions)
{
    const SourceFile *base = versions->base;
    const SourceFile *live = versions->live;
    const SourceFile *candidate = versions->candidate;
    if (same(live, candidate) || same(base, live)) {
        return (Merged){.pair = {.live = versions->live, .candidate = versions->candidate}};
    }
    if (same(base, candidate)) {
        SourceFile *kept = live_at_candidate_path(arena, versions);
        return (Merged){.pair = {.live = versions->live, .candidate = kept}, .behind = true};
    }
    if (candidate == NULL) {
        return conflict(versions, "deleted here, but changed on the live branch");
    }
    if (live == NULL) {
        return conflict(versions, "changed here, but deleted on the live branch; compared with the "
                                  "merge base");
    }
    if (base == NULL) {
        return conflict(versions, "added on both branches with different content; compared with "
                                  "the live branch's");
    }
    return merge_edits(repo, arena, versions);
}

Merged merge_disagreeing(const Versions *versions)
{
    if (same(versions->live, versions->candidate)) {
        return (Merged){.pair = {.live = versions->live, .candidate = versions->candidate}};
    }
    return conflict(versions, "the branches have several merge bases with different content");
}
