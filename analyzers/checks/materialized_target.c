/* materialized_target.c: who fills a data source: TB414 (its view is gone) and TB415 (its view
 * writes another one). */
#include "materialized.h"
#include "migration.h"

#include "model/project_search.h"

/* What a pipe's materialized nodes write, by place. Forward has one such node, Classic several. */
static Tokens targets_of(Arena *arena, const Resource *pipe)
{
    Tokens targets = {0};
    if (!pipe || !pipe->facts)
        return targets;
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        const Node *node = &pipe->facts->nodes.items[i];
        if (node_is_materialized(node) && node->datasource.text.len)
            vec_push(arena, &targets, node->datasource);
    }
    return targets;
}

static const Token *token_of(const Tokens *tokens, Str text)
{
    for (size_t i = 0; i < tokens->len; i++) {
        if (str_eq(tokens->items[i].text, text))
            return &tokens->items[i];
    }
    return NULL;
}

/* A view that stopped writing a data source which stays. */
typedef struct {
    const Check *check;
    const ResourceChange *pipe;
    Token written;          /* in live's file */
    const Resource *target; /* in the candidate */
    const Token *instead;   /* what it writes now; NULL: nothing that it did not write before */
} Lost;

static bool is_shared(const Resource *datasource)
{
    return datafile_value(datasource->facts, KEYWORD_SHARED_WITH).len > 0;
}

static bool is_read(const Resource *datasource)
{
    return datasource->readers.len > 0 || is_shared(datasource);
}

static Str readers_text(Arena *arena, const Resource *datasource)
{
    if (datasource->readers.len == 0)
        return STR("other workspaces");
    return pipes_in_words(arena, &datasource->readers);
}

static void add_readers(const Lost *lost, Finding *finding, size_t from)
{
    Arena *arena = lost->check->arena;
    for (size_t i = from; i < lost->target->readers.len && i < from + 10; i++) {
        const Resource *reader = lost->target->readers.items[i];
        Range range;
        if (pipe_reads(lost->check->loader, reader, lost->target->name, &range))
            vec_push(arena, &finding->related,
                     place_candidate(reader, range, STR("still reads it")));
    }
}

static Finding lost_finding(const Lost *lost, RuleId rule)
{
    Arena *arena = lost->check->arena;
    Finding finding = check_finding(lost->check, rule, lost->pipe, lost->target->name);
    finding.related = (Places){0};
    finding.live_meaning = lost->target->name;
    vec_push(arena, &finding.related,
             place_live(lost->pipe->live, lost->written.range, STR("wrote it")));
    return finding;
}

/* ---- TB414 ---- */

/* The line that says what the pipe is now; of a deleted one, the first that still reads the data
 * source. */
static Place writer_removed_place(const Lost *lost)
{
    const Resource *pipe = lost->pipe->candidate;
    if (pipe && pipe->pipe) {
        int node = pipe_output_node(pipe);
        const Instruction *type =
            node < 0 ? NULL : datafile_find_in_node(pipe->facts, KEYWORD_TYPE, node);
        if (type)
            return place_candidate(pipe, type->range, (Str){0});
        return place_for_deleted(lost->check, lost->pipe, lost->written.range);
    }
    Range range;
    if (lost->target->readers.len &&
        pipe_reads(lost->check->loader, lost->target->readers.items[0], lost->target->name, &range))
        return place_candidate(lost->target->readers.items[0], range, STR("still reads it"));
    return place_for_deleted(lost->check, lost->pipe, lost->written.range);
}

/* What nobody reads is left behind on purpose: TB602 and TB609 speak of the pipe. */
static bool is_writer_removed(const Lost *lost)
{
    return !lost->instead && !lost->target->writers.len && !ingests_by_itself(lost->target) &&
           is_read(lost->target);
}

static void report_removed(const Lost *lost)
{
    Arena *arena = lost->check->arena;
    const ResourceChange *pipe = lost->pipe;
    bool deleted = !pipe->candidate;
    Finding finding = lost_finding(lost, RULE_TB414);
    finding.resource = lost->target->name;
    finding.subject = pipe->name;
    finding.place = writer_removed_place(lost);
    finding.message =
        str_fmt(arena,
                "'%.*s' gets no more rows: '%.*s', which fills it, %s. It keeps what it holds and "
                "is still read by %.*s.",
                STR_ARG(lost->target->name), STR_ARG(pipe->name),
                deleted ? "is deleted" : "no longer materializes into it",
                STR_ARG(readers_text(arena, lost->target)));
    bool at_reader = finding.place.side == SIDE_CANDIDATE && lost->target->readers.len &&
                     finding.place.file == lost->target->readers.items[0]->file;
    add_readers(lost, &finding, at_reader ? 1 : 0);
    finding.advice = STR("Give it another writer, move its readers away first, or accept it as an "
                         "archive.");
    if (deleted && !lost->check->classic)
        finding.advice = str_fmt(arena,
                                 "%.*s Deleting the pipe needs "
                                 "--allow-destructive-operations.",
                                 STR_ARG(finding.advice));
    findings_add(lost->check->findings, finding);
}

/* ---- TB415 ---- */

