/* migration.c: the sync and backfill pipes of a replica, the plain pair: TB501, TB502, TB503. */
#include "migration_time.h"

enum { WRITERS_MAX = 64 }; /* a target with more is no migration */

typedef struct {
    const Resource *pipe;
    const ResourceChange *change; /* NULL when the pipe is as it is live */
    CutoffFilter filter;
} Writer;

typedef struct {
    const Check *check;
    const Resource *target;
    bool target_is_new;
    Writer *sync;
    Writer *backfill;
} Pair;

const ResourceChange *query_change(const Check *check, const Resource *pipe)
{
    const ResourceChange *change = map_get(check->diff->pipes, pipe->name);
    bool counts = change != NULL && change->candidate == pipe &&
                  (change->status == STATUS_NEW || change->query_changed);
    return counts ? change : NULL;
}

/* ---- findings ---- */

static Str bound_meaning(Arena *arena, const TimeBound *bound)
{
    return bound->present ? str_fmt(arena, "%lld", (long long)bound->at) : STR("none");
}

/* Which rows each of the two takes; for the id. */
static Str pair_meaning(const Pair *pair)
{
    Arena *arena = pair->check->arena;
    const CutoffFilter *sync = &pair->sync->filter;
    const CutoffFilter *backfill = &pair->backfill->filter;
    const Str parts[] = {
        sync->source.len ? sync->source : backfill->source,
        sync->column.len ? sync->column : backfill->column,
        pair->sync->pipe->name,
        bound_meaning(arena, &sync->lower),
        pair->backfill->pipe->name,
        bound_meaning(arena, &backfill->upper),
    };
    return str_join(arena, parts, ARRAY_LEN(parts), "\n");
}

/* The finding stands at the pipe to blame; if the change did not touch it, at the other one. */
static Finding *add_finding(const Pair *pair, RuleId rule, Severity severity, const Writer *blamed,
                            Range range, Str message)
{
    const Check *check = pair->check;
    const Writer *other = blamed == pair->sync ? pair->backfill : pair->sync;
    const Writer *at = blamed->change != NULL ? blamed : other;
    const Writer *away = at == blamed ? other : blamed;
    Range at_range = at == blamed ? range : at->filter.where;
    Range away_range = at == blamed ? away->filter.where : range;
    Finding finding = check_finding(check, rule, at->change, STR(""));
    finding.resource = blamed->pipe->name;
    finding.subject = pair->target->name;
    finding.severity = severity;
    finding.message = message;
    finding.place = place_candidate(at->pipe, at_range, STR(""));
    finding.related = (Places){0};
    finding.live_meaning = STR("");
    finding.candidate_meaning = pair_meaning(pair);
    const char *role = away == pair->sync ? "the pipe that copies new rows" : "the backfill";
    vec_push(check->arena, &finding.related, place_candidate(away->pipe, away_range, str_of(role)));
    return findings_add(check->findings, finding);
}

/* A sync pipe that is live already has copied only what came since then: how much is doubled
 * depends on the data. */
static Severity doubled_severity(const Pair *pair)
{
    bool settled = !pair->target_is_new && pair->sync->change == NULL;
    return settled || merges_duplicates(pair->target) ? SEVERITY_WARNING : SEVERITY_ERROR;
}

/* A query that filters by something else already has its WHERE. */
static const char *joining_word(const CutoffFilter *filter)
{
    return filter->others.len ? "AND" : "WHERE";
}

