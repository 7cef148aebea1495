/* Loads both sides of a project: finds its resources, tells which differ, has the rest parsed. */
#include "project.h"

#include <string.h>

#include "deploy_script.h"
#include "project_internal.h"

/* ---- resources by name ---- */

static Map *table_of(const Project *project, DatafileKind kind)
{
    if (kind == DATAFILE_DATASOURCE)
        return project->datasources;
    return kind == DATAFILE_PIPE ? project->pipes : project->connections;
}

Resource *project_find(const Project *project, DatafileKind kind, Str name)
{
    return name.len ? map_get(table_of(project, kind), name) : NULL;
}

Resource *project_find_table(const Project *project, Str name)
{
    Resource *source = project_find(project, DATAFILE_DATASOURCE, name);
    return source ? source : project_find(project, DATAFILE_PIPE, name);
}

bool project_name_is_twofold(const Project *project, Str name)
{
    const Resource *pipe = project_find(project, DATAFILE_PIPE, name);
    return pipe && !path_is_playground(pipe->file->path) &&
           project_find(project, DATAFILE_DATASOURCE, name);
}

const char *datafile_kind_text(DatafileKind kind)
{
    if (kind == DATAFILE_DATASOURCE)
        return "datasource";
    return kind == DATAFILE_PIPE ? "pipe" : "connection";
}

/* "other.events" for vendor/other/datasources/events.datasource. */
static Str vendored_name(Arena *arena, Str path, Str name)
{
    for (Str rest = path; rest.len;) {
        ptrdiff_t slash = str_find_char(rest, '/');
        if (slash < 0)
            return name;
        Str part = str_slice(rest, 0, (size_t)slash);
        rest = str_slice(rest, (size_t)slash + 1, rest.len);
        ptrdiff_t next = str_find_char(rest, '/');
        if (str_is(part, "vendor") && next > 0)
            return str_fmt(arena, "%.*s.%.*s", (int)next, rest.ptr, STR_ARG(name));
    }
    return name;
}

static DatafileKind datafile_kind(PathKind kind)
{
    if (kind == PATH_DATASOURCE)
        return DATAFILE_DATASOURCE;
    return kind == PATH_PIPE ? DATAFILE_PIPE : DATAFILE_CONNECTION;
}

static void add_file(Arena *arena, Project *project, SourceFile *file)
{
    if (!file)
        return;
    PathKind kind = path_kind(file->path);
    if (!path_is_datafile(kind))
        return;
    Resource *resource = ARENA_NEW(arena, Resource);
    resource->project = project;
    resource->kind = datafile_kind(kind);
    resource->name = path_resource_name(file->path);
    resource->file = file;
    resource->vendored = path_is_vendored(file->path);
    if (resource->vendored)
        resource->name = vendored_name(arena, file->path, resource->name);
    Map *table = table_of(project, resource->kind);
    if (map_has(table, resource->name))
        vec_push(arena, &project->duplicates, resource);
    else
        map_put(table, resource->name, resource);
}

static SourceFile *file_of(const FilePair *pair, Side side)
{
    return side == SIDE_LIVE ? pair->live : pair->candidate;
}

static void reserve_tables(const Project *project, const ProjectPair *files, Side side)
{
    size_t counts[DATAFILE_CONNECTION + 1] = {0};
    for (size_t i = 0; i < files->datafiles.len; i++) {
        const SourceFile *file = file_of(&files->datafiles.items[i], side);
        PathKind kind = file ? path_kind(file->path) : PATH_OTHER;
        if (path_is_datafile(kind))
            counts[datafile_kind(kind)]++;
    }
    map_reserve(project->datasources, counts[DATAFILE_DATASOURCE]);
    map_reserve(project->pipes, counts[DATAFILE_PIPE]);
    map_reserve(project->connections, counts[DATAFILE_CONNECTION]);
}

static Project *make_side(Arena *arena, const ProjectPair *files, Side side)
{
    Project *project = ARENA_NEW(arena, Project);
    project->root = files->root;
    project->side = side;
    project->datasources = map_new(arena);
    project->pipes = map_new(arena);
    project->connections = map_new(arena);
    reserve_tables(project, files, side);
    for (size_t i = 0; i < files->datafiles.len; i++) {
        add_file(arena, project, file_of(&files->datafiles.items[i], side));
    }
    return project;
}

/* ---- going over all resources ---- */

