/* file_write.c: a file that appears whole or not at all. */
#include "file_write.h"

#include "file_draft.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    if (result == 0)
        drafts_sweep(folder);
    signals_release(&before);
    int error = errno;
    close(folder);
    errno = error;
    return result == 0 ? 0 : cannot(fault, path);
}

static int write_in_place(const char *path, Str text, Fault *fault)
{
    int descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
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

/* "63" */
static int descriptor_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits < 6 && text[digits] == '\0' ? atoi(text) : -1;
}

/* The open descriptor that the path names, as /dev/stdout does; -1: none. */
static int named_descriptor(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        size_t len = strlen(folders[i]);
        if (strncmp(path, folders[i], len) == 0)
            return descriptor_number(path + len);
    }
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    return strcmp(path, "/dev/stderr") == 0 ? STDERR_FILENO : -1;
}

int file_write_atomic(const char *path, Str text, Fault *fault)
{
    struct stat info;
    /* A file behind a descriptor has what was written before: it goes on where that ends. */
    int descriptor = named_descriptor(path);
    if (descriptor >= 0)
        return descriptor_write(descriptor, text) == 0 ? 0 : cannot(fault, path);
    if (lstat(path, &info) != 0)
        return put(path, text, NULL, file_put_over, fault);
    /* A repository can bring a link that leads anywhere. */
    if (S_ISLNK(info.st_mode))
        return fault_set(fault, FAULT_USAGE, "cannot write '%s': it is a symbolic link", path);
    if (S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return cannot(fault, path);
    }
    if (!S_ISREG(info.st_mode))
        return write_in_place(path, text, fault);
    const mode_t mode = info.st_mode & 0777;
    return put(path, text, &mode, file_put_over, fault);
}

int file_write_new(const char *path, Str text, unsigned mode, Fault *fault)
{
    const mode_t wanted = (mode_t)mode;
    return put(path, text, &wanted, file_put_new, fault);
}
