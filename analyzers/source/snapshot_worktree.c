/* snapshot_worktree.c: tracked files as they are on disk, and untracked ones that git sees. */
#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* ---- tracked ---- */

typedef enum { ON_DISK, ABSENT, HIDDEN } Presence;

typedef struct {
    Snapshot *snapshot;
    Str folder; /* the last one looked at, with the answer: files come folder by folder */
    Presence presence;
    bool asked;
} Tracked;

/* A folder without permission hides its files, which is not the same as deleting them. */
static Presence look(const Repo *repo, const char *path, struct stat *status)
{
    if (fstatat(repo->top_fd, path, status, AT_SYMLINK_NOFOLLOW) == 0) {
        return ON_DISK;
    }
    return errno == EACCES || errno == EPERM ? HIDDEN : ABSENT;
}

/* Every part of the way must be a folder of its own and no link: git does not look behind links,
 * and they may lead out of the repository. */
static Presence look_at_folder(const Repo *repo, Str folder)
{
    char path[PATH_MAX];
    struct stat status;
    if (folder.len >= sizeof(path)) {
        return ABSENT;
    }
    for (size_t end = 1; end <= folder.len; end++) {
        if (end < folder.len && folder.ptr[end] != '/') {
            continue;
        }
        memcpy(path, folder.ptr, end);
        path[end] = '\0';
        Presence presence = look(repo, path, &status);
        if (presence != ON_DISK || !S_ISDIR(status.st_mode)) {
            return presence == HIDDEN ? HIDDEN : ABSENT;
        }
    }
    return ON_DISK;
}

static Presence presence_of_folder(Tracked *tracked, Str folder)
{
    if (!tracked->asked || !str_eq(folder, tracked->folder)) {
        tracked->asked = true;
        tracked->folder = folder;
        tracked->presence = look_at_folder(tracked->snapshot->repo, folder);
    }
    return tracked->presence;
}

/* A link's blob is its text. */
static void take_link(const Repo *repo, SourceFile *file, const char *path)
{
    char text[PATH_MAX];
    ssize_t len = readlinkat(repo->top_fd, path, text, sizeof(text));
    file->trouble = FILE_SYMLINK;
    file->id = blob_id_of_bytes((Str){text, len > 0 ? (size_t)len : 0});
}

/* Larger than the limit, or not to be read: an id that no blob has, unless it is unchanged. */
static void take_unreadable(SourceFile *file, const char *path, FileTrouble trouble)
{
    file->trouble = trouble;
    file->id = blob_id_of_bytes(str_of(path));
}

/* Reads the file, to learn the id that git would give it. */
static void take_content(Snapshot *snapshot, SourceFile *file, const char *path)
{
    Repo *repo = snapshot->repo;
    FileTrouble trouble = FILE_OK;
    struct stat status;
    int fd = disk_open(repo, path, &status, &trouble);
    if (fd < 0) {
        take_unreadable(file, path, trouble);
        return;
    }
    Buf disk = {0};
    Str text = STR("");
    disk_read(&disk, fd, (size_t)status.st_size);
    close(fd);
    trouble = convert_to_git(repo, repo->arena, path, buf_str(&disk), &text);
    BlobId id = blob_id_of_bytes(trouble == FILE_OK ? text : buf_str(&disk));
    file->trouble = trouble;
    /* Touched but the same: nothing to keep, the blob is there. */
    if (trouble == FILE_OK && !blob_id_eq(id, file->id)) {
        file->text = str_copy(repo->arena, text);
        file->loaded = true;
        file->origin = ORIGIN_MEMORY;
    }
    file->id = id;
    buf_free(&disk);
}

/* With core.fileMode off, as on Windows, the disk has no run bits of its own: the index's counts,
 * and an untracked file is added without one. */
static bool has_run_bits(const Repo *repo)
{
    git_config *config = NULL;
    int value = 1;
    if (git_repository_config(&config, repo->git) == 0) {
        git_config_get_bool(&value, config, "core.filemode");
    }
    git_config_free(config);
    return value != 0;
}

