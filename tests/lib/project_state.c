/* Steps applied to a project's files. */
#include "project_state.h"

#include <stdio.h>
#include <stdlib.h>

static const char *path_below(Arena *arena, const char *folder, const char *name)
{
    return str_fmt(arena, "%s/%s", folder, name).ptr;
}

static _Noreturn void refuse(const char *folder, const char *why, Str what)
{
    fprintf(stderr, "%s: %s: %.*s\n", folder, why, STR_ARG(what));
    exit(1);
}

Strs file_lines(Arena *arena, const char *path)
{
    Strs lines = {0};
    if (!file_exists(path))
        return lines;
    Str rest = file_read(arena, path);
    for (Str line; str_split_line(&rest, &line);)
        if (line.len)
            vec_push(arena, &lines, line);
    return lines;
}

static TestFile *find(FileSet *files, Str path)
{
    for (size_t i = 0; i < files->len; i++)
        if (str_eq(files->items[i].path, path))
            return &files->items[i];
    return NULL;
}

/* ---- whole files ---- */

static void put_files(Arena *arena, FileSet *state, const char *folder)
{
    FileSet added = file_set_read(arena, path_below(arena, folder, "files"));
    for (size_t i = 0; i < added.len; i++) {
        TestFile *old = find(state, added.items[i].path);
        if (old)
            *old = added.items[i];
        else
            vec_push(arena, state, added.items[i]);
    }
}

static void delete_files(Arena *arena, FileSet *state, const char *folder)
{
    Strs paths = file_lines(arena, path_below(arena, folder, "deleted"));
    for (size_t i = 0; i < paths.len; i++) {
        TestFile *old = find(state, paths.items[i]);
        if (!old)
            refuse(folder, "nothing to delete", paths.items[i]);
        *old = state->items[--state->len];
    }
}

static void clear_run_bits(Arena *arena, FileSet *state, const char *folder)
{
    Strs paths = file_lines(arena, path_below(arena, folder, "not-executable"));
    for (size_t i = 0; i < paths.len; i++) {
        TestFile *file = find(state, paths.items[i]);
        if (!file)
            refuse(folder, "no such file", paths.items[i]);
        file->executable = false;
    }
}

/* ---- edits ---- */

/* How often `part`, whole lines of it, is in `text`; the place of the last. */
static size_t count_lines(Str text, Str part, size_t *at)
{
    size_t count = 0;
    for (size_t i = 0; i + part.len <= text.len; i++) {
        bool starts = i == 0 || text.ptr[i - 1] == '\n';
        if (starts && str_eq(str_slice(text, i, i + part.len), part)) {
            count++;
            *at = i;
        }
    }
    return count;
}

static void edit_file(Arena *arena, TestFile *file, const char *folder, Str old, Str new)
{
    size_t at = file->text.len;
    if (old.len && count_lines(file->text, old, &at) != 1)
        refuse(folder, "not exactly once in the file", old);
    Str head = str_slice(file->text, 0, at);
    Str tail = str_slice(file->text, at + old.len, file->text.len);
    file->text = str_fmt(arena, "%.*s%.*s%.*s", STR_ARG(head), STR_ARG(new), STR_ARG(tail));
}

/* The lines that start with `sign`, without it. */
static Str take_lines(Arena *arena, const Strs *lines, size_t *i, char sign)
{
    Buf buf = {0};
    for (; *i < lines->len && lines->items[*i].ptr[0] == sign; (*i)++) {
        Str line = lines->items[*i];
        buf_add_str(&buf, str_slice(line, 1, line.len));
        buf_add_str(&buf, STR("\n"));
    }
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

static void edit_files(Arena *arena, FileSet *state, const char *folder)
{
    Strs lines = file_lines(arena, path_below(arena, folder, "change"));
    TestFile *file = NULL;
    for (size_t i = 0; i < lines.len;) {
        char sign = lines.items[i].ptr[0];
        if (sign != '-' && sign != '+') {
            file = find(state, lines.items[i]);
            if (!file)
                refuse(folder, "no such file", lines.items[i]);
            i++;
            continue;
        }
        if (!file)
            refuse(folder, "an edit before any path", lines.items[i]);
        Str old = take_lines(arena, &lines, &i, '-');
        Str new = take_lines(arena, &lines, &i, '+');
        edit_file(arena, file, folder, old, new);
    }
}

FileSet project_state_after(Arena *arena, const FileSet *before, const char *folder)
{
    FileSet state = {0};
    for (size_t i = 0; i < before->len; i++)
        vec_push(arena, &state, before->items[i]);
    put_files(arena, &state, folder);
    delete_files(arena, &state, folder);
    edit_files(arena, &state, folder);
    clear_run_bits(arena, &state, folder);
    return state;
}
