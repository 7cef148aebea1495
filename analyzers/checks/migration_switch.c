/* migration_switch.c: readers that move to the new chain of a migration: TB513, TB516. */
#include "migration_stream.h"
#include "migration_time.h"
#include "model/lineage.h"
#include "model/migration_readers.h"
#include "source/history.h"

#include <string.h>

enum {
    READERS_SHOWN = 3,
    COMMITS_MOST = 300,     /* of the live branch, looked at for a backfill that is gone again */
    LOOK_BACK = 30 * 86400, /* seconds before the cutoff that it may have come */
};

typedef struct {
    const Check *check;
    const MigrationChange *change;
    const Migration *before; /* live's side of it, else the candidate's */
    MovedReaders moved;      /* at least one */
} Switch;

/* ---- words ---- */

static Str readers_text(const Switch *s)
{
    Arena *arena = s->check->arena;
    Strs names = {0};
    for (size_t i = 0; i < s->moved.len; i++)
        vec_push(arena, &names, s->moved.items[i].candidate->name);
    return quoted_list(arena, names.items, names.len, READERS_SHOWN);
}

/* What they read now, each once: 'a' and 'b'. */
static Str destinations_text(const Switch *s)
{
    Arena *arena = s->check->arena;
    Map *seen = map_new(arena);
    Strs names = {0};
    for (size_t i = 0; i < s->moved.len; i++) {
        Str name = s->moved.items[i].new_source->name;
        if (!map_has(seen, name))
            vec_push(arena, &names, name);
        map_put(seen, name, (void *)(uintptr_t)s);
    }
    return quoted_list(arena, names.items, names.len, READERS_SHOWN);
}

static Place place_of(const Switch *s, const MovedReader *moved)
{
    Range range;
    if (!pipe_reads(s->check->loader, moved->via, moved->new_source->name, &range))
        range = check_first_line(s->check, moved->via);
    return place_candidate(moved->via, range, STR(""));
}

static void relate_reader(const Switch *s, const MovedReader *moved, Finding *finding)
{
    Arena *arena = s->check->arena;
    Range range;
    if (pipe_reads(s->check->loader, moved->live, moved->old_source->name, &range))
        vec_push(arena, &finding->related, place_live(moved->live, range, STR("reads it now")));
}

static bool same_place(const Place *a, const Place *b)
{
    return a->file == b->file && a->range.start == b->range.start && a->range.end == b->range.end;
}

static Finding switch_finding(const Switch *s, RuleId rule)
{
    Arena *arena = s->check->arena;
    const MovedReader *first = &s->moved.items[0];
    Finding finding = {
        .rule = rule,
        .severity = SEVERITY_WARNING,
        .project = first->candidate->project->root,
        .resource = first->candidate->name,
        .subject = s->change->replica,
        .place = place_of(s, first),
        .live_meaning = s->change->legacy,
        .candidate_meaning = readers_text(s),
    };
    for (size_t i = 0; i < s->moved.len; i++)
        relate_reader(s, &s->moved.items[i], &finding);
    for (size_t i = 1; i < s->moved.len; i++) {
        Place place = place_of(s, &s->moved.items[i]);
        if (same_place(&place, &finding.place))
            continue; /* both move by one plain pipe */
        place.message = STR("moves, too");
        vec_push(arena, &finding.related, place);
    }
    return finding;
}

/* ---- TB513 ---- */

/* Another pipe than the views of the chain copies rows into it. */
static bool has_own_backfill(const Check *check, Str name, const Resource *sync)
{
    const Resource *target = project_find(check->diff->sides.live, DATAFILE_DATASOURCE, name);
    for (size_t i = 0; target != NULL && i < target->writers.len; i++) {
        const Resource *pipe = target->writers.items[i];
        if (pipe != sync && copies_rows(pipe) && pipe->pipe->type == PIPE_COPY)
            return true;
        if (pipe != sync && copies_rows(pipe)) {
            CutoffFilter filter = cutoff_filter_read(check->loader, check->diff->sides.live, pipe);
            if (filter.upper.present || filter.moving_upper.present)
                return true;
        }
    }
    return false;
}

/* The table keeps nothing from before the cutoff any more, so that nothing is to be copied. */
static bool has_expired(const Switch *s)
{
    const Resource *replica = s->before->replica;
    const CutoffFilter *filter = &s->before->sync_filter;
    if (replica->datasource == NULL || !filter->lower.present)
        return false;
    const Ttl *ttl = &replica->datasource->ttl;
    if (!ttl->present || !ttl->readable || ttl->rules.len != 1)
        return false;
    const TtlRule *rule = &ttl->rules.items[0];
    if (!rule->length.known || rule->condition.len > 0 || rule->length.max_seconds <= 0)
        return false;
    return cutoff_moment(filter) / NANOS_PER_SECOND + rule->length.max_seconds <= s->check->now;
}

