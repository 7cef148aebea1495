/* The contract family: names that others rely on. TB601, TB602, TB603, TB605; the rest is in
 * contract_*.c. */
#include "contract.h"
#include "materialized.h"
#include "migration.h"
#include "model/project_search.h"

static const char *kind_words(DatafileKind kind)
{
    return kind == DATAFILE_DATASOURCE ? "data source" : datafile_kind_text(kind);
}

/* ---- deleted ---- */

static Finding deleted_finding(const Check *check, RuleId rule, const ResourceChange *change)
{
    Finding finding = check_finding(check, rule, change, (Str){0});
    finding.live_meaning = change->name;
    vec_push(check->arena, &finding.related,
             place_live(change->live, check_first_line(check, change->live), STR("deleted")));
    return finding;
}

/* ---- the names that Classic gives ---- */

/* Classic deploys a file that says VERSION 8 as `name__v8`. The candidate's resource of that name,
 * or NULL: whether it is the same one depends on who deployed live. */
static const Resource *heir_of(const Check *check, const ResourceChange *change)
{
    if (!change->live->facts)
        return NULL;
    Str version = str_trim(datafile_value(change->live->facts, KEYWORD_VERSION));
    if (!version.len)
        return NULL;
    Str name = str_fmt(check->arena, "%.*s__v%.*s", STR_ARG(change->name), STR_ARG(version));
    return project_find(check->diff->sides.candidate, change->kind, name);
}

/* `what` says what happens to the file, `effect` what follows if Forward deployed live. */
static void tell_heir(const Check *check, Finding *finding, const Resource *heir, Str what,
                      const char *effect)
{
    finding->severity = heir->kind == DATAFILE_DATASOURCE ? SEVERITY_WARNING : SEVERITY_NOTE;
    finding->message = str_fmt(check->arena,
                               "%.*s: %s unless Classic deployed it. By its VERSION, Classic "
                               "names it '%.*s', which stays.",
                               STR_ARG(what), effect, STR_ARG(heir->name));
    finding->advice =
        STR("Nothing is to be done if Classic deployed live; else keep the old file.");
    finding->cause = str_fmt(check->arena, "by VERSION: %s", effect);
    finding->candidate_meaning = heir->name;
    vec_push(check->arena, &finding->related,
             place_candidate(heir, check_first_line(check, heir), STR("its name in Classic")));
}

/* ---- deleted with others ---- */

/* A data source that goes for good: TB601 speaks of it. */
static bool is_told_as_deleted(const Check *check, Str datasource)
{
    const ResourceChange *change = map_get(check->diff->datasources, datasource);
    return change && change->status == STATUS_DELETED && !change->renamed_to;
}

/* Everything that the pipe fills is deleted with it, and nothing else is lost. */
static bool goes_with_its_targets(const Check *check, const Resource *pipe)
{
    if (!pipe->facts || !pipe->pipe ||
        (pipe->pipe->type != PIPE_MATERIALIZED && pipe->pipe->type != PIPE_COPY))
        return false;
    size_t targets = 0;
    for (size_t i = 0; i < pipe->facts->nodes.len; i++) {
        Str target = pipe->facts->nodes.items[i].datasource.text;
        if (target.len && !is_told_as_deleted(check, target))
            return false;
        targets += target.len > 0;
    }
    return targets > 0;
}

static bool is_deleted(const Check *check, const Resource *pipe)
{
    return !project_find(check->diff->sides.candidate, DATAFILE_PIPE, pipe->name);
}

static void add_writers(const Check *check, Finding *finding, const Resources *writers)
{
    enum { MOST = 10 };
    for (size_t i = 0; i < writers->len && i < MOST; i++) {
        const Resource *pipe = writers->items[i];
        if (is_deleted(check, pipe) && goes_with_its_targets(check, pipe))
            vec_push(check->arena, &finding->related,
                     place_live(pipe, check_first_line(check, pipe),
                                STR("filled it and is deleted with it")));
    }
}

static void report_datasource(const Check *check, const ResourceChange *change)
{
    Arena *arena = check->arena;
    Finding finding = deleted_finding(check, RULE_TB601, change);
    add_writers(check, &finding, &change->live->writers);
    const Resource *heir = heir_of(check, change);
    finding.message =
        str_fmt(arena, "Data source '%.*s' is deleted: all its data will be lost for good.",
                STR_ARG(change->name));
    if (!check->classic)
        finding.message = str_fmt(arena,
                                  "%.*s Until someone deploys with --allow-destructive-operations "
                                  "it blocks every other deploy.",
                                  STR_ARG(finding.message));
    finding.advice = STR("Restore the file, or save the data first and delete it in a change of "
                         "its own.");
    if (heir)
        tell_heir(check, &finding, heir,
                  str_fmt(arena, "Data source '%.*s' is deleted", STR_ARG(change->name)),
                  "all its data will be lost");
    findings_add(check->findings, finding);
}

static const char *effect_of_deleting(const ResourceChange *change)
{
    if (change->kind == DATAFILE_CONNECTION)
        return "what ingests through it stops";
    return pipe_loss(change->live->pipe ? change->live->pipe->type : PIPE_PLAIN);
}

