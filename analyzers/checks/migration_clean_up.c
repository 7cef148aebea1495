/* migration_clean_up.c: the end of a migration: TB514 (too early) and TB515 (what remains). */
#include "connector.h"
#include "migration_stream.h"
#include "migration_time.h"
#include "model/migration_readers.h"

enum {
    LEFT_AFTER_DAYS = 7,
    SECONDS_PER_DAY = 86400,
    NAMES_SHOWN = 4,
};

/* ---- what feeds a data source ---- */

/* It brings rows as they come: no copy that a person runs, nothing that ends at a moment, nothing
 * whose source is gone. */
static bool brings_new_rows(const Check *check, const Resource *pipe)
{
    if (!copies_rows(pipe) || runs_on_demand(pipe))
        return false;
    CutoffFilter filter = cutoff_filter_read(check->loader, pipe->project, pipe);
    if (filter.upper.present)
        return false;
    return filter.source.len == 0 ||
           project_find(pipe->project, DATAFILE_DATASOURCE, filter.source) != NULL ||
           project_find(pipe->project, DATAFILE_PIPE, filter.source) != NULL;
}

/* The first pipe that brings it new rows, but for one; NULL when there is none. */
static const Resource *feeder_of(const Check *check, const Resource *datasource,
                                 const Resource *except)
{
    for (size_t i = 0; i < datasource->writers.len; i++) {
        const Resource *pipe = datasource->writers.items[i];
        if (pipe != except && brings_new_rows(check, pipe))
            return pipe;
    }
    return NULL;
}

static bool has_connector(const Resource *datasource)
{
    return datasource->datasource != NULL && datasource->datasource->has_connector;
}

static bool has_jsonpaths(const Resource *datasource)
{
    return datasource->datasource != NULL && datasource->datasource->has_jsonpaths;
}

/* ---- TB514 ---- */

/* A live migration of a landing data source whose sync pipe or legacy goes. */
typedef struct {
    const Check *check;
    const Migration *live;
    const Resource *replica;      /* in the candidate */
    const ResourceChange *sync;   /* its deletion; NULL: it stays */
    const ResourceChange *legacy; /* likewise */
} CleanUp;

static const ResourceChange *deletion_of(const Map *changes, Str name)
{
    const ResourceChange *change = map_get(changes, name);
    bool deleted = change != NULL && change->status == STATUS_DELETED && change->renamed_to == NULL;
    return deleted ? change : NULL;
}

/* False when nothing is cleaned up, or the migration is called off with its replica. */
static bool clean_up_of(const Check *check, const Migration *live, CleanUp *out)
{
    if (live == NULL || live->legacy == NULL || live->legacy != live->origin || live->sync == NULL)
        return false;
    *out = (CleanUp){
        .check = check,
        .live = live,
        .replica =
            project_find(check->diff->sides.candidate, DATAFILE_DATASOURCE, live->replica->name),
        .sync = deletion_of(check->diff->pipes, live->sync->name),
        .legacy = deletion_of(check->diff->datasources, live->legacy->name),
    };
    return (out->sync != NULL || out->legacy != NULL) && out->replica != NULL &&
           out->replica->facts != NULL &&
           (!has_connector(out->replica) || migration_reads_elsewhere(check, live)) &&
           feeder_of(check, out->replica, NULL) == NULL;
}

/* Why the legacy data source alone gets rows, behind its name; empty when nobody knows. */
static Str only_feed(const CleanUp *c)
{
    Arena *arena = c->check->arena;
    const Resource *legacy = c->live->legacy;
    const Resource *feeder = feeder_of(c->check, legacy, NULL);
    if (has_connector(c->replica))
        return (Str){0};
    if (connector_kind(legacy) != CONNECTOR_NONE)
        return str_fmt(arena, "reads %.*s", STR_ARG(connector_source(arena, legacy)));
    if (has_connector(legacy))
        return STR("has a connector");
    if (feeder != NULL)
        return str_fmt(arena, "takes the rows of '%.*s'", STR_ARG(feeder->name));
    if (has_jsonpaths(legacy) && !has_jsonpaths(c->replica))
        return STR("has jsonpaths to ingest by");
    return (Str){0};
}

