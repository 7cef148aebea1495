/* Endpoints and other kinds of pipes: TB608, TB609; which endpoints a change can touch. */
#include "contract.h"
#include "materialized.h"
#include "model/lineage.h"

const char *pipe_loss(PipeType type)
{
    switch (type) {
    case PIPE_ENDPOINT:
        return "calls to its endpoint will fail";
    case PIPE_MATERIALIZED:
        return "the data source that it fills gets no more rows from it";
    case PIPE_COPY:
        return "its copies stop";
    case PIPE_SINK:
        return "its exports stop";
    default:
        return "whoever reads it will fail";
    }
}

bool pipe_is_published(const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe)
        return false;
    if (pipe->pipe->type == PIPE_ENDPOINT)
        return true;
    return pipe->project->dialect == DIALECT_CLASSIC && pipe->pipe->type == PIPE_PLAIN &&
           pipe->facts->nodes.len > 0 && pipe->readers.len == 0;
}

/* ---- which endpoints ---- */

static bool make_pair(const Check *check, const Resource *candidate, EndpointPair *pair)
{
    const Resource *live = candidate->other;
    if (!live || !pipe_is_published(candidate) || !pipe_is_published(live) ||
        (!pipe_reads_a_change(check->loader, candidate) &&
         !pipe_reads_a_change(check->loader, live)))
        return false;
    *pair = (EndpointPair){live, candidate, pipe_parameters(check->loader, live),
                           pipe_parameters(check->loader, candidate)};
    return pair->takes_live && pair->takes;
}

EndpointPairs affected_endpoints(const Check *check)
{
    EndpointPairs pairs = {0};
    const Map *pipes = check->diff->sides.candidate->pipes;
    for (size_t i = 0; i < map_len(pipes); i++) {
        EndpointPair pair;
        if (make_pair(check, map_value(pipes, i), &pair))
            vec_push(check->arena, &pairs, pair);
    }
    return pairs;
}

static Range output_name(const Resource *pipe)
{
    int node = pipe_output_node(pipe);
    return node < 0 ? (Range){0, 0} : pipe->facts->nodes.items[node].name.range;
}

Place place_for_missing(const Check *check, const Resource *live_pipe, Range live_range,
                        const EndpointPair *endpoint)
{
    const ResourceChange *change = map_get(check->diff->pipes, live_pipe->name);
    if (change && change->live && change->candidate)
        return place_for_deleted(check, change, live_range);
    change = map_get(check->diff->pipes, endpoint->candidate->name);
    if (change && change->live && change->candidate)
        return place_for_deleted(check, change, output_name(endpoint->live));
    return place_candidate(endpoint->candidate, output_name(endpoint->candidate), (Str){0});
}

/* ---- TB608 ---- */

static const char *type_words(PipeType type)
{
    static const char *const WORDS[] = {"a plain pipe", "an endpoint", "a materialized view",
                                        "a copy pipe", "a sink"};
    return WORDS[type];
}

static const Instruction *type_line(const Resource *pipe)
{
    int node = pipe_output_node(pipe);
    return node < 0 ? NULL : datafile_find_in_node(pipe->facts, KEYWORD_TYPE, node);
}

/* A type that no product knows is told by the value's own rule. */
static bool has_odd_type(const Resource *pipe)
{
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        Str type = str_trim(pipe->facts->nodes.items[i].type.text);
        if (type.len && !str_is_nocase(type, "standard"))
            return true;
    }
    return false;
}

static Finding type_finding(const Check *check, RuleId rule, const ResourceChange *change)
{
    Finding finding = check_finding(check, rule, change, (Str){0});
    const Instruction *live = type_line(change->live);
    const Instruction *candidate = type_line(change->candidate);
    Range range = live ? live->range : output_name(change->live);
    finding.place = candidate ? place_candidate(change->candidate, candidate->range, (Str){0})
                              : place_for_deleted(check, change, range);
    vec_push(check->arena, &finding.related, place_live(change->live, range, STR("live type")));
    finding.live_meaning = str_of(pipe_type_text(change->live->pipe->type));
    finding.candidate_meaning = str_of(pipe_type_text(change->candidate->pipe->type));
    return finding;
}

/* The edit ends the node that live publishes; it is offered when the result is read as an
 * endpoint. */