static void take_disk(Snapshot *snapshot, SourceFile *file, const char *path,
                      const struct stat *status)
{
    if (path_kind(file->path) == PATH_DEPLOY_SCRIPT && has_run_bits(snapshot->repo)) {
        file->executable = S_ISREG(status->st_mode) && (status->st_mode & 0100) != 0;
    }
    if (S_ISLNK(status->st_mode)) {
        take_link(snapshot->repo, file, path);
    } else if (!S_ISREG(status->st_mode)) {
        take_unreadable(file, path, FILE_NOT_REGULAR);
    } else if (status->st_size > FILE_SIZE_LIMIT) {
        take_unreadable(file, path, FILE_TOO_BIG);
    } else {
        take_content(snapshot, file, path);
    }
}

/* Files that a sparse checkout leaves out are not deleted: their index blob stands for them. */
static bool stays_when_absent(const git_index_entry *entry)
{
    return (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0 ||
           (entry->flags & GIT_INDEX_ENTRY_VALID) != 0;
}

static Presence presence_of(Tracked *tracked, const char *path, struct stat *status)
{
    Presence folder = presence_of_folder(tracked, path_dir(str_of(path)));
    Presence file = folder == ON_DISK ? look(tracked->snapshot->repo, path, status) : folder;
    return file == ON_DISK && S_ISDIR(status->st_mode) ? ABSENT : file;
}

static void add_tracked_file(Tracked *tracked, const git_index_entry *entry)
{
    Snapshot *snapshot = tracked->snapshot;
    struct stat status;
    Presence presence = presence_of(tracked, entry->path, &status);
    if (presence == ABSENT && !stays_when_absent(entry)) {
        return;
    }
    SourceFile *file = snapshot_add(snapshot, str_of(entry->path), &entry->id, entry->mode);
    if (presence == HIDDEN) {
        take_unreadable(file, entry->path, FILE_NO_PERMISSION);
    } else if (presence == ON_DISK && file->trouble == FILE_OK &&
               entry_is_clean(snapshot->repo, entry, &status)) {
        file->origin = ORIGIN_CHECKED_OUT;
        file->entry = entry;
    } else if (presence == ON_DISK) {
        file->trouble = FILE_OK;
        take_disk(snapshot, file, entry->path, &status);
    }
}

static int add_tracked(Snapshot *snapshot, Fault *fault)
{
    Tracked tracked = {.snapshot = snapshot};
    git_index *index = snapshot->repo->index;
    size_t count = git_index_entrycount(index);
    for (size_t i = 0; i < count; i++) {
        const git_index_entry *entry = git_index_get_byindex(index, i);
        bool relevant = path_kind(str_of(entry->path)) != PATH_OTHER;
        if (GIT_INDEX_ENTRY_STAGE(entry) > 0) {
            if (relevant) {
                return refuse_conflict(entry, fault);
            }
        } else if (relevant && entry->mode != GIT_FILEMODE_COMMIT) {
            add_tracked_file(&tracked, entry);
        } else {
            snapshot_add_entry(snapshot, str_of(entry->path), &entry->id, entry->mode);
        }
    }
    return 0;
}

/* ---- untracked ---- */

typedef struct {
    Snapshot *snapshot;
    Buf path; /* the folder being read, with its '/' */
    size_t seen;
} Search;

static bool index_has_path(const Search *search, const char *path)
{
    return git_index_get_bypath(search->snapshot->repo->index, path, 0) != NULL;
}

static bool index_has_folder(const Search *search, const char *prefix)
{
    size_t at = 0;
    return git_index_find_prefix(&at, search->snapshot->repo->index, prefix) == 0;
}

static bool is_ignored(const Search *search, const char *path)
{
    int ignored = 0;
    return git_ignore_path_is_ignored(&ignored, search->snapshot->repo->git, path) == 0 &&
           ignored != 0;
}

/* An ignored folder is looked into only where `tb` would: node_modules and the like are not. */
static bool is_sent_although_ignored(Str folder)
{
    static const char *const names[] = {"datasources", "pipes", "endpoints",  "materializations",
                                        "copies",      "sinks", "connections"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(path_base(folder), names[i])) {
            return true;
        }
    }
    return false;
}