typedef void (*Visit)(Load *load, Resource *resource);

static void each_of(Load *load, const Map *table, Visit visit)
{
    for (size_t i = 0; i < map_len(table); i++)
        visit(load, map_value(table, i));
}

static void each_resource(Load *load, const Project *project, Visit visit)
{
    each_of(load, project->datasources, visit);
    each_of(load, project->pipes, visit);
    each_of(load, project->connections, visit);
}

/* Of the candidate's resources first, then of those that only live has. */
static void mark_changed(Load *load, Resource *resource)
{
    if (resource->other)
        return;
    bool of_live = resource->project == load->live;
    resource->changed = true;
    resource->other = of_live ? NULL : project_find(load->live, resource->kind, resource->name);
    if (!resource->other)
        return;
    resource->changed = memcmp(&resource->file->id, &resource->other->file->id, sizeof(BlobId));
    resource->other->changed = resource->changed;
    resource->other->other = resource;
}

/* ---- profile ---- */

/* Words that only Forward has, in what changed: a project on its way out of Classic is judged by
 * where it goes. */
static void look_for_forward(Load *load, Resource *resource)
{
    if (!resource->changed || resource->project != load->candidate || !load_bytes(load, resource))
        return;
    NameSet *words = name_set_new(load->loader->arena);
    name_set_add(words, STR("FORWARD_QUERY"));
    name_set_add(words, STR("DEPLOYMENT_METHOD"));
    if (name_set_occurs_in(words, resource->file->text))
        load->dialect = DIALECT_FORWARD;
}

static void decide_dialect(Load *load, const Dialect *profile)
{
    if (profile) {
        load->dialect = *profile;
        return;
    }
    load->dialect = load->files->classic_layout ? DIALECT_CLASSIC : DIALECT_FORWARD;
    if (load->dialect == DIALECT_CLASSIC && map_len(load->candidate->connections))
        load->dialect = DIALECT_FORWARD;
    if (load->dialect == DIALECT_CLASSIC)
        each_resource(load, load->candidate, look_for_forward);
}

/* ---- loading ---- */

static bool is_needed(const Loader *loader, const Resource *resource)
{
    if (loader->focus.len)
        return str_eq(resource->file->path, loader->focus);
    return resource->changed || loader->everything;
}

static void add_needed(const Load *load, const Map *table, Resources *batch)
{
    for (size_t i = 0; i < map_len(table); i++) {
        Resource *resource = map_value(table, i);
        if (is_needed(load->loader, resource))
            vec_push(load->loader->arena, batch, resource);
    }
}

static void note_readers(Load *load, Resource *resource)
{
    (void)load;
    resource->readers_known = true;
}

static void parse_needed(Load *load)
{
    Resources batch = {0};
    const Project *sides[] = {load->candidate, load->live};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        add_needed(load, sides[i]->datasources, &batch);
        add_needed(load, sides[i]->pipes, &batch);
        add_needed(load, sides[i]->connections, &batch);
    }
    if (load->dialect == DIALECT_CLASSIC && !load->loader->everything && !load->loader->focus.len)
        deploy_named_pipes(load->loader, load->files, load->candidate, &batch);
    parse_resources(load, &batch);
    if (load->loader->focus.len)
        parse_around(load);
    else if (!load->loader->everything)
        parse_closure(load);
    for (size_t i = 0; i < ARRAY_LEN(sides) && load->loader->everything; i++)
        each_resource(load, sides[i], note_readers);
}

int project_load(ProjectSides *out, Loader *loader, const ProjectPair *files,
                 const Dialect *profile, Fault *fault)
{
    (void)fault; /* a file that cannot be read is `unchecked`; the others are judged */
    Load load = {.loader = loader, .files = files};
    if (!loader->by_blob)
        loader->by_blob = map_new(loader->arena);
    load.live = make_side(loader->arena, files, SIDE_LIVE);
    load.candidate = make_side(loader->arena, files, SIDE_CANDIDATE);
    each_resource(&load, load.candidate, mark_changed);
    each_resource(&load, load.live, mark_changed);
    decide_dialect(&load, profile);
    load.live->dialect = load.dialect;
    load.candidate->dialect = load.dialect;
    parse_needed(&load);
    project_connect(loader, load.live);
    project_connect(loader, load.candidate);
    *out = (ProjectSides){load.live, load.candidate, files};
    return 0;
}