/* The same for the id. */
static Str feed_meaning(const CleanUp *c)
{
    const Resource *legacy = c->live->legacy;
    const Resource *feeder = feeder_of(c->check, legacy, NULL);
    if (connector_kind(legacy) != CONNECTOR_NONE)
        return connector_meaning(c->check->arena, legacy);
    return feeder != NULL ? feeder->name : STR("itself");
}

static const ResourceChange *deleted_of(const CleanUp *c)
{
    return c->sync != NULL ? c->sync : c->legacy;
}

static Finding clean_up_finding(const CleanUp *c)
{
    Arena *arena = c->check->arena;
    const Resource *replica = c->replica;
    Finding finding = {
        .rule = RULE_TB514,
        .severity = SEVERITY_ERROR,
        .project = replica->project->root,
        .resource = replica->name,
        .subject = deleted_of(c)->name,
        .place = place_candidate(replica, check_first_line(c->check, replica), STR("")),
        .live_meaning = c->live->sync->name,
    };
    const ResourceChange *deleted[] = {c->sync, c->legacy};
    for (size_t i = 0; i < ARRAY_LEN(deleted); i++)
        if (deleted[i] != NULL)
            vec_push(arena, &finding.related,
                     place_live(deleted[i]->live, check_first_line(c->check, deleted[i]->live),
                                STR("deleted")));
    return finding;
}

static void report_unfed(const CleanUp *c, Str feed)
{
    Arena *arena = c->check->arena;
    Str replica = quoted(arena, c->replica->name);
    Str legacy = quoted(arena, c->live->legacy->name);
    Finding finding = clean_up_finding(c);
    if (c->legacy != NULL)
        finding.message =
            str_fmt(arena, "No new rows will reach %.*s: %.*s is deleted, and it alone %.*s.",
                    STR_ARG(replica), STR_ARG(legacy), STR_ARG(feed));
    else
        finding.message =
            str_fmt(arena, "No new rows will reach %.*s: '%.*s' is deleted, and %.*s alone %.*s.",
                    STR_ARG(replica), STR_ARG(c->live->sync->name), STR_ARG(legacy), STR_ARG(feed));
    finding.candidate_meaning = feed_meaning(c);
    Str names[] = {c->live->sync->name, c->live->legacy->name};
    bool both = c->sync != NULL && c->legacy != NULL;
    Str gone = both ? quoted_list(arena, names, 2, 2) : quoted(arena, deleted_of(c)->name);
    finding.advice = str_fmt(arena, "Let %.*s ingest by itself first, and delete %.*s after that.",
                             STR_ARG(replica), STR_ARG(gone));
    findings_add(c->check->findings, finding);
}

/* Readers that are left behind, of the old chain alone. */
static Strs old_readers(const CleanUp *c)
{
    const Check *check = c->check;
    Strs names = {0};
    ChainReaders all = migration_readers_in(check->loader, c->live, check->diff->sides.candidate);
    for (size_t i = 0; i < all.len; i++) {
        const ChainReader *reader = &all.items[i];
        if (reader->old_source != NULL && reader->new_source == NULL && reader_serves(reader->pipe))
            vec_push(check->arena, &names, reader->pipe->name);
    }
    return names;
}

static Str names_of(const CleanUp *c, const Strs *readers)
{
    return quoted_list(c->check->arena, readers->items, readers->len, NAMES_SHOWN);
}

/* A warning about readers, which are its subject. */
static void report_readers(const CleanUp *c, const Strs *readers, Str message, Str advice)
{
    Finding finding = clean_up_finding(c);
    finding.severity = SEVERITY_WARNING;
    finding.message = message;
    finding.candidate_meaning = names_of(c, readers);
    finding.advice = advice;
    findings_add(c->check->findings, finding);
}

/* Producers write the one or the other: what they write is missing elsewhere. Who writes both is
 * safe, so this is no error. */
static void report_parted(const CleanUp *c, const Strs *readers)
{
    Arena *arena = c->check->arena;
    Str who = names_of(c, readers);
    Str sync = c->live->sync->name;
    Str message = str_fmt(
        arena,
        "'%.*s' or %.*s will miss new rows: '%.*s' is deleted, and rows of '%.*s' are still read. "
        "Only producers that write both data sources feed both.",
        STR_ARG(c->replica->name), STR_ARG(who), STR_ARG(sync), STR_ARG(c->live->legacy->name));
    Str advice = str_fmt(arena, "Move %.*s first, then the producers, then delete '%.*s'.",
                         STR_ARG(who), STR_ARG(sync));
    report_readers(c, readers, message, advice);
}

