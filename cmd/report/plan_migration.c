/* plan_migration.c: the steps of each migration: done, taken by this change, next, later. */
#include "report/plan_migration.h"

#include "report/escape.h"
#include "report/escape_markup.h"
#include "report/plan_migration_words.h"
#include "report/text_layout.h"

enum { STATE_WIDTH = 9 };

static const MigrationChanges *changes_of(const ProjectPlan *project)
{
    static const MigrationChanges none;
    return project->migrations != NULL ? project->migrations : &none;
}

/* ---- groups ---- */

typedef struct {
    PhaseState state;
    Str steps; /* "replicate, sync (from 2026-11-21 13:40:00 UTC)" */
} PhaseGroup;

typedef struct {
    PhaseGroup items[MIGRATION_STEPS];
    size_t len;
} PhaseGroups;

static Str steps_in(const Report *report, const MigrationChange *change,
                    const MigrationPhase *phases, size_t count, PhaseState state)
{
    Strs texts = {0};
    for (size_t i = 0; i < count; i++)
        if (phases[i].state == state)
            vec_push(report->arena, &texts,
                     migration_step_words(report->arena, change, &phases[i], report->now));
    return str_join(report->arena, texts.items, texts.len, state == PHASE_LATER ? " -> " : ", ");
}

/* The states that occur, with their steps in order. */
static PhaseGroups groups_of(const Report *report, const MigrationChange *change)
{
    MigrationPhase phases[MIGRATION_STEPS];
    size_t count = migration_phases(change, phases);
    PhaseGroups groups = {.len = 0};
    for (int state = PHASE_DONE; state <= PHASE_LATER; state++) {
        Str steps = steps_in(report, change, phases, count, (PhaseState)state);
        bool counts = steps.len > 0 && (!change->given_up || state == PHASE_DONE);
        if (counts)
            groups.items[groups.len++] = (PhaseGroup){(PhaseState)state, steps};
    }
    return groups;
}

/* ---- text and Markdown ---- */

static void add_line(const Report *report, const char *label, Str text, Buf *out)
{
    buf_addf(out, "  %-*s", STATE_WIDTH, label);
    layout_wrap(out, escaped_terminal(report->arena, text), STATE_WIDTH + 2, report->width);
}

static void add_text(const Report *report, const MigrationChange *change, Buf *out)
{
    buf_add(out, "\n* ");
    escape_terminal(out, migration_title(report->arena, change));
    buf_add(out, ":\n");
    PhaseGroups groups = groups_of(report, change);
    for (size_t i = 0; i < groups.len; i++)
        add_line(report, phase_state_text(groups.items[i].state), groups.items[i].steps, out);
    if (change->given_up)
        add_line(report, "now", migration_given_up(report->arena, change), out);
    Str unsure = migration_unsure(change);
    if (unsure.len > 0)
        add_line(report, "unsure", unsure, out);
}

void plan_migration_text(const Report *report, const ProjectPlan *project, Buf *out)
{
    const MigrationChanges *changes = changes_of(project);
    for (size_t i = 0; i < changes->len; i++)
        add_text(report, &changes->items[i], out);
}

static void add_item(const char *label, Str text, Buf *out)
{
    buf_addf(out, "- %s: ", label);
    escape_markdown(out, text);
    buf_add_char(out, '\n');
}

static void add_markdown(const Report *report, const MigrationChange *change, Buf *out)
{
    buf_add(out, "**");
    escape_markdown(out, migration_title(report->arena, change));
    buf_add(out, "**\n\n");
    PhaseGroups groups = groups_of(report, change);
    for (size_t i = 0; i < groups.len; i++)
        add_item(phase_state_text(groups.items[i].state), groups.items[i].steps, out);
    if (change->given_up)
        add_item("now", migration_given_up(report->arena, change), out);
    Str unsure = migration_unsure(change);
    if (unsure.len > 0)
        add_item("unsure", unsure, out);
    buf_add_char(out, '\n');
}

void plan_migration_markdown(const Report *report, const ProjectPlan *project, Buf *out)
{
    const MigrationChanges *changes = changes_of(project);
    for (size_t i = 0; i < changes->len; i++)
        add_markdown(report, &changes->items[i], out);
}

/* ---- JSON ---- */

static void add_name(cJSON *to, const char *key, const Resource *resource)
{
    if (resource != NULL)
        json_add_str(to, key, resource->name);
    else
        json_add_null(to, key);
}

static void add_known(cJSON *to, const char *key, Str text)
{
    if (text.len > 0)
        json_add_str(to, key, text);
    else
        json_add_null(to, key);
}

static void add_steps(cJSON *to, const MigrationChange *change)
{
    MigrationPhase phases[MIGRATION_STEPS];
    size_t count = migration_phases(change, phases);
    cJSON *steps = json_add_array(to, "steps");
    for (size_t i = 0; i < count; i++) {
        cJSON *step = json_push_object(steps);
        json_add_text(step, "step", migration_step_text(phases[i].step));
        json_add_text(step, "state", phase_state_text(phases[i].state));
    }
}

static void add_backfill_allowed(cJSON *to, const MigrationChange *change, Instant now)
{
    switch (migration_cutoff_state(change, now)) {
    case CUTOFF_PASSED:
        json_add_bool(to, "backfill_allowed", true);
        break;
    case CUTOFF_AHEAD:
        json_add_bool(to, "backfill_allowed", false);
        break;
    case CUTOFF_UNKNOWN:
        json_add_null(to, "backfill_allowed");
        break;
    }
}

static void add_json(cJSON *to, const Report *report, Str project, const MigrationChange *change)
{
    const Migration *m = migration_shown(change);
    json_add_str(to, "project", project);
    add_known(to, "legacy", change->legacy);
    json_add_str(to, "replica", change->replica);
    add_known(to, "unsure", migration_unsure(change));
    add_name(to, "origin", m->origin);
    add_name(to, "sync", m->sync);
    add_name(to, "backfill", m->backfill);
    add_known(to, "cutoff", migration_cutoff_iso(report->arena, m));
    add_known(to, "zone", migration_cutoff_zone(m));
    add_backfill_allowed(to, change, report->now);
    json_add_bool(to, "ingests_by_itself", m->reingests);
    json_add_bool(to, "given_up", change->given_up);
    add_steps(to, change);
}

void plan_migration_json(const Report *report, cJSON *root)
{
    cJSON *array = json_add_array(root, "migrations");
    for (size_t i = 0; i < report->plans.len; i++) {
        const ProjectPlan *project = &report->plans.items[i];
        const MigrationChanges *changes = changes_of(project);
        for (size_t k = 0; k < changes->len; k++)
            add_json(json_push_object(array), report, project->root, &changes->items[k]);
    }
}
