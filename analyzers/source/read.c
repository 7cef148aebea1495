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

/* A damaged index could name a file outside; nothing that git writes has such parts. */
static bool leaves_top(Str path)
{
    while (path.len > 0) {
        Str part = path_base(path);
        if (part.len == 0 || str_is(part, "..")) {
            return true;
        }
        path = path_dir(path);
    }
    return false;
}

int disk_open(const Repo *repo, const char *path, struct stat *status, FileTrouble *trouble)
{
    if (leaves_top(str_of(path))) {
        *trouble = FILE_NOT_REGULAR;
        return -1;
    }
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

/* Room for so many bytes and a NUL; what was there is gone. */
static char *make_room(Buf *buf, size_t size)
{
    if (buf->cap < size + 1) {
        buf->ptr = xrealloc(buf->ptr, size + 1);
        buf->cap = size + 1;
    }
    buf->len = 0;
    return buf->ptr;
}

bool disk_read(Buf *buf, int fd, size_t size)
{
    char *bytes = make_room(buf, size);
    while (buf->len < size) {
        ssize_t count = read(fd, bytes + buf->len, size - buf->len);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break; /* cut short while being read: what is there is what is judged */
        }
        buf->len += (size_t)count;
    }
    bytes[buf->len] = '\0';
    return buf->len == size;
}

/* Reading what is checked out costs a quarter of reading the object database. The bytes are the
 * blob's when the index says that the file is unchanged since it was compared with the blob, and
 * nothing converts between the two. A CR hints at a conversion of the past: then the blob counts.
 */
static bool read_checked_out(Repo *repo, const git_index_entry *entry, Buf *out)
{
    struct stat status;
    FileTrouble ignored = FILE_OK;
    if (!repo_has_plain_bytes(repo)) {
        return false;
    }
    int fd = disk_open(repo, entry->path, &status, &ignored);
    if (fd < 0) {
        return false;
    }
    bool same = entry_is_clean(repo, entry, &status) &&
                disk_read(out, fd, (size_t)status.st_size) && str_find_char(buf_str(out), '\r') < 0;
    close(fd);
    return same;
}

/* ---- the object database ---- */

static FileTrouble read_blob(Repo *repo, const SourceFile *file, Buf *out)
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
    make_room(out, size);
    buf_add_str(out, (Str){git_odb_object_data(object), git_odb_object_size(object)});
    git_odb_object_free(object);
    return FILE_OK;
}

static FileTrouble read_bytes(Repo *repo, const SourceFile *file, Buf *out)
{
    if (file->origin == ORIGIN_CHECKED_OUT && read_checked_out(repo, file->entry, out)) {
        return FILE_OK;
    }
    return read_blob(repo, file, out);
}

static void say_repair(Repo *repo, const SourceFile *file, Fault *fault)
{
    char hex[GIT_OID_HEXSZ + 1];
    git_oid id = git_oid_of(file->id);
    git_oid_tostr(hex, sizeof(hex), &id);
    if (file->trouble == FILE_LFS_POINTER) {
        fault_repair_word(fault, "git lfs untrack", file->path);
    } else if (file->trouble == FILE_MISSING_BLOB) {
        bool is_partial = repo_config(repo, "extensions.partialclone").len > 0 ||
                          str_is(repo_config(repo, "remote.origin.promisor"), "true");
        if (is_partial) {
            fault_repair(fault, "git fetch --refetch --no-filter origin");
        } else {
            fault_repair(fault, "git fetch --refetch origin   # blob %s", hex);
        }
    } else if (file->trouble == FILE_NO_PERMISSION) {
        fault_repair_word(fault, "chmod u+r", file->path);
    }
}

bool source_file_peek(Repo *repo, SourceFile *file, Buf *scratch, Str *text)
{
    *text = file->text;
    if (file->loaded || file->trouble != FILE_OK) {
        return file->loaded;
    }
    file->trouble = read_bytes(repo, file, scratch);
    if (file->trouble == FILE_OK) {
        file->trouble = content_trouble(buf_str(scratch));
    }
    *text = buf_str(scratch);
    return file->trouble == FILE_OK;
}

int source_file_load(Repo *repo, SourceFile *file, Fault *fault)
{
    if (file->loaded) {
        return 0;
    }
    Buf scratch = {0};
    Str text;
    if (source_file_peek(repo, file, &scratch, &text)) {
        file->text = str_copy(repo->arena, text);
        file->loaded = true;
    }
    buf_free(&scratch);
    if (file->loaded) {
        return 0;
    }
    fault_set(fault, FAULT_ANALYSE, "'%.*s' %s.", STR_ARG(str_slice(file->path, 0, 800)),
              file_trouble_text(file->trouble));
    say_repair(repo, file, fault);
    return -1;
}
