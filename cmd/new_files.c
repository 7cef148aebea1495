/* new_files.c: new files in the working tree, all or none. */
#include "new_files.h"

#include "file_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    Arena *arena;
    int top;      /* the working tree's top folder */
    Strs files;   /* written so far */
    Strs folders; /* made so far, outer ones first */
    Fault *fault;
} Writing;

static int refuse(const Writing *w, FaultKind kind, Str path, const char *why)
{
    return fault_set(w->fault, kind, "cannot write '%.*s': %s", STR_ARG(path), why);
}

/* ---- folders ---- */

static bool is_plain_part(Str part)
{
    return part.len > 0 && !str_is(part, ".") && !str_is(part, "..") &&
           memchr(part.ptr, 0, part.len) == NULL && !str_is_nocase(part, ".git");
}

/* One folder deeper, made if it is missing and `make` says so. The caller owns what is returned;
 * -1: with a fault, or there is none. */
static int enter(Writing *w, int folder, Str part, Str path, bool make)
{
    const char *name = str_cstr(w->arena, part);
    if (!is_plain_part(part))
        return refuse(w, FAULT_USAGE, path, "it is outside of the working tree");
    int next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0 && errno == ENOENT && make && mkdirat(folder, name, 0777) == 0) {
        Str made = {path.ptr, (size_t)(part.ptr + part.len - path.ptr)};
        vec_push(w->arena, &w->folders, made);
        next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    if (next >= 0 || (errno == ENOENT && !make))
        return next;
    bool link = errno == ELOOP || errno == ENOTDIR;
    return refuse(w, FAULT_USAGE, path,
                  link ? "a folder on the way is a symbolic link, or a file" : strerror(errno));
}

/* The folder of the path, or -1. The caller closes it. */
static int open_folder(Writing *w, Str path, bool make)
{
    int folder = dup(w->top);
    Str rest = path;
    for (ptrdiff_t slash = str_find_char(rest, '/'); slash >= 0 && folder >= 0;
         slash = str_find_char(rest, '/')) {
        int next = enter(w, folder, str_slice(rest, 0, (size_t)slash), path, make);
        close(folder);
        folder = next;
        rest = str_slice(rest, (size_t)slash + 1, rest.len);
    }
    return folder;
}

static const char *base_name(Arena *arena, Str path)
{
    ptrdiff_t slash = str_rfind_char(path, '/');
    return str_cstr(arena, str_slice(path, (size_t)(slash + 1), path.len));
}

/* ---- files ---- */

/* Says what is in the way before anything is written. */
static int check_file(Writing *w, Str path)
{
    struct stat info;
    int folder = open_folder(w, path, false);
    if (folder < 0)
        return w->fault->kind == FAULT_NONE ? 0 : -1; /* the folder is still to be made */
    int found = fstatat(folder, base_name(w->arena, path), &info, AT_SYMLINK_NOFOLLOW);
    close(folder);
    if (found == 0)
        return refuse(w, FAULT_USAGE, path, "the file exists, and nothing is overwritten");
    return 0;
}

static int write_file(Writing *w, const NewFile *file)
{
    int folder = open_folder(w, file->path, true);
    if (folder < 0)
        return -1;
    int result = file_put_new(folder, base_name(w->arena, file->path), file->text, NULL);
    int error = errno;
    close(folder);
    if (result == 0) {
        vec_push(w->arena, &w->files, file->path);
        return 0;
    }
    bool of_the_disk = error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO;
    return refuse(w, of_the_disk ? FAULT_INTERNAL : FAULT_USAGE, file->path, strerror(error));
}

/* ---- all or none ---- */

/* The fault that is told is the one that led here. */
static void take_away(Writing *w)
{
    Fault ignored = {0};
    Fault *told = w->fault;
    w->fault = &ignored;
    for (size_t i = w->files.len; i-- > 0;) {
        int folder = open_folder(w, w->files.items[i], false);
        if (folder < 0)
            continue;
        unlinkat(folder, base_name(w->arena, w->files.items[i]), 0);
        close(folder);
    }
    for (size_t i = w->folders.len; i-- > 0;) {
        int folder = open_folder(w, w->folders.items[i], false);
        if (folder < 0)
            continue;
        unlinkat(folder, base_name(w->arena, w->folders.items[i]), AT_REMOVEDIR);
        close(folder);
    }
    w->fault = told;
}

static int write_all(Writing *w, const NewFiles *files)
{
    for (size_t i = 0; i < files->len; i++) {
        for (size_t j = 0; j < i; j++) {
            if (str_eq(files->items[i].path, files->items[j].path))
                return refuse(w, FAULT_INTERNAL, files->items[i].path, "it would be written twice");
        }
        if (check_file(w, files->items[i].path) < 0)
            return -1;
    }
    for (size_t i = 0; i < files->len; i++) {
        if (write_file(w, &files->items[i]) < 0) {
            take_away(w);
            return -1;
        }
    }
    return 0;
}

int new_files_write(Arena *arena, Str top, const NewFiles *files, Fault *fault)
{
    Writing writing = {.arena = arena, .fault = fault};
    writing.top = open(str_cstr(arena, top), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (writing.top < 0)
        return refuse(&writing, FAULT_USAGE, top, strerror(errno));
    sigset_t before;
    signals_hold(&before);
    int result = write_all(&writing, files);
    signals_release(&before);
    close(writing.top);
    return result;
}
