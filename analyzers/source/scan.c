/* scan.c: the bytes of many files, read by several threads. */
#include "base/threads.h"
#include "internal.h"

enum { FILES_A_THREAD = 256 };

typedef struct {
    Repo *repo;
    const SourceFiles *files;
    unsigned threads;
    FileVisit visit;
    void *context;
} Scan;

/* Each thread reads a run of neighbours. */
static void read_run(void *context, unsigned thread)
{
    const Scan *scan = context;
    size_t count = scan->files->len;
    Buf scratch = {0};
    for (size_t i = count * thread / scan->threads; i < count * (thread + 1) / scan->threads; i++) {
        Str text;
        if (source_file_peek(scan->repo, scan->files->items[i], &scratch, &text))
            scan->visit(scan->context, thread, i, text);
    }
    buf_free(&scratch);
}

void source_files_scan(Repo *repo, const SourceFiles *files, FileVisit visit, void *context)
{
    bool may_share = git_libgit2_features() & GIT_FEATURE_THREADS;
    Scan scan = {repo, files, may_share ? threads_for(files->len, FILES_A_THREAD) : 1, visit,
                 context};
    if (repo)
        repo_has_plain_bytes(repo); /* found out now, so that no thread writes it */
    threads_run(scan.threads, read_run, &scan);
}
