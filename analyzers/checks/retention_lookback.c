/* retention_lookback.c: TB310, a pipe that looks back further than its data source keeps rows. */
#include "model/lookback.h"
#include "retention_check.h"

typedef struct {
    const Check *check;
    const Resource *pipe;
    const Lookback *lookback;
    const Resource *source;
    const TtlRule *kept;
    const ResourceChange *shortened; /* of the source: this change cuts its TTL; else NULL */
} Shortfall;

typedef VEC(Shortfall) Shortfalls;

/* ---- what the data source keeps ---- */

/* The rule for all rows, counted from the column's own moment; NULL: not known, or none. */
static const TtlRule *kept_by_column(const Resource *source, Str column)
{
    const DatasourceFacts *facts = source->datasource;
    for (size_t i = 0; facts && facts->ttl.readable && i < facts->ttl.rules.len; i++) {
        const TtlRule *rule = &facts->ttl.rules.items[i];
        bool deletes = rule->action.len == 0 || str_is_nocase(rule->action, "DELETE");
        if (deletes && rule->condition.len == 0 && rule->base_is_moment && rule->length.known &&
            rule->length.max_seconds > 0 && str_eq(rule->column, column))
            return rule;
    }
    return NULL;
}

static bool counts_days(const Resource *source, const TtlRule *rule)
{
    const Column *column = datafile_column(source->facts, rule->column);
    const Type *type = column && column->type ? type_bare(column->type) : NULL;
    return !str_eq(rule->base, rule->column) ||
           (type && (type_is(type, "Date") || type_is(type, "Date32")));
}

/* "Everything", as people write it: now() - INTERVAL 10 YEAR. */
static bool means_all(const Lookback *lookback)
{
    const int64_t years_10 = INT64_C(3650) * 86400;
    return lookback->moment.back.max_seconds >= years_10;
}

/* A day, or the span whose start is compared, is no shortfall: its last part is still there. */
static bool exceeds(const Lookback *lookback, const TtlRule *kept)
{
    int64_t slack = lookback->column.span;
    bool by_day = lookback->moment.by_day || counts_days(lookback->column.source, kept);
    if (by_day && slack < 86400)
        slack = 86400;
    TtlLength limit = kept->length;
    limit.min_seconds += slack;
    limit.max_seconds += slack;
    limit.seconds += slack;
    return ttl_length_compare(limit, lookback->moment.back) == TTL_LONGER;
}

/* ---- what the change does ---- */

static const ResourceChange *shortened_by(const Check *check, const Resource *source,
                                          const TtlRule *kept)
{
    const ResourceChange *change = map_get(check->diff->datasources, source->name);
    if (!change || !change->ttl_changed || !change->live || !change->live->datasource)
        return NULL;
    const Ttl *live = &change->live->datasource->ttl;
    const TtlRule *before = kept_by_column(change->live, kept->column);
    if (live->present && !live->readable)
        return NULL;
    bool shorter = !before || ttl_length_compare(before->length, kept->length) == TTL_SHORTER;
    return shorter ? change : NULL;
}

/* Live's pipe looks back as far in the same data source, and live keeps no more of it. */
static bool live_has_it(const Shortfall *s)
{
    const Resource *live = s->pipe->other;
    if (!live || !live->facts)
        return false;
    Lookbacks all = lookbacks_of(s->check->loader, live);
    for (size_t i = 0; i < all.len; i++) {
        const Lookback *old = &all.items[i];
        const TtlRule *kept = kept_by_column(old->column.source, old->column.column);
        if (kept && str_eq(old->column.source->name, s->source->name) && exceeds(old, kept) &&
            old->moment.back.max_seconds >= s->lookback->moment.back.max_seconds)
            return true;
    }
    return false;
}

static bool is_brought_now(const Shortfall *s)
{
    return s->shortened || s->check->loader->everything || (s->pipe->changed && !live_has_it(s));
}

