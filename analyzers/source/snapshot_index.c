/* snapshot_index.c: the files that the next commit would hold. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <git2/sys/repository.h>

/* Entries for which there is room before they come. An index may list far more that are none of
 * ours. */
enum { ROOM_AT_FIRST = 1 << 16 };

/* Git resolves a relative GIT_INDEX_FILE against the working tree's top, wherever it was
 * started; libgit2 would take the current folder and find an empty index there. */
static Str index_path(const Repo *repo)
{
    Str named = env_str("GIT_INDEX_FILE");
    if (named.len == 0) {
        return str_fmt(repo->arena, "%.*sindex", STR_ARG(repo->git_dir));
    }
    if (named.ptr[0] == '/' || repo->top.len == 0) {
        return named;
    }
    return str_fmt(repo->arena, "%.*s/%.*s", STR_ARG(repo->top), STR_ARG(named));
}

/* index.skipHash leaves twenty zero bytes where libgit2 1.5 expects the checksum. */
static bool lacks_checksum(const char *path)
{
    unsigned char tail[20];
    static const unsigned char zero[20];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool zeros = lseek(fd, -(off_t)sizeof(tail), SEEK_END) >= 0 &&
                 read(fd, tail, sizeof(tail)) == (ssize_t)sizeof(tail) &&
                 memcmp(tail, zero, sizeof(tail)) == 0;
    close(fd);
    return zeros;
}

static int refuse_index(const char *path, Fault *fault)
{
    const char *reason = git_reason();
    if (strstr(reason, "'sdir'") != NULL) {
        fault_set(fault, FAULT_ANALYSE, "The index is a sparse index, which tblint cannot read.");
        return fault_repair(fault, "git sparse-checkout reapply --no-sparse-index");
    }
    if (strstr(reason, "'link'") != NULL) {
        fault_set(fault, FAULT_ANALYSE, "The index is a split index, which tblint cannot read.");
        return fault_repair(fault, "git update-index --no-split-index");
    }
    if (lacks_checksum(path)) {
        fault_set(fault, FAULT_ANALYSE,
                  "The index has no checksum (index.skipHash), so tblint cannot read it.");
        return fault_repair(fault, "git -c index.skipHash=false update-index "
                                   "--force-write-index");
    }
    return fault_set(fault, FAULT_ANALYSE, "The index %.400s cannot be read: %.400s.", path,
                     reason);
}

int repo_load_index(Repo *repo, Fault *fault)
{
    if (repo->index != NULL) {
        return 0;
    }
    const char *path = str_cstr(repo->arena, index_path(repo));
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (!exists && env_is_set("GIT_INDEX_FILE")) {
        fault_set(fault, FAULT_ANALYSE, "GIT_INDEX_FILE names '%.600s', which does not exist.",
                  path);
        return fault_repair(fault, "unset GIT_INDEX_FILE");
    }
    if (exists) {
        repo->index_time = status.st_mtim;
    }
    if (git_index_open(&repo->index, path) != 0) {
        return refuse_index(path, fault);
    }
    git_repository_set_index(repo->git, repo->index); /* attributes may come from it */
    return 0;
}

int refuse_conflict(const git_index_entry *entry, Fault *fault)
{
    fault_set(fault, FAULT_ANALYSE,
              "'%.600s' has merge conflicts: there is no one version to judge. Resolve it, then "
              "add it.",
              entry->path);
    return fault_repair_word(fault, "git add", str_of(entry->path));
}

static bool is_intended(const git_index_entry *entry)
{
    return (entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) != 0;
}

static int add_index_entry(Snapshot *snapshot, const git_index_entry *entry, Fault *fault)
{
    Str path = str_of(entry->path);
    if (GIT_INDEX_ENTRY_STAGE(entry) > 0) {
        return refuse_conflict(entry, fault);
    }
    if (is_intended(entry)) {
        if (path_is_datafile(path_kind(path))) {
            vec_push(snapshot->repo->arena, &snapshot->intended, path);
        }
        return 0;
    }
    SourceFile *file = snapshot_add_entry(snapshot, path, &entry->id, entry->mode);
    if (file != NULL && file->trouble == FILE_OK) {
        file->origin = ORIGIN_CHECKED_OUT;
        file->entry = entry;
    }
    return 0;
}

int snapshot_of_index(Snapshot **out, Repo *repo, Fault *fault)
{
    if (repo_is_bare(repo)) {
        fault_set(fault, FAULT_ANALYSE, "A bare repository has no index to judge.");
        return fault_repair(fault, "tblint lint --commit HEAD");
    }
    if (repo_load_index(repo, fault) != 0) {
        return -1;
    }
    Snapshot *snapshot = snapshot_new(repo);
    size_t count = git_index_entrycount(repo->index);
    vec_room(repo->arena, &snapshot->files, count < ROOM_AT_FIRST ? count + 1 : ROOM_AT_FIRST);
    for (size_t i = 0; i < count; i++) {
        if (add_index_entry(snapshot, git_index_get_byindex(repo->index, i), fault) != 0) {
            return -1;
        }
    }
    snapshot_finish(snapshot);
    *out = snapshot;
    return 0;
}

/* ---- is the file on disk the one in the index? ---- */

static bool same_moment(git_index_time indexed, struct timespec disk)
{
    return indexed.seconds == (int32_t)disk.tv_sec && indexed.nanoseconds == (uint32_t)disk.tv_nsec;
}

/* A file changed in the same tick as the index was written looks unchanged ("racily clean"). */
static bool is_racy(const Repo *repo, struct timespec disk)
{
    struct timespec index = repo->index_time;
    return disk.tv_sec > index.tv_sec ||
           (disk.tv_sec == index.tv_sec && disk.tv_nsec >= index.tv_nsec);
}

bool entry_is_clean(const Repo *repo, const git_index_entry *entry, const struct stat *disk)
{
    return S_ISREG(disk->st_mode) && same_moment(entry->mtime, disk->st_mtim) &&
           same_moment(entry->ctime, disk->st_ctim) && entry->ino == (uint32_t)disk->st_ino &&
           entry->file_size == (uint32_t)disk->st_size && entry->file_size > 0 &&
           !is_racy(repo, disk->st_mtim);
}
