/* What the views into a data source do not give again: every way up to where the rows are. */
#include "rebuild_internal.h"

enum { GAPS_MOST = 32 };

/* ---- the two sides ---- */

const Resource *rebuild_holder(const Judge *judge, const Resource *datasource)
{
    return judge->diff && datasource->other ? datasource->other : datasource;
}

bool rebuild_is_new(const Judge *judge, const Resource *datasource)
{
    return judge->diff && !datasource->other;
}

static const PlanStep *step_of(const Judge *judge, const Resource *datasource)
{
    if (!judge->diff || !judge->diff->plan)
        return NULL;
    return plan_find(judge->diff->plan, DATAFILE_DATASOURCE, datasource->name);
}

static bool is_filled_by_views(const Judge *judge, const Resource *datasource)
{
    const PlanStep *step = step_of(judge, datasource);
    return step && step->backfill == BACKFILL_VIEW_QUERY;
}

static bool is_rewritten(const Judge *judge, const Resource *datasource)
{
    const PlanStep *step = step_of(judge, datasource);
    return step && step->action == ACTION_REWRITE;
}

static bool is_null_engine(const Resource *datasource)
{
    return datasource->datasource && str_is(datasource->datasource->engine, "Null");
}

/* ---- gaps ---- */

static Lack gap_of(LossKind kind, const Resource *target, const View *view, bool certain)
{
    return (Lack){
        .loss = {.kind = kind, .target = target, .view = view, .certain = certain},
    };
}

static void add_gap(const Judge *judge, Supply *supply, Lack gap)
{
    if (supply->gaps.len < GAPS_MOST)
        vec_push(judge->arena, &supply->gaps, gap);
}

static void name_way(const Judge *judge, Lack *gap, const Resource *first)
{
    if (first)
        vec_push(judge->arena, &gap->loss.chain, first->name);
    if (gap->loss.view)
        vec_push(judge->arena, &gap->loss.chain, gap->loss.view->pipe->name);
    vec_push(judge->arena, &gap->loss.chain, gap->loss.target->name);
}

static void add_unknown(const Judge *judge, Supply *supply, const Resource *target,
                        const View *view, Str why)
{
    Lack gap = gap_of(LOSS_UNKNOWN, target, view, false);
    gap.loss.text = why;
    name_way(judge, &gap, NULL);
    add_gap(judge, supply, gap);
}

/* ---- what a source holds ---- */

static void add_source_gap(const Judge *judge, Supply *supply, LossKind kind, const View *view,
                           const Resource *source, Str text)
{
    Lack gap = gap_of(kind, view->target, view, true);
    gap.loss.ancestor = source;
    gap.loss.text = text;
    name_way(judge, &gap, source);
    add_gap(judge, supply, gap);
}

static void add_keep_gap(const Judge *judge, Supply *supply, const View *view,
                         const Resource *source, const Keep *keep, bool certain)
{
    if (keep->forever)
        return;
    Lack gap = gap_of(LOSS_RETENTION, view->target, view, certain);
    gap.loss.ancestor = source;
    gap.loss.kept = keep->rule;
    gap.loss.holder = keep->holder;
    gap.keep = *keep;
    name_way(judge, &gap, source);
    add_gap(judge, supply, gap);
}

/* The shortest one decides; a longer one further up adds nothing. */
static bool has_shorter(const Supply *supply, const Lack *gap)
{
    for (size_t i = 0; i < supply->gaps.len; i++) {
        const Lack *other = &supply->gaps.items[i];
        if (other->loss.kind == LOSS_RETENTION && other->loss.certain &&
            keep_is_no_longer(&other->keep, &gap->keep))
            return true;
    }
    return false;
}

static void inherit(Judge *judge, Supply *supply, const View *view, const Resource *source,
                    int depth)
{
    const Supply *above = rebuild_supply(judge, source, depth + 1);
    if (!above->done) {
        add_unknown(judge, supply, view->target, view,
                    str_fmt(judge->arena, "the views into '%.*s' go round in a ring, or too far up",
                            STR_ARG(source->name)));
        return;
    }
    for (size_t i = 0; i < above->gaps.len; i++) {
        Lack gap = above->gaps.items[i];
        if (gap.loss.kind == LOSS_RETENTION && has_shorter(supply, &gap))
            continue;
        gap.through = source;
        gap.loss.target = view->target;
        Strs chain = {0};
        for (size_t j = 0; j < gap.loss.chain.len && j < REBUILD_DEPTH_MOST; j++)
            vec_push(judge->arena, &chain, gap.loss.chain.items[j]);
        vec_push(judge->arena, &chain, view->pipe->name);
        vec_push(judge->arena, &chain, view->target->name);
        gap.loss.chain = chain;
        add_gap(judge, supply, gap);
    }
}

