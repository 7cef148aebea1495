/*
 * Reads and parses the files of a project, each at most once for both sides.
 *
 * Parsing is most of the work of a run, and files do not depend on each other: a batch is shared
 * among threads. Each has its own parsers and its own arena, which becomes a part of the loader's;
 * all that is listed or shared is done before and after, in the order of the batch.
 */
#include "base/threads.h"
#include "project_internal.h"

#include <stdatomic.h>
#include <string.h>

/* ---- bytes ---- */

void report_unread(Load *load, const Resource *resource)
{
    Arena *arena = load->loader->arena;
    const SourceFile *file = resource->file;
    if (!load->unread)
        load->unread = map_new(arena);
    void **reported = map_at(load->unread, file->path);
    if (*reported)
        return;
    *reported = load;
    vec_push(arena, load->loader->unchecked,
             (Unchecked){.path = file->path,
                         .why = str_of(file_trouble_text(file->trouble)),
                         .changed = resource->changed});
}

bool load_bytes(Load *load, Resource *resource)
{
    SourceFile *file = resource->file;
    if (!file->loaded && (file->trouble == FILE_OK || file->trouble == FILE_CONFLICT)) {
        Fault fault = {0};
        source_file_load(load->loader->repo, file, &fault);
    }
    if (file->loaded)
        return true;
    report_unread(load, resource);
    return false;
}

/* ---- parsing, in any thread ---- */

enum { FILES_A_THREAD = 8 };

/* What parses one file. */
typedef struct {
    Resource *resource;
    const Datafile *known; /* of another file with the same bytes; NULL: to be parsed */
} Job;

typedef VEC(Job) Jobs;

typedef struct {
    Jobs jobs;
    atomic_size_t next;
    Dialect dialect;
    Loader loaders[THREADS_LIMIT]; /* the first is the caller's own */
} Pool;

static void parse_queries(Loader *loader, const Resource *pipe)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++)
        pipe_tables(loader, pipe, i);
}

static void parse_file(Loader *loader, const Job *job, Dialect dialect)
{
    Resource *resource = job->resource;
    resource->facts = job->known;
    if (!resource->facts)
        resource->facts = datafile_parse(loader->datafiles, loader->arena, resource->file->text,
                                         resource->kind, dialect);
    if (resource->kind == DATAFILE_DATASOURCE)
        resource->datasource = datasource_facts(loader, resource->facts);
    if (resource->kind != DATAFILE_PIPE)
        return;
    resource->pipe = pipe_facts(loader, resource->facts);
    parse_queries(loader, resource);
}

static void work(void *context, unsigned thread)
{
    Pool *pool = context;
    for (;;) {
        size_t i = atomic_fetch_add(&pool->next, 1);
        if (i >= pool->jobs.len)
            return;
        parse_file(&pool->loaders[thread], &pool->jobs.items[i], pool->dialect);
    }
}

static void run_jobs(Loader *loader, Pool *pool)
{
    unsigned threads = threads_for(pool->jobs.len, FILES_A_THREAD);
    pool->loaders[0] = *loader;
    for (unsigned i = 1; i < threads; i++) {
        pool->loaders[i] = *loader;
        pool->loaders[i].arena = arena_new();
        pool->loaders[i].datafiles = datafile_parser_new();
        pool->loaders[i].sql = sql_parser_new();
    }
    atomic_init(&pool->next, 0);
    threads_run(threads, work, pool);
    for (unsigned i = 1; i < threads; i++) {
        arena_join(loader->arena, pool->loaders[i].arena);
        datafile_parser_free(pool->loaders[i].datafiles);
        sql_parser_free(pool->loaders[i].sql);
    }
}

/* ---- a batch ---- */

static Str blob_key(Load *load, const Resource *resource)
{
    char key[sizeof(BlobId) + 2];
    memcpy(key, &resource->file->id, sizeof(BlobId));
    key[sizeof(BlobId)] = (char)('0' + (int)resource->kind);
    key[sizeof(BlobId) + 1] = (char)('0' + (int)load->dialect);
    return str_copy(load->loader->arena, (Str){key, sizeof key});
}

/* An unchanged file is parsed for the candidate, which often has it on disk. */
static bool is_to_parse(const Load *load, const Resource *resource)
{
    return !resource->facts && (resource->changed || resource->project == load->candidate);
}

static void report_include(Load *load, const Resource *resource)
{
    if (!resource->changed || !resource->facts->has_include)
        return;
    vec_push(load->loader->arena, load->loader->unchecked,
             (Unchecked){.path = resource->file->path,
                         .why = STR("INCLUDE: a part of its content is in another file")});
}

static void finish(Load *load, const Job *job)
{
    Resource *resource = job->resource;
    Resource *other = resource->changed ? NULL : resource->other;
    if (!job->known)
        map_put(load->loader->by_blob, blob_key(load, resource),
                (void *)(uintptr_t)resource->facts);
    if (resource->project == load->candidate)
        report_include(load, resource);
    if (other) {
        other->facts = resource->facts;
        other->datasource = resource->datasource;
        other->pipe = resource->pipe;
    }
}

void parse_resources(Load *load, const Resources *batch)
{
    Pool *pool = ARENA_NEW(load->loader->arena, Pool);
    pool->dialect = load->dialect;
    for (size_t i = 0; i < batch->len; i++) {
        Resource *resource = batch->items[i];
        if (!is_to_parse(load, resource) || !load_bytes(load, resource))
            continue;
        const Datafile *known = map_get(load->loader->by_blob, blob_key(load, resource));
        vec_push(load->loader->arena, &pool->jobs, (Job){resource, known});
    }
    run_jobs(load->loader, pool);
    for (size_t i = 0; i < pool->jobs.len; i++)
        finish(load, &pool->jobs.items[i]);
}