/* ---- the findings ---- */

/* "looks back 90 days" */
static Str looks_back(const Shortfall *s)
{
    Arena *arena = s->check->arena;
    Str length = ttl_length_text(arena, s->lookback->moment.back);
    if (s->lookback->moment.parameter.len)
        return str_fmt(arena, "looks back %.*s by default ('%.*s')", STR_ARG(length),
                       STR_ARG(s->lookback->moment.parameter));
    return str_fmt(arena, "%s %.*s", s->lookback->certain ? "looks back" : "can look back",
                   STR_ARG(length));
}

static Str missed_text(const Shortfall *s)
{
    Arena *arena = s->check->arena;
    if (!s->source->other)
        return STR("it will miss the older rows");
    return str_fmt(arena, "it %s the rows from before %.*s", s->shortened ? "will miss" : "misses",
                   STR_ARG(retention_cutoff_text(s->check, s->kept)));
}

static Str message_of(const Shortfall *s)
{
    Arena *arena = s->check->arena;
    return str_fmt(arena, "'%.*s' %.*s, but '%.*s' %s %.*s: %.*s.", STR_ARG(s->pipe->name),
                   STR_ARG(looks_back(s)), STR_ARG(s->source->name),
                   s->shortened ? "will keep" : "keeps",
                   STR_ARG(ttl_length_text(arena, s->kept->length)), STR_ARG(missed_text(s)));
}

static Place ttl_place(const Shortfall *s, Str message)
{
    Range range =
        range_is_empty(s->kept->range) ? s->source->datasource->ttl_token.range : s->kept->range;
    return place_candidate(s->source, range, message);
}

static Str meaning_of(const Shortfall *s)
{
    Arena *arena = s->check->arena;
    return str_fmt(arena, "%.*s %.*s", STR_ARG(s->pipe->name),
                   STR_ARG(ttl_length_text(arena, s->lookback->moment.back)));
}

/* The pipe is what this change edits. */
static void report_pipe(const Shortfall *s)
{
    Arena *arena = s->check->arena;
    Finding finding =
        check_single_finding(s->pipe, RULE_TB310, s->lookback->range, s->source->name);
    finding.is_single_version = false;
    finding.message = message_of(s);
    vec_push(arena, &finding.related, ttl_place(s, STR("how long rows are kept")));
    finding.candidate_meaning =
        str_fmt(arena, "%.*s of %.*s", STR_ARG(meaning_of(s)), STR_ARG(s->kept->column));
    finding.advice = str_fmt(arena, "Keep rows for longer in '%.*s', or let '%.*s' ask for less.",
                             STR_ARG(s->source->name), STR_ARG(s->pipe->name));
    findings_add(s->check->findings, finding);
}

static Str others_text(Arena *arena, const Shortfalls *group, const Shortfall *first)
{
    Strs names = {0};
    for (size_t i = 0; i < group->len; i++) {
        if (&group->items[i] != first)
            vec_push(arena, &names, group->items[i].pipe->name);
    }
    if (names.len == 0)
        return STR("");
    return str_fmt(arena, " So will %.*s.", STR_ARG(quoted_list(arena, names.items, names.len, 4)));
}

static const Shortfall *furthest_of(const Shortfalls *group)
{
    const Shortfall *best = &group->items[0];
    for (size_t i = 1; i < group->len; i++) {
        if (group->items[i].lookback->moment.back.max_seconds >
            best->lookback->moment.back.max_seconds)
            best = &group->items[i];
    }
    return best;
}