static void judge_retention(const Judge *judge, Supply *supply, const View *view,
                            const Resource *source)
{
    const Resource *holder = rebuild_holder(judge, source);
    Keep now = keep_of_source(holder);
    /* Of a new table, rows beyond the TTL go whenever its parts are merged. */
    add_keep_gap(judge, supply, view, source, &now, !rebuild_is_new(judge, source));
    if (holder == source || !is_rewritten(judge, source))
        return;
    Keep after = keep_of_source(source);
    if (!after.forever && !keep_is_no_longer(&now, &after))
        add_keep_gap(judge, supply, view, source, &after, false);
}

static void judge_source(Judge *judge, Supply *supply, const View *view, const Resource *source,
                         int depth)
{
    Arena *arena = judge->arena;
    const Resource *holder = rebuild_holder(judge, source);
    if (!holder->datasource || !source->datasource) {
        add_unknown(judge, supply, view->target, view,
                    str_fmt(arena, "'%.*s' could not be read", STR_ARG(source->name)));
        return;
    }
    if (is_null_engine(holder) || is_null_engine(source)) {
        add_source_gap(judge, supply, LOSS_NULL_ENGINE, view, source,
                       str_fmt(arena, "'%.*s' has the Null engine, which stores nothing",
                               STR_ARG(source->name)));
        return;
    }
    bool filled = is_filled_by_views(judge, source);
    if (rebuild_is_new(judge, source) && !filled) {
        add_source_gap(
            judge, supply, LOSS_EMPTY_SOURCE, view, source,
            str_fmt(arena, "'%.*s' is new and holds no rows yet", STR_ARG(source->name)));
        return;
    }
    judge_retention(judge, supply, view, source);
    if (filled)
        inherit(judge, supply, view, source, depth);
}

/* ---- what a view leaves out ---- */

static bool has_source(const View *view, Str name)
{
    for (size_t i = 0; i < view->sources.len; i++) {
        if (str_eq(view->sources.items[i]->name, name))
            return true;
    }
    return false;
}

/* Two views of one source into one target share the rows between them: the migration rules compare
 * their filters. */
static bool is_one_of_a_pair(const Views *views, const View *view)
{
    for (size_t i = 0; i < views->len; i++) {
        const View *other = views->items[i];
        for (size_t j = 0; other != view && j < view->sources.len; j++) {
            if (has_source(other, view->sources.items[j]->name))
                return true;
        }
    }
    return false;
}

static const View *view_of_name(const Views *views, Str pipe)
{
    for (size_t i = 0; i < views->len; i++) {
        if (str_eq(views->items[i]->pipe->name, pipe))
            return views->items[i];
    }
    return NULL;
}

static void judge_filters(const Judge *judge, Supply *supply, const View *view, const View *live)
{
    for (size_t i = 0; i < view->time_filters.len; i++) {
        const TimeFilter *filter = &view->time_filters.items[i];
        FilterEffect effect = filter_effect(judge->arena, filter, live);
        if (effect == FILTER_HARMLESS)
            continue;
        Lack gap = gap_of(LOSS_TIME_FILTER, view->target, view, effect == FILTER_CUTS);
        gap.loss.filter = filter;
        gap.loss.text = str_fmt(judge->arena, "'%.*s' only takes rows where %.*s",
                                STR_ARG(view->pipe->name), STR_ARG(filter->text));
        name_way(judge, &gap, NULL);
        add_gap(judge, supply, gap);
    }
}

/* ---- rows that no view gives ---- */

static bool reads(const Resource *source, const Resource *pipe)
{
    for (size_t i = 0; i < source->readers.len; i++) {
        if (str_eq(source->readers.items[i]->name, pipe->name))
            return true;
    }
    return false;
}

/* The copy takes its rows from where a view takes them, or from the target itself. */
static bool copies_what_views_give(const Judge *judge, const Views *views, const Resource *target,
                                   const Resource *copy)
{
    if (reads(target, copy))
        return true;
    for (size_t i = 0; i < views->len; i++) {
        const Resources *sources = &views->items[i]->sources;
        for (size_t j = 0; j < sources->len; j++) {
            if (reads(sources->items[j], copy) ||
                reads(rebuild_holder(judge, sources->items[j]), copy))
                return true;
        }
    }
    return false;
}

