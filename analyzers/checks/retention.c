/* The retention family, and what a changed TTL does to stored rows: TB305, TB306, TB307. */
#include "retention_check.h"

typedef struct {
    const Check *check;
    const ResourceChange *change;
    const Ttl *live;
    const Ttl *candidate;
} TtlChange;

static void note_unchecked(const TtlChange *c, const char *why)
{
    const Resource *candidate = c->change->candidate;
    check_unjudged(c->check, candidate->file, candidate->datasource->ttl_token.range,
                   str_fmt(c->check->arena, "the TTL of '%.*s' %s", STR_ARG(c->change->name), why));
}

static bool deletes(const TtlRule *rule)
{
    return rule->action.len == 0 || str_is_nocase(rule->action, "DELETE");
}

/* GROUP BY: what is older becomes one row a group. */
static bool merges(const TtlRule *rule)
{
    return str_is_nocase(rule->action, "GROUP BY");
}

/* The rule for the same rows, else NULL. */
static const TtlRule *counterpart(const Ttl *ttl, Str condition)
{
    for (size_t i = 0; i < ttl->rules.len; i++)
        if (deletes(&ttl->rules.items[i]) && str_eq(ttl->rules.items[i].condition, condition))
            return &ttl->rules.items[i];
    return NULL;
}

static bool has_deleting_rule(const Ttl *ttl)
{
    for (size_t i = 0; i < ttl->rules.len; i++)
        if (deletes(&ttl->rules.items[i]))
            return true;
    return false;
}

/* ---- findings ---- */

static Range ttl_range(const TtlChange *c, const TtlRule *rule)
{
    if (rule != NULL && !range_is_empty(rule->range))
        return rule->range;
    return c->change->candidate->datasource->ttl_token.range;
}

static Finding ttl_finding(const TtlChange *c, RuleId rule, const TtlRule *live,
                           const TtlRule *candidate, Str message)
{
    Finding finding = check_finding(c->check, rule, c->change, STR(""));
    finding.severity = SEVERITY_WARNING;
    finding.message = message;
    finding.place = place_candidate(c->change->candidate, ttl_range(c, candidate), STR(""));
    finding.related = (Places){0};
    finding.live_meaning = c->live->normalized;
    finding.candidate_meaning = c->candidate->normalized;
    Range old = live != NULL ? live->range : c->change->live->datasource->ttl_token.range;
    if (!range_is_empty(old))
        vec_push(c->check->arena, &finding.related,
                 place_live(c->change->live, old, STR("live TTL")));
    return finding;
}

static Str condition_text(const TtlRule *rule)
{
    Str condition = rule->condition;
    bool around = str_starts(condition, "(") && str_ends(condition, ")");
    return around ? str_slice(condition, 1, condition.len - 1) : condition;
}

static Str for_rows(Arena *arena, const TtlRule *rule)
{
    if (rule->condition.len == 0)
        return STR("");
    return str_fmt(arena, " (rows where %.*s)", STR_ARG(condition_text(rule)));
}

/* Of a data source whose live rules are all for some rows only. */
static Str exceptions_text(const TtlChange *c)
{
    Arena *arena = c->check->arena;
    Strs texts = {0};
    for (size_t i = 0; i < c->live->rules.len; i++) {
        const TtlRule *rule = &c->live->rules.items[i];
        if (deletes(rule) && rule->condition.len)
            vec_push(arena, &texts, condition_text(rule));
    }
    return str_fmt(arena, "all rows but those where %.*s",
                   STR_ARG(str_join(arena, texts.items, texts.len, ", or ")));
}

/* What live keeps for ever of the rows that the rule is for. */
static Str kept_for_ever(const TtlChange *c, const TtlRule *candidate)
{
    if (!has_deleting_rule(c->live))
        return STR("everything");
    return candidate->condition.len ? STR("these rows") : exceptions_text(c);
}

Str retention_cutoff_text(const Check *check, const TtlRule *rule)
{
    const int64_t days_3 = INT64_C(3) * 24 * 3600;
    Instant from = ttl_cutoff(rule->length, check->now);
    return rule->length.max_seconds < days_3 ? instant_text(check->arena, from)
                                             : instant_date(check->arena, from);
}

static Str kept_detail(const TtlChange *c, const char *label, const TtlRule *rule,
                       const TtlRule *other)
{
    Arena *arena = c->check->arena;
    if (rule == NULL)
        return str_fmt(arena, "%s  %.*s", label, STR_ARG(kept_for_ever(c, other)));
    return str_fmt(arena, "%s  %.*s .. today", label,
                   STR_ARG(retention_cutoff_text(c->check, rule)));
}