static void add_missing_lower(const Pair *pair)
{
    Arena *arena = pair->check->arena;
    const TimeBound *bound = &pair->backfill->filter.upper;
    Str column = pair->backfill->filter.column;
    Str message = str_fmt(
        arena,
        "Rows up to %.*s that arrive after the deploy will be in %.*s twice. %.*s copies new "
        "rows without a lower bound, and %.*s copies them again.",
        STR_ARG(nanos_text(arena, bound->literal)), STR_ARG(quoted(arena, pair->target->name)),
        STR_ARG(quoted(arena, pair->sync->pipe->name)),
        STR_ARG(quoted(arena, pair->backfill->pipe->name)));
    Finding *finding = add_finding(pair, RULE_TB501, doubled_severity(pair), pair->sync,
                                   pair->sync->filter.where, message);
    const char *op = bound->at > bound->literal ? ">" : ">=";
    finding->advice =
        str_fmt(arena, "Add %s %.*s %s '%.*s' to %.*s.", joining_word(&pair->sync->filter),
                STR_ARG(column), op, STR_ARG(nanos_text(arena, bound->literal)),
                STR_ARG(quoted(arena, pair->sync->pipe->name)));
}

static void add_missing_upper(const Pair *pair)
{
    Arena *arena = pair->check->arena;
    const TimeBound *bound = &pair->sync->filter.lower;
    Str column = pair->sync->filter.column;
    Str message = str_fmt(
        arena,
        "Rows after %.*s will be in %.*s twice. The backfill %.*s has no upper bound, and %.*s "
        "copies them too.",
        STR_ARG(nanos_text(arena, bound->literal)), STR_ARG(quoted(arena, pair->target->name)),
        STR_ARG(quoted(arena, pair->backfill->pipe->name)),
        STR_ARG(quoted(arena, pair->sync->pipe->name)));
    Severity severity = merges_duplicates(pair->target) ? SEVERITY_WARNING : SEVERITY_ERROR;
    Finding *finding = add_finding(pair, RULE_TB502, severity, pair->backfill,
                                   pair->backfill->filter.where, message);
    const char *op = bound->at > bound->literal ? "<=" : "<";
    finding->advice =
        str_fmt(arena, "Add %s %.*s %s '%.*s' to %.*s.", joining_word(&pair->backfill->filter),
                STR_ARG(column), op, STR_ARG(nanos_text(arena, bound->literal)),
                STR_ARG(quoted(arena, pair->backfill->pipe->name)));
}

static Str rows_text(const Pair *pair, const TimeBound *lower, const TimeBound *upper)
{
    Arena *arena = pair->check->arena;
    bool by_day = pair->sync->filter.by_day || pair->backfill->filter.by_day;
    if (lower->literal == upper->literal && !by_day)
        return str_fmt(arena, "exactly at %.*s", STR_ARG(nanos_text(arena, lower->literal)));
    Nanos a = by_day ? lower->at : lower->literal;
    Nanos b = by_day ? upper->at : upper->literal;
    Nanos from = a < b ? a : b;
    Nanos to = a < b ? b : a;
    return str_fmt(arena, "%.*s (%.*s)", STR_ARG(between_text(arena, from, to)),
                   STR_ARG(span_text(arena, (to - from) / NANOS_PER_SECOND)));
}

static void add_mismatch(const Pair *pair)
{
    Arena *arena = pair->check->arena;
    const TimeBound *lower = &pair->sync->filter.lower;
    const TimeBound *upper = &pair->backfill->filter.upper;
    bool gap = lower->at > upper->at;
    Str message = str_fmt(
        arena, "Rows of %.*s with %.*s %.*s would %s %.*s. The filters of %.*s and %.*s %s.",
        STR_ARG(quoted(arena, pair->sync->filter.source)),
        STR_ARG(quoted(arena, pair->sync->filter.column)), STR_ARG(rows_text(pair, lower, upper)),
        gap ? "never be copied to" : "be copied twice to",
        STR_ARG(quoted(arena, pair->target->name)), STR_ARG(quoted(arena, pair->sync->pipe->name)),
        STR_ARG(quoted(arena, pair->backfill->pipe->name)), gap ? "leave a gap" : "overlap");
    Severity severity = !gap && merges_duplicates(pair->target) ? SEVERITY_WARNING : SEVERITY_ERROR;
    const Writer *blamed = pair->backfill->change != NULL ? pair->backfill : pair->sync;
    Range range = blamed == pair->sync ? lower->range : upper->range;
    Finding *finding = add_finding(pair, RULE_TB503, severity, blamed, range, message);
    finding->advice = STR("Use one moment in both pipes: > in the pipe that copies new rows, <= "
                          "in the backfill.");
}

