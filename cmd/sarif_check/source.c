/* source.c: results beside the files that they are about, which --source names. */
#include "sarif_check/sarif_check.h"

#include "report/escape.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_MOST = 8 << 20, /* larger ones are not looked into */
    PATH_MOST = 4096,
};

/* ---- paths ---- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

/* A relative address as a path; empty when it is none, or leads out of the folder. */
static Str path_of(Arena *arena, Str uri)
{
    char *path = arena_alloc(arena, uri.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < uri.len; i++) {
        char c = uri.ptr[i];
        if (c == '%' && i + 2 < uri.len && hex_value(uri.ptr[i + 1]) >= 0 &&
            hex_value(uri.ptr[i + 2]) >= 0) {
            c = (char)(hex_value(uri.ptr[i + 1]) * 16 + hex_value(uri.ptr[i + 2]));
            i += 2;
        } else if (c == ':' || c == '?' || c == '#') {
            return (Str){0};
        }
        if (c == '\0')
            return (Str){0};
        path[len++] = c;
    }
    Str text = {path, len};
    bool out = str_starts(text, "/") || str_is(text, "..") || str_starts(text, "../") ||
               str_find(text, "/../") >= 0 || str_ends(text, "/..");
    return out || len > PATH_MOST ? (Str){0} : text;
}

/* The first part of the path that is a symbolic link; 0 when none is. */
static size_t link_at(const char *root, Str path)
{
    char whole[2 * PATH_MOST + 2];
    struct stat state;
    for (size_t i = 1; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/')
            continue;
        int len = snprintf(whole, sizeof whole, "%s/%.*s", root, (int)i, path.ptr);
        if (len < 0 || (size_t)len >= sizeof whole || lstat(whole, &state) != 0)
            return 0;
        if (S_ISLNK(state.st_mode))
            return i;
    }
    return 0;
}

/* ---- reading ---- */

static bool read_all(Arena *arena, int descriptor, size_t size, Str *out)
{
    char *text = arena_alloc(arena, size + 1);
    size_t len = 0;
    while (len < size) {
        ssize_t got = read(descriptor, text + len, size - len);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    *out = (Str){text, len};
    return len == size;
}

static bool read_regular(Arena *arena, const char *path, Str *out)
{
    struct stat state;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    bool fits = fstat(descriptor, &state) == 0 && S_ISREG(state.st_mode) &&
                state.st_size <= FILE_MOST &&
                read_all(arena, descriptor, (size_t)state.st_size, out);
    close(descriptor);
    return fits;
}

static const SarifSource *read_source(SarifCheck *check, Str path)
{
    SarifSource *file = map_get(check->files, path);
    if (file)
        return file;
    file = ARENA_NEW(check->arena, SarifSource);
    file->lines = ARENA_NEW(check->arena, SarifLines);
    Str whole = str_fmt(check->arena, "%s/%.*s", check->source, STR_ARG(path));
    file->read = read_regular(check->arena, str_cstr(check->arena, whole), &file->text);
    file->missing = !file->read && access(str_cstr(check->arena, whole), F_OK) != 0;
    file->linked = link_at(check->source, path);
    map_put(check->files, path, file);
    return file;
}

const SarifSource *sarif_source(SarifCheck *check, Str uri, const SarifSpot *at)
{
    Str path = check->source ? path_of(check->arena, uri) : (Str){0};
    if (path.len == 0)
        return NULL;
    const SarifSource *file = read_source(check, path);
    if (!at)
        return file;
    if (file->missing)
        sarif_error(check, "M8", at, "There is no file '%.*s' in %s: GitHub shows no such alert.",
                    STR_ARG(path), check->source);
    else if (file->linked)
        sarif_error(check, "M7", at,
                    "'%.*s' is a symbolic link, through which GitHub shows nothing: name the file "
                    "itself.",
                    (int)file->linked, path.ptr);
    return file;
}

/* ---- lines and columns ---- */

static SarifLines *lines_of(SarifCheck *check, const SarifSource *file)
{
    SarifLines *lines = file->lines;
    if (!lines->index) {
        lines->index = lines_new(check->arena, file->text);
        lines->hashes = line_hashes(check->arena, file->text);
    }
    return lines;
}

/* The column behind the last character of a line. */
static double last_column(const SarifCheck *check, Str line)
{
    double units = 1;
    while (line.len > 0)
        units += utf8_next(&line, NULL) > 0xFFFF && !check->points ? 2 : 1;
    return units;
}

static void check_position(SarifCheck *check, const SarifSource *file, const cJSON *region,
                           const char *line_key, const char *column_key, const SarifSpot *at)
{
    Lines *lines = lines_of(check, file)->index;
    double line, column;
    if (!sarif_number(region, line_key, &line) || line < 1)
        return;
    if (line > lines_count(lines)) {
        sarif_error(check, "M8", SPOT_KEY(at, line_key), "The file has %u lines, and none is %g.",
                    lines_count(lines), line);
        return;
    }
    double most = last_column(check, lines_text(lines, (uint32_t)line));
    /* The position after a line's end is the first of the next: some write it so. */
    if (sarif_number(region, column_key, &column) && column > most + 1)
        sarif_error(check, "M15", SPOT_KEY(at, column_key),
                    "Line %g has %g columns, and none is %g: are these bytes, or tabs of several "
                    "columns?",
                    line, most - 1, column);
}

void sarif_check_region_in(SarifCheck *check, const SarifSource *file, const cJSON *region,
                           const SarifSpot *at)
{
    check_position(check, file, region, "startLine", "startColumn", at);
    if (sarif_at(region, "endLine"))
        check_position(check, file, region, "endLine", "endColumn", at);
    else
        check_position(check, file, region, "startLine", "endColumn", at);
}

void sarif_check_hash_in(SarifCheck *check, const SarifSource *file, const cJSON *region,
                         const char *hash, const SarifSpot *at)
{
    LineHashes hashes = lines_of(check, file)->hashes;
    double line;
    if (!sarif_number(region, "startLine", &line) || line < 1 || line > (double)hashes.len)
        return;
    LineHash own = hashes.items[(size_t)line - 1];
    char text[48];
    snprintf(text, sizeof text, "%" PRIx64 ":%" PRIu32, own.hash, own.occurrence);
    if (strcmp(text, hash) != 0)
        sarif_error(check, "M12", at,
                    "'%s' is not the hash of line %g, which is '%s': the upload warns of an "
                    "inconsistent fingerprint.",
                    hash, line, text);
}
