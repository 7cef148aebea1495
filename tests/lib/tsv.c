/* tsv.c: tables with a header line, one row a line, tabs between the cells. */
#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>

static bool read_file(const char *path, Buf *out)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buf_add_str(out, (Str){block, got});
    fclose(file);
    return true;
}

static Str unescape(Arena *arena, Str cell)
{
    if (str_find_char(cell, '\\') < 0)
        return cell;
    char *out = arena_alloc(arena, cell.len);
    size_t len = 0;
    for (size_t i = 0; i < cell.len; i++) {
        char c = cell.ptr[i];
        if (c == '\\' && i + 1 < cell.len) {
            c = cell.ptr[++i];
            c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
        }
        out[len++] = c;
    }
    return (Str){out, len};
}

Str tsv_next(Arena *arena, Str *rest)
{
    ptrdiff_t tab = str_find_char(*rest, '\t');
    Str cell = tab < 0 ? *rest : str_slice(*rest, 0, (size_t)tab);
    *rest = tab < 0 ? (Str){0} : str_slice(*rest, (size_t)tab + 1, rest->len);
    return unescape(arena, cell);
}

static size_t split(Arena *arena, Str line, Strs *out)
{
    size_t count = 0;
    for (bool more = true; more; count++) {
        more = str_find_char(line, '\t') >= 0;
        vec_push(arena, out, tsv_next(arena, &line));
    }
    return count;
}

bool tsv_read(Arena *arena, const char *path, Tsv *out)
{
    const char *shared = getenv("TBLINT_SHARED");
    Buf bytes = {0};
    Buf name = {0};
    if (shared)
        buf_addf(&name, "%s/%s", shared, path);
    buf_add_char(&name, '\0');
    bool read = shared && read_file(name.ptr, &bytes);
    buf_free(&name);
    if (!read) {
        fprintf(stderr, "skipped: %s is not in the folder named by TBLINT_SHARED\n", path);
        buf_free(&bytes);
        return false;
    }
    Str rest = str_copy(arena, buf_str(&bytes));
    buf_free(&bytes);
    Str line;
    *out = (Tsv){0};
    if (str_split_line(&rest, &line))
        split(arena, line, &out->header);
    while (str_split_line(&rest, &line)) {
        size_t cells = split(arena, line, &out->cells);
        for (; cells < out->header.len; cells++)
            vec_push(arena, &out->cells, (Str){0});
        out->rows++;
    }
    return true;
}

Str tsv_cell(const Tsv *tsv, size_t row, const char *column)
{
    for (size_t i = 0; i < tsv->header.len; i++)
        if (str_is(tsv->header.items[i], column))
            return tsv->cells.items[row * tsv->header.len + i];
    fprintf(stderr, "the table has no column %s\n", column);
    abort();
}