static void add_details(const TtlChange *c, Finding *finding, const TtlRule *live,
                        const TtlRule *candidate)
{
    Arena *arena = c->check->arena;
    vec_push(arena, &finding->details, kept_detail(c, "kept now  ", live, candidate));
    vec_push(arena, &finding->details, kept_detail(c, "kept after", candidate, candidate));
    finding->advice = str_fmt(arena,
                              "The deploy does not ask, and a longer TTL later does not bring the "
                              "rows back: %s, or copy the old rows first.",
                              live ? "keep the old length" : "leave the TTL out");
}

static void add_shortened(const TtlChange *c, const TtlRule *live, const TtlRule *candidate)
{
    Arena *arena = c->check->arena;
    Str message = str_fmt(
        arena,
        "%.*s%.*s will keep %.*s instead of %.*s: rows from before %.*s are deleted for good.",
        STR_ARG(quoted(arena, c->change->name)), STR_ARG(for_rows(arena, candidate)),
        STR_ARG(ttl_length_text(arena, candidate->length)),
        STR_ARG(ttl_length_text(arena, live->length)),
        STR_ARG(retention_cutoff_text(c->check, candidate)));
    Finding finding = ttl_finding(c, RULE_TB305, live, candidate, message);
    add_details(c, &finding, live, candidate);
    findings_add(c->check->findings, finding);
}

static void add_added(const TtlChange *c, const TtlRule *candidate)
{
    Arena *arena = c->check->arena;
    Str message = str_fmt(
        arena, "%.*s%.*s kept %.*s and will keep %.*s: rows from before %.*s are deleted for good.",
        STR_ARG(quoted(arena, c->change->name)), STR_ARG(for_rows(arena, candidate)),
        STR_ARG(kept_for_ever(c, candidate)), STR_ARG(ttl_length_text(arena, candidate->length)),
        STR_ARG(retention_cutoff_text(c->check, candidate)));
    Finding finding = ttl_finding(c, RULE_TB306, NULL, candidate, message);
    add_details(c, &finding, NULL, candidate);
    findings_add(c->check->findings, finding);
}

/* TB305 where rows are merged sooner than by `live`, TB306 where none were. */
static void add_merging(const TtlChange *c, const TtlRule *live, const TtlRule *candidate)
{
    Arena *arena = c->check->arena;
    Str instead =
        live ? str_fmt(arena, " instead of %.*s", STR_ARG(ttl_length_text(arena, live->length)))
             : STR("");
    Str message =
        str_fmt(arena,
                "%.*s%.*s will merge rows after %.*s%.*s: those from before %.*s lose "
                "their detail for good.",
                STR_ARG(quoted(arena, c->change->name)), STR_ARG(for_rows(arena, candidate)),
                STR_ARG(ttl_length_text(arena, candidate->length)), STR_ARG(instead),
                STR_ARG(retention_cutoff_text(c->check, candidate)));
    Finding finding = ttl_finding(c, live ? RULE_TB305 : RULE_TB306, live, candidate, message);
    finding.advice = STR("The deploy does not ask, and a longer TTL later does not take the groups "
                         "apart again: copy the old rows first if anyone needs them one by one.");
    findings_add(c->check->findings, finding);
}

static Str counted_detail(const TtlChange *c, const char *label, const TtlRule *rule)
{
    Arena *arena = c->check->arena;
    Str from = quoted(arena, rule->column);
    if (!rule->length.known)
        return str_fmt(arena, "%s  as long as %.*s says", label, STR_ARG(from));
    return str_fmt(arena, "%s  %.*s from %.*s on", label, STR_ARG(from),
                   STR_ARG(retention_cutoff_text(c->check, rule)));
}

