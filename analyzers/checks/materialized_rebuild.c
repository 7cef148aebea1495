/* materialized_rebuild.c: targets that the deploy fills anew by their views: TB402 to TB407. */
#include "materialized_rebuild.h"

#include "forward_list.h"
#include "materialized.h"
#include "migration.h"
#include "model/lineage.h"
#include "rebuild_fix.h"

/* ---- which, and what for ---- */

static const ColumnChange *converted_column(const ResourceChange *change)
{
    for (size_t i = 0; change && i < change->columns.len; i++) {
        if (column_needs_conversion(&change->columns.items[i]))
            return &change->columns.items[i];
    }
    return NULL;
}

static const ResourceChange *change_of(const Check *check, const Resource *resource)
{
    const Map *changes =
        resource->kind == DATAFILE_PIPE ? check->diff->pipes : check->diff->datasources;
    return map_get(changes, resource->name);
}

static void find_trigger(Rebuilt *rebuilt)
{
    const PlanStep *step = rebuilt->step;
    rebuilt->column = step->own_cause ? converted_column(rebuilt->change) : NULL;
    rebuilt->origin = rebuilt->change;
    if (rebuilt->column) {
        rebuilt->trigger = TRIGGER_TYPE;
    } else if (step->changed_views.len) {
        rebuilt->trigger = TRIGGER_QUERY;
        rebuilt->origin = change_of(rebuilt->check, step->changed_pipe);
    } else if (step->own_cause) {
        rebuilt->trigger = TRIGGER_OWN;
    } else {
        rebuilt->trigger = TRIGGER_UPSTREAM;
        rebuilt->origin = step->cause ? change_of(rebuilt->check, step->cause) : NULL;
    }
}

static void find_worst(Rebuilt *rebuilt)
{
    const Losses *losses = &rebuilt->rebuild->losses;
    for (size_t i = 0; i < losses->len; i++) {
        const Loss *loss = &losses->items[i];
        if (loss->kind != LOSS_UNKNOWN && !rebuilt->worst)
            rebuilt->worst = loss;
        rebuilt->unknown = rebuilt->unknown || loss->kind == LOSS_UNKNOWN;
    }
    rebuilt->unknown = rebuilt->unknown && !rebuilt->worst;
}

static bool all_views_alter(const Check *check, const PlanStep *step)
{
    for (size_t i = 0; i < step->via.len; i++) {
        const Resource *pipe =
            project_find(check->diff->sides.candidate, DATAFILE_PIPE, step->via.items[i]);
        if (!pipe || !plan_pipe_alters(pipe))
            return false;
    }
    return step->via.len > 0;
}

static bool is_filled_again(const PlanStep *step)
{
    return step->kind == DATAFILE_DATASOURCE && step->action == ACTION_REWRITE &&
           step->backfill == BACKFILL_VIEW_QUERY;
}

RebuiltTargets rebuilt_targets(const Check *check)
{
    RebuiltTargets targets = {0};
    for (size_t i = 0; i < check->plan->steps.len; i++) {
        const PlanStep *step = &check->plan->steps.items[i];
        const Resource *target =
            project_find(check->diff->sides.candidate, DATAFILE_DATASOURCE, step->name);
        if (!is_filled_again(step) || !target || !target->other || target->vendored ||
            !target->facts || !target->datasource)
            continue;
        Rebuilt rebuilt = {.check = check, .step = step, .target = target, .live = target->other};
        rebuilt.change = map_get(check->diff->datasources, step->name);
        rebuilt.all_alter = all_views_alter(check, step);
        rebuilt.rebuild = rebuild_of(check->loader, check->diff, target);
        rebuilt.upstream = rebuilt_upstream(check, target);
        find_trigger(&rebuilt);
        find_worst(&rebuilt);
        if (rebuilt.origin)
            vec_push(check->arena, &targets, rebuilt);
    }
    return targets;
}

/* ---- rule and severity ---- */

static RuleId rule_of_own(const Loss *worst)
{
    if (worst->kind == LOSS_NULL_ENGINE)
        return RULE_TB405;
    return worst->kind == LOSS_TIME_FILTER ? RULE_TB406 : RULE_TB404;
}

/* RULE_COUNT: nothing to say. */
static RuleId rule_of(const Rebuilt *rebuilt)
{
    switch (rebuilt->trigger) {
    case TRIGGER_TYPE:
        return RULE_TB402;
    case TRIGGER_QUERY:
        return RULE_TB403;
    case TRIGGER_OWN:
        return rebuilt->worst ? rule_of_own(rebuilt->worst) : RULE_COUNT;
    default:
        return RULE_TB407;
    }
}