static void note_unchecked(const Pair *pair, const Writer *writer, const char *why, Range range)
{
    const Writer *other = writer == pair->sync ? pair->backfill : pair->sync;
    check_unjudged(pair->check, writer->pipe->file, range,
                   str_fmt(pair->check->arena,
                           "cannot compare the time filters of '%.*s' and '%.*s': %s",
                           STR_ARG(writer->pipe->name), STR_ARG(other->pipe->name), why));
}

/* ---- the pair ---- */

static bool has_bound(const CutoffFilter *filter)
{
    return filter->lower.present || filter->upper.present;
}

static bool same_conditions(const CutoffFilter *a, const CutoffFilter *b)
{
    if (a->others.len != b->others.len)
        return false;
    for (size_t i = 0; i < a->others.len; i++)
        if (!str_eq(a->others.items[i], b->others.items[i]))
            return false;
    return true;
}

/* Which is which: the backfill ends somewhere, the sync pipe starts somewhere. False when the two
 * filters do not say. */
static bool assign_roles(Pair *pair, Writer *a, Writer *b)
{
    if (a->filter.lower.present && a->filter.upper.present && b->filter.lower.present &&
        b->filter.upper.present)
        return false;
    bool a_ends = a->filter.upper.present;
    bool b_ends = b->filter.upper.present;
    if (a_ends != b_ends) {
        pair->backfill = a_ends ? a : b;
    } else {
        /* Both open at the same side: the one that starts, or starts later, copies new rows. */
        bool a_starts = a->filter.lower.present;
        bool b_starts = b->filter.lower.present;
        bool a_later = a_starts && (!b_starts || a->filter.lower.at > b->filter.lower.at);
        pair->backfill = a_later ? b : a;
    }
    pair->sync = pair->backfill == a ? b : a;
    return true;
}

/* Why the pair cannot be compared, said at one of the two; false when it can. */
static bool is_incomparable(const Pair *pair, Writer *a, Writer *b)
{
    Writer *both[] = {a, b};
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        if (both[i]->filter.trouble != NULL) {
            note_unchecked(pair, both[i], both[i]->filter.trouble, both[i]->filter.trouble_range);
            return true;
        }
    }
    if (!same_conditions(&a->filter, &b->filter)) {
        note_unchecked(pair, a, "their other conditions differ", a->filter.where);
        return true;
    }
    if (a->filter.column.len > 0 && b->filter.column.len > 0 &&
        !str_eq(a->filter.column, b->filter.column)) {
        note_unchecked(pair, a, "they filter by different columns", a->filter.where);
        return true;
    }
    return false;
}

static void judge_cutoff(const Pair *pair)
{
    const TimeBound *lower = &pair->sync->filter.lower;
    const TimeBound *upper = &pair->backfill->filter.upper;
    if (lower->at == upper->at)
        return;
    Nanos span = lower->at > upper->at ? lower->at - upper->at : upper->at - lower->at;
    if (!pair->sync->filter.tick_known && lower->literal != upper->literal &&
        span <= NANOS_PER_SECOND) {
        note_unchecked(pair, pair->sync, "the resolution of the column is not known", lower->range);
        return;
    }
    add_mismatch(pair);
}

static void judge_pair(const Check *check, const Resource *target, bool target_is_new, Writer *a,
                       Writer *b)
{
    Pair pair = {.check = check, .target = target, .target_is_new = target_is_new};
    bool bounded = has_bound(&a->filter) || has_bound(&b->filter);
    bool sources_differ = a->filter.source.len > 0 && b->filter.source.len > 0 &&
                          !str_eq(a->filter.source, b->filter.source);
    bool moving = (a->filter.others_move || b->filter.others_move) &&
                  !same_conditions(&a->filter, &b->filter);
    if (sources_differ || (!bounded && !moving))
        return;
    pair.sync = a;
    pair.backfill = b;
    if (is_incomparable(&pair, a, b) || !assign_roles(&pair, a, b))
        return;
    if (!pair.backfill->filter.upper.present)
        add_missing_upper(&pair);
    else if (!pair.sync->filter.lower.present)
        add_missing_lower(&pair);
    else
        judge_cutoff(&pair);
}

