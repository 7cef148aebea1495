/* migration_early.c: backfills that are live, or run, before the moment at which they end: TB507.
 */
#include "migration_time.h"

#include "model/deploy_script.h"
#include "source/history.h"

enum { COMMITS_MOST = 1000 }; /* of the live branch, looked at for the one that brought the pipe */

typedef struct {
    const Check *check;
    const Migration *m;
    bool is_new;        /* the change brings the materialized backfill */
    SourceFile *script; /* that fills it in this deploy; NULL when none does for sure */
    Range command;
} Early;

/* ---- scripts ---- */

/* `tb deploy --populate` fills the views that the deploy brings; others are named. What empties the
 * target first doubles nothing. */
static bool script_fills(Early *early, const DeployScript *script)
{
    const Resource *pipe = early->m->backfill;
    bool is_view = pipe->pipe->type == PIPE_MATERIALIZED;
    bool is_deployed = map_has(early->check->diff->pipes, pipe->name);
    const TbCommands *commands = &script->runs[RUN_IN_PRODUCTION].commands;
    for (size_t i = 0; i < commands->len; i++) {
        const TbCommand *command = &commands->items[i];
        if (!command->certain || command->truncate ||
            (command->verb == TB_DEPLOY && !is_deployed) ||
            !tb_fills(command, pipe->name, is_view, false))
            continue;
        early->script = script->file;
        early->command = command->range;
        return true;
    }
    return false;
}

static bool is_scripted(Early *early)
{
    const Check *check = early->check;
    if (!check->classic || check->diff->sides.files == NULL)
        return false;
    const DeployFacts *facts =
        deploy_facts(check->loader, check->diff->sides.files, SIDE_CANDIDATE);
    for (int role = 0; role < SCRIPT_ROLES; role++) {
        const DeployScript *script = deploy_script(facts, (ScriptRole)role);
        if (script != NULL && script->changed && script_fills(early, script))
            return true;
    }
    return false;
}

/* ---- words ---- */

static Str end_text(const Early *early)
{
    return nanos_text(early->check->arena, end_moment(&early->m->backfill_filter));
}

static Place script_place(const Early *early, const char *message)
{
    return (Place){SIDE_CANDIDATE, early->script, early->command, str_of(message)};
}

/* At the backfill where the change brings it, else at the script's command. */
static void set_places(const Early *early, Finding *finding)
{
    Arena *arena = early->check->arena;
    const Migration *m = early->m;
    Range end = m->backfill_filter.upper.range;
    bool at_script =
        early->script != NULL && !map_has(early->check->diff->pipes, m->backfill->name);
    finding->place =
        at_script ? script_place(early, "") : place_candidate(m->backfill, end, STR(""));
    if (at_script)
        vec_push(arena, &finding->related, place_candidate(m->backfill, end, STR("its end")));
    else if (early->script != NULL)
        vec_push(arena, &finding->related, script_place(early, "fills it"));
    vec_push(
        arena, &finding->related,
        place_candidate(m->sync, m->sync_filter.lower.range, STR("the pipe that copies new rows")));
}

static void report(const Early *early, Severity severity, Str message, Str advice)
{
    const Check *check = early->check;
    const Migration *m = early->m;
    const ResourceChange *change = map_get(check->diff->pipes, m->backfill->name);
    Finding finding = {.rule = RULE_TB507,
                       .severity = severity,
                       .project = m->project->root,
                       .resource = m->backfill->name,
                       .subject = m->replica->name,
                       .message = message,
                       .candidate_meaning = end_text(early),
                       .advice = advice,
                       .only_after_merge = change != NULL && change->only_after_merge};
    set_places(early, &finding);
    findings_add(check->findings, finding);
}

static Str later_advice(const Early *early)
{
    return str_fmt(early->check->arena,
                   "Add '%.*s' in a change of its own after %.*s%s, or make it a copy pipe and run "
                   "that then.",
                   STR_ARG(early->m->backfill->name), STR_ARG(end_text(early)),
                   early->m->backfill_filter.zone.len == 0 ? " (UTC)" : "");
}

/* ---- four ways to be early ---- */

/* A materialized pipe copies what arrives until its end; to fill in older rows copies that again.
 */
static void report_live(const Early *early)
{
    Arena *arena = early->check->arena;
    const Migration *m = early->m;
    bool merges = merges_duplicates(m->replica);
    bool surely = early->check->classic;
    Str message = str_fmt(
        arena,
        "Rows that arrive before %.*s %s be in '%.*s' twice%s. '%.*s' copies them at once, and "
        "again when %s.",
        STR_ARG(end_text(early)), surely ? "will" : "may", STR_ARG(m->replica->name),
        merges ? " until they merge" : "", STR_ARG(m->backfill->name),
        surely ? "it is populated" : "older rows are filled in");
    report(early, surely && !merges ? SEVERITY_ERROR : SEVERITY_WARNING, message,
           later_advice(early));
}

