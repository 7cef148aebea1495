/* What a target loses when the deploy fills it anew by its views. */
#include "rebuild.h"

#include <stdlib.h>

#include "rebuild_internal.h"

/* ---- from gaps to losses ---- */

static Keep keep_that_counts(const Judge *judge, const Resource *target)
{
    Keep now = keep_of_target(rebuild_holder(judge, target));
    Keep after = keep_of_target(target);
    bool shortened = after.rule && keep_is_no_longer(&after, &now);
    return shortened ? after : now;
}

static void tell_retention(const Judge *judge, const Lack *gap, const Keep *target, Cover cover,
                           Loss *loss)
{
    Arena *arena = judge->arena;
    bool sure = cover == COVERS_NOT && loss->certain;
    loss->kind = sure ? LOSS_RETENTION : LOSS_RETENTION_MAYBE;
    loss->certain = sure;
    bool other_column = !sure && gap->keep.rule && target->rule && gap->keep.rule->column.len &&
                        target->rule->column.len &&
                        !str_eq(gap->keep.rule->column, target->rule->column);
    Str from =
        !other_column ? STR("") : str_fmt(arena, " after '%.*s'", STR_ARG(gap->keep.rule->column));
    Str to =
        !other_column ? STR("") : str_fmt(arena, " after '%.*s'", STR_ARG(target->rule->column));
    loss->text =
        str_fmt(arena, "'%.*s' %.*s%.*s and '%.*s' %.*s%.*s", STR_ARG(loss->ancestor->name),
                STR_ARG(keep_text(arena, &gap->keep)), STR_ARG(from), STR_ARG(loss->target->name),
                STR_ARG(keep_text(arena, target)), STR_ARG(to));
}

static bool has_upstream(const Rebuild *rebuild, const Resource *ancestor)
{
    for (size_t i = 0; i < rebuild->losses.len; i++) {
        const Loss *loss = &rebuild->losses.items[i];
        if (loss->kind == LOSS_UPSTREAM && loss->ancestor == ancestor)
            return true;
    }
    return false;
}

/* What a live data source loses itself is told of it; the next one only says so. */
static bool tell_upstream(Judge *judge, Supply *supply, const Lack *gap, Loss loss)
{
    const Resource *through = gap->through;
    if (!through || rebuild_is_new(judge, through))
        return false;
    const Supply *above = rebuild_supply(judge, through, 0);
    if (above->rebuild.losses.len == 0 || has_upstream(&supply->rebuild, through))
        return true;
    loss.kind = LOSS_UPSTREAM;
    loss.ancestor = through;
    loss.certain = loss.certain && above->rebuild.certain_loss;
    loss.text = str_fmt(judge->arena, "'%.*s', which it is filled from, is rebuilt with a loss",
                        STR_ARG(through->name));
    vec_push(judge->arena, &supply->rebuild.losses, loss);
    return true;
}

/* The filter lets in all that the target keeps. */
static bool reaches_back(const Judge *judge, const TimeFilter *filter, const Keep *target)
{
    TtlLength reach;
    if (!target->rule || !target->rule->length.known ||
        !filter_reach(judge->loader, filter, &reach))
        return false;
    TtlOrder order = ttl_length_compare(target->rule->length, reach);
    return order == TTL_EQUAL || order == TTL_LONGER;
}

static void take_gap(Judge *judge, Supply *supply, const Lack *gap, const Keep *target)
{
    Loss loss = gap->loss;
    if (loss.kind == LOSS_RETENTION) {
        const View *view = gap->through ? NULL : loss.view;
        Cover cover = keep_covers(judge->loader, view, &gap->keep, target);
        if (cover == COVERS)
            return;
        tell_retention(judge, gap, target, cover, &loss);
    }
    if (loss.kind == LOSS_TIME_FILTER && reaches_back(judge, loss.filter, target))
        return;
    if (!tell_upstream(judge, supply, gap, loss))
        vec_push(judge->arena, &supply->rebuild.losses, loss);
}

