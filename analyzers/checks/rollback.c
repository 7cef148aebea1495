/* rollback.c: the deploy that would undo the change: both sides exchanged, planned and written. */
#include "rollback.h"

#include "forward_list.h"
#include "model/rebuild.h"
#include "rebuild_fix.h"

typedef struct {
    const Check *check; /* of the change */
    Check back;         /* of its reverse */
    RollbackJudge judge;
    Rollback *out;
} Reversal;

/* ---- the reverse ---- */

static FilePairs exchanged(Arena *arena, const FilePairs *pairs)
{
    FilePairs out = {0};
    for (size_t i = 0; i < pairs->len; i++) {
        FilePair pair = {.live = pairs->items[i].candidate, .candidate = pairs->items[i].live};
        vec_push(arena, &out, pair);
    }
    return out;
}

/* Bytes that were parsed are not parsed again: the two loaders share their facts by blob. */
static Loader *loader_again(const Check *check)
{
    const Loader *loader = check->loader;
    Loader *again = ARENA_NEW(check->arena, Loader);
    *again = (Loader){.arena = loader->arena,
                      .repo = loader->repo,
                      .datafiles = loader->datafiles,
                      .sql = loader->sql,
                      .by_blob = loader->by_blob,
                      .unchecked = ARENA_NEW(check->arena, UncheckedList),
                      .everything = loader->everything};
    return again;
}

static bool reverse(const Check *check, Check *back)
{
    Arena *arena = check->arena;
    const ProjectPair *files = check->diff->sides.files;
    ProjectPair *pair = ARENA_NEW(arena, ProjectPair);
    *pair = *files;
    pair->datafiles = exchanged(arena, &files->datafiles);
    pair->others = exchanged(arena, &files->others);
    Loader *loader = loader_again(check);
    Dialect dialect = check->diff->sides.candidate->dialect;
    ProjectSides sides;
    Fault fault = {0};
    if (project_load(&sides, loader, pair, &dialect, &fault) < 0)
        return false;
    Diff *diff = diff_make(loader, sides);
    *back = *check;
    back->loader = loader;
    back->diff = diff;
    back->plan = plan_make(arena, diff);
    back->findings = findings_new(arena);
    back->unchecked = loader->unchecked;
    return true;
}

/* ---- the query ---- */

static bool takes_renames_back(const ResourceChange *change)
{
    for (size_t i = 0; i < change->columns.len; i++) {
        if (change->columns.items[i].renamed_from != NULL)
            return true;
    }
    return false;
}

/* Where a view's own query changed, what it gives is what the revert is about: it fills the target
 * anew, whatever that loses. */
static bool undoes_view(const PlanStep *back)
{
    return back->changed_views.len > 0;
}

static const Fix *rows_kept(const Reversal *r, const PlanStep *back, const ResourceChange *change)
{
    const Resource *target =
        project_find(r->back.diff->sides.candidate, DATAFILE_DATASOURCE, back->name);
    if (target == NULL || undoes_view(back) ||
        rebuild_of(r->back.loader, r->back.diff, target)->losses.len == 0)
        return NULL;
    const Fix *fix = change != NULL ? forward_fix(&r->back, change) : NULL;
    bool same_columns = change == NULL || change->columns.len == 0;
    return fix != NULL || !same_columns ? fix : keep_rows_fix(&r->back, target);
}

static const Fix *query_back(const Reversal *r, const PlanStep *back, const ResourceChange *change)
{
    if (r->check->classic || back == NULL || back->action == ACTION_CREATE ||
        back->action == ACTION_DELETE)
        return NULL;
    if (back->backfill == BACKFILL_VIEW_QUERY)
        return rows_kept(r, back, change);
    if (change == NULL || back->backfill == BACKFILL_SELECT_STAR)
        return NULL;
    if (back->backfill == BACKFILL_NONE && !takes_renames_back(change))
        return NULL;
    return forward_fix(&r->back, change);
}

/* Columns that nothing converts back but the author. */
static Strs unconvertible(const Check *check, const ResourceChange *change)
{
    Strs names = {0};
    for (size_t i = 0; i < change->columns.len; i++) {
        const ColumnChange *column = &change->columns.items[i];
        bool lossy;
        if (column_needs_conversion(column) &&
            conversion_expression(check->arena, column->name, column->live->type,
                                  column->candidate->type, &lossy)
                    .len == 0)
            vec_push(check->arena, &names, column->name);
    }
    return names;
}

/* ---- sentences ---- */

static Str refused_text(const Reversal *r, const ResourceChange *change)
{
    Arena *arena = r->check->arena;
    if (r->check->classic)
        return STR("The revert alone is refused: Classic cannot convert stored rows back. Write a "
                   "replica with the old schema (tblint scaffold replicate).");
    Strs names = unconvertible(r->check, change);
    if (names.len == 0)
        return STR("The revert alone is refused: its FORWARD_QUERY has to be written by hand.");
    return str_fmt(arena,
                   "The revert alone is refused: write its FORWARD_QUERY by hand, only you can "
                   "know how to convert %.*s back.",
                   STR_ARG(quoted_list(arena, names.items, names.len, 3)));
}

