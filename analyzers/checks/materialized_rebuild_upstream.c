/* materialized_rebuild_upstream.c: everything upstream of a target that the deploy rewrites. */
#include "materialized_rebuild.h"

#include <stdlib.h>

/* The nearest ones; a chain of thousands would be listed for each of its members. */
enum { UPSTREAM_MOST = 64 };

typedef struct {
    const Check *check;
    Map *seen;
    Resources found;
} Search;

static bool is_rewritten(const Check *check, const Resource *datasource)
{
    const PlanStep *step = plan_find(check->plan, DATAFILE_DATASOURCE, datasource->name);
    return step && step->action == ACTION_REWRITE;
}

bool rewritten_by_itself(const Check *check, const Resource *datasource)
{
    const PlanStep *step = plan_find(check->plan, DATAFILE_DATASOURCE, datasource->name);
    return step && step->own_cause;
}

static void add_source(Search *search, Resource *source)
{
    if (map_has(search->seen, source->name) || !is_rewritten(search->check, source))
        return;
    map_put(search->seen, source->name, source);
    vec_push(search->check->arena, &search->found, source);
}

/* What is not rewritten itself has nothing above it that is. */
static void add_sources(Search *search, const Resource *target)
{
    Views views = views_into(search->check->loader, target);
    for (size_t i = 0; i < views.len; i++) {
        const Resources *sources = views.items[i] ? &views.items[i]->sources : NULL;
        for (size_t j = 0; sources && j < sources->len && search->found.len < UPSTREAM_MOST; j++)
            add_source(search, sources->items[j]);
    }
}

static int by_name(const void *left, const void *right)
{
    const Resource *const *a = left;
    const Resource *const *b = right;
    return str_cmp((*a)->name, (*b)->name);
}

Resources rebuilt_upstream(const Check *check, const Resource *target)
{
    Search search = {.check = check, .seen = map_new(check->arena)};
    map_put(search.seen, target->name, search.seen);
    add_sources(&search, target);
    for (size_t i = 0; i < search.found.len; i++)
        add_sources(&search, search.found.items[i]);
    if (search.found.len > 1)
        qsort(search.found.items, search.found.len, sizeof(*search.found.items), by_name);
    return search.found;
}