static void search_folder(Search *search, int parent_fd, const char *name, bool ignored, int depth);

static void consider_file(Search *search, const char *path, bool ignored)
{
    Snapshot *snapshot = search->snapshot;
    PathKind kind = path_kind(str_of(path));
    if (kind == PATH_OTHER || index_has_path(search, path)) {
        return;
    }
    Str kept = str_copy(snapshot->repo->arena, str_of(path));
    if (ignored || is_ignored(search, path)) {
        if (path_is_datafile(kind)) {
            vec_push(snapshot->repo->arena, &snapshot->ignored, kept);
        }
        return;
    }
    struct stat status;
    if (fstatat(snapshot->repo->top_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        git_oid none = {{0}};
        SourceFile *file = snapshot_add(snapshot, kept, &none, GIT_FILEMODE_BLOB);
        take_disk(snapshot, file, kept.ptr, &status);
    }
}

static void consider_folder(Search *search, int fd, const char *name, bool ignored, int depth)
{
    bool inside = ignored;
    if (!ignored && !index_has_folder(search, search->path.ptr)) {
        inside = is_ignored(search, search->path.ptr);
        Str folder = str_slice(buf_str(&search->path), 0, search->path.len - 1);
        if (inside && !is_sent_although_ignored(folder)) {
            return;
        }
    }
    search_folder(search, fd, name, inside, depth + 1);
}

static bool is_folder(int fd, const struct dirent *item)
{
    struct stat status;
    if (item->d_type != DT_UNKNOWN) {
        return item->d_type == DT_DIR;
    }
    return fstatat(fd, item->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

static void consider(Search *search, int fd, const struct dirent *item, bool ignored, int depth)
{
    size_t folder = search->path.len;
    if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0 ||
        str_is_nocase(str_of(item->d_name), ".git")) {
        return;
    }
    buf_add(&search->path, item->d_name);
    if (is_folder(fd, item)) {
        buf_add_char(&search->path, '/');
        buf_add_char(&search->path, '\0');
        search->path.len--;
        consider_folder(search, fd, item->d_name, ignored, depth);
    } else {
        buf_add_char(&search->path, '\0');
        search->path.len--;
        consider_file(search, search->path.ptr, ignored);
    }
    search->path.len = folder;
}

/* Another repository's working tree inside this one is that repository's business. */
static bool is_other_repository(int fd, int depth)
{
    struct stat status;
    return depth > 0 && fstatat(fd, ".git", &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static void read_folder(Search *search, DIR *stream, int fd, bool ignored, int depth)
{
    struct dirent *item;
    while ((item = readdir(stream)) != NULL && ++search->seen <= TREE_ENTRY_LIMIT) {
        consider(search, fd, item, ignored, depth);
    }
}

static void search_folder(Search *search, int parent_fd, const char *name, bool ignored, int depth)
{
    if (depth > TREE_DEPTH_LIMIT) {
        return;
    }
    int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
    if (stream == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    if (!is_other_repository(fd, depth)) {
        read_folder(search, stream, fd, ignored, depth);
    }
    closedir(stream);
}

static void add_untracked(Snapshot *snapshot)
{
    Search search = {.snapshot = snapshot};
    buf_add_char(&search.path, '\0');
    search.path.len = 0;
    search_folder(&search, snapshot->repo->top_fd, ".", false, 0);
    buf_free(&search.path);
}

int snapshot_of_worktree(Snapshot **out, Repo *repo, Fault *fault)
{
    if (repo_is_bare(repo) || repo->top_fd < 0) {
        fault_set(fault, FAULT_ANALYSE, "There is no working tree to judge.");
        return fault_repair(fault, "tblint lint --commit HEAD");
    }
    if (repo_load_index(repo, fault) != 0) {
        return -1;
    }
    Snapshot *snapshot = snapshot_new(repo);
    if (add_tracked(snapshot, fault) != 0) {
        return -1;
    }
    snapshot_finish(snapshot);
    add_untracked(snapshot);
    snapshot_finish(snapshot);
    *out = snapshot;
    return 0;
}