static Severity severity_of(const Rebuilt *rebuilt, RuleId rule)
{
    if (!rebuilt->worst)
        return SEVERITY_NOTE;
    return rebuilt_loses(rebuilt) && rule != RULE_TB406 ? SEVERITY_ERROR : SEVERITY_WARNING;
}

/* ---- the finding ---- */

Finding rebuilt_finding(const Rebuilt *rebuilt, RuleId rule)
{
    Str subject = rebuilt->column ? rebuilt->column->name : (Str){0};
    Finding finding = check_finding(rebuilt->check, rule, rebuilt->origin, subject);
    finding.resource = rebuilt->target->name;
    if (!rebuilt->column)
        finding.related = (Places){0};
    return finding;
}

static void place_type(const Rebuilt *rebuilt, Finding *finding)
{
    finding->place.range = rebuilt->column->candidate->type_text.range;
    finding->place.message = STR("new type");
    if (finding->related.len) {
        finding->related.items[0].range = rebuilt->column->live->type_text.range;
        finding->related.items[0].message = STR("live type");
    }
}

static void add_details(const Rebuilt *rebuilt, Finding *finding)
{
    Arena *arena = rebuilt->check->arena;
    const Strs *chain = &rebuilt->step->chain;
    if (chain->len > 2)
        vec_push(arena, &finding->details,
                 str_fmt(arena, "chain  %.*s",
                         STR_ARG(str_join(arena, chain->items, chain->len, " -> "))));
    const Losses *losses = &rebuilt->rebuild->losses;
    for (size_t i = 0; i < losses->len && finding->details.len < 6; i++) {
        if (&losses->items[i] != rebuilt->worst && losses->items[i].kind != LOSS_UNKNOWN)
            vec_push(arena, &finding->details,
                     str_fmt(arena, "too  %.*s", STR_ARG(losses->items[i].text)));
    }
    bool own = rebuilt->trigger == TRIGGER_TYPE || rebuilt->trigger == TRIGGER_OWN;
    if (rebuilt->worst && own && rebuilt->all_alter)
        vec_push(arena, &finding->details,
                 STR("method  DEPLOYMENT_METHOD alter covers changes of the query only"));
}

/* ---- what to do ---- */

static bool keeps_columns(const Rebuilt *rebuilt)
{
    const unsigned other = COLUMN_ADDED | COLUMN_DROPPED | COLUMN_TYPE | COLUMN_UNREADABLE;
    const ResourceChange *change = rebuilt->change;
    for (size_t i = 0; change && i < change->columns.len; i++) {
        if (change->columns.items[i].bits & other)
            return false;
    }
    return !change || (change->comparable && !change->order_changed);
}

/* The change of the query alone: then the view can be exchanged in place. */
static const Resource *view_to_alter(const Rebuilt *rebuilt)
{
    const PlanStep *step = rebuilt->step;
    bool alone = rebuilt->trigger == TRIGGER_QUERY && !step->own_cause &&
                 step->changed_views.len == 1 &&
                 (!step->cause || step->cause->kind == DATAFILE_PIPE);
    return alone ? project_find(rebuilt->check->diff->sides.candidate, DATAFILE_PIPE,
                                step->changed_views.items[0])
                 : NULL;
}

/* Keeping the rows is of no use then: the view would miss those until its cutoff. */
static const Resource *view_with_new_cutoff(const Rebuilt *rebuilt)
{
    const ResourceChange *change = rebuilt->trigger == TRIGGER_QUERY ? rebuilt->origin : NULL;
    return change && migration_gives_cutoff(rebuilt->check, change) ? change->candidate : NULL;
}

static Fix *fix_of(const Rebuilt *rebuilt)
{
    if (view_with_new_cutoff(rebuilt))
        return NULL;
    const Resource *view = view_to_alter(rebuilt);
    Fix *fix = view ? alter_view_fix(rebuilt->check, view) : NULL;
    if (fix)
        return fix;
    if (keeps_columns(rebuilt))
        return keep_rows_fix(rebuilt->check, rebuilt->target);
    return rebuilt->change ? forward_fix(rebuilt->check, rebuilt->change) : NULL;
}

static Str advice_of(const Rebuilt *rebuilt)
{
    Arena *arena = rebuilt->check->arena;
    const Resource *with_cutoff = view_with_new_cutoff(rebuilt);
    const Resource *view = view_to_alter(rebuilt);
    if (with_cutoff)
        return str_fmt(arena,
                       "Leave '%.*s' as it is, and give the cutoff to a new view with a data "
                       "source of its own.",
                       STR_ARG(with_cutoff->name));
    if (view)
        return str_fmt(arena,
                       "To keep its rows, add DEPLOYMENT_METHOD alter to '%.*s', or FORWARD_QUERY "
                       "> SELECT * to '%.*s'.",
                       STR_ARG(view->name), STR_ARG(rebuilt->target->name));
    if (keeps_columns(rebuilt))
        return str_fmt(arena, "To keep its rows, add FORWARD_QUERY > SELECT * to '%.*s'.",
                       STR_ARG(rebuilt->target->name));
    return str_fmt(arena,
                   "To keep its rows, add a FORWARD_QUERY to '%.*s' that gives every column of "
                   "the new schema in order.",
                   STR_ARG(rebuilt->target->name));
}