/* Readers that move with this change; empty where nobody knows whether the old data source still
 * takes in rows. */
static Strs moving_readers(const CleanUp *c)
{
    const Check *check = c->check;
    const Resource *legacy = c->live->legacy->other;
    Strs names = {0};
    if (legacy == NULL || !has_connector(legacy))
        return names;
    const Migration *candidate = migration_find(
        migrations_of(check->loader, check->diff->sides.candidate, check->now), c->replica->name);
    MovedReaders moved = migration_moved(check->diff, c->live, candidate);
    for (size_t i = 0; i < moved.len; i++)
        vec_push(check->arena, &names, moved.items[i].candidate->name);
    return names;
}

/* The old data source takes in rows until its producers have moved, too. */
static void report_bridge(const CleanUp *c, const Strs *readers)
{
    Arena *arena = c->check->arena;
    Str sync = c->live->sync->name;
    Str legacy = c->live->legacy->name;
    Str message = str_fmt(
        arena,
        "%.*s will miss rows that still come to '%.*s': '%.*s' is deleted in the change that moves "
        "%s.",
        STR_ARG(names_of(c, readers)), STR_ARG(legacy), STR_ARG(sync),
        readers->len == 1 ? "it" : "them");
    Str advice = str_fmt(arena, "Keep '%.*s' until nothing comes to '%.*s' any more.",
                         STR_ARG(sync), STR_ARG(legacy));
    report_readers(c, readers, message, advice);
}

/* What is said of it: the feed of the legacy alone, else readers that are left behind, or that
 * move. */
static bool judge_clean_up(const CleanUp *c, bool report)
{
    Str feed = only_feed(c);
    if (feed.len > 0) {
        if (report)
            report_unfed(c, feed);
        return true;
    }
    if (c->sync == NULL || c->legacy != NULL ||
        (!has_jsonpaths(c->replica) && !has_connector(c->replica)))
        return false;
    Strs left = old_readers(c);
    Strs moving = left.len > 0 ? (Strs){0} : moving_readers(c);
    if (left.len > 0 && report)
        report_parted(c, &left);
    if (moving.len > 0 && report)
        report_bridge(c, &moving);
    return left.len > 0 || moving.len > 0;
}

void migration_clean_up(const Check *check, const MigrationChange *change)
{
    CleanUp c;
    if (clean_up_of(check, change->live, &c))
        judge_clean_up(&c, true);
}

bool migration_tells_deleted_pipe(const Check *check, const ResourceChange *pipe)
{
    if (pipe->kind != DATAFILE_PIPE || pipe->status != STATUS_DELETED || pipe->live == NULL ||
        pipe->live->pipe == NULL || pipe->live->pipe->type != PIPE_MATERIALIZED)
        return false;
    const Migrations *all = migrations_of(check->loader, check->diff->sides.live, check->now);
    const Migration *live = migration_find(all, pipe->live->pipe->target);
    CleanUp c;
    return live != NULL && live->sync == pipe->live && clean_up_of(check, live, &c) &&
           judge_clean_up(&c, false);
}

/* ---- TB515 ---- */

static bool is_over(const Check *check, const Migration *m)
{
    const CutoffFilter *filter = &m->sync_filter;
    if (!filter->lower.present)
        return false;
    return cutoff_span(filter).latest + (Instant)LEFT_AFTER_DAYS * SECONDS_PER_DAY <= check->now;
}

/* Someone reads the new chain, nobody the old one, and no view of it lacks a counterpart. */
static bool all_have_moved(const MigrationReaders *all)
{
    bool any = false;
    for (size_t i = 0; i < all->pairs.len; i++)
        if (all->pairs.items[i].is_lone)
            return false;
    for (size_t i = 0; i < all->readers.len; i++) {
        if (all->readers.items[i].old_source != NULL)
            return false;
        any |= reader_serves(all->readers.items[i].pipe);
    }
    return any && all->complete;
}

/* Other workspaces read what is shared with them. */
static bool is_shared(const Resource *datasource)
{
    return datasource->facts == NULL ||
           datafile_value(datasource->facts, KEYWORD_SHARED_WITH).len > 0;
}

