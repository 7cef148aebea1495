/* Names that mean nothing: of what is deleted (TB604), and of what never was (TB612). */
#include "contract.h"

#include "model/lineage.h"
#include "model/project_search.h"

enum { SUGGEST_DISTANCE = 3 };

static const char QUARANTINE[] = "_quarantine";

/* Rows that were refused are read from a table of their own. */
static Str without_quarantine(Str name)
{
    return str_ends(name, QUARANTINE) ? str_slice(name, 0, name.len - (sizeof QUARANTINE - 1))
                                      : name;
}

/* ---- reads of what is not there ---- */

typedef struct {
    const Resource *resource; /* the reader */
    Range range;
    bool certain;
} Reader;

typedef VEC(Reader) Readers;

typedef struct {
    Arena *arena;
    Loader *loader;
    Map *by_name; /* missing name -> Readers */
} Missing;

static void add_reader(Missing *missing, Str name, Reader reader)
{
    Readers *readers = map_get(missing->by_name, name);
    if (!readers) {
        readers = ARENA_NEW(missing->arena, Readers);
        map_put(missing->by_name, name, readers);
    }
    if (readers->len == 0 || readers->items[readers->len - 1].resource != reader.resource)
        vec_push(missing->arena, readers, reader);
    else if (reader.certain && !readers->items[readers->len - 1].certain)
        readers->items[readers->len - 1] = reader;
}

