/*
 * Follows rewrites downstream: from the most upstream change of each chain through the views that
 * read what is rewritten. An ALTER moves no rows, so nothing follows from it.
 */
#include "plan_internal.h"
#include "view.h"

enum { CHAIN_MOST = 64 };

typedef struct Flow {
    const Resource *datasource; /* of the candidate */
    VEC(struct FlowEdge) out;
    bool own;                /* its own file forces the rewrite */
    const ChangedView *view; /* the first view into it that forces one; NULL */
    Strs changed_views;
    bool rewritten;
    size_t before; /* rewritten data sources that lead here */
    bool placed;
    size_t rank;
    const struct Flow *parent; /* the one before it on the way from the most upstream change */
    const Resource *parent_view;
    size_t step; /* index + 1 */
} Flow;

struct FlowEdge {
    Flow *to;
    const Resource *view;
};

typedef VEC(Flow *) Flows;

typedef struct {
    Arena *arena;
    const Diff *diff;
    Plan *plan;
    Map *by_name;
    Flows all;
    ChangedViews views;
} Planner;

/* ---- who leads to whom ---- */

static Flow *flow_of(Planner *planner, const Resource *datasource)
{
    Flow *flow = map_get(planner->by_name, datasource->name);
    if (flow)
        return flow;
    flow = ARENA_NEW(planner->arena, Flow);
    flow->datasource = datasource;
    map_put(planner->by_name, datasource->name, flow);
    vec_push(planner->arena, &planner->all, flow);
    return flow;
}

static void connect_view(Planner *planner, const Resource *pipe)
{
    const View *view = view_of(planner->diff->loader, pipe);
    if (!view || !view->target)
        return;
    Flow *target = flow_of(planner, view->target);
    for (size_t i = 0; i < view->sources.len; i++) {
        Flow *source = flow_of(planner, view->sources.items[i]);
        if (source != target)
            vec_push(planner->arena, &source->out, ((struct FlowEdge){target, pipe}));
    }
}

static void connect_views(Planner *planner)
{
    const Map *pipes = planner->diff->sides.candidate->pipes;
    for (size_t i = 0; i < map_len(pipes); i++) {
        const Resource *pipe = map_value(pipes, i);
        if (pipe->facts && pipe->pipe && pipe->pipe->type == PIPE_MATERIALIZED)
            connect_view(planner, pipe);
    }
}

static void find_steps(Planner *planner)
{
    for (size_t i = 0; i < planner->plan->steps.len; i++) {
        const PlanStep *step = &planner->plan->steps.items[i];
        const Resource *datasource = step->change->candidate;
        if (step->kind != DATAFILE_DATASOURCE || !datasource)
            continue;
        Flow *flow = flow_of(planner, datasource);
        flow->step = i + 1;
        flow->own = step->action == ACTION_REWRITE;
    }
}

/* ---- what is rewritten ---- */

static bool is_live(const Flow *flow)
{
    return flow->datasource->other != NULL;
}

static void start_at(Planner *planner, Flow *flow, Flows *queue)
{
    if (flow->rewritten || !is_live(flow))
        return;
    flow->rewritten = true;
    vec_push(planner->arena, queue, flow);
}

static void start_at_views(Planner *planner, Flows *queue)
{
    for (size_t i = 0; i < planner->views.len; i++) {
        const ChangedView *changed = &planner->views.items[i];
        const View *view = view_of(planner->diff->loader, changed->view);
        if (plan_pipe_alters(changed->view))
            continue;
        Flow *flow = flow_of(planner, view->target);
        flow->view = flow->view ? flow->view : changed;
        vec_push(planner->arena, &flow->changed_views, changed->view->name);
        start_at(planner, flow, queue);
    }
}

static Flows spread(Planner *planner)
{
    Flows queue = {0};
    for (size_t i = 0; i < planner->all.len; i++) {
        if (planner->all.items[i]->own)
            start_at(planner, planner->all.items[i], &queue);
    }
    start_at_views(planner, &queue);
    for (size_t i = 0; i < queue.len; i++) {
        const Flow *flow = queue.items[i];
        for (size_t j = 0; j < flow->out.len; j++)
            start_at(planner, flow->out.items[j].to, &queue);
    }
    return queue;
}

/* ---- the way there ---- */

/* A data source is placed once all that leads to it is, or when nothing else is left. */
static void place(Planner *planner, Flow *flow, Flows *order)
{
    flow->placed = true;
    vec_push(planner->arena, order, flow);
    flow->rank = order->len;
}