static void report_other(const Check *check, const ResourceChange *change)
{
    Arena *arena = check->arena;
    if (materialized_tells_deleted_pipe(check, change) ||
        migration_tells_deleted_pipe(check, change))
        return; /* TB414 or TB514 speaks, of the data source that gets no more rows */
    if (change->kind == DATAFILE_PIPE && goes_with_its_targets(check, change->live))
        return; /* TB601 speaks, of the data source */
    Finding finding = deleted_finding(check, RULE_TB602, change);
    const char *effect = effect_of_deleting(change);
    Str kind = change->kind == DATAFILE_CONNECTION ? STR("Connection") : STR("Pipe");
    finding.message =
        str_fmt(arena, "%.*s '%.*s' is deleted: %s.", STR_ARG(kind), STR_ARG(change->name), effect);
    finding.cause = str_of(effect);
    if (!check->classic)
        finding.advice = STR("The deploy needs --allow-destructive-operations.");
    const Resource *heir = heir_of(check, change);
    if (heir)
        tell_heir(check, &finding, heir,
                  str_fmt(arena, "%.*s '%.*s' is deleted", STR_ARG(kind), STR_ARG(change->name)),
                  effect);
    findings_add(check->findings, finding);
}

/* ---- renamed ---- */

static void report_renamed(const Check *check, const ResourceChange *change)
{
    Arena *arena = check->arena;
    const ResourceChange *added = change->renamed_to;
    bool keeps_data = change->kind == DATAFILE_DATASOURCE;
    Finding finding = deleted_finding(check, RULE_TB603, change);
    finding.place = place_candidate(added->candidate, check_first_line(check, added->candidate),
                                    STR("the new name"));
    finding.candidate_meaning = added->name;
    if (!keeps_data && !check->classic)
        finding.severity = SEVERITY_WARNING;
    if (!keeps_data)
        finding.cause = STR("renamed");
    const char *effect = check->classic ? "Classic refuses renamed resources"
                         : keeps_data   ? "its data stays behind and will be deleted"
                                        : "whoever uses the old name will fail";
    finding.message =
        str_fmt(arena, "The %s '%.*s' is renamed to '%.*s': %s.", kind_words(change->kind),
                STR_ARG(change->name), STR_ARG(added->name), effect);
    if (keeps_data && !check->classic)
        finding.message =
            str_fmt(arena, "%.*s The deploy deletes the one and creates the other, %s.",
                    STR_ARG(finding.message),
                    materialized_tells_filling(check, added->candidate)
                        ? "which its views fill with what their sources hold"
                        : "empty");
    finding.advice = keeps_data ? STR("Keep the name; or add the new data source beside the old "
                                      "one, copy the rows, move the readers, and delete last.")
                                : STR("Keep the name, or publish the new one beside it first.");
    vec_push(arena, &finding.details,
             str_fmt(arena, "clue  %.0f%% of the content is the same",
                     (double)(change->similarity * 100.0F)));
    const Resource *heir = heir_of(check, change);
    if (heir && heir == added->candidate)
        tell_heir(check, &finding, heir,
                  str_fmt(arena, "The %s '%.*s' is renamed to '%.*s'", kind_words(change->kind),
                          STR_ARG(change->name), STR_ARG(heir->name)),
                  keeps_data ? "its data stays behind and will be deleted"
                             : "whoever uses the old name will fail");
    findings_add(check->findings, finding);
}

/* ---- a whole project ---- */

static bool is_whole_project(const Check *check)
{
    const Project *candidate = check->diff->sides.candidate;
    const Project *live = check->diff->sides.live;
    return map_len(candidate->datasources) + map_len(candidate->pipes) +
                   map_len(candidate->connections) ==
               0 &&
           map_len(live->datasources) + map_len(live->pipes) > 1;
}

static void report_project(const Check *check)
{
    Arena *arena = check->arena;
    const Map *datasources = check->diff->sides.live->datasources;
    const ResourceChanges *changes = &check->diff->changes;
    if (changes->len == 0)
        return;
    bool has_data = map_len(datasources) != 0;
    const ResourceChange *first = changes->items[0];
    for (size_t i = 0; i < changes->len && first->kind != DATAFILE_DATASOURCE; i++)
        first = changes->items[i]->kind == DATAFILE_DATASOURCE ? changes->items[i] : first;
    Finding finding = deleted_finding(check, has_data ? RULE_TB601 : RULE_TB602, first);
    if (finding.place.side == SIDE_LIVE)
        finding.related.len = 0; /* nothing is left to point at: the place is the live one */
    finding.resource = (Str){0};
    finding.live_meaning = STR("project");
    Strs names = {0};
    for (size_t i = 0; i < map_len(datasources); i++)
        vec_push(arena, &names, map_key(datasources, i));
    Str root = check->diff->sides.live->root;
    finding.message = str_fmt(
        arena, "The whole project '%.*s' is deleted: %zu data source%s and %zu pipe%s with it.",
        STR_ARG(root), names.len, names.len == 1 ? "" : "s",
        map_len(check->diff->sides.live->pipes),
        map_len(check->diff->sides.live->pipes) == 1 ? "" : "s");
    if (has_data) {
        Str list = quoted_list(arena, names.items, names.len, 8);
        vec_push(arena, &finding.details, str_fmt(arena, "lost  %.*s", STR_ARG(list)));
    }
    finding.advice = STR("If the project moved to another repository, nothing is to be deployed "
                         "from here.");
    findings_add(check->findings, finding);
}