/* The TTL is: one finding for all pipes. */
static void report_source(const Shortfalls *group)
{
    const Shortfall *first = furthest_of(group);
    const Check *check = first->check;
    Arena *arena = check->arena;
    Finding finding = check_finding(check, RULE_TB310, first->shortened, (Str){0});
    Strs meanings = {0};
    finding.related = (Places){0};
    finding.place = ttl_place(first, (Str){0});
    for (size_t i = 0; i < group->len; i++) {
        const Shortfall *s = &group->items[i];
        Str what = str_fmt(arena, "'%.*s' %.*s", STR_ARG(s->pipe->name), STR_ARG(looks_back(s)));
        vec_push(arena, &finding.related, place_candidate(s->pipe, s->lookback->range, what));
        vec_push(arena, &meanings, meaning_of(s));
    }
    Str others = others_text(arena, group, first);
    finding.message = str_fmt(arena, "%.*s%.*s", STR_ARG(message_of(first)), STR_ARG(others));
    finding.live_meaning = first->shortened->live->datasource->ttl.normalized;
    finding.candidate_meaning =
        str_fmt(arena, "%.*s: %.*s", STR_ARG(first->source->datasource->ttl.normalized),
                STR_ARG(str_join(arena, meanings.items, meanings.len, ", ")));
    finding.advice =
        str_fmt(arena, "Keep rows for as long as they are read, or let %s ask for less.",
                group->len == 1 ? "the pipe" : "the pipes");
    findings_add(check->findings, finding);
}

/* ---- the pipes ---- */

/* Of each data source the bound that reaches furthest. */
static bool is_furthest(const Lookbacks *all, size_t at)
{
    const Lookback *this = &all->items[at];
    for (size_t i = 0; i < all->len; i++) {
        int64_t other = all->items[i].moment.back.max_seconds;
        if (all->items[i].column.source == this->column.source && !means_all(&all->items[i]) &&
            (other > this->moment.back.max_seconds ||
             (other == this->moment.back.max_seconds && i < at)))
            return false;
    }
    return true;
}

static void judge_pipe(const Check *check, const Resource *pipe, Shortfalls *out)
{
    Lookbacks all = lookbacks_of(check->loader, pipe); /* its items stay in the arena */
    for (size_t i = 0; i < all.len; i++) {
        const Lookback *lookback = &all.items[i];
        const Resource *source = lookback->column.source;
        const TtlRule *kept = kept_by_column(source, lookback->column.column);
        if (!kept || means_all(lookback) || !exceeds(lookback, kept) || !is_furthest(&all, i))
            continue;
        Shortfall shortfall = {check,  pipe, lookback,
                               source, kept, shortened_by(check, source, kept)};
        if (is_brought_now(&shortfall))
            vec_push(check->arena, out, shortfall);
    }
}

static bool any_ttl_changed(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (change->ttl_changed && change->live && change->candidate)
            return true;
    }
    return false;
}

/* One group for each data source whose TTL is cut. */
static void report_all(const Check *check, const Shortfalls *all)
{
    Map *groups = map_new(check->arena);
    for (size_t i = 0; i < all->len; i++) {
        const Shortfall *s = &all->items[i];
        if (!s->shortened) {
            report_pipe(s);
            continue;
        }
        Shortfalls *group = map_get(groups, s->source->name);
        if (!group) {
            group = ARENA_NEW(check->arena, Shortfalls);
            map_put(groups, s->source->name, group);
        }
        vec_push(check->arena, group, *s);
    }
    for (size_t i = 0; i < map_len(groups); i++)
        report_source(map_value(groups, i));
}

/* What a materialized pipe filters is what is inserted: it looks back at nothing. */
void retention_lookbacks(const Check *check)
{
    const Map *pipes = check->diff->sides.candidate->pipes;
    bool every = any_ttl_changed(check) || check->loader->everything;
    Shortfalls all = {0};
    for (size_t i = 0; i < map_len(pipes); i++) {
        const Resource *pipe = map_value(pipes, i);
        if (pipe->facts && pipe->pipe && pipe->pipe->type != PIPE_MATERIALIZED &&
            (every || pipe->changed))
            judge_pipe(check, pipe, &all);
    }
    report_all(check, &all);
}