static void follow_from(Planner *planner, Flow *root, Flows *order)
{
    size_t at = order->len;
    place(planner, root, order);
    for (; at < order->len; at++) {
        Flow *flow = order->items[at];
        for (size_t i = 0; i < flow->out.len; i++) {
            Flow *to = flow->out.items[i].to;
            to->before--;
            if (to->placed || !to->rewritten)
                continue;
            if (!to->parent) {
                to->parent = flow;
                to->parent_view = flow->out.items[i].view;
            }
            if (to->before == 0)
                place(planner, to, order);
        }
    }
}

/* Parents from the most upstream changes down; a ring is entered where a change leads into it, or
 * at its first member. */
static void find_ways(Planner *planner, const Flows *rewritten)
{
    Flows order = {0};
    for (size_t i = 0; i < rewritten->len; i++) {
        const Flow *flow = rewritten->items[i];
        for (size_t j = 0; j < flow->out.len; j++)
            flow->out.items[j].to->before++;
    }
    for (int pass = 0; pass < 3; pass++) {
        for (size_t i = 0; i < rewritten->len; i++) {
            Flow *flow = rewritten->items[i];
            if (!flow->placed && (pass == 2 || (pass == 1 ? flow->parent != NULL : !flow->before)))
                follow_from(planner, flow, &order);
        }
    }
}

static void reverse(Strs *texts)
{
    for (size_t i = 0; i < texts->len / 2; i++) {
        Str swap = texts->items[i];
        texts->items[i] = texts->items[texts->len - 1 - i];
        texts->items[texts->len - 1 - i] = swap;
    }
}

static void set_chain(const Planner *planner, const Flow *flow, PlanStep *step)
{
    Arena *arena = planner->arena;
    Strs back = {0};
    const Flow *first = flow;
    bool cut = false;
    for (; first->parent; first = first->parent) {
        cut = cut || back.len >= CHAIN_MOST;
        if (cut)
            continue;
        vec_push(arena, &back, first->datasource->name);
        vec_push(arena, &back, first->parent_view->name);
    }
    if (!flow->parent && !flow->view)
        return;
    if (cut)
        vec_push(arena, &back, STR("..."));
    vec_push(arena, &back, first->datasource->name);
    step->cause = first->datasource;
    if (!first->own && first->view) {
        step->cause = first->view->origin;
        for (size_t i = first->view->way.len; i > 0; i--)
            vec_push(arena, &back, first->view->way.items[i - 1]);
    }
    reverse(&back);
    step->chain = back;
}

/* ---- steps ---- */

static void say_why(const Planner *planner, const Flow *flow, PlanStep *step)
{
    Arena *arena = planner->arena;
    if (flow->view) {
        Str changed = flow->view->way.items[0];
        Str view = flow->view->view->name;
        plan_why(arena, step,
                 flow->view->way.len == 1
                     ? str_fmt(arena, "query of %.*s changed", STR_ARG(view))
                     : str_fmt(arena, "query of %.*s changed, which %.*s reads", STR_ARG(changed),
                               STR_ARG(view)));
    }
    if (flow->parent)
        plan_why(arena, step,
                 str_fmt(arena, "%.*s is rewritten and %.*s reads it",
                         STR_ARG(flow->parent->datasource->name),
                         STR_ARG(flow->parent_view->name)));
}

static PlanStep *step_of(Planner *planner, Flow *flow)
{
    if (flow->step == 0) {
        PlanStep step = {
            .project = flow->datasource->project->root,
            .name = flow->datasource->name,
            .kind = DATAFILE_DATASOURCE,
            .path = flow->datasource->file->path,
            .status = PLAN_UNCHANGED,
        };
        vec_push(planner->arena, &planner->plan->steps, step);
        flow->step = planner->plan->steps.len;
    }
    return &planner->plan->steps.items[flow->step - 1];
}

/* What nothing but the rewrite upstream touches may have no other forward query than SELECT *. */
static bool is_refused(const Planner *planner, const Flow *flow, const PlanStep *step)
{
    return step->backfill == BACKFILL_FORWARD_QUERY && flow->parent && !flow->own && !flow->view &&
           !plan_forward_is_identity(planner->diff->loader, flow->datasource);
}

static void add_rewrite(Planner *planner, Flow *flow)
{
    PlanStep *step = step_of(planner, flow);
    if (!flow->own) {
        plan_forget_idle_query(step); /* now it has rows to bring along */
        step->action = ACTION_REWRITE;
        plan_backfill(planner->arena, planner->diff, step, flow->datasource);
        if (is_refused(planner, flow, step))
            step->backfill = BACKFILL_REFUSED;
    }
    step->rank = flow->rank;
    step->changed_views = flow->changed_views;
    step->changed_pipe = flow->view ? flow->view->origin : NULL;
    say_why(planner, flow, step);
    set_chain(planner, flow, step);
}

/* ---- views exchanged in place ---- */

