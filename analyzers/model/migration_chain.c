/* migration_chain.c: which data source of the new chain stands for which of the old one. */
#include "migration_chain.h"
#include "view.h"

enum {
    PIPES_MAX = 1024, /* looked at from one data source */
    PAIRS_MAX = 64,   /* data sources of a chain */
    VIEWS_MAX = 64,   /* of a data source of the new chain, compared with those of the old one */
    SAME_MIN = 50,    /* percent of the columns of both targets that they share */
    NAME_MAX = 64,    /* edits between names that are compared */
};

/* ---- pipes that read a data source ---- */

ReachWalk reach_walk_new(Arena *arena)
{
    return (ReachWalk){.arena = arena, .seen = map_new(arena), .complete = true};
}

static void reach_readers(ReachWalk *walk, const Resource *from, const Reach *behind)
{
    walk->complete &= from->readers_known;
    for (size_t i = 0; i < from->readers.len; i++) {
        const Resource *pipe = from->readers.items[i];
        if (map_has(walk->seen, pipe->name))
            continue;
        if (walk->found.len >= PIPES_MAX) {
            walk->complete = false;
            return;
        }
        map_put(walk->seen, pipe->name, (void *)(uintptr_t)pipe);
        Reach reach = {pipe, behind ? behind->via : pipe, behind ? behind->source : from};
        vec_push(walk->arena, &walk->found, reach);
    }
}

void reach_walk_from(ReachWalk *walk, const Resource *datasource)
{
    size_t first = walk->found.len;
    reach_readers(walk, datasource, NULL);
    for (size_t i = first; i < walk->found.len; i++) {
        Reach at = walk->found.items[i];
        reach_readers(walk, at.pipe, &at);
    }
}

/* ---- which view stands for which ---- */

typedef struct {
    Loader *loader;
    Counterparts pairs;
    Map *old_names; /* of data sources of the old chain */
    Map *new_names;
    Map *taken; /* views of the new chain that stand for one of the old */
    bool complete;
} Chains;

static size_t shared_columns(const Datafile *a, const Datafile *b)
{
    size_t shared = 0;
    for (size_t i = 0; i < a->columns.len; i++)
        shared += datafile_column(b, a->columns.items[i].name.text) != NULL;
    return shared;
}

/* Of all columns of the two, those that both have; 0 where a schema is not known. */
static size_t shared_percent(const Resource *a, const Resource *b)
{
    if (a->facts == NULL || b->facts == NULL)
        return 0;
    size_t shared = shared_columns(a->facts, b->facts);
    size_t all = a->facts->columns.len + b->facts->columns.len - shared;
    return all ? shared * 100 / all : 0;
}

static bool name_contains(Arena *arena, Str name, Str part)
{
    return str_find(name, str_cstr(arena, part)) >= 0;
}

/* daily_new may stand for daily, whatever its columns are. */
static bool is_named_after(Arena *arena, const Resource *new, const Resource *old)
{
    return name_contains(arena, new->name, old->name);
}

typedef struct {
    const View *view;
    size_t shared;
    size_t distance;
} Match;

static bool is_better(const Match *a, const Match *b)
{
    return b->view == NULL || a->shared > b->shared ||
           (a->shared == b->shared && a->distance < b->distance);
}

/* Views of a data source of the new chain, by their walk. */
static Views views_among(Chains *chains, const ReachWalk *walk)
{
    Views out = {0};
    for (size_t i = 0; i < walk->found.len; i++) {
        const View *view = view_of(chains->loader, walk->found.items[i].pipe);
        if (view == NULL || view->target == NULL)
            continue;
        if (out.len >= VIEWS_MAX) {
            chains->complete = false;
            break;
        }
        vec_push(chains->loader->arena, &out, view);
    }
    return out;
}

