/* read.c: the bytes of a file, loaded once and never more than the limit. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const char *file_trouble_text(FileTrouble trouble)
{
    switch (trouble) {
    case FILE_OK:
        return "is readable";
    case FILE_SYMLINK:
        return "is a symbolic link, which is never followed";
    case FILE_SUBMODULE:
        return "is a submodule";
    case FILE_NOT_REGULAR:
        return "is not a regular file";
    case FILE_TOO_BIG:
        return "is larger than 8 MiB";
    case FILE_LFS_POINTER:
        return "is a Git LFS pointer: its content is not in the repository";
    case FILE_FILTERED:
        return "is encrypted or rewritten by a filter driver, which is never run";
    case FILE_ENCODING:
        return "has a working-tree-encoding that cannot be converted to UTF-8";
    case FILE_MISSING_BLOB:
        return "has no content in this repository (a partial clone, or damage)";
    case FILE_NO_PERMISSION:
        return "cannot be read: permission denied";
    case FILE_CONFLICT:
        return "was changed on both branches in the same lines";
    }
    return "cannot be read";
}

Lines *source_file_lines(Arena *arena, SourceFile *file)
{
    if (file->lines == NULL) {
        file->lines = lines_new(arena, file->text);
    }
    return file->lines;
}

FileTrouble content_trouble(Str text)
{
    static const char crypt_mark[] = "\0GITCRYPT\0";
    if (text.len < 1024 && str_starts(text, "version https://git-lfs.github.com/spec/")) {
        return FILE_LFS_POINTER;
    }
    size_t len = sizeof(crypt_mark) - 1;
    if (text.len >= len && memcmp(text.ptr, crypt_mark, len) == 0) {
        return FILE_FILTERED;
    }
    return FILE_OK;
}

/* ---- the working tree ---- */

int disk_open(const Repo *repo, const char *path, struct stat *status, FileTrouble *trouble)
{
    int fd = openat(repo->top_fd, path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        *trouble = errno == EACCES || errno == EPERM ? FILE_NO_PERMISSION
                   : errno == ELOOP                  ? FILE_SYMLINK
                                                     : FILE_NOT_REGULAR;
        return -1;
    }
    if (fstat(fd, status) != 0 || !S_ISREG(status->st_mode)) {
        *trouble = FILE_NOT_REGULAR;
        close(fd);
        return -1;
    }
    if (status->st_size > FILE_SIZE_LIMIT) {
        *trouble = FILE_TOO_BIG;
        close(fd);
        return -1;
    }
    return fd;
}

bool disk_read(Arena *arena, int fd, size_t size, Str *out)
{
    char *bytes = arena_alloc(arena, size + 1);
    size_t got = 0;
    while (got < size) {
        ssize_t count = read(fd, bytes + got, size - got);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break; /* cut short while being read: what is there is what is judged */
        }
        got += (size_t)count;
    }
    *out = (Str){bytes, got};
    return got == size;
}

/* Reading what is checked out costs a quarter of reading the object database. The bytes are the
 * blob's when the index says that the file is unchanged since it was compared with the blob, and
 * nothing converts between the two. A CR hints at a conversion of the past: then the blob counts.
 */
static bool load_checked_out(Repo *repo, SourceFile *file, const Origin *origin)
{
    struct stat status;
    FileTrouble ignored = FILE_OK;
    if (!repo_has_plain_bytes(repo)) {
        return false;
    }
    int fd = disk_open(repo, origin->entry->path, &status, &ignored);
    if (fd < 0) {
        return false;
    }
    Str text = STR("");
    bool same = entry_is_clean(repo, origin->entry, &status) &&
                disk_read(repo->arena, fd, (size_t)status.st_size, &text) &&
                str_find_char(text, '\r') < 0;
    close(fd);
    if (same) {
        file->text = text;
    }
    return same;
}

/* ---- the object database ---- */

static FileTrouble load_blob(Repo *repo, SourceFile *file)
{
    git_oid id = git_oid_of(file->id);
    git_odb_object *object = NULL;
    size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (git_odb_read_header(&size, &type, repo->odb, &id) != 0 || type != GIT_OBJECT_BLOB) {
        return FILE_MISSING_BLOB;
    }
    if (size > FILE_SIZE_LIMIT) {
        return FILE_TOO_BIG;
    }
    if (git_odb_read(&object, repo->odb, &id) != 0) {
        return FILE_MISSING_BLOB;
    }
    file->text =
        str_copy(repo->arena, (Str){git_odb_object_data(object), git_odb_object_size(object)});
    git_odb_object_free(object);
    return FILE_OK;
}

static FileTrouble load_disk(Repo *repo, SourceFile *file)
{
    struct stat status;
    FileTrouble trouble = FILE_OK;
    const char *path = str_cstr(repo->arena, file->path);
    int fd = disk_open(repo, path, &status, &trouble);
    if (fd < 0) {
        return trouble;
    }
    Str disk = STR("");
    disk_read(repo->arena, fd, (size_t)status.st_size, &disk);
    close(fd);
    return convert_to_git(repo, repo->arena, path, disk, &file->text);
}

static FileTrouble load_bytes(Repo *repo, SourceFile *file)
{
    const Origin *origin = file->origin;
    switch (origin->kind) {
    case ORIGIN_MEMORY:
        return FILE_OK;
    case ORIGIN_WORKTREE:
        return load_disk(repo, file);
    case ORIGIN_CHECKED_OUT:
        if (load_checked_out(repo, file, origin)) {
            return FILE_OK;
        }
        return load_blob(repo, file);
    case ORIGIN_BLOB:
        return load_blob(repo, file);
    }
    return FILE_MISSING_BLOB;
}

static void say_repair(Repo *repo, const SourceFile *file, Fault *fault)
{
    char hex[GIT_OID_HEXSZ + 1];
    git_oid id = git_oid_of(file->id);
    git_oid_tostr(hex, sizeof(hex), &id);
    if (file->trouble == FILE_LFS_POINTER) {
        fault_repair(fault, "git lfs untrack '%.*s'", STR_ARG(file->path));
    } else if (file->trouble == FILE_MISSING_BLOB) {
        bool is_partial = repo_config(repo, "extensions.partialclone").len > 0 ||
                          str_is(repo_config(repo, "remote.origin.promisor"), "true");
        if (is_partial) {
            fault_repair(fault, "git fetch --refetch --no-filter origin");
        } else {
            fault_repair(fault, "git fetch --refetch origin   # blob %s", hex);
        }
    } else if (file->trouble == FILE_NO_PERMISSION) {
        fault_repair(fault, "chmod u+r '%.*s'", STR_ARG(file->path));
    }
}

int source_file_load(Repo *repo, SourceFile *file, Fault *fault)
{
    if (!file->loaded && file->trouble == FILE_OK) {
        file->trouble = load_bytes(repo, file);
        if (file->trouble == FILE_OK) {
            file->trouble = content_trouble(file->text);
        }
        file->loaded = file->trouble == FILE_OK;
    }
    if (file->loaded) {
        return 0;
    }
    file->text = STR("");
    fault_set(fault, FAULT_ANALYSE, "'%.*s' %s.",
              (int)(file->path.len < 800 ? file->path.len : 800), file->path.ptr,
              file_trouble_text(file->trouble));
    say_repair(repo, file, fault);
    return -1;
}