/* The FORWARD_QUERY keeps what is stored, and no view gives those rows the new columns: TB413. */
static void tell_new_columns(const Rebuilt *rebuilt, Fix *fix)
{
    enum { MOST = 3 };
    Arena *arena = rebuilt->check->arena;
    const ResourceChange *change = rebuilt->change;
    Strs names = {0};
    for (size_t i = 0; change && i < change->columns.len; i++) {
        if (change->columns.items[i].bits & COLUMN_ADDED)
            vec_push(arena, &names, change->columns.items[i].name);
    }
    if (fix && names.len)
        fix->title = str_fmt(arena, "%.*s; old rows stay without %.*s", STR_ARG(fix->title),
                             STR_ARG(quoted_list(arena, names.items, names.len, MOST)));
}

static void set_remedy(const Rebuilt *rebuilt, Finding *finding)
{
    if (!rebuilt->worst)
        return;
    finding->fix = fix_of(rebuilt);
    tell_new_columns(rebuilt, finding->fix);
    if (!finding->fix)
        finding->advice = advice_of(rebuilt);
    else if (view_to_alter(rebuilt))
        finding->advice = str_fmt(rebuilt->check->arena,
                                  "Apply the fix, or add FORWARD_QUERY > SELECT * to '%.*s'.",
                                  STR_ARG(rebuilt->target->name));
}

/* ---- one finding a cause ---- */

/* It loses only what another finding says that its source loses. */
static bool is_told_upstream(const Rebuilt *rebuilt)
{
    return rebuilt->trigger == TRIGGER_UPSTREAM && rebuilt->worst &&
           rebuilt->worst->kind == LOSS_UPSTREAM;
}

static Map *told_by_source(const Check *check, const RebuiltTargets *targets)
{
    Map *told = map_new(check->arena);
    for (size_t i = 0; i < targets->len; i++) {
        const Rebuilt *rebuilt = &targets->items[i];
        if (!is_told_upstream(rebuilt))
            continue;
        Str source = rebuilt->worst->ancestor->name;
        Resources *list = map_get(told, source);
        if (!list) {
            list = ARENA_NEW(check->arena, Resources);
            map_put(told, source, list);
        }
        vec_push(check->arena, list, (Resource *)(uintptr_t)rebuilt->target);
    }
    return told;
}

static void relate_downstream(const Rebuilt *rebuilt, const Map *told, Finding *finding)
{
    const Resources *list = map_get(told, rebuilt->target->name);
    for (size_t i = 0; list && i < list->len; i++)
        vec_push(rebuilt->check->arena, &finding->related,
                 place_candidate(list->items[i], (Range){0, 0},
                                 STR("is filled from it, and loses "
                                     "the same rows")));
}

/* The other changes upstream that force it. */
static void relate_causes(const Rebuilt *rebuilt, Finding *finding)
{
    enum { MOST = 6 };
    const Check *check = rebuilt->check;
    size_t told = 0;
    for (size_t i = 0; i < rebuilt->upstream.len && told < MOST; i++) {
        const Resource *source = rebuilt->upstream.items[i];
        const ResourceChange *change = map_get(check->diff->datasources, source->name);
        if (!change || change == rebuilt->origin || !rewritten_by_itself(check, source))
            continue;
        Place place = check_finding(check, finding->rule, change, STR("")).place;
        place.message = STR("forces it, too");
        vec_push(check->arena, &finding->related, place);
        told++;
    }
}

/* Targets of one rule, severity and change. */
typedef VEC(const Rebuilt *) Group;

static Str group_key(const Rebuilt *rebuilt, RuleId rule)
{
    return str_fmt(rebuilt->check->arena, "%d %d %d %.*s", (int)rule,
                   (int)severity_of(rebuilt, rule), (int)rebuilt->origin->kind,
                   STR_ARG(rebuilt->origin->name));
}

static Map *group_targets(const Check *check, const RebuiltTargets *targets)
{
    Map *groups = map_new(check->arena);
    for (size_t i = 0; i < targets->len; i++) {
        const Rebuilt *rebuilt = &targets->items[i];
        RuleId rule = rule_of(rebuilt);
        bool cutoff = rule == RULE_TB403 && migration_cutoff_edited(check, rebuilt->target);
        if (rule == RULE_COUNT || cutoff || is_told_upstream(rebuilt))
            continue;
        Str key = group_key(rebuilt, rule);
        Group *group = map_get(groups, key);
        if (!group) {
            group = ARENA_NEW(check->arena, Group);
            map_put(groups, key, group);
        }
        vec_push(check->arena, group, rebuilt);
    }
    return groups;
}