static int weight_of(const Loss *loss)
{
    static const int by_kind[] = {
        [LOSS_NULL_ENGINE] = 0,     [LOSS_EMPTY_SOURCE] = 1, [LOSS_NO_VIEW] = 2,
        [LOSS_RETENTION] = 3,       [LOSS_TIME_FILTER] = 4,  [LOSS_OTHER_WRITER] = 5,
        [LOSS_RETENTION_MAYBE] = 6, [LOSS_UPSTREAM] = 7,     [LOSS_UNKNOWN] = 8,
    };
    return by_kind[loss->kind] + (loss->certain ? 0 : 100);
}

static int by_weight(const void *a, const void *b)
{
    const Loss *left = a;
    const Loss *right = b;
    int order = weight_of(left) - weight_of(right);
    return order ? order : str_cmp(left->text, right->text);
}

static void weigh(Judge *judge, Supply *supply, const Resource *target)
{
    Keep keep = keep_that_counts(judge, target);
    for (size_t i = 0; i < supply->gaps.len; i++)
        take_gap(judge, supply, &supply->gaps.items[i], &keep);
    Losses *losses = &supply->rebuild.losses;
    if (losses->len > 1)
        qsort(losses->items, losses->len, sizeof(Loss), by_weight);
    supply->rebuild.certain_loss = losses->len && losses->items[0].certain;
}

static bool stores_nothing(const Judge *judge, const Resource *target)
{
    const DatasourceFacts *facts = rebuild_holder(judge, target)->datasource;
    return facts && str_is(facts->engine, "Null");
}

const Supply *rebuild_supply(Judge *judge, const Resource *target, int depth)
{
    static const Supply too_deep;
    Str key = {(const char *)&target, sizeof target};
    Supply *supply = map_get(judge->known, key);
    if (supply)
        return supply;
    if (depth > REBUILD_DEPTH_MOST)
        return &too_deep;
    supply = ARENA_NEW(judge->arena, Supply);
    map_put(judge->known, str_copy(judge->arena, key), supply);
    rebuild_find_gaps(judge, supply, target, depth);
    /* What is new or stores nothing has nothing to lose. */
    if (!rebuild_is_new(judge, target) && !stores_nothing(judge, target))
        weigh(judge, supply, target);
    supply->done = true;
    return supply;
}

/* Upstream first, so that no question about the last of a long chain has to climb it. */
static void judge_in_order(Judge *judge)
{
    const Plan *plan = judge->diff->plan;
    const Project *candidate = judge->diff->sides.candidate;
    size_t count = plan ? plan->steps.len : 0;
    const PlanStep **order = ARENA_ARRAY(judge->arena, const PlanStep *, count + 1);
    for (size_t i = 0; i < count; i++)
        order[plan->steps.items[i].rank] = &plan->steps.items[i];
    for (size_t rank = 1; rank <= count && order[rank]; rank++) {
        const Resource *target = project_find(candidate, DATAFILE_DATASOURCE, order[rank]->name);
        if (target && order[rank]->backfill == BACKFILL_VIEW_QUERY)
            rebuild_supply(judge, target, 0);
    }
}

const Rebuild *rebuild_of(Loader *loader, const Diff *diff, const Resource *target)
{
    if (!loader->rebuilds)
        loader->rebuilds = map_new(loader->arena);
    Judge judge = {loader->arena, loader, diff, loader->rebuilds};
    Str key = {(const char *)&diff, sizeof diff};
    if (!map_has(judge.known, key)) {
        map_put(judge.known, str_copy(loader->arena, key), NULL);
        judge_in_order(&judge);
    }
    return &rebuild_supply(&judge, target, 0)->rebuild;
}

Rebuild rebuild_hypothetical(Loader *loader, const Resource *target)
{
    Judge judge = {loader->arena, loader, NULL, map_new(loader->arena)};
    return rebuild_supply(&judge, target, 0)->rebuild;
}