static Fix *publish_fix(const Check *check, const Resource *pipe)
{
    Arena *arena = check->arena;
    int node = pipe_output_node(pipe);
    const Instruction *sql =
        node < 0 ? NULL : datafile_find_in_node(pipe->facts, KEYWORD_SQL, node);
    if (!sql || type_line(pipe))
        return NULL;
    Str text = pipe->facts->text;
    bool ends_line = sql->range.end > 0 && text.ptr[sql->range.end - 1] == '\n';
    Edit edit = {{sql->range.end, sql->range.end},
                 ends_line ? STR("\nTYPE endpoint\n") : STR("\n\nTYPE endpoint\n")};
    Str edited = str_fmt(arena, "%.*s%.*s%.*s", STR_ARG(str_slice(text, 0, edit.range.start)),
                         STR_ARG(edit.text), STR_ARG(str_slice(text, edit.range.start, text.len)));
    const Datafile *facts = datafile_parse(check->loader->datafiles, arena, edited,
                                           pipe->facts->kind, pipe->facts->dialect);
    bool proved = facts->nodes.len == pipe->facts->nodes.len &&
                  facts->problems.len == pipe->facts->problems.len &&
                  str_is_nocase(str_trim(facts->nodes.items[node].type.text), "endpoint");
    if (!proved)
        return NULL;
    Fix *fix = ARENA_NEW(arena, Fix);
    fix->title = str_fmt(arena, "publish node '%.*s' again",
                         STR_ARG(pipe->facts->nodes.items[node].name.text));
    fix->file = pipe->file;
    fix->lines = STR("TYPE endpoint");
    vec_push(arena, &fix->edits, edit);
    return fix;
}

static void report_unpublished(const Check *check, const ResourceChange *change, bool alone)
{
    Finding finding = type_finding(check, RULE_TB608, change);
    finding.message = str_fmt(check->arena,
                              "Pipe '%.*s' is no longer published: calls to its endpoint will "
                              "fail. No node of it has TYPE endpoint any more.",
                              STR_ARG(change->name));
    finding.cause = STR("unpublished");
    finding.fix = alone ? publish_fix(check, change->candidate) : NULL;
    if (!finding.fix)
        finding.advice = STR("Put TYPE endpoint back, or delete the pipe when nobody calls it.");
    findings_add(check->findings, finding);
}

/* ---- TB609 ---- */

/* A view and a copy may fill the same data source. */
static bool fills_the_same(const ResourceChange *change)
{
    Str target = change->live->pipe->target;
    return target.len && str_eq(target, change->candidate->pipe->target);
}

static Str type_effect(Arena *arena, const ResourceChange *change)
{
    if (!fills_the_same(change))
        return str_of(pipe_loss(change->live->pipe->type));
    const char *when = change->candidate->pipe->type == PIPE_COPY
                           ? "when it runs, no longer with each insert"
                           : "with each insert, no longer when it runs";
    return str_fmt(arena, "'%.*s' gets its rows %s", STR_ARG(change->live->pipe->target), when);
}

static void report_type(const Check *check, const ResourceChange *change)
{
    PipeType before = change->live->pipe->type;
    PipeType after = change->candidate->pipe->type;
    Finding finding = type_finding(check, RULE_TB609, change);
    finding.message =
        str_fmt(check->arena, "Pipe '%.*s' was %s and becomes %s: %.*s.", STR_ARG(change->name),
                type_words(before), type_words(after), STR_ARG(type_effect(check->arena, change)));
    finding.advice = str_fmt(check->arena,
                             "Keep '%.*s' as it is and give the new %s a name of its "
                             "own.",
                             STR_ARG(change->name), after == PIPE_PLAIN ? "query" : "pipe");
    findings_add(check->findings, finding);
}

static bool is_unpublished(const Check *check, const ResourceChange *change)
{
    return !check->classic && change->live->pipe->type == PIPE_ENDPOINT &&
           change->candidate->pipe->type == PIPE_PLAIN && !has_odd_type(change->candidate) &&
           !change->candidate->facts->has_include;
}

/* TB414 speaks where someone still reads the data source that loses its view. */
static bool is_switched(const Check *check, const ResourceChange *change)
{
    PipeType before = change->live->pipe->type;
    PipeType after = change->candidate->pipe->type;
    if (before == after || before == PIPE_PLAIN || change->candidate->facts->has_include)
        return false;
    if (after == PIPE_PLAIN && (before == PIPE_ENDPOINT || has_odd_type(change->candidate)))
        return false;
    return !materialized_tells_deleted_pipe(check, change);
}

static bool is_pipe_on_both_sides(const ResourceChange *change)
{
    return change->kind == DATAFILE_PIPE && change->live && change->candidate &&
           change->live->pipe && change->candidate->pipe;
}

/* Many are told as one, which has no fix. */
enum { FIXES_MAX = 3 };

void check_pipe_types(const Check *check)
{
    const ResourceChanges *changes = &check->diff->changes;
    size_t unpublished = 0;
    for (size_t i = 0; i < changes->len; i++)
        unpublished +=
            is_pipe_on_both_sides(changes->items[i]) && is_unpublished(check, changes->items[i]);
    for (size_t i = 0; i < changes->len; i++) {
        const ResourceChange *change = changes->items[i];
        if (!is_pipe_on_both_sides(change))
            continue;
        if (is_unpublished(check, change))
            report_unpublished(check, change, unpublished <= FIXES_MAX);
        else if (is_switched(check, change))
            report_type(check, change);
    }
}
