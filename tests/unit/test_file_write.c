/*
 * Files appear whole or not at all, on file systems that lack this or that, and what killed runs
 * leave is taken away once nobody can need it. The calls below stand before those of libc.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"
#include "file_write.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- a file system that refuses ---- */

/* The errno that a call gives; 0: it works. */
typedef struct {
    int tmpfile, link_unnamed, link, rename_new, rename, sync;
    bool dies_before_rename;
} Refusals;

static Refusals refused;

static int refuse(int error)
{
    errno = error;
    return -1;
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    bool makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
    int mode = makes ? va_arg(more, int) : 0;
    va_end(more);
    if ((flags & O_TMPFILE) == O_TMPFILE && refused.tmpfile)
        return refuse(refused.tmpfile);
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int linkat(int from_folder, const char *from, int folder, const char *name, int flags)
{
    int error = flags & AT_SYMLINK_FOLLOW ? refused.link_unnamed : refused.link;
    return error ? refuse(error) : (int)syscall(SYS_linkat, from_folder, from, folder, name, flags);
}

int renameat2(int from_folder, const char *from, int folder, const char *name, unsigned flags)
{
    return refused.rename_new ? refuse(refused.rename_new)
                              : (int)syscall(SYS_renameat2, from_folder, from, folder, name, flags);
}

int renameat(int from_folder, const char *from, int folder, const char *name)
{
    if (refused.dies_before_rename)
        kill(getpid(), SIGKILL);
    return refused.rename ? refuse(refused.rename)
                          : (int)syscall(SYS_renameat2, from_folder, from, folder, name, 0);
}

int fsync(int descriptor)
{
    return refused.sync ? refuse(refused.sync) : (int)syscall(SYS_fsync, descriptor);
}

/* ---- a folder ---- */

static char folder[] = "/tmp/tblint-write-XXXXXX";

static const char *in(const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int empty(void **state)
{
    (void)state;
    char command[128];
    refused = (Refusals){0};
    umask(022);
    snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s'", folder, folder);
    return system(command);
}

static size_t count(void)
{
    size_t found = 0;
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    while (readdir(entries))
        found++;
    closedir(entries);
    return found - 2; /* itself and its parent */
}

static void holds(const char *name, const char *text)
{
    char have[64] = "";
    FILE *file = fopen(in(name), "r");
    assert_non_null(file);
    have[fread(have, 1, sizeof have - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(have, text);
}

static mode_t mode_of(const char *name)
{
    struct stat info;
    assert_int_equal(stat(in(name), &info), 0);
    return info.st_mode & 07777;
}

static int over(const char *name, const char *text)
{
    Fault fault = {0};
    return file_write_atomic(in(name), str_of(text), &fault);
}

static int anew(const char *name, const char *text, Fault *fault)
{
    return file_write_new(in(name), str_of(text), 0755, fault);
}

/* ---- what every file system must give ---- */

static void check_over(void)
{
    assert_int_equal(over("a", "first"), 0);
    holds("a", "first");
    assert_int_equal(mode_of("a"), 0644);
    assert_int_equal(chmod(in("a"), 0660), 0);
    assert_int_equal(over("a", "second"), 0);
    holds("a", "second");
    assert_int_equal(mode_of("a"), 0660);
    assert_int_equal(count(), 1);
}

static void check_new(void)
{
    Fault fault = {0};
    assert_int_equal(anew("n", "text", &fault), 0);
    holds("n", "text");
    assert_int_equal(mode_of("n"), 0755);
    assert_int_equal(anew("n", "other", &fault), -1);
    assert_non_null(strstr(fault.message, "exists"));
    holds("n", "text");
    assert_int_equal(count(), 1);
}

static void on_any_file_system(void **state)
{
    static const Refusals systems[] = {
        {0},
        {.tmpfile = EOPNOTSUPP},
        {.tmpfile = EISDIR}, /* a kernel that does not know it */
        {.link_unnamed = ENOENT},
        {.link_unnamed = EOPNOTSUPP},
        {.link_unnamed = EPERM, .sync = EINVAL},
        {.tmpfile = EOPNOTSUPP, .rename_new = EINVAL},                /* NFS */
        {.tmpfile = EOPNOTSUPP, .rename_new = EINVAL, .link = EPERM}, /* a simple FUSE */
        {.tmpfile = EOPNOTSUPP, .link = EPERM, .sync = ENOSYS},       /* vfat */
        {.link_unnamed = EXDEV, .rename_new = ENOSYS, .link = EMLINK},
    };
    for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
        empty(state);
        refused = systems[i];
        check_over();
        empty(state);
        refused = systems[i];
        check_new();
    }
}

/* What was written to it before is not replaced. */
static void a_descriptor_goes_on_where_it_is(void **state)
{
    static const char *const folders[] = {"/dev/fd", "/proc/self/fd"};
    (void)state;
    Fault fault = {0};
    char path[64];
    assert_int_equal(over("log", "before"), 0);
    int log = open(in("log"), O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_true(log >= 0);
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        snprintf(path, sizeof path, "%s/%d", folders[i], log);
        assert_int_equal(file_write_atomic(path, STR(", more"), &fault), 0);
    }
    close(log);
    holds("log", "before, more, more");
    assert_int_equal(file_write_atomic(path, STR("nobody"), &fault), -1);
    assert_int_equal(fault.kind, FAULT_USAGE);
    holds("log", "before, more, more");
    assert_int_equal(count(), 1);
}

/* A repository could have the report's name lead to a file of the user. */
static void links_are_not_followed(void **state)
{
    static const char *const targets[] = {"mine", "no such file", "link"};
    (void)state;
    assert_int_equal(over("mine", "text"), 0);
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        Fault fault = {0};
        assert_int_equal(symlink(targets[i], in("link")), 0);
        assert_int_equal(file_write_atomic(in("link"), STR("report"), &fault), -1);
        assert_int_equal(fault.kind, FAULT_USAGE);
        assert_non_null(strstr(fault.message, "symbolic link"));
        assert_int_equal(unlink(in("link")), 0);
    }
    holds("mine", "text");
    assert_int_equal(count(), 1);
}

/* ---- failures ---- */

static void what_was_there_stays(void **state)
{
    static const Refusals systems[] = {
        {.sync = EIO},
        {.rename = EACCES},
        {.tmpfile = EOPNOTSUPP, .sync = ENOSPC},
        {.link_unnamed = EPERM, .rename = EIO},
        {.tmpfile = EOPNOTSUPP, .rename = EROFS},
    };
    for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
        empty(state);
        assert_int_equal(over("a", "old"), 0);
        refused = systems[i];
        assert_int_equal(over("a", "new"), -1);
        holds("a", "old");
        assert_int_equal(count(), 1);
    }
}

static void a_failed_new_file_is_none(void **state)
{
    static const Refusals systems[] = {
        {.sync = EIO},
        {.tmpfile = EOPNOTSUPP, .sync = EIO},
        {.tmpfile = EOPNOTSUPP, .rename_new = EINVAL, .link = EPERM, .sync = EIO},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
        Fault fault = {0};
        refused = systems[i];
        assert_int_equal(anew("n", "text", &fault), -1);
        assert_int_equal(fault.kind, FAULT_INTERNAL);
        assert_int_equal(count(), 0);
    }
}

/* ---- killed runs ---- */

/* The name of what a run leaves that is killed before it renames. */
static const char *leave_draft(void)
{
    static char name[64];
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        refused.dies_before_rename = true;
        _exit(over("a", "killed") + 10);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    snprintf(name, sizeof name, ".tblint-%ld-0.tmp", (long)child);
    holds(name, "killed");
    return name;
}

static void make_old(const char *name)
{
    struct timespec times[2];
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec -= 2 * 3600;
    times[1] = times[0];
    assert_int_equal(utimensat(AT_FDCWD, in(name), times, AT_SYMLINK_NOFOLLOW), 0);
}

static bool is_there(const char *name)
{
    struct stat info;
    return lstat(in(name), &info) == 0;
}

static void leftovers_go_when_nobody_holds_them(void **state)
{
    (void)state;
    assert_int_equal(over("a", "old"), 0);
    const char *draft = leave_draft();
    holds("a", "old");
    assert_int_equal(over("a", "next"), 0);
    assert_true(is_there(draft)); /* it may be that of a run that is about to rename */
    make_old(draft);
    int held = open(in(draft), O_RDONLY | O_CLOEXEC);
    assert_int_equal(flock(held, LOCK_EX), 0);
    assert_int_equal(over("a", "more"), 0);
    assert_true(is_there(draft));
    close(held);
    refused.rename = EACCES; /* a run that fails takes nothing away */
    assert_int_equal(over("a", "no"), -1);
    assert_true(is_there(draft));
    refused.rename = 0;
    assert_int_equal(over("a", "last"), 0);
    assert_false(is_there(draft));
    holds("a", "last");
    assert_int_equal(count(), 1);
}

static void what_is_no_draft_stays(void **state)
{
    static const char *const names[] = {
        ".tblint-1-0.tmp.old", ".tblint-1-.tmp",  ".tblint--0.tmp",   ".tblint-a-0.tmp",
        ".tblint.yaml",        ".tblint-1-0.txt", "x.tblint-1-0.tmp", ".tblint-1-0.tmp~",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_int_equal(over(names[i], "mine"), 0);
        make_old(names[i]);
    }
    assert_int_equal(mkdir(in(".tblint-1-1.tmp"), 0755), 0);
    assert_int_equal(symlink(".tblint.yaml", in(".tblint-1-2.tmp")), 0);
    assert_int_equal(over(".tblint-1-3.tmp", "two names"), 0);
    assert_int_equal(link(in(".tblint-1-3.tmp"), in("other")), 0);
    assert_int_equal(mkfifo(in(".tblint-1-4.tmp"), 0644), 0);
    for (int i = 1; i <= 4; i++) {
        char name[32];
        snprintf(name, sizeof name, ".tblint-1-%d.tmp", i);
        make_old(name);
    }
    size_t before = count();
    assert_int_equal(over("a", "text"), 0);
    assert_int_equal(count(), before + 1);
}

/* A name that another run's leftover has is not taken. */
static void names_that_are_taken(void **state)
{
    (void)state;
    char name[64];
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, ".tblint-%ld-%d.tmp", (long)getpid(), i);
        FILE *file = fopen(in(name), "w");
        assert_non_null(file);
        fclose(file);
    }
    assert_int_equal(over("a", "one"), 0);
    refused.tmpfile = EOPNOTSUPP;
    assert_int_equal(over("a", "two"), 0);
    holds("a", "two");
    assert_int_equal(count(), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(on_any_file_system, empty),
        cmocka_unit_test_setup(a_descriptor_goes_on_where_it_is, empty),
        cmocka_unit_test_setup(links_are_not_followed, empty),
        cmocka_unit_test_setup(what_was_there_stays, empty),
        cmocka_unit_test_setup(a_failed_new_file_is_none, empty),
        cmocka_unit_test_setup(leftovers_go_when_nobody_holds_them, empty),
        cmocka_unit_test_setup(what_is_no_draft_stays, empty),
        cmocka_unit_test_setup(names_that_are_taken, empty),
    };
    if (!mkdtemp(folder))
        return 1;
    int failed = cmocka_run_group_tests_name("writing files", tests, NULL, NULL);
    empty(NULL);
    rmdir(folder);
    return failed;
}
