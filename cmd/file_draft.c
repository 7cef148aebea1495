/*
 * file_draft.c: a file in the making, and how it gets its name.
 *
 * First its bytes have no name, so that a run that is killed leaves nothing of them. Where the file
 * system or a missing /proc does not allow that, they have a name of their own, which becomes the
 * wanted one by a rename. A new file has a third way, for file systems that cannot rename without
 * replacing: it has its name from the beginning.
 */
#include "file_draft.h"

#include "file_write.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DRAFT_START ".tblint-"
#define DRAFT_END   ".tmp"

enum { NAME_TRIES = 100, ABANDONED_SECONDS = 3600 };

typedef enum { UNNAMED, NAMED, IN_PLACE } Way;

/* What came of one way. */
typedef enum {
    DONE,
    FAILED,   /* another way would not help; errno */
    NOT_HERE, /* this way does not exist here */
} Outcome;

typedef struct {
    int folder;
    int descriptor;
    char name[64]; /* in the folder; empty: none */
} Draft;

/* ---- bytes ---- */

static bool lacks_support(void)
{
    return errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == ENOTTY;
}

/* A file system that cannot wait for its disk is no reason to write nothing. */
static int fill(const Draft *draft, Str text)
{
    if (descriptor_write(draft->descriptor, text) != 0)
        return -1;
    return fsync(draft->descriptor) == 0 || lacks_support() ? 0 : -1;
}

/* The lock tells drafts_sweep() of other runs that this one is alive. */
static void hold(const Draft *draft)
{
    flock(draft->descriptor, LOCK_EX | LOCK_NB);
}

