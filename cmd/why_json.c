/* why_json.c: the answer for other programs, schema tblint/1. */
#include "why.h"

#include "model/lineage.h"
#include "report/json_parts.h"

/* ---- what is asked about ---- */

static const char *change_text(FileChange change)
{
    static const char *const texts[] = {
        [CHANGE_NONE] = "none",   [CHANGE_NEW] = "new",           [CHANGE_DELETED] = "deleted",
        [CHANGE_MOVED] = "moved", [CHANGE_SPELLING] = "spelling", [CHANGE_MEANING] = "meaning",
    };
    return texts[change];
}

static void add_line_number(cJSON *to, uint32_t line)
{
    if (line)
        json_add_number(to, "line", line);
    else
        json_add_null(to, "line");
}

static void add_about(cJSON *root, const Why *why)
{
    const Resource *resource = why->resource;
    cJSON *about = json_add_object(root, "about");
    json_add_str(about, "path", why->path);
    add_line_number(about, why->line);
    json_add_str(about, "project", why->project->root);
    json_add_text(about, "kind", resource ? datafile_kind_text(resource->kind) : NULL);
    json_known(about, "resource", resource ? resource->name : (Str){0});
    json_add_text(about, "change", change_text(why_change(why)));
}

/* ---- the deploy ---- */

static void add_step(cJSON *steps, const Why *why, const PlanStep *step)
{
    if (step)
        json_step(json_push_object(steps), why->project->root, step);
}

/* Of the resource itself, of what it writes, of what it reads. */
static void add_plan(cJSON *root, Why *why)
{
    cJSON *steps = json_add_array(root, "plan");
    cJSON *refused = json_add_array(root, "refused_by");
    if (!why->resource)
        return;
    add_step(steps, why, why->step);
    add_step(steps, why, why_target_step(why));
    Resources upstream = why_upstream(why);
    for (size_t i = 0; i < upstream.len; i++) {
        const Resource *resource = upstream.items[i];
        add_step(steps, why, plan_find(why->project->plan, resource->kind, resource->name));
    }
    FindingList refusals = why_refusals(why);
    for (size_t i = 0; i < refusals.len; i++)
        json_push_str(refused, str_of(refusals.items[i]->id));
}

/* ---- who reads and writes ---- */

static void add_relation(cJSON *item, Why *why, const Relation *relation)
{
    bool has_place = relation->range.end > relation->range.start;
    bool is_typed = relation->kind == WHO_PIPE && relation->type != PIPE_PLAIN;
    if (relation->file)
        why_place(why, relation->file, relation->range); /* its bytes, for lines and columns */
    json_add_text(item, "role", relation_role_text(relation->role));
    json_add_text(item, "kind", relation_kind_text(relation->kind));
    json_add_text(item, "type", is_typed ? pipe_type_text(relation->type) : NULL);
    json_known(item, "name", relation->name);
    json_add_text(item, "side", relation->is_past ? "live" : "candidate");
    json_add_bool(item, "certain", relation->certain);
    json_known(item, "path", relation->file ? relation->file->path : (Str){0});
    if (relation->file && has_place)
        json_range(item, report_range(&why->report, relation->file, relation->range));
    else
        json_add_null(item, "range");
}

static void add_relations(cJSON *to, const char *key, Why *why, const Relations *list)
{
    cJSON *array = json_add_array(to, key);
    for (size_t i = 0; i < list->len; i++)
        add_relation(json_push_object(array), why, &list->items[i]);
}

/* ---- one line ---- */

static void add_column(cJSON *item, Why *why, const Column *column)
{
    const ColumnChange *change = why->change ? diff_column(why->change, column->name.text) : NULL;
    unsigned bits = change ? change->bits : 0;
    Relations readers = why_column_readers(why, column);
    json_add_str(item, "name", column->name.text);
    json_add_str(item, "type", column->type_text.text);
    json_add_bool(item, "added", bits & COLUMN_ADDED);
    json_add_bool(item, "dropped", bits & COLUMN_DROPPED);
    json_known(item, "live_type", bits & COLUMN_TYPE ? change->live->type_text.text : (Str){0});
    add_relations(item, "read_by", why, &readers);
}

