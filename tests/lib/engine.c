/* engine.c: libchdb by dlopen. */
#include "engine.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct chdb_connection_ *Connection;
typedef struct chdb_result_ Result;

static struct {
    void *library;
    Connection *connection;
    Connection *(*connect)(int, char **);
    void (*close)(Connection *);
    Result *(*query)(Connection, const char *, size_t, const char *, size_t);
    const char *(*error)(Result *);
    char *(*buffer)(Result *);
    size_t (*length)(Result *);
    void (*destroy)(Result *);
    void (*signals)(int);
} engine;

/* dlsym gives an object pointer; copying its bytes is how POSIX has it called. */
static bool find(const char *name, void *function)
{
    void *symbol = dlsym(engine.library, name);
    *(void **)function = symbol;
    return symbol != NULL;
}

static bool find_all(void)
{
    find("chdb_set_signal_handlers_enabled", &engine.signals);
    return find("chdb_connect", &engine.connect) && find("chdb_close_conn", &engine.close) &&
           find("chdb_query_n", &engine.query) && find("chdb_result_error", &engine.error) &&
           find("chdb_result_buffer", &engine.buffer) &&
           find("chdb_result_length", &engine.length) &&
           find("chdb_destroy_query_result", &engine.destroy);
}

bool engine_open(void)
{
    const char *path = getenv("TBLINT_LIBCHDB");
    if (!path || !*path) {
        fprintf(stderr, "skipped: TBLINT_LIBCHDB does not name libchdb.so\n");
        return false;
    }
    engine.library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!engine.library || !find_all()) {
        fprintf(stderr, "skipped: %s cannot be loaded\n", path);
        return false;
    }
    if (engine.signals)
        engine.signals(0);
    char name[] = "clickhouse";
    char *arguments[] = {name, NULL};
    engine.connection = engine.connect(1, arguments);
    if (!engine.connection)
        fprintf(stderr, "skipped: %s does not start\n", path);
    return engine.connection != NULL;
}

void engine_close(void)
{
    if (engine.connection)
        engine.close(engine.connection);
    engine.connection = NULL;
}

bool engine_run(Arena *arena, Str sql, Str *out)
{
    const Str format = STR("TSV");
    Result *result = engine.query(*engine.connection, sql.ptr, sql.len, format.ptr, format.len);
    const char *error = engine.error(result);
    Str answer = error ? str_of(error) : (Str){engine.buffer(result), engine.length(result)};
    if (!error && str_ends(answer, "\n"))
        answer = str_slice(answer, 0, answer.len - 1);
    *out = str_copy(arena, answer);
    engine.destroy(result);
    return !error;
}