static int open_new(int folder, const char *name, mode_t mode)
{
    return openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

static void next_name(Draft *draft, int attempt)
{
    snprintf(draft->name, sizeof draft->name, DRAFT_START "%ld-%d" DRAFT_END, (long)getpid(),
             attempt);
}

static Outcome open_named(Draft *draft, mode_t mode)
{
    for (int i = 0; i < NAME_TRIES; i++) {
        next_name(draft, i);
        draft->descriptor = open_new(draft->folder, draft->name, mode);
        if (draft->descriptor >= 0)
            return DONE;
        if (errno != EEXIST)
            break;
    }
    draft->name[0] = '\0';
    return FAILED;
}

static Outcome open_draft(Draft *draft, Way way, const char *name, mode_t mode)
{
    if (way == NAMED)
        return open_named(draft, mode);
    if (way == IN_PLACE) {
        draft->descriptor = open_new(draft->folder, name, mode);
        return draft->descriptor >= 0 ? DONE : FAILED;
    }
    if (access("/proc/self/fd", X_OK) == 0)
        draft->descriptor = openat(draft->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    return draft->descriptor >= 0 ? DONE : NOT_HERE;
}

/* ---- its name ---- */

/* Gives the bytes without a name one. */
static int link_unnamed(const Draft *draft, const char *name)
{
    char own[64];
    snprintf(own, sizeof own, "/proc/self/fd/%d", draft->descriptor);
    return linkat(AT_FDCWD, own, draft->folder, name, AT_SYMLINK_FOLLOW);
}

/* A file of that name must not be replaced. */
static Outcome publish_new(Draft *draft, Way way, const char *name)
{
    if (way == IN_PLACE)
        return DONE;
    if (way == UNNAMED) {
        if (link_unnamed(draft, name) == 0)
            return DONE;
        return errno == EEXIST ? FAILED : NOT_HERE;
    }
    if (renameat2(draft->folder, draft->name, draft->folder, name, RENAME_NOREPLACE) == 0) {
        draft->name[0] = '\0';
        return DONE;
    }
    if (errno != EEXIST && linkat(draft->folder, draft->name, draft->folder, name, 0) == 0)
        return DONE; /* it loses the other name like every draft */
    return errno == EEXIST ? FAILED : NOT_HERE;
}

static Outcome publish_over(Draft *draft, Way way, const char *name)
{
    for (int i = 0; way == UNNAMED && draft->name[0] == '\0'; i++) {
        next_name(draft, i);
        if (link_unnamed(draft, draft->name) == 0)
            break;
        draft->name[0] = '\0';
        if (errno != EEXIST || i == NAME_TRIES)
            return NOT_HERE;
    }
    if (renameat(draft->folder, draft->name, draft->folder, name) != 0)
        return FAILED;
    draft->name[0] = '\0';
    return DONE;
}

/* ---- one file ---- */

typedef struct {
    int folder;
    const char *name;
    Str text;
    const mode_t *mode;
    bool over; /* what has the name is replaced */
} Wanted;

static void discard(const Draft *draft, const Wanted *wanted, Way way, Outcome outcome)
{
    int error = errno;
    if (draft->name[0])
        unlinkat(draft->folder, draft->name, 0);
    if (way == IN_PLACE && outcome != DONE)
        unlinkat(draft->folder, wanted->name, 0);
    errno = error;
}

static Outcome finish(Draft *draft, const Wanted *wanted, Way way)
{
    if (fill(draft, wanted->text) != 0)
        return FAILED;
    if (wanted->over && wanted->mode)
        fchmod(draft->descriptor, *wanted->mode); /* the umask is for new files */
    return wanted->over ? publish_over(draft, way, wanted->name)
                        : publish_new(draft, way, wanted->name);
}

static Outcome attempt(const Wanted *wanted, Way way)
{
    Draft draft = {.folder = wanted->folder, .descriptor = -1};
    Outcome outcome = open_draft(&draft, way, wanted->name, wanted->mode ? *wanted->mode : 0666);
    if (outcome != DONE)
        return outcome;
    hold(&draft);
    outcome = finish(&draft, wanted, way);
    discard(&draft, wanted, way, outcome);
    int error = errno;
    close(draft.descriptor);
    errno = error;
    return outcome;
}

static int put(const Wanted *wanted)
{
    static const Way ways[] = {UNNAMED, NAMED, IN_PLACE};
    size_t count = wanted->over ? 2 : 3;
    Outcome outcome = NOT_HERE;
    for (size_t i = 0; i < count && outcome == NOT_HERE; i++)
        outcome = attempt(wanted, ways[i]);
    return outcome == DONE ? 0 : -1;
}

int file_put_new(int folder, const char *name, Str text, const mode_t *mode)
{
    const Wanted wanted = {folder, name, text, mode, false};
    return put(&wanted);
}

int file_put_over(int folder, const char *name, Str text, const mode_t *mode)
{
    const Wanted wanted = {folder, name, text, mode, true};
    return put(&wanted);
}

/* ---- what killed runs leave ---- */

/* ".tblint-4711-0.tmp" */
static bool is_draft_name(const char *name)
{
    static const char digits[] = "0123456789";
    if (strncmp(name, DRAFT_START, strlen(DRAFT_START)) != 0)
        return false;
    name += strlen(DRAFT_START);
    size_t first = strspn(name, digits);
    if (first == 0 || name[first] != '-')
        return false;
    name += first + 1;
    size_t second = strspn(name, digits);
    return second > 0 && strcmp(name + second, DRAFT_END) == 0;
}

static bool is_abandoned(const struct stat *info)
{
    time_t now = time(NULL);
    return S_ISREG(info->st_mode) && info->st_uid == geteuid() && info->st_nlink == 1 &&
           now > info->st_mtime && now - info->st_mtime > ABANDONED_SECONDS;
}

static void sweep_one(int folder, const char *name)
{
    struct stat info;
    struct stat now;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !is_abandoned(&info))
        return;
    int descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return;
    if (fstat(descriptor, &now) == 0 && now.st_ino == info.st_ino && now.st_dev == info.st_dev &&
        flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        unlinkat(folder, name, 0);
    close(descriptor);
}

void drafts_sweep(int folder)
{
    int descriptor = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = descriptor >= 0 ? fdopendir(descriptor) : NULL;
    if (!entries) {
        if (descriptor >= 0)
            close(descriptor);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (is_draft_name(entry->d_name))
            sweep_one(folder, entry->d_name);
    }
    closedir(entries);
}