static void check_deletions(const Check *check)
{
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (change->status != STATUS_DELETED)
            continue;
        if (change->renamed_to)
            report_renamed(check, change);
        else if (change->kind == DATAFILE_DATASOURCE)
            report_datasource(check, change);
        else
            report_other(check, change);
    }
}

void contract_changes(const Check *check)
{
    if (is_whole_project(check)) {
        report_project(check);
        return;
    }
    check_deletions(check);
    check_deleted_references(check);
    check_pipe_types(check);
    EndpointPairs endpoints = affected_endpoints(check);
    check_parameters(check, &endpoints);
    check_outputs(check, &endpoints);
    check_tokens(check);
    check_sharing(check);
}

/* ---- TB605: about one version alone ---- */

typedef struct {
    const Check *check;
    const Project *project;
    Findings *findings;
} Names;

/* `with`: what else has the name, as text for the id. */
static Finding *report_collision(const Names *names, const Resource *resource, Range range,
                                 Str name, Str with, const Resource *other)
{
    Side side = names->project->side;
    Finding finding = check_single_finding(resource, RULE_TB605, range, name);
    finding.advice = STR("Give one of them another name.");
    finding.candidate_meaning =
        str_fmt(names->check->arena, "%.*s %.*s", STR_ARG(with), STR_ARG(name));
    if (other && other != resource)
        vec_push(names->check->arena, &finding.related,
                 (Place){side, other->file, {0, 0}, STR("has the same name")});
    return findings_add(names->findings, finding);
}

static void check_duplicates(const Names *names)
{
    Arena *arena = names->check->arena;
    for (size_t i = 0; i < names->project->duplicates.len; i++) {
        const Resource *resource = names->project->duplicates.items[i];
        const Resource *first = project_find(names->project, resource->kind, resource->name);
        Finding *finding =
            report_collision(names, resource, (Range){0, 0}, resource->name, STR("file"), first);
        finding->message = str_fmt(arena,
                                   "Two files define the %s '%.*s': only one of them will be "
                                   "deployed.",
                                   kind_words(resource->kind), STR_ARG(resource->name));
        finding->cause = STR("two files");
    }
}

static void check_pipe_name(const Names *names, const Resource *pipe)
{
    const Resource *source = project_find(names->project, DATAFILE_DATASOURCE, pipe->name);
    if (!source)
        return;
    Finding *finding =
        report_collision(names, pipe, (Range){0, 0}, pipe->name, STR("datasource"), source);
    finding->refuses_deploy = true;
    finding->message = str_fmt(names->check->arena,
                               "A pipe and a data source are both named '%.*s': the deploy will be "
                               "refused.",
                               STR_ARG(pipe->name));
}

/* Live has pipes with nodes of their name, and was deployed with them. */
static void soften_if_live_has(const Names *names, Finding *finding)
{
    const Project *live = names->check->diff->sides.live;
    if (names->project != live && !names->check->loader->everything &&
        project_names_node_like_pipe(names->check->loader, live))
        check_soften(names->check->arena, finding);
}

static void check_node(const Names *names, const Resource *pipe, const Node *node)
{
    Str name = node->name.text;
    const Resource *other = project_find(names->project, DATAFILE_DATASOURCE, name);
    if (!other)
        other = project_find(names->project, DATAFILE_PIPE, name);
    if (!other)
        return;
    const char *what = other == pipe                        ? "its pipe"
                       : other->kind == DATAFILE_DATASOURCE ? "a data source"
                                                            : "another pipe";
    Str with = other->kind == DATAFILE_DATASOURCE ? STR("node datasource") : STR("node pipe");
    Finding *finding = report_collision(names, pipe, node->name.range, name, with, other);
    finding->refuses_deploy = true;
    finding->message = str_fmt(names->check->arena,
                               "Node '%.*s' of pipe '%.*s' has the name of %s: the deploy will be "
                               "refused.",
                               STR_ARG(name), STR_ARG(pipe->name), what);
    finding->cause = str_fmt(names->check->arena, "a node like %s", what);
    if (other == pipe)
        soften_if_live_has(names, finding);
}

void contract_names(const Check *check, const Project *project, Findings *findings)
{
    Names names = {check, project, findings};
    check_duplicates(&names);
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        const Resource *pipe = map_value(project->pipes, i);
        check_pipe_name(&names, pipe);
        for (size_t j = 0; pipe->facts && j < pipe->facts->nodes.len; j++)
            check_node(&names, pipe, &pipe->facts->nodes.items[j]);
    }
}