static void report_live_and_populated(const Early *early)
{
    Arena *arena = early->check->arena;
    const Migration *m = early->m;
    bool merges = merges_duplicates(m->replica);
    Str message = str_fmt(
        arena,
        "Rows that arrive while the deploy populates '%.*s' will be in '%.*s' twice%s. The pipe is "
        "live before its end, %.*s, and copies them at once as well.",
        STR_ARG(m->backfill->name), STR_ARG(m->replica->name), merges ? " until they merge" : "",
        STR_ARG(end_text(early)));
    report(early, merges ? SEVERITY_WARNING : SEVERITY_ERROR, message, later_advice(early));
}

/* A copy takes what is stored when it runs. */
static void report_copied(const Early *early)
{
    Arena *arena = early->check->arena;
    const Migration *m = early->m;
    Str message =
        str_fmt(arena,
                "Rows from the deploy until %.*s will be missing from '%.*s'. '%.*s' runs '%.*s' "
                "before its end, and '%.*s' begins there.",
                STR_ARG(end_text(early)), STR_ARG(m->replica->name), STR_ARG(early->script->path),
                STR_ARG(m->backfill->name), STR_ARG(m->sync->name));
    report(early, SEVERITY_ERROR, message,
           str_fmt(arena, "Run '%.*s' once, after %.*s%s.", STR_ARG(m->backfill->name),
                   STR_ARG(end_text(early)), m->backfill_filter.zone.len == 0 ? " (UTC)" : ""));
}

static void report_populated_again(const Early *early, Instant since)
{
    Arena *arena = early->check->arena;
    const Migration *m = early->m;
    bool merges = merges_duplicates(m->replica);
    bool passed = end_span(&m->backfill_filter).latest <= early->check->now;
    Str until = passed ? end_text(early) : STR("the deploy");
    Str message = str_fmt(
        arena,
        "Rows from %.*s until %.*s will be in '%.*s' twice%s. '%.*s' has copied them as they "
        "arrived, and '%.*s' populates it.",
        STR_ARG(instant_text(arena, since)), STR_ARG(until), STR_ARG(m->replica->name),
        merges ? " until they merge" : "", STR_ARG(m->backfill->name),
        STR_ARG(early->script->path));
    report(
        early, merges ? SEVERITY_WARNING : SEVERITY_ERROR, message,
        STR("Copy only the rows from before that, by a copy pipe of its own; or start again with "
            "an empty replica."));
}

/* ---- which of them ---- */

/* Live has the pipe since then, or longer. */
static bool is_live_since(const Early *early, Instant *since)
{
    const Loader *loader = early->check->loader;
    const Resource *live = early->m->backfill->other;
    HistoryBounds bounds = {COMMITS_MOST, INT64_MIN};
    FileHistory history;
    Fault ignored = {0};
    if (loader->repo == NULL || loader->live_tip == NULL || live == NULL ||
        history_since(loader->repo, loader->live_tip, live->project->root, live->file->path, bounds,
                      &history, &ignored) != 0 ||
        !history.found)
        return false;
    *since = history.same_since;
    return true;
}

static bool materializes_into(const Resource *pipe, const Resource *replica)
{
    return pipe != NULL && pipe->pipe != NULL && pipe->pipe->type == PIPE_MATERIALIZED &&
           str_eq(pipe->pipe->target, replica->name);
}

static void judge_materialized(Early *early, bool is_early)
{
    const Check *check = early->check;
    const ResourceChange *change = map_get(check->diff->pipes, early->m->backfill->name);
    early->is_new = change != NULL && !materializes_into(change->live, early->m->replica);
    bool scripted = is_scripted(early);
    Instant since;
    if (early->is_new) {
        if (!is_early || deploy_fills(check, early->m))
            return;
        if (scripted)
            report_live_and_populated(early);
        else
            report_live(early);
    } else if (scripted && is_live_since(early, &since) &&
               since < end_span(&early->m->backfill_filter).earliest) {
        report_populated_again(early, since);
    }
}

static void judge_backfill(const Check *check, const Migration *m)
{
    Early early = {.check = check, .m = m};
    MomentSpan end = end_span(&m->backfill_filter);
    bool is_early = end.earliest > check->now;
    if (!is_early && end.latest > check->now) {
        if (query_change(check, m->backfill) != NULL && query_change(check, m->sync) == NULL)
            check_unjudged(check, m->backfill->file, m->backfill_filter.upper.range,
                           str_fmt(check->arena,
                                   "cannot tell whether the end of '%.*s' has passed: it is in the "
                                   "time zone '%.*s'",
                                   STR_ARG(m->backfill->name), STR_ARG(m->backfill_filter.zone)));
    } else if (m->backfill->pipe->type == PIPE_MATERIALIZED) {
        judge_materialized(&early, is_early);
    } else if (is_early && is_scripted(&early)) {
        report_copied(&early);
    }
}

void migration_early(const Check *check)
{
    const Migrations *all = migrations_of(check->loader, check->diff->sides.candidate, check->now);
    for (size_t i = 0; i < all->len; i++) {
        const Migration *m = &all->items[i];
        if (m->sync != NULL && m->sync_filter.lower.present && m->backfill != NULL &&
            m->backfill_filter.trouble == NULL && m->backfill_filter.upper.present &&
            !migration_cutoff_edited(check, m->replica))
            judge_backfill(check, m);
    }
}
