/* materialized_alter.c: backfills that join (TB409) and DEPLOYMENT_METHOD alter (TB410, TB411). */
#include "materialized.h"
#include "materialized_rebuild.h"

/* ---- TB409 ---- */

static bool is_lookup(const Expr *expr)
{
    return expr && expr->kind == EXPR_CALL &&
           (str_starts(expr->name, "dictGet") || str_starts(expr->name, "joinGet") ||
            str_starts(expr->name, "dictHas"));
}

/* The first place where the view looks at what another data source or a dictionary holds. */
static const ViewPlace *joining_place(const View *view)
{
    for (size_t i = 0; i < view->joins.len; i++) {
        if (view->others.len || is_lookup(view->joins.items[i].expr))
            return &view->joins.items[i];
    }
    return NULL;
}

static Str names_text(Arena *arena, const Resources *resources)
{
    Strs names = {0};
    for (size_t i = 0; i < resources->len; i++)
        vec_push(arena, &names, resources->items[i]->name);
    return str_join(arena, names.items, names.len, "\n");
}

static Str joined_text(Arena *arena, const View *view)
{
    Strs names = {0};
    for (size_t i = 0; i < view->others.len; i++)
        vec_push(arena, &names, view->others.items[i]->name);
    return names.len ? quoted_list(arena, names.items, names.len, 3) : STR("a dictionary");
}

static void report_join(const Rebuilt *rebuilt, const View *view, const ViewPlace *place)
{
    Arena *arena = rebuilt->check->arena;
    Finding finding = check_finding(rebuilt->check, RULE_TB409, rebuilt->origin, (Str){0});
    Str joined = joined_text(arena, view);
    finding.resource = rebuilt->target->name;
    finding.subject = view->pipe->name;
    finding.related = (Places){0};
    finding.message = str_fmt(
        arena,
        "The backfill of '%.*s' joins every old row with what %.*s %s today: %.*s, and '%.*s' "
        "looks at %s. What was stored until now may differ.",
        STR_ARG(rebuilt->target->name), STR_ARG(joined), view->others.len > 1 ? "hold" : "holds",
        STR_ARG(rebuilt_reason(rebuilt)), STR_ARG(view->pipe->name),
        view->others.len > 1 ? "them" : "it");
    rebuilt_meanings(rebuilt, &finding);
    finding.candidate_meaning =
        str_fmt(arena, "%.*s\n%.*s", STR_ARG(names_text(arena, &view->others)),
                STR_ARG(finding.candidate_meaning));
    vec_push(arena, &finding.related,
             place_candidate(place->pipe, place->range, STR("joined anew")));
    finding.cause = rebuilt->origin->name;
    findings_add(rebuilt->check->findings, finding);
}

void materialized_joins(const Check *check, const RebuiltTargets *targets)
{
    for (size_t i = 0; i < targets->len; i++) {
        const Rebuilt *rebuilt = &targets->items[i];
        Views views = views_into(check->loader, rebuilt->target);
        for (size_t j = 0; j < views.len; j++) {
            const ViewPlace *place = joining_place(views.items[j]);
            if (place)
                report_join(rebuilt, views.items[j], place);
        }
    }
}

/* ---- TB411 ---- */

static const Resource *altering_view(const Check *check, const PlanStep *step)
{
    for (size_t i = 0; i < step->via.len; i++) {
        const Resource *pipe =
            project_find(check->diff->sides.candidate, DATAFILE_PIPE, step->via.items[i]);
        if (pipe && plan_pipe_alters(pipe))
            return pipe;
    }
    return NULL;
}

static Range method_range(const Resource *pipe)
{
    const Instruction *method =
        datafile_find_in_node(pipe->facts, KEYWORD_DEPLOYMENT_METHOD, pipe->pipe->node);
    if (!method)
        method = datafile_find(pipe->facts, KEYWORD_DEPLOYMENT_METHOD);
    return method ? method->range : (Range){0, 0};
}

static void report_in_vain(const Rebuilt *rebuilt, const Resource *pipe)
{
    Arena *arena = rebuilt->check->arena;
    const ResourceChange *edit = map_get(rebuilt->check->diff->pipes, pipe->name);
    Str subject = rebuilt->column ? rebuilt->column->name : (Str){0};
    Finding finding = check_finding(rebuilt->check, RULE_TB411, rebuilt->change, subject);
    finding.subject = pipe->name;
    finding.severity = edit && edit->query_changed ? SEVERITY_WARNING : SEVERITY_NOTE;
    finding.message = str_fmt(
        arena,
        "DEPLOYMENT_METHOD alter of '%.*s' will not spare '%.*s': %.*s, so the deploy fills it "
        "again.",
        STR_ARG(pipe->name), STR_ARG(rebuilt->target->name), STR_ARG(rebuilt_reason(rebuilt)));
    finding.advice = str_fmt(arena,
                             "Leave the change of '%.*s' out, or give it a FORWARD_QUERY that "
                             "keeps its rows.",
                             STR_ARG(rebuilt->target->name));
    rebuilt_meanings(rebuilt, &finding);
    vec_push(arena, &finding.related,
             place_candidate(pipe, method_range(pipe), STR("covers the query only")));
    findings_add(rebuilt->check->findings, finding);
}

