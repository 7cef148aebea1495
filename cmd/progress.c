/* progress.c: one line on a terminal that says what a long run is doing. */
#include "progress.h"

#include "base/arena.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum { EVERY_MS = 200, MS = 1000 };

struct Progress {
    FILE *err;
    const char *what;
    struct timespec start, next;
    bool shown;
    bool stopped;
    pthread_mutex_t lock; /* of all that is above */
    pthread_cond_t wake;
    pthread_t thread;
};

static struct timespec later(struct timespec at, unsigned ms)
{
    at.tv_sec += ms / MS;
    at.tv_nsec += (long)(ms % MS) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

static struct timespec now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at;
}

/* Back to the first column, the text, and the rest of the line erased. */
static void show(Progress *progress)
{
    fprintf(progress->err, "\rtblint: %s, %ld s\x1b[K", progress->what,
            (long)(now().tv_sec - progress->start.tv_sec));
    fflush(progress->err);
    progress->shown = true;
}

static void erase(Progress *progress)
{
    if (!progress->shown)
        return;
    fputs("\r\x1b[K", progress->err);
    fflush(progress->err);
    progress->shown = false;
}

static void *keep_showing(void *argument)
{
    Progress *progress = argument;
    pthread_mutex_lock(&progress->lock);
    while (!progress->stopped) {
        int woken = pthread_cond_timedwait(&progress->wake, &progress->lock, &progress->next);
        if (woken != ETIMEDOUT || progress->stopped)
            continue;
        show(progress);
        progress->next = later(now(), EVERY_MS);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

/* The clock of the wait is the one that nobody sets. */
static void make_condition(Progress *progress)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&progress->wake, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* Signals are for the thread that does the work: it holds them while it writes a file. */
static bool start(Progress *progress)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&progress->thread, NULL, keep_showing, progress) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void discard(Progress *progress)
{
    pthread_cond_destroy(&progress->wake);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}

Progress *progress_start(FILE *err, unsigned delay_ms, const char *what)
{
    Progress *progress = xmalloc(sizeof *progress);
    *progress = (Progress){.err = err, .what = what, .start = now()};
    progress->next = later(progress->start, delay_ms);
    pthread_mutex_init(&progress->lock, NULL);
    make_condition(progress);
    if (start(progress))
        return progress;
    discard(progress);
    return NULL;
}

void progress_say(Progress *progress, const char *what)
{
    if (!progress)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->what = what;
    pthread_mutex_unlock(&progress->lock);
}

void progress_clear(Progress *progress)
{
    if (!progress)
        return;
    pthread_mutex_lock(&progress->lock);
    erase(progress);
    /* Whoever clears the line writes in its place within that time. */
    progress->next = later(now(), MS);
    pthread_mutex_unlock(&progress->lock);
}

void progress_stop(Progress *progress)
{
    if (!progress)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->stopped = true;
    pthread_cond_signal(&progress->wake);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    erase(progress);
    discard(progress);
}
