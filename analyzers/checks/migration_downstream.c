/* migration_downstream.c: views that the new chain of a migration lacks: TB512. */
#include "migration.h"
#include "model/lineage.h"
#include "model/migration_readers.h"

/* Views of one data source of the old chain without a counterpart. */
typedef struct {
    const Check *check;
    const Migration *migration;
    const Counterpart *above; /* the data source, and what stands for it */
    Counterparts lone;
} Lone;

/* ---- when ---- */

/* It is said when the replica or its sync pipe comes, and again when readers move. */
static bool is_the_moment(const Check *check, const MigrationChange *change)
{
    const Migration *m = change->candidate;
    if (m->replica->other == NULL || (m->sync != NULL && m->sync->other == NULL))
        return true;
    return migration_moved(check->diff, change->live, m).len > 0;
}

/* The target has a migration of its own. */
static bool is_migrated_itself(const Check *check, const Counterpart *pair)
{
    const Migrations *all = migrations_of(check->loader, check->diff->sides.candidate, check->now);
    for (size_t i = 0; i < all->len; i++)
        if (all->items[i].replica == pair->legacy || all->items[i].legacy == pair->legacy)
            return true;
    return false;
}

static Counterparts lone_below(const Check *check, const MigrationReaders *all,
                               const Counterpart *above)
{
    Counterparts out = {0};
    for (size_t i = 0; i < all->pairs.len; i++) {
        const Counterpart *pair = &all->pairs.items[i];
        if (pair->is_lone && pair->source == above->legacy && !is_migrated_itself(check, pair))
            vec_push(check->arena, &out, *pair);
    }
    return out;
}

/* ---- words ---- */

enum { NAMES_SHOWN = 3 };

static Str targets_text(const Lone *lone)
{
    Arena *arena = lone->check->arena;
    Strs names = {0};
    for (size_t i = 0; i < lone->lone.len; i++)
        vec_push(arena, &names, lone->lone.items[i].legacy->name);
    return quoted_list(arena, names.items, names.len, NAMES_SHOWN);
}

static Str lone_message(const Lone *lone)
{
    Arena *arena = lone->check->arena;
    Str replica = lone->above->replica->name;
    Str legacy = lone->above->legacy->name;
    if (lone->lone.len == 1)
        return str_fmt(arena,
                       "'%.*s' will get no more rows once '%.*s' takes over: its view '%.*s' reads "
                       "'%.*s' and has no counterpart.",
                       STR_ARG(lone->lone.items[0].legacy->name), STR_ARG(replica),
                       STR_ARG(lone->lone.items[0].legacy_view->name), STR_ARG(legacy));
    return str_fmt(arena,
                   "%.*s will get no more rows once '%.*s' takes over: their views read '%.*s' and "
                   "have no counterparts.",
                   STR_ARG(targets_text(lone)), STR_ARG(replica), STR_ARG(legacy));
}

static void relate_views(const Lone *lone, Finding *finding)
{
    const Check *check = lone->check;
    for (size_t i = 0; i < lone->lone.len; i++) {
        const Resource *view = lone->lone.items[i].legacy_view;
        Range range;
        if (!pipe_reads(check->loader, view, lone->above->legacy->name, &range))
            range = check_first_line(check, view);
        Str what = str_fmt(check->arena, "fills '%.*s'", STR_ARG(lone->lone.items[i].legacy->name));
        vec_push(check->arena, &finding->related, place_candidate(view, range, what));
    }
}

/* The new chain's data source where it is new, else the sync pipe. */
static const Resource *place_of(const Lone *lone)
{
    const Resource *replica = lone->above->replica;
    if (replica->other == NULL || lone->migration->sync == NULL)
        return replica;
    return lone->migration->sync;
}

static void report_lone(const Lone *lone)
{
    const Check *check = lone->check;
    Arena *arena = check->arena;
    const Resource *at = place_of(lone);
    Finding finding = {
        .rule = RULE_TB512,
        .severity = SEVERITY_WARNING,
        .project = at->project->root,
        .resource = lone->above->replica->name,
        .subject = lone->above->legacy->name,
        .place = place_candidate(at, check_first_line(check, at), STR("")),
        .message = lone_message(lone),
    };
    Strs names = {0};
    for (size_t i = 0; i < lone->lone.len; i++)
        vec_push(arena, &names, lone->lone.items[i].legacy_view->name);
    finding.candidate_meaning = str_join(arena, names.items, names.len, ", ");
    relate_views(lone, &finding);
    finding.advice = str_fmt(
        arena, "Add %s of %.*s and of %s, reading '%.*s', before producers move.",
        lone->lone.len == 1 ? "a copy" : "copies", STR_ARG(targets_text(lone)),
        lone->lone.len == 1 ? "its view" : "their views", STR_ARG(lone->above->replica->name));
    findings_add(check->findings, finding);
}

/* ---- the rules ---- */

static void judge_downstream(const Check *check, const MigrationChange *change)
{
    const Migration *m = change->candidate;
    if (m == NULL || m->legacy == NULL || m->legacy != m->origin || !is_the_moment(check, change))
        return;
    MigrationReaders all = migration_readers(check->loader, m);
    for (size_t i = 0; i < all.pairs.len && all.complete; i++) {
        const Counterpart *above = &all.pairs.items[i];
        Lone lone = {check, m, above, lone_below(check, &all, above)};
        if (lone.lone.len > 0)
            report_lone(&lone);
    }
}

void migration_flow(const Check *check)
{
    if (check->diff->changes.len == 0)
        return;
    const MigrationChanges *changes = migration_changes(check->diff, check->now);
    for (size_t i = 0; i < changes->len; i++) {
        judge_downstream(check, &changes->items[i]);
        migration_switch(check, &changes->items[i]);
        migration_clean_up(check, &changes->items[i]);
    }
}
