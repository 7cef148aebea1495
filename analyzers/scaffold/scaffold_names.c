/* scaffold_names.c: names that are free, and folders where such files stand. */
#include "scaffold_text.h"

bool name_is_plain(Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.len > 0 && name.len <= 128;
}

bool name_is_taken(const ScaffoldInput *in, Str name)
{
    const Project *sides[] = {in->sides->live, in->sides->candidate};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        if (project_find(sides[i], DATAFILE_DATASOURCE, name) ||
            project_find(sides[i], DATAFILE_PIPE, name))
            return true;
    }
    return false;
}

int unknown_datasource(const ScaffoldInput *in, Str name, Fault *fault)
{
    const Map *all = in->sides->candidate->datasources;
    size_t best = name.len / 3 + 2; /* of a short name nearly every other is as near */
    Str nearest = {0};
    for (size_t i = 0; i < map_len(all); i++) {
        size_t distance = str_distance(name, map_key(all, i), best);
        bool contains = name.len >= 3 && str_find(map_key(all, i), str_cstr(in->arena, name)) >= 0;
        if (distance < best || (contains && nearest.len == 0)) {
            best = distance < best ? distance : best;
            nearest = map_key(all, i);
        }
    }
    fault_set(fault, FAULT_USAGE, "there is no data source '%.*s'", STR_ARG(name));
    if (nearest.len > 0)
        return fault_repair(fault, "did you mean %.*s?", STR_ARG(nearest));
    return -1;
}

/* ---- folders ---- */

static Str joined(Arena *arena, Str folder, Str name, const char *extension)
{
    if (folder.len == 0 || str_is(folder, "."))
        return str_fmt(arena, "%.*s%s", STR_ARG(name), extension);
    return str_fmt(arena, "%.*s/%.*s%s", STR_ARG(folder), STR_ARG(name), extension);
}

Str sibling_path(const ScaffoldInput *in, const Resource *resource, Str name)
{
    const char *extension = resource->kind == DATAFILE_PIPE ? ".pipe" : ".datasource";
    return joined(in->arena, path_dir(resource->file->path), name, extension);
}

/* The folder of the first pipe of that type, by name. */
static bool folder_of_type(const Project *project, PipeType type, Str *out)
{
    Str first = {0};
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        const Resource *pipe = map_value(project->pipes, i);
        if (pipe->pipe == NULL || pipe->pipe->type != type)
            continue;
        if (first.len == 0 || str_cmp(pipe->name, first) < 0) {
            first = pipe->name;
            *out = path_dir(pipe->file->path);
        }
    }
    return first.len > 0;
}

/* Whether pipes that write something lie in that folder, too: it is one for all types. */
static bool keeps_pipes_together(const Project *project, Str folder)
{
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        const Resource *pipe = map_value(project->pipes, i);
        if (pipe->pipe != NULL && pipe->pipe->target.len > 0 &&
            str_eq(path_dir(pipe->file->path), folder))
            return true;
    }
    return false;
}

static const char *usual_folder(const ScaffoldInput *in, PipeType type)
{
    if (in->sides->candidate->dialect == DIALECT_CLASSIC)
        return "pipes";
    return type == PIPE_COPY ? "copies" : "materializations";
}

Str pipe_path(const ScaffoldInput *in, PipeType type, const Resource *origin, Str name)
{
    Str folder = {0};
    if (folder_of_type(in->sides->candidate, type, &folder))
        return joined(in->arena, folder, name, ".pipe");
    /* datasources/x.datasource has a folder of pipes beside it; other layouts have one for all. */
    Str home = path_dir(origin->file->path);
    if (!str_is(path_base(home), "datasources"))
        return joined(in->arena, home, name, ".pipe");
    folder = joined(in->arena, path_dir(home), STR("pipes"), "");
    if (!keeps_pipes_together(in->sides->candidate, folder))
        folder = joined(in->arena, path_dir(home), str_of(usual_folder(in, type)), "");
    return joined(in->arena, folder, name, ".pipe");
}

Str test_path(const ScaffoldInput *in, Str name)
{
    Str folder = joined(in->arena, in->sides->candidate->root, STR("tests"), "");
    return joined(in->arena, folder, name, ".yaml");
}
