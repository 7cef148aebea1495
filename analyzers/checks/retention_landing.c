/* retention_landing.c: TB311, a source that stops keeping all that a target of its views keeps. */
#include "retention_check.h"

/* A rule that deletes rows and is shorter than the live one, or the first. */
static bool is_shortened(const Resource *source, const TtlRule *kept)
{
    const TtlRules *live = &source->other->datasource->ttl.rules;
    if (!source->other->datasource->ttl.present)
        return true;
    for (size_t i = 0; i < live->len; i++) {
        const TtlRule *rule = &live->items[i];
        if (rule->length.known && str_eq(rule->condition, kept->condition) &&
            ttl_length_compare(rule->length, kept->length) == TTL_SHORTER)
            return true;
    }
    return false;
}

/* In live a rebuild of the target would have had every row that the source is to give. */
static bool was_covered(const Check *check, const Resource *target, const Resource *source)
{
    Rebuild before = rebuild_hypothetical(check->loader, target->other);
    for (size_t i = 0; i < before.losses.len; i++) {
        const Loss *loss = &before.losses.items[i];
        bool retention = loss->kind == LOSS_RETENTION || loss->kind == LOSS_RETENTION_MAYBE;
        if (loss->kind == LOSS_UNKNOWN ||
            (retention && loss->ancestor && str_eq(loss->ancestor->name, source->name)))
            return false;
    }
    return true;
}

static bool is_live(const Resource *datasource)
{
    return datasource->other && datasource->other->facts && datasource->other->datasource;
}

static void report(const Check *check, const ResourceChange *change, const Resource *target,
                   const Loss *loss)
{
    Arena *arena = check->arena;
    Finding finding = check_finding(check, RULE_TB311, change, target->name);
    const TtlRules *before = &change->live->datasource->ttl.rules;
    Range live_ttl = before->len ? before->items[0].range : (Range){0, 0};
    finding.related = (Places){0};
    finding.place = place_candidate(change->candidate, loss->kept->range, (Str){0});
    if (!range_is_empty(live_ttl))
        vec_push(arena, &finding.related, place_live(change->live, live_ttl, STR("live TTL")));
    Range engine = target->datasource->engine_token.range;
    vec_push(arena, &finding.related,
             place_candidate(target, range_is_empty(engine) ? (Range){0, 0} : engine,
                             STR("keeps rows for longer")));
    finding.message = str_fmt(
        arena,
        "Any later rebuild of '%.*s' will lose its older rows: %.*s. Today that would be all from "
        "before %.*s; live's TTL still covered them.",
        STR_ARG(target->name), STR_ARG(loss->text),
        STR_ARG(retention_cutoff_text(check, loss->kept)));
    finding.live_meaning = change->live->datasource->ttl.normalized;
    finding.candidate_meaning = change->candidate->datasource->ttl.normalized;
    finding.cause = change->name;
    finding.advice =
        str_fmt(arena,
                "Put FORWARD_QUERY > SELECT * in '%.*s' before a change that rebuilds "
                "it, or DEPLOYMENT_METHOD alter in '%.*s' when only its query changes.",
                STR_ARG(target->name), STR_ARG(loss->view->pipe->name));
    findings_add(check->findings, finding);
}

bool retention_landing(const Check *check, const Resource *target, const Loss *loss)
{
    if (target->project->side != SIDE_CANDIDATE || loss->kind != LOSS_RETENTION || !loss->certain ||
        !loss->kept || !loss->view || !is_live(target) || !is_live(loss->ancestor))
        return false;
    const ResourceChange *change = map_get(check->diff->datasources, loss->ancestor->name);
    if (!change || !change->ttl_changed || !is_shortened(loss->ancestor, loss->kept) ||
        !was_covered(check, target, loss->ancestor))
        return false;
    report(check, change, target, loss);
    return true;
}
