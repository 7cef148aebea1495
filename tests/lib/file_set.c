/* Reading folders for tests. */
#include "file_set.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

Str file_read(Arena *arena, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in) {
        perror(path);
        exit(1);
    }
    Buf buf = {0};
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, in)) > 0;)
        buf_add_str(&buf, (Str){block, n});
    fclose(in);
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

void file_write(const char *path, Str text)
{
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(text.ptr, 1, text.len, out) != text.len || fclose(out) != 0) {
        perror(path);
        exit(1);
    }
}

void file_set_add(Arena *arena, FileSet *files, Str path, Str text)
{
    vec_push(arena, files, ((TestFile){.path = path, .text = text}));
}

static void read_below(Arena *arena, FileSet *files, const char *folder, Str prefix)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        Str full = str_fmt(arena, "%s/%s", folder, name);
        Str path = str_fmt(arena, "%.*s%s", STR_ARG(prefix), name);
        struct stat st;
        bool hidden_link = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        if (!hidden_link && stat(full.ptr, &st) == 0) {
            if (S_ISDIR(st.st_mode))
                read_below(arena, files, full.ptr, str_fmt(arena, "%.*s/", STR_ARG(path)));
            else
                vec_push(arena, files,
                         ((TestFile){path, file_read(arena, full.ptr), st.st_mode & S_IXUSR}));
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

FileSet file_set_read(Arena *arena, const char *folder)
{
    FileSet files = {0};
    read_below(arena, &files, folder, STR(""));
    return files;
}
