/* snapshot.c: what the three kinds of snapshot share. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

Snapshot *snapshot_new(Repo *repo)
{
    Snapshot *snapshot = ARENA_NEW(repo->arena, Snapshot);
    snapshot->repo = repo;
    return snapshot;
}

const SourceFiles *snapshot_files(const Snapshot *snapshot)
{
    return &snapshot->files;
}

Str snapshot_any_path(const Snapshot *snapshot)
{
    return snapshot->files.len > 0 ? snapshot->files.items[0]->path : snapshot->any_path;
}

const char *snapshot_commit(const Snapshot *snapshot)
{
    return snapshot->commit;
}

const Strs *snapshot_ignored(const Snapshot *snapshot)
{
    return &snapshot->ignored;
}

SourceFile *snapshot_find(const Snapshot *snapshot, Str path)
{
    size_t low = 0;
    size_t high = snapshot->files.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(path, snapshot->files.items[middle]->path);
        if (order == 0) {
            return snapshot->files.items[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

SourceFile *snapshot_add(Snapshot *snapshot, Str path, const git_oid *id, unsigned mode)
{
    SourceFile *file = ARENA_NEW(snapshot->repo->arena, SourceFile);
    file->path = path;
    file->id = blob_id_of(id);
    file->executable = (mode & 0111) != 0 && S_ISREG(mode);
    if (S_ISLNK(mode)) {
        file->trouble = FILE_SYMLINK;
    } else if (mode == GIT_FILEMODE_COMMIT) {
        file->trouble = FILE_SUBMODULE;
    }
    vec_push(snapshot->repo->arena, &snapshot->files, file);
    return file;
}

/* A link named like a folder of datafiles: `tb` would follow it, this program does not. */
static bool hides_datafiles(Str path)
{
    static const char *const names[] = {"datasources", "pipes", "endpoints",   "materializations",
                                        "copies",      "sinks", "connections", "tinybird"};
    Str base = path_base(path);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(base, names[i])) {
            return true;
        }
    }
    return false;
}

SourceFile *snapshot_add_entry(Snapshot *snapshot, Str path, const git_oid *id, unsigned mode)
{
    Arena *arena = snapshot->repo->arena;
    if (path_kind(path) != PATH_OTHER) {
        return snapshot_add(snapshot, path, id, mode);
    }
    if (mode == GIT_FILEMODE_COMMIT) {
        vec_push(arena, &snapshot->submodules, (Elsewhere){path, blob_id_of(id)});
    } else if (S_ISLNK(mode) && hides_datafiles(path)) {
        vec_push(arena, &snapshot->linked_folders, path);
    } else if (snapshot->any_path.len == 0) {
        snapshot->any_path = path;
    }
    return NULL;
}

static int compare_files(const void *a, const void *b)
{
    const SourceFile *const *first = a;
    const SourceFile *const *second = b;
    return str_cmp((*first)->path, (*second)->path);
}

/* A damaged or hostile tree may be out of order or name a path twice; the first one stays. */
void snapshot_finish(Snapshot *snapshot)
{
    SourceFiles *files = &snapshot->files;
    bool sorted = true;
    for (size_t i = 1; i < files->len && sorted; i++) {
        sorted = str_cmp(files->items[i - 1]->path, files->items[i]->path) < 0;
    }
    if (sorted) {
        return;
    }
    qsort(files->items, files->len, sizeof(SourceFile *), compare_files);
    size_t kept = 1;
    for (size_t i = 1; i < files->len; i++) {
        if (!str_eq(files->items[i]->path, files->items[kept - 1]->path)) {
            files->items[kept++] = files->items[i];
        }
    }
    files->len = kept;
}
