/* scan.c: the bytes of many files, read by several threads. */
#include "internal.h"

#include <pthread.h>
#include <sched.h>

enum { FILES_A_THREAD = 256, THREADS_LIMIT = 16 };

/* A run of neighbours. */
typedef struct {
    Repo *repo;
    SourceFile **files;
    size_t from;
    size_t to;
    unsigned thread;
    FileVisit visit;
    void *context;
} Run;

static void *read_run(void *argument)
{
    const Run *run = argument;
    Buf scratch = {0};
    for (size_t i = run->from; i < run->to; i++) {
        Str text;
        if (source_file_peek(run->repo, run->files[i], &scratch, &text))
            run->visit(run->context, run->thread, i, text);
    }
    buf_free(&scratch);
    return NULL;
}

static unsigned cores(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (unsigned)CPU_COUNT(&allowed) : 1;
}

/* A thread is worth its start when it has many files to read. */
static unsigned thread_count(size_t files, unsigned threads_max)
{
    size_t count = files / FILES_A_THREAD;
    if (count < 2 || !(git_libgit2_features() & GIT_FEATURE_THREADS))
        return 1;
    unsigned limit = threads_max < THREADS_LIMIT ? threads_max : THREADS_LIMIT;
    limit = cores() < limit ? cores() : limit;
    return count < limit ? (unsigned)count : limit;
}

void source_files_scan(Repo *repo, const SourceFiles *files, FileVisit visit, void *context,
                       unsigned threads_max)
{
    Run runs[THREADS_LIMIT];
    pthread_t threads[THREADS_LIMIT];
    bool started[THREADS_LIMIT] = {false};
    unsigned count = thread_count(files->len, threads_max);
    if (count > 1 && repo)
        repo_has_plain_bytes(repo); /* found out now, so that no thread writes it */
    for (unsigned i = 0; i < count; i++) {
        runs[i] =
            (Run){repo,  files->items, files->len * i / count, files->len * (i + 1) / count, i,
                  visit, context};
        started[i] = i > 0 && pthread_create(&threads[i], NULL, read_run, &runs[i]) == 0;
    }
    for (unsigned i = 0; i < count; i++) {
        if (started[i])
            pthread_join(threads[i], NULL);
        else
            read_run(&runs[i]);
    }
}