/* Rows that come to the legacy data source have another way to the replica, or may have. */
static bool may_feed_itself(const Check *check, const Migration *m)
{
    if (m->reingests || feeder_of(check, m->replica, m->sync) != NULL)
        return true;
    return !has_connector(m->legacy) && feeder_of(check, m->legacy, NULL) == NULL &&
           has_jsonpaths(m->replica);
}

/* What could go, pipes first. The sync pipe of a view's target feeds it for good. */
static Resources leftovers_of(const Check *check, const Migration *m, bool *may_ingest)
{
    Resources out = {0};
    bool is_landing = m->legacy == m->origin;
    *may_ingest = is_landing && !m->reingests;
    if (m->backfill != NULL)
        vec_push(check->arena, &out, (Resource *)(uintptr_t)m->backfill);
    if (is_landing && !may_feed_itself(check, m))
        return out;
    if (is_landing)
        vec_push(check->arena, &out, (Resource *)(uintptr_t)m->sync);
    for (size_t i = 0; i < m->legacy->writers.len && !is_landing; i++)
        vec_push(check->arena, &out, m->legacy->writers.items[i]);
    vec_push(check->arena, &out, (Resource *)(uintptr_t)m->legacy);
    return out;
}

static void report_leftovers(const Check *check, const Migration *m, Findings *findings)
{
    Arena *arena = check->arena;
    bool may_ingest;
    Resources left = leftovers_of(check, m, &may_ingest);
    if (left.len == 0)
        return;
    Strs names = {0};
    for (size_t i = 0; i < left.len; i++)
        vec_push(arena, &names, left.items[i]->name);
    Str list = quoted_list(arena, names.items, names.len, NAMES_SHOWN);
    Finding finding = check_single_finding(m->replica, RULE_TB515, (Range){0, 0}, (Str){0});
    Range first = check_first_line(check, left.items[0]);
    finding.place = (Place){left.items[0]->project->side, left.items[0]->file, first, {0}};
    finding.message = str_fmt(
        arena, "%.*s still %s: every reader has moved to '%.*s', and the cutoff was %.*s ago.",
        STR_ARG(list), names.len == 1 ? "remains" : "remain", STR_ARG(m->replica->name),
        STR_ARG(age_text(arena, check->now - cutoff_moment(&m->sync_filter) / NANOS_PER_SECOND)));
    finding.candidate_meaning = str_join(arena, names.items, names.len, ",");
    for (size_t i = 1; i < left.len; i++)
        vec_push(arena, &finding.related,
                 (Place){left.items[i]->project->side, left.items[i]->file,
                         check_first_line(check, left.items[i]), STR("remains, too")});
    finding.advice =
        names.len > 1 && may_ingest
            ? str_fmt(arena, "Once producers write '%.*s' alone, delete %s.",
                      STR_ARG(m->replica->name), names.len > 2 ? "them" : "both")
            : str_fmt(arena, "Delete %s in a change of %s own.", names.len == 1 ? "it" : "them",
                      names.len == 1 ? "its" : "their");
    findings_add(findings, finding);
}

static bool is_gone(const Resource *resource)
{
    return resource != NULL && resource->other == NULL;
}

/* While readers move, the old chain is the way back; and what a clean-up leaves for a later change
 * is no news. */
static bool is_under_way(const Check *check, const Migration *m)
{
    const Migrations *before = migrations_of(check->loader, check->diff->sides.live, check->now);
    const Migration *live = migration_find(before, m->replica->name);
    if (live != NULL && (is_gone(live->backfill) || is_gone(live->sync) || is_gone(live->legacy)))
        return true;
    return migration_moved(check->diff, live, m).len > 0;
}

void migration_leftovers(const Check *check, const Project *project, Findings *findings)
{
    const Migrations *all = migrations_of(check->loader, project, check->now);
    for (size_t i = 0; i < all->len; i++) {
        const Migration *m = &all->items[i];
        if (m->legacy == NULL || is_shared(m->legacy) || !is_over(check, m))
            continue;
        MigrationReaders readers = migration_readers(check->loader, m);
        bool judged =
            all_have_moved(&readers) && (project->side == SIDE_LIVE || !is_under_way(check, m));
        if (judged)
            report_leftovers(check, m, findings);
    }
}