static bool replaces(const Resource *copy)
{
    Str mode = datafile_value(copy->facts, KEYWORD_COPY_MODE);
    return str_is_nocase(str_trim(mode), "replace");
}

static void judge_writers(const Judge *judge, Supply *supply, const Views *views,
                          const Resource *target)
{
    Arena *arena = judge->arena;
    const Resource *holder = rebuild_holder(judge, target);
    for (size_t i = 0; i < holder->writers.len; i++) {
        const Resource *copy = holder->writers.items[i];
        if (!copy->pipe || copy->pipe->type != PIPE_COPY ||
            copies_what_views_give(judge, views, holder, copy))
            continue;
        Lack gap = gap_of(LOSS_OTHER_WRITER, target, NULL, !replaces(copy));
        gap.loss.writer = copy;
        gap.loss.text =
            str_fmt(arena, "'%.*s' copies rows into it that no view gives", STR_ARG(copy->name));
        name_way(judge, &gap, NULL);
        add_gap(judge, supply, gap);
    }
    const DatasourceFacts *facts = holder->datasource;
    if (!facts || (!facts->has_connector && !facts->has_jsonpaths))
        return;
    Lack gap = gap_of(LOSS_OTHER_WRITER, target, NULL, facts->has_connector);
    gap.loss.text = facts->has_connector ? STR("a connector writes rows into it, too")
                                         : STR("its jsonpaths let rows be sent to it, too");
    name_way(judge, &gap, NULL);
    add_gap(judge, supply, gap);
}

static bool any_has_source(const Views *views, Str name)
{
    for (size_t i = 0; i < views->len; i++) {
        if (has_source(views->items[i], name))
            return true;
    }
    return false;
}

static void judge_gone_view(const Judge *judge, Supply *supply, const Views *views,
                            const Resource *target, const View *gone)
{
    for (size_t i = 0; i < gone->sources.len; i++) {
        const Resource *source = gone->sources.items[i];
        if (any_has_source(views, source->name))
            continue;
        Lack gap = gap_of(LOSS_NO_VIEW, target, NULL, true);
        gap.loss.ancestor = source;
        gap.loss.text =
            str_fmt(judge->arena, "'%.*s' gave it rows of '%.*s', and no view does any more",
                    STR_ARG(gone->pipe->name), STR_ARG(source->name));
        name_way(judge, &gap, source);
        add_gap(judge, supply, gap);
    }
}

/* ---- one target ---- */

static void judge_view(Judge *judge, Supply *supply, const Views *views, const View *view,
                       const View *live, int depth)
{
    if (!view->certain)
        add_unknown(judge, supply, view->target, view,
                    str_fmt(judge->arena, "what '%.*s' reads is not certain: %.*s",
                            STR_ARG(view->pipe->name), STR_ARG(view->gap)));
    else if (view->sources.len == 0)
        add_unknown(judge, supply, view->target, view,
                    str_fmt(judge->arena, "'%.*s' reads no data source of the project",
                            STR_ARG(view->pipe->name)));
    for (size_t i = 0; i < view->sources.len; i++)
        judge_source(judge, supply, view, view->sources.items[i], depth);
    if (!is_one_of_a_pair(views, view))
        judge_filters(judge, supply, view, live);
}

/* A view that is new to the target has given it nothing yet, unless it stands for one that went. */
void rebuild_find_gaps(Judge *judge, Supply *supply, const Resource *target, int depth)
{
    Views views = views_into(judge->loader, target);
    Views before = {0};
    bool any_gone = false;
    if (judge->diff && target->other)
        before = views_into(judge->loader, target->other);
    for (size_t i = 0; i < before.len; i++) {
        if (view_of_name(&views, before.items[i]->pipe->name))
            continue;
        any_gone = true;
        judge_gone_view(judge, supply, &views, target, before.items[i]);
    }
    for (size_t i = 0; i < views.len; i++) {
        const View *live = view_of_name(&before, views.items[i]->pipe->name);
        if (live || any_gone || before.len == 0)
            judge_view(judge, supply, &views, views.items[i], live, depth);
    }
    if (views.len == 0)
        add_unknown(judge, supply, target, NULL, STR("no view into it could be read"));
    if (!rebuild_is_new(judge, target)) /* else nothing has been written to it yet */
        judge_writers(judge, supply, &views, target);
}