/* The view of the new chain whose target is most like the target of the old one. */
static Match best_match(const Chains *chains, const View *old, const Views *views)
{
    Arena *arena = chains->loader->arena;
    Match best = {0};
    for (size_t i = 0; i < views->len; i++) {
        const View *view = views->items[i];
        if (view->pipe == old->pipe || map_has(chains->taken, view->pipe->name))
            continue;
        if (view->target == old->target)
            return (Match){.view = view};
        Match match = {view, shared_percent(old->target, view->target),
                       str_distance(old->target->name, view->target->name, NAME_MAX)};
        bool fits = match.shared >= SAME_MIN || is_named_after(arena, view->target, old->target) ||
                    is_named_after(arena, view->pipe, old->pipe);
        if (fits && !map_has(chains->old_names, view->target->name) && is_better(&match, &best))
            best = match;
    }
    return best;
}

static void add_pair(Chains *chains, Counterpart pair)
{
    map_put(chains->old_names, pair.legacy->name, (void *)(uintptr_t)pair.legacy);
    if (pair.replica != NULL)
        map_put(chains->new_names, pair.replica->name, (void *)(uintptr_t)pair.replica);
    if (pair.replica_view != NULL)
        map_put(chains->taken, pair.replica_view->name, (void *)(uintptr_t)pair.replica_view);
    vec_push(chains->loader->arena, &chains->pairs, pair);
}

/* Where both chains fill one target, it belongs to neither. */
static void add_view(Chains *chains, const Counterpart *above, const View *old, const Views *views)
{
    Counterpart pair = {.legacy = old->target, .source = above->legacy, .legacy_view = old->pipe};
    Match match = best_match(chains, old, views);
    if (match.view != NULL && match.view->target == old->target)
        return;
    if (match.view != NULL) {
        pair.replica = match.view->target;
        pair.replica_view = match.view->pipe;
    }
    pair.is_lone = above->replica != NULL && pair.replica == NULL;
    add_pair(chains, pair);
}

static bool rows_pass(const View *view, const Resource *datasource)
{
    for (size_t i = 0; i < view->sources.len; i++)
        if (view->sources.items[i] == datasource)
            return true;
    return false;
}

static void follow_pair(Chains *chains, size_t at)
{
    Counterpart pair = chains->pairs.items[at];
    ReachWalk old = reach_walk_new(chains->loader->arena);
    ReachWalk new = reach_walk_new(chains->loader->arena);
    reach_walk_from(&old, pair.legacy);
    if (pair.replica != NULL)
        reach_walk_from(&new, pair.replica);
    chains->complete &= old.complete && new.complete;
    Views views = views_among(chains, &new);
    for (size_t i = 0; i < old.found.len; i++) {
        const View *view = view_of(chains->loader, old.found.items[i].pipe);
        if (view == NULL || view->target == NULL || !rows_pass(view, pair.legacy) ||
            map_has(chains->old_names, view->target->name) ||
            map_has(chains->new_names, view->target->name))
            continue;
        if (chains->pairs.len >= PAIRS_MAX) {
            chains->complete = false;
            return;
        }
        add_view(chains, &pair, view, &views);
    }
}

static const Chains *find_chains(Loader *loader, const Migration *migration)
{
    Arena *arena = loader->arena;
    Chains *chains = ARENA_NEW(arena, Chains);
    *chains = (Chains){.loader = loader,
                       .old_names = map_new(arena),
                       .new_names = map_new(arena),
                       .taken = map_new(arena),
                       .complete = true};
    add_pair(chains, (Counterpart){.legacy = migration->legacy, .replica = migration->replica});
    for (size_t i = 0; i < chains->pairs.len; i++)
        follow_pair(chains, i);
    return chains;
}

Counterparts migration_pairs(Loader *loader, const Migration *migration, bool *complete)
{
    Str key = str_fmt(loader->arena, "pairs %p %p", (const void *)migration->legacy,
                      (const void *)migration->replica);
    if (loader->migrations == NULL)
        loader->migrations = map_new(loader->arena);
    const Chains *chains = map_get(loader->migrations, key);
    if (chains == NULL) {
        chains = find_chains(loader, migration);
        map_put(loader->migrations, key, (void *)(uintptr_t)chains);
    }
    *complete &= chains->complete;
    return chains->pairs;
}
