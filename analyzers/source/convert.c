/* convert.c: from bytes of the working tree to those that git would store. */
#include "internal.h"

#include <iconv.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- does anything convert at all? ---- */

static bool file_exists(Str path)
{
    char text[PATH_MAX];
    if (path.len >= sizeof(text)) {
        return true;
    }
    memcpy(text, path.ptr, path.len);
    text[path.len] = '\0';
    return access(text, F_OK) == 0;
}

static bool index_has_attributes(git_index *index)
{
    size_t count = git_index_entrycount(index);
    for (size_t i = 0; i < count; i++) {
        const char *path = git_index_get_byindex(index, i)->path;
        size_t len = strlen(path);
        const size_t name_len = sizeof(".gitattributes") - 1;
        if (len >= name_len && strcmp(path + len - name_len, ".gitattributes") == 0) {
            return true;
        }
    }
    return false;
}

static bool user_has_attributes(const Repo *repo)
{
    Arena *arena = repo->arena;
    Str xdg = env_str("XDG_CONFIG_HOME");
    Str personal = xdg.len > 0 ? str_fmt(arena, "%.*s/git/attributes", STR_ARG(xdg))
                               : str_fmt(arena, "%s/.config/git/attributes",
                                         env_str("HOME").len > 0 ? getenv("HOME") : "");
    return repo_config(repo, "core.attributesfile").len > 0 || file_exists(personal) ||
           file_exists(STR("/etc/gitattributes")) ||
           file_exists(str_fmt(arena, "%sinfo/attributes", git_repository_commondir(repo->git))) ||
           file_exists(str_fmt(arena, "%.*s/.gitattributes", STR_ARG(repo->top)));
}

bool repo_has_plain_bytes(Repo *repo)
{
    if (repo->plain_bytes < 0) {
        Str autocrlf = repo_config(repo, "core.autocrlf");
        bool off = autocrlf.len == 0 || str_is_nocase(autocrlf, "false");
        repo->plain_bytes = off && repo->index != NULL && repo->top_fd >= 0 &&
                            !index_has_attributes(repo->index) && !user_has_attributes(repo);
    }
    return repo->plain_bytes == 1;
}

/* ---- working-tree-encoding ---- */

/* Room for four bytes of UTF-8 a byte read: more than any encoding needs. */
static bool recode(Arena *arena, const char *encoding, Str from, Str *to)
{
    iconv_t handle = iconv_open("UTF-8", encoding);
    if (handle == (iconv_t)-1) {
        return false;
    }
    size_t room = from.len * 4 + 4;
    char *bytes = xmalloc(room);
    char *out = bytes;
    char *in = (char *)(uintptr_t)from.ptr;
    size_t in_left = from.len;
    size_t out_left = room;
    bool done = iconv(handle, &in, &in_left, &out, &out_left) != (size_t)-1 && in_left == 0;
    iconv_close(handle);
    if (done) {
        *to = str_copy(arena, (Str){bytes, room - out_left});
    }
    free(bytes);
    return done;
}

static FileTrouble decode(Arena *arena, const char *encoding, Str disk, Str *out)
{
    *out = disk;
    if (str_is_nocase(str_of(encoding), "UTF-8") || disk.len == 0) {
        return FILE_OK;
    }
    if (str_is_nocase(str_of(encoding), "UTF-16LE-BOM")) {
        disk = str_slice(disk, 2, disk.len); /* git's own name for it */
        encoding = "UTF-16LE";
    }
    return recode(arena, encoding, disk, out) ? FILE_OK : FILE_ENCODING;
}

static const char *attribute(const Repo *repo, const char *path, const char *name)
{
    const char *value = NULL;
    if (git_attr_get(&value, repo->git, 0, path, name) != 0) {
        return NULL;
    }
    return git_attr_value(value) == GIT_ATTR_VALUE_STRING ? value : NULL;
}

/* Line ends and $Id$, the only filters that libgit2 has of its own; it never runs a driver. */
static bool apply_built_in(Repo *repo, Arena *arena, const char *path, Str from, Str *to)
{
    git_filter_list *filters = NULL;
    *to = from;
    if (git_filter_list_load(&filters, repo->git, NULL, path, GIT_FILTER_TO_ODB,
                             GIT_FILTER_ALLOW_UNSAFE) != 0) {
        return false;
    }
    if (filters == NULL) {
        return true;
    }
    git_buf result = {0};
    bool done = git_filter_list_apply_to_buffer(&result, filters, from.ptr, from.len) == 0;
    if (done) {
        *to = str_copy(arena, (Str){result.ptr, result.size});
    }
    git_buf_dispose(&result);
    git_filter_list_free(filters);
    return done;
}

FileTrouble convert_to_git(Repo *repo, Arena *arena, const char *path, Str disk, Str *out)
{
    *out = disk;
    if (content_trouble(disk) != FILE_OK) {
        return content_trouble(disk);
    }
    if (attribute(repo, path, "filter") != NULL) {
        return FILE_FILTERED; /* what git would store comes from a program that is not run */
    }
    const char *encoding = attribute(repo, path, "working-tree-encoding");
    if (encoding != NULL) {
        FileTrouble trouble = decode(arena, encoding, disk, out);
        if (trouble != FILE_OK) {
            return trouble;
        }
    }
    return apply_built_in(repo, arena, path, *out, out) ? FILE_OK : FILE_FILTERED;
}