/* Where rows are lost, the finding about them says so. */
void materialized_alter_in_vain(const Check *check, const RebuiltTargets *targets)
{
    for (size_t i = 0; i < targets->len; i++) {
        const Rebuilt *rebuilt = &targets->items[i];
        bool own = rebuilt->step->own_cause && rebuilt->change;
        const Resource *pipe = own && !rebuilt->worst ? altering_view(check, rebuilt->step) : NULL;
        if (pipe)
            report_in_vain(rebuilt, pipe);
    }
}

/* ---- TB410 ---- */

static Str places_text(Arena *arena, const ViewPlaces *places)
{
    Strs texts = {0};
    for (size_t i = 0; i < places->len; i++)
        vec_push(arena, &texts,
                 places->items[i].expr ? expr_text(arena, places->items[i].expr) : STR("?"));
    return str_join(arena, texts.items, texts.len, "\n");
}

static Str filters_text(Arena *arena, const TimeFilters *filters)
{
    Strs texts = {0};
    for (size_t i = 0; i < filters->len; i++)
        vec_push(arena, &texts, filters->items[i].text);
    return str_join(arena, texts.items, texts.len, "\n");
}

static Str group_text(Arena *arena, const View *view)
{
    Strs texts = {0};
    for (size_t i = 0; view->group_by && i < view->group_by->len; i++)
        vec_push(arena, &texts, expr_text(arena, view->group_by->items[i]));
    return str_join(arena, texts.items, texts.len, "\n");
}

/* Everything around the select list is as it was. */
static bool same_frame(Arena *arena, const View *a, const View *b)
{
    return str_eq(names_text(arena, &a->sources), names_text(arena, &b->sources)) &&
           str_eq(names_text(arena, &a->others), names_text(arena, &b->others)) &&
           str_eq(places_text(arena, &a->joins), places_text(arena, &b->joins)) &&
           str_eq(places_text(arena, &a->filters), places_text(arena, &b->filters)) &&
           str_eq(filters_text(arena, &a->time_filters), filters_text(arena, &b->time_filters)) &&
           str_eq(group_text(arena, a), group_text(arena, b));
}

static bool same_output(Arena *arena, const OutputColumn *a, const OutputColumn *b)
{
    if (a->expr && b->expr)
        return str_eq(expr_text(arena, a->expr), expr_text(arena, b->expr));
    return a->source && b->source && str_eq(a->source->name, b->source->name) &&
           str_eq(a->column, b->column);
}

/* Every column that live gives is made as it was; there may be more now, or fewer. */
static bool only_adds(const Check *check, const View *live, const View *now)
{
    const Output *before = pipe_output(check->loader, live->pipe);
    const Output *after = pipe_output(check->loader, now->pipe);
    if (!before || !after || !before->known || !after->known || !live->certain || !now->certain ||
        !same_frame(check->arena, live, now))
        return false;
    size_t changed = 0;
    for (size_t i = 0; i < before->columns.len; i++) {
        const OutputColumn *then = &before->columns.items[i];
        const OutputColumn *column = output_column(after, then->name);
        if (column && !same_output(check->arena, then, column))
            return false;
        changed += column == NULL;
    }
    return changed > 0 || after->columns.len > before->columns.len;
}

static const ResourceChange *edit_of(const Check *check, const PlanStep *step)
{
    const ResourceChange *own = map_get(check->diff->pipes, step->name);
    if (own || step->chain.len == 0)
        return own;
    return map_get(check->diff->pipes, step->chain.items[0]);
}

static void report_mixed(const Check *check, const PlanStep *step, const View *view,
                         const View *live)
{
    const ResourceChange *edit = edit_of(check, step);
    if (!edit || edit->columns_only_added)
        return;
    Arena *arena = check->arena;
    Finding finding = check_finding(check, RULE_TB410, edit, (Str){0});
    finding.resource = view->pipe->name;
    finding.subject = view->target->name;
    finding.message = str_fmt(
        arena,
        "Rows of '%.*s' from before the deploy keep what the old query of '%.*s' gave, new ones "
        "follow the new query.",
        STR_ARG(view->target->name), STR_ARG(view->pipe->name));
    finding.live_meaning = view_meaning(check->loader, live);
    finding.candidate_meaning = view_meaning(check->loader, view);
    vec_push(arena, &finding.related,
             place_candidate(view->pipe, method_range(view->pipe), STR("exchanged in place")));
    findings_add(check->findings, finding);
}

void materialized_exchanged(const Check *check)
{
    for (size_t i = 0; i < check->plan->steps.len; i++) {
        const PlanStep *step = &check->plan->steps.items[i];
        if (step->kind != DATAFILE_PIPE || step->action != ACTION_ALTER)
            continue;
        const Resource *pipe =
            project_find(check->diff->sides.candidate, DATAFILE_PIPE, step->name);
        const View *view = pipe ? view_of(check->loader, pipe) : NULL;
        const View *live = pipe && pipe->other ? view_of(check->loader, pipe->other) : NULL;
        if (view && live && view->target && !only_adds(check, live, view))
            report_mixed(check, step, view, live);
    }
}
