/* Reads and parses the files of a project, each at most once for both sides. */
#include "project_internal.h"

#include <string.h>

/* ---- bytes ---- */

void report_unread(Load *load, const Resource *resource)
{
    UncheckedList *list = load->loader->unchecked;
    const SourceFile *file = resource->file;
    if (list->len && str_eq(list->items[list->len - 1].path, file->path))
        return; /* both sides of one file */
    vec_push(load->loader->arena, list,
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

/* ---- parsing ---- */

static const Datafile *parse_once(Load *load, const Resource *resource)
{
    Loader *loader = load->loader;
    char key[sizeof(BlobId) + 2];
    memcpy(key, &resource->file->id, sizeof(BlobId));
    key[sizeof(BlobId)] = (char)('0' + (int)resource->kind);
    key[sizeof(BlobId) + 1] = (char)('0' + (int)load->dialect);
    Str id = {key, sizeof key};
    const Datafile *file = map_get(loader->by_blob, id);
    if (!file) {
        file = datafile_parse(loader->datafiles, loader->arena, resource->file->text,
                              resource->kind, load->dialect);
        map_put(loader->by_blob, str_copy(loader->arena, id), (void *)(uintptr_t)file);
    }
    return file;
}

static void share_facts(Resource *to, const Resource *from)
{
    to->facts = from->facts;
    to->datasource = from->datasource;
    to->pipe = from->pipe;
}

static void report_include(Load *load, const Resource *resource)
{
    if (!resource->changed || !resource->facts->has_include)
        return;
    vec_push(load->loader->arena, load->loader->unchecked,
             (Unchecked){.path = resource->file->path,
                         .why = STR("INCLUDE: a part of its content is in another file")});
}

/* An unchanged file is parsed once for both sides. */
void parse_resource(Load *load, Resource *resource)
{
    if (resource->facts)
        return;
    Resource *other = resource->changed ? NULL : resource->other;
    if (other && other->facts) {
        share_facts(resource, other);
        return;
    }
    if (!load_bytes(load, resource))
        return;
    resource->facts = parse_once(load, resource);
    if (resource->kind == DATAFILE_DATASOURCE)
        resource->datasource = datasource_facts(load->loader, resource->facts);
    if (resource->kind == DATAFILE_PIPE)
        resource->pipe = pipe_facts(load->loader, resource->facts);
    if (resource->project == load->candidate)
        report_include(load, resource);
    if (other)
        share_facts(other, resource);
}
