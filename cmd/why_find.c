/* why_find.c: which file the user means: by its path from here or from the top, or by its name. */
#include "why.h"

#include "source/from_top.h"

enum { NEAR_MOST = 3 };

/* ---- the files of the comparison ---- */

typedef bool (*Visit)(Why *why, const ProjectPlan *project, const FilePair *pair, void *context);

/* Stops at the first for which `visit` returns true, and returns it. */
static bool each_pair(Why *why, Visit visit, void *context)
{
    const ProjectPlans *plans = &why->session->plans;
    for (size_t i = 0; i < plans->len; i++) {
        const ProjectPair *files = plans->items[i].diff->sides.files;
        const FilePairs *lists[] = {&files->datafiles, &files->others};
        for (size_t j = 0; j < ARRAY_LEN(lists); j++) {
            for (size_t k = 0; k < lists[j]->len; k++) {
                if (visit(why, &plans->items[i], &lists[j]->items[k], context))
                    return true;
            }
        }
    }
    return false;
}

static void choose(Why *why, const ProjectPlan *project, const FilePair *pair)
{
    why->project = project;
    why->files = pair;
    why->path = pair->candidate ? pair->candidate->path : pair->live->path;
}

static bool has_path(const SourceFile *file, Str path)
{
    return file && str_eq(file->path, path);
}

static bool visit_path(Why *why, const ProjectPlan *project, const FilePair *pair, void *context)
{
    const Str *path = context;
    if (!has_path(pair->candidate, *path) && !has_path(pair->live, *path))
        return false;
    choose(why, project, pair);
    return true;
}

static Str pair_path(const FilePair *pair)
{
    return pair->candidate ? pair->candidate->path : pair->live->path;
}

static bool visit_name(Why *why, const ProjectPlan *project, const FilePair *pair, void *context)
{
    const Str *name = context;
    if (!str_eq(path_resource_name(pair_path(pair)), *name))
        return false;
    choose(why, project, pair);
    return true;
}

/* ---- the nearest ---- */

typedef struct {
    Str name; /* what was asked for: its last part */
    Str whole;
    struct {
        size_t distance;
        Str path;
    } best[NEAR_MOST];
    size_t len;
} Nearest;

static size_t distance_to(const Nearest *nearest, Str path, size_t limit)
{
    size_t by_base = str_distance(nearest->name, path_base(path), limit);
    size_t by_name = str_distance(nearest->name, path_resource_name(path), limit);
    size_t by_path = str_distance(nearest->whole, path, limit);
    size_t best = by_base < by_name ? by_base : by_name;
    return best < by_path ? best : by_path;
}

/* Keeps the nearest, the first of equals first. */
static bool visit_near(Why *why, const ProjectPlan *project, const FilePair *pair, void *context)
{
    (void)why;
    (void)project;
    Nearest *nearest = context;
    size_t limit = nearest->name.len / 3 + 3;
    size_t distance = distance_to(nearest, pair_path(pair), limit);
    if (distance >= limit)
        return false;
    size_t at = nearest->len < NEAR_MOST ? nearest->len++ : NEAR_MOST;
    for (; at > 0 && nearest->best[at - 1].distance > distance; at--) {
        if (at < NEAR_MOST)
            nearest->best[at] = nearest->best[at - 1];
    }
    if (at < NEAR_MOST) {
        nearest->best[at].distance = distance;
        nearest->best[at].path = pair_path(pair);
    }
    return false;
}

static int not_found(Why *why, Str named, Fault *fault)
{
    Nearest nearest = {.name = path_base(named), .whole = named};
    each_pair(why, visit_near, &nearest);
    fault_set(fault, FAULT_USAGE, "'%.*s' is no file of a project, here or in live",
              STR_ARG(str_slice(named, 0, 300)));
    if (nearest.len == 0)
        return fault_repair(fault, "give the path of a datafile, or the name of a resource");
    Strs paths = {0};
    for (size_t i = 0; i < nearest.len; i++)
        vec_push(why->arena, &paths, str_slice(nearest.best[i].path, 0, 100));
    Str list = str_join(why->arena, paths.items, paths.len, ", ");
    return fault_repair(fault, "did you mean %.*s?", STR_ARG(list));
}

int why_find(Why *why, Str named, Fault *fault)
{
    Str from_here = {0};
    Str from_top = path_clean(why->arena, named);
    path_from_top(why->session->repo, why->arena, named, &from_here);
    if ((from_here.len && each_pair(why, visit_path, &from_here)) ||
        (from_top.len && each_pair(why, visit_path, &from_top)) ||
        (named.len && each_pair(why, visit_name, &named)))
        return 0;
    return not_found(why, named, fault);
}