/* ---- finding pairs ---- */

typedef VEC(Writer) Writers;

static Writers writers_of(const Check *check, const Resource *target)
{
    Writers out = {0};
    for (size_t i = 0; i < target->writers.len; i++) {
        const Resource *pipe = target->writers.items[i];
        if (copies_rows(pipe))
            vec_push(check->arena, &out,
                     ((Writer){.pipe = pipe, .change = query_change(check, pipe)}));
    }
    return out;
}

/* The first changed writer with a bound that shares its source with another; NULL. A set of
 * pipes over one source of which none is bounded is no migration. */
static const Writer *sync_among(const Writers *writers)
{
    for (size_t i = 0; i < writers->len; i++) {
        const Writer *a = &writers->items[i];
        for (size_t j = 0; j < writers->len; j++) {
            const Writer *b = &writers->items[j];
            bool shares =
                i != j && a->filter.source.len > 0 && str_eq(a->filter.source, b->filter.source);
            if (shares && has_bound(&a->filter) && (a->change != NULL || b->change != NULL))
                return a;
        }
    }
    return NULL;
}

static void judge_many(const Check *check, const Resource *target, const Writers *writers)
{
    const Writer *sync = sync_among(writers);
    if (sync == NULL)
        return;
    check_unjudged(check, sync->pipe->file, sync->filter.where,
                   str_fmt(check->arena,
                           "cannot compare the time filters of the %zu pipes that write '%.*s': "
                           "only a pair is compared",
                           writers->len, STR_ARG(target->name)));
}

/* What does not depend on how the two filters meet. */
static void judge_columns(const Check *check, const Writers *writers)
{
    for (size_t i = 0; i < writers->len; i++) {
        Migration m;
        const Resource *pipe = writers->items[i].pipe;
        if (!migration_of(check->loader, pipe->project, check->now, pipe, &m))
            continue;
        migration_column(check, &m);
        migration_event_time(check, &m);
        migration_late(check, &m);
        migration_projection(check, &m);
    }
}

static void judge_target(const Check *check, const Resource *target)
{
    Writers writers = writers_of(check, target);
    bool changed = false;
    for (size_t i = 0; i < writers.len; i++)
        changed |= writers.items[i].change != NULL;
    if (!changed || writers.len > WRITERS_MAX)
        return;
    judge_columns(check, &writers);
    bool told = migration_minimum(check, target) || migration_cutoff_moves(check, target) ||
                migration_cutoff_edited(check, target);
    if (writers.len < 2 || told)
        return;
    for (size_t i = 0; i < writers.len; i++)
        writers.items[i].filter =
            cutoff_filter_read(check->loader, check->diff->sides.candidate, writers.items[i].pipe);
    if (writers.len > 2) {
        judge_many(check, target, &writers);
        return;
    }
    const ResourceChange *change = map_get(check->diff->datasources, target->name);
    bool is_new = change != NULL && change->status == STATUS_NEW;
    judge_pair(check, target, is_new, &writers.items[0], &writers.items[1]);
}

void migration_bounds(const Check *check)
{
    const Project *candidate = check->diff->sides.candidate;
    Map *seen = map_new(check->arena);
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (change->kind != DATAFILE_PIPE || change->candidate == NULL ||
            !copies_rows(change->candidate))
            continue;
        Str name = change->candidate->pipe->target;
        const Resource *target = project_find(candidate, DATAFILE_DATASOURCE, name);
        if (target == NULL || map_has(seen, name))
            continue;
        map_put(seen, name, change->candidate);
        judge_target(check, target);
    }
}