static void add_columns(cJSON *to, Why *why)
{
    cJSON *array = json_add_array(to, "columns");
    const Columns *columns = &why->resource->facts->columns;
    for (size_t i = 0; i < columns->len; i++) {
        if (why_covers(why, why->resource->file, columns->items[i].range))
            add_column(json_push_object(array), why, &columns->items[i]);
    }
}

static void add_instructions(cJSON *to, const Why *why)
{
    cJSON *array = json_add_array(to, "instructions");
    const Instructions *instructions = &why->resource->facts->instructions;
    for (size_t i = 0; i < instructions->len; i++) {
        if (why_shows(why, &instructions->items[i]))
            json_push_str(array, str_of(keyword_info(instructions->items[i].keyword)->word));
    }
}

static void add_node(cJSON *item, Why *why, const Node *node, size_t at)
{
    Relations reads = why_node_reads(why, at);
    json_add_str(item, "name", node->name.text);
    add_relations(item, "reads", why, &reads);
    const NodeLineage *lineage = node_lineage(&why->loader, why->resource, at);
    if (!lineage || !lineage->output.known) {
        json_add_null(item, "gives");
        return;
    }
    cJSON *gives = json_add_array(item, "gives");
    for (size_t i = 0; i < lineage->output.columns.len; i++)
        json_push_str(gives, lineage->output.columns.items[i].name);
}

static void add_nodes(cJSON *to, Why *why)
{
    cJSON *array = json_add_array(to, "nodes");
    const Nodes *nodes = &why->resource->facts->nodes;
    for (size_t i = 0; i < nodes->len; i++) {
        if (why_covers(why, why->resource->file, nodes->items[i].range))
            add_node(json_push_object(array), why, &nodes->items[i], i);
    }
}

static void add_at_line(cJSON *root, Why *why)
{
    if (!why->line || !why->resource || !why->resource->facts) {
        json_add_null(root, "at_line");
        return;
    }
    cJSON *line = json_add_object(root, "at_line");
    add_columns(line, why);
    add_instructions(line, why);
    add_nodes(line, why);
}

/* ---- findings and the rest ---- */

static void add_findings(cJSON *root, Why *why)
{
    cJSON *array = json_add_array(root, "findings");
    Map *written = map_new(why->arena);
    FindingList told = why_told(why);
    for (size_t i = 0; i < told.len; i++) {
        cJSON *item = json_push_object(array);
        json_finding(item, &why->report, written, told.items[i]);
        json_known(item, "cause", why_cause(why, told.items[i]));
    }
}

static void add_unchecked(cJSON *root, Why *why)
{
    cJSON *array = json_add_array(root, "unchecked");
    NotCheckedList list = why_not_checked(why);
    for (size_t i = 0; i < list.len; i++) {
        cJSON *item = json_push_object(array);
        json_add_str(item, "path", why->path);
        json_add_str(item, "why", list.items[i].why);
        add_line_number(item, list.items[i].line);
    }
}

static void add_rule(cJSON *root, Why *why)
{
    if (!why->rule) {
        json_add_null(root, "rule");
        return;
    }
    Verdict verdict = why_verdict(why);
    const Finding *finding = verdict.finding;
    cJSON *rule = json_add_object(root, "rule");
    json_add_text(rule, "code", why->rule->code);
    json_add_text(rule, "rule", why->rule->name);
    json_add_text(rule, "verdict", verdict.verdict);
    json_add_text(rule, "id", finding ? finding->id : NULL);
    json_known(rule, "message", finding ? finding->message : (Str){0});
    json_texts(rule, "reasons", &verdict.reasons);
}

void why_json(Why *why)
{
    cJSON *root = json_begin(&why->report);
    add_about(root, why);
    add_plan(root, why);
    Relations relations = why_relations_found(why);
    add_relations(root, "relations", why, &relations);
    add_at_line(root, why);
    add_findings(root, why);
    add_unchecked(root, why);
    add_rule(root, why);
    json_print(root, true, why->out);
}