static Str history_text(const Lost *lost)
{
    Arena *arena = lost->check->arena;
    Str name = lost->instead->text;
    const Resource *after =
        project_find(lost->check->diff->sides.candidate, DATAFILE_DATASOURCE, name);
    if (!after)
        return (Str){0};
    if (after->other || lost->check->classic)
        return str_fmt(arena, "history  what it wrote so far stays in '%.*s'",
                       STR_ARG(lost->target->name));
    if (after->facts && str_is_nocase(datafile_value(after->facts, KEYWORD_BACKFILL), "skip"))
        return str_fmt(arena, "history  '%.*s' starts empty", STR_ARG(name));
    return str_fmt(arena, "history  '%.*s' is filled by the query from what its sources hold",
                   STR_ARG(name));
}

/* A view of Classic may make its target itself, and a file of it may have a version in its name. */
static bool lacks_target(const Lost *lost)
{
    const Check *check = lost->check;
    const Project *project = check->diff->sides.candidate;
    Str name = lost->instead->text;
    return !check->classic && !project_find(project, DATAFILE_DATASOURCE, name) &&
           !project_has_version_of(check->loader, project, name);
}

static void report_switched(const Lost *lost)
{
    Arena *arena = lost->check->arena;
    Str old = lost->target->name;
    bool is_fed = lost->target->writers.len || ingests_by_itself(lost->target);
    bool is_unknown = lacks_target(lost);
    Finding finding = lost_finding(lost, RULE_TB415);
    finding.candidate_meaning = lost->instead->text;
    finding.place = place_candidate(lost->pipe->candidate, lost->instead->range, (Str){0});
    finding.severity =
        !is_unknown && (is_fed || !is_read(lost->target)) ? SEVERITY_NOTE : SEVERITY_WARNING;
    finding.message =
        str_fmt(arena, "'%.*s' will write '%.*s'%s instead of '%.*s'", STR_ARG(lost->pipe->name),
                STR_ARG(lost->instead->text),
                is_unknown ? ", which is no data source of the project," : "", STR_ARG(old));
    if (is_fed)
        finding.message = str_fmt(arena, "%.*s: '%.*s' gets its rows from elsewhere only.",
                                  STR_ARG(finding.message), STR_ARG(old));
    else if (is_read(lost->target))
        finding.message = str_fmt(
            arena, "%.*s: '%.*s' gets no more rows. It is still read by %.*s.",
            STR_ARG(finding.message), STR_ARG(old), STR_ARG(readers_text(arena, lost->target)));
    else
        finding.message = str_fmt(arena, "%.*s: '%.*s' gets no more rows, and no pipe reads it.",
                                  STR_ARG(finding.message), STR_ARG(old));
    Str history = history_text(lost);
    if (history.len)
        vec_push(arena, &finding.details, history);
    add_readers(lost, &finding, 0);
    finding.advice = is_unknown ? STR("Add its .datasource file, or correct the name.")
                     : is_read(lost->target)
                         ? STR("Point the readers at the new data source in the same change.")
                         : STR("Delete the old data source once its rows are not needed.");
    findings_add(lost->check->findings, finding);
}

/* ---- which views stopped writing what ---- */

/* What the pipe writes now and did not before. */
static const Token *new_target(const Tokens *live, const Tokens *candidate)
{
    for (size_t i = 0; i < candidate->len; i++) {
        if (!token_of(live, candidate->items[i].text))
            return &candidate->items[i];
    }
    return NULL;
}

static bool find_lost(const Check *check, const ResourceChange *pipe, const Tokens *after,
                      const Token *instead, Token written, Lost *out)
{
    if (token_of(after, written.text))
        return false;
    const ProjectSides *sides = &check->diff->sides;
    const Resource *before = project_find(sides->live, DATAFILE_DATASOURCE, written.text);
    const Resource *target = project_find(sides->candidate, DATAFILE_DATASOURCE, written.text);
    if (!before || !target || !target->facts)
        return false;
    *out = (Lost){check, pipe, written, target, instead};
    return true;
}

typedef VEC(Lost) LostTargets;

static LostTargets lost_targets(const Check *check, const ResourceChange *pipe)
{
    Arena *arena = check->arena;
    LostTargets found = {0};
    if (pipe->kind != DATAFILE_PIPE || !pipe->live || (pipe->candidate && !pipe->candidate->facts))
        return found;
    Tokens before = targets_of(arena, pipe->live);
    Tokens after = targets_of(arena, pipe->candidate);
    const Token *instead = new_target(&before, &after);
    for (size_t i = 0; i < before.len; i++) {
        Lost lost;
        if (find_lost(check, pipe, &after, instead, before.items[i], &lost))
            vec_push(arena, &found, lost);
    }
    return found;
}

bool materialized_tells_deleted_pipe(const Check *check, const ResourceChange *pipe)
{
    if (migration_tells_deleted_pipe(check, pipe))
        return false;
    LostTargets lost = lost_targets(check, pipe);
    for (size_t i = 0; i < lost.len; i++) {
        if (is_writer_removed(&lost.items[i]))
            return true;
    }
    return false;
}

void materialized_writers(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *pipe = check->diff->changes.items[i];
        LostTargets lost = lost_targets(check, pipe);
        if (lost.len == 0 || migration_tells_deleted_pipe(check, pipe))
            continue; /* TB514 speaks */
        for (size_t j = 0; j < lost.len; j++) {
            if (is_writer_removed(&lost.items[j]))
                report_removed(&lost.items[j]);
            else if (lost.items[j].instead)
                report_switched(&lost.items[j]);
        }
    }
}
