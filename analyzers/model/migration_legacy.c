/* migration_legacy.c: where the rows of a migration come from, and what its replica replaces. */
#include "lineage.h"
#include "migration_internal.h"

enum {
    ALIKE_PERCENT = 80, /* of the columns that a replica shares with what it replaces */
    ALIKE_MIN = 2,
    STEPS_MAX = 16, /* nodes and pipes between a pipe and the data source that it reads */
    ALIKE_MOST = 4, /* more are named no more */
};

bool migration_alike(const Resource *old, const Resource *new)
{
    if (old == NULL || new == NULL || old == new || old->facts == NULL || new->facts == NULL)
        return false;
    const Columns *columns = &old->facts->columns;
    size_t shared = 0;
    for (size_t i = 0; i < columns->len; i++)
        shared += datafile_column(new->facts, columns->items[i].name.text) != NULL;
    return shared >= ALIKE_MIN && shared * 100 >= columns->len * ALIKE_PERCENT;
}

/* ---- the origin ---- */

/* The one table whose inserts pass the node; NULL where it is not certain. */
static const TableUse *trigger_of(Loader *loader, const Resource *pipe, size_t node)
{
    const NodeLineage *lineage = node_lineage(loader, pipe, node);
    const TableUse *only = NULL;
    for (size_t i = 0; lineage != NULL && i < lineage->tables.len; i++) {
        const TableUse *use = &lineage->tables.items[i];
        if (!use->triggers)
            continue;
        if (only != NULL || !use->certain)
            return NULL;
        only = use;
    }
    return only;
}

/* The data source that the pipe reads in the end, through nodes and pipes. */
static const TableUse *origin_use(Loader *loader, const Resource *pipe)
{
    int node = pipe->pipe->node;
    for (int step = 0; step < STEPS_MAX && node >= 0 && pipe->pipe != NULL; step++) {
        const TableUse *use = trigger_of(loader, pipe, (size_t)node);
        if (use == NULL)
            return NULL;
        if (use->meaning != MEANS_NODE && use->meaning != MEANS_PIPE)
            return use;
        pipe = use->resource;
        node = use->node;
    }
    return NULL;
}

static void find_origin(Loader *loader, Migration *m, const Resource *pipe,
                        const CutoffFilter *filter)
{
    const TableUse *use = origin_use(loader, pipe);
    if (use == NULL) {
        m->origin = project_find(m->project, DATAFILE_DATASOURCE, filter->source);
    } else if (use->meaning == MEANS_DATASOURCE) {
        m->origin = use->resource;
    } else if (use->meaning == MEANS_QUARANTINE) {
        m->from_quarantine = true;
        if (migration_alike(use->resource, m->replica))
            m->legacy = use->resource;
    }
}

/* ---- the legacy ---- */

typedef struct {
    Loader *loader;
    const Migration *m;
    const Resource *pipe;
    const CutoffFilter *filter; /* of the pipe */
    Resources alike;
} Search;

static void add_alike(Search *search, const Resource *old)
{
    const Resource *replica = search->m->replica;
    if (!migration_alike(old, replica))
        return;
    if (old->project->side == SIDE_CANDIDATE && replica->other != NULL && old->other == NULL)
        return; /* it is the younger one */
    for (size_t i = 0; i < search->alike.len; i++)
        if (search->alike.items[i] == old)
            return;
    vec_push(search->loader->arena, &search->alike, (Resource *)(uintptr_t)old);
}

/* A view that starts no earlier fills another replica, not what this one replaces; and of a data
 * source that is cloned itself, so does every view that starts at some moment. */
static bool is_sibling(const Search *search, const Resource *view)
{
    CutoffFilter filter = cutoff_filter_read(search->loader, search->m->project, view);
    if (filter.trouble != NULL || !filter.lower.present)
        return false;
    return migration_alike(search->m->origin, search->m->replica) ||
           (search->filter->lower.present && filter.lower.at >= search->filter->lower.at);
}

/* The targets of the other views of the resource. */
static void add_targets(Search *search, const Resource *source)
{
    for (size_t i = 0; i < source->readers.len && i < MIGRATION_READERS_MAX; i++) {
        const Resource *view = source->readers.items[i];
        if (view == search->pipe || view->pipe == NULL || view->pipe->type != PIPE_MATERIALIZED)
            continue;
        const Resource *target =
            project_find(search->m->project, DATAFILE_DATASOURCE, view->pipe->target);
        if (migration_alike(target, search->m->replica) && !is_sibling(search, view))
            add_alike(search, target);
    }
}

static Str unsure_text(const Search *search)
{
    Arena *arena = search->loader->arena;
    Buf buf = {0};
    size_t count = search->alike.len < ALIKE_MOST ? search->alike.len : ALIKE_MOST;
    for (size_t i = 0; i < count; i++) {
        const char *between = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        buf_addf(&buf, "%s'%.*s'", between, STR_ARG(search->alike.items[i]->name));
    }
    Str text = str_fmt(arena, "cannot tell whether '%.*s' takes the place of %.*s",
                       STR_ARG(search->m->replica->name), STR_ARG(buf_str(&buf)));
    buf_free(&buf);
    return text;
}

bool migration_find_legacy(Loader *loader, Migration *m, const Resource *pipe,
                           const CutoffFilter *filter)
{
    find_origin(loader, m, pipe, filter);
    if (m->from_quarantine)
        return m->legacy != NULL;
    Search search = {.loader = loader, .m = m, .pipe = pipe, .filter = filter};
    add_alike(&search, m->origin);
    if (m->origin != NULL)
        add_targets(&search, m->origin);
    const Resource *between = project_find(m->project, DATAFILE_PIPE, filter->source);
    if (between != NULL && between != m->origin)
        add_targets(&search, between);
    if (search.alike.len == 1)
        m->legacy = search.alike.items[0];
    else if (search.alike.len > 1)
        m->unsure = unsure_text(&search);
    return search.alike.len > 0;
}