/* A copy that a person runs after the cutoff, which is still to come in any time zone. */
static bool cannot_have_run(const Switch *s, const Migration *live)
{
    const CutoffFilter *filter = &live->sync_filter;
    if (live->backfill == NULL || !runs_on_demand(live->backfill) || !filter->lower.present)
        return false;
    return cutoff_span(filter).earliest > s->check->now;
}

/* Its connector takes in the old rows, too. Another bucket than the old one has none of them. */
static bool reingests(const Check *check, const Migration *m)
{
    return m != NULL && m->reingests && !migration_reads_elsewhere(check, m);
}

static bool is_filled(const Switch *s)
{
    const Migration *live = s->change->live;
    if (reingests(s->check, live) || reingests(s->check, s->change->candidate))
        return true;
    if (live != NULL && live->backfill != NULL)
        return !cannot_have_run(s, live);
    const Resource *sync = live != NULL ? live->sync : NULL;
    return has_own_backfill(s->check, s->change->replica, sync) || has_expired(s);
}

/* A copy of a view's target may be filled from that, instead of through the replica. */
static MovedReaders without_backfill(const Switch *s)
{
    MovedReaders out = {0};
    const Resource *sync = s->change->live != NULL ? s->change->live->sync : NULL;
    for (size_t i = 0; i < s->moved.len; i++) {
        Str name = s->moved.items[i].new_source->name;
        if (str_eq(name, s->change->replica) || !has_own_backfill(s->check, name, sync))
            vec_push(s->check->arena, &out, s->moved.items[i]);
    }
    return out;
}

static Str lost_rows_text(const Switch *s)
{
    const CutoffFilter *filter = &s->before->sync_filter;
    if (!filter->lower.present)
        return STR("older rows");
    return str_fmt(s->check->arena, "the rows until %.*s",
                   STR_ARG(nanos_text(s->check->arena, cutoff_moment(filter))));
}

/* ---- a backfill that has done its work ---- */

typedef struct {
    const Project *live;
    Str replica;
    bool found;
} RemovedBackfill;

static Str after_word(Str line, const char *word)
{
    size_t len = strlen(word);
    if (!str_starts_nocase(line, word) || line.len == len)
        return (Str){0};
    return str_slice(line, len, line.len);
}

static Str without_quotes(Str value)
{
    Str text = str_trim(value);
    bool is_quoted = text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
                     text.ptr[text.len - 1] == text.ptr[0];
    return is_quoted ? str_slice(text, 1, text.len - 1) : text;
}

/* A line of it names the replica behind DATASOURCE or TARGET_DATASOURCE. */
static bool writes_to(Str text, Str replica)
{
    Str line;
    while (str_split_line(&text, &line)) {
        Str trimmed = str_trim(line);
        Str value = after_word(trimmed, "DATASOURCE ");
        if (value.len == 0)
            value = after_word(trimmed, "TARGET_DATASOURCE ");
        if (value.len > 0 && str_eq(without_quotes(value), replica))
            return true;
    }
    return false;
}

/* A pipe that only moved to another folder is among live's still. */
static bool visit_removed(void *context, Str path, Str text)
{
    RemovedBackfill *search = context;
    Str name = path_base(path);
    name.len -= sizeof ".pipe" - 1;
    search->found =
        project_find(search->live, DATAFILE_PIPE, name) == NULL && writes_to(text, search->replica);
    return !search->found;
}

/* Another pipe into the replica was live, and went before the readers move. */
static bool has_had_backfill(const Switch *s)
{
    const Loader *loader = s->check->loader;
    const Migration *live = s->change->live;
    if (live == NULL || loader->repo == NULL || loader->live_tip == NULL)
        return false;
    Instant since = cutoff_moment(&live->sync_filter) / NANOS_PER_SECOND - LOOK_BACK;
    HistoryBounds bounds = {COMMITS_MOST, live->sync_filter.lower.present ? since : 0};
    RemovedBackfill search = {.live = s->check->diff->sides.live, .replica = s->change->replica};
    Fault ignored = {0};
    return history_removed(loader->repo, loader->live_tip, search.live->root, bounds, visit_removed,
                           &search, &ignored) == 0 &&
           search.found;
}