static Map *pipe_steps(const Planner *planner)
{
    Map *numbers = map_new(planner->arena);
    for (size_t i = 0; i < planner->plan->steps.len; i++) {
        const PlanStep *step = &planner->plan->steps.items[i];
        if (step->kind == DATAFILE_PIPE)
            map_put(numbers, step->name, (void *)(uintptr_t)(i + 1));
    }
    return numbers;
}

static PlanStep *step_of_pipe(Planner *planner, const Map *numbers, const Resource *pipe)
{
    size_t number = (size_t)(uintptr_t)map_get(numbers, pipe->name);
    if (number)
        return &planner->plan->steps.items[number - 1];
    PlanStep step = {
        .project = pipe->project->root,
        .name = pipe->name,
        .kind = DATAFILE_PIPE,
        .pipe_type = pipe_type_text(PIPE_MATERIALIZED),
        .path = pipe->file->path,
        .status = PLAN_UNCHANGED,
    };
    vec_push(planner->arena, &planner->plan->steps, step);
    return &planner->plan->steps.items[planner->plan->steps.len - 1];
}

static void add_exchange(Planner *planner, const Map *numbers, const ChangedView *changed)
{
    Arena *arena = planner->arena;
    const View *view = view_of(planner->diff->loader, changed->view);
    const Flow *target = map_get(planner->by_name, view->target->name);
    PlanStep *step = step_of_pipe(planner, numbers, changed->view);
    if (target && target->rewritten) {
        plan_why(arena, step,
                 str_fmt(arena, "DEPLOYMENT_METHOD alter does not spare %.*s, which is rewritten",
                         STR_ARG(view->target->name)));
        return;
    }
    step->action = ACTION_ALTER;
    if (changed->way.len > 1) {
        step->chain = changed->way;
        step->cause = changed->origin;
        plan_why(arena, step,
                 str_fmt(arena, "query of %.*s changed", STR_ARG(changed->way.items[0])));
    }
    plan_why(arena, step, STR("DEPLOYMENT_METHOD alter keeps the rows of its target"));
}

/* ---- new data sources ---- */

static bool skips_backfill(const Resource *datasource)
{
    return datasource->facts &&
           str_is_nocase(str_trim(datafile_value(datasource->facts, KEYWORD_BACKFILL)), "skip");
}

static void fill(Planner *planner, Flow *to, const Resource *view, Flows *queue)
{
    if (is_live(to) || to->step == 0 || skips_backfill(to->datasource))
        return;
    PlanStep *step = &planner->plan->steps.items[to->step - 1];
    for (size_t i = 0; i < step->via.len; i++) {
        if (str_eq(step->via.items[i], view->name))
            return;
    }
    vec_push(planner->arena, &step->via, view->name);
    if (step->backfill == BACKFILL_NONE)
        vec_push(planner->arena, queue, to);
    step->backfill = BACKFILL_VIEW_QUERY;
}

/* A new target takes what live data sources hold, and what new ones are given so. */
static void fill_new(Planner *planner)
{
    Flows queue = {0};
    for (size_t i = 0; i < planner->all.len; i++) {
        if (is_live(planner->all.items[i]))
            vec_push(planner->arena, &queue, planner->all.items[i]);
    }
    for (size_t i = 0; i < queue.len; i++) {
        const Flow *from = queue.items[i];
        for (size_t j = 0; j < from->out.len; j++)
            fill(planner, from->out.items[j].to, from->out.items[j].view, &queue);
    }
}

/* ---- all ---- */

static bool has_new_datasource(const Diff *diff)
{
    for (size_t i = 0; i < diff->changes.len; i++) {
        const ResourceChange *change = diff->changes.items[i];
        if (change->kind == DATAFILE_DATASOURCE && change->status == STATUS_NEW)
            return true;
    }
    return false;
}

static bool has_rewrite(const Plan *plan)
{
    for (size_t i = 0; i < plan->steps.len; i++) {
        if (plan->steps.items[i].action == ACTION_REWRITE)
            return true;
    }
    return false;
}

void plan_flow(Arena *arena, const Diff *diff, Plan *plan)
{
    Planner planner = {.arena = arena, .diff = diff, .plan = plan, .by_name = map_new(arena)};
    planner.views = plan_changed_views(arena, diff);
    if (planner.views.len == 0 && !has_new_datasource(diff) && !has_rewrite(plan))
        return;
    find_steps(&planner);
    connect_views(&planner);
    Flows rewritten = spread(&planner);
    find_ways(&planner, &rewritten);
    for (size_t i = 0; i < rewritten.len; i++)
        add_rewrite(&planner, rewritten.items[i]);
    const Map *numbers = pipe_steps(&planner);
    for (size_t i = 0; i < planner.views.len; i++) {
        if (plan_pipe_alters(planner.views.items[i].view))
            add_exchange(&planner, numbers, &planner.views.items[i]);
    }
    fill_new(&planner);
}
