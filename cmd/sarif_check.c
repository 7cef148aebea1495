/* sarif_check.c: `tblint sarif-check FILE`: will a code host take this file? */
#include "sarif_check/sarif_check.h"
#include "command.h"
#include "talk.h"

#include "report/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 << 10 };

static int read_all(int descriptor, const char *name, Buf *out, Fault *fault)
{
    char *chunk = xmalloc(CHUNK);
    ssize_t got = 0;
    while (out->len <= SARIF_BYTES_MOST && (got = read(descriptor, chunk, CHUNK)) > 0)
        buf_add_str(out, (Str){chunk, (size_t)got});
    free(chunk);
    if (got < 0)
        return fault_set(fault, FAULT_ANALYSE, "%s cannot be read: %s", name, strerror(errno));
    if (out->len > SARIF_BYTES_MOST)
        return fault_set(fault, FAULT_ANALYSE, "%s is larger than %d MB", name,
                         SARIF_BYTES_MOST >> 20);
    return 0;
}

static int read_file(const char *path, Buf *out, Fault *fault)
{
    if (strcmp(path, "-") == 0)
        return read_all(STDIN_FILENO, "standard input", out, fault);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fault_set(fault, FAULT_ANALYSE, "%s cannot be read: %s", path, strerror(errno));
    int result = read_all(descriptor, path, out, fault);
    close(descriptor);
    return result;
}

static int check_source(const char *source, Fault *fault)
{
    struct stat state;
    if (!source || (stat(source, &state) == 0 && S_ISDIR(state.st_mode)))
        return 0;
    return fault_set(fault, FAULT_USAGE, "--source takes a folder, not '%s'", source);
}

static void add_closing(Buf *out, const SarifCheck *check)
{
    size_t errors = check->errors, warnings = check->warnings;
    buf_addf(out, "%.*s: ", STR_ARG(check->name));
    if (errors + warnings == 0)
        buf_addf(out, "fit for upload: no breach in %zu run%s, %zu result%s\n", check->runs,
                 check->runs == 1 ? "" : "s", check->results, check->results == 1 ? "" : "s");
    else
        buf_addf(out, "%zu error%s, %zu warning%s\n", errors, errors == 1 ? "" : "s", warnings,
                 warnings == 1 ? "" : "s");
}

static int check_file(const App *app, Arena *arena, const char *path, Fault *fault)
{
    Buf text = {0}, out = {0};
    SarifCheck check = {
        .arena = arena,
        .out = &out,
        .name = strcmp(path, "-") == 0 ? STR("standard input") : str_of(path),
        .source = app->options->source,
    };
    int code = -1;
    if (read_file(path, &text, fault) == 0 && sarif_check(&check, buf_str(&text), fault) == 0) {
        add_closing(&out, &check);
        code = command_print(app, buf_str(&out));
        code = code ? code : check.errors > 0;
    }
    buf_free(&text);
    buf_free(&out);
    return code;
}

int command_sarif_check(const App *app, Arena *arena)
{
    const Arguments *arguments = &app->options->arguments;
    Fault fault = {0};
    if (arguments->len == 0) {
        fault_set(&fault, FAULT_USAGE, "sarif-check needs a file, or - for standard input");
        fault_repair(&fault, "tblint sarif-check report.sarif");
        return talk_fault(app->err, &fault);
    }
    if (check_source(app->options->source, &fault) < 0)
        return talk_fault(app->err, &fault);
    int code = check_file(app, arena, arguments->items[0], &fault);
    return code < 0 ? talk_fault(app->err, &fault) : code;
}