/* Why the older rows are not there: "no backfill into it is live". */
static Str early_reason(const Switch *s, Str to)
{
    Arena *arena = s->check->arena;
    const Migration *live = s->change->live;
    if (live != NULL && live->backfill != NULL)
        return str_fmt(arena, "the backfill '%.*s' cannot have run before that",
                       STR_ARG(live->backfill->name));
    Str replica = quoted(arena, s->change->replica);
    return str_fmt(arena, "no backfill into %.*s is live",
                   STR_ARG(str_eq(to, replica) ? STR("it") : replica));
}

/* A backfill that this very change brings. */
static void relate_new_backfill(const Switch *s, Finding *finding)
{
    Arena *arena = s->check->arena;
    const Migration *candidate = s->change->candidate;
    if (candidate == NULL || candidate->backfill == NULL || candidate->backfill->other != NULL)
        return;
    finding->message = str_fmt(arena, "%.*s '%.*s' comes with this change: it has not run yet.",
                               STR_ARG(finding->message), STR_ARG(candidate->backfill->name));
    vec_push(arena, &finding->related,
             place_candidate(candidate->backfill, check_first_line(s->check, candidate->backfill),
                             STR("the backfill")));
}

static void judge_too_early(const Switch *all)
{
    Arena *arena = all->check->arena;
    if (is_filled(all))
        return;
    Switch early = *all;
    early.moved = without_backfill(all);
    if (early.moved.len == 0 || has_had_backfill(all))
        return;
    Finding finding = switch_finding(&early, RULE_TB513);
    Str to = destinations_text(&early);
    finding.message =
        str_fmt(arena, "%.*s may miss %.*s: %s to %.*s, and %.*s.", STR_ARG(readers_text(&early)),
                STR_ARG(lost_rows_text(&early)), early.moved.len == 1 ? "it moves" : "they move",
                STR_ARG(to), STR_ARG(early_reason(&early, to)));
    relate_new_backfill(&early, &finding);
    finding.advice =
        STR("Deploy the backfill, run it once the cutoff has passed, compare both, and "
            "move the readers after that.");
    findings_add(all->check->findings, finding);
}

/* ---- TB516 ---- */

static bool is_deleted(const Check *check, Str name)
{
    const ResourceChange *change = map_get(check->diff->datasources, name);
    return change != NULL && change->status == STATUS_DELETED && change->renamed_to == NULL;
}

/* What readers would go back to, and the change deletes: each once. */
static Strs deleted_sources(const Switch *s)
{
    Arena *arena = s->check->arena;
    Map *seen = map_new(arena);
    Strs out = {0};
    if (is_deleted(s->check, s->change->legacy)) {
        vec_push(arena, &out, s->change->legacy);
        map_put(seen, s->change->legacy, (void *)(uintptr_t)s);
    }
    for (size_t i = 0; i < s->moved.len; i++) {
        Str name = s->moved.items[i].old_source->name;
        if (!map_has(seen, name) && is_deleted(s->check, name))
            vec_push(arena, &out, name);
        map_put(seen, name, (void *)(uintptr_t)s);
    }
    return out;
}

static void judge_together(const Switch *s)
{
    const Check *check = s->check;
    Arena *arena = check->arena;
    Strs deleted = deleted_sources(s);
    if (deleted.len == 0)
        return;
    Finding finding = switch_finding(s, RULE_TB516);
    Str gone = quoted_list(arena, deleted.items, deleted.len, READERS_SHOWN);
    finding.message = str_fmt(
        arena, "%.*s will have no way back: the change that moves %s to %.*s also deletes %.*s.",
        STR_ARG(readers_text(s)), s->moved.len == 1 ? "it" : "them", STR_ARG(destinations_text(s)),
        STR_ARG(gone));
    for (size_t i = 0; i < deleted.len; i++) {
        const ResourceChange *change = map_get(check->diff->datasources, deleted.items[i]);
        vec_push(arena, &finding.related,
                 place_live(change->live, check_first_line(check, change->live), STR("deleted")));
    }
    finding.advice = str_fmt(arena,
                             "Move the readers first, and delete %.*s in a later change, when "
                             "the new answers have proved right.",
                             STR_ARG(gone));
    findings_add(check->findings, finding);
}

/* ---- the rules ---- */

void migration_switch(const Check *check, const MigrationChange *change)
{
    Switch s = {check, change, change->live != NULL ? change->live : change->candidate, {0}};
    s.moved = migration_moved(check->diff, change->live, change->candidate);
    if (s.moved.len == 0)
        return;
    judge_too_early(&s);
    judge_together(&s);
}