static bool parses(Loader *loader, const Resource *pipe, size_t node)
{
    const QueryVariants *variants = pipe_variants(loader, pipe, node);
    for (size_t i = 0; variants && i < variants->len; i++) {
        if (variants->items[i]->broken || variants->items[i]->too_deep)
            return false;
    }
    return variants != NULL;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* `x IN name` may mean an alias or a column as well. */
static bool follows_in(const Resource *pipe, Range at)
{
    Str before = str_trim(str_slice(pipe->facts->text, 0, at.start));
    return before.len > 2 && !is_word_byte(before.ptr[before.len - 3]) &&
           str_is_nocase(str_slice(before, before.len - 2, before.len), "IN");
}

static void add_node_reads(Missing *missing, const Resource *pipe, size_t node)
{
    const NodeLineage *lineage = node_lineage(missing->loader, pipe, node);
    if (!lineage || !parses(missing->loader, pipe, node))
        return;
    for (size_t i = 0; i < lineage->tables.len; i++) {
        const TableUse *use = &lineage->tables.items[i];
        if (use->meaning != MEANS_MISSING || use->name.text.len == 0)
            continue;
        if (project_has_version_of(missing->loader, pipe->project, use->name.text))
            continue;
        Reader reader = {pipe, use->name.range, use->certain && !follows_in(pipe, use->name.range)};
        add_reader(missing, use->name.text, reader);
    }
}

static void add_pipe_reads(Missing *missing, const Project *project)
{
    for (size_t i = 0; i < map_len(project->pipes); i++) {
        const Resource *pipe = map_value(project->pipes, i);
        if (!pipe->facts || pipe->facts->has_include)
            continue;
        for (size_t node = 0; node < pipe->facts->nodes.len; node++)
            add_node_reads(missing, pipe, node);
    }
}

static Missing missing_in(const Check *check, const Project *project)
{
    Missing missing = {check->arena, check->loader, map_new(check->arena)};
    add_pipe_reads(&missing, project);
    return missing;
}

/* ---- TB604 ---- */

static bool names_connection(Keyword keyword)
{
    return keyword == KEYWORD_KAFKA_CONNECTION_NAME || keyword == KEYWORD_IMPORT_CONNECTION_NAME ||
           keyword == KEYWORD_EXPORT_CONNECTION_NAME || keyword == KEYWORD_PG_CONNECTION_NAME;
}

static void add_connection_users(const Check *check, const Map *table, Str name, Readers *out)
{
    for (size_t i = 0; i < map_len(table); i++) {
        const Resource *resource = map_value(table, i);
        for (size_t j = 0; resource->facts && j < resource->facts->instructions.len; j++) {
            const Instruction *line = &resource->facts->instructions.items[j];
            if (names_connection(line->keyword) && str_eq(str_trim(line->value.text), name))
                vec_push(check->arena, out, (Reader){resource, line->range, true});
        }
    }
}

static void add_readers_of(Arena *arena, const Missing *missing, Str name, Readers *out)
{
    const Readers *readers = map_get(missing->by_name, name);
    for (size_t i = 0; readers && i < readers->len; i++)
        vec_push(arena, out, readers->items[i]);
}

static Readers readers_of(const Check *check, const Missing *missing, const ResourceChange *change)
{
    Readers out = {0};
    const Project *candidate = check->diff->sides.candidate;
    if (change->kind == DATAFILE_CONNECTION) {
        add_connection_users(check, candidate->datasources, change->name, &out);
        add_connection_users(check, candidate->pipes, change->name, &out);
        return out;
    }
    add_readers_of(check->arena, missing, change->name, &out);
    if (change->kind == DATAFILE_DATASOURCE)
        add_readers_of(check->arena, missing,
                       str_fmt(check->arena, "%.*s%s", STR_ARG(change->name), QUARANTINE), &out);
    return out;
}

static const char *kind_words(DatafileKind kind)
{
    return kind == DATAFILE_DATASOURCE ? "data source" : datafile_kind_text(kind);
}

/* "pipe 'a'", "pipes 'a', 'b' and 2 more" */
static Str readers_text(Arena *arena, const Readers *readers)
{
    const char *kind = kind_words(readers->items[0].resource->kind);
    Strs names = {0};
    for (size_t i = 0; i < readers->len; i++) {
        vec_push(arena, &names, readers->items[i].resource->name);
        if (readers->items[i].resource->kind != readers->items[0].resource->kind)
            kind = "file";
    }
    Str list = quoted_list(arena, names.items, names.len, 3);
    return str_fmt(arena, "%s%s %.*s", kind, readers->len > 1 ? "s" : "", STR_ARG(list));
}

static bool any_certain(const Readers *readers)
{
    for (size_t i = 0; i < readers->len; i++) {
        if (readers->items[i].certain)
            return true;
    }
    return false;
}

static const char *verb_of(const ResourceChange *change, const Readers *readers, bool certain)
{
    bool many = readers->len > 1;
    if (!certain)
        return "may still read";
    if (change->kind == DATAFILE_CONNECTION)
        return many ? "still use" : "still uses";
    return many ? "still read" : "still reads";
}

static Str deleted_message(const Check *check, const ResourceChange *change, const Readers *readers,
                           bool certain)
{
    Arena *arena = check->arena;
    Str who = readers_text(arena, readers);
    const char *verb = verb_of(change, readers, certain);
    const char *effect =
        certain ? "the deploy will be refused" : "calls that take that branch will fail";
    const char *kind = kind_words(change->kind);
    if (!change->renamed_to)
        return str_fmt(arena, "The %s '%.*s' is deleted, but %.*s %s it: %s.", kind,
                       STR_ARG(change->name), STR_ARG(who), verb, effect);
    return str_fmt(arena, "The %s '%.*s' is renamed to '%.*s', but %.*s %s the old name: %s.", kind,
                   STR_ARG(change->name), STR_ARG(change->renamed_to->name), STR_ARG(who), verb,
                   effect);
}

static void report_deleted(const Check *check, const ResourceChange *change, const Readers *readers)
{
    Arena *arena = check->arena;
    bool certain = any_certain(readers);
    Finding finding = check_finding(check, RULE_TB604, change, (Str){0});
    finding.severity = certain ? SEVERITY_ERROR : SEVERITY_WARNING;
    finding.refuses_deploy = certain;
    finding.live_meaning = change->name;
    finding.place = place_candidate(readers->items[0].resource, readers->items[0].range, (Str){0});
    finding.message = deleted_message(check, change, readers, certain);
    vec_push(arena, &finding.related,
             place_live(change->live, check_first_line(check, change->live), STR("deleted")));
    Strs names = {0};
    for (size_t i = 0; i < readers->len; i++) {
        const Reader *reader = &readers->items[i];
        vec_push(arena, &names, reader->resource->name);
        if (i)
            vec_push(arena, &finding.related,
                     place_candidate(reader->resource, reader->range,
                                     reader->certain ? STR("reads it") : STR("may read it")));
    }
    finding.candidate_meaning = str_join(arena, names.items, names.len, ", ");
    finding.advice =
        change->renamed_to
            ? str_fmt(arena, "Name '%.*s' there instead.", STR_ARG(change->renamed_to->name))
            : str_fmt(arena, "Take it out of %s first, or keep the %s.",
                      readers->len > 1 ? "them" : "there", kind_words(change->kind));
    findings_add(check->findings, finding);
}

void check_deleted_references(const Check *check)
{
    Missing missing = {0};
    for (size_t i = 0; i < check->diff->changes.len; i++) {
        const ResourceChange *change = check->diff->changes.items[i];
        if (change->status != STATUS_DELETED)
            continue;
        if (!missing.by_name)
            missing = missing_in(check, check->diff->sides.candidate);
        Readers readers = readers_of(check, &missing, change);
        if (readers.len)
            report_deleted(check, change, &readers);
    }
}

/* ---- TB612 ---- */

typedef struct {
    const Check *check;
    const Project *project;
    Findings *findings;
} Unknown;

static bool was_there(const Project *live, Str name)
{
    return project_find(live, DATAFILE_DATASOURCE, name) || project_find(live, DATAFILE_PIPE, name);
}

/* The workspace has it, though the project does not: live reads it elsewhere, or a pipe of Classic
 * makes it. */
static bool is_elsewhere(const Unknown *in, Str name, const Resource *reader)
{
    const Project *live = in->check->diff->sides.live;
    Loader *loader = in->check->loader;
    return was_there(live, name) || was_there(live, without_quarantine(name)) ||
           project_writes(loader, in->project, name) ||
           (in->project != live && project_reads_elsewhere(loader, live, name, reader->name));
}

static void suggest(const Map *table, Str name, Str *best, size_t *distance)
{
    for (size_t i = 0; i < map_len(table); i++) {
        size_t here = str_distance(map_key(table, i), name, *distance);
        if (here >= *distance)
            continue;
        *distance = here;
        *best = map_key(table, i);
    }
}

static Str suggestion(const Unknown *in, const Resource *reader, Str name)
{
    Str best = {0};
    size_t distance = name.len < 6 ? 2 : SUGGEST_DISTANCE;
    for (size_t i = 0; i < reader->facts->nodes.len; i++) {
        Str node = reader->facts->nodes.items[i].name.text;
        size_t here = str_distance(node, name, distance);
        if (here < distance) {
            distance = here;
            best = node;
        }
    }
    suggest(in->project->datasources, name, &best, &distance);
    suggest(in->project->pipes, name, &best, &distance);
    return best;
}

/* Classic deploys a part of a workspace at a time: the rest may hold the name. */
static void report_unknown(const Unknown *in, Str name, const Reader *reader)
{
    Arena *arena = in->check->arena;
    Finding finding = check_single_finding(reader->resource, RULE_TB612, reader->range, name);
    bool certain = reader->certain && !in->check->classic;
    finding.severity = certain ? SEVERITY_ERROR : SEVERITY_WARNING;
    finding.refuses_deploy = certain;
    finding.candidate_meaning = name;
    finding.cause = name;
    const char *effect = certain ? "the deploy will be refused"
                         : reader->certain
                             ? "the deploy will be refused unless the workspace has it"
                             : "queries that take that branch will fail";
    finding.message = str_fmt(arena,
                              "Pipe '%.*s' reads '%.*s', but no data source, pipe or node has that "
                              "name: %s.",
                              STR_ARG(reader->resource->name), STR_ARG(name), effect);
    Str meant = suggestion(in, reader->resource, name);
    finding.advice = meant.len ? str_fmt(arena, "Did you mean '%.*s'?", STR_ARG(meant))
                               : STR("Add the missing file, or correct the name. A data source of "
                                     "another workspace is named workspace.name.");
    findings_add(in->findings, finding);
}

static void check_name(const Unknown *in, Str name, const Readers *readers)
{
    for (size_t i = 0; i < readers->len; i++) {
        const Reader *reader = &readers->items[i];
        if (!is_elsewhere(in, name, reader->resource))
            report_unknown(in, name, reader);
    }
}

static bool has_reported(const Findings *findings)
{
    for (size_t i = 0; i < findings->items.len; i++) {
        if (findings->items.items[i].rule == RULE_TB612)
            return true;
    }
    return false;
}

/* Live's side is judged after the candidate's, to take out what it has, too: where nothing was
 * found there is nothing to take. */
void contract_tables(const Check *check, const Project *project, Findings *findings)
{
    Unknown in = {check, project, findings};
    if (map_len(project->datasources) == 0)
        return; /* only a part of a workspace is here */
    if (project->side == SIDE_LIVE && !has_reported(check->findings))
        return;
    Missing missing = missing_in(check, project);
    for (size_t i = 0; i < map_len(missing.by_name); i++)
        check_name(&in, map_key(missing.by_name, i), map_value(missing.by_name, i));
}