static void add_column_changed(const TtlChange *c, const TtlRule *live, const TtlRule *candidate)
{
    Arena *arena = c->check->arena;
    bool shorter = live->length.known && candidate->length.known &&
                   ttl_length_compare(live->length, candidate->length) == TTL_SHORTER;
    Str also = !shorter ? STR("")
                        : str_fmt(arena, " It also shrinks from %.*s to %.*s.",
                                  STR_ARG(ttl_length_text(arena, live->length)),
                                  STR_ARG(ttl_length_text(arena, candidate->length)));
    Str message =
        str_fmt(arena,
                "The TTL of %.*s will count from %.*s instead of %.*s: other rows "
                "expire than until now, and those are deleted for good.%.*s",
                STR_ARG(quoted(arena, c->change->name)), STR_ARG(quoted(arena, candidate->column)),
                STR_ARG(quoted(arena, live->column)), STR_ARG(also));
    Finding finding = ttl_finding(c, RULE_TB307, live, candidate, message);
    finding.subject = candidate->column;
    vec_push(arena, &finding.details, counted_detail(c, "kept now  ", live));
    vec_push(arena, &finding.details, counted_detail(c, "kept after", candidate));
    finding.advice = STR("Look for rows whose new column lies further back than the old one, or "
                         "is empty: 1970-01-01 expires at once.");
    findings_add(c->check->findings, finding);
}

/* ---- comparison ---- */

static void compare_rules(const TtlChange *c, const TtlRule *live, const TtlRule *candidate)
{
    if (!live->length.known || !candidate->length.known || live->column.len == 0 ||
        candidate->column.len == 0) {
        if (!str_eq(c->live->normalized, c->candidate->normalized))
            note_unchecked(c, "could not be compared: it is no constant interval after a column");
        return;
    }
    if (!str_eq(live->column, candidate->column)) {
        add_column_changed(c, live, candidate);
        return;
    }
    bool same_base =
        str_eq(live->base, candidate->base) || (live->base_is_moment && candidate->base_is_moment);
    if (!same_base)
        note_unchecked(c, "could not be compared: it counts from another expression");
    else if (ttl_length_compare(live->length, candidate->length) == TTL_SHORTER)
        add_shortened(c, live, candidate);
}

/* A rule for rows that no rule of the live TTL names: they fell under the rule for all rows, or
 * under none. */
static void compare_new_rule(const TtlChange *c, const TtlRule *candidate)
{
    const TtlRule *general = counterpart(c->live, STR(""));
    if (general != NULL)
        compare_rules(c, general, candidate);
    else if (candidate->length.known)
        add_added(c, candidate);
    else
        note_unchecked(c, "could not be read: how long rows are kept is not known");
}

static const TtlRule *merging_counterpart(const Ttl *ttl, Str condition)
{
    for (size_t i = 0; i < ttl->rules.len; i++)
        if (merges(&ttl->rules.items[i]) && str_eq(ttl->rules.items[i].condition, condition))
            return &ttl->rules.items[i];
    return NULL;
}

/* What is deleted by then anyway has no detail to lose. */
static void compare_merging(const TtlChange *c, const TtlRule *candidate)
{
    const TtlRule *live = merging_counterpart(c->live, candidate->condition);
    const TtlRule *deleted = counterpart(c->live, STR(""));
    const TtlRule *before = live != NULL ? live : deleted;
    if (!candidate->length.known || (before != NULL && !before->length.known)) {
        if (live == NULL || !str_eq(c->live->normalized, c->candidate->normalized))
            note_unchecked(c, "could not be compared: it is no constant interval after a column");
        return;
    }
    if (before == NULL || ttl_length_compare(before->length, candidate->length) == TTL_SHORTER)
        add_merging(c, live, candidate);
}

static void compare(const TtlChange *c)
{
    for (size_t i = 0; i < c->candidate->rules.len; i++) {
        const TtlRule *candidate = &c->candidate->rules.items[i];
        if (merges(candidate))
            compare_merging(c, candidate);
        if (!deletes(candidate))
            continue;
        const TtlRule *live = counterpart(c->live, candidate->condition);
        if (live != NULL)
            compare_rules(c, live, candidate);
        else
            compare_new_rule(c, candidate);
    }
}

static bool can_compare(const ResourceChange *change)
{
    return change->kind == DATAFILE_DATASOURCE && change->ttl_changed && change->live != NULL &&
           change->candidate != NULL && !change->candidate->vendored &&
           change->live->datasource != NULL && change->candidate->datasource != NULL;
}

void retention_lengths(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (!can_compare(change) || retention_is_refused_now(check, change))
            continue;
        TtlChange c = {check, change, &change->live->datasource->ttl,
                       &change->candidate->datasource->ttl};
        bool unreadable = (c.live->present && !c.live->readable) ||
                          (c.candidate->present && !c.candidate->readable);
        if (unreadable && c.candidate->present)
            note_unchecked(&c, "could not be read: how long rows are kept is not known");
        else if (c.candidate->present)
            compare(&c);
    }
}
