/* migration_switch.c: readers that move to the new chain of a migration: TB513, TB516. */
#include "migration.h"
#include "model/lineage.h"
#include "model/migration_readers.h"

enum { READERS_SHOWN = 3 };

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

static bool is_filled(const Switch *s)
{
    const Migration *live = s->change->live;
    const Migration *candidate = s->change->candidate;
    if ((live != NULL && (live->reingests || live->backfill != NULL)) ||
        (candidate != NULL && candidate->reingests))
        return true;
    const Resource *sync = live != NULL ? live->sync : NULL;
    return has_own_backfill(s->check, s->change->replica, sync) || has_expired(s);
}

/* A copy of a view's target may be filled from that, instead of through the replica. */
static MovedReaders without_backfill(const Switch *s)
{
    MovedReaders out = {0};
    for (size_t i = 0; i < s->moved.len; i++)
        if (!has_own_backfill(s->check, s->moved.items[i].new_source->name,
                              s->change->live != NULL ? s->change->live->sync : NULL))
            vec_push(s->check->arena, &out, s->moved.items[i]);
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

static void judge_too_early(const Switch *all)
{
    Arena *arena = all->check->arena;
    if (is_filled(all))
        return;
    Switch early = *all;
    early.moved = without_backfill(all);
    if (early.moved.len == 0)
        return;
    Finding finding = switch_finding(&early, RULE_TB513);
    bool one = early.moved.len == 1;
    finding.message =
        str_fmt(arena, "%.*s may lose %.*s: %s to %.*s, and no backfill into '%.*s' is live.",
                STR_ARG(readers_text(&early)), STR_ARG(lost_rows_text(&early)),
                one ? "it moves" : "they move", STR_ARG(destinations_text(&early)),
                STR_ARG(all->change->replica));
    const Migration *candidate = all->change->candidate;
    if (candidate != NULL && candidate->backfill != NULL) {
        finding.message = str_fmt(arena, "%.*s '%.*s' comes with this change: it has not run yet.",
                                  STR_ARG(finding.message), STR_ARG(candidate->backfill->name));
        vec_push(arena, &finding.related,
                 place_candidate(candidate->backfill,
                                 check_first_line(all->check, candidate->backfill),
                                 STR("the backfill")));
    }
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
