/* materialized_later.c: what a later rebuild of a target would lose: TB404, TB405 and TB406 where
 * nothing forces one. */
#include "materialized.h"
#include "materialized_rebuild.h"
#include "migration.h"
#include "model/migration_readers.h"
#include "retention_check.h"

/* ---- whether it is worth a word ---- */

static bool is_guarded(const Resource *target)
{
    if (target->datasource->forward_query)
        return true;
    size_t views = 0, altered = 0;
    for (size_t i = 0; i < target->writers.len; i++) {
        const Resource *pipe = target->writers.items[i];
        if (!pipe_materializes_into(pipe, target->name))
            continue;
        views++;
        altered += plan_pipe_alters(pipe);
    }
    return views == 0 || views == altered;
}

/* What live has as well is taken out afterwards; so it need not be looked at. */
static bool is_touched(Loader *loader, const Resource *target)
{
    if (target->changed || loader->everything)
        return true;
    Views views = views_into(loader, target);
    for (size_t i = 0; i < views.len; i++) {
        if (views.items[i]->pipe->changed)
            return true;
        for (size_t j = 0; j < views.items[i]->sources.len; j++) {
            if (views.items[i]->sources.items[j]->changed)
                return true;
        }
    }
    return false;
}

/* This deploy fills it anew, and another finding says what it loses. */
static bool is_rebuilt_now(const Check *check, const Resource *target)
{
    const PlanStep *step = plan_find(check->plan, DATAFILE_DATASOURCE, target->name);
    return target->project->side == SIDE_CANDIDATE && step && step->action == ACTION_REWRITE;
}

static const Loss *worth_telling(const Losses *losses)
{
    for (size_t i = 0; i < losses->len; i++) {
        const Loss *loss = &losses->items[i];
        /* A fixed bound is a cutoff: the migration rules know what that is for. */
        bool moves = loss->kind == LOSS_TIME_FILTER && loss->filter->is_relative;
        bool kind = loss->kind == LOSS_RETENTION || loss->kind == LOSS_NULL_ENGINE || moves;
        if (kind && loss->certain)
            return loss;
    }
    return NULL;
}

/* ---- the note ---- */

static RuleId rule_of(const Loss *loss)
{
    if (loss->kind == LOSS_NULL_ENGINE)
        return RULE_TB405;
    return loss->kind == LOSS_TIME_FILTER ? RULE_TB406 : RULE_TB404;
}

static const char *lost_text(const Loss *loss)
{
    if (loss->kind == LOSS_NULL_ENGINE)
        return "all that came from there";
    return loss->kind == LOSS_TIME_FILTER ? "the rows outside that filter" : "the older rows";
}

/* A line of what the change touched: the target's, else the source's, else the view's. */
static void set_place(Finding *finding, const Resource *target, const Loss *loss)
{
    Range ttl = target->datasource->ttl_token.range;
    Range engine = target->datasource->engine_token.range;
    Side side = target->project->side;
    if (loss->kind == LOSS_TIME_FILTER) {
        finding->place =
            (Place){side, loss->filter->place.pipe->file, loss->filter->place.range, (Str){0}};
    } else if (target->changed || !loss->ancestor->changed) {
        finding->place = (Place){side, target->file, range_is_empty(ttl) ? engine : ttl, (Str){0}};
    } else {
        Range at = loss->kept ? loss->kept->range : loss->ancestor->datasource->engine_token.range;
        finding->place = (Place){side, loss->ancestor->file, at, (Str){0}};
    }
}

static void report_later(const Check *check, const Resource *target, const Loss *loss,
                         const Losses *losses, Findings *findings)
{
    Arena *arena = check->arena;
    Finding finding = check_single_finding(target, rule_of(loss), (Range){0, 0}, (Str){0});
    finding.severity = SEVERITY_NOTE;
    set_place(&finding, target, loss);
    finding.message = str_fmt(arena, "A later rebuild of '%.*s' would lose %s: %.*s.",
                              STR_ARG(target->name), lost_text(loss), STR_ARG(loss->text));
    /* Another length is no new problem: the TTL rules speak of it. */
    Str what = loss->ancestor ? loss->ancestor->name : loss->view->pipe->name;
    finding.candidate_meaning = str_fmt(arena, "%d %.*s", (int)loss->kind, STR_ARG(what));
    finding.advice = str_fmt(arena,
                             "Before a change that rebuilds it, put FORWARD_QUERY > SELECT * in "
                             "'%.*s', or DEPLOYMENT_METHOD alter in '%.*s' if only its query "
                             "changes.",
                             STR_ARG(target->name), STR_ARG(loss->view->pipe->name));
    finding.cause = what;
    rebuilt_relate(check, losses, &finding);
    findings_add(findings, finding);
}

const Loss *later_loss(const Check *check, const Resource *target)
{
    if (!target->datasource || is_guarded(target))
        return NULL;
    Rebuild rebuild = rebuild_hypothetical(check->loader, target);
    return worth_telling(&rebuild.losses);
}

/* One note about a new target: what fills it says what is lost later, too. */
static bool is_told_by_filling(const Check *check, const Resource *target, const Loss *loss)
{
    return loss->kind == LOSS_RETENTION && materialized_tells_filling(check, target);
}

/* A filter that moves in a migration is told by TB504, as what it does now. */
static bool is_told_by_cutoff(const Check *check, const Resource *target, const Loss *loss)
{
    return loss->kind == LOSS_TIME_FILTER && target->project->side == SIDE_CANDIDATE &&
           migration_cutoff_moves(check, target);
}

/* ---- copies that a migration makes ---- */

/* What the target stands for in the chain of a migration is as exposed in the old one. */
static bool is_as_before(const Check *check, const Resource *target, const Loss *loss)
{
    const Migrations *all = migrations_of(check->loader, target->project, check->now);
    for (size_t i = 0; i < all->len; i++) {
        Counterparts pairs = migration_readers(check->loader, &all->items[i]).pairs;
        for (size_t k = 0; k < pairs.len; k++) {
            const Loss *old = pairs.items[k].replica == target && pairs.items[k].legacy->facts
                                  ? later_loss(check, pairs.items[k].legacy)
                                  : NULL;
            if (old && old->kind == loss->kind)
                return true;
        }
    }
    return false;
}

void materialized_later(const Check *check, const Project *project, Findings *findings)
{
    if (check->classic)
        return;
    for (size_t i = 0; i < map_len(project->datasources); i++) {
        const Resource *target = map_value(project->datasources, i);
        if (!target->facts || !target->datasource || target->vendored || is_guarded(target) ||
            !is_touched(check->loader, target) || is_rebuilt_now(check, target))
            continue;
        Rebuild rebuild = rebuild_hypothetical(check->loader, target);
        const Loss *loss = worth_telling(&rebuild.losses);
        if (loss && !is_told_by_filling(check, target, loss) &&
            !is_told_by_cutoff(check, target, loss) && !retention_landing(check, target, loss) &&
            !is_as_before(check, target, loss))
            report_later(check, target, loss, &rebuild.losses, findings);
    }
}