/* Each with an edit of its own is told by itself, as long as they are few. */
static bool is_told_as_one(const Group *group)
{
    enum { MANY = 4 };
    return group->len >= MANY || (group->len > 1 && !group->items[0]->worst);
}

/* ---- all ---- */

static void say_unknown(const Rebuilt *rebuilt)
{
    const Losses *losses = &rebuilt->rebuild->losses;
    for (size_t i = 0; rebuilt->unknown && i < losses->len; i++) {
        if (losses->items[i].kind != LOSS_UNKNOWN)
            continue;
        check_unjudged(rebuilt->check, rebuilt->target->file, (Range){0, 0},
                       str_fmt(rebuilt->check->arena,
                               "whether its views can fill '%.*s' again is not known: %.*s",
                               STR_ARG(rebuilt->target->name), STR_ARG(losses->items[i].text)));
        return;
    }
}

static Finding make_finding(const Rebuilt *rebuilt, const Map *told)
{
    RuleId rule = rule_of(rebuilt);
    Finding finding = rebuilt_finding(rebuilt, rule);
    finding.severity = severity_of(rebuilt, rule);
    finding.message = rebuilt_message(rebuilt);
    if (rebuilt->column)
        place_type(rebuilt, &finding);
    rebuilt_meanings(rebuilt, &finding);
    rebuilt_relate(rebuilt->check, &rebuilt->rebuild->losses, &finding);
    relate_causes(rebuilt, &finding);
    relate_downstream(rebuilt, told, &finding);
    add_details(rebuilt, &finding);
    return finding;
}

static Str other_names(const Group *group)
{
    Arena *arena = group->items[0]->check->arena;
    Strs names = {0};
    for (size_t i = 1; i < group->len; i++)
        vec_push(arena, &names, group->items[i]->target->name);
    return quoted_list(arena, names.items, names.len, 3);
}

/* Its name, and what it loses where that is not what the first one loses. */
static Str other_outcome(const Rebuilt *first, const Rebuilt *other)
{
    Arena *arena = first->check->arena;
    Str name = quoted(arena, other->target->name);
    Str outcome = rebuilt_outcome(other);
    Str told = rebuilt_outcome(first);
    bool same = str_eq(str_slice(outcome, name.len, outcome.len),
                       str_slice(told, first->target->name.len + 2, told.len));
    return same ? name : outcome;
}

/* The first speaks for all; the others are among the places. */
static void report_as_one(const Group *group, const Map *told)
{
    const Rebuilt *first = group->items[0];
    Arena *arena = first->check->arena;
    Finding finding = make_finding(first, told);
    Strs meanings = {0};
    vec_push(arena, &meanings, finding.candidate_meaning);
    finding.message = str_fmt(arena, "%.*s The same holds for %.*s.", STR_ARG(finding.message),
                              STR_ARG(other_names(group)));
    for (size_t i = 1; i < group->len; i++) {
        const Rebuilt *rebuilt = group->items[i];
        Finding other = {0};
        rebuilt_meanings(rebuilt, &other);
        vec_push(arena, &finding.related,
                 place_candidate(rebuilt->target, (Range){0, 0}, other_outcome(first, rebuilt)));
        vec_push(arena, &meanings, rebuilt->target->name);
        vec_push(arena, &meanings, other.candidate_meaning);
    }
    finding.candidate_meaning = str_join(arena, meanings.items, meanings.len, "\n");
    if (first->worst)
        finding.advice = STR("To keep their rows, add FORWARD_QUERY > SELECT * to each of them.");
    findings_add(first->check->findings, finding);
}

static void report(const Rebuilt *rebuilt, const Map *told)
{
    Finding finding = make_finding(rebuilt, told);
    set_remedy(rebuilt, &finding);
    findings_add(rebuilt->check->findings, finding);
}

void materialized_rebuild(const Check *check)
{
    if (check->classic)
        return; /* Classic never fills a target again by itself */
    RebuiltTargets targets = rebuilt_targets(check);
    const Map *told = told_by_source(check, &targets);
    const Map *groups = group_targets(check, &targets);
    for (size_t i = 0; i < targets.len; i++)
        say_unknown(&targets.items[i]);
    for (size_t i = 0; i < map_len(groups); i++) {
        const Group *group = map_value(groups, i);
        if (is_told_as_one(group)) {
            report_as_one(group, told);
            continue;
        }
        for (size_t j = 0; j < group->len; j++)
            report(group->items[j], told);
    }
    materialized_joins(check, &targets);
    materialized_alter_in_vain(check, &targets);
    materialized_exchanged(check);
}