static Str views_text(Arena *arena, const PlanStep *back)
{
    if (back->via.len == 0)
        return STR("Revert the file and deploy: its views fill it anew.");
    return str_fmt(arena, "Revert and deploy: %.*s fill%s it anew.",
                   STR_ARG(quoted_list(arena, back->via.items, back->via.len, 3)),
                   back->via.len == 1 ? "s" : "");
}

/* The reverted file has the query of the change before, which would run again. */
static Str leftover_text(const Reversal *r, const ResourceChange *change)
{
    if (change == NULL) /* unchanged, and below something that is rewritten */
        return STR("Revert and deploy: its FORWARD_QUERY runs once more.");
    if (forward_removal(&r->back, change) != NULL)
        return STR("Revert the file without its FORWARD_QUERY, which would run again, and deploy.");
    return STR("Revert the file and write its FORWARD_QUERY anew by hand: the one that it has was "
               "for the change before.");
}

static Str how_text(const Reversal *r, const RollbackStep *step, const PlanStep *back,
                    const ResourceChange *change)
{
    if (step->fix != NULL)
        return STR("Revert the file with this FORWARD_QUERY in it, and deploy.");
    if (back == NULL)
        return STR("Nothing to do.");
    switch (back->action) {
    case ACTION_DELETE:
        return STR("Revert and deploy with --allow-destructive-operations: it is deleted.");
    case ACTION_CREATE:
        return STR("Restore the file and deploy: it is created anew, without rows.");
    case ACTION_ALTER:
        return STR("Revert the file and deploy: an ALTER.");
    case ACTION_NONE:
    case ACTION_METADATA:
        if (back->backfill == BACKFILL_REFUSED)
            return refused_text(r, change);
        return STR("Revert the file and deploy.");
    case ACTION_REWRITE:
        break;
    }
    if (back->backfill == BACKFILL_REFUSED)
        return refused_text(r, change);
    if (back->backfill == BACKFILL_VIEW_QUERY)
        return views_text(r->check->arena, back);
    if (back->backfill == BACKFILL_FORWARD_QUERY)
        return leftover_text(r, change);
    return STR("Revert the file and deploy: every row is copied as it is.");
}

/* ---- what views cannot give ---- */

/* The worst one says enough. */
static void add_view_loss(const Check *check, const char *when, const Resource *target,
                          LostParts *lost)
{
    const Rebuild *rebuild = rebuild_of(check->loader, check->diff, target);
    if (rebuild->losses.len == 0)
        return;
    const Loss *loss = &rebuild->losses.items[0];
    rollback_add_lost(check->arena, lost, "view-history", (Str){0},
                      str_fmt(check->arena, "history that its views %s give again %s: %.*s",
                              loss->certain ? "cannot" : "may not", when, STR_ARG(loss->text)));
}

static void add_rebuilt(const Reversal *r, const PlanStep *step, const PlanStep *back,
                        RollbackStep *out)
{
    const Resource *target =
        project_find(r->check->diff->sides.candidate, DATAFILE_DATASOURCE, step->name);
    if (target != NULL && step->backfill == BACKFILL_VIEW_QUERY)
        add_view_loss(r->check, "in this deploy", target, &out->lost);
    if (back == NULL || back->backfill != BACKFILL_VIEW_QUERY || out->fix != NULL)
        return;
    target = project_find(r->back.diff->sides.candidate, DATAFILE_DATASOURCE, step->name);
    if (target != NULL)
        add_view_loss(&r->back, "after the revert", target, &out->lost);
}

/* ---- steps ---- */

static void add_step(const Reversal *r, const PlanStep *step)
{
    Arena *arena = r->check->arena;
    const PlanStep *back = plan_find(r->back.plan, DATAFILE_DATASOURCE, step->name);
    const ResourceChange *change = map_get(r->back.diff->datasources, step->name);
    const ResourceChange *forward = map_get(r->check->diff->datasources, step->name);
    RollbackStep out = {.name = step->name, .path = step->path, .how = (Str){0}};
    if (back != NULL) {
        out.path = back->path;
        out.action = back->action;
        out.backfill = back->backfill;
        out.via = back->via;
    }
    out.fix = query_back(r, back, change);
    if (out.fix != NULL) {
        out.action = ACTION_REWRITE;
        out.backfill = BACKFILL_FORWARD_QUERY;
        out.via = (Strs){0};
    }
    out.how = how_text(r, &out, back, change);
    if (forward != NULL)
        out.lost = rollback_lost(&r->judge, step, forward);
    add_rebuilt(r, step, back, &out);
    vec_push(arena, &r->out->steps, out);
}

static bool touches_rows(const PlanStep *step)
{
    bool acts = step->action == ACTION_REWRITE || step->action == ACTION_ALTER ||
                step->action == ACTION_DELETE || step->action == ACTION_CREATE;
    return step->kind == DATAFILE_DATASOURCE && acts && step->backfill != BACKFILL_REFUSED;
}

const Rollback *rollback_make(const Check *check)
{
    Rollback *out = ARENA_NEW(check->arena, Rollback);
    Reversal reversal = {.check = check, .judge = rollback_judge(check), .out = out};
    if (!reverse(check, &reversal.back))
        return out;
    for (size_t i = 0; i < check->plan->steps.len; i++) {
        const PlanStep *step = &check->plan->steps.items[i];
        if (touches_rows(step))
            add_step(&reversal, step);
        out->pipes |= step->kind == DATAFILE_PIPE && step->action != ACTION_NONE;
    }
    return out;
}
