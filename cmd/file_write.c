/* file_write.c: a file that appears whole or not at all. */
#include "file_write.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_TRIES = 100 };

int descriptor_write(int descriptor, Str text)
{
    while (text.len > 0) {
        ssize_t done = write(descriptor, text.ptr, text.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        text = str_slice(text, (size_t)done, text.len);
    }
    return 0;
}

/* ---- signals ---- */

void signals_hold(sigset_t *before)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGQUIT);
    sigaddset(&held, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &held, before);
}

void signals_release(const sigset_t *before)
{
    int error = errno;
    pthread_sigmask(SIG_SETMASK, before, NULL);
    errno = error;
}

/* ---- a new file ---- */

/* Bytes on the disk without a name: a run that is killed leaves nothing of them. Where the file
 * system, or a missing /proc, does not allow it, the file has its name from the beginning. */
typedef struct {
    int descriptor;
    bool has_name;
} Draft;

static Draft draft_open(int folder, const char *name, mode_t mode)
{
    Draft draft = {-1, false};
    if (access("/proc/self/fd", X_OK) == 0)
        draft.descriptor = openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    if (draft.descriptor >= 0)
        return draft;
    draft.descriptor =
        openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    draft.has_name = draft.descriptor >= 0;
    return draft;
}

static int draft_publish(Draft *draft, int folder, const char *name)
{
    char own[64];
    if (draft->has_name)
        return 0;
    snprintf(own, sizeof own, "/proc/self/fd/%d", draft->descriptor);
    if (linkat(AT_FDCWD, own, folder, name, AT_SYMLINK_FOLLOW) != 0)
        return -1;
    draft->has_name = true;
    return 0;
}

int file_put_new(int folder, const char *name, Str text, const mode_t *mode)
{
    Draft draft = draft_open(folder, name, mode ? *mode : 0666);
    if (draft.descriptor < 0)
        return -1;
    int result = descriptor_write(draft.descriptor, text);
    if (result == 0)
        result = fsync(draft.descriptor);
    if (result == 0)
        result = draft_publish(&draft, folder, name);
    int error = errno;
    if (close(draft.descriptor) != 0 && result == 0) {
        result = -1;
        error = errno;
    }
    if (result != 0 && draft.has_name)
        unlinkat(folder, name, 0);
    errno = error;
    return result;
}

/* ---- by path ---- */

/* The disk's own failures are no misuse. */
static int cannot(Fault *fault, const char *path)
{
    static const int of_the_disk[] = {ENOSPC, EDQUOT, EFBIG, EIO};
    FaultKind kind = FAULT_USAGE;
    for (size_t i = 0; i < ARRAY_LEN(of_the_disk); i++) {
        if (errno == of_the_disk[i])
            kind = FAULT_INTERNAL;
    }
    return fault_set(fault, kind, "cannot write '%s': %s", path, strerror(errno));
}

/* The folder of the path, which the caller closes, and the name in it; -1 with errno. */
static int open_folder(const char *path, const char **name)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash == path ? 1 : (size_t)(slash ? slash - path : 0);
    *name = slash ? slash + 1 : path;
    if (len >= sizeof folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(folder, path, len);
    folder[len] = '\0';
    return open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A new file beside `name`, which then takes its place. */
static int replace_at(int folder, const char *name, Str text, const mode_t *mode)
{
    char draft[64];
    int result = -1;
    for (int i = 0; i < NAME_TRIES; i++) {
        snprintf(draft, sizeof draft, ".tblint-%ld-%d.tmp", (long)getpid(), i);
        result = file_put_new(folder, draft, text, mode);
        if (result == 0 || errno != EEXIST)
            break;
    }
    if (result == 0 && mode)
        fchmodat(folder, draft, *mode, 0); /* the umask is for new files */
    if (result != 0 || renameat(folder, draft, folder, name) == 0)
        return result;
    int error = errno;
    unlinkat(folder, draft, 0);
    errno = error;
    return -1;
}

typedef int (*Put)(int folder, const char *name, Str text, const mode_t *mode);

static int put(const char *path, Str text, const mode_t *mode, Put how, Fault *fault)
{
    sigset_t before;
    const char *name;
    int folder = open_folder(path, &name);
    if (folder < 0)
        return cannot(fault, path);
    signals_hold(&before);
    int result = how(folder, name, text, mode);
    signals_release(&before);
    int error = errno;
    close(folder);
    errno = error;
    return result == 0 ? 0 : cannot(fault, path);
}

static int write_in_place(const char *path, Str text, Fault *fault)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
        return cannot(fault, path);
    int result = descriptor_write(descriptor, text);
    int error = errno;
    if (close(descriptor) != 0 && result == 0) {
        result = -1;
        error = errno;
    }
    errno = error;
    return result == 0 ? 0 : cannot(fault, path);
}

int file_write_atomic(const char *path, Str text, Fault *fault)
{
    struct stat info;
    char resolved[PATH_MAX];
    if (stat(path, &info) != 0)
        return put(path, text, NULL, replace_at, fault);
    if (S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return cannot(fault, path);
    }
    if (!S_ISREG(info.st_mode))
        return write_in_place(path, text, fault);
    /* A link stays one: its target is replaced. */
    const mode_t mode = info.st_mode & 0777;
    return put(realpath(path, resolved) ? resolved : path, text, &mode, replace_at, fault);
}

int file_write_new(const char *path, Str text, unsigned mode, Fault *fault)
{
    const mode_t wanted = (mode_t)mode;
    return put(path, text, &wanted, file_put_new, fault);
}
