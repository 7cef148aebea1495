/*
 * sandbox.h: real git repositories in a temporary folder, for tests.
 *
 * Git runs with a pinned identity, clock and configuration and an empty HOME, so a test sees the
 * same repository on every machine. A call that fails ends the test program with a message.
 */
#ifndef TBLINT_TEST_SANDBOX_H
#define TBLINT_TEST_SANDBOX_H

#include "base/str.h"

typedef struct {
    Arena *arena;
    char root[256]; /* the temporary folder, absolute, without symbolic links */
    char home[272]; /* HOME inside it */
    char repo[272]; /* root/repo, made by sandbox_init_repo */
} Sandbox;

/* A new empty folder; HOME points into it, variables that steer git or CI are unset. */
Sandbox *sandbox_new(void);
/* Removes the folder. NULL is accepted. */
void sandbox_free(Sandbox *box);

/* `git init` on branch main in box->repo. */
void sandbox_init_repo(Sandbox *box);

/* Runs `git -C box->repo ARGS`, split by the shell; ends the program when git fails. */
void sandbox_git(Sandbox *box, const char *format, ...) PRINTF_LIKE(2, 3);
/* The same, returning git's exit code and nothing on the terminal. */
int sandbox_try_git(Sandbox *box, const char *format, ...) PRINTF_LIKE(2, 3);
/* What a shell command prints when run in box->repo, without the last line end. */
const char *sandbox_output(Sandbox *box, const char *format, ...) PRINTF_LIKE(2, 3);
/* Any shell command in box->repo; ends the program when it fails. */
void sandbox_sh(Sandbox *box, const char *format, ...) PRINTF_LIKE(2, 3);

/* Paths are relative to box->repo. Folders are made as needed. */
void sandbox_write(Sandbox *box, const char *path, const char *text);
void sandbox_write_bytes(Sandbox *box, const char *path, Str bytes);
void sandbox_remove(Sandbox *box, const char *path);
const char *sandbox_path(Sandbox *box, const char *path);

/* Adds everything and commits; returns the commit's id. */
const char *sandbox_commit(Sandbox *box, const char *message);

/* A checksum over every file of the git folder, to prove that nothing was written. */
const char *sandbox_git_state(Sandbox *box);

#endif
