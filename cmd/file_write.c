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

static int cannot(Fault *fault, FaultKind kind, const char *path)
{
    return fault_set(fault, kind, "cannot write '%s': %s", path, strerror(errno));
}

/* Writes and closes; the bytes are on the disk when this returns 0. */
static int fill(int descriptor, Str text, bool sync, const char *path, Fault *fault)
{
    int result = descriptor_write(descriptor, text);
    if (result == 0 && sync)
        result = fsync(descriptor);
    int error = errno;
    if (close(descriptor) != 0 && result == 0) {
        result = -1;
        error = errno;
    }
    errno = error;
    return result == 0 ? 0 : cannot(fault, FAULT_INTERNAL, path);
}

static int write_in_place(const char *path, Str text, Fault *fault)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
        return cannot(fault, FAULT_USAGE, path);
    return fill(descriptor, text, false, path, fault);
}

/* A new file beside `path`, with the mode that the user's umask gives. */
static int open_beside(const char *path, char *name, size_t size)
{
    for (int i = 0; i < NAME_TRIES; i++) {
        int len = snprintf(name, size, "%s.%ld-%d.tmp", path, (long)getpid(), i);
        if (len < 0 || (size_t)len >= size) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0 || errno != EEXIST)
            return descriptor;
    }
    return -1;
}

static int replace(const char *path, Str text, Fault *fault)
{
    char name[PATH_MAX + 64];
    int descriptor = open_beside(path, name, sizeof name);
    if (descriptor < 0)
        return cannot(fault, FAULT_USAGE, path);
    int result = fill(descriptor, text, true, path, fault);
    if (result == 0 && rename(name, path) != 0)
        result = cannot(fault, FAULT_INTERNAL, path);
    if (result != 0)
        unlink(name);
    return result;
}

int file_write_atomic(const char *path, Str text, Fault *fault)
{
    struct stat info;
    char resolved[PATH_MAX];
    if (stat(path, &info) != 0)
        return replace(path, text, fault);
    if (S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return cannot(fault, FAULT_USAGE, path);
    }
    if (!S_ISREG(info.st_mode))
        return write_in_place(path, text, fault);
    /* A link stays one: its target is replaced. */
    return replace(realpath(path, resolved) ? resolved : path, text, fault);
}

int file_write_new(const char *path, Str text, unsigned mode, Fault *fault)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (descriptor < 0)
        return cannot(fault, FAULT_USAGE, path);
    int result = fill(descriptor, text, true, path, fault);
    if (result != 0)
        unlink(path);
    return result;
}
